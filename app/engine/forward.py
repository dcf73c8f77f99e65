"""The forward pass and the loss apart from training: the same ticks, bound again, over parameters of one's choosing.

For whatever asks "what would the loss be if": predictions, the loss over held-out data, checks by complex step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from .graph import INPUT, LOSS, TARGET, Graph, Role
from .plan import Phase, Plan, Tick, Variables
from .terms import Array


class Forward:
    """One forward pass over `batch` rows in numbers of `dtype` (float64, float32 or complex128).

    `parameters` are views that may be written to, of the array `flat` that has all of them in graph order; `buffers`
    has every tensor of the graph after a run.
    """

    def __init__(self, graph: Graph, schedule: Iterable[Tick], batch: int, dtype: str) -> None:
        ticks = [tick for tick in schedule if tick.micro == 0 and tick.phase in (Phase.FORWARD, Phase.LOSS)]
        variables = Variables(graph, dtype)
        plan = Plan(graph, ticks, variables, batch, dtype)
        self.buffers, self.flat = plan.buffers, variables.parameters
        self.parameters = {t.name: variables.views[t.name] for t in graph.tensors.values() if t.role is Role.PARAMETER}
        self._passing = [plan.calls[i] for i, tick in enumerate(ticks) if tick.phase is Phase.FORWARD]
        self._ending = [plan.calls[i] for i, tick in enumerate(ticks) if tick.phase is Phase.LOSS]

    def set(self, parameters: Mapping[str, Array]) -> None:
        """Take these values; what is not named keeps its own."""
        for name, values in parameters.items():
            if name in self.parameters:
                np.copyto(self.parameters[name], values)

    def load(self, x: Array, y: Array | None = None) -> None:
        """Put rows in: x (batch, inputs) and, for the loss, the targets as the loss wants them."""
        np.copyto(self.buffers[INPUT], x)
        if y is not None:
            np.copyto(self.buffers[TARGET], y)

    def run(self) -> None:
        """Every layer, without the loss."""
        with np.errstate(all="ignore"):
            for call in self._passing:
                call()

    def loss(self) -> float | complex:
        """Every layer and the loss, penalty included, of the rows that are in."""
        self.run()
        with np.errstate(all="ignore"):
            for call in self._ending:
                call()
        value: float | complex = self.buffers[LOSS].item()
        return value
