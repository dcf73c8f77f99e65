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
from .plan import Part, Tick
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
    stages: tuple[Factor, ...]
    """The numbers on the way from the gradient to the update (`Optimizer.stages`)."""
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

    @property
    def addends(self) -> tuple[Term, ...]:
        """The terms that are added up: of a parameter those of its update, on top of its value before; of any other
        number its own.
        """
        return self.update.terms if self.update else self.terms


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
        told = self._told(name, index, self.moment.ticks)
        if not told and tensor.role is Role.STATE and (before := self.moment.before()):
            # Until this step's update it is what the one before has made of it.
            told = self._told(name, index, len(before), tape=before)
        if not told:
            return made
        if tensor.gradient_of and self.graph.tensors[tensor.gradient_of].role is Role.PARAMETER:
            told = [(tick, self._chained(local, tick)) for tick, local in told]
        local = _joined([local for _, local in told])
        if isinstance(local, Applied):
            return replace(made, kind="function", latex=local.latex, function=local.function, arguments=local.arguments)
        return replace(made, kind="sum", latex=local.latex, terms=local.terms)

    def _told(
        self, name: str, index: Index, ticks: int, micro: int | None = None, tape: Tape | None = None
    ) -> list[tuple[Tick, Local]]:
        """The ticks that have written the number by then, seen from `micro` as in `Tape.at`, with what their ops say of
        it; in the step that is looked at, or the one of another `tape`."""
        tape = tape or self.moment.tape
        parts = writing(name, self.schedule, tape, ticks, micro)
        return [(tick, _told(part, part.letter(name), index, tick, tape)) for tick, part in parts]

    def _chained(self, local: Local, tick: Tick) -> Local:
        """`local` with each gradient of an intermediate tensor that is a single product replaced by that product."""
        if isinstance(local, Applied):
            return local
        latex, terms = local.latex, []
        sums: set[str | None] = set()
        """Gradients that are no single product: none of their numbers is, and a sum takes long to be made."""
        for term in local.terms:
            factors: list[Factor] = []
            for factor in term.factors:
                inner = [] if factor.tensor in sums else self._single(factor, tick)
                if not inner:
                    sums.add(factor.tensor)
                else:
                    latex = latex.replace(factor.symbol, r"\cdot ".join(part.symbol for part in inner))
                factors += inner or [factor]
            terms.append(replace(term, factors=tuple(factors)))
        return Sum(latex, tuple(terms))

    def _single(self, factor: Factor, tick: Tick) -> list[Factor]:
        """The factors of a gradient that `tick` read and that is one product of another gradient and something."""
        if factor.tensor is None or factor.index is None or self.graph.tensors[factor.tensor].role is not Role.GRADIENT:
            return []
        told = self._told(factor.tensor, factor.index, tick.index, tick.micro)
        inner = _joined([local for _, local in told]) if told else None
        return list(inner.terms[0].factors) if isinstance(inner, Sum) and len(inner.terms) == 1 else []

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
        update = self._update(tape.writers.ticks[updates[0]], tape, made.index)
        return replace(made, kind="parameter", latex=update.latex, gradient=gradient, update=update)

    def _update(self, tick: Tick, tape: Tape, index: Index) -> Update:
        part = tick.parts[-1]
        look = look_of(part, tick, tape)
        local = _told(part, "uw", index, tick, tape)
        state = [part.names[letter] for letter in self.optimizer.state]
        rate = -float(look.array("minus_rate"))

        def number(array: Array) -> float:
            return float(array[index])

        return Update(
            rule=tick.op,
            t=tape.step * len(self.schedule) + tick.index + 1,
            rate=rate,
            value=(number(look.read(part.names["w"])), number(look.wrote(part.names["w"]))),
            state=(
                {address(name, index): number(look.read(name)) for name in state},
                {address(name, index): number(look.wrote(name)) for name in state},
            ),
            latex=local.latex,
            stages=self.optimizer.stages(index, look),
            terms=local.terms if isinstance(local, Sum) else (),
            plain=-rate * number(look.read(part.names["dw"])),
        )


def writing(
    name: str, schedule: list[Tick], tape: Tape, ticks: int, micro: int | None = None
) -> list[tuple[Tick, Part]]:
    """The parts of ticks that made `name` what it is when `ticks` ticks are done, seen from `micro` as in `Tape.at`."""
    seen = tape.micro(ticks) if micro is None else micro
    first = tape.writers.first[seen] if name in tape.writers.passing else 0
    ran = (schedule[i] for i in tape.writers.get(name, ()) if first <= i < ticks)
    return [(tick, part) for tick in ran for part in tick.parts if name in part.writes]


def _told(part: Part, letter: str, index: Index, tick: Tick, tape: Tape) -> Local:
    """What a part's op says of a number; its terms get the op's type, the micro-batch, the sample in the step."""
    local = part.explain(letter, index, look_of(part, tick, tape))
    if isinstance(local, Applied):
        return local
    before = tape.samples_before(tick.micro)
    return Sum(
        local.latex,
        tuple(
            replace(term, op=part.op, micro=tick.micro, sample=None if term.sample is None else term.sample + before)
            for term in local.terms
        ),
    )


def look_of(part: Part, tick: Tick, tape: Tape) -> Look:
    """What a part of a tick read and wrote."""

    def read(name: str) -> Array:
        return _known(tape.at(name, tick.index, tick.micro), name)

    def wrote(name: str) -> Array:
        return _known(tape.at(name, tick.index + 1, tick.micro), name)

    return Look(part.names, read, wrote, frozenset(tick.records))


def _known(array: Array | None, name: str) -> Array:
    assert array is not None, f"{name} was read before it was written"
    return array


def _joined(locals_: list[Local]) -> Local:
    """One account of a number to which several ticks added."""
    first = locals_[0]
    if isinstance(first, Applied) or len(locals_) == 1:
        return first
    return Sum(first.latex, tuple(term for local in locals_ if isinstance(local, Sum) for term in local.terms))
