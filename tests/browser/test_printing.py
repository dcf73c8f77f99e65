"""On paper: the sentence, the network and what was asked of it, in light colours, and nothing that is pressed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.looking import button, network, numbers, open_page, steps
from tests.browser.serving import Server

THEME = "() => getComputedStyle(document.body).color"


def test_what_is_printed_is_light_as_wide_as_the_paper_and_has_no_controls(page: Page, server: Server) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 1440, "height": 900})
    open_page(page, server)
    steps(page, 10)
    dark, shown = page.evaluate(THEME), numbers(page)

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    assert page.evaluate(THEME) != dark
    for name in ("Step", "Play", "Share", "Zoom in"):
        expect(button(page, name)).to_be_hidden()
    for part in ("What happened", "Network", "Inspector"):
        expect(page.get_by_role("region", name=part, exact=True)).to_be_visible()
    assert network(page).bounding_box()["width"] <= 701  # type: ignore[index]
    page.emulate_media(media="screen", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(THEME) == dark
    assert [one["value"] for one in numbers(page)] == [one["value"] for one in shown]


def test_the_page_prints(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    steps(page, 3)

    paper = page.pdf(format="A4")

    assert paper.startswith(b"%PDF")
    assert len(paper) > 50_000


CUT = """(selector) => [...document.querySelectorAll(selector)].filter((one) => one.scrollHeight > one.clientHeight + 1)
  .map((one) => one.className)"""


def test_paper_has_every_term_of_a_sum_every_line_of_code_and_the_example_s_name(page: Page, server: Server) -> None:
    """What scrolls on the screen has no window on paper, and a label without what it is the label of says nothing."""
    page.set_viewport_size({"width": 1440, "height": 900})
    open_page(page, server, "/?preset=iris")
    steps(page, 8)
    terms = page.locator(".inspector .bars-own > li")
    expect(terms).to_have_count(15)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    assert page.evaluate(CUT, ".bars-own") == []
    expect(page.get_by_text("set to", exact=True)).to_be_hidden()
    expect(page.get_by_label("Example", exact=True)).to_be_visible()

    page.emulate_media(media="screen")
    page.get_by_role("tab", name="Code").click()
    page.get_by_role("tab", name="Weights").click()
    expect(page.locator(".histogram").first).to_be_visible()
    page.emulate_media(media="print")
    assert page.evaluate(CUT, ".code, .histograms, .chart-panel") == []
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    wide = page.locator(".code").evaluate("(one) => one.clientWidth")
    assert wide > 1000, "as wide as a paper that is wider than a laptop's window"
