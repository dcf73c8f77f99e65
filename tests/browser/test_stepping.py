"""The main job: a learner opens the page and sees the loss walk backwards through a real network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import (
    assert_shows_the_frame_of,
    button,
    network,
    open_page,
    pause,
    session_id,
    wait_for_t,
    wait_until,
)
from tests.browser.serving import Server

TICKS = 17


def test_xor_opens_built_and_ready_to_step(page: Page, server: Server) -> None:
    open_page(page, server)

    assert page.locator("[data-unit]").evaluate_all("units => units.map(u => u.dataset.unit)") == [
        "input.0",
        "input.1",
        "hidden1.0",
        "hidden1.1",
        "hidden1.2",
        "output.0",
    ]
    layers = page.locator("[data-layer]").evaluate_all("layers => layers.map(l => l.dataset.layer)")
    assert layers == ["input", "hidden1", "output", "loss"]
    expect(button(page, "Step")).to_be_enabled()
    assert_shows_the_frame_of(page, server, 0)
    button(page, "Step").click()
    wait_for_t(page, 1)


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_two_steps_forward_and_back_show_the_frames_of_the_api(page: Page, server: Server, by: str) -> None:
    open_page(page, server)

    def forward() -> None:
        button(page, "Step").click() if by == "mouse" else page.keyboard.press("ArrowRight")

    def back() -> None:
        button(page, "Step back").click() if by == "mouse" else page.keyboard.press("ArrowLeft")

    seen = assert_shows_the_frame_of(page, server, 0)
    assert seen >= 30
    for t in range(1, 2 * TICKS + 1):
        forward()
        assert_shows_the_frame_of(page, server, t)
    for t in reversed(range(2 * TICKS)):
        back()
        assert_shows_the_frame_of(page, server, t)


@pytest.mark.parametrize(
    "preset",
    [
        *("mazur", "simple-nn", "goodfellow-xor", "one-neuron", "relu-2-2-1-dead"),
        *("circle", "iris", "digits", "sine", "spiral", "momentum-valley", "vanishing"),
    ],
)
def test_every_example_shows_the_frames_of_the_api(page: Page, server: Server, preset: str) -> None:
    open_page(page, server, f"/?preset={preset}")
    ticks = server.get(f"/sessions/{session_id(page)}")["session"]["ticks_per_step"]

    for t in range(1, ticks + 2):
        page.keyboard.press("ArrowRight")
        if ticks < 60 or t % 4 == 0 or t > ticks:
            assert_shows_the_frame_of(page, server, t)
        else:
            wait_for_t(page, t)


def test_reading_behind_the_head_does_not_advance_it(page: Page, server: Server) -> None:
    open_page(page, server)
    page.keyboard.press("Shift+ArrowRight")
    wait_for_t(page, 2)
    page.keyboard.press("Home")
    wait_for_t(page, 0)

    page.keyboard.press("ArrowRight")

    wait_for_t(page, 1)
    assert server.get(f"/sessions/{session_id(page)}")["session"]["t"] == 2


def test_reset_is_a_rewind_that_the_server_knows_of(page: Page, server: Server) -> None:
    open_page(page, server)
    for t in range(1, 4):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)

    button(page, "Reset").click()

    wait_for_t(page, 0)
    head = server.get(f"/sessions/{session_id(page)}")["session"]
    assert (head["t"], head["rev"]) == (0, 4)
    assert_shows_the_frame_of(page, server, 0)


@pytest.mark.parametrize(
    ("size", "key", "reached"),
    [("Operation", "1", 1), ("Layer", "2", 2), ("Phase", "3", 4), ("Batch", "4", 17), ("Epoch", "5", 68)],
)
def test_a_step_is_as_large_as_its_size_says(page: Page, server: Server, size: str, key: str, reached: int) -> None:
    open_page(page, server)
    sizes = page.get_by_role("radiogroup", name="Step size")

    page.keyboard.press(key)

    expect(sizes.get_by_role("radio", name=size)).to_be_checked()
    expect(button(page, "Step")).to_have_accessible_description(f"One {size.lower()} forward")
    button(page, "Step").click()
    assert_shows_the_frame_of(page, server, reached)
    button(page, "Step back").click()
    assert_shows_the_frame_of(page, server, 0)
    sizes.get_by_role("radio", name="Operation").click()
    button(page, "Step").click()
    assert_shows_the_frame_of(page, server, 1)


def test_a_key_that_is_held_goes_on_as_far_as_it_is_held_but_not_in_a_lecture(page: Page, server: Server) -> None:
    open_page(page, server)

    def hold(key: str, until: Callable[[int], bool]) -> int:
        """Press a key, have the keyboard say it again and again, and let go; the moment that is shown then."""
        for _ in range(100):
            page.keyboard.down(key)
            page.wait_for_timeout(60)
            if until(int(network(page).get_attribute("data-t") or 0)):
                break
        page.keyboard.up(key)
        page.wait_for_timeout(600)
        return int(network(page).get_attribute("data-t") or 0)

    reached = hold("ArrowRight", lambda t: t >= 5)
    assert reached >= 5
    assert_shows_the_frame_of(page, server, reached)
    back = hold("ArrowLeft", lambda t: t <= 2)
    assert back <= 2
    assert_shows_the_frame_of(page, server, back)
    page.keyboard.press("Home")
    wait_for_t(page, 0)
    page.keyboard.press("p")
    asked = iter(range(10))
    assert hold("ArrowRight", lambda _: next(asked) == 9) == 1


def test_the_timeline_scrubs_inside_the_step(page: Page, server: Server) -> None:
    open_page(page, server)
    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    wait_for_t(page, TICKS)
    timeline = page.get_by_role("slider", name="Timeline")

    for t in (9, 3, 16, 0, 12):
        timeline.fill(str(t))
        assert_shows_the_frame_of(page, server, t)
    timeline.focus()
    page.keyboard.press("ArrowRight")

    assert_shows_the_frame_of(page, server, 13)
    assert timeline.get_attribute("aria-valuetext") == "step 0, tick 13 of 17: backward, hidden1.db"
    assert server.get(f"/sessions/{session_id(page)}")["session"]["t"] == TICKS


def test_the_timeline_does_not_go_beyond_what_has_run(page: Page, server: Server) -> None:
    open_page(page, server)
    page.keyboard.press("ArrowRight")
    wait_for_t(page, 1)

    page.get_by_role("slider", name="Timeline").fill("9")

    page.wait_for_timeout(300)
    wait_for_t(page, 1)
    assert page.get_by_role("slider", name="Timeline").input_value() == "1"


def test_playing_goes_on_until_it_is_paused_and_every_moment_is_true(page: Page, server: Server) -> None:
    open_page(page, server)
    page.get_by_role("slider", name="Speed").fill("8")

    button(page, "Play").click()

    expect(button(page, "Pause")).to_be_visible()
    expect(page.get_by_role("status")).to_have_attribute("aria-live", "off")
    wait_until(page, "Number(document.querySelector('[data-t]').dataset.t) > 40")
    t = pause(page)
    expect(page.get_by_role("status")).to_have_attribute("aria-live", "polite")
    assert_shows_the_frame_of(page, server, t)
    page.wait_for_timeout(300)
    wait_for_t(page, t)


LISTEN = """() => {
  const told = document.querySelector('[role=status]');
  window.heard = [];
  window.unheard = 0;
  const hear = () =>
    told.ariaLive === 'off' ? window.unheard++ : window.heard.push(told.innerText.replace(/\\s+/g, ' '));
  new MutationObserver(hear).observe(told, { childList: true, characterData: true, subtree: true });
}"""
"""What a screen reader speaks: what is put into the sentence while that is not off."""


@pytest.mark.parametrize("how", ["played", "trained"])
def test_what_goes_fast_is_not_spoken_and_where_it_ends_is_once(page: Page, server: Server, how: str) -> None:
    open_page(page, server, "/?preset=spiral")
    page.evaluate(LISTEN)

    if how == "played":
        page.get_by_role("slider", name="Speed").fill("6")
        button(page, "Play").click()
        wait_until(page, "window.unheard > 10")
        button(page, "Pause").click()
    else:
        button(page, "Train…").click()
        page.get_by_label("Unit", exact=True).select_option("steps")
        page.get_by_label("How many").fill("1000000")
        button(page, "Train").click()
        wait_until(page, "window.unheard + window.heard.length > 5")
        button(page, "Cancel").click()

    wait_until(page, "window.heard.length > 0")
    said = " ".join(page.get_by_role("status").inner_text().split())
    button(page, "Step back").click()
    wait_until(page, "window.heard.length > 1")
    assert page.evaluate("window.heard[0].trim()") == said
    assert page.evaluate("window.heard.length") == 2


def test_space_plays_and_pauses_but_not_on_a_button(page: Page, server: Server) -> None:
    open_page(page, server)

    page.keyboard.press("Space")
    expect(button(page, "Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(button(page, "Play")).to_be_visible()
    page.get_by_role("button", name="Keys").focus()
    page.keyboard.press("Space")

    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(button(page, "Play")).to_be_visible()


def test_another_example_is_a_choice_away(page: Page, server: Server) -> None:
    open_page(page, server)
    before = session_id(page)

    page.get_by_label("Example", exact=True).select_option("mazur")

    expect(page.locator("[data-unit='output.1']")).to_be_visible()
    assert session_id(page) != before
    assert server.get(f"/sessions/{session_id(page)}")["session"]["name"] == "Mazur 2015"
    assert_shows_the_frame_of(page, server, 0)


def test_the_address_of_a_session_opens_it_where_it_stands(page: Page, server: Server) -> None:
    made = server.api.post("/sessions", json={"preset": "mazur"}).json()["session"]["id"]
    server.api.post(f"/sessions/{made}/steps", json={"count": 8, "return": "none"})

    open_page(page, server, f"/s/{made}")

    assert session_id(page) == made
    assert_shows_the_frame_of(page, server, 8)


def test_a_session_opened_late_has_its_handle_where_it_stands(page: Page, server: Server) -> None:
    made = server.api.post("/sessions", json={"preset": "mazur"}).json()["session"]["id"]
    server.api.post(f"/sessions/{made}/steps", json={"count": 40, "return": "none"})

    open_page(page, server, f"/s/{made}")

    timeline = page.get_by_role("slider", name="Tick")
    wait_for_t(page, 40)
    assert (timeline.get_attribute("min"), timeline.input_value(), timeline.get_attribute("max")) == ("30", "40", "45")


def test_an_optimizer_and_an_activation_that_the_page_has_never_heard_of_are_shown(page: Page, server: Server) -> None:
    spec = {
        "preset": "xor",
        "optimizer": {"type": "adam", "learning_rate": 0.02},
        "layers": [{"units": 3, "activation": "silu"}, {"units": 1}],
        "batch_size": 4,
    }
    made = server.api.post("/sessions", json=spec).json()["session"]["id"]
    server.api.post(f"/sessions/{made}/steps", json={"granularity": "batch", "count": 3})
    open_page(page, server, f"/s/{made}")

    for t in range(52, 69):
        page.keyboard.press("ArrowRight")
        assert_shows_the_frame_of(page, server, t)

    expect(page.locator("[data-layer='hidden1']")).to_contain_text("silu")
    formula = page.get_by_role("region", name="Formula")
    expect(formula.locator("[data-tensor='output.mW'][data-index='0,0']")).to_be_visible()
