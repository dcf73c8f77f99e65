"""Pictures of the page, made from the real thing: `python3 dev.py screenshots [FOLDER]`.

Light and dark, at rest and in the middle of each phase, on a projector and on a phone. They are for looking at,
not for comparing: Chromium and fonts move.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.looking import open_page, wait_for_t
from tests.browser.serving import ROOT, Server

PHASES = {"forward": 1, "loss": 5, "backward": 10, "update": 14}
"""A tick of `xor` in each phase whose motion shows what the phase is."""
MIDDLE = 170
"""Milliseconds into a motion of 400."""


@contextmanager
def studio() -> Iterator[tuple[Browser, Server]]:
    """Chromium, and a server whose page is photographed."""
    server = Server()
    try:
        with sync_playwright() as playwright:
            executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
            yield browser, server
            browser.close()
    finally:
        server.stop()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with studio() as (browser, server):
        for scheme in ("light", "dark"):
            take(browser, server, folder, scheme)


def take(browser: Browser, server: Server, folder: Path, scheme: str) -> None:
    page = opened(browser, server, scheme)
    page.screenshot(path=folder / f"{scheme}-start.png")
    for t in range(1, 18):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)
        for phase, tick in PHASES.items():
            if t == tick:
                page.wait_for_timeout(MIDDLE)
                page.screenshot(path=folder / f"{scheme}-{phase}.png")
        page.wait_for_timeout(450)
    page.get_by_role("tab", name="Code").click()
    page.screenshot(path=folder / f"{scheme}-code.png")
    for name, preset, width, height, ticks in (
        ("textbook", "mazur", 1440, 900, 10),
        ("projector", "simple-nn", 1280, 720, 12),
        ("phone", "xor", 400, 850, 12),
        ("batch", "goodfellow-xor", 1440, 900, 8),
        ("wide", "digits", 1280, 720, 10),
        ("deep", "vanishing", 1440, 900, 40),
    ):
        page = opened(browser, server, scheme, preset, width, height)
        for t in range(1, ticks + 1):
            page.keyboard.press("ArrowRight")
            wait_for_t(page, t)
        page.wait_for_timeout(700)
        page.screenshot(path=folder / f"{scheme}-{name}.png", full_page=name == "phone")


def opened(
    browser: Browser, server: Server, scheme: str, preset: str = "xor", width: int = 1440, height: int = 900
) -> Page:
    page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height}).new_page()  # type: ignore[arg-type]
    open_page(page, server, f"/?preset={preset}")
    page.wait_for_timeout(400)
    return page


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "screenshots")
