"""Gradients against the complex step: f(w + ih) = f(w) + ih·f′(w) − …, so that Im f / h is f′ to the last digit.

The plan bound for complex numbers runs forward only; what is differentiated is the same code that is watched.
"""

import numpy as np
import pytest
from hypothesis import given, settings

from app.engine.graph import INPUT, LOSS, TARGET, Graph
from app.engine.ops import ACTIVATIONS, LOSSES
from app.engine.plan import Phase, Plan, Variables, schedule
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import check_equal, net, nets, record

STEP = 1e-30
NEAR_A_KINK = 1e-3
KINKED = ("relu",)


def complex_step(spec, tape):
    """The gradient of every parameter for the values and the batch that `tape`'s step began with."""
    graph = Graph.of(spec)
    ticks = [tick for tick in schedule(graph, spec.optimizer, spec.frozen) if tick.phase in (Phase.FORWARD, Phase.LOSS)]
    variables = Variables(graph, "complex128")
    plan = Plan(graph, ticks, variables, tape.batch, "complex128")
    plan.load(tape.start[INPUT], tape.start[TARGET])
    for parameter in graph.parameters():
        variables.views[parameter.name][...] = tape.start[parameter.name]
    gradients = {}
    for parameter in graph.parameters():
        view, gradient = variables.views[parameter.name], np.empty(parameter.shape)
        for index in np.ndindex(*parameter.shape):
            view[index] += 1j * STEP
            for call in plan.calls:
                call()
            view[index] = view[index].real
            gradient[index] = plan.buffers[LOSS].imag / STEP
        gradients[parameter.name] = gradient
    return gradients


def near_a_kink(spec, tape):
    """How many sums of units with a kink lie so near to it that the two sides cannot be told apart."""
    kinked = [layer.name for layer in spec.layers if layer.activation.type in KINKED]
    return sum(int((abs(tape.at(f"{name}.z", len(tape))) < NEAR_A_KINK).sum()) for name in kinked)


def check_gradients(spec):
    """Compare one step's gradients; gives how many numbers lay near a kink, in which case nothing was compared."""
    tape = record(Training(spec))
    skipped = near_a_kink(spec, tape)
    if not skipped:
        for name, wanted in complex_step(spec, tape).items():
            layer, letter = name.split(".")
            check_equal(tape.at(f"{layer}.d{letter}", len(tape)), wanted, name)
    return skipped


@settings(max_examples=60)
@given(nets())
def test_every_gradient_of_any_network_is_the_complex_step(spec):
    check_gradients(Spec.parse(spec))


@pytest.mark.parametrize("loss", LOSSES.names())
@pytest.mark.parametrize("activation", ACTIVATIONS.names())
def test_no_gradient_is_skipped_away_from_kinks(activation, loss):
    layers = [{"units": 6, "activation": activation}, {"units": 2, "activation": activation}]

    skipped = check_gradients(Spec.parse(net(layers=layers, loss=loss)))

    assert skipped == 0


def test_a_sum_at_a_kink_is_skipped_and_counted():
    layers = [{"name": "hidden1", "units": 1, "activation": "relu"}, {"name": "output", "units": 2}]
    at_the_kink = {"hidden1.W": [[0, 0]], "hidden1.b": [0.0005]}

    skipped = check_gradients(Spec.parse(net(layers=layers, parameters=at_the_kink)))

    assert skipped == 5


def test_the_slope_of_relu_at_zero_is_zero():
    layers = [{"name": "hidden1", "units": 1, "activation": "relu"}, {"name": "output", "units": 2}]
    at_zero = {"hidden1.W": [[0, 0]], "hidden1.b": [0], "output.W": [[1], [2]]}

    tape = record(Training(Spec.parse(net(layers=layers, parameters=at_zero))))

    assert np.all(tape.at("hidden1.da", len(tape)) != 0)
    assert np.all(tape.at("hidden1.dz", len(tape)) == 0)
    assert np.all(tape.at("hidden1.dW", len(tape)) == 0)


def test_every_activation_with_a_kink_is_known_to_the_check():
    conventions = [activation.type for activation in ACTIVATIONS if activation.convention]

    assert conventions == list(KINKED)
