"""Where sessions are kept: what each was made from, and its log of commands. One protocol, one suite of tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from .errors import SessionNotFound


@dataclass(frozen=True)
class Command:
    """One accepted command: what was done, and the moment before and after."""

    kind: str
    before: int
    after: int


@dataclass
class Saved:
    """A session as a store holds it. `spec` is the full JSON that it was made from."""

    spec: dict[str, Any]
    log: list[Command] = field(default_factory=list)


class Store(Protocol):
    """Keeps sessions by id. A call that returns has kept what it was given."""

    def create(self, session_id: str, saved: Saved) -> None:
        """Keep a new session."""

    def append(self, session_id: str, revision: int, command: Command) -> None:
        """Add the command that makes `revision`, one more than the log has. SessionNotFound, or ValueError."""

    def load(self, session_id: str) -> Saved:
        """The session as it was last kept; SessionNotFound."""

    def delete(self, session_id: str) -> None:
        """Forget the session; SessionNotFound."""

    def ids(self) -> Iterable[str]:
        """All ids, oldest first."""


class MemoryStore:
    """A store that lasts as long as the process."""

    def __init__(self) -> None:
        self._saved: dict[str, Saved] = {}

    def create(self, session_id: str, saved: Saved) -> None:
        self._saved[session_id] = Saved(saved.spec, list(saved.log))

    def append(self, session_id: str, revision: int, command: Command) -> None:
        log = self._find(session_id).log
        if revision != len(log) + 1:
            raise ValueError(f"the log has {len(log)} commands; revision {revision} does not follow")
        log.append(command)

    def load(self, session_id: str) -> Saved:
        saved = self._find(session_id)
        return Saved(saved.spec, list(saved.log))

    def delete(self, session_id: str) -> None:
        self._find(session_id)
        del self._saved[session_id]

    def ids(self) -> Iterable[str]:
        return list(self._saved)

    def _find(self, session_id: str) -> Saved:
        if session_id not in self._saved:
            raise SessionNotFound("There is no session with this id on this server")
        return self._saved[session_id]
