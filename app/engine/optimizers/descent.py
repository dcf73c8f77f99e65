"""Gradient descent, and its momentum."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..registry import Field
from ..terms import Array, Index, Look, Term
from .optimizer import COMMON, OPTIMIZERS, WEIGHT_DECAY, Optimizer, gradient, rate


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
        *COMMON,
    )
    possible_state = ("m",)
    state_words = {"m": "momentum"}
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

    def update(self, dw: Array, w: Array, minus_rate: Array, uw: Array) -> None:
        if self.weight_decay:
            dw = self.decayed(dw, w)
        np.multiply(dw, minus_rate, out=uw)
        np.add(w, uw, out=w)

    def update_with_momentum(self, dw: Array, w: Array, count: Array, minus_rate: Array, m: Array, uw: Array) -> None:
        g = self.decayed(dw, w)
        if count == 1:
            np.copyto(m, g)
        else:
            np.multiply(m, self.momentum, out=m)
            np.add(m, (1 - self.dampening) * g, out=m)
        np.multiply(g + self.momentum * m if self.nesterov else m, minus_rate, out=uw)
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
            return f"$uw = -{self.rate_code} * {self.decayed_code}"
        joined = f"{self.momentum!r} * $m + {1 - self.dampening!r} * g"
        direction = f"(g + {self.momentum!r} * $m)" if self.nesterov else "$m"
        return f"g = {self.decayed_code}\n$m = g if t == 1 else {joined}\n$uw = -{self.rate_code} * {direction}"

    def step(self, index: Index, look: Look) -> tuple[Term, ...]:
        scale = self.down(look)
        plain = (Term((scale, *gradient(index, look))), *self.decay_terms(scale, index, look))
        if not self.momentum:
            return plain
        moment = look.stored("m", index, "m", "momentum")
        if not self.nesterov:
            return (Term((scale, moment)),)
        keep = look.had(r"\mu", "momentum's share", self.momentum, r"\mu")
        return (*plain, Term((scale, keep, moment)))
