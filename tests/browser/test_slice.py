"""The loss along one weight: the curve, its tangent, and the step beside what the slope promised."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.charting import STRONGEST, assert_fits, assert_picture, cells, chart, eventually, numbers_file, tab
from tests.browser.looking import button, network, open_page, session_id, violations, wait_for_t
from tests.browser.serving import Server

XOR_TICKS = 17


def open_slice(page: Page) -> Locator:
    tab(page, "Along a weight").click()
    region = chart(page, "Slice")
    expect(region.locator("canvas")).to_be_visible()
    return region


def fact(region: Locator, column: str) -> float:
    return float(region.locator(f"[data-column='{column}']").first.get_attribute("data-value") or "nan")


def asked(page: Page, server: Server, tensor: str, index: str, t: int) -> dict[str, Any]:
    path = f"/sessions/{session_id(page)}/slices?tensor={tensor}&index={index}&t={t}&span=2&points=121"
    answer: dict[str, Any] = server.get(path)
    return answer


def one_step(page: Page) -> None:
    page.get_by_role("radio", name="Batch").check(force=True)
    button(page, "Step").click()
    wait_for_t(page, XOR_TICKS)


def select(page: Page, tensor: str, index: str) -> None:
    page.locator(f".inspector [data-tensor='{tensor}'][data-index='{index}']").first.click()
    expect(page.locator(".inspector")).to_contain_text(f"{tensor}[{index}]")


def test_the_curve_is_that_of_the_selected_weight(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    one_step(page)
    region = open_slice(page)
    select(page, "output.W", "0,1")

    expect(region.locator(".chart-said")).to_contain_text("output.W[0,1]")
    expect(region.locator(".chart-said")).to_contain_text("you selected")
    answer = asked(page, server, "output.W", "0,1", XOR_TICKS)
    table = cells(region)
    for i in (0, 17, 60, 120):
        assert table["output.W[0,1]", str(i)] == answer["values"][i]
        assert table["loss", str(i)] == answer["losses"][i]
    slope = region.locator(".chart-said [data-tensor='output.dW']")
    assert float(slope.get_attribute("data-value") or "nan") == answer["tangent"]["slope"]


def test_the_step_stands_beside_what_the_slope_promised(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    one_step(page)
    region = open_slice(page)
    select(page, "output.W", "0,1")
    expect(region.locator(".chart-said")).to_contain_text("output.W[0,1]")

    answer = asked(page, server, "output.W", "0,1", XOR_TICKS)
    expect(region).to_contain_text("The step took it from")
    for column, value in {
        "before": answer["update"]["before"],
        "after": answer["update"]["after"],
        "alone predicted": answer["update"]["predicted"],
        "alone real": answer["update"]["real"],
        "step predicted": answer["step"]["predicted"],
        "step real": answer["step"]["real"],
    }.items():
        assert fact(region, column) == value, column


def test_with_nothing_selected_it_says_which_one_it_took(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    region = open_slice(page)
    selected = page.evaluate("() => document.querySelector('.inspector [data-tensor]')?.dataset.tensor ?? ''")
    said = region.locator(".chart-said")
    if not selected:
        expect(said).to_contain_text("the largest of all")
    expect(region).to_contain_text("The step will take it from")


def test_a_place_that_is_clicked_stays_and_can_be_made_the_value(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    one_step(page)
    region = open_slice(page)
    select(page, "output.W", "0,1")
    expect(region.locator(".chart-said")).to_contain_text("output.W[0,1]")
    plane = region.get_by_role("application")
    box = plane.bounding_box()
    assert box

    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.move(5, 5)

    point = region.locator(".chart-said [data-column='at']")
    row = int(point.get_attribute("data-row") or "-1")
    answer = asked(page, server, "output.W", "0,1", XOR_TICKS)
    assert row > 70
    assert fact(region, "at") == answer["values"][row]
    before = server.get(f"/sessions/{session_id(page)}")["session"]["rev"]
    region.get_by_role("button", name="Set output.W[0,1] to").click()
    path = f"/sessions/{session_id(page)}/frames/0"
    eventually(page, lambda: server.get(path)["tensors"]["output.W"]["values"][0][1] == answer["values"][row])
    assert server.get(f"/sessions/{session_id(page)}")["session"]["rev"] > before
    expect(button(page, "Undo")).to_be_enabled()
    expect(network(page)).to_have_attribute("data-t", str(XOR_TICKS))


def test_the_keyboard_reads_the_curve(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    one_step(page)
    region = open_slice(page)
    region.get_by_role("application").focus()

    page.keyboard.press("Home")

    assert region.locator(".chart-said [data-column='loss']").get_attribute("data-row") == "0"
    page.keyboard.press("Escape")
    expect(region.locator(".chart-said [data-column='at']")).to_have_count(0)


def test_the_reach_of_the_step_is_some_times_its_size(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    one_step(page)
    region = open_slice(page)
    size = abs(fact(region, "after") - fact(region, "before"))

    region.get_by_label("Reach").select_option("the step")

    def width() -> float:
        name = next(column for column, _ in cells(region) if column not in ("loss", "tangent"))
        return float(cells(region)[name, "120"] - cells(region)[name, "0"])

    eventually(page, lambda: abs(width() - 5 * size) < 1e-9)


def test_the_curve_is_given_away(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    one_step(page)
    region = open_slice(page)

    name, rows = numbers_file(page, region)

    assert name == "backscope-slice.csv"
    assert len(rows) == 121
    assert_picture(page, region, "backscope-slice.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_the_axes_of_the_curve_stand_out(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    open_page(page, server, "/?preset=xor")
    one_step(page)
    region = open_slice(page)

    assert violations(page) == []
    assert min(region.locator("canvas").evaluate(STRONGEST)[:2]) >= 4.5


@pytest.mark.parametrize("width", [400, 1280])
def test_the_curve_fits_every_width(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    open_page(page, server, "/?preset=xor")
    assert_fits(page, open_slice(page), width)
