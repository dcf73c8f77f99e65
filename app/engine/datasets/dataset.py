"""What a data set is: rows of inputs, with a class or a number for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import UnknownChoice
from ..registry import Described, Registry
from ..terms import Array


@dataclass(frozen=True)
class Data:
    """Inputs x (samples, inputs) and targets y (samples, outputs), as the loss wants them.

    `test_x` and `test_y` are the rows that are held out of training, None where there are none; `classes` is how many
    classes the targets were given as, None where they are numbers. Inputs and classes have names where they came with
    some.
    """

    x: Array
    y: Array
    test_x: Array | None = None
    test_y: Array | None = None
    classes: int | None = None
    input_names: tuple[str, ...] | None = None
    class_names: tuple[str, ...] | None = None


class Dataset(Described):
    """Rows that a spec asks for by name: the same seed gives the same rows in the same order."""

    inputs: int
    classes: int | None
    """How many classes there are, or None where the targets are numbers."""
    input_names: tuple[str, ...] | None = None
    class_names: tuple[str, ...] | None = None
    """What inputs and classes are called, where they have names."""

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        """Inputs (samples, inputs), and for each row (samples) the index of its class, or a number."""
        raise NotImplementedError

    def json(self) -> dict[str, Any]:
        return {"dataset": self.type, **self.options}

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {**super().catalog(), "inputs": cls.inputs, "classes": cls.classes}


def shuffled(x: Array, y: Array, generator: np.random.Generator) -> tuple[Array, Array]:
    """The same rows in a random order, so that a small batch has of every class and every part."""
    order = generator.permutation(len(x))
    return x[order], y[order]


class UnknownDataset(UnknownChoice):
    kind = "data set"


DATASETS: Registry[Dataset] = Registry(UnknownDataset)
