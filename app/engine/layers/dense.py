"""A dense layer: every unit sees every output of the layer before. z = x Wᵀ + b, a = f(z)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import InvalidRequest
from ..initializers import INITIALIZERS, Initializer
from ..ops import ACTIVATIONS, Activation, Linear, LinearWithoutBias
from ..registry import Field, only
from .layer import LAYERS, Layer

if TYPE_CHECKING:
    from ..graph import Graph

UNITS = Field("units", int, 1, "how many units the layer has", minimum=1)
BIAS = Field("bias", bool, True, "whether each unit adds a bias")


class Dense(Layer):
    """Parameters: W (units, in), and b (units) unless `bias` is false."""

    type = "dense"

    def __init__(self, name: str, units: int, activation: Activation, init: Initializer, bias: bool = True) -> None:
        self.name, self.units, self.activation, self.init, self.bias = name, units, activation, init, bias

    @classmethod
    def parse(cls, given: Mapping[str, Any], name: str, pointer: str) -> Dense:
        only(given, ["type", "name", "units", "activation", "init", "bias"], pointer, name)
        if "units" not in given:
            raise InvalidRequest(f"{name}: `units` is missing", f"{pointer}/units")
        units = int(UNITS.check(given["units"], f"{pointer}/units"))
        activation = ACTIVATIONS.make(given.get("activation", "linear"), f"{pointer}/activation")
        init = given.get("init")
        initializer = INITIALIZERS.make(activation.default_init if init is None else init, f"{pointer}/init")
        bias = bool(BIAS.check(given.get("bias", True), f"{pointer}/bias"))
        return cls(name, units, activation, initializer, bias)

    def json(self) -> dict[str, Any]:
        return {
            "type": self.type,
            "name": self.name,
            "units": self.units,
            "activation": self.activation.json() if self.activation.fields else self.activation.type,
            "init": self.init.json() if self.init.fields else self.init.type,
            "bias": self.bias,
        }

    def parameter_shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        weights: dict[str, tuple[int, ...]] = {f"{self.name}.W": (self.units, inputs)}
        return {**weights, f"{self.name}.b": (self.units,)} if self.bias else weights

    def add_to(self, graph: Graph, x: str) -> str:
        inputs = graph.tensors[x].shape[1]
        assert inputs is not None
        names = {letter: f"{self.name}.{letter}" for letter in ("W", "b", "z", "a")}
        for name, shape in self.parameter_shapes(inputs).items():
            graph.parameter(name, shape, self.name, self.init if name == names["W"] else self.init.for_bias(inputs))
        if self.bias:
            graph.add(Linear(), self.name, x=x, W=names["W"], b=names["b"], z=names["z"])
        else:
            graph.add(LinearWithoutBias(), self.name, x=x, W=names["W"], z=names["z"])
        graph.add(self.activation, self.name, z=names["z"], a=names["a"])
        return names["a"]

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        choices = {"activation": ACTIVATIONS.names(), "init": INITIALIZERS.names()}
        lists = [
            {
                "name": "activation",
                "type": "choice",
                "default": "linear",
                "choices": choices["activation"],
                "text": "f in a = f(z)",
            },
            {
                "name": "init",
                "type": "choice",
                "default": None,
                "choices": choices["init"],
                "text": "what weights start from; left out, the activation decides",
            },
        ]
        return {
            "type": cls.type,
            "title": "Dense",
            "fields": [UNITS.catalog(), *lists, BIAS.catalog()],
            "formula": r"z = x\,W^{\top} + b,\quad a = f(z)",
        }


LAYERS[Dense.type] = Dense
