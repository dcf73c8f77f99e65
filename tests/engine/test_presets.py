"""The examples on data: each learns what it is there to show within a few hundred steps."""

import pytest

from app.engine.forward import Forward
from app.engine.presets import preset_spec
from app.engine.spec import Spec
from app.engine.training import Training


def held_out(name, steps):
    """The loss, and the part that is said right, of rows that the network has not seen."""
    spec = Spec.parse(preset_spec(name))
    trained = Training(spec)
    trained.advance(steps * trained.ticks_per_step)
    x, y = spec.data.test_x, spec.data.test_y
    forward = Forward(trained.graph, trained.schedule, len(x), spec.dtype)
    forward.set(trained.variables.views)
    forward.load(x, y)
    return forward.loss(), spec.loss.right(forward.buffers["output.a"], y).mean() if spec.data.classes else None


@pytest.mark.parametrize(
    ("name", "steps", "right"),
    [("circle", 300, 0.97), ("spiral", 420, 0.95), ("moons", 300, 0.97), ("iris", 300, 0.93), ("digits", 300, 0.94)],
)
def test_an_example_tells_classes_apart_that_it_has_not_seen(name, steps, right):
    _, before = held_out(name, 0)
    _, after = held_out(name, steps)

    assert before < 0.8
    assert after >= right


def test_the_sine_is_found_under_its_noise():
    loss, _ = held_out("sine", 500)

    assert loss < 2.5 * 0.1**2
