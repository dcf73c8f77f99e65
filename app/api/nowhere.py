"""What a browser is shown where nothing is."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from ..engine.errors import brief
from .answers import PREFIX
from .page import style, templates
from .problems import on_http_error
from .routes import JSON, accepted, liking

API = PREFIX[: PREFIX.index("/", 1) + 1]
HTML = "text/html"


async def on_not_found(request: Request, error: Exception) -> Response:
    """A page for a browser that was led to where nothing is, with the ways on; for every other client a problem."""
    accept, path = accepted(request), request.scope["path"]
    if f"{path}/".startswith(API) or liking(accept, HTML) <= liking(accept, JSON):
        return await on_http_error(request, error)
    shown = {"style": request.app.state.not_found, "asked": brief(path)}
    return templates.TemplateResponse(request, "not-found.html", shown, 404, {"Vary": "Accept"})


def install(app: FastAPI) -> None:
    """Answer a browser with a page also where there is none."""
    app.state.not_found = style("css/not-found.css")
    app.add_exception_handler(404, on_not_found)
