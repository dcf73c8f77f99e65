"""A run that can be put to any of its moments, along the line that it went or one that it left.

It has the log of what was done, runs and seeks, and knows about how much work it is to be elsewhere.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ..engine.errors import brief
from ..engine.explain import Moment
from ..engine.metrics import Metrics
from ..engine.plan import Phase, Tick, ends
from ..engine.spec import Spec
from ..engine.tape import Tape
from ..engine.terms import Array
from ..engine.training import Sample, Training
from .commands import changed_optimizer, edits_of, sample_of
from .errors import MomentNotReached
from .history import History
from .lines import Edit, Line
from .store import Command, Kept, Start

logger = logging.getLogger("backscope")

Frame = dict[str, Array | None]
"""Tensors by name; None where the step has not written one."""


class Place(NamedTuple):
    """Where a head stands: on which line, and at which moment."""

    line: Line
    t: int


Recorded = list[tuple[Tape, Tick]]
"""Executed ticks, each with the tape that has what it wrote."""


class Timeline:
    """All moments of a session, with its head at one of them. Opening one with the log that a store kept gives the same
    state, bit for bit.

    It begins at t = 0, or at its `start`; `first` is the earliest moment that it has. `spec` has its present name and
    the present values of its optimizer, `sample` is the one example that it steps on, where it does. Opened with what
    was `kept` of its heads, it runs again only what came since; what was before, when somebody asks for it.
    """

    def __init__(
        self,
        session_id: str,
        spec: Spec,
        log: Iterable[Command] = (),
        start: Start | None = None,
        kept: Sequence[Kept] = (),
    ) -> None:
        self.id = self.asked_as = session_id
        self.running = False
        self.name = spec.name
        self.log: list[Command] = []
        self.start = start
        sample = sample_of(start.sample if start is not None else None, spec)
        self._training = Training(spec)
        self._training.take(spec, sample)
        if start is not None:
            self._training.restore(start.checkpoint)
        self.first = self._training.t
        root = Line(0, None, self.first, self._training.step, spec, sample)
        self._line = self._running = self._newest = root
        self._history = History(root)
        self._history.note(root, self._training)
        self._metrics = Metrics(self._training, self._parameters)
        self._watched = (root, self._training.step)
        self._ends = {
            "layer": ends(self.schedule, lambda tick: (tick.phase, tick.layer)),
            "phase": ends(self.schedule, lambda tick: tick.phase),
        }
        self._begin()
        self._run(start.ticks if start is not None else 0, record=False)
        self._places = [Place(root, self.t)]
        for command in log:
            self._log(command)
        for one in kept:
            self._history.give(self._places[one.revision].line, one.start.checkpoint)
        self.kept = kept[-1] if kept else None
        if self.log:
            line, t = self._places[-1]
            self._seek(self._places[-1], anew=self._history.nearest(line, t // self.ticks_per_step))
        if self.kept and self.is_kept and self.kept.state_sha256 != self.state_sha256():
            logger.warning("Session %s stands otherwise than it was left; its checkpoint counts", self.id)

    @property
    def schedule(self) -> list[Tick]:
        return self._training.schedule

    @property
    def training(self) -> Training:
        """The network at the head."""
        return self._training

    @property
    def spec(self) -> Spec:
        return self.spec_at(self.t)

    @property
    def sample(self) -> Sample | None:
        return self._line.sample

    @property
    def t(self) -> int:
        return self._training.t

    @property
    def revision(self) -> int:
        return len(self.log)

    @property
    def ticks_per_step(self) -> int:
        return self._training.ticks_per_step

    @cached_property
    def parameters(self) -> int:
        """How many numbers are parameters, frozen ones included."""
        return sum(self._training.variables.views[p.name].size for p in self._training.graph.parameters())

    # Where it was

    def place_of(self, revision: int, name: str = "to_rev") -> Place:
        """Where the head was at `revision`. MomentNotReached where there is no such revision yet."""
        if revision > self.revision:
            raise MomentNotReached(f"{name}: expected a revision up to {self.revision}, got {brief(revision)}")
        return self._places[revision]

    def place_at(self, at: int | None, revision: int | None = None, name: str = "at") -> Place:
        """The moment `at`, which the request calls `name`, of the history as it was at `revision`, the present one
        where that is not said; where `at` is not said, the head of that history. MomentNotReached.
        """
        if revision is None:
            return Place(self._line, self._there(at, name))
        line, head = self.place_of(revision, "at_rev")
        t = head if at is None else at
        self._check_reached(t, name, f"the head of revision {revision}, t = {head}", head)
        return Place(line, t)

    def _there(self, at: int | None, name: str = "at") -> int:
        """Where a change is made: at the head where it is not said. MomentNotReached."""
        there = self.t if at is None else at
        self._check_reached(there, name, f"the head, t = {self.t}")
        return there

    def _check_reached(self, t: int, name: str, head: str, most: int | None = None) -> None:
        if t > (self.t if most is None else most):
            raise MomentNotReached(f"{name}: expected a moment up to {head}, got {brief(t)}")
        if t < self.first:
            raise MomentNotReached(f"{name}: this session begins at t = {self.first}, got {brief(t)}")

    # Its log

    def _log(self, command: Command) -> None:
        """Add a command to the log, and where it leads; what the head does is the caller's."""
        place = self._places[-1]
        self._places.append(Place(self._led(command, place.line), command.after))
        self.log.append(command)
        self.name = command.details.get("name", self.name)

    def _led(self, command: Command, line: Line) -> Line:
        """The line that a command on `line` leads to."""
        details = command.details
        if command.kind == "rewind":
            return self._places[details["to_rev"]].line if "to_rev" in details else line.at(command.after)
        there = line.at(details.get("at", command.before))
        if command.kind == "edit":
            return self._change(there, command.after, there.spec, there.sample, edits_of(details))
        if command.kind == "sample":
            return self._change(there, command.after, there.spec, sample_of(details["sample"], there.spec))
        if "optimizer" in details:
            spec = changed_optimizer(there.spec, details["optimizer"])
            return self._change(there, command.after, spec, there.sample, fresh=False)
        return there

    def _change(
        self,
        parent: Line,
        begin: int,
        spec: Spec,
        sample: Sample | None,
        edits: tuple[Edit, ...] = (),
        fresh: bool = True,
    ) -> Line:
        """The line that begins where something was changed on `parent`."""
        step, tick = divmod(begin, self.ticks_per_step)
        first = step + 1 if tick > self._first_update else step
        self._newest = Line(self._newest.number + 1, parent, begin, first, spec, sample, edits, fresh)
        return self._newest

    @cached_property
    def _first_update(self) -> int:
        """How many ticks of a step come before its updates."""
        return sum(tick.phase is not Phase.UPDATE for tick in self.schedule)

    # Running

    def _run(self, ticks: int, record: bool, below: float | None = None) -> Recorded:
        """Run ticks. Steps that are shown, and always the last, go to a tape; the others run unwatched."""
        recorded: Recorded = []
        begin, end = self.t, self.t + ticks
        after = self._watching(below)
        while self.t < end and not (self._training.tick == 0 and self._training.diverged):
            if self.t > begin and self.has_reached(below):
                break
            if self._training.tick == 0:
                self._cross(self._line.running(self._training.step), self._training.step)
                self._history.note(self._running, self._training)
                unwatched = 0 if record else (end - 1 - self.t) // self.ticks_per_step
                if unwatched:
                    steps = min(unwatched, self._history.until_due(self._running, self._training.step))
                    self._training.advance(steps * self.ticks_per_step, after=after)
                    continue
                self._begin()
            first = self._training.tick
            ran = self._training.advance(min(self.ticks_per_step - first, end - self.t), self._tape, after)
            recorded += [(self._tape, tick) for tick in self._training.schedule[first : first + ran]] if record else []
        self._watch()
        return recorded

    def has_reached(self, below: float | None) -> bool:
        """Whether the head stands after a step whose loss is `below` this value."""
        training = self._training
        return below is not None and not training.tick and training.loss is not None and training.loss < below

    def _watching(self, below: float | None) -> Callable[[], object]:
        """What is called after every step: it gives true where the run is over."""
        watch = self._metrics.watch
        if below is None:
            return watch

        def watch_and_see() -> bool:
            watch()
            return self.has_reached(below)

        return watch_and_see

    def _begin(self) -> None:
        """Put a tape in for the step that begins now."""
        self._begun_from = self._training.checkpoint()
        self._tape = self._training.tape()
        self._history.keep(self._line, self._tape)

    def _watch(self) -> None:
        """The curves have every step of the present line up to here."""
        if self._training.step > self._watched_of(self._line):
            self._watched = (self._line, self._training.step)

    def _watched_of(self, line: Line) -> int:
        """Up to which step of `line` the curves have been gathered."""
        other, step = self._watched
        parted = line.parts_from(other)
        return step if parted is None else min(parted, step)

    # Going elsewhere

    def _seek(self, place: Place, anew: int | None = None) -> None:
        """Put the head to `place`, and watch what the curves have not seen of the way there.

        With a step `anew` the curves begin there, until somebody asks for all of them.
        """
        self._line, t = place
        step, tick = divmod(t, self.ticks_per_step)
        watched = min(step, self._watched_of(self._line))
        if anew is None and watched < self._metrics.first:
            anew = self._history.nearest(self._line, step)
        first = self._metrics.back(watched) if anew is None else anew
        self._running = self._line.running(first)
        self._history.seek(self._line, self._training, first)
        if anew is not None:
            self._metrics = Metrics(self._training, self._parameters)
            self._watched = (self._line, first)
        for line, start, end in [*self._line.stretches(first, step), (self._line.running(step), step, step)]:
            self._cross(line, start)
            self._history.go(line, self._training, end, self._metrics.watch)
        self._metrics.changed()
        self._watch()
        if tick:
            self._begin()
            self._training.advance(tick, self._tape)

    def _cross(self, line: Line, step: int) -> None:
        """Go over to `line` at the start of `step`, where the head has come to on another."""
        if line is self._running:
            return
        if line.parent is not None and line.first == step and line.parent.running(step) is self._running:
            line.enter(self._training)
        else:
            self._history.seek(line, self._training, step)
        self._running = line
        self._history.note(line, self._training)
        self._metrics.changed()

    def _watch_again(self) -> None:
        """Run the history again for its curves. Where it comes out otherwise, as on another machine, what was kept
        of the head counts, and it is said.
        """
        place, state = Place(self._line, self.t), self.state_sha256()
        self._seek(place, anew=self._history.root.first)
        if (self.t, self.state_sha256()) != (place.t, state):
            logger.warning("Session %s came out otherwise when it was run again; its checkpoint counts", self.id)
            step, tick = divmod(place.t, self.ticks_per_step)
            self._history.replayed_otherwise()
            self._history.seek(self._line, self._training, step)
            if tick:
                self._begin()
                self._training.advance(tick, self._tape)

    # Its moments

    def spec_at(self, t: int, line: Line | None = None) -> Spec:
        """The spec with the values that its optimizer had at `t`, on another `line` where one is given."""
        spec = (line or self._line).at(t).spec
        return spec if spec.name == self.name else replace(spec, name=self.name)

    def moment(self, t: int) -> Moment:
        """The frame of `t`: the step of its last executed tick, and how many of that step's ticks are done."""
        self._check_reached(t, "t", f"the head, t = {self.t}")
        step = self._step_of(t)
        ticks = t - step * self.ticks_per_step
        return Moment(t, self._history.tape(self._line, step, ticks), ticks, lambda: self._whole(step - 1))

    def frame(self, t: int, names: Sequence[str] | None = None) -> Frame:
        """Every tensor (or those named) at `t`; None where the step has not written it."""
        moment = self.moment(t)
        wanted = names if names is not None else list(self._training.graph.tensors)
        return {name: moment.tape.at(name, moment.ticks) for name in wanted}

    def step_of(self, t: int) -> int:
        """The step that the frame of `t` shows: what is checked and diagnosed at `t`. MomentNotReached."""
        return self.moment(t).tape.step

    def whole(self, step: int) -> Tape:
        """The tape of a step up to the head's with all its ticks on it, whether the head is past them or not."""
        return self._history.tape(self._line, step, self.ticks_per_step)

    def _whole(self, step: int) -> Tape | None:
        return self.whole(step) if step >= self._history.root.first else None

    def _step_of(self, t: int) -> int:
        """The step whose frame `t` shows: that of its last executed tick, or the one that comes after a change."""
        return (t if self._is_fresh(t) else t - 1) // self.ticks_per_step

    def _is_fresh(self, t: int) -> bool:
        """Whether no tick has run since a change, or the session's beginning."""
        line = self._line.at(t)
        while not line.fresh and line.begin == t and line.parent is not None:
            line = line.parent.at(t)
        return line.fresh and line.begin == t

    def phase(self, t: int) -> Phase | None:
        """The phase of the last tick executed by `t`."""
        return None if self._is_fresh(t) else self.schedule[(t - 1) % self.ticks_per_step].phase

    # What going there takes

    def seek_cost(self, t: int) -> int:
        """About how many ticks it takes to have the moment `t`, up to the head, at hand."""
        step = min(max(self._step_of(t), self._history.root.first), self._training.step)
        return self._history.distance(self._line, step) * self.ticks_per_step

    def place_cost(self, place: Place) -> int:
        """About how many ticks it takes to put the head to a place where it was."""
        step = place.t // self.ticks_per_step
        again = max(0, step - self._watched_of(place.line))
        return (again + self._history.distance(place.line, step) + 1) * self.ticks_per_step

    def change_cost(self, t: int | None = None) -> int:
        """About how many ticks it takes to change something at `t`, at the head where it is left out."""
        return 2 * self.seek_cost(self.t if t is None else min(t, self.t)) + 3 * self.ticks_per_step

    @property
    def _work(self) -> int:
        """Multiplications of a weight and an input in the forward pass of a step."""
        return self._training.samples_per_step * len(self._training.variables.parameters)

    def _parameters(self, step: int) -> Array:
        """Every parameter as it was when `step` steps were done, in one array."""
        found = self.frame(step * self.ticks_per_step, [p.name for p in self._training.graph.parameters()])
        return np.concatenate([values.ravel() for values in found.values() if values is not None])

    def state_sha256(self) -> str:
        """Over the bytes of parameters and optimizer state, in graph order, and the count of finished updates.

        Every NaN counts as the same, because which of its many bit patterns arises differs between processors.
        """
        kept = self._training.variables.kept
        nans = np.isnan(kept)
        kept = np.where(nans, np.nan, kept) if nans.any() else kept
        return hashlib.sha256(kept.tobytes() + self._training.step.to_bytes(8, "little")).hexdigest()

    @property
    def is_kept(self) -> bool:
        """Whether the head is kept as it is."""
        return self.revision == (self.kept.revision if self.kept else 0)
