"""How every unit of a network with two inputs answers over the plane of its inputs: a picture a unit.

The plane is cut to where the data lie, whatever the parameters are, so that pictures of different moments compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isqrt

import numpy as np

from .errors import InvalidRequest, UnknownLayer
from .forward import Forward
from .graph import INPUT, Graph, Role
from .plan import Tick
from .terms import Array

MARGIN = 0.1
"""What is shown beyond the data on each side, as a part of the side that they take."""

SIDE = 2.0
"""The side of the plane where all rows are one point."""

PASSING = (Role.ACTIVATION, Role.LOSS)
"""What a forward pass computes."""

Bounds = dict[str, tuple[float, float]]
"""The lowest and the highest coordinate, along `x` and along `y`."""


def answering(graph: Graph) -> dict[str, str]:
    """The tensor with which each layer answers: its last activation; of the loss its probabilities, if it has some."""
    found = {}
    for tensor in graph.tensors.values():
        if tensor.role is Role.ACTIVATION or (tensor.role is Role.LOSS and len(tensor.shape) == 2):
            found[tensor.layer] = tensor.name
    return found


def check_plane(graph: Graph) -> None:
    """InvalidRequest where the inputs of the network are no plane."""
    inputs = graph.tensors[INPUT].shape[1]
    if inputs != 2:
        raise InvalidRequest(f"maps: expected a network with 2 inputs, which a plane can show; this one has {inputs}")


def finest(graph: Graph, most: int) -> int:
    """The most points a side with which no tensor of the forward pass has more than `most` values, but at least 2."""
    widest = max(t.shape[-1] or 1 for t in graph.tensors.values() if t.role in PASSING and t.shape)
    return max(2, isqrt(most // widest))


def bounds(parts: Iterable[Array], dtype: str) -> Bounds:
    """The part of the plane that has all rows of the `parts`, each (rows, 2), with the margin, in numbers of `dtype`.

    A side along which all rows are the same is as long as the other one.
    """
    numbers = np.finfo(dtype)
    most = float(numbers.max)
    rows = np.clip(np.concatenate(list(parts)), -most, most)
    low, high = rows.min(0), rows.max(0)
    with np.errstate(over="ignore"):
        taken = high - low
        least = 1_000 * float(numbers.eps) * np.abs(rows).max(0)
        reach = np.where(taken > least, MARGIN * taken, (0.5 + MARGIN) * np.maximum(taken.max() or SIDE, least))
        ends = np.clip([low - reach, high + reach], -most, most).astype(dtype)
    (left, bottom), (right, top) = ends.tolist()
    return {"x": (left, right), "y": (bottom, top)}


class Plane:
    """`resolution` × `resolution` points within `within`, and a forward pass over all of them, to be run again and
    again: making it takes longer than running it. `x` and `y` are the coordinates, ascending; `size` is in bytes.
    """

    def __init__(self, graph: Graph, schedule: Iterable[Tick], dtype: str, within: Bounds, resolution: int) -> None:
        self.bounds, self.resolution = within, resolution
        self.x, self.y = (_spread(*within[axis], resolution, dtype) for axis in "xy")
        self._answering = answering(graph)
        self._forward = Forward(graph, schedule, resolution**2, dtype)
        across, up = np.meshgrid(self.x, self.y)
        self._forward.load(np.stack([across.ravel(), up.ravel()], axis=1))
        self.size = sum(self._forward.buffers[t.name].nbytes for t in graph.tensors.values() if t.role in PASSING)

    def maps(self, parameters: Mapping[str, Array], layers: Sequence[str] | None = None) -> dict[str, Array]:
        """What the units of every layer, or of those named, answer with these parameters: by tensor, (y, x, unit).

        UnknownLayer.
        """
        for name in layers or ():
            if name not in self._answering:
                raise UnknownLayer(name, self._answering, "layers")
        names = [name for layer, name in self._answering.items() if layers is None or layer in layers]
        self._forward.set(parameters)
        self._forward.loss()
        shape = (self.resolution, self.resolution, -1)
        return {name: self._forward.buffers[name].reshape(shape).copy() for name in names}


def _spread(low: float, high: float, count: int, dtype: str) -> Array:
    """Evenly from `low` to `high`, both included, however far apart they are."""
    share = np.linspace(0, 1, count)
    spread: Array = (low * (1 - share) + high * share).astype(dtype)
    return spread
