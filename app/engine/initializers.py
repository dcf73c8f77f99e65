"""Initializers: the values that weights start from. W is (out, in); fan-in is `in`, fan-out `out`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .errors import UnknownChoice
from .registry import Described, Registry
from .terms import Array


class Initializer(Described):
    formula: ClassVar[str]

    def values(self, shape: tuple[int, int], generator: np.random.Generator) -> Array:
        """A float64 array of `shape` (out, in)."""
        raise NotImplementedError

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {**super().catalog(), "formula": cls.formula}


class UnknownInitializer(UnknownChoice):
    kind = "initializer"


INITIALIZERS: Registry[Initializer] = Registry(UnknownInitializer)


@INITIALIZERS.add
class XavierUniform(Initializer):
    """U(−r, r) with r = √(6 / (in + out)): Glorot & Bengio 2010, eq. 16."""

    type = "xavier_uniform"
    title = "Xavier uniform"
    formula = r"U(-r, r),\quad r = \sqrt{\frac{6}{\text{in} + \text{out}}}"

    def values(self, shape: tuple[int, int], generator: np.random.Generator) -> Array:
        bound = np.sqrt(6 / sum(shape))
        return generator.uniform(-bound, bound, shape)


@INITIALIZERS.add
class HeNormal(Initializer):
    """N(0, 2 / in): He et al. 2015, eq. 10."""

    type = "he_normal"
    title = "He normal"
    formula = r"N\!\left(0,\ \frac{2}{\text{in}}\right)"

    def values(self, shape: tuple[int, int], generator: np.random.Generator) -> Array:
        return generator.normal(0, np.sqrt(2 / shape[1]), shape)
