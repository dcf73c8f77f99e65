"""Gradients against the loss itself: each recorded gradient beside the slope that the forward pass alone shows.

The complex step: f(w + ih) = f(w) + ih·f′(w) − …, so that Im f / h is f′ to the last digit (Squire & Trapp 1998).
Central differences: (f(w + h) − f(w − h)) / 2h = f′(w) + O(h²), where a small h loses digits to rounding; so they
come with their error over h. What is differentiated is the same code that is watched, bound again (`Forward`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from .errors import InvalidRequest
from .forward import Forward
from .graph import Graph, Role, derived, sized
from .plan import Phase, Tick
from .tape import Tape
from .terms import Array, Index

Method = Literal["complex_step", "central_difference"]
Verdict = Literal["equal", "close", "different", "skipped", "not_applicable"]

COMPLEX_STEP = 1e-30
STEPS = tuple(10.0**-k for k in range(1, 12))
"""The step sizes of central differences, largest first: from truncation to rounding."""
TOLERANCE = {"complex_step": 1e-12, "central_difference": 1e-6}
SINGLE = 1e-5
"""The tolerance for gradients in float32."""
CLOSE = 100.0
"""Up to so many tolerances two numbers are close: terms of a gradient may cancel, and with them their digits."""
SMALLEST = 1e-4
"""What a tensor's largest number counts at least when an error is measured by it."""
NEAR_A_KINK, AT_A_KINK = 1e-3, 1e-5
"""What moves a number this near to a kink is skipped. The complex step takes no step along the real line: where that
would leave nothing of a tensor, it skips only what moves a number `AT_A_KINK`, where the slope is a convention."""
PAIRS = 20
"""How many pairs of numbers are told of a tensor, the worst first; one that is asked for comes after them."""
NANOSECONDS = 4e8
"""About how long the forward passes of one check may take; a large network has fewer of its numbers checked."""


@dataclass(frozen=True)
class Pair:
    """One number of a gradient: as the backward pass recorded it, and as the loss shows it."""

    index: Index
    backward: float
    numeric: float


@dataclass(frozen=True)
class Point:
    """The error at one step size: absolute, and relative to the tensor's largest number."""

    h: float
    absolute: float
    relative: float


@dataclass(frozen=True)
class TensorCheck:
    """One gradient checked at `checked` of its `entries` numbers, of which `skipped` move a sum over a kink.

    The errors are None where nothing was left to compare. `h` is the step size that they hold for, `largest` the
    tensor's largest number with it, by which they are measured where it is not below `SMALLEST`.
    """

    tensor: str
    parameter: str
    verdict: Verdict
    absolute: float | None
    relative: float | None
    worst: Index | None
    largest: float | None
    h: float
    entries: int
    checked: int
    skipped: int
    pairs: tuple[Pair, ...]
    curve: tuple[Point, ...]


@dataclass(frozen=True)
class GradientCheck:
    """The gradients of one step checked. `near_kinks` counts the numbers of its forward pass that lie near a kink."""

    method: Method
    verdict: Verdict
    reason: str | None
    tolerance: float
    near_kinks: int
    tensors: tuple[TensorCheck, ...]


class Perturbed:
    """The loss that one step differentiates, summed over its micro-batches, with one number of a parameter changed."""

    def __init__(self, graph: Graph, schedule: Iterable[Tick], tape: Tape, dtype: str) -> None:
        schedule = list(schedule)
        self._passes: list[Forward] = []
        for x, y in tape.batches:
            forward = Forward(graph, schedule, len(x), dtype)
            forward.set(tape.start)
            forward.load(x, y)
            self._passes.append(forward)
        self.value = self._run()
        self._near = [near for forward in self._passes for near in _near_kinks(graph, forward)]
        self.near_kinks = sum(int((distances < NEAR_A_KINK).sum()) for _, distances, _ in self._near)
        self.nearest = math.inf
        """How near to a kink the nearest number was that the last `at` moved, where that is near at all."""

    def _run(self) -> complex:
        return sum(forward.loss() for forward in self._passes)

    def at(self, name: str, index: Index, value: complex) -> complex:
        """The loss with `value` in the place of one number."""
        views = [forward.parameters[name] for forward in self._passes]
        before = views[0][index]
        for view in views:
            view[index] = value
        loss = self._run()
        self.nearest = min(
            (float(distances[now != kept].min(initial=math.inf)) for now, distances, kept in self._near),
            default=math.inf,
        )
        for view in views:
            view[index] = before
        return loss


