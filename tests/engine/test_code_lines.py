"""The code lines that the page shows beside the ticks, run in their order, give the step's numbers."""

import math
import re

import numpy as np
import pytest

from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import X, Y, batch_names, check_equal, code_names, fitting, net, record, targets, variable
from tests.engine.table import ACTIVATION_ROWS, LOSS_ROWS, choices, label

NETS = [
    pytest.param({"activation": activation, "loss": loss, "bias": bias}, id=name)
    for activation in choices(ACTIVATION_ROWS)
    for loss in choices(LOSS_ROWS)
    for bias in (True, False)
    if (name := f"{label(activation)}-{label(loss)}-{'b' if bias else 'no b'}")
]


def recorded(activation, loss, bias):
    hidden = {"name": "hidden1", "units": 4, "activation": activation, "bias": bias}
    layers = fitting(loss["type"], [hidden, {"units": 2, "bias": bias}])
    # PyTorch takes no probability below 0.
    data = {"inline": {"x": X, "y": targets(loss["type"], np.abs(Y).tolist())}}
    trained = Training(Spec.parse(net(layers=layers, loss=loss, data=data)))
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
    trained, _ = recorded("tanh", {"type": "bce_with_logits"}, True)

    left_out = {
        name
        for tick in trained.schedule
        for name in tick.writes
        if not re.search(rf"^{variable(name)}(\.data)? \+?= ", tick.code["pytorch"], re.MULTILINE)
    }

    assert left_out == {"loss.terms"}
