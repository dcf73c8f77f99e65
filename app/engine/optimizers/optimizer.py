"""What an optimizer is: from a parameter's gradient to its update, one tick a parameter. W_new = W + uW.

Formulas, parameters and defaults are PyTorch's (`torch.optim`), with `learning_rate` for `lr`. In the letters of an
update `dw` is the gradient (after clipping), `w` the parameter, `uw` the update, `m` the momentum buffer or first
moment, `v` the average or sum of squared gradients; `count` is the number of this update, from 1, and `minus_rate`
the negative learning rate of this step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from string import Template
from typing import Any, ClassVar

import numpy as np

from ..algebra import Line
from ..errors import UnknownOptimizer
from ..registry import Described, Field, Registry
from ..terms import Applied, Array, Factor, Index, Local, Look, Sum, Term
from .schedules import SCHEDULES, Schedule

GRADIENT = r"\frac{\partial L}{\partial w}"
SYMBOLS = {"mean": r"\bar g", "vmax": r"v_{\max}"}
"""The symbols of letters of the state that are no letters."""


def rate(default: float) -> Field:
    return Field("learning_rate", float, default, "how far a weight moves against its gradient", minimum=0)


WEIGHT_DECAY = Field("weight_decay", float, 0.0, "how much of the weight is added to its gradient", minimum=0)
EPS = Field("eps", float, 1e-8, "what is added to a divisor, so that it is not 0", above=0)
COMMON = (
    Field(
        "clip_norm", float, None, "the largest norm of all gradients together; longer ones are scaled to it", above=0
    ),
    Field("schedule", SCHEDULES, None, "how the learning rate changes"),
)
"""What every optimizer has beside its own fields."""


class Optimizer(Described):
    """Writes the update `uw`, its `state` and the parameter `w`. All arrays of a tick have the parameter's shape.

    `decays_gradient` says whether weight decay is added to the gradient, and not taken off the weight by itself.
    `code` is the arithmetic as lines with `$` letters: `$W` is the parameter as it is read, `$sqrt` and
    `$maximum` are the library's functions.
    """

    possible_state: ClassVar[tuple[str, ...]] = ()
    state_words: ClassVar[Mapping[str, str]] = {}
    """What each letter of the state is called."""
    decays_gradient: ClassVar[bool] = True
    formula: ClassVar[str]
    learning_rate: float
    weight_decay: float
    clip_norm: float | None
    schedule: Schedule | None

    def rate(self, step: int, epoch: int) -> float:
        """The learning rate of the step that has `step` steps and `epoch` epochs before it."""
        if self.schedule is None:
            return self.learning_rate
        return self.schedule.rate(self.learning_rate, step if self.schedule.every == "step" else epoch)

    def clip(self, gradients: Array, dw: Array, clip: Array, clipped: Array) -> None:
        """Clip = min(1, clip_norm / (‖g‖ + 1e-6)) with g all gradients of trained parameters, and clipped = clip · dw:
        `torch.nn.utils.clip_grad_norm_`."""
        norm = np.sqrt(gradients.dot(gradients))
        np.minimum(np.asarray(self.clip_norm) / (norm + 1e-6), 1, out=clip)
        np.multiply(dw, clip, out=clipped)

    @property
    def state(self) -> tuple[str, ...]:
        """The letters that are kept from step to step."""
        return self.possible_state

    def begins(self, letter: str) -> float:
        """What this letter of the state is before the first step."""
        return 0.0

    def algebra(self) -> Line:
        """The update as matrix algebra, the same for all: what the parameter was, and what is added to it."""
        return Line("w = w + uw", {}, self._computes_nothing)

    def _computes_nothing(self, name: str, look: Look) -> Array:
        raise KeyError(name)

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
        return Applied(formula, self.type, (before, *self.joins(letter, index, look)))

    def joins(self, letter: str, index: Index, look: Look) -> tuple[Factor, ...]:
        """What becomes part of a letter of the state in a step."""
        return gradient(index, look)

    def stages(self, index: Index, look: Look) -> tuple[Factor, ...]:
        """The numbers on the way from the gradient to the update, in the order in which they are had: the gradient,
        what clipping and weight decay make of it, the state that it joins, corrected where it is, and the rate."""
        names = ((letter, SYMBOLS.get(letter, letter), self.state_words[letter]) for letter in self.state)
        kept = (look.stored(letter, index, symbol, text) for letter, symbol, text in names)
        rate = self.effective_rate(index, look)
        return (*self.slopes(index, look), *kept, *self.corrections(index, look), rate)

    def slopes(self, index: Index, look: Look) -> tuple[Factor, ...]:
        """The gradient, and as far as they are asked for the clipped one and the one with weight decay."""
        *share, whole = gradient(index, look)
        slopes, symbol, slope = [whole], GRADIENT, whole.value
        if share:
            slope, symbol = share[0].value * whole.value, r"\tilde g"
            formula = rf"{share[0].formula}\cdot {GRADIENT}"
            slopes.append(look.had(symbol, "clipped gradient", slope, formula, [("dw", index)]))
        if self.weight_decay and self.decays_gradient:
            part = self.weight_decay * look.before("w", index, "w", "w").value
            slopes.append(look.had(r"\lambda w", "weight decay", part, r"\lambda w", [("w", index)]))
            reads = [("dw", index), ("w", index)]
            slopes.append(look.had("g", "gradient with weight decay", slope + part, rf"{symbol} + \lambda w", reads))
        return tuple(slopes)

    def corrections(self, index: Index, look: Look) -> tuple[Factor, ...]:
        """What is made of the state before it is used."""
        return ()

    def effective_rate(self, index: Index, look: Look) -> Factor:
        """How far the weight moves for each unit of its direction: the gradient, or the moment that it has joined."""
        return look.had(r"\eta", "effective rate", -float(look.array("minus_rate")), r"\eta")

    def decayed(self, dw: Array, w: Array) -> Array:
        """The gradient with weight decay: dw + λ·w (as a penalty of λ/2·w² would give)."""
        return dw + self.weight_decay * w if self.weight_decay else dw

    @property
    def decayed_code(self) -> str:
        return f"($dw + {self.weight_decay!r} * $W)" if self.weight_decay else "$dw"

    @property
    def rate_code(self) -> str:
        return "rate" if self.schedule else repr(self.learning_rate)

    def down(self, look: Look) -> Factor:
        """−η, the rate of this step."""
        return look.had(r"-\eta", "−learning rate", float(look.array("minus_rate")), r"-\eta")

    def decay_terms(self, scale: Factor, index: Index, look: Look) -> tuple[Term, ...]:
        """What weight decay adds to a plain step: scale · λ · w."""
        if not self.weight_decay:
            return ()
        decay = look.had(r"\lambda", "weight decay", self.weight_decay, r"\lambda")
        return (Term((scale, decay, look.before("w", index, "w", "w"))),)

    def line(self, table: str, names: Mapping[str, str], gradients: Sequence[str]) -> str:
        """The rule in LaTeX, or its lines of code; clipping needs the variables of all `gradients`."""
        if table == "latex":
            return Template(self.latex).substitute(names)
        torch = table == "pytorch"
        letters = {name: f"{'torch' if torch else 'np'}.{name}" for name in ("sqrt", "maximum")}
        letters |= {"W": f"{names['w']}.data" if torch else names["w"]}
        if torch:
            letters["dw"] = f"{names['w']}.grad"
        lines = []
        if self.schedule:
            n = "(t - 1)" if self.schedule.every == "step" else "epoch"
            lines.append(f"rate = {self.schedule.code(repr(self.learning_rate), n)}")
        if self.clip_norm is not None:
            letters["dw"] = "clipped"
            squares = " + ".join(f"({gradient}**2).sum()" for gradient in gradients)
            lines.append(f"norm = ({squares}) ** 0.5")
            lines.append(f"clipped = {names['dw']} * min(1, {self.clip_norm!r} / (norm + 1e-6))")
        lines += [self.code, "$W += $uw\n$w.grad = None" if torch else "$w += $uw"]
        return Template("\n".join(lines)).substitute({**names, **letters})

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {**super().catalog(), "formula": cls.formula, "state": list(cls.possible_state)}


def gradient(index: Index, look: Look) -> tuple[Factor, ...]:
    """The gradient that the update uses: with clipping, what that leaves of it is a factor of its own."""
    own = look.names["w"].rpartition(".")[2]
    whole = look.stored("dw", index, GRADIENT, f"dL/d{own}")
    if "clipped" not in look.names:
        return (whole,)
    formula = r"\min\left(1, \frac{\text{clip\_norm}}{\lVert g \rVert + 10^{-6}}\right)"
    return look.had(r"\text{clip}", "clip", float(look.array("clip")), formula), whole


def value(factors: tuple[Factor, ...]) -> float:
    return prod(factor.value for factor in factors)


OPTIMIZERS: Registry[Optimizer] = Registry(UnknownOptimizer)
