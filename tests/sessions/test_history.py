"""Any moment again: checkpoints that thin out, and replay from the nearest."""

import numpy as np
import pytest

from app.engine.spec import Spec
from app.engine.training import Training
from app.sessions import history
from app.sessions.history import History
from app.sessions.lines import Line
from tests.engine.nets import net

SPEC = Spec.parse(net(batch_size=2, shuffle=True))


def root(spec=SPEC, first=0):
    """The line that a session begins with."""
    return Line(0, None, first * Training(spec).ticks_per_step, first, spec)


def trained(steps, spec=SPEC):
    """A run of so many steps whose history was told of every one, and the weights before each."""
    training, kept = Training(spec), History(root(spec))
    before = []
    for _ in range(steps):
        kept.note(kept.root, training)
        before.append(training.variables.kept.copy())
        training.advance(training.ticks_per_step)
    return training, kept, before


@pytest.fixture
def few(monkeypatch):
    """A budget of eight checkpoints."""
    monkeypatch.setattr(history, "CHECKPOINTS", 8)


def test_with_more_checkpoints_than_the_budget_every_second_is_dropped(few):
    _, kept, _ = trained(100)

    assert kept.stride == 16
    assert sorted(kept._checkpoints[kept.root]) == [0, 16, 32, 48, 64, 80, 96]


def test_the_bytes_of_checkpoints_are_bounded_too(monkeypatch):
    monkeypatch.setattr(history, "CHECKPOINT_BYTES", 5 * Training(SPEC).checkpoint().size)

    _, kept, _ = trained(50)

    assert len(kept._checkpoints[kept.root]) <= 5
    assert sorted(kept._checkpoints[kept.root]) == list(range(0, 50, kept.stride))


@pytest.mark.parametrize("step", [0, 1, 15, 16, 17, 63, 99])
def test_a_seek_gives_the_bits_that_were_there(few, step):
    _, kept, before = trained(100)
    training = Training(SPEC)

    kept.seek(kept.root, training, step)

    assert training.step == step
    assert np.array_equal(training.variables.kept, before[step])


def test_seeking_in_any_order_gives_the_same_tapes(few):
    _, kept, before = trained(100)

    for step in (99, 3, 50, 50, 0, 98, 17):
        tape = kept.tape(kept.root, step, 1)
        assert tape.step == step
        assert len(tape) == Training(SPEC).ticks_per_step
        assert np.array_equal(tape.start["hidden1.W"].ravel(), before[step][:6])


def test_steps_that_are_looked_at_in_order_are_run_once(few, monkeypatch):
    training, kept, before = trained(100)
    first, advance, ran = kept.tape(kept.root, 80, 1), Training.advance, []
    monkeypatch.setattr(Training, "advance", lambda *a, **o: ran.append(advance(*a, **o)) or ran[-1])

    tapes = [kept.tape(kept.root, step, 1) for step in range(81, 88)]

    assert sum(ran) == 7 * training.ticks_per_step
    for tape in [first, *tapes]:
        assert np.array_equal(tape.start["hidden1.W"].ravel(), before[tape.step][:6])


def test_a_step_is_not_run_from_where_somebody_has_tried_other_values(few):
    _, kept, before = trained(100)
    kept.tape(kept.root, 80, 1)
    kept.replay(kept.root, 81).variables.views["hidden1.W"][...] = 7

    assert np.array_equal(kept.tape(kept.root, 82, 1).start["hidden1.W"].ravel(), before[82][:6])


@pytest.mark.parametrize("rate", [0.1, 1e200], ids=["in its last digits", "so that the loss is not finite"])
def test_a_checkpoint_that_was_given_counts_where_the_steps_before_it_come_out_otherwise_here(rate):
    spec = Spec.parse(net(batch_size=2, shuffle=True, optimizer={"type": "sgd", "learning_rate": rate}))
    there, here = Training(SPEC), Training(spec)
    here.advance(5 * here.ticks_per_step)
    there.advance(here.t)
    there.variables.kept[:] += 1e-12
    kept = History(root(spec))
    kept.note(kept.root, Training(spec))
    kept.give(kept.root, there.checkpoint())

    ran_again = kept.tape(kept.root, here.step - 1, 1)

    assert len(ran_again) == here.ticks_per_step
    assert here.diverged == (rate > 1)
    assert np.array_equal(kept.replay(kept.root, here.step).variables.kept, there.variables.kept)
    kept.tape(kept.root, here.step - 1, 1)
    assert np.array_equal(kept.tape(kept.root, here.step, 1).start["output.b"], there.variables.views["output.b"])


def test_a_tape_that_was_kept_is_not_made_again():
    training, kept, _ = trained(3)

    first, second = kept.tape(kept.root, 2, 1), kept.tape(kept.root, 2, training.ticks_per_step)

    assert first is second


def test_a_tape_with_too_few_ticks_is_made_whole():
    training, kept, _ = trained(3)
    half = training.tape()
    training.advance(4, half)
    kept.keep(kept.root, half)

    assert kept.tape(kept.root, 3, 4) is half
    whole = kept.tape(kept.root, 3, 5)
    assert len(whole) == training.ticks_per_step
    assert all(
        np.array_equal(values, whole.written[i][name]) for i in range(4) for name, values in half.written[i].items()
    )


def test_the_tapes_looked_at_longest_ago_are_forgotten(monkeypatch):
    _, kept, _ = trained(20)
    monkeypatch.setattr(history, "TAPE_BYTES", 5 * kept.tape(kept.root, 0, 1).size)

    for step in range(1, 20):
        kept.tape(kept.root, step, 1)

    assert [step for _, step in kept._tapes] == [15, 16, 17, 18, 19]


def test_the_distance_of_a_step_is_what_is_replayed_for_it(few):
    _, kept, _ = trained(100)

    assert [kept.distance(kept.root, step) for step in (0, 15, 16, 31)] == [1, 16, 1, 16]
    kept.tape(kept.root, 31, 1)
    assert kept.distance(kept.root, 31) == 0


def test_a_run_that_begins_in_the_middle_keeps_its_beginning(few):
    whole, _, before = trained(105)
    start = Training(SPEC)
    start.advance(5 * start.ticks_per_step)
    training, kept = Training(SPEC), History(root(first=5))
    training.restore(start.checkpoint())

    for _ in range(100):
        kept.note(kept.root, training)
        training.advance(training.ticks_per_step)

    assert sorted(kept._checkpoints[kept.root]) == [5, 21, 37, 53, 69, 85, 101]
    assert np.array_equal(training.variables.kept, whole.variables.kept)
    for step in (5, 6, 20, 21, 104):
        assert np.array_equal(kept.replay(kept.root, step).variables.kept, before[step])
