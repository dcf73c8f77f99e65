"""A learner drags numbers: sees at once what comes of it, keeps it by letting go, and gives it up with Escape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looking import (
    assert_shows,
    assert_shows_the_frame_of,
    button,
    field,
    network,
    numbers,
    open_page,
    session_id,
    unfold,
    violations,
    wait_for_t,
    wait_until,
)
from tests.browser.serving import Server

TICK = 9
Point = tuple[float, float]


def at_tick(page: Page, server: Server, preset: str = "mazur", tick: int = TICK) -> None:
    open_page(page, server, f"/?preset={preset}")
    for t in range(1, tick + 1):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)


def number(page: Page, tensor: str, index: str) -> Locator:
    return network(page).locator(f"[data-tensor='{tensor}'][data-index='{index}']").first


def middle(place: Locator) -> Point:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def press(page: Page, start: Point, *, right: float = 0, up: float = 0) -> None:
    """Press the mouse and move it so far; it stays pressed."""
    x, y = start
    page.mouse.move(x, y)
    page.mouse.down()
    for part in range(1, 11):
        page.mouse.move(x + right * part / 10, y - up * part / 10)


def previewing(page: Page) -> None:
    """Wait until what is shown is what the hand means, which stands beside it."""
    expect(network(page)).to_have_attribute("data-preview", "true")
    meant = page.locator(".bubble").inner_text().split(" → ")[1]
    expect(page.get_by_role("status")).to_contain_text(re.compile(f"Preview: .*= {meant} instead of", re.DOTALL))


def rest(page: Page) -> None:
    expect(network(page)).not_to_have_attribute("data-preview", "true")


def previewed(server: Server, page: Page, value: str, tensor: str, index: list[int]) -> Any:
    edits = [{"tensor": tensor, "index": index, "value": float(value)}]
    answer = server.api.post(f"/sessions/{session_id(page)}/previews", json={"edits": edits, "t": TICK})
    assert answer.status_code == 200, answer.text
    return answer.json()


def head(server: Server, page: Page) -> Any:
    return server.get(f"/sessions/{session_id(page)}")["session"]


def commands(server: Server, page: Page) -> list[str]:
    rows = server.get(f"/sessions/{session_id(page)}/log")["commands"]
    return [row["kind"] for row in rows]


def seen(page: Page) -> dict[tuple[str, str], Any]:
    return {(one["tensor"], one["index"]): one["value"] for one in numbers(page)}


def test_a_weight_dragged_on_its_edge_is_previewed_and_let_go_it_is_one_command(page: Page, server: Server) -> None:
    at_tick(page, server)
    weight = number(page, "hidden1.W", "0,1")
    before, told = head(server, page), commands(server, page)

    press(page, middle(weight), right=55)
    previewing(page)
    expect(weight).not_to_have_attribute("data-value", "0.2")
    value = weight.get_attribute("data-value") or ""
    assert_shows(page, previewed(server, page, value, "hidden1.W", [0, 1]))
    assert head(server, page) == before
    status = page.get_by_role("status")
    expect(status).to_contain_text(f"hidden1.W[0,1] = {value} instead of 0.2")
    expect(status).to_contain_text("instead of 0.2984")
    trial = page.locator(".inspector .trial")
    expect(trial.locator("dt").first).to_have_text("hidden1.W[0,1]")
    expect(trial.locator("dd").first).to_have_text(re.compile(f"0.2\\s+→\\s+{value}"))
    expect(trial.locator("dt")).to_have_text(["hidden1.W[0,1]", "loss.value"])
    page.mouse.up()

    rest(page)
    assert weight.get_attribute("data-value") == value
    assert_shows_the_frame_of(page, server, TICK)
    assert commands(server, page) == [*told, "edit", "advance"]


def test_escape_in_the_middle_of_a_drag_brings_everything_back(page: Page, server: Server) -> None:
    at_tick(page, server)
    weight, before, log = number(page, "hidden1.W", "0,1"), seen(page), commands(server, page)

    press(page, middle(weight), right=-60)
    previewing(page)
    page.keyboard.press("Escape")
    rest(page)
    page.mouse.move(500, 500)
    page.mouse.up()

    assert seen(page) == before
    assert commands(server, page) == log
    page.keyboard.press("ArrowRight")
    assert_shows_the_frame_of(page, server, TICK + 1)


def test_a_dragged_weight_is_undone_and_redone_with_the_same_numbers_each_time(page: Page, server: Server) -> None:
    at_tick(page, server)
    weight, before = number(page, "output.W", "1,0"), seen(page)
    press(page, middle(weight), right=40)
    previewing(page)
    page.mouse.up()
    rest(page)
    after = seen(page)
    assert after != before

    for _ in range(2):
        button(page, "Undo").click()
        expect(weight).to_have_attribute("data-value", before["output.W", "1,0"])
        assert seen(page) == before
        button(page, "Redo").click()
        expect(weight).to_have_attribute("data-value", after["output.W", "1,0"])
        assert seen(page) == after


def test_a_press_that_does_not_move_asks_and_one_that_does_does_not(page: Page, server: Server) -> None:
    at_tick(page, server)
    weight = number(page, "hidden1.W", "0,1")

    press(page, middle(weight), right=30)
    previewing(page)
    page.mouse.up()
    rest(page)
    expect(field(page, "hidden1.W[0,1]")).to_have_count(0)
    press(page, middle(weight), right=2)
    page.mouse.up()

    expect(field(page, "hidden1.W[0,1]")).to_be_visible()


def test_a_line_is_dragged_upwards_and_its_weight_grows(page: Page, server: Server) -> None:
    at_tick(page, server)
    left, right = (
        network(page).locator(f"[data-unit='{unit}'] .box").bounding_box() for unit in ("input.1", "hidden1.1")
    )
    assert left
    assert right
    on_the_line = (left["x"] + left["width"] + 25, left["y"] + left["height"] / 2)
    weight = number(page, "hidden1.W", "1,1")

    press(page, on_the_line, up=40)
    previewing(page)
    value = weight.get_attribute("data-value") or ""
    assert float(value) > 0.3
    assert_shows(page, previewed(server, page, value, "hidden1.W", [1, 1]))
    page.mouse.up()

    rest(page)
    assert weight.get_attribute("data-value") == value


def test_a_bias_in_the_inspector_s_list_is_dragged_finer_with_shift(page: Page, server: Server) -> None:
    at_tick(page, server, "xor")
    number(page, "hidden1.W", "0,1").click()
    bias = page.get_by_role("region", name="Inspector").locator("[data-tensor='hidden1.b'][data-index='0']").first

    page.keyboard.down("Shift")
    press(page, middle(bias), right=14)
    previewing(page)
    page.keyboard.up("Shift")
    page.mouse.up()
    rest(page)

    assert 0 < abs(float(bias.get_attribute("data-value") or "0")) < 0.02


def test_the_learning_rate_is_dragged_and_a_click_on_it_types(page: Page, server: Server) -> None:
    at_tick(page, server)
    rate = field(page, "Learning rate")
    rate.scroll_into_view_if_needed()

    press(page, middle(rate), right=-25)
    expect(page.get_by_role("status")).to_contain_text("Learning rate = ")
    expect(rate).not_to_have_value("0.5")
    value = rate.input_value()
    assert server.get(f"/sessions/{session_id(page)}")["spec"]["optimizer"]["learning_rate"] == 0.5
    page.mouse.up()

    expect(button(page, "Undo")).to_be_enabled()
    found = server.get(f"/sessions/{session_id(page)}")
    assert found["spec"]["optimizer"]["learning_rate"] == float(value) < 0.5
    assert found["session"]["t"] == TICK
    assert_shows_the_frame_of(page, server, TICK)
    rate.click()
    page.keyboard.type("0.07")
    page.keyboard.press("Enter")
    expect(rate).to_have_value("0.07")
    button(page, "Undo").click()
    expect(rate).to_have_value(value)


def kept(page: Page) -> dict[str, Any]:
    """The numbers and the row that are shown, which is what a learner remembers of the page."""
    return {**seen(page), "row": network(page).get_attribute("data-sample")}


@pytest.mark.parametrize(("tensor", "index", "right"), [("input.a", "2,1", 30), ("target.y", "2,0", -6)])
def test_a_dragged_input_or_target_makes_an_own_example_until_one_goes_back_to_the_data(
    page: Page, server: Server, tensor: str, index: str, right: float
) -> None:
    at_tick(page, server, "goodfellow-xor", 8)
    for _ in range(2):
        page.keyboard.press("]")
    expect(network(page)).to_have_attribute("data-sample", "2")
    data = page.get_by_role("region", name="Data", exact=True)
    before, told = kept(page), commands(server, page)

    press(page, middle(number(page, tensor, index)), right=right)
    previewing(page)
    expect(data).to_contain_text("own example, not in the data")
    expect(network(page)).to_contain_text("own example")
    first = index.replace("2,", "0,")
    value = float(number(page, tensor, first).get_attribute("data-value") or "")
    x, y = ([1.0, value], [1.0]) if tensor == "input.a" else ([1.0, 0.0], [value])
    asked = {"sample": {"x": x, "y": y}, "t": 8}
    assert_shows(page, server.api.post(f"/sessions/{session_id(page)}/previews", json=asked).json())
    assert commands(server, page) == told
    page.mouse.up()

    rest(page)
    assert_shows_the_frame_of(page, server, 8)
    assert server.get(f"/sessions/{session_id(page)}")["sample"] == {"x": x, "y": y}
    assert commands(server, page) == [*told, "sample", "advance"]
    after = kept(page)
    button(page, "Undo").click()
    expect(network(page)).to_have_attribute("data-sample", "2")
    assert kept(page) == before
    button(page, "Redo").click()
    expect(network(page)).to_have_attribute("data-sample", "0")
    assert kept(page) == after
    data.get_by_role("button", name="Back to the data", exact=True).click()
    expect(network(page)).to_have_attribute("data-sample", "2")
    assert kept(page) == before
    assert server.get(f"/sessions/{session_id(page)}")["sample"] is None


def test_a_pixel_of_a_picture_is_dragged(page: Page, server: Server) -> None:
    at_tick(page, server, "digits", 3)
    pixel = network(page).locator("[data-unit='input.10']")

    press(page, middle(pixel), right=50)
    previewing(page)
    page.mouse.up()
    rest(page)

    sample = server.get(f"/sessions/{session_id(page)}")["sample"]
    frame = server.get(f"/sessions/{session_id(page)}/frames/3")["tensors"]
    assert frame["input.a"]["values"] == [sample["x"]]
    assert_shows_the_frame_of(page, server, 3)


class TestAnew:
    @pytest.fixture
    def expected_noise(self) -> list[str]:
        return ["status of 422"]

    def test_a_number_that_the_session_cannot_take_on_is_that_of_a_new_one(self, page: Page, server: Server) -> None:
        at_tick(page, server, tick=3)
        unfold(page, "More")
        momentum = field(page, "Momentum")
        momentum.scroll_into_view_if_needed()
        before = session_id(page)

        press(page, middle(momentum), right=30)
        expect(page.get_by_role("status")).to_contain_text("Momentum = ")
        page.mouse.up()

        page.wait_for_function("before => !location.pathname.endsWith(before)", arg=before)
        expect(network(page)).to_have_attribute("data-t", "0")
        made = server.get(f"/sessions/{session_id(page)}")["spec"]["optimizer"]["momentum"]
        assert made == float(momentum.input_value()) > 0
        assert server.get(f"/sessions/{before}")["spec"]["optimizer"]["momentum"] == 0


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 400, "height": 850})
    yield context.new_page()
    context.close()


@contextmanager
def finger(page: Page, start: Point) -> Iterator[Any]:
    """A finger on the glass, which is lifted at the end."""
    glass = page.context.new_cdp_session(page)
    x, y = start

    def touch(kind: str, *points: Point) -> None:
        glass.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", start)

    def slide(right: float, down: float) -> None:
        # At the end the finger rests, so that the page does not go on scrolling when it is lifted.
        for part in [*range(1, 13), *[12] * 8]:
            touch("touchMove", (x + right * part / 12, y + down * part / 12))
            page.wait_for_timeout(16)

    yield slide
    touch("touchEnd")


def test_on_a_phone_a_finger_drags_a_number_sideways_and_still_scrolls_the_page(phone: Page, server: Server) -> None:
    at_tick(phone, server)
    # On a phone the inspector has all numbers; the network has no room for weights.
    inspector = phone.get_by_role("region", name="Inspector")
    weight = inspector.locator("[data-tensor='output.W'][data-index='0,0']").last
    weight.scroll_into_view_if_needed()

    scrolled = phone.evaluate("scrollY")
    with finger(phone, middle(weight)) as slide:
        slide(60, 4)
        previewing(phone)
        assert phone.locator(".hint").inner_text() == "let go to keep it"  # nothing of keys: there are none
        value = weight.get_attribute("data-value")
    rest(phone)
    assert weight.get_attribute("data-value") == value != "0.4"
    assert phone.evaluate("scrollY") == scrolled

    with finger(phone, middle(weight)) as slide:
        slide(3, -150)
    wait_until(phone, f"scrollY !== {scrolled}")
    assert weight.get_attribute("data-value") == value


def test_on_a_phone_a_line_is_tapped_before_it_can_be_dragged(phone: Page, server: Server) -> None:
    at_tick(phone, server)
    left = network(phone).locator("[data-unit='input.1'] .box").bounding_box()
    assert left is not None
    on_the_line = (left["x"] + left["width"] + 14, left["y"] + left["height"] / 2)
    with finger(phone, on_the_line) as slide:
        slide(0, -40)
    rest(phone)
    wait_until(phone, "scrollY > 0")
    phone.evaluate("scrollTo(0, 0)")

    phone.touchscreen.tap(*on_the_line)
    expect(field(phone, "hidden1.W[1,1]")).to_have_value("0.3")
    with finger(phone, on_the_line) as slide:
        slide(0, -40)
        previewing(phone)
    rest(phone)

    expect(field(phone, "hidden1.W[1,1]")).not_to_have_value("0.3")
    assert phone.evaluate("scrollY") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_middle_of_a_drag(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    at_tick(page, server)

    press(page, middle(number(page, "hidden1.W", "0,1")), right=55)
    previewing(page)
    page.wait_for_timeout(200)

    assert violations(page) == []
    page.mouse.up()
