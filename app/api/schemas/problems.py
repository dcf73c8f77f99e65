"""What goes wrong."""

from __future__ import annotations

from .base import Answer
from .sessions import Head


class ProblemError(Answer):
    pointer: str
    message: str


class Problem(Answer):
    """RFC 9457. `session` is the head of one that has moved on."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[ProblemError]
    request_id: str
    session: Head | None = None
