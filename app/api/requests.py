"""What every route asks of a request before it does anything: its session, its query, what it wants back."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query

from ..engine.errors import IndexOutOfRange, InvalidRequest, brief
from .problems import NotAcceptable
from .workbench import Workbench


def check_query(request: Request) -> None:
    """InvalidRequest where a query parameter is unknown or stands twice: a typo must not be ignored."""
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


REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")
"""A media type of weight 0 is one that the client does not take."""


def check_accept(request: Request) -> None:
    """NotAcceptable where the client takes no JSON."""
    _check_takes(request, "application/json", "application/problem+json")


def check_accept_events(request: Request) -> None:
    """NotAcceptable where the client takes no stream of events."""
    _check_takes(request, "text/event-stream")


def _check_takes(request: Request, wanted: str, *as_well: str) -> None:
    accept = ", ".join(request.headers.getlist("accept"))
    kinds = {part.split(";")[0].strip().lower() for part in accept.split(",") if not REFUSED.search(part)}
    if not {"", "*/*", f"{wanted.split('/')[0]}/*", wanted, *as_well} & kinds:
        raise NotAcceptable(f"Accept: expected {wanted}, got {brief(accept)}")


def workbench(request: Request) -> Workbench:
    bench: Workbench = request.app.state.workbench
    return bench


Bench = Annotated[Workbench, Depends(workbench)]
COMMON: list[Any] = [Depends(check_query), Depends(check_accept)]


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
