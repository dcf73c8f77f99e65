"""How smooth the page is: `python3 dev.py bench page`.

In headless Chromium without a GPU, at 1440 × 900, against a server of its own. `play`: a network trains while the page
shows every batch. `edges`: two thousand edges while gradients travel along them. `start`: until the page can be used.
`controls`: from a press of each control until the next picture. `memory`: what ten minutes of play leave behind.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median

from playwright.sync_api import Browser, CDPSession, Page

from tests.browser.looking import open_page
from tests.browser.screenshots import studio
from tests.browser.serving import Server

from .measuring import Figure, conclude, share

VIEW = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Scale:
    """How much is looked at, and for how long; times in seconds."""

    play: float = 15
    """For which frames are counted."""
    warm: float = 3
    """Before that, for the machine to have compiled what runs often."""
    loads: int = 9
    controls: int = 1_000
    memory: float = 600
    memory_rest: float = 20
    """Between two looks at the heap."""


def spec(*units: int) -> dict[str, object]:
    """The preset of a circle, ten examples a batch, with so many units in its hidden layers."""
    hidden = [{"units": count, "activation": "tanh"} for count in units]
    return {"preset": "circle", "layers": [*hidden, {"units": 1, "activation": "linear"}]}


PLAYGROUND = spec(8, 8, 8, 8, 8, 8)
"""2-8-8-8-8-8-8-1 with 344 edges: the largest network that TensorFlow Playground draws."""

EDGES = spec(*[16] * 8, 10)
"""2-16-…-16-10-1: 1,994 edges, nearly as many as are ever drawn as lines."""

WATCH = """async ([milliseconds, what]) => {
  const network = document.querySelector('[role=region][aria-label=Network]');
  const times = [];
  let [shown, last] = [0, null];
  await new Promise((done) => {
    const look = (now) => {
      times.push(now);
      const key = network.dataset[what];
      if (last !== null && key !== last) shown += 1;
      last = key;
      if (now - times[0] < milliseconds) requestAnimationFrame(look);
      else done();
    };
    requestAnimationFrame(look);
  });
  return { shown, frames: times.slice(1).map((time, i) => time - times[i]), length: times.at(-1) - times[0] };
}"""

READY = """
window.readyAt = new Promise((done) => {
  new MutationObserver(() => {
    if (document.documentElement?.dataset.ready) done(performance.now());
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-ready'] });
});
"""

FETCHED = """(readyAt) => performance.getEntriesByType('resource')
  .filter(({ name, responseEnd }) => /\\.(js|css)$/.test(new URL(name).pathname) && responseEnd < readyAt)
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""
"""Bytes of script and style as they came over the wire."""

PAINTED = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries()[0].startTime)).observe({ type: 'paint', buffered: true });
})"""

EVENTS = """() => {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
}"""

CONTROLS = """() => {
  const kinds = 'button, input, select, summary, [role=slider], [role=tab], [role=application], a[href]';
  const found = new Map();
  for (const one of document.querySelectorAll(kinds)) {
    const text = one.getAttribute('aria-label') ?? one.closest('label, summary')?.innerText ?? one.innerText;
    const name = one.dataset.tensor ? 'a number' : text.trim();
    const usable = one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.type !== 'file';
    if (usable && name && !found.has(name)) found.set(name, one);
  }
  return found;
}"""
"""What can be pressed, by its name; of the numbers one."""

PRESS = f"(name) => ({CONTROLS})().get(name)?.focus()"


def blank(browser: Browser) -> Page:
    """A page of a browser that has been nowhere."""
    return browser.new_context(viewport=VIEW, color_scheme="light").new_page()  # type: ignore[arg-type]


def opened(browser: Browser, server: Server, body: dict[str, object]) -> Page:
    """The page of a new session."""
    made = server.api.post("/sessions", json=body)
    assert made.status_code == 201, made.text
    page = blank(browser)
    open_page(page, server, f"/s/{made.json()['session']['id']}")
    return page


def play_on(page: Page, size: str, speed: int) -> None:
    """Press Play, `speed` being a place on the slider."""
    page.get_by_role("radio", name=size, exact=True).check(force=True)
    page.get_by_role("slider", name="Speed").fill(str(speed))
    page.get_by_role("button", name="Play", exact=True).click()


SLOW = 100
"""Milliseconds from a control to the next picture, at most."""

FASTEST = 8
FOUR_A_SECOND = 4


def play(browser: Browser, server: Server, scale: Scale) -> list[Figure]:
    """Playground's largest network trains; every batch is shown, with the pictures of its units."""
    page = opened(browser, server, PLAYGROUND)
    play_on(page, "Batch", FASTEST)
    rate, frames = watched(page, "step", scale)
    return [
        Figure("playing 344 edges: batches a second", rate, "", 30, least=True),
        *smoothness("playing 344 edges", frames),
    ]


def edges(browser: Browser, server: Server, scale: Scale) -> list[Figure]:
    """Two thousand edges, of which one layer's move at a time, step by step."""
    page = opened(browser, server, EDGES)
    play_on(page, "Operation", FOUR_A_SECOND)
    rate, frames = watched(page, "t", scale)
    return [
        Figure("animating 1,994 edges: operations a second", rate),
        *smoothness("animating 1,994 edges", frames),
    ]


