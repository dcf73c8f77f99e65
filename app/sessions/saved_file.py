"""A session as a file to take along: its spec, the checkpoint of the head's step, and how far into the step it was.

A checkpoint carries the state to any machine digit for digit; the ticks since then are run again. `state_sha256`
tells whether they came out the same there. Where they did not, the checkpoint counts, and it is said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..engine.errors import BackscopeError, InvalidRequest, NonFiniteNumber, ShapeMismatch, UnknownTensor, brief
from ..engine.export import from_state_dict
from ..engine.graph import Role
from ..engine.registry import escape, only, whole
from ..engine.rows import check_held
from ..engine.spec import Spec
from ..engine.terms import Array
from ..engine.training import Checkpoint, Sample, Training
from .commands import parse_sample, sample_json
from .errors import FileTooNew
from .session import Session
from .store import Start

Parse = Callable[[dict[str, Any]], Spec]
"""How a spec is read where the file is opened: within the limits there."""

VERSION = 1
"""Of the file's format. A reader refuses a later one."""

KEYS = ["backscope", "spec", "data_sha256", "checkpoint", "ticks", "state_sha256"]
SAMPLE = "sample"
"""What a file has beside them where the session steps on one example."""

CHECKPOINT_KEYS = ["step", "epoch", "loss", "order", "generator", "parameters", "state"]
GENERATOR = "PCG64"
GENERATOR_KEYS = ["bit_generator", "state", "inc", "has_uint32", "uinteger"]
NON_FINITE = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}


@dataclass
class Opened:
    """A session that was opened from a file; `replayed` is whether it stands exactly where the file's stood."""

    session: Session
    replayed: bool = True
    warnings: list[str] = field(default_factory=list)


def save(session: Session, t: int, spec: Mapping[str, Any]) -> dict[str, Any]:
    """What `open_file` opens a session with that goes on from `t`; `spec` is the session's. MomentNotReached."""
    start = session.start_at(session.place_at(t, name="t"))
    there = session
    if (t, start.ticks) != (session.t, session.training.tick):
        there = Session(session.id, session.spec_at(t), start=start)
    return {
        "backscope": VERSION,
        "spec": spec,
        "data_sha256": data_sha256(session.spec),
        "checkpoint": checkpoint_json(session.training, start.checkpoint),
        "ticks": start.ticks,
        "state_sha256": there.state_sha256(),
        **({} if start.sample is None else {SAMPLE: start.sample}),
    }


def open_file(session_id: str, given: Mapping[str, Any], parse: Parse) -> Opened:
    """The session of a file; FileTooNew, or what is wrong with it, with a pointer into it."""
    only(given, [*KEYS, SAMPLE], "", "the file")
    for key in KEYS:
        if key not in given:
            raise InvalidRequest(f"the file: `{key}` is missing", f"/{key}")
    version = _count(given["backscope"], "backscope", "/backscope", 1, 2**31)
    if version > VERSION:
        raise FileTooNew(f"backscope: expected a file of version {VERSION}, got version {version}", "/backscope")
    spec = spec_of(given["spec"], parse)
    training = Training(spec)
    checkpoint = parse_checkpoint(training, given["checkpoint"], "/checkpoint")
    ticks = _count(given["ticks"], "ticks", "/ticks", 0, training.ticks_per_step - 1)
    sample = sample_json(_sample(given[SAMPLE], training)) if SAMPLE in given else None
    stated = _sha256(given["state_sha256"], "/state_sha256")
    warnings = []
    if _sha256(given["data_sha256"], "/data_sha256") != data_sha256(spec):
        warnings.append("The data of this spec came out different here: training goes on with other rows.")
    session = Session(session_id, spec, start=Start(checkpoint, ticks, sample))
    replayed = session.state_sha256() == stated
    if not replayed:
        session = Session(session_id, spec, start=Start(checkpoint, 0, sample))
        warnings.append(
            f"The state at the file's moment did not come out as it was saved (state_sha256). "
            f"The session stands at its checkpoint, t = {session.t}."
        )
    return Opened(session, replayed, warnings)


def open_weights(session_id: str, spec: Spec, weights: Mapping[str, Array]) -> Session:
    """A new session of `spec` that begins with these weights, which have PyTorch's names. They take the place of all
    starting values, so that its spec says of none.
    """
    training = Training(spec)
    parameters = from_state_dict(training.graph, weights, "/safetensors")
    for name, values in weights.items():
        check_held(values, spec.dtype, name, "/safetensors", is_file=True)
    for name, values in parameters.items():
        training.variables.views[name][...] = values
    return Session(session_id, replace(spec, parameters={}), start=Start(training.checkpoint()))


