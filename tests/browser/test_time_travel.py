"""Any moment again, also after the server was killed: what is scrubbed and rewound to is what was played."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import (
    assert_shows_the_frame_of,
    button,
    field,
    network,
    open_page,
    pause,
    session_id,
    steps,
    wait_for_t,
    wait_until,
)
from tests.browser.serving import Server

BATCHES = 200
CHOSEN = 17


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that keeps its sessions in a file, and can be killed."""
    server = Server(BACKSCOPE_STORE=str(tmp_path / "sessions.sqlite3"))
    yield server
    server.stop()


@pytest.fixture
def expected_noise() -> list[str]:
    """What a browser says of a server that is killed; a status would be an answer."""
    return [r"Failed to load resource: net::ERR_"]


def head(page: Page, server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.get(f"/sessions/{session_id(page)}")["session"]
    return found


def parameters(page: Page, server: Server, t: int) -> dict[str, Any]:
    found: dict[str, Any] = server.get(
        f"/sessions/{session_id(page)}/frames/{t}?tensors=hidden1.W,hidden1.b,hidden2.W,hidden2.b,output.W,output.b"
    )["tensors"]
    return found


def moment(page: Page) -> int:
    return int(network(page).get_attribute("data-t") or 0)


def play(page: Page, server: Server, batches: int) -> dict[int, dict[str, Any]]:
    """Play so many batches as fast as it goes, and keep the parameters after each."""
    ticks = head(page, server)["ticks_per_step"]
    page.get_by_role("radio", name="Batch").check(force=True)
    page.get_by_role("slider", name="Speed", exact=True).press("End")
    button(page, "Play").click()
    kept: dict[int, dict[str, Any]] = {}
    while len(kept) < batches:
        expect(network(page)).not_to_have_attribute("data-t", str(len(kept) * ticks))
        reached = moment(page) // ticks
        for batch in range(len(kept) + 1, min(reached, batches) + 1):
            kept[batch] = parameters(page, server, batch * ticks)
    pause(page)
    return kept


def test_what_was_played_is_scrubbed_to_rewound_to_and_replayed_also_after_a_restart(
    page: Page, server: Server
) -> None:
    open_page(page, server, "/?preset=circle")
    ticks = head(page, server)["ticks_per_step"]
    kept = play(page, server, BATCHES)

    page.get_by_role("slider", name="Timeline", exact=True).fill(str(CHOSEN * ticks))
    assert_shows_the_frame_of(page, server, CHOSEN * ticks)
    shown = {
        (one["tensor"], one["index"]): float(one["value"])
        for one in page.evaluate(
            """() => [...document.querySelectorAll('[data-tensor$=".W"], [data-tensor$=".b"]')].map(e => ({
                 tensor: e.dataset.tensor, index: e.dataset.index, value: e.dataset.value}))"""
        )
    }
    assert shown
    for (tensor, index), value in shown.items():
        values = kept[CHOSEN][tensor]["values"]
        for place in index.split(","):
            values = values[int(place)]
        assert values == value

    end = head(page, server)["step"]
    server.api.post(f"/sessions/{session_id(page)}/rewind", json={"to": BATCHES * ticks})
    sha = head(page, server)["state_sha256"]
    if end > BATCHES:  # the page hears of it by itself
        expect(page.get_by_text(f"head at t {BATCHES * ticks}")).to_be_visible()
    for restarted in (False, True):
        if restarted:
            server.kill()
            server.start()
            page.reload()
            page.wait_for_selector("html[data-ready]")
        page.get_by_role("slider", name="Timeline", exact=True).fill(str(CHOSEN * ticks))
        wait_for_t(page, CHOSEN * ticks)
        with page.expect_response(f"{server.url}/api/v1/sessions/{session_id(page)}"):
            button(page, "Go on from here").click()
        expect(button(page, "Go on from here")).to_have_count(0)
        assert head(page, server)["t"] == CHOSEN * ticks
        server.api.post(f"/sessions/{session_id(page)}/steps", json={"granularity": "batch", "count": BATCHES - CHOSEN})
        assert head(page, server)["state_sha256"] == sha
        assert parameters(page, server, BATCHES * ticks) == kept[BATCHES]
        assert_shows_the_frame_of(page, server, BATCHES * ticks)
    assert end >= BATCHES


def test_a_server_that_is_killed_while_it_plays_is_gone_on_with_from_the_last_acknowledged_tick(
    page: Page, server: Server
) -> None:
    open_page(page, server, "/?preset=circle")
    play(page, server, 5)
    before = session_id(page)
    button(page, "Play").click()
    expect(button(page, "Pause")).to_be_visible()
    acknowledged = head(page, server)

    server.kill()
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    shown = moment(page)
    server.start()

    expect(page.get_by_role("alert")).to_have_count(0)
    assert session_id(page) == before
    expect(button(page, "Pause")).to_be_visible()
    wait_until(page, f"Number(document.querySelector('.network').dataset.t) > {shown}")
    pause(page)
    reached = head(page, server)
    assert reached["t"] >= max(shown, acknowledged["t"])
    assert reached["rev"] >= acknowledged["rev"]
    log = server.get(f"/sessions/{before}/log")["commands"]
    assert [one["kind"] for one in log] == ["advance"], "nothing was rewound, nothing made again"
    assert_shows_the_frame_of(page, server, moment(page))


def test_edit_undo_and_redo_show_the_same_numbers_each_time_after_a_restart(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    for t in range(1, 10):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)
    edge = network(page).locator("[data-tensor='hidden1.W'][data-index='0,1']").first
    edge.click()
    weight = page.get_by_role("spinbutton", name="hidden1.W[0,1]", exact=True)
    seen: dict[str, list[Any]] = {"0.2": [], "0.7": []}

    def keep(value: str) -> None:
        expect(edge).to_have_attribute("data-value", value)
        expect(weight).to_have_value(value)
        wait_for_t(page, 9)
        assert_shows_the_frame_of(page, server, 9)
        seen[value].append(server.get(f"/sessions/{session_id(page)}/frames/9")["tensors"])

    keep("0.2")
    weight.fill("0.7")
    page.keyboard.press("Enter")
    # Until then it is only tried: the same numbers, and none of them the session's.
    expect(button(page, "Undo")).to_be_enabled()
    expect(network(page)).not_to_have_attribute("data-preview", "true")
    keep("0.7")
    for _ in range(2):
        button(page, "Undo").click()
        keep("0.2")
        server.kill()
        server.start()
        button(page, "Redo").click()
        expect(page.get_by_role("alert")).to_have_count(0)
        # The first try may have found the server away; where it did not, there is nothing to be redone any more.
        button(page, "Redo").dispatch_event("click")
        keep("0.7")

    for frames in seen.values():
        assert all(frame == frames[0] for frame in frames)


def test_what_is_asked_for_while_the_server_is_away_is_done_once_it_is_back(page: Page, server: Server) -> None:
    open_page(page, server)
    alert = page.get_by_role("alert")
    steps(page, 5)
    server.kill()
    page.keyboard.press("ArrowRight")
    expect(alert).to_contain_text("The server does not answer")

    server.start()

    expect(alert).to_have_count(0)
    assert_shows_the_frame_of(page, server, 6)
    assert server.get(f"/sessions/{session_id(page)}")["session"]["t"] == 6

    server.kill()
    rate = field(page, "Learning rate")
    rate.fill("0.77")
    rate.press("Enter")
    expect(alert).to_contain_text("The server does not answer")
    page.keyboard.press("Enter")
    server.start()

    expect(rate).to_have_value("0.77")
    expect(alert).to_have_count(0)
    assert server.get(f"/sessions/{session_id(page)}")["spec"]["optimizer"]["learning_rate"] == 0.77
    button(page, "Undo").click()
    expect(rate).to_have_value("0.3")


@pytest.mark.parametrize("expected_noise", [["404"]])
def test_who_goes_back_to_the_page_sees_the_session_as_it_is_now(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 2)
    rate = field(page, "Learning rate")
    rate.fill("0.7")
    rate.press("Enter")
    expect(button(page, "Undo")).to_be_enabled()
    t = 3
    button(page, "Step").click()
    wait_for_t(page, t)

    page.goto(f"{server.url}/nowhere")
    page.go_back()

    page.wait_for_selector("html[data-ready]")
    wait_for_t(page, t)
    page.keyboard.press("ArrowRight")
    assert_shows_the_frame_of(page, server, t + 1)
    expect(page.get_by_role("alert")).to_have_count(0)
