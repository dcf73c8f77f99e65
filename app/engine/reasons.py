"""Why an answer is not right, in words: what was given, and how the number comes to be, with the numbers of the run.

A wrong number is held against what the same numbers come to by a usual slip: the sign turned, a factor left out, a term
left out. Only where a single slip gives it is that said, since it is all that can be told honestly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from .examine import said
from .explain import Explanation
from .terms import Factor, Term, address

MOST_TERMS = 4
"""So many terms of a sum, or arguments of a function, are written out."""
MOST_SLIPS = 24
"""Of how many terms one may be missing: of more, some sum without one is always near."""
NEAR = 0.01
"""How near to what a slip comes to, as a part of that, an answer must be."""


def of_sign(answer: str, explanation: Explanation) -> str:
    """Why the sign is another one."""
    return f"You said {answer}. {_signs(explanation.terms)}{_formula(explanation)}"


def of_size(given: float, value: float, explanation: Explanation) -> str:
    """By how much a size is off."""
    if given == 0 or value == 0 or not math.isfinite(value):
        off = f"You said that it is about {said(abs(given))}." if given else "You said that it is exactly 0."
    else:
        off = f"You said about {said(abs(given))}, which is {_times(abs(given), abs(value))}."
    return f"{off} {_formula(explanation)}"


def of_largest(chosen: tuple[str, float], count: int, explanation: Explanation) -> str:
    """How much larger the largest is than the one that was chosen, an address and its value."""
    name, value = chosen
    best = address(explanation.tensor, explanation.index)
    sizes = f"{name} has the size {said(abs(value))}, {best} the size {said(abs(explanation.value))}"
    return f"You chose {name}. {sizes}: the largest of {count}. {_formula(explanation)}"


def of_number(given: float, value: float, explanation: Explanation, parted: tuple[str, float, float] | None) -> str:
    """What a number is instead. `parted` is the first part of the learner's chain that does not agree: its text, what
    it was given as, and what it is.
    """
    if parted:
        text, wrong, true = parted
        told = f"For {text} you gave {said(wrong)}; it is {said(true)}. "
    else:
        slips = list(_slips(given, value, explanation.terms))
        told = f"That is {slips[0]}. " if len(slips) == 1 else ""
    return f"You gave {said(given)}. {told}{_formula(explanation)}"


def _times(given: float, true: float) -> str:
    times, way = (given / true, "large") if given > true else (true / given, "small")
    return f"{said(float(f'{times:.2g}'))} times too {way}"


def _signs(terms: Sequence[Term]) -> str:
    """Which signs make the sign of a sum of products; nothing where none tells, as of a product that is too small."""
    if len(terms) > 1:
        above, below = (sum(term.value for term in terms if term.value * way > 0) for way in (1, -1))
        return f"Its positive terms come to {said(above)}, its negative ones to {said(below)}. "
    factors = terms[0].factors if terms else ()
    if len(factors) < 2:
        return ""
    if nothing := [factor.text for factor in factors if factor.value == 0]:
        return f"A product with a factor 0 is 0: {nothing[0]} is. "
    turning = [factor.text for factor in factors if factor.value < 0]
    if not abs(terms[0].value) > 0:
        return ""
    if not turning:
        return "None of its factors is negative, so it is positive. "
    count = f"{len(turning)} {'is' if len(turning) == 1 else 'are'} negative ({', '.join(turning)})"
    return f"Of its factors {count}, so it is {'negative' if len(turning) % 2 else 'positive'}. "


def _slips(given: float, value: float, terms: Sequence[Term]) -> Iterator[str]:
    """The slips by which `given` comes of these terms."""

    def near(other: float) -> bool:
        if not math.isfinite(other) or other == 0 or abs(other - value) <= NEAR * abs(value):
            return False
        return abs(given - other) <= NEAR * abs(other)

    if near(-value):
        yield "the right number with its sign turned"
        return
    for factor in terms[0].factors if terms else ():
        if near(sum(_without(term, factor.text) for term in terms)):
            yield f"what comes without the factor {_known(factor) if len(terms) == 1 else factor.text}"
    if not 1 < len(terms) <= MOST_SLIPS:
        return
    if near(value / len(terms)):
        yield f"the mean of the {len(terms)} terms, and not their sum"
    if near(sum(abs(term.value) for term in terms)):
        yield "the sum of the terms without their signs"
    for term in terms:
        if near(value - term.value):
            yield f"what comes without the term {_product(term)}"
        elif near(term.value) and len(terms) > 2:
            yield f"the term {_product(term)} alone"


def _without(term: Term, text: str) -> float:
    """What a term comes to without its factors of that text."""
    return math.prod(factor.value for factor in term.factors if factor.text != text)


def _formula(explanation: Explanation) -> str:
    """How the number comes to be: its address, its formula with the numbers, its value."""
    name, terms = address(explanation.tensor, explanation.index), explanation.addends
    told = [name]
    if explanation.kind == "function":
        given = ", ".join(_known(factor) for factor in explanation.arguments[:MOST_TERMS])
        rest = len(explanation.arguments) - MOST_TERMS
        told.append(f"{explanation.function}({given}{f', … {rest} more' if rest > 0 else ''})")
    elif terms:
        before = [said(explanation.update.value[0])] if explanation.update else []
        told.append(" + ".join([*before, *_summed(terms)]))
    return f"{' = '.join([*told, said(explanation.value)])}."


def _summed(terms: Sequence[Term]) -> list[str]:
    written = [_product(term) for term in terms[:MOST_TERMS]]
    rest = terms[MOST_TERMS:]
    return [*written, f"{len(rest)} more, {said(sum(term.value for term in rest))} together"] if rest else written


def _product(term: Term) -> str:
    return " × ".join(map(_known, term.factors))


def _known(factor: Factor) -> str:
    return f"{factor.text} {said(factor.value)}"
