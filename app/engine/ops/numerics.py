"""Functions that more than one family of ops needs. All are complex-safe: signs come from the real part.

What costs in a small network is not arithmetic but NumPy's calls, so constants are arrays of the numbers' own type
(a Python number has to be converted in every call), and a sum is a product with a vector of ones.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ..terms import Array


@lru_cache(maxsize=1_024)
def constant(value: float, dtype: np.dtype[Any], length: int | None = None) -> Array:
    """`value` as a read-only scalar array of `dtype`, or as a vector of this length."""
    made = np.full(() if length is None else length, value, dtype)
    made.flags.writeable = False
    return made


def sum_rows(x: Array, out: Array) -> None:
    """The sum of x (rows, columns) over its rows, into `out` (columns)."""
    constant(1, x.dtype, len(x)).dot(x, out)


def rectify(by: Array, x: Array, out: Array) -> None:
    """The numbers of x where `by` is above 0, else 0, into `out`. A NaN stays one, and infinity times 0 is no NaN."""
    sign = by.real
    zero = constant(0, sign.dtype)
    if x is sign:  # real, and its own sign: a maximum, which is one call instead of three
        np.maximum(x, zero, out=out)
        return
    out[...] = x
    np.putmask(out, sign <= zero, zero)


def sigmoid(z: Array, out: Array) -> None:
    """1 / (1 + exp(−z)) into `out`, of z's shape. exp may overflow to infinity, whose reciprocal is the right 0."""
    np.negative(z, out=out)
    np.exp(out, out=out)
    np.add(out, constant(1, z.dtype), out=out)
    np.reciprocal(out, out=out)


def softmax(z: Array, out: Array) -> None:
    """exp(z) of each row over the row's sum, into `out`; shifted by the row's largest, so that nothing overflows."""
    np.subtract(z, np.maximum.reduce(z.real, axis=1, keepdims=True), out=out)
    np.exp(out, out=out)
    np.divide(out, np.add.reduce(out, axis=1, keepdims=True), out=out)
