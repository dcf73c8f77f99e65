"""The curves of a run: the loss and each layer's gradient norm at every step, and how the whole data fare at each
epoch's end.

A value belongs to the number of steps that were finished when its parameters were in place, so that the loss of step
5 and the loss over the data after 5 steps stand at the same place. Memory is bounded: where a run is long, only the
lowest and the highest of every few steps are kept, and every second epoch is let go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .errors import InvalidRequest, brief
from .forward import Forward
from .graph import LOSS, derived
from .ops import Loss
from .series import Record, Series
from .terms import Array
from .training import Training

RECORD_BYTES = 8_000_000
"""What the values of every step may take, in a session."""

WAITING_NUMBERS = 131_072
"""Gradients that are put by until their norms are taken, all at once."""

WAITING_STEPS = 1_024
RECENT = 8_192
"""How many of the latest losses are kept one by one, however long the run is."""

EPOCHS = 512
"""At how many epochs' ends the data are gone through."""

EPOCH_BYTES = 16_000_000
"""What the parameters of epochs' ends may take that nobody has asked about yet."""

EVALUATED_NUMBERS = 400_000
"""How many numbers a pass over the data may hold: more rows are taken in parts."""


def norms(vectors: Array) -> Array:
    """The Euclidean norm of each row, in float64; scaled, so that no square overflows or vanishes."""
    squares = np.vecdot(vectors, vectors)
    found: Array = np.sqrt(squares, dtype=np.float64)
    odd = ~((squares > 1e6 * np.finfo(squares.dtype).tiny) & (squares < np.inf))
    if odd.any():
        rows = vectors[odd].astype(np.float64)
        scale = np.abs(rows).max(1)
        scale[~((scale > 0) & (scale < np.inf))] = 1
        found[odd] = np.sqrt(np.sum((rows / scale[:, None]) ** 2, 1)) * scale
    return found


