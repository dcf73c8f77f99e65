"""The one door for JSON. In: the standard library's parser with hooks that refuse what JSON or Backscope does not
have. Out: orjson, with NaN and the infinities as strings, because null means "not computed yet".
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

import numpy as np
import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute

from ..engine.errors import BackscopeError, InvalidRequest, InvalidText, NonFiniteNumber, brief
from ..engine.registry import escape

LONGEST_NUMBER = 400
"""Characters. The longest double in plain decimal notation has fewer that matter."""

JSON_TYPE = re.compile(r"application/([\w.-]+\+)?json", re.ASCII)
"""`application/json`, and the types built on it."""


class InvalidJson(BackscopeError):
    code = "invalid_json"
    title = "The body is not JSON"


class JsonTooDeep(BackscopeError):
    code = "json_too_deep"
    title = "The body is nested too deeply"


class DuplicateKey(BackscopeError):
    code = "duplicate_key"
    title = "A key stands twice in one object"


class PayloadTooLarge(BackscopeError):
    code = "payload_too_large"
    title = "The body is too large"


class UnsupportedMediaType(BackscopeError):
    code = "unsupported_media_type"
    title = "The body is not of a type that is read here"


def decode(body: bytes, deepest: int) -> dict[str, Any]:
    """The object in `body`. Every way in which it can be wrong is an error of its own; nothing long is echoed."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidJson(f"The body is not UTF-8: byte {error.start} does not belong there") from None
    if _depth(text) > deepest:
        raise JsonTooDeep(f"The body is nested more than {deepest} levels deep")
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int
        )
    except json.JSONDecodeError as error:
        raise InvalidJson(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    if not isinstance(value, dict):
        raise InvalidRequest(f"The body: expected a JSON object, got {brief(value)}", "")
    _check_text(value, "")
    return value


def _depth(text: str) -> int:
    """How deep brackets nest outside of strings; told before parsing, which would recurse."""
    depth = deepest = 0
    quoted = escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = character == "\\", character != '"'
        elif character == '"':
            quoted = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


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


def _check_text(value: Any, pointer: str) -> None:
    """InvalidText where a key or a string cannot be written as UTF-8, or has a control character."""
    if isinstance(value, str):
        if not _clean(value):
            raise InvalidText("A text has a lone surrogate or a control character", pointer)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not _clean(key):
                raise InvalidText("A key has a lone surrogate or a control character", pointer)
            _check_text(inner, f"{pointer}/{escape(key)}")
    elif isinstance(value, list) and not all(type(inner) in (float, int) for inner in value):
        for i, inner in enumerate(value):
            _check_text(inner, f"{pointer}/{i}")


def _clean(text: str) -> bool:
    return text.isprintable() or not any(
        "\ud800" <= character <= "\udfff" or ord(character) < 32 or ord(character) == 127 for character in text
    )


def encode(value: Any) -> bytes:
    """`value` as JSON: arrays as nested lists, dataclasses as objects, numbers in shortest form."""
    return orjson.dumps(plain(value), option=orjson.OPT_SERIALIZE_NUMPY)


def plain(value: Any) -> Any:
    """`value` with what orjson would get wrong put right: a NaN that would become null, an array with one in it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else _named(value)
    if isinstance(value, np.ndarray):
        # A float32 goes out as the double that it is, so that one number looks the same wherever it is read.
        exact = np.ascontiguousarray(value, None if value.dtype.kind in "iu" else np.float64)
        return exact if value.ndim and np.isfinite(exact).all() else plain(value.tolist())
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    return value


def _named(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(encode(value), status, headers, "application/json")


class JsonRequest(Request):
    """A request whose body came through `decode`."""

    decoded: dict[str, Any]

    async def body(self) -> bytes:
        return b"{}"

    async def json(self) -> Any:
        return self.decoded


class JsonRoute(APIRoute):
    """A route whose body, where it takes one, comes in through `decode`. No body at all is the empty object."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handle = self.around(super().get_route_handler())

        async def handler(request: Request) -> Response:
            settings = request.app.state.settings
            if self.body_field is None:
                return await handle(request)
            check_media(request, (JSON_TYPE,), "application/json")
            body = await read(request, settings.body_bytes)
            checked = JsonRequest(request.scope, request.receive)
            checked.decoded = decode(body, settings.json_depth) if body else {}
            return await handle(checked)

        return handler

    def around(self, handle: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """What is done with a request whose body is read."""
        return handle


def check_media(request: Request, known: Iterable[re.Pattern[str]], expected: str) -> str:
    """The type that a body says it has, JSON where it says none; UnsupportedMediaType where it is not a `known` one."""
    media = request.headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if not any(one.fullmatch(media) for one in known):
        raise UnsupportedMediaType(f"The body: expected {expected}, got {brief(media)}")
    return media


async def read(request: Request, most: int) -> bytes:
    """The body, if it is not too long; a longer one is not read to its end."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise PayloadTooLarge(f"The body: expected at most {most} bytes")
    return bytes(body)
