"""What one client may have of what a server has for all, so that one script does not take it from the others.

Sessions count for as long as they could not give way, and no longer: who comes back after that has its share anew. A
server that is started again has forgotten who made what; that takes its operator, and not a client.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from ..engine.errors import BackscopeError


class TooManySessions(BackscopeError):
    code = "too_many_sessions"
    title = "This client has made as many sessions as it may"

    def __init__(self, most: int, seconds: int) -> None:
        super().__init__(
            f"This address has {most} sessions that it made lately, its share; "
            f"delete one to make another, or try again in {seconds} s"
        )
        self.headers = {"Retry-After": str(seconds)}


class Shares:
    """The sessions that each client made in the last `seconds` and that are there; at most `most` of them, where that
    is not 0."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._made: dict[str, OrderedDict[str, float]] = {}
        self._makers: dict[str, str] = {}

    def check(self, client: str) -> None:
        """TooManySessions where the client may make no more now."""
        made, now = self._made.get(client, OrderedDict()), self._clock()
        while made and self._most and now - next(iter(made.values())) >= self._seconds:
            self.drop(next(iter(made)))
        if self._most and len(made) >= self._most:
            raise TooManySessions(self._most, math.ceil(next(iter(made.values())) + self._seconds - now))

    def add(self, client: str, session_id: str) -> None:
        """The client has made a session."""
        if self._most:
            self._made.setdefault(client, OrderedDict())[session_id] = self._clock()
            self._makers[session_id] = client

    def drop(self, session_id: str) -> None:
        """The session counts no more."""
        client = self._makers.pop(session_id, None)
        if client is not None:
            del self._made[client][session_id]
            if not self._made[client]:
                del self._made[client]
