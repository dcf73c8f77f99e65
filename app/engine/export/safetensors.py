"""Weights under the names that PyTorch gives them, so that `load_state_dict` takes them.

The layouts are the same here and there, (out, in) for a weight; only the names differ. A layer is a submodule.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..errors import InvalidRequest, ShapeMismatch, UnknownTensor
from ..graph import Graph, sized
from ..terms import Array

LETTERS = {"W": "weight", "b": "bias"}
"""PyTorch's words for the letters of parameters; any other letter is called the same there."""


def torch_name(name: str) -> str:
    """`hidden1.W` is `hidden1.weight`."""
    layer, letter = name.split(".")
    return f"{layer}.{LETTERS.get(letter, letter)}"


def state_dict(graph: Graph, values: Mapping[str, Array]) -> dict[str, Array]:
    """The parameters in graph order, by PyTorch's names."""
    return {
        torch_name(parameter.name): np.ascontiguousarray(values[parameter.name]) for parameter in graph.parameters()
    }


def from_state_dict(graph: Graph, given: Mapping[str, Array], pointer: str) -> dict[str, Array]:
    """The parameters of `graph` from tensors by PyTorch's names. InvalidRequest, UnknownTensor, ShapeMismatch."""
    wanted = {torch_name(parameter.name): parameter for parameter in graph.parameters()}
    for name in given:
        if name not in wanted:
            raise UnknownTensor(name, wanted, pointer)
    missing = [name for name in wanted if name not in given]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise InvalidRequest(f"safetensors: {missing[0]}{more} of this network is missing", pointer)
    for name, parameter in wanted.items():
        shape = sized(parameter.shape, 0)
        if given[name].shape != shape:
            raise ShapeMismatch(f"{name}: expected shape {shape}, got {given[name].shape}", pointer)
        if given[name].dtype.kind not in "fiu":
            raise InvalidRequest(f"{name}: expected numbers, got {given[name].dtype.name}", pointer)
    return {parameter.name: given[name] for name, parameter in wanted.items()}
