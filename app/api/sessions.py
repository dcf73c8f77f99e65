"""Making sessions, and taking them away."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response

from ..engine.presets import preset_spec
from ..engine.registry import text
from ..sessions.commands import sample_json
from ..sessions.costs import making_cost
from ..sessions.errors import ListingDisabled, RecordDamaged, SessionExpired, SessionNotFound
from ..sessions.session import Session
from . import answers
from .encoding import answer
from .requests import Bench
from .retries import Asked, ChangingRoute, etag
from .schemas.sessions import SessionsAnswer, SpecAnswer

router = APIRouter(route_class=ChangingRoute, tags=["sessions"])


def about(session: Session, status: int = 200, headers: dict[str, str] | None = None, **members: Any) -> Response:
    """An answer about one session: the head, and what else was asked for."""
    return answer({"session": session.head(), **members}, status, {"ETag": etag(session), **(headers or {})})


def made(session: Session, **members: Any) -> Response:
    """The answer to a call that made a session."""
    location = {"Location": f"{answers.PREFIX}/sessions/{session.id}"}
    return about(session, 201, location, **whole(session), **members)


def present(session: Session) -> Response:
    """An answer with the spec as it is now."""
    return about(session, **whole(session))


def whole(session: Session) -> dict[str, Any]:
    """What is told of a session beside its head."""
    return {"spec": session.spec.json(), "first": session.first, "sample": sample_json(session.sample)}


SPEC = Body(
    description="A spec, or `preset` and the top-level keys that replace that preset's.",
    examples=[{"preset": "xor"}, {"preset": "xor", "seed": 1, "batch_size": 2}],
)


@router.post("/sessions", status_code=201, response_model=None, responses={201: {"model": SpecAnswer}})
async def create_session(asked: Asked, body: Annotated[dict[str, Any], SPEC]) -> Response:
    """Make a session from a spec or a preset."""
    given = dict(body)
    if "preset" in given:
        name = text(given.pop("preset"), "preset", "/preset", 60)
        given = {**preset_spec(name), **given}
    session_id = asked.bench.new_id(asked)
    spec = await asked.bench.run(0, lambda: asked.bench.spec(given))
    session = await asked.bench.run(making_cost(spec), lambda: Session(session_id, spec))
    return asked.bench.add(session, made(session), asked)


@router.get("/sessions", response_model=None, responses={200: {"model": SessionsAnswer}})
async def list_sessions(
    bench: Bench,
    page_size: Annotated[int, Query(ge=1, le=100)] = 50,
    page_token: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """The sessions of this server, oldest first."""
    if not bench.settings.listing:
        raise ListingDisabled("This server does not list its sessions: whoever has a session's id may change it")
    ids, token = bench.page(page_token, page_size)
    heads = []
    for session_id in ids:
        with suppress(SessionNotFound, SessionExpired, RecordDamaged):  # gone since the page was made up, or unreadable
            async with bench.using(session_id) as session:
                heads.append(session.head())
    return answer({"sessions": heads, "next_page_token": token})


@router.get("/sessions/{session_id}", response_model=None, responses={200: {"model": SpecAnswer}})
async def get_session(bench: Bench, session_id: str) -> Response:
    """Spec and head, and the example that the session steps on where it does not step on its data."""
    async with bench.using(session_id) as session:
        return present(session)


@router.delete("/sessions/{session_id}", status_code=204, response_model=None)
async def delete_session(asked: Asked, session_id: str) -> Response:
    """Take a session away for good."""
    if asked.if_match is None:
        return asked.bench.delete(asked.bench.changed(session_id), Response(status_code=204), asked)
    async with asked.bench.using(asked.bench.changed(session_id)) as session:
        asked.check(session)
        return asked.bench.delete(session.id, Response(status_code=204), asked)
