"""Runs in the background: what they do is what steps do, they can be watched and cancelled, and they share the time."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from app.api import running
from app.api.running import Turn
from app.api.schemas.runs import RunAnswer
from app.api.workbench import Workbench
from app.main import create_app, wind_down
from app.sessions.session import Session
from app.settings import Settings
from tests.api.background import ENDLESS, SHUFFLED, begun, cancel, look, over, start, until
from tests.api.problems import check_problem
from tests.api.test_retries import CHANGES as RETRIED
from tests.engine.nets import net


@pytest.fixture
def session(api):
    return api.create(SHUFFLED)


@pytest.mark.parametrize(
    ("asked", "granularity", "count", "total"),
    [({"steps": 250}, "batch", 250, 250), ({"epochs": 40}, "epoch", 40, 79), ({"steps": 1}, "batch", 1, 1)],
)
def test_a_run_does_what_steps_do_and_first_finishes_the_present_step(api, session, asked, granularity, count, total):
    stepped = api.create(SHUFFLED)
    for learner in (session, stepped):
        learner.advance("batch", 1)
        learner.advance("op", 4)

    run = over(session, start(session, **asked))

    stepped.advance(granularity, count)
    assert (run["status"], run["done"], run["total"]) == ("done", total, total)
    assert (run["until"], run["reached"], run["seconds_left"]) == (None, False, None)
    assert run["steps_per_second"] > 0
    told = ("t", "step", "status", "loss", "state_sha256")
    assert [session.head[name] for name in told] == [stepped.head[name] for name in told]
    assert session.get("/metrics") == {**stepped.get("/metrics"), "session": session.head}


def test_a_run_says_how_far_it_is_while_the_session_is_read_and_forked(api, session):
    run = begun(session, start(session))

    answer = session.get(f"/runs/{run['id']}")

    RunAnswer.model_validate(answer)
    found, head = answer["run"], answer["session"]
    assert (found["status"], head["status"], head["tick"]) == ("running", "running", 0)
    assert found["done"] == head["step"]
    assert found["seconds_left"] == pytest.approx((found["total"] - found["done"]) / found["steps_per_second"])
    assert session.frame(head["t"])["output.W"] is not None
    assert session.get("/metrics")["series"]["loss"]["steps"][-1] >= head["step"] - 1
    assert api.post(f"{session.path}/predictions", {"x": [[0, 1]]}).status_code == 200
    edit = {"tensor": "output.b", "index": [0], "value": 1}
    assert api.post(f"{session.path}/previews", {"edits": [edit], "t": 5}).status_code == 200
    fork = api.post(f"{session.path}/fork", {"at": head["t"]})
    assert (fork.json()["session"]["status"], fork.json()["session"]["t"]) == ("ready", head["t"])
    assert cancel(session, run)["status"] == "cancelled"


@pytest.mark.parametrize(("method", "path", "body"), [*RETRIED[:-1], ("POST", "/runs", {"steps": 1})])
def test_while_a_run_goes_on_nothing_else_changes_the_session(api, session, method, path, body):
    session.advance("batch", 5)
    run = start(session)

    problem = check_problem(api.request(method, session.path + path, json=body), "run_active")

    assert run["id"] in problem["detail"]
    check_problem(api.request(method, session.path + path, json=body, headers={"If-Match": '"99"'}), "run_active")
    assert cancel(session, run)["status"] == "cancelled"
    assert [row["kind"] for row in session.get("/log")["commands"]] == ["advance"]


def test_a_cancelled_run_stands_at_a_whole_step_and_stays_cancelled(session):
    session.advance("op", 3)
    run = begun(session, start(session))

    cancelled = cancel(session, run)

    assert (cancelled["status"], cancelled["reached"]) == ("cancelled", False)
    assert (session.head["status"], session.head["step"], session.head["tick"]) == ("ready", cancelled["done"], 0)
    assert cancel(session, run) == cancelled == look(session, run)
    assert session.advance("batch")["session"]["step"] == cancelled["done"] + 1


def test_a_run_that_is_over_is_not_cancelled(session):
    run = over(session, start(session, steps=3))

    assert cancel(session, run) == run
    assert run["status"] == "done"


@pytest.mark.parametrize("ticks", [0, 4])
def test_a_run_ends_after_the_first_step_whose_loss_is_below(api, session, ticks):
    stepped = api.create(SHUFFLED)
    if ticks:
        session.advance("op", ticks)
        stepped.advance("op", ticks)
    losses = [stepped.advance("batch")["session"]["loss"] for _ in range(400)]
    bound = sorted(losses)[40]

    run = over(session, start(session, **ENDLESS, until={"loss_below": bound}))

    first = next(step for step, loss in enumerate(losses) if loss < bound)
    assert (run["status"], run["reached"], run["until"]) == ("done", True, {"loss_below": bound})
    assert run["done"] == session.head["step"] == first + 1
    assert (session.head["loss"], session.head["tick"]) == (losses[first], 0)


def test_a_condition_that_held_before_the_run_is_looked_at_after_a_step(session):
    session.advance("batch", 3)

    run = over(session, start(session, steps=5, until={"loss_below": 1e9}))

    assert (run["done"], run["total"], run["reached"]) == (1, 5, True)
    assert session.head["step"] == 4


def test_a_condition_that_never_holds_lets_the_run_come_to_its_end(session):
    run = over(session, start(session, steps=100, until={"loss_below": -1}))

    assert (run["status"], run["done"], run["reached"]) == ("done", 100, False)


def test_a_run_whose_loss_is_not_finite_has_diverged(api):
    wild = api.create(net(optimizer={"type": "sgd", "learning_rate": 1e200}))

    run = over(wild, start(wild, steps=1000, until={"loss_below": 0}))

    assert run["status"] == "diverged"
    assert run["done"] == wild.head["step"] < 1000
    assert wild.head["status"] == "diverged"
    check_problem(api.post(f"{wild.path}/runs", {"steps": 1}), "session_diverged")


def test_a_run_is_one_row_of_the_log_and_each_of_its_revisions_can_be_gone_back_to(session):
    session.advance("batch", 2)
    run = begun(session, start(session))
    seen = session.head
    cancel(session, run)

    assert len(session.get("/log")["commands"]) == 1
    back = session.rewind(to_rev=seen["rev"])
    assert (back["t"], back["state_sha256"]) == (seen["t"], seen["state_sha256"])


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "invalid_request", ""),
        ({"steps": 1, "epochs": 1}, "invalid_request", ""),
        ({"steps": 0}, "invalid_request", "/steps"),
        ({"epochs": 1.5}, "invalid_request", "/epochs"),
        ({"steps": 1, "until": {}}, "invalid_request", "/until/loss_below"),
        ({"steps": 1, "until": {"loss_below": "0"}}, "invalid_request", "/until/loss_below"),
        ({"steps": 10_000_001}, "count_too_large", "/steps"),
        ({"epochs": 2**53}, "count_too_large", "/epochs"),
    ],
)
def test_a_run_that_cannot_be_had_is_refused(api, session, body, code, pointer):
    problem = check_problem(api.post(f"{session.path}/runs", body), code)

    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert session.head["status"] == "ready"


def test_the_latest_runs_of_a_session_are_known_and_no_other_s(api, session):
    runs = [over(session, start(session, steps=1)) for _ in range(9)]

    check_problem(api.get(f"{session.path}/runs/{runs[0]['id']}"), "not_found")
    assert [look(session, run) for run in runs[1:]] == runs[1:]
    check_problem(api.get(f"{api.create('xor').path}/runs/{runs[8]['id']}"), "not_found")
    check_problem(api.request("DELETE", f"{session.path}/runs/r_0"), "not_found")
    check_problem(api.request("DELETE", "/sessions/s_0/runs/r_0"), "session_not_found")


def test_by_the_view_s_id_a_run_can_be_watched_and_not_changed(api, session):
    run = begun(session, start(session))
    view = f"/sessions/{session.head['view_id']}"

    found = api.get(f"{view}/runs/{run['id']}").json()

    assert "id" not in found["session"]
    assert found["run"]["id"] == run["id"]
    check_problem(api.request("DELETE", f"{view}/runs/{run['id']}"), "read_only")
    check_problem(api.post(f"{view}/runs", {"steps": 1}), "read_only")
    assert cancel(session, run)["status"] == "cancelled"


def test_a_run_that_is_asked_for_again_with_its_key_is_one_run(api, session):
    request = {"json": {"steps": 3}, "headers": {"Idempotency-Key": "mine"}}
    first = api.request("POST", f"{session.path}/runs", **request)
    over(session, first.json()["run"])

    again = api.request("POST", f"{session.path}/runs", **request)

    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (202, "true")
    assert (again.json(), again.headers["location"]) == (first.json(), first.headers["location"])
    assert session.head["step"] == 3


def test_a_cancelling_that_is_sent_again_with_its_key_is_answered_as_before(api, session):
    run = begun(session, start(session))
    request = {"headers": {"Idempotency-Key": "mine"}}
    first = api.request("DELETE", f"{session.path}/runs/{run['id']}", **request)
    session.advance("op")

    again = api.request("DELETE", f"{session.path}/runs/{run['id']}", **request)

    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()


def test_a_run_is_started_only_at_the_revision_that_it_was_meant_for(api, session):
    session.advance("op")

    stale = api.post(f"{session.path}/runs", {"steps": 1}, headers={"If-Match": '"0"'})
    meant = api.post(f"{session.path}/runs", {"steps": 1}, headers={"If-Match": '"1"'})

    assert (stale.status_code, stale.json()["code"]) == (412, "stale_revision")
    assert (meant.status_code, meant.headers["etag"]) == (202, '"1"')


def test_a_session_that_is_deleted_takes_its_run_along(api, session):
    run = begun(session, start(session))
    (own,) = api.app.state.workbench.runs[session.id]

    assert api.request("DELETE", session.path).status_code == 204

    check_problem(api.get(f"{session.path}/runs/{run['id']}"), "session_not_found")
    assert session.id not in api.app.state.workbench.runs
    end = time.monotonic() + 60
    while own.is_running:
        assert time.monotonic() < end
        time.sleep(0.005)
    assert (own.status, own.detail) == ("cancelled", None)


def test_where_the_store_fails_the_run_ends_and_the_session_stands_at_what_is_kept(api_with, monkeypatch):
    api = api_with()
    session = api.create(SHUFFLED)
    run = begun(session, start(session))
    store = api.app.state.workbench.store

    def full(*_):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(store, "_add_command", full)
    failed = over(session, run)
    monkeypatch.undo()

    assert failed["status"] == "failed"
    assert "The disk of the store is full" in failed["detail"]
    head = session.head
    assert (head["status"], head["step"], head["rev"]) == ("ready", failed["done"], len(store.load(session.id).log))
    assert session.advance("batch")["session"]["step"] == failed["done"] + 1


def test_a_mistake_of_the_server_s_ends_the_run_and_stands_in_its_log(api_with, monkeypatch, caplog):
    session = api_with().create(SHUFFLED)
    run = begun(session, start(session))

    monkeypatch.setattr(running, "median_low", lambda _: 1 / 0)
    failed = over(session, run)
    monkeypatch.undo()

    assert failed["status"] == "failed"
    assert f"Run {run['id']} of session {session.id} failed" in caplog.text
    assert session.head["step"] == failed["done"]


def test_a_session_that_runs_is_held_open(api_with):
    api = api_with(cache_bytes=0)
    session = api.create(SHUFFLED)
    run = begun(session, start(session))
    held = api.app.state.workbench._open[session.id]

    api.create("xor")

    assert api.app.state.workbench._open[session.id] is held
    assert cancel(session, run)["status"] == "cancelled"


def test_runs_of_several_sessions_all_go_on(api):
    sessions = [api.create(SHUFFLED) for _ in range(4)]
    runs = [start(session) for session in sessions]

    for session, run in zip(sessions, runs, strict=True):
        until(session, run, lambda found: found["done"] > 300)

    assert {cancel(*pair)["status"] for pair in zip(sessions, runs, strict=True)} == {"cancelled"}


@pytest.fixture
def waiting(api, monkeypatch):
    """A session whose run has to wait for its turn for as long as the test goes on, and the run."""
    slow, free, was_held = api.create(SHUFFLED), Event(), Event()

    def held(session, *args, advance=Session.advance, **options):
        if session.id == slow.path.rpartition("/")[2]:
            was_held.set()
            assert free.wait(60)
        return advance(session, *args, **options)

    monkeypatch.setattr(Session, "advance", held)
    session = api.create(SHUFFLED)
    other = start(slow)
    assert was_held.wait(20)
    run = start(session)
    yield session, run
    free.set()
    for pair in (slow, other), (session, run):
        cancel(*pair)


def soon(ask, *args):
    """The answer, without waiting for longer than anybody's turn takes."""
    reader = ThreadPoolExecutor(1)
    try:
        return reader.submit(ask, *args).result(10)
    finally:
        reader.shutdown(wait=False)


