"""What is said of a network's gradients: whether they are right, and what ails them."""

from __future__ import annotations

from typing import Any, Literal

from .base import Answer, Number
from .sessions import SessionAnswer


class Pair(Answer):
    index: list[int]
    backward: Number
    numeric: Number


class Point(Answer):
    h: float
    absolute: Number
    relative: Number


class TensorCheck(Answer):
    """One gradient checked at `checked` of its `entries` numbers; `skipped` ones move a sum over a kink."""

    tensor: str
    parameter: str
    verdict: Literal["equal", "close", "different", "skipped"]
    absolute: Number | None
    relative: Number | None
    worst: list[int] | None
    largest: Number | None
    h: float
    entries: int
    checked: int
    skipped: int
    pairs: list[Pair]
    curve: list[Point]


class GradientCheckAnswer(SessionAnswer):
    t: int
    step: int
    method: Literal["complex_step", "central_difference"]
    verdict: Literal["equal", "close", "different", "skipped", "not_applicable"]
    reason: str | None
    tolerance: float
    near_kinks: int
    tensors: list[TensorCheck]


class LayerDiagnosis(Answer):
    layer: str
    units: int
    gradient_norm: Number | None
    weight_gradient_norm: Number | None
    weight_norm: Number | None
    update_ratio: Number | None
    mean_slope: Number | None
    slope_gain: Number | None
    weight_gain: Number | None
    factor: Number | None
    dead_units: list[int]
    saturated_units: list[int]


class Finding(Answer):
    code: Literal[
        "vanishing", "exploding", "dead_units", "saturated_units", "symmetric_units", "rate_too_high", "non_finite"
    ]
    layer: str
    cause: str
    numbers: dict[str, Number | str | list[int] | None]
    fix: dict[str, Any]
    cure: str


class DiagnosisAnswer(SessionAnswer):
    t: int
    step: int
    rows: int
    gradient_ratio: Number | None
    layers: list[LayerDiagnosis]
    findings: list[Finding]
