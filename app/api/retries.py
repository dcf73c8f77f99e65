"""Changes that may be tried again, and changes on a condition: `Idempotency-Key` and `If-Match`.

A request with a key is done once: who sends it again gets the answer of the first time, which the store keeps together
with the change itself. A request with `If-Match` is done only if nobody has moved the session in between.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from fastapi import Response
from fastapi.dependencies.models import Dependant

from ..engine.errors import BackscopeError, InvalidRequest, brief
from ..sessions.session import Session
from ..sessions.store import Reply, client_owner
from .encoding import apart
from .rates import client_of
from .routes import JsonRequest, JsonRoute

if TYPE_CHECKING:
    from .workbench import Workbench

KEY = re.compile(r"[!-~]{1,200}")
TAG = re.compile(r'^"(\d+)(-[\w-]+)?"$', re.ASCII)
"""A tag that `etag` makes: the revision, and what tells answers at it apart."""
REPLAYED = "Idempotency-Replayed"


class StaleRevision(BackscopeError):
    code = "stale_revision"
    title = "The session has moved on"

    def __init__(self, detail: str, session: Session) -> None:
        super().__init__(detail, "If-Match")
        self.headers = {"ETag": etag(session)}
        self.members = {"session": session.head()}


class ShuttingDown(BackscopeError):
    code = "shutting_down"
    title = "The server is being stopped"


class IdempotencyInProgress(BackscopeError):
    code = "idempotency_in_progress"
    title = "A request with this key is under way"


class IdempotencyKeyReused(BackscopeError):
    code = "idempotency_key_reused"
    title = "This key belongs to another request"


def etag(session: Session, *more: object) -> str:
    """The tag of an answer about a session: its revision, and what `more` tells answers at one revision apart."""
    return f'"{"-".join(map(str, (session.revision, *more)))}"'


class Asked(JsonRequest):
    """A request for a change: on what condition, and under which key."""

    owner, fingerprint = "", ""
    """Of a request with a key: whose key it is, and what tells it from others."""

    @property
    def bench(self) -> Workbench:
        """The server's sessions, had from here because as a dependency they cost a tenth of a step's answer."""
        found: Workbench = self.app.state.workbench
        return found

    @property
    def by(self) -> str:
        """The client."""
        return client_of(self.scope)

    @property
    def if_match(self) -> str | None:
        return self.headers.get("if-match")

    @property
    def key(self) -> str | None:
        return self.headers.get("idempotency-key")

    def check(self, session: Session) -> None:
        """StaleRevision where the session is at none of the revisions that the change was meant for."""
        if self.if_match is None:
            return
        present = etag(session)
        tags = [tag.strip() for tag in self.if_match.split(",")]
        if "*" not in tags and not any(TAG.sub(r'"\1"', tag) == present for tag in tags):
            # Not as JSON: in quotes of its own a tag that lacks them would look like the one that was wanted.
            raise StaleRevision(f"If-Match: the session is at {present}, got {self.if_match[:60]}", session)

    def reply(self, response: Response) -> Reply | None:
        """What to keep of the answer."""
        if self.key is None:
            return None
        shown = ("content-type", "etag", "location")
        headers = {name: value for name, value in response.headers.items() if name in shown}
        return Reply(self.owner, self.key, self.fingerprint, response.status_code, headers, bytes(response.body))


def headers(told: dict[str, str]) -> dict[str, Any]:
    """Headers for the OpenAPI document."""
    return {
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": False,
                "schema": {"anyOf": [{"type": "string"}, {"type": "null"}], "description": text, "title": name.title()},
                "description": text,
            }
            for name, text in told.items()
        ]
    }


KEY_HEADER = {"idempotency-key": "the same for every try of one request"}
UNCONDITIONAL = headers(KEY_HEADER)
HEADERS = headers({"if-match": "the `ETag` that the session must still have", **KEY_HEADER})
"""What `Asked` reads, for the OpenAPI document: read by the framework they cost more than a step does."""


def is_change(dependant: Dependant) -> bool:
    """Whether a route takes what is `Asked`: what it does is kept, and its answer for who tries again."""
    return dependant.request_param_name == "asked"


class ChangingRoute(JsonRoute):
    """A route of a change: a request that is sent again with its key is answered as it was the first time."""

    made_of = Asked

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        if is_change(self.dependant):
            # What makes a session from nothing has none that could have moved on.
            told = HEADERS if "{session_id}" in path else UNCONDITIONAL
            self.openapi_extra = {**told, **(self.openapi_extra or {})}

    def around(self, handle: Callable[[Any], Awaitable[Response]]) -> Callable[[Any], Awaitable[Response]]:
        if not is_change(self.dependant):
            return handle
        owned = (self.status_code or 200) in (200, 202)

        async def handler(request: Asked) -> Response:
            bench = request.bench
            bench.check_open()
            key = request.key
            if key is None:
                return await handle(request)
            if not KEY.fullmatch(key):
                wanted = "expected 1 to 200 visible characters of ASCII"
                raise InvalidRequest(f"Idempotency-Key: {wanted}, got {brief(key)}", "Idempotency-Key")
            # What makes a session answers with its id, the key to it: nobody else's key may lead there.
            owner = request.path_params.get("session_id") if owned else None
            request.owner = owner = owner or client_owner(request.by)
            request.fingerprint = await apart(lambda: fingerprint(request))
            if (owner, key) in bench.trying:
                raise IdempotencyInProgress("A request with this Idempotency-Key is still under way; try again later")
            kept = bench.store.reply(owner, key)
            if kept is not None:
                return replayed(kept, request.fingerprint)
            bench.trying.add((owner, key))
            try:
                return await handle(request)
            finally:
                bench.trying.remove((owner, key))

        return handler


def fingerprint(request: JsonRequest) -> str:
    """Tells a request from others: its method, address and body."""
    body = json.dumps(request.decoded, sort_keys=True)
    address = f"{request.url.path}?{request.url.query}".removesuffix("?")
    return sha256(f"{request.method} {address}\n{body}".encode()).hexdigest()


def replayed(kept: Reply, request: str) -> Response:
    """The answer of the first time; IdempotencyKeyReused where that was to another request."""
    if kept.request != request:
        raise IdempotencyKeyReused("This Idempotency-Key was sent with another request; expected a new one for this")
    return Response(kept.body, kept.status, {**kept.headers, REPLAYED: "true"})
