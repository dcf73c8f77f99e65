"""The stream of a session's events: what a reader is given, however slow it is and however often it comes again."""

import asyncio
import threading

import pytest

from app.api import events
from app.api.schemas.runs import DiagnosisEvent, HeadEvent, ProgressEvent, StatusEvent
from app.client import events_of, finite_back
from app.main import wind_down
from tests.api.background import SHUFFLED, begun, cancel, over, start
from tests.api.problems import check_problem
from tests.engine.nets import net

MODELS = {
    "head": HeadEvent,
    "progress": ProgressEvent,
    "diagnosis": DiagnosisEvent,
    "status": StatusEvent,
}


class Stream:
    """A reader, in the application's own loop. It can stop reading and go on, leave, and come again."""

    def __init__(self, api, path, after=None, address="127.0.0.1", **headers):
        self.api, self.path = api, path
        sent = {"host": "localhost", **headers, **({"last-event-id": after} if after else {})}
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": f"/api/v1{path}/events",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": (address, 1),
        }
        self.status, self.headers = 0, {}
        self._text, self._read, self._events = "", 0, []
        self._more = threading.Condition()
        self._leaves, self._reads = api.call(self._signals)
        self._answer = api.call_soon(api.app, self._scope, self._receive, self._send)

    @staticmethod
    async def _signals():
        reads = asyncio.Event()
        reads.set()
        return asyncio.Event(), reads

    async def _receive(self):
        await self._leaves.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        await self._reads.wait()
        with self._more:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            self._text += message.get("body", b"").decode()
            self._more.notify_all()

    @property
    def events(self):
        """What was given so far; each fits its model."""
        with self._more:
            end = max(self._read, self._text.rfind("\n\n") + 2 if "\n\n" in self._text else 0)
            for event in events_of(self._text[self._read : end].split("\n")):
                told = event.data
                if "session" in told:
                    told = {**told, "session": {"id": "not told by a view", **told["session"]}}
                MODELS[event.name].model_validate(told)
                self._events.append(event)
            self._read = end
            return list(self._events)

    def named(self, name):
        return [event.data for event in self.events if event.name == name]

    def until(self, condition):
        """The events, once the condition holds of them."""
        with self._more:
            assert self._more.wait_for(lambda: self.status >= 400 or condition(self.events), 60), self.events[-3:]
            assert self.status == 200, self._text
        return self.events

    def until_head(self, condition):
        """The head of the first event of which the condition holds."""
        heads = self.until(lambda found: any(e.name == "head" and condition(e.data["session"]) for e in found))
        return next(e.data["session"] for e in heads if e.name == "head" and condition(e.data["session"]))

    def until_run(self, status):
        self.until(lambda found: any(e.name == "progress" and e.data["run"]["status"] == status for e in found))

    def stop_reading(self):
        self.api.call(self._set, self._reads.clear)

    def go_on(self):
        self.api.call(self._set, self._reads.set)

    @staticmethod
    async def _set(function):
        function()

    def leave(self):
        """Break the connection, and give the id of the last event."""
        self.api.call(self._set, self._leaves.set)
        self._answer.result(60)
        return self.events[-1].id if self.events else None

    def ended(self):
        """Wait for the server to end the stream."""
        self._answer.result(60)
        return self.events


def losses(stream, known=()):
    """The losses by their steps that a reader has who does as it is told."""
    found = dict(known)
    for data in stream.named("head"):
        curve = data["metrics"]["loss"]
        found = {step: value for step, value in found.items() if step < curve["from"]}
        assert all(step >= curve["from"] for step in curve["steps"])
        found.update(zip(curve["steps"], curve["values"], strict=True))
    return found


def true_losses(learner):
    curve = learner.get("/metrics", names="loss", max_points=10_000)["series"]["loss"]
    return dict(zip(curve["steps"], curve["values"], strict=True))


@pytest.fixture
def listen(api):
    """Opens a stream of a session: `listen(session)`; all are left at the end."""
    opened = []

    def open_stream(learner, after=None, path=None, **headers):
        opened.append(Stream(learner.api, path or learner.path, after, **headers))
        return opened[-1]

    yield open_stream
    for stream in opened:
        if not stream._answer.done():
            stream.leave()


@pytest.fixture
def session(api):
    return api.create(SHUFFLED)


