"""Gives a lesson without a learner: every moment is reached, every address exists, every question has an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..engine.errors import BackscopeError
from ..engine.presets import preset_spec
from ..engine.questions import Question
from ..engine.spec import Spec
from ..sessions.session import Session
from .lesson import InvalidLesson, Lesson


def rehearse(lesson: Lesson) -> None:
    """Run a lesson from its beginning to its end. InvalidLesson, with the step and the field."""
    session: Session | None = None
    for i, step in enumerate(lesson.steps):
        session = _give(step, session, f"{lesson.name}.toml: step {i}")


@contextmanager
def _saying(where: str) -> Iterator[None]:
    try:
        yield
    except BackscopeError as error:
        raise InvalidLesson(f"{where}: {error.detail}") from None


def _give(step: dict[str, Any], session: Session | None, where: str) -> Session:
    if step["network"] is not None:
        session = Session("s_rehearsal", Spec.parse(spec_of(step["network"])))
    assert session is not None, "the first step has a network"
    if step["at"] is not None:
        t = moment(session, step["at"])
        with _saying(f"{where}, at"):
            if t > session.t:
                session.advance(t - session.t, record=False)
        for field, address in (("select", step["select"]), ("task, of", (step["task"] or {}).get("of"))):
            if address is not None:
                graph = session.training.graph
                rows = session.training.spec.batch_size
                with _saying(f"{where}, {field}"):
                    graph.index(graph.find(address["tensor"]), tuple(address["index"]), rows, "index")
    asked = step["question"]
    if asked is not None and asked["kind"] != "choice":
        t = moment(session, asked["at"])
        among = tuple(tuple(index) for index in asked["among"])
        index = among[0] if among else tuple(asked["of"]["index"])
        question = Question(asked["kind"], asked["of"]["tensor"], index, t, among, asked["tolerance"])
        answers = {"sign": "zero", "largest": list(index)}
        with _saying(f"{where}, question"):
            session.grade(question, answers.get(question.kind, 1.0), None)
        if t > session.t:
            session.advance(t - session.t, record=False)
    return session


def spec_of(network: dict[str, Any]) -> dict[str, Any]:
    """The spec that a lesson's network asks for, as a request to make a session would."""
    spec = dict(network)
    return {**preset_spec(spec.pop("preset")), **spec} if "preset" in spec else spec


def moment(session: Session, at: dict[str, int]) -> int:
    """The moment that a lesson means, as a count of ticks."""
    return at["step"] * session.ticks_per_step + at["tick"]
