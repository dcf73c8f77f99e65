"""The links of the OpenAPI document: what is made by one call can be asked for by others, with the id in its answer."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

MAKING = {"": ("session_id", "/session/id"), "/datasets": ("dataset_id", "/id"), "/runs": ("run_id", "/run/id")}
"""By the end of a path where something is made, "" for a session: the parameter, and where the answer has its id."""

GIVEN = "session_id"


def linked(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a link from each answer that tells of something new to each operation on that."""
    for path, operations in document["paths"].items():
        name, place = MAKING.get(f"/{path.rpartition('/')[2]}", MAKING[""])
        known = {GIVEN: f"$request.path.{GIVEN}"} if f"{{{GIVEN}}}" in path and name != GIVEN else {}
        for status, response in operations.get("post", {}).get("responses", {}).items():
            if status in ("201", "202"):
                response["links"] = _links(document, {**known, name: f"$response.body#{place}"}, name)
    return document


def _links(document: dict[str, Any], parameters: dict[str, str], name: str) -> dict[str, Any]:
    """Links with `parameters` to every operation that has `name` and no other one in its path that is not known."""
    found = {}
    for path, operations in document["paths"].items():
        wanted = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        if name in wanted and (name == GIVEN or wanted == set(parameters)):
            for operation in operations.values():
                known = {one: parameters[one] for one in wanted & set(parameters)}
                found[operation["operationId"]] = {"operationId": operation["operationId"], "parameters": known}
    return found


def install(app: FastAPI) -> None:
    """Put the links into the document that is published."""
    describe = app.openapi
    app.openapi = lambda: linked(describe())  # type: ignore[method-assign]
