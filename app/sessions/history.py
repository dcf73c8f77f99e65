"""Any moment of a session's lines again: evenly spaced checkpoints, and replay from the nearest to a tape.

When there are more checkpoints than the budget allows, every second one is dropped and the stride doubles. So
memory is bounded however many lines there are, and a seek costs about one stride of steps; what a line begins with
can be had from its parent's checkpoints. A session that is opened again has the checkpoints that a store kept, until
moments between them are looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from ..engine.tape import Tape
from ..engine.training import Checkpoint, Training
from .lines import Line

CHECKPOINTS = 512
CHECKPOINT_BYTES = 32_000_000
TAPE_BYTES = 16_000_000

Flat = tuple[Any, ...]
"""A checkpoint as it is held: with hundreds of sessions' checkpoints as objects, each full round of Python's collector
of garbage would hold the server for a quarter of a second longer.
"""


class History:
    """The checkpoints of all lines of a session, `root` the first of them, and the tapes that were looked at last."""

    def __init__(self, root: Line) -> None:
        self.stride = 1
        self.root = root
        self._checkpoints: dict[Line, dict[int, Flat]] = {root: {}}
        self._count = 0
        self._given: dict[Line, dict[int, Flat]] = {}
        self._tapes: OrderedDict[tuple[Line, int], Tape] = OrderedDict()
        self._tape_bytes = 0
        self._replayer: Training | None = None
        self._replayed: Line | None = None
        """The line on whose way the replayer stands, where nobody has changed it."""

    def give(self, line: Line, checkpoint: Checkpoint) -> None:
        """Take a checkpoint that a store kept of `line`; it counts more than one that is noted of the same step."""
        self._given.setdefault(line.running(checkpoint.step), {})[checkpoint.step] = checkpoint.flat()

    def _known(self, line: Line) -> dict[int, Flat]:
        """The checkpoints of a line by their steps."""
        return self._checkpoints.get(line, {}) | self._given.get(line, {})

    def note(self, line: Line, training: Training) -> None:
        """Keep a checkpoint, if one is due, of the step that begins now and that `line` runs."""
        kept = self._checkpoints.setdefault(line, {})
        if (training.step - line.first) % self.stride or training.step in kept:
            return
        checkpoint = training.checkpoint()
        kept[training.step] = checkpoint.flat()
        self._count += 1
        if self._count > CHECKPOINTS or self._count * checkpoint.size > CHECKPOINT_BYTES:
            self._thin()

    def _thin(self) -> None:
        """Drop every second checkpoint; the first of all stays."""
        self.stride *= 2
        held = [(line, step) for line, kept in self._checkpoints.items() for step in sorted(kept)]
        for line, step in held[1::2]:
            del self._checkpoints[line][step]
        self._checkpoints = {line: kept for line, kept in self._checkpoints.items() if kept}
        self._count = (len(held) + 1) // 2

    def until_due(self, line: Line, step: int) -> int:
        """How many steps of `line` from `step` until a checkpoint is due again: at least one."""
        return self.stride - (step - line.first) % self.stride

    def keep(self, line: Line, tape: Tape) -> None:
        """Remember a tape of `line`, and forget the ones not looked at for longest where they are too many bytes."""
        key = line.running(tape.step), tape.step
        self._forget(key)
        self._tapes[key] = tape
        self._tape_bytes += tape.size
        while len(self._tapes) > 2 and self._tape_bytes > TAPE_BYTES:
            self._forget(next(iter(self._tapes)))

    def _forget(self, key: tuple[Line, int]) -> None:
        if key in self._tapes:
            self._tape_bytes -= self._tapes.pop(key).size

    def tape(self, line: Line, step: int, ticks: int) -> Tape:
        """The tape of `step` as it was on `line`, with at least `ticks` ticks on it."""
        key = line.running(step), step
        kept = self._tapes.get(key)
        if kept is not None and len(kept) >= ticks:
            self._tapes.move_to_end(key)
            return kept
        replayer = self.replay(line, step)
        tape = replayer.tape()
        replayer.advance(replayer.ticks_per_step, tape)
        self._replayed = key[0]
        self.keep(line, tape)
        return tape

    def distance(self, line: Line, step: int) -> int:
        """How many steps have to be replayed for the tape of `step`."""
        line = line.running(step)
        return 0 if (line, step) in self._tapes else step + 1 - self._nearest(line, step)[1].step

    def passed(self, line: Line, step: int, most: int) -> list[Checkpoint]:
        """Up to `most` of the checkpoints before `step`, evenly spaced, the first and the last among them."""
        found = [
            kept[i]
            for part, start, end in line.stretches(self.root.first, step)
            for kept in [self._known(part)]
            for i in sorted(kept)
            if start <= i < end
        ]
        chosen = range(len(found)) if len(found) <= most else [i * (len(found) - 1) // (most - 1) for i in range(most)]
        return [Checkpoint.of(found[i]) for i in chosen]

    def nearest(self, line: Line, step: int) -> int:
        """The step of the last checkpoint on the way to `step`."""
        return self._nearest(line.running(step), step)[1].step

    def replayed_otherwise(self) -> None:
        """What was noted came out otherwise than what was given: only the first and the given count."""
        first = self._checkpoints[self.root][self.root.first]
        self._checkpoints, self._count = {self.root: {self.root.first: first}}, 1
        self._tapes.clear()
        self._tape_bytes, self._replayed = 0, None

    @property
    def size(self) -> int:
        """Its bytes in memory."""
        count = sum(map(len, [*self._checkpoints.values(), *self._given.values()]))
        return self._tape_bytes + count * Checkpoint.of(self._checkpoints[self.root][self.root.first]).size

    def replay(self, line: Line, step: int) -> Training:
        """A training at the start of `step`, until the next call. It goes on from where the last ended, unless there
        is a checkpoint between, or just there: one that was given counts more than what is run again.
        """
        self._replayer = self._replayer or Training(self.root.spec)
        on_the_way = self.nearest(line, step) < self._replayer.step <= step
        if self._replayed is line.running(step) and on_the_way:
            self.go(self._replayed, self._replayer, step)
        else:
            self.seek(line, self._replayer, step)
        self._replayed = None
        return self._replayer

    def seek(self, line: Line, training: Training, step: int) -> None:
        """Take `training` to the start of `step`, from the nearest checkpoint before it; what is due is kept."""
        line = line.running(step)
        known, nearest, entered = self._nearest(line, step)
        training.take(known.spec, known.sample)
        training.restore(nearest)
        for after in entered:
            self.go(known, training, after.first)
            after.enter(training)
            known = after
        self.go(line, training, step)

    def go(self, line: Line, training: Training, step: int, after: Callable[[], None] | None = None) -> None:
        """Run `training`, which `line` runs, up to `step`; keep what is due, and call `after` whenever a step ended."""
        ran = 1
        while training.step < step and ran:
            self.note(line, training)
            steps = min(self.until_due(line, training.step), step - training.step)
            ran = training.advance(steps * training.ticks_per_step, after=after)

    def _nearest(self, line: Line, step: int) -> tuple[Line, Checkpoint, list[Line]]:
        """The last checkpoint before `step`, or of it, with its line, and the lines to be entered from there on."""
        entered: list[Line] = []
        while True:
            kept = self._known(line)
            before = [found for found in kept if found <= step]
            if before:
                return line, Checkpoint.of(kept[max(before)]), entered[::-1]
            assert line.parent is not None, "the checkpoint that a session begins with is never dropped"
            entered.append(line)
            step = line.first
            line = line.parent.running(step)
