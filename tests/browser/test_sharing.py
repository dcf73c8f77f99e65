"""A link and a file restore the very moment; two pages on one session move together; training in the background."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import (
    assert_shows_the_frame_of,
    button,
    network,
    numbers,
    open_page,
    session_id,
    violations,
    wait_for_t,
)
from tests.browser.serving import Server


def at_tick(page: Page, server: Server, preset: str, t: int) -> None:
    open_page(page, server, f"/?preset={preset}")
    for tick in range(1, t + 1):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, tick)


def shown(page: Page) -> set[tuple[str, str, str | None]]:
    return {(one["tensor"], one["index"], one["value"]) for one in numbers(page)}


@pytest.fixture
def second(browser: Browser) -> Any:
    """A page of somebody else's."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_share_gives_a_link_that_restores_the_very_moment_and_changes_only_a_copy(
    page: Page, second: Page, server: Server
) -> None:
    at_tick(page, server, "mazur", 9)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    network(page).locator("[data-tensor='hidden1.W'][data-index='0,1']").first.click()
    expect(page.get_by_role("spinbutton", name="hidden1.W[0,1]", exact=True)).to_be_visible()

    button(page, "Share").click()

    link = page.get_by_label("Link", exact=True).input_value()
    assert page.evaluate("navigator.clipboard.readText()") == link
    assert f"{server.url}/s/v_" in link
    second.goto(link)
    second.wait_for_selector("html[data-ready]")
    wait_for_t(second, 9)
    assert shown(second) == shown(page)
    second.keyboard.press("ArrowRight")
    wait_for_t(second, 10)
    expect(second.get_by_role("alert")).to_contain_text("a copy of your own")
    assert "/s/s_" in second.url
    assert server.get(f"/sessions/{session_id(page)}")["session"]["t"] == 9


def saved(page: Page, folder: Path) -> Path:
    """The file that `Save` gives."""
    with page.expect_download() as saving:
        button(page, "Save").click()
    file = folder / saving.value.suggested_filename
    saving.value.save_as(file)
    return file


def test_save_gives_a_file_that_another_page_opens_at_the_same_moment(
    page: Page, second: Page, server: Server, tmp_path: Path
) -> None:
    at_tick(page, server, "mazur", 9)
    file = saved(page, tmp_path)

    open_page(second, server)
    button(second, "More").click()
    second.get_by_label("Open a saved session", exact=True).set_input_files(file)

    wait_for_t(second, 9)
    assert shown(second) == shown(page)
    head, other = (server.get(f"/sessions/{session_id(one)}")["session"] for one in (page, second))
    assert other["state_sha256"] == head["state_sha256"]


def test_the_scripts_weights_and_curves_can_be_taken_along(page: Page, server: Server) -> None:
    at_tick(page, server, "mazur", 15)

    for name, ending in {
        "NumPy script": ".numpy.py",
        "PyTorch script": ".pytorch.py",
        "Weights (safetensors)": ".safetensors",
        "Curves (CSV)": ".csv",
    }.items():
        button(page, "More").click()
        with page.expect_download() as saving:
            button(page, name).click()
        assert saving.value.suggested_filename.endswith(ending)


def test_a_session_that_is_open_twice_moves_in_both(page: Page, second: Page, server: Server) -> None:
    at_tick(page, server, "mazur", 3)
    second.goto(page.url)
    second.wait_for_selector("html[data-ready]")
    wait_for_t(second, 3)

    page.keyboard.press("ArrowRight")
    wait_for_t(page, 4)
    wait_for_t(second, 4)
    expect(second.get_by_role("alert")).to_contain_text("moved elsewhere")
    second.keyboard.press("ArrowRight")
    wait_for_t(second, 5)

    wait_for_t(page, 5)
    assert shown(second) == shown(page)


