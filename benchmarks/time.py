"""How long it takes to be at any moment of a long session: `python3 dev.py bench time`.

A server on a file store trains a network for many steps. Then, over HTTP: frames and explanations of moments drawn at
random, rewinds to such moments and the way back by revision. Then it is stopped and started again, and once killed and
started again, and asked for the session, its curves, and moments. Memory and disk are measured on the way.
"""

from __future__ import annotations

import argparse
import json
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import numpy as np

from app.engine.spec import Spec
from app.sessions.session import Session

from .kill import PREFIX, Server
from .measuring import table

STOP = 15
"""Seconds that a server gets to end by itself."""

FRAME, EXPLANATION, REWIND, BACK, AGAIN = "frame", "explanation", "rewind", "back by revision", "frame after a start"
KINDS = (FRAME, EXPLANATION, REWIND, BACK, AGAIN)
"""What is timed again and again."""


@dataclass(frozen=True)
class Case:
    """A network, how many steps it trains, and what it must not exceed: milliseconds for the median frame, bytes of
    its history in memory and on disk, seconds for its opening.
    """

    name: str
    spec: dict[str, Any]
    steps: int
    frame: float | None = None
    history: int | None = None
    opening: float = 2.0


def rows(widths: Sequence[int], count: int) -> dict[str, Any]:
    """Inline data for a network of these widths: inputs in two digits, classes where there are many outputs."""
    generator = np.random.default_rng(0)
    x = generator.uniform(0, 1, (count, widths[0])).round(2)
    y = generator.integers(0, widths[-1], count) if widths[-1] > 1 else np.sin(3 * x.sum(1, keepdims=True)).round(3)
    return {"inline": {"x": x.tolist(), "y": y.tolist()}}


def spec(widths: Sequence[int], activation: str, loss: str, batch: int, **more: Any) -> dict[str, Any]:
    return {
        "data": rows(widths, 10 * batch if widths[0] < 100 else 2 * batch),
        "batch_size": batch,
        "shuffle": True,
        "layers": [*({"units": n, "activation": activation} for n in widths[1:-1]), {"units": widths[-1]}],
        "loss": loss,
        "optimizer": {"type": "sgd", "learning_rate": 0.01},
        **more,
    }


CASES = [
    Case("2-4-2-1, batch 10", spec((2, 4, 2, 1), "tanh", "mse", 10), 100_000, frame=50, history=50_000_000),
    Case("784-128-64-10, batch 64", spec((784, 128, 64, 10), "relu", "cross_entropy", 64, dtype="float32"), 4_000),
]


@dataclass
class Found:
    """What came of a case; times are in seconds, by kind, sizes in bytes. None is what this system does not tell."""

    case: Case
    times: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    training: float = 0.0
    openings: dict[str, float] = field(default_factory=dict)
    curves: dict[str, float] = field(default_factory=dict)
    size: int = 0
    grown: int | None = None
    disk: int = 0

    def missed(self) -> list[str]:
        """The targets that are missed, as sentences."""
        case = self.case
        memory = max(self.size, self.grown or 0)
        bounds = [
            ("the median frame takes {:.1f} ms", median(self.times[FRAME]) * 1000, case.frame),
            ("the history takes {:.0f} bytes of memory", memory, case.history),
            ("the history takes {:.0f} bytes on the disk", self.disk, case.history),
            ("opening takes {:.2f} s", max(self.openings.values()), case.opening),
        ]
        return [
            f"{case.name}: {said.format(value)}, at most {bound:g} was wanted"
            for said, value, bound in bounds
            if bound is not None and not value <= bound
        ]


class Learner:
    """One session of a server, which is asked over one connection."""

    def __init__(self, connection: HTTPConnection, session_id: str = "") -> None:
        self.connection, self.id = connection, session_id

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer; an error is none that was expected here."""
        content = None if body is None else json.dumps(body)
        path = f"{PREFIX}/sessions/{self.id}{path}".rstrip("/")
        self.connection.request(method, path, content, {"Content-Type": "application/json"})
        response = self.connection.getresponse()
        answered = response.read()
        if response.status >= 400:
            raise SystemExit(f"{method} {path} was answered with {response.status}: {answered.decode()[:300]}")
        return json.loads(answered)

    def head(self) -> Any:
        return self.ask("GET", "")["session"]


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def look(learner: Learner, found: Found, moments: int, random: Random) -> None:
    """Frames and explanations at random moments; rewinds there, and back."""
    head = learner.head()

    def draw() -> int:
        return random.randint(1, head["t"])

    for _ in range(moments):
        found.times[FRAME].append(timed(lambda: learner.ask("GET", f"/frames/{draw()}")))
    for _ in range(moments):
        index = f"{random.randrange(2)},{random.randrange(2)}"
        path = f"/explanations/hidden1.W?index={index}&t={draw()}"
        found.times[EXPLANATION].append(timed(partial(learner.ask, "GET", path)))
    for _ in range(max(1, moments // 10)):
        found.times[REWIND].append(timed(lambda: learner.ask("POST", "/rewind", {"to": draw()})))
        found.times[BACK].append(timed(lambda: learner.ask("POST", "/rewind", {"to_rev": head["rev"]})))
    if learner.head()["state_sha256"] != head["state_sha256"]:
        raise SystemExit(f"{found.case.name}: the session came back with another state than it had")


def resident(process: int) -> int | None:
    """Bytes of memory that a process has, where the system tells it."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), None)


