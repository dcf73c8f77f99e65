"""Made data sets whose targets are numbers: a function to be found from its values."""

from __future__ import annotations

import numpy as np

from ..registry import Field
from ..terms import Array
from .dataset import DATASETS, Dataset, shuffled
from .points import SAMPLES


@DATASETS.add
class Plane(Dataset):
    """(x₀ + x₁) / 10 over the square from −6 to 6: TensorFlow Playground's `regressPlane`.

    With noise a point's number is the one at a place beside it.
    """

    type = "plane"
    title = "Plane"
    inputs = 2
    classes = None
    fields = (
        SAMPLES,
        Field("noise", float, 0.0, "how far off a number is read, as a part of 6", minimum=0, maximum=0.5),
    )
    samples: int
    noise: float

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        x = generator.uniform(-6, 6, (self.samples, 2))
        read_at = x + generator.uniform(-6, 6, x.shape) * self.noise
        return x, read_at.sum(axis=1) / 10


@DATASETS.add
class Sine(Dataset):
    """One wave, sin x at even distances from −π to π: Bishop 2006, section 1.1, with x from −π instead of from 0."""

    type = "sine"
    title = "Sine"
    inputs = 1
    classes = None
    fields = (
        SAMPLES,
        Field("noise", float, 0.0, "standard deviation of what is added to each number", minimum=0, maximum=10),
    )
    samples: int
    noise: float

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        x = np.linspace(-np.pi, np.pi, self.samples)
        y = np.sin(x) + generator.normal(0, 1, self.samples) * self.noise
        return shuffled(x[:, None], y, generator)
