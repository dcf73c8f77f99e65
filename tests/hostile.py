"""Requests that no good client sends, each made by hand: at least 400, every one to be refused and to change nothing.

They are those of the tests of errors, bodies, uploads, edits and files, and here those of the protocol and of queries.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky

from tests.api import test_bodies, test_changing, test_errors, test_exchange, test_uploads

SPEC = test_exchange.SPEC
"""What the session is made of whose file is made wrong in many ways, after eight steps."""

JSON = {"content-type": "application/json"}
FOREIGN = {"origin": "https://rebound.example", "sec-fetch-site": "cross-site"}
NESTED = b'{"a":' * 40 + b"1" + b"}" * 40


def walk(machine: Any, enough: Callable[[], bool], examples: int, steps: int) -> None:
    """Walk along the links of the server's document until that is enough, each time by other choices.

    Ids are drawn by the server, so that two walks of the same choices differ, which Hypothesis minds: it ends.
    """
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for number in count():
        if enough():
            return
        with suppress(Flaky):
            seed(number)(machine).run(settings=chosen)


@dataclass(frozen=True)
class Bad:
    """A request. In its path `{s}` stands for the session, and a leading `//` for one outside the API's prefix."""

    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        said = (self.body or b"")[:60].decode("ascii", "replace")
        return f"{self.method} {self.path[:60]} {said} {' '.join(map(str, self.headers.items()))[:60]}"


def with_json(method: str, path: str, body: Any, **headers: str) -> Bad:
    return Bad(method, path, json.dumps(body).encode(), {**JSON, **headers})


def known(file: dict[str, Any]) -> Iterator[Bad]:
    """Those that the tests of each subject have; `file` is a whole one that an export gave."""
    for _, spec, _, _ in test_errors.CREATE:
        yield with_json("POST", "/sessions", spec)
    for _, path, _ in test_errors.READ:
        yield Bad("GET", "{s}" + path)
    for _, path, body, _ in test_errors.CHANGE:
        yield with_json("POST", "{s}" + path, body)
    for _, content, _ in test_bodies.BODIES:
        yield Bad("POST", "/sessions", content, JSON)
    for code, content, _ in test_bodies.BODIES:
        if code not in ("invalid_request", "non_finite_number"):
            yield Bad("PATCH", "{s}/parameters", content, JSON)
            yield Bad("POST", "/imports", content, JSON)
    for _, edits, _ in test_changing.REFUSED:
        yield with_json("PATCH", "{s}/parameters", {"edits": edits})
        yield with_json("POST", "{s}/previews", {"edits": edits})
    for content, *_ in test_uploads.WRONG:
        yield Bad("POST", "/datasets", content.encode() if isinstance(content, str) else content, TEXT)
    for _, pointer, value, _ in test_exchange.WRONG:
        wrong = copy.deepcopy(file)
        test_exchange.put(wrong, pointer, value)
        yield with_json("POST", "/imports", wrong)


TEXT = {"content-type": "text/csv"}

QUERIES = [
    *("frames/%00", "frames/0x10", "frames/1e3", "frames/0?tensors=" + "a," * 3000, "frames/0?t=0"),
    *("tensors/hidden1.W?rows=0:1:1", "tensors/hidden1.W?rows=-1:1", "tensors/hidden1.W?rows=0:1e9"),
    *("tensors/hidden1.W?cols=", "tensors/%2e%2e", "tensors/loss", "tensors/hidden1.W;DROP", "tensors/input.W"),
    *("explanations/output.W?index=1e0,0", "explanations/output.W?index=0x0,0", "explanations/output.W?index=٣,0"),
    *("explanations/output.W?index=0,0&index=0,0", "explanations/output.W?index=99999999999999999999,0"),
    *("paths", "paths?tensor=hidden1.W", "paths?tensor=hidden1.a&index=0,0", "paths?tensor=hidden9.W&index=0,0"),
    *("paths?tensor=hidden1.W&index=0,0&limit=0", "paths?tensor=hidden1.W&index=0,0&limit=1001"),
    *("paths?tensor=hidden1.W&index=0,0&sample=7", "paths?tensor=hidden1.W&index=0,0&sample=-1"),
    *("paths?tensor=hidden1.W&index=0,0&t=99", "paths?tensor=hidden1.W&index=5,0", "paths?tensor=&index="),
    *("metrics?names=los", "metrics?max_points=0", "metrics?max_points=-5", "metrics?max_points=x"),
    *("metrics?max_points=99999999999", "metrics?names=loss&names=loss", "metrics?names=gradient_norm.hidden9"),
    *("diagnostics?t=-1", "diagnostics?t=99", "diagnostics?t=", "diagnostics?x=1"),
    *("maps?resolution=0", "maps?resolution=1", "maps?resolution=100000", "maps?resolution=x", "maps?layers=hidden9"),
    *("maps?t=99", "maps?resolution=3&resolution=3"),
    *(
        "slices",
        "slices?tensor=hidden1.W",
        "slices?tensor=hidden1.W&index=0,0&span=0",
        "slices?tensor=loss.value&index=",
    ),
    *("slices?tensor=hidden1.W&index=0,0&span=NaN", "slices?tensor=hidden1.W&index=0,0&span=Infinity"),
    *("slices?tensor=hidden1.W&index=0,0&span=1e999", "slices?tensor=hidden1.W&index=0,0&points=0"),
    *("slices?tensor=hidden1.W&index=0,0&points=1e6", "slices?tensor=hidden1.W&index=0,0&points=1000000"),
    *("landscape?resolution=0", "landscape?resolution=100000", "landscape?span=-1", "landscape?span=nan"),
    *("landscape?span=1e999", "landscape?t=99", "landscape?resolution=3.5"),
    *("trends?points=0", "trends?points=1000000", "trends?t=99", "histograms", "histograms?tensor=x"),
    *("histograms?tensor=hidden1.W&bins=0", "histograms?tensor=hidden1.W&bins=1e9"),
    *("log?page_size=0", "log?page_size=-1", "log?page_size=1000000", "log?page_token=x", "log?page_token=%00"),
    *("questions?level=99", "questions?level=-1", "questions?seed=-1", "questions?seed=x", "questions?t=99"),
    *("export?format=pickle", "export?format=", "export?format=json&t=99", "export?format=..%2F..%2Fetc"),
    *("events?x=1", "data?x=1", "graph?t=99", "runs/r_1", "runs/%00", "runs/..%2F..", "nothing?a=b"),
]
"""What cannot be read of a session, after its path."""

