"""What an op is: forward and backward side by side, its shapes, and its formulas. It holds no numbers.

An op works in its own letters. `forward` and the gradients (`dx`, `dW`, …) are methods whose parameters are
those letters: first what they read, last what they write into. A graph binds letters to named tensors, so
a tick's reads and writes are the method's signature, and nothing has to be said twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from string import Template
from typing import Any, ClassVar

import numpy as np

from ..algebra import Line
from ..registry import Described
from ..terms import Array, Index, Local, Look

Shape = tuple[int | None, ...]
"""A tensor's shape; None is the batch, known only when a plan is bound."""


class Op(Described):
    """One differentiable operation.

    `inputs` and `outputs` are its letters, and `backward` lists the inputs that can have a gradient in the order
    in which those are taken. For every number it writes (each output, and `d` + each letter of `backward`) the
    tables `latex`, `numpy`, `pytorch` and `words` have a line with `$letter` where a tensor's name goes, and
    `explain` tells one element's terms. A hyper-parameter stands in any of them as `$` and its name.
    """

    inputs: ClassVar[tuple[str, ...]]
    outputs: ClassVar[tuple[str, ...]]
    backward: ClassVar[tuple[str, ...]]
    latex: ClassVar[Mapping[str, str]] = {}
    numpy: ClassVar[Mapping[str, str]] = {}
    pytorch: ClassVar[Mapping[str, str]] = {}
    words: ClassVar[Mapping[str, str]] = {}
    matrix: ClassVar[Mapping[str, str]] = {}
    """For each method its line of matrix algebra, such as `z = x @ W.T + b` (see `algebra.py`)."""
    called: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """What the names in `matrix` that are no letters are called, in LaTeX and in words."""
    complex_safe: ClassVar[bool] = True
    """Whether `forward` holds for complex numbers, so that there is a complex step."""

    def to_kink(self, *inputs: Any) -> Array:
        """How far each number of the first input is from the nearest point where the op has a kink or a step."""
        return np.full(inputs[0].shape, np.inf)

    def shapes(self, **inputs: Shape) -> dict[str, Shape]:
        """The shapes of the outputs for those of the inputs; ShapeMismatch where they do not fit."""
        raise NotImplementedError

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        """How the number at `index` of what the op calls `letter` came to be, in terms of what its tick read."""
        raise NotImplementedError

    def compute(self, name: str, look: Look) -> Array:
        """What a name in `matrix` that is no letter stands for: (rows, columns), a number as (1, 1)."""
        raise NotImplementedError

    def algebra(self, method: str) -> Line | None:
        """The line of matrix algebra of `method`, where it has one."""
        return Line(self.matrix[method], self.called, self.compute) if method in self.matrix else None

    def line(self, table: str, method: str, names: Mapping[str, str]) -> str:
        """The op's line for `method` in `table` (latex, numpy, pytorch), with real names and hyper-parameters in it."""
        lines: Mapping[str, str] = getattr(self, table)
        return Template(lines[method]).substitute({**self.numbers(), **names})

    def numbers(self) -> dict[str, str]:
        """The hyper-parameters as a formula or a line of code has them: `$delta` becomes 1."""
        return {name: str(value).removesuffix(".0") for name, value in self.options.items()}

    def filled(self, formula: str) -> str:
        """`formula` with this op's hyper-parameters in it."""
        return Template(formula).substitute(self.numbers())

    @classmethod
    def named(cls, formula: str) -> str:
        """`formula` with the names of the hyper-parameters in it, as the catalog has it."""
        return Template(formula).substitute(
            {field.name: rf"\text{{{field.name.replace('_', chr(92) + '_')}}}" for field in cls.fields}
        )


def letters(method: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a bound method's parameters: what it reads, then what it writes."""
    return tuple(signature(method).parameters)