def test_a_stream_begins_with_the_head_and_the_losses_so_far(session, listen):
    session.advance("batch", 7)

    stream = listen(session)

    assert stream.until_head(lambda _: True) == session.head
    assert losses(stream) == true_losses(session)
    assert stream.status == 200
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert (stream.headers["cache-control"], stream.headers["x-accel-buffering"]) == ("no-cache", "no")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/steps", {"granularity": "op"}),
        ("POST", "/rewind", {"to": 3}),
        ("PATCH", "", {"name": "Other"}),
        ("PATCH", "/parameters", {"edits": [{"tensor": "output.b", "index": [0], "value": 1}]}),
        ("PUT", "/sample", {"x": [0.5, 0.25], "y": [1]}),
    ],
)
def test_every_change_by_whomever_is_told_at_once(api, session, listen, method, path, body):
    session.advance("batch", 3)
    stream = listen(session)
    stream.until_head(lambda head: head["rev"] == 1)

    changed = api.request(method, session.path + path, json=body).json()["session"]

    assert stream.until_head(lambda head: head["rev"] == 2) == changed
    assert losses(stream) == true_losses(session)


def test_through_a_view_no_id_is_told(session, listen):
    stream = listen(session, path=f"/sessions/{session.head['view_id']}")
    stream.until_head(lambda _: True)

    session.advance("op")

    stream.until_head(lambda head: head["rev"] == 1)
    assert session.id not in str(stream.events)


def test_a_run_is_told_to_its_end_with_every_loss(session, listen):
    stream = listen(session)
    stream.until_head(lambda _: True)

    run = over(session, start(session, steps=3000))

    stream.until_run("done")
    runs = [data["run"] for data in stream.named("progress")]
    assert {one["id"] for one in runs} == {run["id"]}
    assert [one["done"] for one in runs] == sorted(one["done"] for one in runs)
    assert runs[-1] == run
    stream.until(lambda found: [e.data for e in found if e.name == "status"] == [{"status": s} for s in RUN_STATUS])
    assert losses(stream) == true_losses(session)
    assert len(losses(stream)) == 3000


RUN_STATUS = ["running", "ready"]


def test_a_cancelled_run_s_end_is_told(session, listen):
    stream = listen(session)
    run = begun(session, start(session))

    cancel(session, run)

    stream.until_run("cancelled")
    assert stream.until_head(lambda head: head["status"] == "ready" and head["rev"] > 0) == session.head


@pytest.fixture
def eager(monkeypatch):
    """Who moves is diagnosed at once."""
    monkeypatch.setattr(events, "DIAGNOSIS_SECONDS", 0)
    monkeypatch.setattr(events, "DIAGNOSIS_SHARE", 1e9)


def test_a_session_that_diverges_is_told(api, listen, eager):
    wild = api.create(net(optimizer={"type": "sgd", "learning_rate": 1e200}))
    stream = listen(wild)
    stream.until_head(lambda _: True)

    wild.advance("batch", 100)

    stream.until(lambda found: ("status", {"status": "diverged"}) in [event[:2] for event in found])
    expected = wild.get("/diagnostics")
    told = {"step": expected["step"], "findings": expected["findings"]}
    stream.until(lambda found: ("diagnosis", finite_back(told)) in [event[:2] for event in found])


def test_findings_are_told_only_when_the_set_of_them_has_changed(session, listen, eager):
    stream = listen(session)
    stream.until(lambda found: any(event.name == "diagnosis" for event in found))
    for rev in range(1, 6):
        session.advance("batch")
        stream.until_head(lambda head, rev=rev: head["rev"] == rev)

    edits = [
        {"tensor": f"hidden1.{name}", "index": index, "value": 0.5}
        for name, shape in (("W", (2, 2)), ("b", (2,)))
        for index in ([[i, j] for i in range(shape[0]) for j in range(2)] if name == "W" else [[0], [1]])
    ]
    edits += [{"tensor": "output.W", "index": [0, i], "value": 0.5} for i in range(2)]
    response = session.api.request("PATCH", f"{session.path}/parameters", json={"edits": edits})
    assert response.status_code == 200, response.text

    stream.until(lambda found: len([event for event in found if event.name == "diagnosis"]) == 2)
    before, after = stream.named("diagnosis")
    assert "symmetric_units" not in [finding["code"] for finding in before["findings"]]
    assert "symmetric_units" in [finding["code"] for finding in after["findings"]]


