"""The `data` of a spec: which rows a network trains on, which are held out, and their targets as the loss wants them.

Targets come as classes (the index of each row's class), as numbers, or as rows of one number an output. `encode` is the
one place where they become what a loss wants.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np

from .datasets import DATASETS, Data, Table
from .errors import (
    IncompatibleLoss,
    InvalidRequest,
    InvalidSpec,
    NetworkTooLarge,
    NonFiniteNumber,
    ShapeMismatch,
    brief,
)
from .ops import LOSSES, Loss
from .registry import Field, finite, only, text
from .terms import Array

TEST_FRACTION = Field("test_fraction", float, 0.0, "the part of the rows that is held out of training", 0, below=1)

LONGEST_NAME = 201
"""Characters of the name of an input or a class: those of a table have so many, a column and a text of it."""

Uploaded = Callable[[str], Table | None]
"""Finds an uploaded table by its id."""


def parse(
    given: object, seed: int, outputs: int, loss: Loss, cells: int, uploaded: Uploaded | None = None
) -> tuple[Data, dict[str, Any]]:
    """The rows that `given` asks for, and the JSON that makes them again, every default filled in.

    `outputs` is how many the network has, `cells` the most numbers that x or y may have.
    """
    if not isinstance(given, dict):
        raise InvalidRequest(f"data: expected an object, got {brief(given)}", "/data")
    inputs, names = None, None
    if "dataset" in given:
        made = DATASETS.make(given, "/data", type_key="dataset", beside=["test_fraction"])
        x, y = made.rows(np.random.default_rng([seed, 1]))
        classes, json, pointer = made.classes, made.json(), "/data"
        inputs, names = made.input_names, made.class_names
    elif "dataset_id" in given:
        only(given, ["dataset_id", "test_fraction"], "/data", "data")
        dataset_id, pointer = text(given["dataset_id"], "data.dataset_id", "/data/dataset_id", 60), "/data/dataset_id"
        table = uploaded(dataset_id) if uploaded else None
        if table is None:
            raise _no_data_set(dataset_id)
        x, y, classes = table.x, table.y, len(table.classes) if table.classes else None
        inputs, names = tuple(table.inputs), table.classes
        json = {"dataset_id": dataset_id}
    elif "inline" in given:
        only(given, ["inline", "test_fraction"], "/data", "data")
        x, y = _inline(given["inline"], cells)
        pointer = "/data/inline/y"
        inputs, names = _input_names(given["inline"], x.shape[1]), _class_names(given["inline"], y)
        classes = len(names) if names else _classes(y, outputs, loss, pointer)
        called = {key: list(made) for key, made in (("input_names", inputs), ("class_names", names)) if made}
        json = {"inline": {"x": x.tolist(), "y": y.tolist(), **called}}
    else:
        got = ", ".join(brief(key) for key in list(given)[:3]) or "nothing"
        raise InvalidRequest(f"data: expected `dataset`, `dataset_id` or `inline`, got {got}", "/data")
    if len(y) != len(x):
        raise ShapeMismatch(f"targets: expected {len(x)}, one a row of x, got {len(y)}", pointer)
    fraction = float(TEST_FRACTION.check(given.get("test_fraction", 0), "/data/test_fraction"))
    y = encode(y, classes, outputs, loss, cells, pointer)
    data = replace(parted(x, y, classes, fraction, seed), input_names=inputs, class_names=names)
    return data, {**json, "test_fraction": fraction}


def check_uploaded(json: Mapping[str, Any], known: Callable[[], Container[str]]) -> None:
    """InvalidSpec where a spec's `data` is of an uploaded table that is not `known`, or not any more."""
    if "dataset_id" in json and json["dataset_id"] not in known():
        raise _no_data_set(json["dataset_id"])


def _no_data_set(dataset_id: str) -> InvalidSpec:
    wanted = "upload it and use its id"
    return InvalidSpec(f"There is no data set {brief(dataset_id)} here; {wanted}", "/data/dataset_id")


def encode(given: Array, classes: int | None, outputs: int, loss: Loss, cells: int, pointer: str) -> Array:
    """Targets as `loss` wants them: class indices (samples), or rows (samples, outputs).

    `given` is (samples, outputs), or (samples): indices of so many `classes`, or numbers where `classes` is None.
    InvalidSpec where there are more classes than the outputs can tell apart, IncompatibleLoss where the loss cannot
    take the targets, ShapeMismatch, NetworkTooLarge.
    """
    if loss.targets == "classes" and outputs < 2:
        raise IncompatibleLoss(f"{loss.type}: expected at least 2 outputs, one a class, got 1", "/loss")
    if given.ndim == 1:
        _check_classes(classes, outputs, loss, pointer)
        if loss.targets == "classes":
            return given.astype(np.float64)
        given = _in_rows(given, classes, outputs, cells, pointer)
    if given.shape[1] != outputs:
        raise ShapeMismatch(f"targets: expected {outputs} a sample, one an output, got {given.shape[1]}", pointer)
    return _indices(given, loss, pointer) if loss.targets == "classes" else loss.encode(given)


