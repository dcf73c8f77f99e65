"""Over HTTP: the curves of a run, and the loss around its parameters."""

import threading

import numpy as np
import pytest

from app.api import answers, curves
from app.engine.training import Training
from app.sessions import moments
from tests.api.problems import check_problem
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


def test_a_slice_has_the_curve_its_tangent_and_the_step(api):
    made = api.create(net(batch_size=2))
    made.advance("batch", 3)
    t = made.head["t"]

    found = made.get("/slices", tensor="hidden1.W", index="1,0", span=0.5, points=21)

    assert len(found["values"]) == len(found["losses"]) == 21
    assert (found["t"], found["tensor"], found["index"]) == (t, "hidden1.W", [1, 0])
    before = made.values("hidden1.W", t=t - made.ticks_per_step)[1][0]
    assert found["values"][10] == found["tangent"]["value"] == found["update"]["before"] == before
    assert found["losses"][10] == found["tangent"]["loss"] == made.head["loss"]
    assert found["tangent"]["slope"] == made.values("hidden1.dW")[1][0]
    assert found["update"]["after"] == made.values("hidden1.W")[1][0]
    assert found["update"]["taken"] is True
    assert found["update"]["predicted"] == found["tangent"]["slope"] * (found["update"]["after"] - before)


def test_before_the_update_a_slice_shows_the_step_to_come(api):
    made = api.create(net())
    made.advance("op", 6)

    coming = made.get("/slices", tensor="hidden1.W", index="0,0")
    plane = made.get("/landscape", resolution=2)
    made.advance("batch")
    taken = made.get("/slices", tensor="hidden1.W", index="0,0")

    assert (coming["update"]["taken"], plane["step"]["taken"], taken["update"]["taken"]) == (False, False, True)
    assert {**coming["update"], "taken": True} == taken["update"]
    assert coming["step"] == taken["step"]


def test_a_landscape_has_a_plane_the_path_and_the_step(api):
    made = api.create(net(batch_size=2))
    made.advance("batch", 8)

    found = made.get("/landscape", resolution=5, span=0.5)

    assert found["x"] == found["y"] == [-0.5, -0.25, 0, 0.25, 0.5]
    assert [len(row) for row in found["losses"]] == [5] * 5
    assert found["losses"][2][2] == found["centre"]["loss"] == made.head["loss"]
    assert found["losses"][2][3] > found["losses"][2][2] > found["losses"][2][1]
    assert found["directions"] == {"x": "gradient", "y": "path"}
    assert found["path"]["steps"] == list(range(8))
    assert [found["path"]["x"][-1], found["path"]["y"][-1]] == [0, 0]
    assert found["step"]["x"] == pytest.approx(-0.1 * found["centre"]["gradient_norm"])
    assert found["step"]["real"] == pytest.approx(found["step"]["predicted"], rel=0.2)
    assert found["step"]["real"] < 0


