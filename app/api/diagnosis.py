"""Whether a session's gradients are right, and what keeps its network from learning. Both only look."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response

from .requests import Bench
from .routes import JsonRoute
from .schemas.checks import DiagnosisAnswer, GradientCheckAnswer
from .schemas.requests import CheckGradients
from .sessions import about
from .workbench import LONG

router = APIRouter(route_class=JsonRoute, tags=["diagnosis"])


@router.post(
    "/sessions/{session_id}/gradient-checks", response_model=None, responses={200: {"model": GradientCheckAnswer}}
)
async def check_gradients(bench: Bench, session_id: str, body: CheckGradients) -> Response:
    """Hold the gradients of a step against its loss, by complex step or by central differences."""
    async with bench.using(session_id) as session:
        at = session.t if body.t is None else body.t
        index = None if body.index is None else tuple(body.index)
        checked = await bench.run(LONG + 1, lambda: session.check_gradients(body.method, body.tensors, index, at))
        return about(session, t=at, step=session.step_of(at), **asdict(checked))


@router.get("/sessions/{session_id}/diagnostics", response_model=None, responses={200: {"model": DiagnosisAnswer}})
async def diagnose(
    bench: Bench,
    session_id: str,
    t: Annotated[int | None, Query(ge=0, description="the moment; the head when left out")] = None,
) -> Response:
    """What each layer does to the gradient, and what is wrong with a cure for it."""
    async with bench.using(session_id) as session:
        at = session.t if t is None else t
        made = await bench.run(LONG + 1, lambda: session.diagnose(at))
        return about(session, t=at, **asdict(made))
