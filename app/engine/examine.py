"""A step of a run under examination: what each layer does to the gradient on its way back, which units are silent.

All of it is about one step, with the parameters that it began with. Its tape gives gradients and updates; slopes and
silent units are taken over the training data, since one batch proves nothing.

The gradient ∂L/∂a of a layer's output reaches the output of the layer before as (dL/da · f′) W: its norm is multiplied
by a slope gain ‖dz‖ / ‖da‖ and a weight gain ‖da of the layer before‖ / ‖dz‖ (Glorot & Bengio 2010, section 4.2).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .forward import Forward
from .graph import Graph, Node, derived
from .metrics import norms
from .ops import Activation
from .plan import Tick
from .spec import Spec
from .tape import Tape
from .terms import Array

ROWS = 1_000
"""Over how many rows of the training data slopes are taken at most, evenly spread."""
NUMBERS = 4_000_000
"""How many numbers those rows may make in a forward pass; a wide network has fewer rows looked at."""
FLAT = 0.05
"""A unit whose mean slope is below this share of its activation's largest slope is saturated."""
FAR = np.array([[-20.0], [-5.0], [-1.0], [-0.1], [0.0], [0.1], [1.0], [5.0], [20.0]])
"""Sums at which an activation shows whether its slope vanishes."""
SMALL, LARGE = 1e-3, 1e6
"""Below the one and from the other on a number is written with an exponent, as on the page."""


@dataclass(frozen=True)
class LayerState:
    """What one layer does in the step. Norms are Frobenius norms, over the whole batch where there is one.

    None where there is no such number: nothing goes back from the first layer, a frozen weight has no update.
    """

    layer: str
    units: int
    gradient_norm: float | None
    weight_gradient_norm: float | None
    weight_norm: float | None
    update_ratio: float | None
    mean_slope: float | None
    slope_gain: float | None
    weight_gain: float | None
    factor: float | None
    dead_units: tuple[int, ...]
    saturated_units: tuple[int, ...]


def states(spec: Spec, graph: Graph, schedule: Sequence[Tick], tape: Tape) -> tuple[LayerState, ...]:
    """What every layer does in one step, of which the tape is whole."""
    with np.errstate(all="ignore"):
        return Examination(spec, graph, schedule, tape).layers


