"""The tape: what one step wrote, tick by tick. The values at a moment are the fold of the writes up to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .graph import INPUT, TARGET
from .terms import Array


class Tape:
    """One step's writes over what it began with: parameters, optimizer state and the batch.

    `writers` tells which ticks write a tensor, `size` the bytes of the tape when all of them have. Arrays on a tape
    are copies and are never changed.
    """

    def __init__(
        self,
        step: int,
        start: Mapping[str, Array],
        batch: tuple[Array, Array],
        writers: Mapping[str, Sequence[int]],
        size: int,
    ) -> None:
        self.step = step
        self.start = {**start, INPUT: batch[0], TARGET: batch[1]}
        self.written: list[dict[str, Array]] = []
        self.writers = writers
        self.size = size

    def __len__(self) -> int:
        """How many ticks are on it."""
        return len(self.written)

    @property
    def batch(self) -> int:
        """The number of samples in this step's batch."""
        return len(self.start[INPUT])

    def record(self, names: Sequence[str], buffers: Mapping[str, Array]) -> None:
        """Keep what the next tick wrote. The recorder: called after the tick ran, it changes nothing."""
        self.written.append({name: buffers[name].copy() for name in names})

    def at(self, name: str, ticks: int) -> Array | None:
        """What `name` holds when `ticks` ticks of the step are done; None where nothing was computed yet."""
        for index in reversed(self.writers.get(name, ())):
            if index < min(ticks, len(self.written)):
                return self.written[index][name]
        return self.start.get(name)
