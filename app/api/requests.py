"""What every route asks of a request before it does anything: its session, its query, what it wants back.

All of it is `async`, though it waits for nothing: the framework calls a plain function in a thread.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query

from ..engine.errors import IndexOutOfRange, InvalidRequest, brief
from .problems import NotAcceptable
from .workbench import Workbench


async def check_query(request: Request) -> None:
    """InvalidRequest where a query parameter is unknown or stands twice: a typo must not be ignored."""
    if not request.scope["query_string"]:
        return
    route = request.scope["route"]
    known = {field.alias for field in get_flat_params(route.dependant) if isinstance(field.field_info, Query)}
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in known:
            expected = ", ".join(sorted(known)) or "none"
            raise InvalidRequest(f"Unknown query parameter {brief(name)}; expected {expected}", name[:60])
        if name in seen:
            raise InvalidRequest(f"The query parameter {name} stands twice", name)
        seen.add(name)


JSON = "application/json"
WEIGHT = re.compile(r";\s*q=([01](?:\.\d{0,3})?)\s*(?:;|$)")


async def check_accept(request: Request) -> str:
    """The media type to answer in: of those that the route declares for a 200 the one that the client likes best, JSON
    where it likes several as much. NotAcceptable where it takes none of them.
    """
    declared = request.scope["route"].responses.get(200, {}).get("content", {})
    return _liked(request, list(dict.fromkeys([JSON, *declared])))


async def check_accept_events(request: Request) -> None:
    """NotAcceptable where the client takes no stream of events."""
    _liked(request, ["text/event-stream"])


def _liked(request: Request, offered: list[str]) -> str:
    """Of the media types that are offered the one that the client likes best, or NotAcceptable."""
    accept = ", ".join(request.headers.getlist("accept"))
    best = max(offered, key=lambda media: _liking(accept, media))
    if not _liking(accept, best)[0]:
        raise NotAcceptable(f"Accept: expected {' or '.join(offered)}, got {brief(accept)}")
    return best


def _liking(accept: str, media: str) -> tuple[float, int]:
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


async def workbench(request: Request) -> Workbench:
    bench: Workbench = request.app.state.workbench
    return bench


Bench = Annotated[Workbench, Depends(workbench)]
Media = Annotated[str, Depends(check_accept)]


async def check(request: Request) -> None:
    """Query and media type in one: what a dependency costs is mostly the framework's."""
    await check_query(request)
    await check_accept(request)


COMMON: list[Any] = [Depends(check)]


def parse_index(text: str | None) -> tuple[int, ...]:
    """`0,1` as (0, 1); nothing is a scalar's index."""
    if not text:
        return ()
    if not re.fullmatch(r"\d{1,9}(,\d{1,9}){0,7}", text, re.ASCII):
        raise InvalidRequest(
            f"index: expected whole numbers with commas between, as in 0,1; got {brief(text)}", "index"
        )
    return tuple(int(part) for part in text.split(","))


def parse_window(text: str | None, size: int, name: str) -> tuple[int, int]:
    """`2:5` as (2, 5), within `size`; nothing is all."""
    if text is None:
        return 0, size
    if not re.fullmatch(r"\d{1,9}:\d{1,9}", text, re.ASCII):
        raise InvalidRequest(f"{name}: expected first:end, such as 0:10, got {brief(text)}", name)
    first, end = (int(part) for part in text.split(":"))
    if not first < end <= size:
        raise IndexOutOfRange(f"{name}: expected first < end ≤ {size}, got {first}:{end}", name)
    return first, end
