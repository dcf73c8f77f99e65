"""A session: a network in training with a head that moves, and every moment up to it to look at.

`advance`, `rewind`, `edit`, `settle` and the two for a sample are commands: they move the head and add to the log.
Everything else is reading, and reading never moves the head.
"""

from __future__ import annotations

import hashlib
import logging
from base64 import urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import islice
from math import isqrt, prod
from typing import Any, NamedTuple

import numpy as np

from ..engine.algebra import Algebra, Matrix, algebra, numbers
from ..engine.diagnose import Diagnosis, diagnose, states
from ..engine.errors import InvalidRequest, NotComputedYet, brief
from ..engine.explain import Explainer, Explanation, Moment, look_of
from ..engine.forward import Forward
from ..engine.gradcheck import GradientCheck, Method, check_gradients
from ..engine.graph import INPUT, Role, sized
from ..engine.landscape import Landscape, Slice, Surroundings
from ..engine.maps import Plane, bounds, check_plane, finest
from ..engine.metrics import Metrics, Series
from ..engine.paths import PathFinder, Paths
from ..engine.plan import Phase, Tick, ends
from ..engine.questions import Grade, Question, chain, grade
from ..engine.questions import make as make_question
from ..engine.registry import text
from ..engine.spec import Spec
from ..engine.tape import Tape
from ..engine.terms import Array, Index
from ..engine.training import Sample, Training
from ..engine.trends import Histograms, histograms, trends
from .commands import changed_optimizer, edits_json, edits_of, parse_edits, parse_sample, sample_json, sample_of
from .errors import CountTooLarge, MomentNotReached, SessionDiverged
from .history import History
from .lines import Edit, Line, write
from .store import Command, Kept, Start

logger = logging.getLogger("backscope")

PATH_POINTS = 200
"""How many of the places that a run has passed are shown."""

REPLAY = 300_000
"""How much opening a session may run again, in ticks of a small network: less than half a second."""

MAP_RESOLUTION = 40
"""Points a side of a map where nobody says how many."""

WORK = 4_000_000_000
"""Multiplications of a weight and an input that one request for losses may take."""

Frame = dict[str, Array | None]
"""Tensors by name; None where the step has not written one."""


class Place(NamedTuple):
    """Where a head stands: on which line, and at which moment."""

    line: Line
    t: int


Recorded = list[tuple[Tape, Tick]]
"""Executed ticks, each with the tape that has what it wrote."""


