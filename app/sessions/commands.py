"""What a command asks for, checked against the session's network before anything happens. Every error has a pointer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from ..engine import rows
from ..engine.errors import InvalidRequest, ShapeMismatch, brief
from ..engine.graph import INPUT, Graph, Role
from ..engine.optimizers import OPTIMIZERS
from ..engine.registry import finite
from ..engine.spec import Spec
from ..engine.training import Sample
from .lines import Edit


def parse_edits(given: Sequence[Mapping[str, Any]], graph: Graph, spec: Spec) -> tuple[Edit, ...]:
    """The edits that `given` asks for. UnknownTensor, InvalidRequest, IndexOutOfRange, NonFiniteNumber."""
    if not given:
        raise InvalidRequest("edits: expected at least one edit", "/edits")
    edits: dict[tuple[str, tuple[int, ...]], Edit] = {}
    for i, one in enumerate(given):
        name, pointer = one["tensor"], f"/edits/{i}"
        tensor = graph.find(name, f"{pointer}/tensor")
        if tensor.role is not Role.PARAMETER:
            known = ", ".join(p.name for p in islice(graph.parameters(), 12))
            message = f"edits[{i}]: expected a parameter, such as {known}; got {name}"
            raise InvalidRequest(message, f"{pointer}/tensor")
        index = graph.index(tensor, tuple(one["index"]), 0, f"{pointer}/index")
        value = finite(one["value"], f"edits[{i}].value", f"{pointer}/value")
        rows.check_held(np.array(value), spec.dtype, f"edits[{i}].value", f"{pointer}/value")
        if (name, index) in edits:
            raise InvalidRequest(f"edits[{i}]: {name}{list(index)} is edited twice", pointer)
        edits[name, index] = Edit(name, index, value)
    return tuple(edits.values())


def edits_json(edits: Sequence[Edit]) -> list[dict[str, Any]]:
    return [{"tensor": edit.tensor, "index": list(edit.index), "value": edit.value} for edit in edits]


def edits_of(details: Mapping[str, Any]) -> tuple[Edit, ...]:
    """The edits of a command in the log."""
    return tuple(Edit(one["tensor"], tuple(one["index"]), one["value"]) for one in details["edits"])


def changed_optimizer(spec: Spec, given: Mapping[str, Any]) -> Spec:
    """`spec` with other numbers in its optimizer. InvalidRequest where that would be another optimizer, or one that
    keeps another state: ticks and tensors of a session stay what they are."""
    present = spec.optimizer
    kind = given.get("type", present.type)
    if kind != present.type:
        raise InvalidRequest(
            f"optimizer: this session trains with {present.type}, got {brief(kind)}; another one is a fork with a "
            f"changed spec",
            "/optimizer/type",
        )
    made = OPTIMIZERS.make({**present.json(), **given}, "/optimizer")
    if made.state != present.state:
        key = next((key for key in given if key != "type"), "type")
        raise InvalidRequest(
            f"optimizer: this would keep {_letters(made.state)} of every parameter, where the session keeps "
            f"{_letters(present.state)}; that is a fork with a changed spec",
            f"/optimizer/{key}",
        )
    return replace(spec, optimizer=made)


def _letters(state: Sequence[str]) -> str:
    return " and ".join(state) or "nothing"


def parse_sample(x: Sequence[float], y: Sequence[float], graph: Graph, spec: Spec, pointer: str = "") -> Sample:
    """One example, which stands at `pointer`; `y` has one number an output, or the index of the class.

    ShapeMismatch, or what the loss refuses.
    """
    inputs, outputs = graph.tensors[INPUT].shape[1] or 0, spec.layers[-1].units
    if len(x) != inputs:
        raise ShapeMismatch(f"x: expected {inputs} numbers, one an input, got {len(x)}", f"{pointer}/x")
    if len(y) not in (1, outputs):
        raise ShapeMismatch(f"y: expected {outputs} numbers, one an output, or a class; got {len(y)}", f"{pointer}/y")
    for name, values in (("x", x), ("y", y)):
        rows.check_held(rows.vector(list(values), name, f"{pointer}/{name}"), spec.dtype, name, f"{pointer}/{name}")
    targets = np.array(y, np.float64)
    if len(y) == outputs:
        targets = targets[None]
    elif y[0] not in range(outputs):
        raise InvalidRequest(f"y: expected a class from 0 to {outputs - 1}, got {brief(y[0])}", f"{pointer}/y/0")
    classes = outputs if len(y) != outputs else spec.data.classes
    encoded = rows.encode(targets, classes, outputs, spec.loss, outputs, f"{pointer}/y")
    return Sample(np.array([x], np.float64), encoded)


def sample_json(sample: Sample | None) -> dict[str, Any] | None:
    """A sample as a command or a start keeps it: y as the loss wants it."""
    return None if sample is None else {"x": sample.x[0].tolist(), "y": np.atleast_1d(sample.y[0]).tolist()}


def sample_of(json: Mapping[str, Any] | None, spec: Spec) -> Sample | None:
    """The sample that `sample_json` kept."""
    if json is None:
        return None
    y = np.array(json["y"], np.float64)
    return Sample(np.array([json["x"]], np.float64), y if spec.data.y.ndim == 1 else y[None])
