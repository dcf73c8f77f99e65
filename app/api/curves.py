"""How a run goes and where it could go: the curves of its history, and the loss around its parameters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from .encoding import JsonRoute
from .requests import COMMON, Bench
from .schemas import MetricsAnswer
from .sessions import about

router = APIRouter(route_class=JsonRoute, dependencies=COMMON, tags=["reading"])


@router.get("/sessions/{session_id}/metrics", response_model=None, responses={200: {"model": MetricsAnswer}})
async def get_metrics(
    bench: Bench,
    session_id: str,
    names: Annotated[str | None, Query(description="names with commas between; all when left out")] = None,
    max_points: Annotated[int, Query(ge=2, le=10_000, description="of each series")] = 1_000,
) -> Response:
    """The loss and the gradients' norms over the steps; how all rows fare over the epochs."""
    async with bench.using(session_id) as session:
        asked = names.split(",") if names else None
        series = await bench.run(session.metrics_cost(), lambda: session.metrics(asked, max_points))
        return about(session, series={name: {"steps": one.steps, "values": one.values} for name, one in series.items()})
