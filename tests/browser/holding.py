"""A run that is held beside the one that the page is at."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.charting import chart, tab


def other(page: Page) -> Locator:
    return page.get_by_role("region", name="Other network", exact=True)


def beside(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Beside", exact=True)


def keep(page: Page) -> str:
    """Keep a copy of this run beside it; the copy's id comes back."""
    if not chart(page, "Beside").is_visible():
        tab(page, "Beside").click()
    beside(page).select_option(label="this run, kept")
    expect(other(page)).to_be_visible()
    return other(page).get_attribute("data-session") or ""
