"""A value for each step of a run, in bounded memory: of a long run the lowest and highest of every few steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .terms import Array


@dataclass(frozen=True)
class Series:
    """A curve: `values[i]` after `steps[i]` finished steps; steps ascend."""

    steps: Array
    values: Array

    def thinned(self, most: int) -> Series:
        """At most `most` of the points: first, last, and the lowest and highest of each of equal parts."""
        count = len(self.steps)
        if count <= most:
            return self
        ends = [0, count - 1] if most >= 4 else []
        size = -(-count // ((most - len(ends)) // 2))
        parts = np.pad(self.values, (0, -count % size), mode="edge").reshape(-1, size)
        starts = np.arange(0, count, size)[:, None]
        kept = np.unique(np.minimum([*(starts + extremes(parts)).ravel(), *ends], count - 1))
        return Series(self.steps[kept], self.values[kept])


def extremes(values: Array) -> Array:
    """Where the lowest and the highest stand along the last axis, in order of place: (…, 2). NaN counts as highest;
    where all are the same these are the first and the last."""
    ranked = np.where(np.isnan(values), np.inf, values)
    places = np.stack([ranked.argmin(-1), ranked.argmax(-1)], -1)
    same = places[..., 0] == places[..., 1]
    places[same] = 0, values.shape[-1] - 1
    return np.sort(places, -1)


class Record:
    """Values of `series` curves at every step, in at most `most` points each.

    It holds two points for every `span` steps: at first that is all of them; when it is full, the lowest and highest
    of four points take their place and the span doubles. What is open are the latest steps, fewer than a span.
    """

    def __init__(self, series: int, most: int) -> None:
        self.span = 2
        self._most = most - most % 4
        self._closed = 0
        self._steps = np.zeros((series, 64), np.int64)
        self._values = np.zeros((series, 64))
        self._open = np.zeros((series, 0))

    def back(self, step: int) -> int:
        """Go on from where the span of `step` begins: the step that is wanted next. What came later is kept apart
        from the open steps, until other values take its place, so that `step` may be one that an earlier call left."""
        self._open = self._open[:, :0]
        self._closed = step // self.span * 2
        return step // self.span * self.span

    def add(self, values: Array) -> None:
        """Put in the next steps: (series, steps)."""
        self._open = np.concatenate([self._open, values], axis=1)
        while self._open.shape[1] >= self.span:
            spans = min(self._open.shape[1] // self.span, (self._most - self._closed) // 2)
            parts, self._open = np.split(self._open, [spans * self.span], axis=1)
            first = self._closed // 2 * self.span
            self._close(np.arange(first, first + parts.shape[1]), parts)
            if self._closed == self._most:
                self._halve()

    def _close(self, steps: Array, values: Array) -> None:
        if self.span > 2:
            steps, values = _outermost(np.broadcast_to(steps, values.shape), values, self.span)
        end = self._closed + values.shape[1]
        if end > self._values.shape[1]:
            more = min(self._most, max(end, 2 * self._values.shape[1])) - self._values.shape[1]
            self._steps = np.pad(self._steps, ((0, 0), (0, more)))
            self._values = np.pad(self._values, ((0, 0), (0, more)))
        self._steps[:, self._closed : end], self._values[:, self._closed : end] = steps, values
        self._closed = end

    def _halve(self) -> None:
        half = self._most // 2
        self._steps[:, :half], self._values[:, :half] = _outermost(self._steps, self._values, 4)
        self._closed = half
        self.span *= 2

    @property
    def size(self) -> int:
        """Its bytes in memory."""
        return self._steps.nbytes + self._values.nbytes + self._open.nbytes

    def series(self, number: int) -> Series:
        """One of the curves, up to the last step that was added."""
        first = self._closed // 2 * self.span
        rest = self._open[number]
        return Series(
            np.concatenate([self._steps[number, : self._closed], np.arange(first, first + len(rest))]),
            np.concatenate([self._values[number, : self._closed], rest]),
        )


def _outermost(steps: Array, values: Array, size: int) -> tuple[Array, Array]:
    """The lowest and the highest of every `size` columns of (series, points), in order."""
    parts = values.reshape(len(values), -1, size)
    places = extremes(parts)
    chosen = (np.take_along_axis(array.reshape(parts.shape), places, -1) for array in (steps, values))
    first, second = (array.reshape(len(values), -1) for array in chosen)
    return first, second
