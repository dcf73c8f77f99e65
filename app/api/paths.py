"""From one number to the loss: the ways that its gradient is made of."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from . import answers
from .reading import T, prepare
from .requests import Bench, parse_index
from .routes import JsonRoute
from .schemas.explanations import PathsAnswer
from .sessions import about

router = APIRouter(route_class=JsonRoute, tags=["reading"])


@router.get("/sessions/{session_id}/paths", response_model=None, responses={200: {"model": PathsAnswer}})
async def get_paths(
    bench: Bench,
    session_id: str,
    tensor: Annotated[str, Query(description="a parameter, or what lies between one and the loss")],
    index: Annotated[str | None, Query(description="0,1")] = None,
    sample: Annotated[int | None, Query(ge=0, description="a row of the batch; all when left out")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000, description="how many paths are listed")] = 100,
    t: T = None,
) -> Response:
    """The paths from one number to the loss, strongest first."""
    async with bench.using(session_id) as session:
        at = session.t if t is None else t
        place, most = parse_index(index), bench.settings.path_terms
        session.training.graph.find(tensor, "tensor")
        await prepare(bench, session, at)

        def find() -> Response:
            return about(session, **answers.paths(session.paths(tensor, place, at, limit, sample, most)))

        return await bench.run(session.paths_cost(limit, sample), find)
