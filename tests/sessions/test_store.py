"""The contract of every store. A new one is a new row in STORES."""

import pytest

from app.sessions import store as stores
from app.sessions.errors import DatasetNotFound, SessionNotFound
from app.sessions.store import SERVER, Command, MemoryStore, Reply, Saved

STORES = [MemoryStore]
SPEC = {"name": "A", "layers": [{"units": 1}]}
ADVANCED, REWOUND = Command("advance", 0, 5), Command("rewind", 5, 2)


@pytest.fixture(params=STORES)
def store(request):
    return request.param()


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


def reply(key, body=b"{}"):
    return Reply(key, "the request", 200, {"etag": '"1"'}, body)


def test_a_reply_is_kept_with_what_was_done(store):
    store.create("s_1", Saved(SPEC), reply("made"))
    store.append("s_1", 1, ADVANCED, reply("moved", b"\x00{}"))

    assert store.reply(SERVER, "made") == reply("made")
    assert store.reply("s_1", "moved") == reply("moved", b"\x00{}")
    assert store.reply("s_1", "made") is None
    assert store.reply("s_2", "moved") is None


def test_a_command_that_is_not_kept_has_no_reply(store):
    store.create("s_1", Saved(SPEC))

    with pytest.raises(ValueError, match="does not follow"):
        store.append("s_1", 2, ADVANCED, reply("moved"))

    assert store.reply("s_1", "moved") is None


def test_the_replies_of_a_deleted_session_are_gone_and_that_of_its_deletion_is_there(store):
    store.create("s_1", Saved(SPEC))
    store.append("s_1", 1, ADVANCED, reply("moved"))

    store.delete("s_1", reply("taken away"))

    assert store.reply("s_1", "moved") is None
    assert store.reply(SERVER, "taken away") == reply("taken away")


def test_the_latest_replies_of_a_session_are_kept(store):
    store.create("s_1", Saved(SPEC), reply("made"))
    for revision in range(1, stores.REPLIES + 3):
        store.append("s_1", revision, ADVANCED, reply(f"k{revision}"))

    assert [store.reply("s_1", f"k{revision}") for revision in (1, 2)] == [None, None]
    assert store.reply("s_1", "k3") == reply("k3")
    assert store.reply(SERVER, "made") == reply("made")


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
