"""Over HTTP: the curves of a run, and the loss around its parameters."""

import pytest

from tests.api.test_errors import check_problem
from tests.engine.nets import net


def refuse(response, code, pointer):
    """The response is this problem and points there; gives its detail."""
    problem = check_problem(response, code)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    return problem["detail"]


def test_curves_are_asked_for_by_name_and_each_has_its_own_steps(api):
    made = api.create(net(batch_size=2))
    made.advance("epoch", 4)

    series = made.get("/metrics", names="train_loss,loss")["series"]

    assert list(series) == ["train_loss", "loss"]
    assert series["train_loss"]["steps"] == [0, 3, 6, 9, 12]
    assert series["loss"]["steps"] == list(range(12))
    assert series["loss"]["values"][-1] == made.head["loss"]


def test_curves_follow_the_head(api):
    made = api.create(net())
    made.advance("batch", 6)
    whole = made.get("/metrics")["series"]

    made.rewind(to=2 * made.ticks_per_step)
    back = made.get("/metrics")["series"]
    made.advance("batch", 4)

    assert back["loss"]["values"] == whole["loss"]["values"][:2]
    assert back["train_loss"]["values"] == whole["train_loss"]["values"][:3]
    assert made.get("/metrics")["series"] == whole


def test_max_points_thins_each_series(api):
    made = api.create(net())
    made.advance("batch", 300)

    for most in (2, 3, 4, 5, 50):
        for curve in made.get("/metrics", max_points=most)["series"].values():
            assert 2 <= len(curve["steps"]) == len(curve["values"]) <= most


@pytest.mark.parametrize("most", [1, 10_001, 2.5, "many"])
def test_a_number_of_points_out_of_range_is_refused(api, mazur, most):
    refuse(api.get(f"{mazur.path}/metrics?max_points={most}"), "invalid_request", "max_points")


def test_an_unknown_series_is_refused_with_those_there_are(api, mazur):
    detail = refuse(api.get(f"{mazur.path}/metrics?names=accuracy"), "invalid_request", "names")

    assert "expected loss, gradient_norm.hidden1, gradient_norm.output, train_loss" in detail


def test_a_diverged_run_s_curve_ends_in_a_text(api):
    wild = api.create(net(optimizer={"type": "sgd", "learning_rate": 1e200}))
    wild.advance("batch", 100)

    assert wild.get("/metrics")["series"]["loss"]["values"][-1] in ("NaN", "Infinity")
