"""Networks whose code lines are run, with every activation and every loss."""

import numpy as np
import pytest

from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import X, Y, fitting, net, record, targets
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