def test_a_session_whose_run_waits_for_its_turn_can_be_read(waiting):
    session, _ = waiting

    assert soon(session.get, "/frames/0")["t"] == 0


def test_a_frame_has_another_tag_when_its_head_says_something_else(api, waiting):
    session, run = waiting
    running = soon(api.get, f"{session.path}/frames/0")
    soon(cancel, session, run)

    ready = api.get(f"{session.path}/frames/0", headers={"if-none-match": running.headers["etag"]})

    assert (ready.status_code, ready.json()["session"]["status"]) == (200, "ready")
    assert running.json()["session"]["rev"] == ready.json()["session"]["rev"]


def test_a_run_that_waits_for_its_turn_is_cancelled_at_once_and_makes_room_for_another(api, waiting):
    session, run = waiting

    assert soon(cancel, session, run)["status"] == "cancelled"
    assert session.head["status"] == "ready"
    another = soon(start, session)
    assert soon(cancel, session, another)["status"] == "cancelled"


def test_a_session_that_is_read_for_long_holds_up_its_own_run_only(api, monkeypatch):
    read, other = api.create(SHUFFLED), api.create(SHUFFLED)
    free, was_held = Event(), Event()

    def held(session, *args, diagnose=Session.diagnose):
        was_held.set()
        assert free.wait(60)
        return diagnose(session, *args)

    monkeypatch.setattr(Session, "diagnose", held)
    runs = [start(session) for session in (read, other)]

    with ThreadPoolExecutor(1) as reader:
        answer = reader.submit(read.get, "/diagnostics", t=0)
        assert was_held.wait(20)
        before = look(other, runs[1])["done"]
        try:
            until(other, runs[1], lambda found: found["done"] > before + 500)
        finally:
            free.set()
        assert answer.result(20)["t"] == 0

    assert {cancel(read, runs[0])["status"], cancel(other, runs[1])["status"]} == {"cancelled"}


