"""Backscope from a script or a notebook: sessions to create, step, look into and ask, their tensors as NumPy arrays.

from backscope import Client

session = Client("http://127.0.0.1:8000").create(preset="xor")
session.step("phase")
session.tensor("hidden1.a")
"""

from __future__ import annotations

import base64
import html
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import numpy as np
import numpy.typing as npt
from tqdm import tqdm

Array = npt.NDArray[Any]
Json = dict[str, Any]

NON_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
TEXTS = ("name", "layer", "title")
"""Members that are texts whatever they say."""

FIRST_LOOK, LOOK_SECONDS = 0.02, 0.25
"""How long after its start, and how often then, a run is asked how far it is."""

SILENCE = 60.0
"""Seconds without a word after which a stream of events is given up; the server speaks every 15."""

FRAME_HEIGHT = 760
"""Pixels that the page has in a notebook."""


class Problem(Exception):
    """What went wrong, as the server said it (RFC 9457): `code`, `status`, `detail`, and `errors` with pointers.

    Where no server answers, the code is `unreachable` and the status None. `retry_after` is how many seconds later the
    same may be asked again, where the server says so.
    """

    def __init__(self, document: Mapping[str, Any], retry_after: float | None = None) -> None:
        super().__init__(document["detail"])
        self.document = dict(document)
        self.code: str = document["code"]
        self.status: int | None = document["status"]
        self.detail: str = document["detail"]
        self.errors: list[dict[str, str]] = document["errors"]
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[type[Problem], tuple[Any, ...]]:
        # An exception is made again from its message alone, on its way from another process.
        return Problem, (self.document, self.retry_after)


class Event(NamedTuple):
    """What happened: its `name` (`head`, `progress`, `diagnosis`, `status`), its data, and its place in the stream."""

    name: str
    data: Json
    id: str


