"""Adam and what comes of it: a moment of the gradients, scaled by a moment of their squares, each weight by its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np

from ..registry import Field
from ..terms import Array, Factor, Index, Look, Term
from .optimizer import COMMON, EPS, OPTIMIZERS, WEIGHT_DECAY, rate
from .scaled import Scaled

AMSGRAD = Field("amsgrad", bool, False, "whether the largest average of squares so far is divided by")
BETAS = Field(
    "betas", tuple, (0.9, 0.999), "the share that is kept of the average gradient, and of squares", minimum=0, below=1
)


@OPTIMIZERS.add
class Adam(Scaled):
    """m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g², uW = −η · m̂ / (√v̂ + ε) with m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ).

    Kingma & Ba 2015, algorithm 1; `torch.optim.Adam`.
    """

    type = "adam"
    title = "Adam"
    fields: ClassVar[tuple[Field, ...]] = (rate(0.001), BETAS, EPS, WEIGHT_DECAY, AMSGRAD, *COMMON)
    possible_state = ("m", "v", "vmax")
    state_words: ClassVar[Mapping[str, str]] = {
        "m": "first moment",
        "v": "second moment",
        "vmax": "largest second moment",
    }
    formula = r"\Delta w = -\eta\,\frac{\hat m}{\sqrt{\hat v} + \epsilon}"
    betas: tuple[float, float]
    amsgrad: bool

    @property
    def state(self) -> tuple[str, ...]:
        return ("m", "v", "vmax") if self.amsgrad else ("m", "v")

    @property
    def kernel(self) -> Callable[..., None]:
        return self.update_with_largest if self.amsgrad else self.update

    def update(self, dw: Array, w: Array, count: Array, minus_rate: Array, m: Array, v: Array, uw: Array) -> None:
        self._move(dw, w, count, minus_rate, m, v, v, uw)

    def update_with_largest(
        self, dw: Array, w: Array, count: Array, minus_rate: Array, m: Array, v: Array, vmax: Array, uw: Array
    ) -> None:
        """AMSGrad: Reddi, Kale & Kumar 2018."""
        self._move(dw, w, count, minus_rate, m, v, vmax, uw)

    def _move(
        self, dw: Array, w: Array, count: Array, minus_rate: Array, m: Array, v: Array, largest: Array, uw: Array
    ) -> None:
        self._scale(self.decayed(dw, w), float(count), float(minus_rate), m, v, largest, uw)
        np.add(w, uw, out=w)

    def _scale(self, g: Array, count: float, minus_rate: float, m: Array, v: Array, largest: Array, uw: Array) -> None:
        """Bring the moments up to date, and write −η′ · m / (√v̂ + ε) into uw, v̂ from the `largest` v so far or v."""
        beta1, beta2 = self.betas
        np.multiply(m, beta1, out=m)
        np.add(m, (1 - beta1) * g, out=m)
        np.multiply(v, beta2, out=v)
        np.add(v, (1 - beta2) * g * g, out=v)
        if largest is not v:
            np.maximum(largest, v, out=largest)
        np.divide(m, self.divisor(largest, count), out=uw)
        np.multiply(uw, self.effective(minus_rate, count), out=uw)

    def spread(self, index: Index, look: Look) -> tuple[Array, str, list[tuple[str, Index]]]:
        if not self.amsgrad:
            return super().spread(index, look)
        formula = r"\hat v = \frac{v_{\max}}{1 - \beta_2^t}"
        return look.array("vmax")[index], formula, [("vmax", index)]

    def joins(self, letter: str, index: Index, look: Look) -> tuple[Factor, ...]:
        if letter == "vmax":
            return (look.stored("v", index, "v", "second moment"),)
        return super().joins(letter, index, look)

    @property
    def vmax_formula(self) -> str:
        return r"v_{\max} = \max(v_{\max,\text{before}}, v)"

    def divisor(self, v: Array, count: float) -> Array:
        root: Array = np.sqrt(v) / (1 - self.betas[1] ** count) ** 0.5
        return root + self.eps

    def effective(self, minus_rate: float, count: float) -> float:
        return minus_rate / (1 - float(self.betas[0] ** count))

    def rate_at(self, minus_rate: float, count: float) -> float:
        return minus_rate

    def corrections(self, index: Index, look: Look) -> tuple[Factor, ...]:
        """m̂ and v̂: the moments begin at 0, and are divided by the share of them that has been filled by now."""
        count = float(look.array("count"))
        first, second = (1 - float(beta**count) for beta in self.betas)
        m, (v, _, reads) = float(look.array("m")[index]), self.spread(index, look)
        spread = r"v_{\max}" if self.amsgrad else "v"
        formulas = r"\frac{m}{1 - \beta_1^t}", rf"\frac{{{spread}}}{{1 - \beta_2^t}}"
        return (
            look.had(r"\hat m", "first moment, corrected", m / first, formulas[0], [("m", index)]),
            look.had(r"\hat v", "second moment, corrected", float(v) / second, formulas[1], reads),
        )

    @property
    def rate_formula(self) -> str:
        return r"-\frac{\eta}{1 - \beta_1^t}"

    @property
    def m_formula(self) -> str:
        return r"m = \beta_1 m_{\text{before}} + (1 - \beta_1)\, g"

    @property
    def v_formula(self) -> str:
        return r"v = \beta_2 v_{\text{before}} + (1 - \beta_2)\, g^2,\ \hat v = \frac{v}{1 - \beta_2^t}"

    @property
    def latex(self) -> str:
        v = "$vmax" if self.amsgrad else "$v"
        return (
            rf"$uw = -\frac{{\eta}}{{1 - \beta_1^t}}\,\frac{{$m}}{{\sqrt{{\frac{{{v}}}{{1 - \beta_2^t}}}} + \epsilon}}"
        )

    @property
    def code(self) -> str:
        return self._moments_code(self.decayed_code) + f"$uw = {self._move_code}"

    def _moments_code(self, g: str) -> str:
        beta1, beta2 = self.betas
        moments = f"g = {g}\n$m = {beta1!r} * $m + {1 - beta1!r} * g\n$v = {beta2!r} * $v + {1 - beta2!r} * g * g\n"
        return moments + ("$vmax = $maximum($vmax, $v)\n" if self.amsgrad else "")

    @property
    def _move_code(self) -> str:
        beta1, beta2 = self.betas
        divisor = f"($sqrt({'$vmax' if self.amsgrad else '$v'}) / (1 - {beta2!r}**t) ** 0.5 + {self.eps!r})"
        return f"-{self.rate_code} / (1 - {beta1!r}**t) * $m / {divisor}"

    def step(self, index: Index, look: Look) -> tuple[Term, ...]:
        return self.scaled((look.stored("m", index, "m", "first moment"),), index, look)


@OPTIMIZERS.add
class AdamW(Adam):
    """Adam whose weight decay acts on the weight itself, −η·λ·w, not on the gradient: Loshchilov & Hutter 2019.

    `torch.optim.AdamW`.
    """

    type = "adamw"
    title = "AdamW"
    fields = (
        rate(0.001),
        BETAS,
        EPS,
        Field("weight_decay", float, 0.01, "how much of the weight is taken away", minimum=0),
        AMSGRAD,
        *COMMON,
    )
    decays_gradient = False
    formula = r"\Delta w = -\eta\,\frac{\hat m}{\sqrt{\hat v} + \epsilon} - \eta\lambda w"

    def _move(
        self, dw: Array, w: Array, count: Array, minus_rate: Array, m: Array, v: Array, largest: Array, uw: Array
    ) -> None:
        self._scale(dw, float(count), float(minus_rate), m, v, largest, uw)
        np.add(uw, minus_rate * self.weight_decay * w, out=uw)
        np.add(w, uw, out=w)

    @property
    def latex(self) -> str:
        return super().latex + r" - \eta\lambda\,$w"

    @property
    def code(self) -> str:
        decay = f" - {self.rate_code} * {self.weight_decay!r} * $W"
        return self._moments_code("$dw") + f"$uw = {self._move_code}{decay}"

    def step(self, index: Index, look: Look) -> tuple[Term, ...]:
        scale = self.down(look)
        return (*super().step(index, look), *self.decay_terms(scale, index, look))
