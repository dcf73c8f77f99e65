"""Initializers: the values that weights start from. W is (out, in); fan-in is `in`, fan-out `out`.

Names, parameters and defaults are those of `torch.nn.init`, with He for Kaiming and the gain that belongs to ReLU.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .errors import UnknownChoice
from .registry import Described, Field, Registry
from .terms import Array


class Initializer(Described):
    formula: ClassVar[str]

    def values(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """A float64 array of `shape`, (out, in) for weights and (out) for what `for_bias` gives."""
        raise NotImplementedError

    def for_bias(self, inputs: int) -> Initializer | None:
        """What the biases of a layer with so many inputs start from, or None: from 0."""
        return None

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {**super().catalog(), "formula": cls.formula}


class UnknownInitializer(UnknownChoice):
    kind = "initializer"


INITIALIZERS: Registry[Initializer] = Registry(UnknownInitializer)


LARGEST = 1e6
"""How large a starting value may be asked for, either way."""


def number(name: str, default: float, text: str) -> Field:
    return Field(name, float, default, text, minimum=-LARGEST, maximum=LARGEST)


@INITIALIZERS.add
class Zeros(Initializer):
    """0 everywhere: units of a layer start alike, and stay so."""

    type = "zeros"
    title = "Zeros"
    formula = "0"

    def values(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        return np.zeros(shape)


@INITIALIZERS.add
class Constant(Initializer):
    """One value everywhere. `torch.nn.init.constant_` has no default for it."""

    type = "constant"
    title = "Constant"
    fields = (number("value", 0.1, "what every weight starts at"),)
    formula = r"\text{value}"
    value: float

    def values(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        return np.full(shape, self.value)


@INITIALIZERS.add
class Normal(Initializer):
    """N(mean, std²)."""

    type = "normal"
    title = "Normal"
    fields = (
        number("mean", 0.0, "the middle"),
        Field("std", float, 1.0, "the standard deviation", minimum=0, maximum=LARGEST),
    )
    formula = r"N\!\left(\text{mean},\ \text{std}^2\right)"
    mean: float
    std: float

    def values(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        return generator.normal(self.mean, self.std, shape)


@INITIALIZERS.add
class Uniform(Initializer):
    """U(a, b)."""

    type = "uniform"
    title = "Uniform"
    fields = (number("a", 0.0, "one bound"), number("b", 1.0, "the other bound"))
    formula = r"U(\text{a}, \text{b})"
    a: float
    b: float

    def values(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        return generator.uniform(min(self.a, self.b), max(self.a, self.b), shape)


@INITIALIZERS.add
class XavierUniform(Initializer):
    """U(−r, r) with r = √(6 / (in + out)): Glorot & Bengio 2010, eq. 16."""

    type = "xavier_uniform"
    title = "Xavier uniform"
    formula = r"U(-r, r),\quad r = \sqrt{\frac{6}{\text{in} + \text{out}}}"

    def values(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        bound = np.sqrt(6 / sum(shape))
        return generator.uniform(-bound, bound, shape)


@INITIALIZERS.add
class XavierNormal(Initializer):
    """N(0, 2 / (in + out)): Glorot & Bengio 2010, eq. 12."""

    type = "xavier_normal"
    title = "Xavier normal"
    formula = r"N\!\left(0,\ \frac{2}{\text{in} + \text{out}}\right)"

    def values(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        return generator.normal(0, np.sqrt(2 / sum(shape)), shape)


@INITIALIZERS.add
class HeUniform(Initializer):
    """U(−r, r) with r = √(6 / in): the variance of He et al. 2015, eq. 10."""

    type = "he_uniform"
    title = "He uniform"
    formula = r"U(-r, r),\quad r = \sqrt{\frac{6}{\text{in}}}"

    def values(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        bound = np.sqrt(6 / shape[1])
        return generator.uniform(-bound, bound, shape)


@INITIALIZERS.add
class HeNormal(Initializer):
    """N(0, 2 / in): He et al. 2015, eq. 10."""

    type = "he_normal"
    title = "He normal"
    formula = r"N\!\left(0,\ \frac{2}{\text{in}}\right)"

    def values(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        return generator.normal(0, np.sqrt(2 / shape[1]), shape)


@INITIALIZERS.add
class TorchDefault(Initializer):
    """U(−r, r) with r = 1 / √in, for weights and biases: what `torch.nn.Linear` starts from (`reset_parameters`)."""

    type = "torch_default"
    title = "PyTorch's default"
    formula = r"U(-r, r),\quad r = \frac{1}{\sqrt{\text{in}}},\quad \text{biases too}"

    def values(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        bound = 1 / np.sqrt(shape[1])
        return generator.uniform(-bound, bound, shape)

    def for_bias(self, inputs: int) -> Initializer:
        bound = 1 / float(np.sqrt(inputs))
        return Uniform(a=-bound, b=bound)
