"""The loss around the parameters that a step began with: along one of them, and over a plane through all of them.

What the page shows of gradient descent on the user's own network: the slope, the step that the optimizer takes, and
how well the first-order prediction Σ g·Δw foretells the change of the loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .forward import Forward
from .graph import Graph, derived
from .plan import Tick
from .tape import Tape
from .terms import Array, Index


@dataclass(frozen=True)
class Change:
    """How the loss changes over a move: as the gradient predicts, Σ g·Δw, and as it is, L(w + Δw) − L(w)."""

    predicted: float
    real: float


@dataclass(frozen=True)
class Slice:
    """The loss along one parameter: `losses[i]` where it is `values[i]`, all others being as the step began.

    `value` and `loss` are its own place, `slope` the tangent's. `move` is from and to where the optimizer takes it,
    `alone` what that does to the loss if only this parameter moves (both None where it is frozen), `whole` what the
    step of all parameters does.
    """

    value: float
    loss: float
    slope: float
    values: Array
    losses: Array
    move: tuple[float, float] | None
    alone: Change | None
    whole: Change


@dataclass(frozen=True)
class Landscape:
    """The loss over a plane: `losses[j, i]` at x[i] along the first direction and y[j] along the second.

    Coordinates are Euclidean distances between parameters, and (0, 0) is where the step began. `directions` says where
    the two come from: `gradient`, `path`, `random`, or `none` where there is no such direction. `path` (steps, 2) has
    the place of the parameters after each of `steps`, seen at right angles, and `move` where the step itself leads.
    """

    x: Array
    y: Array
    losses: Array
    loss: float
    directions: tuple[str, str]
    gradient_norm: float
    steps: list[int]
    path: Array
    move: Array
    whole: Change


class StepLoss:
    """The loss of one step's own rows for any parameters: all of them in one array, in graph order.

    Over the micro-batches of a step losses add up, as gradients do. At the parameters that the step of `tape` began
    with this is its loss, bit for bit.

    `forwards` are forward passes by their number of rows, which several steps may share: to bind one takes long.
    """

    def __init__(
        self,
        graph: Graph,
        schedule: Sequence[Tick],
        dtype: str,
        tape: Tape,
        forwards: dict[int, Forward] | None = None,
    ) -> None:
        self._batches = tape.batches
        self._forwards = {} if forwards is None else forwards
        for rows in {len(x) for x, _ in self._batches} - self._forwards.keys():
            self._forwards[rows] = Forward(graph, schedule, rows, dtype)

    def __call__(self, parameters: Array) -> float:
        total = 0.0
        for x, y in self._batches:
            forward = self._forwards[len(x)]
            np.copyto(forward.flat, parameters, casting="same_kind")
            forward.load(x, y)
            total += float(np.real(forward.loss()))
        return total


class Surroundings:
    """The loss around `start`, all parameters as one step began with them; `tape` has the whole step."""

    def __init__(self, graph: Graph, schedule: Sequence[Tick], dtype: str, tape: Tape) -> None:
        self._names = [parameter.name for parameter in graph.parameters()]
        self._sizes = [tape.start[name].size for name in self._names]
        self._shapes = {name: tape.start[name].shape for name in self._names}
        self._loss = StepLoss(graph, schedule, dtype, tape)
        end = len(schedule)
        self.start = self._flat(tape.start)
        self._end = self._flat({name: _known(tape.at(name, end)) for name in self._names})
        self._gradient = self._flat({name: _known(tape.at(derived("d", name), end)) for name in self._names})
        self._moves = self._flat({n: np.full(self._shapes[n], n in tape.writers) for n in self._names})

    def _flat(self, tensors: Mapping[str, Array]) -> Array:
        """The parameters (or what belongs to each of them) in one array."""
        return np.concatenate([tensors[name].ravel() for name in self._names])

    def _at(self, name: str, index: Index) -> int:
        """The place of one number in that array."""
        before = self._names.index(name)
        return sum(self._sizes[:before]) + int(np.ravel_multi_index(index, self._shapes[name]))

    def slice(self, name: str, index: Index, span: float, points: int) -> Slice:
        """The loss along the parameter at `index` of `name`, from its value − span to its value + span."""
        place = self._at(name, index)
        with np.errstate(all="ignore"):
            values = (self.start[place] + _evenly(span, points)).astype(self.start.dtype)
            here = self._loss(self.start)
            move = None
            if self._moves[place]:
                move = float(self.start[place]), float(self._end[place])
            return Slice(
                value=float(self.start[place]),
                loss=here,
                slope=float(self._gradient[place]),
                values=values,
                losses=np.array([self._loss(self._with(place, value)) for value in values]),
                move=move,
                alone=self._change(here, self._with(place, self._end[place])) if move else None,
                whole=self._change(here, self._end),
            )

    def _with(self, place: int, value: float) -> Array:
        """The parameters that the step began with, but for one of them."""
        moved = self.start.copy()
        moved[place] = value
        return moved

    def _change(self, here: float, end: Array) -> Change:
        predicted = np.sum(self._gradient * (end - self.start), dtype=np.float64)
        return Change(float(predicted), self._loss(end) - here)

    def landscape(
        self, resolution: int, span: float, path: Mapping[int, Array], generator: np.random.Generator
    ) -> Landscape:
        """The loss over a square from −span to span about where the step began, `resolution` points a side.

        The first direction is the gradient's, of the parameters that are not frozen; the second that in which `path`
        (parameters after so many steps) leads farthest away from the first. `generator` draws what is not to be had:
        where the gradient is 0 or not finite, and where the path is straight.
        """
        with np.errstate(all="ignore"):
            start = self.start.astype(np.float64)
            away = {step: parameters.astype(np.float64) - start for step, parameters in path.items()}
            first, gradient = _unit(np.where(self._moves, self._gradient, 0).astype(np.float64), [])
            named = "gradient"
            if first is None:
                first, named = self._drawn(generator, [])
            second, second_named = self._farthest(away.values(), first), "path"
            if second is None:
                second, second_named = self._drawn(generator, [first])
            offsets = _evenly(span, resolution)
            here = self._loss(self.start)
            rows = (self.start + y * second for y in offsets)
            losses = [[self._loss(row + x * first) for x in offsets] for row in rows]
            plane = np.stack([first, second])
            return Landscape(
                x=offsets,
                y=offsets,
                losses=np.array(losses),
                loss=here,
                directions=(named, second_named),
                gradient_norm=gradient,
                steps=list(away),
                path=np.array([plane @ one for one in away.values()]).reshape(-1, 2),
                move=plane @ (self._end.astype(np.float64) - start),
                whole=self._change(here, self._end),
            )

    def _farthest(self, away: Iterable[Array], first: Array) -> Array | None:
        """The direction across `first` of the place that lies farthest off it; None where all lie on it."""
        found, far = None, 0.0
        for one in away:
            direction, distance = _unit(one, [first])
            if direction is not None and distance > far:
                found, far = direction, distance
        return found

    def _drawn(self, generator: np.random.Generator, across: Sequence[Array]) -> tuple[Array, str]:
        """A direction of the parameters that are not frozen, across those given; 0 where there is no other."""
        direction, _ = _unit(np.where(self._moves, generator.normal(size=len(self._moves)), 0), across)
        return (np.zeros(len(self._moves)), "none") if direction is None else (direction, "random")


ON_IT = 1e-9
"""How much of a vector must be left beside a direction, not to be rounding."""


def _unit(vector: Array, across: Sequence[Array]) -> tuple[Array | None, float]:
    """The part of `vector` at right angles to unit vectors, as a unit vector, and its length; scaled, so that no
    square overflows. None where the length is not finite, or 0 but for rounding."""
    scale = float(np.max(np.abs(vector), initial=0))
    if not 0 < scale < np.inf:
        return None, scale
    rest = vector / scale
    least = ON_IT * float(np.linalg.norm(rest))
    for direction in [*across, *across]:  # twice: what rounding left of it the first time
        rest = rest - (rest @ direction) * direction
    length = float(np.linalg.norm(rest))
    return (rest / length if length > least else None), length * scale


def _evenly(span: float, points: int) -> Array:
    """So many offsets from −span to span; the middle one, where there is one, is exactly 0."""
    places = np.arange(1 - points, points, 2)
    return span * (places / (points - 1))


def _known(array: Array | None) -> Array:
    assert array is not None, "the tape has the whole step"
    return array
