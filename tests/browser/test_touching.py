"""A learner changes numbers by dragging and by typing, sees what comes of it at once, and takes it back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

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
)
from tests.browser.serving import Server

WEIGHT = "hidden1.W[0,1]"
TICK = 9


def rest(page: Page) -> None:
    expect(network(page)).not_to_have_attribute("data-preview", "true")


def at_tick_with_the_weight_chosen(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    for t in range(1, TICK + 1):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)
    network(page).locator("[data-tensor='hidden1.W'][data-index='0,1']").first.click()
    expect(field(page, WEIGHT)).to_be_visible()


def shown(page: Page, server: Server) -> dict[tuple[str, str], Any]:
    """What the page shows, which is what the API says."""
    assert_shows_the_frame_of(page, server, TICK)
    return {(one["tensor"], one["index"]): one["value"] for one in numbers(page)}


def type_weight(page: Page, value: str) -> None:
    field(page, WEIGHT).fill(value)
    page.keyboard.press("Enter")
    weight = network(page).locator("[data-tensor='hidden1.W'][data-index='0,1']").first
    expect(weight).to_have_attribute("data-value", value)
    expect(button(page, "Undo")).to_be_enabled()  # before that it may be a preview
    expect(network(page)).not_to_have_attribute("data-preview", "true")


def test_a_typed_weight_shows_its_consequence_at_the_same_tick_and_is_undone_and_redone(
    page: Page, server: Server
) -> None:
    at_tick_with_the_weight_chosen(page, server)
    before = shown(page, server)
    expect(button(page, "Undo")).to_be_disabled()
    expect(field(page, WEIGHT)).to_have_value(str(before["hidden1.W", "0,1"]))

    type_weight(page, "0.7")
    after = shown(page, server)
    assert after["output.da", "0,0"] != before["output.da", "0,0"]

    button(page, "Undo").click()
    expect(field(page, WEIGHT)).to_have_value(str(before["hidden1.W", "0,1"]))
    expect(button(page, "Undo")).to_be_disabled()
    assert shown(page, server) == before
    button(page, "Redo").click()
    expect(field(page, WEIGHT)).to_have_value("0.7")
    expect(button(page, "Redo")).to_be_disabled()
    assert shown(page, server) == after


def test_the_keys_undo_and_redo_from_the_page_but_not_in_the_field(page: Page, server: Server) -> None:
    at_tick_with_the_weight_chosen(page, server)
    type_weight(page, "0.7")
    weight = network(page).locator("[data-tensor='hidden1.W'][data-index='0,1']").first

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+z")
    page.wait_for_timeout(200)
    expect(button(page, "Redo")).to_be_disabled()
    expect(field(page, WEIGHT)).to_have_value("0.7")
    wait_for_t(page, TICK)
    weight.click()
    page.keyboard.press("Control+z")
    expect(button(page, "Redo")).to_be_enabled()
    expect(weight).to_have_attribute("data-value", "0.2")
    page.keyboard.press("Control+Shift+Z")

    expect(button(page, "Redo")).to_be_disabled()
    expect(weight).to_have_attribute("data-value", "0.7")


@pytest.mark.parametrize(
    ("text", "value"), [("\N{MINUS SIGN}0.3", "-0.3"), ("0,3", "0.3"), ("4e\N{MINUS SIGN}1", "0.4")]
)
def test_a_field_takes_the_minus_of_the_page_and_a_decimal_comma_for_what_they_mean(
    page: Page, server: Server, text: str, value: str
) -> None:
    at_tick_with_the_weight_chosen(page, server)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    weight = field(page, WEIGHT)
    for put in (weight.press_sequentially, page.keyboard.insert_text):
        weight.focus()
        page.keyboard.press("Control+a")
        put(text)
        expect(weight).to_have_js_property("valueAsNumber", float(value))
        page.keyboard.press("Escape")
    weight.focus()
    page.keyboard.press("Control+a")
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")
    page.keyboard.press("Enter")

    shown = network(page).locator("[data-tensor='hidden1.W'][data-index='0,1']").first
    expect(shown).to_have_attribute("data-value", value)


def test_escape_gives_the_old_value_back_and_what_is_no_number_is_said_at_the_field(page: Page, server: Server) -> None:
    at_tick_with_the_weight_chosen(page, server)
    rev = server.get(f"/sessions/{session_id(page)}")["session"]["rev"]
    weight = field(page, WEIGHT)

    weight.fill("5")
    page.keyboard.press("Escape")
    expect(weight).to_have_value("0.2")
    expect(weight).to_be_focused()
    weight.fill("")
    page.keyboard.press("Enter")

    expect(weight).to_have_attribute("aria-invalid", "true")
    expect(weight).to_have_accessible_description("Expected a number.")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(weight).to_have_value("0.2")
    expect(weight).to_have_attribute("aria-invalid", "false")
    assert server.get(f"/sessions/{session_id(page)}")["session"]["rev"] == rev


@pytest.mark.parametrize("key", ["Enter", "Tab"])
def test_what_is_typed_and_taken_out_again_after_a_refusal_is_refused_again_and_no_preview_stays(
    page: Page, server: Server, key: str
) -> None:
    at_tick_with_the_weight_chosen(page, server)
    weight = field(page, WEIGHT)
    weight.fill("")
    page.keyboard.press("Enter")
    expect(weight).to_have_attribute("aria-invalid", "true")

    weight.press_sequentially("3")
    expect(network(page)).to_have_attribute("data-preview", "true")
    page.keyboard.press("Backspace")
    page.keyboard.press(key)

    rest(page)
    expect(weight).to_have_accessible_description("Expected a number.")
    assert_shows_the_frame_of(page, server, TICK)


def test_a_click_on_another_number_commits_what_was_typed(page: Page, server: Server) -> None:
    at_tick_with_the_weight_chosen(page, server)
    field(page, WEIGHT).fill("0.7")

    network(page).locator("[data-tensor='output.W'][data-index='0,0']").first.click()

    expect(field(page, "output.W[0,0]")).to_be_visible()
    weight = network(page).locator("[data-tensor='hidden1.W'][data-index='0,1']").first
    expect(weight).to_have_attribute("data-value", "0.7")
    page.keyboard.press("ArrowRight")
    assert_shows_the_frame_of(page, server, TICK + 1)


def test_the_learning_rate_is_changed_by_keyboard_and_nothing_is_reset(page: Page, server: Server) -> None:
    at_tick_with_the_weight_chosen(page, server)
    rate = field(page, "Learning rate")

    rate.focus()
    page.keyboard.press("ArrowDown")

    expect(button(page, "Undo")).to_be_enabled()
    expect(rate).to_have_value("0.4")
    found = server.get(f"/sessions/{session_id(page)}")
    assert found["spec"]["optimizer"]["learning_rate"] == 0.4
    assert found["session"]["t"] == TICK
    assert_shows_the_frame_of(page, server, TICK)


def test_while_an_arrow_key_is_held_each_value_is_tried_and_letting_it_go_is_one_command(
    page: Page, server: Server
) -> None:
    at_tick_with_the_weight_chosen(page, server)
    weight, log = field(page, WEIGHT), server.get(f"/sessions/{session_id(page)}/log")["commands"]

    weight.focus()
    for _ in range(3):
        page.keyboard.down("ArrowUp")
    expect(network(page)).to_have_attribute("data-preview", "true")
    expect(page.get_by_role("status")).to_contain_text("hidden1.W[0,1] = 0.5 instead of 0.2")
    edits = [{"tensor": "hidden1.W", "index": [0, 1], "value": 0.5}]
    preview = server.api.post(f"/sessions/{session_id(page)}/previews", json={"edits": edits, "t": TICK}).json()
    assert_shows(page, preview)
    assert server.get(f"/sessions/{session_id(page)}/log")["commands"] == log
    page.keyboard.up("ArrowUp")

    rest(page)
    assert_shows_the_frame_of(page, server, TICK)
    kinds = [row["kind"] for row in server.get(f"/sessions/{session_id(page)}/log")["commands"][len(log) :]]
    assert kinds == ["edit", "advance"]
    expect(weight).to_be_focused()
    expect(weight).to_have_value("0.5")
    page.keyboard.press("ArrowDown")
    expect(weight).to_have_value("0.4")


def test_what_is_typed_is_tried_digit_by_digit_and_the_field_is_left_alone(page: Page, server: Server) -> None:
    at_tick_with_the_weight_chosen(page, server)
    weight = field(page, WEIGHT)

    weight.fill("")
    weight.press_sequentially("0.75", delay=60)
    expect(page.get_by_role("status")).to_contain_text("hidden1.W[0,1] = 0.75 instead of 0.2")
    expect(weight).to_have_value("0.75")
    page.keyboard.press("Escape")

    expect(weight).to_have_value("0.2")
    rest(page)
    assert_shows_the_frame_of(page, server, TICK)


def test_an_input_and_a_class_are_typed_and_the_field_keeps_the_focus(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=iris")
    for t in range(1, 7):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)
    page.keyboard.press("]")
    page.get_by_role("region", name="Data").locator("[data-tensor='input.a'][data-index='1,1']").click()

    given = field(page, "input.a[1,1]")
    given.fill("1.25")
    expect(network(page)).to_have_attribute("data-preview", "true")
    expect(given).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page, "input.a[0,1]")).to_have_value("1.25")
    expect(field(page, "input.a[0,1]")).to_be_focused()

    page.get_by_role("region", name="Data").locator("[data-tensor='target.y']").click()
    label = field(page, "target.y[0]")
    chosen = label.input_value()
    label.fill("3")
    page.keyboard.press("Enter")
    expect(label).to_have_accessible_description("Expected a whole number from 0 to 2.")
    other = "2" if chosen != "2" else "1"
    label.fill(other)
    page.keyboard.press("Enter")
    target = page.get_by_role("region", name="Data").locator("[data-tensor='target.y']")
    expect(target).to_have_attribute("data-value", other)
    rest(page)

    assert server.get(f"/sessions/{session_id(page)}")["sample"]["y"] == [float(other)]
    assert_shows_the_frame_of(page, server, 6)


def test_every_number_of_the_optimizer_is_a_field(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=moons")
    unfold(page, "More")

    for name, value in {"Betas[0]": "0.9", "Betas[1]": "0.999", "Weight decay": "0", "Clip norm": ""}.items():
        expect(field(page, name)).to_have_value(value)
    for name, typed in (("Betas[1]", "0.99"), ("Clip norm", "1.5")):
        field(page, name).fill(typed)
        with page.expect_response(lambda answer: answer.request.method == "PATCH"):
            page.keyboard.press("Enter")

    optimizer = server.get(f"/sessions/{session_id(page)}")["spec"]["optimizer"]
    assert (optimizer["betas"], optimizer["clip_norm"]) == ([0.9, 0.99], 1.5)


def test_the_example_that_is_traced_is_chosen_by_key_and_by_button_beyond_the_rows_that_are_listed(
    page: Page, server: Server
) -> None:
    open_page(page, server, "/?preset=spiral")
    page.keyboard.press("ArrowRight")
    wait_for_t(page, 1)

    expect(button(page, "Previous example")).to_be_disabled()
    for _ in range(12):
        page.keyboard.press("]")
    expect(network(page)).to_have_attribute("data-sample", "12")
    expect(page.get_by_role("radio", name="example 12 of 20", exact=True)).to_be_checked()
    page.keyboard.press("[")
    button(page, "Next example").click()
    button(page, "Next example").click()

    expect(network(page)).to_have_attribute("data-sample", "13")
    assert_shows_the_frame_of(page, server, 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_the_fields_shown(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    at_tick_with_the_weight_chosen(page, server)
    type_weight(page, "0.7")
    page.wait_for_timeout(200)

    assert violations(page) == []


def test_what_is_undone_is_spoken_and_the_focus_stays_on_its_button(page: Page, server: Server) -> None:
    open_page(page, server)
    rate, undo, redo = field(page, "Learning rate"), button(page, "Undo"), button(page, "Redo")
    rate.fill("0.7")
    rate.press("Enter")
    expect(undo).to_be_enabled()
    undo.focus()

    page.keyboard.press("Enter")

    said = page.locator(".controls [aria-live=polite]")
    expect(said).to_have_text("Undone: learning rate is 0.3")
    expect(undo).to_be_disabled()
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    redo.focus()
    page.keyboard.press("Enter")
    expect(said).to_have_text("Done again: learning rate is 0.7")
    expect(redo).to_be_focused()
    expect(rate).to_have_value("0.7")
    page.keyboard.press("Control+z")
    expect(said).to_have_text("Undone: learning rate is 0.3")
