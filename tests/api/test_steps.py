"""Advancing: what an answer has, and where each granularity leads."""

import asyncio

import pytest

from app.sessions.session import Session
from tests.engine.nets import net

GRANULARITIES = ("op", "layer", "phase", "batch", "epoch")


def test_the_eighth_tick_of_the_textbook_network_is_the_contract_s_example(mazur):
    mazur.advance("op", 7)

    answer = mazur.advance("op")

    head = answer["session"]
    assert {key: value for key, value in head.items() if key not in ("id", "view_id", "state_sha256")} == {
        "name": "Mazur 2015",
        "status": "ready",
        "rev": 2,
        "t": 8,
        "step": 0,
        "tick": 8,
        "epoch": 0,
        "phase": "backward",
        "next": {"index": 8, "phase": "backward", "layer": "output", "op": "linear", "writes": ["output.db"]},
        "ticks_per_step": 15,
        "steps_per_epoch": 1,
        "loss": 0.2983711087600027,
        "parameters": 12,
    }
    assert answer["ticks"] == [
        {
            "t": 8,
            "index": 7,
            "step": 0,
            "tick": 8,
            "phase": "backward",
            "layer": "output",
            "op": "linear",
            "writes": {
                "output.dW": {
                    "shape": [2, 2],
                    "values": [
                        [0.08216704056423077, 0.08266762784753325],
                        [-0.02260254047747507, -0.022740242215978222],
                    ],
                }
            },
        }
    ]


def test_the_last_tick_of_a_step_belongs_to_the_next_count_of_steps(mazur):
    (record,) = mazur.advance("op", 15, **{"return": "ticks"})["ticks"][-1:]

    assert (record["t"], record["index"], record["step"], record["tick"]) == (15, 14, 1, 0)
    assert mazur.head["phase"] == "update"


@pytest.mark.parametrize(
    ("granularity", "moments"),
    [
        ("op", [1, 2, 3]),
        ("layer", [2, 4, 5, 6, 10, 13, 14, 15, 17]),
        ("phase", [4, 5, 13, 15, 19]),
        ("batch", [15, 30, 45]),
        ("epoch", [15, 30, 45]),
    ],
)
def test_from_a_boundary_each_granularity_runs_one_whole_one(mazur, granularity, moments):
    assert [mazur.advance(granularity)["session"]["t"] for _ in moments] == moments


@pytest.mark.parametrize(
    ("start", "granularity", "count", "end"),
    [
        (7, "op", 3, 10),
        (7, "layer", 1, 10),
        (7, "layer", 2, 13),
        (7, "layer", 4, 15),
        (7, "layer", 5, 17),
        (7, "phase", 1, 13),
        (7, "phase", 2, 15),
        (7, "phase", 3, 19),
        (7, "phase", 4 * 5 + 1, 75 + 13),
        (7, "batch", 1, 15),
        (7, "batch", 3, 45),
        (7, "epoch", 1, 15),
        (7, "epoch", 2, 30),
        (15, "layer", 8, 30),
        (15, "phase", 4, 30),
        (14, "op", 1, 15),
        (14, "layer", 1, 15),
        (14, "phase", 1, 15),
        (14, "batch", 1, 15),
    ],
)
def test_from_the_middle_each_granularity_runs_to_the_end_of_the_present_one(mazur, start, granularity, count, end):
    mazur.advance("op", start)

    assert mazur.advance(granularity, count)["session"]["t"] == end