class Evaluation:
    """The data loss (without penalty) and the share of right answers over given rows, for any parameters.

    Rows that are too many to be held at once are taken in parts of one size; the last overlaps the one before it.
    """

    def __init__(self, training: Training, x: Array, y: Array) -> None:
        graph = training.graph
        node, loss = next((node, node.op) for node in graph.nodes if isinstance(node.op, Loss))
        numbers = sum(np.prod([size or 1 for size in t.shape[1:]]) for t in graph.tensors.values() if None in t.shape)
        self._size = max(1, min(len(x), EVALUATED_NUMBERS // int(numbers)))
        self._x, self._y, self._loss = x, y, loss
        self._forward = Forward(graph, training.schedule, self._size, training.spec.dtype)
        self._forward.load(x[: self._size], y[: self._size])
        self._a, self._terms = (self._forward.buffers[node.names[letter]] for letter in ("a", "terms"))

    def __call__(self, parameters: Array, classes: bool) -> tuple[float, float | None]:
        """Loss and, where targets are classes, accuracy; an output that is not finite is not right.

        `parameters` are all of them in one array, in graph order.
        """
        np.copyto(self._forward.flat, parameters)
        total, right = 0.0, 0
        for first in range(0, len(self._x), self._size):
            new = min(self._size, len(self._x) - first)
            end = first + new
            if self._size < len(self._x):
                self._forward.load(self._x[end - self._size : end], self._y[end - self._size : end])
            self._forward.loss()
            total += float(np.add.reduce(self._terms[-new:], dtype=np.float64))
            if classes:
                a = self._a[-new:]
                right += int(np.sum(self._loss.right(a, self._y[first:end]) & np.isfinite(a).all(-1)))
        loss = total / len(self._x) if self._loss.reduction == "mean" else total
        return loss, right / len(self._x) if classes else None


class Metrics:
    """Gathers the curves of one training from the step at which it stands. `watch` is called after every step;
    reading changes nothing.

    At an epoch's end the parameters are put by; the data are gone through when somebody asks. `at` gives the
    parameters after so many steps, in one array, for the epochs' ends that were not put by.
    """

    def __init__(self, training: Training, at: Callable[[int], Array]) -> None:
        self._training, self._at, self.first = training, at, training.step
        self._layers = _layers(training)
        variables = training.variables
        self._gradients, self._loss = variables.gradients, variables.shared[LOSS]
        self._room = max(1, min(WAITING_STEPS, WAITING_NUMBERS // max(1, self._gradients.size)))
        self._waiting = 0
        self._waiting_losses = np.zeros(self._room)
        shape = (self._room, self._gradients.size)
        self._waiting_gradients = np.zeros(shape, self._gradients.dtype) if self._room > 1 else self._gradients[None]
        self._recent, self._recent_end, self._settled = np.zeros(0), self.first, self.first
        self._record = Record(1 + len(self._layers), RECORD_BYTES // (16 * (1 + len(self._layers))))
        self._epochs: dict[int, dict[str, float]] = {}
        self._put_by: dict[int, Array] = {}
        self._stride = 1
        self._evaluations: dict[str, Evaluation] = {}
        self._due(self.first)

    # Gathering

    def watch(self) -> None:
        """A step has ended."""
        waiting = self._waiting
        self._waiting_losses[waiting] = self._loss
        if self._room > 1:
            self._waiting_gradients[waiting] = self._gradients
        self._waiting = waiting + 1
        if self._waiting == self._room:
            self._settle()
        self._until_epoch -= 1
        if not self._until_epoch:
            self._pass_epoch()

    def back(self, step: int) -> int:
        """The training goes to `step`: the step from which on it has to be watched again, not far before it."""
        self._settle()
        first = self.first + self._record.back(step - self.first)
        self._settled = first
        self._due(first)
        return first

    def changed(self) -> None:
        """At the start of a step: its parameters may be others than when the step before it ended."""
        epoch, over = divmod(self._training.step, self._training.steps_per_epoch)
        if not over:
            self._epochs.pop(epoch, None)
            if epoch % self._stride == 0:
                self._put_by[epoch] = self._training.variables.parameters.copy()

    def _settle(self) -> None:
        """Take the norms of the gradients that wait."""
        if self._waiting:
            gradients = self._waiting_gradients[: self._waiting]
            with np.errstate(all="ignore"):
                found = [_norm(gradients, parts) for parts in self._layers.values()]
            losses = self._waiting_losses[: self._waiting]
            self._record.add(np.stack([losses, *found]))
            self._recent = np.concatenate([self._latest(), losses])[-RECENT:]
            self._settled += self._waiting
            self._recent_end = self._settled
            self._waiting = 0

    def _latest(self) -> Array:
        """The losses that are kept one by one, up to the last step that was added. As in the record, later ones stay
        until others take their place, because the training may come to them again by another call of `back`.
        """
        later = self._recent_end - self._settled
        return self._recent[: max(0, len(self._recent) - later)] if later >= 0 else self._recent[:0]

    def _due(self, step: int) -> None:
        """Count the steps from `step` until the next end of an epoch that is looked at."""
        every = self._training.steps_per_epoch * self._stride
        self._until_epoch = every - step % every

    def _pass_epoch(self) -> None:
        epoch = self._training.step // self._training.steps_per_epoch
        parameters = self._training.variables.parameters
        self._put_by[epoch] = parameters.copy()
        self._epochs.pop(epoch, None)
        if len(self._put_by) * parameters.nbytes > EPOCH_BYTES:
            self._catch_up()
        if len(self._epochs) + len(self._put_by) > EPOCHS:
            self._stride *= 2
            self._epochs = {kept: found for kept, found in self._epochs.items() if kept % self._stride == 0}
            self._put_by = {kept: found for kept, found in self._put_by.items() if kept % self._stride == 0}
        self._due(self._training.step)

    def _catch_up(self) -> None:
        """Go through the data with all the parameters that were put by."""
        while self._put_by:
            epoch, parameters = self._put_by.popitem()
            self._epochs[epoch] = self._evaluate(parameters)

    def _evaluate(self, parameters: Array) -> dict[str, float]:
        training = self._training
        data = training.spec.data
        found: dict[str, float] = {}
        for part, x, y in (("train", data.x, data.y), ("test", data.test_x, data.test_y)):
            if x is not None and y is not None:
                if part not in self._evaluations:
                    self._evaluations[part] = Evaluation(training, x, y)
                loss, accuracy = self._evaluations[part](parameters, data.classes is not None)
                found[f"{part}_loss"] = loss
                if accuracy is not None:
                    found[f"{part}_accuracy"] = accuracy
        return found

    # Reading

    @property
    def size(self) -> int:
        """Its bytes in memory."""
        put_by = len(self._put_by) * self._training.variables.parameters.nbytes
        return put_by + self._waiting_gradients.nbytes + self._record.size + self._recent.nbytes

    @property
    def names(self) -> list[str]:
        """The curves that there are."""
        data = self._training.spec.data
        parts = ["train"] if data.test_x is None else ["train", "test"]
        kinds = ["loss"] if data.classes is None else ["loss", "accuracy"]
        return [
            "loss",
            *(f"gradient_norm.{layer}" for layer in self._layers),
            *(f"{part}_{kind}" for kind in kinds for part in parts),
        ]

    def series(self, names: Sequence[str] | None = None, most: int | None = None) -> dict[str, Series]:
        """Curves by name up to where the training stands, all when left out, each thinned to `most` points.

        What the present step has found by now is their last point. InvalidRequest where there is no such curve.
        """
        for name in names or ():
            if name not in self.names:
                expected = ", ".join(self.names if len(self.names) <= 12 else [*self.names[:12], "…"])
                raise InvalidRequest(f"names: there is no series {brief(name)}; expected {expected}", "names")
        self._settle()
        stepwise = dict.fromkeys(["loss", *(f"gradient_norm.{layer}" for layer in self._layers)])
        wanted = list(dict.fromkeys(self.names if names is None else names))
        epochs = self._epochwise() if set(wanted) - set(stepwise) else {}
        found = {n: epochs[n] if n in epochs else self._stepwise(list(stepwise).index(n)) for n in wanted}
        return {name: curve.thinned(most) if most else curve for name, curve in found.items()}

    def losses(self, step: int) -> Series:
        """The losses from `step` on: the latest ones one by one, those before as they are recorded."""
        self._settle()
        latest = self._latest()
        first = self._settled - len(latest)
        curve = Series(np.arange(first, self._settled), latest)
        if step < first:
            recorded = self._record.series(0)
            old = recorded.steps + self.first < first
            curve = Series(
                np.concatenate([recorded.steps[old] + self.first, curve.steps]),
                np.concatenate([recorded.values[old], curve.values]),
            )
        curve = self._with_present(0, curve)
        unseen = int(np.searchsorted(curve.steps, step))
        return Series(curve.steps[unseen:], curve.values[unseen:])

    def _stepwise(self, number: int) -> Series:
        recorded = self._record.series(number)
        return self._with_present(number, Series(recorded.steps + self.first, recorded.values))

    def _with_present(self, number: int, curve: Series) -> Series:
        value = self._present(number)
        if value is None:
            return curve
        return Series(np.append(curve.steps, self._training.step), np.append(curve.values, value))

    def _present(self, number: int) -> float | None:
        """What the present step has of a curve, or None where it is not there yet."""
        training = self._training
        if number == 0:
            return training.loss if training.tick > training.loss_index else None
        layer, parts = list(self._layers.items())[number - 1]
        own = [derived("d", p.name) for p in training.graph.parameters() if p.layer == layer]
        if training.tick <= max(training.writers[name][-1] for name in own):
            return None
        with np.errstate(all="ignore"):
            return float(_norm(self._gradients[None], parts)[0])

    def _epochwise(self) -> dict[str, Series]:
        self._catch_up()
        per_epoch = self._training.steps_per_epoch
        first, last = -(-self.first // per_epoch), self._training.step // per_epoch
        epochs = sorted(epoch for epoch in {first, last, *self._epochs} if first <= epoch <= last)
        rows = [self._epochs.get(epoch) or self._evaluate(self._at(epoch * per_epoch)) for epoch in epochs]
        self._epochs.update(zip(epochs[:1], rows, strict=False))
        steps = np.array(epochs, np.int64) * per_epoch
        names = self.names[1 + len(self._layers) :]
        return {name: Series(steps, np.array([row[name] for row in rows])) for name in names}


def _layers(training: Training) -> dict[str, list[slice]]:
    """For each layer with parameters, in order, where its gradients stand in the flat array of all of them."""
    found: dict[str, list[slice]] = {}
    first = 0
    for name, view in training.variables.gradient_views.items():
        own = found.setdefault(training.graph.tensors[name].layer, [])
        beside = bool(own) and own[-1].stop == first
        own.append(slice(own.pop().start if beside else first, first + view.size))
        first += view.size
    return found


def _norm(gradients: Array, parts: Sequence[slice]) -> Array:
    """The norm over some columns of (steps, gradients): of the norms of its parts, which do not overflow."""
    found = [norms(gradients[:, part]) for part in parts]
    return norms(np.stack(found, 1)) if len(found) > 1 else found[0]
