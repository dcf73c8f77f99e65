"""Training in the background: starting a run, seeing how far it is, and cancelling it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from ..sessions.errors import CountTooLarge
from ..sessions.run import Run
from ..sessions.session import Session
from .answers import PREFIX
from .requests import Bench, check_one
from .retries import UNCONDITIONAL, Asked, ChangingRoute
from .running import Runs
from .schemas.requests import StartRun
from .schemas.runs import RunAnswer
from .sessions import about

router = APIRouter(route_class=ChangingRoute, tags=["runs"])


@router.post("/sessions/{session_id}/runs", status_code=202, response_model=None, responses={202: {"model": RunAnswer}})
async def start_run(runs: Runs, asked: Asked, session_id: str, body: StartRun) -> Response:
    """Train for steps or for epochs in the background."""
    async with asked.bench.changing(session_id, asked) as session:
        total = steps_of(session, body, asked.bench.settings.run_steps)
        session.check_goes_on()
        run = runs.new(session, total, body.until.loss_below if body.until else None)
        session.running = True
        made = about(session, 202, {"Location": f"{PREFIX}/sessions/{session.id}/runs/{run.id}"}, run=run.json())
        asked.bench.keep_reply(session.id, asked.reply(made))
        runs.start(run)
        return made


def steps_of(session: Session, body: StartRun, most: int) -> int:
    """How many steps are asked for. InvalidRequest, CountTooLarge."""
    check_one(body, "steps", "epochs")
    steps = body.steps
    if body.epochs is not None:
        steps = session.target("epoch", body.epochs) // session.ticks_per_step - session.training.step
    assert steps is not None
    if steps > most:
        name = "steps" if body.epochs is None else "epochs"
        raise CountTooLarge(f"{name}: expected at most {most} steps in one run, got {steps}", f"/{name}")
    return steps


@router.get("/sessions/{session_id}/runs/{run_id}", response_model=None, responses={200: {"model": RunAnswer}})
async def get_run(bench: Bench, runs: Runs, session_id: str, run_id: str) -> Response:
    """How far a run is."""
    async with bench.using(session_id) as session:
        return shown(session, runs.find(session.id, run_id))


@router.delete(
    "/sessions/{session_id}/runs/{run_id}",
    response_model=None,
    responses={200: {"model": RunAnswer}},
    openapi_extra=UNCONDITIONAL,
)
async def cancel_run(runs: Runs, asked: Asked, session_id: str, run_id: str) -> Response:
    """End a run after a whole step, at whatever revision it is by then. What is over stays as it is."""
    async with asked.bench.using(asked.bench.changed(session_id)) as session:
        run = runs.find(session.id, run_id)
        runs.cancel(run)
        session.running = asked.bench.running(session.id) is not None
        made = shown(session, run)
        asked.bench.keep_reply(session.id, asked.reply(made))
        return made


def shown(session: Session, run: Run) -> Response:
    return about(session, run=run.json())
