"""A session that begins where another stands, with or without a change."""

import numpy as np
import pytest

from tests.api.changes import change, edit, edited
from tests.api.problems import check_problem
from tests.engine.nets import X, Y, net

MOMENTUM = {"type": "sgd", "learning_rate": 0.1, "momentum": 0.5}


def fork(session, **body):
    response = session.api.post(f"{session.path}/fork", body)
    assert response.status_code == 201, response.text
    return type(session)(session.api, response.json())


@pytest.mark.parametrize("t", [0, 17, 40, 51])
def test_a_fork_goes_on_from_the_moment_as_the_session_did(api, t):
    session = api.create(net(batch_size=2, shuffle=True, optimizer={"type": "adam"}))
    end = session.advance("op", 60)["session"]

    made = fork(session, at=t)

    assert (made.head["t"], made.head["rev"], made.spec) == (t, 0, session.spec)
    assert made.advance("op", 60 - t)["session"]["state_sha256"] == end["state_sha256"]
    assert session.head == end


def test_a_fork_of_a_finished_step_shows_it_whole_and_one_after_a_change_does_not(api):
    session = api.create("mazur")
    session.advance("batch", 3)
    made = fork(session, at=45)

    assert made.frame(45) == session.frame(45)
    assert (made.head["phase"], made.get("")["first"]) == ("update", 30)
    assert made.explain("output.W", 0, 0) == {**session.explain("output.W", 0, 0), "session": made.head}
    api.request("PATCH", f"{session.path}/parameters", json={"edits": [edit("output.W", [0, 0], 0.5)]})
    changed = fork(session, at=45)
    assert (changed.head["phase"], changed.get("")["first"]) == (None, 45)
    assert changed.frame(45) == session.frame(45)


def test_a_fork_goes_on_from_a_moment_of_a_history_that_a_rewind_has_left(api):
    session = api.create(net(batch_size=2, shuffle=True, optimizer=MOMENTUM))
    session.advance("batch", 2)
    edited(session, edit("hidden1.W", [0, 0], 2))
    change(session, "PATCH", "", {"optimizer": {"learning_rate": 0.3}})
    left = session.advance("op", 40)["session"]
    frame = session.frame(60)
    session.rewind(to=10)
    session.advance("batch", 6)

    whole, inside = fork(session, at_rev=left["rev"]), fork(session, at_rev=left["rev"], at=60)
    same = fork(session, at=60)

    assert (whole.head["t"], whole.head["state_sha256"]) == (left["t"], left["state_sha256"])
    assert whole.spec["optimizer"]["learning_rate"] == 0.3
    assert inside.head["t"] == 60
    assert inside.frame(60) == frame != same.frame(60)
    assert inside.advance("op", left["t"] - 60)["session"]["state_sha256"] == left["state_sha256"]
    assert same.spec["optimizer"]["learning_rate"] == 0.1


def test_who_only_looks_can_fork_at_a_revision_too(api):
    session = api.create(net())
    left = session.advance("batch", 3)["session"]
    session.rewind(to=0)

    response = api.post(f"/sessions/{left['view_id']}/fork", {"at_rev": 1, "spec": {"name": "Mine"}})

    assert response.status_code == 201
    assert response.json()["session"]["state_sha256"] == left["state_sha256"]


def test_a_fork_takes_edits_the_present_rate_and_the_sample_along(api):
    session = api.create(net(batch_size=2, optimizer=MOMENTUM))
    session.advance("batch", 2)
    edited(session, edit("hidden1.W", [0, 0], 2))
    change(session, "PATCH", "", {"optimizer": {"learning_rate": 0.3}})
    change(session, "PUT", "/sample", {"x": [1, 2], "y": [0, 1]})

    made = fork(session)

    assert made.spec["optimizer"]["learning_rate"] == 0.3
    assert made.get("")["sample"] == {"x": [1, 2], "y": [0, 1]}
    assert made.advance("batch", 3)["session"]["state_sha256"] == session.advance("batch", 3)["session"]["state_sha256"]
    change(made, "DELETE", "/sample")
    assert len(made.values("input.a")) == 1  # the third and last batch of an epoch of five rows


def test_who_makes_a_session_is_told_by_the_answer_all_that_a_get_tells_of_it(api):
    session = api.create(net())
    change(session, "PUT", "/sample", {"x": [1, 2], "y": [0, 1]})

    created = api.post("/sessions", net())
    forked = api.post(f"{session.path}/fork", {})
    brought = api.post("/imports", session.get("/export"))

    for answer in (response.json() for response in (created, forked, brought)):
        there = api.get(f"/sessions/{answer['session']['id']}").json()
        assert {key: answer[key] for key in there} == there
    assert [made.json()["sample"] for made in (created, forked, brought)] == [None, *2 * [{"x": [1, 2], "y": [0, 1]}]]


def rows_of(session, steps):
    """The rows that these steps were taken on, once they have begun."""
    return [session.values("input.a", t=step * session.ticks_per_step + 1) for step in steps]


def test_the_order_of_rows_goes_on_where_a_fork_has_the_same_rows_and_seed(api):
    session = api.create(net(batch_size=1, shuffle=True))
    session.advance("batch", 11)

    specs = [{"penalty": {"l2": 0.1}}, {"seed": 4}, {"seed": 7}, {"shuffle": False}]
    same, seeded, other, less = forks = [fork(session, at=34, spec=spec) for spec in specs]

    for one in forks:
        one.advance("batch", 8)
    assert rows_of(same, range(2, 10)) == rows_of(session, range(2, 10))
    assert rows_of(seeded, range(5, 10)) != rows_of(other, range(5, 10))
    assert rows_of(less, range(5, 10)) == [[row] for row in X]


