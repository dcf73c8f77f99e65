"""What can be wrong with a request, as one tree. The web layer maps `code` to a status and a problem document.

BackscopeError
├── InvalidRequest        a field that is unknown, missing, or of the wrong type or range
├── InvalidSpec           fields that are right one by one and do not fit together
│   └── IncompatibleLoss  a loss that cannot take this network's output or these targets
├── NetworkTooLarge
├── ShapeMismatch
├── NonFiniteNumber
├── InvalidText
├── CsvInvalid            a table that cannot be read, with the line and the column
├── UnknownName
│   └── UnknownActivation, UnknownLoss, UnknownOptimizer, UnknownLayer, UnknownPreset, UnknownTensor
├── IndexOutOfRange
└── NotComputedYet        the moment is right, the number does not exist at it yet
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from itertools import accumulate
from json import JSONEncoder
from typing import Self

LONGEST = 60
"""Characters of a value that a message repeats."""
LISTED = 300
"""Characters of the names that a message offers."""


class BackscopeError(Exception):
    """An error that a user can act on. `pointer` is the JSON pointer of the field at fault, where there is one.

    `headers` and `members` are what an answer says beside that.
    """

    code = "internal_error"
    title = "Something is wrong"
    headers: Mapping[str, str] | None = None
    members: Mapping[str, object] | None = None

    def __init__(self, detail: str, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer

    def of(self, name: str) -> Self:
        """The same, said of what has this name."""
        if not self.detail.startswith(f"{name}: "):
            self.detail = f"{name}: {self.detail}"
            self.args = (self.detail,)
        return self


class InvalidRequest(BackscopeError):
    code = "invalid_request"
    title = "The request is not valid"


class InvalidSpec(BackscopeError):
    code = "invalid_spec"
    title = "The spec does not fit together"


class IncompatibleLoss(InvalidSpec):
    code = "incompatible_loss"
    title = "The loss does not fit the network or its targets"


class NetworkTooLarge(BackscopeError):
    code = "network_too_large"
    title = "The network is too large for this server"


class ShapeMismatch(BackscopeError):
    code = "shape_mismatch"
    title = "A tensor has the wrong shape"


class NonFiniteNumber(BackscopeError):
    code = "non_finite_number"
    title = "A number is not finite"


class InvalidText(BackscopeError):
    code = "invalid_text"
    title = "A text is not valid"


class CsvInvalid(BackscopeError):
    """`pointer` has the line, counted from 1, and the column's name, or its number from 1 where it has none."""

    code = "csv_invalid"
    title = "The table cannot be read"


class UnknownName(BackscopeError):
    """A name that is not in a closed list; the message offers the nearest ones."""

    kind = "name"

    def __init__(self, given: str, known: Iterable[str], pointer: str | None = None) -> None:
        names, near = self._offered(given[:LONGEST], list(known))
        are = f"There {'is' if len(names) == 1 else 'are'} {_listed(names)}."
        hint = f"Did you mean {near[0]}?" if near and len(names) > 1 else are
        super().__init__(f"Unknown {self.kind} {brief(given)}. {hint}", pointer)

    def _offered(self, given: str, names: list[str]) -> tuple[list[str], list[str]]:
        """The names that come into question, and those of them that are like what was given."""
        return names, _near(given, names)


def _near(given: str, names: list[str]) -> list[str]:
    alike = [name for name in names if name.lower() == given.lower()]
    return alike or get_close_matches(given, names, n=1)


def _listed(names: list[str]) -> str:
    """The first of the names, as many as a message has room for, and how many there are beside them."""
    ends = accumulate(len(name) + 2 for name in names)
    shown = names[: max(1, sum(end <= LISTED for end in ends))]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "") or "none"


class UnknownActivation(UnknownName):
    code = "unknown_activation"
    title = "There is no such activation"
    kind = "activation"


class UnknownLoss(UnknownName):
    code = "unknown_loss"
    title = "There is no such loss"
    kind = "loss"


class UnknownOptimizer(UnknownName):
    code = "unknown_optimizer"
    title = "There is no such optimizer"
    kind = "optimizer"


class UnknownLayer(UnknownName):
    code = "unknown_layer"
    title = "There is no such layer"
    kind = "layer"


class UnknownPreset(UnknownName):
    code = "unknown_preset"
    title = "There is no such preset"
    kind = "preset"


class UnknownTensor(UnknownName):
    """Of a layer that is there, its tensors; they are compared without its name, in which they are all alike."""

    code = "unknown_tensor"
    title = "There is no such tensor"
    kind = "tensor"

    def _offered(self, given: str, names: list[str]) -> tuple[list[str], list[str]]:
        layer, _, letter = given.partition(".")
        letters = [name.removeprefix(f"{layer}.") for name in names if name.startswith(f"{layer}.")]
        if not letters:
            return super()._offered(given, names)
        return [f"{layer}.{one}" for one in letters], [f"{layer}.{one}" for one in _near(letter.split("[")[0], letters)]


class UnknownChoice(UnknownName):
    """A name outside the lists that have a code of their own (initializers, data sets)."""

    code = "invalid_spec"
    title = "There is no such choice"


class IndexOutOfRange(BackscopeError):
    code = "index_out_of_range"
    title = "An index is out of range"


class NotComputedYet(BackscopeError):
    code = "not_computed_yet"
    title = "The number has not been computed yet"


def brief(value: object) -> str:
    """`value` as it may stand in a message: as JSON, never long, and a long one is not read to its end."""
    text = ""
    for part in JSONEncoder(ensure_ascii=False, default=repr).iterencode(value):
        text += part
        if len(text) > LONGEST:
            text = text[: LONGEST - 3] + "…"
            break
    return text.encode("utf-8", "backslashreplace").decode()  # a lone surrogate could not be sent
