"""The store: a SQLite file, which one server at a time has open.

Every change is one transaction in a write-ahead log. Once it has returned it survives the end of the process, however
that comes; before, it is there wholly or not at all. A loss of power may take the latest changes, never half of one:
SQLite waits for the disk only now and then (`synchronous=NORMAL`), a change takes microseconds and may run in the event
loop. Each record has a checksum, so that one which the disk has spoilt costs its own session and no other.
"""

from __future__ import annotations

import json
import logging
import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from threading import RLock
from typing import Any

from . import MEMORY
from . import store as stores
from .errors import DatasetNotFound, RecordDamaged, SessionExpired, SessionNotFound, StorageFull, StoreUnavailable
from .records import Damage, open_seal, pack, seal, together, unpack
from .store import Command, Kept, Reply, Saved

log = logging.getLogger("backscope")

CHECKPOINTS = 32
CHECKPOINT_BYTES = 8_000_000
"""What is kept of one session's heads; above either, every second one goes and the newest stays."""

USED = 60
"""Seconds within which it is not noted again that a session is used: each command would write a page more."""

EXPIRED = 10_000
"""How many of the sessions that expired are still told from those that never were."""

SESSIONS = "s_"
"""What sessions' ids begin with: an owner of replies before it in the order of texts is a client."""

APPLICATION = int.from_bytes(b"Bksc")
"""Marks the file as ours, for SQLite's `application_id`."""

VERSION = 1
SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE sessions (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, record BLOB, sum INTEGER,
                       used REAL NOT NULL);
CREATE TABLE expired (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE);
CREATE TABLE starts (session INTEGER PRIMARY KEY REFERENCES sessions ON DELETE CASCADE, record BLOB, sum INTEGER);
CREATE TABLE commands (session INTEGER REFERENCES sessions ON DELETE CASCADE, revision INTEGER,
                       record BLOB, sum INTEGER, PRIMARY KEY (session, revision)) WITHOUT ROWID;
CREATE TABLE kept (session INTEGER REFERENCES sessions ON DELETE CASCADE, revision INTEGER,
                   record BLOB, sum INTEGER, PRIMARY KEY (session, revision));
CREATE TABLE replies (number INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, key TEXT NOT NULL,
                      record BLOB, sum INTEGER, size INTEGER, UNIQUE (owner, key));
