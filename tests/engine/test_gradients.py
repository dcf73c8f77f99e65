"""Gradients against the complex step: f(w + ih) = f(w) + ih·f′(w) − …, so that Im f / h is f′ to the last digit.

The plan bound for complex numbers runs forward only; what is differentiated is the same code that is watched.
An activation that has no complex step is held to central differences.
"""

import numpy as np
import pytest
from hypothesis import given, settings

from app.engine.gradcheck import COMPLEX_STEP, check_gradients
from app.engine.ops import ACTIVATIONS, LOSSES
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import X, Y, check_equal, fitting, net, nets, record, targets


def away_from_kinks(loss):
    return {"inline": {"x": X, "y": targets(loss, [[number + 0.055 for number in row] for row in Y])}}


COMPLEX_SAFE = [activation.type for activation in ACTIVATIONS if activation.complex_safe]


def check(spec, method="complex_step", relative=1e-12):
    """Hold one step's gradients against the loss; gives how many numbers lay near a kink."""
    trained = Training(spec)
    checked = check_gradients(trained.graph, trained.schedule, record(trained), method)
    for tensor in checked.tensors:
        assert tensor.checked + tensor.skipped == tensor.entries
        assert tensor.verdict == "skipped" or tensor.relative <= relative, tensor
    return checked.near_kinks


@settings(max_examples=60)
@given(nets(COMPLEX_SAFE))
def test_every_gradient_of_any_network_is_the_complex_step(spec):
    # In a random network the terms of a gradient may cancel, and with them its digits: a place more is allowed.
    check(Spec.parse(spec), relative=1e-11)


@pytest.mark.parametrize("loss", LOSSES.names())
@pytest.mark.parametrize("activation", COMPLEX_SAFE)
def test_no_gradient_is_skipped_away_from_kinks(activation, loss):
    layers = fitting(loss, [{"units": 6, "activation": activation}, {"units": 2, "activation": activation}])

    near = check(Spec.parse(net(layers=layers, loss=loss, data=away_from_kinks(loss))))

    assert near == 0


@pytest.mark.parametrize("loss", LOSSES.names())
@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS.names() if name not in COMPLEX_SAFE])
def test_what_has_no_complex_step_has_the_gradients_of_central_differences(activation, loss):
    layers = fitting(loss, [{"units": 6, "activation": activation}, {"units": 2, "activation": activation}])

    near = check(Spec.parse(net(layers=layers, loss=loss, data=away_from_kinks(loss))), "central_difference", 1e-8)

    assert near == 0


def test_only_gelu_has_no_complex_step():
    assert {activation.type for activation in ACTIVATIONS} - set(COMPLEX_SAFE) == {"gelu"}


def test_the_sums_near_a_kink_are_counted():
    layers = [{"name": "hidden1", "units": 1, "activation": "relu"}, {"name": "output", "units": 2}]
    at_the_kink = {"hidden1.W": [[0, 0]], "hidden1.b": [0.0005]}

    near = check(Spec.parse(net(layers=layers, parameters=at_the_kink)))

    assert near == 5


def test_the_slope_of_relu_at_zero_is_zero():
    layers = [{"name": "hidden1", "units": 1, "activation": "relu"}, {"name": "output", "units": 2}]
    at_zero = {"hidden1.W": [[0, 0]], "hidden1.b": [0], "output.W": [[1], [2]]}

    tape = record(Training(Spec.parse(net(layers=layers, parameters=at_zero))))

    assert np.all(tape.at("hidden1.da", len(tape)) != 0)
    assert np.all(tape.at("hidden1.dz", len(tape)) == 0)
    assert np.all(tape.at("hidden1.dW", len(tape)) == 0)


LOSS_AT_THE_KINK = [
    ("mae", 2.0, 2.0, 0.0, 0.0),
    ("hinge", 1.0, 1.0, 0.0, 0.0),
    ("hinge", -1.0, -1.0, 0.0, 0.0),
    ("bce", 0.0, 1.0, 100.0, -1e12),
    ("bce", 1.0, 0.0, 100.0, 1e12),
    ("bce", 0.0, 0.0, 0.0, 0.0),
    ("bce", 1.0, 1.0, 0.0, 0.0),
]
"""A loss, a and y at a kink or where it is clamped; its value there and its slope."""


