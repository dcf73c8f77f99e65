"""The optimizers, one family a file."""

from .descent import SGD
from .optimizer import OPTIMIZERS, Optimizer
from .scaled import Adagrad, Adam, AdamW, RMSprop

__all__ = ["OPTIMIZERS", "SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop"]
