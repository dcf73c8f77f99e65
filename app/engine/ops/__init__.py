"""The ops, one family a file."""

from .activations import ACTIVATIONS, Activation
from .linear import Linear, LinearWithoutBias
from .losses import LOSSES, Loss
from .op import Op, Shape

__all__ = ["ACTIVATIONS", "LOSSES", "Activation", "Linear", "LinearWithoutBias", "Loss", "Op", "Shape"]
