"""A spec: the JSON that a session is made from, checked field by field, with every default filled in.

`Spec.parse` is the only way in. Its errors name the layer or field, what was given and what was wanted, and
carry a JSON pointer. Nothing of the network's size is allocated before the size is known to be within limits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from . import rows
from .datasets import Data
from .errors import (
    BackscopeError,
    InvalidRequest,
    InvalidSpec,
    NetworkTooLarge,
    ShapeMismatch,
    UnknownLayer,
    UnknownTensor,
    brief,
)
from .layers import LAYERS, Layer
from .layers.layer import UnknownLayerType
from .ops import LOSSES, Loss, Penalty
from .optimizers import OPTIMIZERS, Optimizer
from .registry import Field, escape, only, text
from .terms import Array

KEYS = [
    "name",
    "seed",
    "dtype",
    "data",
    "batch_size",
    "accumulate",
    "shuffle",
    "layers",
    "loss",
    "optimizer",
    "penalty",
    "frozen",
    "parameters",
]
LAYER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
RESERVED = ("input", "target", "loss")

BATCH_SIZE = Field("batch_size", int, None, "how many samples a step takes; all when left out", minimum=1)
SEED = Field("seed", int, 0, "where every random number comes from", minimum=0, maximum=2**53 - 1)
SHUFFLE = Field("shuffle", bool, False, "whether every epoch has an order of its own")
ACCUMULATE = Field("accumulate", int, 1, "how many micro-batches a step adds up", minimum=1, maximum=64)
DTYPE = Field("dtype", str, "float64", "the type of every number", choices=("float64", "float32"))
FIELDS = (BATCH_SIZE, ACCUMULATE, SHUFFLE, SEED, DTYPE)
"""The plain fields of a spec, as the catalog shows them."""


@dataclass(frozen=True)
class Limits:
    """The largest network that is built: layers, units of a layer, parameters, rows of a batch, numbers in a step,
    cells of data.
    """

    layers: int = 64
    units: int = 4_096
    parameters: int = 2_000_000
    batch: int = 1_000_000
    numbers: int = 8_000_000
    cells: int = 2_000_000


@dataclass(frozen=True)
class Spec:
    """A checked spec. `data` has all rows, `parameters` the given starting values as float64 arrays."""

    name: str
    seed: int
    dtype: str
    data: Data
    data_json: dict[str, Any]
    batch_size: int
    accumulate: int
    shuffle: bool
    layers: tuple[Layer, ...]
    loss: Loss
    optimizer: Optimizer
    penalty: Penalty
    frozen: tuple[str, ...]
    parameters: dict[str, Array]
    vary: Callable[[Mapping[str, Any]], Spec] = field(repr=False, compare=False)
    """Parses another spec as this one was parsed: within the same limits, knowing the same uploaded data sets."""

    @classmethod
    def parse(
        cls, given: Mapping[str, Any], limits: Limits | None = None, uploaded: rows.Uploaded | None = None
    ) -> Spec:
        """The spec that `given` (decoded JSON) asks for. BackscopeError says what is wrong with it.

        `uploaded` finds the data sets that were uploaded, by id.
        """
        limits = limits or Limits()
        only(given, KEYS, "", "spec")
        for key in ("data", "layers", "loss", "optimizer"):
            if key not in given:
                raise InvalidRequest(f"spec: `{key}` is missing", f"/{key}")
        seed = int(SEED.check(given.get("seed", 0), "/seed"))
        layers = _layers(given["layers"], limits)
        loss = LOSSES.make(given["loss"], "/loss")
        data, data_json = rows.parse(given["data"], seed, layers[-1].units, loss, limits.cells, uploaded)
        shapes = _parameter_shapes(layers, data.x.shape[1])
        batch_size = _batch_size(given.get("batch_size"), len(data.x))
        _check_size(layers, data.x.shape[1], batch_size, limits)
        return cls(
            name=text(given.get("name", "Untitled"), "name", "/name", 120),
            seed=seed,
            dtype=str(DTYPE.check(given.get("dtype", "float64"), "/dtype")),
            data=data,
            data_json=data_json,
            batch_size=batch_size,
            accumulate=_accumulate(given.get("accumulate", 1), batch_size, len(data.x)),
            shuffle=bool(SHUFFLE.check(given.get("shuffle", False), "/shuffle")),
            layers=layers,
            loss=loss,
            optimizer=OPTIMIZERS.make(given["optimizer"], "/optimizer"),
            penalty=_penalty(given.get("penalty", {})),
            frozen=_frozen(given.get("frozen", []), shapes),
            parameters=_parameters(given.get("parameters", {}), shapes),
            vary=partial(cls.parse, limits=limits, uploaded=uploaded),
        )

    def check_held(self) -> None:
        """NonFiniteNumber where a starting value or a row is too large for the dtype."""
        for name, values in self.parameters.items():
            rows.check_held(values, self.dtype, name, f"/parameters/{escape(name)}")
        if self.dtype == "float64":
            return  # no row need be gone through
        data = self.data
        for of_rows in (data.x, data.y, data.test_x, data.test_y):
            if of_rows is not None:  # by now in another order than they were given in, so that no index is told
                rows.check_held(abs(of_rows).max(), self.dtype, "data", "/data")

    def json(self) -> dict[str, Any]:
        """This spec with all defaults filled in; parsing it gives this spec again."""
        return {
            "name": self.name,
            "seed": self.seed,
            "dtype": self.dtype,
            "data": self.data_json,
            "batch_size": self.batch_size,
            "accumulate": self.accumulate,
            "shuffle": self.shuffle,
            "layers": [layer.json() for layer in self.layers],
            "loss": self.loss.json(),
            "optimizer": self.optimizer.json(),
            "penalty": self.penalty.options,
            "frozen": list(self.frozen),
            "parameters": {name: values.tolist() for name, values in self.parameters.items()},
        }


def _layers(given: object, limits: Limits) -> tuple[Layer, ...]:
    if not isinstance(given, list) or not given:
        raise InvalidRequest(f"layers: expected a list of at least one layer, got {brief(given)}", "/layers")
    if len(given) > limits.layers:
        raise NetworkTooLarge(f"layers: expected at most {limits.layers}, got {len(given)}", "/layers")
    layers: list[Layer] = []
    for i, one in enumerate(given):
        pointer = f"/layers/{i}"
        if not isinstance(one, dict):
            raise InvalidRequest(f"layers[{i}]: expected an object, got {brief(one)}", pointer)
        name = _layer_name(one.get("name", "output" if i == len(given) - 1 else f"hidden{i + 1}"), f"{pointer}/name")
        if name in (layer.name for layer in layers):
            raise InvalidSpec(f"layers[{i}]: the name {name} is taken by another layer", f"{pointer}/name")
        type_ = one.get("type", "dense")
        if not isinstance(type_, str):
            raise InvalidRequest(f"{name}: expected the name of a layer type, got {brief(type_)}", f"{pointer}/type")
        if type_ not in LAYERS:
            raise UnknownLayerType(type_, LAYERS, f"{pointer}/type")
        try:
            layer = LAYERS[type_].parse(one, name, pointer)
        except BackscopeError as error:
            raise error.of(name) from None
        if layer.units > limits.units:
            raise NetworkTooLarge(
                f"{name}: expected at most {limits.units} units, got {layer.units}", f"{pointer}/units"
            )
        layers.append(layer)
    return tuple(layers)


def _layer_name(given: object, pointer: str) -> str:
    if not isinstance(given, str) or not LAYER_NAME.fullmatch(given):
        wanted = "a letter, then up to 39 letters, digits or underscores"
        raise InvalidRequest(f"a layer's name: expected {wanted}, got {brief(given)}", pointer)
    if given in RESERVED:
        raise InvalidSpec(f"a layer cannot be called {given}: that name is taken", pointer)
    return given


def _batch_size(given: object, samples: int) -> int:
    chosen = replace(BATCH_SIZE, maximum=samples).check(given, "/batch_size")
    return samples if chosen is None else int(chosen)


def _accumulate(given: object, batch: int, samples: int) -> int:
    """The number of micro-batches: no step may have fewer samples than that."""
    count = int(ACCUMULATE.check(given, "/accumulate"))
    last = samples % (batch * count) or batch * count
    if min(last, samples) < count:
        raise InvalidSpec(
            f"accumulate: the last step of an epoch of {samples} samples has {min(last, samples)}; "
            f"expected at least {count}, one a micro-batch",
            "/accumulate",
        )
    return count


def _penalty(given: object) -> Penalty:
    if not isinstance(given, dict):
        raise InvalidRequest(f"penalty: expected an object, got {brief(given)}", "/penalty")
    return Penalty(**Penalty.options_of(given, "/penalty", "penalty"))


def _check_size(layers: Sequence[Layer], inputs: int, batch: int, limits: Limits) -> None:
    parameters = sum(math.prod(shape) for shape in _parameter_shapes(layers, inputs).values())
    if parameters > limits.parameters:
        raise NetworkTooLarge(f"layers: expected at most {limits.parameters} parameters, got {parameters}", "/layers")
    if batch > limits.batch:
        raise NetworkTooLarge(f"batch_size: expected at most {limits.batch} rows, got {batch}", "/batch_size")
    numbers = batch * (inputs + 4 * sum(layer.units for layer in layers)) + 3 * parameters
    if numbers > limits.numbers:
        raise NetworkTooLarge(f"a step would hold {numbers} numbers; expected at most {limits.numbers}", "/batch_size")


def _parameter_shapes(layers: Sequence[Layer], inputs: int) -> dict[str, tuple[int, ...]]:
    """The shape of each parameter, as the layers add them."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in layers:
        shapes.update(layer.parameter_shapes(inputs))
        inputs = layer.units
    return shapes


