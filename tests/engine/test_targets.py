"""Class targets become what the loss wants; rows are taken as given, except 0/1 rows for hinge."""

import pytest

from app.engine.errors import IncompatibleLoss
from app.engine.spec import Spec
from tests.engine.nets import net


def targets(loss, y, outputs):
    layers = [{"units": outputs}]
    return Spec.parse(
        net(layers=layers, loss=loss, data={"inline": {"x": [[0.5, 1]] * len(y), "y": y}})
    ).data.y.tolist()


@pytest.mark.parametrize(
    ("loss", "y", "outputs", "wanted"),
    [
        ("hinge", [0, 1, 1], 1, [[-1], [1], [1]]),
        ("hinge", [[0], [1]], 1, [[-1], [1]]),
        ("hinge", [0, 2], 3, [[1, -1, -1], [-1, -1, 1]]),
        ("hinge", [[0, 1], [1, 0]], 2, [[-1, 1], [1, -1]]),
        ("hinge", [[-1], [1]], 1, [[-1], [1]]),
        ("hinge", [[0.5, 1], [-1, 1]], 2, [[0.5, 1], [-1, 1]]),
        ("bce", [0, 1], 1, [[0], [1]]),
        ("bce", [[0.25], [1]], 1, [[0.25], [1]]),
        ("mae", [0.5, 3], 1, [[0.5], [3]]),
        ("huber", [1, 0], 2, [[0, 1], [1, 0]]),
    ],
)
def test_targets_become_what_the_loss_wants(loss, y, outputs, wanted):
    assert targets(loss, y, outputs) == wanted


@pytest.mark.parametrize("loss", ["bce", "bce_with_logits", "hinge"])
def test_a_class_that_is_neither_0_nor_1_is_refused_for_one_output(loss):
    with pytest.raises(IncompatibleLoss, match="expected targets 0 or 1, got 2"):
        targets(loss, [0, 2], 1)
