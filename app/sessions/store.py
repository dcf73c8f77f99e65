"""Where sessions are kept: what each was made from, its log of commands, and checkpoints to open it from; and the
data sets that were uploaded. One protocol, one suite of tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..engine.training import Checkpoint


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
    """What was answered to a request that may be tried again under the same `key`; `request` tells it from others.

    Its `owner` is the session that it changed, or, where it made or took one away, the client (`client_owner`).
    """

    owner: str
    key: str
    request: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def size(self) -> int:
        """Its bytes, and some for the rest."""
        return len(self.body) + 500


@dataclass(frozen=True)
class Kept:
    """Where the head stood at a revision. `state_sha256` is that of the head."""

    revision: int
    start: Start
    state_sha256: str


@dataclass
class Saved:
    """A session as a store holds it. `spec` is the full JSON that it was made from; of what was kept of its head the
    newest comes last.
    """

    spec: dict[str, Any]
    log: list[Command] = field(default_factory=list)
    start: Start | None = None
    kept: list[Kept] = field(default_factory=list)


REPLIES = 100
REPLY_BYTES = 4_000_000
"""How many replies are kept of one owner, and how large they may be together; the latest is kept in any case."""

CLIENT_REPLIES = 2_000
CLIENT_REPLY_BYTES = 64_000_000
"""The same for all clients together: there may be any number of them."""


def client_owner(client: str) -> str:
    """The owner of a client's replies. It stands before all sessions in the order of texts, as it did when the owner of
    what made a session was nobody, and is none of them."""
    return f"c_{client}"


class Store(Protocol):
    """Keeps sessions and data sets by id. A call that returns has kept what it was given; one that fails, nothing.

    Every call may raise StoreUnavailable, and those that keep something StorageFull. Where SessionNotFound is said, it
    is SessionExpired for a session that has expired, unless that is long ago.

    A `reply` is kept with what was done, wholly or not at all.
    """

    def create(self, session_id: str, saved: Saved, reply: Reply | None = None, instead: str | None = None) -> None:
        """Keep a new session, and the reply.

        The session that it is kept `instead` of is forgotten, and SessionExpired from then on; SessionNotFound.
        """

    def append(self, session_id: str, revision: int, command: Command, reply: Reply | None = None) -> None:
        """Add the command that makes `revision`, one more than the log has, and the reply.

        SessionNotFound, or ValueError.
        """

    def keep_reply(self, session_id: str, reply: Reply) -> None:
        """Keep the reply to a request that added no command to the session's log. SessionNotFound."""

    def reply(self, owner: str, key: str) -> Reply | None:
        """What was answered under this key, if it is still kept."""

    def keep(self, session_id: str, kept: Kept) -> None:
        """Keep where the head stands now; of what was kept before, the store may let go. SessionNotFound."""

    def load(self, session_id: str) -> Saved:
        """The session as it was last kept; SessionNotFound, RecordDamaged."""

    def delete(self, session_id: str, reply: Reply | None = None) -> None:
        """Forget the session with its replies, and keep the reply; SessionNotFound."""

    def idle(self, seconds: float) -> str | None:
        """The session whose last command is the oldest, if that was at least so long ago."""

    def ids(self) -> Iterable[str]:
        """All sessions' ids, oldest first."""

    def listed(self, after: int, most: int) -> list[tuple[int, str]]:
        """Numbers and ids of up to `most` sessions, oldest first, whose number is above `after`. A number is given
        once, so that it keeps its place in the list also when its session is gone.
        """

    def expired(self) -> Iterable[str]:
        """Ids of sessions that have expired, as far as they are still told from those that never were."""

    def specs(self) -> Iterable[dict[str, Any]]:
        """What the sessions were made from, oldest first, without those whose record is damaged."""

    def put_dataset(self, dataset_id: str, content: bytes) -> None:
        """Keep a data set. What is kept under an id never changes."""

    def get_dataset(self, dataset_id: str) -> bytes:
        """The content of a data set; DatasetNotFound, RecordDamaged."""

    def drop_dataset(self, dataset_id: str) -> None:
        """Forget a data set; DatasetNotFound."""

    def dataset_sizes(self) -> dict[str, int]:
        """The bytes of each data set by its id, oldest first."""

    def size(self) -> int:
        """The bytes that all of it takes."""

    def check(self) -> None:
        """Return if the store answers."""

    def close(self) -> None:
        """Let go of what the store holds open. No call comes after it."""
