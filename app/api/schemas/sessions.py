"""A session: its head, its spec, its log."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from .base import Answer, Number, Phase


class Next(Answer):
    index: int
    phase: Phase
    layer: str
    op: str
    writes: list[str]


class Head(Answer):
    """Where a session stands. Who asks for it by its `view_id` is not told the `id`; it is left out then."""

    id: Annotated[str, Field(default_factory=str)]
    view_id: str
    name: str
    status: Literal["ready", "running", "diverged"]
    rev: int
    t: int
    step: int
    tick: int
    epoch: int
    phase: Phase | None
    next: Next
    ticks_per_step: int
    steps_per_epoch: int
    loss: Number | None
    parameters: int
    state_sha256: str


class SessionAnswer(Answer):
    session: Head


class Example(Answer):
    """One example, with the targets as the loss wants them."""

    x: list[float]
    y: list[float]


class SpecAnswer(SessionAnswer):
    """What a session is made from, and the `first` moment that it has: 0, but for a copy or what was brought in.

    `sample` is the one example that it steps on, null where it steps on its data.
    """

    spec: dict[str, Any]
    first: int
    sample: Example | None


class Before(Answer):
    before: Any
    after: Any


class EditedNumber(Before):
    tensor: str
    index: list[int]


class Changed(Answer):
    """What a command changed beside the moment: the members that it has."""

    name: Before | None = None
    optimizer: dict[str, Before] | None = None
    edits: list[EditedNumber] | None = None
    sample: Example | None = None
    to_rev: int | None = None


class LogRow(Answer):
    """A command, or `commands` advances on end; `rev` is the revision that the last of them made."""

    rev: int
    kind: Literal["advance", "rewind", "edit", "settings", "sample"]
    before: int
    after: int
    commands: int
    changed: Changed | None


class LogAnswer(SessionAnswer):
    commands: list[LogRow]
    next_page_token: str | None


class SessionsAnswer(Answer):
    sessions: list[Head]
    next_page_token: str | None
