"""Paths over HTTP: the members of the contract, any moment, and what is refused."""

import math

import pytest

from tests.api.problems import check_problem
from tests.engine.nets import net


def paths(session, tensor, index, **query):
    """The paths without the head."""
    answer = session.get("/paths", tensor=tensor, index=index, **query)
    return {key: value for key, value in answer.items() if key != "session"}


def refused(session, **query):
    return session.api.get(f"{session.path}/paths", params=query)


def test_the_textbook_s_first_weight_has_the_two_paths_that_are_printed(mazur):
    mazur.advance("batch")

    made = paths(mazur, "hidden1.W", "0,0")

    assert set(made) == {"paths", "count", "rest", "sum", "value"}
    assert [set(path) for path in made["paths"]] == [{"nodes", "factors", "value"}] * 2
    assert (made["count"], made["rest"]) == ("2", 0)
    printed = (0.055399425, -0.019049118)
    slope_and_input = 0.593269992 * (1 - 0.593269992) * 0.05
    assert [path["value"] for path in made["paths"]] == pytest.approx([p * slope_and_input for p in printed], abs=5e-11)
    assert made["value"] == mazur.values("hidden1.dW")[0][0]
    assert made["sum"] == pytest.approx(made["value"], rel=1e-12)


def test_a_path_leads_forward_and_its_factors_are_those_of_the_explanations(mazur):
    mazur.advance("batch")

    (path, _) = paths(mazur, "hidden1.W", "0,0")["paths"]

    assert path["nodes"] == [
        "hidden1.W[0,0]", "hidden1.z[0,0]", "hidden1.a[0,0]", "output.z[0,0]", "output.a[0,0]", "loss.terms[0]",
        "loss.value",
    ]  # fmt: skip
    (weight,) = mazur.explain("hidden1.dW", 0, 0)["terms"]
    unit = mazur.explain("hidden1.da", 0, 0)["terms"][0]
    (output,) = mazur.explain("output.dz", 0, 0)["terms"]
    (loss,) = mazur.explain("output.da", 0, 0)["terms"]
    assert path["factors"] == [
        *loss["factors"],
        *output["factors"][1:],
        *unit["factors"][1:],
        *weight["factors"][1:],
    ]
    assert math.prod(factor["value"] for factor in path["factors"]) == pytest.approx(path["value"], rel=1e-14)


def test_what_is_not_listed_is_in_the_rest(api):
    session = api.create(net())
    session.advance("batch")
    every, some = (paths(session, "hidden1.W", "1,0", limit=limit) for limit in (1_000, 4))

    assert (every["count"], some["count"]) == ("10", "10")
    assert some["paths"] == every["paths"][:4]
    rest = [path["value"] for path in every["paths"][4:]]
    assert some["rest"] == pytest.approx(math.fsum(rest), abs=1e-15)
    assert every["rest"] == 0


def test_a_sample_s_share_has_1_over_n_inside_and_the_shares_are_the_whole(api):
    session = api.create(net())
    session.advance("batch")

    shares = [paths(session, "hidden1.W", "1,0", sample=sample) for sample in range(5)]

    assert [share["count"] for share in shares] == ["2"] * 5
    assert all("loss.terms[3]" in path["nodes"] for path in shares[3]["paths"])
    whole = paths(session, "hidden1.W", "1,0")
    assert math.fsum(share["value"] for share in shares) == pytest.approx(whole["value"], abs=1e-15)


def test_a_hundred_paths_are_listed_unless_another_number_is_asked_for(api):
    session = api.create(net(layers=[{"units": 5}, {"units": 5}, {"units": 5}, {"units": 2}]))
    session.advance("batch")

    made = paths(session, "hidden1.W", "0,0")

    assert (len(made["paths"]), made["count"]) == (100, str(5 * 5 * 5 * 2))


def test_paths_are_told_at_any_moment_and_the_head_stays(mazur):
    head = mazur.advance("batch", 3)["session"]

    first, now = paths(mazur, "output.W", "0,0", t=15), paths(mazur, "output.W", "0,0")

    assert first["value"] == pytest.approx(0.082167041, abs=5e-10)
    assert now["value"] == mazur.frame(45)["output.dW"]["values"][0][0] != first["value"]
    assert mazur.head == head


