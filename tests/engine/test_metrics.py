"""The curves of a run: each value as computed by hand, whatever way the head took; thinned, they lose no peak."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.engine import metrics
from app.engine.errors import InvalidRequest
from app.engine.metrics import norms
from app.engine.series import Record, Series, extremes
from app.engine.spec import Spec
from app.sessions.session import Session
from tests.engine.nets import X, Y, check_equal, net, training

SPEC = net(batch_size=2, shuffle=True)
PER_EPOCH = 3


def session(**changes):
    return Session("s_1", Spec.parse({**SPEC, **changes}))


def with_classes(spec, test=False):
    """A net for classes; with `test` three rows of other numbers are held out."""
    data = replace(
        spec.data,
        classes=2,
        **({"test_x": np.array(X[:3]) * 2, "test_y": np.array([[1.0, 0], [0, 1], [1, 0]])} if test else {}),
    )
    return replace(spec, data=data)


def by_hand(steps, **changes):
    """The loss and each layer's gradient norm of every step, from a training that is stopped after each."""
    trained = training(**{**SPEC, **changes})
    found = {"loss": [], "gradient_norm.hidden1": [], "gradient_norm.output": []}
    for _ in range(steps):
        trained.advance(trained.ticks_per_step)
        found["loss"].append(trained.loss)
        for layer in ("hidden1", "output"):
            parts = [trained.variables.shared[f"{layer}.{letter}"].ravel() for letter in ("dW", "db")]
            found[f"gradient_norm.{layer}"].append(np.linalg.norm(np.concatenate(parts)))
    return found


def same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        assert one[name].steps.tolist() == other[name].steps.tolist(), name
        assert one[name].values.tobytes() == other[name].values.tobytes(), name


@pytest.mark.parametrize("steps", [1, 7, 40, 1_030])
def test_loss_and_gradient_norms_of_every_step_are_those_of_a_run_that_stops_after_each(steps):
    made = session()

    made.advance(steps * made.ticks_per_step, record=False)

    for name, values in by_hand(steps).items():
        curve = made.metrics()[name]
        assert curve.steps.tolist() == list(range(steps))
        check_equal(curve.values, values, name, 1e-14)


def test_a_watched_run_and_one_tick_by_tick_give_the_same_curves():
    fast, watched, ticking = session(), session(), session()

    fast.advance(20 * fast.ticks_per_step, record=False)
    watched.advance(20 * fast.ticks_per_step, record=True)
    for _ in range(20 * fast.ticks_per_step):
        ticking.advance(1, record=True)

    same(watched.metrics(), fast.metrics())
    same(ticking.metrics(), fast.metrics())


def test_the_step_under_way_has_its_loss_and_norms_as_soon_as_they_are_computed():
    made = session()
    made.advance(made.ticks_per_step, record=False)
    there = []

    for tick in made.schedule:
        made.advance(1, record=True)
        there.append({name for name, curve in made.metrics().items() if curve.steps[-1] == 1})
        assert ("loss" in there[-1]) == (tick.index >= made.training.loss_index)

    first = {name: min(i for i, names in enumerate(there) if name in names) for name in there[-1]}
    assert made.schedule[first["gradient_norm.output"]].writes == ("output.db",)
    assert made.schedule[first["gradient_norm.hidden1"]].writes == ("hidden1.db",)
    assert set(there[-1]) == {"loss", "gradient_norm.hidden1", "gradient_norm.output"}