def spec_of(given: object, parse: Parse) -> Spec:
    """The spec under `/spec` of a request."""
    if not isinstance(given, dict):
        raise InvalidRequest(f"spec: expected an object, got {brief(given)}", "/spec")
    with _under("/spec"):
        return parse(given)


def data_sha256(spec: Spec) -> str:
    """Over the bytes of the rows and their targets."""
    return hashlib.sha256(spec.data.x.tobytes() + spec.data.y.tobytes()).hexdigest()


def checkpoint_json(training: Training, checkpoint: Checkpoint) -> dict[str, Any]:
    """A checkpoint as JSON. Numbers of the generator that JSON cannot hold are texts; rows in their own order, null."""
    values = dict(zip(training.variables.views, _parts(training, checkpoint.kept), strict=True))
    generator = checkpoint.generator
    in_order = np.array_equal(checkpoint.order, np.arange(len(checkpoint.order)))
    return {
        "step": checkpoint.step,
        "epoch": checkpoint.epoch,
        "loss": float(checkpoint.loss) if checkpoint.step else None,
        "order": None if in_order else checkpoint.order.tolist(),
        "generator": {
            "bit_generator": generator["bit_generator"],
            "state": str(generator["state"]["state"]),
            "inc": str(generator["state"]["inc"]),
            "has_uint32": generator["has_uint32"],
            "uinteger": generator["uinteger"],
        },
        "parameters": {name: values[name] for name in _names(training, Role.PARAMETER)},
        "state": {name: values[name] for name in _names(training, Role.STATE)},
    }


