"""A real server that is stopped or killed while sessions run and streams are open: what anybody has seen is there."""

import signal
import socket
import time
from threading import Thread

import pytest

from app.client import Client, Problem
from tests.command import server

SPEC = {"preset": "xor", "batch_size": 2, "shuffle": True}


class Listener:
    """Reads a session's events until they end, in a thread of its own."""

    def __init__(self, session, after=None):
        self.events, self.failed = [], None
        self._thread = Thread(target=self._read, args=[session, after])
        self._thread.start()

    def _read(self, session, after):
        try:
            for event in session.events(after):
                self.events.append(event)
        except Problem as problem:
            self.failed = problem

    def until(self, condition):
        end = time.monotonic() + 60
        while not any(condition(event) for event in self.events):
            assert time.monotonic() < end
            time.sleep(0.01)

    def ended(self):
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.events

    @property
    def head(self):
        return next(event.data["session"] for event in reversed(self.events) if event.name == "head")

    def losses(self, known=()):
        found = dict(known)
        for event in self.events:
            if event.name == "head":
                curve = event.data["metrics"]["loss"]
                found = {step: value for step, value in found.items() if step < curve["from"]}
                found.update(zip(curve["steps"], curve["values"], strict=True))
        return found


@pytest.fixture
def start(tmp_path):
    """Starts a server on one store: the process and a client."""
    opened = []

    def begin():
        made = server("--port", "0", BACKSCOPE_STORE=str(tmp_path / "sessions.sqlite3"))
        process = made.__enter__()
        client = Client(process.stdout.readline().split()[-1])
        opened.extend([(made, (None, None, None)), (client, ())])
        return process, client

    yield begin
    for one, arguments in reversed(opened):
        one.__exit__(*arguments)


def begun(listener):
    """Wait until a run has got somewhere."""
    listener.until(lambda event: event.name == "progress" and event.data["run"]["done"] > 500)


def test_a_server_that_is_stopped_ends_its_runs_and_streams_and_keeps_all(start):
    process, client = start()
    session, idle = client.create(SPEC), client.create(SPEC)
    listeners = [Listener(client.open(session.id)), Listener(client.open(session.id)), Listener(client.open(idle.id))]
    run = client.call("POST", f"/sessions/{session.id}/runs", {"steps": 1_000_000})["run"]
    begun(listeners[0])
    host, port = client.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as deaf:
        deaf.sendall(f"GET /api/v1/sessions/{session.id}/events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())

        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=10)

    assert process.returncode == 0
    assert "Traceback" not in err
    for listener in listeners:
        assert listener.ended()[-1][:2] == ("status", {"status": "closing"})
    ends = [event.data["run"] for event in listeners[0].events if event.name == "progress"]
    assert (ends[-1]["id"], ends[-1]["status"]) == (run["id"], "cancelled")
    _, client = start()
    assert client.open(session.id).head == listeners[0].head
    assert client.open(idle.id).head == idle.head
    with pytest.raises(Problem) as unknown:
        client.call("GET", f"/sessions/{session.id}/runs/{run['id']}")
    assert unknown.value.code == "not_found"


def test_what_was_seen_of_a_run_is_there_after_a_kill_and_a_reader_goes_on(start):
    process, client = start()
    session = client.create(SPEC)
    listener = Listener(client.open(session.id))
    client.call("POST", f"/sessions/{session.id}/runs", {"steps": 1_000_000})
    begun(listener)

    process.kill()
    last = listener.ended()[-1]

    assert listener.failed.code == "unreachable"
    seen, known = listener.head, listener.losses()
    _, client = start()
    again = client.open(session.id)
    assert again.head["status"] == "ready"
    assert again.head["rev"] >= seen["rev"]
    back = client.open(session.id).rewind(to_rev=seen["rev"]).head
    assert [back[name] for name in ("t", "loss", "state_sha256")] == [
        seen[name] for name in ("t", "loss", "state_sha256")
    ]
    back = client.open(session.id).rewind(to_rev=again.head["rev"])
    back.step("batch")
    resumed = Listener(client.open(session.id), last.id)
    resumed.until(lambda event: event.name == "head")
    curve = back.get("metrics", names="loss", max_points=10_000)["series"]["loss"]
    assert len(curve["steps"]) <= 10_000
    told = resumed.losses(known)
    assert resumed.events[0].data["metrics"]["loss"]["from"] == seen["step"]
    assert {step: told[step] for step in curve["steps"]} == dict(zip(curve["steps"], curve["values"], strict=True))
    assert list(told) == list(range(back.head["step"]))
    back.delete()
    assert resumed.ended()[-1][:2] == ("status", {"status": "deleted"})
