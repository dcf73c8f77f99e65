"""A penalty on the size of the weights, which is part of the loss and shows in it: l2 · Σ w² + l1 · Σ |w|."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from ..registry import Field
from ..terms import Array, Index, Local, Look, Sum, Term
from .op import Op

L2 = Field("l2", float, 0.0, "how much the sum of squared weights counts in the loss", minimum=0)
L1 = Field("l1", float, 0.0, "how much the sum of the weights' sizes counts in the loss", minimum=0)
BIASES = Field("biases", bool, False, "whether biases are weights in this sense too")


class Penalty(Op):
    """L = data loss + l2 · Σ w² + l1 · Σ |w|, so that ∂L/∂w has 2·l2·w + l1·sign(w) in it, with slope 0 at |0|.

    It has no tick of its own: the loss's tick writes it, and each weight's gradient gets its part where it is written.
    """

    type = "penalty"
    title = "Penalty on weights"
    fields = (L1, L2, BIASES)
    inputs = ("w",)
    outputs = ("penalty", "value")
    backward = ("w",)
    formula = r"\text{l2}\sum w^2 + \text{l1}\sum |w|"
    text = (
        "An l2 of λ/2 adds λ·w to a gradient, as weight_decay λ does in plain gradient descent; but it is part of the "
        "loss, shows in it, and goes through momentum and scaling like any gradient."
    )
    l1: float
    l2: float
    biases: bool

    matrix: ClassVar[Mapping[str, str]] = {"dw": "dw = share"}
    called: ClassVar[Mapping[str, tuple[str, str]]] = {
        "share": (r"\frac{\partial L_{\text{penalty}}}{\partial W}", "what the penalty adds")
    }

    @property
    def active(self) -> bool:
        return bool(self.l1 or self.l2)

    def size(self, w: Array) -> Array:
        """What one parameter adds; complex-safe."""
        flat = w.ravel()
        sizes: Array = self.l2 * flat.dot(flat) + self.l1 * flat.dot(np.sign(flat.real))
        return sizes

    def begin(self, w: Array, penalty: Array) -> None:
        penalty[...] = self.size(w)

    def add(self, w: Array, penalty: Array) -> None:
        penalty += self.size(w)

    def total(self, penalty: Array, value: Array) -> None:
        value += penalty

    def dw(self, w: Array, dw: Array) -> None:
        """∂/∂w (l2·w² + l1·|w|) = 2·l2·w + l1·sign(w), added to what is there."""
        if self.l2:
            dw += 2 * self.l2 * w
        if self.l1:
            dw += self.l1 * np.sign(w)

    def compute(self, name: str, look: Look) -> Array:
        w = look.array("w")
        share = np.zeros(w.shape)
        self.dw(w, share)
        return share.reshape(-1, w.shape[-1])

    def to_kink(self, w: Array) -> Array:
        """How far each w is from 0, where |w| has its kink."""
        return np.abs(w) if self.l1 else np.full(w.shape, np.inf)

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        if letter == "value":
            penalty = look.stored("penalty", (), r"\text{penalty}", "penalty")
            return Sum(r"L = \ell + \text{penalty}", (Term((penalty,)),))
        if letter == "penalty":
            return Sum(self.filled(r"$l2\sum w^2 + $l1\sum |w|"), tuple(self._shares(look)))
        terms = []
        if self.l2:
            twice = look.had(r"2\,\text{l2}", "2 l2", 2 * self.l2, r"2\,\text{l2}")
            terms.append(Term((twice, look.stored("w", index, "w", "w"))))
        if self.l1:
            sign = float(np.sign(look.array("w")[index]))
            factor = look.had(r"\operatorname{sign}(w)", "sign of w", sign, r"\operatorname{sign}(w)", [("w", index)])
            terms.append(Term((look.had(r"\text{l1}", "l1", self.l1, r"\text{l1}"), factor)))
        return Sum(r"2\,\text{l2}\,w + \text{l1}\operatorname{sign}(w)", tuple(terms))

    def _shares(self, look: Look) -> list[Term]:
        """What each weight adds: (l2·w + l1·sign w) · w."""
        weights = look.array("w")
        shares = []
        for index in np.ndindex(*weights.shape):
            w = look.stored("w", index, "w", "w")
            share = self.l2 * w.value + self.l1 * float(np.sign(w.value))
            formula = r"\text{l2}\,w + \text{l1}\operatorname{sign}(w)"
            shares.append(Term((look.had(formula, "l2 w + l1 sign w", share, formula, [("w", index)]), w)))
        return shares

    def code(self, table: str, weights: Sequence[str], names: Mapping[str, str]) -> str:
        """The lines that add the penalty on the variables `weights` to the loss."""
        sign = "np.abs({0}).sum()" if table == "numpy" else "{0}.abs().sum()"
        sums = []
        for factor, form in ((self.l2, "({0} ** 2).sum()"), (self.l1, sign)):
            if factor:
                sums.append(f"{factor!r} * ({' + '.join(form.format(weight) for weight in weights)})")
        return f"{names['penalty']} = {' + '.join(sums)}\n{names['value']} = {names['value']} + {names['penalty']}"

    def line(self, table: str, method: str, names: Mapping[str, str]) -> str:
        """What a weight's gradient gets, as a line of NumPy or as the tail of a formula."""
        w, latex = names["w"], table == "latex"
        parts = []
        if self.l2:
            parts.append(rf"2\cdot {self.l2!r}\,{w}" if latex else f"2 * {self.l2!r} * {w}")
        if self.l1:
            parts.append(rf"{self.l1!r}\operatorname{{sign}} {w}" if latex else f"{self.l1!r} * np.sign({w})")
        return f" + {' + '.join(parts)}" if latex else f"{names['dw']} += {' + '.join(parts)}"

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {**super().catalog(), "formula": cls.formula, "text": cls.text}
