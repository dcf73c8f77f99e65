"""The SQLite file: what is there after a kill, a fault, a full disk and damage; and who may open it."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.sessions.errors import RecordDamaged, StorageFull, StoreUnavailable
from app.sessions.sqlite import SqliteStore
from app.sessions.store import Command, Reply, Saved
from tests.sessions.kept import ADVANCED, REWOUND, SPEC, head

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path):
    return str(tmp_path / "folder" / "sessions.sqlite3")


@pytest.fixture
def open_store(place):
    """Opens the file; `open_store()` again is another server's start after the first has ended."""
    opened = []

    def start():
        for store in opened:
            store.close()
        opened.append(SqliteStore(place))
        return opened[-1]

    yield start
    opened[-1].close()


def contents(store):
    """All that a store has, to be compared."""
    sessions = {}
    for session_id in store.ids():
        saved = store.load(session_id)
        kept = [(one.revision, one.start.checkpoint.kept.tobytes()) for one in saved.kept]
        reply = store.reply(session_id, "key")
        sessions[session_id] = (saved.spec, saved.log, saved.start is not None, kept, reply)
    return sessions, {dataset_id: store.get_dataset(dataset_id) for dataset_id in store.dataset_sizes()}


def fill(store):
    store.create("s_1", Saved(SPEC, [ADVANCED], head(1).start, [head(1)]))
    store.create("s_2", Saved({**SPEC, "name": "B"}, [ADVANCED, REWOUND]))
    store.put_dataset("d_1", b"one")


def test_what_was_stored_is_there_after_a_new_start(open_store):
    store = open_store()
    fill(store)
    before = contents(store)

    assert contents(open_store()) == before


