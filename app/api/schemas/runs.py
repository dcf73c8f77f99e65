"""Runs in the background, and events."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import Answer, Number
from .checks import Finding
from .sessions import SessionAnswer


class RunUntil(Answer):
    loss_below: float


class Run(Answer):
    """A run in the background. `reached` says that `until` ended it; `detail` why it failed."""

    id: str
    status: Literal["running", "done", "cancelled", "diverged", "failed"]
    done: int
    total: int
    steps_per_second: float | None
    seconds_left: float | None
    until: RunUntil | None
    reached: bool
    detail: str | None = None


class RunAnswer(SessionAnswer):
    run: Run


class Losses(Answer):
    """The losses of the steps from `from` on; what a reader has of them from an earlier event counts no more."""

    from_: Annotated[int, Field(alias="from")]
    steps: list[int]
    values: list[Number]


class LossesSince(Answer):
    loss: Losses


class HeadEvent(SessionAnswer):
    metrics: LossesSince


class ProgressEvent(Answer):
    run: Run


class DiagnosisEvent(Answer):
    step: int
    findings: list[Finding]


class StatusEvent(Answer):
    """After one of the last three no event comes any more."""

    status: Literal["ready", "running", "diverged", "deleted", "expired", "closing"]
