"""A tick as matrix algebra: z = x Wᵀ + b, dW = dzᵀ x, dz = da ⊙ f′(z).

An op writes such a line for each of its methods in its own letters (`Op.matrix`), as it would in NumPy: `@` is the
matrix product, `*` the product element by element, `f(z)` a function of every element. Here the letters become tensors,
and what is no tensor (a slope, ones) is had from the op. A letter that is also the result is that of before the tick.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .terms import Array, Look

if TYPE_CHECKING:
    from .graph import Graph
    from .plan import Part, Tick

FUNCTION = re.compile(r"(\w+)\((.*)\)")


@dataclass(frozen=True)
class Line:
    """A line of matrix algebra in the letters of an op. `called` says in LaTeX and in words what is no tensor, and
    `compute` gives it: (rows, columns), a number as (1, 1)."""

    text: str
    called: Mapping[str, tuple[str, str]]
    compute: Callable[[str, Look], Array]


@dataclass(frozen=True)
class Matrix:
    """A matrix of a term: a tensor, `before` the tick or after, or (without one) what the op computes as `letter`."""

    letter: str
    symbol: str
    text: str
    tensor: str | None
    transposed: bool
    before: bool


@dataclass(frozen=True)
class MatrixTerm:
    """The `factors`' matrix `product`, their product `elementwise`, or a `function` of all of them, called `name`."""

    operator: str
    factors: tuple[Matrix, ...]
    name: str | None
    part: Part


@dataclass(frozen=True)
class Algebra:
    """The tensor `result` is the sum of its terms; one of a single row is added to every row."""

    result: str
    terms: tuple[MatrixTerm, ...]


def algebra(tick: Tick, graph: Graph) -> Algebra | None:
    """What a tick does as matrix algebra; None where its op does not say."""
    result, terms = None, []
    for part in tick.parts:
        if part.line is None:
            continue
        written, said = part.line.text.split(" = ")
        result = part.names[written]
        if part.adds:
            said = f"{written} + {said}"
        terms += [_term(part, part.line, term, written, graph) for term in said.split(" + ")]
    return None if result is None else Algebra(result, tuple(terms))


def _term(part: Part, line: Line, said: str, written: str, graph: Graph) -> MatrixTerm:
    called = FUNCTION.fullmatch(said)
    sign = ", " if called else " @ " if " @ " in said else " * "
    names = (called[2] if called else said).split(sign)
    factors = tuple(_matrix(part, line, name, written, graph) for name in names)
    operator = "function" if called else "product" if sign == " @ " else "elementwise"
    return MatrixTerm(operator, factors, line.called[called[1]][0] if called else None, part)


def _matrix(part: Part, line: Line, said: str, written: str, graph: Graph) -> Matrix:
    letter, transposed = said.removesuffix(".T"), said.endswith(".T")
    tensor = part.names.get(letter)
    if tensor is None:
        return Matrix(letter, *line.called[letter], None, transposed, False)
    return Matrix(letter, graph.tensors[tensor].latex, letter, tensor, transposed, letter == written)


def numbers(matrix: Matrix, term: MatrixTerm, look: Look) -> Array:
    """What a matrix of a term held, not transposed, when the tick of `look` ran."""
    if matrix.tensor is None:
        assert term.part.line is not None
        return term.part.line.compute(matrix.letter, look)
    return look.read(matrix.tensor) if matrix.before else look.array(matrix.letter)
