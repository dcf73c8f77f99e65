"""How a thing that users choose by name describes itself: its name, its fields, and the list it stands in.

Activations, losses, optimizers, initializers, data sets and layers are small classes in a registry.
The fields of a class check what users give, fill in what they leave out, and are what the catalog shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from .errors import InvalidRequest, NonFiniteNumber, UnknownName, brief

Option = Any
"""The value of a hyper-parameter: a number, a choice, a pair of numbers, a thing of another registry, or None."""


@dataclass(frozen=True)
class Field:
    """One hyper-parameter: its name, what it may be, and its value when it is left out (if that is None, so may it be).

    A tuple is a pair of numbers, a registry one of its things.
    """

    name: str
    kind: type[float] | type[int] | type[bool] | type[str] | type[tuple[float, float]] | Registry[Any]
    default: Option
    text: str
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()

    def check(self, value: object, pointer: str) -> Any:
        """`value` in this field's type; InvalidRequest or NonFiniteNumber where it is not allowed."""
        if value is None and self.default is None:
            return None
        if isinstance(self.kind, Registry):
            return self.kind.make(value, pointer)
        if self.kind is bool or self.kind is str:
            if type(value) is not self.kind or (self.choices and value not in self.choices):
                raise InvalidRequest(f"{self.name}: expected {self.wanted}, got {brief(value)}", pointer)
            return value
        if self.kind is tuple:
            if not isinstance(value, (list, tuple)) or len(value) != 2:
                raise InvalidRequest(f"{self.name}: expected {self.wanted}, got {brief(value)}", pointer)
            first, second = (self._number(one, f"{pointer}/{i}") for i, one in enumerate(value))
            return first, second
        return self._number(value, pointer)

    def _number(self, value: object, pointer: str) -> float:
        number = whole(value, self.name, pointer) if self.kind is int else finite(value, self.name, pointer)
        low = self.minimum is not None and number < self.minimum
        if low or (self.above is not None and number <= self.above):
            raise InvalidRequest(f"{self.name}: expected {self.wanted}, got {brief(value)}", pointer)
        if (self.maximum is not None and number > self.maximum) or (self.below is not None and number >= self.below):
            raise InvalidRequest(f"{self.name}: expected {self.wanted}, got {brief(value)}", pointer)
        return number

    @property
    def wanted(self) -> str:
        """What is allowed, in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.kind is bool:
            return "true or false"
        if self.kind is str:
            return "a text"
        bounds = [
            f"at least {self.minimum:.16g}" if self.minimum is not None else "",
            f"above {self.above:.16g}" if self.above is not None else "",
            f"at most {self.maximum:.16g}" if self.maximum is not None else "",
            f"below {self.below:.16g}" if self.below is not None else "",
        ]
        kinds: dict[object, str] = {int: "a whole number", tuple: "a list of two numbers"}
        return " ".join([kinds.get(self.kind, "a number"), " and ".join(b for b in bounds if b)]).strip()

    def catalog(self) -> dict[str, Any]:
        """This field as the catalog shows it."""
        kinds: dict[object, str] = {float: "number", int: "integer", bool: "boolean", str: "choice", tuple: "pair"}
        choices = self.kind.names() if isinstance(self.kind, Registry) else list(self.choices)
        ranges = {"minimum": self.minimum, "above": self.above, "maximum": self.maximum, "below": self.below}
        return {
            "name": self.name,
            "type": kinds.get(self.kind, "object"),
            "default": self.default,
            "text": self.text,
            **{key: bound for key, bound in ranges.items() if bound is not None},
            **({"choices": choices} if choices else {}),
        }


class Described:
    """A thing chosen by name. Its hyper-parameters are its `fields`, set as attributes when it is made."""

    type: ClassVar[str]
    title: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]] = ()

    def __init__(self, **options: Option) -> None:
        self.options = {field.name: options.get(field.name, field.default) for field in self.fields}
        for name, value in self.options.items():
            setattr(self, name, value)

    def json(self) -> dict[str, Any]:
        """What makes this thing again, every default filled in."""
        return {
            "type": self.type,
            **{name: value.json() if isinstance(value, Described) else value for name, value in self.options.items()},
        }

    @classmethod
    def options_of(cls, given: Mapping[str, object], pointer: str, where: str, beside: Sequence[str] = ()) -> Any:
        """The hyper-parameters in `given`, checked; InvalidRequest for a key that is neither one nor `beside` them."""
        known = {field.name: field for field in cls.fields}
        only(given, [*beside, *known], pointer, where)
        return {name: field.check(given[name], f"{pointer}/{name}") for name, field in known.items() if name in given}

    @classmethod
    def catalog(cls) -> dict[str, Any]:
        """What the catalog says of this thing."""
        return {"type": cls.type, "title": cls.title, "fields": [field.catalog() for field in cls.fields]}


Thing = TypeVar("Thing", bound=Described)


class Registry(Generic[Thing]):
    """The things of one kind, by name; filled once, when the modules that define them are imported."""

    def __init__(self, unknown: type[UnknownName]) -> None:
        self.kind = unknown.kind
        self._unknown = unknown
        self._things: dict[str, type[Thing]] = {}

    def add(self, thing: type[Thing]) -> type[Thing]:
        """Class decorator: list `thing` under its `type`."""
        if thing.type in self._things:
            raise ValueError(f"two things are called {thing.type}")
        self._things[thing.type] = thing
        return thing

    def __iter__(self) -> Iterator[type[Thing]]:
        return iter(self._things.values())

    def names(self) -> list[str]:
        return list(self._things)

    def find(self, name: object, pointer: str) -> type[Thing]:
        if not isinstance(name, str):
            raise InvalidRequest(f"{self.kind}: expected a name, got {brief(name)}", pointer)
        if name not in self._things:
            raise self._unknown(name, self._things, pointer)
        return self._things[name]

    def make(self, given: object, pointer: str, type_key: str = "type", beside: Sequence[str] = ()) -> Thing:
        """The thing that `given` (a name, or an object with a name and hyper-parameters) asks for.

        Keys `beside` its own are somebody else's to read.
        """
        if isinstance(given, str):
            return self.find(given, pointer)()
        if not isinstance(given, Mapping):
            raise InvalidRequest(f"{self.kind}: expected a name or an object, got {brief(given)}", pointer)
        if type_key not in given:
            raise InvalidRequest(f"{self.kind}: `{type_key}` is missing", f"{pointer}/{type_key}")
        thing = self.find(given[type_key], f"{pointer}/{type_key}")
        return thing(**thing.options_of(given, pointer, f"{self.kind} {thing.type}", [type_key, *beside]))

    def catalog(self) -> list[dict[str, Any]]:
        return [thing.catalog() for thing in self]


def only(given: Mapping[str, object], known: list[str], pointer: str, where: str) -> None:
    """InvalidRequest where `given` has a key that is not in `known`: a typo must not be ignored."""
    for key in given:
        if key not in known:
            message = f"{where}: unknown field {brief(key)}; expected {', '.join(known)}"
            raise InvalidRequest(message, f"{pointer}/{escape(key)}")


def escape(key: str) -> str:
    """`key` as one segment of a JSON pointer (RFC 6901), never long."""
    return key[:60].replace("~", "~0").replace("/", "~1")


def finite(value: object, name: str, pointer: str) -> float:
    """`value` as a finite float; booleans and texts are not numbers."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidRequest(f"{name}: expected a number, got {brief(value)}", pointer)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise NonFiniteNumber(f"{name}: expected a finite number, got {brief(value)}", pointer)
    return number


def whole(value: object, name: str, pointer: str) -> int:
    """`value` as an int; 3.0 is not one."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidRequest(f"{name}: expected a whole number, got {brief(value)}", pointer)
    return value


def text(value: object, name: str, pointer: str, longest: int) -> str:
    """`value` as a text of 1 to `longest` characters."""
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise InvalidRequest(f"{name}: expected a text of 1 to {longest} characters, got {brief(value)}", pointer)
    return value
