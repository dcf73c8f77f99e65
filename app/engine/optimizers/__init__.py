"""The optimizers, one family a file."""

from . import adaptive, sgd
from .optimizer import OPTIMIZERS, Optimizer

__all__ = ["OPTIMIZERS", "Optimizer", "adaptive", "sgd"]
