"""Requests that nobody should send, very many of them: `python3 dev.py bench fuzz`.

A server with the limits of `public` gets the tests' corpus, each request of it also with something changed in it, and
what schemathesis makes of the OpenAPI document and its links. None may be answered with a 5xx or take longer than a
second, and after every 4xx to what was made by hand the session must be as it was before.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any, cast

import schemathesis

from tests.hostile import SPEC, Bad, corpus, walk

from .kill import PREFIX, Server
from .measuring import share, table

SLOW = 1.0
"""Seconds that no answer may take."""

NO_SHARES = {"BACKSCOPE_CLIENT_SESSIONS": "0", "BACKSCOPE_CLIENT_STREAMS": "0"}
LIMITS = {"BACKSCOPE_PROFILE": "public", "BACKSCOPE_CPU_SECONDS": "0", **NO_SHARES, "BACKSCOPE_LOG": "warning"}
"""Those of a public server; but with an account of CPU time nearly every request would be a 429."""

GOOD = [
    ("POST", "/sessions", {"preset": "xor"}),
    ("POST", "{s}/steps", {"granularity": "batch", "count": 3}),
    ("POST", "{s}/rewind", {"to": 4}),
    ("PATCH", "{s}/parameters", {"edits": [{"tensor": "output.b", "index": [0], "value": 0.5}], "at": 2}),
    ("PATCH", "{s}", {"optimizer": {"learning_rate": 0.3}}),
    ("PUT", "{s}/sample", {"x": [0.5, 0.25], "y": [0, 1]}),
    ("POST", "{s}/fork", {"at": 3, "spec": {"seed": 2}}),
    ("POST", "{s}/previews", {"edits": [{"tensor": "hidden1.W", "index": [0, 1], "value": 1}], "t": 3}),
    ("POST", "{s}/predictions", {"x": [[1, 2], [3, 4]]}),
    ("POST", "{s}/gradient-checks", {"method": "central_difference"}),
]
"""Requests that are right until something is changed in them."""

PIECES = [
    b"NaN",
    b"-1",
    b"1e999",
    b"null",
    b"[]",
    b"{}",
    b'"\\ud800"',
    b"9" * 400,
    b"\x00",
    b"\xff",
    b'"',
    b"0.1",
    b"true",
]

Head = dict[str, Any]


@dataclass
class Kind:
    """What came of the requests of one kind; times in seconds, in what was `wrong` a sentence each."""

    name: str
    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def note(self, said: str, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        self.times.append(seconds)
        if status >= 500:
            self.wrong.append(f"{said}: answered with {status}")
        if seconds > SLOW:
            self.wrong.append(f"{said}: took {seconds:.2f} s")

    def row(self) -> list[str]:
        ordered = sorted(self.times)
        count = [sum(n for status, n in self.statuses.items() if status // 100 == hundred) for hundred in (2, 4, 5)]
        p99 = share(ordered, 0.99)
        changed = sum("changed" in one for one in self.wrong)
        return [self.name, f"{len(ordered):,}", *(f"{n:,}" for n in count), str(changed),
                f"{p99 * 1000:.0f}", f"{ordered[-1] * 1000:.0f}"]  # fmt: skip


HEADINGS = ["requests", "sent", "2xx", "4xx", "5xx", "changed by a 4xx", "p99, ms", "longest, ms"]


class Client:
    """One connection, opened anew where a request broke it."""

    def __init__(self, server: Server) -> None:
        self._server, self._connection = server, server.connect()

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body; of a stream only that it began. 0 where the request itself could not be written or read."""
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            streams = response.headers.get("content-type", "").startswith("text/event-stream")
            content = b"" if streams else response.read()
            if streams:
                self._anew()
            return response.status, content
        except (OSError, HTTPException, ValueError):
            self._anew()
            return 0, b""

    def head(self, path: str) -> Head | None:
        """The head of a session, or null where there is none. The server may have closed a connection that rested."""
        status, answer = self.send("GET", path, None, {})
        if not status:
            status, answer = self.send("GET", path, None, {})
        return cast(Head, json.loads(answer)["session"]) if status == 200 else None

    def _anew(self) -> None:
        self._connection.close()
        self._connection = self._server.connect()

    def close(self) -> None:
        self._connection.close()


