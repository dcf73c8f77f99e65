"""How answers leave the server."""

import asyncio

from app.api.wire import Gathering


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
