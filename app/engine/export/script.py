"""A script that computes one step as the session did: the values that the step began with, the code lines of its
ticks in their order, and the numbers that came out, each printed as `name = value` with the value as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..graph import INPUT, LOSS, TARGET, Role
from ..plan import Phase, Tick
from ..tape import Tape
from ..terms import Array
from ..training import Training


@dataclass(frozen=True)
class Language:
    """What a script in NumPy or PyTorch has beside the lines of the ticks.

    `data` and `parameter` make an array of `{values}` and `{dtype}`; `retain` asks for the gradient of `{name}`;
    `default` is said once, with the `{dtype}` of the network.
    """

    table: str
    imports: str
    data: str
    parameter: str
    values: str
    default: str = ""
    retain: str = ""


SHOW = '''
def show(name, values):
    """Print a number or an array on a line, as JSON with all digits."""
    print(f"{{name}} = {{json.dumps({values}.tolist())}}")
'''


def script(language: Language, title: str, training: Training, tape: Tape) -> str:
    """The script of the step that `tape` is of; `training` is any of the same spec.

    It prints the loss and every gradient of the step, then every parameter as the step leaves it. With micro-batches
    these are the last one's loss, and the gradients that have added up.
    """
    return "\n".join(_lines(language, title, training, tape)) + "\n"


def _lines(language: Language, title: str, training: Training, tape: Tape) -> Iterator[str]:
    graph, schedule = training.graph, training.schedule
    parameters = [parameter.name for parameter in graph.parameters()]
    written = dict.fromkeys(name for tick in schedule for name in tick.writes)
    gradients = {name: graph.tensors[name].gradient_of for name in written if graph.tensors[name].role is Role.GRADIENT}
    passing = [tick for tick in schedule if tick.phase is not Phase.UPDATE]

    # The title is a user's, and in the first two lines Python would obey a comment that says which coding it has.
    yield "# A step of training, computed as Backscope computed it."
    yield language.imports
    yield f"\n# {title}: training step {tape.step}"
    yield SHOW.format(values=language.values)
    if language.default:
        yield f"\n{language.default.format(dtype=training.spec.dtype)}"
    yield f"\nt = {tape.step + 1}  # the number of this step, counted from 1"
    yield f"epoch = {tape.step // training.steps_per_epoch}  # how many epochs are complete"
    yield "\n# What the step begins with: parameters and the optimizer's state"
    for name, values in tape.start.items():
        if name in graph.tensors:
            yield _assign(language.parameter if name in parameters else language.data, name, values)
    for (micro, phase, layer), ticks in groupby(passing, lambda tick: (tick.micro, tick.phase, tick.layer)):
        group = list(ticks)
        if group[0].index in training.writers.first:
            x, y = tape.batches[micro]
            yield f"\n# {'The batch' if len(tape.batches) == 1 else f'Micro-batch {micro}'}"
            yield _assign(language.data, INPUT, x)
            yield _assign(language.data, TARGET, y)
        yield f"\n# {phase}: {layer}"
        yield from _code(language, group, set(gradients.values()))
    yield "\n# The loss, and its gradient by everything"
    yield from (f'show("{name}", {variable(name)})' for name in (LOSS, *gradients))
    yield f"\n# {Phase.UPDATE}"
    yield from _code(language, schedule[len(passing) :], set())
    yield ""
    yield from (f'show("{name}", {variable(name)})' for name in parameters if name in written)


def _assign(form: str, name: str, values: Array) -> str:
    return f"{variable(name)} = {form.format(values=literal(values), dtype=values.dtype.name)}"


def _code(language: Language, ticks: Sequence[Tick], retained: set[str | None]) -> Iterator[str]:
    for tick in ticks:
        yield tick.code[language.table]
        if language.retain and tick.phase is Phase.FORWARD:
            yield from (language.retain.format(name=variable(name)) for name in tick.writes if name in retained)


def variable(name: str) -> str:
    """What a tensor is called in code: `hidden1.dW` is `hidden1_dW`."""
    return name.replace(".", "_")


def literal(values: Array) -> str:
    """`values` as nested lists, every number with the digits that bring it back, a row of a matrix on a line."""
    if values.ndim < 2:
        return repr(values.tolist())
    rows = "".join(f"    {row!r},\n" for row in values.tolist())
    return f"[\n{rows}]"
