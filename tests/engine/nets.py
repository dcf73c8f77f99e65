"""Networks to test with, and what *equal* means (api.md)."""

import numpy as np
from hypothesis import strategies as st

from app.engine.graph import INPUT, TARGET
from app.engine.ops import ACTIVATIONS, LOSSES
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.table import ACTIVATION_ROWS, LOSS_ROWS, OPS, OPTIMIZER_ROWS, SCHEDULE_ROWS, choices, row_of

X = [[0.5, -1.2], [0.3, 0.8], [-0.7, 0.1], [1.1, 0.4], [-0.2, -0.9]]
Y = [[0.1, 0.9], [1.0, 0.0], [0.4, -0.3], [-0.6, 0.2], [0.7, 0.5]]


def net(**changes):
    """The JSON of a 2-3-2 network on five samples, with some keys changed."""
    return {
        "seed": 3,
        "data": {"inline": {"x": X, "y": Y}},
        "layers": [{"name": "hidden1", "units": 3, "activation": "tanh"}, {"name": "output", "units": 2}],
        "loss": "mse",
        "optimizer": {"type": "sgd", "learning_rate": 0.1},
        **changes,
    }


def training(**changes):
    """That network, ready to train."""
    return Training(Spec.parse(net(**changes)))


def record(trained):
    """The tape of the step that begins now, all of it run."""
    tape = trained.tape()
    trained.advance(trained.ticks_per_step, tape)
    return tape


def code_names(tape):
    """The variables that the code lines of a tape's step begin with: parameters, state, and the first batch."""
    return {variable(name): values.copy() for name, values in tape.start.items()} | batch_names(tape, 0)


def batch_names(tape, tick):
    """The variables of the (micro-)batch that the tick of this index works on."""
    return {variable(name): tape.at(name, tick + 1).copy() for name in (INPUT, TARGET)}


def variable(name):
    return name.replace(".", "_")


def check_equal(given, wanted, name="", relative=1e-12, least=1e-4):
    """max|a−b| ≤ 1e-12 · max(max|b|, 1e-4), over a tensor."""
    a, b = np.asarray(given), np.asarray(wanted)
    assert a.shape == b.shape, f"{name}: {a.shape}, not {b.shape}"
    off = np.max(np.abs(a - b), initial=0)
    allowed = relative * max(np.max(np.abs(b), initial=0), least)
    assert off <= allowed, f"{name}: off by {off}, allowed {allowed}\n{a}\n{b}"


NUMBERS = st.integers(-300, 300).map(lambda n: n / 100)


def targets(loss, rows):
    """`rows` as targets that `loss` can take: for a loss over classes, where the largest number of each row stands."""
    if LOSSES.find(loss, "").targets != "classes":
        return rows
    return [row.index(max(row)) for row in rows]


def fitting(loss, layers):
    """`layers` with an output that `loss` can take."""
    return (
        layers if LOSSES.find(loss, "").wants == "numbers" else [*layers[:-1], {**layers[-1], "activation": "sigmoid"}]
    )


@st.composite
def nets(draw, activations=None):
    """The JSON of any small network: depth, widths, activations, loss, penalty, (micro-)batches, biases, optimizer,
    what is frozen. Hyper-parameters are what the table tries."""
    inputs, samples, depth = draw(st.integers(1, 3)), draw(st.integers(1, 5)), draw(st.integers(1, 3))
    widths = [draw(st.integers(1, 3)) for _ in range(depth)]
    names = [*(f"hidden{i + 1}" for i in range(depth - 1)), "output"]
    choose = st.sampled_from([c for c in choices(ACTIVATION_ROWS) if c["type"] in (activations or ACTIVATIONS.names())])
    layers = [
        {"name": name, "units": units, "activation": draw(choose), "bias": draw(st.booleans())}
        for name, units in zip(names, widths, strict=True)
    ]
    loss = draw(st.sampled_from(choices(LOSS_ROWS)))
    if LOSSES.find(loss["type"], "").targets == "classes":
        widths[-1] = layers[-1]["units"] = widths[-1] + 1
    layers = fitting(loss["type"], layers)
    y = targets(loss["type"], draw(rows(samples, widths[-1])))
    batch = draw(st.integers(1, samples))
    micros = [n for n in (1, 2) if min(samples % (batch * n) or batch * n, samples) >= n]
    penalty = draw(st.sampled_from([{}, *row_of(OPS, "penalty").tried]))
    parameters = [f"{layer['name']}.{letter}" for layer in layers for letter in ("Wb" if layer["bias"] else "W")]
    return {
        "seed": draw(st.integers(0, 2**32)),
        "data": {"inline": {"x": draw(rows(samples, inputs)), "y": y}},
        "batch_size": batch,
        "accumulate": draw(st.sampled_from(micros)),
        "penalty": penalty,
        "shuffle": draw(st.booleans()),
        "layers": layers,
        "loss": loss,
        "optimizer": draw(optimizers()),
        "frozen": draw(st.lists(st.sampled_from(parameters), unique=True)),
    }


@st.composite
def optimizers(draw):
    """The JSON of any optimizer that the table tries, clipping or not, with a schedule or none."""
    rates = st.sampled_from([0.0, 0.01, 0.1, 1.0]).map(lambda rate: {"learning_rate": rate})
    clips = st.sampled_from([{}, {"clip_norm": 0.3}])
    schedules = st.sampled_from([{}, *({"schedule": choice} for choice in choices(SCHEDULE_ROWS))])
    choice = draw(st.sampled_from(choices(OPTIMIZER_ROWS)))
    return {**choice, **draw(rates | st.just({})), **draw(clips), **draw(schedules)}


def rows(count, width):
    return st.lists(st.lists(NUMBERS, min_size=width, max_size=width), min_size=count, max_size=count)