def test_what_a_run_did_is_kept_before_another_goes_on(api, monkeypatch):
    done, kept, ahead = [], [], []

    def advance(session, *args, advance=Session.advance, **options):
        ahead.append(len(done) - len(kept))
        done.append(session.id)
        return advance(session, *args, **options)

    def keep(bench, session, *args, keep=Workbench.keep_command, **options):
        kept.append(session.id)
        return keep(bench, session, *args, **options)

    monkeypatch.setattr(Session, "advance", advance)
    monkeypatch.setattr(Workbench, "keep_command", keep)
    sessions = [api.create(SHUFFLED) for _ in range(8)]

    runs = [start(session) for session in sessions]
    for session, run in zip(sessions, runs, strict=True):
        until(session, run, lambda found: found["done"] > 100)
    for session, run in zip(sessions, runs, strict=True):
        cancel(session, run)

    assert set(ahead) == {0}


@pytest.mark.parametrize("share", [0.02, 0.003])
def test_runs_get_the_same_share_of_time_whatever_their_steps_cost(monkeypatch, share):
    clock = [0.0]
    monkeypatch.setattr(running.time, "thread_time", lambda: clock[0])
    costs = [2e-5, 1e-3, 0.0031, 0.017, 0.07]
    turns, used = [Turn() for _ in costs], [0.0 for _ in costs]

    while clock[0] < 30:
        for i, (turn, cost) in enumerate(zip(turns, costs, strict=True)):
            if turn.begins(share):
                steps = turn.steps
                clock[0] += steps * cost
                used[i] += steps * cost
                assert steps == 1 or steps * cost <= 2.01 * share
                turn.ends(steps, share)

    assert max(used) < 1.1 * min(used)


