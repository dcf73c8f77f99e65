"""Functions that more than one family of ops needs. All are complex-safe: signs come from the real part."""

from __future__ import annotations

import numpy as np

from ..terms import Array


def sigmoid(z: Array, out: Array) -> None:
    """1 / (1 + exp(−z)) into `out`, of z's shape. exp may overflow to infinity, whose reciprocal is the right 0."""
    np.negative(z, out=out)
    np.exp(out, out=out)
    np.add(out, 1, out=out)
    np.reciprocal(out, out=out)