ELSEWHERE = [
    *(
        "/sessions/s_nothing",
        "/sessions/v_nothing",
        "/sessions/%00",
        "/sessions/%F0%9F",
        "/sessions/..%2F..%2Fetc%2Fpasswd",
    ),
    *("/sessions/" + "s" * 5000, "/sessions/s_nothing/frames/0", "/sessions/s_nothing/events", "/sessions?page_size=0"),
    *("/sessions?page_token=%00", "/sessions?page_size=1&page_size=2", "/datasets/d_nothing", "/datasets/%2e%2e"),
    *("/lessons/nothing", "/lessons/..%2F..%2Fsecrets", "/lessons/%00", "/catalog?x=1", "/catalog/", "/none", "/"),
    *(
        "//static/..%2F..%2Fpyproject.toml",
        "//static/%2e%2e/%2e%2e/pyproject.toml",
        "//static/nothing.js",
        "//.git/config",
    ),
    *("//static/", "//%00", "//openapi.yaml", "//admin", "//api/v2/sessions"),
]

COMMANDS: list[tuple[str, str, Any]] = [
    *(("POST", "{s}/steps", body) for body in [[], "op", 1, None, {"granularity": ["op"]}, {"count": 1e300}]),
    *(("POST", "{s}/steps", {"granularity": text}) for text in ("OP", "op ", "ор", "", "epoch;", "__class__")),
    *(
        ("POST", "{s}/rewind", body)
        for body in [{"to": 1.5}, {"to": 10**30}, {"to": None}, {"to": [0]}, {"to_rev": "0"}]
    ),
    *(
        ("POST", "{s}/fork", body)
        for body in [{"at": -1}, {"at": 99}, {"spec": []}, {"spec": {"layers": []}}, {"x": 1}]
    ),
    *(("POST", "{s}/fork", {"spec": spec}) for spec in [{"loss": "msee"}, {"batch_size": 0}, {"preset": "xor"}]),
    *(("POST", "{s}/fork", {"spec": spec}) for spec in [{"layers": [{"units": 10**9}]}, {"seed": -1}, {"data": {}}]),
    *(("PATCH", "{s}", body) for body in [{}, {"name": ""}, {"name": 7}, {"name": "a\u0000"}, {"name": "n" * 121}]),
    *(("PATCH", "{s}", {"optimizer": one}) for one in [{"learning_rate": -1}, {"type": "adam"}, {"momentum": 0.9}]),
    *(("PATCH", "{s}", {"optimizer": one}) for one in [{"learning_rate": None}, {"learning_rate": 10**390}, [], "sgd"]),
    *(("PUT", "{s}/sample", body) for body in [{}, {"x": [1, 2]}, {"x": [1], "y": [0, 0]}]),
    *(("PUT", "{s}/sample", {"x": x, "y": [0, 0]}) for x in ([None, 1], ["1", 2], [[1], 2], [10**390, 1], "12")),
    *(("PUT", "{s}/sample", {"x": [1, 2], "y": y}) for y in ([None, 1], {}, "01", [0, 0, 0])),
    *(("POST", "{s}/previews", body) for body in [{}, {"edits": {}}, {"t": 0}, {"sample": {}}]),
    *(("POST", "{s}/runs", body) for body in [{}, {"steps": 0}, {"steps": -1}, {"steps": 1.5}, {"steps": 10**30}]),
    *(("POST", "{s}/runs", body) for body in [{"epochs": 0}, {"steps": 1, "epochs": 1}, {"steps": 1, "until": {}}]),
    *(("POST", "{s}/runs", {"steps": 1, "until": until}) for until in ({"loss_below": "x"}, {"loss": 1}, [])),
    *(("POST", "{s}/gradient-checks", body) for body in [{"method": "guess"}, {"tensors": ["loss.value"]}, {"t": 99}]),
    *(("POST", "{s}/gradient-checks", {"tensors": names}) for names in ([], "hidden1.W", [1], ["hidden9.W"])),
    *(("POST", "{s}/predictions", {"x": x}) for x in ([], [[]], [[None, 1]], [[1]], {}, [["1", "2"]], [[10**390, 1]])),
    *(("POST", "{s}/grades", body) for body in [{}, {"kind": "x"}, {"kind": "sign", "tensor": "output.dW", "t": 8}]),
    *(("POST", "/datasets", body) for body in [{}, {"columns": [], "rows": []}, {"columns": ["x"], "rows": [[1]]}]),
    *(
        ("POST", "/datasets", {"columns": ["x", "y"], "rows": rows})
        for rows in ([], [[1]], [[1, None]], [[1, [2]]], "a")
    ),
    *(("POST", "/imports", body) for body in [{}, [], {"backscope": 1}, {"spec": {}, "safetensors": "!"}]),
    *(("POST", "/imports", {"spec": {"preset": "xor"}, "safetensors": text}) for text in ("", "AAAA", "A" * 99, 7)),
    *(("DELETE", "{s}/sample?at=" + at, None) for at in ("99", "-1", "x", "")),
]
"""Commands that are refused, most of them well-formed JSON: the method, the path and the body."""

