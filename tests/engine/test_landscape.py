"""The loss around the parameters: equal to the step's own at their place, and true to what a step then does."""

import numpy as np
import pytest

from app.engine.forward import Forward
from app.engine.spec import DTYPE, Spec
from app.sessions import moments
from app.sessions.errors import CountTooLarge
from app.sessions.session import Session
from tests.engine.nets import check_equal, net

UNEVEN = {"batch_size": 2, "shuffle": True}
ADAM = {"optimizer": {"type": "adam", "learning_rate": 0.1}}


def session(ticks=0, **changes):
    made = Session("s_1", Spec.parse(net(**changes)))
    if ticks:
        made.advance(ticks, record=False)
    return made


def places(made):
    """Every number of every parameter."""
    graph = made.training.graph
    return [(p.name, index) for p in graph.parameters() for index in np.ndindex(*p.shape)]


def flat(made, t, prefix=""):
    """All parameters, or their gradients, at `t`, one behind another."""
    names = [p.name.replace(".", f".{prefix}") for p in made.training.graph.parameters()]
    return np.concatenate([made.frame(t)[name].ravel() for name in names])


def loss_at(made, parameters, t):
    """The loss of the batch at `t` with all parameters replaced, from the forward pass alone."""
    frame = made.frame(t)
    forward = Forward(made.training.graph, made.schedule, len(frame["input.a"]), parameters.dtype.name)
    np.copyto(forward.flat, parameters)
    forward.load(frame["input.a"], frame["target.y"])
    return forward.loss()


@pytest.mark.parametrize("dtype", DTYPE.choices)
@pytest.mark.parametrize("step", [0, 1, 2, 9])
@pytest.mark.parametrize("changes", [{}, ADAM, {"loss": {"type": "huber", "delta": 0.3, "reduction": "sum"}}])
def test_at_a_parameter_s_own_place_the_loss_is_the_step_s_to_the_last_bit(step, changes, dtype):
    made = session(dtype=dtype, **UNEVEN, **changes)
    K = made.ticks_per_step
    made.advance((step + 1) * K, record=False)
    loss = float(made.frame((step + 1) * K)["loss.value"])

    for ticks in (1, made.training.loss_index + 1, K - 1, K):
        found = made.slice("hidden1.W", (1, 0), 2.0, 5, step * K + ticks)

        assert found.loss == loss
        assert found.losses[2] == loss
        assert found.values[2] == found.value == made.frame(step * K + 1)["hidden1.W"][1, 0]
        assert made.landscape(3, 0.5, step * K + ticks).losses[1, 1] == loss


def test_a_slice_has_the_loss_with_that_parameter_changed_and_no_other():
    made = session(40, **UNEVEN)
    start = flat(made, 35)

    for i, (name, index) in enumerate(places(made)):
        found = made.slice(name, index, 1.5, 4, 40)
        assert found.values.tolist() == [start[i] + offset for offset in (-1.5, -0.5, 0.5, 1.5)]
        for value, loss in zip(found.values, found.losses, strict=True):
            moved = start.copy()
            moved[i] = value
            check_equal(loss, loss_at(made, moved, 40), name, 1e-14)


def test_the_tangent_has_the_slope_of_a_complex_step():
    made = session(40, **UNEVEN, **ADAM)
    start = flat(made, 35).astype(complex)

    for i, (name, index) in enumerate(places(made)):
        moved = start.copy()
        moved[i] += 1e-20j
        check_equal(made.slice(name, index, 1, 2, 40).slope, loss_at(made, moved, 40).imag / 1e-20, name)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_halving_the_rate_quarters_what_the_first_order_prediction_misses(optimizer):
    def missed(rate):
        made = session(5, optimizer={"type": optimizer, "learning_rate": rate})
        one = made.slice("output.W", (0, 1), 1, 2, 5)
        return np.array([one.whole.real - one.whole.predicted, one.alone.real - one.alone.predicted])

    for rate in (1e-2, 5e-3):
        ratios = missed(rate) / missed(rate / 2)
        assert ((ratios > 3.8) & (ratios < 4.2)).all(), ratios


def test_the_change_is_that_of_the_step_and_alone_that_of_one_parameter():
    made = session(2 * 17)
    before, after, gradient = flat(made, 17), flat(made, 34), flat(made, 34, "d")

    found = made.slice("hidden1.b", (2,), 1, 2, 34)

    check_equal(found.whole.predicted, -0.1 * gradient @ gradient)
    check_equal(found.whole.real, loss_at(made, after, 34) - loss_at(made, before, 34))
    place = places(made).index(("hidden1.b", (2,)))
    alone = before.copy()
    alone[place] = after[place]
    assert found.move == (before[place], after[place])
    check_equal(found.alone.predicted, gradient[place] * (after[place] - before[place]))
    check_equal(found.alone.real, loss_at(made, alone, 34) - loss_at(made, before, 34))


