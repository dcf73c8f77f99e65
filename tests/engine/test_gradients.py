"""Gradients against the complex step: f(w + ih) = f(w) + ih·f′(w) − …, so that Im f / h is f′ to the last digit.

The plan bound for complex numbers runs forward only; what is differentiated is the same code that is watched.
An activation that has no complex step is held to central differences.
"""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings

from app.engine.gradcheck import check_gradients
from app.engine.ops import ACTIVATIONS, LOSSES
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import X, Y, fitting, net, nets, record, targets
from tests.engine.table import ACTIVATION_ROWS, LOSS_ROWS, choices, label


def away_from_kinks(loss):
    return {"inline": {"x": X, "y": targets(loss["type"], [[number + 0.055 for number in row] for row in Y])}}


COMPLEX_SAFE = [row for row in ACTIVATION_ROWS if row.complex_step]
REAL_ONLY = [row for row in ACTIVATION_ROWS if not row.complex_step]
every_loss = pytest.mark.parametrize("loss", choices(LOSS_ROWS), ids=label)


def check(spec, method="complex_step", relative=1e-12):
    """Hold one step's gradients against the loss; gives how many numbers lay near a kink."""
    trained = Training(spec)
    checked = check_gradients(trained.graph, trained.schedule, record(trained), method)
    for tensor in checked.tensors:
        assert tensor.checked + tensor.skipped == tensor.entries
        assert tensor.verdict == "skipped" or tensor.relative <= relative, tensor
    return checked.near_kinks


@settings(max_examples=60)
@given(nets([row.name for row in COMPLEX_SAFE]))
def test_every_gradient_of_any_network_is_the_complex_step(spec):
    # In a random network the terms of a gradient may cancel, and with them its digits: a place more is allowed.
    check(Spec.parse(spec), relative=1e-11)


@every_loss
@pytest.mark.parametrize("activation", choices(COMPLEX_SAFE), ids=label)
def test_no_gradient_is_skipped_away_from_kinks(activation, loss):
    layers = fitting(loss["type"], [{"units": 6, "activation": activation}, {"units": 2, "activation": activation}])

    near = check(Spec.parse(net(layers=layers, loss=loss, data=away_from_kinks(loss))))

    assert near == 0


@every_loss
@pytest.mark.parametrize("activation", choices(REAL_ONLY), ids=label)
def test_what_has_no_complex_step_has_the_gradients_of_central_differences(activation, loss):
    layers = fitting(loss["type"], [{"units": 6, "activation": activation}, {"units": 2, "activation": activation}])

    near = check(Spec.parse(net(layers=layers, loss=loss, data=away_from_kinks(loss))), "central_difference", 1e-8)

    assert near == 0


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


@pytest.mark.parametrize("a", [-0.5, 1.5])
def test_what_is_no_probability_has_no_binary_cross_entropy(a):
    with np.errstate(all="ignore"):
        assert np.isnan(LOSSES.make("bce", "").element(np.full((1, 1), a), np.full((1, 1), 0.5))).all()


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


@pytest.mark.parametrize("ahead", [5, 9, 15, 30])
def test_where_one_unit_of_softmax_has_nearly_all_its_gradients_keep_their_digits(ahead):
    z, da = [0.1, ahead, -0.3], [0.7, -1.3, 2.1]
    with localcontext(prec=60):
        powers = [Decimal(one).exp() for one in z]
        a = [power / sum(powers) for power in powers]
        mean = sum(Decimal(slope) * share for slope, share in zip(da, a, strict=True))
        exact = [float(share * (Decimal(slope) - mean)) for slope, share in zip(da, a, strict=True)]
    softmax, found, dz = ACTIVATIONS.make("softmax", ""), np.empty((1, 3)), np.empty((1, 3))
    softmax.forward(np.array([z]), found)

    softmax.dz(np.array([da]), found, dz)

    assert dz[0] == pytest.approx(exact, rel=1e-14, abs=0)


def test_softmax_and_cross_entropy_hold_for_sums_far_out():
    z, a, p, terms, value = np.array([[-1e4, 1e4]]), np.empty((1, 2)), np.empty((1, 2)), np.empty(1), np.empty(())

    ACTIVATIONS.make("softmax", "").forward(z, a)
    LOSSES.make("cross_entropy", "").forward(z, np.array([0.0]), terms, p, value)

    assert a.tolist() == p.tolist() == [[0, 1]]
    assert value == 2e4
