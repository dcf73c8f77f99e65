"""What units let through of the gradient is seen on the network and heard in their names, from the frame's numbers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import assert_shows_the_frame_of, open_page, session_id, steps, wait_for_t
from tests.browser.serving import Server


def unit(page: Page, name: str) -> Locator:
    return page.locator(f"[data-unit='{name}']")


def test_a_dead_unit_shows_a_stop_once_its_slope_is_known_and_says_so(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=relu-2-2-1-dead")
    schedule = server.get(f"/sessions/{session_id(page)}/graph")["schedule"]
    (known,) = [tick["index"] + 1 for tick in schedule if "hidden1.dz" in tick["writes"]]
    stop = unit(page, "hidden1.1").locator("[data-passing='blocked']")
    steps(page, known - 1)
    expect(page.locator("[data-passing]")).to_have_count(0)

    page.keyboard.press("ArrowRight")
    wait_for_t(page, known)

    expect(stop).to_be_visible()
    expect(page.locator("[data-passing]")).to_have_count(1)
    expect(unit(page, "hidden1.1")).to_have_attribute("aria-label", "hidden1 unit 1: a 0, dz 0, blocked: slope 0")
    frame = server.get(f"/sessions/{session_id(page)}/frames/{known}")["tensors"]
    assert frame["hidden1.da"]["values"][0][1] != 0
    assert frame["hidden1.dz"]["values"][0][1] == 0
    expect(page.locator(".legend")).to_contain_text("stopped: slope 0")
    assert_shows_the_frame_of(page, server, known)


def test_a_saturated_unit_shows_its_error_and_its_slope_as_two_bars(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=saturated-output")

    steps(page, 5)

    frame = server.get(f"/sessions/{session_id(page)}/frames/5")["tensors"]
    (da,), (dz,) = frame["output.da"]["values"][0], frame["output.dz"]["values"][0]
    error = unit(page, "output.0").locator("[data-part='error']")
    slope = unit(page, "output.0").locator("[data-part='slope']")
    assert float(error.get_attribute("data-figure") or "nan") == da
    assert float(slope.get_attribute("data-figure") or "nan") == pytest.approx(dz / da, rel=1e-12)
    assert slope.evaluate("e => parseFloat(e.style.getPropertyValue('--part'))") == pytest.approx(
        100 * dz / da, abs=0.5
    )
    assert "weak: error 1.995 × slope 0.002467" in (unit(page, "output.0").get_attribute("aria-label") or "")


def test_where_all_of_it_goes_through_nothing_is_marked(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")

    steps(page, 13)

    expect(page.locator("[data-passing]")).to_have_count(0)
    expect(page.locator(".legend")).not_to_contain_text("slope")
