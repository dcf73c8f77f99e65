"""Any moment again: frames, rewinds, and that reading never moves the head."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.nets import net

SPEC = net(batch_size=2, shuffle=True)


def test_at_the_start_a_frame_has_the_first_batch_and_the_parameters_and_all_else_is_null(mazur):
    frame = mazur.get("/frames/0")

    known = {name: tensor["values"] for name, tensor in frame["tensors"].items() if tensor is not None}
    assert known == {
        "input.a": [[0.05, 0.1]],
        "target.y": [[0.01, 0.99]],
        "hidden1.W": [[0.15, 0.2], [0.25, 0.3]],
        "hidden1.b": [0.35, 0.35],
        "output.W": [[0.4, 0.45], [0.5, 0.55]],
        "output.b": [0.6, 0.6],
    }
    assert (frame["t"], frame["step"], frame["tick"], frame["phase"]) == (0, 0, 0, None)


def test_a_finished_step_stands_whole_and_one_tick_later_only_its_successor_s_first(mazur):
    mazur.advance("op", 31)
    size = mazur.ticks_per_step

    whole, next_one = (mazur.get(f"/frames/{t}") for t in (2 * size, 2 * size + 1))

    assert (whole["step"], whole["tick"], whole["phase"]) == (2, 0, "update")
    assert None not in whole["tensors"].values()
    assert (next_one["step"], next_one["tick"], next_one["phase"]) == (2, 1, "forward")
    known = {name for name, tensor in next_one["tensors"].items() if tensor is not None}
    assert known == {
        "input.a", "target.y", "hidden1.W", "hidden1.b", "output.W", "output.b", "hidden1.z"
    }  # fmt: skip
    assert next_one["tensors"]["output.W"] == whole["tensors"]["output.W"]


def test_the_frame_at_a_step_s_end_has_that_step_s_batch_and_the_next_tick_has_the_next(api):
    session = api.create(net(batch_size=2))
    session.advance("batch", 2)
    size = session.ticks_per_step

    first, end_of_first, second = (session.frame(t)["input.a"]["values"] for t in (0, size, size + 1))

    assert first == end_of_first == [[0.5, -1.2], [0.3, 0.8]]
    assert second == [[-0.7, 0.1], [1.1, 0.4]]


def test_the_last_batch_of_an_epoch_has_fewer_rows(api):
    session = api.create(net(batch_size=2))
    session.advance("epoch")

    assert session.frame(session.head["t"])["hidden1.z"]["shape"] == [1, 3]
    assert session.frame(session.ticks_per_step)["hidden1.z"]["shape"] == [2, 3]


def test_inside_the_update_phase_some_parameters_are_new_and_some_old(mazur):
    mazur.advance("batch")

    before, between, after = (mazur.frame(t) for t in (13, 14, 15))

    assert before["hidden1.W"] != between["hidden1.W"] == after["hidden1.W"]
    assert before["output.W"] == between["output.W"] != after["output.W"]
    assert between["output.uW"] is None


def test_reading_never_moves_the_head(api):
    session = api.create(SPEC)
    session.advance("batch", 40)
    session.advance("op", 5)
    before = session.head

    for t in (0, 3, session.ticks_per_step * 7 + 2, before["t"] - 1, before["t"]):
        session.frame(t)
        session.values("hidden1.W", t=t)
        session.explain("hidden1.W", 0, 0, t=t)
    session.get("/graph")
    api.post(f"{session.path}/predictions", {"x": [[1, 2]]})

    assert session.head == before
    assert session.advance("op")["session"]["t"] == before["t"] + 1


def test_a_rewind_goes_back_and_the_same_steps_lead_to_the_same_state(api):
    session = api.create(SPEC)
    middle = session.advance("op", 20)["session"]
    end = session.advance("op", 30)["session"]

    back = session.rewind(to=20)
    again = session.advance("op", 30)["session"]

    assert {**back, "rev": 0} == {**middle, "rev": 0}
    assert {**again, "rev": 0} == {**end, "rev": 0}


def test_every_earlier_revision_stays_reachable_also_one_that_a_rewind_left(api):
    session = api.create(SPEC)
    heads = [session.head]
    for command in (("op", 7), ("batch", 3), ("op", 2)):
        heads.append(session.advance(*command)["session"])
    heads.append(session.rewind(to=5))
    heads.append(session.advance("layer", 2)["session"])

    for revision in (3, 0, 5, 2, 4, 1):
        there = session.rewind(to_rev=revision)
        assert {**there, "rev": revision} == heads[revision]

    assert session.head["rev"] == len(heads) - 1 + 6


def test_undo_and_redo_are_the_same_call(mazur):
    done = mazur.advance("op", 3)["session"]

    undone = mazur.rewind(to_rev=0)
    redone = mazur.rewind(to_rev=1)

    assert (undone["t"], undone["rev"]) == (0, 2)
    assert (redone["t"], redone["rev"], redone["state_sha256"]) == (3, 3, done["state_sha256"])


@pytest.mark.parametrize("to", [0, 1, 14, 15, 16, 29, 30])
def test_the_frame_after_a_rewind_is_the_frame_that_was_there(mazur, to):
    mazur.advance("op", 30)
    was = mazur.get(f"/frames/{to}")

    head = mazur.rewind(to=to)

    now = mazur.get(f"/frames/{to}")
    assert {**now, "session": None} == {**was, "session": None}
    assert (head["t"], head["phase"], head["tick"]) == (to, was["phase"], was["tick"])


def test_the_loss_of_a_head_is_that_of_the_last_loss_tick_before_it(mazur):
    mazur.advance("op", 30)
    first, second = (mazur.values("loss.value", t=t) for t in (5, 20))

    losses = [mazur.rewind(to=to)["loss"] for to in (30, 20, 19, 5, 4, 0)]

    assert losses == [second, second, first, first, None, None]


@settings(max_examples=12)
@given(st.data())
def test_wherever_the_head_was_the_frame_is_later_the_one_that_was_seen(api, data):
    session = api.create(SPEC)
    seen = {0: session.frame(0)}

    for _ in range(data.draw(st.integers(2, 6))):
        if data.draw(st.booleans()):
            granularity = data.draw(st.sampled_from(["op", "layer", "phase", "batch"]))
            head = session.advance(granularity, data.draw(st.integers(1, 4)))["session"]
        else:
            head = session.rewind(to=data.draw(st.integers(0, session.head["t"])))
        frame = session.frame(head["t"])
        assert seen.setdefault(head["t"], frame) == frame

    for t, frame in seen.items():
        if t <= session.head["t"]:
            assert session.frame(t) == frame


@pytest.mark.parametrize("query", ["", "?tensors=hidden1.W,loss.value"])
def test_a_frame_that_the_client_has_is_not_sent_again(api, mazur, query):
    mazur.advance("op", 9)
    first = api.get(f"{mazur.path}/frames/3{query}")

    again = api.get(f"{mazur.path}/frames/3{query}", headers={"if-none-match": first.headers["etag"]})

    assert first.headers["etag"].startswith('"')
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


@pytest.mark.parametrize(("tags", "status"), [("*", 304), ('W/{}, "0"', 304), ('"0"', 200), ("", 200)])
def test_a_client_may_name_the_frames_that_it_has_in_any_way(api, mazur, tags, status):
    tag = api.get(f"{mazur.path}/frames/0").headers["etag"]

    response = api.get(f"{mazur.path}/frames/0", headers={"if-none-match": tags.format(tag)})

    assert response.status_code == status


def test_frames_that_differ_have_tags_that_differ(api, mazur):
    mazur.advance("op", 9)
    paths = ["/frames/3", "/frames/4", "/frames/3?tensors=input.a", "/frames/3?tensors=target.y"]

    tags = [api.get(mazur.path + path).headers["etag"] for path in paths]
    mazur.advance("op")
    tags.append(api.get(f"{mazur.path}/frames/3").headers["etag"])

    assert len(set(tags)) == len(tags)


def test_a_frame_can_have_only_the_tensors_that_one_names(mazur):
    mazur.advance("op", 5)

    frame = mazur.get("/frames/5", tensors="output.a,loss.value,output.da")

    assert frame["tensors"]["output.da"] is None
    assert list(frame["tensors"]) == ["output.a", "loss.value", "output.da"]
