"""An uploaded table, ready to be learned from: every column an input but one, which is the target.

A column of numbers is one input, standardized if asked for. A column of texts is one input a text, 1 where the row has
it and 0 elsewhere. A target of texts is classes; one of numbers may be either, and `task` decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256

import numpy as np

from ..errors import UnknownName
from ..registry import Field
from ..terms import Array
from .sheet import Bounds, Cell, Sheet, is_number_with_commas

MOST_CLASSES = 100
"""Different texts of a column."""
FEW = 20
"""Different whole numbers of a target that are taken for classes, if each stands there twice on average."""

STANDARDIZE = Field("standardize", bool, False, "whether each input column of numbers gets mean 0 and deviation 1")
TASK = Field("task", str, "auto", "what the target is taken for", choices=("auto", "classification", "regression"))


class UnknownColumn(UnknownName):
    code = "invalid_request"
    title = "There is no such column"
    kind = "column"


@dataclass(frozen=True)
class Column:
    """One column of the table: what it is for, and what became of it.

    A standardized number is (value − mean) / scale, with the standard deviation over all rows as scale, or 1 where
    that is 0. `classes` are the texts of a column, sorted: those of the target in the order of their indices.
    """

    name: str
    role: str
    kind: str
    mean: float | None = None
    scale: float | None = None
    classes: tuple[str, ...] | None = None

    @property
    def inputs(self) -> list[str]:
        """The inputs that the column became."""
        return [self.name] if self.classes is None else [f"{self.name}={text}" for text in self.classes]


@dataclass(frozen=True)
class Table:
    """Inputs x (rows, inputs) and targets y (rows): the index of each row's class, or a number; and how they came."""

    columns: tuple[Column, ...]
    x: Array
    y: Array
    because: str

    @property
    def target(self) -> Column:
        return next(column for column in self.columns if column.role == "target")

    @property
    def classes(self) -> tuple[str, ...] | None:
        """The names of the classes in the order of their indices, None where targets are numbers."""
        return self.target.classes

    @property
    def inputs(self) -> list[str]:
        """What each input is, by name."""
        return [name for column in self.columns if column.role == "input" for name in column.inputs]

    def dump(self) -> bytes:
        """This table as bytes, the same for the same content: a line of JSON, then x and y as little-endian float64."""
        head = {"columns": [asdict(column) for column in self.columns], "rows": len(self.x), "because": self.because}
        return json.dumps(head).encode() + b"\n" + self.x.astype("<f8").tobytes() + self.y.astype("<f8").tobytes()

    @classmethod
    def load(cls, content: bytes) -> Table:
        """The table that `dump` gave."""
        line, numbers = content.split(b"\n", 1)
        head = json.loads(line)
        columns = tuple(
            Column(**{**column, "classes": None if column["classes"] is None else tuple(column["classes"])})
            for column in head["columns"]
        )
        values = np.frombuffer(numbers, dtype="<f8").astype(np.float64)
        y = values[-head["rows"] :]
        return cls(columns, values[: -head["rows"]].reshape(head["rows"], -1), y, head["because"])

    @staticmethod
    def id(content: bytes) -> str:
        """The id of a table of this content."""
        return f"d_{sha256(content).hexdigest()[:24]}"


def table(sheet: Sheet, target: str | None, standardize: bool, task: str, bounds: Bounds, pointer: str) -> Table:
    """The table of a sheet. `target` is the column to be predicted, the last where it is None; `pointer` is its place.

    UnknownColumn; and an error with the cell's place where a column is neither numbers nor texts, or has too many.
    """
    if target is not None and target not in sheet.columns:
        raise UnknownColumn(target, sheet.columns, pointer)
    at = len(sheet.columns) - 1 if target is None else sheet.columns.index(target)
    column, y, because = _target(sheet, at, task)
    parts = [_input(sheet, j, standardize) for j in range(len(sheet.columns)) if j != at]
    columns = [part for part, _ in parts]
    width = sum(len(part.inputs) for part in columns)
    if width > bounds.columns or width * len(sheet.rows) > bounds.cells:
        wanted = f"expected at most {bounds.columns} inputs and {bounds.cells} cells"
        raise sheet.wrong_column(0, f"{wanted}, got {width} inputs, one a text, and {width * len(sheet.rows)} cells")
    x = np.column_stack([make() for _, make in parts])
    return Table((*columns[:at], column, *columns[at:]), x, y, because)


