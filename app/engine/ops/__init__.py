"""The ops, one family a file. Importing the families fills their registries."""

from . import activations as _activations  # noqa: F401
from . import losses as _losses  # noqa: F401
from .activation import ACTIVATIONS, Activation
from .linear import Linear, LinearWithoutBias
from .loss import LOSSES, Loss
from .op import Op, Shape
from .penalty import Penalty

__all__ = ["ACTIVATIONS", "LOSSES", "Activation", "Linear", "LinearWithoutBias", "Loss", "Op", "Penalty", "Shape"]
