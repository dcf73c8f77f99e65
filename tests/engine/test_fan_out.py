"""A value that is used twice: its gradients are summed, and its explanation has the terms of both ticks."""

import numpy as np
import pytest

from app.engine.explain import Explainer, Moment
from app.engine.graph import LOSS
from app.engine.ops import Penalty
from app.engine.optimizers import SGD
from app.engine.plan import Phase, schedule
from tests.engine.branching import START, X, bound, residual, run, shared_weights
from tests.engine.nets import check_equal


def complex_step(graph):
    ticks, plan = bound(graph, "complex128")
    gradient = np.empty((2, 2))
    for index in np.ndindex(2, 2):
        np.copyto(plan.buffers["h.W"], START["h.W"])
        plan.buffers["h.W"][index] += 1e-30j
        for tick in ticks:
            if tick.phase in (Phase.FORWARD, Phase.LOSS):
                plan.calls[tick.index]()
        gradient[index] = plan.buffers[LOSS].imag / 1e-30
    return gradient


@pytest.mark.parametrize("graph", [shared_weights(), residual()], ids=["shared weights", "residual"])
def test_the_gradient_of_what_is_used_twice_is_the_complex_step(graph):
    ticks, tape = run(graph)

    check_equal(tape.at("h.dW", len(ticks)), complex_step(graph), "h.dW")


def test_a_penalty_on_weights_that_two_layers_share_is_in_their_gradient_once():
    graph = shared_weights()
    graph.penalize(Penalty(l2=0.3))

    ticks, tape = run(graph)

    check_equal(tape.at("h.dW", len(ticks)), complex_step(graph), "h.dW")


@pytest.mark.parametrize(
    ("graph", "name", "count"),
    [(shared_weights(), "h.dW", 2 * len(X)), (residual(), "h.dz", 2)],
    ids=["shared weights", "residual"],
)
def test_both_ticks_terms_are_in_the_explanation(graph, name, count):
    ticks, tape = run(graph)
    explainer = Explainer(graph, ticks, SGD(), Moment(len(ticks), tape, len(ticks), lambda: None))

    made = explainer.explain(name, (0, 1))

    assert len(made.terms) == count
    check_equal(sum(term.value for term in made.terms), made.value, name)


def test_between_the_two_ticks_the_gradient_has_the_first_one_s_terms():
    ticks, tape = run(shared_weights())
    first, second = tape.writers["h.dW"]
    explainer = Explainer(shared_weights(), ticks, SGD(), Moment(first + 1, tape, first + 1, lambda: None))

    made = explainer.explain("h.dW", (1, 0))

    assert first < second
    assert len(made.terms) == len(X)
    check_equal(sum(term.value for term in made.terms), made.value)
    assert made.value != tape.at("h.dW", second + 1)[1, 0]


def test_the_second_run_of_a_step_does_not_add_to_the_first_one_s_gradients():
    ticks, plan = bound(shared_weights())
    gradients = []

    for _ in range(2):
        np.copyto(plan.buffers["h.W"], START["h.W"])
        for tick in ticks:
            plan.calls[tick.index]()
        gradients.append(plan.buffers["h.dW"].copy())

    assert np.array_equal(*gradients)


def test_the_code_of_the_second_tick_adds():
    ticks = schedule(residual(), SGD())

    lines = [tick.code["numpy"] for tick in ticks if "h.dz" in tick.writes]

    assert lines == ["h_dz = g_dc", "h_dz += h_da * (1 - h_a**2)"]
