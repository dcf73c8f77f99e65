"""Uploading data: a table comes in as CSV or JSON, and what was understood of it goes out."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from ..engine.datasets import Bounds, Table
from ..engine.datasets.sheet import from_csv, from_lists
from ..engine.datasets.table import STANDARDIZE, TASK, table
from ..engine.errors import InvalidRequest
from ..engine.registry import only, text
from ..engine.rows import suggestion
from .answers import PREFIX
from .encoding import answer, checked_text, decode
from .requests import Bench
from .routes import JSON_TYPE, JsonRoute, check_media, read
from .schemas.datasets import DatasetAnswer
from .schemas.requests import TableUpload

router = APIRouter(route_class=JsonRoute, tags=["datasets"])

CSV_TYPE = re.compile("text/csv")
SHOWN = 5
"""Rows of the preview."""
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}, "example": "width,height,kind\n1,2,a\n3,4,b\n5,6,b\n"},
            "application/json": {"schema": TableUpload.model_json_schema()},
        },
    }
}


@router.post(
    "/datasets",
    status_code=201,
    response_model=None,
    responses={201: {"model": DatasetAnswer}},
    openapi_extra=BODY,
)
async def upload(
    request: Request,
    bench: Bench,
    target: Annotated[str | None, Query(description="the column to be predicted; the last when left out")] = None,
    standardize: Annotated[bool | None, Query(description=STANDARDIZE.text)] = None,
    task: Annotated[Literal["auto", "classification", "regression"] | None, Query(description=TASK.text)] = None,
) -> Response:
    """Keep a table to make sessions from: CSV with the options in the query, or JSON with the options in the body."""
    media = check_media(request, (CSV_TYPE, JSON_TYPE), "text/csv or application/json")
    settings = bench.settings
    body = await read(request, settings, settings.body_bytes)
    bounds = Bounds(settings.columns, settings.cells)

    def from_text() -> Table:
        wanted = None if target is None else checked_text(target, "target", "target")
        return table(from_csv(body, bounds), wanted, bool(standardize), task or "auto", bounds, "target")

    def from_json() -> Table:
        given = decode(body, settings.json_depth)
        if (target, standardize, task) != (None, None, None):
            raise InvalidRequest("the query: with JSON, target, standardize and task stand in the body", "")
        return _from_json(given, bounds)

    made = await bench.run(len(body) // 10, from_text if CSV_TYPE.fullmatch(media) else from_json)
    dataset_id = bench.keep(made.dump())
    return answer(described(dataset_id, made), 201, {"Location": f"{PREFIX}/datasets/{dataset_id}"})


def _from_json(given: dict[str, Any], bounds: Bounds) -> Table:
    only(given, ["columns", "rows", "target", "standardize", "task"], "", "data set")
    for key in ("columns", "rows"):
        if key not in given:
            raise InvalidRequest(f"data set: `{key}` is missing", f"/{key}")
    target = given.get("target")
    if target is not None:
        target = text(target, "target", "/target", 100)
    standardize = bool(STANDARDIZE.check(given.get("standardize", False), "/standardize"))
    task = str(TASK.check(given.get("task", "auto"), "/task"))
    sheet = from_lists(given["columns"], given["rows"], bounds)
    return table(sheet, target, standardize, task, bounds, "/target")


@router.get("/datasets/{dataset_id}", response_model=None, responses={200: {"model": DatasetAnswer}})
async def get_dataset(bench: Bench, dataset_id: str) -> Response:
    """What was understood of a table when it was uploaded."""
    return answer(described(dataset_id, Table.load(bench.store.get_dataset(dataset_id))))


def described(dataset_id: str, made: Table) -> dict[str, Any]:
    """A data set as the answers show it."""
    classes = made.classes
    suggested = suggestion(len(classes) if classes else None)
    return {
        "id": dataset_id,
        "rows": len(made.x),
        "columns": made.columns,
        "inputs": len(made.inputs),
        "input_names": made.inputs,
        "outputs": suggested["output"]["units"],
        "task": "classification" if classes else "regression",
        "because": made.because,
        "classes": classes,
        "preview": {"x": made.x[:SHOWN], "y": made.y[:SHOWN]},
        "suggestion": suggested,
    }
