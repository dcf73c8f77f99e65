"""The contract of every store. A new one is a new row in `store`."""

import pytest

from app.sessions import sqlite
from app.sessions import store as stores
from app.sessions.errors import DatasetNotFound, SessionExpired, SessionNotFound
from app.sessions.sqlite import SqliteStore
from app.sessions.store import Command, Kept, Reply, Saved, client_owner
from tests.sessions.kept import ADVANCED, REWOUND, SPEC, head


@pytest.fixture(params=["file", "memory"])
def store(request, tmp_path):
    made = SqliteStore(":memory:" if request.param == "memory" else str(tmp_path / "sessions.sqlite3"))
    yield made
    made.close()


def test_what_was_created_is_loaded(store):
    store.create("s_1", Saved(SPEC, [ADVANCED]))

    assert store.load("s_1") == Saved(SPEC, [ADVANCED])


def test_commands_are_appended_in_order(store):
    store.create("s_1", Saved(SPEC))

    store.append("s_1", 1, ADVANCED)
    store.append("s_1", 2, REWOUND)

    assert store.load("s_1").log == [ADVANCED, REWOUND]


@pytest.mark.parametrize("revision", [0, 1, 3])
def test_a_command_that_does_not_follow_is_refused_and_not_kept(store, revision):
    store.create("s_1", Saved(SPEC, [ADVANCED]))

    with pytest.raises(ValueError, match=f"revision {revision} does not follow"):
        store.append("s_1", revision, REWOUND)

    assert store.load("s_1").log == [ADVANCED]


def test_what_is_done_to_a_saved_session_outside_does_not_change_it_inside(store):
    saved = Saved(SPEC)
    store.create("s_1", saved)

    saved.log.append(ADVANCED)
    store.load("s_1").log.append(ADVANCED)

    assert store.load("s_1").log == []


def test_the_details_of_a_command_come_back_as_they_were(store):
    details = {"edits": [{"tensor": "hidden1.W", "index": [0, 1], "value": 0.1}], "was": [float("inf")], "at": 3}
    store.create("s_1", Saved(SPEC))

    store.append("s_1", 1, Command("edit", 5, 0, details))

    assert store.load("s_1").log == [Command("edit", 5, 0, details)]


CLIENT = client_owner("192.0.2.1")


def reply(key, body=b"{}", owner="s_1"):
    return Reply(owner, key, "the request", 200, {"etag": '"1"'}, body)


def test_a_reply_is_kept_with_what_was_done(store):
    store.create("s_1", Saved(SPEC), reply("made", owner=CLIENT))
    store.append("s_1", 1, ADVANCED, reply("moved", b"\x00{}"))

    assert store.reply(CLIENT, "made") == reply("made", owner=CLIENT)
    assert store.reply("s_1", "moved") == reply("moved", b"\x00{}")
    assert store.reply("s_1", "made") is None
    assert store.reply("s_2", "moved") is None


def test_a_reply_is_kept_that_comes_with_no_command(store):
    store.create("s_1", Saved(SPEC))

    store.keep_reply("s_1", reply("asked"))

    assert store.reply("s_1", "asked") == reply("asked")
    assert store.load("s_1").log == []
    with pytest.raises(SessionNotFound):
        store.keep_reply("s_2", reply("asked", owner="s_2"))
    assert store.reply("s_2", "asked") is None


def test_a_command_that_is_not_kept_has_no_reply(store):
    store.create("s_1", Saved(SPEC))

    with pytest.raises(ValueError, match="does not follow"):
        store.append("s_1", 2, ADVANCED, reply("moved"))

    assert store.reply("s_1", "moved") is None


def test_the_replies_of_a_deleted_session_are_gone_and_that_of_its_deletion_is_there(store):
    store.create("s_1", Saved(SPEC))
    store.append("s_1", 1, ADVANCED, reply("moved"))

    store.delete("s_1", reply("taken away", owner=CLIENT))

    assert store.reply("s_1", "moved") is None
    assert store.reply(CLIENT, "taken away") == reply("taken away", owner=CLIENT)


