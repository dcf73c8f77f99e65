"""How much one server carries: `python3 dev.py bench load`.

Four parts, each with a server of its own on a file store, asked over the loopback from the same machine. `learners`:
a class steps once a second, then trains in the background while others step. `streams`: many listen and nothing
happens. `steps`: steps of one operation as fast as they are answered, beside an application that does nothing.
`frames`: a large frame as JSON and as a file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import uvloop

from .kill import Server
from .loads import Scale, frames, learners, steps, streams
from .measuring import Figure, conclude

NO_SHARES = {"BACKSCOPE_CLIENT_SESSIONS": "0", "BACKSCOPE_CLIENT_STREAMS": "0"}
LIMITS = {"BACKSCOPE_PROFILE": "class", "BACKSCOPE_CPU_SECONDS": "0", **NO_SHARES, "BACKSCOPE_LOG": "warning"}
"""Those of a course that comes through one address, as docs/limits.md says."""

IN_FULL = {"BACKSCOPE_TENSOR_VALUES": "1000000"}
"""JSON has summaries of large tensors otherwise, and a file never."""

Part = Callable[[Server, Scale], Coroutine[Any, Any, list[Figure]]]
PARTS: dict[str, tuple[Part, dict[str, str]]] = {
    "learners": (learners, LIMITS),
    "streams": (streams, LIMITS),
    "steps": (steps, LIMITS),
    "frames": (frames, {**LIMITS, **IN_FULL}),
}


def measure(part: str, scale: Scale) -> list[Figure]:
    """One part, on a server of its own."""
    work, settings = PARTS[part]
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder, "sessions.sqlite3"), **settings)
        try:
            return uvloop.run(work(server, scale))
        finally:
            server.kill()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench load", description="Load one server.")
    parser.add_argument("--seconds", type=float, default=300, help="how long learners step (%(default)s)")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this one; all when left out")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write all figures there")
    options = parser.parse_args(arguments)
    if not 1 <= options.seconds <= 3_600:
        parser.error("expected 1 to 3600 seconds")
    scale = Scale(seconds=options.seconds)
    found = {part: measure(part, scale) for part in options.part or PARTS}
    return conclude(found, options.json)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
