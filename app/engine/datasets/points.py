"""Data sets of points in the plane."""

from __future__ import annotations

import numpy as np

from ..registry import Field
from ..terms import Array
from .dataset import DATASETS, Dataset

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
