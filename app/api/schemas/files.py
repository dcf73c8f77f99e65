"""Sessions as files."""

from __future__ import annotations

from typing import Any, Literal

from .base import Answer, Number
from .sessions import Example, SpecAnswer


class Generator(Answer):
    """The state of NumPy's PCG64; numbers of 128 bits are texts."""

    bit_generator: Literal["PCG64"]
    state: str
    inc: str
    has_uint32: int
    uinteger: int


class Checkpoint(Answer):
    """The state before a step. `order` is that of the rows in the present epoch, null where it is their own."""

    step: int
    epoch: int
    loss: Number | None
    order: list[int] | None
    generator: Generator
    parameters: dict[str, list[Any]]
    state: dict[str, list[Any]]


class SavedFile(Answer):
    """A session to go on with elsewhere: `ticks` of the step after the checkpoint were done."""

    backscope: int
    spec: dict[str, Any]
    data_sha256: str
    checkpoint: Checkpoint
    ticks: int
    state_sha256: str
    sample: Example | None = None


class ImportAnswer(SpecAnswer):
    replayed: bool
    warnings: list[str]