CREATE TABLE datasets (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, record BLOB, sum INTEGER);
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
COMMIT;
"""

APPEND = """
INSERT INTO commands SELECT number, ?, ?, ? FROM sessions
WHERE id = ? AND ? = 1 + (SELECT coalesce(max(revision), 0) FROM commands WHERE session = number)
"""
"""One statement, because every command waits for it: adds no row where the session is gone or the log has moved on."""

ELSEWHERE = "name another file with BACKSCOPE_STORE"


class SqliteStore:
    """A store in a file, or in memory for as long as the process lasts. StoreUnavailable where it cannot be had.

    It may be called from any thread. `clock` gives seconds since 1970.
    """

    def __init__(self, place: str, clock: Callable[[], float] = time.time) -> None:
        self._lock = RLock()
        self._clock = clock
        self._used: dict[str, float] = {}
        """When it was last noted that a session was used, of those that were used since the file was opened."""
        if place != MEMORY:
            _make_folder(Path(place))
        try:
            self._db = sqlite3.connect(place, timeout=1, isolation_level=None, check_same_thread=False)
            try:
                self._open()
            except BaseException:
                self._db.close()
                raise
        except sqlite3.Error as error:
            raise StoreUnavailable(_why_not(error, place)) from error
        except _Foreign as error:
            raise StoreUnavailable(f"{place} {error}; {ELSEWHERE}.") from None

    def _open(self) -> None:
        """Lock the file until it is closed, and make the tables of a new one."""
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            self._db.execute(f"PRAGMA {pragma}")
        application, version, tables = (
            self._db.execute(query).fetchone()[0]
            for query in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_schema")
        )
        if not (application or tables):
            self._db.executescript(SCHEMA)
        elif application != APPLICATION:
            raise _Foreign("is a database of something else")
        elif version > VERSION:
            raise _Foreign("was written by a later version of Backscope")
        else:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("ROLLBACK")

    # Sessions

    def create(self, session_id: str, saved: Saved, reply: Reply | None = None, instead: str | None = None) -> None:
        others = {f.name: getattr(saved, f.name) for f in fields(saved) if f.name not in ("log", "start", "kept")}
        with self._change():
            if instead is not None:
                self._expire(instead)
            query = "INSERT INTO sessions (id, record, sum, used) VALUES (?, ?, ?, ?)"
            number = self._db.execute(query, (session_id, *seal(others), self._clock())).lastrowid
            if saved.start is not None:
                record = seal(pack(saved.start))
                self._db.execute("INSERT INTO starts VALUES (?, ?, ?)", (number, *record))
            for revision, command in enumerate(saved.log, 1):
                self._add_command(session_id, revision, command)
            for kept in saved.kept:
                self._add_kept(number, kept)
            self._add_reply(reply)

    def append(self, session_id: str, revision: int, command: Command, reply: Reply | None = None) -> None:
        with self._change():
            if not self._add_command(session_id, revision, command):
                self._number(session_id)
                raise ValueError(f"revision {revision} does not follow on the last of the log")
            now = self._clock()
            is_noted = 0 <= now - self._used.get(session_id, -math.inf) < USED
            if not is_noted:
                self._db.execute("UPDATE sessions SET used = ? WHERE id = ?", (now, session_id))
            self._add_reply(reply)
        if not is_noted:
            self._used[session_id] = now

    def _add_command(self, session_id: str, revision: int, command: Command) -> bool:
        """Whether it follows on the last of the log."""
        return bool(self._db.execute(APPEND, (revision, *seal(vars(command)), session_id, revision)).rowcount)

    def keep_reply(self, session_id: str, reply: Reply) -> None:
        with self._change():
            self._number(session_id)
            self._add_reply(reply)

    def reply(self, owner: str, key: str) -> Reply | None:
        with self._read("An answer that was given before"):
            query = "SELECT record, sum FROM replies WHERE owner = ? AND key = ?"
            row = self._db.execute(query, (owner, key)).fetchone()
            if row is None:
                return None
            plain, body = open_seal(*row).split(b"\n", 1)
            return Reply(owner, key, body=body, **json.loads(plain))

    def _add_reply(self, reply: Reply | None) -> None:
        """Keep a reply in the place of one with the same key, and let go of the oldest that are too many."""
        if reply is None:
            return
        plain = {"request": reply.request, "status": reply.status, "headers": reply.headers}
        record = seal(json.dumps(plain).encode() + b"\n" + reply.body)
        query = "INSERT OR REPLACE INTO replies (owner, key, record, sum, size) VALUES (?, ?, ?, ?, ?)"
        self._db.execute(query, (reply.owner, reply.key, *record, reply.size))
        self._bound_replies("owner = ?", reply.owner, stores.REPLIES, stores.REPLY_BYTES)
        if reply.owner < SESSIONS:
            self._bound_replies("owner < ?", SESSIONS, stores.CLIENT_REPLIES, stores.CLIENT_REPLY_BYTES)

    def _bound_replies(self, whose: str, owner: str, most: int, most_bytes: int) -> None:
        """Let go of the oldest replies that are too many or too large together, but not of the latest."""
        query = f"SELECT number, length(record) FROM replies WHERE {whose} ORDER BY number DESC"
        kept = 0
        for place, (number, size) in enumerate(self._db.execute(query, (owner,)).fetchall()):
            kept += size
            if place and (place >= most or kept > most_bytes):
                self._db.execute("DELETE FROM replies WHERE number = ?", (number,))

    def keep(self, session_id: str, kept: Kept) -> None:
        with self._change():
            number = self._number(session_id)
            self._add_kept(number, kept)
            query = "SELECT revision, length(record) FROM kept WHERE session = ? ORDER BY revision"
            held = self._db.execute(query, (number,)).fetchall()
            while len(held) > CHECKPOINTS or (len(held) > 1 and sum(size for _, size in held) > CHECKPOINT_BYTES):
                gone = [(number, revision) for revision, _ in held[-2::-2]]
                self._db.executemany("DELETE FROM kept WHERE session = ? AND revision = ?", gone)
                del held[-2::-2]

    def _add_kept(self, number: int | None, kept: Kept) -> None:
        record = seal(pack(kept.start, kept.state_sha256))
        self._db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", (number, kept.revision, *record))

    def load(self, session_id: str) -> Saved:
        with self._read("This session", session_id):
            number = self._number(session_id)
            row = self._db.execute("SELECT record, sum FROM sessions WHERE number = ?", (number,)).fetchone()
            start = self._db.execute("SELECT record, sum FROM starts WHERE session = ?", (number,)).fetchone()
            query = "SELECT revision, record, sum FROM commands WHERE session = ? ORDER BY revision"
            commands = self._db.execute(query, (number,)).fetchall()
            if any(revision != place for place, (revision, _, _) in enumerate(commands, 1)):
                raise Damage("a command is missing")
            return Saved(
                **json.loads(open_seal(*row)),
                log=[Command(**members) for members in together(open_seal(*sealed) for _, *sealed in commands)],
                start=None if start is None else unpack(open_seal(*start))[0],
                kept=self._load_kept(number, session_id),
            )

    def _load_kept(self, number: int, session_id: str) -> list[Kept]:
        """Those that are whole: a session opens from an older one, or from its spec, as well."""
        query = "SELECT revision, record, sum FROM kept WHERE session = ? ORDER BY revision"
        found = []
        for revision, *sealed in self._db.execute(query, (number,)).fetchall():
            try:
                found.append(Kept(revision, *unpack(open_seal(*sealed))))
            except Damage:
                log.warning("The checkpoint of session %s at revision %s is damaged and left out", session_id, revision)
        return found

    def delete(self, session_id: str, reply: Reply | None = None) -> None:
        with self._change():
            self._drop(session_id, self._number(session_id))
            self._add_reply(reply)

    def _drop(self, session_id: str, number: int) -> None:
        self._db.execute("DELETE FROM sessions WHERE number = ?", (number,))
        self._db.execute("DELETE FROM replies WHERE owner = ?", (session_id,))
        self._used.pop(session_id, None)

    def idle(self, seconds: float) -> str | None:
        with self._read("The list of sessions"):
            query = "SELECT id FROM sessions WHERE used <= ? ORDER BY used LIMIT 1"
            row = self._db.execute(query, (self._clock() - seconds,)).fetchone()
            return None if row is None else str(row[0])

    def _expire(self, session_id: str) -> None:
        self._drop(session_id, self._number(session_id))
        last = self._db.execute("INSERT INTO expired (id) VALUES (?)", (session_id,)).lastrowid or 0
        self._db.execute("DELETE FROM expired WHERE number <= ?", (last - EXPIRED,))

    def ids(self) -> Iterable[str]:
        with self._read("The list of sessions"):
            return [row[0] for row in self._db.execute("SELECT id FROM sessions ORDER BY number")]

    def listed(self, after: int, most: int) -> list[tuple[int, str]]:
        with self._read("The list of sessions"):
            found = "SELECT number, id FROM sessions WHERE number > ? ORDER BY number LIMIT ?"
            return self._db.execute(found, (after, most)).fetchall()

    def expired(self) -> Iterable[str]:
        with self._read("The list of sessions"):
            return [row[0] for row in self._db.execute("SELECT id FROM expired")]

    def specs(self) -> Iterable[dict[str, Any]]:
        with self._read("The list of sessions"):
            rows = self._db.execute("SELECT record, sum FROM sessions ORDER BY number").fetchall()
        for row in rows:
            with suppress(Damage):
                yield json.loads(open_seal(*row))["spec"]

    def _number(self, session_id: str) -> int:
        row = self._db.execute("SELECT number FROM sessions WHERE id = ?", (session_id,)).fetchone()
        if row is None:
            if self._db.execute("SELECT 1 FROM expired WHERE id = ?", (session_id,)).fetchone():
                raise SessionExpired("This session was not used for long and has given way to a new one")
            raise SessionNotFound("There is no session with this id on this server")
        return int(row[0])

    # Data sets

    def put_dataset(self, dataset_id: str, content: bytes) -> None:
        with self._change():
            query = "INSERT INTO datasets (id, record, sum) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
            self._db.execute(query, (dataset_id, *seal(content)))

    def get_dataset(self, dataset_id: str) -> bytes:
        with self._read(f"The data set {dataset_id}"):
            row = self._db.execute("SELECT record, sum FROM datasets WHERE id = ?", (dataset_id,)).fetchone()
            if row is None:
                raise DatasetNotFound("There is no data set with this id on this server")
            return open_seal(*row)

    def drop_dataset(self, dataset_id: str) -> None:
        with self._change():
            if not self._db.execute("DELETE FROM datasets WHERE id = ?", (dataset_id,)).rowcount:
                raise DatasetNotFound("There is no data set with this id on this server")

    def dataset_sizes(self) -> dict[str, int]:
        with self._read("The list of data sets"):
            return dict(self._db.execute("SELECT id, length(record) FROM datasets ORDER BY number").fetchall())

    # The file

    def size(self) -> int:
        with self._read("The store"):
            pages, size = (self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        return int(pages) * int(size)

    def check(self) -> None:
        with self._read("The store"):
            self._db.execute("SELECT max(number) FROM sessions").fetchone()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _change(self) -> Iterator[None]:
        """One transaction: all that is done inside, or nothing of it."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                raise _refusal(error) from error
            finally:
                if self._db.in_transaction:
                    self._db.rollback()

    @contextmanager
    def _read(self, what: str, session_id: str = "") -> Iterator[None]:
        """Reading of `what`, alone; RecordDamaged where it does not read as it was written. Only the log has the id:
        who asks may know a session by its view.
        """
        with self._lock:
            try:
                yield
            except (Damage, sqlite3.Error) as error:
                if isinstance(error, sqlite3.Error) and _code(error) != sqlite3.SQLITE_CORRUPT:
                    raise _refusal(error) from error
                log.error("%s %s is damaged in the store: %s", what, session_id, error)
                raise RecordDamaged(f"{what} is damaged in the store: {error}. All else is as it was") from error


class _Foreign(Exception):
    """The file is a database that this version does not use."""


def _make_folder(place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(_not_writable(place, str(error.strerror))) from error


def _why_not(error: sqlite3.Error, place: str) -> str:
    """The sentence for a file that cannot be opened."""
    match _code(error):
        case sqlite3.SQLITE_BUSY:
            return f"The store {place} is in use by another server: stop that one, or {ELSEWHERE}."
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return f"{place} is no store of Backscope's, or it is damaged; {ELSEWHERE}."
        case _:
            return _not_writable(Path(place), str(error))


def _not_writable(place: Path, reason: str) -> str:
    who = f"user {os.getuid()}" if hasattr(os, "getuid") else "this user"
    return f"The store {place} cannot be written by {who} ({reason}): give them the folder, or {ELSEWHERE}."


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary code, without what extends it."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _refusal(error: sqlite3.Error) -> StorageFull | StoreUnavailable:
    """What a user is told of an error that is none of a record."""
    if _code(error) == sqlite3.SQLITE_FULL:
        return StorageFull("The disk of the store is full: nothing was changed, and what is there can be read")
    log.error("The store failed: %s", error)
    return StoreUnavailable(f"The store cannot be used at present: {error}")
