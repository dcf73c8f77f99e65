"""What a data set is: rows of inputs, with a class for each."""

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
    classes the targets were given as, None where they are numbers.
    """

    x: Array
    y: Array
    test_x: Array | None = None
    test_y: Array | None = None
    classes: int | None = None


class Dataset(Described):
    """Made data: the same seed gives the same rows."""

    inputs: int
    classes: int

    def rows(self, generator: np.random.Generator) -> tuple[Array, Array]:
        """Inputs (samples, inputs), and the class of each row as an index (samples)."""
        raise NotImplementedError

    def json(self) -> dict[str, Any]:
        return {"dataset": self.type, **self.options}

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {**super().catalog(), "inputs": cls.inputs, "classes": cls.classes}


class UnknownDataset(UnknownChoice):
    kind = "data set"


DATASETS: Registry[Dataset] = Registry(UnknownDataset)
