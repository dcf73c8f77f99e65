"""A reader may set letters, words and lines further apart (WCAG 1.4.12): nothing is cut off or lies over another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import open_page, steps
from tests.browser.serving import Server

SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""


@contextmanager
def spaced(browser: Browser, server: Server, width: int, height: int) -> Iterator[Page]:
    with browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True) as context:
        page = context.new_page()
        open_page(page, server)
        page.add_style_tag(content=SPACING)
        yield page


@pytest.mark.parametrize("width", [320, 400, 1280, 1440])
def test_spaced_letters_do_not_have_the_page_scroll_sideways(browser: Browser, server: Server, width: int) -> None:
    with spaced(browser, server, width, 850) as page:
        expect(page.get_by_label("Learning rate")).to_be_visible()

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        last = page.get_by_role("radio", name="Epoch", exact=True).bounding_box()
        assert last
        assert last["x"] + last["width"] <= width


def test_spaced_letters_leave_a_layer_s_kind_whole(browser: Browser, server: Server) -> None:
    with spaced(browser, server, 1440, 900) as page:
        for name in ("hidden1", "output"):
            shown = page.locator(f"[data-builds='{name}'] .built-name > span")

            expect(shown).to_be_visible()
            assert shown.evaluate("one => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight")


def test_spaced_letters_leave_the_legend_below_the_network_and_a_chart_s_choices_beside_its_tabs(
    browser: Browser, server: Server
) -> None:
    with spaced(browser, server, 1440, 900) as page:
        steps(page, 6)
        page.get_by_role("tab", name="Weights", exact=True).click()
        first, last = page.locator(".chart-choice").first, page.get_by_role("tab", name="Landscape", exact=True)
        expect(first).to_be_visible()
        lowest = "all => Math.max(...all.map(one => one.getBoundingClientRect().bottom))"

        page.wait_for_timeout(300)
        top = page.locator(".legend").evaluate("one => one.getBoundingClientRect().top")
        assert page.locator(".network .unit").evaluate_all(lowest) <= top + 1
        left = first.evaluate("one => one.getBoundingClientRect().left")
        assert last.evaluate("one => one.getBoundingClientRect().right") <= left


def test_spaced_digits_of_a_bar_are_not_cut_off(browser: Browser, server: Server) -> None:
    with spaced(browser, server, 1440, 900) as page:
        steps(page, 1)
        page.locator("[data-unit='hidden1.0'] [data-tensor='hidden1.z']").click()
        digits = page.locator(".bar-digits").first
        expect(digits).to_be_visible()

        digits.evaluate("one => (one.textContent = '−9.073e−13')")

        assert digits.evaluate(
            "one => one.scrollWidth <= one.clientWidth || getComputedStyle(one).overflowX === 'visible'"
        )
