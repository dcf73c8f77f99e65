"""How a run goes and where it could go: the curves of its history, and the loss around its parameters."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response

from .reading import T, prepare
from .requests import Bench, parse_index
from .routes import JsonRoute
from .schemas.curves import HistogramsAnswer, LandscapeAnswer, MetricsAnswer, SliceAnswer, TrendsAnswer
from .sessions import about

router = APIRouter(route_class=JsonRoute, tags=["reading"])

NUMBERS = 8_000_000
"""How many numbers of a tensor are counted for one answer: of a large one fewer steps are looked at."""

POINTS = Query(ge=1, le=200, description="how many steps, evenly spaced")
SPAN = Query(gt=0, le=1e6, allow_inf_nan=False, description="how far to either side")


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


@router.get("/sessions/{session_id}/trends", response_model=None, responses={200: {"model": TrendsAnswer}})
async def get_trends(bench: Bench, session_id: str, points: Annotated[int, POINTS] = 64, t: T = None) -> Response:
    """What each layer did in some of the finished steps: its update over its weights, its slopes, its silent units."""
    async with bench.using(session_id) as session:
        at = session.t if t is None else t
        steps = session.looked_back(at, points)
        found = await bench.run(session.looking_back_cost(steps), lambda: session.trends(steps))
        return about(session, t=at, steps=steps, layers=[{"layer": layer, **own} for layer, own in found.items()])


@router.get("/sessions/{session_id}/histograms", response_model=None, responses={200: {"model": HistogramsAnswer}})
async def get_histograms(
    bench: Bench,
    session_id: str,
    tensor: Annotated[str, Query(max_length=100, description="such as hidden1.W or hidden1.dW")],
    bins: Annotated[int, Query(ge=2, le=200)] = 40,
    points: Annotated[int, POINTS] = 64,
    t: T = None,
) -> Response:
    """How the numbers of a tensor were spread at the end of some of the finished steps."""
    async with bench.using(session_id) as session:
        at = session.t if t is None else t
        size = session.numbers_of(tensor)
        steps = session.looked_back(at, max(1, min(points, NUMBERS // max(1, size))))
        cost = session.looking_back_cost(steps, size)
        found = await bench.run(cost, lambda: session.histograms(tensor, steps, bins))
        return about(session, t=at, tensor=tensor, **vars(found))


@router.get("/sessions/{session_id}/slices", response_model=None, responses={200: {"model": SliceAnswer}})
async def get_slice(
    bench: Bench,
    session_id: str,
    tensor: Annotated[str, Query(max_length=100, description="a parameter, such as hidden1.W")],
    index: Annotated[str | None, Query(description="0,1")] = None,
    span: Annotated[float, SPAN] = 2.0,
    points: Annotated[int, Query(ge=2, le=1_001)] = 61,
    t: T = None,
) -> Response:
    """The loss along one parameter, its tangent, and the step that the optimizer takes."""
    async with bench.using(session_id) as session:
        at = session.t if t is None else t
        place = parse_index(index)
        await prepare(bench, session, at)
        found = await bench.run(session.losses_cost(points), lambda: session.slice(tensor, place, span, points, at))
        update = None
        if found.move and found.alone:
            before, after = found.move
            update = {"before": before, "after": after, "taken": session.updated(at, tensor), **asdict(found.alone)}
        return about(
            session,
            t=at,
            tensor=tensor,
            index=place,
            values=found.values,
            losses=found.losses,
            tangent={"value": found.value, "loss": found.loss, "slope": found.slope},
            update=update,
            step=found.whole,
        )


@router.get("/sessions/{session_id}/landscape", response_model=None, responses={200: {"model": LandscapeAnswer}})
async def get_landscape(
    bench: Bench,
    session_id: str,
    resolution: Annotated[int, Query(ge=2, le=101, description="points a side")] = 31,
    span: Annotated[float, SPAN] = 1.0,
    t: T = None,
) -> Response:
    """The loss over the gradient's direction and one across it, with the path taken."""
    async with bench.using(session_id) as session:
        at = session.t if t is None else t
        await prepare(bench, session, at)
        found = await bench.run(session.losses_cost(resolution**2), lambda: session.landscape(resolution, span, at))
        x, y = found.move
        return about(
            session,
            t=at,
            x=found.x,
            y=found.y,
            losses=found.losses,
            centre={"loss": found.loss, "gradient_norm": found.gradient_norm},
            directions=dict(zip("xy", found.directions, strict=True)),
            path={"steps": found.steps, "x": found.path[:, 0], "y": found.path[:, 1]},
            step={"x": float(x), "y": float(y), "taken": session.updated(at), **asdict(found.whole)},
        )