def test_the_latest_replies_of_a_session_are_kept(store):
    store.create("s_1", Saved(SPEC), reply("made", owner=CLIENT))
    for revision in range(1, stores.REPLIES + 3):
        store.append("s_1", revision, ADVANCED, reply(f"k{revision}"))

    assert [store.reply("s_1", f"k{revision}") for revision in (1, 2)] == [None, None]
    assert store.reply("s_1", "k3") == reply("k3")
    assert store.reply(CLIENT, "made") == reply("made", owner=CLIENT)


def test_the_replies_of_all_clients_together_are_bounded_and_no_session_s_go(store, monkeypatch):
    monkeypatch.setattr("app.sessions.store.CLIENT_REPLIES", 3)
    store.create("s_0", Saved(SPEC))
    store.append("s_0", 1, ADVANCED, reply("moved", owner="s_0"))
    owners = [client_owner(f"192.0.2.{i}") for i in range(5)]

    for i, owner in enumerate(owners, 1):
        store.create(f"s_{i}", Saved(SPEC), reply("made", owner=owner))

    assert [store.reply(owner, "made") is not None for owner in owners] == [False, False, True, True, True]
    assert store.reply("s_0", "moved") is not None


def test_large_replies_give_way_but_for_the_latest(store):
    large = b"x" * (stores.REPLY_BYTES // 2)
    store.create("s_1", Saved(SPEC))
    for revision, key in enumerate("abc", 1):
        store.append("s_1", revision, ADVANCED, reply(key, large))
    assert [store.reply("s_1", key) is not None for key in "abc"] == [False, False, True]

    store.append("s_1", 4, ADVANCED, reply("d", large * 3))

    assert [store.reply("s_1", key) is not None for key in "cd"] == [False, True]


def test_ids_are_listed_oldest_first(store):
    for session_id in ("s_2", "s_1", "s_3"):
        store.create(session_id, Saved(SPEC))
    store.append("s_1", 1, ADVANCED)

    assert list(store.ids()) == ["s_2", "s_1", "s_3"]


def test_a_deleted_session_is_gone_and_the_others_are_there(store):
    store.create("s_1", Saved(SPEC))
    store.create("s_2", Saved(SPEC))

    store.delete("s_1")

    assert list(store.ids()) == ["s_2"]
    for call in (
        lambda: store.load("s_1"),
        lambda: store.append("s_1", 1, ADVANCED),
        lambda: store.delete("s_1"),
    ):
        with pytest.raises(SessionNotFound):
            call()


def test_an_empty_store_has_no_sessions(store):
    assert list(store.ids()) == []
    with pytest.raises(SessionNotFound):
        store.load("s_1")


def test_a_data_set_that_was_put_is_there_byte_for_byte(store):
    store.put_dataset("d_1", b"\x00one\n\xff")

    assert store.get_dataset("d_1") == b"\x00one\n\xff"


def test_what_is_kept_under_an_id_never_changes(store):
    store.put_dataset("d_1", b"one")
    store.put_dataset("d_1", b"another")

    assert store.get_dataset("d_1") == b"one"


def test_the_sizes_of_data_sets_are_listed_oldest_first(store):
    assert store.dataset_sizes() == {}

    store.put_dataset("d_2", b"two")
    store.put_dataset("d_1", b"o")
    store.put_dataset("d_2", b"two")

    assert list(store.dataset_sizes().items()) == [("d_2", 3), ("d_1", 1)]


def test_a_data_set_that_was_dropped_is_gone_and_the_others_are_there(store):
    store.put_dataset("d_1", b"one")
    store.put_dataset("d_2", b"two")

    store.drop_dataset("d_1")

    assert list(store.dataset_sizes()) == ["d_2"]
    for call in (store.get_dataset, store.drop_dataset):
        with pytest.raises(DatasetNotFound):
            call("d_1")
    store.put_dataset("d_1", b"again")
    assert store.get_dataset("d_1") == b"again"


def plain(start):
    """Everything of a checkpoint, to be compared."""
    checkpoint = start.checkpoint
    arrays = [(array.tobytes(), array.dtype) for array in (checkpoint.kept, checkpoint.order, checkpoint.loss)]
    return checkpoint.step, checkpoint.epoch, checkpoint.generator, arrays, start.ticks


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_start_and_what_was_kept_are_loaded_bit_for_bit(store, dtype):
    start, kept = head(3, 4, dtype=dtype).start, head(7, 2, dtype=dtype)
    store.create("s_1", Saved(SPEC, [ADVANCED], start))

    store.keep("s_1", kept)

    loaded = store.load("s_1")
    assert plain(loaded.start) == plain(start)
    assert [(one.revision, plain(one.start), one.state_sha256) for one in loaded.kept] == [
        (7, plain(kept.start), kept.state_sha256)
    ]


def test_what_is_kept_stays_bounded_spread_and_has_the_newest(store):
    store.create("s_1", Saved(SPEC))
    kept = head(1)

    for revision in range(1, 500):
        store.keep("s_1", Kept(revision, kept.start, ""))

    revisions = [one.revision for one in store.load("s_1").kept]
    assert 16 <= len(revisions) <= 32
    assert revisions[-1] == 499
    assert revisions[0] < 100


def test_large_heads_are_bounded_in_bytes_and_the_newest_stays(store, monkeypatch):
    monkeypatch.setattr(sqlite, "CHECKPOINT_BYTES", 10)
    store.create("s_1", Saved(SPEC))

    store.keep("s_1", head(1))
    store.keep("s_1", head(2))

    assert [one.revision for one in store.load("s_1").kept] == [2]


def test_of_a_session_that_is_not_there_nothing_is_kept(store):
    with pytest.raises(SessionNotFound):
        store.keep("s_1", head(1))


def test_what_sessions_are_made_from_is_listed_oldest_first(store):
    store.create("s_2", Saved(SPEC, [ADVANCED]))
    store.create("s_1", Saved({**SPEC, "name": "B"}))

    assert list(store.specs()) == [SPEC, {**SPEC, "name": "B"}]


def test_a_store_that_answers_passes_its_check(store):
    store.check()


def test_the_session_without_a_command_for_longest_expires_and_that_is_said_of_it():
    now = [1_000.0]
    store = SqliteStore(":memory:", lambda: now[0])
    for session_id in ("s_1", "s_2", "s_3"):
        store.create(session_id, Saved(SPEC))
        now[0] += 100
    store.append("s_1", 1, ADVANCED)

    too_young, idle = store.idle(201), store.idle(200)
    assert (too_young, idle) == (None, "s_2")
    assert list(store.ids()) == ["s_1", "s_2", "s_3"], "asking takes nothing away"
    store.create("s_5", Saved(SPEC), instead=idle)

    assert list(store.ids()) == ["s_1", "s_3", "s_5"]
    with pytest.raises(SessionExpired):
        store.load("s_2")
    with pytest.raises(SessionNotFound):
        store.load("s_4")
    store.close()


def test_what_expired_long_ago_was_never_there(monkeypatch):
    monkeypatch.setattr(sqlite, "EXPIRED", 1)
    store = SqliteStore(":memory:")
    store.create("s_1", Saved(SPEC))
    store.create("s_2", Saved(SPEC), instead="s_1")
    store.create("s_3", Saved(SPEC), instead="s_2")

    for session_id, error in (("s_1", SessionNotFound), ("s_2", SessionExpired)):
        with pytest.raises(error):
            store.load(session_id)
    store.close()


def test_its_size_grows_with_what_it_keeps():
    store = SqliteStore(":memory:")
    before = store.size()
    store.put_dataset("d_1", bytes(1_000_000))

    assert 900_000 < store.size() - before < 1_200_000  # some pages were free before
    store.close()
