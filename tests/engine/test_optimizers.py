"""Every optimizer against PyTorch (tests/golden/make_optimizers.py), and what is said of its updates."""

import math

import numpy as np
import pytest

from app.engine.graph import derived
from app.engine.optimizers import OPTIMIZERS
from app.engine.optimizers.schedules import SCHEDULES
from app.engine.spec import Spec
from app.engine.training import Training
from app.sessions.session import Session
from tests.engine.nets import batch_names, check_equal, code_names, net, record, training
from tests.engine.table import OPS, OPTIMIZER_ROWS, SCHEDULE_ROWS, choices, row_of
from tests.golden.optimizers import ROWS, by_name


@by_name
def test_a_thousand_steps_lead_where_pytorch_s_lead(row):
    trained = Training(Spec.parse(row["spec"]))

    for steps, wanted in row["after"].items():
        trained.advance(int(steps) * trained.ticks_per_step - trained.t)
        for name, values in wanted.items():
            check_equal(
                trained.variables.views[name], values, f"{name} after {steps}", 1e-12 if steps != "1000" else 1e-11
            )


@by_name
def test_the_state_is_on_the_tape_as_pytorch_keeps_it(row):
    trained = Training(Spec.parse(row["spec"]))
    tapes = [record(trained) for _ in range(3)]

    for letter, tensors in row["state"].items():
        for name, values in tensors.items():
            check_equal(tapes[-1].at(derived(letter, name), trained.ticks_per_step), values, f"{letter} of {name}")
    letters = OPTIMIZERS.find(trained.spec.optimizer.type, "").possible_state
    on_tape = {name for name in tapes[-1].start if name.split(".")[1][:-1] in letters}
    assert on_tape == {derived(letter, name) for letter, tensors in row["state"].items() for name in tensors}


@by_name
def test_the_terms_of_an_update_give_it_and_the_parameter_moves_by_it(row):
    session = Session("s_1", Spec.parse(row["spec"]))
    session.advance(3 * session.ticks_per_step, record=False)
    frame = session.frame(session.t)

    for name, index in (("hidden1.W", (1, 2)), ("hidden1.b", (3,)), ("output.W", (0, 1))):
        explained = session.explain(name, index, session.t)
        update, change = explained.update, frame[derived("u", name)][index]

        assert sum(term.value for term in update.terms) == pytest.approx(change, rel=1e-12, abs=1e-18)
        assert update.value[0] + change == pytest.approx(update.value[1], rel=1e-15)
        assert update.value[1] == frame[name][index]
        assert update.plain == -update.rate * frame[derived("d", name)][index]
        assert {address.split("[")[0] for address in update.state[1]} == {
            derived(letter, name) for letter in row["state"]
        }
        for address, after in update.state[1].items():
            assert after == frame[address.split("[")[0]][index]


@by_name
def test_the_state_explains_itself_by_its_last_value_and_the_gradient(row):
    session = Session("s_1", Spec.parse(row["spec"]))
    session.advance(2 * session.ticks_per_step, record=False)
    before = session.frame(session.ticks_per_step)

    for letter in row["state"]:
        explained = session.explain(derived(letter, "output.W"), (1, 0), session.t)

        assert explained.kind == "function"
        assert explained.arguments[0].value == before[derived(letter, "output.W")][1, 0]
        joins = "output.vW" if letter == "vmax" else "output.dW"
        assert joins in [argument.tensor for argument in explained.arguments[1:]]


def stages(optimizer):
    """After three steps, of output.W[0, 1]: what is kept of it by letter, the stages of its update by their words, and
    the update."""
    session = Session("s_1", Spec.parse(net(optimizer=optimizer)))
    session.advance(3 * session.ticks_per_step, record=False)
    update, frame = session.explain("output.W", (0, 1), session.t).update, session.frame(session.t)
    kept = {letter: frame.get(derived(letter, "output.W")) for letter in ("d", "u", "m", "v")}
    of = {letter: float(values[0, 1]) for letter, values in kept.items() if values is not None}
    return of, {stage.text: stage.value for stage in update.stages}, update


