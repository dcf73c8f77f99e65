"""Series over training steps as a table in CSV (RFC 4180): a row a step, a column a series."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(series: Mapping[str, Mapping[str, Sequence[Any]]]) -> str:
    """`{name: {"steps": […], "values": […]}}` as CSV. Where a series has no value at a step the cell is empty."""
    columns = {name: dict(zip(one["steps"], one["values"], strict=True)) for name, one in series.items()}
    steps = sorted({step for column in columns.values() for step in column})
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["step", *map(defused, columns)])
    writer.writerows([step, *(column.get(step) for column in columns.values())] for step in steps)
    return text.getvalue()


def defused(cell: str) -> str:
    """A text that a spreadsheet shows and does not compute, as it does with one that begins like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
