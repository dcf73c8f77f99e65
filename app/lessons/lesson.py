"""One lesson, as its file says it, checked field by field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..engine.errors import BackscopeError
from ..engine.presets import preset_spec
from ..engine.spec import Spec

ADDRESS = re.compile(r"([A-Za-z]\w*\.\w+)(?:\[(\d+(?:,\d+)*)\])?", re.ASCII)
LONGEST = 4_000
"""Characters of a text."""

KINDS = ("sign", "size", "number", "largest", "choice")

Json = dict[str, Any]


class InvalidLesson(Exception):
    """What is wrong with a lesson's file, in one sentence."""


@dataclass(frozen=True)
class Lesson:
    """A lesson that can be given: `steps` are JSON, each with all its fields filled in, null where there is nothing."""

    name: str
    title: str
    about: str
    minutes: int
    steps: tuple[Json, ...]

    def json(self, whole: bool = True) -> Json:
        """What the page is told of it: all, or what stands in the list of lessons."""
        brief = {"name": self.name, "title": self.title, "about": self.about, "minutes": self.minutes}
        return {**brief, "steps": list(self.steps)} if whole else {**brief, "length": len(self.steps)}


def read(path: Path) -> Lesson:
    """The lesson in a file. InvalidLesson."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidLesson(f"{path.name} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidLesson(f"{path.name} cannot be read as TOML: {error}") from None
    try:
        return _lesson(path.stem, given)
    except InvalidLesson as error:
        raise InvalidLesson(f"{path.name}: {error}") from None


def _lesson(name: str, given: Json) -> Lesson:
    _only(given, "the lesson", required=("title", "about", "steps"), optional=("minutes", "preset", "spec"))
    network = _network(given, "the lesson")
    if network is None:
        raise InvalidLesson("expected `preset` or `spec` at its top: the network that it begins with")
    steps = given["steps"]
    if not isinstance(steps, list) or not steps:
        raise InvalidLesson("expected at least one [[steps]]")
    made = []
    for i, step in enumerate(steps):
        made.append(_step(step, f"step {i}", first=network if i == 0 else None))
    minutes = given.get("minutes", len(steps))
    if not isinstance(minutes, int) or not 1 <= minutes <= 600:
        raise InvalidLesson(f"minutes: expected a whole number from 1 to 600, got {minutes!r:.40}")
    title, about = (_text(given[key], key) for key in ("title", "about"))
    return Lesson(name, title, about, minutes, tuple(made))


def _step(given: Any, where: str, first: Json | None) -> Json:
    if not isinstance(given, dict):
        raise InvalidLesson(f"{where}: expected a table")
    _only(
        given,
        where,
        required=("text",),
        optional=("title", "at", "select", "sample", "question", "task", "preset", "spec"),
    )
    if "question" in given and "task" in given:
        raise InvalidLesson(f"{where}: expected a question or a task, got both")
    return {
        "title": _text(given.get("title", ""), f"{where}, title"),
        "text": _text(given["text"], f"{where}, text"),
        "network": _network(given, where) or first,
        "at": _moment(given["at"], f"{where}, at") if "at" in given else None,
        "select": _address(given["select"], f"{where}, select") if "select" in given else None,
        "sample": _count(given.get("sample", 0), f"{where}, sample"),
        "question": _question(given["question"], f"{where}, question") if "question" in given else None,
        "task": _task(given["task"], f"{where}, task") if "task" in given else None,
    }


def _question(given: Any, where: str) -> Json:
    _table(given, where)
    kind = given.get("kind")
    if kind not in KINDS:
        raise InvalidLesson(f"{where}, kind: expected one of {', '.join(KINDS)}, got {kind!r:.40}")
    said = ("right", "wrong")
    if kind == "choice":
        _only(given, where, required=("kind", "ask", "options", "answer"), optional=said)
        options = given["options"]
        if not isinstance(options, list) or len(options) < 2 or not all(isinstance(one, str) for one in options):
            raise InvalidLesson(f"{where}, options: expected at least two texts")
        answer = _count(given["answer"], f"{where}, answer")
        if answer >= len(options):
            raise InvalidLesson(f"{where}, answer: expected the number of an option from 0, got {answer}")
        asked: Json = {"options": [_text(one, f"{where}, options") for one in options], "answer": answer}
    else:
        _only(given, where, required=("kind", "ask", "of", "at"), optional=("tolerance", "among", "chain", *said))
        asked = {
            "of": _address(given["of"], f"{where}, of"),
            "at": _moment(given["at"], f"{where}, at"),
            "tolerance": given.get("tolerance"),
            "among": [_address(one, f"{where}, among")["index"] for one in given.get("among", [])],
            "chain": bool(given.get("chain", False)),
        }
        if kind == "largest" and len(asked["among"]) < 2:
            raise InvalidLesson(f"{where}, among: expected at least two addresses to choose from")
    return {
        "kind": kind,
        "ask": _text(given["ask"], f"{where}, ask"),
        **asked,
        **{key: _text(given.get(key, ""), f"{where}, {key}") for key in said},
    }


def _task(given: Any, where: str) -> Json:
    """Something to be done: it is done when the number at an address is below, or above, another."""
    _table(given, where)
    _only(given, where, required=("do", "of"), optional=("below", "above", "right"))
    bounds = {key: given[key] for key in ("below", "above") if key in given}
    if not bounds or not all(isinstance(bound, int | float) for bound in bounds.values()):
        raise InvalidLesson(f"{where}: expected `below` or `above`, a number")
    return {
        "do": _text(given["do"], f"{where}, do"),
        "of": _address(given["of"], f"{where}, of"),
        "below": bounds.get("below"),
        "above": bounds.get("above"),
        "right": _text(given.get("right", ""), f"{where}, right"),
    }


def _network(given: Mapping[str, Any], where: str) -> Json | None:
    """What a session is made from: a preset, with the keys of a spec that replace its own, or a whole spec."""
    if "preset" not in given and "spec" not in given:
        return None
    asked = {**({"preset": given["preset"]} if "preset" in given else {}), **given.get("spec", {})}
    spec = dict(asked)
    try:
        if "preset" in spec:
            spec = {**preset_spec(str(spec.pop("preset"))), **spec}
        Spec.parse(spec)
    except BackscopeError as error:
        raise InvalidLesson(f"{where}, its network: {error.detail}") from None
    return asked


def _moment(given: Any, where: str) -> Json:
    """A moment: so many whole steps, and ticks of the next. A bare number counts ticks from the beginning."""
    if isinstance(given, dict):
        _only(given, where, required=(), optional=("step", "tick"))
        return {key: _count(given.get(key, 0), f"{where}, {key}") for key in ("step", "tick")}
    return {"step": 0, "tick": _count(given, where)}


def _address(given: Any, where: str) -> Json:
    found = ADDRESS.fullmatch(given) if isinstance(given, str) else None
    if not found:
        raise InvalidLesson(f"{where}: expected an address such as hidden1.W[0,1], got {given!r:.60}")
    return {"tensor": found[1], "index": [int(i) for i in found[2].split(",")] if found[2] else []}


def _count(given: Any, where: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < 0:
        raise InvalidLesson(f"{where}: expected a whole number from 0, got {given!r:.40}")
    return given


def _text(given: Any, where: str) -> str:
    if not isinstance(given, str) or len(given) > LONGEST:
        raise InvalidLesson(f"{where}: expected a text of at most {LONGEST} characters, got {given!r:.40}")
    return given.strip()


def _table(given: Any, where: str) -> None:
    if not isinstance(given, dict):
        raise InvalidLesson(f"{where}: expected a table, got {given!r:.40}")


def _only(given: Mapping[str, Any], where: str, required: tuple[str, ...], optional: tuple[str, ...]) -> None:
    for key in given:
        if key not in required + optional:
            raise InvalidLesson(f"{where}: unknown field {key}; expected {', '.join(required + optional)}")
    for key in required:
        if key not in given:
            raise InvalidLesson(f"{where}: {key} is missing")