def test_before_the_gradient_is_computed_there_are_none(mazur):
    mazur.advance("op", 8)

    check_problem(refused(mazur, tensor="hidden1.W", index="0,0"), "not_computed_yet")
    check_problem(refused(mazur, tensor="output.W", index="0,0", t=7), "not_computed_yet")
    assert paths(mazur, "output.W", "0,0", t=8)["count"] == "1"


def test_a_network_that_diverged_has_paths_with_their_names_for_what_is_no_number(api):
    wild = api.create(net(optimizer={"type": "sgd", "learning_rate": 1e200}))
    wild.advance("batch", 100)

    made = paths(wild, "hidden1.W", "0,0")

    assert {made["sum"], made["value"]} <= {"NaN", "Infinity", "-Infinity"}
    assert made["count"] == "10"


@pytest.mark.parametrize(
    ("code", "pointer", "query"),
    [
        ("invalid_request", "tensor", {"index": "0,0"}),
        ("unknown_tensor", "tensor", {"tensor": "hidden1.w", "index": "0,0"}),
        ("invalid_request", "tensor", {"tensor": "input.a", "index": "0,0"}),
        ("invalid_request", "tensor", {"tensor": "hidden1.dW", "index": "0,0"}),
        ("invalid_request", "tensor", {"tensor": "loss.value"}),
        ("invalid_request", "index", {"tensor": "hidden1.W"}),
        ("invalid_request", "index", {"tensor": "hidden1.W", "index": "0"}),
        ("invalid_request", "index", {"tensor": "hidden1.W", "index": "a"}),
        ("index_out_of_range", "index", {"tensor": "hidden1.W", "index": "0,2"}),
        ("index_out_of_range", "sample", {"tensor": "hidden1.W", "index": "0,0", "sample": 1}),
        ("invalid_request", "sample", {"tensor": "hidden1.W", "index": "0,0", "sample": -1}),
        ("invalid_request", "limit", {"tensor": "hidden1.W", "index": "0,0", "limit": 0}),
        ("invalid_request", "limit", {"tensor": "hidden1.W", "index": "0,0", "limit": 1_001}),
        ("invalid_request", "samples", {"tensor": "hidden1.W", "index": "0,0", "samples": 0}),
        ("moment_not_reached", None, {"tensor": "hidden1.W", "index": "0,0", "t": 16}),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_code(mazur, code, pointer, query):
    mazur.advance("batch")
    before = mazur.head

    problem = check_problem(refused(mazur, **query), code)

    assert [error["pointer"] for error in problem["errors"]] == ([pointer] if pointer else [])
    assert mazur.head == before


def test_a_session_that_is_not_there_has_none(api):
    check_problem(api.get("/sessions/s_none/paths?tensor=hidden1.W&index=0,0"), "session_not_found")


def test_more_terms_than_the_server_follows_are_refused_and_one_sample_is_not(api_with):
    wide = api_with(path_terms=1_000).create(net(layers=[*({"units": 15} for _ in range(3)), {"units": 2}]))
    wide.advance("batch")

    problem = check_problem(refused(wide, tensor="hidden1.W", index="0,0"), "network_too_large")

    assert "expected one `sample`" in problem["detail"]
    assert paths(wide, "hidden1.W", "0,0", sample=0, limit=1)["count"] == "450"


def test_a_query_that_takes_long_is_answered_while_others_are(api):
    layers = [*({"units": 12, "activation": "sigmoid"} for _ in range(8)), {"units": 2}]
    session = api.create(net(layers=layers))
    session.advance("batch")

    slow, quick = api.together(
        ("GET", f"{session.path}/paths", {"params": {"tensor": "hidden1.W", "index": "0,0", "limit": 1_000}}),
        ("GET", "/catalog", {}),
    )

    assert (slow.status_code, quick.status_code) == (200, 200)
    assert slow.json()["count"] == str(5 * 12**7 * 2)
    assert len(slow.json()["paths"]) == 1_000
