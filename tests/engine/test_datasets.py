"""The data sets: what is in them, the same for the same seed, and how they are parted and given to a loss."""

import csv
from pathlib import Path

import numpy as np
import pytest

from app.engine import datasets
from app.engine.datasets import DATASETS
from app.engine.errors import IncompatibleLoss, InvalidRequest, InvalidSpec, ShapeMismatch
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import X, net

FILES = Path(datasets.__file__).parent / "files"
CLASSED = [name for name in DATASETS.names() if DATASETS.find(name, "").classes]
DRAWN = [name for name in DATASETS.names() if name not in ("xor", "iris", "digits")]


def rows(name, seed=0, **options):
    """The rows of a data set, with the indices of their classes or their numbers."""
    return DATASETS.make({"dataset": name, **options}, "", "dataset").rows(np.random.default_rng(seed))


def data(given, units=1, loss="mse", seed=0, **changes):
    return Spec.parse(net(data=given, layers=[{"units": units}], loss=loss, seed=seed, **changes)).data


@pytest.mark.parametrize("name", DATASETS.names())
def test_the_same_seed_gives_the_same_rows_and_another_seed_others(name):
    x, y = rows(name, seed=1)
    again_x, again_y = rows(name, seed=1)
    other_x, _ = rows(name, seed=2, **({"noise": 0.1} if name == "xor" else {}))

    assert np.array_equal(x, again_x)
    assert np.array_equal(y, again_y)
    assert not np.array_equal(x, other_x)


@pytest.mark.parametrize("name", DATASETS.names())
def test_a_data_set_has_the_shape_that_the_catalog_says(name):
    kind = DATASETS.find(name, "")
    samples = next(field.default for field in kind.fields if field.name == "samples")

    x, y = rows(name)

    assert (x.shape, y.shape) == ((samples, kind.inputs), (samples,))
    assert kind.classes is None or set(y) == set(range(kind.classes))


@pytest.mark.parametrize("name", DATASETS.names())
@pytest.mark.parametrize("samples", [10, 33, 101])
def test_there_are_as_many_rows_as_were_asked_for(name, samples):
    x, y = rows(name, samples=samples)

    assert len(x) == len(y) == samples


@pytest.mark.parametrize("name", CLASSED)
def test_the_classes_are_of_one_size(name):
    _, y = rows(name)

    counts = np.bincount(y)
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("name", [name for name in CLASSED if name != "xor"])
def test_a_batch_in_order_has_more_than_one_class(name):
    _, y = rows(name)

    assert all(len(set(y[start : start + 10])) > 1 for start in range(0, 50, 10))


@pytest.mark.parametrize("name", DRAWN)
def test_noise_changes_what_is_drawn(name):
    x, y = rows(name, noise=0)
    noisy_x, noisy_y = rows(name, noise=0.5)

    assert not (np.array_equal(x, noisy_x) and np.array_equal(y, noisy_y))


def test_the_circle_is_a_disc_in_a_ring_with_nothing_between():
    x, y = rows("circle")
    radius = np.hypot(*x.T)

    assert np.array_equal(y, (radius < 3).astype(int))
    assert radius.max() <= 5
    assert not ((radius > 2.5) & (radius < 3.5)).any()


def test_the_spiral_s_arms_lie_opposite_each_other_and_turn_as_they_widen():
    x, y = rows("spiral")
    radius = np.hypot(*x.T)
    angle = np.arctan2(x[:, 0], x[:, 1])

    off = (angle - 1.75 * 2 * np.pi * radius / 5 - np.where(y == 1, 0, np.pi)) % (2 * np.pi)
    assert np.minimum(off, 2 * np.pi - off)[radius > 0].max() < 1e-9


def test_the_moons_are_half_circles_of_radius_1():
    x, y = rows("moons")
    upper, lower = x[y == 0], x[y == 1]

    assert np.allclose(np.hypot(*upper.T), 1)
    assert upper[:, 1].min() >= -1e-15
    assert np.allclose(np.hypot(*(lower - [1, 0.5]).T), 1)
    assert lower[:, 1].max() <= 0.5 + 1e-15


@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (0.5, 4)])
def test_the_gaussians_stand_at_2_2_and_at_minus_2_minus_2(noise, variance):
    x, y = rows("gaussian", samples=10_000, noise=noise)

    for label, center in ((1, 2), (0, -2)):
        cloud = x[y == label]
        assert np.allclose(cloud.mean(axis=0), center, atol=0.1)
        assert np.allclose(cloud.var(axis=0), variance, rtol=0.1)