def _near_kinks(graph: Graph, forward: Forward) -> list[tuple[Array, Array, Array]]:
    """The buffers with numbers near a kink of the op that reads them: buffer, distances, and a copy as it is now."""
    reading = [(node.op, node.inputs) for node in graph.nodes] + [(graph.penalty, (w,)) for w in graph.penalized]
    found = []
    for op, names in reading:
        distances = op.to_kink(*(forward.buffers[name].real for name in names))
        if (distances < NEAR_A_KINK).any():
            buffer = forward.buffers[names[0]]
            found.append((buffer, distances, buffer.copy()))
    return found


def check_gradients(
    graph: Graph,
    schedule: Sequence[Tick],
    tape: Tape,
    method: Method,
    names: list[str] | None = None,
    index: Index | None = None,
) -> GradientCheck:
    """Hold the gradients on `tape`, which has its whole step, against the loss that the step differentiates.

    `names` are parameters or their gradients, all where it is None; UnknownTensor or InvalidRequest for any other.
    Where it is one, the number at `index` is checked and told of too, however right it is; IndexOutOfRange.
    """
    parameters = _parameters(graph, names)
    if index is not None:
        if len(parameters) != 1:
            raise InvalidRequest("index: expected only where `tensors` names one", "/index")
        index = graph.index(graph.tensors[parameters[0]], index, 0, "/index")
    unsafe = [node for node in graph.nodes if not node.op.complex_safe]
    tolerance = TOLERANCE[method]
    if method == "complex_step" and unsafe:
        layers = ", ".join(f"{node.layer} ({node.op.type})" for node in unsafe)
        reason = f"there is no complex step through {layers}; central differences can check this network"
        return GradientCheck(method, "not_applicable", reason, tolerance, 0, ())
    loss = Perturbed(graph, schedule, tape, "complex128" if method == "complex_step" else "float64")
    if not np.isfinite(loss.value):
        return GradientCheck(method, "not_applicable", "the loss of this step is not finite", tolerance, 0, ())
    gradients = {name: _recorded(tape, name) for name in parameters}
    if any(gradient.dtype == np.float32 for gradient in gradients.values()):
        tolerance = max(tolerance, SINGLE)
    steps = (COMPLEX_STEP,) if method == "complex_step" else STEPS
    cost = _cost(graph, schedule, tape) * len(parameters) * (1 if method == "complex_step" else 2)
    if cost * len(steps) > NANOSECONDS:
        steps = steps[1::3] or steps  # of a very large network the curve has fewer points
    most = max(1, int(NANOSECONDS / (cost * len(steps))))
    slope = _complex_step if method == "complex_step" else _central_difference
    checks = tuple(
        _check(loss, name, gradients[name], tape.start[name], slope, steps, most, tolerance, index)
        for name in parameters
    )
    verdict = max((check.verdict for check in checks), key=WORSE.index)
    skipped = "every number that was looked at moves a sum over a kink" if verdict == "skipped" else None
    return GradientCheck(method, verdict, skipped, tolerance, loss.near_kinks, checks)


WORSE: tuple[Verdict, ...] = ("skipped", "equal", "close", "different")
"""Verdicts, each outweighing those before it."""


def _parameters(graph: Graph, names: list[str] | None) -> list[str]:
    if names is None:
        return [parameter.name for parameter in graph.parameters()]
    chosen = []
    for i, name in enumerate(names):
        tensor = graph.find(name, f"/tensors/{i}")
        parameter = graph.tensors[tensor.gradient_of or name]
        if parameter.role is not Role.PARAMETER:
            raise InvalidRequest(f"tensors: expected parameters or their gradients, got {name}", f"/tensors/{i}")
        chosen.append(parameter.name)
    if not chosen:
        raise InvalidRequest("tensors: expected at least one parameter, or null for all", "/tensors")
    return list(dict.fromkeys(chosen))


def _recorded(tape: Tape, name: str) -> Array:
    gradient = tape.at(derived("d", name), len(tape))
    assert gradient is not None, "a whole step has every gradient"
    return gradient


def _cost(graph: Graph, schedule: Iterable[Tick], tape: Tape) -> float:
    """About how many nanoseconds one forward pass over the step's batches takes, measured on a plain machine."""
    ticks = sum(tick.phase in (Phase.FORWARD, Phase.LOSS) for tick in schedule)
    samples = sum(len(x) for x, _ in tape.batches)
    units = sum(math.prod(sized(graph.tensors[name].shape, 1)) for node in graph.nodes for name in node.outputs)
    weights = sum(tape.start[parameter.name].size for parameter in graph.parameters())
    return ticks * 4_000 + samples * (units * 60 + weights * 2)