@pytest.mark.parametrize("penalized", [{}, {"loss": {"type": "mse", "reduction": "sum"}}])
def test_the_data_loss_at_each_epoch_s_end_is_that_of_all_rows(penalized):
    made, trained = session(**penalized), training(**{**SPEC, **penalized})
    made.advance(5 * PER_EPOCH * made.ticks_per_step, record=False)

    curve = made.metrics(["train_loss"])["train_loss"]

    assert curve.steps.tolist() == [0, 3, 6, 9, 12, 15]
    for step, value in zip(curve.steps, curve.values, strict=True):
        trained.advance(step * trained.ticks_per_step - trained.t)
        W, b, V, c = (trained.variables.views[n] for n in ("hidden1.W", "hidden1.b", "output.W", "output.b"))
        errors = (np.tanh(np.array(X) @ W.T + b) @ V.T + c - np.array(Y)) ** 2
        check_equal(value, errors.sum() if penalized else errors.mean(), relative=1e-13)


def test_rows_in_parts_count_once_each(monkeypatch):
    whole, parts = (Session("s_1", with_classes(Spec.parse(SPEC), test=True)) for _ in range(2))
    for made in (whole, parts):
        made.advance(4 * PER_EPOCH * made.ticks_per_step, record=False)
    wanted = whole.metrics()
    monkeypatch.setattr(metrics, "EVALUATED_NUMBERS", 80)

    found = parts.metrics()

    assert 1 < parts._metrics._evaluations["train"]._size < len(X)
    for name, curve in wanted.items():
        check_equal(found[name].values, curve.values, name)


def test_accuracy_is_there_for_classes_only_and_test_curves_for_held_out_rows_only():
    spec = Spec.parse(SPEC)
    steps = ["loss", "gradient_norm.hidden1", "gradient_norm.output"]

    assert list(Session("s_1", spec).metrics()) == [*steps, "train_loss"]
    assert list(Session("s_1", with_classes(spec)).metrics()) == [*steps, "train_loss", "train_accuracy"]
    held_out = Session("s_1", with_classes(spec, test=True))
    assert list(held_out.metrics()) == [*steps, "train_loss", "test_loss", "train_accuracy", "test_accuracy"]


def test_accuracy_is_the_share_of_samples_whose_largest_output_is_their_class():
    made = Session("s_1", with_classes(Spec.parse(SPEC), test=True))
    made.advance(PER_EPOCH * made.ticks_per_step, record=False)

    curves = made.metrics()

    for part, x, y in (("train", X, Y), ("test", made.spec.data.test_x, made.spec.data.test_y)):
        outputs = made.predict(np.array(x), 10_000)["output.a"]
        right = (outputs.argmax(1) == np.argmax(y, 1)).mean()
        assert curves[f"{part}_accuracy"].values[-1] == right


IRIS = {
    "data": {"dataset": "iris", "test_fraction": 0.3},
    "batch_size": 16,
    "layers": [{"name": "hidden1", "units": 6, "activation": "tanh"}, {"name": "output", "units": 3}],
    "loss": "cross_entropy",
    "optimizer": {"type": "adam", "learning_rate": 0.02},
    "penalty": {"l2": 0.01},
}


def test_a_data_set_with_classes_and_a_held_out_part_has_all_four_curves_of_all_rows():
    made = Session("s_1", Spec.parse(IRIS))
    made.advance(made.target("epoch", 20), record=False)

    curves = made.metrics()

    data = made.spec.data
    for part, x, y in (("train", data.x, data.y), ("test", data.test_x, data.test_y)):
        logits = made.predict(x, 65_536)["output.a"]
        chosen = logits[np.arange(len(y)), y.astype(int)]
        check_equal(curves[f"{part}_loss"].values[-1], (np.log(np.exp(logits).sum(1)) - chosen).mean(), part)
        assert curves[f"{part}_accuracy"].values[-1] == (logits.argmax(1) == y).mean() > 0.85
        assert curves[f"{part}_accuracy"].steps.tolist() == [e * made.training.steps_per_epoch for e in range(21)]


