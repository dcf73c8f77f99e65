"""A tick as matrix algebra: the cells are the API's numbers, light their like, and are asked by a click."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import DASH, assert_shows_the_frame_of, open_page, session_id, wait_for_t
from tests.browser.serving import Server


def open_matrices(page: Page) -> Locator:
    page.get_by_role("tab", name="Matrices").click()
    panel = page.get_by_role("region", name="Matrices", exact=True)
    expect(panel).to_be_visible()
    page.locator("h1").click()
    return panel


def step_to(page: Page, first: int, last: int) -> None:
    for t in range(first, last + 1):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)


def grid(panel: Locator, name: str) -> list[list[float]]:
    rows = panel.get_by_role("table", name=name).locator("tbody tr").all()
    read = "cells => cells.map(c => { const s = c.firstElementChild.dataset; return Number(s.value ?? s.figure); })"
    return [row.locator("td").evaluate_all(read) for row in rows]


def transposed(rows: list[list[float]]) -> list[list[float]]:
    return [list(column) for column in zip(*rows, strict=True)]


def test_every_matrix_of_a_step_has_the_numbers_and_the_shape_that_the_api_has(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    panel = open_matrices(page)
    expect(panel).to_contain_text("Nothing has been computed yet")

    for t in range(1, 16):
        step_to(page, t, t)
        told = server.get(f"/sessions/{session_id(page)}/matrices?t={t}")["matrix"]
        factors = [factor for term in told["terms"] for factor in term["factors"]]
        tables = panel.get_by_role("table")
        expect(tables).to_have_count(1 + len(factors))
        expect(tables.first).to_have_attribute("aria-label", f"{told['result']}, {shape(panel)}")
        # What had to be asked for comes a moment later than the step.
        expect(panel.get_by_text(DASH, exact=True)).to_have_count(0)
        for factor, table in zip(factors, tables.all()[1:], strict=True):
            name = table.get_attribute("aria-label") or ""
            values = factor["values"] if len(factor["shape"]) == 2 else [factor["values"]]
            wanted = transposed(values) if factor["transposed"] else values
            assert grid(panel, name) == wanted, f"{name} at t = {t}"
        assert_shows_the_frame_of(page, server, t)
    expect(panel.locator(".katex-error")).to_have_count(0)


def shape(panel: Locator) -> str:
    return panel.locator(".shape").first.inner_text()


def test_a_cell_lights_its_number_everywhere_and_shows_what_makes_it(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    panel = open_matrices(page)
    step_to(page, 1, 8)

    panel.locator("[data-tensor='output.dW'][data-index='1,0']").hover()

    expect(panel).to_contain_text("output.dW[1,0]: row 1 of dzᵀ, times column 0 of x, added up")
    marked = panel.get_by_role("table", name="output.dz transposed, 2 × 1").locator("td.own [data-tensor]")
    expect(marked).to_have_attribute("data-index", "0,1")
    panel.get_by_role("table", name="hidden1.a, 1 × 2").locator("[data-index='0,1']").hover()
    expect(page.locator("[data-unit='hidden1.1'] [data-tensor='hidden1.a']")).to_have_class(lit())


def lit() -> re.Pattern[str]:
    return re.compile(r"\blit\b")


def test_a_click_on_a_cell_asks_how_it_came_to_be_and_arrows_go_from_cell_to_cell(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    panel = open_matrices(page)
    step_to(page, 1, 8)
    panel.locator("[data-tensor='output.dW'][data-index='0,0']").click()
    expect(page.locator(".address code")).to_have_text("output.dW[0,0]")

    panel.locator("[data-tensor='output.dW'][data-index='0,0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator(".address code")).to_have_text("output.dW[1,0]")


def test_a_large_matrix_shows_the_part_that_is_looked_at_and_nothing_scrolls_sideways(
    page: Page, server: Server
) -> None:
    page.set_viewport_size({"width": 400, "height": 850})
    open_page(page, server, "/?preset=digits")
    panel = open_matrices(page)
    step_to(page, 1, 1)

    expect(panel.get_by_role("table").first.locator("tbody tr")).to_have_count(8)
    expect(panel.locator(".rest").first).to_contain_text("rows ")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert_shows_the_frame_of(page, server, 1)
