"""Training: a network, its data and a clock. `advance` runs ticks; everything else is told from outside.

A `Checkpoint` is all that is needed to go on from the start of a step, bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .datasets import Data
from .graph import INPUT, LOSS, TARGET, Graph, derived
from .plan import COUNT, MINUS_RATE, Phase, Plan, Tick, Variables, schedule
from .spec import Spec
from .tape import Tape, Writers
from .terms import Array


@dataclass(frozen=True)
class Checkpoint:
    """The state before step `step`: parameters and optimizer state, generator, the order of the epoch, last loss."""

    step: int
    kept: Array
    generator: dict[str, Any]
    order: Array
    epoch: int
    loss: Array

    @property
    def size(self) -> int:
        """Its bytes. The order is shared between the checkpoints of an epoch and is not counted."""
        return self.kept.nbytes + 1_000

    def flat(self) -> tuple[Any, ...]:
        """All of it in one tuple without containers, of which Python's collector of garbage lets go."""
        state = self.generator["state"]
        generator = self.generator["bit_generator"], self.generator["has_uint32"], self.generator["uinteger"]
        return self.step, self.kept, self.order, self.epoch, self.loss, state["state"], state["inc"], *generator

    @staticmethod
    def of(flat: tuple[Any, ...]) -> Checkpoint:
        """What `flat` gave, as a checkpoint again."""
        step, kept, order, epoch, loss, state, inc, bit_generator, has_uint32, uinteger = flat
        inner = {"state": state, "inc": inc}
        generator = {"bit_generator": bit_generator, "state": inner, "has_uint32": has_uint32, "uinteger": uinteger}
        return Checkpoint(step, kept, generator, order, epoch, loss)


@dataclass(frozen=True)
class Sample:
    """One example: x (1, inputs), and y (1, outputs), or (1) where the loss takes the index of a class."""

    x: Array
    y: Array


@dataclass(frozen=True)
class Pass:
    """A step's run over one micro-batch: the rows of the data, and the ticks from `first` up to `end`."""

    plan: Plan
    rows: Array
    first: int
    end: int


