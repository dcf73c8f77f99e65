"""A session: a network in training with a head that moves, and every moment up to it to look at.

`advance`, `rewind`, `edit`, `settle` and the two for a sample are commands: they move the head and add to the log.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from ..engine.errors import InvalidRequest, brief
from ..engine.registry import text
from ..engine.training import Sample
from .commands import changed_optimizer, edits_json, parse_edits, parse_sample, sample_json
from .errors import CountTooLarge, SessionDiverged
from .lines import Line
from .moments import Moments
from .store import Command, Kept, Start
from .timeline import Place, Recorded

REPLAY = 300_000
"""How much opening a session may run again, in ticks of a small network: less than half a second."""


class Session(Moments):
    """One learner's experiment: what moves its head and changes it, on top of what it can be asked.

    `asked_as` is the one of its two ids by which it is used now: `id`, or `view_id`, from which nobody can tell the
    other. `running` is set by who runs it in the background.
    """

    _hashed: tuple[tuple[int, int], str] | None = None

    @property
    def status(self) -> str:
        return "running" if self.running else "diverged" if self._training.diverged else "ready"

    # Moving the head

    def target(self, granularity: str, count: int) -> int:
        """Where `count` of `granularity` lead from here. From a boundary each is one whole one."""
        step, tick = divmod(self.t, self.ticks_per_step)
        if granularity == "op":
            return self.t + count
        if granularity == "batch":
            return (step + count) * self.ticks_per_step
        if granularity == "epoch":
            epoch = step // self._training.steps_per_epoch
            return (epoch + count) * self._training.steps_per_epoch * self.ticks_per_step
        runs = self._ends[granularity]
        steps, run = divmod(bisect_right(runs, tick) + count, len(runs))
        return (step + steps) * self.ticks_per_step + (runs[run - 1] if run else 0)

    def check_goes_on(self) -> None:
        """SessionDiverged where a step would begin after one whose loss is not finite."""
        if self._training.diverged and self._training.tick == 0:
            raise SessionDiverged(
                f"The loss of step {self._training.step - 1} is {brief(self._training.loss)}; "
                "rewind, or start again with a smaller learning rate"
            )

    def advance(self, ticks: int, record: bool, below: float | None = None) -> tuple[Command, Recorded]:
        """Run `ticks` ticks: the command to log, and with `record` what each wrote.

        It ends early after a step whose loss is not finite, and after the first whose loss is `below` a value.
        SessionDiverged where no step may begin.
        """
        self.check_goes_on()
        before = self.t
        recorded = self._run(ticks, record, below)
        command = Command("advance", before, self.t)
        self._log(command)
        return command, recorded

    def rewind(self, to: int) -> Command:
        """Put the head back to `to`. MomentNotReached where the session has not been there."""
        self._check_reached(to, "to", f"t = {self.t}")
        return self._obey(Command("rewind", self.t, to))

    def rewind_to_revision(self, revision: int) -> Command:
        """Put the head where it was at `revision`, also at one that a rewind left, with the values it had there."""
        return self._obey(Command("rewind", self.t, self.place_of(revision).t, {"to_rev": revision}))

    # Changing

    def edit(self, given: Sequence[Mapping[str, Any]], at: int | None = None) -> Command:
        """Give numbers of parameters other values, at the start of the step of `at`, or of the present one.

        All or none: UnknownTensor, InvalidRequest, IndexOutOfRange, NonFiniteNumber, MomentNotReached.
        """
        edits = parse_edits(given, self._training.graph, self._line.spec)
        there = self._there(at)
        start = self._history.replay(self._line.at(there), there // self.ticks_per_step).variables.views
        was = [float(start[edit.tensor][edit.index]) for edit in edits]
        details = {"edits": edits_json(edits), "was": was, **_at(at)}
        return self._obey(Command("edit", self.t, self._step_start(there), details))

    def settle(self, name: str | None, optimizer: Mapping[str, Any] | None, at: int | None = None) -> Command:
        """Call the session `name`, and from here on, or from `at`, train with other numbers in the optimizer.

        The head stays, or goes to `at`; that step ends with the numbers that it began its updates with.
        InvalidRequest, MomentNotReached.
        """
        details: dict[str, Any] = {}
        there = self._there(at)
        present = self._line.at(there).spec
        if name is not None:
            details["name"], details["was_name"] = text(name, "name", "/name", 120), self.name
        if optimizer is not None:
            made = changed_optimizer(present, optimizer)
            details["optimizer"], details["was"] = made.optimizer.json(), present.optimizer.json()
        if not details:
            raise InvalidRequest("expected `name` or `optimizer`", "")
        return self._obey(Command("settings", self.t, there, {**details, **_at(at)}))

    def put_sample(self, x: Sequence[float], y: Sequence[float], at: int | None = None) -> Command:
        """Step on this one example from the start of the present step on, or of that of `at`.

        ShapeMismatch, or what the loss refuses; MomentNotReached.
        """
        return self._put(parse_sample(x, y, self._training.graph, self.spec), at)

    def drop_sample(self, at: int | None = None) -> Command:
        """Step on the data again, from the start of the present step on, or of that of `at`. MomentNotReached."""
        return self._put(None, at)

    def _put(self, sample: Sample | None, at: int | None) -> Command:
        details = {"sample": sample_json(sample), **_at(at)}
        return self._obey(Command("sample", self.t, self._step_start(self._there(at)), details))

    def _step_start(self, t: int) -> int:
        """Where a change at `t` puts the head: inside a step to its start."""
        return t - t % self.ticks_per_step

    def _obey(self, command: Command) -> Command:
        self._log(command)
        self._seek(self._places[-1])
        return command

    # Being kept

    @property
    def is_due(self) -> bool:
        """Whether opening the session would run more again than it may, unless its head is kept now."""
        step, first = self._training.step, self._history.root.first
        if self.kept is not None:
            kept, line = self.kept.start.checkpoint.step, self._places[self.kept.revision].line
            if kept <= step and line.running(kept) is self._line.running(kept):
                first = kept
        return (step - first) * self._step_cost > REPLAY

    def to_keep(self) -> Kept:
        """What to keep of the head, so that opening the session runs nothing again. Who has kept it sets `kept`."""
        checkpoint = self._begun_from if self._training.tick else self._training.checkpoint()
        return Kept(self.revision, Start(checkpoint, self._training.tick), self.state_sha256())

    def start_cost(self, t: int, line: Line | None = None) -> int:
        """About how many ticks it takes to have what a session starts with that goes on from `t`."""
        step = max(t // self.ticks_per_step, self._history.root.first)
        return (step - self._history.nearest(line or self._line, step) + 2) * self.ticks_per_step

    def start_at(self, place: Place, behind: bool = False) -> Start:
        """What a session of the spec at this place that goes on from there is opened with; of a place `behind` a step
        that nothing was changed after, with that step.

        Where the optimizer was changed among the updates of a step it goes on from that step's start.
        """
        step, ticks = divmod(place.t, self.ticks_per_step)
        line = place.line.at(place.t)
        if behind and not ticks and line.first < step:
            step, ticks = step - 1, self.ticks_per_step
        checkpoint = self._history.replay(line, step).checkpoint()
        return Start(checkpoint, ticks if line.first <= step else 0, sample_json(line.sample))

    @property
    def _step_cost(self) -> int:
        """About how many ticks of a small network a step takes as long as."""
        return self.ticks_per_step + 3 * self._work // 20_000

    @property
    def size(self) -> int:
        """About the bytes that it takes in memory."""
        data = self._line.spec.data.x.nbytes + self._line.spec.data.y.nbytes
        plane = self._plane[0].size if self._plane else 0
        return (
            self._history.size + self._metrics.size + data + plane + 2 * (self._tape.size + 4 * self._begun_from.size)
        )

    # Where it stands

    def head(self) -> dict[str, Any]:
        """Where the session stands: the head that every answer about it carries."""
        training = self._training
        next_tick = self.schedule[training.tick]
        return {
            **({"id": self.id} if self.asked_as == self.id else {}),
            "view_id": view_of(self.id),
            "name": self.name,
            "status": self.status,
            "rev": self.revision,
            "t": self.t,
            "step": training.step,
            "tick": training.tick,
            "epoch": training.step // training.steps_per_epoch,
            "phase": self.phase(self.t),
            "next": {
                "index": next_tick.index,
                "phase": next_tick.phase,
                "layer": next_tick.layer,
                "op": next_tick.op,
                "writes": next_tick.writes,
            },
            "ticks_per_step": training.ticks_per_step,
            "steps_per_epoch": training.steps_per_epoch,
            "loss": training.loss,
            "parameters": self.parameters,
            "state_sha256": self._state_told(),
        }

    def _state_told(self) -> str:
        """The hash of the state, made once for each state that a command leads to: of a large network it takes longer
        than most of what is asked of it.
        """
        if self._hashed is None or self._hashed[0] != (self.revision, self.t):
            self._hashed = (self.revision, self.t), self.state_sha256()
        return self._hashed[1]


def _at(at: int | None) -> dict[str, int]:
    """What a command's details say of where it was made, where that was not the head."""
    return {} if at is None else {"at": at}


@lru_cache(maxsize=4_096)
def view_of(session_id: str) -> str:
    """The id by which a session can be looked at and not be changed."""
    digest = hashlib.sha256(f"view of {session_id}".encode()).digest()
    return f"v_{urlsafe_b64encode(digest[:16]).decode().rstrip('=')}"


def check_counts(ticks: int, steps: int, most_ticks: int | None, most_steps: int) -> None:
    """CountTooLarge where a request asks for more than one answer or one request may take."""
    if steps > most_steps:
        raise CountTooLarge(f"count: expected at most {most_steps} batches in one request, got {steps}")
    if most_ticks is not None and ticks > most_ticks:
        raise CountTooLarge(f"return: expected at most {most_ticks} ticks in one answer, got {ticks}; ask for none")
