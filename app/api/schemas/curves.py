"""A session over time, and its loss beside the present weights."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Number
from .sessions import SessionAnswer


class LayerTrends(Answer):
    """One number a step, null where there is none; `dead` and `saturated` are shares of the layer's units."""

    layer: str
    gradient_norm: list[Number | None]
    weight_norm: list[Number | None]
    update_ratio: list[Number | None]
    mean_slope: list[Number | None]
    dead: list[Number | None]
    saturated: list[Number | None]


class TrendsAnswer(SessionAnswer):
    t: int
    steps: list[int]
    layers: list[LayerTrends]


class HistogramsAnswer(SessionAnswer):
    """`counts[i][j]` numbers lie between `edges[j]` and `edges[j + 1]` at the end of step `steps[i]`."""

    t: int
    tensor: str
    steps: list[int]
    edges: list[Number]
    counts: list[list[int]]
    zeros: list[int]
    nonfinite: list[int]


class Series(Answer):
    """A curve: `values[i]` after `steps[i]` finished steps."""

    steps: list[int]
    values: list[Number]


class MetricsAnswer(SessionAnswer):
    series: dict[str, Series]


class Change(Answer):
    """How the loss changes over a move: as the gradient predicts, and as it is."""

    predicted: Number
    real: Number


class Tangent(Answer):
    value: Number
    loss: Number
    slope: Number


class Move(Change):
    """Where the optimizer takes one parameter; `taken` is whether it has, at this moment."""

    before: Number
    after: Number
    taken: bool


class SliceAnswer(SessionAnswer):
    t: int
    tensor: str
    index: list[int]
    values: list[Number]
    losses: list[Number]
    tangent: Tangent
    update: Move | None
    step: Change


class Centre(Answer):
    loss: Number
    gradient_norm: Number


class Directions(Answer):
    x: Literal["gradient", "random", "none"]
    y: Literal["path", "random", "none"]


class Trail(Answer):
    steps: list[int]
    x: list[Number]
    y: list[Number]


class PlaneStep(Change):
    """Where the optimizer's step leads, seen on the plane; `taken` is whether it has been, at this moment."""

    x: Number
    y: Number
    taken: bool


class LandscapeAnswer(SessionAnswer):
    t: int
    x: list[Number]
    y: list[Number]
    losses: list[list[Number]]
    centre: Centre
    directions: Directions
    path: Trail
    step: PlaneStep
