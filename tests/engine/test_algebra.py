"""Every tick as matrix algebra: what the lines of all ops say is what their kernels compute."""

from functools import reduce

import numpy as np
import pytest

from app.engine.algebra import algebra, numbers
from app.engine.explain import look_of
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import X, check_equal, net, record
from tests.engine.table import ACTIVATION_ROWS, LOSS_ROWS, choices

SPECS = {
    "plain": net(),
    "no bias": net(layers=[{"units": 3, "activation": "tanh", "bias": False}, {"units": 2}]),
    "micro-batches": net(batch_size=3, accumulate=2),
    "penalty": net(penalty={"l1": 0.01, "l2": 0.1, "biases": True}),
    "adam, clipped": net(optimizer={"type": "adam", "clip_norm": 0.1}),
}


def ran(spec):
    trained = Training(Spec.parse(spec))
    record(trained)
    return trained, record(trained)


def factor(matrix, term, look):
    """A matrix as it stands in its term; a tensor of one dimension is a row, one a sample a column."""
    values = numbers(matrix, term, look)
    if values.ndim < 2:
        values = values.reshape(-1, 1) if matrix.tensor in ("loss.terms", "target.y") else values.reshape(1, -1)
    return values.T if matrix.transposed else values


def summed(terms, tick, tape):
    total = 0
    for term in terms:
        factors = [factor(matrix, term, look_of(term.part, tick, tape)) for matrix in term.factors]
        total = total + reduce(np.matmul if term.operator == "product" else np.multiply, factors)
    return total


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_the_terms_of_every_tick_add_up_to_what_it_wrote(spec):
    trained, tape = ran(spec)
    seen = set()

    for tick in trained.schedule:
        made = algebra(tick, trained.graph)
        assert made is not None
        assert made.result in tick.writes
        if all(term.operator != "function" for term in made.terms):
            seen.add(tick.method)
            wanted = tape.at(made.result, tick.index + 1, tick.micro)
            check_equal(summed(made.terms, tick, tape).reshape(wanted.shape), wanted, f"{tick.index} {made.result}")

    assert {"forward", "dW", "dx", "dz", "da", "update"} <= seen


@pytest.mark.parametrize("activation", choices(ACTIVATION_ROWS), ids=str)
def test_an_activation_s_gradient_is_what_arrives_times_its_slope(activation):
    trained, tape = ran(net(layers=[{"units": 3, "activation": activation}, {"units": 2}]))

    for tick in trained.schedule:
        if tick.method == "dz":
            terms = algebra(tick, trained.graph).terms
            assert [term.operator for term in terms] == ["elementwise"]
            check_equal(summed(terms, tick, tape), tape.at(tick.writes[0], tick.index + 1), str(activation))


@pytest.mark.parametrize("loss", choices(LOSS_ROWS), ids=str)
def test_a_loss_s_gradient_is_its_slope_times_what_an_example_counts(loss):
    layers = [{"units": 3, "activation": "tanh"}, {"units": 2, "activation": "sigmoid"}]
    trained, tape = ran(net(loss=loss, layers=layers, data={"inline": {"x": X, "y": [0, 1, 1, 0, 1]}}))

    (tick,) = [tick for tick in trained.schedule if tick.method == "da"]
    check_equal(summed(algebra(tick, trained.graph).terms, tick, tape), tape.at("output.da", tick.index + 1), str(loss))
    (forward,) = [tick for tick in trained.schedule if tick.phase == "loss"]
    made = algebra(forward, trained.graph)
    assert (made.result, made.terms[0].operator, made.terms[0].name) == ("loss.terms", "function", r"\ell")


def test_what_is_transposed_and_what_was_before_is_said():
    trained = Training(Spec.parse(net(batch_size=3, accumulate=2)))
    last = [tick for tick in trained.schedule if "output.dW" in tick.writes][-1]
    (first, *_) = trained.schedule

    z = algebra(first, trained.graph)
    dW = algebra(last, trained.graph)

    assert [[(m.tensor, m.transposed) for m in term.factors] for term in z.terms] == [
        [("input.a", False), ("hidden1.W", True)],
        [("hidden1.b", False)],
    ]
    assert [[(m.tensor, m.transposed, m.before) for m in term.factors] for term in dW.terms] == [
        [("output.dW", False, True)],
        [("output.dz", True, False), ("hidden1.a", False, False)],
    ]
