"""What a loss is: from the last layer's output and the targets to one number, and the gradient that starts the way
back.

`terms[s]` is what sample s would lose alone, so that with `mean` their mean is the loss and with `sum` their sum.
A loss over elements states ℓ(a, y) and ∂ℓ/∂a; how elements add up is written once, below. Meaning and
reductions are PyTorch's (`torch.nn.functional`), except where a docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ..errors import ShapeMismatch, UnknownLoss
from ..registry import Field, Registry
from ..terms import Applied, Array, Index, Local, Look, Sum, Term
from .numerics import constant
from .op import Op, Shape

REDUCTION = Field(
    "reduction", str, "mean", "whether the loss is the mean over the batch or the sum", choices=("mean", "sum")
)


class Loss(Op):
    """L = scale · Σ ℓ(a[s,u], y[s,u]) over an output a and targets y, both (batch, units)."""

    inputs = ("a", "y")
    outputs: ClassVar[tuple[str, ...]] = ("terms", "value")
    backward = ("a",)
    fields: ClassVar[tuple[Field, ...]] = (REDUCTION,)
    formula: ClassVar[str]
    slope_formula: ClassVar[str]
    targets: ClassVar[str] = "numbers"
    """What a target must be: any `numbers`; or a class, which is shown as 0 or 1 (`binary`), as -1 or 1 (`signs`), or
    as its index (`classes`), with one output a class."""
    suits: ClassVar[str] = ""
    """The targets for which it is the loss to begin with: `numbers`, `two classes`, `many classes`; or none."""
    convention: ClassVar[str] = ""
    wants: ClassVar[str] = "numbers"
    """What an output must be: any `numbers`, or `probabilities`, as behind a sigmoid; NaN is the answer to others."""
    threshold: ClassVar[float] = 0.5
    """From where on a single output says class 1."""
    averages_outputs: ClassVar[bool] = True
    """Whether `mean` divides by the number of outputs too, as PyTorch's reductions do."""
    reduction: str

    matrix: ClassVar[Mapping[str, str]] = {"forward": "terms = loss(a, y)", "da": "da = slope * scale"}
    called: ClassVar[Mapping[str, tuple[str, str]]] = {
        "loss": (r"\ell", "loss of each example"),
        "slope": (r"\frac{\partial \ell}{\partial a}", "slope of the loss"),
        "scale": (r"\tfrac{1}{N}", "1/N"),
    }

    def shapes(self, **inputs: Shape) -> dict[str, Shape]:
        a, y = inputs["a"], inputs["y"]
        if a != y:
            raise ShapeMismatch(f"targets: expected {a[1]} a sample, one an output, got {y[1]}")
        return {letter: {"terms": (None,), "value": ()}.get(letter, a) for letter in self.outputs}

    def scale(self, batch: int, outputs: int) -> float:
        """What one element's ℓ counts in the loss of a batch."""
        if self.reduction == "sum":
            return 1.0
        return 1.0 / (batch * outputs if self.averages_outputs else batch)

    def scale_latex(self) -> str:
        if self.reduction == "sum":
            return "1"
        return r"\frac{1}{\text{batch}\cdot\text{outputs}}" if self.averages_outputs else r"\frac{1}{\text{batch}}"

    def element(self, a: Array, y: Array) -> Array:
        """ℓ at every element."""
        raise NotImplementedError

    def slope(self, a: Array, y: Array) -> Array:
        """∂ℓ/∂a at every element."""
        raise NotImplementedError

    def encode(self, y: Array) -> Array:
        """Targets as this loss wants them, from those that were given (samples, outputs)."""
        return y

    def right(self, a: Array, y: Array) -> Array:
        """Whether each sample's output says its class, (samples): the largest output, or the side of `threshold`."""
        if a.shape[1] > 1:
            said: Array = a.argmax(axis=1) == y.argmax(axis=1)
            return said
        sides: Array = (a[:, 0] > self.threshold) == (y[:, 0] > 0.5)
        return sides

    def to_kink(self, a: Array, y: Array) -> Array:
        """How far each a is from the nearest point where ℓ has a kink or is clamped."""
        return np.full(a.shape, np.inf)

    def forward(self, a: Array, y: Array, terms: Array, value: Array) -> None:
        self.element(a, y).dot(constant(self.scale(1, a.shape[1]), a.dtype, a.shape[1]), terms)
        self.join(terms, value)

    def join(self, terms: Array, value: Array) -> None:
        """The loss of a batch from what each sample would lose alone."""
        share = 1.0 if self.reduction == "sum" else 1 / len(terms)
        terms.dot(constant(share, terms.dtype, len(terms)), value)

    def da(self, a: Array, y: Array, da: Array) -> None:
        """∂L/∂a[s,u] = ∂ℓ/∂a · scale."""
        np.multiply(self.slope(a, y), constant(self.scale(*a.shape), a.dtype), out=da)

    def compute(self, name: str, look: Look) -> Array:
        a, y = look.array("a"), look.array("y")
        return np.full((1, 1), self.scale(*a.shape)) if name == "scale" else self.slope(a, y)

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        a, y = look.array("a"), look.array("y")
        batch, outputs = a.shape
        if letter == "terms":
            return self._explain_term(index, look, outputs)
        if letter == "value":
            share = self.scale(batch, outputs) / self.scale(1, outputs)
            weight = "1" if self.reduction == "sum" else r"\frac{1}{\text{batch}}"
            terms = tuple(
                Term((look.stored("terms", (s,), rf"\ell_{{{s}}}", "loss"), look.had(weight, "1/N", share, weight)), s)
                for s in range(batch)
            )
            return Sum(rf"L = \sum_{{\text{{batch}}}} \ell \cdot {weight}", terms)
        if letter == "da":
            s, u = index
            slope = self.slope(a[s : s + 1, u : u + 1], y[s : s + 1, u : u + 1])
            symbol = rf"\frac{{\partial \ell}}{{\partial a_{{{u}}}}}"
            factors = (
                look.had(
                    symbol,
                    "slope of the loss",
                    slope[0, 0],
                    self.filled(self.slope_formula),
                    [("a", index), ("y", index)],
                ),
                look.had(self.scale_latex(), "1/N", self.scale(batch, outputs), self.scale_latex()),
            )
            return Sum(
                rf"\frac{{\partial L}}{{\partial a_{{{u}}}}} = {symbol}\cdot {self.scale_latex()}", (Term(factors, s),)
            )
        raise KeyError(letter)

    def _explain_term(self, index: Index, look: Look, outputs: int) -> Local:
        (s,) = index
        arguments = [
            look.stored(letter, (s, u), rf"{letter}_{{{u}}}", "output" if letter == "a" else "target")
            for u in range(outputs)
            for letter in ("a", "y")
        ]
        over = rf"\frac{{1}}{{{outputs}}}\sum_u" if self.scale(1, outputs) != 1 else (r"\sum_u" if outputs > 1 else "")
        return Applied(rf"\ell_{{{s}}} = {over} {self.filled(self.formula)}", self.type, tuple(arguments))

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {
            **super().catalog(),
            "formula": cls.named(cls.formula),
            "derivative": cls.named(cls.slope_formula),
            "targets": cls.targets,
            "suits": cls.suits,
            "convention": cls.convention,
        }

    def line(self, table: str, method: str, names: Any) -> str:
        """As Op.line, with `$over` (the axes' reduction) and `$N` (what an element is divided by) in it too."""
        over_outputs = "mean" if self.averages_outputs and self.reduction == "mean" else "sum"
        n = "1" if self.reduction == "sum" else "{0}.size" if self.averages_outputs else "len({0})"
        extra = {
            "over": over_outputs,
            "reduction": self.reduction,
            "N": n.format(names["a"]),
            "scale": self.scale_latex(),
        }
        return super().line(table, method, {**names, **extra})


LOSSES: Registry[Loss] = Registry(UnknownLoss)
