"""The command that serves Backscope: one line when it listens, one sentence when it cannot."""

import argparse
import errno
import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from pydantic import ValidationError
from uvicorn.supervisors import ChangeReload

from .api.logs import logging_config
from .api.page import PageNotBuilt
from .sessions import MEMORY
from .sessions.errors import StoreUnavailable
from .settings import Settings

PACKAGE = Path(__file__).parent
OPEN = (
    "Whoever reaches this machine over the network can use this server: sessions are listed, so that everybody can\n"
    "change everybody's, and nobody's CPU time is limited. BACKSCOPE_PROFILE=class or =public makes it a server for\n"
    "others (docs/limits.md); BACKSCOPE_PROFILE=local says that this is meant."
)
GRACE = 5  # seconds that open requests and streams get when the server is stopped
SWITCH = 0.0005  # seconds that the loop waits for a thread that computes, each time it has waited for something else


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the exit code is 0 after a wanted stop."""
    try:
        settings = Settings()
    except ValidationError as error:
        return fail(describe(error))
    options = parse(arguments, settings)
    try:
        listener = listen(options.host, options.port)
    except (OSError, OverflowError) as error:
        return fail(why_not(error, options.host, options.port))
    with listener:
        return serve(listener, options.host, settings, reload=options.reload)


def parse(arguments: Sequence[str] | None, settings: Settings) -> argparse.Namespace:
    """The settings, as changed by the command line."""
    parser = argparse.ArgumentParser(prog="backscope", description="Serve Backscope.")
    parser.add_argument("--host", default=settings.host, help="the address to listen at (%(default)s)")
    parser.add_argument("--port", default=settings.port, type=int, help="the port (%(default)s)")
    parser.add_argument("--reload", action="store_true", help="start anew whenever a source file changes")
    return parser.parse_args(arguments)


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound before anything is loaded, so that a taken port is known at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def why_not(error: Exception, host: str, port: int) -> str:
    """The sentence for an address that cannot be listened at."""
    match error:
        case OverflowError():
            return f"Port {port} is not between 0 and 65535; choose another with --port."
        case OSError(errno=errno.EADDRINUSE):
            return f"Port {port} on {host} is taken; choose another with --port."
        case OSError(errno=errno.EACCES):
            return f"Port {port} on {host} is not for this user to open; choose one above 1023 with --port."
        case _:
            return f"This machine cannot listen at {host}; choose another address with --host."


def describe(error: ValidationError) -> str:
    """The sentence for a setting that is wrong in the environment."""
    first = error.errors()[0]
    name = str(first["loc"][0])
    variable = name if name.isupper() else f"{Settings.model_config['env_prefix']}{name.upper()}"
    return f"The setting {variable} cannot be {first['input']!r}: {first['msg']}."


def serve(listener: socket.socket, host: str, settings: Settings, *, reload: bool) -> int:
    """Run the app on a bound socket until SIGINT or SIGTERM."""
    make_room(settings.streams)
    os.environ["BACKSCOPE_HOST"] = host  # where the app reads by which name it was bound
    for library in ("OPENBLAS", "MKL", "OMP"):
        # Before NumPy is loaded: threads that share one small product wait for each other longer than they compute.
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    config = uvicorn.Config(
        f"{__package__}.main:create_app",
        factory=True,
        http=f"{__package__}.api.wire:PROTOCOL",
        access_log=False,
        log_config=logging_config(settings.log),
        reload=reload,
        reload_dirs=[str(PACKAGE)] if reload else None,
        timeout_graceful_shutdown=GRACE,
        forwarded_allow_ips=list(settings.proxies),
    )
    address, port, *_ = listener.getsockname()
    warning = OPEN if "profile" not in settings.model_fields_set and not ip_address(address).is_loopback else ""
    server = Server(config, url(host, port), settings.store, warning)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if reload:
            ChangeReload(config, target=server.run, sockets=[listener]).run()
            return 0
        config.load()
        server.run(sockets=[listener])
    except PageNotBuilt as error:
        return fail(str(error))
    except StoreUnavailable as error:
        return fail(error.detail)
    except KeyboardInterrupt:
        return 0
    return 0 if server.started else 1


class Server(uvicorn.Server):
    """Uvicorn, which says where it listens once it does, where it keeps the sessions, and what to beware of."""

    def __init__(self, config: uvicorn.Config, url: str, store: str, warning: str) -> None:
        super().__init__(config)
        self.url = url
        self.store = store
        self.warning = warning

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End runs and streams first: uvicorn waits for open requests, and streams would not end by themselves."""
        await self.lifespan.state["wind_down"]()
        await super().shutdown(sockets=sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            calm_collector()
            sys.setswitchinterval(SWITCH)
            where = "in memory and end with it" if self.store == MEMORY else f"in {self.store}"
            print(f"Backscope is at {self.url}", f"Sessions are kept {where}", sep="\n", flush=True)
            if self.warning:
                print(self.warning, file=sys.stderr, flush=True)


def calm_collector() -> None:
    """Keep Python's collector of circular garbage from stopping the server for a tenth of a second now and then.

    What is loaded by now stays and is not looked through again, and all of the rest only after a million allocations,
    about what some hundred sessions take.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 20)


def make_room(streams: int) -> None:
    """Let the process have a connection for every stream and some for the rest; many systems begin with a thousand."""
    if sys.platform == "win32":
        return
    import resource

    held, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = streams + 500 if most == resource.RLIM_INFINITY else min(streams + 500, most)
    if held != resource.RLIM_INFINITY and held < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