MICRO = {"accumulate": 2, "batch_size": 3, "penalty": {"l1": 0.01, "l2": 0.02}}


def test_over_micro_batches_losses_add_up_as_gradients_do():
    made = session(**MICRO)
    K = made.ticks_per_step
    made.advance(K, record=False)
    frame = made.frame(K)
    ends = [tick.index + 1 for tick in made.schedule if "loss.value" in tick.writes]

    found = made.slice("output.W", (1, 1), 1e-5, 3, K)

    assert len(ends) == 2
    assert found.loss == sum(float(made.frame(t)["loss.value"]) for t in ends)
    check_equal((found.losses[2] - found.losses[0]) / 2e-5, found.slope, relative=1e-6)
    assert found.slope == frame["output.dW"][1, 1]


def test_the_prediction_holds_for_micro_batches_penalty_and_clipping():
    def missed(rate):
        made = session(**MICRO, optimizer={"type": "sgd", "learning_rate": rate, "clip_norm": 0.1})
        made.advance(made.ticks_per_step, record=False)
        whole = made.slice("output.W", (0, 1), 1, 2, made.t).whole
        return whole.real - whole.predicted

    assert 3.8 < missed(1e-2) / missed(5e-3) < 4.2


@pytest.mark.parametrize("tick", range(17))
def test_in_the_midst_of_a_step_its_rest_is_run_aside(tick):
    made, whole = session(3 * 17 + tick, **UNEVEN, **ADAM), session(4 * 17, **UNEVEN, **ADAM)
    t = 3 * 17 + tick
    head, frame = made.head(), {name: v.tobytes() for name, v in made.frame(t).items() if v is not None}

    found, wanted = (one.slice("output.W", (0, 0), 1, 3, at) for one, at in ((made, t), (whole, t if tick else 51)))
    plane, wanted_plane = (one.landscape(3, 1, at) for one, at in ((made, t), (whole, t if tick else 51)))

    assert (found.move, found.whole, found.losses.tolist()) == (wanted.move, wanted.whole, wanted.losses.tolist())
    assert plane.losses.tolist() == wanted_plane.losses.tolist()
    assert made.updated(t, "hidden1.W") == (tick == 0 or "hidden1.W" in wrote(made, tick))
    assert made.updated(t) == (tick == 0)
    assert made.head() == head
    assert {name: v.tobytes() for name, v in made.frame(t).items() if v is not None} == frame
    made.advance(17 - tick, record=True)
    assert made.state_sha256() == whole.state_sha256()


def wrote(made, ticks):
    return [name for tick in made.schedule[:ticks] for name in tick.writes]


def test_a_frozen_parameter_has_a_slope_and_no_step():
    made = session(40, frozen=["hidden1.W"])

    found = made.slice("hidden1.W", (0, 0), 1, 3, 40)

    assert found.slope != 0
    assert found.move is None
    assert found.alone is None
    assert found.losses[0] != found.losses[2]
    assert not made.updated(40, "hidden1.W")


def test_the_first_direction_is_the_gradient_s_and_the_second_stands_across_it():
    made = session(30 * 17 + 17, **UNEVEN)
    gradient = flat(made, made.t, "d")

    found = made.landscape(3, 1e-5, made.t)

    size = np.linalg.norm(gradient)
    assert found.directions == ("gradient", "path")
    check_equal(found.gradient_norm, size)
    check_equal((found.losses[1, 2] - found.losses[1, 0]) / 2e-5, size, relative=1e-6)
    assert abs(found.losses[2, 1] - found.losses[0, 1]) / 2e-5 < 1e-6 * size
    start = flat(made, 30 * 17)
    for i, x in enumerate(found.x):
        check_equal(found.losses[1, i], loss_at(made, start + x * gradient / size, made.t), relative=1e-14)
    check_equal(found.move, [-0.1 * size, 0], relative=1e-9)


