"""The optimizers, one family a file. The catalog lists them as they are imported here, the simple ones first."""

from .descent import SGD
from .optimizer import OPTIMIZERS, Optimizer
from .scaled import Adagrad, RMSprop
from .schedules import SCHEDULES, Schedule

# isort: split
from .adam import Adam, AdamW

__all__ = ["OPTIMIZERS", "SCHEDULES", "SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", "Schedule"]
