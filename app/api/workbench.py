"""The live sessions of one server: opened from the store, changed one command at a time, long work off the loop.

Those used last are held open, within a bound in bytes; the others cost disk only.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import fields
from secrets import token_urlsafe
from typing import Any, TypeVar

from fastapi import Response

from ..engine import rows
from ..engine.datasets import Table
from ..engine.errors import BackscopeError, InvalidRequest, brief
from ..engine.spec import Limits, Spec
from ..sessions.errors import AtCapacity, DatasetNotFound, ReadOnly, RunActive, SessionExpired, SessionNotFound
from ..sessions.run import Run
from ..sessions.session import Session, view_of
from ..sessions.store import Command, Reply, Saved, Store
from ..settings import Settings
from .encoding import BODY_BYTES
from .feeds import Feeds
from .rates import aside
from .retries import Asked, ShuttingDown
from .shares import Shares

Result = TypeVar("Result")

log = logging.getLogger("backscope")

UNBOUNDED = Limits(*[sys.maxsize] * len(fields(Limits)))
"""For specs that a server once took: they are opened, whatever its limits are now."""

BYTES_A_TICK = 4
"""So many bytes of a body take as long to be looked at as a tick to be run."""

LARGE_BODIES = 3
"""How many bodies are read and worked on at once that are longer than most may be."""

LONG = 20_000
"""Ticks above which work goes to a thread: some tens of milliseconds."""

TOKEN = re.compile("[0-9]{1,18}")
"""Of a page: the number of the session before it, which may be gone by then."""

VIEWS = 100_000
"""Ids to look by that are known at once, those of sessions that gave way among them: ten megabytes or two."""


class Workbench:
    """Holds the sessions. `using` gives one to one caller at a time."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self._limits = Limits(**{field.name: getattr(settings, field.name) for field in fields(Limits)})
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._held = 0
        """The bytes of all that are open, the sum of their sizes."""
        self._locks: dict[str, asyncio.Lock] = {}
        self._views: dict[str, str] | None = None
        self.steps_run = 0
        """Training steps that were finished since the server began."""
        self.trying: set[tuple[str, str]] = set()
        """Whose requests with which keys are under way."""
        self.runs: dict[str, list[Run]] = {}
        """The latest runs in the background of each session, the newest last; only that one can be under way."""
        self.feeds = Feeds(settings.streams, settings.client_streams)
        self._shares = Shares(settings.client_sessions, 3_600 * settings.expiry_hours)
        self.large_bodies = asyncio.Semaphore(LARGE_BODIES)
        self.is_closing = False

    def spec(self, given: Mapping[str, object]) -> Spec:
        """The spec that `given` asks for, within this server's limits and with its data sets."""
        spec = Spec.parse(given, self._limits, self._uploaded)
        spec.check_held()
        return spec

    def _uploaded(self, dataset_id: str) -> Table | None:
        with suppress(DatasetNotFound):
            return Table.load(self.store.get_dataset(dataset_id))
        return None

    def portable(self, spec: Spec) -> dict[str, Any]:
        """The JSON of `spec` as any server can read it: rows that were uploaded here stand in it themselves, with the
        names of their inputs and classes.
        """
        json = spec.json()
        table = self._uploaded(json["data"].get("dataset_id", ""))
        if table is not None:
            inline = {"x": table.x.tolist(), "y": table.y.tolist(), "input_names": table.inputs}
            if table.classes:
                inline["class_names"] = list(table.classes)
            json["data"] = {"inline": inline, "test_fraction": json["data"]["test_fraction"]}
        return json

    def new_id(self, asked: Asked) -> str:
        """The id of a session to be made. AtCapacity where there is no room for one, TooManySessions."""
        self._shares.check(asked.by)
        self._giving_way()
        return f"s_{token_urlsafe(16)}"

    def _giving_way(self) -> str | None:
        """Which session gives way to one that is made now, where the server is full: the one that was not used for
        longest, if that is long enough. AtCapacity where none does.
        """
        held = len(list(self.store.ids()))
        if held < self.settings.sessions:
            return None
        idle = self.store.idle(3_600 * self.settings.expiry_hours)
        if idle is None:
            raise AtCapacity(f"This server holds {held} sessions, all that it can; delete one to make another")
        return idle

    def _gone(self, session_id: str, how: str) -> None:
        """The store has the session no longer."""
        self._forget(session_id)
        self._locks.pop(session_id, None)
        if self._views is not None and how == "deleted":
            self._views.pop(view_of(session_id), None)
        elif self._views is not None and len(self._views) > VIEWS:
            self._views = None  # with those that gave way long ago; what is left is found again
        self._shares.drop(session_id)
        for run in self.runs.pop(session_id, []):
            run.is_cancelled = True
        self.feeds.fire(session_id, how)

    def running(self, session_id: str) -> Run | None:
        """The run of the session that is under way."""
        runs = self.runs.get(session_id)
        return runs[-1] if runs and runs[-1].is_running else None

    def add(self, session: Session, made: Response, asked: Asked) -> Response:
        """Keep a session that was just made, and the answer that says so. AtCapacity, InvalidSpec where in the meantime
        there is no room for it any more, or its data set has given way to another; TooManySessions.
        """
        self._shares.check(asked.by)
        idle = self._giving_way()
        rows.check_uploaded(session.spec.data_json, self.store.dataset_sizes)
        saved = Saved(session.spec.json(), start=session.start)
        self.store.create(session.id, saved, asked.reply(made), instead=idle)
        self._shares.add(asked.by, session.id)
        if idle is not None:
            self._gone(idle, "expired")
        if self._views is not None:
            self._views[view_of(session.id)] = session.id
        self._open[session.id] = session
        self._make_room_beside(session)
        return made

    def _named(self, given: str) -> str:
        """The id of the session that goes by `given`, its id or its view's, an expired one's too; SessionNotFound."""
        if not given.startswith("v_"):
            return given
        if self._views is None:
            self._views = {view_of(one): one for one in (*self.store.expired(), *self.store.ids())}
        if given not in self._views:
            raise SessionNotFound("There is no session with this id on this server")
        return self._views[given]

    @asynccontextmanager
    async def using(self, given: str) -> AsyncIterator[Session]:
        """The session of this id, or of this view's id, for one caller at a time; SessionNotFound, RecordDamaged.

        After a failure that is no refusal nobody knows what the session holds, so it is opened from the store again.
        """
        session_id = self._named(given)
        async with self._locks.setdefault(session_id, asyncio.Lock()):
            session = self._open.get(session_id) or await self._reopen(session_id)
            try:
                session.asked_as, session.running = given, self.running(session_id) is not None
                yield session
                if session.is_due and session_id in self._open:
                    await aside(lambda: self._keep(session))
            except BackscopeError:
                raise
            except BaseException:
                self._forget(session_id)
                raise
            finally:
                self._make_room_beside(session)

    async def _reopen(self, session_id: str) -> Session:
        try:
            session = await aside(lambda: self._load(session_id))
            if session_id not in self._locks:
                raise SessionNotFound("The session was deleted while it was being opened")
        except (SessionNotFound, SessionExpired):
            self._locks.pop(session_id, None)
            raise
        self._open[session_id] = session
        return session

    def _load(self, session_id: str) -> Session:
        saved = self.store.load(session_id)
        spec = Spec.parse(saved.spec, UNBOUNDED, self._uploaded)
        return Session(session_id, spec, saved.log, saved.start, saved.kept)

    def _keep(self, session: Session) -> None:
        """Keep where the head stands. Where that fails nothing is lost: opening the session only takes longer."""
        kept = session.to_keep()
        try:
            self.store.keep(session.id, kept)
        except BackscopeError as error:
            log.warning("The checkpoint of session %s could not be kept: %s", session.id, error.detail)
        else:
            session.kept = kept

    def _forget(self, session_id: str) -> None:
        """Hold the session no longer."""
        self._open.pop(session_id, None)
        self._held -= self._sizes.pop(session_id, 0)

    def _make_room_beside(self, session: Session) -> None:
        """`session` was used last. Close those that were not for longest, until the open ones fit."""
        if session.id not in self._open:
            return
        self._open.move_to_end(session.id)
        size = session.size
        self._held += size - self._sizes.get(session.id, 0)
        self._sizes[session.id] = size
        if self._held <= self.settings.cache_bytes:
            return
        idle = (session_id for session_id in list(self._open)[:-1] if not self._is_used(session_id))
        while self._held > self.settings.cache_bytes and (closed := next(idle, None)):
            self._close(closed)

    def is_held(self, session_id: str) -> bool:
        """Whether somebody is using the session."""
        return session_id in self._locks and self._locks[session_id].locked()

    def _is_used(self, session_id: str) -> bool:
        return self.is_held(session_id) or self.running(session_id) is not None

    def _close(self, session_id: str) -> None:
        if not self._open[session_id].is_kept:
            self._keep(self._open[session_id])
        self._forget(session_id)

    def close(self) -> None:
        """Keep where every head stands that nobody is moving, and close the store."""
        for session_id in [session_id for session_id in self._open if not self._is_used(session_id)]:
            self._close(session_id)
        self.store.close()

    @asynccontextmanager
    async def changing(self, session_id: str, asked: Asked) -> AsyncIterator[Session]:
        """The session of this id, to be changed; SessionNotFound, ReadOnly, RunActive, StaleRevision."""
        async with self.using(self.changed(session_id)) as session:
            run = self.running(session.id)
            if run is not None:
                raise RunActive(f"The run {run.id} of this session is under way: wait for its end, or cancel it")
            asked.check(session)
            before = session.revision
            try:
                yield session
            except BackscopeError:
                if session.revision != before:
                    self._forget(session_id)  # it has obeyed a command that is not kept
                raise

    def commit(self, session: Session, command: Command, made: Response, asked: Asked) -> Response:
        """Keep the command that `session` has just obeyed, and its answer. One that cannot be kept has not happened."""
        self.keep_command(session, command, asked.reply(made))
        return made

    def keep_command(self, session: Session, command: Command, reply: Reply | None = None) -> None:
        """Keep the command that `session` has just obeyed; it is forgotten where that fails."""
        try:
            self.store.append(session.id, session.revision, command, reply)
        except Exception:
            self._forget(session.id)
            raise
        if command.kind == "advance":
            each = session.ticks_per_step
            self.steps_run += command.after // each - command.before // each
        self.feeds.fire(session.id)

    @property
    def open_count(self) -> int:
        """How many sessions are in memory."""
        return len(self._open)

    def keep_reply(self, session_id: str, reply: Reply | None) -> None:
        """Keep the answer to a request that was no command, where it was sent with a key."""
        if reply is not None:
            self.store.keep_reply(session_id, reply)

    def check_open(self) -> None:
        """ShuttingDown when the server changes nothing any more."""
        if self.is_closing:
            raise ShuttingDown("The server is being stopped: what was answered is kept, nothing more is changed")

    def keep(self, content: bytes) -> str:
        """Keep the content of a data set, and give its id. AtCapacity."""
        self.check_open()
        dataset_id = Table.id(content)
        sizes = self.store.dataset_sizes()
        if dataset_id not in sizes:
            self._make_room(len(content), sizes)
            self.store.put_dataset(dataset_id, content)
        return dataset_id

    def _make_room(self, size: int, sizes: dict[str, int]) -> None:
        """Forget the oldest data sets that no session is made from, until there is room for one of `size` more.

        AtCapacity, and nothing is forgotten, where that does not do.
        """

        def fits(held: Mapping[str, int]) -> bool:
            return len(held) < self.settings.datasets and sum(held.values()) + size <= self.settings.dataset_bytes

        if fits(sizes):
            return
        used = {spec["data"].get("dataset_id") for spec in self.store.specs()}
        held, unused = dict(sizes), [dataset_id for dataset_id in sizes if dataset_id not in used]
        for dataset_id in unused:
            if not fits(held):
                del held[dataset_id]
        if not fits(held):
            raise AtCapacity(
                f"This server holds at most {self.settings.datasets} data sets and {self.settings.dataset_bytes} bytes "
                f"of them; {len(sizes) - len(unused)} are in use by sessions and this one has {size} bytes"
            )
        for dataset_id in sizes.keys() - held.keys():
            self.store.drop_dataset(dataset_id)

    async def run(self, ticks: int, work: Callable[[], Result]) -> Result:
        """Do `work`, which runs about `ticks` ticks on what the body says: here if it is short, else in a thread."""
        is_short = ticks + BODY_BYTES.get() // BYTES_A_TICK <= LONG
        return work() if is_short else await aside(work)

    def changed(self, given: str) -> str:
        """The id of a session that is to be changed; SessionNotFound, ReadOnly where `given` is its view's."""
        if self._named(given) != given:
            raise ReadOnly("Through its view_id a session can be looked at and forked, not changed")
        return given

    def delete(self, session_id: str, made: Response, asked: Asked) -> Response:
        """Forget a session, and keep the answer that says so."""
        self.store.delete(session_id, asked.reply(made))
        self._gone(session_id, "deleted")
        return made

    def page(self, token: str | None, size: int) -> tuple[list[str], str | None]:
        """Ids of sessions, oldest first, from behind what `token` stands for; and the next token, if there are more."""
        if token is not None and not TOKEN.fullmatch(token):
            raise InvalidRequest(f"page_token: expected one that a listing gave, got {brief(token)}", "page_token")
        found = self.store.listed(int(token or 0), size + 1)
        more = str(found[size - 1][0]) if len(found) > size else None
        return [session_id for _, session_id in found[:size]], more
