"""How layers and the numbers of a tensor come to be what they are: some steps of a run, one beside the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .examine import LayerState
from .terms import Array

SHARES = {"dead": "dead_units", "saturated": "saturated_units"}
PLAIN = ("gradient_norm", "weight_norm", "update_ratio", "mean_slope")


@dataclass(frozen=True)
class Histograms:
    """How the numbers of a tensor are spread after each of some steps, without those in which it was not computed.

    `counts[i][j]` of them lie between `edges[j]` and `edges[j + 1]` after step `steps[i]`. Those that are exactly 0 are
    among them and in `zeros` too, NaN and infinities only in `nonfinite`.
    """

    steps: list[int]
    edges: Array
    counts: Array
    zeros: list[int]
    nonfinite: list[int]


def histograms(values: Mapping[int, Array | None], bins: int) -> Histograms:
    """The spread of a tensor by step, over `bins` equal parts of all that it reached."""
    flat = {step: np.ravel(one).astype(np.float64) for step, one in values.items() if one is not None}
    finite = {step: one[np.isfinite(one)] for step, one in flat.items()}
    held = [one for one in finite.values() if one.size]
    low, high = (min(one.min() for one in held), max(one.max() for one in held)) if held else (-1.0, 1.0)
    edges = np.histogram_bin_edges(np.array([low / 2, high / 2]), bins) * 2  # of halves, whose difference is finite
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)
    return Histograms(
        steps=list(flat),
        edges=edges,
        counts=np.array([np.histogram(one, edges)[0] for one in finite.values()], np.int64).reshape(-1, bins),
        zeros=[int(np.sum(one == 0)) for one in finite.values()],
        nonfinite=[flat[step].size - one.size for step, one in finite.items()],
    )


def trends(states: Sequence[Sequence[LayerState]]) -> dict[str, dict[str, list[float | None]]]:
    """By layer and name the numbers of some steps, in the steps' order; of dead and saturated units the share."""
    found: dict[str, dict[str, list[float | None]]] = {}
    for step in states:
        for state in step:
            own = found.setdefault(state.layer, {name: [] for name in (*PLAIN, *SHARES)})
            for name in PLAIN:
                own[name].append(getattr(state, name))
            for name, field in SHARES.items():
                share = None if state.mean_slope is None else len(getattr(state, field)) / state.units
                own[name].append(share)
    return found
