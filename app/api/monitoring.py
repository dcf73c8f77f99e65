"""What whoever runs the server sees: a line in the log and a measure for every request, and the server's own numbers.

Nobody's content is in either: no body, no query, and a path only as its route's template, because the id in it is the
key to a session.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from random import getrandbits
from time import perf_counter

from fastapi import FastAPI
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .answers import PREFIX
from .logs import get_logger
from .workbench import Workbench

REQUEST_ID: ContextVar[str] = ContextVar("REQUEST_ID")
"""What a request goes by in the log, and in the problem document where there is one."""

REQUESTS = "backscope.requests"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

disable_created_metrics()  # type: ignore[no-untyped-call]

log = get_logger(REQUESTS)


def identify() -> None:
    """Give what is answered now a name of its own."""
    REQUEST_ID.set(f"r_{getrandbits(64):016x}")


def template(scope: Scope) -> str:
    """The path of a request's route, as in `/api/v1/sessions/{session_id}`."""
    path = getattr(scope.get("route"), "path", None)
    if path is not None:
        return f"{PREFIX}{path}" if scope["path"].startswith(PREFIX) else str(path)
    return "/static" if scope["path"].startswith("/static/") else "none"


class Monitor:
    """The measures of one server."""

    def __init__(self, bench: Workbench) -> None:
        self._registry = CollectorRegistry()
        by = ["method", "route", "status"]
        self._requests = Counter("backscope_requests", "Requests that were answered", by, registry=self._registry)
        self._seconds = Histogram(
            "backscope_request_seconds",
            "Time until an answer began",
            ["route"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._measures = lru_cache(maxsize=None)(
            lambda method, route, status: (self._requests.labels(method, route, status), self._seconds.labels(route))
        )
        self._registry.register(Numbers(bench))
        ProcessCollector(registry=self._registry)

    def answered(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request, and log it where requests are logged."""
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = template(scope)
        requests, times = self._measures(method, route, status)
        requests.inc()
        times.observe(seconds)
        if log.isEnabledFor(logging.INFO):
            log.info(
                "request", id=REQUEST_ID.get(), method=method, route=route, status=status, ms=round(seconds * 1e3, 2)
            )

    def text(self) -> bytes:
        """All of it in Prometheus's format."""
        return generate_latest(self._registry)


class Numbers(Collector):
    """What is counted anew whenever somebody asks."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def collect(self) -> Iterator[Metric]:
        bench = self._bench
        held = len(list(bench.store.ids()))
        active = sum(run.is_running for runs in bench.runs.values() for run in runs)
        yield GaugeMetricFamily("backscope_sessions_held", "Sessions in the store", held)
        yield GaugeMetricFamily("backscope_sessions_open", "Sessions in memory", bench.open_count)
        yield GaugeMetricFamily("backscope_runs_active", "Runs in the background", active)
        yield GaugeMetricFamily("backscope_streams_open", "Streams of events", bench.feeds.count)
        yield GaugeMetricFamily("backscope_store_bytes", "Size of the store", bench.store.size())
        yield CounterMetricFamily("backscope_steps", "Training steps that were finished", bench.steps_run)


class Monitored:
    """Watches requests from outside of everything else, so that those which are refused count too."""

    def __init__(self, app: ASGIApp, monitor: Monitor) -> None:
        self._app, self._monitor = app, monitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = perf_counter()
        identify()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._monitor.answered(scope, message["status"], perf_counter() - began)
            await send(message)

        await self._app(scope, receive, watched)


def install(app: FastAPI, bench: Workbench) -> None:
    """Watch everything that the application answers, and what is around it."""
    app.state.monitor = monitor = Monitor(bench)
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Monitored(build(), monitor)  # type: ignore[method-assign]
