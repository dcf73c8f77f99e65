"""The selected gradient, or all, held against the loss on the page: the numbers and verdicts are the API's."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import assert_shows_the_frame_of, open_page, session_id, wait_for_t
from tests.browser.serving import Server


def open_check(page: Page, ticks: int) -> Locator:
    for t in range(1, ticks + 1):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)
    page.get_by_role("tab", name="Check", exact=True).click()
    return page.get_by_role("region", name="Check", exact=True)


def told(page: Page, server: Server, method: str, tensors: list[str] | None, t: int) -> Any:
    body = {"method": method, "tensors": tensors, "t": t}
    return server.api.post(f"/sessions/{session_id(page)}/gradient-checks", json=body).json()


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
