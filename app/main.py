"""The one place where everything is put together."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from .api import changes, curves, datasets, diagnosis, exchange, operations, page, paths, problems, reading, sessions
from .api.answers import PREFIX
from .api.schemas import Problem
from .api.workbench import Workbench
from .sessions.store import MemoryStore
from .settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application. Without `settings` they come from the environment."""
    app = FastAPI(
        title="Backscope",
        version="1",
        description="Backpropagation, one step at a time. See `docs/` for the words and the contract.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        strict_content_type=False,
        responses={"4XX": {"model": Problem, "description": "A problem (RFC 9457)"}},
    )
    app.state.settings = settings or Settings()
    app.state.workbench = Workbench(MemoryStore(), app.state.settings)
    app.state.page = page.assets("src/main.ts")
    app.state.docs = page.assets("src/docs.ts")
    problems.install(app)
    app.include_router(sessions.router, prefix=PREFIX)
    app.include_router(changes.router, prefix=PREFIX)
    app.include_router(reading.router, prefix=PREFIX)
    app.include_router(curves.router, prefix=PREFIX)
    app.include_router(datasets.router, prefix=PREFIX)
    app.include_router(paths.router, prefix=PREFIX)
    app.include_router(diagnosis.router, prefix=PREFIX)
    app.include_router(exchange.router, prefix=PREFIX)
    app.include_router(operations.router)
    app.include_router(page.router)
    app.mount("/static", StaticFiles(directory=page.DIST), name="static")
    return app
