"""An ASGI application that does nothing, on the server that Backscope runs on: what a request costs at least.

It reads the body and answers an empty object. Started as a module it says where it listens, as Backscope does.
"""

from __future__ import annotations

import uvicorn
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

from app.api.wire import PROTOCOL
from app.cli import listen

HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"2")]


async def app(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS, "trailers": False})
    await send({"type": "http.response.body", "body": b"{}", "more_body": False})


def main() -> None:
    with listen("127.0.0.1", 0) as listener:
        print(f"Nothing is at http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        config = uvicorn.Config(app, http=PROTOCOL, access_log=False, log_level="warning", lifespan="off")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
