"""The past of a session is a tree of lines: stretches of history, each of which runs with values of its own.

A line begins where a change was made (an edit, another learning rate, a sample) and goes on as long as somebody
advances on it. A rewind to before its begin leaves it, and a revision leads back to it. Running is deterministic, so
where a line begins and what changed there is all that has to be known of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..engine.spec import Spec
from ..engine.terms import Index
from ..engine.training import Sample, Training


@dataclass(frozen=True)
class Edit:
    """A parameter's number, and the value that it is given."""

    tensor: str
    index: Index
    value: float


def write(edits: Iterable[Edit], training: Training) -> None:
    """Put the values in, at the start of a step."""
    for edit in edits:
        training.variables.views[edit.tensor][edit.index] = edit.value


@dataclass(frozen=True, eq=False)
class Line:
    """Steps from `first` on run with the values of `spec`, and on `sample` where there is one; what came before them is
    the `parent`'s. It is in force from the moment `begin` on, which lies inside the step before `first` where that step
    had begun its updates. With `fresh` the frame at `begin` shows the batch to come.
    """

    number: int
    parent: Line | None
    begin: int
    first: int
    spec: Spec
    sample: Sample | None = None
    edits: tuple[Edit, ...] = ()
    fresh: bool = True

    def at(self, t: int) -> Line:
        """The line that was in force at `t`: where a change was made at `t`, the one after it."""
        line = self
        while line.begin > t and line.parent is not None:
            line = line.parent
        return line

    def running(self, step: int) -> Line:
        """The line with whose values `step` ran."""
        line = self
        while line.first > step and line.parent is not None:
            line = line.parent
        return line

    def parts_from(self, other: Line) -> int | None:
        """The first step that the two do not have in common; None for a line and itself."""
        one, step = self, None
        while one is not other:
            if one.number < other.number:
                one, other = other, one
            step = one.first if step is None else min(step, one.first)
            assert one.parent is not None, "all lines of a session begin at its beginning"
            one = one.parent
        return step

    def stretches(self, first: int, end: int) -> list[tuple[Line, int, int]]:
        """The steps from `first` up to `end` as (line, from, up to), each with the line that runs it."""
        found = []
        while end > first:
            line = self.running(end - 1)
            start = max(first, line.first) if line.parent is not None else first
            found.append((line, start, end))
            end = start
        return found[::-1]

    def is_edited(self, name: str, index: Index) -> bool:
        """Whether the number was edited at the start of the step `first`."""
        line: Line | None = self
        while line is not None and line.first == self.first:
            if any((edit.tensor, edit.index) == (name, index) for edit in line.edits):
                return True
            line = line.parent.running(self.first) if line.parent is not None else None
        return False

    def enter(self, training: Training) -> None:
        """Take a training that stands at the start of `first` over from the parent."""
        training.take(self.spec, self.sample)
        write(self.edits, training)
