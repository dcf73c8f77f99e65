"""Lessons, questions, and what is said of answers."""

from __future__ import annotations

from typing import Any, Literal

from .base import Answer, Number
from .explanations import Explanation
from .sessions import SessionAnswer


class LessonBrief(Answer):
    """A lesson in the list; one that cannot be read has its `problem` instead."""

    name: str
    title: str | None = None
    about: str | None = None
    minutes: int | None = None
    length: int | None = None
    problem: str | None = None


class LessonsAnswer(Answer):
    lessons: list[LessonBrief]


class LessonMoment(Answer):
    """So many whole steps, and ticks of the next."""

    step: int
    tick: int


class Place(Answer):
    """Where a number stands."""

    tensor: str
    index: list[int]


class LessonQuestion(Answer):
    """What a lesson asks; `options` and `answer` are those of a `choice`, the others are asked about a number."""

    kind: Literal["sign", "size", "number", "largest", "choice"]
    ask: str
    of: Place | None = None
    at: LessonMoment | None = None
    tolerance: float | None = None
    among: list[list[int]] | None = None
    chain: bool | None = None
    options: list[str] | None = None
    answer: int | None = None
    right: str
    wrong: str


class LessonTask(Answer):
    """Something to be done: it is done when the number is `below`, or `above`, a bound."""

    do: str
    of: Place
    below: float | None
    above: float | None
    right: str


class LessonStep(Answer):
    """`network` is what a new session is made from, null to go on in the present one."""

    title: str
    text: str
    network: dict[str, Any] | None
    at: LessonMoment | None
    select: Place | None
    sample: int
    question: LessonQuestion | None
    task: LessonTask | None


class Lesson(Answer):
    name: str
    title: str
    about: str
    minutes: int
    steps: list[LessonStep]


class LessonAnswer(Answer):
    lesson: Lesson


class FactorName(Answer):
    """A factor without its value: where it stands, or by which formula it is had."""

    symbol: str
    text: str
    tensor: str | None
    index: list[int] | None
    formula: str | None


class Link(Answer):
    """What one factor of a chain, or one term of a sum, is called. Its value is for the learner to find."""

    symbol: str
    text: str
    factors: list[FactorName]


class Question(Answer):
    """What is asked: a number as the tick that ends at `t` writes it; for `largest`, which of `among` weighs most."""

    kind: Literal["sign", "size", "number", "largest"]
    tensor: str
    index: list[int]
    t: int
    among: list[list[int]]
    tolerance: float | None
    chain: list[Link]


class QuestionAnswer(SessionAnswer):
    question: Question


class Part(Link):
    """A factor of the true chain, or a term of the true sum, beside the learner's."""

    value: Number
    given: Number | None
    agrees: bool | None


class GradeAnswer(SessionAnswer):
    """`best` is the index of the largest where that was asked; `parted` the first part that does not agree; `reason`
    why the answer is not right, in words, null where it is."""

    right: bool
    value: Number
    best: list[int] | None
    parts: list[Part]
    parted: int | None
    reason: str | None
    explanation: Explanation
