"""How a test opens a chart, reads its table, and takes what it gives away."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import PATIENCE, open_page, session_id
from tests.browser.serving import Server

CELLS = """table => [...table.querySelectorAll('td[data-value]')].map(
    cell => [cell.dataset.column, cell.dataset.row, cell.dataset.value])"""


def chart(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name, exact=True)


def diagnosis_tab(page: Page) -> Locator:
    """The tab of the diagnosis, whose name ends with how many findings there are."""
    return page.get_by_role("tablist", name="Charts").get_by_role("tab", name="Diagnosis")


def open_chart(page: Page, name: str) -> Locator:
    tab(page, name).click()
    expect(chart(page, name).locator("canvas").first).to_be_visible()
    return chart(page, name)


def run(page: Page, server: Server, **steps: Any) -> None:
    """Let the session of the page run, as a notebook would, and see it from there."""
    body = {"return": "none", **steps}
    answer = server.api.post(f"/sessions/{session_id(page)}/steps", json=body)
    assert answer.status_code == 200, answer.text
    page.reload()
    page.wait_for_selector("html[data-ready]")


def metrics(page: Page, server: Server) -> dict[str, Any]:
    series: dict[str, Any] = server.get(f"/sessions/{session_id(page)}/metrics?max_points=10000")["series"]
    return series


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds that a test reads off the page."""
    for _ in range(PATIENCE // 50):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to hold")


def open_spec(page: Page, server: Server, spec: dict[str, Any], batches: int = 0) -> str:
    """Open the page of a new session of this spec, after so many batches; its id comes back."""
    made = server.api.post("/sessions", json=spec)
    assert made.status_code == 201, made.text
    session: str = made.json()["session"]["id"]
    if batches:
        body = {"granularity": "batch", "count": batches, "return": "none"}
        assert server.api.post(f"/sessions/{session}/steps", json=body).status_code == 200
    open_page(page, server, f"/s/{session}")
    return session


def cells(region: Locator) -> dict[tuple[str, str], float]:
    """The numbers of the table behind a chart, by column and row."""
    if not region.get_by_role("table").is_visible():
        region.get_by_role("button", name="Table", exact=True).click()
    found = region.get_by_role("table").evaluate(CELLS)
    return {(column, row): float(value) for column, row, value in found}


def numbers_file(page: Page, region: Locator) -> tuple[str, list[dict[str, str]]]:
    """The CSV that a chart gives: the file's name, and its rows by column."""
    with page.expect_download() as download:
        region.get_by_role("button", name="Numbers", exact=True).click()
    content = Path(download.value.path()).read_text(encoding="utf-8")
    return download.value.suggested_filename, list(csv.DictReader(io.StringIO(content)))


def picture_file(page: Page, region: Locator) -> tuple[str, int, int, int]:
    """The PNG that a chart gives: the file's name, its width and height, and how many of its pixels are dark."""
    with page.expect_download() as download:
        region.get_by_role("button", name="Picture", exact=True).click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height, ink = page.evaluate(READ_PICTURE, base64.b64encode(content).decode())
    return download.value.suggested_filename, width, height, ink


def assert_picture(page: Page, region: Locator, name: str, height: int = 150, ink: int = 100) -> None:
    """A chart gives a PNG of this name, larger than 150 by `height` and with more than `ink` dark pixels."""
    file, wide, high, dark = picture_file(page, region)
    assert file == name
    assert wide > 150
    assert high > height
    assert dark > ink


def is_inside(inner: Locator, outer: Locator) -> bool:
    """Whether one thing does not reach over the right border of another."""
    one, other = inner.bounding_box(), outer.bounding_box()
    return bool(one and other and one["x"] + one["width"] <= other["x"] + other["width"] + 1)


def assert_fits(page: Page, region: Locator, width: int) -> None:
    """Nothing of an open chart is wider than the page or smaller than 12 pixels, once it has its new width."""
    page.set_viewport_size({"width": width, "height": 800})
    eventually(page, lambda: is_inside(region, page.locator("body")))
    eventually(page, lambda: all(is_inside(canvas, region) for canvas in region.locator("canvas").all()))
    box = region.bounding_box()
    assert box
    assert box["x"] >= 0
    sizes = region.locator("*").evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).fontSize))")
    assert min(sizes) >= 12


READ_PICTURE = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0);
  const { data: pixels } = context.getImageData(0, 0, picture.width, picture.height);
  let ink = 0;
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i] < 128 && pixels[i + 3] === 255) ink++;
  return [picture.width, picture.height, ink];
}"""

STRONGEST = """canvas => {
  const probe = canvas.parentElement.appendChild(document.createElement('span'));
  probe.style.color = 'var(--panel)';
  const channels = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const panel = channels(getComputedStyle(probe).color);
  probe.remove();
  const light = rgb => rgb.map(v => v / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = rgb => { const [a, b] = [light(rgb), light(panel)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05) };
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height).getContext('2d');
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  const part = (left, top, right, bottom) => {
    let best = 1;
    for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) {
      const i = 4 * (y * width + x);
      if (data[i + 3] > 250) best = Math.max(best, contrast([data[i], data[i + 1], data[i + 2]]));
    }
    return best;
  };
  return [part(0, 0, 40, height), part(0, height - 22, width, height), part(width - 70, 0, width, height - 24)];
}"""
"""The strongest contrast with the panel along the upright axis, along the lower one, and at the right of a canvas."""
