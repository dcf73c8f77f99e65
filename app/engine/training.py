"""Training: a network, its data and a clock. `advance` runs ticks; everything else is told from outside.

A `Checkpoint` is all that is needed to go on from the start of a step, bit for bit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .graph import INPUT, LOSS, TARGET, Graph
from .plan import COUNT, Phase, Plan, Tick, Variables, schedule, writers
from .spec import Spec
from .tape import Tape
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


class Training:
    """One network being trained. `t` counts executed ticks; a step has `ticks_per_step` of them."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.graph = Graph.of(spec)
        self.schedule: list[Tick] = schedule(self.graph, spec.optimizer, spec.frozen)
        self.writers = writers(self.schedule)
        self.loss_index = next(tick.index for tick in self.schedule if tick.phase is Phase.LOSS)
        self.variables = Variables(self.graph, spec.dtype)
        self.t = 0
        self._plans: dict[int, Plan] = {}
        seeds = np.random.SeedSequence(spec.seed).spawn(2)
        self._initialize(np.random.default_rng(seeds[0]))
        self._generator = np.random.default_rng(seeds[1])
        self._order, self._epoch = np.arange(len(spec.data.x)), -1
        self._loaded = -1

    def _initialize(self, generator: np.random.Generator) -> None:
        """Starting values in graph order. Every draw is made, so that a given value changes no other."""
        for parameter in self.graph.parameters():
            initializer = self.graph.initializers[parameter.name]
            view = self.variables.views[parameter.name]
            view[...] = 0 if initializer is None else initializer.values(view.shape, generator)
            if parameter.name in self.spec.parameters:
                view[...] = self.spec.parameters[parameter.name]

    @cached_property
    def ticks_per_step(self) -> int:
        return len(self.schedule)

    @cached_property
    def steps_per_epoch(self) -> int:
        return math.ceil(len(self.spec.data.x) / self.spec.batch_size)

    @property
    def step(self) -> int:
        return self.t // self.ticks_per_step

    @property
    def tick(self) -> int:
        return self.t % self.ticks_per_step

    @property
    def loss(self) -> float | None:
        """The loss of the last loss tick, or None before the first."""
        return float(self.variables.shared[LOSS]) if self.t > self.loss_index else None

    @property
    def diverged(self) -> bool:
        """Whether the last loss is not a finite number. The step it arose in can be finished, none begun."""
        return self.loss is not None and not math.isfinite(self.loss)

    def batch(self) -> Plan:
        """The plan of the present step, its batch loaded."""
        if self._loaded != self.step:
            epoch, number = divmod(self.step, self.steps_per_epoch)
            if self.spec.shuffle and self._epoch != epoch:
                self._order = self._generator.permutation(len(self.spec.data.x))
            self._epoch = epoch
            rows = self._order[number * self.spec.batch_size :][: self.spec.batch_size]
            self.variables.shared[COUNT][...] = self.step + 1
            self._current = self._plan(len(rows))
            self._current.load(self.spec.data.x[rows], self.spec.data.y[rows])
            self._loaded = self.step
        return self._current

    def _plan(self, batch: int) -> Plan:
        if batch not in self._plans:
            self._plans[batch] = Plan(self.graph, self.schedule, self.variables, batch, self.spec.dtype)
        return self._plans[batch]

    def tape(self) -> Tape:
        """An empty tape for the step that begins now."""
        if self.tick:
            raise ValueError("a tape begins with its step")
        plan = self.batch()
        start = {name: view.copy() for name, view in self.variables.views.items()}
        batch = plan.buffers[INPUT].copy(), plan.buffers[TARGET].copy()
        return Tape(self.step, start, batch, self.writers, plan.bytes)

    def advance(self, ticks: int, tape: Tape | None = None) -> int:
        """Run `ticks` ticks, or fewer where the loss diverges: no step begins after one whose loss is not finite.

        With a `tape` (of the present step, which `ticks` must not leave) what each tick wrote is kept on it.
        The calls are the same either way. Returns how many ticks ran.
        """
        end = self.t + ticks
        with np.errstate(all="ignore"):
            while self.t < end and not (self.tick == 0 and self.diverged):
                self._run(min(self.ticks_per_step - self.tick, end - self.t), tape)
        return ticks - (end - self.t)

    def _run(self, ticks: int, tape: Tape | None) -> None:
        """Run `ticks` ticks of the present step."""
        plan, first = self.batch(), self.tick
        if tape is None:
            for call in plan.calls[first : first + ticks]:
                call()
        else:
            for tick in self.schedule[first : first + ticks]:
                plan.calls[tick.index]()
                tape.record(tick.writes, plan.buffers)
        self.t += ticks

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
