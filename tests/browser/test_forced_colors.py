"""In the colours of the system (Windows' contrast themes): what colour alone tells is told still, light or dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import open_page, steps, wait_until
from tests.browser.serving import Server

COLOURS = """(canvas) => { const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size }"""
STYLE = "(one, name) => getComputedStyle(one)[name]"


@pytest.fixture(params=["light", "dark"])
def forced(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, forced_colors="active", color_scheme=request.param
    )
    page = context.new_page()
    open_page(page, server, "/?preset=moons")
    steps(page, 9)
    yield page
    context.close()


def test_pictures_of_the_plane_have_their_shades_and_the_rows_are_seen_on_them(forced: Page) -> None:
    forced.get_by_role("tab", name="Boundary").click()
    expect(forced.locator(".chart-plane canvas").first).to_be_visible()
    wait_until(forced, "document.querySelector('.map').width > 1")

    for picture in forced.locator(".network .map, .scatter canvas").all():
        assert picture.evaluate(COLOURS) > 3, picture
    points = forced.locator(".scatter .points")
    assert points.evaluate(COLOURS) > 10


def test_lines_and_biases_are_drawn_in_the_colours_of_the_page(forced: Page) -> None:
    """All tokens the same, a bias would be a black dot and a negative weight a positive one."""
    read: list[str] = forced.evaluate(
        """() => { const { canvas } = document.querySelector('.edges').getContext('2d');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const hues = new Set();
        for (let i = 0; i < data.length; i += 4) {
          const [r, g, b, a] = data.slice(i, i + 4);
          if (a === 255 && Math.max(r, g, b) - Math.min(r, g, b) > 60) hues.add(r > b ? 'negative' : 'positive');
        }
        return [...hues].sort() }"""
    )

    assert read == ["negative", "positive"]


def test_segments_and_keys_of_the_legend_have_their_colours(forced: Page) -> None:
    grounds = {
        phase: forced.locator(f".segment.{phase}").first.evaluate(STYLE, "backgroundColor")
        for phase in ("forward", "loss", "backward", "update")
    }
    paper = forced.evaluate("getComputedStyle(document.body).backgroundColor")

    assert len({*grounds.values(), paper}) == 5, grounds
    band, scale = forced.locator(".legend .key.band"), forced.locator(".legend .key.scale")
    assert band.evaluate(STYLE, "backgroundColor") not in (paper, "rgba(0, 0, 0, 0)")
    assert "gradient" in scale.evaluate(STYLE, "backgroundImage")
    assert forced.locator(".bar-row .bar").first.evaluate(STYLE, "backgroundColor") not in (paper, "rgba(0, 0, 0, 0)")


def test_what_is_chosen_is_told_by_more_than_weight(forced: Page) -> None:
    forced.get_by_role("tab", name="Loss").click()
    size = forced.locator(".sizes span")
    chosen, other = (size.nth(place).evaluate(STYLE, "backgroundColor") for place in (0, 1))
    assert chosen != other

    for tabs in (".tabs", ".chart-tabs"):
        lines = {
            selected: forced.locator(f"{tabs} button[aria-selected='{selected}']").first.evaluate(
                STYLE, "borderBottomColor"
            )
            for selected in ("true", "false")
        }
        assert lines["true"] != lines["false"]


def test_a_formula_has_no_ground_that_covers_what_stands_close_to_it(forced: Page) -> None:
    formula = forced.get_by_role("region", name="Formula").locator(".katex").first

    assert formula.evaluate(STYLE, "forcedColorAdjust") == "none"
    colours = forced.locator(".katex *").evaluate_all(
        "all => [...new Set(all.map(one => getComputedStyle(one).color))]"
    )
    assert colours == [forced.evaluate("getComputedStyle(document.body).color")]
