"""Where the focus goes when what has it goes away: by keyboard one goes on, and a click leaves it to the page."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.building import wait_for_spec
from tests.browser.looking import button, field, open_page, steps
from tests.browser.serving import Server


def press(page: Page, name: str) -> None:
    button(page, name).focus()
    page.keyboard.press("Enter")


def assert_one_status(page: Page) -> None:
    """The sentence's, as the contract has it."""
    expect(page.get_by_role("status")).to_have_count(1)


def test_an_answer_leads_on_and_a_lesson_back_to_where_it_was_opened(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 560})
    open_page(page, server, "/?preset=mazur")
    press(page, "Lessons")
    press(page, "Practice")
    page.get_by_role("radio", name="positive", exact=True).focus()
    page.keyboard.press("Space")
    assert_one_status(page)
    spoken = page.locator(".outcome")
    expect(spoken).to_have_attribute("aria-live", "polite")

    page.keyboard.press("Enter")

    expect(spoken).to_contain_text(re.compile(r"Right\.|Not so\."))
    expect(button(page, "Next question")).to_be_focused()
    expect(spoken.locator(".verdict")).to_be_in_viewport(ratio=0.99)
    assert_one_status(page)
    press(page, "Leave")
    expect(button(page, "Lessons")).to_be_focused()


def test_a_lesson_that_is_left_by_a_click_leaves_the_keys_to_the_page(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    button(page, "Lessons").click()
    button(page, "Practice").click()

    button(page, "Leave").click()

    expect(page.get_by_role("region", name="Practice", exact=True)).to_have_count(0)
    assert page.evaluate("document.activeElement === document.body")


def test_training_leaves_the_focus_to_the_page_and_what_stops_it_gives_it_back(page: Page, server: Server) -> None:
    open_page(page, server)
    press(page, "Train…")
    amount = page.get_by_label("How many", exact=True)
    amount.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("100000")

    page.keyboard.press("Enter")

    expect(button(page, "Cancel")).to_be_visible()
    assert page.evaluate("document.activeElement === document.body"), "its keys look around meanwhile"
    page.keyboard.press("Tab")
    expect(button(page, "Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(button(page, "Train…")).to_be_focused()


def test_going_on_from_here_keeps_the_focus_in_the_timeline(page: Page, server: Server) -> None:
    open_page(page, server)
    steps(page, 4)
    page.keyboard.press("ArrowLeft")

    press(page, "Go on from here")

    expect(page.get_by_role("slider", name="Tick", exact=True)).to_be_focused()


def test_a_notice_that_is_closed_gives_the_focus_back(page: Page, server: Server) -> None:
    open_page(page, server)
    press(page, "Share")
    button(page, "Close").focus()

    page.keyboard.press("Enter")

    expect(button(page, "Share")).to_be_focused()


def test_drawing_that_is_given_up_goes_back_to_its_button(page: Page, server: Server) -> None:
    open_page(page, server)
    press(page, "Draw points")
    expect(page.get_by_role("group", name="Draw points", exact=True)).to_be_visible()
    assert_one_status(page)

    press(page, "Cancel")

    expect(button(page, "Draw points")).to_be_focused()


def test_a_button_that_can_do_no_more_keeps_the_focus(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=goodfellow-xor")
    fewer = button(page, "Fewer hidden1 units")

    press(page, "Fewer hidden1 units")

    expect(field(page, "hidden1 units")).to_have_value("1")
    expect(fewer).to_be_focused()
    expect(fewer).to_be_disabled()
    page.keyboard.press("Enter")
    expect(field(page, "hidden1 units")).to_have_value("1")

    open_page(page, server, "/?preset=circle")
    press(page, "Next example")
    press(page, "Previous example")
    expect(page.locator(".which")).to_contain_text("example 0 of")
    expect(button(page, "Previous example")).to_be_focused()
    expect(button(page, "Previous example")).to_be_disabled()


def test_going_back_to_the_data_keeps_the_focus_among_its_rows(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    page.locator(".rows [data-tensor='input.a']").first.click()
    field(page, "input.a[0,0]").fill("0.5")
    field(page, "input.a[0,0]").press("Enter")

    press(page, "Back to the data")

    expect(button(page, "Previous example")).to_be_visible()
    expect(page.locator(".rows :focus")).to_have_count(1)


def test_clicks_faster_than_they_are_drawn_leave_a_layer_its_last_unit(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=goodfellow-xor")
    page.wait_for_selector("button[aria-label='Fewer hidden1 units']")

    page.evaluate("for (const _ of '123') document.querySelector(\"[aria-label='Fewer hidden1 units']\").click()")

    expect(field(page, "hidden1 units")).to_have_value("1")
    wait_for_spec(page, server, "/layers/0/units", 1)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_what_has_the_focus_is_not_hidden_behind_the_transport(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1000, "height": 700})
    open_page(page, server)
    steps(page, 10)
    page.get_by_role("tab", name="Formula", exact=True).focus()
    last = page.locator(".unit-numbers .number").last
    seen = """one => {
      const { left, top, width, height } = one.getBoundingClientRect();
      return one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }"""

    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.locator(":focus").evaluate(seen)
        if last.evaluate("one => one === document.activeElement"):
            break
    else:
        raise AssertionError("the unit's last number was not reached")


def test_what_is_wrong_with_an_amount_is_said_at_its_field(page: Page, server: Server) -> None:
    open_page(page, server)
    press(page, "Train…")
    amount = page.get_by_label("How many", exact=True)
    amount.fill("0")

    amount.press("Enter")

    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(amount).to_have_accessible_description(re.compile("Expected a whole number"))
