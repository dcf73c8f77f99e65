"""A session's events as a stream: its head with the losses since, its run, its diagnosis and its status.

A reader is a cursor: what it has been given, which is also each event's id. So a slow one misses heads in between and
no loss, one that comes again goes on where it was, and none takes memory for what it has not read.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from ..engine.errors import BackscopeError
from ..sessions.session import Session
from .encoding import encode
from .feeds import Feed
from .rates import client_of
from .requests import Bench
from .routes import JsonRoute
from .schemas.runs import DiagnosisEvent, HeadEvent, ProgressEvent, StatusEvent
from .workbench import LONG, Workbench


class StreamRoute(JsonRoute):
    """A route that answers with a stream of events and nothing else."""

    def offered(self) -> list[str]:
        return ["text/event-stream"]


router = APIRouter(route_class=StreamRoute, tags=["runs"])

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
    """A head and its latest run as events have them; `run` and `done` tell the run's news from what was given."""

    revision: int
    status: str
    data: str
    run: str = ""
    done: int = 0
    run_data: str = ""


class Reader:
    """One reader of one session's events, by the id that it was `asked_as`."""

    def __init__(self, bench: Workbench, feed: Feed, asked_as: str, seen: Seen) -> None:
        self._bench, self._feed, self._asked_as, self._seen = bench, feed, asked_as, seen
        self._told: int | None = None
        self._greeted = False

    async def events(self) -> AsyncIterator[ServerSentEvent]:
        """What the reader has not been given, whenever something has changed, until the session or the server ends."""
        feed, given, due = self._feed, -1, 0.0
        while feed.end is None or given != feed.version:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            given, due = feed.version, time.monotonic() + max(PICTURE_SECONDS, STREAM_SECONDS * self._bench.feeds.count)
            try:
                news = await self._news()
            except BackscopeError:
                break  # it is gone, or cannot be opened: who asks again is told why
            for event in news:
                yield event
            await feed.beyond(given)
        if feed.end is not None:
            yield self._status(feed.end)

    async def _news(self) -> list[ServerSentEvent]:
        """All that has changed since the reader was given something."""
        since = self._seen.revision
        picture = await self._feed.share((self._asked_as, since), lambda: self._draw(since))
        was, news = self._seen, []
        if not self._greeted or (picture.revision, picture.status) != (was.revision, was.status):
            news.append(self._give("head", picture.data, revision=picture.revision))
        if was.revision is None:
            # The head has said the status, and a run that was over before is no news.
            over = picture.run if picture.status != "running" else ""
            self._seen = replace(self._seen, status=picture.status, run=over)
        elif picture.status != was.status:
            news.append(self._status(picture.status))
        moved = picture.status == "running" and picture.done != self._told
        if picture.run and (picture.run != self._seen.run or moved):
            news.append(self._give("progress", picture.run_data, run=picture.run))
            self._told = picture.done
        if self._feed.findings is not None and self._feed.findings[0] != self._seen.findings:
            tag, data = self._feed.findings
            news.append(self._give("diagnosis", data, findings=tag))
        self._greeted = True
        return news

    def _give(self, event: str, data: str, **seen: Any) -> ServerSentEvent:
        self._seen = replace(self._seen, **seen)
        return ServerSentEvent(event=event, raw_data=data, id=self._seen.id)

    def _status(self, status: str) -> ServerSentEvent:
        return self._give("status", _json({"status": status}), status=status)

    async def _draw(self, since: int | None) -> Picture:
        """The head, with the losses since the revision that was given."""
        async with self._bench.using(self._asked_as) as session:
            known = since if since is not None and since <= session.revision else None
            cost = session.losses_since_cost(known)
            first, losses = await self._bench.run(cost, lambda: session.losses_since(known, POINTS))
            curve = {"from": first, "steps": losses.steps, "values": losses.values}
            data = {"session": session.head(), "metrics": {"loss": curve}}
            picture = Picture(session.revision, session.status, _json(data))
            runs = self._bench.runs.get(session.id)
            if not runs:
                return picture
            return replace(picture, run=runs[-1].key, done=runs[-1].done, run_data=_json({"run": runs[-1].json()}))


def _json(data: Any) -> str:
    return encode(data).decode()


async def watch(bench: Workbench, session_id: str, feed: Feed) -> None:
    """Diagnose a session when it has moved, as long as somebody listens, and tell when the set of findings changes."""
    version, revision, took = -1, -1, 0.0
    while feed.listeners and feed.end is None:
        version = feed.version
        with suppress(BackscopeError):  # gone, or not to be opened, which the readers find themselves
            async with bench.feeds.diagnosing, bench.using(session_id) as session:
                if session.revision != revision:
                    began, revision = time.monotonic(), session.revision
                    findings = await bench.run(LONG + 1, lambda: _findings(session))
                    took = time.monotonic() - began
                    if feed.findings is None or feed.findings[0] != findings[0]:
                        feed.findings = findings
                        feed.fire()
        await asyncio.sleep(max(DIAGNOSIS_SECONDS, took / DIAGNOSIS_SHARE))
        await feed.beyond(version)


def _findings(session: Session) -> tuple[str, str]:
    """What ails the step at the head: what tells the set of findings from others, and the event's data."""
    findings = session.diagnose(session.t).findings
    tag = sha256(repr(sorted((one.code, one.layer) for one in findings)).encode()).hexdigest()[:16]
    return tag, _json({"step": session.step_of(session.t), "findings": [asdict(one) for one in findings]})


async def reader(
    bench: Bench,
    request: Request,
    session_id: str,
    last_event_id: Annotated[
        str | None, Header(alias="Last-Event-ID", description="the `id` of the last event that was read")
    ] = None,
) -> AsyncIterator[Reader]:
    """A reader of a session, counted until its stream has ended. SessionNotFound, TooManyStreams."""
    async with bench.using(session_id) as session:
        own = session.id
    with bench.feeds.listening(own, client_of(request.scope)) as feed:
        if feed.listeners == 1:
            feed.watcher = asyncio.create_task(watch(bench, own, feed))
        yield Reader(bench, feed, session_id, Seen.of(last_event_id))


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
