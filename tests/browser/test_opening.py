"""What is seen before the script has drawn the page: on a slow line that may take seconds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.looking import violations
from tests.browser.serving import Server


@pytest.fixture
def held(page: Page) -> list[Route]:
    """The script that draws the page, kept on its way."""
    routes: list[Route] = []
    page.route("**/base-*.js", lambda route: routes.append(route))
    return routes


def test_until_the_script_is_there_the_page_has_a_face(page: Page, server: Server, held: list[Route]) -> None:
    page.goto(server.url, wait_until="domcontentloaded")
    opening = page.get_by_role("status").get_by_text("Opening …")
    expect(opening).to_be_visible()
    heading = page.get_by_role("heading", name="Backscope")
    before = heading.bounding_box()
    assert violations(page) == []

    held[0].continue_()
    page.wait_for_selector("html[data-ready]")

    expect(opening).to_have_count(0)
    expect(heading).to_have_count(1)
    assert heading.bounding_box() == before


def test_the_reader_s_theme_is_there_before_the_page_is(page: Page, server: Server, held: list[Route]) -> None:
    page.goto(server.url, wait_until="commit")
    page.evaluate("localStorage.setItem('backscope-theme', 'dark')")
    page.reload(wait_until="commit")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert not page.locator("html[data-ready]").count()
