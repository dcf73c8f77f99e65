"""The activations. Conventions at kinks are PyTorch's.

Derivatives: PyTorch's `derivatives.yaml`, checked by complex step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np

from ..registry import Field
from ..terms import Applied, Array, Index, Local, Look, Sum, Term
from .activation import ACTIVATIONS, Activation
from .numerics import constant, rectify, sigmoid, softmax


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
        a[...] = z

    def dz(self, da: Array, dz: Array) -> None:  # type: ignore[override]
        dz[...] = da


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
        rectify(z, z, a)

    def dz(self, da: Array, z: Array, dz: Array) -> None:  # type: ignore[override]
        rectify(z, da, dz)

    def to_kink(self, z: Array) -> Array:
        return np.abs(z)


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
        np.multiply(dz, constant(1, a.dtype) - a, out=dz)


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
        np.subtract(constant(1, a.dtype), dz, out=dz)
        np.multiply(dz, da, out=dz)


@ACTIVATIONS.add
class LeakyReLU(Activation):
    """a = z where z > 0, else negative_slope · z; the slope at 0 is negative_slope (PyTorch)."""

    type = "leaky_relu"
    title = "leaky ReLU"
    fields = (Field("negative_slope", float, 0.01, "the slope below 0"),)
    formula = r"\begin{cases} z & z > 0 \\ $negative_slope\,z & z \le 0 \end{cases}"
    symbol = r"\operatorname{LeakyReLU}($z)"
    slope_formula = r"\begin{cases} 1 & z > 0 \\ $negative_slope & z \le 0 \end{cases}"
    convention = "The slope at 0 is negative_slope."
    code = "np.where($z > 0, $z, $negative_slope * $z)"
    slope_code = "np.where($z > 0, 1, $negative_slope)"
    torch_code = "F.leaky_relu($z, $negative_slope)"
    default_init = "he_normal"
    negative_slope: float

    def forward(self, z: Array, a: Array) -> None:
        np.copyto(a, np.where(z.real > 0, z, self.negative_slope * z))

    def dz(self, da: Array, z: Array, dz: Array) -> None:  # type: ignore[override]
        np.copyto(dz, np.where(z > 0, da, self.negative_slope * da))

    def to_kink(self, z: Array) -> Array:
        return np.abs(z)


@ACTIVATIONS.add
class ELU(Activation):
    """a = z where z > 0, else α (exp(z) − 1); the slope at 0 is α (PyTorch). Clevert et al. 2016, eq. 15.

    All of it times `scale`, which is SELU's.
    """

    type = "elu"
    title = "ELU"
    fields: ClassVar[tuple[Field, ...]] = (Field("alpha", float, 1.0, "how far below 0 it goes"),)
    formula = r"\begin{cases} z & z > 0 \\ $alpha\,(e^{z} - 1) & z \le 0 \end{cases}"
    symbol = r"\operatorname{ELU}($z)"
    slope_formula = r"\begin{cases} 1 & z > 0 \\ $alpha\,e^{z} & z \le 0 \end{cases}"
    convention = "The slope at 0 is alpha."
    code = "np.where($z > 0, $z, $alpha * np.expm1($z))"
    slope_code = "np.where($z > 0, 1, $alpha * np.exp($z))"
    torch_code = "F.elu($z, $alpha)"
    default_init = "he_normal"
    alpha: float
    scale: ClassVar[float] = 1.0

    def forward(self, z: Array, a: Array) -> None:
        below = np.where(z.real > 0, 0, z)
        np.multiply(np.where(z.real > 0, z, self.alpha * np.expm1(below)), self.scale, out=a)

    def dz(self, da: Array, z: Array, dz: Array) -> None:  # type: ignore[override]
        slope = np.where(z > 0, self.scale, self.scale * self.alpha * np.exp(np.minimum(z, 0)))
        np.multiply(da, slope, out=dz)

    def to_kink(self, z: Array) -> Array:
        return np.abs(z)


@ACTIVATIONS.add
class SELU(ELU):
    """ELU with the α and the scale λ that keep mean 0 and variance 1: Klambauer et al. 2017, eq. 2."""

    type = "selu"
    title = "SELU"
    fields = ()
    alpha = 1.6732632423543772
    scale = 1.0507009873554805
    formula = r"\begin{cases} 1.0507\,z & z > 0 \\ 1.0507\cdot 1.6733\,(e^{z} - 1) & z \le 0 \end{cases}"
    symbol = r"\operatorname{SELU}($z)"
    slope_formula = r"\begin{cases} 1.0507 & z > 0 \\ 1.0507\cdot 1.6733\,e^{z} & z \le 0 \end{cases}"
    convention = "The slope at 0 is that from below, 1.0507 · 1.6733 = 1.7581."
    code = f"{scale} * np.where($z > 0, $z, {alpha} * np.expm1($z))"
    slope_code = f"{scale} * np.where($z > 0, 1, {alpha} * np.exp($z))"
    torch_code = "F.selu($z)"
    default_init = "xavier_uniform"


ERF = np.vectorize(math.erf, otypes=[float])


@ACTIVATIONS.add
class GELU(Activation):
    """a = z Φ(z), Φ the normal distribution's; a′ = Φ(z) + z φ(z): Hendrycks & Gimpel 2016, the exact form."""

    type = "gelu"
    title = "GELU"
    formula = r"z\,\tfrac{1}{2}\left(1 + \operatorname{erf}\frac{z}{\sqrt{2}}\right)"
    symbol = r"\operatorname{GELU}($z)"
    slope_formula = (
        r"\tfrac{1}{2}\left(1 + \operatorname{erf}\frac{z}{\sqrt{2}}\right) + \frac{z}{\sqrt{2\pi}}\,\exp(-z^2/2)"
    )
    code = "$z * (1 + np.vectorize(math.erf)($z / np.sqrt(2))) / 2"
    slope_code = "((1 + np.vectorize(math.erf)($z / np.sqrt(2))) / 2 + $z * np.exp(-($z**2) / 2) / np.sqrt(2 * np.pi))"
    torch_code = "F.gelu($z)"
    default_init = "he_normal"
    complex_safe = False

    def forward(self, z: Array, a: Array) -> None:
        np.multiply(z, (1 + ERF(z / math.sqrt(2))) / 2, out=a)

    def dz(self, da: Array, z: Array, dz: Array) -> None:  # type: ignore[override]
        slope = (1 + ERF(z / math.sqrt(2))) / 2 + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        np.multiply(da, slope, out=dz)


