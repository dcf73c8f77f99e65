"""Errors on the wire: `application/problem+json` (RFC 9457) for every one, the framework's own included."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from ..engine.errors import BackscopeError, brief
from ..engine.registry import escape
from .answers import PREFIX
from .encoding import encode
from .monitoring import REQUEST_ID, template

log = logging.getLogger("backscope")

STATUS = {
    "invalid_http": 400,
    "invalid_json": 400,
    "json_too_deep": 400,
    "duplicate_key": 400,
    "cross_site_request": 403,
    "listing_disabled": 403,
    "read_only": 403,
    "session_not_found": 404,
    "not_found": 404,
    "moment_not_reached": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "not_computed_yet": 409,
    "session_diverged": 409,
    "run_active": 409,
    "idempotency_in_progress": 409,
    "session_expired": 410,
    "stale_revision": 412,
    "body_too_slow": 408,
    "payload_too_large": 413,
    "unsupported_media_type": 415,
    "misdirected_host": 421,
    "invalid_request": 422,
    "invalid_spec": 422,
    "network_too_large": 422,
    "shape_mismatch": 422,
    "unknown_activation": 422,
    "unknown_loss": 422,
    "unknown_optimizer": 422,
    "unknown_layer": 422,
    "unknown_preset": 422,
    "unknown_tensor": 422,
    "index_out_of_range": 422,
    "incompatible_loss": 422,
    "non_finite_number": 422,
    "invalid_text": 422,
    "count_too_large": 422,
    "csv_invalid": 422,
    "file_too_new": 422,
    "idempotency_key_reused": 422,
    "too_many_sessions": 429,
    "too_many_streams": 429,
    "rate_limited": 429,
    "head_too_large": 431,
    "internal_error": 500,
    "at_capacity": 503,
    "store_unavailable": 503,
    "shutting_down": 503,
    "storage_full": 507,
}
"""The closed list of codes, each with its status."""

FRAMEWORK = {
    404: ("not_found", "There is nothing here"),
    405: ("method_not_allowed", "This cannot be done here"),
    406: ("not_acceptable", "The answer cannot be had in this form"),
    413: ("payload_too_large", "The body is too large"),
    415: ("unsupported_media_type", "The body is not of a type that is read here"),
}


def type_of(code: str) -> str:
    """The URI of a problem of this code."""
    return f"/problems/{code.replace('_', '-')}"


def problem(
    code: str,
    title: str,
    detail: str,
    errors: Iterable[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    """A problem document; `errors` are pairs of a JSON pointer and a message, `members` stand beside the others."""
    body: dict[str, Any] = {
        "type": type_of(code),
        "title": title,
        "status": STATUS[code],
        "code": code,
        "detail": detail,
        "errors": [{"pointer": pointer, "message": message} for pointer, message in errors],
        "request_id": REQUEST_ID.get(),
        **(members or {}),
    }
    return Response(encode(body), STATUS[code], headers, "application/problem+json")


async def on_backscope_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, BackscopeError)
    return refusal(error)


def refusal(error: BackscopeError) -> Response:
    """The problem document of an error that a user can act on."""
    errors = [(error.pointer, error.detail)] if error.pointer is not None else []
    return problem(error.code, error.title, error.detail, errors, error.headers, members=error.members)


async def on_validation_error(request: Request, error: Exception) -> Response:
    """FastAPI's own 422, without the echo of the input."""
    assert isinstance(error, RequestValidationError)
    body = request.scope["route"].body_field
    shape = body and body.field_info.annotation
    found = [(_pointer(one["loc"]), _message(one, shape)) for one in error.errors()[:20]]
    return problem("invalid_request", "The request is not valid", found[0][1], found)


def _pointer(place: tuple[Any, ...]) -> str:
    """Where in the request: a pointer into the body; for a parameter its name."""
    first, *rest = place
    return "".join(f"/{escape(str(part))}" for part in rest) if first == "body" else f"{escape(str(rest[0]))}"


def _message(error: dict[str, Any], shape: Any) -> str:
    place = error["loc"][1:]
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part[:60]}" for part in place).lstrip(".") or "body"
    if error["type"] == "extra_forbidden":
        return f"{name}: unknown field; expected {', '.join(_fields(shape, place[:-1]))}"
    if error["type"] == "missing":
        return f"{name}: is missing"
    if error["type"] == "too_long":
        return f"{name}: expected at most {error['ctx']['max_length']}, got {error['ctx']['actual_length']}"
    if error["type"] == "model_attributes_type":
        return f"{name}: expected an object, got {brief(error['input'])}"
    return f"{name}: {error['msg'][:1].lower()}{error['msg'][1:]}, got {brief(error['input'])}"


def _fields(annotation: Any, place: tuple[Any, ...]) -> list[str]:
    """What the object at a place in a body may have, as a client writes it."""
    (model,) = _models(annotation)
    for name in (part for part in place if isinstance(part, str)):
        (model,) = _models(model.model_fields[name].annotation)
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models in a type such as `list[Edit] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for one in get_args(annotation) for model in _models(one)]


async def on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, title = FRAMEWORK.get(error.status_code, ("not_found", "There is nothing here"))
    asked = f"{request.method[:20]} {request.url.path[:100]}"
    allowed = methods_at(request, request.url.path)
    if error.status_code == 405 and allowed:
        return problem(code, title, f"{title}: {asked}; expected {allowed}", headers={"Allow": allowed})
    near = next((path for path in nearly(request.url.path) if methods_at(request, path)), None)
    hint = f"; did you mean {near[:100]}?" if near else ""
    return problem(code, title, f"{title}: {asked}{hint}", headers=error.headers)


def nearly(path: str) -> Iterator[str]:
    """The addresses that a path is likely to be a slip for: one slash more, or without what all of the API's have."""
    bare = path.rstrip("/")
    if bare != path:
        yield bare
    yield PREFIX + bare


def methods_at(request: Request, path: str) -> str:
    """What can be done at a path, by any of its routes; the framework tells the first one's only."""
    routes = [route for route in iter_route_contexts(request.app.routes) if route.methods]
    methods = {m for r in routes if r.path_regex.match(path) for m in r.methods or ()}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


async def on_any_error(request: Request, error: Exception) -> Response:
    request_id = REQUEST_ID.get()
    log.error("%s: %s %s failed", request_id, request.method[:20], template(request.scope), exc_info=error)
    detail = f"The server failed to answer; its log has the reason under {request_id}"
    return problem("internal_error", "Something went wrong here", detail)


def declared(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with each error under its own media type; the framework takes the answer's."""
    for operation in (operation for methods in document["paths"].values() for operation in methods.values()):
        response = operation["responses"]["4XX"]
        (schema,) = response["content"].values()
        response["content"] = {"application/problem+json": schema}
    return document


def install(app: FastAPI) -> None:
    """Answer every error with a problem document, and say so in the schema."""
    describe = app.openapi
    app.openapi = lambda: declared(describe())  # type: ignore[method-assign]
    app.add_exception_handler(BackscopeError, on_backscope_error)
    app.add_exception_handler(RequestValidationError, on_validation_error)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(Exception, on_any_error)
