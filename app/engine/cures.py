"""Cures for what ails a network: specs to try, and what they change in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from .errors import BackscopeError
from .examine import Examination, LayerState, far_slopes, finite, norm, said, states, vanishes
from .forward import Forward
from .graph import Node, derived
from .ops import ACTIVATIONS, LOSSES
from .plan import Phase
from .spec import Spec
from .tape import Tape
from .training import Training

TRIAL_STEPS = 100
TRIAL_TICKS = 3_000
TRIAL_BYTES = 20_000_000
"""How long a cure is tried before it is offered: steps, their ticks, and bytes of the tapes that they would fill; some
tens of milliseconds at most, in which the session does not move.
"""
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


def with_rate(
    spec: Spec, rate: float, anew: Iterable[str] = (), activations: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The spec with another learning rate, of two digits, and what `changed` may change beside it."""
    optimizer = {**spec.optimizer.json(), "learning_rate": float(f"{rate:.2g}")}
    return changed(spec, anew, activations, optimizer=optimizer)


def survivor(case: Examination, step: int, phase: Phase) -> dict[str, Any]:
    """What to go on with after a run that broke: of some lower rates and fresh weights the mildest that is `proven`."""
    is_born = step == 0 and phase is not Phase.UPDATE
    rates = [] if is_born else [with_rate(case.spec, rate) for rate in _lower(case.spec)]
    return proven(case, [*rates, *_begun(case.spec, [case.names])])


def begun(case: Examination, sick: Sequence[str], activations: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The `sick` layers begun anew as `changed` does, or all; at the rate as it is, or at a lower one: the mildest that
    is `proven`.
    """
    groups = [sick] if set(sick) == set(case.names) else [sick, case.names]
    return proven(case, _begun(case.spec, groups, activations))


def _begun(
    spec: Spec, groups: Sequence[Iterable[str]], activations: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Each group of layers begun anew at the rate as it is, and then at lower ones."""
    same = [changed(spec, anew, activations) for anew in groups]
    return [*same, *(with_rate(spec, rate, anew, activations) for rate in _lower(spec) for anew in groups)]


def _lower(spec: Spec) -> list[float]:
    """The rate by tenths, down to some below the usual one; the lower, the larger the inputs, which count twice: in the
    gradient of the first weights, and in what those weights do.
    """
    rate, largest = spec.optimizer.learning_rate, float(np.abs(spec.data.x).max(initial=1))
    usual = next(float(f.default) for f in spec.optimizer.fields if f.name == "learning_rate")
    further = math.floor(2 * math.log10(largest))
    tenths = range(1, 5 + max(0, math.ceil(math.log10(rate) - math.log10(usual))) + further if rate else 1)
    return [rate * 10.0**-k for k in tenths]


def proven(case: Examination, fixes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The first of the fixes with which the loss never rises above where it began, as far as that is tried. If there is
    none, the first with which it stays finite, or else the last.
    """
    steps, over_data = _trial_steps(case), case.forward()
    risen = []
    for fix in fixes:
        losses = _losses(Training(case.spec.vary(fix)), steps, over_data)
        first = next(losses)
        above = next((loss for loss in losses if not loss <= first), first)
        if above == first and math.isfinite(first):
            return fix
        risen.append((fix, chain([first, above], losses)))
    return next((fix for fix, losses in risen if all(map(math.isfinite, losses))), fixes[-1])


def states_anew(case: Examination, anew: Iterable[str]) -> tuple[LayerState, ...]:
    """What every layer does in the first step of the network with the layers `anew` begun as `changed` does."""
    trial = Training(case.spec.vary(changed(case.spec, anew)))
    return states(trial.spec, case.graph, case.schedule, _first_step(trial))


def _first_step(trial: Training) -> Tape:
    tape = trial.tape()
    trial.advance(trial.ticks_per_step, tape)
    return tape


def _trial_steps(case: Examination) -> int:
    return max(1, min(TRIAL_STEPS, TRIAL_TICKS // len(case.schedule), TRIAL_BYTES // case.tape.size))


def _losses(trial: Training, steps: int, over_data: Forward) -> Iterator[float]:
    """What becomes of the loss in so many steps: over the data, for batches differ; at the beginning and every few
    steps, and infinite once the run has broken.
    """
    few = max(1, steps // TRIAL_LOOKS)
    for step in range(0, steps + 1, few):
        trial.advance(step * trial.ticks_per_step - trial.t)
        if trial.diverged or not finite([trial.variables.kept]):
            yield math.inf
            return
        over_data.set(trial.variables.views)
        yield over_data.loss().real


def unflattened(case: Examination, node: Node) -> dict[str, Any] | None:
    """The spec with the loss that sends most back through the output's flat activation, if one sends much more and is
    of use.
    """
    name = derived("d", node.inputs[0])
    best, strength = None, 10 * (norm([case.value(name)]) or 0)
    steps, over_data = _trial_steps(case), case.forward()
    without = [*_losses(Training(case.spec), steps, over_data)][-1]
    for known in LOSSES:
        fix = changed(case.spec, loss=known.type)
        try:
            trial = Training(case.spec.vary(fix))
        except BackscopeError:  # a loss that cannot take these targets
            continue
        tape = _first_step(trial)
        sent = norm([tape.at(name, len(tape))]) or 0
        if strength < sent < np.inf and [*_losses(Training(trial.spec), steps, over_data)][-1] < BETTER * without:
            best, strength = fix, sent
    return best


def with_any_output(spec: Spec) -> dict[str, Any] | None:
    """The spec with a loss of the same targets that takes any output, where there is one."""
    own = spec.loss
    known = next((known for known in LOSSES if (known.targets, known.wants) == (own.targets, "numbers")), None)
    return changed(spec, loss={"type": known.type, "reduction": own.reduction}) if known else None


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
    runs: list[list[str]] = []
    for name in names:
        if runs and order.index(name) == order.index(runs[-1][-1]) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    parts = [part for run in runs for part in (run if len(run) < 4 else [f"{run[0]} to {run[-1]}"])]
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
