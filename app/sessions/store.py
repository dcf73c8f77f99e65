"""Where sessions are kept: what each was made from, and its log of commands; and the data sets that were uploaded.
One protocol, one suite of tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..engine.training import Checkpoint
from .errors import DatasetNotFound, SessionNotFound


@dataclass(frozen=True)
class Command:
    """One accepted command: what was done, and the moment before and after. `details` is JSON, and says how."""

    kind: str
    before: int
    after: int
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Start:
    """Where a session began that did not begin at t = 0: a checkpoint, and how many ticks of its step were done.

    `sample` is the one example that it stepped on instead of its data: JSON, its `x` and its `y` as the loss wants it.
    """

    checkpoint: Checkpoint
    ticks: int = 0
    sample: dict[str, Any] | None = None


@dataclass(frozen=True)
class Reply:
    """What was answered to a request that may be tried again under the same `key`; `request` tells it from others."""

    key: str
    request: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def size(self) -> int:
        """Its bytes, and some for the rest."""
        return len(self.body) + 500


@dataclass
class Saved:
    """A session as a store holds it. `spec` is the full JSON that it was made from."""

    spec: dict[str, Any]
    log: list[Command] = field(default_factory=list)
    start: Start | None = None


REPLIES = 100
REPLY_BYTES = 4_000_000
"""How many replies are kept of a session, and how large they may be together; the latest is kept in any case."""

SERVER = ""
"""Whose replies those are that made a session or took one away."""


class Store(Protocol):
    """Keeps sessions and data sets by id. A call that returns has kept what it was given.

    A `reply` is kept with what was done, wholly or not at all.
    """

    def create(self, session_id: str, saved: Saved, reply: Reply | None = None) -> None:
        """Keep a new session, and the reply of the SERVER."""

    def append(self, session_id: str, revision: int, command: Command, reply: Reply | None = None) -> None:
        """Add the command that makes `revision`, one more than the log has, and the session's reply.

        SessionNotFound, or ValueError.
        """

    def reply(self, owner: str, key: str) -> Reply | None:
        """What was answered under this key, by a session or the SERVER, if it is still kept."""

    def load(self, session_id: str) -> Saved:
        """The session as it was last kept; SessionNotFound."""

    def delete(self, session_id: str, reply: Reply | None = None) -> None:
        """Forget the session with its replies, and keep the reply of the SERVER; SessionNotFound."""

    def ids(self) -> Iterable[str]:
        """All sessions' ids, oldest first."""

    def put_dataset(self, dataset_id: str, content: bytes) -> None:
        """Keep a data set. What is kept under an id never changes."""

    def get_dataset(self, dataset_id: str) -> bytes:
        """The content of a data set; DatasetNotFound."""

    def drop_dataset(self, dataset_id: str) -> None:
        """Forget a data set; DatasetNotFound."""

    def dataset_sizes(self) -> dict[str, int]:
        """The bytes of each data set by its id, oldest first."""


class MemoryStore:
    """A store that lasts as long as the process."""

    def __init__(self) -> None:
        self._saved: dict[str, Saved] = {}
        self._datasets: dict[str, bytes] = {}
        self._replies: dict[str, dict[str, Reply]] = {}

    def create(self, session_id: str, saved: Saved, reply: Reply | None = None) -> None:
        self._saved[session_id] = Saved(saved.spec, list(saved.log), saved.start)
        self._keep(SERVER, reply)

    def append(self, session_id: str, revision: int, command: Command, reply: Reply | None = None) -> None:
        log = self._find(session_id).log
        if revision != len(log) + 1:
            raise ValueError(f"the log has {len(log)} commands; revision {revision} does not follow")
        log.append(command)
        self._keep(session_id, reply)

    def reply(self, owner: str, key: str) -> Reply | None:
        return self._replies.get(owner, {}).get(key)

    def _keep(self, owner: str, reply: Reply | None) -> None:
        if reply is None:
            return
        kept = self._replies.setdefault(owner, {})
        kept[reply.key] = reply
        while len(kept) > REPLIES or (len(kept) > 1 and sum(one.size for one in kept.values()) > REPLY_BYTES):
            del kept[next(iter(kept))]

    def load(self, session_id: str) -> Saved:
        saved = self._find(session_id)
        return Saved(saved.spec, list(saved.log), saved.start)

    def delete(self, session_id: str, reply: Reply | None = None) -> None:
        self._find(session_id)
        del self._saved[session_id]
        self._replies.pop(session_id, None)
        self._keep(SERVER, reply)

    def ids(self) -> Iterable[str]:
        return list(self._saved)

    def put_dataset(self, dataset_id: str, content: bytes) -> None:
        self._datasets.setdefault(dataset_id, content)

    def get_dataset(self, dataset_id: str) -> bytes:
        if dataset_id not in self._datasets:
            raise DatasetNotFound("There is no data set with this id on this server")
        return self._datasets[dataset_id]

    def drop_dataset(self, dataset_id: str) -> None:
        self.get_dataset(dataset_id)
        del self._datasets[dataset_id]

    def dataset_sizes(self) -> dict[str, int]:
        return {dataset_id: len(content) for dataset_id, content in self._datasets.items()}

    def _find(self, session_id: str) -> Saved:
        if session_id not in self._saved:
            raise SessionNotFound("There is no session with this id on this server")
        return self._saved[session_id]
