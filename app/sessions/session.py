"""A session: a network in training with a head that moves, and every moment up to it to look at.

`advance` and `rewind` are commands: they move the head and add to the log. Everything else is reading, and reading
never moves the head.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from itertools import islice
from math import isqrt
from typing import Any

import numpy as np

from ..engine.diagnose import Diagnosis, diagnose
from ..engine.errors import InvalidRequest, brief
from ..engine.explain import Explainer, Explanation, Moment
from ..engine.forward import Forward
from ..engine.gradcheck import GradientCheck, Method, check_gradients
from ..engine.graph import INPUT, Role
from ..engine.landscape import Landscape, Slice, Surroundings
from ..engine.metrics import Metrics, Series
from ..engine.paths import PathFinder, Paths
from ..engine.plan import Phase, Tick, ends
from ..engine.spec import Spec
from ..engine.tape import Tape
from ..engine.terms import Array, Index
from ..engine.training import Training
from .errors import CountTooLarge, MomentNotReached, SessionDiverged
from .history import History
from .store import Command, Start

PATH_POINTS = 200
"""How many of the places that a run has passed are shown."""

WORK = 12_000_000_000
"""Multiplications of a weight and an input that one request for losses may take."""

Recorded = list[tuple[Tape, Tick]]
"""Executed ticks, each with the tape that has what it wrote."""


class Session:
    """One learner's experiment. Opening one with the log that a store kept gives the same state, bit for bit.

    It begins at t = 0, or at its `start`; `first` is the earliest moment that it has.
    """

    def __init__(self, session_id: str, spec: Spec, log: Iterable[Command] = (), start: Start | None = None) -> None:
        self.id = session_id
        self.spec = spec
        self.log = list(log)
        self.start = start
        self._training = Training(self.spec)
        if start is not None:
            self._training.restore(start.checkpoint)
        self.first = self._training.t
        self._history = History(self.spec, self._training.step)
        self._metrics = Metrics(self._training, self._parameters)
        self._ends = {
            "layer": ends(self.schedule, lambda tick: (tick.phase, tick.layer)),
            "phase": ends(self.schedule, lambda tick: tick.phase),
        }
        self._history.note(self._training)
        self._begin()
        self._run(start.ticks if start is not None else 0, record=False)
        self._began = self.t
        if self.log:
            self._run(max(0, *(command.after - self.t for command in self.log)), record=False)
            self._seek(self.log[-1].after)

    @property
    def schedule(self) -> list[Tick]:
        return self._training.schedule

    @property
    def training(self) -> Training:
        """The network at the head."""
        return self._training

    @property
    def t(self) -> int:
        return self._training.t

    @property
    def revision(self) -> int:
        return len(self.log)

    @property
    def status(self) -> str:
        return "diverged" if self._training.diverged else "ready"

    @property
    def ticks_per_step(self) -> int:
        return self._training.ticks_per_step

    @property
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

    def advance(self, ticks: int, record: bool) -> tuple[Command, Recorded]:
        """Run `ticks` ticks: the command to log, and with `record` what each wrote.

        SessionDiverged where a step would begin after one whose loss is not finite; a run of many steps ends there.
        """
        if self._training.diverged and self._training.tick == 0:
            raise SessionDiverged(
                f"The loss of step {self._training.step - 1} is {self._training.loss}; "
                "rewind, or start again with a smaller learning rate"
            )
        before = self.t
        recorded = self._run(ticks, record)
        command = Command("advance", before, self.t)
        self.log.append(command)
        return command, recorded

    def rewind(self, to: int) -> Command:
        """Put the head back to `to`. MomentNotReached where the session has not been there."""
        self._check_reached(to, "to", f"t = {self.t}")
        return self._move(to)

    def rewind_to_revision(self, revision: int) -> Command:
        """Put the head where it was at `revision`, also at one that a rewind left."""
        return self._move(self.moment_of(revision))

    def moment_of(self, revision: int) -> int:
        """Where the head was at `revision`. MomentNotReached where there is no such revision yet."""
        if revision > self.revision:
            raise MomentNotReached(f"to_rev: expected a revision up to {self.revision}, got {brief(revision)}")
        return self.log[revision - 1].after if revision else self._began

    def _check_reached(self, t: int, name: str, head: str) -> None:
        if t > self.t:
            raise MomentNotReached(f"{name}: expected a moment up to {head}, got {brief(t)}")
        if t < self.first:
            raise MomentNotReached(f"{name}: this session begins at t = {self.first}, got {brief(t)}")

    def _move(self, to: int) -> Command:
        command = Command("rewind", self.t, to)
        self._seek(to)
        self.log.append(command)
        return command

    def _run(self, ticks: int, record: bool) -> Recorded:
        """Run ticks. Steps that are shown, and always the last, go to a tape; the others run unwatched."""
        recorded: Recorded = []
        end = self.t + ticks
        while self.t < end and not (self._training.tick == 0 and self._training.diverged):
            if self._training.tick == 0:
                self._history.note(self._training)
                unwatched = 0 if record else (end - 1 - self.t) // self.ticks_per_step
                if unwatched:
                    steps = min(unwatched, self._history.until_due(self._training.step))
                    self._training.advance(steps * self.ticks_per_step, after=self._metrics.watch)
                    continue
                self._begin()
            first = self._training.tick
            ran = self._training.advance(
                min(self.ticks_per_step - first, end - self.t), self._tape, self._metrics.watch
            )
            recorded += [(self._tape, tick) for tick in self.schedule[first : first + ran]] if record else []
        return recorded

    def _begin(self) -> None:
        """Put a tape in for the step that begins now."""
        self._tape = self._training.tape()
        self._history.keep(self._tape)

    def _seek(self, t: int) -> None:
        step, tick = divmod(t, self.ticks_per_step)
        first = self._metrics.back(step)
        self._history.seek(self._training, first)
        self._training.advance((step - first) * self.ticks_per_step, after=self._metrics.watch)
        if tick:
            self._begin()
            self._training.advance(tick, self._tape)

    # Reading

    def moment(self, t: int) -> Moment:
        """The frame of `t`: the step of its last executed tick, and how many of that step's ticks are done."""
        self._check_reached(t, "t", f"the head, t = {self.t}")
        step = self._step_of(t)
        ticks = t - step * self.ticks_per_step
        return Moment(t, self._history.tape(step, ticks), ticks, lambda: self._whole(step - 1))

    def _step_of(self, t: int) -> int:
        """The step whose frame `t` shows: that of its last executed tick, or the one that the session begins with."""
        return max(t - 1, self.first) // self.ticks_per_step

    def _whole(self, step: int) -> Tape | None:
        return self._history.tape(step, self.ticks_per_step) if step >= self._history.first else None

    def seek_cost(self, t: int) -> int:
        """About how many ticks it takes to have the moment `t` at hand."""
        return self._history.distance(max(self._step_of(t), self._history.first)) * self.ticks_per_step

    def frame(self, t: int, names: list[str] | None = None) -> dict[str, Array | None]:
        """Every tensor (or those named) at `t`; None where the step has not written it."""
        moment = self.moment(t)
        wanted = names if names is not None else list(self._training.graph.tensors)
        return {name: moment.tape.at(name, moment.ticks) for name in wanted}

    def phase(self, t: int) -> Phase | None:
        """The phase of the last tick executed by `t`."""
        return self.schedule[(t - 1) % self.ticks_per_step].phase if t > self.first else None

    @property
    def start_cost(self) -> int:
        """About how many ticks it takes to have what a session starts with, at any moment of this one."""
        return (self._history.stride + 2) * self.ticks_per_step

    def start_at(self, t: int) -> Start:
        """What a session that goes on from `t` is opened with. MomentNotReached."""
        self._check_reached(t, "t", f"the head, t = {self.t}")
        step, ticks = divmod(t, self.ticks_per_step)
        return Start(self._history.checkpoint(step), ticks)

    def explain(self, name: str, index: Index, t: int) -> Explanation:
        """How one number came to be. UnknownTensor, IndexOutOfRange, NotComputedYet."""
        graph = self._training.graph
        moment = self.moment(t)
        index = graph.index(graph.find(name), index, moment.tape.rows(moment.ticks), "index")
        with np.errstate(all="ignore"):
            return Explainer(graph, self.schedule, self.spec.optimizer, moment).explain(name, index)

    def paths(self, name: str, index: Index, t: int, limit: int, sample: int | None, most: int) -> Paths:
        """The paths from one number to the loss, or one sample's; `limit` of them listed, `most` terms followed.

        UnknownTensor, InvalidRequest, IndexOutOfRange, NotComputedYet, NetworkTooLarge.
        """
        graph = self._training.graph
        moment = self.moment(t)
        index = graph.index(graph.find(name, "tensor"), index, moment.tape.rows(moment.ticks), "index")
        with np.errstate(all="ignore"):
            return PathFinder(graph, self.schedule, moment, most).find(name, index, limit, sample)

    def paths_cost(self, limit: int, sample: int | None) -> int:
        """About as many ticks as it takes to find paths: every weight gives each sample a term."""
        rows = self.spec.batch_size * self.spec.accumulate if sample is None else 1
        return rows * self.parameters + limit * self.ticks_per_step

    def metrics(self, names: list[str] | None = None, most: int | None = None) -> dict[str, Series]:
        """The curves of the present history by name, all when left out; each with at most `most` points.

        InvalidRequest where there is no such curve.
        """
        return self._metrics.series(names, most)

    def metrics_cost(self) -> int:
        """About how many ticks it takes to have the parameters that curves ask for: the first, and the last epoch's."""
        epoch = self._training.steps_per_epoch * self.ticks_per_step
        return self.seek_cost(self.first) + self.seek_cost(self.t // epoch * epoch)

    def _parameters(self, step: int) -> Array:
        """Every parameter as it was when `step` steps were done, in one array."""
        found = self.frame(step * self.ticks_per_step, [p.name for p in self._training.graph.parameters()])
        return np.concatenate([values.ravel() for values in found.values() if values is not None])

    def losses_cost(self, losses: int) -> int:
        """About as many ticks as it takes to have that many losses of a step for parameters of one's choosing."""
        return losses * self.ticks_per_step // 2 + losses * self._work // 20_000

    def most_losses(self) -> int:
        """How many of them may be asked for at once: about two seconds' work, and always enough for a square."""
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
        index = graph.index(graph.tensors[name], index, self.spec.batch_size, "index")
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
        path = {passed.step: passed.kept[:count] for passed in self._history.passed(step, PATH_POINTS - 1)}
        path[step] = surroundings.start
        return surroundings.landscape(resolution, span, path, np.random.default_rng(self.spec.seed))

    def _surroundings(self, t: int) -> Surroundings:
        return Surroundings(self._training.graph, self.schedule, self.spec.dtype, self.whole(self.step_of(t)))

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
        return self._history.tape(step, self.ticks_per_step)

    def check_gradients(self, method: Method, names: list[str] | None, t: int) -> GradientCheck:
        """The gradients of the step that the frame of `t` shows, held against its loss."""
        return check_gradients(self._training.graph, self.schedule, self.whole(self.step_of(t)), method, names)

    def diagnose(self, t: int) -> Diagnosis:
        """What ails the step that the frame of `t` shows."""
        first = self._history.first
        return diagnose(self.spec, self._training.graph, self.schedule, self.step_of(t), self.whole, first)

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
        forward = Forward(training.graph, self.schedule, len(x), self.spec.dtype)
        forward.set(training.variables.views)
        forward.load(x)
        forward.run()
        return {name: forward.buffers[name] for name in names}

    def state_sha256(self) -> str:
        """Over the bytes of parameters and optimizer state, in graph order, and the count of finished updates.

        Every NaN counts as the same, because which of its many bit patterns arises differs between processors.
        """
        kept = self._training.variables.kept
        nans = np.isnan(kept)
        kept = np.where(nans, np.nan, kept) if nans.any() else kept
        return hashlib.sha256(kept.tobytes() + self._training.step.to_bytes(8, "little")).hexdigest()

    def head(self) -> dict[str, Any]:
        """Where the session stands: the head that every answer about it carries."""
        training = self._training
        next_tick = self.schedule[training.tick]
        return {
            "id": self.id,
            "name": self.spec.name,
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
            "state_sha256": self.state_sha256(),
        }


def check_counts(ticks: int, steps: int, most_ticks: int | None, most_steps: int) -> None:
    """CountTooLarge where a request asks for more than one answer or one request may take."""
    if steps > most_steps:
        raise CountTooLarge(f"count: expected at most {most_steps} batches in one request, got {steps}")
    if most_ticks is not None and ticks > most_ticks:
        raise CountTooLarge(f"return: expected at most {most_ticks} ticks in one answer, got {ticks}; ask for none")


def _check_losses(name: str, asked: int, most: int) -> None:
    if asked > most:
        raise CountTooLarge(f"{name}: expected at most {most} for this network and batch, got {asked}", name)
