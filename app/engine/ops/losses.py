"""Losses: from the last layer's output and the targets to one number, and the gradient that starts the way back.

`terms[s]` is what sample s would lose alone, so that with `mean` their mean is the loss and with `sum` their sum.
A loss over elements states ℓ(a, y) and ∂ℓ/∂a; how elements add up is written once, below. Meaning and
reductions are PyTorch's (`torch.nn.functional`), except where a docstring says otherwise.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..errors import ShapeMismatch, UnknownLoss
from ..registry import Field, Registry
from ..terms import Applied, Array, Index, Local, Look, Sum, Term
from .numerics import sigmoid
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
    """What a target must be: any `numbers`, or, given as a class, 0 or 1: `binary`, or `signs`, made -1 or 1."""
    convention: ClassVar[str] = ""
    wants: ClassVar[str] = "numbers"
    """What an output must be: any `numbers`, or `probabilities`, as behind a sigmoid; NaN is the answer to others."""
    threshold: ClassVar[float] = 0.5
    """From where on a single output says class 1."""
    averages_outputs: ClassVar[bool] = True
    """Whether `mean` divides by the number of outputs too, as PyTorch's reductions do."""
    reduction: str

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

    def slope(self, a: Array, y: Array, da: Array) -> None:
        """∂ℓ/∂a at every element, into the last parameter."""
        raise NotImplementedError

    def encode(self, y: Array) -> Array:
        """Targets as this loss wants them, from those that were given, both (samples, outputs)."""
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
        np.add.reduce(self.element(a, y), 1, out=terms)
        np.multiply(terms, self.scale(1, a.shape[1]), out=terms)
        np.add.reduce(terms, 0, out=value)
        np.multiply(value, self.scale(len(a), a.shape[1]) / self.scale(1, a.shape[1]), out=value)

    def da(self, a: Array, y: Array, da: Array) -> None:
        """∂L/∂a[s,u] = ∂ℓ/∂a · scale."""
        self.slope(a, y, da)
        np.multiply(da, self.scale(*a.shape), out=da)

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
            slope = np.empty((1, 1), dtype=a.dtype)
            self.slope(a[s : s + 1, u : u + 1], y[s : s + 1, u : u + 1], slope)
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

WORDS = {
    "forward": "the loss compares the output with the target",
    "da": "the slope of the loss at the output starts the way back",
}


@LOSSES.add
class MSE(Loss):
    """ℓ = (a − y)², averaged over outputs and batch; `torch.nn.functional.mse_loss`."""

    type = "mse"
    title = "Mean squared error"
    formula = "(a - y)^2"
    slope_formula = "2\\,(a - y)"
    words = WORDS
    latex = {
        "forward": r"$value = $scale \sum \left($a - $y\right)^2",
        "da": r"$da = $scale \cdot 2\left($a - $y\right)",
    }
    numpy = {
        "forward": "$terms = (($a - $y) ** 2).$over(axis=1)\n$value = $terms.$reduction()",
        "da": "$da = 2 * ($a - $y) / $N",
    }
    pytorch = {
        "forward": '$value = F.mse_loss($a, $y, reduction="$reduction")',
        "da": "$value.backward()\n$da = $a.grad",
    }

    def element(self, a: Array, y: Array) -> Array:
        error: Array = a - y
        return error * error

    def slope(self, a: Array, y: Array, da: Array) -> None:
        np.subtract(a, y, out=da)
        np.multiply(da, 2, out=da)


@LOSSES.add
class HalfSquaredError(Loss):
    """ℓ = ½ (a − y)², summed over outputs and averaged over the batch, as in most textbooks (Bishop 2006, eq. 5.11)."""

    type = "half_squared_error"
    title = "Half squared error"
    averages_outputs = False
    formula = r"\tfrac{1}{2}(a - y)^2"
    slope_formula = "a - y"
    words = WORDS
    latex = {
        "forward": r"$value = $scale \sum \tfrac{1}{2}\left($a - $y\right)^2",
        "da": r"$da = $scale \cdot \left($a - $y\right)",
    }
    numpy = {
        "forward": "$terms = (0.5 * ($a - $y) ** 2).sum(axis=1)\n$value = $terms.$reduction()",
        "da": "$da = ($a - $y) / $N",
    }
    pytorch = {
        "forward": "$value = (0.5 * ($a - $y) ** 2).sum(dim=1).$reduction()",
        "da": "$value.backward()\n$da = $a.grad",
    }

    def element(self, a: Array, y: Array) -> Array:
        error: Array = a - y
        return 0.5 * error * error

    def slope(self, a: Array, y: Array, da: Array) -> None:
        np.subtract(a, y, out=da)


