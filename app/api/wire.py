"""How answers leave the server, head and body in one write; and what is no request at all.

uvicorn writes an answer's head as soon as it has it, and then the body. The first write wakes the client for nothing,
and together they were a quarter of the time of an answer.

It also keeps the head of a request until it has all of it, however long that is, and answers what is no HTTP as text.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from ..engine.errors import BackscopeError
from .monitoring import identify
from .problems import refusal
from .routes import ARRIVED
from .security import HEAD_BYTES, HeadTooLarge, dressed


class InvalidHttp(BackscopeError):
    code = "invalid_http"
    title = "What was sent is no request"


PROTOCOL: Any = AutoHTTPProtocol
try:
    from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
except ImportError:  # where there is no httptools, as on Windows, uvicorn has another, with a bound of its own
    pass
else:

    class OneWrite(HttpToolsProtocol):
        """uvicorn's protocol with a transport that gathers and a bound for heads, which says in a problem document why
        a request is none.
        """

        _in_head = False
        _head = 0
        """Bytes of the parts in which the present head has not come to its end."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.transport = Gathering(transport)  # type: ignore[assignment]

        def data_received(self, data: bytes) -> None:
            for first in range(0, len(data), HEAD_BYTES):
                if self.transport.is_closing():
                    return
                part = data[first : first + HEAD_BYTES]
                super().data_received(part)
                self._head = self._head + len(part) if self._in_head else 0
                if self._head > 2 * HEAD_BYTES:  # the first part may have begun with other requests
                    self._refuse(HeadTooLarge())

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._in_head, self._head = True, 0

        def on_headers_complete(self) -> None:
            self._in_head = False
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self.scope[ARRIVED] = True  # type: ignore[literal-required]
            super().on_message_complete()

        def send_400_response(self, msg: str) -> None:
            self._refuse(InvalidHttp("The server cannot read this as HTTP: expected a request of HTTP/1.1"))

        def _refuse(self, error: BackscopeError) -> None:
            """Answer what never became a request, and hear no more of it."""
            identify()
            answer = refusal(error)
            headers = [*dressed("", answer.status_code, answer.raw_headers), (b"connection", b"close")]
            lines = [name + b": " + value + b"\r\n" for name, value in headers]
            self.transport.write(b"".join([STATUS_LINE[answer.status_code], *lines, b"\r\n", bytes(answer.body)]))
            self.transport.close()

    PROTOCOL = OneWrite


class Gathering:
    """A transport that writes what it is given in one turn of the loop at once, when the next begins."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._parts: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, part: bytes) -> None:
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(part)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        parts, self._parts = self._parts, []
        if parts and not self._transport.is_closing():
            self._transport.writelines(parts)
