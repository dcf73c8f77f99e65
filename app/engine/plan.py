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
from typing import Any

import numpy as np

from .algebra import Line
from .graph import INPUT, LOSS, PENALTY, TARGET, Graph, Node, Role, Tensor, derived, sized
from .ops import Loss, Op
from .ops.op import letters
from .optimizers import Optimizer
from .terms import Array, Index, Local, Look

COUNT, MINUS_RATE, CLIP, GRADIENTS = "step.count", "step.minus_rate", "step.clip", "step.gradients"
"""Buffers that are no tensors of the graph: the number of the present step, from 1; −η, what a gradient is multiplied
by to go down; the share of every gradient that clipping leaves; all gradients of trained parameters in one row."""

OF_THE_STEP = {"count": COUNT, "minus_rate": MINUS_RATE, "clip": CLIP, "gradients": GRADIENTS}
"""What an optimizer calls them."""


class Phase(StrEnum):
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True)
class Part:
    """What one op does in a tick: a kernel over the buffers `arguments`, of which it writes `writes`.

    `names` says which tensors the letters of its op stand for. `adds` is true where the gradient that it writes was
    begun by an earlier tick: a value that was used twice, or an earlier micro-batch. `line` is what it does as matrix
    algebra, where that is said.
    """

    op: str
    kernel: Callable[..., None]
    names: dict[str, str]
    arguments: tuple[str, ...]
    writes: tuple[str, ...]
    explain: Callable[[str, Index, Look], Local]
    adds: bool = False
    line: Line | None = None

    def letter(self, name: str) -> str:
        """What the op calls the tensor `name`."""
        return next(letter for letter, known in self.names.items() if known == name)