def parse_checkpoint(training: Training, given: object, pointer: str) -> Checkpoint:
    """The checkpoint of a network like `training`, whose own values are lost. Every error has its pointer."""
    members = _members(given, CHECKPOINT_KEYS, "checkpoint", pointer)
    for key, role in (("parameters", Role.PARAMETER), ("state", Role.STATE)):
        names = _names(training, role)
        tensors = members[key]
        if not isinstance(tensors, dict):
            raise InvalidRequest(f"checkpoint.{key}: expected an object, got {brief(tensors)}", f"{pointer}/{key}")
        for name in tensors:
            if name not in names:
                raise UnknownTensor(name, names, f"{pointer}/{key}/{escape(name)}")
        for name in names:
            place = f"{pointer}/{key}/{name}"
            if name not in tensors:
                raise InvalidRequest(f"checkpoint.{key}: `{name}` is missing", place)
            view = training.variables.views[name]
            view[...] = _array(tensors[name], view.shape, name, place)
    step = _count(members["step"], "checkpoint.step", f"{pointer}/step", 0, 2**40)
    loss = 0.0 if members["loss"] is None and not step else _number(members["loss"], "loss", f"{pointer}/loss")
    return Checkpoint(
        step=step,
        kept=training.variables.kept.copy(),
        generator=_generator(members["generator"], f"{pointer}/generator"),
        order=_order(members["order"], len(training.spec.data.x), f"{pointer}/order"),
        epoch=_count(members["epoch"], "checkpoint.epoch", f"{pointer}/epoch", -1, step // training.steps_per_epoch),
        loss=np.array(loss, training.spec.dtype),
    )


def _sample(given: object, training: Training) -> Sample:
    """The one example that a file's session steps on, its targets as the loss wants them."""
    members, data = _members(given, ["x", "y"], SAMPLE, f"/{SAMPLE}"), training.spec.data
    for key, wanted in (("x", data.x.shape[1:]), ("y", data.y.shape[1:] or (1,))):
        _array(members[key], wanted, f"{SAMPLE}.{key}", f"/{SAMPLE}/{key}")
    return parse_sample(members["x"], members["y"], training.graph, training.spec, f"/{SAMPLE}")


@contextmanager
def _under(place: str) -> Iterator[None]:
    """Errors of what stands at `place` in the request."""
    try:
        yield
    except BackscopeError as error:
        if error.pointer is not None:
            error.pointer = f"{place}{error.pointer}"
        raise


def _parts(training: Training, kept: Array) -> list[Array]:
    """A flat array cut into the arrays of parameters and optimizer state."""
    views = training.variables.views.values()
    ends = np.cumsum([view.size for view in views])[:-1]
    return [part.reshape(view.shape) for part, view in zip(np.split(kept, ends), views, strict=True)]


def _names(training: Training, role: Role) -> list[str]:
    return [name for name in training.variables.views if training.graph.tensors[name].role is role]


def _members(given: object, keys: list[str], name: str, pointer: str) -> dict[str, Any]:
    """An object that has exactly these keys."""
    if not isinstance(given, dict):
        raise InvalidRequest(f"{name}: expected an object, got {brief(given)}", pointer)
    only(given, keys, pointer, name)
    for key in keys:
        if key not in given:
            raise InvalidRequest(f"{name}: `{key}` is missing", f"{pointer}/{key}")
    return given


def _generator(given: object, pointer: str) -> dict[str, Any]:
    """The state of NumPy's generator, checked, because a wrong one would break the generator or be no state of it."""
    members = _members(given, GENERATOR_KEYS, "generator", pointer)
    if members["bit_generator"] != GENERATOR:
        raise InvalidRequest(
            f"generator: expected {GENERATOR}, got {brief(members['bit_generator'])}", f"{pointer}/bit_generator"
        )
    state, inc = (_long(members[key], f"generator.{key}", f"{pointer}/{key}") for key in ("state", "inc"))
    return {
        "bit_generator": GENERATOR,
        "state": {"state": state, "inc": inc},
        "has_uint32": _count(members["has_uint32"], "generator.has_uint32", f"{pointer}/has_uint32", 0, 1),
        "uinteger": _count(members["uinteger"], "generator.uinteger", f"{pointer}/uinteger", 0, 2**32 - 1),
    }


def _long(given: object, name: str, pointer: str) -> int:
    """A number of up to 128 bits, which stands as a text."""
    digits = given if isinstance(given, str) and len(given) < 40 and given.isascii() and given.isdigit() else None
    if digits is None or int(digits) >= 2**128:
        raise InvalidRequest(f"{name}: expected a text of digits, below 2^128, got {brief(given)}", pointer)
    return int(digits)


def _order(given: object, rows: int, pointer: str) -> Array:
    """The order of the rows in the present epoch; null is their own."""
    if given is None:
        return np.arange(rows)
    if not isinstance(given, list) or len(given) != rows:
        got = f"{len(given)} of them" if isinstance(given, list) else brief(given)
        raise InvalidRequest(f"order: expected {rows} rows, each once, got {got}", pointer)
    order = [_count(row, f"order[{i}]", f"{pointer}/{i}", 0, rows - 1) for i, row in enumerate(given)]
    if len(set(order)) != rows:
        raise InvalidRequest(f"order: expected {rows} rows, each once, got some twice", pointer)
    return np.array(order)


def _sha256(given: object, pointer: str) -> str:
    if not isinstance(given, str) or len(given) != 64:
        raise InvalidRequest(f"{pointer[1:]}: expected 64 hexadecimal digits, got {brief(given)}", pointer)
    return given


def _count(given: object, name: str, pointer: str, least: int, most: int) -> int:
    number = whole(given, name, pointer)
    if not least <= number <= most:
        raise InvalidRequest(f"{name}: expected a whole number from {least} to {most}, got {brief(given)}", pointer)
    return number


def _number(given: object, name: str, pointer: str) -> float:
    """A number, or one of the three texts for those that are not finite."""
    if isinstance(given, str) and given in NON_FINITE:
        return NON_FINITE[given]
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise InvalidRequest(f"{name}: expected a number, NaN, Infinity or -Infinity, got {brief(given)}", pointer)
    try:
        return float(given)
    except OverflowError:
        raise NonFiniteNumber(f"{name}: expected a number of 64 bits, got {brief(given)}", pointer) from None


def _array(given: object, shape: tuple[int, ...], name: str, pointer: str) -> Any:
    """Nested lists of exactly this shape, every number in them read by `_number`."""
    found = _shape(given)
    if found != shape:
        raise ShapeMismatch(f"{name}: expected shape {shape}, got {found}", pointer)
    if not isinstance(given, list):
        return _number(given, name, pointer)
    return [_array(one, shape[1:], f"{name}[{i}]", f"{pointer}/{i}") for i, one in enumerate(given)]


def _shape(given: object) -> tuple[int, ...]:
    """The lengths of nested lists, from the first of each."""
    lengths = []
    while isinstance(given, list):
        lengths.append(len(given))
        given = given[0] if given else None
    return tuple(lengths)
