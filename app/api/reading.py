"""Looking at a session: its graph, any moment, any tensor, any number. Reading never moves the head."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Path, Query, Response

from ..engine.errors import NotComputedYet, ShapeMismatch
from ..engine.graph import INPUT
from ..engine.rows import check_held, matrix
from ..sessions.costs import making_cost
from ..sessions.session import Session
from . import answers
from .binary import SAFETENSORS, either, headers_of, of_tensors
from .compressing import COMPRESSED, takes_compressed
from .encoding import encode
from .requests import Bench, parse_index, parse_window
from .retries import etag
from .routes import JSON, JsonRequest, JsonRoute
from .schemas.catalog import Catalog
from .schemas.explanations import ExplanationAnswer
from .schemas.graph import GraphAnswer, MatricesAnswer
from .schemas.moments import DataAnswer, FrameAnswer, MapsAnswer, PredictionAnswer, TensorAnswer
from .schemas.requests import Predict
from .sessions import about

router = APIRouter(route_class=JsonRoute, tags=["reading"])

T = Annotated[int | None, Query(ge=0, description="the moment; the head when left out")]


@router.get("/sessions/{session_id}/graph", response_model=None, responses={200: {"model": GraphAnswer}})
async def get_graph(bench: Bench, session_id: str) -> Response:
    """Layers, tensors, ops, and the ticks of a step."""
    async with bench.using(session_id) as session:
        return await bench.run(making_cost(session.spec), lambda: about(session, **answers.graph(session)))


@router.get("/sessions/{session_id}/data", response_model=None, responses={200: {"model": DataAnswer}})
async def get_data(bench: Bench, session_id: str) -> Response:
    """The rows that the network learns from and those that are held out, with targets as the loss wants them."""
    async with bench.using(session_id) as session:
        return about(session, **answers.data(session, bench.settings.tensor_values))


@router.get("/sessions/{session_id}/frames/{t}", response_model=None, responses=either(FrameAnswer))
async def get_frame(
    bench: Bench,
    request: JsonRequest,
    session_id: str,
    t: Annotated[int, Path(ge=0)],
    tensors: Annotated[str | None, Query(description="names with commas between; all when left out")] = None,
) -> Response:
    """All tensors at one moment."""
    async with bench.using(session_id) as session:
        names = tensors.split(",") if tensors else None
        for name in names or []:
            session.training.graph.find(name, "tensors")
        await prepare(bench, session, t)
        shown = f"{session.status} {tensors or ''}"  # a run begins and ends without a revision of its own
        digest = sha256(shown.encode()).hexdigest()[:16]
        headers = headers_of(etag(session, t, digest), request.media)
        known = request.headers.get("if-none-match", "")
        if known == "*" or headers["ETag"] in known:
            return Response(status_code=304, headers=headers)
        if request.media == SAFETENSORS:
            return of_tensors(session, session.frame(t, names), headers, **answers.moment(session, t))
        body = answers.frame(session, t, names, bench.settings.tensor_values)
        return about(session, headers=headers, **body)


@router.get("/sessions/{session_id}/tensors/{name}", response_model=None, responses=either(TensorAnswer))
async def get_tensor(
    bench: Bench,
    request: JsonRequest,
    session_id: str,
    name: str,
    t: T = None,
    rows: Annotated[str | None, Query(description="first:end")] = None,
    cols: Annotated[str | None, Query(description="first:end")] = None,
) -> Response:
    """One tensor in full, or a window of it."""
    async with bench.using(session_id) as session:
        session.training.graph.find(name)
        at = session.t if t is None else t
        await prepare(bench, session, at)
        values = session.frame(at, [name])[name]
        if values is None:
            raise NotComputedYet(f"{name} is not computed yet at t = {at}")
        windows: dict[str, list[int]] = {}
        for axis, (key, asked) in enumerate((("rows", rows), ("cols", cols))):
            if asked is not None:
                if axis >= values.ndim:
                    raise ShapeMismatch(f"{name} has no {key}: its shape is {list(values.shape)}", key)
                first, end = parse_window(asked, values.shape[axis], key)
                values = values[first:end] if axis == 0 else values[:, first:end]
                windows[key] = [first, end]
        headers = headers_of(etag(session), request.media)
        if request.media == SAFETENSORS:
            return of_tensors(session, {name: values}, headers, t=at, name=name, **windows)
        return about(session, headers=headers, **{"t": at, "name": name, **answers.tensor(values), **windows})


@router.get("/sessions/{session_id}/maps", response_model=None, responses=either(MapsAnswer))
async def get_maps(
    bench: Bench,
    request: JsonRequest,
    session_id: str,
    resolution: Annotated[
        int | None, Query(ge=2, le=200, description="points a side; 40 when left out, or as many as there can be")
    ] = None,
    layers: Annotated[str | None, Query(description="names with commas between; all when left out")] = None,
    t: T = None,
) -> Response:
    """What every unit answers over the plane of two inputs."""
    async with bench.using(session_id) as session:
        at = session.t if t is None else t
        names = layers.split(",") if layers else None
        await prepare(bench, session, at)

        def made() -> Response:
            plane, maps = session.maps(at, resolution, names, bench.settings.tensor_values)
            told: dict[str, Any] = {"bounds": plane.bounds, "resolution": plane.resolution, "x": plane.x, "y": plane.y}
            headers = headers_of(etag(session), request.media)
            if request.media == SAFETENSORS:
                with np.errstate(over="ignore"):
                    small = {name: values.astype(np.float32) for name, values in maps.items()}
                return of_tensors(session, small, headers, t=at, **told)
            tensors = {name: answers.tensor(values) for name, values in maps.items()}
            return about(session, headers=headers, t=at, **told, tensors=tensors)

        return await bench.run(session.maps_cost(resolution), made)


@router.get(
    "/sessions/{session_id}/explanations/{tensor}", response_model=None, responses={200: {"model": ExplanationAnswer}}
)
async def get_explanation(
    bench: Bench,
    session_id: str,
    tensor: str,
    index: Annotated[str | None, Query(description="0,1; left out for a scalar")] = None,
    t: T = None,
) -> Response:
    """How one number came to be."""
    async with bench.using(session_id) as session:
        at = session.t if t is None else t
        place = parse_index(index)
        cost = session.explanation_cost(tensor)
        await prepare(bench, session, at)
        return await bench.run(cost, lambda: about(session, **answers.explanation(session.explain(tensor, place, at))))


@router.get("/sessions/{session_id}/matrices", response_model=None, responses={200: {"model": MatricesAnswer}})
async def get_matrices(bench: Bench, session_id: str, t: T = None) -> Response:
    """The tick that led to a moment as matrix algebra, with its numbers."""
    async with bench.using(session_id) as session:
        at = session.t if t is None else t
        await prepare(bench, session, at)
        return about(session, **answers.matrices(session, at, bench.settings.tensor_values))


@router.post("/sessions/{session_id}/predictions", response_model=None, responses={200: {"model": PredictionAnswer}})
async def predict(bench: Bench, session_id: str, body: Predict) -> Response:
    """The network's outputs for other inputs, with the parameters at the head."""
    async with bench.using(session_id) as session:
        x = await bench.run(0, lambda: matrix(body.x, "x", "/x"))
        inputs = session.training.graph.tensors[INPUT].shape[1]
        if x.shape[1] != inputs:
            raise ShapeMismatch(f"x: expected {inputs} numbers a row, got {x.shape[1]}", "/x")
        check_held(x, session.spec.dtype, "x", "/x")
        tensors = session.predict(x, bench.settings.tensor_values)
        shown = {name: answers.tensor(values) for name, values in tensors.items()}
        return about(session, t=session.t, tensors=shown)


@router.get("/catalog", response_model=None, responses={200: {"model": Catalog}})
async def get_catalog(request: JsonRequest) -> Response:
    """Everything that a spec can name."""
    plain, compressed = _catalog()
    if takes_compressed(request.headers):
        return Response(compressed, media_type=JSON, headers=COMPRESSED)
    return Response(plain, media_type=JSON, headers={"Vary": COMPRESSED["Vary"]})


@cache
def _catalog() -> tuple[bytes, bytes]:
    """The catalog as it is sent, plain and compressed: each page that is opened asks for it."""
    plain = encode(answers.catalog())
    return plain, gzip.compress(plain, mtime=0)


async def prepare(bench: Bench, session: Session, t: int) -> None:
    """Have the tape of `t` at hand, off the loop where that takes a long replay. MomentNotReached."""
    await bench.run(session.seek_cost(t), lambda: session.moment(t))
