"""The command that serves, in a process of its own."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


CLEAN = {name: value for name, value in os.environ.items() if name != "PORT" and "BACKSCOPE" not in name}


CLEAN["BACKSCOPE_STORE"] = ":memory:"


def command(*arguments):
    return [sys.executable, "-m", "app", *arguments]


@contextmanager
def server(*arguments, **environment):
    process = subprocess.Popen(
        command(*arguments),
        cwd=ROOT,
        env={**CLEAN, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
