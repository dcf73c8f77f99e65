"""What wakes the streams of events: one feed for each session that somebody listens to.

A feed holds no events. It says that something has changed; who listens then looks for what they have not been given.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ..engine.errors import BackscopeError

Made = TypeVar("Made")


class TooManyStreams(BackscopeError):
    code = "too_many_streams"
    title = "As many streams are open as may be"


class Feed:
    """One session's news. `version` grows with each change; `end` says why no more will come."""

    def __init__(self) -> None:
        self.version = 0
        self.listeners = 0
        self.end: str | None = None
        self.findings: tuple[str, str] | None = None
        """The latest diagnosis: what tells its set of findings from others, and the event's data."""
        self.watcher: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._shared: dict[Hashable, asyncio.Task[Any]] = {}

    def fire(self, end: str | None = None) -> None:
        """Something has changed, or nothing will any more: wake all who listen."""
        if end is None:
            self.version += 1
            self._shared.clear()
        self.end = self.end or end
        self._changed.set()
        self._changed = asyncio.Event()

    async def beyond(self, version: int) -> None:
        """Wait until the feed is past `version`, or at its end."""
        while self.version == version and self.end is None:
            await self._changed.wait()

    async def share(self, key: Hashable, make: Callable[[], Awaitable[Made]]) -> Made:
        """What `make` gives, made once for all who ask for the same before the next change.

        It goes on where somebody who asked leaves, because it may hold a session.
        """
        if key not in self._shared:
            task = self._shared[key] = asyncio.ensure_future(make())
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(self._shared[key])


class Feeds:
    """The feeds of one server, for at most `most` listeners in all, and `each` of one client where that is not 0."""

    def __init__(self, most: int, each: int = 0) -> None:
        self.most, self.each = most, each
        self.count = 0
        self._of_client: Counter[str] = Counter()
        self.diagnosing = asyncio.Lock()
        """Held by who diagnoses: one session at a time, because all that listen may ask at once."""
        self._feeds: dict[str, Feed] = {}
        self._closing = False

    def fire(self, session_id: str, end: str | None = None) -> None:
        """A session has changed, or come to its `end`."""
        if session_id in self._feeds:
            self._feeds[session_id].fire(end)

    def close(self) -> None:
        """Let all streams end, because the server does."""
        self._closing = True
        for feed in self._feeds.values():
            feed.fire("closing")

    @contextmanager
    def listening(self, session_id: str, client: str = "") -> Iterator[Feed]:
        """The feed of a session, for one more listener. TooManyStreams."""
        if self.each and self._of_client[client] >= self.each:
            raise TooManyStreams(f"This address has {self.each} streams of events open, its share; close one first")
        if self.count >= self.most:
            raise TooManyStreams(
                f"This server has {self.most} streams of events open, all that it can; close one first"
            )
        feed = self._feeds.setdefault(session_id, Feed())
        feed.end = feed.end or ("closing" if self._closing else None)
        feed.listeners += 1
        self.count += 1
        self._of_client[client] += 1
        try:
            yield feed
        finally:
            self.count -= 1
            self._of_client[client] -= 1
            self._of_client += Counter()  # which lets go of those that have none
            feed.listeners -= 1
            if not feed.listeners:
                self._feeds.pop(session_id, None)
                feed.fire()
