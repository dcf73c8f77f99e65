"""The parts of the load: what is asked of one server, and the figures that come of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter

from .asking import Connection, Failed, connections, request
from .kill import PREFIX, Server
from .measuring import Figure, share
from .time import CASES, resident

SPEC = {"preset": "xor"}
OP, STEP = {"granularity": "op"}, {"granularity": "batch"}
JSON, SAFETENSORS = "application/json", "application/x-safetensors"


@dataclass(frozen=True)
class Scale:
    """How much is asked for, and for how long; times in seconds."""

    seconds: float = 300
    """For which every learner makes a step a second."""
    learners: int = 300
    others: int = 30
    run_steps: int = 1_000_000
    run_seconds: float = 30
    """For which all learners train in the background, and the others make a step a second."""
    streams: int = 1_000
    idle_seconds: float = 10
    connections: int = 16
    rounds: int = 5
    round_seconds: float = 4
    """For which each of two that are compared is asked, in every round."""


def p99(seconds: Sequence[float]) -> float:
    """What 99 of 100 do not exceed, in milliseconds."""
    return share(seconds, 0.99) * 1000


class Learner:
    """One session and the connection of whoever steps it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @staticmethod
    async def all(connected: Sequence[Connection], spec: object = SPEC) -> list[Learner]:
        """One a connection, who all ask for their sessions at once."""
        found = [Learner(one) for one in connected]
        await asyncio.gather(*(one._create(spec) for one in found))
        return found

    async def _create(self, spec: object) -> None:
        made = await self.connection.ask_json("POST", f"{PREFIX}/sessions", spec)
        self.path = f"{PREFIX}/sessions/{made['session']['id']}"

    def stepping(self, body: object) -> bytes:
        return request("POST", f"{self.path}/steps", body)

    async def run(self, steps: int) -> None:
        """Begin to train in the background."""
        made = await self.connection.ask_json("POST", f"{self.path}/runs", {"steps": steps})
        self.run_path = f"{self.path}/runs/{made['run']['id']}"

    async def progress(self) -> tuple[float, int]:
        """When, and how many steps its run had done by then. Failed where it does not go on."""
        run = (await self.connection.ask_json("GET", self.run_path))["run"]
        if run["status"] != "running":
            raise Failed(f"a run is {run['status']} after {run['done']} steps")
        return perf_counter(), run["done"]

    async def cancel(self) -> None:
        await self.connection.ask_json("DELETE", self.run_path)


@dataclass
class Answers:
    """The seconds from when each request was due until it was answered, and what failed."""

    times: list[float]
    errors: list[str]


async def paced(learners: Sequence[Learner], seconds: float, body: object = STEP) -> Answers:
    """Every learner asks once a second, whether the server keeps up or not; they come evenly spread over the second."""
    found, began = Answers([], []), perf_counter() + 0.1

    async def learn(learner: Learner, first: float) -> None:
        asked = learner.stepping(body)
        for second in range(max(1, round(seconds))):
            due = began + first + second
            await asyncio.sleep(max(0.0, due - perf_counter()))
            try:
                await learner.connection.ask(asked)
            except Failed as error:
                found.errors.append(str(error))
            found.times.append(perf_counter() - due)

    await asyncio.gather(*(learn(one, i / len(learners)) for i, one in enumerate(learners)))
    return found


async def rate(connections: Sequence[Connection], requests: Sequence[bytes], seconds: float) -> float:
    """Answers a second, where every connection asks again as soon as it is answered."""
    began = perf_counter()

    async def work(connection: Connection, asked: bytes) -> int:
        count = 0
        while perf_counter() - began < seconds:
            await connection.ask(asked)
            count += 1
        return count

    counts = await asyncio.gather(*map(work, connections, requests))
    return sum(counts) / (perf_counter() - began)


async def side_by_side(
    one: Callable[[], Awaitable[float]], other: Callable[[], Awaitable[float]], rounds: int
) -> tuple[float, float, float]:
    """The medians of two rates that are measured in turns, and that of their ratios round by round."""
    found = [(await one(), await other()) for _ in range(rounds)]
    return median(a for a, _ in found), median(b for _, b in found), median(a / b for a, b in found)


