"""The data sets that a spec can name."""

from .curves import Plane, Sine
from .dataset import DATASETS, Data, Dataset
from .measured import Digits, Iris
from .points import XOR, Blobs, Circle, Gaussian, Moons, Spiral

__all__ = [
    "DATASETS",
    "XOR",
    "Blobs",
    "Circle",
    "Data",
    "Dataset",
    "Digits",
    "Gaussian",
    "Iris",
    "Moons",
    "Plane",
    "Sine",
    "Spiral",
]