class Examination:
    """One step, of which the tape is whole."""

    def __init__(self, spec: Spec, graph: Graph, schedule: Sequence[Tick], tape: Tape) -> None:
        self.spec, self.graph, self.schedule, self.tape = spec, graph, schedule, tape
        self.names = [layer.name for layer in spec.layers]

    def value(self, name: str) -> Array | None:
        """What the whole step made of a tensor."""
        return self.tape.at(name, len(self.tape))

    def nodes(self, layer: str) -> list[Node]:
        return [node for node in self.graph.nodes if node.layer == layer]

    def activation(self, layer: str) -> tuple[Activation, Node] | None:
        """The layer's activation and its place in the graph."""
        found = [(node.op, node) for node in self.nodes(layer) if isinstance(node.op, Activation)]
        return found[-1] if found else None

    def parameters(self, layer: str) -> list[str]:
        return [parameter.name for parameter in self.graph.parameters() if parameter.layer == layer]

    def weights(self, layer: str) -> list[str]:
        """The layer's parameters but for its biases: those of two dimensions and more."""
        return [name for name in self.parameters(layer) if len(self.graph.tensors[name].shape) > 1]

    @cached_property
    def rows(self) -> Array:
        """Which rows of the training data are looked at."""
        count, units = len(self.spec.data.x), sum(layer.units for layer in self.spec.layers)
        most = min(count, ROWS, max(1, NUMBERS // units))
        return np.unique(np.linspace(0, count - 1, most).round().astype(int))

    def forward(self) -> Forward:
        """A forward pass of those rows, for parameters to be set."""
        forward = Forward(self.graph, self.schedule, len(self.rows), "float64")
        forward.load(self.spec.data.x[self.rows], self.spec.data.y[self.rows])
        return forward

    @cached_property
    def over_data(self) -> Forward:
        """A forward pass of those rows, with the parameters that the step began with."""
        forward = self.forward()
        forward.set(self.tape.start)
        forward.loss()
        return forward

    def slopes(self, layer: str) -> Array | None:
        """The size of the activation's slope for every row and unit, where outputs share their sums its gain."""
        if (found := self.activation(layer)) is None:
            return None
        op, node = found
        return op.gains(lambda letter: self.over_data.buffers[node.names[letter]])

    @cached_property
    def layers(self) -> tuple[LayerState, ...]:
        return tuple(self._state(name) for name in self.names)

    def _state(self, layer: str) -> LayerState:
        weights, activation, slopes = self.weights(layer), self.activation(layer), self.slopes(layer)
        weight_norm = norm(self.tape.start.get(name) for name in weights)
        entering = norm([self.value(derived("d", self.nodes(layer)[-1].outputs[0]))])
        summed = norm([self.value(derived("d", activation[1].inputs[0]))]) if activation else entering
        leaving = norm([self.value(derived("d", self.nodes(layer)[0].inputs[0]))])
        dead, saturated = self._silent(layer, slopes)
        return LayerState(
            layer=layer,
            units=next(one.units for one in self.spec.layers if one.name == layer),
            gradient_norm=norm(self.value(derived("d", name)) for name in self.parameters(layer)),
            weight_gradient_norm=norm(self.value(derived("d", name)) for name in weights),
            weight_norm=weight_norm,
            update_ratio=over(norm(self.value(derived("u", name)) for name in weights), weight_norm),
            mean_slope=None if slopes is None else float(slopes.mean()),
            slope_gain=over(summed, entering),
            weight_gain=over(leaving, summed),
            factor=over(leaving, entering),
            dead_units=dead,
            saturated_units=saturated,
        )

    def _silent(self, layer: str, slopes: Array | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The units that pass nothing back for any row, and those that pass a fraction of what they could.

        An activation whose slope goes to 0 both ways saturates, even where it has come to 0; one whose slope is 0 on
        one side dies there. A unit of the latter that is seldom on is neither.
        """
        found = self.activation(layer)
        if slopes is None or found is None:
            return (), ()
        op, units = found[0], slopes.shape[1]
        dies = far_slopes(op, units).min() == 0 and not vanishes(op)
        nothing = (slopes == 0).all(axis=0) & dies
        little = (slopes.mean(axis=0) < FLAT * steepest(op, units)) & (not dies)
        return tuple(map(int, np.flatnonzero(nothing))), tuple(map(int, np.flatnonzero(little)))


def norm(arrays: Iterable[Array | None]) -> float | None:
    """√Σ x² over all the arrays; None where there is none."""
    numbers = flat(arrays)
    return float(norms(numbers[None])[0]) if numbers.size else None


def finite(arrays: Iterable[Array]) -> bool:
    """Whether all numbers of all the arrays are."""
    return all(bool(np.isfinite(array).all()) for array in arrays)


def flat(arrays: Iterable[Array | None]) -> Array:
    """All numbers of all the arrays that there are, in one."""
    return np.concatenate([np.zeros(0), *(array.astype(np.float64).ravel() for array in arrays if array is not None)])


def over(above: float | None, below: float | None) -> float | None:
    """A quotient, where there is one."""
    return above / below if above is not None and below else None


def far_slopes(op: Activation, units: int = 1) -> Array:
    """A unit's slope at sums from far below 0 to far above, which all `units` of its layer have: of an activation over
    the whole layer that is its slope where none is ahead.
    """
    z = np.repeat(FAR, units, axis=1)
    a = np.empty_like(z)
    op.forward(z, a)
    return op.gains({"z": z, "a": a}.__getitem__)[:, 0]


def steepest(op: Activation, units: int) -> float:
    return float(far_slopes(op, units).max())


def vanishes(op: Activation) -> bool:
    """Whether the slope goes to 0 both ways, so that a large sum of either sign passes nothing back."""
    slopes = far_slopes(op)
    return bool(max(slopes[0], slopes[-1]) < FLAT * slopes.max())


def said(number: float | None) -> str:
    """A number as the page writes it: at most four digits, an exponent if it is small or large, a real minus sign."""
    if number is None:
        return "nothing"
    if not math.isfinite(number):
        text = "NaN" if math.isnan(number) else "∞" if number > 0 else "-∞"
    elif number == 0 or SMALL <= abs(number) < LARGE:
        text = f"{float(f'{number:.4g}') + 0.0:.7g}"
    else:
        digits, _, exponent = f"{number:.3e}".partition("e")
        text = f"{float(digits):g}e{int(exponent):+d}"
    return text.replace("-", "−")