def test_any_moment_up_to_the_head_can_be_asked_about(api):
    made = api.create(net(batch_size=2))
    made.advance("batch", 4)

    for t in (0, 1, 20, 34, 35):
        loss = made.get("/slices", tensor="output.b", index="0", t=t)["tangent"]["loss"]
        assert loss == made.values("loss.value", t=max(1, -(-t // 17)) * 17)
        assert made.get("/landscape", resolution=3, t=t)["centre"]["loss"] == loss
    for path in ("slices?tensor=output.b&index=0&", "landscape?"):
        check_problem(api.get(f"{made.path}/{path}t=69"), "moment_not_reached")


@pytest.mark.parametrize(
    ("path", "code", "pointer"),
    [
        ("slices", "invalid_request", "tensor"),
        ("slices?tensor=hidden1.Q&index=0,0", "unknown_tensor", "tensor"),
        ("slices?tensor=hidden1.dW&index=0,0", "invalid_request", "tensor"),
        ("slices?tensor=input.a&index=0,0", "invalid_request", "tensor"),
        ("slices?tensor=hidden1.W", "invalid_request", "index"),
        ("slices?tensor=hidden1.W&index=0", "invalid_request", "index"),
        ("slices?tensor=hidden1.W&index=0,x", "invalid_request", "index"),
        ("slices?tensor=hidden1.W&index=0,2", "index_out_of_range", "index"),
        ("slices?tensor=hidden1.W&index=0,0&span=0", "invalid_request", "span"),
        ("slices?tensor=hidden1.W&index=0,0&span=NaN", "invalid_request", "span"),
        ("slices?tensor=hidden1.W&index=0,0&span=inf", "invalid_request", "span"),
        ("slices?tensor=hidden1.W&index=0,0&points=1", "invalid_request", "points"),
        ("slices?tensor=hidden1.W&index=0,0&points=1002", "invalid_request", "points"),
        ("slices?tensor=hidden1.W&index=0,0&t=-1", "invalid_request", "t"),
        ("landscape?resolution=1", "invalid_request", "resolution"),
        ("landscape?resolution=102", "invalid_request", "resolution"),
        ("landscape?span=-1", "invalid_request", "span"),
        ("landscape?scale=1", "invalid_request", "scale"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_the_parameter_named(api, mazur, path, code, pointer):
    refuse(api.get(f"{mazur.path}/{path}"), code, pointer)


def test_a_landscape_that_would_take_too_long_is_refused(api, monkeypatch):
    made = api.create(net())
    monkeypatch.setattr(moments, "WORK", 5 * 17 * 36)
    monkeypatch.setattr(moments, "TICK_WORK", 0)

    detail = refuse(api.get(f"{made.path}/landscape"), "count_too_large", "resolution")

    assert "at most 6" in detail
    assert made.get("/landscape", resolution=6)


DEEP = {
    "data": {"dataset": "circle", "samples": 320},
    "layers": [{"units": 1}] * 32,
    "loss": "bce_with_logits",
    "optimizer": {"type": "sgd"},
    "accumulate": 64,
    "batch_size": 5,
}
"""A small network whose step has 12,416 ticks."""


@pytest.fixture(scope="module")
def deep(api):
    made = api.create(DEEP)
    made.advance("op")
    return made


def test_ticks_count_too_in_what_would_take_too_long(api, deep):
    detail = refuse(api.get(f"{deep.path}/landscape"), "count_too_large", "resolution")
    refuse(api.get(f"{deep.path}/slices?tensor=hidden1.W&index=0,0&points=1001"), "count_too_large", "points")
    checked = api.post(f"{deep.path}/gradient-checks", {"method": "central_difference"})
    refuse(checked, "count_too_large", "/tensors")

    assert "at most 12" in detail
    assert deep.get("/landscape", resolution=12)
    assert deep.get("/slices", tensor="hidden1.W", index="0,0")
    assert api.post(f"{deep.path}/gradient-checks").status_code == 200


def test_a_long_schedule_is_told_in_a_thread(api, deep, monkeypatch):
    where, tell = [], answers.graph
    monkeypatch.setattr(answers, "graph", lambda made: (where.append(threading.current_thread()), tell(made))[1])

    assert deep.get("/graph")

    assert where
    assert api.call(threading.current_thread) not in where


def test_a_session_whose_schedule_is_long_is_made_in_a_thread(api, deep, monkeypatch):
    where, make = [], Training.__init__
    monkeypatch.setattr(
        Training, "__init__", lambda *given: (where.append(threading.current_thread()), make(*given))[1]
    )

    api.create(DEEP)
    assert api.post(f"{deep.path}/fork").status_code == 201
    assert api.post("/sessions", {"preset": "xor"}).status_code == 201

    assert [thread is api.call(threading.current_thread) for thread in where[-1:]] == [True]
    assert api.call(threading.current_thread) not in where[:-1]


def test_around_a_diverged_step_there_are_texts(api):
    wild = api.create(net(optimizer={"type": "sgd", "learning_rate": 1e200}))
    wild.advance("batch", 100)

    assert wild.get("/slices", tensor="hidden1.W", index="0,0")["losses"][30] in ("NaN", "Infinity")
    assert wild.get("/landscape", resolution=3)["centre"]["loss"] in ("NaN", "Infinity")


def test_looking_changes_nothing(api):
    made = api.create(net(batch_size=2, optimizer="adam"))
    made.advance("batch", 5)
    made.advance("op", 4)
    head = made.head

    for t in (0, 30, head["t"]):
        made.get("/slices", tensor="hidden1.W", index="0,0", t=t)
        made.get("/landscape", resolution=3, t=t)
    made.get("/metrics")

    assert made.head == head
    straight = api.create(net(batch_size=2, optimizer="adam"))
    straight.advance("batch", 8)
    made.advance("batch", 3)
    assert made.head["state_sha256"] == straight.head["state_sha256"]


def test_trends_are_what_the_diagnosis_of_each_step_says(api):
    made = api.create(net(batch_size=2))
    made.advance("batch", 5)
    made.advance("op", 3)

    found = made.get("/trends", points=3)

    assert found["steps"] == [0, 2, 4]
    for i, step in enumerate(found["steps"]):
        said = made.get("/diagnostics", t=(step + 1) * made.ticks_per_step)["layers"]
        for layer, own in zip(said, found["layers"], strict=True):
            assert own["layer"] == layer["layer"]
            for name in ("update_ratio", "gradient_norm", "weight_norm", "mean_slope"):
                assert own[name][i] == layer[name]
            assert own["saturated"][i] == (
                None if layer["mean_slope"] is None else len(layer["saturated_units"]) / layer["units"]
            )


def test_histograms_count_every_number_of_the_steps_frames(api):
    made = api.create(net(batch_size=2))
    made.advance("batch", 4)

    for tensor in ("hidden1.W", "hidden1.dW"):
        found = made.get("/histograms", tensor=tensor, bins=5, points=10)
        assert found["steps"] == [0, 1, 2, 3]
        for step, counts in zip(found["steps"], found["counts"], strict=True):
            values = made.frame((step + 1) * made.ticks_per_step)[tensor]
            expected = np.histogram(np.ravel(values["values"]), found["edges"])[0]
            assert counts == expected.tolist()


def test_of_a_long_run_the_steps_that_are_looked_at_take_no_long_replay(api):
    made = api.create("xor")
    made.advance("batch", 20_000)

    found = made.get("/trends", points=30)

    assert len(found["steps"]) <= 30
    assert found["steps"][0] == 0
    assert found["steps"][-1] == 19_999
    assert max(np.diff(found["steps"])) < 2_500


def test_before_the_first_step_has_ended_there_are_no_trends(api):
    made = api.create(net())
    made.advance("op", 2)

    assert made.get("/trends")["layers"] == []
    assert made.get("/histograms", tensor="hidden1.W")["counts"] == []
    refuse(api.get(f"{made.path}/histograms?tensor=nothing"), "unknown_tensor", "tensor")
    check_problem(api.get(f"{made.path}/trends?t=3"), "moment_not_reached")


def test_of_a_large_tensor_fewer_steps_are_looked_at_and_of_one_step_the_last(api, monkeypatch):
    made = api.create(net(batch_size=2))
    made.advance("batch", 6)
    size = np.size(made.frame(0)["hidden1.W"]["values"])
    monkeypatch.setattr(curves, "NUMBERS", 3 * size)

    assert len(made.get("/histograms", tensor="hidden1.W")["steps"]) == 3
    assert made.get("/histograms", tensor="hidden1.W", points=1)["steps"] == [5]
    assert made.get("/trends", points=1)["steps"] == [5]
