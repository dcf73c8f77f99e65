"""For whoever runs the server."""

from __future__ import annotations

from fastapi import APIRouter, Response

from .encoding import answer
from .requests import Bench

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
