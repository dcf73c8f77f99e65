"""The optimizers, one family a file."""

from .descent import SGD
from .optimizer import OPTIMIZERS, Optimizer
from .scaled import Adagrad, Adam, AdamW, RMSprop
from .schedules import SCHEDULES, Schedule

__all__ = ["OPTIMIZERS", "SCHEDULES", "SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", "Schedule"]
