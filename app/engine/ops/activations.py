"""Activations: a = f(z), element by element. Each states f and its slope; the chain rule is written once, below.

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
from .op import Kernel, Op, Shape, letters

LETTER = re.compile(r"(?<![\\a-zA-Z])([az])(?![a-zA-Z])")
"""A letter a or z that stands alone in a formula, not inside a command."""


class Activation(Op):
    """a[s,u] = f(z[s,u]). `slope` writes f′ into its last parameter and may read z, a or both.

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

    def slope(self, *reads_and_dz: Array) -> None:
        """f′ at each element into the last parameter. Subclasses name the letters that they read."""
        raise NotImplementedError

    def kernel(self, method: str) -> tuple[Kernel, tuple[str, ...]]:
        """The chain rule, ∂L/∂z = ∂L/∂a · f′: the slope into dz, then times da."""
        if method != "dz":
            return super().kernel(method)
        slope, reads = self.slope, letters(self.slope)

        def dz(da: Array, *reads_and_dz: Array) -> None:
            slope(*reads_and_dz)
            np.multiply(reads_and_dz[-1], da, out=reads_and_dz[-1])

        return dz, ("da", *reads)

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        s, u = index
        if letter == "a":
            argument = look.stored("z", index, f"z_{{{u}}}", "z")
            return Applied(rf"a_{{{u}}} = {self.formula}", self.type, (argument,))
        reads = letters(self.slope)[:-1]
        slope = np.empty((1, 1), dtype=look.array("z").dtype)
        self.slope(*(look.array(letter)[s : s + 1, u : u + 1] for letter in reads), slope)
        da = rf"\frac{{\partial L}}{{\partial a_{{{u}}}}}"
        symbol = rf"\frac{{\partial a_{{{u}}}}}{{\partial z_{{{u}}}}}"
        factors = (
            look.stored("da", index, da, "dL/da"),
            look.had(symbol, "slope", slope[0, 0], self.slope_formula, [(letter, index) for letter in reads]),
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

    def slope(self, dz: Array) -> None:  # type: ignore[override]
        dz.fill(1)


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

    def slope(self, z: Array, dz: Array) -> None:  # type: ignore[override]
        np.greater(z.real, 0, out=dz, casting="unsafe")


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

    def slope(self, a: Array, dz: Array) -> None:  # type: ignore[override]
        np.subtract(1, a, out=dz)
        np.multiply(dz, a, out=dz)


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

    def slope(self, a: Array, dz: Array) -> None:  # type: ignore[override]
        np.multiply(a, a, out=dz)
        np.subtract(1, dz, out=dz)
