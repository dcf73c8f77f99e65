"""How one number came to be: its terms and factors, each with the address it came from.

An op tells the terms of what it wrote in terms of what it read (`Op.explain`). Here those are put together: ticks
that added to the same gradient, and the chain rule across ops, so that a weight's gradient shows
∂L/∂a · ∂a/∂z · ∂z/∂w. Nothing here knows any op.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .errors import NotComputedYet
from .graph import Graph, Role, derived
from .optimizers import Optimizer
from .plan import Tick
from .tape import Tape
from .terms import Applied, Array, Factor, Index, Local, Look, Sum, Term, address


@dataclass(frozen=True)
class Moment:
    """A place in time: a step's tape, and how many of its ticks are done. `before` gets the tape of the step before."""

    t: int
    tape: Tape
    ticks: int
    before: Callable[[], Tape | None]


@dataclass(frozen=True)
class Update:
    """What the optimizer last did to one number, at the tick that ended at `t`."""

    rule: str
    t: int
    rate: float
    value: tuple[float, float]
    state: tuple[dict[str, float], dict[str, float]]
    latex: str
    terms: tuple[Term, ...]
    plain: float
    """What plain gradient descent at the same rate would have added."""


@dataclass(frozen=True)
class Explanation:
    """How the number at `index` of `tensor` came to be at `t`. `kind` says which of the other fields it has."""

    tensor: str
    index: Index
    t: int
    value: float
    latex: str
    kind: str
    terms: tuple[Term, ...] = ()
    function: str | None = None
    arguments: tuple[Factor, ...] = ()
    gradient: Explanation | None = None
    update: Update | None = None


class Explainer:
    """Explains the numbers of one moment of a run."""

    def __init__(self, graph: Graph, schedule: list[Tick], optimizer: Optimizer, moment: Moment) -> None:
        self.graph, self.schedule, self.optimizer, self.moment = graph, schedule, optimizer, moment

    def explain(self, name: str, index: Index) -> Explanation:
        """The explanation of one number. NotComputedYet where it has no value at this moment."""
        tensor = self.graph.tensors[name]
        values = self.moment.tape.at(name, self.moment.ticks)
        if values is None:
            raise NotComputedYet(f"{name} is not computed yet at t = {self.moment.t}")
        made = Explanation(name, index, self.moment.t, float(values[index]), tensor.latex, "given")
        if tensor.role is Role.PARAMETER:
            return self._parameter(made)
        ticks = self._writing(name)
        if not ticks:
            return made
        local = _joined([self._local(tick, tick.letter(name), index) for tick in ticks])
        if isinstance(local, Applied):
            return replace(made, kind="function", latex=local.latex, function=local.function, arguments=local.arguments)
        if tensor.gradient_of and self.graph.tensors[tensor.gradient_of].role is Role.PARAMETER:
            local = self._chained(local)
        return replace(made, kind="sum", latex=local.latex, terms=local.terms)

    def _writing(self, name: str) -> list[Tick]:
        """The ticks that have written `name` by now in this step."""
        return [self.schedule[i] for i in self.moment.tape.writers.get(name, ()) if i < self.moment.ticks]

    def _local(self, tick: Tick, letter: str, index: Index, tape: Tape | None = None) -> Local:
        """What the tick's own op says of the number, each term marked with the op's type."""
        local = tick.explain(letter, index, _look(tick, tape or self.moment.tape))
        if isinstance(local, Applied):
            return local
        return replace(local, terms=tuple(replace(term, op=tick.op) for term in local.terms))

    def _chained(self, local: Sum) -> Sum:
        """`local` with each gradient of an intermediate tensor that is a single product replaced by that product."""
        latex, terms = local.latex, []
        for term in local.terms:
            factors: list[Factor] = []
            for factor in term.factors:
                inner = self._single(factor)
                if inner:
                    latex = latex.replace(factor.symbol, r"\cdot ".join(part.symbol for part in inner))
                factors += inner or [factor]
            terms.append(replace(term, factors=tuple(factors)))
        return Sum(latex, tuple(terms))

    def _single(self, factor: Factor) -> list[Factor]:
        """The factors of a gradient that is one product of another gradient and something; else nothing."""
        if factor.tensor is None or factor.index is None or self.graph.tensors[factor.tensor].role is not Role.GRADIENT:
            return []
        inner = _joined([self._local(t, t.letter(factor.tensor), factor.index) for t in self._writing(factor.tensor)])
        one = isinstance(inner, Sum) and len(inner.terms) == 1
        return list(inner.terms[0].factors) if isinstance(inner, Sum) and one else []

    def _parameter(self, made: Explanation) -> Explanation:
        gradient_name = derived("d", made.tensor)
        known = self.moment.tape.at(gradient_name, self.moment.ticks) is not None
        gradient = self.explain(gradient_name, made.index) if known else None
        updates = self.moment.tape.writers.get(made.tensor)
        if not updates:
            return replace(made, gradient=gradient)
        now = updates[0] < self.moment.ticks
        tape = self.moment.tape if now else self.moment.before()
        if tape is None:
            return replace(made, gradient=gradient)
        update = self._update(self.schedule[updates[0]], tape, made.index)
        return replace(made, kind="parameter", latex=update.latex, gradient=gradient, update=update)

    def _update(self, tick: Tick, tape: Tape, index: Index) -> Update:
        look = _look(tick, tape)
        local = self._local(tick, "uw", index, tape)
        state = [letter for letter in tick.names if letter not in ("w", "dw", "uw")]

        def number(array: Array) -> float:
            return float(array[index])

        return Update(
            rule=tick.op,
            t=tape.step * len(self.schedule) + tick.index + 1,
            rate=self.optimizer.learning_rate,
            value=(number(look.read(tick.names["w"])), number(look.wrote(tick.names["w"]))),
            state=(
                {address(tick.names[letter], index): number(look.read(tick.names[letter])) for letter in state},
                {address(tick.names[letter], index): number(look.wrote(tick.names[letter])) for letter in state},
            ),
            latex=local.latex,
            terms=local.terms if isinstance(local, Sum) else (),
            plain=-self.optimizer.learning_rate * number(look.read(tick.names["dw"])),
        )


def _look(tick: Tick, tape: Tape) -> Look:
    def read(name: str) -> Array:
        return _known(tape.at(name, tick.index), name)

    def wrote(name: str) -> Array:
        return _known(tape.at(name, tick.index + 1), name)

    return Look(tick.names, read, wrote, frozenset(tick.writes), tape.step + 1)


def _known(array: Array | None, name: str) -> Array:
    assert array is not None, f"{name} was read before it was written"
    return array


def _joined(locals_: list[Local]) -> Local:
    """One account of a number to which several ticks added."""
    first = locals_[0]
    if isinstance(first, Applied) or len(locals_) == 1:
        return first
    return Sum(first.latex, tuple(term for local in locals_ if isinstance(local, Sum) for term in local.terms))
