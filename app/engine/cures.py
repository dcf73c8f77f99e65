"""Cures for what ails a network: specs to try, and what they change in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .errors import BackscopeError
from .examine import Examination, far_slopes, finite, norm, said, vanishes
from .forward import Forward
from .graph import Node, derived
from .ops import ACTIVATIONS, LOSSES
from .plan import Phase
from .spec import Spec
from .terms import Array
from .training import Training

TRIAL_STEPS = 100
TRIAL_BYTES = 20_000_000
"""How long a cure is tried before it is offered: steps, and bytes of the tapes that they would fill."""
TRIAL_LOOKS = 10
"""At how many moments on the way the loss is looked at."""
BETTER = 0.5
"""Another loss is of use if, when it is tried, the one that was asked for is below this share of what it would be."""


def changed(
    spec: Spec, anew: Iterable[str] = (), activations: Mapping[str, str] | None = None, **keys: Any
) -> dict[str, Any]:
    """The spec with `keys` replaced, and the layers `anew` begun from what belongs to their activations, which
    `activations` may replace.
    """
    again = set(anew)
    made = spec.json()
    for i, layer in enumerate(made["layers"]):
        if layer["name"] in again:
            kept = {key: value for key, value in layer.items() if key != "init"}
            chosen = (activations or {}).get(layer["name"])
            made["layers"][i] = {**kept, "activation": chosen} if chosen else kept
    given = made["parameters"].items()
    made["parameters"] = {name: values for name, values in given if name.split(".")[0] not in again}
    return {**made, **keys}


def with_rate(spec: Spec, rate: float, anew: Iterable[str] = ()) -> dict[str, Any]:
    """The spec with another learning rate, of two digits."""
    return changed(spec, anew, optimizer={**spec.optimizer.json(), "learning_rate": float(f"{rate:.2g}")})


def survivor(case: Examination, step: int, phase: Phase) -> dict[str, Any]:
    """The mildest change with which the loss never rises above where it began, as far as that is tried; if there is
    none, the mildest with which it stays finite.
    """
    rate = case.spec.optimizer.learning_rate
    born = step == 0 and phase is not Phase.UPDATE
    usual = next(float(f.default) for f in case.spec.optimizer.fields if f.name == "learning_rate")
    tenths = range(1, 5 + max(0, math.ceil(math.log10(rate) - math.log10(usual))) if rate else 1)
    lower = [rate * 10.0**-k for k in tenths]
    rates = [] if born else [with_rate(case.spec, one) for one in lower]
    anew = [with_rate(case.spec, one, case.names) for one in (rate, *lower)]
    steps, over_data, second_best = _trial_steps(case), case.forward(), None
    for fix in [*rates, *anew]:
        losses = _losses(Training(case.spec.vary(fix)), steps, over_data)
        if np.isfinite(losses).all():
            if (losses <= losses[0]).all():
                return fix
            second_best = second_best or fix
    return second_best or anew[-1]


def _trial_steps(case: Examination) -> int:
    return min(TRIAL_STEPS, max(1, TRIAL_BYTES // case.tape.size))


def _losses(trial: Training, steps: int, over_data: Forward) -> Array:
    """What becomes of the loss in so many steps: over the data, for batches differ; at the beginning and every few
    steps, and infinite once the run has broken.
    """
    few = max(1, steps // TRIAL_LOOKS)
    losses: list[float] = []
    for step in range(0, steps + 1, few):
        trial.advance(step * trial.ticks_per_step - trial.t)
        if trial.diverged or not finite([trial.variables.kept]):
            return np.array([*losses, math.inf])
        over_data.set(trial.variables.views)
        losses.append(over_data.loss().real)
    return np.array(losses)


def unflattened(case: Examination, node: Node) -> dict[str, Any] | None:
    """The spec with the loss that sends most back through the output's flat activation, if one sends much more and is
    of use.
    """
    name = derived("d", node.inputs[0])
    best, strength = None, 10 * (norm([case.value(name)]) or 0)
    steps, over_data = _trial_steps(case), case.forward()
    without = _losses(Training(case.spec), steps, over_data)[-1]
    for known in LOSSES:
        fix = changed(case.spec, loss=known.type)
        try:
            trial = Training(case.spec.vary(fix))
        except BackscopeError:  # a loss that cannot take these targets
            continue
        tape = trial.tape()
        trial.advance(trial.ticks_per_step, tape)
        sent = norm([tape.at(name, len(tape))]) or 0
        if strength < sent < np.inf and _losses(Training(trial.spec), steps, over_data)[-1] < BETTER * without:
            best, strength = fix, sent
    return best


def lasting(everywhere: bool) -> str:
    """The first activation that bends and whose slope lasts far out: on one side, or `everywhere`."""
    for known in ACTIVATIONS:
        if known.elementwise:
            slopes = far_slopes(known())
            if slopes.min() < slopes.max() and (slopes.min() > 1e-3 if everywhere else not vanishes(known())):
                return known.type
    raise LookupError("no activation has a slope that lasts")


def told(spec: Spec, fix: Mapping[str, Any]) -> str:
    """What a cure changes, for whoever is about to try it."""
    was, will = spec.json(), spec.vary(fix).json()
    order = [layer["name"] for layer in was["layers"]]
    alike: dict[tuple[str, str], list[str]] = {}
    for before, after, given in zip(was["layers"], will["layers"], fix["layers"], strict=True):
        old, new = _kind(before["activation"]), _kind(after["activation"])
        swapped = f"{new} instead of {old}" if new != old else ""
        begun = "" if "init" in given else f"starting weights from {_kind(after['init'])}"
        if swapped or begun:
            alike.setdefault((swapped, begun), []).append(after["name"])
    parts = []
    for (swapped, begun), names in alike.items():
        where = f"in {_and(names, order)}"
        parts.append(f"{swapped} {where}{begun and f', with {begun}'}" if swapped else f"{begun} {where}")
    if will["loss"] != was["loss"]:
        parts.insert(0, f"{_kind(will['loss'])} instead of {_kind(was['loss'])} as the loss")
    old_rate, new_rate = (one["optimizer"]["learning_rate"] for one in (was, will))
    if new_rate != old_rate:
        parts.insert(0, f"a learning rate of {said(new_rate)} instead of {said(old_rate)}")
    return "; ".join(parts)


def _kind(given: Any) -> str:
    """What a part of a spec is, without its parameters."""
    return str(given["type"] if isinstance(given, Mapping) else given)


def _and(names: list[str], order: list[str]) -> str:
    """The names of some layers, in their order; of many that follow on one another the first and the last."""
    if len(names) > 3 and order.index(names[-1]) - order.index(names[0]) == len(names) - 1:
        return f"{names[0]} to {names[-1]}"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
