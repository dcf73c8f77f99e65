"""The ways along which one number reaches the loss: the chain rule multiplied out, strongest product first.

A gradient is a sum of terms, and a term is another gradient, nearer to the loss, times something local (`Op.explain`).
Followed term by term until no gradient is left, that gives a path; its value is the product of all its factors, and the
gradient is the sum of its paths. There are exponentially many paths but few gradients, so what is asked of all of them
is told once a gradient, and only the strongest are ever made. Nothing here knows any op.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from heapq import heapify, heappop, heappush
from math import fsum, inf, isnan, prod
from typing import NamedTuple

from .errors import IndexOutOfRange, InvalidRequest, NetworkTooLarge, NotComputedYet
from .explain import Moment, look_of, writing
from .graph import LOSS, PENALTY, Graph, derived
from .plan import Part, Tick
from .tape import Tape
from .terms import Factor, Index, Look, Sum, Term, address

SAMPLE_LOSS = "loss.terms"
"""What a path through one sample reaches just before the loss."""


@dataclass(frozen=True)
class Path:
    """One way to the loss. `nodes` are the addresses on the way forward, from the number to the loss.

    `factors` are the gradient's, as in an explanation: those of the loss first. `value` is their product.
    """

    nodes: tuple[str, ...]
    factors: tuple[Factor, ...]
    value: float


@dataclass(frozen=True)
class Paths:
    """The strongest paths in order, and of all paths their number and sum.

    `rest` is the sum of the paths that are not listed, `value` the gradient on the tape, or one sample's share of it.
    """

    listed: tuple[Path, ...]
    count: int
    rest: float
    sum: float
    value: float


Found = tuple[float, int, int, float]
"""A path from a gradient: its weakness (the strongest has the least), along which branch, which of the paths from where
that leads (0 is the strongest), and its value."""


class Branch(NamedTuple):
    """A term of a gradient: the factor at `at` is a gradient nearer to the loss, and `gain` is the others' product.
    Where no factor is one, the term leads to the loss itself, and `at` is behind them all."""

    nearer: Gradient
    gain: float
    factors: tuple[Factor, ...]
    at: int


class Gradient:
    """The gradient of the number at the address `node`, and of its paths to the loss the `count`, the `sum`, and in
    `found` the strongest, in order. Without branches it is that of the loss itself: one path, of no factor.
    """

    __slots__ = ("_heads", "branches", "count", "found", "node", "sum")

    def __init__(self, node: str) -> None:
        self.node = node
        self.branches: list[Branch] = []
        self.count, self.sum = 1, 1.0
        self.found: list[Found] = [(-1.0, 0, 0, 1.0)]
        self._heads: list[Found] | None = None

    def settle(self) -> None:
        """Count the paths, add them up and find the strongest, where all nearer gradients are settled."""
        self.count = sum(branch.nearer.count for branch in self.branches)
        self.sum = total(branch.nearer.sum * branch.gain for branch in self.branches)
        self.found = [min(self._firsts())] if self.count else []

    def extend(self) -> None:
        """Find the next path; there must be one more.

        It is the first along a branch, or comes after one that is found: for what is multiplied by the same numbers
        keeps its order, rounded or not (Jiménez & Marzal 1999, *Computing the K shortest paths*). So of the nearer
        gradients only those on the way of the last path have to find one more, and `waiting` is that way.
        """
        waiting = [self]
        while waiting:
            gradient = waiting[-1]
            _, i, rank, _ = gradient.found[-1]
            nearer, after = gradient.branches[i].nearer, rank + 1
            if after == len(nearer.found) < nearer.count:
                waiting.append(nearer)
                continue
            if gradient._heads is None:
                gradient._heads = [head for head in gradient._firsts() if head[1] != i]
                heapify(gradient._heads)
            if after < nearer.count:
                heappush(gradient._heads, gradient._along(i, after))
            gradient.found.append(heappop(gradient._heads))
            waiting.pop()

    def path(self, rank: int) -> Path:
        """The path of place `rank` among those found."""
        gradient, value = self, self.found[rank][3]
        nodes: list[str] = []
        before: list[Factor] = []
        after: list[Factor] = []
        while gradient.branches:
            nodes.append(gradient.node)
            _, i, rank, _ = gradient.found[rank]
            branch = gradient.branches[i]
            before += branch.factors[: branch.at]
            after = [*branch.factors[branch.at + 1 :], *after]
            gradient = branch.nearer
        ends = dict.fromkeys([gradient.node, LOSS])
        return Path((*nodes, *ends), (*before, *after), value)

    def _firsts(self) -> Iterator[Found]:
        """The strongest path along each branch."""
        return (self._along(i, 0) for i, branch in enumerate(self.branches) if branch.nearer.count)

    def _along(self, i: int, rank: int) -> Found:
        """The path of place `rank` along branch `i`. NaN counts as strongest: so a product with it keeps its order."""
        nearer, gain, _, _ = self.branches[i]
        value = nearer.found[rank][3] * gain
        return -inf if isnan(value) else -abs(value), i, rank, value


Key = tuple[int, str, Index]
"""Which gradient, and when: the last tick that had added to it, its tensor and index."""


class PathFinder:
    """Finds paths at one moment. NetworkTooLarge where more than `most` terms have to be followed for it."""

    def __init__(self, graph: Graph, schedule: list[Tick], moment: Moment, most: int) -> None:
        self.graph, self.schedule, self.moment, self.most = graph, schedule, moment, most
        self._of = {t.name: t.gradient_of for t in graph.tensors.values() if t.gradient_of}
        self._last = cache(lambda name, ticks: writing(name, schedule, moment.tape, ticks)[-1][0].index)
        self._sources = cache(lambda name, last: sources(name, schedule, moment.tape, last + 1))
        self._gradients: dict[Key, Gradient] = {}
        self._new: list[Key] = []

    def find(self, name: str, index: Index, limit: int, sample: int | None = None) -> Paths:
        """The paths from a number to the loss, or those of one `sample`, a row of the batch; `limit` of them listed.

        A penalty belongs to no sample. InvalidRequest where the tensor can have no gradient, NotComputedYet where it
        has none yet, IndexOutOfRange for a sample that the batch does not have.
        """
        gradient = derived("d", name)
        if self._of.get(gradient) != name:
            raise InvalidRequest(
                f"{name} has no gradient, so no paths; expected a parameter or a tensor between one and the loss",
                "tensor",
            )
        batch = self.moment.tape.samples_before(len(self.moment.tape.batches))
        if sample is not None and not 0 <= sample < batch:
            raise IndexOutOfRange(f"sample: expected a row of the batch, 0 to {batch - 1}, got {sample}", "sample")
        values = self.moment.tape.at(gradient, self.moment.ticks)
        if values is None:
            raise NotComputedYet(f"{gradient} is not computed yet at t = {self.moment.t}")
        root, share = self._root(gradient, index, sample)
        while len(root.found) < min(limit, root.count):
            root.extend()
        listed = tuple(root.path(rank) for rank in range(len(root.found)))
        shown, every = total(path.value for path in listed), len(listed) == root.count
        return Paths(
            listed,
            root.count,
            rest=0.0 if every else root.sum - shown,
            sum=shown if every else root.sum,
            value=float(values[index]) if sample is None else share,
        )

    def _root(self, name: str, index: Index, sample: int | None) -> tuple[Gradient, float]:
        """The gradient asked for, settled as all that is nearer to the loss, and what its terms add up to."""
        terms = [
            (source, term)
            for source, term in self._terms(name, index, self._last(name, self.moment.ticks))
            if sample is None or (term.sample is not None and term.sample + source.before == sample)
        ]
        self._check_terms(terms)
        root = Gradient(address(self._of[name], index))
        root.branches = [self._branch(source, term) for source, term in terms]
        self._follow(len(terms))
        root.settle()
        return root, total(term.value for _, term in terms)

    def _check_terms(self, terms: Sequence[tuple[Source, Term]]) -> None:
        """NetworkTooLarge where more terms would have to be followed than may be: told from one number of each gradient
        on the way, since to follow as many as may be takes seconds.

        Of a gradient as many numbers come after a term as it has in a sample, or as those before it lead to.
        """
        samples = len({(source.tick, term.sample) for source, term in terms if self._nearer(term)})
        expected, numbers, way = len(terms), 1, terms
        while ahead := [(source, factor) for source, term in way if (factor := self._nearer(term))]:
            source, factor = ahead[0]
            name, index = factor.tensor, factor.index
            assert name is not None
            assert index is not None
            size = prod(size for size in self.graph.tensors[name].shape if size is not None)
            numbers = min(numbers * len(ahead) // (samples if way is terms else 1), size)
            way = list(self._terms(name, index, self._last(name, source.tick)))
            expected += samples * numbers * len(way)
            if expected > self.most:
                raise self._too_many()

    def _nearer(self, term: Term) -> Factor | None:
        """The factor of a term that is a gradient, nearer to the loss."""
        return next((factor for factor in term.factors if factor.tensor in self._of), None)

    def _too_many(self) -> NetworkTooLarge:
        return NetworkTooLarge(
            f"More than {self.most} terms lie between that number and the loss; "
            "expected one `sample` of the batch, or a smaller network"
        )

    def _follow(self, terms: int) -> None:
        """Follow every term to the loss, each gradient's once, and settle the gradients from the loss on."""
        for last, name, index in self._new:  # which grows on the way
            branches = [self._branch(source, term) for source, term in self._terms(name, index, last)]
            self._gradients[last, name, index].branches = branches
            terms += len(branches)
            if terms > self.most:
                raise self._too_many()
        for key in sorted(self._new):
            self._gradients[key].settle()
        self._new.clear()

    def _terms(self, name: str, index: Index, last: int) -> Iterator[tuple[Source, Term]]:
        """The terms of a gradient as it was when tick `last` had added to it."""
        for source in self._sources(name, last):
            local = source.part.explain(source.letter, index, source.look)
            assert isinstance(local, Sum), f"{name} is a gradient, so a sum"
            for term in local.terms:
                yield source, term

    def _branch(self, source: Source, term: Term) -> Branch:
        """Where a term leads: to the gradient that is one of its factors, or, without one, to the loss."""
        factors, gain = term.factors, 1.0
        at = end = len(factors)
        for i, factor in enumerate(factors):
            if at == end and factor.tensor in self._of:
                at = i
            else:
                gain *= factor.value
        nearer = self._end(source, term.sample) if at == end else self._gradient(factors[at], source.tick)
        return Branch(nearer, gain, factors, at)

    def _gradient(self, factor: Factor, ticks: int) -> Gradient:
        """The gradient that is a factor, as it was when `ticks` ticks were done."""
        name, index = factor.tensor, factor.index
        assert name is not None
        assert index is not None
        key = self._last(name, ticks), name, index
        if key not in self._gradients:
            self._gradients[key] = Gradient(address(self._of[name], index))
            self._new.append(key)
        return self._gradients[key]

    def _end(self, source: Source, sample: int | None) -> Gradient:
        """The loss, by what leads to it: an op that knows the loss is the loss itself, any other adds a penalty's."""
        if LOSS not in source.part.names.values():
            return Gradient(PENALTY)
        return Gradient(LOSS if sample is None else address(SAMPLE_LOSS, (sample,)))


