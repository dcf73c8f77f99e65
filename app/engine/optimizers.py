"""Optimizers: from a parameter's gradient to its update, one tick a parameter. W_new = W + uW.

Formulas, parameters and defaults are PyTorch's (`torch.optim`), with `learning_rate` for `lr`. In the letters of an
update `dw` is the gradient, `w` the parameter, `uw` the update, `m` the momentum buffer or first moment, `v` the
average or sum of squared gradients, and `count` the number of this update, from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Template
from typing import Any, ClassVar

import numpy as np

from .errors import UnknownOptimizer
from .registry import Described, Field, Registry
from .terms import Applied, Array, Factor, Index, Local, Look, Sum, Term

GRADIENT = r"\frac{\partial L}{\partial w}"


def rate(default: float) -> Field:
    return Field("learning_rate", float, default, "how far a weight moves against its gradient", minimum=0)


WEIGHT_DECAY = Field("weight_decay", float, 0.0, "how much of the weight is added to its gradient", minimum=0)
EPS = Field("eps", float, 1e-8, "what is added to a divisor, so that it is not 0", above=0)


class Optimizer(Described):
    """Writes the update `uw`, its `state` and the parameter `w`. All arrays of a tick have the parameter's shape.

    `code` is the arithmetic as lines with `$` letters: `$W` is the parameter as it is read, `$sqrt` the square root.
    """

    possible_state: ClassVar[tuple[str, ...]] = ()
    formula: ClassVar[str]
    learning_rate: float
    weight_decay: float

    @property
    def state(self) -> tuple[str, ...]:
        """The letters that are kept from step to step."""
        return self.possible_state

    @property
    def kernel(self) -> Callable[..., None]:
        """What a tick runs: its parameters are the letters that it reads and writes."""
        raise NotImplementedError

    @property
    def code(self) -> str:
        raise NotImplementedError

    @property
    def latex(self) -> str:
        """The rule in LaTeX, with `$uw`, `$dw` and the letters of the state."""
        raise NotImplementedError

    def step(self, index: Index, look: Look) -> tuple[Term, ...]:
        """The terms of one element of `uw`."""
        raise NotImplementedError

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        """How one element of `uw`, or of a letter of the state, came to be."""
        if letter == "uw":
            return Sum(self.formula, self.step(index, look))
        before = look.before(letter, index, f"{letter}_{{\\text{{before}}}}", letter)
        formula: str = getattr(self, f"{letter}_formula")
        return Applied(formula, self.type, (before, gradient(index, look)))

    @property
    def m_formula(self) -> str:
        raise NotImplementedError

    @property
    def v_formula(self) -> str:
        raise NotImplementedError

    def decayed(self, dw: Array, w: Array) -> Array:
        """The gradient with weight decay: dw + λ·w (as a penalty of λ/2·w² would give)."""
        return dw + self.weight_decay * w if self.weight_decay else dw

    @property
    def decayed_code(self) -> str:
        return f"($dw + {self.weight_decay!r} * $W)" if self.weight_decay else "$dw"

    def decay_terms(self, scale: Factor, index: Index, look: Look) -> tuple[Term, ...]:
        """What weight decay adds to a plain step: scale · λ · w."""
        if not self.weight_decay:
            return ()
        decay = look.had(r"\lambda", "weight decay", self.weight_decay, r"\lambda")
        return (Term((scale, decay, look.before("w", index, "w", "w"))),)

    def line(self, table: str, names: Mapping[str, str]) -> str:
        if table == "latex":
            return Template(self.latex).substitute(names)
        torch = table == "pytorch"
        letters = {"sqrt": "torch.sqrt" if torch else "np.sqrt", "W": f"{names['w']}.data" if torch else names["w"]}
        if torch:
            letters["dw"] = f"{names['w']}.grad"
        move = "$W += $uw\n$w.grad = None" if torch else "$w += $uw"
        return Template(f"{self.code}\n{move}").substitute({**names, **letters})

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {**super().catalog(), "formula": cls.formula, "state": list(cls.possible_state)}


def gradient(index: Index, look: Look) -> Factor:
    return look.stored("dw", index, GRADIENT, "dL/dw")


OPTIMIZERS: Registry[Optimizer] = Registry(UnknownOptimizer)


@OPTIMIZERS.add
class SGD(Optimizer):
    """uW = −η·g, or −η·m with m = μ·m + (1 − τ)·g (the first m is g); `torch.optim.SGD`."""

    type = "sgd"
    title = "Gradient descent"
    fields = (
        rate(0.001),
        Field("momentum", float, 0.0, "how much of the last direction is kept", minimum=0),
        Field("dampening", float, 0.0, "how much less of the gradient joins the momentum", minimum=0, maximum=1),
        Field("nesterov", bool, False, "whether the step looks ahead along the momentum"),
        WEIGHT_DECAY,
    )
    possible_state = ("m",)
    formula = r"\Delta w = -\eta\,\frac{\partial L}{\partial w}"
    momentum: float
    dampening: float
    nesterov: bool

    @property
    def state(self) -> tuple[str, ...]:
        return ("m",) if self.momentum else ()

    @property
    def kernel(self) -> Callable[..., None]:
        return self.update_with_momentum if self.momentum else self.update

    def update(self, dw: Array, w: Array, uw: Array) -> None:
        np.multiply(self.decayed(dw, w), -self.learning_rate, out=uw)
        np.add(w, uw, out=w)

    def update_with_momentum(self, dw: Array, w: Array, count: Array, m: Array, uw: Array) -> None:
        g = self.decayed(dw, w)
        if count == 1:
            np.copyto(m, g)
        else:
            np.multiply(m, self.momentum, out=m)
            np.add(m, (1 - self.dampening) * g, out=m)
        np.multiply(g + self.momentum * m if self.nesterov else m, -self.learning_rate, out=uw)
        np.add(w, uw, out=w)

    @property
    def latex(self) -> str:
        return r"$uw = -\eta\,$m" if self.momentum else r"$uw = -\eta\,$dw"

    @property
    def m_formula(self) -> str:
        return r"m = \mu\, m_{\text{before}} + (1 - \tau)\, g"

    @property
    def code(self) -> str:
        if not self.momentum:
            return f"$uw = -{self.learning_rate!r} * {self.decayed_code}"
        joined = f"{self.momentum!r} * $m + {1 - self.dampening!r} * g"
        direction = f"(g + {self.momentum!r} * $m)" if self.nesterov else "$m"
        return f"g = {self.decayed_code}\n$m = g if t == 1 else {joined}\n$uw = -{self.learning_rate!r} * {direction}"

    def step(self, index: Index, look: Look) -> tuple[Term, ...]:
        scale = look.had(r"-\eta", "negative rate", -self.learning_rate, r"-\eta")
        if not self.momentum:
            return (Term((scale, gradient(index, look))), *self.decay_terms(scale, index, look))
        moment = look.stored("m", index, "m", "momentum")
        if not self.nesterov:
            return (Term((scale, moment)),)
        keep = look.had(r"\mu", "momentum's share", self.momentum, r"\mu")
        plain = (Term((scale, gradient(index, look))), *self.decay_terms(scale, index, look))
        return (*plain, Term((scale, keep, moment)))


class Scaled(Optimizer):
    """What the optimizers share that divide by the size of past gradients: uW = −η′ · direction / (√v̂ + ε)."""

    eps: float

    def divisor(self, v: Array, count: float) -> Array:
        """√v̂ + ε, elementwise."""
        root: Array = np.sqrt(v)
        return root + self.eps

    def effective_rate(self, count: float) -> float:
        """η′: the rate with what the optimizer multiplies it by."""
        return self.learning_rate

    def scaled(self, direction: Factor, index: Index, look: Look) -> tuple[Term, ...]:
        """The one term −η′ · direction · 1/(√v̂ + ε)."""
        scale = look.had(r"-\eta'", "negative rate", -self.effective_rate(look.count), self.rate_formula)
        divisor = float(self.divisor(look.array("v")[index], look.count))
        inverse = look.had(
            r"\frac{1}{\sqrt{\hat v} + \epsilon}", "1/(√v + ε)", 1 / divisor, self.v_formula, [("v", index)]
        )
        return (Term((scale, direction, inverse)),)

    def slope(self, index: Index, look: Look) -> Factor:
        """The gradient with weight decay, as a factor."""
        if not self.weight_decay:
            return gradient(index, look)
        w = look.before("w", index, "w", "w")
        value = gradient(index, look).value + self.weight_decay * w.value
        return look.had("g", "gradient with decay", value, GRADIENT + r" + \lambda w", [("dw", index), ("w", index)])

    @property
    def rate_formula(self) -> str:
        return r"-\eta"


@OPTIMIZERS.add
class Adagrad(Scaled):
    """v = v + g², uW = −η/(1 + (t−1)·decay) · g/(√v + ε): Duchi, Hazan & Singer 2011; `torch.optim.Adagrad`."""

    type = "adagrad"
    title = "Adagrad"
    fields = (
        rate(0.01),
        Field("lr_decay", float, 0.0, "how fast the rate falls with the number of updates", minimum=0),
        WEIGHT_DECAY,
        Field("eps", float, 1e-10, "what is added to a divisor, so that it is not 0", above=0),
    )
    possible_state = ("v",)
    formula = r"\Delta w = -\frac{\eta}{\sqrt{v} + \epsilon}\,\frac{\partial L}{\partial w}"
    lr_decay: float

    @property
    def kernel(self) -> Callable[..., None]:
        return self.update

    def update(self, dw: Array, w: Array, count: Array, v: Array, uw: Array) -> None:
        g = self.decayed(dw, w)
        np.add(v, g * g, out=v)
        np.divide(g, self.divisor(v, float(count)), out=uw)
        np.multiply(uw, -self.effective_rate(float(count)), out=uw)
        np.add(w, uw, out=w)

    def effective_rate(self, count: float) -> float:
        return self.learning_rate / (1 + (count - 1) * self.lr_decay)

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
            f"$uw = -{self.learning_rate!r}{slower} * g / ($sqrt($v) + {self.eps!r})"
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
    )
    possible_state = ("m", "v")
    formula = r"\Delta w = -\frac{\eta}{\sqrt{v} + \epsilon}\,\frac{\partial L}{\partial w}"
    alpha: float
    momentum: float

    @property
    def state(self) -> tuple[str, ...]:
        return ("m", "v") if self.momentum else ("v",)

    @property
    def kernel(self) -> Callable[..., None]:
        return self.update_with_momentum if self.momentum else self.update

    def update(self, dw: Array, w: Array, v: Array, uw: Array) -> None:
        np.multiply(self._ratio(dw, w, v), -self.learning_rate, out=uw)
        np.add(w, uw, out=w)

    def update_with_momentum(self, dw: Array, w: Array, m: Array, v: Array, uw: Array) -> None:
        np.multiply(m, self.momentum, out=m)
        np.add(m, self._ratio(dw, w, v), out=m)
        np.multiply(m, -self.learning_rate, out=uw)
        np.add(w, uw, out=w)

    def _ratio(self, dw: Array, w: Array, v: Array) -> Array:
        """Bring v up to date; g / (√v + ε)."""
        g = self.decayed(dw, w)
        np.multiply(v, self.alpha, out=v)
        np.add(v, (1 - self.alpha) * g * g, out=v)
        return g / self.divisor(v, 1)

    @property
    def m_formula(self) -> str:
        return r"m = \mu\, m_{\text{before}} + \frac{g}{\sqrt{v} + \epsilon}"

    @property
    def v_formula(self) -> str:
        return r"v = \alpha\, v_{\text{before}} + (1 - \alpha)\, g^2"

    @property
    def latex(self) -> str:
        return r"$uw = -\eta\,$m" if self.momentum else r"$uw = -\eta\,\frac{$dw}{\sqrt{$v} + \epsilon}"

    @property
    def code(self) -> str:
        average = f"g = {self.decayed_code}\n$v = {self.alpha!r} * $v + {1 - self.alpha!r} * g * g\n"
        ratio = f"g / ($sqrt($v) + {self.eps!r})"
        if not self.momentum:
            return f"{average}$uw = -{self.learning_rate!r} * {ratio}"
        return f"{average}$m = {self.momentum!r} * $m + {ratio}\n$uw = -{self.learning_rate!r} * $m"

    def step(self, index: Index, look: Look) -> tuple[Term, ...]:
        if not self.momentum:
            return self.scaled(self.slope(index, look), index, look)
        scale = look.had(r"-\eta", "negative rate", -self.learning_rate, r"-\eta")
        return (Term((scale, look.stored("m", index, "m", "momentum"))),)


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
    fields: ClassVar[tuple[Field, ...]] = (rate(0.001), BETAS, EPS, WEIGHT_DECAY)
    possible_state = ("m", "v")
    formula = r"\Delta w = -\eta\,\frac{\hat m}{\sqrt{\hat v} + \epsilon}"
    betas: tuple[float, float]

    @property
    def kernel(self) -> Callable[..., None]:
        return self.update

    def update(self, dw: Array, w: Array, count: Array, m: Array, v: Array, uw: Array) -> None:
        self._move(self.decayed(dw, w), float(count), m, v, uw)
        np.add(w, uw, out=w)

    def _move(self, g: Array, count: float, m: Array, v: Array, uw: Array) -> None:
        """Bring the moments up to date, and write −η′ · m / (√v̂ + ε) into uw."""
        beta1, beta2 = self.betas
        np.multiply(m, beta1, out=m)
        np.add(m, (1 - beta1) * g, out=m)
        np.multiply(v, beta2, out=v)
        np.add(v, (1 - beta2) * g * g, out=v)
        np.divide(m, self.divisor(v, count), out=uw)
        np.multiply(uw, -self.effective_rate(count), out=uw)

    def divisor(self, v: Array, count: float) -> Array:
        root: Array = np.sqrt(v) / (1 - self.betas[1] ** count) ** 0.5
        return root + self.eps

    def effective_rate(self, count: float) -> float:
        return self.learning_rate / (1 - float(self.betas[0] ** count))

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
        return r"$uw = -\frac{\eta}{1 - \beta_1^t}\,\frac{$m}{\sqrt{\frac{$v}{1 - \beta_2^t}} + \epsilon}"

    @property
    def code(self) -> str:
        return self._moments_code(self.decayed_code) + f"$uw = {self._move_code}"

    def _moments_code(self, g: str) -> str:
        beta1, beta2 = self.betas
        return f"g = {g}\n$m = {beta1!r} * $m + {1 - beta1!r} * g\n$v = {beta2!r} * $v + {1 - beta2!r} * g * g\n"

    @property
    def _move_code(self) -> str:
        beta1, beta2 = self.betas
        divisor = f"($sqrt($v) / (1 - {beta2!r}**t) ** 0.5 + {self.eps!r})"
        return f"-{self.learning_rate!r} / (1 - {beta1!r}**t) * $m / {divisor}"

    def step(self, index: Index, look: Look) -> tuple[Term, ...]:
        return self.scaled(look.stored("m", index, "m", "first moment"), index, look)


@OPTIMIZERS.add
class AdamW(Adam):
    """Adam whose weight decay acts on the weight itself, −η·λ·w, not on the gradient: Loshchilov & Hutter 2019.

    `torch.optim.AdamW`.
    """

    type = "adamw"
    title = "AdamW"
    fields = (*Adam.fields[:-1], Field("weight_decay", float, 0.01, "how much of the weight is taken away", minimum=0))
    formula = r"\Delta w = -\eta\,\frac{\hat m}{\sqrt{\hat v} + \epsilon} - \eta\lambda w"

    def update(self, dw: Array, w: Array, count: Array, m: Array, v: Array, uw: Array) -> None:
        self._move(dw, float(count), m, v, uw)
        np.subtract(uw, self.learning_rate * self.weight_decay * w, out=uw)
        np.add(w, uw, out=w)

    @property
    def latex(self) -> str:
        return super().latex + r" - \eta\lambda\,$w"

    @property
    def code(self) -> str:
        decay = f" - {self.learning_rate!r} * {self.weight_decay!r} * $W"
        return self._moments_code("$dw") + f"$uw = {self._move_code}{decay}"

    def step(self, index: Index, look: Look) -> tuple[Term, ...]:
        scale = look.had(r"-\eta", "negative rate", -self.learning_rate, r"-\eta")
        return (*super().step(index, look), *self.decay_terms(scale, index, look))
