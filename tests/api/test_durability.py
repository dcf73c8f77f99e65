"""What outlives the server, and what a session is when its store fails, is full or is damaged."""

import sqlite3
import time

import pytest

from app.api import workbench
from app.engine.training import Training
from app.sessions.errors import RecordDamaged
from app.sessions.sqlite import SqliteStore
from tests.api.problems import check_problem
from tests.api.uploading import POINTS, session, upload
from tests.conftest import Api, Learner


@pytest.fixture
def start(tmp_path):
    """Starts a server on one file; a second call is its next start, after a kill or, with `stopped`, a stop."""
    running = []

    def server(stopped=False, **limits):
        for api in running:
            bench = api.app.state.workbench
            (bench if stopped else bench.store).close()
            api.close()
        running[:] = [Api(store=str(tmp_path / "sessions.sqlite3"), **limits)]
        return running[0]

    yield server
    for api in running:
        api.app.state.workbench.store.close()
        api.close()


def again(api, learner):
    """The same session on another start of the server."""
    return Learner(api, api.get(learner.path).json())


def seen(learner):
    """What a user sees of a session, head and past and curves."""
    head = learner.head
    moments = range(0, head["t"] + 1, max(1, head["t"] // 10))
    return head, learner.get("")["spec"], [learner.frame(t) for t in moments], learner.get("/metrics")


def played(api):
    """A session that has been moved about, and has passed epochs."""
    learner = api.create({"preset": "xor", "shuffle": True, "batch_size": 2})
    learner.advance("batch", 40)
    learner.rewind(to=30)
    learner.advance("op", 50)
    edits = [{"tensor": "hidden1.W", "index": [0, 1], "value": 0.7}]
    assert api.request("PATCH", f"{learner.path}/parameters", json={"edits": edits}).is_success
    settings = {"name": "Mine", "optimizer": {"learning_rate": 0.3}}
    assert api.request("PATCH", learner.path, json=settings).is_success
    learner.rewind(to_rev=1)
    learner.rewind(to_rev=5)
    learner.advance("op", 3)
    return learner


@pytest.mark.parametrize("stopped", [False, True], ids=["killed", "stopped"])
def test_after_a_new_start_every_session_stands_where_it_stood(start, stopped):
    api = start()
    learner, other = played(api), api.create("mazur")
    other.advance("op", 8)
    before = seen(learner), seen(other)

    api = start(stopped)

    assert (seen(again(api, learner)), seen(again(api, other))) == before
    assert again(api, learner).rewind(to_rev=0)["t"] == 0
    assert [head["id"] for head in api.get("/sessions").json()["sessions"]] == [learner.id, other.id]


def test_a_change_that_is_sent_again_after_a_new_start_is_done_once(start):
    api = start()
    learner = api.create("xor")
    request = {"json": {"granularity": "batch", "count": 3}, "headers": {"Idempotency-Key": "mine"}}
    first = api.request("POST", f"{learner.path}/steps", **request)

    second = start().request("POST", f"{learner.path}/steps", **request)

    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.json() == first.json()


def test_after_a_stop_nothing_is_run_again_to_open_a_session(start, monkeypatch):
    learner = start().create("xor")
    learner.advance("batch", 500)
    before = learner.head
    api = start(stopped=True)
    ran, advance = [], Training.advance

    def counted(*arguments, **options):
        ran.append(advance(*arguments, **options))
        return ran[-1]

    monkeypatch.setattr(Training, "advance", counted)

    assert again(api, learner).head == before
    assert sum(ran) == 0


def test_an_uploaded_data_set_and_the_sessions_of_it_outlive_the_server(start):
    api = start()
    data = upload(api, POINTS)
    learner = session(api, data)
    learner.advance("batch", 3)
    before = seen(learner)

    api = start()

    assert api.get(f"/datasets/{data['id']}").json() == data
    assert seen(again(api, learner)) == before


def test_a_session_opens_also_where_the_server_takes_smaller_ones_now(start):
    learner = start().create("xor")
    before = learner.head

    api = start(layers=1, units=1, parameters=1, cells=1)

    assert again(api, learner).head == before
    check_problem(api.post("/sessions", {"preset": "xor"}), "network_too_large")


def test_a_deleted_session_stays_deleted(start):
    api = start()
    gone = api.create("xor")
    api.request("DELETE", gone.path)

    check_problem(start().get(gone.path), "session_not_found")


# A store that fails


@pytest.fixture
def failing(monkeypatch):
    """Lets the store's statements fail from the given one on: `failing(api, code, 2)`; `failing(api)` ends that."""

    def fail(api, code=None, first=1):
        store = api.app.state.workbench.store
        connection = getattr(store._db, "connection", store._db)
        store._db = Failing(connection, code, first) if code else connection

    return fail


class Failing:
    """A connection whose statements fail, from the `first` on."""

    def __init__(self, connection, code, first):
        self.connection, self.code, self.left = connection, code, first

    def __getattr__(self, name):
        return getattr(self.connection, name)

    def execute(self, *arguments):
        self.left -= 1
        if self.left <= 0:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = self.code
            raise error
        return self.connection.execute(*arguments)


STATES = [(sqlite3.SQLITE_FULL, "storage_full"), (sqlite3.SQLITE_IOERR, "store_unavailable")]
CHANGES = {
    "create": ("POST", "/sessions", {"preset": "xor"}),
    "advance": ("POST", "{path}/steps", {"granularity": "batch", "count": 3}),
    "rewind": ("POST", "{path}/rewind", {"to": 5}),
    "delete": ("DELETE", "{path}", None),
}


@pytest.mark.parametrize(("state", "code"), STATES, ids=["full", "unavailable"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_there_wholly_or_not_at_all_wherever_the_store_fails(start, failing, state, code, change):
    api = start()
    learner = api.create("xor")
    learner.advance("batch", 10)
    before, sessions = seen(learner), api.get("/sessions").json()
    method, path, body = change
    for first in range(1, 20):
        failing(api, state, first)
        answer = api.request(method, path.format(path=learner.path), json=body)
        failing(api)
        if answer.is_success:
            break
        check_problem(answer, code)
        assert seen(learner) == before
        assert api.get("/sessions").json() == sessions

    assert answer.is_success
    assert first > 3
    assert api.get("/sessions").json() != sessions


def test_on_a_full_disk_reading_goes_on_and_with_room_so_does_the_session(start, failing):
    api = start()
    learner = api.create("xor")
    learner.advance("batch", 10)
    store = api.app.state.workbench.store
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    answers = [api.post(f"{learner.path}/steps", {"granularity": "op"}) for _ in range(300)]
    acknowledged = [answer for answer in answers if answer.status_code == 200]

    check_problem(answers[-1], "storage_full")
    while_full = seen(learner)
    assert while_full[0]["rev"] == 1 + len(acknowledged)
    assert api.get("//readyz").status_code == 200
    store._db.execute("PRAGMA max_page_count = 100000")

    assert seen(learner) == while_full
    assert learner.advance("op")["session"]["rev"] == 2 + len(acknowledged)


def test_a_checkpoint_that_cannot_be_kept_does_not_fail_the_command(start, failing, monkeypatch, caplog):
    monkeypatch.setattr("app.sessions.session.REPLAY", 10)
    api = start()
    learner = api.create("xor")
    append = SqliteStore.append

    def then_full(store, *arguments):
        append(store, *arguments)
        failing(api, sqlite3.SQLITE_FULL)

    monkeypatch.setattr(SqliteStore, "append", then_full)
    head = learner.advance("batch", 10)["session"]
    monkeypatch.setattr(SqliteStore, "append", append)
    failing(api)

    assert "could not be kept" in caplog.text
    assert again(start(), learner).head == head


def test_the_server_is_ready_when_its_store_answers(start, failing):
    api = start()
    assert api.get("//readyz").json() == {"status": "ok"}

    failing(api, sqlite3.SQLITE_IOERR)

    check_problem(api.get("//readyz"), "store_unavailable")
    assert api.get("//livez").status_code == 200


def test_a_damaged_session_is_said_can_be_deleted_and_costs_no_other(start):
    api = start()
    damaged, whole = played(api), played(api)
    before = seen(whole)
    api = start()
    api.app.state.workbench.store._db.execute("UPDATE commands SET record = x'00' WHERE session = 1 AND revision = 2")

    problem = check_problem(api.get(damaged.path), "internal_error")

    assert problem["title"] == RecordDamaged.title
    assert "does not match its checksum" in problem["detail"]
    assert [head["id"] for head in api.get("/sessions").json()["sessions"]] == [whole.id]
    assert seen(again(api, whole)) == before
    assert api.request("DELETE", damaged.path).status_code == 204
    check_problem(api.get(damaged.path), "session_not_found")


# Sessions that are held open


def test_only_as_many_sessions_are_held_open_as_fit_and_the_others_come_back(start):
    api = start(cache_bytes=0)
    learners = [played(api) for _ in range(3)]
    before = [seen(learner) for learner in learners]

    held = list(api.app.state.workbench._open)

    assert held == [learners[-1].id]
    assert [seen(learner) for learner in learners] == before


def test_the_session_used_last_is_held_open_and_the_one_before_it_closed(start):
    api = start()
    bench = api.app.state.workbench
    first, second = played(api), played(api)
    bench.settings.cache_bytes = sum(bench._sizes.values())
    assert first.head["rev"] == 8

    third = played(api)

    assert list(bench._open) == [first.id, third.id]
    assert second.head["rev"] == 8


def test_on_a_full_server_the_session_that_was_not_used_for_longest_gives_way(start):
    api = start(sessions=2, expiry_hours=0)
    first, second = api.create("xor"), api.create("xor")
    first.advance("op")

    third = api.create("xor")

    check_problem(api.get(second.path), "session_expired")
    check_problem(api.post(f"{second.path}/steps", {"granularity": "op"}), "session_expired")
    assert [head["id"] for head in api.get("/sessions").json()["sessions"]] == [first.id, third.id]
    check_problem(start(sessions=2).get(second.path), "session_expired")


def test_who_has_a_link_to_look_is_told_too_that_a_session_has_given_way(start):
    api = start(sessions=1, expiry_hours=0)
    first = f"/sessions/{api.create('xor').head['view_id']}"
    assert api.get(first).status_code == 200
    second = f"/sessions/{api.create('xor').head['view_id']}"

    for _ in range(2):
        check_problem(api.get(first), "session_expired")
        check_problem(api.get("/sessions/v_elsewhere"), "session_not_found")
        assert api.get(second).status_code == 200
        api = start(sessions=1, expiry_hours=0)


def test_of_very_many_sessions_that_gave_way_the_links_are_not_all_kept(start, monkeypatch):
    monkeypatch.setattr(workbench, "VIEWS", 3)
    api = start(sessions=1, expiry_hours=0)
    views = []
    for _ in range(6):
        views.append(api.create("xor").head["view_id"])
        api.get(f"/sessions/{views[0]}")

    assert len(api.app.state.workbench._views or {}) <= 6
    assert api.get(f"/sessions/{views[-1]}").status_code == 200
    check_problem(api.get(f"/sessions/{views[-2]}"), "session_expired")


def test_no_session_gives_way_to_one_that_is_refused(start):
    api = start(sessions=1, expiry_hours=0)
    only = api.create("xor")

    check_problem(api.post("/sessions", {"preset": "xor", "batch_size": 9}), "invalid_request")
    check_problem(api.post(f"{only.path}/fork", {"spec": {"batch_size": 9}}), "invalid_request")

    assert only.head["rev"] == 0


def test_a_session_that_was_used_lately_does_not_give_way(start):
    api = start(sessions=1, expiry_hours=1)
    only = api.create("xor")

    check_problem(api.post("/sessions", {"preset": "xor"}), "at_capacity")

    assert only.head["rev"] == 0


def test_a_session_that_is_deleted_while_it_is_opened_is_gone(start, monkeypatch):
    path = start().create("xor").path
    api = start()
    load = SqliteStore.load

    def slow(store, session_id):
        saved = load(store, session_id)
        time.sleep(0.3)
        return saved

    monkeypatch.setattr(SqliteStore, "load", slow)

    read, deleted = api.together(("GET", path, {}), ("DELETE", path, {}))

    assert deleted.status_code == 204
    check_problem(read, "session_not_found")
    check_problem(api.get(path), "session_not_found")
    assert not api.app.state.workbench._open
