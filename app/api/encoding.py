"""The one door for JSON. In: the standard library's parser with hooks that refuse what JSON or Backscope does not
have. Out: orjson, with NaN and the infinities as strings, because null means "not computed yet".
"""

from __future__ import annotations

import gc
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import asdict, is_dataclass
from types import NoneType
from typing import Any, TypeVar

import numpy as np
import orjson
from fastapi import Response

from ..engine.errors import BackscopeError, InvalidRequest, InvalidText, NonFiniteNumber, brief
from ..engine.registry import escape
from ..engine.terms import Array
from ..engine.texts import forbidden, is_clean, is_normal, normal
from .rates import aside

LONGEST_NUMBER = 400
"""Characters. The longest double in plain decimal notation has fewer that matter."""

LARGE_EXPONENT = re.compile(r"[eE]\+?0*[0-9]{3}")
MANY_DIGITS = re.compile(r"(?<![0-9.])[0-9.]{300}")
"""What a number has that may be out of range, or is too long to be read."""

LARGE = 50_000
"""Bytes of a body that are read in some milliseconds."""

BODY_BYTES: ContextVar[int] = ContextVar("BODY_BYTES", default=0)
"""How long the body is of the request that is being answered: what is done with a long one takes long."""

Result = TypeVar("Result")


class InvalidJson(BackscopeError):
    code = "invalid_json"
    title = "The body is not JSON"


class JsonTooDeep(BackscopeError):
    code = "json_too_deep"
    title = "The body is nested too deeply"


class DuplicateKey(BackscopeError):
    code = "duplicate_key"
    title = "A key stands twice in one object"


def decode(body: bytes, deepest: int, files: Collection[str] = ()) -> dict[str, Any]:
    """The object in `body`. Every way in which it can be wrong is an error of its own; nothing long is echoed.

    Its members `files` are no texts, and come as they are.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidJson(f"The body is not UTF-8: byte {error.start} does not belong there") from None
    if text.startswith("\ufeff"):
        raise InvalidJson("The body is not JSON: it begins with a byte order mark (BOM)")
    if body.count(b"[") + body.count(b"{") > deepest and depth(body) > deepest:
        raise JsonTooDeep(f"The body is nested more than {deepest} levels deep")
    unusual = LARGE_EXPONENT.search(text) or MANY_DIGITS.search(text)
    try:
        with _collector_at_rest():
            value = (CAREFUL if unusual else DECODER).decode(text)
    except json.JSONDecodeError as error:
        raise InvalidJson(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    if not isinstance(value, dict):
        raise InvalidRequest(f"The body: expected a JSON object, got {brief(value)}", "")
    if "\\" not in text and is_clean(text) and is_normal(text):
        return value
    kept = {name: value.pop(name) for name in files if name in value}
    return {**_normalized(value, ""), **kept}


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Python's collector would go through all that is parsed so far again and again, and JSON has no circles."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def depth(body: bytes) -> int:
    """How deep brackets nest outside of strings; told before parsing, which would recurse."""
    signs = np.frombuffer(body.replace(b"\\\\", b"").replace(b'\\"', b""), np.uint8)
    quoted = np.bitwise_xor.accumulate(signs == ord('"'))
    up = ((signs == ord("[")) | (signs == ord("{"))) & ~quoted
    down = ((signs == ord("]")) | (signs == ord("}"))) & ~quoted
    levels = np.cumsum(up.astype(np.int8) - down.astype(np.int8), dtype=np.int32)
    return int(levels.max(initial=0))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise DuplicateKey(f"The key {brief(twice)} stands twice in one object")
    return made


def _constant(name: str) -> float:
    raise NonFiniteNumber(f"Expected a finite number, got {name}")


def _float(text: str) -> float:
    if len(text) > LONGEST_NUMBER or not math.isfinite(float(text)):
        raise NonFiniteNumber(f"Expected a finite number, got {brief(text)}")
    return float(text)


def _int(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise NonFiniteNumber(f"Expected a number of at most {LONGEST_NUMBER} digits, got {brief(text)}")
    return int(text)


DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
CAREFUL = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int)
"""A function call for every number takes three times as long, and is needed only where one may be out of range."""


def _normalized(value: Any, pointer: str) -> Any:
    """`value` with its texts in normal form. InvalidText where a key or a text has what no text may have."""
    if isinstance(value, str):
        return checked_text(value, pointer[1:61].replace("/", "."), pointer)
    if isinstance(value, dict):
        for key, inner in value.items():
            checked_text(key, "A key", pointer)
            value[key] = _normalized(inner, f"{pointer}/{escape(key)}")
    elif isinstance(value, list) and not all(type(inner) in (float, int) for inner in value):
        for i, inner in enumerate(value):
            value[i] = _normalized(inner, f"{pointer}/{i}")
    return value


def checked_text(text: str, what: str, pointer: str) -> str:
    """A text in normal form; InvalidText."""
    if (found := forbidden(text)) is not None:
        wanted = "expected no control character and no lone surrogate"
        raise InvalidText(f"{what}: {wanted}, got U+{ord(found):04X}", pointer)
    return normal(text)


UNCHANGED = frozenset({str, int, bool, NoneType})
"""What most of an answer is, and orjson writes as it is."""

SMALL = 1_000
"""Numbers of an array that are sooner written as a list; orjson writes those of a larger one faster as an array."""


def encode(value: Any) -> bytes:
    """`value` as JSON: arrays as nested lists, dataclasses as objects, numbers in shortest form.

    Most answers are small, and orjson writes them as they are in a sixth of the time that `plain` takes to look at each
    number. But a NaN becomes null, which means "not computed yet": where there is a null, `plain` tells the two apart.
    """
    with suppress(orjson.JSONEncodeError):
        made = orjson.dumps(value, _small)
        if b"null" not in made:
            return made
    return orjson.dumps(plain(value), option=orjson.OPT_SERIALIZE_NUMPY)


def _small(value: Any) -> Any:
    """A small array as a list; anything else that orjson does not know is left to `plain`."""
    if isinstance(value, np.ndarray) and value.size <= SMALL:
        return _exact(value).tolist()
    raise TypeError


def _exact(value: Array) -> Array:
    """A float32 goes out as the double that it is, so that one number looks the same wherever it is read."""
    return np.ascontiguousarray(value, None if value.dtype.kind in "iu" else np.float64)


def plain(value: Any) -> Any:
    """`value` with what orjson would get wrong put right: a NaN that would become null, an array with one in it."""
    kind = type(value)
    if kind in UNCHANGED:
        return value
    if kind is dict:
        return {key: inner if type(inner) in UNCHANGED else plain(inner) for key, inner in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else _named(value)
    if isinstance(value, np.ndarray):
        exact = _exact(value)
        return exact if value.ndim and np.isfinite(exact).all() else plain(value.tolist())
    if isinstance(value, (list, tuple)):
        is_right = set(map(type, value)) <= {float} and all(map(math.isfinite, value))
        return value if is_right else [plain(inner) for inner in value]
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    return value


def _named(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(encode(value), status, headers, "application/json")


async def apart(work: Callable[[], Result]) -> Result:
    """Do `work` on a request's body: here if it is short, in a thread if it would hold the loop."""
    return work() if BODY_BYTES.get() <= LARGE else await aside(work)
