"""What a killed server has kept: `python3 dev.py bench kill`.

Eight writers, each with a session of its own, send commands over HTTP as fast as they are answered. At a random moment
the server is killed (SIGKILL), started again on the same store, and asked: every answered command must be there, with
the state that was told, and the one under way wholly or not at all.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from statistics import median
from threading import Thread
from typing import Any

from .measuring import table

ROOT = Path(__file__).parents[1]
PREFIX = "/api/v1"
SPEC = {"preset": "xor", "batch_size": 2, "shuffle": True}
LIVES = 0.5
"""A server lives up to so many seconds after all writers have begun."""

Head = dict[str, Any]


class Server:
    """Backscope on a store, in a process of its own, with more settings by their variables; or another `module`."""

    def __init__(self, store: Path, module: str = "app", **settings: str) -> None:
        environment = {**os.environ, **settings, "BACKSCOPE_STORE": str(store), "BACKSCOPE_PORT": "0"}
        command = [sys.executable, "-m", module]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().rpartition(":")[2])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=60)


def ask(connection: HTTPConnection, method: str, path: str, body: object = None) -> Head:
    """The head that the server answers; an error is no answer that was expected here."""
    headers = {"Content-Type": "application/json"}
    connection.request(method, PREFIX + path, None if body is None else json.dumps(body), headers)
    response = connection.getresponse()
    content = response.read()
    if response.status >= 400:
        raise SystemExit(f"{method} {path} was answered with {response.status}: {content.decode()}")
    head: Head = json.loads(content)["session"]
    return head


@dataclass
class Writer:
    """One user: the session, and every head that the server has answered, by its revision."""

    random: Random
    heads: list[Head]
    under_way: bool = False
    outcomes: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/sessions/{self.heads[0]['id']}"

    def write(self, server: Server) -> None:
        """Send commands until the server is gone."""
        with closing(server.connect()) as connection, suppress(OSError, HTTPException):
            while True:
                path, body = self.command()
                self.under_way = True
                self.heads.append(ask(connection, "POST", self.path + path, body))
                self.under_way = False

    def command(self) -> tuple[str, dict[str, object]]:
        """Mostly some steps, now and then very many; sometimes back, by moment or by revision."""
        drawn = self.random.random()
        if drawn < 0.1:
            return "/rewind", {"to": self.random.randint(0, self.heads[-1]["t"])}
        if drawn < 0.2:
            return "/rewind", {"to_rev": self.random.randint(0, self.heads[-1]["rev"])}
        count = int(10 ** self.random.uniform(0, 3.5))
        return "/steps", {"granularity": self.random.choice(["op", "batch"]), "count": count}

    def judge(self, found: Head) -> None:
        """Compare what the server has after its end with what it had answered."""
        self.outcomes.append(outcome(self.heads[-1], found, self.under_way))
        if found["rev"] > self.heads[-1]["rev"]:
            self.heads.append(found)
        self.under_way = False


def outcome(answered: Head, found: Head, under_way: bool) -> str:
    """`kept`: as it was answered; `finished`: the command under way is there too; otherwise something is `lost`."""
    if under_way and found["rev"] == answered["rev"] + 1:
        return "finished"
    return "kept" if found == answered else "lost"


def check_past(server: Server, writer: Writer, sample: int) -> int:
    """How many of `sample` earlier revisions do not come back with the state that was answered then."""
    drawn = writer.random.sample(writer.heads, min(sample, len(writer.heads)))
    lost = 0
    with closing(server.connect()) as connection:
        for head in drawn:
            back = ask(connection, "POST", f"{writer.path}/rewind", {"to_rev": head["rev"]})
            lost += (back["t"], back["state_sha256"]) != (head["t"], head["state_sha256"])
    return lost


@dataclass
class Report:
    """What came of all the kills; times are in seconds."""

    kills: int
    writers: list[Writer]
    starts: list[float]
    openings: list[float]
    past: int
    past_lost: int
    bytes: int

    @property
    def lost(self) -> int:
        return self.past_lost + sum(writer.outcomes.count("lost") for writer in self.writers)

    def rows(self) -> list[list[str]]:
        outcomes = [one for writer in self.writers for one in writer.outcomes]
        answered = sum(len(writer.heads) - 1 for writer in self.writers)
        return [
            [
                "kills",
                "writers",
                "commands",
                "lost",
                "under way, kept",
                "earlier states, lost",
                "start",
                "opening",
                "file",
            ],
            [
                f"{self.kills}",
                f"{len(self.writers)}",
                f"{answered:,}",
                f"{outcomes.count('lost')}",
                f"{outcomes.count('finished')}",
                f"{self.past}, {self.past_lost}",
                times(self.starts, "s", 1),
                times(self.openings, "ms", 1000),
                f"{self.bytes / 1e6:.1f} MB",
            ],
        ]


def times(seconds: Sequence[float], unit: str, scale: float) -> str:
    return f"{median(seconds) * scale:.1f} {unit} (at most {max(seconds) * scale:.1f})"


def run(store: Path, kills: int, writers: int, random: Random, sample: int) -> Report:
    """Kill as often as asked for; then go back to earlier revisions of every session."""
    server = Server(store)
    with closing(server.connect()) as connection:
        made = [ask(connection, "POST", "/sessions", SPEC) for _ in range(writers)]
    users = [Writer(Random(random.random()), [head]) for head in made]
    starts, openings = [], []
    for _ in range(kills):
        threads = [Thread(target=user.write, args=[server]) for user in users]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0, LIVES))
        server.kill()
        for thread in threads:
            thread.join()
        began = time.perf_counter()
        server = Server(store)
        starts.append(time.perf_counter() - began)
        with closing(server.connect()) as connection:
            for user in users:
                began = time.perf_counter()
                user.judge(ask(connection, "GET", user.path))
                openings.append(time.perf_counter() - began)
    past_lost = sum(check_past(server, user, sample) for user in users)
    server.kill()
    size = sum(file.stat().st_size for file in store.parent.iterdir())
    past = sum(min(sample, len(user.heads)) for user in users)
    return Report(kills, users, starts, openings, past, past_lost, size)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench kill", description="Kill the server, and see what it has kept.")
    parser.add_argument("--kills", type=int, default=100, help="how often (%(default)s)")
    parser.add_argument("--writers", type=int, default=8, help="how many write at once (%(default)s)")
    parser.add_argument("--sample", type=int, default=50, help="how many revisions of each are looked at (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="what is drawn from (%(default)s)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "sessions.sqlite3")
        report = run(store, options.kills, options.writers, Random(options.seed), options.sample)
    print(table(report.rows()))
    if report.lost:
        print(f"{report.lost} were lost.")
    return int(report.lost > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
