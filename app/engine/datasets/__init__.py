"""The data sets that a spec can name, and the tables that are uploaded."""

from .curves import Plane, Sine
from .dataset import DATASETS, Data, Dataset
from .measured import Digits, Iris
from .points import XOR, Blobs, Circle, Gaussian, Moons, Spiral
from .sheet import Bounds
from .table import Column, Table

__all__ = [
    "DATASETS",
    "XOR",
    "Blobs",
    "Bounds",
    "Circle",
    "Column",
    "Data",
    "Dataset",
    "Digits",
    "Gaussian",
    "Iris",
    "Moons",
    "Plane",
    "Sine",
    "Spiral",
    "Table",
]