def test_what_was_acknowledged_is_there_after_a_kill(place, open_store):
    script = f"""
from app.sessions.sqlite import SqliteStore
from app.sessions.store import Command, Saved
store = SqliteStore({place!r})
store.create("s_1", Saved({SPEC!r}))
revision = 0
while True:
    revision += 1
    store.append("s_1", revision, Command("advance", revision - 1, revision))
    print(revision, flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    for _ in range(200):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    said = process.communicate()[0].splitlines()
    acknowledged = int(said[-1]) if said else 200

    log = open_store().load("s_1").log

    assert len(log) in (acknowledged, acknowledged + 1)
    assert log == [Command("advance", revision, revision + 1) for revision in range(len(log))]


class Faulty:
    """A connection whose `call`-th statement fails: before it is done, or after."""

    def __init__(self, connection, call, done):
        self._connection, self._left, self._done = connection, call, done

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def execute(self, *arguments):
        return self._fail(self._connection.execute, arguments)

    def executemany(self, *arguments):
        return self._fail(self._connection.executemany, arguments)

    def _fail(self, statement, arguments):
        self._left -= 1
        if self._left == 0:
            if self._done:
                statement(*arguments)
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return statement(*arguments)


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.create("s_3", Saved(SPEC, [ADVANCED, REWOUND], head(1).start, [head(1), head(2)])),
        lambda store: store.append("s_1", 2, REWOUND, Reply("s_1", "key", "request", 200, {"ETag": "2"}, b"{}")),
        lambda store: store.keep("s_1", head(2)),
        lambda store: store.delete("s_1"),
        lambda store: store.put_dataset("d_2", b"two"),
        lambda store: store.drop_dataset("d_1"),
    ],
    ids=["create", "append", "keep", "delete", "put_dataset", "drop_dataset"],
)
def test_a_change_that_fails_at_any_of_its_statements_is_there_wholly_or_not_at_all(tmp_path, change, done):
    before = after = None
    for call in range(1, 100):
        place = str(tmp_path / f"{call}.sqlite3")
        store = SqliteStore(place)
        fill(store)
        before = contents(store)
        working = store._db
        store._db = Faulty(working, call, done)
        try:
            change(store)
        except StorageFull:
            store._db = working
            found = contents(store)
            store.close()
            reopened = SqliteStore(place)
            assert contents(reopened) == found
            if found == before:
                change(reopened)
            after = contents(reopened)
            assert found in (before, after)
            reopened.close()
        else:
            store._db = working
            assert contents(store) == after != before
            store.close()
            break
    assert call > 3


def test_on_a_full_disk_nothing_changes_reading_goes_on_and_so_does_writing_when_there_is_room(open_store):
    store = open_store()
    fill(store)
    before = contents(store)
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StorageFull):
        store.put_dataset("d_2", b"x" * 1_000_000)
    while_full = contents(store)
    store._db.execute("PRAGMA max_page_count = 1000000")
    store.put_dataset("d_2", b"x" * 1_000_000)

    assert while_full == before
    assert store.dataset_sizes() == {"d_1": 3, "d_2": 1_000_000}


DAMAGED = {
    "spec": "UPDATE sessions SET record = x'7b7d' WHERE id = 's_1'",
    "command": "UPDATE commands SET record = replace(record, '5', '6') WHERE session = 1",
    "missing command": "UPDATE commands SET revision = 2 WHERE session = 1",
    "start": "UPDATE starts SET record = NULL",
}


@pytest.mark.parametrize("statement", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_record_costs_its_own_session_and_is_said(open_store, caplog, statement):
    store = open_store()
    fill(store)
    others = contents(store)[0]["s_2"]

    store._db.execute(statement)

    with pytest.raises(RecordDamaged) as damaged:
        store.load("s_1")
    assert "s_1" not in damaged.value.detail  # who asks may know it by its view
    assert "s_1 is damaged" in caplog.text
    saved = store.load("s_2")
    assert (saved.spec, saved.log) == others[:2]
    store.delete("s_1")
    assert list(store.ids()) == ["s_2"]


def test_what_sessions_are_made_from_is_listed_without_the_damaged(open_store):
    store = open_store()
    fill(store)

    store._db.execute(DAMAGED["spec"])

    assert [spec["name"] for spec in store.specs()] == ["B"]


def test_a_damaged_checkpoint_is_left_out_and_said(open_store, caplog):
    store = open_store()
    fill(store)
    store.keep("s_1", head(2))

    store._db.execute("UPDATE kept SET record = substr(record, 1, 100) WHERE revision = 2")

    assert [one.revision for one in store.load("s_1").kept] == [1]
    assert "s_1 at revision 2" in caplog.text


def test_a_damaged_data_set_is_said(open_store):
    store = open_store()
    fill(store)

    store._db.execute("UPDATE datasets SET record = x'00'")

    with pytest.raises(RecordDamaged, match="d_1"):
        store.get_dataset("d_1")


def test_a_page_of_the_file_that_is_spoilt_costs_no_more_than_what_stood_there(place, open_store):
    store = open_store()
    store.create("s_1", Saved({**SPEC, "name": "A" * 200_000}))
    store.create("s_2", Saved(SPEC))
    store.close()
    content = Path(place).read_bytes()
    spoilt = content.rfind(b"A" * 1_000)
    with Path(place).open("r+b") as file:
        file.seek(spoilt)
        file.write(os.urandom(1_000))

    store = open_store()

    with pytest.raises(RecordDamaged):
        store.load("s_1")
    assert store.load("s_2").spec == SPEC


# Who may open it


def refusal(place):
    with pytest.raises(StoreUnavailable) as refused:
        SqliteStore(str(place))
    return refused.value.detail


def test_a_second_server_is_told_that_the_file_is_in_use(place, open_store):
    open_store()

    assert refusal(place) == (
        f"The store {place} is in use by another server: stop that one, or name another file with BACKSCOPE_STORE."
    )


def test_a_file_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "text").write_text("no database at all " * 100)
    other = sqlite3.connect(tmp_path / "other")
    other.execute("CREATE TABLE mine (a)")
    other.close()

    assert "is no store of Backscope's" in refusal(tmp_path / "text")
    assert "is a database of something else" in refusal(tmp_path / "other")


def test_a_file_of_a_later_version_is_left_alone(place, open_store):
    store = open_store()
    store._db.execute("PRAGMA user_version = 99")
    store.close()

    assert "was written by a later version of Backscope" in refusal(place)
    later = sqlite3.connect(place)
    later.execute("PRAGMA user_version = 1")
    later.close()


@pytest.mark.parametrize("name", ["", "file/under/a/file"])
def test_a_place_that_cannot_be_written_is_one_sentence_with_the_user(tmp_path, name):
    (tmp_path / "file").touch()

    said = refusal(tmp_path / name)

    assert f"The store {tmp_path / name} cannot be written by user {os.getuid()} (" in said
    assert said.endswith("): give them the folder, or name another file with BACKSCOPE_STORE.")
