"""The table of limits: three profiles, each limit's own variable above them, and every row in docs/limits.md."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.api.problems import STATUS
from app.engine.presets import presets
from app.settings import PROFILES, Settings, rows

DOC = (Path(__file__).parents[1] / "docs/limits.md").read_text(encoding="utf-8")
LIMITS = {name: row for name, row in rows().items() if row["answer"]}


def shown(value):
    return f"{value:,}" if isinstance(value, (int, float)) else value


def code(answer):
    return [part for part in answer.split("`")[1::2] if part in STATUS]


def test_without_a_profile_the_limits_are_those_of_the_contract():
    local = Settings()

    assert (local.profile, local.cpu_seconds, local.batches_a_request, local.sessions, local.body_bytes) == (
        "local",
        0,
        100_000,
        100,
        4_000_000,
    )


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", rows())
def test_a_profile_sets_every_limit_and_its_own_variable_overrides_it(monkeypatch, profile, name):
    monkeypatch.setenv("BACKSCOPE_PROFILE", profile)
    assert getattr(Settings(), name) == rows()[name]["profiles"][profile]

    other = next(p for p in PROFILES[::-1] if p != profile)
    wanted = rows()[name]["profiles"][other]
    monkeypatch.setenv(f"BACKSCOPE_{name.upper()}", str(wanted))
    assert getattr(Settings(), name) == wanted


def test_a_limit_given_in_the_program_overrides_the_profile():
    assert Settings(profile="public", units=5).units == 5


@pytest.mark.parametrize("profile", ["", "Public", "nobody"])
def test_a_profile_that_there_is_not_is_refused(monkeypatch, profile):
    monkeypatch.setenv("BACKSCOPE_PROFILE", profile)

    with pytest.raises(ValidationError, match="'local', 'class' or 'public'"):
        Settings()


@pytest.mark.parametrize("name", LIMITS)
def test_the_more_people_the_less_each_may_have_of_a_request_and_a_network(name):
    local, class_, public = (LIMITS[name]["profiles"][profile] for profile in PROFILES)
    held_for_all = ("sessions", "cache_bytes", "datasets", "dataset_bytes", "cpu_seconds", "streams")
    none_is_no_limit = ("client_sessions", "client_streams")

    assert name in held_for_all + none_is_no_limit or local >= class_ >= public


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_stands_in_the_documentation_with_its_three_values_and_its_answer(name):
    row = LIMITS[name]
    values = " | ".join(shown(row["profiles"][profile]) for profile in PROFILES)
    answer = row["answer"]
    for one in code(answer):
        answer = answer.replace(f"`{one}`", f"{STATUS[one]} `{one}`")

    assert f"| `BACKSCOPE_{name.upper()}` | {Settings.model_fields[name].description} | {values} | {answer} |" in DOC


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name not in LIMITS])
def test_every_switch_stands_in_the_documentation(name):
    field = Settings.model_fields[name]

    assert f"| `BACKSCOPE_{name.upper()}` | {field.description} |" in DOC


def test_the_documentation_names_no_limit_that_there_is_not():
    named = {line.split("`")[1].removeprefix("BACKSCOPE_").lower() for line in DOC.splitlines() if "| `BACKS" in line}

    assert named == set(Settings.model_fields)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_example_fits_into_every_profile(api_with, profile):
    api = api_with(profile=profile)

    for preset in presets():
        assert api.post("/sessions", {"preset": preset}).status_code == 201, preset


TOO_MUCH = [
    ("layers", {"layers": [{"units": 1}] * 2}, 1),
    ("units", {"layers": [{"units": 3}, {"units": 1}]}, 2),
    ("parameters", {"layers": [{"units": 3}, {"units": 1}]}, 12),
    ("batch", {"batch_size": 4}, 3),
    ("numbers", {"batch_size": 4}, 30),
    ("cells", {"data": {"inline": {"x": [[0, 1]] * 3, "y": [0, 1, 0]}}}, 5),
]


@pytest.mark.parametrize(("name", "spec", "most"), TOO_MUCH, ids=[row[0] for row in TOO_MUCH])
def test_each_limit_of_a_network_is_one_of_the_server_s_settings(api_with, name, spec, most):
    api = api_with(**{name: most})

    refused = api.post("/sessions", {"preset": "xor", **spec})
    allowed = api_with().post("/sessions", {"preset": "xor", **spec})

    assert refused.json()["code"] == "network_too_large"
    assert str(most) in refused.json()["detail"]
    assert allowed.status_code == 201
