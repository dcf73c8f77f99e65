"""A run: the same bits watched or not, batches, starting values, and what is on the tape."""

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.errors import InvalidSpec
from app.engine.graph import INPUT, TARGET
from app.engine.spec import Spec
from app.engine.training import Checkpoint, Training
from tests.engine.nets import X, Y, check_equal, net, nets, record, training


@settings(max_examples=60)
@given(nets(), st.integers(1, 4))
def test_a_watched_run_and_an_unwatched_one_give_the_same_bits(spec, steps):
    watched, unwatched = Training(Spec.parse(spec)), Training(Spec.parse(spec))

    for _ in range(steps):
        record(watched)
    unwatched.advance(steps * unwatched.ticks_per_step)

    assert watched.variables.kept.tobytes() == unwatched.variables.kept.tobytes()
    assert np.float64(watched.loss).tobytes() == np.float64(unwatched.loss).tobytes()


@settings(max_examples=30)
@given(nets(), st.data())
def test_a_run_in_pieces_gives_the_same_bits_as_one_in_a_piece(spec, data):
    whole, pieces = Training(Spec.parse(spec)), Training(Spec.parse(spec))
    total = 3 * whole.ticks_per_step

    whole.advance(total)
    while pieces.t < whole.t:
        pieces.advance(data.draw(st.integers(1, whole.t - pieces.t)))

    assert pieces.variables.kept.tobytes() == whole.variables.kept.tobytes()


@settings(max_examples=30)
@given(nets(), st.integers(0, 5), st.integers(1, 5))
def test_a_checkpoint_goes_on_bit_for_bit(spec, before, after):
    trained = Training(Spec.parse(spec))
    trained.advance(before * trained.ticks_per_step)
    checkpoint = trained.checkpoint()

    trained.advance(after * trained.ticks_per_step)
    kept, loss = trained.variables.kept.tobytes(), trained.loss
    other = Training(Spec.parse(spec))
    other.restore(Checkpoint.of(checkpoint.flat()))
    other.advance(trained.t - other.t)

    assert (other.t, other.loss, other.variables.kept.tobytes()) == (trained.t, loss, kept)


def batches(trained, steps):
    """The rows of each step's batch, as indices into the data."""
    rows = [list(row) for row in trained.spec.data.x.tolist()]
    taken = []
    for _ in range(steps):
        tape = record(trained)
        taken.append([rows.index(row) for row in tape.at(INPUT, 0).tolist()])
        assert np.array_equal(tape.at(TARGET, 0), trained.spec.data.y[taken[-1]])
    return taken


def test_batches_without_shuffling_are_the_rows_in_order_and_the_last_is_smaller():
    trained = training(batch_size=2)

    assert trained.steps_per_epoch == 3
    assert batches(trained, 4) == [[0, 1], [2, 3], [4], [0, 1]]


@settings(max_examples=30)
@given(st.integers(0, 2**53 - 1), st.integers(1, 5))
def test_every_shuffled_epoch_has_every_row_once(seed, batch_size):
    trained = training(seed=seed, batch_size=batch_size, shuffle=True)
    steps = trained.steps_per_epoch

    taken = batches(trained, 3 * steps)

    for epoch in range(3):
        own = taken[epoch * steps : (epoch + 1) * steps]
        assert sorted(row for batch in own for row in batch) == list(range(len(X)))
        assert [len(batch) for batch in own[:-1]] == [batch_size] * (steps - 1)


def test_shuffled_epochs_differ_and_the_seed_decides_how():
    first, again, other = (batches(training(seed=seed, batch_size=5, shuffle=True), 4) for seed in (1, 1, 2))

    assert first == again
    assert first != other
    assert len({tuple(epoch) for epoch in first}) > 1


def test_shuffling_does_not_change_the_starting_values():
    assert np.array_equal(training(shuffle=True).variables.kept, training(shuffle=False).variables.kept)


def test_a_given_parameter_changes_no_other_starting_value():
    drawn = training().variables.views

    given_one = training(parameters={"hidden1.W": [[1, 2], [3, 4], [5, 6]]}).variables.views

    assert given_one["hidden1.W"].tolist() == [[1, 2], [3, 4], [5, 6]]
    assert np.array_equal(given_one["output.W"], drawn["output.W"])
    assert drawn["output.W"].any()


