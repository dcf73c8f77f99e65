"""The data sets that a spec can name."""

from .dataset import DATASETS, Data, Dataset
from .points import XOR

__all__ = ["DATASETS", "XOR", "Data", "Dataset"]
