"""What a user adds in the builder. A layer adds parameters and ops to a graph and has no backward of its own."""

from .dense import Dense
from .layer import LAYERS, Layer

__all__ = ["LAYERS", "Dense", "Layer"]
