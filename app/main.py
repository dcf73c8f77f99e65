"""The one place where everything is put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI

from .api import (
    changes,
    curves,
    datasets,
    diagnosis,
    events,
    exchange,
    failures,
    heads,
    lessons,
    links,
    monitoring,
    moving,
    nowhere,
    operations,
    page,
    paths,
    problems,
    questions,
    reading,
    runs,
    security,
    sessions,
)
from .api.answers import PREFIX
from .api.running import Runner
from .api.schemas.problems import Problem
from .api.workbench import Workbench
from .lessons import Library
from .sessions.sqlite import SqliteStore
from .settings import Settings


async def wind_down(app: FastAPI) -> None:
    """End what would not end by itself, runs and streams, and change nothing any more."""
    app.state.workbench.is_closing = True
    await app.state.runner.close()
    app.state.workbench.feeds.close()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """When no request is open any more, the sessions are put away. A server that has been told to stop calls
    `wind_down` before, because it waits for streams.
    """
    yield {"wind_down": partial(wind_down, app)}
    await wind_down(app)
    app.state.workbench.close()


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application. Without `settings` they come from the environment. StoreUnavailable."""
    app = FastAPI(
        title="Backscope",
        version="1",
        description="Backpropagation, one step at a time. See `docs/` for the words and the contract.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        strict_content_type=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # costs time; `monitoring` counts
        lifespan=lifespan,
        responses={"4XX": {"model": Problem, "description": "A problem (RFC 9457)"}},
    )
    app.state.settings = settings or Settings()
    app.state.page = page.assets("src/main.ts")
    app.state.docs = page.assets("src/docs.ts")
    app.state.library = Library(app.state.settings.lessons)
    app.state.workbench = Workbench(SqliteStore(app.state.settings.store), app.state.settings)
    app.state.runner = Runner(app.state.workbench)
    problems.install(app)
    failures.install(app)
    nowhere.install(app)
    links.install(app)
    heads.install(app)
    security.install(app, app.state.settings)
    monitoring.install(app, app.state.workbench)
    app.include_router(moving.router, prefix=PREFIX)  # first, for routes are tried in this order, and steps are most
    app.include_router(sessions.router, prefix=PREFIX)
    app.include_router(changes.router, prefix=PREFIX)
    app.include_router(runs.router, prefix=PREFIX)
    app.include_router(events.router, prefix=PREFIX)
    app.include_router(reading.router, prefix=PREFIX)
    app.include_router(curves.router, prefix=PREFIX)
    app.include_router(datasets.router, prefix=PREFIX)
    app.include_router(paths.router, prefix=PREFIX)
    app.include_router(diagnosis.router, prefix=PREFIX)
    app.include_router(questions.router, prefix=PREFIX)
    app.include_router(lessons.router, prefix=PREFIX)
    app.include_router(exchange.router, prefix=PREFIX)
    app.include_router(operations.router)
    app.include_router(page.router)
    app.mount("/static", page.BuiltFiles(), name="static")
    return app