def _check_classes(classes: int | None, outputs: int, loss: Loss, pointer: str) -> None:
    """Each class has an output; or there is one output, which tells two classes apart."""
    if classes is None and loss.targets != "numbers":
        raise IncompatibleLoss(f"{loss.type}: expected classes for targets, got numbers", pointer)
    if classes is not None and classes > max(outputs, 2):
        refused = InvalidSpec if outputs > 1 else IncompatibleLoss
        raise refused(f"targets: {classes} classes want {classes} outputs for {loss.type}, got {outputs}", pointer)


def _in_rows(given: Array, classes: int | None, outputs: int, cells: int, pointer: str) -> Array:
    """One row a sample: one-hot where there are classes and an output for each, else the number itself."""
    if classes is None or outputs == 1:
        return given[:, None].astype(np.float64)
    if len(given) * outputs > cells:
        raise NetworkTooLarge(f"targets: expected at most {cells} numbers, got {len(given)} × {outputs}", pointer)
    one_hot = np.zeros((len(given), outputs))
    one_hot[np.arange(len(given)), given.astype(int)] = 1
    return one_hot


def _indices(rows: Array, loss: Loss, pointer: str) -> Array:
    """The class that each one-hot row names; IncompatibleLoss at the first row that names none."""
    wrong = np.flatnonzero(~_one_hot(rows))
    if len(wrong):
        wanted = "expected the index of a class, or a row with one 1 and else 0"
        raise IncompatibleLoss(f"{loss.type}: {wanted}, got {brief(rows[wrong[0]].tolist())}", f"{pointer}/{wrong[0]}")
    classes: Array = rows.argmax(axis=1).astype(np.float64)
    return classes


def _one_hot(rows: Array) -> Array:
    """Which rows are one 1 among zeros."""
    hot: Array = ((rows == 0) | (rows == 1)).all(axis=1) & (rows.sum(axis=1) == 1)
    return hot


def parted(x: Array, y: Array, classes: int | None, fraction: float, seed: int) -> Data:
    """`fraction` of the rows, drawn by the seed, held out for tests; both parts keep the order of the rows."""
    if not fraction:
        return Data(x, y, classes=classes)
    if len(x) < 2:
        raise InvalidSpec("test_fraction: a single row cannot be parted; expected 0", "/data/test_fraction")
    held = min(max(round(len(x) * fraction), 1), len(x) - 1)
    order = np.random.default_rng([seed, 2]).permutation(len(x))
    test, train = np.sort(order[:held]), np.sort(order[held:])
    return Data(x[train], y[train], x[test], y[test], classes)


def suggestion(classes: int | None) -> dict[str, Any]:
    """The loss to begin with and the output layer that goes with it, for so many classes, or None for numbers."""
    targets = "numbers" if classes is None else "two classes" if classes == 2 else "many classes"
    loss = next(loss for loss in LOSSES if loss.suits == targets)
    units = classes if classes is not None and classes > 2 else 1
    return {"loss": loss.type, "output": {"units": units, "activation": "linear"}}


def _inline(given: object, cells: int) -> tuple[Array, Array]:
    """Rows that stand in the spec itself: x (samples, inputs), and y (samples, outputs), or flat (samples)."""
    if not isinstance(given, dict):
        raise InvalidRequest(f"data.inline: expected an object, got {brief(given)}", "/data/inline")
    only(given, ["x", "y", "input_names", "class_names"], "/data/inline", "data.inline")
    for key in ("x", "y"):
        if key not in given:
            raise InvalidRequest(f"data.inline: `{key}` is missing", f"/data/inline/{key}")
    x, y, pointer = matrix(given["x"], "data.inline.x", "/data/inline/x", cells), given["y"], "/data/inline/y"
    if isinstance(y, list) and y and not isinstance(y[0], list):
        return x, vector(y, "targets", pointer)
    return x, matrix(y, "targets", pointer, cells)


def _input_names(inline: Mapping[str, object], inputs: int) -> tuple[str, ...] | None:
    """What the inputs of rows in the spec are called, where they say it."""
    if "input_names" not in inline:
        return None
    names = _names(inline["input_names"], "input_names")
    if len(names) != inputs:
        message = f"data.inline.input_names: expected {inputs} names, one an input, got {len(names)}"
        raise ShapeMismatch(message, "/data/inline/input_names")
    return names