@pytest.mark.parametrize(("activation", "spread"), [("tanh", 6 / (200 + 100)), ("relu", 2 / 200)])
def test_starting_weights_have_the_variance_of_their_initializer_and_biases_are_zero(activation, spread):
    wide = [{"name": "hidden1", "units": 100, "activation": activation}, {"name": "output", "units": 2}]
    views = training(layers=wide, data={"inline": {"x": [[0.5] * 200], "y": [[1, 0]]}}).variables.views

    weights = views["hidden1.W"]

    variance = spread / 3 if activation == "tanh" else spread
    assert abs(weights.mean()) < 3 * np.sqrt(variance / weights.size)
    assert weights.var() == pytest.approx(variance, rel=0.03)
    assert not views["hidden1.b"].any()


def test_another_seed_gives_other_weights():
    assert not np.array_equal(training(seed=1).variables.kept, training(seed=2).variables.kept)


def test_a_frozen_parameter_keeps_its_value_and_has_a_gradient():
    trained = training(frozen=["hidden1.W"])
    before = trained.variables.views["hidden1.W"].copy()

    tape = record(trained)

    assert np.array_equal(trained.variables.views["hidden1.W"], before)
    assert tape.at("hidden1.dW", len(tape)).any()
    assert not np.array_equal(tape.at("output.W", len(tape)), tape.start["output.W"])


def test_the_tape_has_at_each_tick_only_what_was_written_by_then():
    trained = training()
    tape = record(trained)
    first = {name: min(ticks) for name, ticks in trained.writers.items()}

    for ticks in range(trained.ticks_per_step + 1):
        for name in trained.graph.tensors:
            known = name in (INPUT, TARGET) or name in tape.start or (name in first and first[name] < ticks)
            assert (tape.at(name, ticks) is not None) == known, (name, ticks)


def test_what_is_on_a_tape_stays_when_training_goes_on():
    trained = training(batch_size=1)
    tape = record(trained)
    before = {name: tape.at(name, len(tape)).copy() for name in trained.graph.tensors}

    trained.advance(10 * trained.ticks_per_step)

    assert all(np.array_equal(tape.at(name, len(tape)), values) for name, values in before.items())


def test_no_step_begins_after_one_whose_loss_is_not_finite():
    trained = training(optimizer={"type": "sgd", "learning_rate": 1e200})

    ran = trained.advance(100 * trained.ticks_per_step)

    assert trained.diverged
    assert trained.tick == 0
    assert ran == trained.t < 100 * trained.ticks_per_step
    assert trained.advance(1) == 0


def test_a_spec_s_json_makes_the_same_network_again():
    spec = Spec.parse(net(loss="bce_with_logits", frozen=["output.b"], parameters={"output.b": [1, 2]}))

    again = Spec.parse(spec.json())

    assert again.json() == spec.json()
    assert np.array_equal(Training(again).variables.kept, Training(spec).variables.kept)


def test_micro_batches_add_their_gradients_and_the_parameters_move_once():
    parts = [training(data={"inline": {"x": X[i : i + 2], "y": Y[i : i + 2]}}) for i in (0, 2)]
    alone = [record(one) for one in parts]

    trained = training(data={"inline": {"x": X[:4], "y": Y[:4]}}, batch_size=2, accumulate=2)
    tape = record(trained)

    assert trained.steps_per_epoch == 1
    assert len(tape) == 2 * 13 + 4
    for name in ("hidden1.dW", "output.db"):
        check_equal(tape.at(name, len(tape)), sum(one.at(name, len(one)) for one in alone), name)
    assert tape.at("loss.value", 5) == alone[0].at("loss.value", 5)
    assert tape.at("loss.value", 13 + 5) == alone[1].at("loss.value", 5)


def test_a_micro_batch_begins_with_nothing_computed_but_the_parameters_gradients():
    trained = training(data={"inline": {"x": X[:4], "y": Y[:4]}}, batch_size=2, accumulate=2)
    tape = record(trained)

    assert tape.at(INPUT, 0).tolist() == tape.at(INPUT, 13).tolist() == X[:2]
    assert tape.at(INPUT, 14).tolist() == X[2:4]
    assert tape.at("hidden1.a", 13) is not None
    assert tape.at("hidden1.a", 14) is None
    assert tape.at("loss.value", 14) is None
    assert np.array_equal(tape.at("hidden1.dW", 14), tape.at("hidden1.dW", 13))


def test_a_last_step_with_fewer_samples_than_micro_batches_is_refused():
    assert [len(x) for x, _ in record(training(batch_size=3, accumulate=2)).batches] == [3, 2]

    with pytest.raises(InvalidSpec, match=r"the last step of an epoch of 5 samples has 1; expected at least 2"):
        training(batch_size=2, accumulate=2)


def test_checkpoints_that_are_held_flat_cost_the_collector_of_garbage_nothing():
    held = [training().checkpoint().flat() for _ in range(3)]

    gc.collect()

    assert not any(map(gc.is_tracked, held))
