"""A run in the background: what was asked for, and how far it is. Who drives it is elsewhere."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

RATE_SECONDS = 3.0
"""Over which time its speed is told."""

KEPT = 8
"""How many runs of a session can be asked for: the latest."""


@dataclass
class Run:
    """`total` steps of a session from step `first` on, or fewer: up to the first whose loss is `below` a value.

    `status` is `running`, `done`, `cancelled`, `diverged` or `failed` with a `detail`. `done` counts the steps that are
    committed; `reached` says that `below` ended it. `is_cancelled` asks it to end after its present steps.
    """

    id: str
    session_id: str
    first: int
    total: int
    below: float | None = None
    status: str = "running"
    done: int = 0
    reached: bool = False
    detail: str | None = None
    is_cancelled: bool = False
    _marks: deque[tuple[float, int]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._marks.append((self._began, 0))

    @property
    def is_running(self) -> bool:
        return self.status == "running"

    @property
    def key(self) -> str:
        """Tells what happened to it from what had happened before, but for how far it is."""
        return f"{self.id}{'' if self.is_running else '!'}"

    def come_to(self, done: int) -> None:
        """So many steps are committed now."""
        self.done = done
        now = time.monotonic()
        self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[0][0] > RATE_SECONDS:
            self._marks.popleft()

    def end(self, status: str, detail: str | None = None) -> None:
        self.status, self.detail = status, detail
        self._marks = deque([(self._began, 0), (time.monotonic(), self.done)])

    @property
    def steps_per_second(self) -> float | None:
        """As it was lately, or on the whole where the run has ended; None before its first steps are done."""
        (began, first), (now, last) = self._marks[0], self._marks[-1]
        return (last - first) / (now - began) if last > first and now > began else None

    def json(self) -> dict[str, Any]:
        """The run as the API shows it."""
        rate = self.steps_per_second
        left = (self.total - self.done) / rate if rate is not None and self.is_running else None
        return {
            "id": self.id,
            "status": self.status,
            "done": self.done,
            "total": self.total,
            "steps_per_second": rate,
            "seconds_left": left,
            "until": None if self.below is None else {"loss_below": self.below},
            "reached": self.reached,
            **({} if self.detail is None else {"detail": self.detail}),
        }
