"""A real server and a real Chromium. A page that logs an error, or asks anybody but the server, fails its test."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import PATIENCE
from tests.browser.serving import Server

expect.set_options(timeout=PATIENCE)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {**browser_type_launch_args, "executable_path": executable, "args": FLAGS}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def expected_noise() -> list[str]:
    """Patterns of console errors that a test provokes itself."""
    return []


@pytest.fixture
def page(page: Page, server: Server, expected_noise: list[str]) -> Iterator[Page]:
    """A page that is held to be quiet and offline."""
    wrong: list[str] = []

    def on_console(message: Any) -> None:
        if message.type in ("error", "warning") and not any(re.search(p, message.text) for p in expected_noise):
            wrong.append(f"console: {message.text}")

    def on_request(request: Any) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            wrong.append(f"request: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("request", on_request)
    page.set_default_timeout(PATIENCE)
    yield page
    assert wrong == []
