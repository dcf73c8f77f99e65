"""Layers and tensors over the run: update over weights, saturation, histograms, on the slider of everything else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.charting import assert_fits, assert_picture, cells, eventually, numbers_file, open_chart, run
from tests.browser.looking import button, network, open_page, session_id, violations, wait_for_t
from tests.browser.serving import Server


@pytest.mark.parametrize(
    ("shown", "name"),
    [("Update over weights", "update_ratio"), ("Saturated units", "saturated"), ("Mean slope", "mean_slope")],
)
def test_what_layers_did_is_drawn_over_the_steps_with_the_server_s_numbers(
    page: Page, server: Server, shown: str, name: str
) -> None:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="batch", count=30)
    region = open_chart(page, "Gradients")

    region.get_by_label("Show").select_option(shown)

    told = server.get(f"/sessions/{session_id(page)}/trends")
    expect(region.locator("canvas")).to_be_visible()
    region.get_by_role("button", name="Table").click()
    found = cells(region)
    for layer in told["layers"]:
        for step, value in zip(told["steps"], layer[name], strict=True):
            if value is not None:
                assert found[f"{name}.{layer['layer']}", str(step)] == value
    assert any(value is not None for layer in told["layers"] for value in layer[name])
    assert_picture(page, region, "backscope-gradients.png")


def test_a_tensor_s_histograms_over_the_run_count_every_number(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="batch", count=12)
    region = open_chart(page, "Weights")

    region.get_by_label("When").select_option("over the run")
    region.get_by_label("Tensor").select_option("hidden1.dW")

    told = server.get(f"/sessions/{session_id(page)}/histograms?tensor=hidden1.dW")
    assert told["steps"] == list(range(12))
    expect(region.locator("[data-column='step']")).to_have_attribute("data-value", "11")
    expect(region.locator("canvas")).to_be_visible()
    _, rows = numbers_file(page, region)
    assert [int(row["step"]) for row in rows] == told["steps"]
    for row, counts in zip(rows, told["counts"], strict=True):
        assert [int(value) for key, value in row.items() if " to " in key] == counts
    assert_picture(page, region, "backscope-weights.png")


def test_a_click_and_a_key_go_to_a_step(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="batch", count=10)
    region = open_chart(page, "Weights")
    region.get_by_label("When").select_option("over the run")
    slider = region.get_by_role("slider", name="hidden1.W, by step")

    slider.focus()
    page.keyboard.press("Home")
    expect(region.locator("[data-column='step']")).to_have_attribute("data-value", "0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    ticks = server.get(f"/sessions/{session_id(page)}")["session"]["ticks_per_step"]
    wait_for_t(page, 2 * ticks)
    expect(network(page)).to_have_attribute("data-phase", "update")

    box = slider.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 18, box["y"] + box["height"] / 2)
    wait_for_t(page, 10 * ticks)


def test_before_a_step_has_ended_that_is_said_and_it_follows_the_run(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    region = open_chart(page, "Weights")
    region.get_by_label("When").select_option("over the run")
    expect(region).to_contain_text("nothing to draw before a step has ended")

    page.get_by_role("radio", name="Batch").check(force=True)
    for step in range(3):
        button(page, "Step").click()
        eventually(page, lambda step=step: region.locator(f"[data-column='step'][data-value='{step}']").count() == 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="batch", count=5)
    region = open_chart(page, "Weights")
    region.get_by_label("When").select_option("over the run")
    expect(region.locator("canvas")).to_be_visible()
    assert violations(page) == []

    for width in (400, 1280):
        assert_fits(page, region, width)
