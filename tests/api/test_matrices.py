"""A tick as matrix algebra over HTTP: in the schedule without its numbers, and with those of a moment."""

import numpy as np

from tests.api.problems import check_problem
from tests.engine.nets import net


def matrices(session, **query):
    answer = session.get("/matrices", **query)
    return {key: value for key, value in answer.items() if key != "session"}


def structure(matrix):
    """Without the numbers: as in the schedule."""
    terms = [
        {**term, "factors": [{k: v for k, v in f.items() if k not in ("shape", "values")} for f in term["factors"]]}
        for term in matrix["terms"]
    ]
    return {**matrix, "terms": terms}


def test_every_tick_has_in_the_schedule_what_it_has_with_numbers_at_its_moment(mazur):
    schedule = mazur.get("/graph")["schedule"]

    for tick in schedule:
        mazur.advance("op")
        made = matrices(mazur)

        assert (made["t"], made["index"]) == (tick["index"] + 1, tick["index"])
        assert made["matrix"]["result"] in tick["writes"]
        assert structure(made["matrix"]) == tick["matrix"]


def test_the_numbers_are_those_that_the_tick_read_and_its_slopes(mazur):
    mazur.advance("batch")

    linear, slope, update = (matrices(mazur, t=t)["matrix"] for t in (1, 11, 15))

    product, bias = linear["terms"]
    x, W = product["factors"]
    assert (product["operator"], x["tensor"], W["tensor"], W["transposed"]) == (
        "product", "input.a", "hidden1.W", True,
    )  # fmt: skip
    assert (W["shape"], W["values"]) == ([2, 2], [[0.15, 0.2], [0.25, 0.3]])
    assert bias["factors"][0]["values"] == [0.35, 0.35]
    (chain,) = slope["terms"]
    da, slopes = chain["factors"]
    assert (chain["operator"], slopes["tensor"], slopes["text"]) == ("elementwise", None, "slope")
    np.testing.assert_allclose(np.multiply(da["values"], slopes["values"]), mazur.values("hidden1.dz"), rtol=1e-14)
    (before,), (change,) = (term["factors"] for term in update["terms"])
    assert (before["tensor"], before["before"], before["values"][0]) == ("output.W", True, [0.4, 0.45])
    assert change["tensor"] == "output.uW"


def test_a_large_matrix_comes_as_a_summary(api):
    session = api.create(net(layers=[{"units": 300}, {"units": 300}, {"units": 2}]))
    session.advance("layer", 2)

    (product, _) = matrices(session, t=3)["matrix"]["terms"]

    weights = product["factors"][1]
    assert weights["shape"] == [300, 300]
    assert "values" not in weights
    assert weights["href"].endswith("/tensors/hidden2.W?t=3")


def test_before_any_tick_there_are_none(mazur):
    refused = mazur.api.get(f"{mazur.path}/matrices")

    assert "No tick has run at t = 0" in check_problem(refused, "not_computed_yet")["detail"]
    mazur.advance("op")
    check_problem(mazur.api.get(f"{mazur.path}/matrices?t=9"), "moment_not_reached")
