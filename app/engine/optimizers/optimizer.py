"""What an optimizer is: from a parameter's gradient to its update, one tick a parameter. W_new = W + uW.

Formulas, parameters and defaults are PyTorch's (`torch.optim`), with `learning_rate` for `lr`. In the letters of an
update `dw` is the gradient, `w` the parameter, `uw` the update, `m` the momentum buffer or first moment, `v` the
average or sum of squared gradients, and `count` the number of this update, from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Template
from typing import Any, ClassVar

from ..errors import UnknownOptimizer
from ..registry import Described, Field, Registry
from ..terms import Applied, Array, Factor, Index, Local, Look, Sum, Term

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
