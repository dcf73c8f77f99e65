"""The losses. Meaning and reductions are PyTorch's (`torch.nn.functional`), except where a docstring says otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import ShapeMismatch
from ..registry import Field
from ..terms import Applied, Array, Index, Local, Look, Sum, Term
from .loss import LOSSES, REDUCTION, Loss
from .numerics import constant, sigmoid
from .op import Shape

WORDS = {
    "forward": "the loss compares the output with the target",
    "da": "the slope of the loss at the output starts the way back",
}


@LOSSES.add
class MSE(Loss):
    """ℓ = (a − y)², averaged over outputs and batch; `torch.nn.functional.mse_loss`."""

    type = "mse"
    title = "Mean squared error"
    suits = "numbers"
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

    def slope(self, a: Array, y: Array) -> Array:
        error: Array = a - y
        return error + error


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

    def slope(self, a: Array, y: Array) -> Array:
        error: Array = a - y
        return error


@LOSSES.add
class BCEWithLogits(Loss):
    """ℓ = log(1 + exp(a)) − y·a: cross-entropy of p = σ(a); `torch.nn.functional.binary_cross_entropy_with_logits`."""

    type = "bce_with_logits"
    title = "Binary cross-entropy with logits"
    suits = "two classes"
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
        "forward": r"$value = $scale \sum \log\left(1 + \exp $a\right) - $y\,$a",
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

    def slope(self, a: Array, y: Array) -> Array:
        p = np.empty_like(a)
        sigmoid(a, p)
        return p - y

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

    def slope(self, a: Array, y: Array) -> Array:
        side: Array = np.sign(a - y)
        return side

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

    def slope(self, a: Array, y: Array) -> Array:
        bounded: Array = np.clip(a - y, -self.delta, self.delta)
        return bounded


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

    def slope(self, a: Array, y: Array) -> Array:
        ratio: Array = (a - y) / np.maximum(a * (1 - a), 1e-12)
        return ratio

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

    def slope(self, a: Array, y: Array) -> Array:
        return np.where(1 - y * a <= 0, 0, -y)

    def to_kink(self, a: Array, y: Array) -> Array:
        distance: Array = np.abs(1 - y * a)
        return distance


@LOSSES.add
class CrossEntropy(Loss):
    """ℓ = −log p_y with p = softmax(a), for logits a and one class y a sample; `torch.nn.functional.cross_entropy`.

    a: (batch, classes), y: (batch), the index of each sample's class, p: (batch, classes).
    """

    type = "cross_entropy"
    title = "Cross-entropy"
    suits = "many classes"
    outputs = ("terms", "p", "value")
    targets = "classes"
    averages_outputs = False
    formula = r"-\log\frac{\exp a_y}{\sum_k \exp a_k}"
    slope_formula = r"p_u - [u = y]"
    words = {
        "forward": "the outputs become probabilities, and the loss is how surprising the target's class is under them",
        "da": "the way back starts with each class's probability, minus 1 for the target's",
    }
    latex = {
        "forward": r"$value = -$scale \sum_{\text{batch}} \log \operatorname{softmax}\left($a\right)_{$y}",
        "da": r"$da = $scale \cdot \left($p - [u = $y]\right)",
    }
    numpy = {
        "forward": "e = np.exp($a - $a.max(axis=1, keepdims=True))\n$p = e / e.sum(axis=1, keepdims=True)\n"
        "shifted = $a - $a.max(axis=1, keepdims=True)\n"
        "$terms = np.log(e.sum(axis=1)) - shifted[np.arange(len($y)), $y.astype(int)]\n$value = $terms.$reduction()",
        "da": "$da = ($p - np.eye($p.shape[1])[$y.astype(int)]) / $N",
    }
    pytorch = {
        "forward": '$value = F.cross_entropy($a, $y.long(), reduction="$reduction")\n$p = torch.softmax($a, dim=1)',
        "da": "$value.backward()\n$da = $a.grad",
    }

    def shapes(self, **inputs: Shape) -> dict[str, Shape]:
        a, y = inputs["a"], inputs["y"]
        if len(y) != 1:
            raise ShapeMismatch(f"targets: expected one class a sample, got {y[1]} numbers")
        return {"terms": (None,), "p": a, "value": ()}

    def forward(self, a: Array, y: Array, terms: Array, p: Array, value: Array) -> None:  # type: ignore[override]
        """Log Σₖ exp(aₖ − m) − (a_y − m) with m the largest of the row: no exponent of a large number."""
        shifted = a - np.maximum.reduce(a.real, axis=1, keepdims=True)
        np.exp(shifted, out=p)
        total = p.dot(constant(1, p.dtype, p.shape[1]))
        np.divide(p, total[:, None], out=p)
        np.subtract(np.log(total), shifted[_classes(y)], out=terms)
        self.join(terms, value)

    def da(self, p: Array, y: Array, da: Array) -> None:
        """∂ℓ/∂a_u = p_u − [u = y]."""
        np.multiply(self.slope(p, y), constant(self.scale(*p.shape), p.dtype), out=da)

    def slope(self, a: Array, y: Array) -> Array:
        """As above, of the probabilities p that have become of a."""
        ahead: Array = a - np.equal(y[:, None], np.arange(a.shape[1]))
        return ahead

    def compute(self, name: str, look: Look) -> Array:
        return super().compute(name, replace(look, names={**look.names, "a": look.names["p"]}))

    def right(self, a: Array, y: Array) -> Array:
        said: Array = a.argmax(axis=1) == y
        return said

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        a, p, y = look.array("a"), look.array("p"), look.array("y")
        if letter == "value":
            return super().explain(letter, index, look)
        s = index[0]
        outputs = tuple(look.stored("a", (s, k), f"a_{{{k}}}", "output") for k in range(a.shape[1]))
        if letter == "terms":
            target = look.stored("y", (s,), "y", "target")
            return Applied(rf"\ell_{{{s}}} = {self.formula}", self.type, (*outputs, target))
        u = index[1]
        if letter == "p":
            return Applied(rf"p_{{{u}}} = \frac{{\exp a_{{{u}}}}}{{\sum_k \exp a_k}}", "softmax", outputs)
        symbol = rf"\frac{{\partial \ell}}{{\partial a_{{{u}}}}}"
        slope = float(p[s, u]) - float(u == int(y[s].real))
        scale = self.scale_latex()
        factors = (
            look.had(symbol, "slope of the loss", slope, self.slope_formula, [("p", index), ("y", (s,))]),
            look.had(scale, "1/N", self.scale(*a.shape), scale),
        )
        return Sum(rf"\frac{{\partial L}}{{\partial a_{{{u}}}}} = {symbol}\cdot {scale}", (Term(factors, s),))


def _classes(y: Array) -> tuple[Array, Array]:
    """Where in (batch, classes) the target's class of each sample stands."""
    return np.arange(len(y)), y.real.astype(np.intp)