class Training:
    """One network being trained. `t` counts executed ticks; a step has `ticks_per_step` of them."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.graph = Graph.of(spec)
        self.schedule: list[Tick] = schedule(self.graph, spec.optimizer, spec.frozen, spec.accumulate)
        self.writers = Writers(self.graph, self.schedule)
        self.loss_index = next(tick.index for tick in self.schedule if tick.phase is Phase.LOSS)
        self.variables = Variables(self.graph, spec.dtype)
        self.t = 0
        self._plans: dict[int, Plan] = {}
        seeds = np.random.SeedSequence(spec.seed).spawn(2)
        self._initialize(np.random.default_rng(seeds[0]))
        self._generator = np.random.default_rng(seeds[1])
        self._order, self._epoch = np.arange(len(spec.data.x)), -1
        self._sample: Sample | None = None
        self._loaded = -1
        self._passes: list[Pass] = []
        shared = self.variables.shared
        self._loss, self._count, self._minus_rate = (shared[name] for name in (LOSS, COUNT, MINUS_RATE))
        kept = {**self.variables.views, COUNT: shared[COUNT], MINUS_RATE: shared[MINUS_RATE]}
        self._copies = [(name, values.copy) for name, values in kept.items()]

    def _initialize(self, generator: np.random.Generator) -> None:
        """Starting values in graph order. Every draw is made, so that a given value changes no other."""
        for parameter in self.graph.parameters():
            initializer = self.graph.initializers[parameter.name]
            view = self.variables.views[parameter.name]
            view[...] = 0 if initializer is None else initializer.values(view.shape, generator)
            if parameter.name in self.spec.parameters:
                view[...] = self.spec.parameters[parameter.name]
            for letter in self.spec.optimizer.state if parameter.name not in self.spec.frozen else ():
                self.variables.views[derived(letter, parameter.name)][...] = self.spec.optimizer.begins(letter)

    @cached_property
    def ticks_per_step(self) -> int:
        return len(self.schedule)

    @cached_property
    def samples_per_step(self) -> int:
        """How many samples a step takes; the last of an epoch may take fewer."""
        return self.spec.batch_size * self.spec.accumulate

    @cached_property
    def steps_per_epoch(self) -> int:
        return math.ceil(len(self.spec.data.x) / self.samples_per_step)

    @property
    def step(self) -> int:
        return self.t // self.ticks_per_step

    @property
    def tick(self) -> int:
        return self.t % self.ticks_per_step

    @property
    def loss(self) -> float | None:
        """The loss of the last loss tick, or None before the first."""
        return float(self._loss) if self.t > self.loss_index else None

    @property
    def diverged(self) -> bool:
        """Whether the last loss is not a finite number. The step it arose in can be finished, none begun."""
        return self.t > self.loss_index and not math.isfinite(self._loss)

    def begin(self) -> None:
        """Make the present step ready: its batch, its number and its learning rate."""
        step = self.step
        if self._loaded == step:
            return
        epoch, number = divmod(step, self.steps_per_epoch)
        self._count.fill(step + 1)
        self._minus_rate.fill(-self.spec.optimizer.rate(step, epoch))
        if self._sample is not None:
            self._passes = self._split(np.zeros(self.spec.accumulate, np.intp))
            self._load(self._passes[0])
        elif self._loaded < 0 or self.spec.shuffle or self.steps_per_epoch > 1 or len(self._passes) > 1:
            if self.spec.shuffle and self._epoch != epoch:
                self._order = self._generator.permutation(len(self.spec.data.x))
            self._passes = self._split(self._order[number * self.samples_per_step :][: self.samples_per_step])
            self._load(self._passes[0])
        if self._sample is None:
            self._epoch = epoch
        self._loaded = step

    def take(self, spec: Spec, sample: Sample | None = None) -> None:
        """Go on, from the start of a step, with a `spec` that differs in numbers of its optimizer at most, and on one
        `sample` instead of the data. Every micro-batch is that sample then; the order of the data waits.
        """
        if spec.optimizer is not self.spec.optimizer:
            self.schedule = schedule(self.graph, spec.optimizer, spec.frozen, spec.accumulate)
            self.writers = Writers(self.graph, self.schedule)
            self._plans.clear()
        self.spec, self._sample, self._loaded = spec, sample, -1

    @property
    def _rows(self) -> Sample | Data:
        """What steps are taken on."""
        return self.spec.data if self._sample is None else self._sample

    def _split(self, rows: Array) -> list[Pass]:
        """The micro-batches of a step, as even as can be."""
        ends = [*self.writers.first[1:], len(self.schedule)]
        parts = [rows] if len(ends) == 1 else np.array_split(rows, len(ends))
        return [
            Pass(self._plan(len(part)), part, first, end)
            for part, first, end in zip(parts, self.writers.first, ends, strict=True)
        ]

    def _load(self, one: Pass) -> None:
        one.plan.load(self._rows.x[one.rows], self._rows.y[one.rows])

    def _plan(self, batch: int) -> Plan:
        if batch not in self._plans:
            self._plans[batch] = Plan(self.graph, self.schedule, self.variables, batch, self.spec.dtype)
        return self._plans[batch]

    def tape(self) -> Tape:
        """An empty tape for the step that begins now."""
        if self.tick:
            raise ValueError("a tape begins with its step")
        self.begin()
        start = {name: copy() for name, copy in self._copies}
        first, *others = self._passes
        batches = [(first.plan.buffers[INPUT].copy(), first.plan.buffers[TARGET].copy())]
        data, dtype = self._rows, self.spec.dtype
        batches += [(data.x[one.rows].astype(dtype), data.y[one.rows].astype(dtype)) for one in others]
        return Tape(self.step, start, batches, self.writers, sum(one.plan.bytes for one in self._passes))

    def advance(self, ticks: int, tape: Tape | None = None, after: Callable[[], object] | None = None) -> int:
        """Run `ticks` ticks, or fewer where the loss diverges: no step begins after one whose loss is not finite.

        With a `tape` (of the present step, which `ticks` must not leave) what each tick wrote is kept on it.
        The calls are the same either way. `after` is called whenever a step has ended, before the next begins; where
        what it gives is true, none does. Returns how many ticks ran.
        """
        end = self.t + ticks
        with np.errstate(all="ignore"):
            while self.t < end:
                tick = self.tick
                if not tick and self.diverged:
                    break
                ran = min(self.ticks_per_step - tick, end - self.t)
                self._run(tick, tick + ran, tape)
                self.t += ran
                if after is not None and tick + ran == self.ticks_per_step and after():
                    break
        return ticks - (end - self.t)

    def _run(self, tick: int, end: int, tape: Tape | None) -> None:
        """Run the ticks of the present step from `tick` up to `end`."""
        self.begin()
        for one in self._passes:
            if not one.first <= tick < min(end, one.end):
                continue
            if tick == one.first and tick:
                self._load(one)
            last = min(end, one.end)
            if tape is None:
                for call in one.plan.calls[tick:last]:
                    call()
            else:
                keep = tape.written.append
                for call, record in zip(one.plan.calls[tick:last], one.plan.records[tick:last], strict=True):
                    call()
                    keep(record())
            tick = last

    def checkpoint(self) -> Checkpoint:
        """The state at the start of the present step."""
        if self.tick:
            raise ValueError("a checkpoint is taken between steps")
        generator: dict[str, Any] = dict(self._generator.bit_generator.state)
        loss = self.variables.shared[LOSS].copy()
        return Checkpoint(self.step, self.variables.kept.copy(), generator, self._order, self._epoch, loss)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go to where `checkpoint` was taken."""
        self.t = checkpoint.step * self.ticks_per_step
        np.copyto(self.variables.kept, checkpoint.kept)
        np.copyto(self.variables.shared[LOSS], checkpoint.loss)
        self._generator.bit_generator.state = checkpoint.generator
        self._order, self._epoch, self._loaded = checkpoint.order, checkpoint.epoch, -1
