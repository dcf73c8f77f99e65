"""Optimizers: from a parameter's gradient to its update, one tick a parameter. W_new = W + uW.

Formulas and parameters are PyTorch's (`torch.optim`), with `learning_rate` for `lr`.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from typing import Any, ClassVar

import numpy as np

from .errors import UnknownOptimizer
from .registry import Described, Field, Registry
from .terms import Array, Index, Local, Look, Sum, Term

LEARNING_RATE = Field("learning_rate", float, 0.001, "how far a weight moves against its gradient", minimum=0)


class Optimizer(Described):
    """`update` reads the gradient `dw` and the parameter `w`, and writes the update `uw`, its `state` and `w`."""

    state: ClassVar[tuple[str, ...]] = ()
    formula: ClassVar[str]
    latex: ClassVar[str]
    numpy: ClassVar[str]
    pytorch: ClassVar[str]
    learning_rate: float

    def update(self, dw: Array, w: Array, uw: Array) -> None:
        raise NotImplementedError

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        """How one element of `uw`, or of a letter of `state`, came to be."""
        raise NotImplementedError

    def line(self, table: str, names: Mapping[str, str]) -> str:
        lines = {"latex": self.latex, "numpy": self.numpy, "pytorch": self.pytorch}
        return Template(lines[table]).substitute(names, rate=repr(self.learning_rate))

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {**super().catalog(), "formula": cls.formula, "state": list(cls.state)}


OPTIMIZERS: Registry[Optimizer] = Registry(UnknownOptimizer)


@OPTIMIZERS.add
class SGD(Optimizer):
    """uW = −η·dW; `torch.optim.SGD` without momentum."""

    type = "sgd"
    title = "Gradient descent"
    fields = (LEARNING_RATE,)
    formula = r"\Delta w = -\eta\,\frac{\partial L}{\partial w}"
    latex = r"$uw = -\eta\,$dw"
    numpy = "$uw = -$rate * $dw\n$w += $uw"
    pytorch = "$w.data -= $rate * $w.grad\n$w.grad = None"

    def update(self, dw: Array, w: Array, uw: Array) -> None:
        np.multiply(dw, -self.learning_rate, out=uw)
        np.add(w, uw, out=w)

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        rate = look.had(r"-\eta", "negative rate", -self.learning_rate, r"-\eta")
        gradient = look.stored("dw", index, r"\frac{\partial L}{\partial w}", "dL/dw")
        return Sum(r"\Delta w = -\eta\cdot\frac{\partial L}{\partial w}", (Term((rate, gradient)),))
