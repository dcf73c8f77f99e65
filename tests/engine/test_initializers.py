"""What parameters start from: bounds, mean and variance of each initializer, and draws that hang on nothing else."""

import numpy as np
import pytest

from app.engine.initializers import INITIALIZERS
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import net

IN, OUT = 400, 300

ROWS = [
    ("zeros", {}, 0, 0, 0),
    ("constant", {}, 0.1, 0, 0.1),
    ("constant", {"value": -2.5}, -2.5, 0, 2.5),
    ("normal", {}, 0, 1, np.inf),
    ("normal", {"mean": 3, "std": 0.5}, 3, 0.25, np.inf),
    ("uniform", {}, 0.5, 1 / 12, 1),
    ("uniform", {"a": -3, "b": 1}, -1, 16 / 12, 3),
    ("uniform", {"a": 1, "b": -3}, -1, 16 / 12, 3),
    ("xavier_uniform", {}, 0, 2 / (IN + OUT), np.sqrt(6 / (IN + OUT))),
    ("xavier_normal", {}, 0, 2 / (IN + OUT), np.inf),
    ("he_uniform", {}, 0, 2 / IN, np.sqrt(6 / IN)),
    ("he_normal", {}, 0, 2 / IN, np.inf),
    ("torch_default", {}, 0, 1 / (3 * IN), 1 / np.sqrt(IN)),
]
"""An initializer and its hyper-parameters; the mean, the variance and the largest magnitude of what it gives."""


def starting(init, inputs=IN, units=OUT, seed=3, **changes):
    """The starting values of a network whose first layer has this initializer."""
    layers = [{"name": "hidden1", "units": units, "init": init}, {"name": "output", "units": 2}]
    data = {"inline": {"x": [[0.5] * inputs], "y": [[1, 0]]}}
    return Training(Spec.parse(net(layers=layers, data=data, seed=seed, **changes))).variables.views


@pytest.mark.parametrize(("name", "options", "mean", "variance", "bound"), ROWS)
def test_weights_have_the_mean_the_variance_and_the_bounds_of_their_initializer(name, options, mean, variance, bound):
    weights = starting({"type": name, **options})["hidden1.W"]

    assert weights.shape == (OUT, IN)
    assert weights.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / weights.size) + 1e-12)
    assert weights.var() == pytest.approx(variance, rel=0.02, abs=1e-30)
    assert np.abs(weights).max() <= bound
    assert np.isinf(bound) or np.abs(weights).max() >= 0.99 * bound


def test_every_initializer_has_its_row():
    assert {name for name, *_ in ROWS} == set(INITIALIZERS.names())


@pytest.mark.parametrize("init", INITIALIZERS.names())
def test_the_seed_decides_every_draw(init):
    first, again, other = (starting(init, 5, 4, seed) for seed in (1, 1, 2))

    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert np.array_equal(first["hidden1.W"], other["hidden1.W"]) == (init in ("zeros", "constant"))


@pytest.mark.parametrize("init", INITIALIZERS.names())
def test_given_values_change_no_draw_after_them(init):
    drawn = starting(init, 2, 1)

    given = starting(init, 2, 1, parameters={"hidden1.W": [[7, 8]], "hidden1.b": [9]})

    assert given["hidden1.W"].tolist() == [[7, 8]]
    assert given["hidden1.b"].tolist() == [9]
    assert np.array_equal(given["output.W"], drawn["output.W"])


@pytest.mark.parametrize("init", [name for name in INITIALIZERS.names() if name != "torch_default"])
def test_biases_start_at_zero(init):
    assert not starting(init, 5, 4)["hidden1.b"].any()


def test_pytorch_s_default_draws_biases_with_the_bounds_of_their_weights_and_after_them():
    views = starting("torch_default", inputs=25, units=4_000)
    weights, biases = views["hidden1.W"], views["hidden1.b"]
    generator = np.random.default_rng(np.random.SeedSequence(3).spawn(2)[0])

    assert biases.shape == (4_000,)
    assert 0.99 / 5 <= np.abs(biases).max() <= 1 / 5
    assert abs(biases.mean()) < 4 * np.sqrt(1 / (75 * 4_000))
    assert biases.var() == pytest.approx(1 / 75, rel=0.05)
    assert np.array_equal(weights, generator.uniform(-1 / 5, 1 / 5, (4_000, 25)))
    assert np.array_equal(biases, generator.uniform(-1 / 5, 1 / 5, 4_000))


def test_a_layer_without_biases_takes_pytorch_s_default_too():
    layers = [{"name": "output", "units": 2, "init": "torch_default", "bias": False}]

    views = Training(Spec.parse(net(layers=layers))).variables.views

    assert list(views) == ["output.W"]
    assert np.abs(views["output.W"]).max() <= 1 / np.sqrt(2)


def test_a_spec_s_json_keeps_the_hyper_parameters_of_an_initializer():
    layers = [{"units": 2, "init": {"type": "normal", "std": 0.25}}]

    spec = Spec.parse(Spec.parse(net(layers=layers)).json())

    assert spec.json()["layers"][0]["init"] == {"type": "normal", "mean": 0, "std": 0.25}