async def learners(server: Server, scale: Scale) -> list[Figure]:
    """A class: sessions are made, stepped once a second, and trained in the background while others step."""
    with connections(server.port, scale.learners) as theirs, connections(server.port, scale.others) as beside:
        began = perf_counter()
        found = await Learner.all(theirs)
        created = perf_counter() - began
        steady = await paced(found, scale.seconds)
        others = await Learner.all(beside)
        await asyncio.gather(*(one.run(scale.run_steps) for one in found))
        first = await asyncio.gather(*(one.progress() for one in found))
        stepped = await paced(others, scale.run_seconds)
        last = await asyncio.gather(*(one.progress() for one in found))
        await asyncio.gather(*(one.cancel() for one in found))
    speeds = [(done - before) / (now - then) for (then, before), (now, done) in zip(first, last, strict=True)]
    return [
        Figure("to make all sessions", created, "s", 5),
        Figure("a step a second for everybody: p99", p99(steady.times), "ms", 50),
        Figure("steps a second of all runs", sum(speeds), digits=0),
        Figure("the fastest run by the slowest", max(speeds) / (min(speeds) or 1e-9), "", 1.5, digits=2),
        Figure("steps of others beside them: p99", p99(stepped.times), "ms", 200),
        Figure("errors", len(steady.errors) + len(stepped.errors), "", 0, digits=0),
    ]


async def streams(server: Server, scale: Scale) -> list[Figure]:
    """Many listen to the sessions of a class, and nothing happens."""
    with connections(server.port, scale.learners) as ours, connections(server.port, scale.streams) as listening:
        learners = await Learner.all(ours)
        for connection, learner in zip(listening, cycle(learners), strict=False):
            await connection.listen(request("GET", f"{learner.path}/events", accept="text/event-stream"))
        await asyncio.sleep(scale.idle_seconds)
        memory = resident(server.process.pid)
    value = None if memory is None else memory / 1e6
    return [Figure("the server's memory with idle streams", value, "MB", 300, digits=0)]


async def steps(server: Server, scale: Scale) -> list[Figure]:
    """Steps of one operation as fast as they are answered, beside an application that does nothing."""
    bare = Server(Path(os.devnull), "benchmarks.bare")
    try:
        with connections(server.port, scale.connections) as ours, connections(bare.port, scale.connections) as theirs:
            asked = [one.stepping(OP) for one in await Learner.all(ours)]
            before, spent = sum(one.answers for one in ours), processor_seconds(server)
            rates, least, part = await side_by_side(
                lambda: rate(ours, asked, scale.round_seconds),
                lambda: rate(theirs, asked, scale.round_seconds),
                scale.rounds,
            )
            count, now = sum(one.answers for one in ours) - before, processor_seconds(server)
    finally:
        bare.kill()
    own = None if spent is None or now is None else (now - spent) / count * 1e6
    return [
        Figure("steps of one operation a second", rates, "", 2_000, least=True, digits=0),
        Figure("requests a second that do nothing", least, digits=0),
        Figure("steps / requests that do nothing", part, "", 0.06, least=True, digits=3),
        Figure("the server's processor time for a step", own, "µs", digits=0),
    ]


def processor_seconds(server: Server) -> float | None:
    """Of the server until now, where the system tells it."""
    status = Path(f"/proc/{server.process.pid}/stat")
    if not status.exists():
        return None
    user, system = status.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def frames(server: Server, scale: Scale) -> list[Figure]:
    """The frame of a whole step of 784-128-64-10, as JSON and as a file."""
    with connections(server.port, 1) as connected:
        (learner,) = await Learner.all(connected, CASES[1].spec)
        made = await learner.connection.ask_json("POST", f"{learner.path}/steps", {**STEP, "return": "none"})
        path = f"{learner.path}/frames/{made['session']['t']}"
        as_json, as_file = (request("GET", path, accept=accept) for accept in (JSON, SAFETENSORS))
        large, small = len(await learner.connection.ask(as_json)), len(await learner.connection.ask(as_file))
        files, texts, faster = await side_by_side(
            lambda: rate(connected, [as_file], scale.round_seconds),
            lambda: rate(connected, [as_json], scale.round_seconds),
            scale.rounds,
        )
    return [
        Figure("frames a second as JSON", texts),
        Figure("frames a second as a file", files),
        Figure("a file's by JSON's", faster, "", 10, least=True),
        Figure("bytes of a frame as JSON", large, digits=0),
        Figure("bytes of a file by JSON's", small / large, "", 0.31, digits=3),
    ]
