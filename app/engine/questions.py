"""Questions about numbers that are still to come, and what is right: predict before it is revealed.

A question is about one number (or, for `largest`, about which of a tensor's numbers weighs most) as some tick of a step
writes it. The step is run to find out; whoever asks need not have run it yet. A wrong number that came with the factors
of its chain is held against the true chain, factor by factor, up to the first where the two part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from . import reasons
from .errors import InvalidRequest, brief
from .explain import Explanation
from .graph import Graph
from .plan import Phase, Tick
from .terms import Array, Factor, Index, address

Kind = Literal["sign", "size", "number", "largest"]
Sign = Literal["negative", "zero", "positive"]

TOLERANCE = {"number": 0.01, "size": 1.0}
"""How far an answer may be off: a number by this part of the true one, a size by so many powers of ten."""
TINY = 1e-12
"""What a number may be off in any case: whoever works with four digits finds no more."""
MOST_CHOICES = 24
"""Of how many numbers one can be asked to find the largest."""
LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Question:
    """What is asked: `tensor` at `index` as it is at `t`, right after the tick that writes it.

    For `largest`, `among` are the indices to choose from, and `index` is the first of them.
    """

    kind: Kind
    tensor: str
    index: Index
    t: int
    among: tuple[Index, ...] = ()
    tolerance: float | None = None


@dataclass(frozen=True)
class Link:
    """What a learner works out one by one: a factor of a single product, or a term of a sum, which may have several."""

    factors: tuple[Factor, ...]
    value: float

    @property
    def symbol(self) -> str:
        return r" \cdot ".join(factor.symbol for factor in self.factors)

    @property
    def text(self) -> str:
        return " × ".join(factor.text for factor in self.factors)


@dataclass(frozen=True)
class Part:
    """One link of the true chain beside the learner's."""

    link: Link
    given: float | None
    agrees: bool | None


@dataclass(frozen=True)
class Grade:
    """Whether an answer is right. `value` is the true number, `best` the index of the largest where that was asked.

    `parts` are those of a number; `parted` is the first that does not agree, where the learner gave theirs. `reason`
    says in words why an answer is not right; None where it is.
    """

    right: bool
    value: float
    best: Index | None
    explanation: Explanation
    parts: tuple[Part, ...] = ()
    parted: int | None = None
    reason: str | None = None


def sign(value: float) -> Sign:
    """The sign of a number in words; a NaN has none and counts as zero."""
    return "positive" if value > 0 else "negative" if value < 0 else "zero"


def grade(
    question: Question,
    answer: object,
    factors: Sequence[float] | None,
    values: Array,
    explain: Callable[[Index], Explanation],
) -> Grade:
    """Hold an answer against `values`, the tensor as the question's tick wrote it.

    `answer` is a word for `sign`, a number for `number` and `size`, an index for `largest`; InvalidRequest for others.
    """
    if question.kind == "largest":
        return _largest(question, answer, values, explain)
    value = float(values[question.index])
    explanation = explain(question.index)
    if question.kind == "sign":
        if answer not in ("negative", "zero", "positive"):
            raise InvalidRequest(f"answer: expected negative, zero or positive, got {brief(answer)}", "/answer")
        reason = None if answer == sign(value) else reasons.of_sign(str(answer), explanation)
        return Grade(reason is None, value, None, explanation, reason=reason)
    given = _number(answer)
    allowed = TOLERANCE[question.kind] if question.tolerance is None else question.tolerance
    if question.kind == "size":
        reason = None if _sized(given, value, allowed) else reasons.of_size(given, value, explanation)
        return Grade(reason is None, value, None, explanation, reason=reason)
    parts = _parts(explanation, factors, allowed)
    parted = next((i for i, part in enumerate(parts) if part.agrees is False), None)
    reason = None
    if not _near(given, value, allowed):
        reason = reasons.of_number(given, value, explanation, None if parted is None else _differing(parts[parted]))
    return Grade(reason is None, value, None, explanation, parts, parted, reason)