def test_nobody_who_does_not_listen_is_diagnosed(api, session, monkeypatch):
    monkeypatch.setattr(events, "_findings", lambda _: pytest.fail("somebody was diagnosed"))

    session.advance("batch", 5)
    over(session, start(session, steps=100))

    assert api.app.state.workbench.feeds._feeds == {}


# Coming again


def test_a_reader_that_comes_again_goes_on_where_it_was(session, listen):
    session.advance("batch", 5)
    stream = listen(session)
    stream.until_head(lambda _: True)
    known, last = losses(stream), stream.leave()
    session.advance("batch", 10)

    again = listen(session, last)

    again.until_head(lambda head: head["rev"] == 2)
    assert again.named("head")[0]["metrics"]["loss"]["from"] == 5
    assert losses(again, known) == true_losses(session)


def test_what_has_not_changed_is_not_told_again(session, listen):
    over(session, start(session, steps=3))
    stream = listen(session)
    stream.until(lambda found: {event.name for event in found} == {"head", "diagnosis"})
    last = stream.leave()

    again = listen(session, last)
    again.until_head(lambda _: True)
    session.advance("op")
    again.until_head(lambda head: head["rev"] > 1)

    assert {event.name for event in again.events} == {"head"}


def test_a_run_that_ended_meanwhile_is_told(session, listen):
    stream = listen(session)
    run = begun(session, start(session))
    stream.until_run("running")
    last = stream.leave()
    cancel(session, run)

    again = listen(session, last)

    again.until_run("cancelled")
    again.until(lambda found: ("status", {"status": "ready"}) in [event[:2] for event in found])


@pytest.mark.parametrize("place", ["before", "after"])
def test_after_an_edit_in_the_past_the_losses_are_said_to_be_anew_from_there(api, session, listen, place):
    session.advance("batch", 20)
    stream = listen(session)
    stream.until_head(lambda _: True)
    known = losses(stream)
    after = stream.leave() if place == "before" else None
    edit = {"edits": [{"tensor": "output.b", "index": [0], "value": 3}], "at": 8 * session.ticks_per_step + 2}
    api.request("PATCH", f"{session.path}/parameters", json=edit)
    session.advance("batch", 20)

    if after:
        stream = listen(session, after)
    stream.until_head(lambda head: head["rev"] == 3)

    assert min(data["metrics"]["loss"]["from"] for data in stream.named("head")[1 if not after else 0 :]) == 8
    assert losses(stream, known) == true_losses(session)


def test_after_a_rewind_what_comes_later_counts_no_more(session, listen):
    session.advance("batch", 20)
    stream = listen(session)
    stream.until_head(lambda _: True)

    session.rewind(to=5 * session.ticks_per_step)
    stream.until_head(lambda head: head["rev"] == 2)

    assert stream.named("head")[-1]["metrics"]["loss"] == {"from": 5, "steps": [], "values": []}
    session.rewind(to_rev=1)
    stream.until_head(lambda head: head["rev"] == 3)
    assert losses(stream) == true_losses(session)


@pytest.mark.parametrize("after", ["", "nonsense", "99999.ready..", "1.2.3", "-1.ready..", "\u00b2.ready.."])
def test_an_id_that_is_none_of_this_session_s_is_as_none(session, listen, after):
    session.advance("batch", 3)

    stream = listen(session, after)

    stream.until_head(lambda _: True)
    assert losses(stream) == true_losses(session)


def test_the_losses_that_a_long_run_has_let_go_are_told_in_outline(session, listen, monkeypatch):
    monkeypatch.setattr(events, "POINTS", 100)
    session.advance("batch", 1000)

    stream = listen(session)

    stream.until_head(lambda _: True)
    told, true = losses(stream), true_losses(session)
    assert len(told) <= 100
    assert told.items() <= true.items()
    assert {min(told.values()), max(told.values())} == {min(true.values()), max(true.values())}


# Slow readers, and many


def test_a_slow_reader_misses_heads_and_no_loss_and_holds_up_nobody(session, listen):
    slow, quick = listen(session), listen(session)
    slow.until_head(lambda _: True)
    slow.stop_reading()
    run = start(session, steps=3000)

    over(session, run)
    quick.until_run("done")
    session.advance("op")
    slow.go_on()

    last = session.head["rev"]
    slow.until_head(lambda head: head["rev"] == last)
    assert losses(slow) == true_losses(session)
    assert len(slow.named("head")) < 8