@dataclass(frozen=True)
class Tick:
    """The smallest thing that happens: one op forward, one gradient, one parameter's update, in micro-batch `micro`.

    It has one part, but for what a penalty adds to a loss or a gradient, and for clipping before an update.
    """

    index: int
    micro: int
    phase: Phase
    layer: str
    op: str
    method: str
    parts: tuple[Part, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    latex: str
    text: str
    code: dict[str, str]

    @property
    def records(self) -> tuple[str, ...]:
        """The buffers that it writes and that a tape keeps."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.writes))


def schedule(graph: Graph, optimizer: Optimizer, frozen: tuple[str, ...] = (), accumulate: int = 1) -> list[Tick]:
    """The ticks of a step: forward, loss, backward (the ops in reverse), then one update a trained parameter.

    With `accumulate` micro-batches the first three are done for each of them, and the parameters' gradients add up.
    """
    made = _Schedule(graph)
    for micro in range(accumulate):
        made.begin(micro)
        for node in graph.nodes:
            made.forward(node)
        for node in reversed(graph.nodes):
            for letter in node.op.backward:
                if graph.learns(node.names[letter]):
                    made.backward(node, letter)
    trained = list(graph.parameters(without=frozen))
    for parameter in trained:
        made.update(optimizer, parameter, trained)
    return made.ticks


class _Schedule:
    """A schedule in the making: the ticks so far, and what they have begun.

    `begun` are the gradients that a later tick has to add to, `penalized` the parameters whose gradient has its part
    of the penalty in this micro-batch.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.ticks: list[Tick] = []
        self.micro = 0
        self.begun: set[str] = set()
        self.penalized: set[str] = set()

    def begin(self, micro: int) -> None:
        """A micro-batch: all gradients begin anew, but for those of parameters."""
        self.micro = micro
        self.begun = {name for name in self.begun if _of_a_parameter(self.graph, name)}
        self.penalized = set()

    def forward(self, node: Node) -> None:
        parts, code = [_part(node.op, "forward", node.names, node.outputs)], _code(node.op, "forward", node.names)
        loss = isinstance(node.op, Loss)
        if loss and self.graph.penalized:
            self._add_penalty(parts, code, node.names["value"])
        self._op(node, "forward", Phase.LOSS if loss else Phase.FORWARD, parts, node.names, code)

    def _add_penalty(self, parts: list[Part], code: dict[str, str], value: str) -> None:
        """Let a loss tick write the penalty too, and add it to the loss."""
        penalty, weights = self.graph.penalty, self.graph.penalized
        for i, weight in enumerate(weights):
            parts.append(_part(penalty, "add" if i else "begin", {"w": weight, "penalty": PENALTY}, (PENALTY,)))
        parts.append(_part(penalty, "total", {"penalty": PENALTY, "value": value}, (value,)))
        names = _variables({"penalty": PENALTY, "value": value})
        for table in code:
            code[table] += "\n" + penalty.code(table, [_variable(weight) for weight in weights], names)

    def backward(self, node: Node, letter: str) -> None:
        """The gradient of what the op calls `letter`."""
        of, method = node.names[letter], f"d{letter}"
        gradient = derived("d", of)
        known = {f"d{letter}": derived("d", name) for letter, name in node.names.items()}
        names = {**node.names, **{letter: name for letter, name in known.items() if name in self.graph.tensors}}
        adds = gradient in self.begun
        parts, code, tail = [_part(node.op, method, names, (gradient,), adds)], _code(node.op, method, names), ""
        if adds:
            code["numpy"] = code["numpy"].replace(" = ", " += ", 1)
        if of in self.graph.penalized and of not in self.penalized:
            self.penalized.add(of)
            penalty, own = self.graph.penalty, {"w": of, "dw": gradient}
            parts.append(_part(penalty, "dw", own, (gradient,)))
            code["numpy"] += "\n" + penalty.line("numpy", "dw", _variables(own))
            tail = penalty.line("latex", "dw", _symbols(self.graph, own))
        self.begun.add(gradient)
        self._op(node, method, Phase.BACKWARD, parts, names, code, tail)

    def _op(
        self,
        node: Node,
        method: str,
        phase: Phase,
        parts: list[Part],
        names: dict[str, str],
        code: dict[str, str],
        tail: str = "",
    ) -> None:
        """A tick of one op; `tail` goes behind its formula."""
        writes = dict.fromkeys(name for part in parts for name in part.writes)
        reads = [name for part in parts for name in part.arguments if name not in writes or parts[0].adds]
        self._tick(
            phase=phase,
            layer=node.layer,
            op=node.op.type,
            method=method,
            parts=tuple(parts),
            reads=tuple(dict.fromkeys(reads)),
            writes=tuple(writes),
            latex=node.op.line("latex", method, _symbols(self.graph, names)) + tail,
            text=node.op.words[method],
            code=code,
        )

    def update(self, optimizer: Optimizer, parameter: Tensor, trained: list[Tensor]) -> None:
        """One parameter's update; clipping looks at the gradients of all that are trained."""
        names = {"w": parameter.name, "dw": derived("d", parameter.name), "uw": derived("u", parameter.name)}
        names |= {letter: derived(letter, parameter.name) for letter in optimizer.state}
        writes = (names["uw"], *(names[letter] for letter in optimizer.state), names["w"])
        gradients = [derived("d", other.name) for other in trained]
        bound = {**names, **OF_THE_STEP}
        taken, parts = bound, []
        reads = [names[letter] for letter in letters(optimizer.kernel) if letter in names and letter != "uw"]
        if optimizer.clip_norm is not None:
            bound["clipped"] = clipped(names["dw"])
            taken, reads = {**bound, "dw": bound["clipped"]}, [*gradients, *reads]
            arguments = tuple(bound[letter] for letter in letters(optimizer.clip))
            parts.append(Part(optimizer.type, optimizer.clip, bound, arguments, (CLIP,), optimizer.explain))
        arguments = tuple(taken[letter] for letter in letters(optimizer.kernel))
        line = optimizer.algebra()
        parts.append(Part(optimizer.type, optimizer.kernel, bound, arguments, writes, optimizer.explain, line=line))
        variables = [_variable(name) for name in gradients]
        self._tick(
            phase=Phase.UPDATE,
            layer=parameter.layer,
            op=optimizer.type,
            method="update",
            parts=tuple(parts),
            reads=tuple(dict.fromkeys(reads)),
            writes=writes,
            latex=optimizer.line("latex", _symbols(self.graph, names), []),
            text="the optimizer turns the gradient into an update, and the parameter moves by it",
            code={table: optimizer.line(table, _variables(names), variables) for table in TABLES},
        )

    def _tick(self, **told: Any) -> None:
        self.ticks.append(Tick(index=len(self.ticks), micro=self.micro, **told))


def _of_a_parameter(graph: Graph, gradient: str) -> bool:
    of = graph.tensors[gradient].gradient_of
    return of is not None and graph.tensors[of].role is Role.PARAMETER


def _part(op: Op, method: str, names: dict[str, str], writes: tuple[str, ...], adds: bool = False) -> Part:
    kernel: Callable[..., None] = getattr(op, method)
    arguments = tuple(names[letter] for letter in letters(kernel))
    return Part(op.type, kernel, names, arguments, writes, op.explain, adds, op.algebra(method))


TABLES = ("numpy", "pytorch")


def _code(op: Op, method: str, names: dict[str, str]) -> dict[str, str]:
    return {table: op.line(table, method, _variables(names)) for table in TABLES}


def clipped(gradient: str) -> str:
    """The buffer of a gradient after clipping."""
    return f"step.clipped_{gradient}"


def _variable(name: str) -> str:
    """What a tensor is called in code: `hidden1.dW` is `hidden1_dW`."""
    return name.replace(".", "_")


def _variables(names: dict[str, str]) -> dict[str, str]:
    return {letter: _variable(name) for letter, name in names.items()}


def _symbols(graph: Graph, names: dict[str, str]) -> dict[str, str]:
    return {letter: graph.tensors[name].latex for letter, name in names.items()}


def ends(ticks: Iterable[Tick], key: Callable[[Tick], object]) -> list[int]:
    """Where the runs of ticks with the same `key` end, as counts of ticks from the step's start."""
    ticks = list(ticks)
    return [after.index for before, after in pairwise(ticks) if key(before) != key(after)] + [len(ticks)]


class Variables:
    """What lasts from step to step: parameters and optimizer state in one flat array, and beside it the arrays that
    every plan shares (gradients of parameters, updates, the loss, the numbers of the step).

    `parameters` and `gradients` are flat arrays of all of them: the first in graph order, the second in that of
    `gradient_views`.
    """

    def __init__(self, graph: Graph, dtype: str) -> None:
        kept = [t for t in graph.tensors.values() if t.role in (Role.PARAMETER, Role.STATE)]
        order = (Role.PARAMETER, Role.STATE)
        self.kept, self.views = _flat(sorted(kept, key=lambda t: order.index(t.role)), dtype)
        self.parameters = self.kept[: sum(self.views[p.name].size for p in graph.parameters())]
        trained = [t.name for t in graph.tensors.values() if derived("u", t.name) in graph.tensors]
        gradients = [t for t in graph.tensors.values() if _of_a_parameter(graph, t.name)]
        flat, views = _flat(sorted(gradients, key=lambda t: t.gradient_of not in trained), dtype)
        self.gradients, self.gradient_views = flat, views
        _, updates = _flat([t for t in graph.tensors.values() if t.role is Role.UPDATE], dtype)
        own = {clipped(t.name): np.zeros_like(views[t.name]) for t in gradients if t.gradient_of in trained}
        self.shared: dict[str, Array] = {
            **views,
            **updates,
            **own,
            LOSS: np.zeros((), dtype),
            COUNT: np.ones(()),
            MINUS_RATE: np.zeros((), dtype),
            CLIP: np.ones((), dtype),
            GRADIENTS: flat[: sum(views[derived("d", name)].size for name in trained)],
        }

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
    """A schedule bound to buffers for one size of batch. `calls` has one callable without arguments a tick, `records`
    how a tape copies what each wrote; a copy of all buffers has `bytes`.
    """

    def __init__(self, graph: Graph, ticks: list[Tick], variables: Variables, batch: int, dtype: str) -> None:
        shared = variables.buffers()
        self.batch = batch
        self.buffers = shared | {
            name: np.zeros(sized(tensor.shape, batch), dtype)
            for name, tensor in graph.tensors.items()
            if name not in shared
        }
        self.calls = [_bind(tick, self.buffers) for tick in ticks]
        self.records = [_recorder(tick.records, self.buffers) for tick in ticks]
        self.bytes = sum(self.buffers[name].nbytes + ARRAY for name in graph.tensors)

    def load(self, x: Array, y: Array) -> None:
        """Put a batch in."""
        np.copyto(self.buffers[INPUT], x)
        np.copyto(self.buffers[TARGET], y)


def _recorder(names: tuple[str, ...], buffers: dict[str, Array]) -> Callable[[], dict[str, Array]]:
    """A call that copies what a tick wrote. Most write one tensor, and a run that is watched makes this call a tick."""
    copies = [(name, buffers[name].copy) for name in names]
    if len(copies) > 1:
        return lambda: {name: copy() for name, copy in copies}
    ((only, copy_it),) = copies
    return lambda: {only: copy_it()}


def _bind(tick: Tick, buffers: dict[str, Array]) -> Callable[[], None]:
    calls = [_bind_part(part, buffers) for part in tick.parts]
    if len(calls) == 1:
        return calls[0]

    def call() -> None:
        for part in calls:
            part()

    return call


def _bind_part(part: Part, buffers: dict[str, Array]) -> Callable[[], None]:
    arrays = [buffers[name] for name in part.arguments]
    if not part.adds:
        return partial(part.kernel, *arrays)
    total, own = arrays[-1], np.empty_like(arrays[-1])
    compute = partial(part.kernel, *arrays[:-1], own)

    def add() -> None:
        compute()
        np.add(total, own, out=total)

    return add
