"""Tables that were uploaded."""

from __future__ import annotations

from typing import Literal

from .base import Answer


class DatasetColumn(Answer):
    name: str
    role: Literal["input", "target"]
    kind: Literal["number", "class"]
    mean: float | None
    scale: float | None
    classes: list[str] | None


class DatasetPreview(Answer):
    x: list[list[float]]
    y: list[float]


class OutputLayer(Answer):
    units: int
    activation: str


class Suggestion(Answer):
    """What to begin with: a loss, and the output layer that goes with it."""

    loss: str
    output: OutputLayer


class DatasetAnswer(Answer):
    id: str
    rows: int
    columns: list[DatasetColumn]
    inputs: int
    input_names: list[str]
    outputs: int
    task: Literal["classification", "regression"]
    because: str
    classes: list[str] | None
    preview: DatasetPreview
    suggestion: Suggestion
