"""For whoever runs the server."""

from __future__ import annotations

from ipaddress import ip_address
from secrets import compare_digest

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from .encoding import answer
from .requests import Bench, workbench

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
"""What a proxy says of whom it asks for: its own address may be this machine's."""

router = APIRouter(tags=["operations"])


@router.get("/livez", response_model=None)
async def livez() -> Response:
    """The loop answers."""
    return answer({"status": "ok"})


@router.get("/readyz", response_model=None)
async def readyz(bench: Bench) -> Response:
    """The store answers."""
    bench.store.check()
    return answer({"status": "ok"})


@router.get("/metrics", response_class=PlainTextResponse, dependencies=[Depends(workbench)])
async def metrics(request: Request) -> Response:
    """The server's numbers in Prometheus's format. For anybody but this machine or a bearer of the token, nothing is
    here.
    """
    if not (_is_local(request) or _has_token(request)):
        raise HTTPException(404)
    return Response(request.app.state.monitor.text(), media_type=CONTENT_TYPE_LATEST)


def _is_local(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _has_token(request: Request) -> bool:
    token = request.app.state.settings.metrics_token
    given = request.headers.get("authorization", "")
    return bool(token) and compare_digest(given.encode(), f"Bearer {token}".encode())