def test_there_are_only_so_many_streams_and_one_that_is_left_makes_room(api_with):
    api = api_with(streams=2)
    session, other = api.create("xor"), api.create("xor")
    streams = [Stream(api, session.path), Stream(api, other.path)]
    for stream in streams:
        stream.until_head(lambda _: True)

    check_problem(api.get(f"{session.path}/events"), "too_many_streams")
    streams[0].leave()
    third = Stream(api, session.path)

    third.until_head(lambda _: True)
    third.leave()
    streams[1].leave()
    assert (api.app.state.workbench.feeds.count, api.app.state.workbench.feeds._feeds) == (0, {})


def test_a_client_s_streams_are_bounded_and_others_have_theirs(api_with):
    api = api_with(client_streams=1)
    session = api.create("mazur")
    first = Stream(api, session.path)
    first.until_head(lambda _: True)

    problem = check_problem(api.get(f"{session.path}/events"), "too_many_streams")

    assert "1 streams" in problem["detail"]
    other = Stream(api, session.path, address="192.0.2.1")
    other.until_head(lambda _: True)
    first.leave()
    other.leave()
    assert api.app.state.workbench.feeds._of_client == {}


def test_a_reader_that_leaves_while_its_losses_are_looked_for_costs_nobody_the_session(session, listen, monkeypatch):
    session.advance("batch", 5)
    held = session.api.app.state.workbench._open[session.id]
    looking, may_go_on, look = threading.Event(), threading.Event(), held.losses_since

    def slowly(*arguments):
        looking.set()
        assert may_go_on.wait(30)
        return look(*arguments)

    monkeypatch.setattr(held, "losses_since_cost", lambda _: 10**9)
    monkeypatch.setattr(held, "losses_since", slowly)
    stream = listen(session)
    assert looking.wait(30)

    stream.leave()
    may_go_on.set()

    assert session.advance("batch")["session"]["step"] == 6
    assert session.api.app.state.workbench._open[session.id] is held


# Ends


def test_a_deleted_session_s_stream_ends(api, session, listen):
    stream = listen(session)
    stream.until_head(lambda _: True)

    api.request("DELETE", session.path)

    assert stream.ended()[-1][:2] == ("status", {"status": "deleted"})
    check_problem(api.get(f"{session.path}/events"), "session_not_found")


def test_an_expired_session_s_stream_ends(api_with):
    api = api_with(sessions=1, expiry_hours=0)
    stream = Stream(api, api.create("xor").path)
    stream.until_head(lambda _: True)

    api.create("xor")

    assert stream.ended()[-1][:2] == ("status", {"status": "expired"})


def test_when_the_server_is_stopped_the_last_word_is_said_first(api_with):
    api = api_with()
    session = api.create(SHUFFLED)
    stream = Stream(api, session.path)
    begun(session, start(session))

    api.call(wind_down, api.app)

    assert stream.ended()[-1][:2] == ("status", {"status": "closing"})
    assert stream.named("progress")[-1]["run"]["status"] == "cancelled"
    assert stream.named("head")[-1]["session"] == session.head
    assert losses(stream) == true_losses(session)


def test_what_changed_just_before_the_server_is_stopped_is_told(api_with):
    api = api_with()
    session = api.create("xor")
    stream = Stream(api, session.path)
    stream.until(lambda found: {event.name for event in found} == {"head", "diagnosis"})
    bench = api.app.state.workbench

    async def change_and_stop():
        await asyncio.sleep(4 * events.PICTURE_SECONDS)  # until the stream waits for news, and not for its next turn
        async with bench.using(session.id) as held:
            bench.keep_command(held, held.advance(1, record=False)[0])
            bench.feeds.close()

    api.call(change_and_stop)

    assert stream.ended()[-1][:2] == ("status", {"status": "closing"})
    assert stream.named("head")[-1]["session"]["t"] == 1


def test_who_takes_no_stream_of_events_is_told(api, session, listen):
    check_problem(api.get(f"{session.path}/events", headers={"accept": "application/json"}), "not_acceptable")
    stream = listen(session, accept="text/event-stream")
    assert stream.until_head(lambda _: True)


def test_a_silent_stream_is_kept_alive_by_comments(session, monkeypatch, listen):
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.05)
    stream = listen(session)

    with stream._more:
        assert stream._more.wait_for(lambda: stream._text.count("\n: ping\n") >= 3, timeout=60)
