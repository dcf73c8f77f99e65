"""The fields that a network is built with, and the spec of the session that the page has made of them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.looking import PATIENCE, session_id
from tests.browser.serving import Server

REFUSED = r"status of 422"
"""What the browser itself logs of an answer that a test provokes."""


def spec_of(page: Page, server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.get(f"/sessions/{session_id(page)}")["spec"]
    return found


def at(spec: Any, pointer: str) -> Any:
    for key in pointer.split("/")[1:]:
        spec = spec[int(key)] if isinstance(spec, list) else spec[key]
    return spec


def wait_for_spec(page: Page, server: Server, pointer: str, expected: Any) -> None:
    """Wait until the session that the page shows has `expected` at a pointer of its spec."""
    found: Any = None
    for _ in range(PATIENCE // 50):
        # The session that was left may be gone between looking which one it is and asking for it.
        answer = server.api.get(f"/sessions/{session_id(page)}")
        try:
            found = at(answer.json()["spec"], pointer)
        except (KeyError, IndexError, TypeError):
            found = "nothing"
        if found == expected:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{pointer}: expected {expected}, got {found}")


def choice(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name, exact=True)


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=name, exact=True)


def open_layer(page: Page, name: str) -> None:
    head = page.get_by_role("button", name=name).and_(page.locator("[aria-expanded]"))
    if head.get_attribute("aria-expanded") == "false":
        head.click()
