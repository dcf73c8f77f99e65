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
    begun by an earlier tick: a value that was used twice, or an earlier micro-batch.
    """

    op: str
    kernel: Callable[..., None]
    names: dict[str, str]
    arguments: tuple[str, ...]
    writes: tuple[str, ...]
    explain: Callable[[str, Index, Look], Local]
    adds: bool = False

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
    ticks: list[Tick] = []
    begun: set[str] = set()
    for micro in range(accumulate):
        begun = {name for name in begun if _of_a_parameter(graph, name)}
        penalized: set[str] = set()
        for node in graph.nodes:
            ticks.append(_op_tick(graph, node, "forward", micro, len(ticks), node.outputs, begun, penalized))
        for node in reversed(graph.nodes):
            for letter in node.op.backward:
                if graph.learns(node.names[letter]):
                    writes = (derived("d", node.names[letter]),)
                    ticks.append(_op_tick(graph, node, f"d{letter}", micro, len(ticks), writes, begun, penalized))
    trained = list(graph.parameters(without=frozen))
    for parameter in trained:
        ticks.append(_update_tick(graph, optimizer, parameter, trained, accumulate - 1, len(ticks)))
    return ticks


def _of_a_parameter(graph: Graph, gradient: str) -> bool:
    of = graph.tensors[gradient].gradient_of
    return of is not None and graph.tensors[of].role is Role.PARAMETER


def _op_tick(
    graph: Graph,
    node: Node,
    method: str,
    micro: int,
    index: int,
    writes: tuple[str, ...],
    begun: set[str],
    penalized: set[str],
) -> Tick:
    """One op forward, or one of its gradients; `begun` are the gradients that an earlier tick has begun, `penalized`
    those which have their part of the penalty already; both are brought up to date."""
    gradients = {f"d{letter}": derived("d", name) for letter, name in node.names.items()}
    names = {**node.names, **{letter: name for letter, name in gradients.items() if name in graph.tensors}}
    code = {table: node.op.line(table, method, _variables(names)) for table in ("numpy", "pytorch")}
    adds = method != "forward" and writes[0] in begun
    if adds:
        code["numpy"] = code["numpy"].replace(" = ", " += ", 1)
    parts = [_part(node.op, method, names, writes, adds)]
    latex = node.op.line("latex", method, _symbols(graph, names))
    if method != "forward":
        begun.update(writes)
        of = graph.tensors[writes[0]].gradient_of
        if of in graph.penalized and of not in penalized:
            penalized.add(of)
            parts.append(_part(graph.penalty, "dw", {"w": of, "dw": writes[0]}, writes))
            code["numpy"] += "\n" + graph.penalty.line("numpy", "dw", _variables(parts[-1].names))
            latex += graph.penalty.line("latex", "dw", _symbols(graph, parts[-1].names))
    phase = Phase.BACKWARD if method != "forward" else Phase.FORWARD
    if method == "forward" and isinstance(node.op, Loss):
        phase = Phase.LOSS
        for table, line in _add_penalty(graph, parts, names["value"]).items():
            code[table] += line
    written = {name for part in parts for name in part.writes}
    reads = [name for part in parts for name in part.arguments if name not in written or adds]
    return Tick(
        index=index,
        micro=micro,
        phase=phase,
        layer=node.layer,
        op=node.op.type,
        method=method,
        parts=tuple(parts),
        reads=tuple(dict.fromkeys(reads)),
        writes=tuple(dict.fromkeys(name for part in parts for name in part.writes)),
        latex=latex,
        text=node.op.words[method],
        code=code,
    )


def _part(op: Op, method: str, names: dict[str, str], writes: tuple[str, ...], adds: bool = False) -> Part:
    kernel: Callable[..., None] = getattr(op, method)
    arguments = tuple(names[letter] for letter in letters(kernel))
    return Part(op.type, kernel, names, arguments, writes, op.explain, adds)


def _add_penalty(graph: Graph, parts: list[Part], value: str) -> dict[str, str]:
    """Let a loss tick write the penalty too, and add it to the loss; the lines of code that do so."""
    if not graph.penalized:
        return {}
    for i, weight in enumerate(graph.penalized):
        parts.append(_part(graph.penalty, "add" if i else "begin", {"w": weight, "penalty": PENALTY}, (PENALTY,)))
    parts.append(_part(graph.penalty, "total", {"penalty": PENALTY, "value": value}, (value,)))
    weights = [weight.replace(".", "_") for weight in graph.penalized]
    names = _variables({"penalty": PENALTY, "value": value})
    return {table: "\n" + graph.penalty.code(table, weights, names) for table in ("numpy", "pytorch")}


def _update_tick(
    graph: Graph, optimizer: Optimizer, parameter: Tensor, trained: list[Tensor], micro: int, index: int
) -> Tick:
    names = {"w": parameter.name, "dw": derived("d", parameter.name), "uw": derived("u", parameter.name)}
    names |= {letter: derived(letter, parameter.name) for letter in optimizer.state}
    writes = (names["uw"], *(names[letter] for letter in optimizer.state), names["w"])
    bound, gradients = {**names, **OF_THE_STEP}, [derived("d", other.name) for other in trained]
    parts, reads = [], [bound[letter] for letter in letters(optimizer.kernel) if letter in names and letter != "uw"]
    taken = bound
    if optimizer.clip_norm is not None:
        bound["clipped"] = clipped(names["dw"])
        taken, reads = {**bound, "dw": bound["clipped"]}, [*gradients, *reads]
        arguments = tuple(bound[letter] for letter in letters(optimizer.clip))
        parts.append(Part(optimizer.type, optimizer.clip, bound, arguments, (CLIP,), optimizer.explain))
    arguments = tuple(taken[letter] for letter in letters(optimizer.kernel))
    parts.append(Part(optimizer.type, optimizer.kernel, bound, arguments, writes, optimizer.explain))
    variables = [name.replace(".", "_") for name in gradients]
    return Tick(
        index=index,
        micro=micro,
        phase=Phase.UPDATE,
        layer=parameter.layer,
        op=optimizer.type,
        method="update",
        parts=tuple(parts),
        reads=tuple(dict.fromkeys(reads)),
        writes=writes,
        latex=optimizer.line("latex", _symbols(graph, names), []),
        text="the optimizer turns the gradient into an update, and the parameter moves by it",
        code={table: optimizer.line(table, _variables(names), variables) for table in ("numpy", "pytorch")},
    )


def clipped(gradient: str) -> str:
    """The buffer of a gradient after clipping."""
    return f"step.clipped_{gradient}"


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
