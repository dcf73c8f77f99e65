"""What routes take from a request: the server's sessions, parts of a query, what it wants back.

All of it is `async`, though it waits for nothing: the framework calls a plain function in a thread.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel

from ..engine.errors import IndexOutOfRange, InvalidRequest, brief
from .workbench import Workbench


async def workbench(request: Request) -> Workbench:
    bench: Workbench = request.app.state.workbench
    return bench


Bench = Annotated[Workbench, Depends(workbench)]


def check_one(body: BaseModel, one: str, other: str) -> None:
    """InvalidRequest unless exactly one of these two members of a body is there."""
    given = [name for name in (one, other) if getattr(body, name) is not None]
    if len(given) != 1:
        got = "both" if given else "neither"
        raise InvalidRequest(f"expected either `{one}` or `{other}`, got {got}", "")


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
