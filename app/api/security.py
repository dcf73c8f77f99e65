"""What every request is held to before it reaches a route, and what every answer tells the browser.

A browser that this machine's user has open on any other site is the attacker to think of: it can send requests to
localhost too. So a request must call the server by one of its own names (or a site could rebind its name to this
address), and one that changes something must not come from another site's page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from ipaddress import ip_address

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..engine.errors import BackscopeError, brief
from ..settings import Settings
from .answers import PREFIX
from .problems import refusal
from .rates import Rates, client_of
from .retries import REPLAYED

SAFE = ("GET", "HEAD", "OPTIONS")
EVERYWHERE = ("0.0.0.0", "::")
PORTS = (":80", ":443")
"""What an origin leaves out, and a proxy may add to `Host`."""

HEAD_BYTES = 32_768
"""What the head of a request may have. Those of browsers have some hundred, with many cookies some thousand."""
LONGEST_NAME = 260
"""Characters of a host and its port: longer names there are not."""

HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]
POLICY, CACHE = b"content-security-policy", b"cache-control"
NOTHING = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of what is no page: it loads nothing, runs nothing and stands in no frame."""

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
)
HASHED = "/static/assets/"
FOREVER = b"public, max-age=31536000, immutable"
"""For files whose names have their content's hash."""


class MisdirectedHost(BackscopeError):
    code = "misdirected_host"
    title = "This server does not go by that name"


class CrossSiteRequest(BackscopeError):
    code = "cross_site_request"
    title = "The request comes from another site's page"


class HeadTooLarge(BackscopeError):
    code = "head_too_large"
    title = "The head of the request is too large"

    def __init__(self) -> None:
        super().__init__(f"The address and the headers of a request: expected at most {HEAD_BYTES} bytes")


class Guard:
    """The outermost part of the application: what comes from inside, errors and streams too, goes out through it."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._rates = Rates(settings.cpu_seconds, settings.cpu_share)
        self._origins = frozenset(origin.lower().rstrip("/") for origin in settings.origins)
        self._policy = (PAGE + settings.frame_ancestors).encode()
        self._is_ours: Callable[[str, str], bool] = lru_cache(maxsize=256)(Names(settings).know)
        self._inside = open_to(self._origins, self._checked) if self._origins else self._checked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = dressed(scope["path"], message["status"], message["headers"], self._policy)
            await send(message)

        await self._inside(scope, receive, send_dressed)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        try:
            self._check(scope)
            if not scope["path"].startswith(PREFIX):
                return await self._app(scope, receive, send)
            await self._rates.spend(client_of(scope), lambda: self._app(scope, receive, send))
        except BackscopeError as error:
            await refusal(error)(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        """HeadTooLarge, MisdirectedHost, CrossSiteRequest."""
        head = sum(len(name) + len(value) for name, value in scope["headers"])
        if head + len(scope["path"]) + len(scope["query_string"]) > HEAD_BYTES:
            raise HeadTooLarge
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        server = scope["server"][0] if scope.get("server") else ""
        if len(hosts) != 1 or len(hosts[0]) > LONGEST_NAME or not self._is_ours(hosts[0], server):
            raise MisdirectedHost(
                f"Host: expected a name of this server, got {brief(', '.join(hosts))}; "
                "whoever runs it adds one with BACKSCOPE_HOSTS"
            )
        if scope["method"] not in SAFE:
            self._check_site(headers, hosts[0])

    def _check_site(self, headers: Headers, host: str) -> None:
        """CrossSiteRequest, unless this server's own page asks, an allowed one, or what is no browser."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site in ("same-origin", "none") or (site is None and origin is None):
            return
        if origin is not None:
            if origin.lower() in self._origins:
                return
            if site is None and _without_port(origin.lower().partition("://")[2]) == _without_port(host.lower()):
                return
        raise CrossSiteRequest(
            f"expected a request of this server's own page, got one of {brief(origin or site)}; "
            "whoever runs the server allows a site with BACKSCOPE_ORIGINS"
        )


def dressed(
    path: str, status: int, headers: Iterable[tuple[bytes, bytes]], page_policy: bytes = NOTHING
) -> list[tuple[bytes, bytes]]:
    """An answer's headers with those that each must have, and how long it may be kept where it does not say so."""
    given = dict(headers)
    is_page = given.get(b"content-type", b"").startswith(b"text/html")
    kept = b"no-store"
    if path.startswith(HASHED) and status < 400:
        kept = FOREVER
    elif b"etag" in given or is_page:
        kept = b"private, no-cache"
    more = [] if CACHE in given else [(CACHE, kept)]
    return [*headers, *HEADERS, (POLICY, page_policy if is_page else NOTHING), *more]


class Names:
    """What the server goes by: localhost, where it listens, and the names that it was given."""

    def __init__(self, settings: Settings) -> None:
        self._names = {_name(name) for name in (settings.host, *settings.hosts)}
        self._everywhere = settings.host in EVERYWHERE

    def know(self, host: str, server: str) -> bool:
        """Whether a request that came in at the address `server` may call it `host`."""
        name = _name(host)
        if name in self._names or name == _name(server) or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        # A name can be rebound to this address by its owner; an address means itself.
        return address.is_loopback or self._everywhere


def _name(host: str) -> str:
    """A host without its port, in small letters."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0].rstrip(".")


def _without_port(host: str) -> str:
    return next((host.removesuffix(port) for port in PORTS if host.endswith(port)), host)


def open_to(origins: Collection[str], app: ASGIApp) -> ASGIApp:
    """`app`, whose answers the pages of these sites may read."""
    return CORSMiddleware(
        app,
        allow_origins=list(origins),
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "Last-Event-ID"],
        expose_headers=["ETag", "Location", "Retry-After", REPLAYED],
    )


def install(app: FastAPI, settings: Settings) -> None:
    """Put the guard around everything, the framework's handler of unforeseen errors included."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Guard(build(), settings)  # type: ignore[method-assign]