def _class_names(inline: Mapping[str, object], y: Array) -> tuple[str, ...] | None:
    """What their classes are called, in the order of the indices; so many there are, also where some have no row."""
    if "class_names" not in inline:
        return None
    names = _names(inline["class_names"], "class_names")
    if len(names) < 2:
        raise ShapeMismatch(
            f"data.inline.class_names: expected at least 2, got {len(names)}", "/data/inline/class_names"
        )
    wanted = f"expected the index of one of {len(names)} classes that have names"
    if y.ndim == 2:
        raise InvalidSpec(f"targets: {wanted} for each row, got rows of numbers", "/data/inline/y")
    wrong = np.flatnonzero(~np.isin(y, np.arange(len(names))))
    if len(wrong):
        raise InvalidSpec(f"targets[{wrong[0]}]: {wanted}, got {y[wrong[0]]:g}", f"/data/inline/y/{wrong[0]}")
    return names


def _names(given: object, key: str) -> tuple[str, ...]:
    pointer = f"/data/inline/{key}"
    if not isinstance(given, list):
        raise InvalidRequest(f"data.inline.{key}: expected a list of texts, got {brief(given)}", pointer)
    return tuple(text(name, f"data.inline.{key}[{i}]", f"{pointer}/{i}", LONGEST_NAME) for i, name in enumerate(given))


def _classes(y: Array, outputs: int, loss: Loss, pointer: str) -> int | None:
    """How many classes the targets of a spec are in: a flat list of indices, or rows that say one. None for numbers."""
    if y.ndim == 2 and y.shape[1] > 1:
        return outputs if _one_hot(y).all() else None
    if y.ndim == 2:
        both = {"binary": (0, 1), "signs": (-1, 1)}.get(loss.targets, ())
        return 2 if np.isin(loss.encode(y), both).all() else None
    most = max(outputs, 2)
    wrong = np.flatnonzero(~np.isin(y, np.arange(most)))
    if not len(wrong):
        return most
    if outputs == 1 and loss.targets == "numbers":
        return None
    place, row, got = f"{pointer}/{wrong[0]}", f"targets[{wrong[0]}]", f"{y[wrong[0]]:g}"
    if outputs == 1:
        raise IncompatibleLoss(f"{row}: expected 0 or 1 for {loss.type} with one output, got {got}", place)
    raise InvalidSpec(f"{row}: expected a class from 0 to {outputs - 1}, got {got}", place)


def matrix(given: object, name: str, pointer: str, cells: int = 10**9) -> Array:
    """A non-empty list of rows of one length, as float64. Errors name the first row at fault."""
    if not isinstance(given, list) or not given or not all(isinstance(row, list) and row for row in given):
        raise InvalidRequest(f"{name}: expected a list of rows, each a list of numbers, got {brief(given)}", pointer)
    width = len(given[0])
    if len(given) * width > cells:
        raise NetworkTooLarge(f"{name}: expected at most {cells} numbers, got {len(given)} × {width}", pointer)
    for i, row in enumerate(given):
        if len(row) != width:
            raise ShapeMismatch(f"{name}: row {i} has {len(row)} numbers, row 0 has {width}", f"{pointer}/{i}")
    made = array(chain.from_iterable(given))
    if made is None:
        rows = [
            [finite(value, f"{name}[{i}][{j}]", f"{pointer}/{i}/{j}") for j, value in enumerate(row)]
            for i, row in enumerate(given)
        ]
        made = np.array(rows)
    return made.reshape(len(given), width)


def vector(given: list[Any], name: str, pointer: str) -> Array:
    """A list of numbers as float64."""
    made = array(given)
    if made is None:
        made = np.array([finite(value, f"{name}[{i}]", f"{pointer}/{i}") for i, value in enumerate(given)])
    return made


def check_held(values: Array, dtype: str, name: str, pointer: str, is_file: bool = False) -> None:
    """NonFiniteNumber, with its place, at the first finite number that is too large for `dtype`. Into a file no pointer
    leads.
    """
    if values.dtype == dtype:
        return
    with np.errstate(over="ignore"):
        lost = np.isfinite(values) & ~np.isfinite(values.astype(dtype))
    if lost.any():
        index = np.unravel_index(lost.argmax(), lost.shape)
        place, got = "".join(f"[{i}]" for i in index), brief(float(values[index]))
        wanted = f"expected a number that {dtype} holds"
        places = [] if is_file else map(str, index)
        raise NonFiniteNumber(f"{name}{place}: {wanted}, got {got}", "/".join([pointer, *places]))


def array(given: Iterable[Any]) -> Array | None:
    """Numbers as float64, at one go; None where not all of them are finite numbers, so that each must be looked at."""
    values = list(given)
    if not set(map(type, values)) <= {int, float}:
        return None
    try:
        made = np.array(values, np.float64)
    except OverflowError:
        return None
    return made if np.isfinite(made).all() else None
