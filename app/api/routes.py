"""What every route does with a request before its function is called: query, media types, body.

Done here and not by dependencies, of which each costs more than what it does.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import AsyncExitStack
from functools import lru_cache, partial
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from ..engine.errors import BackscopeError, InvalidRequest, brief
from ..settings import Settings
from .encoding import BODY_BYTES, apart, decode

JSON = "application/json"
JSON_TYPE = re.compile(r"application/([\w.-]+\+)?json", re.ASCII)
"""`application/json`, and the types built on it."""

WHOLE = re.compile(r"-?[0-9]+")
WEIGHT = re.compile(r";\s*q=([01](?:\.\d{0,3})?)\s*(?:;|$)")

BODILESS = ("GET", "DELETE")
"""Methods that take no body here."""

ARRIVED = "backscope.arrived"
"""In the scope of a request of which all is here, and reading it waits for nothing: a clock for that was a twentieth of
what a step takes.
"""

USUAL = 300
"""Characters of a header of which the next request has the same; what is longer is not kept for it."""


class PayloadTooLarge(BackscopeError):
    code = "payload_too_large"
    title = "The body is too large"


class BodyTooSlow(BackscopeError):
    code = "body_too_slow"
    title = "The body did not come in time"
    headers = {"Connection": "close"}


class BodyCutShort(BackscopeError):
    code = "invalid_http"
    title = "What was sent is no request"


class UnsupportedMediaType(BackscopeError):
    code = "unsupported_media_type"
    title = "The body is not of a type that is read here"


class NotAcceptable(BackscopeError):
    code = "not_acceptable"
    title = "The answer cannot be had in this form"


class JsonRequest(Request):
    """A request whose body came through `decode`, and the media type that its answer is wanted in."""

    decoded: dict[str, Any] | None = None
    media = JSON

    async def body(self) -> bytes:
        return b"{}"

    async def json(self) -> Any:
        return self.decoded


class JsonRoute(APIRoute):
    """A route whose body, where it takes one, comes in through `decode`. No body at all is the empty object.

    Its answers are of JSON, or of the media types that it declares beside that for a 200: which of them the client
    likes best is in the request's `media`.
    """

    made_of: type[JsonRequest] = JsonRequest
    files: Collection[str] = ()
    """Members of its body that are files in Base64 and no texts."""

    def offered(self) -> list[str]:
        """The media types of its answers, that which is rather given before others; none where the client's wish is not
        asked.
        """
        return list(dict.fromkeys([JSON, *self.responses.get(200, {}).get("content", {})]))

    def most_bytes(self, settings: Settings) -> int:
        """How long its body may be."""
        return settings.body_bytes

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        around = self.around(super().get_route_handler())
        offered = tuple(self.offered())
        parameters = get_flat_params(self.dependant)
        whole = [field.alias for field in parameters if field.field_info.annotation in (int, int | None)]
        known = frozenset(field.alias for field in parameters if isinstance(field.field_info, Query))

        async def handle(request: JsonRequest) -> Response:
            check_query(request, known)
            check_whole(request, whole)
            if offered:
                request.media = liked(accepted(request), offered)
            return await around(request)

        async def handler(request: Request) -> Response:
            checked = self.made_of(request.scope, request.receive)
            settings = request.app.state.settings
            if self.body_field is None:
                if request.method in BODILESS:
                    await check_bodiless(request, settings)
                return await handle(checked)
            check_media(request, (JSON_TYPE,), JSON)
            async with AsyncExitStack() as held:
                turn = partial(held.enter_async_context, request.app.state.workbench.large_bodies)
                body = await read(request, settings, self.most_bytes(settings), turn)
                token = BODY_BYTES.set(len(body))
                try:
                    checked.decoded = await apart(lambda: decode(body, settings.json_depth, self.files)) if body else {}
                    return await handle(checked)
                finally:
                    BODY_BYTES.reset(token)

        return handler

    def around(self, handle: Callable[[Any], Awaitable[Response]]) -> Callable[[Any], Awaitable[Response]]:
        """What is done with a request whose body is read."""
        return handle


def check_query(request: Request, known: frozenset[str]) -> None:
    """InvalidRequest where a query parameter is unknown or stands twice: a typo must not be ignored."""
    if not request.scope["query_string"]:
        return
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in known:
            expected = ", ".join(sorted(known)) or "none"
            raise InvalidRequest(f"Unknown query parameter {brief(name)}; expected {expected}", name[:60])
        if name in seen:
            raise InvalidRequest(f"The query parameter {name} stands twice", name)
        seen.add(name)


def check_whole(request: Request, names: Iterable[str]) -> None:
    """InvalidRequest where a whole number is not written as one: the framework takes `5.0`, `+5` and `1_0`, too."""
    for name in names:
        value = request.path_params.get(name) or request.query_params.get(name)
        if value is not None and not WHOLE.fullmatch(value):
            raise InvalidRequest(f"{name}: expected a whole number, got {brief(value)}", name)


def accepted(request: Request) -> str:
    """What the client takes, as it says."""
    return ", ".join(request.headers.getlist("accept"))


def liked(accept: str, offered: Sequence[str]) -> str:
    """Of the media types that are offered the one that the client likes best, the first where it likes several as
    much. NotAcceptable where it takes none of them.
    """
    return _known_liked(accept, offered) if len(accept) <= USUAL else _liked(accept, offered)


def _liked(accept: str, offered: Sequence[str]) -> str:
    best = max(offered, key=lambda media: liking(accept, media))
    if not liking(accept, best)[0]:
        raise NotAcceptable(f"Accept: expected {' or '.join(offered)}, got {brief(accept)}")
    return best


_known_liked = lru_cache(maxsize=256)(_liked)


def liking(accept: str, media: str) -> tuple[float, int]:
    """How much a client wants a media type, from 0 to 1, and how closely it names it."""
    weights: dict[str, float] = {}
    for part in accept.split(","):
        found = WEIGHT.search(part)
        weights[part.split(";")[0].strip().lower() or "*/*"] = float(found[1]) if found else 1.0
    if media == JSON and "application/problem+json" in weights:
        weights.setdefault(JSON, weights["application/problem+json"])
    ranges = ["*/*", f"{media.split('/')[0]}/*", media]
    named = [(weights[name], i) for i, name in enumerate(ranges) if name in weights]
    return named[-1] if named else (0.0, 0)


def check_media(request: Request, known: Iterable[re.Pattern[str]], expected: str) -> str:
    """The type that a body says it has, JSON where it says none; UnsupportedMediaType where it is not a `known` one."""
    coding = request.headers.get("content-encoding", "identity")
    if coding.lower() != "identity":
        raise UnsupportedMediaType(f"The body: expected no Content-Encoding, got {brief(coding)}")
    media = request.headers.get("content-type", JSON).split(";")[0].strip().lower()
    if not any(one.fullmatch(media) for one in known):
        raise UnsupportedMediaType(f"The body: expected {expected}, got {brief(media)}")
    return media


async def check_bodiless(request: Request, settings: Settings) -> None:
    """InvalidRequest where there is a body and none is taken: what it asks for would be ignored."""
    if "content-length" not in request.headers and "transfer-encoding" not in request.headers:
        return
    if body := await read(request, settings, settings.body_bytes):
        wanted = f"expected none with {request.method}, got {len(body)} bytes; options of it stand in the query"
        raise InvalidRequest(f"The body: {wanted}", "")


async def read(
    request: Request, settings: Settings, most: int, turn: Callable[[], Awaitable[None]] | None = None
) -> bytes:
    """The body; of one that is too long, or comes too slowly, no more is read, and nothing of one that says so.
    PayloadTooLarge, BodyTooSlow, BodyCutShort.

    What is longer than other bodies may be waits for its `turn`, since the memory for such is not there for many.
    """
    body, seconds = bytearray(), settings.body_seconds
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        raise PayloadTooLarge(f"The body: expected at most {most} bytes, got {told}")
    try:
        async with asyncio.timeout(None if request.scope.get(ARRIVED) else seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise PayloadTooLarge(f"The body: expected at most {most} bytes")
                if turn is not None and len(body) > settings.body_bytes:
                    await turn()
                    turn = None
    except TimeoutError:
        raise BodyTooSlow(f"The body: expected all of it in {seconds:g} s, got {len(body)} bytes") from None
    except ClientDisconnect:  # nobody hears it; but it is counted as theirs, and no failure of this server
        raise BodyCutShort(f"The body: expected all of it, got {len(body)} bytes and the connection's end") from None
    return bytes(body)
