"""A client that is light enough to share a machine with the server that it asks: requests are made up beforehand, of
answers nothing is looked at but status and body, and nothing is decoded.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httptools

HOST = "127.0.0.1"


def request(method: str, path: str, body: object = None, accept: str = "*/*") -> bytes:
    """A request as it goes over the wire; a body is JSON."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", f"Accept: {accept}"]
    if content:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "\r\n"]).encode() + content


class Failed(Exception):
    """An answer that was not expected, or none at all."""


class Closed(Failed):
    """The server has closed the connection instead of an answer."""


class Connection(asyncio.Protocol):
    """A connection to a server, with one request at a time; it is made anew where the server closes it, as it does when
    nothing is asked for some seconds, maybe just when a request is on its way.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._parts: list[bytes] = []
        self._streams = False
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[None] | None = None
        self.answers = 0

    async def ask(self, request: bytes) -> bytes:
        """The body of the answer; Failed where its status is none of success."""
        try:
            await self._send(request)
        except Closed:
            await self._send(request)
        self.answers += 1
        body = b"".join(self._parts)
        if self._parser.get_status_code() >= 400:
            raise Failed(f"{request[:60]!r} was answered with {self._parser.get_status_code()}: {body[:300]!r}")
        return body

    async def ask_json(self, method: str, path: str, body: object = None) -> Any:
        return json.loads(await self.ask(request(method, path, body)))

    async def listen(self, request: bytes) -> None:
        """Open a stream and wait until the first of it has come; what comes later is thrown away."""
        self._streams = True
        await self.ask(request)

    def close(self) -> None:
        self._waiting = None
        if self._transport is not None:
            self._transport.close()

    async def _send(self, request: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            await asyncio.get_running_loop().create_connection(lambda: self, HOST, self._port)
        assert self._transport is not None
        self._parts.clear()
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        await self._waiting

    # What asyncio and httptools call

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._parser = httptools.HttpResponseParser(self)

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Closed(f"The server closed the connection: {error}"))

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, part: bytes) -> None:
        if not self._streams:
            self._parts.append(part)
        elif self._parser.get_status_code() < 400:
            self._answered()

    def on_message_complete(self) -> None:
        self._answered()

    def _answered(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


@contextmanager
def connections(port: int, count: int) -> Iterator[list[Connection]]:
    """So many connections, which are closed in the end."""
    made = [Connection(port) for _ in range(count)]
    try:
        yield made
    finally:
        for one in made:
            one.close()