def _largest(question: Question, answer: object, values: Array, explain: Callable[[Index], Explanation]) -> Grade:
    sizes = {index: abs(float(values[index])) for index in question.among}
    chosen = _index(answer, question.among)
    best = max(sizes, key=lambda index: sizes[index])
    explanation = explain(best)
    if math.isclose(sizes[chosen], sizes[best], rel_tol=1e-9):
        return Grade(True, float(values[best]), chosen, explanation)
    instead = address(question.tensor, chosen), float(values[chosen])
    reason = reasons.of_largest(instead, len(sizes), explanation)
    return Grade(False, float(values[best]), best, explanation, reason=reason)


def _differing(part: Part) -> tuple[str, float, float]:
    assert part.given is not None
    return part.link.text, part.given, part.link.value


def _index(answer: object, among: Sequence[Index]) -> Index:
    chosen = tuple(answer) if isinstance(answer, list) else ()
    if chosen not in among:
        raise InvalidRequest(
            f"answer: expected one of the indices that were asked about, got {brief(answer)}", "/answer"
        )
    return chosen


def _number(answer: object) -> float:
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        raise InvalidRequest(f"answer: expected a number, got {brief(answer)}", "/answer")
    return float(answer)


def _near(given: float, value: float, allowed: float) -> bool:
    """Whether a number is off by no more than `allowed` of the true one."""
    return abs(given - value) <= max(TINY, allowed * abs(value))


def _sized(given: float, value: float, allowed: float) -> bool:
    """Whether a size is off by no more than `allowed` powers of ten. Signs do not count; zero has no size but zero."""
    if given == 0 or value == 0:
        return given == value
    return abs(math.log10(abs(given)) - math.log10(abs(value))) <= allowed + 1e-9


def chain(explanation: Explanation) -> list[Link]:
    """The factors of a single product and of an update, or the terms of a sum."""
    terms = explanation.addends
    if explanation.update or len(terms) == 1:
        return [Link((factor,), factor.value) for term in terms for factor in term.factors]
    return [Link(term.factors, term.value) for term in terms]


def _parts(explanation: Explanation, factors: Sequence[float] | None, allowed: float) -> tuple[Part, ...]:
    true = chain(explanation)
    if factors is None:
        return tuple(Part(link, None, None) for link in true)
    if len(factors) != len(true):
        raise InvalidRequest(f"factors: expected {len(true)} numbers for this chain, got {len(factors)}", "/factors")
    return tuple(
        Part(link, given, _near(given, link.value, allowed)) for link, given in zip(true, factors, strict=True)
    )


# Questions that the engine makes


def make(graph: Graph, schedule: Sequence[Tick], level: int, first: int, batch: int, seed: int) -> Question:
    """A question about the step that begins at the moment `first`; the same seed gives the same.

    The levels are 1: a sign; 2: a size, or the largest; 3: a number of the backward pass; 4: one of the update.
    InvalidRequest where a step has no such number.
    """
    random = np.random.default_rng(seed)
    asked = Phase.UPDATE if level == 4 else Phase.BACKWARD
    ticks = [tick for tick in schedule if tick.phase is asked]
    if not ticks:  # every step has gradients, but frozen parameters have no updates
        raise InvalidRequest(
            f"level: {level} asks for an update, and every parameter is frozen; expected 1, 2 or 3", "level"
        )
    tick = ticks[int(random.integers(len(ticks)))]
    name = tick.writes[0]
    shape = tuple(batch if size is None else size for size in graph.tensors[name].shape)
    index = tuple(int(random.integers(size)) for size in shape)
    t = first + tick.index + 1
    if level == 2 and math.prod(shape) > 1 and random.integers(2):
        everywhere = [tuple(int(i) for i in place) for place in np.ndindex(*shape)]
        chosen = random.permutation(len(everywhere))[:MOST_CHOICES]
        among = tuple(everywhere[i] for i in sorted(chosen))
        return Question("largest", name, among[0], t, among)
    kinds: dict[int, Kind] = {1: "sign", 2: "size", 3: "number", 4: "number"}
    return Question(kinds[level], name, index, t)