class Session:
    """One learner's experiment. Opening one with the log that a store kept gives the same state, bit for bit.

    It begins at t = 0, or at its `start`; `first` is the earliest moment that it has. `spec` has its present name and
    the present values of its optimizer, `sample` is the one example that it steps on, where it does. `asked_as` is the
    one of its two ids by which it is used now: `id`, or `view_id`, from which nobody can tell the other. `running` is
    set by who runs it in the background. Opened with what was `kept` of its heads, it runs again only what came since;
    what was before, when somebody asks for it.
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
        self._plane: tuple[Plane, Sample | None] | None = None
        self._hashed: tuple[tuple[int, int], str] | None = None
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
    def status(self) -> str:
        return "running" if self.running else "diverged" if self._training.diverged else "ready"

    @property
    def ticks_per_step(self) -> int:
        return self._training.ticks_per_step

    @cached_property
    def parameters(self) -> int:
        """How many numbers are parameters, frozen ones included."""
        return sum(self._training.variables.views[p.name].size for p in self._training.graph.parameters())

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
                f"The loss of step {self._training.step - 1} is {self._training.loss}; "
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

    def has_reached(self, below: float | None) -> bool:
        """Whether the head stands after a step whose loss is `below` this value."""
        training = self._training
        return below is not None and not training.tick and training.loss is not None and training.loss < below

    def rewind(self, to: int) -> Command:
        """Put the head back to `to`. MomentNotReached where the session has not been there."""
        self._check_reached(to, "to", f"t = {self.t}")
        return self._obey(Command("rewind", self.t, to))

    def rewind_to_revision(self, revision: int) -> Command:
        """Put the head where it was at `revision`, also at one that a rewind left, with the values it had there."""
        return self._obey(Command("rewind", self.t, self.place_of(revision).t, {"to_rev": revision}))

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

    def _there(self, at: int | None) -> int:
        """Where a change is made: at the head where it is not said. MomentNotReached."""
        there = self.t if at is None else at
        self._check_reached(there, "at", f"the head, t = {self.t}")
        return there

    def _step_start(self, t: int) -> int:
        """Where a change at `t` puts the head: inside a step to its start."""
        return t - t % self.ticks_per_step

    def place_of(self, revision: int, name: str = "to_rev") -> Place:
        """Where the head was at `revision`. MomentNotReached where there is no such revision yet."""
        if revision > self.revision:
            raise MomentNotReached(f"{name}: expected a revision up to {self.revision}, got {brief(revision)}")
        return self._places[revision]

    def place_at(self, at: int | None, revision: int | None = None) -> Place:
        """The moment `at` of the history as it was at `revision`, the present one where that is not said; where `at`
        is not said, the head of that history. MomentNotReached.
        """
        if revision is None:
            return Place(self._line, self._there(at))
        line, head = self.place_of(revision, "at_rev")
        t = head if at is None else at
        self._check_reached(t, "at", f"the head of revision {revision}, t = {head}", head)
        return Place(line, t)

    def _check_reached(self, t: int, name: str, head: str, most: int | None = None) -> None:
        if t > (self.t if most is None else most):
            raise MomentNotReached(f"{name}: expected a moment up to {head}, got {brief(t)}")
        if t < self.first:
            raise MomentNotReached(f"{name}: this session begins at t = {self.first}, got {brief(t)}")

    def _obey(self, command: Command) -> Command:
        self._log(command)
        self._seek(self._places[-1])
        return command

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

    @property
    def is_kept(self) -> bool:
        """Whether the head is kept as it is."""
        return self.revision == (self.kept.revision if self.kept else 0)

    def to_keep(self) -> Kept:
        """What to keep of the head, so that opening the session runs nothing again. Who has kept it sets `kept`."""
        checkpoint = self._begun_from if self._training.tick else self._training.checkpoint()
        return Kept(self.revision, Start(checkpoint, self._training.tick), self.state_sha256())

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

    # Reading

    def spec_at(self, t: int, line: Line | None = None) -> Spec:
        """The spec with the values that its optimizer had at `t`, on another `line` where one is given."""
        spec = (line or self._line).at(t).spec
        return spec if spec.name == self.name else replace(spec, name=self.name)

    def network(self, t: int) -> Training:
        """A network with the ticks of the step that the frame of `t` shows; its own values are no matter."""
        line = self._line.running(self.step_of(t))
        if line.spec.optimizer is self._training.spec.optimizer:
            return self._training
        return Training(line.spec)

    def moment(self, t: int) -> Moment:
        """The frame of `t`: the step of its last executed tick, and how many of that step's ticks are done."""
        self._check_reached(t, "t", f"the head, t = {self.t}")
        step = self._step_of(t)
        ticks = t - step * self.ticks_per_step
        return Moment(t, self._history.tape(self._line, step, ticks), ticks, lambda: self._whole(step - 1))

    def _is_fresh(self, t: int) -> bool:
        """Whether no tick has run since a change, or the session's beginning."""
        line = self._line.at(t)
        while not line.fresh and line.begin == t and line.parent is not None:
            line = line.parent.at(t)
        return line.fresh and line.begin == t

    def _step_of(self, t: int) -> int:
        """The step whose frame `t` shows: that of its last executed tick, or the one that comes after a change."""
        return (t if self._is_fresh(t) else t - 1) // self.ticks_per_step

    def _whole(self, step: int) -> Tape | None:
        return self.whole(step) if step >= self._history.root.first else None

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

    def preview(self, edits: Sequence[Mapping[str, Any]] | None, sample: Mapping[str, Any] | None, t: int) -> Frame:
        """The frame as it would be at `t` had these values stood at its step's start, and had that step been run on
        this one `sample`. InvalidRequest where neither is given; raises what `edit` and `put_sample` do.
        """
        self._check_reached(t, "t", f"the head, t = {self.t}")
        graph = self._training.graph
        if edits is None and sample is None:
            raise InvalidRequest("expected `edits` or `sample`", "")
        values = parse_edits(edits or (), graph, self._line.spec) if edits or sample is None else ()
        example = parse_sample(sample["x"], sample["y"], graph, self.spec, "/sample") if sample is not None else None
        step = self._step_of(t)
        training = self._history.replay(self._line, step)
        if example is not None:
            training.take(training.spec, example)
        write(values, training)
        tape, ticks = training.tape(), t - step * self.ticks_per_step
        training.advance(ticks, tape)
        return {name: tape.at(name, ticks) for name in graph.tensors}

    def frame(self, t: int, names: Sequence[str] | None = None) -> Frame:
        """Every tensor (or those named) at `t`; None where the step has not written it."""
        moment = self.moment(t)
        wanted = names if names is not None else list(self._training.graph.tensors)
        return {name: moment.tape.at(name, moment.ticks) for name in wanted}

    def phase(self, t: int) -> Phase | None:
        """The phase of the last tick executed by `t`."""
        return None if self._is_fresh(t) else self.schedule[(t - 1) % self.ticks_per_step].phase

    def start_cost(self, t: int, line: Line | None = None) -> int:
        """About how many ticks it takes to have what a session starts with that goes on from `t`."""
        step = max(t // self.ticks_per_step, self._history.root.first)
        return (step - self._history.nearest(line or self._line, step) + 2) * self.ticks_per_step

    def start_at(self, place: Place) -> Start:
        """What a session of the spec at this place that goes on from there is opened with.

        Where the optimizer was changed among the updates of a step it goes on from that step's start.
        """
        step, ticks = divmod(place.t, self.ticks_per_step)
        line = place.line.at(place.t)
        checkpoint = self._history.replay(line, step).checkpoint()
        return Start(checkpoint, ticks if line.first <= step else 0, sample_json(line.sample))

    def explain(self, name: str, index: Index, t: int) -> Explanation:
        """How one number came to be. UnknownTensor, IndexOutOfRange, NotComputedYet."""
        graph = self._training.graph
        moment = self.moment(t)
        index = graph.index(graph.find(name), index, moment.tape.rows(moment.ticks), "index")
        step = moment.tape.step
        line = self._line.running(step)
        if line.first == step and line.is_edited(name, index):
            moment = replace(moment, before=lambda: None)
        with np.errstate(all="ignore"):
            return Explainer(graph, moment.tape.writers.ticks, line.spec.optimizer, moment).explain(name, index)

    def question(self, level: int, seed: int, t: int) -> Question:
        """A question about the step that is under way at `t`, or comes next. MomentNotReached."""
        self._check_reached(t, "t", f"the head, t = {self.t}")
        step = t // self.ticks_per_step
        rows = min(len(x) for x, _ in self.whole(step).batches)
        return make_question(self._training.graph, self.schedule, level, step * self.ticks_per_step, rows, seed)

    def question_cost(self, t: int) -> int:
        """About how many ticks it takes to have the step of `t` at hand, with all that it will write."""
        return self.seek_cost(min(t, self.t)) + self.ticks_per_step

    def chain(self, question: Question) -> list[dict[str, str]]:
        """What the factors are called that a learner can give along with a number."""
        if question.kind != "number":
            return []
        explanation = self.grade(question, 0.0, None).explanation
        return [{"symbol": symbol, "text": text} for symbol, text, _ in chain(explanation)]

    def grade(self, question: Question, answer: object, factors: Sequence[float] | None) -> Grade:
        """Whether an answer is right, also of a number that the step under way has yet to write.

        UnknownTensor, IndexOutOfRange, NotComputedYet, MomentNotReached, InvalidRequest.
        """
        graph, name, t = self._training.graph, question.tensor, question.t
        step, over = divmod(t - 1, self.ticks_per_step)
        if step > self._training.step or step < self._history.root.first:
            most = (self._training.step + 1) * self.ticks_per_step
            raise MomentNotReached(f"t: expected a moment up to the end of the present step, {most}, got {brief(t)}")
        tape = self.whole(step)
        moment = Moment(t, tape, over + 1, lambda: self._whole(step - 1))
        values = tape.at(graph.find(name, "/tensor").name, moment.ticks)
        if values is None:
            raise NotComputedYet(f"{name} is not computed yet at t = {t}")
        rows = tape.rows(moment.ticks)
        for i, index in enumerate(question.among or (question.index,)):
            graph.index(graph.tensors[name], index, rows, f"/among/{i}" if question.among else "/index")
        explainer = Explainer(graph, tape.writers.ticks, self._line.running(step).spec.optimizer, moment)
        with np.errstate(all="ignore"):
            return grade(question, answer, factors, values, lambda index: explainer.explain(name, index))

    def matrices(self, t: int) -> tuple[Tick, Algebra | None, dict[Matrix, Array]]:
        """The tick that led to `t`, what it did as matrix algebra, and the numbers of its matrices. NotComputedYet."""
        moment = self.moment(t)
        if self._is_fresh(t) or not moment.ticks:
            raise NotComputedYet(f"No tick has run at t = {t}, so there are no matrices yet")
        tick = moment.tape.writers.ticks[moment.ticks - 1]
        made = algebra(tick, self._training.graph)
        values: dict[Matrix, Array] = {}
        for term in made.terms if made else ():
            look = look_of(term.part, tick, moment.tape)
            with np.errstate(all="ignore"):
                values |= {matrix: numbers(matrix, term, look) for matrix in term.factors}
        return tick, made, values

    def paths(self, name: str, index: Index, t: int, limit: int, sample: int | None, most: int) -> Paths:
        """The paths from one number to the loss, or one sample's; `limit` of them listed, `most` terms followed.

        UnknownTensor, InvalidRequest, IndexOutOfRange, NotComputedYet, NetworkTooLarge.
        """
        graph = self._training.graph
        moment = self.moment(t)
        index = graph.index(graph.find(name, "tensor"), index, moment.tape.rows(moment.ticks), "index")
        with np.errstate(all="ignore"):
            return PathFinder(graph, moment.tape.writers.ticks, moment, most).find(name, index, limit, sample)

    def paths_cost(self, limit: int, sample: int | None) -> int:
        """About as many ticks as it takes to find paths: every weight gives each sample a term."""
        rows = self._line.spec.batch_size * self._line.spec.accumulate if sample is None else 1
        return rows * self.parameters + limit * self.ticks_per_step

    def metrics(self, names: list[str] | None = None, most: int | None = None) -> dict[str, Series]:
        """The curves of the present history by name, all when left out; each with at most `most` points.

        InvalidRequest where there is no such curve.
        """
        if self._metrics.first > self._history.root.first:
            self._watch_again()
        return self._metrics.series(names, most)

    def losses_since(self, revision: int | None, most: int) -> tuple[int, Series]:
        """The losses that somebody lacks who has seen those up to `revision`: the first step whose loss is not as it
        was known then, and the losses from it on, in at most `most` points. Without a revision, all that are at hand.
        """
        first = self._metrics.first if revision is None else self._seen_at(revision)
        if first < self._metrics.first:
            self._watch_again()
        return first, self._metrics.losses(first).thinned(most)

    def losses_since_cost(self, revision: int | None) -> int:
        """About how many ticks it takes to have those losses."""
        return 0 if revision is None or self._seen_at(revision) >= self._metrics.first else self.t - self.first

    def _seen_at(self, revision: int) -> int:
        """Up to which step the losses are what they were at `revision`."""
        place = self._places[revision]
        step, tick = divmod(min(place.t, self.t), self.ticks_per_step)
        seen = step + (tick > self._training.loss_index)
        parted = self._line.parts_from(place.line)
        return seen if parted is None else min(seen, parted)

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

    def metrics_cost(self) -> int:
        """About how many ticks it takes to have the parameters that curves ask for: the first, and the last epoch's."""
        epoch = self._training.steps_per_epoch * self.ticks_per_step
        again = self.t - self.first if self._metrics.first > self._history.root.first else 0
        return self.seek_cost(self.first) + self.seek_cost(self.t // epoch * epoch) + again

    def _parameters(self, step: int) -> Array:
        """Every parameter as it was when `step` steps were done, in one array."""
        found = self.frame(step * self.ticks_per_step, [p.name for p in self._training.graph.parameters()])
        return np.concatenate([values.ravel() for values in found.values() if values is not None])

    def losses_cost(self, losses: int) -> int:
        """About as many ticks as it takes to have that many losses of a step for parameters of one's choosing."""
        return losses * self.ticks_per_step // 2 + losses * self._work // 20_000

    def most_losses(self) -> int:
        """How many of them may be asked for at once: less than a second's work, and always enough for a square."""
        return max(4, WORK // self._work)

    @property
    def _work(self) -> int:
        """Multiplications of a weight and an input in the forward pass of a step."""
        return self._training.samples_per_step * len(self._training.variables.parameters)

    def slice(self, name: str, index: Index, span: float, points: int, t: int) -> Slice:
        """The loss of the step that the frame of `t` shows, along one of its parameters.

        UnknownTensor, InvalidRequest where the tensor is no parameter, IndexOutOfRange, CountTooLarge.
        """
        graph = self._training.graph
        if graph.find(name, "tensor").role is not Role.PARAMETER:
            known = ", ".join(p.name for p in islice(graph.parameters(), 12))
            raise InvalidRequest(f"tensor: expected a parameter, such as {known}; got {name}", "tensor")
        index = graph.index(graph.tensors[name], index, self._line.spec.batch_size, "index")
        _check_losses("points", points, self.most_losses())
        return self._surroundings(t).slice(name, index, span, points)

    def landscape(self, resolution: int, span: float, t: int) -> Landscape:
        """The loss of the step that the frame of `t` shows, over a plane about where it began, and the way there.

        CountTooLarge where that takes too long for a network and batch of this size.
        """
        _check_losses("resolution", resolution, isqrt(self.most_losses()))
        surroundings = self._surroundings(t)
        step = self.moment(t).tape.step
        count = len(self._training.variables.parameters)
        path = {passed.step: passed.kept[:count] for passed in self._history.passed(self._line, step, PATH_POINTS - 1)}
        path[step] = surroundings.start
        return surroundings.landscape(resolution, span, path, np.random.default_rng(self._line.spec.seed))

    def _surroundings(self, t: int) -> Surroundings:
        tape = self.whole(self.step_of(t))
        return Surroundings(self._training.graph, tape.writers.ticks, self._line.spec.dtype, tape)

    def updated(self, t: int, name: str | None = None) -> bool:
        """Whether at `t` the step that the frame shows has updated the parameter `name`, or all of them."""
        moment = self.moment(t)
        ticks = moment.tape.writers.get(name, []) if name else [self.ticks_per_step - 1]
        return any(tick < moment.ticks for tick in ticks)

    def step_of(self, t: int) -> int:
        """The step that the frame of `t` shows: what is checked and diagnosed at `t`. MomentNotReached."""
        return self.moment(t).tape.step

    def whole(self, step: int) -> Tape:
        """The tape of a step up to the head's with all its ticks on it, whether the head is past them or not."""
        return self._history.tape(self._line, step, self.ticks_per_step)

    def check_gradients(self, method: Method, names: list[str] | None, t: int) -> GradientCheck:
        """The gradients of the step that the frame of `t` shows, held against its loss."""
        return check_gradients(self._training.graph, self.schedule, self.whole(self.step_of(t)), method, names)

    def diagnose(self, t: int) -> Diagnosis:
        """What ails the step that the frame of `t` shows."""
        first = self._history.root.first
        return diagnose(self.spec, self._training.graph, self.schedule, self.step_of(t), self.whole, first)

    def looked_back(self, t: int, points: int) -> list[int]:
        """Up to `points` of the steps that are finished at `t`, evenly spaced; of a long run those that follow a
        checkpoint, which takes no replay, and the last. MomentNotReached.
        """
        self._check_reached(t, "t", f"the head, t = {self.t}")
        first, last = self._history.root.first, t // self.ticks_per_step - 1
        if last < first:
            return []
        even = {round(last - i * (last - first) / max(1, points - 1)) for i in range(points)}
        if last - first >= points:
            even = {self._history.nearest(self._line, step) for step in even - {last}} | {last}
        return sorted(even)

    def looking_back_cost(self, steps: Sequence[int], numbers: int = 0) -> int:
        """About as many ticks as it takes to run those steps again, and to go through so many `numbers` of each."""
        again = sum(self._history.distance(self._line, step) + 2 for step in steps)
        return again * self.ticks_per_step + len(steps) * numbers // 2_000

    def trends(self, steps: Sequence[int]) -> dict[str, dict[str, list[float | None]]]:
        """What each layer did in some steps that are finished, by layer and name, see `engine.trends`."""
        graph, spec = self._training.graph, self.spec
        return trends([states(spec, graph, self.schedule, self.whole(step)) for step in steps])

    def numbers_of(self, name: str) -> int:
        """How many numbers a tensor has. UnknownTensor."""
        return prod(sized(self._training.graph.find(name, "tensor").shape, self._line.spec.batch_size))

    def histograms(self, name: str, steps: Sequence[int], bins: int) -> Histograms:
        """How the numbers of a tensor were spread when each of some steps had ended."""
        return histograms({step: self.whole(step).at(name, self.ticks_per_step) for step in steps}, bins)

    def predict(self, x: Array, most: int) -> dict[str, Array]:
        """What the forward pass writes for other inputs (samples, inputs), with the head's parameters; changes nothing.

        CountTooLarge where one of the tensors would have more than `most` values.
        """
        training = self._training
        written = (name for tick in self.schedule if tick.phase is Phase.FORWARD for name in tick.writes)
        names = [INPUT, *dict.fromkeys(written)]
        widest = max(training.graph.tensors[name].shape[-1] or 1 for name in names)
        if len(x) * widest > most:
            raise CountTooLarge(f"x: expected at most {most // widest} rows for this network, got {len(x)}", "/x")
        forward = Forward(training.graph, self.schedule, len(x), self._line.spec.dtype)
        forward.set(training.variables.views)
        forward.load(x)
        forward.run()
        return {name: forward.buffers[name] for name in names}

    def maps(
        self, t: int, resolution: int | None, layers: Sequence[str] | None, most: int
    ) -> tuple[Plane, dict[str, Array]]:
        """What every unit, or those of some layers, answers over the plane of two inputs: by tensor, (y, x, unit).

        With the parameters that the step of the frame at `t` ran forward with. InvalidRequest where there are not two
        inputs, UnknownLayer, MomentNotReached, CountTooLarge where a tensor would have more than `most` values.
        """
        graph = self._training.graph
        check_plane(graph)
        possible = finest(graph, most)
        if resolution is not None and resolution > possible:
            raise CountTooLarge(
                f"resolution: expected at most {possible} for this network, got {resolution}", "resolution"
            )
        plane = self._plane_of(resolution or min(MAP_RESOLUTION, possible))
        return plane, plane.maps(self.moment(t).tape.start, layers)

    def _plane_of(self, resolution: int) -> Plane:
        """The plane about all rows of the data and the present sample; kept, because making it takes long."""
        if self._plane is None or self._plane[0].resolution != resolution or self._plane[1] is not self.sample:
            data, dtype = self._line.spec.data, self._line.spec.dtype
            parts = [data.x, data.test_x, self.sample.x if self.sample else None]
            within = bounds([part for part in parts if part is not None], dtype)
            self._plane = Plane(self._training.graph, self.schedule, dtype, within, resolution), self.sample
        return self._plane[0]

    def maps_cost(self, resolution: int | None) -> int:
        """About as many ticks as it takes to have maps and to write them down."""
        units = sum(layer.units for layer in self._line.spec.layers)
        return self.ticks_per_step + (resolution or MAP_RESOLUTION) ** 2 * (self.parameters + 1_000 * units) // 20_000

    def state_sha256(self) -> str:
        """Over the bytes of parameters and optimizer state, in graph order, and the count of finished updates.

        Every NaN counts as the same, because which of its many bit patterns arises differs between processors.
        """
        kept = self._training.variables.kept
        nans = np.isnan(kept)
        kept = np.where(nans, np.nan, kept) if nans.any() else kept
        return hashlib.sha256(kept.tobytes() + self._training.step.to_bytes(8, "little")).hexdigest()

    def _state_told(self) -> str:
        """The hash of the state, made once for each state that a command leads to: of a large network it takes longer
        than most of what is asked of it.
        """
        if self._hashed is None or self._hashed[0] != (self.revision, self.t):
            self._hashed = (self.revision, self.t), self.state_sha256()
        return self._hashed[1]

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


def _check_losses(name: str, asked: int, most: int) -> None:
    if asked > most:
        raise CountTooLarge(f"{name}: expected at most {most} for this network and batch, got {asked}", name)
