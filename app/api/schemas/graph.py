"""Layers, tensors, operations, and a tick as matrix algebra."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import Answer, Phase
from .moments import Tensor
from .sessions import SessionAnswer


class Layer(Answer):
    name: str
    type: str
    activation: str | None
    shape: list[int | None]
    tensors: list[str]
    unit_names: Annotated[list[str], Field(default_factory=list)]
    """What the units stand for, inputs or classes, where the data has names for them; else it is left out."""


class TensorInfo(Answer):
    name: str
    role: Literal["data", "parameter", "buffer", "activation", "gradient", "update", "optimizer state", "loss"]
    shape: list[int | None]
    layer: str
    latex: str
    gradient_of: str | None


class OpInfo(Answer):
    name: str
    type: str
    inputs: list[str]
    output: str
    outputs: list[str]
    layer: str
    latex: str


class Code(Answer):
    numpy: str
    pytorch: str


class MatrixFactor(Answer):
    """A matrix: a tensor, as it was `before` the tick or as the tick read or wrote it; or, where that is null, what the
    op makes of others, such as a slope."""

    symbol: str
    text: str
    tensor: str | None
    transposed: bool
    before: bool


class MatrixTerm(Answer):
    """The matrix `product` of the factors, their product `elementwise`, or a `function` of them."""

    operator: Literal["product", "elementwise", "function"]
    function: str | None
    factors: list[MatrixFactor]


class MatrixAlgebra(Answer):
    """The tensor `result` is the sum of the terms; a term of one row counts for every row."""

    result: str
    terms: list[MatrixTerm]


class ScheduledTick(Answer):
    index: int
    micro: int
    phase: Phase
    layer: str
    op: str
    reads: list[str]
    writes: list[str]
    latex: str
    text: str
    matrix: MatrixAlgebra | None
    code: Code


class GraphAnswer(SessionAnswer):
    layers: list[Layer]
    tensors: list[TensorInfo]
    ops: list[OpInfo]
    schedule: list[ScheduledTick]


class MatrixOfNumbers(MatrixFactor, Tensor):
    """Its numbers stand as in its tensor, not transposed."""


class MatrixTermOfNumbers(MatrixTerm):
    factors: list[MatrixOfNumbers]  # type: ignore[assignment]


class AlgebraOfNumbers(MatrixAlgebra):
    terms: list[MatrixTermOfNumbers]  # type: ignore[assignment]


class MatricesAnswer(SessionAnswer):
    """The tick of place `index` in the schedule, which led to `t`."""

    t: int
    index: int
    matrix: AlgebraOfNumbers | None