@pytest.mark.parametrize("centers", [2, 3, 10])
def test_blobs_have_a_cloud_a_class(centers):
    x, y = rows("blobs", centers=centers, noise=0.5, samples=1_000)

    assert set(y) == set(range(centers))
    assert all(0.4 < x[y == label].std(axis=0).max() < 0.6 for label in range(centers))
    made = data({"dataset": "blobs", "centers": centers}, units=centers)
    assert (made.classes, made.y.shape) == (centers, (200, centers))


def test_the_plane_is_a_tenth_of_the_sum_of_its_coordinates():
    x, y = rows("plane")

    assert np.allclose(y, (x[:, 0] + x[:, 1]) / 10)
    assert 5 < abs(x).max() <= 6


def test_the_sine_is_one_whole_wave():
    x, y = rows("sine")

    assert np.allclose(y, np.sin(x[:, 0]))
    assert (x.min(), x.max()) == (-np.pi, np.pi)


def in_file(name):
    with (FILES / name).open(encoding="utf-8", newline="") as file:
        _, *found = csv.reader(file)
    return found


def test_the_irises_are_those_of_the_file_each_measurement_standardized():
    x, y = rows("iris")

    found = in_file("iris.csv")
    measured = np.array([row[:4] for row in found], dtype=float)
    back = np.column_stack([x * measured.std(axis=0) + measured.mean(axis=0), y]).round(9)
    species = ["setosa", "versicolor", "virginica"]
    assert sorted(map(tuple, back.tolist())) == sorted((*map(float, row[:4]), species.index(row[4])) for row in found)


def test_the_digits_are_those_of_the_file_pixels_from_0_to_1():
    x, y = rows("digits")

    found = sorted(tuple(map(int, row)) for row in in_file("digits8x8.csv"))
    assert sorted(map(tuple, np.column_stack([x * 16, y]).astype(int).tolist())) == found
    assert (x.min(), x.max()) == (0, 1)


def test_every_file_of_real_data_is_named_with_its_source():
    readme = (FILES / "README.md").read_text(encoding="utf-8")

    assert {path.name for path in FILES.glob("*.csv")} == {"iris.csv", "digits8x8.csv"}
    assert all(f"`{path.name}`" in readme for path in FILES.glob("*.csv"))


# Parts


def as_set(x):
    return {tuple(row) for row in x.tolist()}


@pytest.mark.parametrize(("fraction", "held"), [(0.5, 100), (0.3, 60), (0.001, 1), (0.999, 199)])
def test_a_part_is_held_out_disjoint_and_nothing_is_lost(fraction, held):
    whole = data({"dataset": "circle"})

    made = data({"dataset": "circle", "test_fraction": fraction})

    assert (len(made.x), len(made.y), len(made.test_x), len(made.test_y)) == (200 - held, 200 - held, held, held)
    assert not as_set(made.x) & as_set(made.test_x)
    assert as_set(made.x) | as_set(made.test_x) == as_set(whole.x)


def test_a_row_keeps_its_target_on_either_side():
    made = data({"dataset": "plane", "test_fraction": 0.4})

    assert np.allclose(made.y[:, 0], made.x.sum(axis=1) / 10)
    assert np.allclose(made.test_y[:, 0], made.test_x.sum(axis=1) / 10)


