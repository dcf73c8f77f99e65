"""An update opened: the gradient as a sum, the numbers on the way, and a ghost of plain gradient descent."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import assert_shows_the_frame_of, network, open_page, wait_for_t
from tests.browser.serving import Server

ADAM = {"type": "adam", "learning_rate": 0.02, "clip_norm": 0.1, "weight_decay": 0.1}


def open_at_head(page: Page, server: Server, spec: dict[str, Any], steps: int) -> str:
    """A session of this spec after so many steps, on the page; the path of its API."""
    made = server.api.post("/sessions", json=spec).json()["session"]
    path = f"/sessions/{made['id']}"
    ran = server.api.post(f"{path}/steps", json={"granularity": "batch", "count": steps, "return": "none"})
    assert ran.status_code == 200, ran.text
    open_page(page, server, f"/s/{made['id']}")
    wait_for_t(page, ran.json()["session"]["t"])
    return path


def choose(page: Page, unit: str, tensor: str, index: str) -> None:
    page.locator(f"[data-unit='{unit}'] [data-tensor]").first.click()
    page.locator(f".unit-numbers [data-tensor='{tensor}'][data-index='{index}']").click()
    expect(page.locator(".address code")).to_have_text(f"{tensor}[{index}]")


def open_optimizer(page: Page) -> Locator:
    page.get_by_role("tab", name="Optimizer").click()
    panel = page.get_by_role("region", name="Optimizer", exact=True)
    expect(panel.locator(".stages")).to_be_visible()
    return panel


def value(element: Locator) -> float:
    return float(element.get_attribute("data-value") or element.get_attribute("title") or "nan")


def test_the_numbers_on_the_way_to_an_update_are_the_api_s(page: Page, server: Server) -> None:
    path = open_at_head(page, server, {"preset": "circle", "optimizer": ADAM}, 3)
    choose(page, "hidden1.1", "hidden1.W", "1,0")

    panel = open_optimizer(page)

    told = server.get(f"{path}/explanations/hidden1.W?index=1,0")["update"]
    rows = panel.locator(".stages tbody tr")
    expect(rows).to_have_count(len(told["stages"]))
    for row, stage in zip(rows.all(), told["stages"], strict=True):
        assert value(row.locator("td").last.locator("[data-value], [title]").first) == stage["value"]
        expect(row).to_contain_text(stage["text"])
        if stage["tensor"]:
            before = told["state"]["before"].get(f"{stage['tensor']}[1,0]")
            assert (before is None) == (row.locator("td").count() == 1)
            if before is not None:
                assert value(row.locator("td").first.locator("b")) == before
    said = [stage["text"] for stage in told["stages"]]
    assert {"clipped gradient", "weight decay", "first moment, corrected", "effective rate"} < set(said)
    expect(panel.locator(".katex-error")).to_have_count(0)
    for width in (400, 320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator(".inspector").evaluate("one => one.scrollWidth - one.clientWidth") <= 0
    assert_shows_the_frame_of(page, server, int(network(page).get_attribute("data-t") or 0))


def test_a_ghost_shows_what_plain_gradient_descent_would_have_done(page: Page, server: Server) -> None:
    momentum = {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9}
    path = open_at_head(page, server, {"preset": "circle", "optimizer": momentum}, 3)
    choose(page, "hidden1.1", "hidden1.W", "1,0")

    panel = open_optimizer(page)

    told = server.get(f"{path}/explanations/hidden1.W?index=1,0")["update"]
    own, ghost = panel.locator(".beside .bar-row").all()
    change = sum(term["value"] for term in told["terms"])
    assert value(own) == change
    assert value(ghost) == told["plain"]
    widths = [bar.locator(".bar").bounding_box()["width"] for bar in (own, ghost)]  # type: ignore[index]
    assert widths[0] / widths[1] == pytest.approx(abs(change / told["plain"]), rel=0.1)
    expect(panel).to_contain_text("times as far as plain gradient descent")


def test_a_batch_s_gradient_is_seen_as_a_mean_and_a_micro_batch_s_as_a_part_of_a_sum(
    page: Page, server: Server
) -> None:
    spec = {"preset": "circle", "batch_size": 4, "accumulate": 3, "optimizer": ADAM}
    path = open_at_head(page, server, spec, 1)
    choose(page, "output.0", "output.W", "0,1")

    panel = open_optimizer(page)

    terms = server.get(f"{path}/explanations/output.dW?index=0,1")["terms"]
    micros = panel.get_by_role("list", name="Micro-batches").locator("> li > button")
    expect(micros).to_have_count(3)
    for micro, bar in enumerate(micros.all()):
        shares = [term["value"] for term in terms if term["micro"] == micro]
        assert value(bar) == pytest.approx(sum(shares), rel=1e-12)
    micros.nth(1).click()
    examples = panel.get_by_role("list", name="Terms").locator("[data-bar]")
    expect(examples).to_have_count(4)
    assert [value(bar) for bar in examples.all()] == [term["value"] for term in terms if term["micro"] == 1]
    expect(examples.first).to_contain_text("example 4")
    expect(panel).to_contain_text("each bar is the example's own gradient ÷ 4")
    expect(panel).to_contain_text("It has added up over 3 micro-batches before this one update.")


def test_in_the_backward_phase_it_is_still_the_update_of_the_step_before(page: Page, server: Server) -> None:
    path = open_at_head(page, server, {"preset": "circle"}, 1)
    choose(page, "output.0", "output.W", "0,0")
    panel = open_optimizer(page)
    before = server.get(f"{path}/explanations/output.W?index=0,0")["update"]
    first = panel.locator(".stages tr td").first.locator("button")
    assert value(first) == before["stages"][0]["value"]
    page.locator("h1").click()

    for t in range(26, 36):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)

    assert server.get(f"{path}/explanations/output.W?index=0,0")["update"]["t"] == before["t"]
    expect(panel.locator(".moved")).to_contain_text(f"at t = {before['t']}")
    expect(panel.locator(".stages tr td button").first).to_contain_text("then")
    assert_shows_the_frame_of(page, server, 35)


def test_what_is_frozen_or_no_weight_or_not_yet_moved_says_so(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    page.get_by_role("tab", name="Optimizer").click()
    panel = page.get_by_role("region", name="Optimizer", exact=True)
    expect(panel).to_contain_text("No update has moved output.W[0,0] yet")

    page.locator("[data-tensor='input.a'][data-index='0,0']").first.click()
    expect(panel).to_contain_text("An optimizer moves weights and biases: choose one.")
    page.get_by_role("tab", name="Formula").click()
    page.locator("[data-unit='hidden1.0'] [data-tensor]").first.click()
    page.locator(".unit-numbers [data-tensor='hidden1.b']").click()
    page.get_by_role("tab", name="Optimizer").click()
    expect(panel).to_contain_text("hidden1.b[0] is frozen")
