"""The optimizers that divide each step by the size of the gradients so far: every weight gets a rate of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..registry import Field
from ..terms import Array, Factor, Index, Look, Term
from .optimizer import COMMON, EPS, GRADIENT, OPTIMIZERS, WEIGHT_DECAY, Optimizer, gradient, rate, value


class Scaled(Optimizer):
    """What the optimizers share that divide by the size of past gradients: uW = −η′ · direction / (√v̂ + ε)."""

    eps: float

    def divisor(self, v: Array, count: float) -> Array:
        """√v̂ + ε, elementwise."""
        root: Array = np.sqrt(v)
        return root + self.eps

    def effective(self, minus_rate: float, count: float) -> float:
        """−η′: the negative rate with what the optimizer multiplies it by."""
        return minus_rate

    def scaled(self, direction: tuple[Factor, ...], index: Index, look: Look) -> tuple[Term, ...]:
        """The one term −η′ · direction · 1/(√v̂ + ε)."""
        count = float(look.array("count"))
        minus_rate = float(look.array("minus_rate"))
        effective = self.effective(minus_rate, count)
        text = "−learning rate" if effective == minus_rate else "−corrected rate"
        scale = look.had(r"-\eta'", text, effective, self.rate_formula)
        squares, formula, reads = self.spread(index, look)
        divisor = float(self.divisor(squares, count))
        inverse = look.had(r"\frac{1}{\sqrt{\hat v} + \epsilon}", "1/(√v + ε)", 1 / divisor, formula, reads)
        return (Term((scale, *direction, inverse)),)

    def effective_rate(self, index: Index, look: Look) -> Factor:
        """η / (√v̂ + ε), η being the rate of this update."""
        count, squares, reads = float(look.array("count")), *self.spread(index, look)[::2]
        rate = -self.rate_at(float(look.array("minus_rate")), count) / float(self.divisor(squares, count))
        return look.had(r"\eta_{\text{eff}}", "effective rate", rate, r"\frac{\eta}{\sqrt{\hat v} + \epsilon}", reads)

    def rate_at(self, minus_rate: float, count: float) -> float:
        """−η: the negative rate of this update, without what belongs to the correction of moments."""
        return self.effective(minus_rate, count)

    def spread(self, index: Index, look: Look) -> tuple[Array, str, list[tuple[str, Index]]]:
        """v̂ before any bias correction: its value, how it is had, and from which numbers."""
        return look.array("v")[index], self.v_formula, [("v", index)]

    def slope(self, index: Index, look: Look) -> tuple[Factor, ...]:
        """The gradient with weight decay, as factors."""
        if not self.weight_decay:
            return gradient(index, look)
        w = look.before("w", index, "w", "w")
        decayed = value(gradient(index, look)) + self.weight_decay * w.value
        reads = [("dw", index), ("w", index)]
        return (look.had("g", "gradient with decay", decayed, GRADIENT + r" + \lambda w", reads),)

    @property
    def rate_formula(self) -> str:
        return r"-\eta"

    @property
    def v_formula(self) -> str:
        raise NotImplementedError


@OPTIMIZERS.add
class Adagrad(Scaled):
    """v = v + g², uW = −η/(1 + (t−1)·decay) · g/(√v + ε): Duchi, Hazan & Singer 2011; `torch.optim.Adagrad`."""

    type = "adagrad"
    title = "Adagrad"
    fields = (
        rate(0.01),
        Field("lr_decay", float, 0.0, "how fast the rate falls with the number of updates", minimum=0),
        WEIGHT_DECAY,
        Field("initial_accumulator_value", float, 0.0, "what the sum of squares starts at", minimum=0),
        Field("eps", float, 1e-10, "what is added to a divisor, so that it is not 0", above=0),
        *COMMON,
    )
    possible_state = ("v",)
    state_words = {"v": "sum of squared gradients"}
    formula = r"\Delta w = -\frac{\eta}{\sqrt{v} + \epsilon}\,\frac{\partial L}{\partial w}"
    lr_decay: float
    initial_accumulator_value: float

    def begins(self, letter: str) -> float:
        return self.initial_accumulator_value

    @property
    def kernel(self) -> Callable[..., None]:
        return self.update

    def update(self, dw: Array, w: Array, count: Array, minus_rate: Array, v: Array, uw: Array) -> None:
        g = self.decayed(dw, w)
        np.add(v, g * g, out=v)
        np.divide(g, self.divisor(v, float(count)), out=uw)
        np.multiply(uw, self.effective(float(minus_rate), float(count)), out=uw)
        np.add(w, uw, out=w)

    def effective(self, minus_rate: float, count: float) -> float:
        return minus_rate / (1 + (count - 1) * self.lr_decay)

    @property
    def rate_formula(self) -> str:
        return r"-\frac{\eta}{1 + (t - 1)\,\text{decay}}" if self.lr_decay else r"-\eta"

    @property
    def v_formula(self) -> str:
        return r"v = v_{\text{before}} + g^2"

    @property
    def latex(self) -> str:
        return r"$uw = -\eta\,\frac{$dw}{\sqrt{$v} + \epsilon}"

    @property
    def code(self) -> str:
        slower = f" / (1 + (t - 1) * {self.lr_decay!r})" if self.lr_decay else ""
        return (
            f"g = {self.decayed_code}\n$v = $v + g * g\n"
            f"$uw = -{self.rate_code}{slower} * g / ($sqrt($v) + {self.eps!r})"
        )

    def step(self, index: Index, look: Look) -> tuple[Term, ...]:
        return self.scaled(self.slope(index, look), index, look)


@OPTIMIZERS.add
class RMSprop(Scaled):
    """v = α·v + (1 − α)·g², uW = −η·g/(√v + ε), or −η·m with m = μ·m + g/(√v + ε): `torch.optim.RMSprop`."""

    type = "rmsprop"
    title = "RMSprop"
    fields = (
        rate(0.01),
        Field("alpha", float, 0.99, "how much of the average of squares is kept", minimum=0, maximum=1),
        EPS,
        WEIGHT_DECAY,
        Field("momentum", float, 0.0, "how much of the last direction is kept", minimum=0),
        Field("centered", bool, False, "whether the average gradient's square is taken off the average of squares"),
        *COMMON,
    )
    possible_state = ("m", "v", "mean")
    state_words = {"m": "momentum", "v": "average of squared gradients", "mean": "average gradient"}
    formula = r"\Delta w = -\frac{\eta}{\sqrt{v} + \epsilon}\,\frac{\partial L}{\partial w}"
    alpha: float
    momentum: float
    centered: bool

    @property
    def state(self) -> tuple[str, ...]:
        return tuple(letter for letter in self.possible_state if self._keeps(letter))

    def _keeps(self, letter: str) -> bool:
        return {"m": self.momentum > 0, "v": True, "mean": self.centered}[letter]

    @property
    def kernel(self) -> Callable[..., None]:
        if self.centered:
            return self.update_centered_with_momentum if self.momentum else self.update_centered
        return self.update_with_momentum if self.momentum else self.update

    def update(self, dw: Array, w: Array, minus_rate: Array, v: Array, uw: Array) -> None:
        np.multiply(self._ratio(dw, w, v), minus_rate, out=uw)
        np.add(w, uw, out=w)

    def update_centered(self, dw: Array, w: Array, minus_rate: Array, v: Array, mean: Array, uw: Array) -> None:
        np.multiply(self._ratio(dw, w, v, mean), minus_rate, out=uw)
        np.add(w, uw, out=w)

    def update_with_momentum(self, dw: Array, w: Array, minus_rate: Array, m: Array, v: Array, uw: Array) -> None:
        self._join(self._ratio(dw, w, v), w, minus_rate, m, uw)

    def update_centered_with_momentum(
        self, dw: Array, w: Array, minus_rate: Array, m: Array, v: Array, mean: Array, uw: Array
    ) -> None:
        self._join(self._ratio(dw, w, v, mean), w, minus_rate, m, uw)

    def _join(self, ratio: Array, w: Array, minus_rate: Array, m: Array, uw: Array) -> None:
        """Let the ratio join the momentum, and move along that."""
        np.multiply(m, self.momentum, out=m)
        np.add(m, ratio, out=m)
        np.multiply(m, minus_rate, out=uw)
        np.add(w, uw, out=w)

    def _ratio(self, dw: Array, w: Array, v: Array, mean: Array | None = None) -> Array:
        """Bring v, and the mean gradient, up to date; g / (√v + ε), with the mean's square off v where it is kept."""
        g = self.decayed(dw, w)
        np.multiply(v, self.alpha, out=v)
        np.add(v, (1 - self.alpha) * g * g, out=v)
        if mean is None:
            return g / self.divisor(v, 1)
        np.add(mean, (1 - self.alpha) * (g - mean), out=mean)
        return g / self.divisor(v - mean * mean, 1)

    def spread(self, index: Index, look: Look) -> tuple[Array, str, list[tuple[str, Index]]]:
        if not self.centered:
            return super().spread(index, look)
        mean = look.array("mean")[index]
        return look.array("v")[index] - mean * mean, r"\hat v = v - \bar g^2", [("v", index), ("mean", index)]

    def corrections(self, index: Index, look: Look) -> tuple[Factor, ...]:
        if not self.centered:
            return ()
        spread, formula, reads = self.spread(index, look)
        return (look.had(r"\hat v", "variance of the gradient", float(spread), formula, reads),)

    def effective_rate(self, index: Index, look: Look) -> Factor:
        """With momentum the division is in the moment already."""
        return Optimizer.effective_rate(self, index, look) if self.momentum else super().effective_rate(index, look)

    @property
    def mean_formula(self) -> str:
        return r"\bar g = \bar g_{\text{before}} + (1 - \alpha)(g - \bar g_{\text{before}})"

    @property
    def m_formula(self) -> str:
        return r"m = \mu\, m_{\text{before}} + \frac{g}{\sqrt{v} + \epsilon}"

    @property
    def v_formula(self) -> str:
        return r"v = \alpha\, v_{\text{before}} + (1 - \alpha)\, g^2"

    @property
    def latex(self) -> str:
        spread = "$v - {$mean}^2" if self.centered else "$v"
        return r"$uw = -\eta\,$m" if self.momentum else rf"$uw = -\eta\,\frac{{$dw}}{{\sqrt{{{spread}}} + \epsilon}}"

    @property
    def code(self) -> str:
        average = f"g = {self.decayed_code}\n$v = {self.alpha!r} * $v + {1 - self.alpha!r} * g * g\n"
        average += f"$mean = $mean + {1 - self.alpha!r} * (g - $mean)\n" if self.centered else ""
        ratio = f"g / ($sqrt($v{' - $mean * $mean' if self.centered else ''}) + {self.eps!r})"
        if not self.momentum:
            return f"{average}$uw = -{self.rate_code} * {ratio}"
        return f"{average}$m = {self.momentum!r} * $m + {ratio}\n$uw = -{self.rate_code} * $m"

    def step(self, index: Index, look: Look) -> tuple[Term, ...]:
        if not self.momentum:
            return self.scaled(self.slope(index, look), index, look)
        scale = self.down(look)
        return (Term((scale, look.stored("m", index, "m", "momentum"))),)
