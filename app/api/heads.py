"""HEAD: whatever GET would answer, without its body. What watches a server, and `curl -I`, ask by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """Lets every path that has a GET answer HEAD. The server sends no body then, whatever it is given of one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # What is no HEAD is handed on as it is: every request comes through here.
        if scope["type"] == "http" and scope["method"] == "HEAD":
            return self._answer(scope, receive, send)
        return self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked, begun = {**scope, "method": "GET"}, asyncio.Event()
        is_read = is_ended = False

        async def received() -> Message:
            """What the client sends. Once it has the head it counts as gone, or a stream would have no end."""
            nonlocal is_read
            if not is_read:
                message = await receive()
                is_read = not message.get("more_body")
                return message
            await begun.wait()
            return {"type": "http.disconnect"}

        async def sent(message: Message) -> None:
            nonlocal is_ended
            if "route" in asked:
                scope["route"] = asked["route"]  # it is counted under its route
            is_ended = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)
            begun.set()

        await self._app(asked, received, sent)
        if begun.is_set() and not is_ended:
            await send({"type": "http.response.body"})


def install(app: FastAPI) -> None:
    """Answer HEAD inside of what guards and watches, which see the method that was asked for."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Heads(build())  # type: ignore[method-assign]
