"""What networks can be made of."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from .base import Answer


class CatalogField(Answer):
    name: str
    type: Literal["number", "integer", "boolean", "choice", "pair", "object"]
    default: Any
    text: str
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    below: float | None = None
    choices: list[str] | None = None


class CatalogEntry(BaseModel):
    """One thing that a spec can name; what else it says of itself depends on its kind."""

    type: str
    title: str
    fields: list[CatalogField]


class Preset(Answer):
    name: str
    title: str
    group: str
    text: str
    source: str
    spec: dict[str, Any]


class Catalog(Answer):
    layers: list[CatalogEntry]
    activations: list[CatalogEntry]
    losses: list[CatalogEntry]
    optimizers: list[CatalogEntry]
    schedules: list[CatalogEntry]
    penalties: list[CatalogEntry]
    initializers: list[CatalogEntry]
    datasets: list[CatalogEntry]
    settings: list[CatalogEntry]
    presets: list[Preset]
