"""What can be asked of a session's moments: numbers, how they came to be, and what would have been. Asking never moves
the head.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import isqrt, prod
from typing import Any

import numpy as np

from ..engine.algebra import Algebra, Matrix, algebra, numbers
from ..engine.diagnose import Diagnosis, diagnose
from ..engine.errors import InvalidRequest, NotComputedYet, brief
from ..engine.examine import states
from ..engine.explain import Explainer, Explanation, Moment, look_of
from ..engine.forward import Forward
from ..engine.gradcheck import GradientCheck, Method, check_gradients
from ..engine.graph import INPUT, LOSS, Role, sized
from ..engine.landscape import Landscape, Slice, Surroundings
from ..engine.maps import Plane, bounds, check_plane, finest
from ..engine.paths import PathFinder, Paths
from ..engine.plan import Phase, Tick
from ..engine.questions import Grade, Link, Question, chain, grade
from ..engine.questions import make as make_question
from ..engine.series import Series
from ..engine.terms import Array, Index
from ..engine.training import Sample, Training
from ..engine.trends import Histograms, histograms, trends
from .commands import parse_edits, parse_sample
from .errors import CountTooLarge, MomentNotReached
from .lines import write
from .timeline import Frame, Timeline

PATH_POINTS = 200
"""How many of the places that a run has passed are shown."""

MAP_RESOLUTION = 40
"""Points a side of a map where nobody says how many."""

TERM = 25
"""Ticks of a small network that take as long as one term of an explanation."""

TERMS = 20_000
"""How many of them are made at once: a second's work."""

WORK = 4_000_000_000
"""Multiplications of a weight and an input that one request for losses may take."""

TICK_WORK = 4_000
"""So many of them take as long as two ticks of a step, of which about every second runs for its loss."""

DIFFERENCES, LEAST = 6, 24
"""Losses for each parameter that central differences take at least, and how many a check of gradients may always."""


