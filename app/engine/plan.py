"""The ticks of one training step, and a plan: those ticks bound to buffers, each a call without arguments.

`schedule` reads off a graph what happens in a step and in which order. `Plan` gives every tensor a buffer once;
running a step is then a loop over calls, watched or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import pairwise

import numpy as np

from .graph import INPUT, LOSS, TARGET, Graph, Node, Role, Tensor, derived, sized
from .ops import Loss
from .ops.op import letters
from .optimizers import Optimizer
from .terms import Array, Index, Local, Look

COUNT = "count"
"""The letter, and the buffer, of the number of the present step, from 1; it is no tensor of the graph."""


class Phase(StrEnum):
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True)
class Tick:
    """The smallest thing that happens. `names` says which tensors the letters of its op stand for.

    `adds` is true where the gradient that it writes was begun by an earlier tick: a value that was used twice.
    """

    index: int
    phase: Phase
    layer: str
    op: str
    method: str
    names: dict[str, str]
    arguments: tuple[str, ...]
    writes: tuple[str, ...]
    adds: bool
    kernel: Callable[..., None]
    explain: Callable[[str, Index, Look], Local]
    latex: str
    text: str
    code: dict[str, str]

    @property
    def reads(self) -> tuple[str, ...]:
        """The tensors whose values it needs."""
        kept = [name for name in self.writes if self.phase is Phase.UPDATE and name != self.names["uw"]]
        read = [name for name in self.arguments if name not in self.writes or name in kept or self.adds]
        return tuple(dict.fromkeys(name for name in read if name != COUNT))

    def letter(self, name: str) -> str:
        """What the op calls the tensor `name`."""
        return next(letter for letter, known in self.names.items() if known == name)


def schedule(graph: Graph, optimizer: Optimizer, frozen: tuple[str, ...] = ()) -> list[Tick]:
    """The ticks of a step: forward, loss, backward (the ops in reverse), then one update a trained parameter."""
    ticks: list[Tick] = []
    for node in graph.nodes:
        ticks.append(_op_tick(graph, node, "forward", len(ticks), node.outputs, False))
    begun: set[str] = set()
    for node in reversed(graph.nodes):
        for letter in node.op.backward:
            if graph.learns(node.names[letter]):
                gradient = derived("d", node.names[letter])
                ticks.append(_op_tick(graph, node, f"d{letter}", len(ticks), (gradient,), gradient in begun))
                begun.add(gradient)
    for parameter in graph.parameters(without=frozen):
        ticks.append(_update_tick(graph, optimizer, parameter, len(ticks)))
    return ticks


def _op_tick(graph: Graph, node: Node, method: str, index: int, writes: tuple[str, ...], adds: bool) -> Tick:
    kernel: Callable[..., None] = getattr(node.op, method)
    gradients = {f"d{letter}": derived("d", name) for letter, name in node.names.items()}
    names = {**node.names, **{letter: name for letter, name in gradients.items() if name in graph.tensors}}
    forward = Phase.LOSS if isinstance(node.op, Loss) else Phase.FORWARD
    code = {table: node.op.line(table, method, _variables(names)) for table in ("numpy", "pytorch")}
    if adds:
        code["numpy"] = code["numpy"].replace(" = ", " += ", 1)
    return Tick(
        index=index,
        phase=forward if method == "forward" else Phase.BACKWARD,
        layer=node.layer,
        op=node.op.type,
        method=method,
        names=names,
        arguments=tuple(names[letter] for letter in letters(kernel)),
        writes=writes,
        adds=adds,
        kernel=kernel,
        explain=node.op.explain,
        latex=node.op.line("latex", method, _symbols(graph, names)),
        text=node.op.words[method],
        code=code,
    )


def _update_tick(graph: Graph, optimizer: Optimizer, parameter: Tensor, index: int) -> Tick:
    names = {"w": parameter.name, "dw": derived("d", parameter.name), "uw": derived("u", parameter.name)}
    names |= {letter: derived(letter, parameter.name) for letter in optimizer.state}
    return Tick(
        index=index,
        phase=Phase.UPDATE,
        layer=parameter.layer,
        op=optimizer.type,
        method="update",
        names=names,
        arguments=tuple(COUNT if letter == COUNT else names[letter] for letter in letters(optimizer.kernel)),
        writes=(names["uw"], *(names[letter] for letter in optimizer.state), names["w"]),
        adds=False,
        kernel=optimizer.kernel,
        explain=optimizer.explain,
        latex=optimizer.line("latex", _symbols(graph, names)),
        text="the optimizer turns the gradient into an update, and the parameter moves by it",
        code={table: optimizer.line(table, _variables(names)) for table in ("numpy", "pytorch")},
    )


def _variables(names: dict[str, str]) -> dict[str, str]:
    """What the tensors are called in code: `hidden1.dW` is `hidden1_dW`."""
    return {letter: name.replace(".", "_") for letter, name in names.items()}


def _symbols(graph: Graph, names: dict[str, str]) -> dict[str, str]:
    return {letter: graph.tensors[name].latex for letter, name in names.items()}


def ends(ticks: Iterable[Tick], key: Callable[[Tick], object]) -> list[int]:
    """Where the runs of ticks with the same `key` end, as counts of ticks from the step's start."""
    ticks = list(ticks)
    return [after.index for before, after in pairwise(ticks) if key(before) != key(after)] + [len(ticks)]