def test_a_notebook_moves_the_page(page: Page, server: Server) -> None:
    at_tick(page, server, "xor", 2)

    server.api.post(f"/sessions/{session_id(page)}/steps", json={"granularity": "batch", "count": 3})

    t = server.get(f"/sessions/{session_id(page)}")["session"]["t"]
    assert_shows_the_frame_of(page, server, t)
    edits = [{"tensor": "hidden1.W", "index": [0, 0], "value": 0.25}]
    server.api.patch(f"/sessions/{session_id(page)}/parameters", json={"edits": edits})
    weight = network(page).locator("[data-tensor='hidden1.W'][data-index='0,0']").first
    expect(weight).to_have_attribute("data-value", "0.25")


def test_training_in_the_background_says_how_far_it_is_and_ends_at_a_whole_step(page: Page, server: Server) -> None:
    at_tick(page, server, "circle", 2)

    button(page, "Train…").click()
    page.get_by_label("How many", exact=True).fill("400")
    page.get_by_label("Unit", exact=True).select_option("steps")
    button(page, "Train").click()

    expect(page.get_by_text("head at t")).to_have_count(0)
    ticks = server.get(f"/sessions/{session_id(page)}")["session"]["ticks_per_step"]
    assert_shows_the_frame_of(page, server, 400 * ticks)
    expect(button(page, "Train…")).to_be_enabled()
    page.keyboard.press("ArrowRight")
    assert_shows_the_frame_of(page, server, 400 * ticks + 1)


def test_long_training_can_be_looked_around_in_and_cancelled(page: Page, server: Server) -> None:
    at_tick(page, server, "circle", 2)
    button(page, "Train…").click()
    page.get_by_label("How many", exact=True).fill("1000000")
    page.keyboard.press("Enter")

    progress = page.get_by_role("progressbar", name="Training", exact=True)
    expect(progress).to_be_visible()
    expect(page.locator(".running")).to_contain_text("left")
    expect(button(page, "Play")).to_be_disabled()
    assert violations(page) == []
    page.keyboard.press("Home")
    wait_for_t(page, 0)
    button(page, "Cancel").click()

    expect(button(page, "Train…")).to_be_enabled()
    head = server.get(f"/sessions/{session_id(page)}")["session"]
    assert head["status"] == "ready"
    assert head["tick"] == 0
    assert head["step"] > 0
    assert_shows_the_frame_of(page, server, 0)


@pytest.mark.parametrize(("amount", "words"), [("0", "Expected a whole number"), ("1.5", "Expected a whole number")])
def test_what_cannot_be_trained_is_said_at_the_field(page: Page, server: Server, amount: str, words: str) -> None:
    at_tick(page, server, "xor", 1)
    button(page, "Train…").click()

    page.get_by_label("How many", exact=True).fill(amount)
    page.keyboard.press("Enter")

    expect(page.get_by_role("form", name="Train").get_by_role("alert")).to_contain_text(words)
    assert server.get(f"/sessions/{session_id(page)}")["session"]["t"] == 1


def test_training_ends_when_the_loss_is_low_enough(page: Page, server: Server) -> None:
    at_tick(page, server, "mazur", 1)
    button(page, "Train…").click()
    page.get_by_label("until the loss is below").fill("0.2")
    page.keyboard.press("Enter")

    expect(page.get_by_role("form", name="Train")).to_be_hidden()
    expect(button(page, "Train…")).to_be_enabled()
    head = server.get(f"/sessions/{session_id(page)}")["session"]
    assert 0.19 < head["loss"] < 0.2
    expect(page.get_by_role("alert")).to_contain_text(f"step {head['step'] - 1} is {head['loss']:.4g}, below 0.2")
    wait_for_t(page, head["t"])


def test_the_timeline_leads_to_any_moment_of_the_run(page: Page, server: Server) -> None:
    at_tick(page, server, "mazur", 4)
    server.api.post(f"/sessions/{session_id(page)}/steps", json={"granularity": "batch", "count": 30})
    wait_for_t(page, 450)

    timeline = page.get_by_role("slider", name="Timeline", exact=True)
    timeline.fill(str(17 * 15 + 4))
    assert_shows_the_frame_of(page, server, 17 * 15 + 4)
    timeline.focus()
    page.keyboard.press("ArrowLeft")
    wait_for_t(page, 17 * 15 + 3)
    page.keyboard.press("Home")
    wait_for_t(page, 0)
    box = timeline.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.62 * box["width"], box["y"] + box["height"] / 2)

    expect(network(page)).not_to_have_attribute("data-t", "0")
    expect(network(page)).to_have_attribute("data-tick", "0")  # a pixel is many ticks: it goes by whole steps
    t = int(network(page).get_attribute("data-t") or 0)
    assert 250 < t < 310
    assert_shows_the_frame_of(page, server, t)