class Client:
    """A Backscope server, by its address. `timeout` is in seconds."""

    def __init__(self, url: str = "http://127.0.0.1:8000", timeout: float = 60.0) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=f"{self.url}/api/v1", timeout=timeout)

    def create(self, spec: Mapping[str, Any] | None = None, **changes: Any) -> Session:
        """A new session: of a spec, of a preset (`preset="xor"`), or of either with some keys changed (`seed=1`)."""
        if spec is not None and not isinstance(spec, Mapping):
            raise TypeError(f'expected a spec, or an example by its name, as in preset="xor"; got {spec!r:.60}')
        return self._made("/sessions", {**(spec or {}), **changes})

    def open(self, session_id: str) -> Session:
        """The session of this id."""
        return Session(self, self.call("GET", f"/sessions/{quote(session_id, safe='')}"))

    def load(self, file: str | Path | bytes | Mapping[str, Any]) -> Session:
        """A new session that goes on where a saved file was (`Session.save`, or `export("json")`)."""
        if isinstance(file, Mapping):
            return self._made("/imports", file)
        return self._made("/imports", json.loads(file if isinstance(file, bytes) else Path(file).read_bytes()))

    def load_weights(self, spec: Mapping[str, Any], file: str | Path | bytes) -> Session:
        """A new session of `spec` with the weights of a safetensors file that has PyTorch's names."""
        content = file if isinstance(file, bytes) else Path(file).read_bytes()
        return self._made("/imports", {"spec": spec, "safetensors": base64.b64encode(content).decode()})

    def sessions(self) -> list[Json]:
        """The heads of the server's sessions, oldest first."""
        heads: list[Json] = []
        page = self.call("GET", "/sessions", page_size=100)
        heads += page["sessions"]
        while page["next_page_token"] is not None:
            page = self.call("GET", "/sessions", page_size=100, page_token=page["next_page_token"])
            heads += page["sessions"]
        return heads

    def catalog(self) -> Json:
        """Everything that a spec can name."""
        return self.call("GET", "/catalog")

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Json:
        """The answer to any request of the API, its non-finite numbers as floats. Problem where it is refused."""
        response = self.fetch(method, path, body, **query)
        try:
            answer: Json = finite_back(response.json())
        except ValueError as error:
            raise Problem(strange(response)) from error
        return answer

    def fetch(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        """The response to any request of the API. Problem where it is refused, or where nobody answers.

        A list or a tuple in the query, such as an index, has commas between.
        """
        asked = {name: commas(value) for name, value in given(**query).items()}
        content = None if body is None else json.dumps(named(body))
        try:
            # An address may come with a query of its own, which empty parameters would take away.
            response = self._http.request(method, path, params=asked or None, content=content, headers=JSON)
        except httpx.TransportError as error:
            raise unreachable(self.url, error) from error
        if not response.is_success:
            raise refused(response)
        return response

    def stream(self, path: str, after: str | None = None) -> Iterator[Event]:
        """The events of a stream of the API. Problem where it is refused, or where it breaks off."""
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": after} if after else {})}
        timeout = httpx.Timeout(self._http.timeout.connect, read=SILENCE)
        try:
            with self._http.stream("GET", path, headers=headers, timeout=timeout) as response:
                if response.headers.get("content-type", "").split(";")[0] != "text/event-stream":
                    response.read()
                    raise refused(response)
                yield from events_of(response.iter_lines())
        except httpx.TransportError as error:
            raise unreachable(self.url, error) from error

    def close(self) -> None:
        """Close the connections to the server. `with Client(…) as client:` does it at its end."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _made(self, path: str, body: Mapping[str, Any]) -> Session:
        return Session(self, self.call("POST", path, body))

    def __repr__(self) -> str:
        return f"Client({self.url!r})"


class Session:
    """One session of a server. `head` is where it stood at the last call, `spec` what it is made from, as the last
    answer with one had it: `refresh` asks for both.
    """

    def __init__(self, client: Client, made: Mapping[str, Any]) -> None:
        self.client = client
        self.head: Json = made["session"]
        self.spec: Json = made["spec"]
        self.warnings: list[str] = made.get("warnings", [])

    @property
    def id(self) -> str:
        """The id that it is asked for by: its view's where it was opened only to be looked at."""
        return str(self.head.get("id", self.head["view_id"]))

    @property
    def url(self) -> str:
        """The address of the session's page."""
        return f"{self.client.url}/s/{self.id}"

    @property
    def t(self) -> int:
        """How many ticks the session has run."""
        return int(self.head["t"])

    @property
    def loss(self) -> float | None:
        """The last loss, None before the first."""
        loss: float | None = self.head["loss"]
        return loss

    def step(self, granularity: str = "op", count: int = 1, return_: str | None = None) -> list[Json]:
        """Advance by operations (`op`), layers, phases, batches or epochs.

        The ticks that ran, each with `phase`, `layer`, `op` and what it `writes` as arrays; none for a count above 1
        or an epoch, unless `return_="ticks"` asks for them.
        """
        body = {"granularity": granularity, "count": count, **({"return": return_} if return_ else {})}
        answer = self._call("POST", "/steps", body)
        return [
            {**tick, "writes": {name: self._array(one) for name, one in tick["writes"].items()}}
            for tick in answer.get("ticks", [])
        ]

    def run(
        self,
        epochs: int | None = None,
        steps: int | None = None,
        loss_below: float | None = None,
        progress: bool = True,
    ) -> float | None:
        """Train for epochs or for steps, with a bar that shows the loss, and give the last loss.

        It ends early after the first step whose loss is `loss_below` a value, and where the loss is not finite any
        more. Ctrl-C ends it too, after a whole step. Problem where the server could not go on.
        """
        if (epochs is None) == (steps is None):
            raise TypeError("expected either epochs or steps")
        body = given(steps=steps, epochs=epochs)
        if loss_below is not None:
            body["until"] = {"loss_below": loss_below}
        run = self._call("POST", "/runs", body)["run"]
        path, pause = f"/runs/{run['id']}", FIRST_LOOK
        with tqdm(total=run["total"], unit="step", disable=not progress) as bar:
            try:
                while run["status"] == "running":
                    time.sleep(pause)
                    pause = min(LOOK_SECONDS, 2 * pause)
                    run = self._about_run("GET", path)
                    bar.update(run["done"] - bar.n)
                    bar.set_postfix(loss=self.loss)
            except KeyboardInterrupt:
                self._about_run("DELETE", path)
                raise
        if run["status"] == "failed":
            raise Problem({"code": "internal_error", "status": None, "detail": run["detail"], "errors": []})
        return self.loss

    def _about_run(self, method: str, path: str) -> Json:
        """How far a run is. Where it has used the CPU time that asking takes, it is asked when there is some again."""
        while True:
            try:
                run: Json = self._call(method, path)["run"]
                return run
            except Problem as problem:
                if problem.retry_after is None:
                    raise
                time.sleep(problem.retry_after)

    def events(self, after: str | None = None) -> Iterator[Event]:
        """What happens to the session, as it happens, by whomever; `head` keeps up. It ends when the session is deleted
        or its server stops. `after` is the id of the last event that was read, to go on from there.
        """
        for event in self.client.stream(f"{self._path}/events", after):
            if event.name == "head":
                self.head = event.data["session"]
            yield event

    def rewind(self, to: int | None = None, to_rev: int | None = None) -> Session:
        """Put the head back to a moment, or to where it was at a revision."""
        self._call("POST", "/rewind", given(to=to, to_rev=to_rev))
        return self

    def edit(self, tensor: str, *index: int, value: float, at: int | None = None) -> Session:
        """Set one number of a parameter: at the head, or `at` an earlier moment, to which the session goes back."""
        edit = {"tensor": tensor, "index": list(index), "value": value}
        self._call("PATCH", "/parameters", {"edits": [edit], **given(at=at)})
        return self

    def change(self, **settings: Any) -> Session:
        """Set the name, or values that the optimizer has: `change(optimizer={"learning_rate": 0.1})`."""
        self._call("PATCH", "", settings)
        return self

    def fork(self, at: int | None = None, **changes: Any) -> Session:
        """A new session from the head or from the moment `at`, with these keys of the spec in place of its own."""
        return self.client._made(f"{self._path}/fork", {**given(at=at), **({"spec": changes} if changes else {})})

    def check(self, method: str = "complex_step", t: int | None = None) -> Json:
        """Hold the gradients of a step against its loss, by `complex_step` or by `central_difference`."""
        return self._call("POST", "/gradient-checks", {"method": method, **given(t=t)})

    def refresh(self) -> Session:
        """Ask where the session stands now, and with which spec."""
        self._call("GET", "")
        return self

    def tensor(self, name: str, t: int | None = None) -> Array:
        """A tensor, by a name such as `hidden1.dW`, at the head or at an earlier `t`."""
        return np.array(self.get(f"tensors/{quote(name, safe='')}", t=t)["values"], dtype=np.float64)

    def frame(self, t: int | None = None) -> dict[str, Array | None]:
        """All tensors at a moment by name; None for one that its step had not computed yet."""
        at = self.refresh().t if t is None else t
        tensors = self.get(f"frames/{at}")["tensors"]
        return {name: None if one is None else self._array(one) for name, one in tensors.items()}

    def explain(self, tensor: str, *index: int, t: int | None = None) -> Json:
        """How one number came to be: its terms and factors, or a function and its arguments."""
        place = ",".join(map(str, index)) or None
        return self.get(f"explanations/{quote(tensor, safe='')}", index=place, t=t)

    def graph(self) -> Json:
        """Layers, tensors, ops, and the schedule of a step with formulas and code."""
        return self.get("graph")

    def predict(self, x: Any) -> dict[str, Array]:
        """The forward pass for other inputs, (samples, inputs), with the parameters at the head: tensors by name."""
        tensors = self._call("POST", "/predictions", {"x": np.asarray(x).tolist()})["tensors"]
        return {name: self._array(one) for name, one in tensors.items()}

    def get(self, what: str, **query: Any) -> Json:
        """What else the API has of a session: `get("diagnostics")`, `get("paths", tensor="hidden1.W", index="0,0")`."""
        return self._call("GET", f"/{what}", **query)

    def export(self, format: str, t: int | None = None) -> bytes:  # noqa: A002  (as the API calls it)
        """The session as a file: `json`, `numpy`, `pytorch`, `safetensors` or `csv`."""
        return self.client.fetch("GET", f"{self._path}/export", format=format, t=t).content

    def save(self, file: str | Path) -> Path:
        """Write what `Client.load` goes on from."""
        path = Path(file)
        path.write_bytes(self.export("json"))
        return path

    def delete(self) -> None:
        """Take the session away for good."""
        self.client.fetch("DELETE", self._path)

    @property
    def _path(self) -> str:
        return f"/sessions/{quote(self.id, safe='')}"

    def _call(self, method: str, path: str, body: Any = None, **query: Any) -> Json:
        answer = self.client.call(method, f"{self._path}{path}", body, **query)
        self.head, self.spec = answer["session"], answer.get("spec", self.spec)
        return answer

    def _array(self, tensor: Mapping[str, Any]) -> Array:
        """A tensor of an answer as an array; a large one, which has its address in place of values, is fetched."""
        if "href" in tensor:
            tensor = self.client.call("GET", tensor["href"].removeprefix("/api/v1"))
        return np.array(tensor["values"], dtype=np.float64).reshape(tensor["shape"])

    def __repr__(self) -> str:
        loss = "none yet" if self.loss is None else f"{self.loss:.6g}"
        return f"<Session {self.head['name']!r}, t = {self.t}, step {self.head['step']}, loss {loss}, at {self.url}>"

    def _repr_html_(self) -> str:
        """In a notebook: the page, on this session."""
        title = html.escape(f"Backscope: {self.head['name']}", quote=True)
        address = html.escape(self.url, quote=True)
        style = f"width:100%;height:{FRAME_HEIGHT}px;border:0"
        return f'<iframe src="{address}" title="{title}" style="{style}"></iframe>'


JSON = {"Content-Type": "application/json"}


def events_of(lines: Iterable[str]) -> Iterator[Event]:
    """The events that lines of `text/event-stream` say."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if name:
            fields[name] = value.removeprefix(" ")
        elif not line:
            if "data" in fields:
                yield Event(fields["event"], finite_back(json.loads(fields["data"])), fields["id"])
            fields = {}


def finite_back(value: Any) -> Any:
    """An answer with `"NaN"`, `"Infinity"` and `"-Infinity"` as the floats that they stand for."""
    if isinstance(value, str):
        return NON_FINITE.get(value, value)
    if isinstance(value, list):
        return [finite_back(one) for one in value]
    if isinstance(value, dict):
        return {key: one if key in TEXTS else finite_back(one) for key, one in value.items()}
    return value


def named(value: Any) -> Any:
    """A request with arrays as lists, and floats that JSON has no word for as texts."""
    if isinstance(value, (np.ndarray, np.generic)):
        return named(value.tolist())
    if isinstance(value, (list, tuple)):
        return [named(one) for one in value]
    if isinstance(value, Mapping):
        return {key: named(one) for key, one in value.items()}
    if isinstance(value, float) and value - value != 0:
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


def given(**members: Any) -> Json:
    """Those that are not None."""
    return {name: value for name, value in members.items() if value is not None}


def commas(value: Any) -> Any:
    """A list of a query as the API takes it."""
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def unreachable(url: str, error: Exception) -> Problem:
    said = str(error) or type(error).__name__
    detail = f"No Backscope answered at {url} ({said}); `backscope` in a shell starts one"
    if isinstance(error, httpx.ReadTimeout):
        detail = f"{url} has not answered in time, and may still be at it; `timeout` of Client(…) is how long is waited"
    return Problem({"code": "unreachable", "status": None, "detail": detail, "errors": []})


def refused(response: httpx.Response) -> Problem:
    """What a refusal says, and when to ask again."""
    seconds = response.headers.get("Retry-After", "")
    return Problem(problem_of(response), float(seconds) if seconds.isdigit() else None)


def problem_of(response: httpx.Response) -> Json:
    """The problem document of a response; one is made where something else than Backscope answered."""
    if response.headers.get("content-type", "").startswith("application/problem+json"):
        with suppress(ValueError):  # it may have broken off on its way
            document: Json = response.json()
            return document
    return strange(response)


def strange(response: httpx.Response) -> Json:
    """The problem where something else than Backscope answered, as another server or a proxy's page to sign in."""
    detail = (
        f"{response.request.url} answered {response.status_code} {response.reason_phrase}, and not as Backscope does"
    )
    return {"code": "unreachable", "status": response.status_code, "detail": detail, "errors": []}
