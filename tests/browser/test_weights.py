"""How weights and gradients are spread, at every moment."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.charting import assert_fits, assert_picture, cells, numbers_file, open_chart, tab
from tests.browser.looking import button, open_page, session_id, violations, wait_for_t
from tests.browser.serving import Server


def flat(values: Any) -> list[float]:
    return [one for value in values for one in flat(value)] if isinstance(values, list) else [float(values)]


def facts(region: Locator, tensor: str) -> dict[str, float]:
    """What is said of a tensor: count, ends, zeros."""
    found = region.locator(f"[data-histogram='{tensor}'] [data-column]").evaluate_all(
        "all => all.map(one => [one.dataset.column, one.dataset.value])"
    )
    return {column: float(value) for column, value in found}


def step_to(page: Page, t: int) -> None:
    for at in range(1, t + 1):
        button(page, "Step").click()
        wait_for_t(page, at)


def test_a_gradient_is_a_histogram_once_it_is_computed_and_not_before(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    ticks = server.get(f"/sessions/{session_id(page)}/graph")["schedule"]
    first = next(tick["index"] for tick in ticks if tick["writes"] == ["output.dW"])
    region = open_chart(page, "Weights")
    expect(region.locator("[data-histogram='output.dW']")).to_contain_text("is not computed yet")
    expect(region.locator("[data-histogram='output.dW'] canvas")).to_have_count(0)

    step_to(page, first + 1)

    expect(region.locator("[data-histogram='output.dW'] canvas")).to_be_visible()
    frame = server.get(f"/sessions/{session_id(page)}/frames/{first + 1}")["tensors"]
    for tensor in ("hidden1.W", "output.W", "output.dW"):
        values = flat(frame[tensor]["values"])
        assert facts(region, tensor) == {
            "count": len(values),
            "min": min(values),
            "max": max(values),
            "zeros": values.count(0),
        }
    expect(region.locator("[data-histogram='hidden1.dW']")).to_contain_text("is not computed yet")


def test_every_number_is_in_a_bar_of_the_table(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    page.get_by_role("radio", name="Batch").check(force=True)
    button(page, "Step").click()
    wait_for_t(page, 25)
    region = open_chart(page, "Weights")
    tensors = server.get(f"/sessions/{session_id(page)}/frames/25")["tensors"]

    table = cells(region)

    bars = {row for _, row in table if row.startswith("hidden1.dW ")}
    assert len(bars) > 5
    for tensor in ("hidden1.W", "hidden1.dW"):
        values = flat(tensors[tensor]["values"])
        own = {row for _, row in table if row.startswith(f"{tensor} ") and not row.endswith("zero")}
        for row in own:
            low, high = table["from", row], table["to", row]
            inside = sum(low <= value < high for value in values if value)
            assert abs(table["numbers", row] - inside) <= (max(values) == high)
        assert sum(table["numbers", row] for row in own) + values.count(0) == len(values)


def test_biases_have_histograms_too_and_zeros_are_counted_apart(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    region = open_chart(page, "Weights")

    region.get_by_label("Show").select_option("Biases")

    expect(region.locator("[data-histogram='hidden1.b']")).to_be_visible()
    tensor = server.get(f"/sessions/{session_id(page)}/frames/0")["tensors"]["hidden1.b"]
    assert facts(region, "hidden1.b")["zeros"] == flat(tensor["values"]).count(0) > 0
    expect(region.locator("[data-histogram='hidden1.W']")).to_have_count(0)


def test_going_back_shows_the_spread_that_was_there(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    region = open_chart(page, "Weights")
    before = facts(region, "output.W")
    page.get_by_role("radio", name="Batch").check(force=True)

    button(page, "Step").click()
    wait_for_t(page, 25)

    expect(region.locator("[data-histogram='output.dW'] canvas")).to_be_visible()
    assert facts(region, "output.W") != before
    button(page, "Step back").click()
    wait_for_t(page, 0)
    expect(region.locator("[data-histogram='output.dW'] canvas")).to_have_count(0)
    assert facts(region, "output.W") == before


def test_the_bars_are_given_away(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    region = open_chart(page, "Weights")

    name, rows = numbers_file(page, region)

    assert name == "backscope-weights.csv"
    assert sum(int(row["numbers"]) for row in rows if row["bar"].startswith("hidden1.W ")) == 8
    assert_picture(page, region, "backscope-weights.png", height=100, ink=50)


@pytest.mark.parametrize("width", [400, 1280])
def test_axe_finds_nothing_and_the_histograms_fit(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    open_page(page, server, "/?preset=vanishing")
    region = open_chart(page, "Weights")

    assert violations(page) == []
    assert_fits(page, region, width)
    expect(tab(page, "Weights")).to_have_attribute("aria-selected", "true")