@LOSSES.add
class BCEWithLogits(Loss):
    """ℓ = log(1 + exp(a)) − y·a: cross-entropy of p = σ(a); `torch.nn.functional.binary_cross_entropy_with_logits`."""

    type = "bce_with_logits"
    title = "Binary cross-entropy with logits"
    outputs = ("terms", "p", "value")
    targets = "binary"
    threshold = 0.0
    formula = r"\log\left(1 + e^{a}\right) - y\,a"
    slope_formula = r"\sigma(a) - y"
    words = {
        "forward": "the output becomes a probability, and the loss is how surprising the target is under it",
        "da": "the way back starts with the probability minus the target",
    }
    latex = {
        "forward": r"$value = $scale \sum \log\left(1 + e^{$a}\right) - $y\,$a",
        "da": r"$da = $scale \cdot \left(\sigma\left($a\right) - $y\right)",
    }
    numpy = {
        "forward": "$terms = (np.logaddexp(0, $a) - $y * $a).$over(axis=1)\n"
        "$p = 1 / (1 + np.exp(-$a))\n$value = $terms.$reduction()",
        "da": "$da = (1 / (1 + np.exp(-$a)) - $y) / $N",
    }
    pytorch = {
        "forward": '$value = F.binary_cross_entropy_with_logits($a, $y, reduction="$reduction")\n'
        "$p = torch.sigmoid($a)",
        "da": "$value.backward()\n$da = $a.grad",
    }

    def forward(self, a: Array, y: Array, terms: Array, p: Array, value: Array) -> None:  # type: ignore[override]
        super().forward(a, y, terms, value)
        sigmoid(a, p)

    def element(self, a: Array, y: Array) -> Array:
        """max(a, 0) − y·a + log(1 + exp(−|a|)): no exponent of a large number."""
        positive = a.real > 0
        surprise: Array = np.where(positive, a, 0) - y * a + np.log1p(np.exp(np.where(positive, -a, a)))
        return surprise

    def slope(self, a: Array, y: Array, da: Array) -> None:
        sigmoid(a, da)
        np.subtract(da, y, out=da)

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        if letter != "p":
            return super().explain(letter, index, look)
        u = index[1]
        return Applied(rf"p_{{{u}}} = \sigma(a_{{{u}}})", "sigmoid", (look.stored("a", index, f"a_{{{u}}}", "output"),))


@LOSSES.add
class MAE(Loss):
    """ℓ = |a − y|, averaged over outputs and batch; `torch.nn.functional.l1_loss`."""

    type = "mae"
    title = "Mean absolute error"
    formula = r"\left|a - y\right|"
    slope_formula = r"\operatorname{sign}(a - y)"
    convention = "The slope at a = y is 0."
    words = WORDS
    latex = {
        "forward": r"$value = $scale \sum \left|$a - $y\right|",
        "da": r"$da = $scale \cdot \operatorname{sign}\left($a - $y\right)",
    }
    numpy = {
        "forward": "$terms = np.abs($a - $y).$over(axis=1)\n$value = $terms.$reduction()",
        "da": "$da = np.sign($a - $y) / $N",
    }
    pytorch = {
        "forward": '$value = F.l1_loss($a, $y, reduction="$reduction")',
        "da": "$value.backward()\n$da = $a.grad",
    }

    def element(self, a: Array, y: Array) -> Array:
        error: Array = a - y
        size: Array = error * np.sign(error.real)
        return size

    def slope(self, a: Array, y: Array, da: Array) -> None:
        np.sign(a - y, out=da)

    def to_kink(self, a: Array, y: Array) -> Array:
        distance: Array = np.abs(a - y)
        return distance


@LOSSES.add
class Huber(Loss):
    """ℓ = ½ (a − y)² up to an error of delta, then delta (|a − y| − ½ delta); `torch.nn.functional.huber_loss`."""

    type = "huber"
    title = "Huber"
    fields = (REDUCTION, Field("delta", float, 1.0, "the error from which on it grows no faster", above=0))
    formula = (
        r"\begin{cases} \tfrac{1}{2}(a - y)^2 & |a - y| \le $delta \\"
        r" $delta\,(|a - y| - \tfrac{1}{2}\,$delta) & |a - y| > $delta \end{cases}"
    )
    slope_formula = r"\max(-$delta, \min($delta, a - y))"
    words = WORDS
    latex = {
        "forward": r"$value = $scale \sum \operatorname{Huber}_{$delta}\left($a - $y\right)",
        "da": r"$da = $scale \cdot \max(-$delta, \min($delta, $a - $y))",
    }
    numpy = {
        "forward": "error = np.abs($a - $y)\n"
        "$terms = np.where(error <= $delta, 0.5 * error**2, $delta * (error - 0.5 * $delta)).$over(axis=1)\n"
        "$value = $terms.$reduction()",
        "da": "$da = np.clip($a - $y, -$delta, $delta) / $N",
    }
    pytorch = {
        "forward": '$value = F.huber_loss($a, $y, reduction="$reduction", delta=$delta)',
        "da": "$value.backward()\n$da = $a.grad",
    }
    delta: float

    def element(self, a: Array, y: Array) -> Array:
        error = a - y
        size = error * np.sign(error.real)
        loss: Array = np.where(size.real <= self.delta, 0.5 * error * error, self.delta * (size - 0.5 * self.delta))
        return loss

    def slope(self, a: Array, y: Array, da: Array) -> None:
        np.clip(a - y, -self.delta, self.delta, out=da)


