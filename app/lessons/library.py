"""The lessons of one server: those that come with Backscope, and those in a lecturer's own folder."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from .lesson import InvalidLesson, Lesson, read

OURS = Path(__file__).parent / "files"

log = logging.getLogger("backscope")


class Library:
    """The lessons by name, in the order of their files' names. A file of the own folder takes the place of one of ours.

    A file that cannot be read is listed with its `problem`, so that whoever wrote it sees why it is not there.
    """

    def __init__(self, own: str | None = None) -> None:
        self.lessons: dict[str, Lesson] = {}
        self.problems: dict[str, str] = {}
        for folder in (OURS, *([Path(own)] if own else [])):
            for path in sorted(folder.glob("*.toml")):
                self._take(path)

    def _take(self, path: Path) -> None:
        try:
            self.lessons[path.stem] = read(path)
            self.problems.pop(path.stem, None)
        except InvalidLesson as error:
            log.warning("A lesson is left out: %s", error)
            self.problems[path.stem] = str(error)

    def list(self) -> list[dict[str, Any]]:
        """What there is to choose from, and what cannot be read."""
        found = [lesson.json(whole=False) for lesson in self.lessons.values()]
        return found + [{"name": name, "problem": problem} for name, problem in self.problems.items()]