def test_the_plane_goes_through_the_place_of_the_path_that_lies_farthest_off():
    made = session(30 * 17, **UNEVEN)
    gradient = flat(made, made.t, "d")
    start = flat(made, 29 * 17)

    found = made.landscape(3, 1, made.t)

    assert found.steps == list(range(30))
    assert found.path[-1].tolist() == [0, 0]
    away = np.array([flat(made, step * 17) - start for step in found.steps])
    along = away @ gradient / np.linalg.norm(gradient)
    check_equal(found.path[:, 0], along)
    off = np.sqrt((away**2).sum(1) - along**2)
    check_equal(found.path[:, 1].max(), off.max(), relative=1e-9)
    assert (np.abs(found.path[:, 1]) <= off + 1e-12).all()


def test_a_long_path_has_evenly_spaced_places_from_the_beginning_to_the_centre():
    made = session(900 * 17)

    steps = made.landscape(2, 1, made.t).steps

    assert 100 < len(steps) <= 200
    assert [steps[0], steps[-1]] == [0, 899]
    gaps = np.diff(steps[:-1])
    assert gaps.max() - gaps.min() <= made._history.stride


def test_where_there_is_no_path_yet_the_seed_draws_the_second_direction():
    one, again, other = session(3), session(3), session(3, seed=4)
    plane = one.landscape(5, 1, 3)

    assert plane.directions == ("gradient", "random")
    assert plane.losses.tolist() == again.landscape(5, 1, 3).losses.tolist()
    assert plane.losses.tolist() != other.landscape(5, 1, 3).losses.tolist()
    across = one.landscape(3, 1e-5, 3)
    assert abs(across.losses[2, 1] - across.losses[0, 1]) / 2e-5 < 1e-6 * across.gradient_norm


def test_a_frozen_parameter_does_not_move_in_the_plane():
    free = ["hidden1.W", "hidden1.b", "output.W"]
    made = session(40, frozen=free)

    found = made.landscape(3, 1e-5, 40)

    gradient = made.frame(40)["output.db"]
    check_equal(found.gradient_norm, np.linalg.norm(gradient))
    check_equal((found.losses[1, 2] - found.losses[1, 0]) / 2e-5, np.linalg.norm(gradient), relative=1e-6)


def test_a_frozen_parameter_does_not_move_in_a_direction_that_is_drawn_either():
    found = session(3, frozen=["hidden1.W", "hidden1.b", "output.W"]).landscape(3, 1, 3)

    assert found.directions == ("gradient", "random")
    # What is left are the output's two biases, along which a mean of squares is a parabola.
    check_equal(found.losses[2, 1] - found.losses[1, 1], 0.5)


def test_a_single_parameter_leaves_no_second_direction():
    data = {"inline": {"x": [[1.0]], "y": [[0.5]]}}
    made = session(5, data=data, layers=[{"name": "output", "units": 1, "bias": False}])

    found = made.landscape(3, 1, 5)

    assert found.directions == ("gradient", "none")
    assert found.losses[0].tolist() == found.losses[2].tolist()


def test_where_the_gradient_is_nothing_both_directions_are_drawn():
    layers = [{"name": "hidden1", "units": 3, "activation": "tanh"}, {"name": "output", "units": 2}]
    zeros = {"output.W": [[0, 0, 0]] * 2, "output.b": [0, 0]}
    data = {"inline": {"x": [[0.5, -1.2]], "y": [[0.0, 0.0]]}}
    made = session(5, layers=layers, parameters=zeros, data=data)

    found = made.landscape(3, 1, 5)

    assert found.gradient_norm == 0
    assert found.directions == ("random", "random")
    assert found.losses[1, 1] == 0 < found.losses[0, 0]


def test_the_surroundings_of_a_diverged_step_are_answered():
    made = session(10_000, optimizer={"type": "sgd", "learning_rate": 1e200})

    found, plane = made.slice("hidden1.W", (0, 0), 1, 3, made.t), made.landscape(3, 1, made.t)

    assert not np.isfinite([found.loss, plane.loss]).any()
    assert not np.isfinite(found.whole.real)


def test_what_would_take_too_long_is_refused_with_what_would_not(monkeypatch):
    made = session(5)
    monkeypatch.setattr(moments, "WORK", 5 * 17 * 36)
    monkeypatch.setattr(moments, "TICK_WORK", 0)

    with pytest.raises(CountTooLarge, match="resolution: expected at most 6 for this network and batch, got 7"):
        made.landscape(7, 1, 5)
    with pytest.raises(CountTooLarge, match="points: expected at most 36"):
        made.slice("hidden1.W", (0, 0), 1, 37, 5)
    assert made.landscape(6, 1, 5).losses.shape == (6, 6)
    assert made.slice("hidden1.W", (0, 0), 1, 36, 5).losses.shape == (36,)
