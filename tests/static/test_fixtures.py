"""The recordings that the page's tests run on are still what the server answers."""

import json
from math import isclose

import pytest

from tests.static.fixtures.make import SESSIONS, path, recordings


@pytest.fixture(scope="module")
def answers(api):
    return recordings(api)


@pytest.mark.parametrize("name", [*SESSIONS, "steps"])
def test_the_server_still_answers_what_was_recorded(answers, name):
    recorded = [json.loads(line) for line in path(name).read_text(encoding="utf-8").splitlines()]

    changed = list(differences(recorded, answers[name]))

    assert not changed, f"`.venv/bin/python tests/static/fixtures/make.py` records anew; different at {changed[:3]}"


def test_every_recording_has_its_maker():
    assert {file.stem for file in path("any").parent.glob("*.jsonl")} == {*SESSIONS, "steps"}


def differences(a, b, place=""):
    """The places where two answers differ by more than the last digits, in which machines do."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        for key in a:
            yield from differences(a[key], b[key], f"{place}/{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (one, other) in enumerate(zip(a, b, strict=True)):
            yield from differences(one, other, f"{place}/{i}")
    elif isinstance(a, float) and isinstance(b, int | float):
        if not isclose(a, b, rel_tol=1e-12, abs_tol=1e-16):
            yield place
    elif a != b:
        yield place
