"""The guide's pictures, made from the real thing: `python3 dev.py gallery`. They are committed with the guide.

One function a picture, named as its file is; it brings a page to where the picture is worth taking. They are for
looking at, not for comparing: Chromium and fonts move.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from html import escape

from playwright.sync_api import Page, expect

from tests.browser.looking import button, network, open_page, steps, wait_for_t
from tests.browser.screenshots import MIDDLE, studio
from tests.browser.serving import ROOT, Server

FOLDER = ROOT / "docs/gallery"
SIZES = {"phone": (400, 850)}
"""In CSS pixels, where it is not that of a small laptop."""
USUAL = (1440, 900)
SETTLED = 4_000
"""Milliseconds until charts have asked again, which they do at their leisure."""

Taking = Callable[[Page, Server], None]
PICTURES: dict[str, Taking] = {}


def picture(taking: Taking) -> Taking:
    PICTURES[taking.__name__] = taking
    return taking


def train(page: Page, epochs: int) -> None:
    page.get_by_role("button", name="Train…").click()
    form = page.get_by_role("form", name="Train")
    form.get_by_label("How many").fill(str(epochs))
    form.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("progressbar", name="Training")).to_have_count(0)


def chart(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    expect(page.locator("#chart-panel")).to_be_visible()


@picture
def backward(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    steps(page, 9)
    page.wait_for_timeout(500)
    page.keyboard.press("ArrowRight")
    wait_for_t(page, 10)
    page.wait_for_timeout(MIDDLE)


@picture
def asking(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 10)
    network(page).locator("[data-tensor='hidden1.da'][data-index='0,0']").first.click()
    expect(page.get_by_role("list", name="Terms")).to_be_visible()


@picture
def paths(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 13)
    network(page).locator("[data-unit='hidden1.0'] [data-tensor='hidden1.a']").first.click()
    page.get_by_role("tab", name="Paths").click()
    expect(network(page).locator("[data-traced]").first).to_be_visible()


@picture
def code(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    page.get_by_role("tab", name="Code").click()
    page.locator("h1").click()
    steps(page, 12)
    page.get_by_role("region", name="Code").get_by_text("hidden1_dz", exact=True).first.hover()


def trained(page: Page, server: Server, preset: str, epochs: int, name: str) -> None:
    """An example after some epochs, with a chart open."""
    open_page(page, server, f"/?preset={preset}")
    train(page, epochs)
    chart(page, name)


@picture
def boundary(page: Page, server: Server) -> None:
    trained(page, server, "circle", 40, "Boundary")


@picture
def beside(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    chart(page, "Beside")
    page.get_by_role("combobox", name="Beside").select_option(label="this run, kept")
    expect(page.get_by_role("region", name="Other network")).to_be_visible()
    page.get_by_role("button", name="hidden1").and_(page.locator("[aria-expanded]")).click()
    page.get_by_role("combobox", name="hidden1 activation").select_option("relu")
    page.get_by_role("tab", name="Beside").click()
    page.locator("h1").click()
    page.wait_for_timeout(1500)
    for _ in range(11):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(400)


@picture
def over_the_run(page: Page, server: Server) -> None:
    trained(page, server, "circle", 60, "Weights")
    page.get_by_role("combobox", name="When").select_option(label="over the run")


@picture
def diagnosis(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=vanishing")
    page.get_by_role("button", name="Step", exact=True).click()
    train(page, 3)
    chart(page, "Diagnosis")
    expect(page.locator("#chart-panel")).to_contain_text("step 11")
    expect(page.locator("[data-finding]").first).to_be_visible()


@picture
def landscape(page: Page, server: Server) -> None:
    trained(page, server, "momentum-valley", 60, "Landscape")


@picture
def phone(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    for t in range(1, 13):
        button(page, "Step").click()
        wait_for_t(page, t)
    page.evaluate("scrollTo(0, 0)")


@picture
def grey(page: Page, server: Server) -> None:
    """The five states without any colour."""
    open_page(page, server, "/?preset=xor")
    shots, at = [], 0
    for state, t in {"not computed yet": 0, "forward": 3, "loss": 5, "backward": 10, "update": 14}.items():
        steps(page, t, at)
        at = t
        page.wait_for_timeout(900)
        shot = page.locator(".stage").screenshot()
        said = page.get_by_role("status").inner_text()
        shots.append((state, said, base64.b64encode(shot).decode()))
    figures = "".join(
        f"<figure><figcaption><b>{state}</b>: {escape(said)}</figcaption>"
        f"<img src='data:image/png;base64,{shot}'></figure>"
        for state, said, shot in shots
    )
    page.goto("about:blank")  # the policy of the page itself lets nobody put styles into it
    page.set_content(f"<style>{SHEET}</style><main>{figures}</main>")


SHEET = """
main { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 12px; filter: grayscale(1); font: 14px sans-serif }
figure { margin: 0 } img { width: 100% } figcaption { height: 52px; overflow: hidden }
"""


def main(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with studio() as (browser, server):
        for name, taking in PICTURES.items():
            if names and name not in names:
                continue
            width, height = SIZES.get(name, USUAL)
            page = browser.new_context(color_scheme="light", viewport={"width": width, "height": height}).new_page()
            taking(page, server)
            if taking is not backward:
                page.wait_for_timeout(SETTLED)
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()


if __name__ == "__main__":
    main(sys.argv[1:])
