"""What the engine and the sessions know, in the shapes of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..engine import datasets, initializers, layers, optimizers, presets
from ..engine.algebra import Algebra, Matrix, algebra
from ..engine.datasets import Data
from ..engine.explain import Explanation, Update
from ..engine.ops import ACTIVATIONS, LOSSES, Penalty
from ..engine.paths import Paths
from ..engine.plan import Tick
from ..engine.rows import TEST_FRACTION
from ..engine.spec import FIELDS
from ..engine.tape import Tape
from ..engine.terms import Array, Factor, Term
from ..sessions.session import Session

PREFIX = "/api/v1"


def tensor(values: Array) -> dict[str, Any]:
    """A tensor in full."""
    return {"shape": values.shape, "values": values if values.ndim else values.item()}


def summarized(session: Session, name: str, values: Array, t: int, most: int, linked: bool = True) -> dict[str, Any]:
    """A tensor in full, or its summary and address where it has more than `most` values."""
    if values.size <= most:
        return tensor(values)
    href = {"href": f"{PREFIX}/sessions/{session.asked_as}/tensors/{name}?t={t}"} if linked else {}
    return {"shape": values.shape, "summary": summary(values), **href}


def summary(values: Array) -> dict[str, Any]:
    """What a large tensor is like; over its finite values, scaled so that no square of one overflows."""
    finite = values[abs(values) < float("inf")]
    scale = float(abs(finite).max(initial=0)) or 1.0
    return {
        "min": float(finite.min()) if finite.size else None,
        "max": float(finite.max()) if finite.size else None,
        "mean": float((finite / scale).mean()) * scale if finite.size else None,
        "norm": float(((finite / scale) ** 2).sum() ** 0.5) * scale,
        "nonfinite": int(values.size - finite.size),
    }


def frame(session: Session, t: int, names: list[str] | None, most: int) -> dict[str, Any]:
    return frame_of(session, t, session.frame(t, names), most)


def moment(session: Session, t: int) -> dict[str, Any]:
    """What a frame tells of its moment."""
    step, tick = divmod(t, session.ticks_per_step)
    return {"t": t, "step": step, "tick": tick, "phase": session.phase(t)}


def frame_of(
    session: Session, t: int, tensors: Mapping[str, Array | None], most: int, linked: bool = True
) -> dict[str, Any]:
    """A frame with these tensors, those of more than `most` values summarized and `linked` to all of them."""
    return {
        **moment(session, t),
        "tensors": {n: None if v is None else summarized(session, n, v, t, most, linked) for n, v in tensors.items()},
    }


def tick_record(session: Session, tape: Tape, tick: Tick, most: int) -> dict[str, Any]:
    t = tape.step * session.ticks_per_step + tick.index + 1
    written = tape.written[tick.index]
    return {
        "t": t,
        "index": tick.index,
        "step": t // session.ticks_per_step,
        "tick": t % session.ticks_per_step,
        "phase": tick.phase,
        "layer": tick.layer,
        "op": tick.op,
        "writes": {name: summarized(session, name, written[name], t, most) for name in tick.writes},
    }


def graph(session: Session) -> dict[str, Any]:
    made = session.training.graph
    names = unit_names(session.spec.data, made.layers)
    return {
        "layers": [
            {
                **layer,
                "tensors": [t.name for t in made.tensors.values() if t.layer == layer["name"]],
                **({"unit_names": names[layer["name"]]} if layer["name"] in names else {}),
            }
            for layer in made.layers
        ],
        "tensors": [
            {
                "name": t.name,
                "role": t.role,
                "shape": t.shape,
                "layer": t.layer,
                "latex": t.latex,
                "gradient_of": t.gradient_of,
            }
            for t in made.tensors.values()
        ],
        "ops": [
            {
                "name": f"{node.layer}.{node.outputs[-1].split('.')[1]}",
                "type": node.op.type,
                "inputs": node.inputs,
                "output": node.outputs[-1],
                "outputs": node.outputs,
                "layer": node.layer,
                "latex": next(t.latex for t in session.schedule if node.outputs[0] in t.writes),
            }
            for node in made.nodes
        ],
        "schedule": [
            {
                "index": tick.index,
                "micro": tick.micro,
                "phase": tick.phase,
                "layer": tick.layer,
                "op": tick.op,
                "reads": tick.reads,
                "writes": tick.writes,
                "latex": tick.latex,
                "text": tick.text,
                "matrix": matrix_algebra(algebra(tick, made)),
                "code": tick.code,
            }
            for tick in session.schedule
        ],
    }


def unit_names(data: Data, made: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """What the units of the first layer (inputs) and of the last before the loss (classes) are called, where the data
    has names.
    """
    asked = ((made[0], data.input_names), (made[-2], data.class_names))
    return {layer["name"]: names for layer, names in asked if names and len(names) == layer["shape"][-1]}


def matrix_algebra(
    made: Algebra | None, of: Callable[[Matrix], dict[str, Any]] = lambda _: {}
) -> dict[str, Any] | None:
    """A tick as matrix algebra, each matrix with what `of` says of it."""
    if made is None:
        return None
    terms = [
        {
            "operator": term.operator,
            "function": term.name,
            "factors": [
                {
                    "symbol": matrix.symbol,
                    "text": matrix.text,
                    "tensor": matrix.tensor,
                    "transposed": matrix.transposed,
                    "before": matrix.before,
                    **of(matrix),
                }
                for matrix in term.factors
            ],
        }
        for term in made.terms
    ]
    return {"result": made.result, "terms": terms}


def matrices(session: Session, t: int, most: int) -> dict[str, Any]:
    """The tick that led to `t` as matrix algebra with its numbers."""
    tick, made, values = session.matrices(t)

    def of(matrix: Matrix) -> dict[str, Any]:
        name = matrix.tensor if not matrix.before else None
        return summarized(session, name or "", values[matrix], t, most, linked=name is not None)

    return {"t": t, "index": tick.index, "matrix": matrix_algebra(made, of)}


def factor(made: Factor) -> dict[str, Any]:
    source = {"tensor": made.tensor, "index": made.index}
    had = {} if made.tensor else {"formula": made.formula, "reads": made.reads}
    return {"symbol": made.symbol, "text": made.text, "value": made.value, **source, **had}


def term(made: Term) -> dict[str, Any]:
    return {
        "value": made.value,
        "factors": [factor(one) for one in made.factors],
        "sample": made.sample,
        "micro": made.micro,
        "op": made.op,
    }


def update(made: Update) -> dict[str, Any]:
    return {
        "rule": made.rule,
        "t": made.t,
        "rate": made.rate,
        "value": {"before": made.value[0], "after": made.value[1]},
        "state": {"before": made.state[0], "after": made.state[1]},
        "latex": made.latex,
        "stages": [factor(one) for one in made.stages],
        "terms": [term(one) for one in made.terms],
        "plain": made.plain,
    }


def explanation(made: Explanation) -> dict[str, Any]:
    """An explanation, with the members that its kind has."""
    body: dict[str, Any] = {
        "tensor": made.tensor,
        "index": made.index,
        "t": made.t,
        "value": made.value,
        "latex": made.latex,
        "kind": made.kind,
    }
    if made.kind == "sum":
        body["terms"] = [term(one) for one in made.terms]
    if made.kind == "function":
        body |= {"function": made.function, "arguments": [factor(one) for one in made.arguments]}
    if made.gradient:
        body["gradient"] = explanation(made.gradient)
    if made.update:
        body["update"] = update(made.update)
    return body


def paths(found: Paths) -> dict[str, Any]:
    return {
        "paths": [
            {"nodes": one.nodes, "factors": [factor(each) for each in one.factors], "value": one.value}
            for one in found.listed
        ],
        "count": str(found.count),
        "rest": found.rest,
        "sum": found.sum,
        "value": found.value,
    }


def data(session: Session, most: int) -> dict[str, Any]:
    """All rows as the network takes them, or the first of them where they have more than `most` numbers."""
    spec = session.spec
    made = spec.data
    shown = max(1, most // made.x.shape[1])

    def rows(values: Array | None) -> dict[str, Any] | None:
        return None if values is None else tensor(values[:shown].astype(spec.dtype))

    return {
        "rows": len(made.x),
        "test_rows": 0 if made.test_x is None else len(made.test_x),
        "x": rows(made.x),
        "y": rows(made.y),
        "test_x": rows(made.test_x),
        "test_y": rows(made.test_y),
        "classes": made.classes,
        "input_names": made.input_names,
        "class_names": made.class_names,
    }


def catalog() -> dict[str, Any]:
    """Everything that a spec can name."""
    return {
        "layers": [layer.catalog() for layer in layers.LAYERS.values()],
        "activations": ACTIVATIONS.catalog(),
        "losses": LOSSES.catalog(),
        "optimizers": optimizers.OPTIMIZERS.catalog(),
        "schedules": optimizers.SCHEDULES.catalog(),
        "penalties": [Penalty.catalog()],
        "initializers": initializers.INITIALIZERS.catalog(),
        "datasets": datasets.DATASETS.catalog(),
        "settings": [
            {"type": "training", "title": "Training", "fields": [field.catalog() for field in FIELDS]},
            {"type": "data", "title": "Data", "fields": [TEST_FRACTION.catalog()]},
        ],
        "presets": presets.catalog(),
    }
