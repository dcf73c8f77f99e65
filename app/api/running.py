"""Runs in the background: in slices of whole steps, one slice at a time over all sessions in turn.

Each slice is a command like any other, and is kept before the next begins: threads that got ahead of the loop would
leave it one long row of commands to keep, and everybody else would wait. Between two slices a session can be read, and
the run cancelled.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from secrets import token_urlsafe
from statistics import median_low
from typing import Annotated

from fastapi import Depends, Request

from ..engine.errors import BackscopeError
from ..sessions.errors import RunNotFound
from ..sessions.run import KEPT, Run
from ..sessions.session import Session
from ..sessions.store import Command
from .rates import aside, in_debt
from .workbench import Workbench

SLICE_SECONDS = 0.02
"""What a slice takes, and a round over all sessions while they are few; up to twice that to make up for less before."""

SHORTEST_SECONDS = 0.003
"""What a slice takes at least, because it costs some tenths of a millisecond to begin one."""

DEBT_SECONDS = 0.05
"""How often a run looks whether whoever started it has CPU time again."""

log = logging.getLogger("backscope")


class Runner:
    """Drives the runs of one server, each by a task of its own. They get their turns in the order in which they ask for
    them, and steps run in one worker thread.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._worker = ThreadPoolExecutor(1, "runs")
        self._turns = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def new(self, session: Session, total: int, below: float | None) -> Run:
        """A run from where `session` stands, to be started."""
        return Run(f"r_{token_urlsafe(8)}", session.id, session.training.step, total, below)

    def start(self, run: Run) -> None:
        """Let a run go on by itself."""
        runs = self._bench.runs.setdefault(run.session_id, [])
        runs.append(run)
        del runs[:-KEPT]
        self._tasks[run.id] = asyncio.create_task(self._drive(run))
        self._bench.feeds.fire(run.session_id)

    def find(self, session_id: str, run_id: str) -> Run:
        """RunNotFound where there is none of this id, or no more."""
        for run in self._bench.runs.get(session_id, []):
            if run.id == run_id:
                return run
        raise RunNotFound("There is no run with this id; the latest runs of a session are known, until the server ends")

    def cancel(self, run: Run) -> None:
        """End a run, if it goes on, without waiting for its turn; by whoever uses the session."""
        if run.is_running:
            run.end("cancelled")
            self._bench.feeds.fire(run.session_id)

    async def close(self) -> None:
        """End all runs."""
        for runs in self._bench.runs.values():
            runs[-1].is_cancelled = True
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))
        self._worker.shutdown()

    async def _drive(self, run: Run) -> None:
        turn = Turn()
        try:
            while run.is_running:
                if in_debt() and not run.is_cancelled:
                    await asyncio.sleep(DEBT_SECONDS)
                    continue
                async with self._bench.using(run.session_id):
                    pass  # Who reads the session for long is not waited for in a turn: all runs would wait along.
                async with self._turns:
                    if not self._bench.is_held(run.session_id):
                        await self._slice(run, turn)
        except BackscopeError as error:
            # What was deleted in the middle of a slice cannot be found any more.
            run.end(*(("cancelled",) if run.is_cancelled else ("failed", error.detail)))
        except Exception as error:
            log.error("Run %s of session %s failed", run.id, run.session_id, exc_info=error)
            run.end("failed", "Something went wrong in the server; its log has the reason")
        finally:
            del self._tasks[run.id]
            self._bench.feeds.fire(run.session_id)

    async def _slice(self, run: Run, turn: Turn) -> None:
        """Run some steps, keep the command, and see whether that was all."""
        async with self._bench.using(run.session_id) as session:
            if not run.is_running:
                return
            training = session.training
            share = max(SHORTEST_SECONDS, SLICE_SECONDS / len(self._tasks))
            end = (training.step + min(turn.steps, run.total - run.done)) * session.ticks_per_step

            def work() -> Command | None:
                if run.is_cancelled or not turn.begins(share):
                    return None
                step = training.step
                command, _ = session.advance(end - session.t, record=False, below=run.below)
                turn.ends(training.step - step, share)
                return command

            command = await aside(work, self._worker)
            if command is not None:
                self._bench.keep_command(session, command)
                run.come_to(training.step - run.first)
                run.reached = session.has_reached(run.below)
            if training.diverged:
                run.end("diverged")
            elif run.reached or run.done == run.total:
                run.end("done")
            elif run.is_cancelled:
                run.end("cancelled")


class Turn:
    """How many steps a run takes in its turn, from what its last turns took. What they took more or less than the run's
    share is made up for: where a single step takes longer than that, the run lets turns pass.

    Time is the thread's own, so that a run does not pay for what other programs do, nor for waiting for the loop; and a
    step's is the median of the last turns, so that it does not pay for what happened to fall into its turn, such as a
    collection of garbage. For the same reason nothing is charged for the first turn, with which none can be compared.
    """

    def __init__(self) -> None:
        self.steps = 1
        self._costs: deque[float] = deque(maxlen=5)
        self._ahead = 0.0
        self._began = 0.0

    def begins(self, share: float) -> bool:
        """Whether the run may take the turn that has come."""
        if self._ahead >= share:
            self._ahead -= share
            return False
        self._began = time.thread_time()
        return True

    def ends(self, steps: int, share: float) -> None:
        """The turn went to so many steps."""
        self._costs.append((time.thread_time() - self._began) / max(1, steps) + 1e-9)
        cost = median_low(self._costs)
        if len(self._costs) > 1:
            self._ahead = max(-share, self._ahead + cost * steps - share)
        self.steps = max(1, min(4 * steps, int((share - self._ahead) / cost)))


async def runner(request: Request) -> Runner:
    found: Runner = request.app.state.runner
    return found


Runs = Annotated[Runner, Depends(runner)]
