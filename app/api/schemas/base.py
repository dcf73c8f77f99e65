"""What all shapes are made of."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Number = float | Literal["NaN", "Infinity", "-Infinity"]

Phase = Literal["forward", "loss", "backward", "update"]

Granularity = Literal["op", "layer", "phase", "batch", "epoch"]


class Request(BaseModel):
    """What a client sends: an unknown field is an error, and a text is not a number."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """What the server answers."""

    model_config = ConfigDict(extra="forbid")
