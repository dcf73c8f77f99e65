"""What a test sees of the page: through roles, names and the data attributes of the contract, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.serving import ROOT, Server

DASH = "–"

READ_NUMBERS = """() => [...document.querySelectorAll('[data-tensor]')].map(e => ({
  tensor: e.dataset.tensor, index: e.dataset.index, value: e.dataset.value ?? null, text: e.innerText}))"""


def open_page(page: Page, server: Server, path: str = "/") -> None:
    page.goto(server.url + path)
    page.wait_for_selector("html[data-ready]")


def network(page: Page) -> Locator:
    return page.get_by_role("region", name="Network", exact=True)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=name, exact=True)


def session_id(page: Page) -> str:
    return page.url.rsplit("/", 1)[1]


PATIENCE = 30_000
"""Milliseconds that a test waits for what has to come: a machine may have other work, and only a failure takes long."""


def wait_for_t(page: Page, t: int) -> None:
    """Wait until the network shows the moment `t`."""
    expect(network(page)).to_have_attribute("data-t", str(t))


def steps(page: Page, count: int, begun: int = 0) -> None:
    """Step on by keyboard, a tick at a time, from the moment `begun` to the moment `count`."""
    for t in range(begun + 1, count + 1):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)


def pause(page: Page) -> int:
    """Pause, and wait until the step that was under way is shown; its moment.

    What is asked for is shown in turn: the two numbers that are asked about here, behind that step.
    """
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()
    for unit in (1, 0):
        network(page).locator(f"[data-unit='input.{unit}'] [data-tensor]").first.click()
        expect(page.locator(".address code")).to_have_text(re.compile(rf"input\.a\[\d+,{unit}\]"))
    return int(network(page).get_attribute("data-t") or 0)


def wait_until(page: Page, condition: str) -> None:
    """Wait until a condition in JavaScript holds. Playwright's own waiting evaluates texts in the page, which its
    content security policy refuses.
    """
    page.evaluate(f"""async () => {{
      const end = performance.now() + {PATIENCE};
      while (!({condition})) {{
        if (performance.now() > end) throw new Error("never came true: " + {json.dumps(condition)});
        await new Promise(requestAnimationFrame);
      }}
    }}""")


def numbers(page: Page) -> list[dict[str, Any]]:
    """Every number with an address that stands on the page."""
    found: list[dict[str, Any]] = page.evaluate(READ_NUMBERS)
    return found


def element(tensor: dict[str, Any] | None, index: str) -> float | str | None:
    """The element of a tensor of the API at an index as it stands in `data-index`."""
    values: Any = None if tensor is None else tensor["values"]
    for part in index.split(",") if index else []:
        values = None if values is None else values[int(part)]
    found: float | str | None = values
    return found


def assert_shows_the_frame_of(page: Page, server: Server, t: int) -> int:
    """Every number on the page is the one of the API's frame of `t`; what is null there is a dash."""
    wait_for_t(page, t)
    return assert_shows(page, server.get(f"/sessions/{session_id(page)}/frames/{t}"))


def assert_shows(page: Page, frame: dict[str, Any]) -> int:
    """Every number on the page is the one of this frame."""
    t, shown = frame["t"], numbers(page)
    for number in shown:
        name = f"{number['tensor']}[{number['index']}] at t = {t}"
        value = element(frame["tensors"][number["tensor"]], number["index"])
        if value is None:
            assert number["value"] is None, f"{name}: {number}"
            assert DASH in number["text"], f"{name}: {number}"
        else:
            assert number["value"] is not None, f"{name}: shown as not computed, is {value}"
            assert float(number["value"]) == float(value), f"{name}: shown {number['value']}, is {value}"
            assert DASH not in number["text"], f"{name}: {number}"
    for key in ("t", "step", "tick"):
        assert network(page).get_attribute(f"data-{key}") == str(frame[key])
    assert network(page).get_attribute("data-phase") == (frame["phase"] or "")
    return len(shown)


def unfold(page: Page, name: str) -> None:
    """Open a disclosure of the left column, where it is closed."""
    summary = page.get_by_role("region", name="Data", exact=True).locator("summary", has_text=name)
    if summary.evaluate("element => !element.parentElement.open"):
        summary.click()


AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(result => result.violations)")
    return [f"{one['id']}: {node['target']} {node.get('failureSummary', '')}" for one in found for node in one["nodes"]]


HEADINGS = """() => [...document.querySelectorAll('.layer-name')].map((one) => {
  const { left, top, right, bottom, height } = one.getBoundingClientRect();
  return { left, top, right, bottom, height, lines: one.children.length, text: one.innerText } })"""


def assert_headings_are_whole(page: Page) -> None:
    """Each heading stands inside the stage, a line a part of it, and over no other."""
    stage = page.locator(".stage").bounding_box()
    assert stage
    headings: list[dict[str, Any]] = page.evaluate(HEADINGS)
    for one in headings:
        assert one["top"] >= stage["y"], one
        assert one["left"] >= stage["x"], one
        assert one["right"] <= stage["x"] + stage["width"], one
        assert one["height"] <= 18 * one["lines"] + 8, one
    for i, one in enumerate(headings):
        for other in headings[i + 1 :]:
            apart = one["right"] <= other["left"] or other["right"] <= one["left"]
            assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"], (one, other)
