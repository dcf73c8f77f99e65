"""Activations: a = f(z), element by element. Each states f, and the chain rule through it: dz = da · f′.

Conventions at kinks are PyTorch's. Derivatives: PyTorch's `derivatives.yaml`, checked by complex step.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import numpy as np

from ..errors import UnknownActivation
from ..registry import Registry
from ..terms import Applied, Array, Index, Local, Look, Sum, Term
from .numerics import sigmoid
from .op import Op, Shape, letters

LETTER = re.compile(r"(?<![\\a-zA-Z])([az])(?![a-zA-Z])")
"""A letter a or z that stands alone in a formula, not inside a command."""


class Activation(Op):
    """a[s,u] = f(z[s,u]), and its gradient dz = da · f′, where f′ is computed from z, a or both.

    `formula` and `slope_formula` are LaTeX in the letters z and a; `code` and `slope_code` are NumPy over `$z`, `$a`.
    """

    inputs = ("z",)
    outputs = ("a",)
    backward = ("z",)
    formula: ClassVar[str]
    slope_formula: ClassVar[str]
    code: ClassVar[str]
    slope_code: ClassVar[str]
    torch_code: ClassVar[str]
    convention: ClassVar[str] = ""
    symbol: ClassVar[str]
    default_init: ClassVar[str] = "xavier_uniform"

    def __init_subclass__(cls) -> None:
        cls.latex = {
            "forward": rf"$a = {cls.symbol}",
            "dz": r"$dz = $da \odot \left(" + re.sub(LETTER, r"{$\1}", cls.slope_formula) + r"\right)",
        }
        cls.numpy = {"forward": f"$a = {cls.code}", "dz": f"$dz = $da * {cls.slope_code}"}
        cls.pytorch = {"forward": f"$a = {cls.torch_code}", "dz": "$dz = $z.grad"}
        cls.words = {
            "forward": f"each unit applies {cls.title} to its sum",
            "dz": "each unit's gradient is multiplied by the slope of its activation",
        }

    def shapes(self, **inputs: Shape) -> dict[str, Shape]:
        return {"a": inputs["z"]}

    def forward(self, z: Array, a: Array) -> None:
        raise NotImplementedError

    def dz(self, da: Array, *reads_and_dz: Array) -> None:
        """The chain rule, ∂L/∂z = ∂L/∂a · f′, into the last parameter. Subclasses name what else they read, z or a."""
        raise NotImplementedError

    def slope(self, index: Index, look: Look) -> float:
        """f′ at one element: what the chain rule makes of ∂L/∂a = 1."""
        dz = np.empty((), dtype=look.array("z").dtype)
        self.dz(np.ones_like(dz), *(look.array(letter)[index] for letter in self.slope_reads), dz)
        return float(dz)

    @property
    def slope_reads(self) -> tuple[str, ...]:
        """The letters that the slope is computed from."""
        return letters(self.dz)[1:-1]

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        s, u = index
        if letter == "a":
            argument = look.stored("z", index, f"z_{{{u}}}", "z")
            return Applied(rf"a_{{{u}}} = {self.formula}", self.type, (argument,))
        da = rf"\frac{{\partial L}}{{\partial a_{{{u}}}}}"
        symbol = rf"\frac{{\partial a_{{{u}}}}}{{\partial z_{{{u}}}}}"
        reads = [(letter, index) for letter in self.slope_reads]
        factors = (
            look.stored("da", index, da, "dL/da"),
            look.had(symbol, "slope", self.slope(index, look), self.slope_formula, reads),
        )
        return Sum(rf"\frac{{\partial L}}{{\partial z_{{{u}}}}} = {da}\cdot {symbol}", (Term(factors, s),))

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {
            **super().catalog(),
            "formula": cls.formula,
            "derivative": cls.slope_formula,
            "convention": cls.convention,
            "default_init": cls.default_init,
        }


ACTIVATIONS: Registry[Activation] = Registry(UnknownActivation)


@ACTIVATIONS.add
class Identity(Activation):
    """a = z."""

    type = "linear"
    title = "the identity"
    formula = "z"
    symbol = "$z"
    slope_formula = "1"
    code = "$z.copy()"
    slope_code = "1"
    torch_code = "$z.clone()"

    def forward(self, z: Array, a: Array) -> None:
        np.copyto(a, z)

    def dz(self, da: Array, dz: Array) -> None:  # type: ignore[override]
        np.copyto(dz, da)


@ACTIVATIONS.add
class ReLU(Activation):
    """a = max(0, z); the slope at 0 is 0 (PyTorch)."""

    type = "relu"
    title = "ReLU"
    formula = r"\max(0, z)"
    symbol = r"\max(0, $z)"
    slope_formula = "[z > 0]"
    convention = "The slope at 0 is 0."
    code = "np.maximum($z, 0)"
    slope_code = "($z > 0)"
    torch_code = "F.relu($z)"
    default_init = "he_normal"

    def forward(self, z: Array, a: Array) -> None:
        # Not z·[z > 0]: infinity times 0 would be NaN. The order keeps a NaN a NaN.
        np.copyto(a, np.where(z.real <= 0, 0, z))

    def dz(self, da: Array, z: Array, dz: Array) -> None:  # type: ignore[override]
        np.copyto(dz, np.where(z.real <= 0, 0, da))


@ACTIVATIONS.add
class Sigmoid(Activation):
    """a = 1 / (1 + exp(−z)); a′ = a (1 − a)."""

    type = "sigmoid"
    title = "the sigmoid"
    formula = r"\frac{1}{1 + e^{-z}}"
    symbol = r"\sigma($z)"
    slope_formula = r"a\,(1 - a)"
    code = "1 / (1 + np.exp(-$z))"
    slope_code = "$a * (1 - $a)"
    torch_code = "torch.sigmoid($z)"

    def forward(self, z: Array, a: Array) -> None:
        sigmoid(z, a)

    def dz(self, da: Array, a: Array, dz: Array) -> None:  # type: ignore[override]
        np.multiply(da, a, out=dz)
        np.multiply(dz, 1 - a, out=dz)


@ACTIVATIONS.add
class Tanh(Activation):
    """a = tanh(z); a′ = 1 − a²."""

    type = "tanh"
    title = "tanh"
    formula = r"\tanh(z)"
    symbol = r"\tanh($z)"
    slope_formula = "1 - a^2"
    code = "np.tanh($z)"
    slope_code = "(1 - $a**2)"
    torch_code = "torch.tanh($z)"

    def forward(self, z: Array, a: Array) -> None:
        np.tanh(z, out=a)

    def dz(self, da: Array, a: Array, dz: Array) -> None:  # type: ignore[override]
        np.multiply(a, a, out=dz)
        np.subtract(1, dz, out=dz)
        np.multiply(dz, da, out=dz)
