"""More room for the network than there is, by button, key and wheel; what is seen of it, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.holding import keep, other
from tests.browser.looking import assert_shows_the_frame_of, button, network, open_page, steps, violations, wait_until
from tests.browser.serving import Server

STAGE = """() => { const { scrollLeft, scrollTop, scrollWidth, clientWidth } = document.querySelector('.stage');
  return { scrollLeft, scrollTop, wide: scrollWidth / clientWidth } }"""


def width(page: Page) -> float:
    found: float = network(page).evaluate("(element) => element.offsetWidth")
    return found


def stage(page: Page) -> Any:
    return page.evaluate(STAGE)


@pytest.mark.parametrize("size", [(1440, 900), (1000, 800), (400, 850)], ids=["desk", "tablet", "phone"])
def test_zoomed_in_the_network_has_more_room_and_the_whole_of_it_is_a_click_away(
    page: Page, server: Server, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page, server)
    whole = width(page)

    button(page, "Zoom in").click()
    button(page, "Zoom in").click()

    assert width(page) == pytest.approx(1.5 * whole, abs=2)
    assert stage(page)["wide"] > 1.3
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    button(page, "Whole network").click()
    assert width(page) == whole
    assert stage(page)["scrollLeft"] == 0


def test_what_had_no_room_has_its_numbers_then_and_they_are_the_frame_s(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, server, "/?preset=circle")
    steps(page, 2)
    before = network(page).locator("[data-tensor='hidden1.z']").count()

    for _ in range(3):
        page.keyboard.press("+")

    wait_until(page, "document.querySelectorAll(\".network [data-tensor='hidden1.z']\").length > 0")
    assert before == 0
    assert network(page).locator("[data-tensor='hidden1.z']").count() == 4
    assert_shows_the_frame_of(page, server, 2)
    page.keyboard.press("ArrowRight")
    assert_shows_the_frame_of(page, server, 3)
    page.keyboard.press("0")
    wait_until(page, "document.querySelectorAll(\".network [data-tensor='hidden1.z']\").length === 0")


def test_the_wheel_zooms_at_the_pointer_and_a_drag_moves_what_is_seen(page: Page, server: Server) -> None:
    open_page(page, server)
    loss = network(page).get_by_role("group", name="loss")
    box = loss.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)

    page.keyboard.down("Control")
    for _ in range(2):
        page.mouse.wheel(0, -60)
    page.keyboard.up("Control")

    expect(page.get_by_role("group", name="Zoom")).to_contain_text("150")
    wait_until(page, "document.querySelector('.stage').scrollLeft > 0")
    now = loss.bounding_box()
    assert now
    assert now["x"] + now["width"] / 2 == pytest.approx(x, abs=60)
    before = stage(page)
    selected = page.locator(".inspector .address").inner_text()
    pane = page.locator(".stage").bounding_box()
    assert pane
    page.mouse.move(pane["x"] + 400, pane["y"] + pane["height"] - 60)  # where no edge is
    page.mouse.down()
    page.mouse.move(pane["x"] + 500, pane["y"] + pane["height"] - 90, steps=5)
    page.mouse.up()
    after = stage(page)
    assert (before["scrollLeft"] - after["scrollLeft"], after["scrollTop"] - before["scrollTop"]) == (100, 30)
    assert page.locator(".inspector .address").inner_text() == selected


def test_another_example_is_shown_whole(page: Page, server: Server) -> None:
    open_page(page, server)
    button(page, "Zoom in").click()

    page.get_by_label("Example", exact=True).select_option("mazur")

    wait_until(page, "document.querySelector('.zoom').innerText.includes('100%')")
    assert stage(page)["wide"] == 1
    expect(button(page, "Zoom out")).to_be_disabled()
    page.keyboard.press("-")
    assert stage(page)["wide"] == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_zoomed_in_the_page_has_no_barriers(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_page(page, server)

    button(page, "Zoom in").click()

    assert violations(page) == []


def test_two_networks_share_the_room_and_neither_is_zoomed(page: Page, server: Server) -> None:
    open_page(page, server)
    button(page, "Zoom in").click()
    zoomed = width(page)

    keep(page)

    expect(other(page)).to_be_visible()
    expect(button(page, "Zoom in")).to_be_hidden()
    page.keyboard.press("+")
    assert stage(page)["wide"] == 1
    assert width(page) < zoomed / 2


def test_a_plus_that_is_switched_off_does_nothing_with_shift_either(page: Page, server: Server) -> None:
    open_page(page, server)
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="zoom in: more room for the network").uncheck()
    page.keyboard.press("Escape")

    page.keyboard.press("Shift++")

    assert stage(page)["wide"] == 1


def test_a_number_says_what_it_is_while_it_is_pointed_at(page: Page, server: Server) -> None:
    open_page(page, server)
    steps(page, 1)
    number = network(page).locator("[data-tensor='hidden1.z']").first

    number.hover()

    value = number.get_attribute("data-value")
    assert number.get_attribute("title") == f"hidden1.z[0,0] = {value}"
    page.mouse.move(2, 2)
    assert number.get_attribute("title") is None
