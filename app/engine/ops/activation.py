"""What an activation is: a = f(z), and the chain rule through it, dz = da · f′.

It states f and f′; how a gradient passes them, and how one element of it is explained, is written once, below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..errors import UnknownActivation
from ..registry import Registry
from ..terms import Applied, Array, Index, Local, Look, Sum, Term
from .op import Op, Shape, letters

LETTER = re.compile(r"(?<![\\a-zA-Z])([az])(?![a-zA-Z])")
"""A letter a or z that stands alone in a formula, not inside a command."""


class Activation(Op):
    """a[s,u] = f(z[s,u]), and its gradient dz = da · f′, where f′ is computed from z, a or both.

    `formula` and `slope_formula` are LaTeX in the letters z and a; `code` and `slope_code` are NumPy over `$z`, `$a`.
    `complex_safe` is false where `forward` does not hold for complex numbers, so that there is no complex step.
    """

    inputs = ("z",)
    outputs = ("a",)
    backward = ("z",)
    formula: ClassVar[str]
    slope_formula: ClassVar[str]
    code: ClassVar[str]
    slope_code: ClassVar[str] = ""
    torch_code: ClassVar[str]
    convention: ClassVar[str] = ""
    complex_safe: ClassVar[bool] = True
    symbol: ClassVar[str]
    default_init: ClassVar[str] = "xavier_uniform"
    elementwise: ClassVar[bool] = True
    """Whether a[s,u] hangs on z[s,u] alone."""

    matrix: ClassVar[Mapping[str, str]] = {"forward": "a = f(z)", "dz": "dz = da * slope"}
    called: ClassVar[Mapping[str, tuple[str, str]]] = {"f": ("f", "function"), "slope": ("f'(z)", "slope")}

    def __init_subclass__(cls) -> None:
        cls.latex = {"forward": rf"$a = {cls.symbol}", "dz": cls.chain_latex()}
        cls.numpy = {"forward": f"$a = {cls.code}", "dz": cls.chain_code()}
        cls.pytorch = {"forward": f"$a = {cls.torch_code}", "dz": "$dz = $z.grad"}
        cls.words = {
            "forward": f"each unit applies {cls.title} to its sum",
            "dz": "each unit's gradient is multiplied by the slope of its activation",
        }

    @classmethod
    def chain_latex(cls) -> str:
        """The chain rule through f as a formula."""
        return r"$dz = $da \odot \left(" + re.sub(LETTER, r"{$\1}", cls.slope_formula) + r"\right)"

    @classmethod
    def chain_code(cls) -> str:
        """The chain rule through f as a line of NumPy."""
        return f"$dz = $da * {cls.slope_code}"

    def shapes(self, **inputs: Shape) -> dict[str, Shape]:
        return {"a": inputs["z"]}

    def forward(self, z: Array, a: Array) -> None:
        raise NotImplementedError

    def dz(self, da: Array, *reads_and_dz: Array) -> None:
        """The chain rule, ∂L/∂z = ∂L/∂a · f′, into the last parameter. Subclasses name what else they read, z or a."""
        raise NotImplementedError

    def to_kink(self, z: Array) -> Array:
        """How far each z is from the nearest point where f has a kink or a step."""
        return np.full(z.shape, np.inf)

    def slopes(self, read: Callable[[str], Array]) -> Array:
        """f′ at every element of what `read` has for z and a: what the chain rule makes of ∂L/∂a = 1."""
        slopes = np.empty_like(read("z"))
        self.dz(np.ones_like(slopes), *map(read, self.slope_reads), slopes)
        return slopes

    def gains(self, read: Callable[[str], Array]) -> Array:
        """‖∂a/∂z[s,u]‖, how far each sum moves the outputs of its layer: |f′|, where it moves its own alone."""
        return np.abs(self.slopes(read))

    def compute(self, name: str, look: Look) -> Array:
        return self.slopes(look.array)

    @cached_property
    def slope_reads(self) -> tuple[str, ...]:
        """The letters that the slope is computed from."""
        return letters(self.dz)[1:-1]

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        s, u = index
        if letter == "a":
            argument = look.stored("z", index, f"z_{{{u}}}", "z")
            return Applied(rf"a_{{{u}}} = {self.filled(self.formula)}", self.type, (argument,))
        da = rf"\frac{{\partial L}}{{\partial a_{{{u}}}}}"
        symbol = rf"\frac{{\partial a_{{{u}}}}}{{\partial z_{{{u}}}}}"
        reads = [(letter, index) for letter in self.slope_reads]
        slope = float(self.slopes(lambda letter: look.array(letter)[index]))
        factors = (
            look.stored("da", index, da, "dL/da"),
            look.had(symbol, "slope", slope, self.filled(self.slope_formula), reads),
        )
        return Sum(rf"\frac{{\partial L}}{{\partial z_{{{u}}}}} = {da}\cdot {symbol}", (Term(factors, s),))

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {
            **super().catalog(),
            "formula": cls.named(cls.formula),
            "derivative": cls.named(cls.slope_formula),
            "convention": cls.convention,
            "default_init": cls.default_init,
        }


ACTIVATIONS: Registry[Activation] = Registry(UnknownActivation)
