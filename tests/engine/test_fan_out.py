"""A value that is used twice: its gradients are summed, and its explanation has the terms of both ticks.

The graphs are built by hand: weights that two layers share, and a residual connection with an op of its own.
"""

import numpy as np
import pytest

from app.engine.explain import Explainer, Moment
from app.engine.graph import INPUT, LOSS, TARGET, Graph, Role, derived
from app.engine.ops import ACTIVATIONS, LOSSES, LinearWithoutBias, Op
from app.engine.optimizers import SGD
from app.engine.plan import MINUS_RATE, Phase, Plan, Variables, schedule
from app.engine.tape import Tape, Writers
from app.engine.terms import Sum, Term
from tests.engine.nets import check_equal

X, Y = np.array([[0.5, -0.3], [0.2, 0.9]]), np.array([[0.1, 0.4], [-0.2, 0.3]])
START = {"h.W": np.array([[0.7, -0.2], [0.4, 0.6]])}


class Plus(Op):
    """c = a + b."""

    type = "plus"
    inputs = ("a", "b")
    outputs = ("c",)
    backward = ("a", "b")
    latex = numpy = pytorch = words = {"forward": "$c = $a + $b", "da": "$da = $dc", "db": "$db = $dc"}

    def shapes(self, **inputs):
        return {"c": inputs["a"]}

    def forward(self, a, b, c):
        np.add(a, b, out=c)

    def da(self, dc, da):
        np.copyto(da, dc)

    def db(self, dc, db):
        np.copyto(db, dc)

    def explain(self, letter, index, look):
        if letter == "c":
            return Sum("c = a + b", tuple(Term((look.stored(part, index, part, part),)) for part in "ab"))
        return Sum("dc", (Term((look.stored("dc", index, "dc", "dc"),)),))


def begun():
    graph = Graph()
    graph.tensor(INPUT, Role.DATA, (None, 2), "input")
    graph.tensor(TARGET, Role.DATA, (None, 2), "target")
    graph.parameter("h.W", (2, 2), "h")
    graph.add(LinearWithoutBias(), "h", x=INPUT, W="h.W", z="h.z")
    graph.add(ACTIVATIONS.make("tanh", ""), "h", z="h.z", a="h.a")
    return graph


def shared_weights():
    """The input through W, tanh and the same W again."""
    graph = begun()
    graph.add(LinearWithoutBias(), "g", x="h.a", W="h.W", z="g.z")
    return ended(graph, "g.z")


def residual():
    """The sum and its tanh, added: c = tanh(z) + z."""
    graph = begun()
    graph.add(Plus(), "g", a="h.a", b="h.z", c="g.c")
    return ended(graph, "g.c")


def ended(graph, output):
    graph.end(LOSSES.make("mse", ""), output)
    graph.tensor(derived("u", "h.W"), Role.UPDATE, (2, 2), "h")
    return graph


def bound(graph, dtype="float64"):
    ticks, variables = schedule(graph, SGD()), Variables(graph, dtype)
    variables.views["h.W"][...] = START["h.W"]
    plan = Plan(graph, ticks, variables, len(X), dtype)
    plan.load(X, Y)
    return ticks, plan


def run(graph):
    ticks, plan = bound(graph)
    tape = Tape(0, {**START, MINUS_RATE: np.array(-0.001)}, [(X, Y)], Writers(graph, ticks), plan.bytes)
    for tick in ticks:
        plan.calls[tick.index]()
        tape.written.append(plan.records[tick.index]())
    return ticks, tape


def complex_step(graph):
    ticks, plan = bound(graph, "complex128")
    gradient = np.empty((2, 2))
    for index in np.ndindex(2, 2):
        np.copyto(plan.buffers["h.W"], START["h.W"])
        plan.buffers["h.W"][index] += 1e-30j
        for tick in ticks:
            if tick.phase in (Phase.FORWARD, Phase.LOSS):
                plan.calls[tick.index]()
        gradient[index] = plan.buffers[LOSS].imag / 1e-30
    return gradient


@pytest.mark.parametrize("graph", [shared_weights(), residual()], ids=["shared weights", "residual"])
def test_the_gradient_of_what_is_used_twice_is_the_complex_step(graph):
    ticks, tape = run(graph)

    check_equal(tape.at("h.dW", len(ticks)), complex_step(graph), "h.dW")


@pytest.mark.parametrize(
    ("graph", "name", "count"),
    [(shared_weights(), "h.dW", 2 * len(X)), (residual(), "h.dz", 2)],
    ids=["shared weights", "residual"],
)
def test_both_ticks_terms_are_in_the_explanation(graph, name, count):
    ticks, tape = run(graph)
    explainer = Explainer(graph, ticks, SGD(), Moment(len(ticks), tape, len(ticks), lambda: None))

    made = explainer.explain(name, (0, 1))

    assert len(made.terms) == count
    check_equal(sum(term.value for term in made.terms), made.value, name)


def test_between_the_two_ticks_the_gradient_has_the_first_one_s_terms():
    ticks, tape = run(shared_weights())
    first, second = tape.writers["h.dW"]
    explainer = Explainer(shared_weights(), ticks, SGD(), Moment(first + 1, tape, first + 1, lambda: None))

    made = explainer.explain("h.dW", (1, 0))

    assert first < second
    assert len(made.terms) == len(X)
    check_equal(sum(term.value for term in made.terms), made.value)
    assert made.value != tape.at("h.dW", second + 1)[1, 0]


def test_the_second_run_of_a_step_does_not_add_to_the_first_one_s_gradients():
    ticks, plan = bound(shared_weights())
    gradients = []

    for _ in range(2):
        np.copyto(plan.buffers["h.W"], START["h.W"])
        for tick in ticks:
            plan.calls[tick.index]()
        gradients.append(plan.buffers["h.dW"].copy())

    assert np.array_equal(*gradients)


def test_the_code_of_the_second_tick_adds():
    ticks = schedule(residual(), SGD())

    lines = [tick.code["numpy"] for tick in ticks if "h.dz" in tick.writes]

    assert lines == ["h_dz = g_dc", "h_dz += h_da * (1 - h_a**2)"]
