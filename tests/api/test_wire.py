"""How answers leave the server."""

import asyncio
import json
import socket
from contextlib import suppress
from types import SimpleNamespace

import pytest
import uvicorn

from app.api.security import HEAD_BYTES, HEADERS
from app.api.wire import PROTOCOL, Gathering
from tests.api.problems import check_problem


class Transport:
    """Notes what is written, and whether it is closed."""

    def __init__(self):
        self.written, self.closed = [], False

    def writelines(self, parts):
        self.written.append(b"".join(parts))

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True

    def get_extra_info(self, name):
        return f"the {name}"


def gathered(work):
    """What the transport has after `work` with a gathering one, and one turn of the loop."""

    async def run():
        transport = Transport()
        work(Gathering(transport))
        await asyncio.sleep(0)
        return transport

    return asyncio.run(run())


def test_head_and_body_are_written_at_once():
    def answer(transport):
        transport.write(b"head ")
        transport.write(b"body")

    assert gathered(answer).written == [b"head body"]


def test_what_is_written_before_the_end_of_a_connection_goes_out():
    def answer(transport):
        transport.write(b"the last")
        transport.close()

    ended = gathered(answer)
    assert ended.written == [b"the last"]
    assert ended.closed


def test_what_comes_after_the_end_of_a_connection_is_dropped():
    def answer(transport):
        transport.close()
        transport.write(b"too late")

    assert gathered(answer).written == []


def test_everything_else_is_the_transport_s():
    asked = []
    gathered(lambda transport: asked.append(transport.get_extra_info("peername")))

    assert asked == ["the peername"]


async def echo(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def spoken(*parts, app=echo):
    """What a server of `app` answers to these bytes, up to the end of the connection or of what it has to say."""
    config = uvicorn.Config(app, http=PROTOCOL, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    with suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
    got, ended = b"", False
    try:
        while part := await asyncio.wait_for(reader.read(65_536), 0.5):
            got += part
        ended = True
    except ConnectionError:
        ended = True
    except TimeoutError:
        pass
    writer.close()
    server.should_exit = True
    await serving
    return got, ended


def refused(*parts):
    """The one problem document that is all of the answer."""
    got, ended = asyncio.run(spoken(*parts))
    head, _, body = got.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    assert ended
    assert headers["connection"] == "close"
    assert {name.decode() for name, _ in HEADERS} | {"content-security-policy", "cache-control"} <= set(headers)
    code = int(status.split()[1])
    return SimpleNamespace(json=lambda: json.loads(body), headers=headers, status_code=code, content=body)


HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        (HEAD + b"X: " + b"x" * 10_000_000,),
        (HEAD + b"X: ", *[b"x" * 1_000] * 10_000),
        (HEAD, *[b"X: y\r\n"] * 1_000_000),
        (b"GET /" + b"x" * 10_000_000,),
        (HEAD + b"\r\n" + HEAD + b"X: " + b"x" * 10_000_000,),
    ],
    ids=["at once", "in parts", "many", "an address", "the second"],
)
def test_a_head_that_does_not_end_is_not_kept(sent):
    got, ended = asyncio.run(spoken(*sent))

    assert ended
    assert not got or b"431 Request Header Fields Too Large" in got  # who goes on sending may not come to read it


def test_a_head_that_is_too_large_is_refused_in_words(api):
    problem = check_problem(api.get("/catalog", headers={"x": "x" * HEAD_BYTES}), "head_too_large")

    assert f"at most {HEAD_BYTES} bytes" in problem["detail"]
    assert api.get("/catalog", headers={"x": "x" * (HEAD_BYTES - 500)}).status_code == 200
    check_problem(refused(HEAD + b"X: " + b"x" * 4 * HEAD_BYTES), "head_too_large")


@pytest.mark.parametrize("sent", [b"FOO / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n"])
def test_what_is_no_http_is_told_so(sent):
    check_problem(refused(sent), "invalid_http")


def test_a_long_body_is_no_head_and_requests_on_end_are_answered():
    body = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000
    rows = (HEAD + b"X: " + b"x" * 1_000 + b"\r\n\r\n") * 200

    assert asyncio.run(spoken(body))[0].count(b"HTTP/1.1 200") == 1
    assert asyncio.run(spoken(rows))[0].count(b"HTTP/1.1 200") == 200


def test_a_body_that_does_not_come_to_its_end_is_not_waited_for(api_with):
    body = b'{"preset": "xor"}'
    head = f"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    app = api_with(body_seconds=0.1).app

    got, ended = asyncio.run(spoken(head + body[:-1], app=app))
    assert ended
    assert b"408 Request Timeout" in got
    assert f"in 0.1 s, got {len(body) - 1} bytes".encode() in got

    got, _ = asyncio.run(spoken(head + body[:-1], body[-1:], app=app))
    assert b"201 Created" in got