@given(st.lists(st.tuples(st.sampled_from(["advance", "tick", "rewind", "redo", "read"]), st.integers(0, 30))))
def test_after_rewinds_the_curves_are_those_of_the_present_history(commands):
    made = session()
    for what, count in commands:
        if what == "rewind":
            made.rewind(min(count * made.ticks_per_step // 2, made.t))
        elif what == "redo":
            made.rewind_to_revision(min(count, made.revision))
        elif what == "read":
            made.metrics()
        else:
            made.advance(1 + (count * made.ticks_per_step if what == "advance" else count), record=what == "tick")

    straight = session()
    straight.advance(made.t, record=False)

    losses = straight.metrics()["loss"]
    for since in (None, *range(made.revision + 1)):
        first, told = made.losses_since(since, 10_000)
        assert told.steps.tolist() == losses.steps[first:].tolist()
        assert told.values.tolist() == losses.values[first:].tolist()
    same(made.metrics(), straight.metrics())


def test_back_on_a_line_that_was_left_the_curves_are_its_own():
    made, straight = session(), session()
    for one in (made, straight):
        one.advance(10 * one.ticks_per_step, record=False)
    made.edit([{"tensor": "output.b", "index": [0], "value": 3}], at=3 * made.ticks_per_step)
    made.advance(20 * made.ticks_per_step, record=False)

    made.rewind_to_revision(1)

    same(made.metrics(), straight.metrics())


@pytest.mark.parametrize("recent", [64, 7])
def test_the_latest_losses_are_told_one_by_one_however_long_the_run(monkeypatch, recent):
    monkeypatch.setattr(metrics, "RECORD_BYTES", 16 * 3 * 64)
    monkeypatch.setattr(metrics, "RECENT", recent)
    made = session()
    values = by_hand(1_000)["loss"]
    made.advance(900 * made.ticks_per_step, record=False)
    made.advance(made.ticks_per_step, record=False)
    made.rewind_to_revision(1)
    made.advance(100 * made.ticks_per_step, record=False)

    first, told = made.losses_since(1, 10_000)

    assert first == 900
    exact = told.steps >= 1_000 - recent
    assert told.steps[exact].tolist() == list(range(1_000 - min(recent, 100), 1_000))
    check_equal(told.values, np.array(values)[told.steps])
    assert len(made.losses_since(None, 10)[1].steps) <= 10


def test_a_session_that_is_opened_again_has_its_curves():
    made = session()
    made.advance(30 * made.ticks_per_step + 4, record=False)
    made.rewind(11 * made.ticks_per_step + 9)

    again = Session("s_1", Spec.parse(made.spec.json()), made.log)

    same(again.metrics(), made.metrics())


def test_a_long_run_keeps_its_lowest_and_highest_in_bounded_memory(monkeypatch):
    monkeypatch.setattr(metrics, "RECORD_BYTES", 16 * 3 * 64)
    monkeypatch.setattr(metrics, "EPOCHS", 8)
    made = session(optimizer={"type": "sgd", "learning_rate": 0.9})
    made.advance(1_000 * made.ticks_per_step, record=False)
    values = by_hand(1_000, optimizer={"type": "sgd", "learning_rate": 0.9})["loss"]

    curves = made.metrics()

    steps = curves["loss"].steps.tolist()
    assert len(steps) <= 64 + made._metrics._record.span
    assert steps == sorted(set(steps))
    assert steps[-1] == 999
    assert {int(np.argmin(values)), int(np.argmax(values))} <= set(steps)
    check_equal(curves["loss"].values, np.array(values)[steps])
    epochs = curves["train_loss"].steps.tolist()
    assert len(epochs) <= 10
    assert [epochs[0], epochs[-1]] == [0, 333 * PER_EPOCH]


def test_a_rewind_of_a_long_run_keeps_the_lowest_and_highest_before_it(monkeypatch):
    monkeypatch.setattr(metrics, "RECORD_BYTES", 16 * 3 * 64)
    made = session(optimizer={"type": "sgd", "learning_rate": 0.9})
    made.advance(1_000 * made.ticks_per_step, record=False)
    whole = made.metrics()
    values = by_hand(1_000, optimizer={"type": "sgd", "learning_rate": 0.9})["loss"]

    for step in (640, 501, 333, 1):
        made.rewind(step * made.ticks_per_step)
        steps = made.metrics()["loss"].steps.tolist()
        assert steps[-1] == step - 1
        assert {int(np.argmin(values[:step])), int(np.argmax(values[:step]))} <= set(steps)
    made.rewind_to_revision(1)

    same(made.metrics(), whole)


def test_a_diverged_run_ends_with_what_it_diverged_to():
    made = session(optimizer={"type": "sgd", "learning_rate": 1e200})
    made.advance(1_000, record=False)

    curves = made.metrics()

    assert not np.isfinite(curves["loss"].values[-1])
    assert np.isfinite(curves["loss"].values[:-1]).all()
    assert curves["loss"].steps.tolist() == list(range(made.training.step))


def test_reading_curves_changes_nothing():
    made = session()
    made.advance(20, record=False)
    before = made.head()

    made.metrics()

    assert made.head() == before
    straight = session()
    made.advance(100, record=False)
    straight.advance(120, record=False)
    assert made.state_sha256() == straight.state_sha256()


def test_an_unknown_series_is_refused_with_those_there_are():
    with pytest.raises(InvalidRequest, match=r'no series "los"; expected loss, gradient_norm.hidden1, .*train_loss'):
        session().metrics(["loss", "los"])


CURVES = st.lists(st.floats(allow_nan=True), min_size=1, max_size=60)


@given(CURVES, st.integers(2, 30))
@example([3, 1, 2, 4, 0, 9, 5, 6], 4)
def test_thinning_keeps_the_lowest_and_highest_and_with_four_points_the_ends(values, most):
    curve = Series(np.arange(len(values)) * 3, np.array(values))

    thin = curve.thinned(most)

    assert len(thin.steps) <= most or len(thin.steps) == len(values)
    assert (np.diff(thin.steps) > 0).all()
    assert np.array_equal(thin.values, curve.values[thin.steps // 3], equal_nan=True)
    if len(values) > most:
        numbers = np.where(np.isnan(values), np.inf, values)
        assert numbers.min() in np.where(np.isnan(thin.values), np.inf, thin.values)
        assert numbers.max() in np.where(np.isnan(thin.values), np.inf, thin.values)
        assert most < 4 or {thin.steps[0], thin.steps[-1]} == {0, curve.steps[-1]}


def test_of_values_that_are_all_the_same_the_first_and_the_last_are_kept():
    assert extremes(np.zeros((2, 5))).tolist() == [[0, 4], [0, 4]]


def test_every_part_of_a_thinned_curve_has_its_own_peak_and_dip():
    values = np.zeros(1_000)
    values[[105, 305, 505, 705, 905]] = [1, -2, 3, -4, 5]

    thin = Series(np.arange(1_000), values).thinned(12)

    assert {105, 305, 505, 705, 905} <= set(thin.steps.tolist())


def test_the_record_s_points_are_the_same_in_whatever_portions_they_came():
    values = np.random.default_rng(0).normal(size=(2, 777))
    at_once, piecemeal = Record(2, 64), Record(2, 64)

    at_once.add(values)
    for first in range(0, 777, 10):
        piecemeal.add(values[:, first : first + 10])

    for number in (0, 1):
        assert at_once.series(number).steps.tolist() == piecemeal.series(number).steps.tolist()
        assert at_once.series(number).values.tolist() == piecemeal.series(number).values.tolist()


def test_a_norm_neither_overflows_nor_vanishes():
    rows = np.array([[3e200, 4e200], [3e-200, 4e-200], [0, 0], [np.inf, 1], [np.nan, 1], [3, -4]])

    with np.errstate(all="ignore"):
        found = norms(rows)

    check_equal(found[:2] / [1e200, 1e-200], [5, 5])
    assert np.array_equal(found[2:], [0, np.inf, np.nan, 5], equal_nan=True)
