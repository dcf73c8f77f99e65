"""The selected gradient, or all, held against the loss on the page: the numbers and verdicts are the API's."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import assert_shows_the_frame_of, network, open_page, session_id, wait_for_t
from tests.browser.serving import Server


def open_check(page: Page, ticks: int) -> Locator:
    for t in range(1, ticks + 1):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)
    page.get_by_role("tab", name="Check", exact=True).click()
    return page.get_by_role("region", name="Check", exact=True)


def told(
    page: Page, server: Server, method: str, tensors: list[str] | None, t: int, index: list[int] | None = None
) -> Any:
    body = {"method": method, "tensors": tensors, "index": index, "t": t}
    return server.api.post(f"/sessions/{session_id(page).split('?')[0]}/gradient-checks", json=body).json()


def figures(panel: Locator) -> list[float]:
    read = "all => all.map(e => Number(e.dataset.value ?? e.dataset.figure))"
    found: list[float] = panel.locator("[data-figure], .checked [data-value]").evaluate_all(read)
    return found


def test_the_selected_gradient_stands_beside_both_slopes_with_its_errors_and_verdicts(
    page: Page, server: Server
) -> None:
    open_page(page, server, "/?preset=mazur")
    panel = open_check(page, 15)

    expect(panel.locator("[data-verdict]")).to_have_count(2)
    central, complex_step = (
        told(page, server, method, ["output.dW"], 15)["tensors"][0] for method in ("central_difference", "complex_step")
    )
    at = [next(pair for pair in check["pairs"] if pair["index"] == [0, 0]) for check in (central, complex_step)]
    assert figures(panel) == [
        at[0]["backward"], at[0]["numeric"], at[1]["numeric"], central["relative"], complex_step["relative"],
    ]  # fmt: skip
    assert [one.get_attribute("data-verdict") for one in panel.locator("[data-verdict]").all()] == ["equal", "equal"]
    expect(panel.locator(".error-plot canvas")).to_be_visible()
    assert (panel.locator(".error-plot").get_attribute("aria-label") or "").count(":") == len(central["curve"])
    panel.get_by_text("Table of the errors").click()
    cells = panel.locator("[data-column='relative error']")
    shown = [float(cell.get_attribute("data-value") or "") for cell in cells.all()]
    assert shown == [one["relative"] for one in sorted(central["curve"], key=lambda one: one["h"])]
    assert_shows_the_frame_of(page, server, 15)


def test_all_gradients_are_checked_at_once_and_each_has_its_verdict(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    panel = open_check(page, 15)

    panel.get_by_role("radio", name="All gradients").check()

    rows = panel.locator("[data-checks]")
    wanted = told(page, server, "complex_step", None, 15)["tensors"]
    expect(rows).to_have_count(len(wanted))
    for row, tensor in zip(rows.all(), wanted, strict=True):
        assert row.get_attribute("data-checks") == tensor["tensor"]
        assert row.locator("[data-verdict]").last.get_attribute("data-verdict") == tensor["verdict"]
        assert float(row.locator("[data-figure]").last.get_attribute("data-figure") or "nan") == tensor["relative"]


def test_what_has_no_gradient_of_a_weight_says_so(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    panel = open_check(page, 0)

    page.locator("[data-tensor='input.a'][data-index='0,0']").first.click()

    expect(panel).to_contain_text("choose one")


def open_selected(page: Page, server: Server, spec: dict[str, Any], selected: str) -> Locator:
    """The check of a number of a session that has taken one step."""
    session = server.api.post("/sessions", json=spec).json()["session"]["id"]
    t = server.api.post(f"/sessions/{session}/steps", json={"granularity": "batch"}).json()["session"]["t"]
    open_page(page, server, f"/s/{session}?t={t}&asks={selected}")
    page.get_by_role("tab", name="Check", exact=True).click()
    return page.get_by_role("region", name="Check", exact=True)


def test_a_gradient_that_is_too_small_to_be_told_from_a_wrong_one_is_not_said_to_be_right(
    page: Page, server: Server
) -> None:
    panel = open_selected(page, server, {"preset": "vanishing"}, "hidden1.dW[3,0]")

    verdicts = panel.locator("[data-verdict]")
    expect(verdicts).to_have_count(2)
    central, complex_step = verdicts.first, verdicts.last
    expect(panel).to_contain_text("Error of hidden1.dW, relative to 1e−4")
    expect(central).to_have_text(
        re.compile("equal by 1e−4, but relative to the gradient itself the error is .*e−[456]$")
    )
    expect(complex_step).to_have_text("equal: the backward pass is right")
    panel.get_by_role("radio", name="All gradients").check()
    small = panel.locator("[data-checks='hidden1.dW'] [data-verdict]")
    expect(small).to_have_text(["equal by 1e−4", "equal"])
    expect(panel.locator("[data-checks='output.dW'] [data-verdict]")).to_have_text(["equal", "equal"])
    expect(panel).to_contain_text("Equal by 1e−4: an error is measured by that at least")


def test_the_selected_number_is_told_of_where_others_are_worse(page: Page, server: Server) -> None:
    layers = [{"units": 40, "activation": "tanh", "name": "hidden1"}, {"units": 1}]
    weights = [[0, 0]] + [[0.1 + unit / 100, 1] for unit in range(39)]  # the first is right to the last digit
    spec = {
        "data": {"dataset": "xor"},
        "layers": layers,
        "loss": "mse",
        "optimizer": {"type": "sgd"},
        "parameters": {"hidden1.W": weights, "output.W": [[0] + [1] * 39]},
    }
    panel = open_selected(page, server, spec, "hidden1.dW[0,1]")

    expect(panel.locator("[data-verdict]")).to_have_count(2)
    t = int(network(page).get_attribute("data-t") or 0)
    central, complex_step = (
        told(page, server, method, ["hidden1.dW"], t, [0, 1])["tensors"][0]["pairs"]
        for method in ("central_difference", "complex_step")
    )
    assert [len(central), len(complex_step)] == [21, 21]
    asked = [central[-1]["backward"], central[-1]["numeric"], complex_step[-1]["numeric"]]
    assert figures(panel)[:3] == asked
    expect(panel).to_contain_text("The gradient hidden1.dW[0,1] of step")


def test_a_selected_number_at_a_kink_is_said_to_be_skipped(page: Page, server: Server) -> None:
    layers = [{"units": 2, "activation": "relu"}, {"units": 1}]
    spec = {
        "data": {"inline": {"x": [[1, 2]], "y": [[1]]}},
        "layers": layers,
        "loss": "mse",
        "optimizer": {"type": "sgd"},
        "parameters": {"hidden1.W": [[0, 0], [1, 1]], "hidden1.b": [0.00001, 1]},
    }

    panel = open_selected(page, server, spec, "hidden1.dW[0,1]")

    expect(panel).to_contain_text("hidden1.dW[0,1] moves a sum over a kink")
    expect(panel).to_contain_text("The gradient hidden1.dW[1,")