Slope = Callable[[Callable[[complex], complex], float, float], float]
"""The derivative of a function of one number at a value, with a step size."""


def _complex_step(loss: Callable[[complex], complex], value: float, h: float) -> float:
    return loss(value + 1j * h).imag / h


def _central_difference(loss: Callable[[complex], complex], value: float, h: float) -> float:
    step = h * max(1.0, abs(value))  # beside a large number a fixed step would be lost in its rounding
    above, below = value + step, value - step
    return (loss(above) - loss(below)).real / (above - below)


def _check(
    loss: Perturbed,
    name: str,
    gradient: Array,
    start: Array,
    slope: Slope,
    steps: Sequence[float],
    most: int,
    tolerance: float,
    asked: Index | None,
) -> TensorCheck:
    """Check one gradient at `most` of its numbers, evenly spread, and at the one that is `asked` for, at each of
    `steps`, the steadiest of which counts.
    """
    spread = np.linspace(0, gradient.size - 1, min(gradient.size, most)).round().astype(int)
    chosen = np.union1d(spread, [] if asked is None else np.ravel_multi_index(asked, gradient.shape)).astype(int)
    slopes: dict[Index, list[float]] = {}
    doubtful: dict[Index, list[float]] = {}
    for flat in chosen:
        index = tuple(int(i) for i in np.unravel_index(flat, gradient.shape))
        at, value = partial(loss.at, name, index), float(start[index])
        first = slope(at, value, steps[0])
        if loss.nearest >= NEAR_A_KINK:
            slopes[index] = [first, *(slope(at, value, h) for h in steps[1:])]
        elif slope is _complex_step and loss.nearest >= AT_A_KINK:
            doubtful[index] = [first]
    slopes = slopes or doubtful
    backward = np.array([float(gradient[index]) for index in slopes])
    numeric = np.array(list(slopes.values())).reshape(-1, len(steps))
    curve = tuple(_point(h, backward, numeric[:, i]) for i, h in enumerate(steps) if slopes)
    best = _steadiest(numeric, steps, abs(loss.value))
    errors = np.nan_to_num(np.abs(backward - numeric[:, best]), nan=np.inf)
    pairs = [Pair(index, float(backward[i]), float(numeric[i, best])) for i, index in enumerate(slopes)]
    worst = [pairs[i] for i in np.argsort(-errors, kind="stable")[:PAIRS]]
    also = [pair for pair in pairs if pair.index == asked and pair not in worst]
    return TensorCheck(
        tensor=derived("d", name),
        parameter=name,
        verdict=_verdict(curve[best].relative, tolerance) if slopes else "skipped",
        absolute=curve[best].absolute if slopes else None,
        relative=curve[best].relative if slopes else None,
        worst=worst[0].index if slopes else None,
        largest=float(np.abs(numeric[:, best]).max()) if slopes else None,
        h=steps[best],
        entries=gradient.size,
        checked=len(slopes),
        skipped=len(chosen) - len(slopes),
        pairs=(*worst, *also),
        curve=curve if len(steps) > 1 else (),
    )


def _steadiest(numeric: Array, steps: Sequence[float], loss: float) -> int:
    """Which of the step sizes counts: where the slopes (numbers, step sizes) change least to the next smaller one, so
    that neither truncation nor rounding has a say. The gradient that is checked has none either: a wrong one would
    find the step size whose rounding flatters it. What changes by less than the loss is rounded by is steady by chance,
    as a difference is in which every digit was lost.
    """
    with np.errstate(invalid="ignore"):
        changes = np.abs(np.diff(numeric, axis=1)).max(0, initial=0)
    changes = np.maximum(changes, np.finfo(float).eps * loss / np.array(steps[1:]))
    return int(np.argmin(np.nan_to_num(changes, nan=np.inf))) if changes.size else 0


def _point(h: float, backward: Array, numeric: Array) -> Point:
    """The error of a tensor at one step size: max|a − b|, and that over max(max|b|, 1e-4)."""
    absolute = float(np.abs(backward - numeric).max())
    return Point(h, absolute, absolute / max(float(np.abs(numeric).max()), SMALLEST))


def _verdict(error: float, tolerance: float) -> Verdict:
    return "equal" if error <= tolerance else "close" if error <= CLOSE * tolerance else "different"
