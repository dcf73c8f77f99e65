"""The code lines that the page shows beside the ticks, run in their order, give the step's numbers."""

import math
import re

import numpy as np
import pytest

from app.engine.ops import ACTIVATIONS, LOSSES
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import X, Y, batch_names, check_equal, code_names, fitting, net, record, targets, variable

OPTIONS = [
    {"type": "leaky_relu", "negative_slope": -0.25},
    {"type": "elu", "alpha": 1e-5},
    {"type": "softplus", "beta": 3.5, "threshold": 0.5},
]
"""Hyper-parameters other than the defaults, which the lines must have in them."""

NETS = [
    pytest.param({"activation": activation, "loss": loss, "reduction": reduction, "bias": bias}, id=name)
    for activation in [*ACTIVATIONS.names(), *OPTIONS]
    for loss in [*LOSSES.names(), {"type": "huber", "delta": 0.25}]
    for reduction in ("mean", "sum")
    for bias in (True, False)
    if (name := f"{activation}-{loss}-{reduction}-{'b' if bias else 'no b'}")
]


def test_every_hyper_parameter_of_an_activation_is_tried_with_another_value_than_its_default():
    tried = {name for options in OPTIONS for name in options if name != "type"}

    assert tried == {field.name for activation in ACTIVATIONS for field in activation.fields}


def recorded(activation, loss, reduction, bias):
    hidden = {"name": "hidden1", "units": 4, "activation": activation, "bias": bias}
    chosen = {"type": loss} if isinstance(loss, str) else loss
    layers = fitting(chosen["type"], [hidden, {"units": 2, "bias": bias}])
    data = {
        "inline": {"x": X, "y": targets(chosen["type"], np.abs(Y).tolist())}
    }  # PyTorch takes no probability below 0
    spec = net(layers=layers, loss={**chosen, "reduction": reduction}, data=data)
    trained = Training(Spec.parse(spec))
    return trained, [record(trained), record(trained)]


@pytest.mark.parametrize("chosen", NETS)
def test_the_numpy_lines_give_the_numbers_of_one_step_and_run_again_of_the_next(chosen):
    trained, tapes = recorded(**chosen)
    names = {"np": np, "math": math, **code_names(tapes[0])}

    for tape in tapes:
        for tick in trained.schedule:
            names |= batch_names(tape, tick.index)
            exec(tick.code["numpy"], names)

            for name in tick.writes:
                check_equal(names[variable(name)], tape.at(name, tick.index + 1), f"{name} after {tick.code['numpy']}")


def test_pytorch_s_lines_leave_out_only_what_pytorch_has_no_name_for():
    trained, _ = recorded("tanh", "bce_with_logits", "mean", True)

    left_out = {
        name
        for tick in trained.schedule
        for name in tick.writes
        if not re.search(rf"^{variable(name)}(\.data)? \+?= ", tick.code["pytorch"], re.MULTILINE)
    }

    assert left_out == {"loss.terms"}