def test_the_part_is_the_seed_s():
    inline = {"inline": {"x": [[i] for i in range(50)], "y": [[0]] * 50}, "test_fraction": 0.5}

    first, again, other = (data(inline, seed=seed).test_x for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_spec_s_seed_draws_its_rows():
    first, again, other = (data({"dataset": "circle"}, seed=seed).x for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_without_a_part_the_rows_are_as_given():
    made = data({"inline": {"x": X, "y": [[0]] * 5}, "test_fraction": 0})

    assert made.x.tolist() == X
    assert made.test_x is None
    assert made.test_y is None


def test_an_epoch_is_of_the_rows_that_are_trained_on():
    spec = Spec.parse(net(data={"dataset": "circle", "test_fraction": 0.5}, layers=[{"units": 1}], batch_size=10))

    assert Training(spec).steps_per_epoch == 10
    with pytest.raises(InvalidRequest, match="at most 100"):
        Spec.parse(net(data={"dataset": "circle", "test_fraction": 0.5}, layers=[{"units": 1}], batch_size=101))


def test_what_is_held_out_is_never_trained_on():
    def trained(test_rows):
        x = [[i / 10] for i in range(10)]
        held = Spec.parse(net(data={"inline": {"x": x, "y": x}, "test_fraction": 0.3}, layers=[{"units": 1}])).data
        out = {row[0] for row in held.test_x.tolist()}
        y = [[test_rows if row[0] in out else row[0]] for row in x]
        made = Training(Spec.parse(net(data={"inline": {"x": x, "y": y}, "test_fraction": 0.3}, layers=[{"units": 1}])))
        made.advance(10 * made.ticks_per_step)
        return made.variables.kept.tolist()

    assert trained(0) == trained(1000)


def test_a_spec_says_again_what_made_its_parts():
    spec = Spec.parse(net(data={"dataset": "moons", "test_fraction": 0.25}, layers=[{"units": 1}]))

    assert spec.json()["data"] == {"dataset": "moons", "samples": 200, "noise": 0, "test_fraction": 0.25}
    again = Spec.parse(spec.json()).data
    assert np.array_equal(spec.data.test_x, again.test_x)


@pytest.mark.parametrize("fraction", [-0.1, 1, "half", True, None])
def test_a_part_that_is_none_is_refused(fraction):
    with pytest.raises(InvalidRequest, match="test_fraction: expected a number"):
        data({"dataset": "circle", "test_fraction": fraction})


def test_a_single_row_cannot_be_parted():
    with pytest.raises(InvalidSpec, match="a single row cannot be parted"):
        data({"inline": {"x": [[1]], "y": [[1]]}, "test_fraction": 0.5})


# Targets


@pytest.mark.parametrize(
    ("given", "units", "loss", "classes"),
    [
        ({"dataset": "circle"}, 1, "bce_with_logits", 2),
        ({"dataset": "circle"}, 2, "mse", 2),
        ({"dataset": "iris"}, 3, "mse", 3),
        ({"dataset": "iris"}, 4, "cross_entropy", 3),
        ({"dataset": "plane"}, 1, "mse", None),
        ({"inline": {"x": X, "y": [0, 1, 1, 0, 1]}}, 1, "mse", 2),
        ({"inline": {"x": X, "y": [0, 1, 1, 0, 1.5]}}, 1, "mse", None),
        ({"inline": {"x": X, "y": [0, 1, 2, 0, 1]}}, 3, "hinge", 3),
        ({"inline": {"x": X, "y": [[0, 1], [1, 0]] * 2 + [[1, 0]]}}, 2, "mse", 2),
        ({"inline": {"x": X, "y": [[0, 1], [1, 1]] * 2 + [[1, 0]]}}, 2, "mse", None),
        ({"inline": {"x": X, "y": [[0], [1], [1], [0], [0]]}}, 1, "bce", 2),
        ({"inline": {"x": X, "y": [[-1], [1], [1], [1], [1]]}}, 1, "hinge", 2),
        ({"inline": {"x": X, "y": [[0.5], [1], [1], [0], [0]]}}, 1, "bce", None),
        ({"inline": {"x": X, "y": [[0], [1], [1], [0], [0]]}}, 1, "mse", None),
    ],
)
def test_data_say_how_many_classes_their_targets_are_in(given, units, loss, classes):
    assert data(given, units, loss).classes == classes


@pytest.mark.parametrize(
    ("name", "units", "loss", "error", "says"),
    [
        ("iris", 1, "bce_with_logits", IncompatibleLoss, "3 classes want 3 outputs for bce_with_logits, got 1"),
        ("iris", 1, "mse", IncompatibleLoss, "3 classes want 3 outputs for mse, got 1"),
        ("iris", 2, "mse", InvalidSpec, "3 classes want 3 outputs for mse, got 2"),
        ("iris", 2, "cross_entropy", InvalidSpec, "3 classes want 3 outputs for cross_entropy, got 2"),
        ("circle", 1, "cross_entropy", IncompatibleLoss, "cross_entropy: expected at least 2 outputs, one a class"),
        ("plane", 2, "cross_entropy", IncompatibleLoss, "cross_entropy: expected classes for targets, got numbers"),
        ("plane", 1, "bce_with_logits", IncompatibleLoss, "bce_with_logits: expected classes for targets, got numbers"),
        ("plane", 2, "mse", ShapeMismatch, "expected 2 a sample, one an output, got 1"),
    ],
)
def test_targets_that_do_not_fit_the_network_are_refused_and_both_named(name, units, loss, error, says):
    with pytest.raises(error, match=says):
        data({"dataset": name}, units, loss)