@pytest.mark.parametrize(("start", "ends"), [(0, [3, 6]), (1, [3, 6]), (3, [6, 9])])
def test_an_epoch_ends_where_every_row_was_used_once(api, start, ends):
    session = api.create(net(batch_size=2))
    if start:
        session.advance("batch", start)

    heads = [session.advance("epoch")["session"] for _ in ends]

    assert [head["step"] for head in heads] == ends
    assert [head["epoch"] for head in heads] == [end // 3 for end in ends]


def test_the_same_moment_by_any_granularity_is_the_same_state(api):
    spec = net(batch_size=3, shuffle=True)
    whole = api.create(spec)
    whole.advance("batch", 4)

    for granularity in GRANULARITIES:
        session = api.create(spec)
        while session.advance(granularity)["session"]["t"] < whole.ticks_per_step * 4:
            pass

        assert session.head["t"] == whole.head["t"]
        assert session.head["state_sha256"] == whole.head["state_sha256"]
        assert session.head["loss"] == whole.head["loss"]
        assert session.frame(session.head["t"]) == whole.frame(whole.head["t"])


def test_a_count_above_one_is_the_same_as_so_many_calls(api):
    for granularity in GRANULARITIES:
        once, often = (api.create(net(batch_size=2)) for _ in range(2))
        for session in (once, often):
            session.advance("op", 4)

        other = {"id": "", "view_id": "", "rev": 0}
        once.advance(granularity, 3)
        for _ in range(3):
            often.advance(granularity)

        assert {**once.head, **other} == {**often.head, **other}


def test_what_one_gets_back_when_one_does_not_say(api):
    session = api.create(net(batch_size=2))

    for granularity in ("op", "layer", "phase", "batch"):
        assert set(session.advance(granularity)) == {"session", "ticks"}
        assert set(session.advance(granularity, 2)) == {"session"}
    assert set(session.advance("epoch")) == {"session"}


@pytest.mark.parametrize("granularity", GRANULARITIES)
@pytest.mark.parametrize("count", [1, 2])
def test_one_gets_back_what_one_asks_for(api, granularity, count):
    session = api.create(net(batch_size=2))

    ticks = session.advance(granularity, count, **{"return": "ticks"})
    frame = session.advance(granularity, count, **{"return": "frame"})
    none = session.advance(granularity, count, **{"return": "none"})

    assert [record["t"] for record in ticks["ticks"]] == list(range(1, ticks["session"]["t"] + 1))
    assert frame["frame"]["tensors"] == session.frame(frame["session"]["t"])
    assert frame["frame"]["t"] == frame["session"]["t"]
    assert set(none) == {"session"}


def test_every_record_has_what_the_frame_at_its_moment_has(mazur):
    records = mazur.advance("op", 32, **{"return": "ticks"})["ticks"]

    for record in records:
        frame = mazur.get(f"/frames/{record['t']}")
        assert {name: frame["tensors"][name] for name in record["writes"]} == record["writes"]
        assert (record["step"], record["tick"], record["phase"]) == (frame["step"], frame["tick"], frame["phase"])


def test_every_tick_is_the_one_that_the_head_and_the_schedule_announced(mazur):
    schedule = mazur.get("/graph")["schedule"]

    for _ in range(17):
        announced = mazur.head["next"]
        (record,) = mazur.advance("op")["ticks"]
        tick = schedule[record["index"]]
        assert announced == {key: tick[key] for key in ("index", "phase", "layer", "op", "writes")}
        assert (record["phase"], record["layer"], record["op"]) == (tick["phase"], tick["layer"], tick["op"])
        assert list(record["writes"]) == tick["writes"]


def test_a_thousand_ticks_can_be_had_at_once(mazur):
    assert len(mazur.advance("op", 1_000, **{"return": "ticks"})["ticks"]) == 1_000


def test_every_command_adds_one_to_the_revision_and_is_in_the_etag(api, mazur):
    tags = [
        api.post(f"{mazur.path}/steps", body).headers["etag"] for body in ({}, {"count": 5}, {"granularity": "batch"})
    ]
    rewound = api.post(f"{mazur.path}/rewind", {"to": 0})
    read = [api.get(mazur.path + path).headers["etag"] for path in ("", "/graph", "/tensors/input.a")]

    assert tags == ['"1"', '"2"', '"3"']
    assert rewound.headers["etag"] == '"4"'
    assert read == ['"4"'] * 3


def test_two_commands_at_the_same_time_are_done_one_after_the_other(api, mazur):
    step = ("POST", f"{mazur.path}/steps", {"json": {"granularity": "batch", "count": 2_000}})

    answers = api.together(step, step, step)

    assert sorted(answer.json()["session"]["step"] for answer in answers) == [2_000, 4_000, 6_000]
    assert sorted(answer.json()["session"]["rev"] for answer in answers) == [1, 2, 3]


def test_long_work_leaves_the_event_loop_free(mazur, monkeypatch):
    advance, on_the_loop = Session.advance, []

    def watched(*arguments, **options):
        on_the_loop.append(asyncio._get_running_loop() is not None)
        return advance(*arguments, **options)

    monkeypatch.setattr(Session, "advance", watched)
    mazur.advance("batch")
    mazur.advance("batch", 2_000)

    assert on_the_loop == [True, False]
