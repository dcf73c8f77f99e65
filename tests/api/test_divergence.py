"""Diverging is a lesson, not a crash: what is not finite is shown, no step begins after it, and one can go back."""

import pytest

from tests.api.problems import check_problem
from tests.engine.nets import net


@pytest.fixture
def wild(api):
    """A network whose rate is too high by 200 orders of magnitude."""
    return api.create(net(optimizer={"type": "sgd", "learning_rate": 1e200}))


def test_a_loss_that_is_not_finite_is_a_text_and_the_session_has_diverged(wild):
    wild.advance("batch", 2)

    head = wild.head
    assert head["status"] == "diverged"
    assert head["loss"] in ("Infinity", "NaN")
    assert wild.frame(head["t"])["loss.value"] == {"shape": [], "values": head["loss"]}


def test_a_run_of_many_steps_ends_with_the_step_that_diverged(wild):
    head = wild.advance("batch", 1_000)["session"]

    assert head["status"] == "diverged"
    assert head["tick"] == 0
    assert 1 < head["step"] < 10


def test_no_step_begins_after_one_that_diverged(api, wild):
    wild.advance("batch", 1_000)
    before = wild.head

    for granularity in ("op", "layer", "phase", "batch", "epoch"):
        refused = api.post(f"{wild.path}/steps", {"granularity": granularity})
        detail = check_problem(refused, "session_diverged")["detail"]
        assert "rewind" in detail
        assert f" is {before['loss']};" in detail

    assert wild.head == before


def test_the_step_that_diverged_can_be_finished_tick_by_tick(wild):
    diverged = wild.advance("batch", 1_000)["session"]
    step = wild.ticks_per_step
    wild.rewind(to=diverged["t"] - step)

    while wild.head["t"] < diverged["t"]:
        wild.advance("op")

    assert {**wild.head, "rev": 0} == {**diverged, "rev": 0}


def test_one_can_go_back_to_before_it_diverged(wild):
    first = wild.advance("batch")["session"]
    wild.advance("batch", 1_000)

    head = wild.rewind(to=first["t"])

    assert head["status"] == "ready"
    assert head["state_sha256"] == first["state_sha256"]
    assert wild.advance("op")["session"]["t"] == first["t"] + 1


def test_every_number_of_a_diverged_session_can_be_read_and_explained(wild):
    wild.advance("batch", 1_000)

    check_explanations(wild)


def check_explanations(session):
    """Of every tensor at the head, the first number has an explanation."""
    for name, tensor in session.frame(session.head["t"]).items():
        index = [0] * len(tensor["shape"])
        assert session.explain(name, *index)["value"] == flat(tensor["values"])[0]


def test_the_values_that_are_not_finite_come_as_the_three_texts(wild):
    frame = wild.frame(wild.advance("batch", 1_000)["session"]["t"])

    texts = {value for tensor in frame.values() for value in flat(tensor["values"]) if isinstance(value, str)}

    assert texts
    assert texts <= {"NaN", "Infinity", "-Infinity"}


def flat(values):
    return [inner for value in values for inner in flat(value)] if isinstance(values, list) else [values]


def test_targets_at_the_edge_of_floats_diverge_and_do_not_crash(api):
    session = api.create(net(data={"inline": {"x": [[1e308, -1e308]], "y": [[1e308, 1e-308]]}}))

    head = session.advance("batch")["session"]

    assert head["status"] == "diverged"
    assert head["loss"] == "Infinity"
    check_explanations(session)