class Source(NamedTuple):
    """What gives a gradient terms: a part of the tick `tick`, which calls the gradient `letter`, and what that read.

    Its samples count from `before` on in the batch of the whole step.
    """

    part: Part
    letter: str
    look: Look
    tick: int
    before: int


def sources(name: str, schedule: list[Tick], tape: Tape, ticks: int) -> list[Source]:
    """What made a gradient what it is when `ticks` ticks are done."""
    return [
        Source(
            part,
            part.letter(name),
            KeepingLook.of(look_of(part, tick, tape)),
            tick.index,
            tape.samples_before(tick.micro),
        )
        for tick, part in writing(name, schedule, tape, ticks)
    ]


@dataclass(frozen=True)
class KeepingLook(Look):
    """A look that makes a factor once: a weight is the same one in the gradients of every sample."""

    keep: Callable[..., Factor] = field(kw_only=True)

    @classmethod
    def of(cls, look: Look) -> KeepingLook:
        quick = replace(look, read=cache(look.read), wrote=cache(look.wrote))
        return cls(**vars(quick), keep=cache(quick.stored))

    def stored(self, letter: str, index: Sequence[int], symbol: str, text: str) -> Factor:
        return self.keep(letter, tuple(index), symbol, text)


def total(values: Iterable[float]) -> float:
    """The sum, rounded once; of what is not finite, or does not stay so, what adding up gives."""
    numbers = list(values)
    try:
        return fsum(numbers)
    except (OverflowError, ValueError):
        return float(sum(numbers))
