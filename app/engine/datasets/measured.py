"""Real data sets, read from `files/`, whose README names their sources and licences."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from ..registry import Field
from ..terms import Array
from .dataset import DATASETS, Dataset, shuffled


@cache
def lines(name: str) -> list[list[str]]:
    """The rows of a file below its header, as texts; the class is the last."""
    text = (Path(__file__).parent / "files" / name).read_text(encoding="utf-8")
    return [line.split(",") for line in text.splitlines()[1:]]


@DATASETS.add
class Iris(Dataset):
    """Fisher's 150 flowers: sepal length and width, petal length and width, and which of three species (Fisher 1936).

    Each measurement has the mean 0 and the standard deviation 1 over all 150. Fewer `samples` are a random part of the
    flowers.
    """

    type = "iris"
    title = "Iris"
    inputs = 4
    classes = 3
    input_names = ("sepal length", "sepal width", "petal length", "petal width")
    class_names = ("setosa", "versicolor", "virginica")
    fields = (Field("samples", int, 150, "how many of the flowers", minimum=10, maximum=150),)
    samples: int

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        flowers = lines("iris.csv")
        x = np.array([flower[:-1] for flower in flowers], dtype=np.float64)
        y = np.array([self.class_names.index(flower[-1]) for flower in flowers])
        x, y = shuffled((x - x.mean(axis=0)) / x.std(axis=0), y, generator)
        return x[: self.samples], y[: self.samples]


@DATASETS.add
class Digits(Dataset):
    """600 handwritten digits of 8 × 8 pixels, 60 of each (Alpaydin & Kaynak 1998, UCI).

    A pixel is its count from 0 to 16, divided by 16; pixels stand row by row. The class is the digit. Fewer `samples`
    are a random part of the digits.
    """

    type = "digits"
    title = "Handwritten digits"
    inputs = 64
    classes = 10
    fields = (Field("samples", int, 600, "how many of the digits", minimum=10, maximum=600),)
    samples: int

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        pixels = np.array(lines("digits8x8.csv"), dtype=np.float64)
        x, y = shuffled(pixels[:, :-1] / 16, pixels[:, -1].astype(int), generator)
        return x[: self.samples], y[: self.samples]
