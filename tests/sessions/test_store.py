"""The contract of every store. A new one is a new row in STORES."""

import pytest

from app.sessions.errors import DatasetNotFound, SessionNotFound
from app.sessions.store import Command, MemoryStore, Saved

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