@pytest.mark.parametrize(("name", "a", "y", "value", "slope"), LOSS_AT_THE_KINK)
def test_at_a_kink_a_loss_has_pytorch_s_value_and_slope(name, a, y, value, slope):
    loss = LOSSES.make(name, "")
    at, target = np.full((1, 1), a), np.full((1, 1), y)

    with np.errstate(all="ignore"):
        element = loss.element(at, target)
        da = loss.slope(at, target)

    assert loss.to_kink(at, target) == 0
    check_equal(element, [[value]], name)
    check_equal(da, [[slope]], name)


def test_every_loss_with_a_kink_has_its_convention_and_its_row():
    kinked = {loss.type for loss in LOSSES if np.isfinite(loss().to_kink(np.ones((1, 1)), np.ones((1, 1)))).any()}

    assert kinked == {loss.type for loss in LOSSES if loss.convention} == {name for name, *_ in LOSS_AT_THE_KINK}


@pytest.mark.parametrize("a", [-0.5, 1.5])
def test_what_is_no_probability_has_no_binary_cross_entropy(a):
    with np.errstate(all="ignore"):
        assert np.isnan(LOSSES.make("bce", "").element(np.full((1, 1), a), np.full((1, 1), 0.5))).all()


AT_THE_KINK = [
    ("relu", {}, 0.0, 0.0, 0.0),
    ("leaky_relu", {}, 0.0, 0.0, 0.01),
    ("leaky_relu", {"negative_slope": 0.3}, 0.0, 0.0, 0.3),
    ("elu", {}, 0.0, 0.0, 1.0),
    ("elu", {"alpha": 2.0}, 0.0, 0.0, 2.0),
    ("selu", {}, 0.0, 0.0, 1.7580993408473766),
    ("softplus", {}, 20.0, 20.000000002061153, 0.9999999979388464),
    ("softplus", {"beta": 2.0, "threshold": 0.0}, 0.0, 0.34657359027997264, 0.5),
]
"""What PyTorch 2.13.0 gives where two pieces meet: activation, hyper-parameters, z, a, slope."""


@pytest.mark.parametrize(("name", "options", "z", "a", "slope"), AT_THE_KINK)
def test_at_a_kink_value_and_slope_are_pytorch_s(name, options, z, a, slope):
    activation = ACTIVATIONS.make({"type": name, **options}, "")
    at, value, gradient = np.full((1, 1), z), np.empty((1, 1)), np.empty((1, 1))
    stepped = np.empty((1, 1), dtype=complex)

    activation.forward(at, value)
    activation.dz(np.ones((1, 1)), at, gradient)
    activation.forward(at + 1j * COMPLEX_STEP, stepped)

    assert activation.to_kink(at) == 0
    check_equal(value, [[a]], name)
    check_equal(gradient, [[slope]], name)
    check_equal(stepped.imag / COMPLEX_STEP, [[slope]], f"{name}, complex step")


def test_every_activation_with_a_kink_has_its_convention_and_its_row():
    far = np.array([[0.0, 20.0]])
    kinked = {activation.type for activation in ACTIVATIONS if np.isfinite(activation().to_kink(far)).any()}

    assert kinked == {activation.type for activation in ACTIVATIONS if activation.convention}
    assert kinked == {name for name, *_ in AT_THE_KINK}


@pytest.mark.parametrize("activation", [activation.type for activation in ACTIVATIONS if activation.elementwise])
@pytest.mark.parametrize("z", [-1e4, -40.0, 40.0, 1e4, np.inf, np.nan])
def test_far_out_an_activation_is_what_it_tends_to_and_nan_stays_nan(activation, z):
    at, a, dz = np.full((1, 1), z), np.empty((1, 1)), np.empty((1, 1))
    chosen = ACTIVATIONS.make(activation, "")

    with np.errstate(all="ignore"):
        chosen.forward(at, a)
        chosen.dz(np.ones((1, 1)), *({"z": at, "a": a}[letter] for letter in chosen.slope_reads), dz)

    assert np.isnan(a[0, 0]) == np.isnan(z)
    assert np.isfinite(dz[0, 0]) or not np.isfinite(z)


def test_softmax_and_cross_entropy_hold_for_sums_far_out():
    z, a, p, terms, value = np.array([[-1e4, 1e4]]), np.empty((1, 2)), np.empty((1, 2)), np.empty(1), np.empty(())

    ACTIVATIONS.make("softmax", "").forward(z, a)
    LOSSES.make("cross_entropy", "").forward(z, np.array([0.0]), terms, p, value)

    assert a.tolist() == p.tolist() == [[0, 1]]
    assert value == 2e4