@ACTIVATIONS.add
class SiLU(Activation):
    """a = z σ(z); a′ = σ(z) (1 + z (1 − σ(z))): Elfwing, Uchibe & Doya 2018, eq. 12, also called swish."""

    type = "silu"
    title = "SiLU"
    formula = r"\frac{z}{1 + e^{-z}}"
    symbol = r"\operatorname{SiLU}($z)"
    slope_formula = r"\sigma(z)\,\left(1 + z\,(1 - \sigma(z))\right)"
    code = "$z / (1 + np.exp(-$z))"
    slope_code = "(1 + $z * (1 - 1 / (1 + np.exp(-$z)))) / (1 + np.exp(-$z))"
    torch_code = "F.silu($z)"
    default_init = "he_normal"

    def forward(self, z: Array, a: Array) -> None:
        sigmoid(z, a)
        np.multiply(a, z, out=a)

    def dz(self, da: Array, z: Array, dz: Array) -> None:  # type: ignore[override]
        sigmoid(z, dz)
        np.multiply(dz, 1 + z * (1 - dz), out=dz)
        np.multiply(dz, da, out=dz)


@ACTIVATIONS.add
class Softplus(Activation):
    """a = log(1 + exp(β z)) / β, and a = z where β z > threshold (PyTorch); a′ = σ(β z), and 1 there."""

    type = "softplus"
    title = "softplus"
    fields = (
        Field("beta", float, 1.0, "how sharply it bends", above=0),
        Field("threshold", float, 20.0, "where beta · z is above this, it is linear"),
    )
    formula = (
        r"\begin{cases} \frac{1}{$beta}\log\left(1 + e^{$beta\,z}\right)"
        r" & $beta\,z \le $threshold \\ z & $beta\,z > $threshold \end{cases}"
    )
    symbol = r"\operatorname{softplus}($z)"
    slope_formula = r"\begin{cases} \sigma($beta\,z) & $beta\,z \le $threshold \\ 1 & $beta\,z > $threshold \end{cases}"
    convention = "Where beta · z is the threshold, it still bends; beyond, it is z, with slope 1."
    code = "np.where($beta * $z > $threshold, $z, np.logaddexp(0, $beta * $z) / $beta)"
    slope_code = "np.where($beta * $z > $threshold, 1, 1 / (1 + np.exp(-$beta * $z)))"
    torch_code = "F.softplus($z, $beta, $threshold)"
    beta: float
    threshold: float

    def forward(self, z: Array, a: Array) -> None:
        """max(βz, 0) + log(1 + exp(−|βz|)): no exponent of a large number."""
        scaled = self.beta * z
        positive = scaled.real > 0
        curve = np.where(positive, scaled, 0) + np.log1p(np.exp(np.where(positive, -scaled, scaled)))
        np.copyto(a, np.where(scaled.real > self.threshold, z, curve / self.beta))

    def dz(self, da: Array, z: Array, dz: Array) -> None:  # type: ignore[override]
        sigmoid(self.beta * z, dz)
        np.multiply(da, np.where(self.beta * z > self.threshold, 1, dz), out=dz)

    def to_kink(self, z: Array) -> Array:
        return np.abs(z - self.threshold / self.beta)


