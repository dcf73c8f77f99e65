"""Changing a session: its parameters, its optimizer's numbers, the example it steps on; what that would do, what was
done, and going another way from any moment.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from ..engine.errors import InvalidRequest, brief
from ..sessions.costs import making_cost
from ..sessions.forking import fork as make_fork
from ..sessions.store import Command
from . import answers
from .requests import Bench
from .retries import Asked, ChangingRoute
from .schemas.moments import FrameAnswer
from .schemas.requests import EditParameters, Fork, Preview, PutSample, Settle
from .schemas.sessions import LogAnswer, SessionAnswer, SpecAnswer
from .sessions import about, made, present
from .workbench import LONG

router = APIRouter(route_class=ChangingRoute, tags=["sessions"])


MOST_EDITS = 10_000
"""Edits after which a page of the log ends early."""


@router.patch("/sessions/{session_id}", response_model=None, responses={200: {"model": SpecAnswer}})
async def settle(asked: Asked, session_id: str, body: Settle) -> Response:
    """Give a session another name, or its optimizer other numbers from a moment on."""
    async with asked.bench.changing(session_id, asked) as session:
        cost = session.change_cost(body.at)
        command = await asked.bench.run(cost, lambda: session.settle(body.name, body.optimizer, body.at))
        return asked.bench.commit(session, command, present(session), asked)


@router.patch("/sessions/{session_id}/parameters", response_model=None, responses={200: {"model": SessionAnswer}})
async def edit(asked: Asked, session_id: str, body: EditParameters) -> Response:
    """Give numbers of parameters other values: all of them or none."""
    async with asked.bench.changing(session_id, asked) as session:
        cost = session.change_cost(body.at)
        command = await asked.bench.run(cost, lambda: session.edit([one.model_dump() for one in body.edits], body.at))
        return asked.bench.commit(session, command, about(session), asked)


@router.put("/sessions/{session_id}/sample", response_model=None, responses={200: {"model": SpecAnswer}})
async def put_sample(asked: Asked, session_id: str, body: PutSample) -> Response:
    """Step on this one example from now on."""
    async with asked.bench.changing(session_id, asked) as session:
        cost = session.change_cost(body.at)
        command = await asked.bench.run(cost, lambda: session.put_sample(body.x, body.y, body.at))
        return asked.bench.commit(session, command, present(session), asked)


@router.delete("/sessions/{session_id}/sample", response_model=None, responses={200: {"model": SpecAnswer}})
async def drop_sample(
    asked: Asked,
    session_id: str,
    at: Annotated[int | None, Query(ge=0, description="the moment to go back to; the head when left out")] = None,
) -> Response:
    """Step on the data again."""
    async with asked.bench.changing(session_id, asked) as session:
        command = await asked.bench.run(session.change_cost(at), lambda: session.drop_sample(at))
        return asked.bench.commit(session, command, present(session), asked)


@router.post("/sessions/{session_id}/previews", response_model=None, responses={200: {"model": FrameAnswer}})
async def preview(bench: Bench, session_id: str, body: Preview) -> Response:
    """The frame as it would be with other values at its step's start, or on one example; changes nothing."""
    asked, most = body.model_dump(), bench.settings.tensor_values
    async with bench.using(session_id) as session:
        at = session.t if body.t is None else body.t
        found = await bench.run(session.change_cost(at), lambda: session.preview(asked["edits"], asked["sample"], at))
        return about(session, **answers.frame_of(session, at, found, most, linked=False))


@router.get("/sessions/{session_id}/log", response_model=None, responses={200: {"model": LogAnswer}})
async def get_log(
    bench: Bench,
    session_id: str,
    page_size: Annotated[int, Query(ge=1, le=1_000)] = 100,
    page_token: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """What was done to a session, oldest first."""
    async with bench.using(session_id) as session:
        done = 0 if page_token is None else _revision(page_token, session.revision)
        rows: list[dict[str, object]] = []
        edits = 0
        while done < session.revision and len(rows) < page_size and edits < MOST_EDITS:
            first = done
            done += 1
            if session.log[first].kind == "advance":
                while done < session.revision and session.log[done].kind == "advance":
                    done += 1
            last = session.log[done - 1]
            edits += len(last.details.get("edits", ()))
            rows.append(
                {
                    "rev": done,
                    "kind": last.kind,
                    "before": session.log[first].before,
                    "after": last.after,
                    "commands": done - first,
                    "changed": changed(last),
                }
            )
        return about(session, commands=rows, next_page_token=str(done) if done < session.revision else None)


def _revision(page_token: str, most: int) -> int:
    if not (page_token.isascii() and page_token.isdigit() and int(page_token) <= most):
        raise InvalidRequest(f"page_token: expected one that this log gave, got {brief(page_token)}", "page_token")
    return int(page_token)


def changed(command: Command) -> dict[str, object] | None:
    """What a command changed beside the moment."""
    details = command.details
    found: dict[str, object] = {}
    if "name" in details:
        found["name"] = {"before": details["was_name"], "after": details["name"]}
    if "optimizer" in details:
        was, now = details["was"], details["optimizer"]
        found["optimizer"] = {k: {"before": was[k], "after": now[k]} for k in now if now[k] != was[k]}
    if "edits" in details:
        found["edits"] = [
            {"tensor": one["tensor"], "index": one["index"], "before": was, "after": one["value"]}
            for one, was in zip(details["edits"], details["was"], strict=True)
        ]
    if "sample" in details:
        found["sample"] = details["sample"]
    if "to_rev" in details:
        found["to_rev"] = details["to_rev"]
    return found or None


@router.post(
    "/sessions/{session_id}/fork", status_code=201, response_model=None, responses={201: {"model": SpecAnswer}}
)
async def fork(asked: Asked, session_id: str, body: Fork) -> Response:
    """A new session from a moment of this one, with changes to its spec."""
    async with asked.bench.using(session_id) as session:
        asked.check(session)
        place, changes, forked = session.place_at(body.at, body.at_rev), body.spec or {}, asked.bench.new_id(asked)
        making = making_cost(session.spec) if not changes else LONG + 1  # of a changed spec nothing is known yet
        cost = 2 * session.start_cost(place.t, place.line) + making
        child = await asked.bench.run(cost, lambda: make_fork(session, forked, place, changes, asked.bench.spec))
        return asked.bench.add(child, made(child), asked)
