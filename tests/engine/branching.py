"""Graphs in which a value is used twice, built by hand: weights that two layers share, and a residual connection."""

import numpy as np

from app.engine.graph import INPUT, TARGET, Graph, Role, derived
from app.engine.ops import ACTIVATIONS, LOSSES, LinearWithoutBias, Op
from app.engine.optimizers import SGD
from app.engine.plan import MINUS_RATE, Plan, Variables, schedule
from app.engine.tape import Tape, Writers
from app.engine.terms import Sum, Term

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
