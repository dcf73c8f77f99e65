"""A session's events as a stream: its head with the losses since, its run, its diagnosis and its status.

A reader is a cursor: what it has been given, which is also each event's id. So a slow one misses heads in between and
no loss, one that comes again goes on where it was, and none takes memory for what it has not read.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from ..engine.errors import BackscopeError
from .encoding import JsonRoute, encode
from .feeds import Feed
from .requests import Bench, check_accept_events, check_query
from .schemas import DiagnosisEvent, HeadEvent, ProgressEvent, StatusEvent
from .workbench import LONG, Workbench

router = APIRouter(
    route_class=JsonRoute, dependencies=[Depends(check_query), Depends(check_accept_events)], tags=["runs"]
)

POINTS = 4_000
"""Losses in one event; more are thinned."""

PICTURE_SECONDS = 0.05
STREAM_SECONDS = 0.0005
"""The least time between two heads of one stream: this long, and so long for each stream that is open."""

DIAGNOSIS_SECONDS = 1.0
DIAGNOSIS_SHARE = 0.1
"""The least time between two diagnoses of one session, and the share of time that they may take."""


@dataclass(frozen=True)
class Seen:
    """What a reader has been given: the head at `revision` with its `status`, the `run` by its key, the `findings` by
    what tells them from others.
    """

    revision: int | None = None
    status: str = ""
    run: str = ""
    findings: str = ""

    @property
    def id(self) -> str:
        return f"{self.revision}.{self.status}.{self.run}.{self.findings}"

    @staticmethod
    def of(event_id: str | None) -> Seen:
        """What was given up to this event; nothing where it is none of ours."""
        found = re.fullmatch(r"(\d{1,15})\.([a-z]*)\.([\w!-]{0,40})\.([0-9a-f]{0,16})", event_id or "", re.ASCII)
        return Seen(int(found[1]), found[2], found[3], found[4]) if found else Seen()


@dataclass(frozen=True)
class Picture:
    """A head as an event has it."""

    revision: int
    status: str
    data: str


class Reader:
    """One reader of one session's events, by the id that it was `asked_as`."""

    def __init__(self, bench: Workbench, feed: Feed, session_id: str, asked_as: str, seen: Seen) -> None:
        self._bench, self._feed, self._id, self._asked_as, self._seen = bench, feed, session_id, asked_as, seen
        self._told: int | None = None
        self._greeted = False

    async def events(self) -> AsyncIterator[ServerSentEvent]:
        """What the reader has not been given, whenever something has changed, until the session or the server ends."""
        while True:
            version, end = self._feed.version, self._feed.end
            try:
                async for event in self._news():
                    yield event
            except BackscopeError:  # gone, or not to be opened: who asks again is told why
                end = self._feed.end or "closing"
            if end is not None:
                yield self._status(end)
                return
            await asyncio.sleep(max(PICTURE_SECONDS, STREAM_SECONDS * self._bench.feeds.count))
            await self._feed.beyond(version)

    async def _news(self) -> AsyncIterator[ServerSentEvent]:
        """All that has changed since the reader was given something."""
        seen, runs = self._seen, self._bench.runs.get(self._id, [])
        picture = await self._feed.share((self._asked_as, seen.revision), self._draw)
        if not self._greeted or (picture.revision, picture.status) != (seen.revision, seen.status):
            self._greeted = True
            yield self._give("head", picture.data, revision=picture.revision)
        if seen.revision is None:
            # The head has said the status, and a run that was over before is no news.
            over = runs[-1].key if runs and not runs[-1].is_running else ""
            self._seen = replace(self._seen, status=picture.status, run=over)
        elif picture.status != seen.status:
            yield self._status(picture.status)
        if runs and (runs[-1].key, runs[-1].done) != (self._seen.run, self._told):
            self._told = runs[-1].done
            yield self._give("progress", _json({"run": runs[-1].json()}), run=runs[-1].key)
        if self._feed.findings is not None and self._feed.findings[0] != self._seen.findings:
            tag, data = self._feed.findings
            yield self._give("diagnosis", data, findings=tag)

    def _give(self, event: str, data: str, **seen: Any) -> ServerSentEvent:
        self._seen = replace(self._seen, **seen)
        return ServerSentEvent(event=event, raw_data=data, id=self._seen.id)

    def _status(self, status: str) -> ServerSentEvent:
        return self._give("status", _json({"status": status}), status=status)

    async def _picture(self) -> Picture:
        return await self._feed.share((self._asked_as, self._seen.revision), self._draw)

    async def _draw(self) -> Picture:
        """The head, with the losses since the revision that was given."""
        async with self._bench.using(self._asked_as) as session:
            since = self._seen.revision
            if since is not None and since > session.revision:
                since = None  # of another session
            cost = session.losses_since_cost(since)
            first, losses = await self._bench.run(cost, lambda: session.losses_since(since, POINTS))
            curve = {"from": first, "steps": losses.steps, "values": losses.values}
            data = {"session": session.head(), "metrics": {"loss": curve}}
            return Picture(session.revision, session.status, _json(data))


def _json(data: Any) -> str:
    return encode(data).decode()


async def diagnose(bench: Workbench, session_id: str, feed: Feed) -> None:
    """Diagnose a session when it has moved, as long as somebody listens, and tell when the set of findings changes."""
    version, revision = -1, -1
    while feed.listeners and feed.end is None:
        version = feed.version
        began = time.perf_counter()
        try:
            async with bench.using(session_id) as session:
                if session.revision != revision:
                    revision, t = session.revision, session.t
                    made = await bench.run(LONG + 1, lambda: session.diagnose(t))  # noqa: B023
                    data = {"step": session.step_of(t), "findings": [asdict(one) for one in made.findings]}
                    found = sorted((one.code, one.layer) for one in made.findings)
                    tag = sha256(repr(found).encode()).hexdigest()[:16]
                    if feed.findings is None or feed.findings[0] != tag:
                        feed.findings = tag, _json(data)
                        feed.fire()
        except BackscopeError:
            pass
        took = time.perf_counter() - began
        await asyncio.sleep(max(DIAGNOSIS_SECONDS, took / DIAGNOSIS_SHARE))
        await feed.beyond(version)


async def reader(
    bench: Bench,
    session_id: str,
    last_event_id: Annotated[
        str | None, Header(alias="Last-Event-ID", description="the `id` of the last event that was read")
    ] = None,
) -> AsyncIterator[Reader]:
    """A reader of a session, counted until its stream has ended. SessionNotFound, TooManyStreams."""
    async with bench.using(session_id) as session:
        own = session.id
    with bench.feeds.listening(own) as feed:
        if feed.listeners == 1:
            feed.watcher = asyncio.create_task(diagnose(bench, own, feed))
        yield Reader(bench, feed, own, session_id, Seen.of(last_event_id))


DATA: dict[int | str, dict[str, Any]] = {
    200: {
        "model": HeadEvent | ProgressEvent | DiagnosisEvent | StatusEvent,
        "description": "Events `head`, `progress`, `diagnosis` and `status`; the schema is that of their `data`",
    }
}


@router.get("/sessions/{session_id}/events", response_class=EventSourceResponse, responses=DATA)
async def get_events(session_id: str, found: Annotated[Reader, Depends(reader)]) -> AsyncIterator[ServerSentEvent]:
    """Heads, runs, findings and the status of a session, as they come."""
    async for event in found.events():
        yield event
