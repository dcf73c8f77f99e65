"""The loss over a plane through all parameters: its numbers, the way, and going back along it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.charting import (
    STRONGEST,
    assert_fits,
    assert_picture,
    cells,
    eventually,
    numbers_file,
    open_chart,
    run,
)
from tests.browser.looking import network, open_page, session_id, violations
from tests.browser.serving import Server

TICKS = 25
RESOLUTION = 31


def opened(page: Page, server: Server, steps: int = 20) -> Locator:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="batch", count=steps)
    region = open_chart(page, "Landscape")
    region.get_by_label("Reach").select_option("± 1")
    eventually(page, lambda: abs(cells(region)["x", "30,30"] - 1) < 1e-12)
    return region


def asked(page: Page, server: Server) -> dict[str, Any]:
    answer: dict[str, Any] = server.get(f"/sessions/{session_id(page)}/landscape?resolution={RESOLUTION}&span=1")
    return answer


def fact(region: Locator, column: str) -> float:
    return float(region.locator(f".chart-side [data-column='{column}']").get_attribute("data-value") or "nan")


def test_every_point_has_the_loss_that_the_api_says(page: Page, server: Server) -> None:
    region = opened(page, server)
    answer = asked(page, server)

    table = cells(region)

    for column in range(0, RESOLUTION, 5):
        for row in (19, 22, 30):
            assert table["loss", f"{column},{row}"] == answer["losses"][row][column]
    for name, value in {
        "centre-loss": answer["centre"]["loss"],
        "gradient-norm": answer["centre"]["gradient_norm"],
        "step predicted": answer["step"]["predicted"],
        "step real": answer["step"]["real"],
    }.items():
        assert fact(region, name) == value, name


def test_the_keyboard_reads_a_place_of_the_landscape(page: Page, server: Server) -> None:
    region = opened(page, server)
    answer = asked(page, server)
    region.get_by_role("application").focus()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")

    loss = region.locator(".chart-said [data-column='loss'][data-row='16,20']")
    assert float(loss.get_attribute("data-value") or "nan") == answer["losses"][20][16]
    page.keyboard.press("Escape")
    expect(loss).to_have_count(0)


def test_a_click_on_the_way_goes_to_where_that_step_began(page: Page, server: Server) -> None:
    region = opened(page, server)
    region.get_by_label("Reach").select_option("the way")
    eventually(page, lambda: abs(cells(region)["x", "30,30"] - 1) > 1e-6)
    span = cells(region)["x", "30,30"]
    path = asked(page, server)["path"]
    plane = region.get_by_role("application")
    box = plane.bounding_box()
    assert box
    # The frame of the plane inside its element, as its margins leave it.
    left, right, top, bottom = box["x"] + 48, box["x"] + box["width"] - 14, box["y"] + 10, box["y"] + box["height"] - 36
    x = left + (path["x"][0] + span) / (2 * span) * (right - left)
    y = bottom - (path["y"][0] + span) / (2 * span) * (bottom - top)

    page.mouse.click(x, y)

    expect(network(page)).to_have_attribute("data-t", str(path["steps"][0] * TICKS))
    assert server.get(f"/sessions/{session_id(page)}")["session"]["t"] == 20 * TICKS


def test_the_landscape_is_given_away(page: Page, server: Server) -> None:
    region = opened(page, server)

    name, rows = numbers_file(page, region)

    assert name == "backscope-landscape.csv"
    assert len(rows) == RESOLUTION**2
    assert_picture(page, region, "backscope-landscape.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_the_axes_of_the_landscape_stand_out(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    region = opened(page, server, steps=5)

    assert violations(page) == []
    assert min(region.locator("canvas").evaluate(STRONGEST)[:2]) >= 4.5


@pytest.mark.parametrize("width", [400, 1280])
def test_the_landscape_fits_every_width(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    assert_fits(page, opened(page, server, steps=5), width)
