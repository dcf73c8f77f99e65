"""Taking a session along, and bringing one here: files to download, and what such a file makes again."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from unicodedata import category, normalize
from urllib.parse import quote

from fastapi import APIRouter, Body, Query, Response
from safetensors import SafetensorError
from safetensors.numpy import load as load_safetensors
from safetensors.numpy import save as save_safetensors

from ..engine.errors import InvalidRequest, brief
from ..engine.export import NUMPY, PYTORCH, Language, script, state_dict, table
from ..engine.registry import only
from ..engine.terms import Array
from ..sessions.saved_file import Opened, Parse, open_file, open_weights, save, spec_of
from ..sessions.session import Session
from ..settings import Settings
from .binary import SAFETENSORS
from .encoding import encode, plain
from .rates import aside
from .reading import T
from .requests import Bench
from .retries import Asked, ChangingRoute, etag
from .routes import JsonRoute
from .schemas.files import ImportAnswer, SavedFile
from .sessions import made

router = APIRouter(route_class=ChangingRoute, tags=["exchange"])


@dataclass(frozen=True)
class Format:
    """A kind of file: how it is made of a session at a moment and its spec, what it is called and what it is."""

    make: Callable[[Session, int, dict[str, Any]], bytes]
    ending: str
    media_type: str


def as_json(session: Session, t: int, spec: dict[str, Any]) -> bytes:
    return encode(save(session, t, spec))


def as_script(language: Language) -> Callable[[Session, int, dict[str, Any]], bytes]:
    def make(session: Session, t: int, _: dict[str, Any]) -> bytes:
        return script(language, session.name, session.network(t), session.moment(t).tape).encode()

    return make


def as_safetensors(session: Session, t: int, spec: dict[str, Any]) -> bytes:
    graph = session.training.graph
    tensors = session.frame(t, [parameter.name for parameter in graph.parameters()])
    weights = {name: values for name, values in tensors.items() if values is not None}
    metadata = {"format": "pt", "spec": json.dumps(spec), "t": str(t)}
    return save_safetensors(state_dict(graph, weights), metadata)


def as_csv(session: Session, t: int, _: dict[str, Any]) -> bytes:
    if t != session.t:
        raise InvalidRequest(f"t: the metrics are those of every step up to the head, t = {session.t}; got {t}", "t")
    curves = session.metrics().items()
    return table({n: {"steps": one.steps.tolist(), "values": plain(one.values.tolist())} for n, one in curves}).encode()


PYTHON = "text/x-python; charset=utf-8"
FORMATS = {
    "json": Format(as_json, ".backscope.json", "application/json"),
    "pytorch": Format(as_script(PYTORCH), ".pytorch.py", PYTHON),
    "numpy": Format(as_script(NUMPY), ".numpy.py", PYTHON),
    "safetensors": Format(as_safetensors, ".safetensors", SAFETENSORS),
    "csv": Format(as_csv, ".csv", "text/csv; charset=utf-8"),
}
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": SavedFile,
        "content": {format_.media_type.split(";")[0]: {} for format_ in FORMATS.values()},
        "description": "A file",
    }
}


async def export(
    bench: Bench,
    session_id: str,
    format_: Annotated[Literal["json", "pytorch", "numpy", "safetensors", "csv"], Query(alias="format")] = "json",
    t: T = None,
) -> Response:
    """The session as a file: to go on with, as a script of the present step, its weights, or its metrics."""
    chosen = FORMATS[format_]
    async with bench.using(session_id) as session:
        at = session.t if t is None else t
        spec = bench.portable(session.spec_at(min(at, session.t)))
        cost = max(session.start_cost(at), session.metrics_cost())
        content = await bench.run(cost, lambda: chosen.make(session, at, spec))
        name = attachment(session.name, f"-t{at}{chosen.ending}")
        headers = {"Content-Disposition": name, "ETag": etag(session)}
    return Response(content, 200, headers, chosen.media_type)


class FileRoute(JsonRoute):
    """A route whose query says what it answers with."""

    def offered(self) -> list[str]:
        return []


router.add_api_route(
    "/sessions/{session_id}/export", export, response_model=None, responses=FILES, route_class_override=FileRoute
)


def attachment(name: str, ending: str) -> str:
    """How a file is called that has a session's name: in its own letters (RFC 6266), and in those of ASCII for a client
    that reads no others.
    """
    own = slug(name)
    plain = slug(normalize("NFKD", own).encode("ascii", "ignore").decode()) or "session"
    more = f"; filename*=UTF-8''{quote(own + ending)}" if own and own != plain else ""
    return f'attachment; filename="{plain}{ending}"{more}'


def slug(name: str) -> str:
    """A name as part of a file's: small letters, with what is written over and under them, and digits, with hyphens
    between.
    """
    return "-".join("".join(one if category(one)[0] in "LMN" else " " for one in name.lower()).split())[:60]


FILE = Body(
    description="What `format=json` exported, or `spec` and `safetensors`: weights with PyTorch's names, in Base64.",
    examples=[{"spec": {"layers": []}, "safetensors": "…"}],
)


class ImportRoute(ChangingRoute):
    """A route whose body is a file that a server of this profile wrote: as large as its largest network makes it."""

    files = ("safetensors",)

    def most_bytes(self, settings: Settings) -> int:
        return settings.import_bytes


async def import_session(asked: Asked, body: Annotated[dict[str, Any], FILE]) -> Response:
    """Make a session from a file."""
    session_id = asked.bench.new_id(asked)
    opened = await aside(lambda: open_body(session_id, body, asked.bench.spec))
    session = opened.session
    return asked.bench.add(session, made(session, replayed=opened.replayed, warnings=opened.warnings), asked)


router.add_api_route(
    "/imports",
    import_session,
    methods=["POST"],
    status_code=201,
    response_model=None,
    responses={201: {"model": ImportAnswer}},
    route_class_override=ImportRoute,
)


def open_body(session_id: str, body: dict[str, Any], parse: Parse) -> Opened:
    """The session of either kind of import."""
    if "safetensors" not in body:
        return open_file(session_id, body, parse)
    only(body, ["spec", "safetensors"], "", "the request")
    weights = read_safetensors(body["safetensors"], "/safetensors")
    return Opened(open_weights(session_id, spec_of(body.get("spec"), parse), weights))


def read_safetensors(given: object, pointer: str) -> dict[str, Array]:
    """The tensors of a safetensors file in Base64, by name. Base64 may have line ends, as programs write it."""
    if not isinstance(given, str):
        raise InvalidRequest(f"safetensors: expected a file in Base64, got {brief(given)}", pointer)
    try:
        file = base64.b64decode(given.replace("\r\n", "\n").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequest(f"safetensors: expected Base64, got {brief(given)}", pointer) from None
    try:
        return load_safetensors(file)
    except KeyError as error:  # which has the dtype's name
        message = f"safetensors: expected numbers that NumPy has, as in F32 or F64, got {error.args[0]}"
        raise InvalidRequest(message, pointer) from None
    except SafetensorError as error:
        raise InvalidRequest(f"safetensors: the file cannot be read: {str(error)[:100]}", pointer) from None
