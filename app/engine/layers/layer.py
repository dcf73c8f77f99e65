"""What every layer has: a name, the fields of its type, and a way to add itself to a graph."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import UnknownName

if TYPE_CHECKING:
    from ..graph import Graph


class Layer(ABC):
    """One layer of a spec. `units` is the width of what it hands on, `init` what its weights start from."""

    type: ClassVar[str]
    name: str
    units: int

    @classmethod
    @abstractmethod
    def parse(cls, given: Mapping[str, Any], name: str, pointer: str) -> Layer:
        """The layer that `given` asks for; InvalidRequest where a field is unknown, missing or wrong."""

    @abstractmethod
    def json(self) -> dict[str, Any]:
        """What makes this layer again, every default filled in."""

    @abstractmethod
    def add_to(self, graph: Graph, x: str) -> str:
        """Add parameters and ops that read the tensor `x`; the name of the tensor that the next layer reads."""

    @abstractmethod
    def parameter_shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the parameters that the layer adds, by name, in order."""

    @classmethod
    @abstractmethod
    def catalog(cls) -> dict[str, Any]:
        """What the catalog says of this layer."""


LAYERS: dict[str, type[Layer]] = {}


class UnknownLayerType(UnknownName):
    code = "unknown_layer"
    title = "There is no such layer"
    kind = "layer type"