@LOSSES.add
class BCE(Loss):
    """ℓ = −y log a − (1 − y) log(1 − a) for probabilities a; `torch.nn.functional.binary_cross_entropy`.

    As there, a logarithm is never below −100, and the slope's divisor never below 1e-12.
    """

    type = "bce"
    title = "Binary cross-entropy"
    targets = "binary"
    wants = "probabilities"
    formula = r"-y\log a - (1 - y)\log(1 - a)"
    slope_formula = r"\frac{a - y}{\max(a\,(1 - a),\ 10^{-12})}"
    convention = "A logarithm is never below -100, and the slope's divisor never below 1e-12."
    words = {
        "forward": "the loss is how surprising the target is under the output as a probability",
        "da": "the slope of the loss at the output starts the way back",
    }
    latex = {
        "forward": r"$value = $scale \sum -$y\log $a - (1 - $y)\log(1 - $a)",
        "da": r"$da = $scale \cdot \frac{$a - $y}{$a\,(1 - $a)}",
    }
    numpy = {
        "forward": "surprise = -$y * np.maximum(np.log($a), -100) - (1 - $y) * np.maximum(np.log1p(-$a), -100)\n"
        "$terms = surprise.$over(axis=1)\n$value = $terms.$reduction()",
        "da": "$da = ($a - $y) / np.maximum($a * (1 - $a), 1e-12) / $N",
    }
    pytorch = {
        "forward": '$value = F.binary_cross_entropy($a, $y, reduction="$reduction")',
        "da": "$value.backward()\n$da = $a.grad",
    }

    def element(self, a: Array, y: Array) -> Array:
        log_a, log_rest = np.log(a), np.log1p(-a)
        yes = np.where(log_a.real <= -100, -100, log_a)
        no = np.where(log_rest.real <= -100, -100, log_rest)
        surprise: Array = -y * yes - (1 - y) * no
        return surprise

    def slope(self, a: Array, y: Array, da: Array) -> None:
        np.divide(a - y, np.maximum(a * (1 - a), 1e-12), out=da)

    def to_kink(self, a: Array, y: Array) -> Array:
        rest: Array = np.minimum(a, 1 - a)
        return rest


@LOSSES.add
class Hinge(Loss):
    """ℓ = max(0, 1 − y·a) for targets −1 and 1, averaged over outputs and batch: Cortes & Vapnik 1995."""

    type = "hinge"
    title = "Hinge"
    targets = "signs"
    threshold = 0.0
    formula = r"\max(0,\ 1 - y\,a)"
    slope_formula = r"-y\,[y\,a < 1]"
    convention = "The slope at the margin, y·a = 1, is 0."
    words = WORDS
    latex = {
        "forward": r"$value = $scale \sum \max(0,\ 1 - $y\,$a)",
        "da": r"$da = -$scale \cdot $y \odot [$y\,$a < 1]",
    }
    numpy = {
        "forward": "$terms = np.maximum(1 - $y * $a, 0).$over(axis=1)\n$value = $terms.$reduction()",
        "da": "$da = -$y * ($y * $a < 1) / $N",
    }
    pytorch = {
        "forward": "$value = F.relu(1 - $y * $a).$reduction()",
        "da": "$value.backward()\n$da = $a.grad",
    }

    def encode(self, y: Array) -> Array:
        """0/1 rows become −1/1; any other row is taken as given."""
        classes = np.isin(y, (0, 1)).all(axis=1, keepdims=True)
        return np.where(classes, 2 * y - 1, y)

    def element(self, a: Array, y: Array) -> Array:
        short = 1 - y * a
        return np.where(short.real <= 0, 0, short)

    def slope(self, a: Array, y: Array, da: Array) -> None:
        np.copyto(da, np.where(1 - y * a <= 0, 0, -y))

    def to_kink(self, a: Array, y: Array) -> Array:
        distance: Array = np.abs(1 - y * a)
        return distance
