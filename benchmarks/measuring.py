"""Measuring side by side: contestants take turns in every round, and only times of the same round are compared.

A machine's clock, its cache and its other work change from second to second, but hardly within a round, so the
median of the rounds' ratios says more than the ratio of two medians.
"""

from __future__ import annotations

import gc
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Protocol

import numpy as np

Rounds = Sequence[Mapping[str, float]]
"""Seconds a step of each contestant, by name, round by round."""


class Contestant(Protocol):
    """What is timed."""

    def reset(self) -> None:
        """Go back to the start, so that every round times the same steps."""

    def run(self, steps: int) -> None:
        """Do that many steps."""


@dataclass(frozen=True)
class Target:
    """How many times `slow` must be as long as `fast`: at least `bound`, or with `most` at most."""

    slow: str
    fast: str
    bound: float
    most: bool = False

    def met(self, rounds: Rounds) -> bool:
        found = ratio(rounds, self.slow, self.fast)
        return found <= self.bound if self.most else found >= self.bound


def interleaved(
    contestants: Mapping[str, Contestant],
    rounds: int,
    seconds: float,
    random: Random,
    clock: Callable[[], float] = perf_counter,
) -> list[dict[str, float]]:
    """Time every contestant once a round, for about `seconds`, in an order drawn anew."""
    steps = {name: steps_in(seconds, contestant, clock) for name, contestant in contestants.items()}
    found = []
    for _ in range(rounds):
        order = random.sample(list(contestants), len(contestants))
        found.append({name: timed(contestants[name], steps[name], clock) / steps[name] for name in order})
    return found


def steps_in(seconds: float, contestant: Contestant, clock: Callable[[], float]) -> int:
    """How many steps take about `seconds`; at least one. Finding out warms the contestant up."""
    steps = 1
    while (took := timed(contestant, steps, clock)) < seconds / 2:
        steps *= 2
    return max(1, round(steps * seconds / took))


def timed(contestant: Contestant, steps: int, clock: Callable[[], float]) -> float:
    """Seconds that `steps` steps take from the start. Python's garbage is collected before, so that each pays its own.

    It stays on while the time is taken, as it does in a server.
    """
    contestant.reset()
    gc.collect()
    began = clock()
    contestant.run(steps)
    return clock() - began


def middle(rounds: Rounds, name: str) -> float:
    """The median of a contestant's seconds a step."""
    return median(times[name] for times in rounds)


def ratio(rounds: Rounds, slow: str, fast: str) -> float:
    """The median over the rounds of how many times as long `slow` took as `fast`."""
    return median(times[slow] / times[fast] for times in rounds)


@dataclass(frozen=True)
class Figure:
    """What was measured, in `unit`, and what it must be at most, or with `least` at least; without a `bound` it is only
    told. None is what this system does not tell.
    """

    name: str
    value: float | None
    unit: str = ""
    bound: float | None = None
    least: bool = False
    digits: int = 1

    @property
    def missed(self) -> bool:
        if self.value is None or self.bound is None:
            return False
        return not (self.value >= self.bound if self.least else self.value <= self.bound)

    def row(self) -> list[str]:
        measured = "not told" if self.value is None else self._shown(self.value, self.digits)
        if self.bound is None:
            return [self.name, measured, "", ""]
        bound = f"at {'least' if self.least else 'most'} {self._shown(self.bound, None)}"
        return [self.name, measured, bound, "missed" if self.missed else "met"]

    def _shown(self, value: float, digits: int | None) -> str:
        text = f"{value:,.{digits}f}" if digits is not None else f"{value:,.10g}"
        return f"{text} {self.unit}".strip()


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text, the first being the headings, as a Markdown table; columns after the first are flush right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [
        [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        for row in [rows[0], rule, *rows[1:]]
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def figure_rows(figures: Sequence[Figure]) -> list[list[str]]:
    return [["", "measured", "target", ""], *(figure.row() for figure in figures)]


def conclude(found: Mapping[str, Sequence[Figure]], path: Path | None) -> int:
    """Print the figures of all parts with what they must be, write them to `path`, and give the exit code."""
    figures = [figure for part in found.values() for figure in part]
    print(table(figure_rows(figures)))
    if path:
        told = {
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
            "numpy": np.__version__,
            "parts": {part: [{**vars(one), "missed": one.missed} for one in own] for part, own in found.items()},
        }
        path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return int(any(figure.missed for figure in figures))


def share(values: Sequence[float], part: float) -> float:
    """What so large a part of the values does not exceed."""
    ordered = sorted(values)
    return ordered[int(part * (len(ordered) - 1))]