class Variables:
    """What lasts from step to step: parameters and optimizer state in one flat array, and beside it the arrays that
    every plan shares (gradients of parameters, updates, the loss)."""

    def __init__(self, graph: Graph, dtype: str) -> None:
        kept = [t for t in graph.tensors.values() if t.role in (Role.PARAMETER, Role.STATE)]
        passing = [
            t
            for t in graph.tensors.values()
            if t.role is Role.UPDATE or (t.gradient_of and graph.tensors[t.gradient_of].role is Role.PARAMETER)
        ]
        order = (Role.PARAMETER, Role.STATE)
        self.kept, self.views = _flat(sorted(kept, key=lambda t: order.index(t.role)), dtype)
        _, shared = _flat(passing, dtype)
        self.shared = {**shared, LOSS: np.zeros((), dtype), COUNT: np.ones(())}

    def buffers(self) -> dict[str, Array]:
        return {**self.views, **self.shared}


def _flat(tensors: list[Tensor], dtype: str) -> tuple[Array, dict[str, Array]]:
    """One array that holds all `tensors`, and a view of it for each."""
    sizes = [int(np.prod(sized(t.shape, 0))) for t in tensors]
    flat = np.zeros(sum(sizes), dtype)
    parts = np.split(flat, np.cumsum(sizes)[:-1]) if tensors else []
    return flat, {t.name: part.reshape(sized(t.shape, 0)) for t, part in zip(tensors, parts, strict=True)}


ARRAY = 200
"""Bytes that an array takes beside its numbers, near enough to bound a cache by."""


class Plan:
    """A schedule bound to buffers for one size of batch. `calls` has one callable without arguments a tick; a copy of
    all buffers has `bytes`.
    """

    def __init__(self, graph: Graph, ticks: list[Tick], variables: Variables, batch: int, dtype: str) -> None:
        shared = variables.buffers()
        self.batch = batch
        self.buffers = {
            name: shared[name] if name in shared else np.zeros(sized(tensor.shape, batch), dtype)
            for name, tensor in graph.tensors.items()
        } | {COUNT: shared[COUNT]}
        self.calls = [_bind(tick, self.buffers) for tick in ticks]
        self.bytes = sum(array.nbytes + ARRAY for array in self.buffers.values())

    def load(self, x: Array, y: Array) -> None:
        """Put a batch in."""
        np.copyto(self.buffers[INPUT], x)
        np.copyto(self.buffers[TARGET], y)


def _bind(tick: Tick, buffers: dict[str, Array]) -> Callable[[], None]:
    arrays = [buffers[name] for name in tick.arguments]
    if not tick.adds:
        return partial(tick.kernel, *arrays)
    total, part = arrays[-1], np.empty_like(arrays[-1])
    compute = partial(tick.kernel, *arrays[:-1], part)

    def add() -> None:
        compute()
        np.add(total, part, out=total)

    return add


def writers(ticks: Iterable[Tick]) -> dict[str, list[int]]:
    """For each tensor the indices of the ticks that write it, in order."""
    found: dict[str, list[int]] = {}
    for tick in ticks:
        for name in tick.writes:
            found.setdefault(name, []).append(tick.index)
    return found