def _frozen(given: object, shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise InvalidRequest(f"frozen: expected a list of parameters, got {brief(given)}", "/frozen")
    for i, name in enumerate(given):
        if not isinstance(name, str):
            raise InvalidRequest(f"frozen: expected a parameter's name, got {brief(name)}", f"/frozen/{i}")
        _find_parameter(name, shapes, f"/frozen/{i}")
    return tuple(dict.fromkeys(given))


def _parameters(given: object, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    if not isinstance(given, dict):
        raise InvalidRequest(f"parameters: expected an object, got {brief(given)}", "/parameters")
    values: dict[str, Array] = {}
    for name, numbers in given.items():
        pointer = f"/parameters/{escape(name)}"
        shape = _find_parameter(name, shapes, pointer)
        values[name] = array_of(numbers, shape, name, pointer)
    return values


def _find_parameter(name: str, shapes: Mapping[str, tuple[int, ...]], pointer: str) -> tuple[int, ...]:
    if name in shapes:
        return shapes[name]
    layer = name.split(".")[0]
    if layer not in (known.split(".")[0] for known in shapes):
        raise UnknownLayer(layer, dict.fromkeys(known.split(".")[0] for known in shapes), pointer)
    raise UnknownTensor(name, shapes, pointer)


def array_of(given: object, shape: tuple[int, ...], name: str, pointer: str) -> Array:
    """Nested lists as a float64 array of exactly this shape; a message has both shapes and the tensor's name."""
    found: list[int] = []
    level = given
    while isinstance(level, list):
        found.append(len(level))
        level = level[0] if level else None
    if tuple(found) != shape:
        raise ShapeMismatch(f"{name}: expected shape {shape}, got {tuple(found)}", pointer)
    if len(shape) == 1:
        assert isinstance(given, list)
        return rows.vector(given, name, pointer)
    return rows.matrix(given, name, pointer)