class Moments(Timeline):
    """What is asked of a timeline, mostly as of a moment `t` up to the head; see `engine` for what the answers mean."""

    _plane: tuple[Plane, Sample | None] | None = None

    # Numbers and how they came to be

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

    def network(self, t: int) -> Training:
        """A network with the ticks of the step that the frame of `t` shows; its own values are no matter."""
        line = self._line.running(self.step_of(t))
        if line.spec.optimizer is self._training.spec.optimizer:
            return self._training
        return Training(line.spec)

    def explain(self, name: str, index: Index, t: int) -> Explanation:
        """How one number came to be. UnknownTensor, IndexOutOfRange, NotComputedYet, CountTooLarge."""
        graph = self._training.graph
        self._check_terms(graph.find(name).name)
        moment = self.moment(t)
        index = graph.index(graph.tensors[name], index, moment.tape.rows(moment.ticks), "index")
        step = moment.tape.step
        line = self._line.running(step)
        if line.first == step and line.is_edited(name, index):
            moment = replace(moment, before=lambda: None)
        with np.errstate(all="ignore"):
            return Explainer(graph, moment.tape.writers.ticks, line.spec.optimizer, moment).explain(name, index)

    def explanation_cost(self, name: str) -> int:
        """About as many ticks as it takes to explain a number of this tensor. UnknownTensor."""
        return TERM * self._terms(self._training.graph.find(name).name)

    def _terms(self, name: str) -> int:
        """About how many terms a number of a tensor has at most: one a sample, or one a unit."""
        graph = self._training.graph
        tensor = graph.tensors[name]
        of = graph.tensors[tensor.gradient_of or name]
        if of.role is Role.PARAMETER or name == LOSS:
            return self._training.samples_per_step
        return max(tensor.shape[-1] or 1 for tensor in graph.tensors.values() if None in tensor.shape)

    def _check_terms(self, name: str) -> None:
        """CountTooLarge where an explanation would have more terms than are made at once."""
        terms = self._terms(name)
        if terms > TERMS:
            raise CountTooLarge(f"{name}: expected at most {TERMS} terms of a number, got {terms}")

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

    def updated(self, t: int, name: str | None = None) -> bool:
        """Whether at `t` the step that the frame shows has updated the parameter `name`, or all of them."""
        moment = self.moment(t)
        ticks = moment.tape.writers.get(name, []) if name else [self.ticks_per_step - 1]
        return any(tick < moment.ticks for tick in ticks)

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

    # Questions

    def question(self, level: int, seed: int, t: int) -> Question:
        """A question about the step that is under way at `t`, or comes next. MomentNotReached."""
        self._check_reached(t, "t", f"the head, t = {self.t}")
        step = t // self.ticks_per_step
        rows = min(len(x) for x, _ in self.whole(step).batches)
        return make_question(self._training.graph, self.schedule, level, step * self.ticks_per_step, rows, seed)

    def question_cost(self, t: int, name: str | None = None) -> int:
        """About how many ticks it takes to have the step of `t` at hand, with all that it will write, and to explain a
        number of the tensor `name`, or of any.
        """
        known = self._training.graph.tensors
        terms = self._terms(name) if name in known else max(map(self._terms, known))
        return self.seek_cost(min(t, self.t)) + self.ticks_per_step + TERM * terms

    def chain(self, question: Question) -> list[Link]:
        """What a learner can give along with a number, each with its value, which is for them to find."""
        return chain(self.grade(question, 0.0, None).explanation) if question.kind == "number" else []

    def grade(self, question: Question, answer: object, factors: Sequence[float] | None) -> Grade:
        """Whether an answer is right, also of a number that the step under way has yet to write.

        UnknownTensor, IndexOutOfRange, NotComputedYet, MomentNotReached, InvalidRequest, CountTooLarge.
        """
        graph, name, t = self._training.graph, question.tensor, question.t
        step, over = divmod(t - 1, self.ticks_per_step)
        if step > self._training.step or step < self._history.root.first:
            most = (self._training.step + 1) * self.ticks_per_step
            raise MomentNotReached(f"t: expected a moment up to the end of the present step, {most}, got {brief(t)}")
        tape = self.whole(step)
        moment = Moment(t, tape, over + 1, lambda: self._whole(step - 1))
        values = tape.at(graph.find(name, "/tensor").name, moment.ticks)
        self._check_terms(name)
        if values is None:
            raise NotComputedYet(f"{name} is not computed yet at t = {t}")
        rows = tape.rows(moment.ticks)
        for i, index in enumerate(question.among or (question.index,)):
            graph.index(graph.tensors[name], index, rows, f"/among/{i}" if question.among else "/index")
        explainer = Explainer(graph, tape.writers.ticks, self._line.running(step).spec.optimizer, moment)
        with np.errstate(all="ignore"):
            return grade(question, answer, factors, values, lambda index: explainer.explain(name, index))

    # The curves

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

    def metrics_cost(self) -> int:
        """About how many ticks it takes to have the parameters that curves ask for: the first, and the last epoch's."""
        epoch = self._training.steps_per_epoch * self.ticks_per_step
        again = self.t - self.first if self._metrics.first > self._history.root.first else 0
        return self.seek_cost(self.first) + self.seek_cost(self.t // epoch * epoch) + again

    # The loss elsewhere

    def losses_cost(self, losses: int) -> int:
        """About as many ticks as it takes to have that many losses of a step for parameters of one's choosing."""
        return losses * self.ticks_per_step // 2 + losses * self._work // 20_000

    def most_losses(self) -> int:
        """How many of them may be asked for at once: less than a second's work, and always enough for a square."""
        return max(4, WORK // (self._work + TICK_WORK * (self.ticks_per_step // 2)))

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

    # What is looked for in a step, or in many

    def check_gradients(self, method: Method, names: list[str] | None, index: Index | None, t: int) -> GradientCheck:
        """The gradients of the step that the frame of `t` shows, held against its loss. CountTooLarge."""
        parameters = len(list(self._training.graph.parameters())) if names is None else len(names)
        each = DIFFERENCES if method == "central_difference" else 1
        _check_losses("tensors", parameters, max(LEAST, self.most_losses()) // each, "/tensors")
        tape = self.whole(self.step_of(t))
        return check_gradients(self._training.graph, self.schedule, tape, method, names, index)

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

    # Over the plane of the inputs

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


def _check_losses(name: str, asked: int, most: int, pointer: str | None = None) -> None:
    if asked > most:
        raise CountTooLarge(f"{name}: expected at most {most} for this network and batch, got {asked}", pointer or name)
