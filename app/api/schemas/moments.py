"""What there is at a moment: ticks, frames, tensors, pictures of units."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from .base import Answer, Phase
from .sessions import SessionAnswer


class Summary(Answer):
    min: float | None
    max: float | None
    mean: float | None
    norm: float
    nonfinite: int


class Tensor(Answer):
    """A tensor in full, or a large one's summary and where to read it."""

    shape: list[int]
    values: Any = None
    summary: Summary | None = None
    href: str | None = None


class TickRecord(Answer):
    t: int
    index: int
    step: int
    tick: int
    phase: Phase
    layer: str
    op: str
    writes: dict[str, Tensor]


class Frame(Answer):
    t: int
    step: int
    tick: int
    phase: Phase | None
    tensors: dict[str, Tensor | None]


class StepsAnswer(SessionAnswer):
    ticks: list[TickRecord] | None = None
    frame: Frame | None = None


class FrameAnswer(SessionAnswer, Frame):
    pass


class TensorAnswer(SessionAnswer):
    t: int
    name: str
    shape: list[int]
    values: Any
    rows: list[int] | None = None
    cols: list[int] | None = None


class DataAnswer(SessionAnswer):
    """How many rows there are, and those that are shown; those held out are null where there are none."""

    rows: int
    test_rows: int
    x: Tensor
    y: Tensor
    test_x: Tensor | None
    test_y: Tensor | None
    classes: int | None
    input_names: list[str] | None
    class_names: list[str] | None


class PredictionAnswer(SessionAnswer):
    t: int
    tensors: dict[str, Tensor]


class Sides(Answer):
    """The part of a plane: lowest and highest, along either axis."""

    x: Annotated[list[float], Field(min_length=2, max_length=2)]
    y: Annotated[list[float], Field(min_length=2, max_length=2)]


class MapsAnswer(SessionAnswer):
    """What units answer at `x` and `y`, by tensor: (y, x, unit)."""

    t: int
    bounds: Sides
    resolution: int
    x: list[float]
    y: list[float]
    tensors: dict[str, Tensor]