@ACTIVATIONS.add
class Softmax(Activation):
    """aᵤ = exp(zᵤ) / Σₖ exp(zₖ) over the units of a layer; ∂aₖ/∂zᵤ = aₖ ([k = u] − aᵤ): Bridle 1990.

    Every output hangs on every sum, so a gradient has a term for each unit. 1 − aᵤ is taken as the others' sum, for the
    difference loses its digits near 1.
    """

    type = "softmax"
    title = "softmax"
    elementwise = False
    formula = r"\frac{\exp z_u}{\sum_k \exp z_k}"
    symbol = r"\operatorname{softmax}($z)"
    matrix: ClassVar[Mapping[str, str]] = {**Activation.matrix, "dz": "dz = a * ahead"}
    called: ClassVar[Mapping[str, tuple[str, str]]] = {
        **Activation.called,
        "ahead": (r"\left(da - \textstyle\sum_k da_k a_k\right)", "how far a unit's gradient is ahead of the average"),
    }
    slope_formula = r"a_k\,([k = u] - a_u)"
    code = (
        "np.exp($z - $z.max(axis=1, keepdims=True))"
        " / np.exp($z - $z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)"
    )
    torch_code = "F.softmax($z, dim=1)"

    @classmethod
    def chain_latex(cls) -> str:
        return r"$dz = $a \odot \left($da - \sum_k {$da}_k\,{$a}_k\right)"

    @classmethod
    def chain_code(cls) -> str:
        return "$dz = $a * ($da - ($da * $a).sum(axis=1, keepdims=True))"

    def forward(self, z: Array, a: Array) -> None:
        softmax(z, a)

    def dz(self, da: Array, a: Array, dz: Array) -> None:  # type: ignore[override]
        """dzᵤ = Σₖ daₖ aₖ ([k = u] − aᵤ) = aᵤ (daᵤ − Σₖ daₖ aₖ)."""
        np.multiply(a, self._ahead(da, a), out=dz)

    def _ahead(self, da: Array, a: Array) -> Array:
        """daᵤ − Σₖ daₖ aₖ. It is the same for da less a constant, as Σ aₖ = 1: less that of the largest a, for the
        difference from a sum that is nearly all of one unit would lose its digits.
        """
        da = da - np.take_along_axis(da, a.argmax(axis=1, keepdims=True), axis=1)
        ahead: Array = da - (da * a).sum(axis=1, keepdims=True)
        return ahead

    def gains(self, read: Callable[[str], Array]) -> Array:
        """aᵤ √((1 − aᵤ)² + Σ aₖ²), k ≠ u."""
        a = read("a")
        others = 1 - np.eye(a.shape[1], dtype=a.dtype)
        gains: Array = a * np.sqrt((a @ others) ** 2 + a**2 @ others)
        return gains

    def compute(self, name: str, look: Look) -> Array:
        return self._ahead(look.array("da"), look.array("a"))

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        s, u = index
        units = range(look.array("z").shape[1])
        if letter == "a":
            arguments = tuple(look.stored("z", (s, k), f"z_{{{k}}}", "z") for k in units)
            return Applied(rf"a_{{{u}}} = \frac{{\exp z_{{{u}}}}}{{\sum_k \exp z_k}}", self.type, arguments)
        a = look.array("a")[s]
        terms = []
        for k in units:
            slope = rf"\frac{{\partial a_{{{k}}}}}{{\partial z_{{{u}}}}}"
            reads = [("a", (s, k)), ("a", (s, u))] if k != u else [("a", (s, u))]
            local = float(a[k]) * (float(np.delete(a, u).sum()) if k == u else -float(a[u]))
            formula = rf"a_{{{k}}}\,({int(k == u)} - a_{{{u}}})"
            da = look.stored("da", (s, k), rf"\frac{{\partial L}}{{\partial a_{{{k}}}}}", "dL/da")
            terms.append(Term((da, look.had(slope, "slope", local, formula, reads)), s))
        total = (
            rf"\frac{{\partial L}}{{\partial z_{{{u}}}}} = \sum_k \frac{{\partial L}}{{\partial a_k}}"
            rf"\cdot \frac{{\partial a_k}}{{\partial z_{{{u}}}}}"
        )
        return Sum(total, tuple(terms))