def watched(page: Page, what: str, scale: Scale) -> tuple[float, list[float]]:
    """How often a second the network shows another `what`, and the milliseconds of each frame; then it is closed."""
    page.wait_for_timeout(scale.warm * 1000)
    seen = page.evaluate(WATCH, [scale.play * 1000, what])
    page.context.close()
    return seen["shown"] / seen["length"] * 1000, seen["frames"]


def smoothness(what: str, frames: Sequence[float]) -> list[Figure]:
    return [
        Figure(f"{what}: median frame", median(frames), "ms", 17),
        Figure(f"{what}: p95 of frames", share(frames, 0.95), "ms", 25),
    ]


def start(browser: Browser, server: Server, scale: Scale) -> list[Figure]:
    """From an empty cache until the page can be used, in turns with the first paint of a page with nothing on it."""
    ready, empty, sizes = [], [], []
    for _ in range(scale.loads):
        page = blank(browser)
        page.goto(f"{server.url}/livez")
        empty.append(page.evaluate(PAINTED))
        page.context.close()
        page = blank(browser)
        page.add_init_script(READY)
        page.goto(server.url, wait_until="commit")
        ready.append(page.evaluate("() => window.readyAt"))
        sizes.append(page.evaluate(FETCHED, ready[-1]))
        page.context.close()
    return [
        Figure("script and style before it is ready", median(sizes) / 1000, "kB", 120),
        Figure("until it is ready", median(ready), "ms", digits=0),
        Figure("first paint of an empty page", median(empty), "ms", digits=0),
        Figure("ready / first paint of an empty page", median(a / b for a, b in zip(ready, empty, strict=True)), "", 2),
    ]


def controls(browser: Browser, server: Server, scale: Scale) -> list[Figure]:
    """Each control of the page of `xor` is pressed on a page of its own; one that is too slow twice more, for now and
    then the machine itself stands still.
    """
    page = fresh(browser, server)
    names = page.evaluate(f"() => [...({CONTROLS})().keys()]")[: scale.controls]
    page.context.close()
    found = {name: pressed(browser, server, name) for name in names}
    for name in [name for name in names if found[name] > SLOW]:
        found[name] = median([found[name], *(pressed(browser, server, name) for _ in range(2))])
    slowest = max(found, key=lambda name: found[name])
    return [
        Figure("controls that were pressed", len(names), digits=0),
        Figure("the middle of them: to the next picture", median(found.values()), "ms", digits=0),
        Figure(f"the slowest to the next picture, `{slowest}`", found[slowest], "ms", SLOW, digits=0),
    ]


def fresh(browser: Browser, server: Server) -> Page:
    """The page of `xor` in the middle of a backward pass, at rest."""
    page = blank(browser)
    open_page(page, server)
    for _ in range(10):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
    page.wait_for_timeout(700)
    return page


def pressed(browser: Browser, server: Server, name: str) -> float:
    """Milliseconds from the press of a control until the picture after it, the longest of its events."""
    page = fresh(browser, server)
    page.evaluate(EVENTS)
    page.evaluate(PRESS, name)
    page.keyboard.press("Space")
    page.wait_for_timeout(500)
    longest = float(page.evaluate("() => window.longest"))
    page.context.close()
    return longest


def memory(browser: Browser, server: Server, scale: Scale) -> list[Figure]:
    """The heap after garbage was collected, now and then while `xor` plays; and what a line through that rises by."""
    page = blank(browser)
    open_page(page, server)
    play_on(page, "Operation", FASTEST)
    devtools = page.context.new_cdp_session(page)
    page.wait_for_timeout(scale.memory_rest * 1000)
    began = time.monotonic()
    found: list[tuple[float, float]] = []
    while len(found) < 2 or time.monotonic() - began < scale.memory:  # a line wants two, however slow the machine
        found.append((time.monotonic() - began, heap(devtools)))
        page.wait_for_timeout(scale.memory_rest * 1000)
    page.context.close()
    slope, _ = linear_regression(*zip(*found, strict=True))
    return [
        Figure("the heap after a while of play", found[0][1] / 1e6, "MB"),
        Figure("what it rises by in ten minutes of play", slope * 600 / 1e6, "MB", 1.5, digits=2),
    ]


def heap(devtools: CDPSession) -> float:
    """Bytes that are in use."""
    devtools.send("HeapProfiler.collectGarbage")
    return float(devtools.send("Runtime.getHeapUsage")["usedSize"])


Part = Callable[[Browser, Server, Scale], list[Figure]]
PARTS: dict[str, Part] = {one.__name__: one for one in (play, edges, start, controls, memory)}


def measure(part: str, scale: Scale) -> list[Figure]:
    """One part, with a browser and a server of its own."""
    with studio() as (browser, server):
        return PARTS[part](browser, server, scale)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench page", description="Look at the page in Chromium.")
    parser.add_argument("--minutes", type=float, default=10, help="of play for the heap (%(default)s)")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this one; all when left out")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write all figures there")
    options = parser.parse_args(arguments)
    if not 1 <= options.minutes <= 60:
        parser.error("expected 1 to 60 minutes")
    scale = Scale(memory=options.minutes * 60)
    found = {part: measure(part, scale) for part in options.part or PARTS}
    return conclude(found, options.json)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