def test_going_on_from_a_past_moment_rewinds_and_is_undone(page: Page, server: Server) -> None:
    at_tick(page, server, "mazur", 12)
    button(page, "Step back").click()
    wait_for_t(page, 11)

    button(page, "Go on from here").click()

    expect(button(page, "Go on from here")).to_have_count(0)
    assert server.get(f"/sessions/{session_id(page)}")["session"]["t"] == 11
    button(page, "Undo").click()
    expect(button(page, "Go on from here")).to_have_count(1)
    assert server.get(f"/sessions/{session_id(page)}")["session"]["t"] == 12


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_menus_and_the_notice(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    at_tick(page, server, "xor", 2)
    button(page, "Share").click()
    expect(page.get_by_label("Link", exact=True)).to_be_visible()
    button(page, "More").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    button(page, "Train…").click()

    assert violations(page) == []


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1000, 720), (400, 850)])
def test_a_notice_moves_nothing_is_spoken_once_and_can_be_closed(
    page: Page, server: Server, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    at_tick(page, server, "mazur", 3)
    parts = [network(page), page.locator(".sentence"), page.locator(".controls"), button(page, "Step")]
    before = [part.bounding_box() for part in parts]

    button(page, "Share").click()

    alert = page.get_by_role("alert")
    expect(page.get_by_label("Link", exact=True)).to_be_visible()
    assert [part.bounding_box() for part in parts] == before
    box = alert.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert 0 <= box["y"] <= height - box["height"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    alert.evaluate("""alert => {
      window.spoken = 0;
      new MutationObserver(all => (window.spoken += all.length)).observe(alert.parentElement, {
        childList: true, subtree: true, characterData: true,
      });
    }""")
    page.keyboard.press("Escape")  # the focus is on Share: it is not the notice's
    button(page, "Step back").click()
    wait_for_t(page, 2)
    expect(alert).to_be_visible()
    assert page.evaluate("window.spoken") == 0

    page.get_by_label("Link", exact=True).focus()
    page.keyboard.press("Escape")
    expect(alert).to_have_count(0)
    button(page, "Share").click()
    button(page, "Close").click()
    expect(alert).to_have_count(0)


def test_a_file_that_takes_long_to_be_restored_is_said_to_and_can_be_given_up(
    page: Page, server: Server, tmp_path: Path
) -> None:
    at_tick(page, server, "mazur", 3)
    file = saved(page, tmp_path)
    before = network(page).bounding_box()
    page.route("**/imports", lambda route: None)

    button(page, "More").click()
    page.get_by_label("Open a saved session", exact=True).set_input_files(file)

    work = page.locator("[aria-live='polite']").filter(has_text="takes a while").locator(".note")
    expect(work.get_by_role("progressbar")).to_be_visible()
    assert network(page).bounding_box() == before
    assert violations(page) == []
    work.get_by_role("button", name="Cancel").click()
    expect(work).to_have_count(0)
    expect(page.get_by_role("alert")).to_contain_text("Given up. Nothing has changed here.")
    page.unroute("**/imports")
    page.keyboard.press("ArrowRight")
    wait_for_t(page, 4)


def test_a_network_of_other_widths_is_not_called_the_example_that_it_began_with(page: Page, server: Server) -> None:
    wider = [{"units": 5, "activation": "tanh"}, {"units": 1, "activation": "linear"}]
    chosen = page.get_by_role("combobox", name="Example", exact=True)
    for body, name in (
        ({"preset": "circle", "layers": wider}, "Own network"),
        ({"preset": "circle"}, "Circle · 2-4-2-1"),
    ):
        made = server.api.post("/sessions", json=body).json()["session"]

        open_page(page, server, f"/s/{made['id']}")

        expect(chosen.locator("option:checked")).to_have_text(name)
