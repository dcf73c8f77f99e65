"""Where the bars of what scrolls take room, as in Windows. Playwright hides them: this Chromium shows its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.browser.charting import tab
from tests.browser.looking import open_page, steps, wait_until
from tests.browser.serving import Server

INSPECTED = ("Formula", "Code", "Paths", "Matrices", "Optimizer", "Check")
CHARTS = ("Loss", "Gradients", "Weights", "Along a weight", "Boundary", "Diagnosis", "Landscape")

SCROLLING = """() => {
  const found = { x: [], y: [] };
  for (const one of document.querySelectorAll('*:not(.matrix)')) {
    const { overflowX, overflowY } = getComputedStyle(one);
    const scrolls = (overflow) => /auto|scroll/.test(overflow) && one.checkVisibility();
    if (scrolls(overflowX) && one.scrollWidth > one.clientWidth) found.x.push(one.className);
    if (scrolls(overflowY) && one.scrollHeight > one.clientHeight) found.y.push(one.className);
  }
  return found;
}"""
"""What is wider or higher than its box and can be scrolled, by its class; a matrix may be wide."""


@pytest.fixture(scope="module")
def barred(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    browser = browser_type.launch(**browser_type_launch_args, ignore_default_args=["--hide-scrollbars"])
    yield browser
    browser.close()


@pytest.fixture(params=[(1440, 900), (1280, 720)], ids=lambda size: f"{size[0]}x{size[1]}")
def page(request: pytest.FixtureRequest, barred: Browser, server: Server) -> Iterator[Page]:
    width, height = request.param
    context = barred.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    open_page(page, server, "/?preset=moons")
    yield page
    context.close()


def test_the_left_column_has_its_width_beside_its_bar(page: Page) -> None:
    """What it shows would be cut off: names of layers are as long as they may be there."""
    left = page.locator(".left")
    room: int = left.evaluate("(one) => one.offsetWidth - one.clientWidth - 1")
    assert room > 0
    assert left.evaluate("(one) => one.clientWidth") == 235

    for name in page.locator(".built-head .built-name").all():
        assert name.evaluate("(one) => one.scrollWidth <= one.clientWidth"), name.inner_text()


def test_nothing_scrolls_sideways_and_no_panel_scrolls_around_what_does(page: Page) -> None:
    steps(page, 16)
    for name in INSPECTED:
        page.get_by_role("tab", name=name, exact=True).click()
        wait_until(page, f"document.querySelector('.panel').dataset.tab === '{name.lower()}'")
        scrolling = page.evaluate(SCROLLING)
        assert scrolling["x"] == [], name
        assert not {"inspector", "code"} <= set(scrolling["y"]), name

    for name in CHARTS:
        tab(page, name).click()
        expect(page.locator(".chart-panel")).to_be_visible()
        page.wait_for_timeout(400)
        scrolling = page.evaluate(SCROLLING)
        assert scrolling["x"] == [], name
        assert not {"chart-panel", "histograms"} <= set(scrolling["y"]), name

    page.get_by_role("tab", name="Weights").click()
    page.get_by_role("button", name="Table", exact=True).click()
    expect(page.locator(".chart-panel .chart-rows")).to_be_visible()
    assert "chart-panel" not in page.evaluate(SCROLLING)["y"]


def test_what_is_inspected_has_the_same_width_with_a_bar_and_without(page: Page) -> None:
    widths = set()
    for name in ("Formula", "Check"):
        page.get_by_role("tab", name=name, exact=True).click()
        wait_until(page, f"document.querySelector('.panel').dataset.tab === '{name.lower()}'")
        widths.add(page.locator(".panel").evaluate("(one) => one.getBoundingClientRect().width"))

    assert widths == {327}
