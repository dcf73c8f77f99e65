"""A spec's network as a graph: named tensors, and the ops between them in topological order.

Known before anything runs. Parameters are inputs like any other. The gradient of `hidden1.W` is `hidden1.dW`, its
update `hidden1.uW`: a prefix on the letter (`derived`), never a second table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .errors import IndexOutOfRange, InvalidRequest, ShapeMismatch, UnknownTensor
from .initializers import Initializer
from .ops import Loss, Op, Penalty, Shape
from .spec import Spec


class Role(StrEnum):
    """What a tensor is for."""

    DATA = "data"
    PARAMETER = "parameter"
    ACTIVATION = "activation"
    GRADIENT = "gradient"
    UPDATE = "update"
    STATE = "optimizer state"
    LOSS = "loss"


@dataclass(frozen=True)
class Tensor:
    """A named array of the graph. None in `shape` stands for the batch."""

    name: str
    role: Role
    shape: Shape
    layer: str
    latex: str
    gradient_of: str | None = None


@dataclass(frozen=True)
class Node:
    """An op in its place: which tensors its letters stand for."""

    op: Op
    layer: str
    names: dict[str, str]

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(self.names[letter] for letter in self.op.inputs)

    @property
    def outputs(self) -> tuple[str, ...]:
        return tuple(self.names[letter] for letter in self.op.outputs)


def derived(prefix: str, name: str) -> str:
    """The name of what is made from a variable: `derived("d", "hidden1.W")` is `hidden1.dW`."""
    layer, letter = name.split(".")
    return f"{layer}.{prefix}{letter}"


INPUT, TARGET, LOSS, PENALTY = "input.a", "target.y", "loss.value", "loss.penalty"
SYMBOLS = {
    INPUT: "x",
    TARGET: "y",
    LOSS: "L",
    PENALTY: r"L_{\text{penalty}}",
    "loss.terms": r"\ell",
    "loss.p": "p",
}


class Graph:
    """The ops of a network with a loss at its end, built by its layers in order."""

    def __init__(self) -> None:
        self.tensors: dict[str, Tensor] = {}
        self.nodes: list[Node] = []
        self.layers: list[dict[str, Any]] = []
        self.initializers: dict[str, Initializer | None] = {}
        self.penalty = Penalty()
        self.penalized: tuple[str, ...] = ()
        self._learning: set[str] = set()

    @classmethod
    def of(cls, spec: Spec) -> Graph:
        """The graph of a spec; ShapeMismatch, with the layer's name, where it does not fit together."""
        graph = cls()
        inputs, targets = spec.data.x.shape[1], spec.data.y.shape[1:]
        with graph.layer("input", "input", None, inputs):
            x = graph.tensor(INPUT, Role.DATA, (None, inputs), "input")
        for layer in spec.layers:
            with graph.layer(layer.name, layer.type, layer.json().get("activation"), layer.units):
                x = layer.add_to(graph, x)
        graph.tensor(TARGET, Role.DATA, (None, *targets), "target")
        with graph.layer("loss", "loss", spec.loss.type, 1):
            graph.end(spec.loss, x)
            graph.penalize(spec.penalty)
        for optimized in graph.parameters(without=spec.frozen):
            for prefix, role in [("u", Role.UPDATE), *((letter, Role.STATE) for letter in spec.optimizer.state)]:
                graph.tensor(derived(prefix, optimized.name), role, optimized.shape, optimized.layer)
        return graph

    @contextmanager
    def layer(self, name: str, type_: str, activation: Any, units: int) -> Iterator[None]:
        """What is added inside belongs to this layer; a ShapeMismatch there gets the layer's name."""
        try:
            yield
        except ShapeMismatch as error:
            raise ShapeMismatch(f"{name}: {error.detail}", error.pointer) from None
        function = activation["type"] if isinstance(activation, dict) else activation
        self.layers.append({"name": name, "type": type_, "activation": function, "shape": [None, units]})

    def tensor(self, name: str, role: Role, shape: Shape, layer: str, gradient_of: str | None = None) -> str:
        self.tensors[name] = Tensor(name, role, shape, layer, latex(name), gradient_of)
        return name

    def parameter(self, name: str, shape: tuple[int, ...], layer: str, initializer: Initializer | None = None) -> str:
        """Add a trained tensor. Without an initializer it starts at 0."""
        self.initializers[name] = initializer
        self._learning.add(name)
        return self.tensor(name, Role.PARAMETER, shape, layer)

    def add(self, op: Op, layer: str, **names: str) -> Node:
        """Add an op; `names` says which tensors its letters stand for. Its outputs become tensors here."""
        node = Node(op, layer, names)
        shapes = op.shapes(**{letter: self.tensors[names[letter]].shape for letter in op.inputs})
        role = Role.LOSS if isinstance(op, Loss) else Role.ACTIVATION
        for letter in op.outputs:
            self.tensor(names[letter], role, shapes[letter], layer)
        self.nodes.append(node)
        if any(self.learns(name) for name in node.inputs):
            self._learning.update(node.outputs)
        for name in node.inputs:
            if self.learns(name) and derived("d", name) not in self.tensors:
                self.tensor(derived("d", name), Role.GRADIENT, self.tensors[name].shape, self.tensors[name].layer, name)
        return node

    def end(self, loss: Loss, output: str) -> str:
        """Put the loss behind the tensor `output`."""
        names = {letter: f"loss.{letter}" for letter in loss.outputs}
        return self.add(loss, "loss", a=output, y=TARGET, **names).names["value"]

    def penalize(self, penalty: Penalty) -> None:
        """Add a penalty on all weights to the loss, and on biases if it says so."""
        if penalty.active:
            self.penalty = penalty
            self.penalized = tuple(t.name for t in self.parameters() if penalty.biases or len(t.shape) > 1)
            self.tensor(PENALTY, Role.LOSS, (), "loss")

    def learns(self, name: str) -> bool:
        """Whether a change of a parameter can change this tensor: only then has it a gradient."""
        return name in self._learning

    def parameters(self, without: tuple[str, ...] = ()) -> Iterator[Tensor]:
        """The parameters in graph order, those named in `without` left out."""
        chosen = [t for t in self.tensors.values() if t.role is Role.PARAMETER and t.name not in without]
        return iter(chosen)

    def find(self, name: str, pointer: str | None = None) -> Tensor:
        """The tensor of this name, or UnknownTensor."""
        if name not in self.tensors:
            raise UnknownTensor(name, self.tensors, pointer)
        return self.tensors[name]

    def index(self, tensor: Tensor, index: tuple[int, ...], batch: int, pointer: str | None = None) -> tuple[int, ...]:
        """`index` where it fits `tensor` with this batch, or the error that says what would."""
        shape = sized(tensor.shape, batch)
        if len(index) != len(shape):
            wanted = f"{len(shape)} numbers" if len(shape) != 1 else "1 number"
            raise InvalidRequest(
                f"index: expected {wanted} for {tensor.name} of shape {list(shape)}, got {list(index)[:8]}", pointer
            )
        if any(not 0 <= i < size for i, size in zip(index, shape, strict=True)):
            raise IndexOutOfRange(f"{tensor.name} has shape {list(shape)}; got index {list(index)}", pointer)
        return index


def sized(shape: Shape, batch: int) -> tuple[int, ...]:
    """`shape` with the batch put in."""
    return tuple(batch if size is None else size for size in shape)


def latex(name: str) -> str:
    """A tensor's symbol: the letter of the field, with its layer above."""
    if name in SYMBOLS:
        return SYMBOLS[name]
    layer, letter = name.split(".")
    prefix, base = (letter[:-1], letter[-1])
    above = rf"^{{\mathsf{{{layer.replace('_', chr(92) + '_')}}}}}"
    symbol = base + above
    return {"": symbol, "d": rf"\frac{{\partial L}}{{\partial {symbol}}}", "u": rf"\Delta {symbol}"}.get(
        prefix, f"{prefix}_{{{symbol}}}"
    )
