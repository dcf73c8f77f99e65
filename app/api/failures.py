"""What the server itself may fail at, for the OpenAPI document: the answers of 500 and above that an operation has.

They follow from what a route takes and gives: one that asks for the workbench or for a change needs the store, and what
is made or changed has to be kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from .problems import STATUS, type_of
from .requests import workbench
from .retries import is_change


def failures(route: RouteContext) -> Iterator[str]:
    """The codes of what may fail when a route answers. Anything may do so for a reason that nobody foresaw."""
    yield "internal_error"
    if is_change(route.dependant) or _takes(route.dependant, workbench):
        yield "store_unavailable"
    if route.status_code == 201:
        yield "at_capacity"
    if route.status_code == 201 or is_change(route.dependant):
        yield from ("shutting_down", "storage_full")


def _takes(dependant: Any, wanted: object) -> bool:
    return any(one.call is wanted or _takes(one, wanted) for one in dependant.dependencies)


def declared(document: dict[str, Any], routes: Iterator[RouteContext]) -> dict[str, Any]:
    """The document with each operation's failures, by status, in the shape that all problems have."""
    for route in routes:
        for method in route.methods or ():
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            if operation is None:
                continue
            responses = operation["responses"]
            ((media, shape),) = responses["4XX"]["content"].items()
            codes = sorted(failures(route), key=lambda code: (STATUS[code], code))
            for status in dict.fromkeys(STATUS[code] for code in codes):
                types = [type_of(code) for code in codes if STATUS[code] == status]
                schema = {**shape["schema"], "properties": {"type": {"enum": types}}}
                responses[str(status)] = {"description": " or ".join(types), "content": {media: {"schema": schema}}}
    return document


def install(app: FastAPI) -> None:
    """Put the failures into the document that is published."""
    describe = app.openapi
    app.openapi = lambda: declared(describe(), iter_route_contexts(app.routes))  # type: ignore[method-assign]
