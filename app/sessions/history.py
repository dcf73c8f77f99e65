"""Any moment of a run again: evenly spaced checkpoints, and replay from the nearest to a tape.

When there are more checkpoints than the budget allows, every second one is dropped and the stride doubles. So
memory is bounded, and a seek costs at most one stride of steps.
"""

from __future__ import annotations

from collections import OrderedDict

from ..engine.spec import Spec
from ..engine.tape import Tape
from ..engine.training import Checkpoint, Training

CHECKPOINTS = 512
CHECKPOINT_BYTES = 32_000_000
TAPE_BYTES = 16_000_000


class History:
    """The checkpoints of a run that begins at step `first`, and the tapes that were looked at last."""

    def __init__(self, spec: Spec, first: int = 0) -> None:
        self.stride = 1
        self.first = first
        self._spec = spec
        self._checkpoints: dict[int, Checkpoint] = {}
        self._tapes: OrderedDict[int, Tape] = OrderedDict()
        self._tape_bytes = 0
        self._replayer: Training | None = None

    def note(self, training: Training) -> None:
        """Keep a checkpoint, if one is due, of the step that begins now."""
        if (training.step - self.first) % self.stride or training.step in self._checkpoints:
            return
        checkpoint = self._checkpoints[training.step] = training.checkpoint()
        if len(self._checkpoints) > CHECKPOINTS or len(self._checkpoints) * checkpoint.size > CHECKPOINT_BYTES:
            self.stride *= 2
            kept = self._checkpoints.items()
            self._checkpoints = {step: one for step, one in kept if (step - self.first) % self.stride == 0}

    def until_due(self, step: int) -> int:
        """How many steps from `step` until a checkpoint is due again: at least one."""
        return self.stride - (step - self.first) % self.stride

    def keep(self, tape: Tape) -> None:
        """Remember a tape, and forget the ones not looked at for longest where they are too many bytes."""
        self._forget(tape.step)
        self._tapes[tape.step] = tape
        self._tape_bytes += tape.size
        while len(self._tapes) > 2 and self._tape_bytes > TAPE_BYTES:
            self._forget(next(iter(self._tapes)))

    def _forget(self, step: int) -> None:
        if step in self._tapes:
            self._tape_bytes -= self._tapes.pop(step).size

    def tape(self, step: int, ticks: int) -> Tape:
        """The tape of `step` with at least `ticks` ticks on it."""
        kept = self._tapes.get(step)
        if kept is not None and len(kept) >= ticks:
            self._tapes.move_to_end(step)
            return kept
        self._replayer = self._replayer or Training(self._spec)
        self.seek(self._replayer, step)
        tape = self._replayer.tape()
        self._replayer.advance(self._replayer.ticks_per_step, tape)
        self.keep(tape)
        return tape

    def distance(self, step: int) -> int:
        """How many steps have to be replayed for the tape of `step`."""
        if step in self._tapes:
            return 0
        return step + 1 - max(kept for kept in self._checkpoints if kept <= step)

    def passed(self, step: int, most: int) -> list[Checkpoint]:
        """Up to `most` of the checkpoints before `step`, evenly spaced, the first and the last among them."""
        steps = sorted(kept for kept in self._checkpoints if kept < step)
        chosen = range(len(steps)) if len(steps) <= most else [i * (len(steps) - 1) // (most - 1) for i in range(most)]
        return [self._checkpoints[steps[i]] for i in chosen]

    def checkpoint(self, step: int) -> Checkpoint:
        """The state at the start of `step`."""
        self._replayer = self._replayer or Training(self._spec)
        self.seek(self._replayer, step)
        return self._replayer.checkpoint()

    def seek(self, training: Training, step: int) -> None:
        """Take `training` to the start of `step`, from the nearest checkpoint before it."""
        nearest = max(kept for kept in self._checkpoints if kept <= step)
        training.restore(self._checkpoints[nearest])
        training.advance((step - nearest) * training.ticks_per_step)
