"""The parts of an explanation: a number is a sum of terms, a term a product of factors, each with its source.

An op says for its own numbers which terms they have, in its own letters (`x`, `W`, `dz`); a `Look` turns
letters into the addresses and values of the moment at which the tick ran.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Index = tuple[int, ...]


@dataclass(frozen=True)
class Factor:
    """One factor of a term. A stored number has an address; any other says how it is had.

    `symbol` is LaTeX, `text` the same for a spoken sentence; `formula` (LaTeX) and `reads` (addresses) say how
    a number that is not stored comes from those that are.
    """

    symbol: str
    text: str
    value: float
    tensor: str | None = None
    index: Index | None = None
    formula: str | None = None
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """A product of factors. `sample` is the row of the batch that it belongs to, where it belongs to one, counted over
    all micro-batches of the step; `micro` is its micro-batch."""

    factors: tuple[Factor, ...]
    sample: int | None = None
    op: str = ""
    micro: int = 0

    @property
    def value(self) -> float:
        return prod(factor.value for factor in self.factors)


@dataclass(frozen=True)
class Sum:
    """A number that is the sum of its terms."""

    latex: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Applied:
    """A number that is a named function of its arguments."""

    latex: str
    function: str
    arguments: tuple[Factor, ...]


Local = Sum | Applied


def address(name: str, index: Sequence[int]) -> str:
    """The address of one number: `hidden1.dW[0,1]`; a scalar's is its name."""
    return f"{name}[{','.join(map(str, index))}]" if index else name


@dataclass(frozen=True)
class Look:
    """The tensors that one tick read and wrote, under the letters of its op, as they were when it ran.

    `read` gives what a tensor held when the tick began, `wrote` what it held when the tick had ended.
    """

    names: Mapping[str, str]
    read: Callable[[str], Array]
    wrote: Callable[[str], Array]
    written: frozenset[str] = field(default_factory=frozenset)

    def array(self, letter: str) -> Array:
        name = self.names[letter]
        return self.wrote(name) if name in self.written else self.read(name)

    def stored(self, letter: str, index: Sequence[int], symbol: str, text: str) -> Factor:
        """The number at `index` of the tensor that the op calls `letter`."""
        name, index = self.names[letter], tuple(int(i) for i in index)
        return Factor(symbol, text, float(self.array(letter)[index]), name, index)

    def before(self, letter: str, index: Sequence[int], symbol: str, text: str) -> Factor:
        """The same of a number that the tick has overwritten: as it was when the tick began."""
        name, index = self.names[letter], tuple(int(i) for i in index)
        return Factor(symbol, text, float(self.read(name)[index]), name, index)

    def had(
        self, symbol: str, text: str, value: float, formula: str, reads: Sequence[tuple[str, Sequence[int]]] = ()
    ) -> Factor:
        """A number that is not stored: `formula` over the numbers `reads`."""
        addresses = tuple(address(self.names[letter], index) for letter, index in reads)
        return Factor(symbol, text, float(np.real(value)), None, None, formula, addresses)