def test_a_fork_of_an_earlier_moment_has_the_rate_of_then(api):
    session = api.create(net())
    session.advance("batch")
    change(session, "PATCH", "", {"optimizer": {"learning_rate": 0.5}})
    session.advance("batch")

    rates = [fork(session, at=at).spec["optimizer"]["learning_rate"] for at in (16, 17, 34)]

    assert rates == [0.1, 0.5, 0.5]


def test_a_fork_among_updates_with_a_rate_that_waits_begins_with_the_step(api):
    session = api.create(net())
    session.advance("op", 15)
    change(session, "PATCH", "", {"optimizer": {"learning_rate": 0.5}})

    made = fork(session)

    assert (made.head["t"], made.spec["optimizer"]["learning_rate"]) == (0, 0.5)


def test_a_fork_with_other_data_steps_on_them(api):
    session = api.create(net())
    change(session, "PUT", "/sample", {"x": [1, 2], "y": [0, 1]})

    kept, other = fork(session, spec={"seed": 5}), fork(session, spec={"data": {"inline": {"x": X[:2], "y": Y[:2]}}})

    assert kept.values("input.a") == [[1, 2]]
    assert other.get("")["sample"] is None
    assert other.values("input.a") == X[:2]
    assert other.spec["batch_size"] == 2


def test_a_fork_of_the_textbook_network_with_a_wider_layer_leaves_the_values_that_do_not_fit(api, mazur):
    mazur.advance("batch")

    made = fork(mazur, spec={"layers": [{**mazur.spec["layers"][0], "units": 3}, mazur.spec["layers"][1]]})
    deeper = fork(
        mazur, spec={"layers": [*mazur.spec["layers"][:1], {"units": 3, "name": "h"}, mazur.spec["layers"][1]]}
    )
    narrow = fork(mazur, spec={"layers": mazur.spec["layers"][1:]})

    assert sorted(made.spec["parameters"]) == ["output.b"]
    assert made.spec["frozen"] == deeper.spec["frozen"] == ["hidden1.b", "output.b"]
    assert narrow.spec["frozen"] == ["output.b"]
    assert deeper.values("hidden1.W") == mazur.values("hidden1.W")
    assert (made.head["t"], made.values("output.b")) == (0, [0.6, 0.6])


def test_a_fork_with_another_rate_goes_on_from_the_step_s_start_with_all_state(api):
    session = api.create(net(batch_size=2, shuffle=True, optimizer=MOMENTUM))
    session.advance("op", 40)

    made = fork(session, spec={"optimizer": {**MOMENTUM, "learning_rate": 1}, "name": "Fast"})

    assert (made.head["t"], made.head["name"]) == (34, "Fast")
    assert made.values("hidden1.mW") == session.values("hidden1.mW", t=34)
    assert made.values("hidden1.W") == session.values("hidden1.W", t=34)


def test_a_fork_with_another_optimizer_begins_with_the_parameters_and_fresh_state(api):
    session = api.create(net(optimizer=MOMENTUM))
    session.advance("batch", 3)

    made = fork(session, spec={"optimizer": "adam"})

    assert (made.head["t"], made.head["loss"]) == (0, None)
    assert made.values("hidden1.W") == session.values("hidden1.W")
    assert not np.any(made.values("hidden1.mW"))


def test_a_fork_with_another_layer_keeps_what_still_fits(api):
    session = api.create(net(optimizer=MOMENTUM))
    session.advance("batch", 3)
    layers = [{"name": "hidden1", "units": 3, "activation": "tanh"}, {"units": 4}, {"name": "output", "units": 2}]

    made, fresh = fork(session, spec={"layers": layers}), api.create(net(optimizer=MOMENTUM, layers=layers))

    assert made.head["t"] == 0
    assert made.values("hidden1.W") == session.values("hidden1.W")
    assert made.values("output.W") == fresh.values("output.W")
    assert made.values("hidden2.W") == fresh.values("hidden2.W")


def test_a_fork_with_parameters_begins_with_those(api):
    session = api.create(net())
    session.advance("batch", 3)

    made = fork(session, spec={"parameters": {"output.b": [7, 8]}})

    assert made.values("output.b") == [7, 8]
    assert made.values("output.W") == session.values("output.W")
    assert made.head["t"] == session.head["t"]


@pytest.mark.parametrize(
    ("code", "body", "pointer"),
    [
        ("moment_not_reached", {"at": 6}, None),
        ("invalid_request", {"at": -1}, "/at"),
        ("invalid_request", {"spec": {"seeds": 1}}, "/spec/seeds"),
        ("invalid_request", {"sepc": {}}, "/sepc"),
        ("unknown_optimizer", {"spec": {"optimizer": "lion"}}, "/spec/optimizer"),
        ("shape_mismatch", {"spec": {"layers": [{"units": 3}]}}, "/spec/data/inline/y"),
    ],
)
def test_a_fork_that_cannot_be_is_refused(api, code, body, pointer):
    session = api.create(net())
    session.advance("op", 5)

    problem = check_problem(api.post(f"{session.path}/fork", body), code)

    assert [error["pointer"] for error in problem["errors"]] == ([] if pointer is None else [pointer])


def test_a_full_server_has_no_room_for_a_fork(api_with):
    session = api_with(sessions=1).create("xor")

    check_problem(session.api.post(f"{session.path}/fork"), "at_capacity")
