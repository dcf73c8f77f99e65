"""A session without the web: opening one from its log, and the state's hash."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.spec import Spec
from app.engine.training import Training
from app.sessions import history
from app.sessions import session as module
from app.sessions.errors import MomentNotReached, SessionDiverged
from app.sessions.session import Session
from tests.engine.nets import net

SPEC = net(batch_size=2, shuffle=True)


def session(**changes):
    return Session("s_1", Spec.parse({**SPEC, **changes}))


def reopened(made):
    """The same session, from what a store has of it."""
    return Session(made.id, Spec.parse(made.spec.json()), made.log)


def everything(made):
    """The head and every tensor at every fifth moment and at the head."""
    moments = sorted({*range(0, made.t + 1, 5), made.t})
    frames = [{name: values for name, values in made.frame(t).items() if values is not None} for t in moments]
    return made.head(), [{name: values.tobytes() for name, values in frame.items()} for frame in frames]


def command(made, data):
    if made.t and data.draw(st.integers(0, 3)) == 0:
        made.rewind(data.draw(st.integers(0, made.t)))
    elif made.revision and data.draw(st.integers(0, 5)) == 0:
        made.rewind_to_revision(data.draw(st.integers(0, made.revision)))
    else:
        granularity = data.draw(st.sampled_from(["op", "layer", "phase", "batch", "epoch"]))
        made.advance(made.target(granularity, data.draw(st.integers(1, 3))) - made.t, data.draw(st.booleans()))


@settings(max_examples=25)
@given(st.data())
def test_a_session_opened_from_its_log_is_the_one_that_was_closed(data):
    made = session()
    for _ in range(data.draw(st.integers(0, 6))):
        command(made, data)

    again = reopened(made)

    assert everything(again) == everything(made)
    made.advance(7, record=False)
    again.advance(7, record=True)
    assert again.head() == made.head()


@settings(max_examples=40)
@given(st.data())
def test_opened_with_what_was_kept_of_its_heads_it_is_the_one_that_was_closed(data):
    made = session(dtype="float32", optimizer={"type": "adam", "learning_rate": 0.1})
    kept = []
    for _ in range(data.draw(st.integers(1, 8))):
        command(made, data)
        if data.draw(st.booleans()):
            made.kept = made.to_keep()
            kept.append(made.kept)

    again = Session(made.id, Spec.parse(made.spec.json()), made.log, kept=kept)

    assert again.is_kept == made.is_kept
    assert everything(again) == everything(made)
    made.advance(7, record=False)
    again.advance(7, record=True)
    made.rewind(made.t // 2)
    again.rewind(again.t // 2)
    curves, curves_again = made.metrics(), again.metrics()
    assert {n: c.steps.tolist() for n, c in curves.items()} == {n: c.steps.tolist() for n, c in curves_again.items()}
    assert {n: c.values.tolist() for n, c in curves.items()} == {n: c.values.tolist() for n, c in curves_again.items()}
    assert again.head() == made.head()


@pytest.mark.parametrize("leaving", [0, 700])
def test_a_session_that_is_kept_when_due_runs_little_again_when_it_is_opened(monkeypatch, leaving):
    monkeypatch.setattr(module, "REPLAY", 2_000)
    made, kept = session(), []
    for _ in range(30):
        made.advance(made.target("batch", 40) - made.t, record=False)
        kept += keep_if_due(made)
    made.rewind(made.t - leaving * made.ticks_per_step)
    kept += keep_if_due(made)
    ran, advance = [], Training.advance

    def counted(*arguments, **options):
        ran.append(advance(*arguments, **options))
        return ran[-1]

    monkeypatch.setattr(Training, "advance", counted)

    again = Session(made.id, made.spec, made.log, kept=kept)
    opening = sum(ran)

    assert 3 < len(kept) < 30
    assert opening <= 2_000
    assert again.head() == made.head()
    assert again.frame(100)["hidden1.W"].tobytes() == made.frame(100)["hidden1.W"].tobytes()


def keep_if_due(made):
    if not made.is_due:
        return []
    made.kept = made.to_keep()
    return [made.kept]


def test_where_the_run_comes_out_otherwise_what_was_kept_counts_and_it_is_said(caplog):
    made = session()
    made.advance(200, record=False)
    kept = made.to_keep()
    kept.start.checkpoint.kept[0] += 1e-9  # as another machine's last digits
    made.advance(3, record=False)
    again = Session(made.id, made.spec, made.log, kept=[kept])
    before = again.head()

    again.metrics()

    assert again.head() == before
    assert again.frame(again.t)["hidden1.W"].tobytes() != made.frame(made.t)["hidden1.W"].tobytes()
    assert "came out otherwise" in caplog.text
    assert again.frame(5)["hidden1.W"].tobytes() == made.frame(5)["hidden1.W"].tobytes()


@pytest.mark.parametrize("tampered", [False, True])
def test_a_head_that_does_not_come_out_as_it_was_left_is_said(caplog, tampered):
    made = session()
    made.advance(200, record=False)
    kept = made.to_keep()
    kept.start.checkpoint.kept[0] += 1e-9 * tampered

    again = Session(made.id, made.spec, made.log, kept=[kept])

    assert again.t == made.t
    assert ("stands otherwise" in caplog.text) == tampered


def test_a_session_that_diverged_is_opened_where_it_ended():
    made = session(optimizer={"type": "sgd", "learning_rate": 1e200})
    made.advance(10_000, record=False)

    again = reopened(made)

    assert again.head() == made.head()
    assert again.status == "diverged"
    with pytest.raises(SessionDiverged):
        again.advance(1, record=False)


def test_a_long_run_reproduces_every_frame_after_its_checkpoints_were_thinned(monkeypatch):
    monkeypatch.setattr(history, "CHECKPOINTS", 8)
    monkeypatch.setattr(history, "TAPE_BYTES", 1)
    watched, fast = session(), session()
    seen = {}

    for _ in range(100):
        watched.advance(watched.ticks_per_step, record=True)
        seen[watched.t] = watched.frame(watched.t)
    fast.advance(100 * fast.ticks_per_step, record=False)

    for t in (1_700, 17, 850, 1_190, 34):
        for name, values in fast.frame(t).items():
            assert np.array_equal(values, seen[t][name]), (t, name)


def test_a_run_is_the_same_whether_it_is_recorded_or_not():
    recorded, unwatched = session(), session()

    _, ticks = recorded.advance(100, record=True)
    _, none = unwatched.advance(100, record=False)

    assert recorded.head() == unwatched.head()
    assert [tick.index for _, tick in ticks] == [i % recorded.ticks_per_step for i in range(100)]
    assert none == []


def test_the_hash_is_over_parameters_and_the_count_of_updates():
    still = session(optimizer={"type": "sgd", "learning_rate": 0})
    start = still.state_sha256()

    still.advance(still.ticks_per_step - 1, record=False)
    before_the_end = still.state_sha256()
    still.advance(1, record=False)

    assert before_the_end == start
    assert still.state_sha256() != start


def test_the_hash_tells_one_bit():
    one, other = session(parameters={"output.b": [1.0, 0]}), session(parameters={"output.b": [1.0 + 2**-52, 0]})

    assert one.state_sha256() != other.state_sha256()


def test_to_the_hash_every_nan_is_the_same():
    one, other = session(), session()
    kept = other.training.variables.kept
    one.training.variables.kept[0] = np.nan
    kept[:1].view(np.uint64)[0] = 0xFFF8_0000_0000_0001

    assert np.isnan(kept[0])
    assert one.training.variables.kept[:1].tobytes() != kept[:1].tobytes()
    assert one.state_sha256() == other.state_sha256()


def test_there_is_no_going_forward_by_rewinding_nor_to_a_revision_to_come():
    made = session()
    made.advance(5, record=False)

    with pytest.raises(MomentNotReached, match="up to t = 5, got 6"):
        made.rewind(6)
    with pytest.raises(MomentNotReached, match="up to 1, got 2"):
        made.rewind_to_revision(2)
    with pytest.raises(MomentNotReached, match="t = 5, got 6"):
        made.frame(6)
    assert made.revision == 1


def test_however_many_lines_there_are_their_checkpoints_are_bounded_and_every_revision_is_reached(monkeypatch):
    monkeypatch.setattr(history, "CHECKPOINTS", 8)
    made = session()
    hashes = [made.state_sha256()]
    for i in range(30):
        made.edit([{"tensor": "output.b", "index": [i % 2], "value": i}], at=made.t // 2)
        hashes.append(made.state_sha256())
        made.advance(3 * made.ticks_per_step, record=False)
        hashes.append(made.state_sha256())

    for revision in (60, 7, 31, 1, 44, 0):
        made.rewind_to_revision(revision)
        assert made.state_sha256() == hashes[revision]

    assert sum(len(kept) for kept in made._history._checkpoints.values()) == made._history._count <= 8


@pytest.mark.parametrize("step", [3, 4, 5, 6])
def test_edits_on_end_at_one_step_are_all_made_again(step):
    made, at_once, start = session(), session(), step * session().ticks_per_step
    edits = [{"tensor": "output.b", "index": [i], "value": value} for i, value in enumerate((3, -3))]
    for one in (made, at_once):
        one.advance(9 * one.ticks_per_step, record=False)
    made.edit(edits[:1], at=start)
    made.edit(edits[1:])
    at_once.edit(edits, at=start)
    for one in (made, at_once):
        one.advance(4 * one.ticks_per_step, record=False)
    after = at_once.state_sha256()
    assert made.state_sha256() == after

    made.rewind(start - 2 * made.ticks_per_step)
    made.advance(1, record=False)
    made.rewind_to_revision(4)

    assert made.state_sha256() == after
    made.rewind_to_revision(1)
    made.rewind_to_revision(4)
    assert made.state_sha256() == after


def test_a_run_that_diverged_goes_on_from_an_edit_at_an_earlier_moment():
    made = session()
    made.advance(2 * made.ticks_per_step, record=False)
    made.edit([{"tensor": "output.W", "index": [0, 0], "value": 1e300}])
    made.advance(10_000, record=False)
    assert made.status == "diverged"

    made.edit([{"tensor": "output.W", "index": [0, 0], "value": 0.1}], at=made.ticks_per_step)

    assert (made.status, made.t) == ("ready", made.ticks_per_step)
    made.advance(10 * made.ticks_per_step, record=False)
    assert made.status == "ready"


def test_what_it_takes_to_seek_is_known_before():
    made = session()
    made.advance(1_000 * made.ticks_per_step, record=False)

    costs = [made.seek_cost(step * made.ticks_per_step) for step in (1_000, 999, 3)]

    assert costs[0] == 0
    assert all(0 < cost <= made._history.stride * made.ticks_per_step for cost in costs[1:])
