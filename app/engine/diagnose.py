"""What ails a network in training: findings about one step of a run, each with a cure.

A finding's `fix` is a spec to try. Which op ails is read off its own slope, never off its name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from .cures import (
    TRIAL_BYTES,
    begun,
    changed,
    lasting,
    states_anew,
    survivor,
    told,
    unflattened,
    with_any_output,
    with_rate,
)
from .examine import Examination, LayerState, finite, flat, over, said, steepest, vanishes
from .forward import Forward
from .graph import Graph, derived
from .landscape import StepLoss
from .plan import Phase, Tick
from .spec import Spec
from .tape import Tape
from .terms import Array

Code = Literal[
    "vanishing", "exploding", "dead_units", "saturated_units", "symmetric_units", "rate_too_high", "non_finite"
]

VANISHED, EXPLODED = 1e-3, 1e3
"""The ratio of weight gradients, first to last, below which one has vanished; the growth above which one exploded."""
LITTLE, DEEP = 1e-2, 3
"""A gradient may be small for other reasons: to vanish, `LITTLE` of it may be left on the way through `DEEP` layers."""
ALIKE = {"float64": 9, "float32": 4}
"""To how many digits units agree that are alike: rounding parts them a little, and the more, the smaller the gradient
is beside the terms that it is the sum of."""
SHARE = 0.5
"""A layer suffers where this share of its units is dead or saturated; in a deep one a third may be off by chance."""
STUCK = 0.05
"""Where moving every sum of a layer by 1, each its better way, would lower the loss by less than this share of it, the
layer is stuck. A saturated output that is right, or that has a loss that makes up for its slope, is not."""
RECENT = 8
"""How many steps are looked back on to judge the rate."""
FALLEN = 0.9
"""Below this share of what it was a loss has fallen."""
RISE, ROUNDING = 0.01, 1e-12
"""By how much of itself, and by how much at all, a loss has to rise to count as risen."""


@dataclass(frozen=True)
class Finding:
    """Something that keeps a network from learning: where, why in words, the numbers behind it, and a spec to try."""

    code: Code
    layer: str
    cause: str
    numbers: dict[str, Any]
    fix: dict[str, Any]
    cure: str
    """What the fix changes."""


@dataclass(frozen=True)
class Diagnosis:
    """The state of every layer in one step, slopes over `rows` rows of data, and what was found."""

    step: int
    rows: int
    gradient_ratio: float | None
    """The norm of the first layer's weight gradient over the last's."""
    layers: tuple[LayerState, ...]
    findings: tuple[Finding, ...]


TapeOf = Callable[[int], Tape]
"""Gives the whole tape of a step."""


def diagnose(
    spec: Spec, graph: Graph, schedule: Sequence[Tick], step: int, tape_of: TapeOf, first: int = 0
) -> Diagnosis:
    """Judge `step` of a run, whose steps from the `first` up to it `tape_of` knows."""
    case = Case(spec, graph, schedule, step, tape_of, first)
    with np.errstate(all="ignore"):
        broken = list(_non_finite(case))
        found = broken or [finding for look in LOOKS for finding in look(case)]
        return Diagnosis(step, len(case.rows), case.gradient_ratio, case.layers, tuple(found))


class Case(Examination):
    """A step that is judged, with those from the `first` up to it, which `tape_of` knows."""

    def __init__(
        self, spec: Spec, graph: Graph, schedule: Sequence[Tick], step: int, tape_of: TapeOf, first: int
    ) -> None:
        super().__init__(spec, graph, schedule, tape_of(step))
        self.tape_of, self.first = tape_of, first
        self.forwards: dict[int, Forward] = {}

    @property
    def gradient_ratio(self) -> float | None:
        return over(self.layers[0].weight_gradient_norm, self.layers[-1].weight_gradient_norm)

    def finding(self, code: Code, layer: str, cause: str, numbers: dict[str, Any], fix: dict[str, Any]) -> Finding:
        return Finding(code, layer, cause, numbers, fix, told(self.spec, fix))

    def entering(self, layer: str) -> Array:
        """What comes into a layer, over the rows that are looked at."""
        return self.over_data.buffers[self.nodes(layer)[0].inputs[0]]

    def leverage(self, layer: str) -> float:
        """Σ |dz| over the loss without its penalty: what share of it a move of every sum of the layer by 1 is worth."""
        found, loss, penalty = self.activation(layer), self.value("loss.value"), self.value("loss.penalty")
        dz = self.value(derived("d", found[1].inputs[0])) if found else None
        if dz is None or loss is None:
            return math.inf
        lost = float(loss) - (0 if penalty is None else float(penalty))
        return float(np.abs(dz).sum(dtype=np.float64)) / lost if lost else math.inf


def _non_finite(case: Case) -> Iterator[Finding]:
    """The first tick that wrote a number that is not finite.

    Parameters and optimizer state that are not finite once stay so, whatever is added to them: so the step in which
    they became so is found by bisection, and the tick on that step's tape.
    """
    tape = case.tape_of(_breaking(case))
    places = ((i, name) for i, wrote in enumerate(tape.written) for name, v in wrote.items() if not finite([v]))
    index, name = next(places, (None, ""))
    if index is None:
        return
    tick = case.schedule[index]
    t = tape.step * len(case.schedule) + index + 1
    cause = (
        f"{name} is the first number that is not finite: tick {index} of step {tape.step} ({tick.op}, {tick.phase}) "
        f"wrote it, at t = {t}. Everything that is computed from it is lost."
    )
    numbers: dict[str, Any] = {"t": t, "step": tape.step, "index": index, "tensor": name, "op": tick.op}
    fix = None
    if tick.phase is Phase.LOSS and (given := _no_probability(case, tape, index)):
        place, value = given
        cause += f" {tick.op} takes probabilities, from 0 to 1, and {place} was {said(value)}."
        fix = with_any_output(case.spec)
    yield case.finding("non_finite", tick.layer, cause, numbers, fix or survivor(case, tape.step, tick.phase))


def _no_probability(case: Case, tape: Tape, index: int) -> tuple[str, float] | None:
    """Of the outputs that the loss read at a tick the one that is farthest from being what it takes, a probability."""
    if case.spec.loss.wants != "probabilities":
        return None
    name = case.schedule[index].reads[0]
    values = tape.at(name, index)
    if values is None:
        return None
    beyond = np.maximum(-values, values - 1)
    row, unit = np.unravel_index(int(np.argmax(beyond)), values.shape)
    return (f"{name}[{row},{unit}]", float(values[row, unit])) if beyond[row, unit] > 0 else None


def _breaking(case: Case) -> int:
    """The last step that began with finite numbers only."""
    if finite(case.tape.start.values()):
        return case.tape.step
    good, bad = case.first, case.tape.step
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if finite(case.tape_of(middle).start.values()) else (good, middle)
    return good


def _symmetric(case: Case) -> Iterator[Finding]:
    """Units of a layer with the same parameters and the same gradients: no step will ever part them."""
    groups = {layer.layer: _alike(case, layer) for layer in case.layers}
    sick = [name for name, group in groups.items() if group]
    for name in sick:
        units = ", ".join(map(str, groups[name][:8])) + (", …" if len(groups[name]) > 8 else "")
        cause = (
            f"Units {units} of {name} have the same weights and the same gradients, so every step moves them alike: "
            f"{len(groups[name])} units do the work of one. Weights have to start different."
        )
        yield case.finding("symmetric_units", name, cause, {"units": groups[name]}, changed(case.spec, sick))


def _alike(case: Case, layer: LayerState) -> list[int]:
    """The largest group of units of a layer that are alike, in their parameters and in their gradients.

    Units of one layer may differ by orders of magnitude, so each is measured by its own size: of its numbers, a row,
    the logarithm of the largest and the row over it are rounded.
    """
    names = case.parameters(layer.layer)
    columns = []
    for tensors in (map(case.tape.start.get, names), [case.value(derived("d", name)) for name in names]):
        own = [one.reshape(layer.units, -1) for one in tensors if one is not None and len(one) == layer.units]
        rows = np.hstack([np.zeros((layer.units, 1)), *own])  # a frozen layer has no gradients
        sizes = np.abs(rows).max(axis=1, keepdims=True)
        sizes[sizes == 0] = 1
        columns += [np.log(sizes), rows / sizes]
    digits = ALIKE[case.spec.dtype]
    _, groups, counts = np.unique(np.hstack(columns).round(digits), axis=0, return_inverse=True, return_counts=True)
    largest = np.flatnonzero(groups.ravel() == counts.argmax())
    return [int(unit) for unit in largest] if len(largest) > 1 else []


def _dead(case: Case) -> Iterator[Finding]:
    """Half of a layer that is off for all of the data."""
    sick = [layer for layer in case.layers if layer.dead_units and len(layer.dead_units) >= SHARE * layer.units]
    names = [layer.layer for layer in sick]
    fix = begun(case, names, dict.fromkeys(names, lasting(everywhere=True))) if sick else {}
    for layer in sick:
        dead = len(layer.dead_units)
        cause = (
            f"{dead} of {layer.units} units of {layer.layer} have slope 0 for each of {len(case.rows)} examples: no "
            "gradient passes through them, so their weights never change again. Their sums lie on the flat side of "
            "the activation for all of the data."
        )
        numbers = {"units": layer.dead_units, "dead": dead, "of": layer.units, "rows": len(case.rows)}
        yield case.finding("dead_units", layer.layer, cause, numbers, fix)


def _saturated(case: Case) -> Iterator[Finding]:
    """Half of a layer on the flat ends of its activation, and the loss hardly feels its sums."""
    sick = [layer for layer in case.layers if _is_flat(layer) and case.leverage(layer.layer) < STUCK]
    names = [layer.layer for layer in sick]
    # Hidden layers that fresh weights do not help: what comes in is too large.
    fresh = states_anew(case, names)[:-1] if sick else ()
    again = [layer.layer for layer in fresh if layer.layer in names and _is_flat(layer)]
    anew = cache(lambda: begun(case, names, dict.fromkeys(again, lasting(everywhere=True))))
    for layer in sick:
        found, slopes = case.activation(layer.layer), case.slopes(layer.layer)
        assert found is not None
        assert slopes is not None
        mean, most = float(slopes[:, list(layer.saturated_units)].mean()), steepest(found[0], layer.units)
        leverage = case.leverage(layer.layer)
        cause = (
            f"{len(layer.saturated_units)} of {layer.units} units of {layer.layer} sit where their activation is flat: "
            f"their mean slope over the data is {said(mean)}, where it could be {said(most)}. The gradient is "
            f"multiplied by that slope ({said(layer.slope_gain)} in this step), however wrong the output is: moving "
            f"every sum by 1, each its better way, would lower the loss by {leverage:.2%} only."
        )
        if layer.layer in again:
            size = said(float(np.abs(case.entering(layer.layer)).max()))
            cause += f" Fresh weights end there too, since what comes into {layer.layer} is up to {size} in size."
        numbers = {
            "units": layer.saturated_units,
            "saturated": len(layer.saturated_units),
            "of": layer.units,
            "mean_slope": mean,
            "largest_slope": most,
            "leverage": leverage,
        }
        last = layer.layer == case.names[-1]
        fix = (unflattened(case, found[1]) if last else None) or anew()
        yield case.finding("saturated_units", layer.layer, cause, numbers, fix)


def _is_flat(layer: LayerState) -> bool:
    return len(layer.saturated_units) >= SHARE * layer.units


def _vanishing(case: Case) -> Iterator[Finding]:
    ratio, factor = case.gradient_ratio, _product(case)
    if ratio is None or factor is None or len(case.layers) < DEEP:
        return
    if not (0 < ratio < VANISHED and factor < LITTLE):
        return
    first = case.layers[0].layer
    cause = f"{_first_to_last(case)} {_on_the_way(case)}"
    hidden = case.names[:-1]
    flat = [name for name in hidden if (found := case.activation(name)) and vanishes(found[0])]
    fix = changed(case.spec, hidden, dict.fromkeys(flat, lasting(everywhere=False)))
    yield case.finding("vanishing", first, cause, _flow(case), fix)


def _exploding(case: Case) -> Iterator[Finding]:
    factor = _product(case)
    if factor is None or not EXPLODED < factor < np.inf:
        return
    first, last = case.layers[0].layer, case.layers[-1].layer
    cause = (
        f"From {last} back to {first} the gradient grows {said(factor)} times. {_on_the_way(case)} "
        "The weights are too large; no learning rate suits all layers."
    )
    yield case.finding("exploding", first, cause, _flow(case), begun(case, case.names))


def _product(case: Case) -> float | None:
    """What all layers together multiply the gradient's norm by, from the output to the first layer's output."""
    factors = [layer.factor for layer in case.layers[1:]]
    return math.prod(f for f in factors if f is not None) if factors and None not in factors else None


def _flow(case: Case) -> dict[str, Any]:
    behind = case.layers[1:]
    return {
        "ratio": case.gradient_ratio,
        "first_gradient_norm": case.layers[0].weight_gradient_norm,
        "last_gradient_norm": case.layers[-1].weight_gradient_norm,
        "factor": _product(case),
        "factor_a_layer": _mean(layer.factor for layer in behind),
        "slope_gain_a_layer": _mean(layer.slope_gain for layer in behind),
        "weight_gain_a_layer": _mean(layer.weight_gain for layer in behind),
    }


def _mean(factors: Iterable[float | None]) -> float | None:
    """The geometric mean: what each would have to be for the same product."""
    logs = [math.log(f) for f in factors if f]
    return math.exp(sum(logs) / len(logs)) if logs else None


def _first_to_last(case: Case) -> str:
    first, last = case.layers[0], case.layers[-1]
    norms = f"{said(first.weight_gradient_norm)} and {said(last.weight_gradient_norm)}"
    return (
        f"The weights of {first.layer} get a gradient {said(case.gradient_ratio)} times as large as those of "
        f"{last.layer} (norms {norms}): they hardly learn."
    )


def _on_the_way(case: Case) -> str:
    flow = _flow(case)
    return (
        f"On its way back each layer multiplies it by {said(flow['factor_a_layer'])} on average: the slope of the "
        f"activation by {said(flow['slope_gain_a_layer'])}, the weights by {said(flow['weight_gain_a_layer'])}."
    )


def _rate_too_high(case: Case) -> Iterator[Finding]:
    """Steps that went downhill and came out higher: the loss of a step's own batch rose by the step's own update.

    Half of the last few have to have done so, with no lower losses in their second half than in their first: a momentum
    may swing up every other step and be well.
    """
    recent = min(RECENT, max(1, TRIAL_BYTES // case.tape.size))
    tapes = [case.tape_of(step) for step in range(max(case.first, case.tape.step - recent + 1), case.tape.step + 1)]
    strides = [_Stride.of(case, tape) for tape in tapes]
    risen = [stride for stride in strides if stride.overshot]
    if 2 * len(risen) < len(strides) or _falling([stride.before for stride in strides]):
        return
    rate, worst = case.spec.optimizer.learning_rate, risen[-1]
    better = rate * worst.fitting()
    fix = with_rate(case.spec, better)
    landing = fix["optimizer"]["learning_rate"]
    moved = max(case.layers, key=lambda layer: layer.update_ratio or 0)
    cause = (
        f"{len(risen)} of the last {len(tapes)} steps went downhill and came out higher: in step {worst.step} the loss "
        f"of its own batch went from {said(worst.before)} to {said(worst.after)}, where the slope promised a fall of "
        f"{said(-worst.slope)}. At a learning rate of {said(rate)} a step jumps across the valley; "
        f"{said(landing)} lands in it."
    )
    numbers = {
        "rate": rate,
        "fitting_rate": better,
        "loss_before": worst.before,
        "loss_after": worst.after,
        "promised": worst.slope,
        "risen": len(risen),
        "of": len(tapes),
    }
    yield case.finding("rate_too_high", moved.layer, cause, numbers, fix)


def _falling(losses: list[float]) -> bool:
    """Whether the highest loss of the second half is clearly below that of the first."""
    half = len(losses) // 2
    return bool(half) and max(losses[half:]) < FALLEN * max(losses[:half])


@dataclass(frozen=True)
class _Stride:
    """One step's update as a move on its own batch's loss."""

    step: int
    loss: StepLoss
    start: Array
    update: Array
    before: float
    after: float
    slope: float
    """The change that the gradient promised, Σ dw·uw."""

    @classmethod
    def of(cls, case: Case, tape: Tape) -> _Stride:
        loss, end = StepLoss(case.graph, case.schedule, "float64", tape, case.forwards), len(tape)
        names = [parameter.name for parameter in case.graph.parameters()]
        start = flat([tape.start[name] for name in names])
        gradient = flat([tape.at(derived("d", name), end) for name in names])
        moved = [(tape.at(derived("u", name), end), tape.start[name]) for name in names]
        update = flat([np.zeros_like(frozen) if one is None else one for one, frozen in moved])
        return cls(tape.step, loss, start, update, loss(start), loss(start + update), float(gradient @ update))

    @property
    def overshot(self) -> bool:
        return self.slope < 0 and self.after > self.before * (1 + RISE) + ROUNDING

    def fitting(self) -> float:
        """The largest power of ½ of this update that brings half of what its slope promises (Armijo's rule)."""
        for halvings in range(1, 60):
            share = 0.5**halvings
            if self.loss(self.start + share * self.update) <= self.before + 0.5 * share * self.slope:
                return share
        return 0.5**60


LOOKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    _symmetric,
    _dead,
    _saturated,
    _vanishing,
    _exploding,
    _rate_too_high,
)
"""What is looked for, in this order, in a step whose numbers are all finite."""
