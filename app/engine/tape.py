"""The tape: what one step wrote, tick by tick. The values at a moment are the fold of the writes up to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .graph import INPUT, TARGET, Graph, Role
from .plan import Tick
from .terms import Array


class Writers(dict[str, list[int]]):
    """For each tensor the ticks that write it, in order; and where in the step its micro-batches begin.

    `ticks` are those of the step, `micro` has each one's micro-batch, `first` the first tick of each. What is `passing`
    (activations, their gradients, the loss) is computed anew for every micro-batch; parameters' gradients add up over
    them.
    """

    def __init__(self, graph: Graph, ticks: Sequence[Tick]) -> None:
        super().__init__()
        for tick in ticks:
            for name in tick.records:
                self.setdefault(name, []).append(tick.index)
        self.ticks = list(ticks)
        self.micro = [tick.micro for tick in ticks]
        self.first = [self.micro.index(micro) for micro in sorted(set(self.micro))]
        self.passing = frozenset(t.name for t in graph.tensors.values() if t.role is Role.LOSS or None in t.shape)


class Tape:
    """One step's writes over what it began with: parameters, optimizer state, and the batch, or its micro-batches.

    The recorder (`Training.advance`) adds to `written` what each tick wrote, after it ran, and changes nothing else.
    `batches` are pairs of inputs and targets, `size` is the bytes of the tape with all ticks on it. Arrays on a tape
    are copies and are never changed.
    """

    def __init__(
        self,
        step: int,
        start: Mapping[str, Array],
        batches: Sequence[tuple[Array, Array]],
        writers: Writers,
        size: int,
    ) -> None:
        self.step = step
        self.start = start
        self.batches = batches
        self.written: list[dict[str, Array]] = []
        self.writers = writers
        self.size = size

    def __len__(self) -> int:
        """How many ticks are on it."""
        return len(self.written)

    def micro(self, ticks: int) -> int:
        """The micro-batch of the last of `ticks` ticks; before any, the first."""
        return self.writers.micro[max(ticks - 1, 0)]

    def rows(self, ticks: int) -> int:
        """The number of samples in the (micro-)batch that is looked at when `ticks` ticks are done."""
        return len(self.batches[self.micro(ticks)][0])

    def samples_before(self, micro: int) -> int:
        """How many samples of the step come before a micro-batch."""
        return sum(len(x) for x, _ in self.batches[:micro])

    def at(self, name: str, ticks: int, micro: int | None = None) -> Array | None:
        """What `name` holds when `ticks` ticks of the step are done; None where nothing was computed yet.

        That is seen from `micro`, the micro-batch of the last of those ticks when it is left out.
        """
        seen = self.micro(ticks) if micro is None else micro
        if name in (INPUT, TARGET):
            return self.batches[seen][name == TARGET]
        first = self.writers.first[seen] if name in self.writers.passing else 0
        for index in reversed(self.writers.get(name, ())):
            if first <= index < min(ticks, len(self.written)):
                return self.written[index][name]
        return self.start.get(name)
