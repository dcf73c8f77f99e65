"""How answers leave the server: head and body in one write.

uvicorn writes an answer's head as soon as it has it, and then the body. The first write wakes the client for nothing,
and together they were a quarter of the time of an answer.
"""

from __future__ import annotations

import asyncio
from typing import Any

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
except ImportError:  # where there is no httptools, as on Windows, uvicorn chooses another
    PROTOCOL: Any = "auto"
else:

    class OneWrite(HttpToolsProtocol):
        """uvicorn's protocol with a transport that gathers."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.transport = Gathering(transport)  # type: ignore[assignment]

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
