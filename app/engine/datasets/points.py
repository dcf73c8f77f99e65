"""Made data sets of points in the plane, in classes.

Where TensorFlow Playground (Smilkov & Carter 2016, `dataset.ts`) has one of the name, it is that one, noise included,
with its classes −1 and 1 as 0 and 1; the others are scikit-learn's.
"""

from __future__ import annotations

import numpy as np

from ..registry import Field, Option
from ..terms import Array
from .dataset import DATASETS, Dataset, shuffled

SAMPLES = Field("samples", int, 200, "how many points", minimum=10, maximum=10_000)
NOISE = Field("noise", float, 0.0, "standard deviation of what is added to each coordinate", minimum=0, maximum=10)


@DATASETS.add
class XOR(Dataset):
    """The corners of the unit square; the class is whether exactly one coordinate is 1 (Minsky & Papert 1969)."""

    type = "xor"
    title = "Exclusive or"
    inputs = 2
    classes = 2
    fields = (
        Field("samples", int, 4, "how many points; corners repeat in order", minimum=4, maximum=10_000),
        NOISE,
    )
    samples: int
    noise: float

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        chosen = np.arange(self.samples) % 4
        x = corners[chosen] + generator.normal(0, 1, (self.samples, 2)) * self.noise
        return x, np.array([0, 1, 1, 0])[chosen]


@DATASETS.add
class Circle(Dataset):
    """A disc of radius 2.5, class 1, inside a ring from 3.5 to 5, class 0: Playground's `classifyCircleData`.

    With noise a point's class is the one at a place beside it, on either side of radius 2.5.
    """

    type = "circle"
    title = "Circle"
    inputs = 2
    classes = 2
    fields = (
        SAMPLES,
        Field("noise", float, 0.0, "how far off a class is read, as a part of the radius 5", minimum=0, maximum=0.5),
    )
    samples: int
    noise: float

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        inside = np.arange(self.samples) % 2 == 1
        radius = np.where(inside, generator.uniform(0, 2.5, self.samples), generator.uniform(3.5, 5, self.samples))
        angle = generator.uniform(0, 2 * np.pi, self.samples)
        x = np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])
        read_at = x + generator.uniform(-5, 5, x.shape) * self.noise
        return shuffled(x, (np.hypot(*read_at.T) < 2.5).astype(int), generator)


@DATASETS.add
class Spiral(Dataset):
    """Two arms of 1.75 turns, out to radius 5: Playground's `classifySpiralData`."""

    type = "spiral"
    title = "Spiral"
    inputs = 2
    classes = 2
    fields = (
        SAMPLES,
        Field("noise", float, 0.0, "the most that is added to each coordinate, evenly spread", minimum=0, maximum=10),
    )
    samples: int
    noise: float

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        along, arm = np.arange(self.samples) // 2 / (self.samples / 2), np.arange(self.samples) % 2
        angle = 1.75 * 2 * np.pi * along + np.pi * (1 - arm)
        x = (5 * along * np.array([np.sin(angle), np.cos(angle)])).T
        return shuffled(x + generator.uniform(-1, 1, x.shape) * self.noise, arm, generator)


@DATASETS.add
class Moons(Dataset):
    """Two half circles of radius 1 that reach into each other: scikit-learn's `make_moons`."""

    type = "moons"
    title = "Moons"
    inputs = 2
    classes = 2
    fields = (SAMPLES, NOISE)
    samples: int
    noise: float

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        upper = np.linspace(0, np.pi, self.samples // 2)
        lower = np.linspace(0, np.pi, self.samples - self.samples // 2)
        x = np.vstack([
            np.column_stack([np.cos(upper), np.sin(upper)]),
            np.column_stack([1 - np.cos(lower), 0.5 - np.sin(lower)]),
        ])  # fmt: skip
        y = np.repeat([0, 1], [len(upper), len(lower)])
        return shuffled(x + generator.normal(0, 1, x.shape) * self.noise, y, generator)


@DATASETS.add
class Gaussian(Dataset):
    """Two normal clouds, class 1 around (2, 2), class 0 around (−2, −2): Playground's `classifyTwoGaussData`."""

    type = "gaussian"
    title = "Two Gaussians"
    inputs = 2
    classes = 2
    fields = (
        SAMPLES,
        Field("noise", float, 0.0, "how wide the clouds are: a variance of 0.5 + 7 noise", minimum=0, maximum=0.5),
    )
    samples: int
    noise: float

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        y = np.arange(self.samples) % 2
        spread = np.sqrt(0.5 + 7 * self.noise)
        x = np.where(y == 1, 2.0, -2.0)[:, None] + generator.normal(0, 1, (self.samples, 2)) * spread
        return shuffled(x, y, generator)


@DATASETS.add
class Blobs(Dataset):
    """A normal cloud a class, around centers drawn between −10 and 10: scikit-learn's `make_blobs`."""

    type = "blobs"
    title = "Blobs"
    inputs = 2
    classes = 3
    fields = (
        SAMPLES,
        Field("centers", int, 3, "how many clouds, each a class of its own", minimum=2, maximum=10),
        Field("noise", float, 1.0, "standard deviation of each cloud", minimum=0, maximum=10),
    )
    samples: int
    centers: int
    noise: float

    def __init__(self, **options: Option) -> None:
        super().__init__(**options)
        self.classes = self.centers

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        centers = generator.uniform(-10, 10, (self.centers, 2))
        y = np.arange(self.samples) % self.centers
        return shuffled(centers[y] + generator.normal(0, 1, (self.samples, 2)) * self.noise, y, generator)