def _target(sheet: Sheet, at: int, task: str) -> tuple[Column, Array, str]:
    """The target's column, its indices or numbers, and why it was taken so."""
    name = sheet.columns[at]
    if task == "regression":
        return Column(name, "target", "number"), _numbers(sheet, at), "asked for"
    if task == "classification":
        return *_indices(sheet, at), "asked for"
    if isinstance(sheet.rows[0][at], str):
        _one_kind(sheet, at)
        return *_indices(sheet, at), f"{name} has texts"
    numbers = _numbers(sheet, at)
    few = np.unique(numbers)
    if 2 <= len(few) <= min(FEW, len(numbers) // 2) and (few == np.round(few)).all():
        because = f"{name} has only {len(few)} different whole numbers; task=regression takes them as numbers"
        return *_indices(sheet, at), because
    return Column(name, "target", "number"), numbers, f"{name} has numbers"


def _indices(sheet: Sheet, at: int) -> tuple[Column, Array]:
    """The target's column as classes, and each row's index; numbers come before texts."""
    cells = {_label(row[at]): row[at] for row in sheet.rows}
    if not 2 <= len(cells) <= MOST_CLASSES:
        raise sheet.wrong_column(at, f"expected 2 to {MOST_CLASSES} classes, got {len(cells)}")
    classes = sorted(cells, key=lambda label: (isinstance(cells[label], str), cells[label]))
    place = {label: float(index) for index, label in enumerate(classes)}
    column = Column(sheet.columns[at], "target", "class", classes=tuple(classes))
    return column, np.array([place[_label(row[at])] for row in sheet.rows])


def _label(cell: Cell) -> str:
    """A class by name; 1.0 is the class 1."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _input(sheet: Sheet, j: int, standardize: bool) -> tuple[Column, Callable[[], Array]]:
    """An input's column, and what makes its numbers (rows, inputs) once it is known that there is room."""
    name = sheet.columns[j]
    if isinstance(sheet.rows[0][j], str):
        _one_kind(sheet, j)
        cells = [str(row[j]) for row in sheet.rows]
        texts = sorted(set(cells))
        if len(texts) > MOST_CLASSES:
            raise sheet.wrong_column(j, f"expected numbers, or at most {MOST_CLASSES} texts, got {len(texts)} texts")
        return Column(name, "input", "class", classes=tuple(texts)), lambda: _one_hot(cells, texts)
    numbers = _numbers(sheet, j)
    if not standardize:
        return Column(name, "input", "number"), lambda: numbers
    with np.errstate(over="ignore", invalid="ignore"):
        mean, scale = float(numbers.mean()), float(numbers.std())
    if not np.isfinite([mean, scale]).all():
        raise sheet.wrong_column(j, "the numbers are too large to be standardized")
    if numbers.min() == numbers.max():
        mean, scale = float(numbers[0]), 1.0
    return Column(name, "input", "number", mean, scale), lambda: (numbers - mean) / scale


def _one_hot(cells: list[str], texts: list[str]) -> Array:
    rows: Array = np.eye(len(texts))[np.searchsorted(texts, cells)]
    return rows


def _numbers(sheet: Sheet, j: int) -> Array:
    """A column's numbers; an error at the first cell that is a text."""
    for i, row in enumerate(sheet.rows):
        if isinstance(row[j], str):
            raise sheet.wrong(i, j, _no_number(row[j]))
    return np.array([row[j] for row in sheet.rows], dtype=np.float64)


def _one_kind(sheet: Sheet, j: int) -> None:
    """A column that begins with a text has texts only; a number below is more likely a slip above it. Texts that all
    are numbers with commas are meant for numbers.
    """
    cells = [row[j] for row in sheet.rows]
    first, numbers = cells[0], [i for i, cell in enumerate(cells) if not isinstance(cell, str)]
    if is_number_with_commas(first) and (numbers or all(map(is_number_with_commas, cells))):
        raise sheet.wrong(0, j, _no_number(first))
    if numbers:
        got = f"{cells[numbers[0]]:g}"
        raise sheet.wrong(numbers[0], j, f'expected a text, as "{_short(first)}" in the first row, got {got}')


def _no_number(cell: Cell) -> str:
    """What is said of a text where a number should be."""
    plain = ", which has a comma; write decimals with a point and thousands without a sign, as in 1.5 and 1000"
    return f'expected a number, got "{_short(cell)}"{plain if is_number_with_commas(cell) else ""}'


def _short(cell: Cell) -> str:
    text = str(cell)
    return text if len(text) <= 30 else f"{text[:29]}…"
