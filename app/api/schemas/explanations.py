"""How a number came to be."""

from __future__ import annotations

from typing import Literal

from .base import Answer, Number
from .sessions import SessionAnswer


class Factor(Answer):
    symbol: str
    text: str
    value: Number
    tensor: str | None
    index: list[int] | None
    formula: str | None = None
    reads: list[str] | None = None


class Term(Answer):
    value: Number
    factors: list[Factor]
    sample: int | None
    micro: int
    op: str


class BeforeAfter(Answer):
    before: Number
    after: Number


class StateBeforeAfter(Answer):
    before: dict[str, Number]
    after: dict[str, Number]


class Update(Answer):
    rule: str
    t: int
    rate: float
    value: BeforeAfter
    state: StateBeforeAfter
    latex: str
    stages: list[Factor]
    terms: list[Term]
    plain: Number


class Explanation(Answer):
    tensor: str
    index: list[int]
    t: int
    value: Number
    latex: str
    kind: Literal["sum", "function", "parameter", "given"]
    terms: list[Term] | None = None
    constant: Number | None = None
    function: str | None = None
    arguments: list[Factor] | None = None
    gradient: Explanation | None = None
    update: Update | None = None


class ExplanationAnswer(SessionAnswer, Explanation):
    pass


class Path(Answer):
    """`nodes` lead from the number to the loss, `factors` from the loss to the number."""

    nodes: list[str]
    factors: list[Factor]
    value: Number


class PathsAnswer(SessionAnswer):
    """`count` is a text, because it can have more digits than a number keeps."""

    paths: list[Path]
    count: str
    rest: Number
    sum: Number
    value: Number
