"""Moving a session's head: on by steps, and back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from ..sessions.session import check_counts
from . import answers
from .requests import check_one
from .retries import Asked, ChangingRoute
from .schemas.moments import StepsAnswer
from .schemas.requests import Advance, Rewind
from .schemas.sessions import SessionAnswer
from .sessions import about

router = APIRouter(route_class=ChangingRoute, tags=["sessions"])


@router.post("/sessions/{session_id}/steps", response_model=None, responses={200: {"model": StepsAnswer}})
async def advance(asked: Asked, session_id: str, body: Advance) -> Response:
    """Advance by `count` operations, layers, phases, batches or epochs."""
    settings = asked.bench.settings
    async with asked.bench.changing(session_id, asked) as session:
        ticks = session.target(body.granularity, body.count) - session.t
        one = body.count == 1 and body.granularity != "epoch"
        wanted = body.return_ or ("ticks" if one else "none")
        most = settings.ticks_an_answer if wanted == "ticks" else None
        check_counts(ticks, -(-ticks // session.ticks_per_step), most, settings.batches_a_request)
        command, recorded = await asked.bench.run(ticks, lambda: session.advance(ticks, record=wanted == "ticks"))
        members: dict[str, Any] = {}
        if wanted == "ticks":
            limit = settings.tensor_values
            members["ticks"] = [answers.tick_record(session, tape, tick, limit) for tape, tick in recorded]
        if wanted == "frame":
            members["frame"] = answers.frame(session, session.t, None, settings.tensor_values)
        return asked.bench.commit(session, command, about(session, **members), asked)


@router.post("/sessions/{session_id}/rewind", response_model=None, responses={200: {"model": SessionAnswer}})
async def rewind(asked: Asked, session_id: str, body: Rewind) -> Response:
    """Put the head back to a moment, or to where it was at a revision."""
    async with asked.bench.changing(session_id, asked) as session:
        check_one(body, "to", "to_rev")
        if body.to is not None:
            to = body.to
            command = await asked.bench.run(session.seek_cost(to), lambda: session.rewind(to))
        else:
            assert body.to_rev is not None
            revision = body.to_rev
            cost = session.place_cost(session.place_of(revision))
            command = await asked.bench.run(cost, lambda: session.rewind_to_revision(revision))
        return asked.bench.commit(session, command, about(session), asked)
