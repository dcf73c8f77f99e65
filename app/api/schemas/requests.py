"""What a client sends."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from .base import Granularity, Request


class Advance(Request):
    granularity: Granularity = "op"
    count: Annotated[int, Field(ge=1, le=2**53)] = 1
    return_: Annotated[Literal["ticks", "frame", "none"] | None, Field(alias="return")] = None


class Rewind(Request):
    """Exactly one of the two."""

    to: Annotated[int | None, Field(ge=0)] = None
    to_rev: Annotated[int | None, Field(ge=0)] = None


class Edit(Request):
    tensor: Annotated[str, Field(max_length=100)]
    index: Annotated[list[Annotated[int, Field(ge=0, le=10**9)]], Field(max_length=8)]
    value: float


Edits = Annotated[list[Edit], Field(max_length=10_000)]


class EditParameters(Request):
    edits: Edits
    at: Annotated[int | None, Field(ge=0)] = None


class Sample(Request):
    """`y` has one number an output, or the class."""

    x: list[float]
    y: list[float]


class PutSample(Sample):
    at: Annotated[int | None, Field(ge=0)] = None


class Preview(Request):
    """At least one of `edits` and `sample`."""

    edits: Edits | None = None
    sample: Sample | None = None
    t: Annotated[int | None, Field(ge=0)] = None


class Settle(Request):
    """At least one of `name` and `optimizer`."""

    name: str | None = None
    optimizer: dict[str, Any] | None = None
    at: Annotated[int | None, Field(ge=0)] = None


class Fork(Request):
    at: Annotated[int | None, Field(ge=0)] = None
    at_rev: Annotated[int | None, Field(ge=0)] = None
    spec: dict[str, Any] | None = None


class Predict(Request):
    x: list[Any]


class Answered(Request):
    """An answer to a question: what was asked, and what the learner says, maybe with the factors of the chain."""

    kind: Literal["sign", "size", "number", "largest"]
    tensor: str
    index: list[int] = Field(default=[], max_length=8)
    t: int = Field(ge=1)
    among: list[list[int]] = Field(default=[], max_length=1_000)
    tolerance: float | None = Field(default=None, gt=0, le=10)
    answer: str | float | list[int]
    factors: list[float] | None = Field(default=None, max_length=10_000)


class TableUpload(Request):
    """A table: named columns, and rows of numbers and texts."""

    columns: list[str]
    rows: list[list[float | str]]
    target: str | None = None
    standardize: bool = False
    task: Literal["auto", "classification", "regression"] = "auto"


class CheckGradients(Request):
    method: Literal["complex_step", "central_difference"] = "complex_step"
    tensors: list[str] | None = None
    index: Annotated[list[Annotated[int, Field(ge=0, le=10**9)]] | None, Field(max_length=8)] = None
    t: Annotated[int | None, Field(ge=0)] = None


class Until(Request):
    loss_below: float


class StartRun(Request):
    """Exactly one of `steps` and `epochs`."""

    steps: Annotated[int | None, Field(ge=1, le=2**53)] = None
    epochs: Annotated[int | None, Field(ge=1, le=2**53)] = None
    until: Until | None = None