@by_name
def test_the_stages_of_an_update_begin_with_the_gradient_and_end_with_the_rate(row):
    session = Session("s_1", Spec.parse(row["spec"]))
    session.advance(3 * session.ticks_per_step, record=False)
    frame = session.frame(session.t)

    told = session.explain("output.W", (0, 1), session.t).update.stages

    assert (told[0].tensor, told[0].value) == ("output.dW", frame["output.dW"][0, 1])
    assert told[-1].text == "effective rate"
    kept = {stage.tensor: stage.value for stage in told[1:] if stage.tensor}
    assert kept == {derived(letter, "output.W"): frame[derived(letter, "output.W")][0, 1] for letter in row["state"]}
    texts = [stage.text for stage in told]
    assert len(set(texts)) == len(texts)


def test_adam_s_stages_correct_both_moments_and_give_the_update():
    of, told, _ = stages({"type": "adam", "learning_rate": 0.01, "betas": [0.8, 0.95]})

    corrected, spread = of["m"] / (1 - 0.8**3), of["v"] / (1 - 0.95**3)
    assert told["first moment, corrected"] == pytest.approx(corrected, rel=1e-14)
    assert told["second moment, corrected"] == pytest.approx(spread, rel=1e-14)
    assert told["effective rate"] == pytest.approx(0.01 / (math.sqrt(spread) + 1e-8), rel=1e-14)
    assert -told["effective rate"] * told["first moment, corrected"] == pytest.approx(of["u"], rel=1e-13)
    assert list(told) == [
        "dL/dW",
        *("first moment", "second moment", "first moment, corrected", "second moment, corrected"),
        "effective rate",
    ]


def test_clipping_and_weight_decay_are_stages_of_their_own():
    optimizer = {"type": "sgd", "learning_rate": 0.1, "weight_decay": 0.5, "clip_norm": 0.05}
    of, told, update = stages(optimizer)

    clipped, decay = told["clipped gradient"], told["weight decay"]
    assert abs(clipped) < abs(of["d"])
    assert decay == pytest.approx(0.5 * update.value[0], rel=1e-15)
    assert told["gradient with weight decay"] == pytest.approx(clipped + decay, rel=1e-15)
    assert -told["effective rate"] * (clipped + decay) == pytest.approx(of["u"], rel=1e-13)


def test_weight_decay_beside_the_gradient_is_no_stage_of_it():
    _, told, update = stages({"type": "adamw", "learning_rate": 0.01, "weight_decay": 0.1})

    assert "weight decay" not in told
    moved = -told["effective rate"] * told["first moment, corrected"]
    assert [term.value for term in update.terms] == pytest.approx([moved, -0.01 * 0.1 * update.value[0]], rel=1e-13)


def test_the_rate_of_a_momentum_that_holds_the_division_is_the_rate_itself():
    of, told, _ = stages({"type": "rmsprop", "learning_rate": 0.02, "momentum": 0.9, "centered": True})

    assert told["effective rate"] == 0.02
    assert -0.02 * of["m"] == pytest.approx(of["u"], rel=1e-14)
    assert 0 < told["variance of the gradient"] < of["v"]
    _, plain, _ = stages({"type": "rmsprop", "learning_rate": 0.02})
    assert plain["effective rate"] > 0.02


