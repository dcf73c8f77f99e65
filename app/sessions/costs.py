"""How much work it is to make a session, in ticks of a small network."""

from __future__ import annotations

from ..engine.spec import Spec

MAKING = 30
"""Ticks of a small network that take as long as writing out one of a schedule."""


def making_cost(spec: Spec) -> int:
    """About how many ticks it takes to make a session of a spec: to write out its schedule and draw its parameters."""
    layers, numbers, inputs = len(spec.layers), 0, spec.data.x.shape[1]
    for layer in spec.layers:
        numbers, inputs = numbers + inputs * layer.units, layer.units
    return MAKING * (spec.accumulate * (6 * layers + 2) + 2 * layers) + numbers // 50