def size_in_memory(case: Case) -> int:
    """What such a session says that it takes, without its rows and the step that is shown."""
    session = Session("s_1", Spec.parse(case.spec))
    before = session.size
    session.advance(session.target("batch", case.steps), record=False)
    return session.size - before


def stop(server: Server) -> None:
    """Let the server end as it does when it is wanted to."""
    server.process.send_signal(signal.SIGTERM)
    server.process.communicate(timeout=STOP)


def open_again(store: Path, learner_id: str, how: str, found: Found, moments: int, random: Random) -> Server:
    """Start a server on the store, and time the first answer about the session, its curves, and moments."""
    server = Server(store)
    with closing(server.connect()) as connection:
        learner = Learner(connection, learner_id)
        found.openings[how] = timed(learner.head)
        t = learner.head()["t"]
        found.curves[how] = timed(lambda: learner.ask("GET", "/metrics"))
        for _ in range(moments):
            path = f"/frames/{random.randint(1, t)}"
            found.times[AGAIN].append(timed(partial(learner.ask, "GET", path)))
    return server


def measure(case: Case, folder: Path, moments: int, random: Random) -> Found:
    """Train, look around, stop, look again, kill, look again."""
    found, store = Found(case), folder / "sessions.sqlite3"
    server = Server(store)
    with closing(server.connect()) as connection:
        warm = Learner(connection)
        warm.id = warm.ask("POST", "", {"preset": "xor"})["session"]["id"]
        warm.ask("POST", "/steps", {"granularity": "batch"})
        warm.ask("GET", "/metrics")
        learner, before = Learner(connection), resident(server.process.pid)
        learner.id = learner.ask("POST", "", case.spec)["session"]["id"]
        advance = {"granularity": "batch", "count": case.steps, "return": "none"}
        found.training = timed(lambda: learner.ask("POST", "/steps", advance))
        learner.ask("GET", "/metrics")
        look(learner, found, moments, random)
        after = resident(server.process.pid)
        found.grown = None if before is None or after is None else after - before
    stop(server)
    found.disk = sum(file.stat().st_size for file in folder.iterdir())
    server = open_again(store, learner.id, "stop", found, moments // 3, random)
    server.kill()
    open_again(store, learner.id, "kill", found, 0, random).kill()
    found.size = size_in_memory(case)
    return found


def spread(seconds: Sequence[float]) -> str:
    """Milliseconds: the median, what 95 of 100 do not exceed, and the longest."""
    ordered = sorted(seconds)
    most = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return ", ".join(f"{one * 1000:.1f}" for one in (median(ordered), most, ordered[-1]))


def told(size: int | None) -> str:
    return "not told" if size is None else f"{size / 1e6:.1f} MB"


def lines(all_found: Sequence[Found]) -> list[list[str]]:
    """The table: a line a quantity, a column a network."""

    def line(name: str, cell: Callable[[Found], str]) -> list[str]:
        return [name, *(cell(found) for found in all_found)]

    return [
        line("", lambda found: found.case.name),
        line("steps", lambda found: f"{found.case.steps:,}"),
        line("to train them, s", lambda found: f"{found.training:.1f}"),
        *(line(f"{kind}, ms", lambda found, kind=kind: spread(found.times[kind])) for kind in KINDS),  # type: ignore[misc]
        line("history in memory", lambda found: told(found.size)),
        line("the server grew by", lambda found: told(found.grown)),
        line("on the disk", lambda found: told(found.disk)),
        *(
            line(f"{name} after a {how}, s", lambda found, name=name, how=how: f"{getattr(found, name)[how]:.2f}")  # type: ignore[misc]
            for how in ("stop", "kill")
            for name in ("openings", "curves")
        ),
    ]


def report(all_found: Sequence[Found]) -> Mapping[str, Any]:
    """Everything that was measured."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "cases": [
            {
                "network": found.case.name,
                "steps": found.case.steps,
                "training": found.training,
                "seconds": found.times,
                "opening": found.openings,
                "curves": found.curves,
                "bytes": {"history": found.size, "grown": found.grown, "disk": found.disk},
                "missed": found.missed(),
            }
            for found in all_found
        ],
    }


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench time", description="Go to any moment of a long session.")
    parser.add_argument("--moments", type=int, default=300, help="how many moments are drawn (%(default)s)")
    parser.add_argument("--share", type=float, default=1.0, help="the part of the steps that are trained (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="what is drawn from (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write every time there")
    options = parser.parse_args(arguments)
    if options.moments < 3 or not 0 < options.share <= 1:
        parser.error("expected at least 3 moments, and a share above 0 and up to 1")
    all_found = []
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            shorter = replace(case, steps=max(1, round(case.steps * options.share)))
            all_found.append(measure(shorter, Path(folder), options.moments, Random(options.seed)))
    print(table(lines(all_found)))
    if options.json:
        options.json.write_text(json.dumps(report(all_found), indent=1) + "\n", encoding="utf-8")
    missed = [sentence for found in all_found for sentence in found.missed()]
    print(*missed, sep="\n", end="\n" if missed else "")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
