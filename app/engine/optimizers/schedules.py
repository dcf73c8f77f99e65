"""Learning-rate schedules: which rate an update has, from the number of epochs, or of steps, before it.

Names, parameters, defaults and results are those of `torch.optim.lr_scheduler`, in closed form.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from ..errors import UnknownChoice
from ..registry import Described, Field, Registry

EVERY = Field("every", str, "epoch", "what is counted", choices=("epoch", "step"))
GAMMA = "what the rate is multiplied by each time"
LONGEST = 2**53 - 1
"""The largest whole number that every reader of JSON has as it stands there; of steps there are fewer."""


class Schedule(Described):
    """`rate(base, n)` is the learning rate after `n` epochs (or steps, as `every` says) that began with `base`.

    `code` is the same as a line of Python over the numbers `base` and `n`.
    """

    formula: ClassVar[str]
    every: str

    def rate(self, base: float, n: int) -> float:
        raise NotImplementedError

    def code(self, base: str, n: str) -> str:
        raise NotImplementedError

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        return {**super().catalog(), "formula": cls.formula}


class UnknownSchedule(UnknownChoice):
    kind = "schedule"


SCHEDULES: Registry[Schedule] = Registry(UnknownSchedule)


def over(default: int) -> Field:
    return Field("total_iters", int, default, "after how many epochs or steps it stays as it is", 1, maximum=LONGEST)


@SCHEDULES.add
class ConstantRate(Schedule):
    """η · factor for the first total_iters, then η: `ConstantLR`, but that the factor left out is 1."""

    type = "constant"
    title = "Constant"
    fields = (Field("factor", float, 1.0, "what the rate is multiplied by at first", minimum=0), over(5), EVERY)
    formula = r"\eta\cdot\text{factor}\ \text{for}\ n < \text{total\_iters},\ \text{then}\ \eta"
    factor: float
    total_iters: int

    def rate(self, base: float, n: int) -> float:
        return base * self.factor if n < self.total_iters else base

    def code(self, base: str, n: str) -> str:
        return f"{base} * ({self.factor!r} if {n} < {self.total_iters} else 1)"


@SCHEDULES.add
class StepRate(Schedule):
    """η · γ^⌊n / step_size⌋: `StepLR`."""

    type = "step"
    title = "Steps"
    fields = (
        Field("step_size", int, 10, "after how many epochs or steps it falls again", 1, maximum=LONGEST),
        Field("gamma", float, 0.1, GAMMA, minimum=0),
        EVERY,
    )
    formula = r"\eta\,\gamma^{\lfloor n / \text{step\_size}\rfloor}"
    step_size: int
    gamma: float

    def rate(self, base: float, n: int) -> float:
        return _grown(base, self.gamma, n // self.step_size)

    def code(self, base: str, n: str) -> str:
        return f"{base} * {self.gamma!r} ** ({n} // {self.step_size})"


@SCHEDULES.add
class ExponentialRate(Schedule):
    """η · γⁿ: `ExponentialLR`."""

    type = "exponential"
    title = "Exponential"
    fields = (Field("gamma", float, 0.95, GAMMA, minimum=0), EVERY)
    formula = r"\eta\,\gamma^n"
    gamma: float

    def rate(self, base: float, n: int) -> float:
        return _grown(base, self.gamma, n)

    def code(self, base: str, n: str) -> str:
        return f"{base} * {self.gamma!r} ** {n}"


@SCHEDULES.add
class CosineRate(Schedule):
    """From η to eta_min and back along a cosine, T_max each way: `CosineAnnealingLR` (Loshchilov & Hutter 2017)."""

    type = "cosine"
    title = "Cosine"
    fields = (
        Field("T_max", int, 100, "after how many epochs or steps it is lowest", 1, maximum=LONGEST),
        Field("eta_min", float, 0.0, "the lowest rate", minimum=0),
        EVERY,
    )
    formula = r"\eta_{\min} + \tfrac{1}{2}(\eta - \eta_{\min})\left(1 + \cos\frac{\pi n}{T_{\max}}\right)"
    T_max: int
    eta_min: float

    def rate(self, base: float, n: int) -> float:
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * n / self.T_max)) / 2

    def code(self, base: str, n: str) -> str:
        return f"{self.eta_min!r} + ({base} - {self.eta_min!r}) * (1 + math.cos(math.pi * {n} / {self.T_max})) / 2"


@SCHEDULES.add
class LinearRate(Schedule):
    """η times a factor that goes from start_factor to end_factor in total_iters: `LinearLR`."""

    type = "linear"
    title = "Linear"
    fields = (
        Field("start_factor", float, 1 / 3, "the factor at first", above=0, maximum=1),
        Field("end_factor", float, 1.0, "the factor in the end", minimum=0, maximum=1),
        over(5),
        EVERY,
    )
    formula = (
        r"\eta\left(\text{start} + (\text{end} - \text{start})\,"
        r"\frac{\min(n, \text{total\_iters})}{\text{total\_iters}}\right)"
    )
    start_factor: float
    end_factor: float
    total_iters: int

    def rate(self, base: float, n: int) -> float:
        return base * (self.start_factor + (self.end_factor - self.start_factor) * min(n / self.total_iters, 1))

    def code(self, base: str, n: str) -> str:
        change = f"({self.end_factor!r} - {self.start_factor!r}) * min({n} / {self.total_iters}, 1)"
        return f"{base} * ({self.start_factor!r} + {change})"


def _grown(base: float, gamma: float, n: int) -> float:
    """`base` · gammaⁿ; infinite where that is too large for a float, but of nothing nothing comes."""
    try:
        return float(base * gamma**n)
    except OverflowError:
        return math.inf if base else 0.0