class Target:
    """The textbook network after its eighth tick, on which everything is tried; made anew where it is gone."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.make()

    def make(self) -> None:
        made = self._ask("POST", "/sessions", {"preset": "mazur"})
        self.path = f"/sessions/{made['session']['id']}"
        self.head: Head = self._ask("POST", f"{self.path}/steps", {"count": 8})["session"]

    def _ask(self, method: str, path: str, body: object = None) -> Head:
        content = None if body is None else json.dumps(body).encode()
        status, answer = self._client.send(method, PREFIX + path, content, {"Content-Type": "application/json"})
        if status >= 400 or not status:
            raise SystemExit(f"{method} {path} was answered with {status}: {answer.decode()[:300]}")
        found: Head = json.loads(answer)
        return found

    def now(self) -> Head | None:
        """Its head, or null where it was deleted."""
        return self._client.head(PREFIX + self.path)

    def drop(self, answer: bytes) -> None:
        """Delete a session that a request has made."""
        with suppress(ValueError, KeyError, TypeError):
            made = json.loads(answer)["session"]["id"]
            if not self.path.endswith(made):
                self._client.send("DELETE", f"{PREFIX}/sessions/{made}", None, {})


def attempt(one: Bad, target: Target, client: Client, kind: Kind) -> None:
    """Send a request and see what became of the session."""
    path = one.path.replace("{s}", target.path)
    path = path[1:] if path.startswith("//") else PREFIX + path
    began = time.perf_counter()
    status, answer = client.send(one.method, path, one.body, one.headers)
    if not status:
        return
    kind.note(one.name, status, time.perf_counter() - began)
    if status in (201, 202):
        target.drop(answer)
    found = target.now()
    if status >= 400 and found != target.head:
        kind.wrong.append(f"{one.name}: answered with {status} and changed the session")
    if found is None:
        target.make()
    else:
        target.head = found


def changed(one: Bad, random: Random) -> Bad:
    """The same request with something else in one place of its body, its path or its headers."""
    where = random.random()
    if one.body and where < 0.7:
        at = random.randrange(len(one.body))
        reach = min(len(one.body), at + random.choice([0, 0, 1, 1, 2, 8]))
        body = one.body[:at] + random.choice([*PIECES, bytes([random.randrange(256)]), b""]) + one.body[reach:]
        return Bad(one.method, one.path, body, one.headers)
    if where < 0.9:
        more = random.choice(["%00", "?t=-1", "?t=99", "?x=1", "&t=1", "/", "/..", "%", "?t=" + "9" * 400])
        return Bad(one.method, one.path + more, one.body, one.headers)
    name = random.choice(["if-match", "accept", "content-type", "content-encoding", "range", "idempotency-key"])
    value = random.choice(["", "*", "gzip", '"0"', "bytes=0-", "x" * 300, "application/json; charset=utf-16"])
    return Bad(one.method, one.path, one.body, {**one.headers, name: value})


def good() -> Iterator[Bad]:
    for method, path, body in GOOD:
        yield Bad(method, path, json.dumps(body).encode(), {"content-type": "application/json"})


def by_schema(server: Server, count: int, kind: Kind) -> None:
    """At least `count` requests, that schemathesis makes along the links of the server's document."""
    base = f"http://127.0.0.1:{server.port}"
    schema = schemathesis.openapi.from_url(f"{base}/openapi.json").exclude(path_regex="/events$")
    client = Client(server)

    class Walk(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.made: list[str] = []
            self.resting: dict[str, Head] = {}

        def before_call(self, case: Any) -> None:
            heads = {path: client.head(path) for path in self.made}
            self.resting = {path: head for path, head in heads.items() if head and head["status"] != "running"}

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            status, said = response.status_code, f"{case.method} {case.path}"
            kind.note(said, status, response.elapsed)
            if status >= 400 and any(client.head(path) != head for path, head in self.resting.items()):
                kind.wrong.append(f"{said}: answered with {status} and changed a session")
            if status == 201 and response.headers["location"][0].startswith(f"{PREFIX}/sessions/"):
                self.made += response.headers["location"]

        def teardown(self) -> None:
            for path in self.made:
                client.send("DELETE", path, None, {})

    with closing(client):
        walk(Walk, lambda: len(kind.times) >= count, examples=20, steps=10)


def run(store: Path, count: int, random: Random) -> list[Kind]:
    """Send at least `count` requests: the corpus, a fifth along the schema, and the rest changed ones."""
    server = Server(store, **LIMITS)
    by_hand, altered, walked = Kind("by hand"), Kind("by hand, changed"), Kind("by schemathesis")
    try:
        with closing(Client(server)) as client:
            target = Target(client)
            whole = [*corpus(exported(client)), *good()]
            for one in whole:
                attempt(one, target, client, by_hand)
            whole += [*good()] * 30  # a right request is one change from being almost right
            while len(by_hand.times) + len(altered.times) < count * 4 // 5:
                attempt(changed(random.choice(whole), random), target, client, altered)
        by_schema(server, count - len(by_hand.times) - len(altered.times), walked)
    finally:
        server.kill()
    return [by_hand, altered, walked]


def exported(client: Client) -> dict[str, Any]:
    """A file as the corpus wants it."""
    body = json.dumps(SPEC).encode()
    made = json.loads(client.send("POST", f"{PREFIX}/sessions", body, {"Content-Type": "application/json"})[1])
    path = f"{PREFIX}/sessions/{made['session']['id']}"
    client.send("POST", f"{path}/steps", b'{"granularity":"batch","count":8}', {"Content-Type": "application/json"})
    file: dict[str, Any] = json.loads(client.send("GET", f"{path}/export?format=json", None, {})[1])
    return file


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench fuzz", description="Send what nobody should send.")
    parser.add_argument("--requests", type=int, default=100_000, help="how many at least (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="what is drawn from (%(default)s)")
    options = parser.parse_args(arguments)
    if not 1 <= options.requests <= 1_000_000:
        parser.error("expected 1 to 1,000,000 requests")
    with tempfile.TemporaryDirectory() as folder:
        kinds = run(Path(folder) / "sessions.sqlite3", options.requests, Random(options.seed))
    print(table([HEADINGS, *(kind.row() for kind in kinds)]))
    wrong = [sentence for kind in kinds for sentence in kind.wrong]
    print(*wrong[:50], sep="\n", end="\n" if wrong else "")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