CLOSED = ["/catalog", "{s}/frames/0", "{s}/graph", "{s}/log", "{s}/steps", "{s}/rewind", "/lessons", "//livez", "//"]
PRECONDITIONS = ["x", '"x"', "7", '"-1"', 'W/"0"', '"' + "9" * 400 + '"']
TYPES = ["text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded", "x", "a/b;c=d"]


def protocol() -> Iterator[Bad]:
    """What is wrong around the body: methods, types, preconditions, names and origins, and paths."""
    for path in CLOSED:
        yield Bad("TRACE", path)
        yield Bad("PROPFIND", path)
        yield Bad("PUT", path, b"{}", JSON)
    for value in PRECONDITIONS:
        yield with_json("POST", "{s}/steps", {}, **{"if-match": value})
        yield with_json("PATCH", "{s}", {"name": "x"}, **{"if-match": value})
    for media in TYPES:
        yield Bad("POST", "/sessions", b'{"preset":"xor"}', {"content-type": media})
        yield Bad("PATCH", "{s}/parameters", b"{}", {"content-type": media})
        yield Bad("POST", "/datasets", b"x,y\n1,2\n", {"content-type": media})
    for accept in ("text/html", "image/*", "application/json;q=0", "application/x-safetensors"):
        yield with_json("POST", "{s}/steps", {}, accept=accept)
        yield Bad("GET", "/catalog", None, {"accept": accept})
    for host in ("rebound.example", "127.0.0.1.rebound.example", "0.0.0.0", "[::2]", "a" * 3000):
        yield Bad("GET", "{s}", None, {"host": host})
        yield with_json("POST", "{s}/steps", {}, host=host)
    for key in ("k" * 500, " ", "a\tb"):
        yield with_json("POST", "{s}/steps", {}, **{"idempotency-key": key})
    for method, path in (
        ("POST", "{s}/steps"),
        ("POST", "/sessions"),
        ("PATCH", "{s}"),
        ("DELETE", "{s}"),
        ("POST", "/imports"),
    ):
        yield with_json(method, path, {}, **FOREIGN)
        yield with_json(method, path, {}, origin="null")
    for method, path in (("POST", "{s}/steps"), ("PUT", "{s}/sample"), ("POST", "{s}/previews"), ("POST", "{s}/fork")):
        yield Bad(method, path, NESTED, JSON)
        yield Bad(method, path, b"\x80\x81", JSON)
        yield Bad(method, path, b'{"at": NaN}', JSON)
        yield Bad(method, path, b'{"at": 1, "at": 1}', JSON)
        yield Bad(method, path, b'{"at": "\\ud800"}', JSON)


def corpus(file: dict[str, Any]) -> list[Bad]:
    """All of them, for the textbook network after its eighth tick; `file` is an export of one of `SPEC`."""
    reads = [Bad("GET", f"{{s}}/{query}") for query in QUERIES] + [Bad("GET", path) for path in ELSEWHERE]
    commands = [Bad(method, path) if body is None and method == "DELETE" else with_json(method, path, body)
                for method, path, body in COMMANDS]  # fmt: skip
    return [*known(file), *reads, *commands, *protocol()]
