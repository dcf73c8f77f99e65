"""Backscope as a user starts it, for tests of the page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]


class Server:
    """Backscope in a process of its own, as a user starts it; it can be stopped and started again."""

    def __init__(self, **environment: str) -> None:
        self.port = 0
        self.environment = {"BACKSCOPE_STORE": ":memory:", **os.environ, **environment}
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "app", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        assert found, line
        self.port = int(found[1])
        self.url = found[0]
        # The server closes a connection that was not used for 5 seconds.
        lasting = httpx.Limits(keepalive_expiry=2)
        self.api = httpx.Client(base_url=f"{self.url}/api/v1", timeout=30, limits=lasting)

    def kill(self) -> None:
        """End it as kill -9 does, which asks nobody."""
        self.process.kill()
        self._wait()

    def stop(self) -> None:
        self.process.terminate()
        self._wait()

    def _wait(self) -> None:
        self.api.close()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def get(self, path: str) -> Any:
        answer = self.api.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()