@pytest.mark.parametrize("hit", [0, 1, 5])
def test_what_happens_to_fall_into_a_turn_is_not_paid_for_by_the_run(monkeypatch, hit):
    own = [0.0]
    monkeypatch.setattr(running.time, "thread_time", lambda: own[0])
    turn = Turn()
    for i in range(7):
        steps = turn.steps
        assert turn.begins(0.02)
        own[0] += 0.001 * steps + (0.5 if i == hit else 0)
        turn.ends(steps, 0.02)

    assert turn.begins(0.02)
    assert turn.steps >= 19


def test_a_server_that_is_stopped_ends_runs_and_changes_nothing_more(api_with):
    api = api_with()
    session, app = api.create(SHUFFLED), api.app
    run = begun(session, start(session))

    api.call(wind_down, app)

    for method, path, body in [
        ("POST", f"{session.path}/steps", {}),
        ("POST", f"{session.path}/runs", {"steps": 1}),
        ("POST", "/sessions", {"preset": "xor"}),
        ("DELETE", session.path, None),
        ("POST", "/datasets", {"columns": ["x", "y"], "rows": [[1, 2], [3, 4]]}),
    ]:
        check_problem(api.request(method, path, json=body), "shutting_down")
    assert look(session, run)["status"] == "cancelled"
    assert session.head["step"] == look(session, run)["done"]


def test_a_new_server_knows_no_run_of_the_old_one():
    assert create_app(Settings(store=":memory:")).state.workbench.runs == {}
