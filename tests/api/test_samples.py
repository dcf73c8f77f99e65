"""Stepping on one example of the user's own."""

import numpy as np
import pytest

from tests.api.changes import change, edit, edited
from tests.api.problems import check_problem
from tests.engine.nets import X, Y, net


def test_a_sample_is_stepped_on_from_the_present_step_s_start_until_it_is_dropped(api):
    session = api.create(net(batch_size=2, shuffle=True))
    session.advance("op", 20)

    made = change(session, "PUT", "/sample", {"x": [1, 2], "y": [0.5, 0.25]})

    assert (made["session"]["t"], made["session"]["phase"], made["session"]["ticks_per_step"]) == (17, None, 17)
    assert made["session"]["steps_per_epoch"] == 3
    assert made["sample"] == {"x": [1, 2], "y": [0.5, 0.25]}
    session.advance("batch", 2)
    assert session.values("input.a") == [[1, 2]]
    assert session.values("loss.terms") != []
    back = change(session, "DELETE", "/sample")
    assert (back["sample"], session.get("")["sample"]) == (None, None)
    assert len(session.values("input.a")) == 2


def test_with_at_a_sample_is_put_or_dropped_at_a_moment_of_the_past_in_one_command(api):
    one, other = (api.create(net(batch_size=2, shuffle=True)) for _ in range(2))
    for session in (one, other):
        session.advance("op", 60)
    sample = {"x": [1, 2], "y": [0.5, 0.25]}

    put = change(one, "PUT", "/sample", {**sample, "at": 40})
    other.rewind(to=40)
    change(other, "PUT", "/sample", sample)
    assert (put["session"]["rev"], put["session"]["t"], put["sample"]) == (2, 34, sample)
    one_end, other_end = (session.advance("batch", 3)["session"] for session in (one, other))
    assert one_end["state_sha256"] == other_end["state_sha256"]

    dropped = change(one, "DELETE", "/sample?at=60")
    other.rewind(to=60)
    change(other, "DELETE", "/sample")
    assert (dropped["session"]["rev"], dropped["session"]["t"], dropped["sample"]) == (4, 51, None)
    assert len(one.values("input.a")) == 2
    one_end, other_end = (session.advance("batch", 3)["session"] for session in (one, other))
    assert one_end["state_sha256"] == other_end["state_sha256"]

    assert [(row["kind"], row["before"], row["after"]) for row in one.get("/log")["commands"]] == [
        ("advance", 0, 60),
        ("sample", 60, 34),
        ("advance", 34, 85),
        ("sample", 85, 51),
        ("advance", 51, 102),
    ]


def test_a_sample_that_was_put_later_is_not_there_at_a_moment_before_it(api):
    session = api.create(net(batch_size=2))
    session.advance("batch", 2)
    change(session, "PUT", "/sample", {"x": [1, 2], "y": [0, 0]})
    session.advance("batch")

    edited(session, edit("output.b", [0], 1), at=17)

    assert session.get("")["sample"] is None


def test_the_order_of_the_data_waits_for_a_sample_to_be_dropped(api):
    session, other = (api.create(net(batch_size=1, shuffle=True)) for _ in range(2))
    for one in (session, other):
        one.advance("batch")
    change(session, "PUT", "/sample", {"x": [1, 2], "y": [0, 0]})
    session.advance("batch", 2)
    change(session, "DELETE", "/sample")

    seen, expected = [], []
    for _ in range(2):
        seen.append((session.advance("op"), session.values("input.a"))[1])
        session.advance("batch")
    other.advance("batch", 2)
    for _ in range(2):
        expected.append((other.advance("op"), other.values("input.a"))[1])
        other.advance("batch")

    assert seen == expected


def test_an_epoch_that_began_with_a_sample_has_its_own_order_when_the_data_come_back(api):
    session, other = (api.create(net(batch_size=1, shuffle=True)) for _ in range(2))
    size = session.ticks_per_step
    session.advance("batch")
    change(session, "PUT", "/sample", {"x": [1, 2], "y": [0, 0]})
    session.advance("batch", 5)
    change(session, "DELETE", "/sample")

    session.advance("batch", 4)
    other.advance("batch", 10)

    rows = [[one.values("input.a", t=step * size + 1) for step in range(6, 10)] for one in (session, other)]
    assert rows[0] == rows[1]


def test_with_micro_batches_each_of_them_is_the_sample(api):
    session = api.create(net(batch_size=1, accumulate=2, data={"inline": {"x": X[:4], "y": Y[:4]}}))

    change(session, "PUT", "/sample", {"x": [1, 2], "y": [0, 1]})
    session.advance("batch")

    single = api.create(net(data={"inline": {"x": [[1, 2]], "y": [[0, 1]]}}))
    single.advance("batch")
    assert np.allclose(session.values("hidden1.dW"), 2 * np.array(single.values("hidden1.dW")), rtol=1e-12)


def test_a_class_may_be_given_as_its_index_or_as_a_row(api):
    session = api.create(net(data={"inline": {"x": X, "y": [0, 1, 1, 0, 1]}}, loss="cross_entropy"))

    by_index = change(session, "PUT", "/sample", {"x": [1, 2], "y": [1]})
    by_row = change(session, "PUT", "/sample", {"x": [1, 2], "y": [0, 1]})

    assert by_index["sample"] == by_row["sample"] == {"x": [1, 2], "y": [1]}
    assert session.values("target.y") == [1]


@pytest.mark.parametrize(
    ("code", "body", "pointer"),
    [
        ("shape_mismatch", {"x": [1], "y": [0, 1]}, "/x"),
        ("shape_mismatch", {"x": [1, 2], "y": [0, 1, 2]}, "/y"),
        ("shape_mismatch", {"x": [1, 2], "y": []}, "/y"),
        ("invalid_request", {"x": [1, 2]}, "/y"),
        ("invalid_request", {"x": [1, "2"], "y": [0, 1]}, "/x/1"),
        ("invalid_request", {"x": [1, 2], "y": [2]}, "/y/0"),
        ("incompatible_loss", {"x": [1, 2], "y": [0.5, 0.5]}, "/y/0"),
    ],
)
def test_an_example_that_does_not_fit_the_network_is_refused(api, code, body, pointer):
    session = api.create(net(data={"inline": {"x": X, "y": [0, 1, 1, 0, 1]}}, loss="cross_entropy"))

    response = api.request("PUT", f"{session.path}/sample", json=body)

    assert check_problem(response, code)["errors"][0]["pointer"] == pointer
    assert session.head["rev"] == 0