@by_name
def test_the_code_lines_give_the_updates(row):
    trained = Training(Spec.parse(row["spec"]))
    tapes = [record(trained), record(trained)]
    names = {"np": np, "math": math, **code_names(tapes[0])}

    for tape in tapes:
        names |= {"t": tape.step + 1, "epoch": tape.step // trained.steps_per_epoch}
        for tick in trained.schedule:
            names |= batch_names(tape, tick.index)
            exec(tick.code["numpy"], names)
            for name in tick.writes:
                check_equal(names[name.replace(".", "_")], tape.at(name, tick.index + 1), name)


@by_name
def test_a_restored_run_goes_on_bit_for_bit(row):
    trained = Training(Spec.parse(row["spec"]))
    trained.advance(5 * trained.ticks_per_step)
    checkpoint = trained.checkpoint()
    trained.advance(7 * trained.ticks_per_step)
    wanted = trained.variables.kept.copy()

    trained.restore(checkpoint)
    trained.advance(7 * trained.ticks_per_step)

    assert trained.variables.kept.tobytes() == wanted.tobytes()


def test_adam_s_first_update_is_the_rate_against_the_gradient_s_sign():
    row = next(row for row in ROWS if row["spec"]["optimizer"] == {"type": "adam"})
    trained = Training(Spec.parse(row["spec"]))

    tape = record(trained)

    g, u = tape.at("output.dW", len(tape)), tape.at("output.uW", len(tape))
    check_equal(u, -0.001 * np.abs(g) / (np.abs(g) + 1e-8) * np.sign(g), "uW")


def test_a_frozen_parameter_has_no_state():
    graph = training(optimizer={"type": "adam"}, frozen=["hidden1.b"]).graph

    assert "hidden1.mW" in graph.tensors
    assert "hidden1.mb" not in graph.tensors


def test_every_optimizer_and_schedule_that_the_table_tries_has_golden_figures():
    optimizers = [row["spec"]["optimizer"] for row in ROWS]
    schedules = [optimizer.get("schedule") for optimizer in optimizers]

    assert [choice for choice in choices(OPTIMIZER_ROWS) if choice not in optimizers] == []
    assert [choice for choice in choices(SCHEDULE_ROWS) if len(choice) > 1 and choice not in schedules] == []
    penalties = [row["spec"].get("penalty", {}) for row in ROWS]
    assert [options for options in row_of(OPS, "penalty").tried if options not in penalties] == []


@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_every_optimizer_is_followed_for_a_thousand_steps(name):
    far = [row for row in ROWS if row["spec"]["optimizer"]["type"] == name and "1000" in row["after"]]

    assert len(far) >= 3


def test_a_rate_may_change_every_step_or_every_epoch():
    schedule = {"type": "exponential", "gamma": 0.5}
    for every, rates in (("step", [1, 0.5, 0.25, 0.125]), ("epoch", [1, 1, 0.5, 0.5])):
        optimizer = {"type": "sgd", "learning_rate": 1.0, "schedule": {**schedule, "every": every}}
        session = Session("s_1", Spec.parse(net(batch_size=3, optimizer=optimizer)))
        found = []

        for _ in rates:
            session.advance(session.ticks_per_step, record=False)
            found.append(session.explain("output.b", (0,), session.t).update.rate)

        assert found == rates


@pytest.mark.parametrize("settings", [{"type": "exponential"}, {"type": "step", "step_size": 1}])
def test_a_rate_that_grows_beyond_every_number_is_infinite_and_that_of_0_stays_0(settings):
    grown = SCHEDULES.make({**settings, "gamma": 1e9}, "/schedule")

    assert [grown.rate(base, n) for base, n in ((0.5, 2), (0.5, 2_000), (0.0, 2_000))] == [5e17, math.inf, 0.0]


def test_a_gradient_shorter_than_the_bound_is_not_clipped_and_a_longer_one_is_shown_with_its_share():
    free, bound = (
        Session("s_1", Spec.parse(net(optimizer={"type": "sgd", "learning_rate": 0.1, "clip_norm": norm})))
        for norm in (100.0, 0.1)
    )
    for session in (free, bound):
        session.advance(session.ticks_per_step, record=False)

    frame = bound.frame(bound.t)
    norm = np.sqrt(sum((frame[name] ** 2).sum() for name in ("hidden1.dW", "hidden1.db", "output.dW", "output.db")))
    clip = bound.explain("output.W", (0, 1), bound.t).update.terms[0].factors[1]
    assert free.explain("output.W", (0, 1), free.t).update.terms[0].factors[1].value == 1
    assert clip.value == pytest.approx(0.1 / norm, rel=1e-4)
    check_equal(frame["output.dW"], free.frame(free.t)["output.dW"])
