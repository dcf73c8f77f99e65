"""Backscope: backpropagation, one step at a time, in a network that is really running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import Client, Problem

__all__ = ["Client", "Problem"]


def __getattr__(name: str) -> Any:
    """The client, loaded when it is asked for: the server does not need it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import client

    return getattr(client, name)
