"""A table as somebody wrote it down, CSV or lists: named columns and cells, each a number or a text.

A sheet knows where each cell stands, so that whatever is found wrong with one, here or later, is named with its place.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ..errors import BackscopeError, CsvInvalid, InvalidRequest, brief
from ..registry import escape
from ..texts import is_clean, normal

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.ASCII | re.IGNORECASE)
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
"""What a table may have between its cells instead of commas."""
QUOTED = re.compile(rf'"(?:[^"]|"")*"([{re.escape("".join(SEPARATORS))}])')
"""A cell in quotes at the beginning of a record, with what comes behind it."""
LONGEST = 100
"""Characters of a name or a text."""
LOOKED_AT = 5_000
"""Characters of a record that are looked at to find the cell that broke it."""

Cell = float | str


@dataclass(frozen=True)
class Bounds:
    """The most columns and cells that a table may have."""

    columns: int = 1_000
    cells: int = 2_000_000


@dataclass(frozen=True)
class Sheet:
    """Cells by row and column. `lines` has for each row the line of the file where it begins; None if there is none."""

    columns: list[str]
    rows: list[list[Cell]]
    lines: list[int] | None = None

    def wrong(self, row: int, column: int, message: str) -> BackscopeError:
        """What is wrong with one cell, with its place."""
        name = self.columns[column]
        if self.lines is None:
            return InvalidRequest(f"rows[{row}][{column}], column {name}: {message}", f"/rows/{row}/{column}")
        return _wrong(self.lines[row], message, name)

    def wrong_column(self, column: int, message: str) -> BackscopeError:
        """What is wrong with a column as a whole."""
        name = self.columns[column]
        if self.lines is None:
            return InvalidRequest(f"column {name}: {message}", f"/columns/{column}")
        return _wrong(1, message, name)


def is_number_with_commas(cell: Cell) -> bool:
    """Whether a text would be a number without its commas, be they before decimals or between thousands."""
    return isinstance(cell, str) and "," in cell and NUMBER.fullmatch(cell.replace(",", "")) is not None


def _wrong(line: int, message: str, column: str | int) -> CsvInvalid:
    return CsvInvalid(f"line {line}, column {column}: {message}", f"/{line}/{escape(str(column))}")


def from_lists(columns: object, rows: object, bounds: Bounds) -> Sheet:
    """A sheet of names and a list of rows of numbers and texts. InvalidRequest with a pointer."""
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise InvalidRequest(f"columns: expected a list of names, got {brief(columns)}", "/columns")
    if not isinstance(rows, list):
        raise InvalidRequest(f"rows: expected a list of rows, got {brief(rows)}", "/rows")
    names = [name.strip() for name in columns]
    if found := _wrong_names(names, bounds):
        raise InvalidRequest(f"columns: {found[0]}", f"/columns/{found[1]}")
    if len(rows) * len(names) > bounds.cells:
        raise InvalidRequest(f"rows: expected at most {bounds.cells} cells, got {len(rows)} × {len(names)}", "/rows")
    sheet = Sheet(names, [])
    for i, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(names):
            wanted = f"expected a list of {len(names)} cells, one a column"
            raise InvalidRequest(f"rows[{i}]: {wanted}, got {brief(row)}", f"/rows/{i}")
        sheet.rows.append([])
        for j, cell in enumerate(row):
            if cell is None or isinstance(cell, (bool, list, dict)):
                raise sheet.wrong(i, j, f"expected a number or a text, got {brief(cell)}")
            sheet.rows[-1].append(cell.strip() if isinstance(cell, str) else _float(cell))
            if message := _wrong_cell(sheet.rows[-1][-1]):
                raise sheet.wrong(i, j, message)
    if not rows:
        raise InvalidRequest("rows: expected at least one row, got none", "/rows")
    return sheet


def from_csv(body: bytes, bounds: Bounds) -> Sheet:
    """A sheet of a CSV file in UTF-8: the names in the first line, commas between cells (RFC 4180).

    Lines may end in any way, empty ones are passed over. CsvInvalid, with line and column.
    """
    body = body.removeprefix(b"\xef\xbb\xbf")
    try:
        text = normal(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        start = body.rfind(b"\n", 0, error.start) + 1
        line, column = body.count(b"\n", 0, start) + 1, body.count(b",", start, error.start) + 1
        raise _wrong(line, f"expected UTF-8, got the byte 0x{body[error.start]:02x}", column) from None
    sheet: Sheet | None = None
    for line, cells in _records(io.StringIO(text, newline="").readlines()):
        if sheet is None:
            sheet = Sheet(_header(line, cells, bounds), [], [])
            continue
        assert sheet.lines is not None
        width = len(sheet.columns)
        if len(cells) != width:
            place = sheet.columns[len(cells)] if len(cells) < width else width + 1
            raise _wrong(line, f"expected {width} cells, as many as columns, got {len(cells)}", place)
        if (len(sheet.rows) + 1) * width > bounds.cells:
            raise _wrong(line, f"expected at most {bounds.cells} cells, {width} in a row", sheet.columns[0])
        sheet.lines.append(line)
        sheet.rows.append([float(cell) if NUMBER.fullmatch(cell) else cell for cell in cells])
        for j, cell in enumerate(sheet.rows[-1]):
            if (isinstance(cell, str) or not math.isfinite(cell)) and (message := _wrong_cell(cell)):
                raise sheet.wrong(len(sheet.rows) - 1, j, message)
    if sheet is None:
        raise _wrong(1, "expected the names of the columns, got nothing", 1)
    if not sheet.rows:
        raise _wrong(2, "expected at least one row under the names, got none", sheet.columns[0])
    return sheet


def _records(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty, each with the line that it begins in."""
    reader = csv.reader(lines, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            record = "".join(lines[line - 1 : reader.line_num])[:LOOKED_AT]
            raise _wrong(line, _in_words(str(error), record), _broken(record)) from None
        if cells is None:
            return
        if len(cells) > 1 or (cells and cells[0].strip()):
            yield line, [cell.strip() for cell in cells]


def _broken(record: str) -> int:
    """Which cell of a record cannot be read: the one behind the longest part that can be."""
    read = 0
    for comma in (i for i, character in enumerate(record) if character == ","):
        with suppress(csv.Error):
            read = max(read, len(next(csv.reader([record[:comma]], strict=True), [""]) or [""]))
    return read + 1


def _in_words(error: str, record: str) -> str:
    if found := QUOTED.match(record):
        return _no_commas(found[1])
    if "unexpected end" in error:
        return "a quote is opened and never closed"
    if "expected after" in error:
        return "expected a comma after the closing quote (a quote inside quotes is written twice)"
    return f"cannot be read: {error}"


def _no_commas(mark: str) -> str:
    return f"expected commas between the columns, got {SEPARATORS[mark]}"


def _header(line: int, names: list[str], bounds: Bounds) -> list[str]:
    if len(names) == 1:
        for mark in SEPARATORS:
            if mark in names[0]:
                raise _wrong(line, _no_commas(mark), 1)
    if all(NUMBER.fullmatch(name) for name in names):
        raise _wrong(line, f"expected the names of the columns, got numbers: {brief(names)}", 1)
    if found := _wrong_names(names, bounds):
        raise _wrong(line, found[0], found[1] + 1)
    return names


def _wrong_names(names: list[str], bounds: Bounds) -> tuple[str, int] | None:
    """What is wrong with the names of columns, and the index of the one it is wrong with."""
    if len(names) < 2:
        return f"expected at least two columns, an input and a target, got {len(names)}", 0
    if len(names) > bounds.columns:
        return f"expected at most {bounds.columns} columns, got {len(names)}", bounds.columns
    seen: set[str] = set()
    for j, name in enumerate(names):
        if not name:
            return "the column has no name", j
        if name in seen:
            return f"two columns are called {brief(name)}", j
        if message := _wrong_text(name):
            return f"the name {message}", j
        seen.add(name)
    return None


def _wrong_cell(cell: Cell) -> str | None:
    if isinstance(cell, float):
        return None if math.isfinite(cell) else "expected a finite number, got one that is too large"
    if not cell:
        return "is empty; every cell needs a value"
    if NOT_FINITE.fullmatch(cell):
        return f"expected a finite number, got {cell}"
    return _wrong_text(cell)


def _wrong_text(text: str) -> str | None:
    if len(text) > LONGEST:
        return f"has {len(text)} characters; expected at most {LONGEST}"
    if not is_clean(text):
        return "has a control character or a line end in it"
    return None


def _float(number: int | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf
