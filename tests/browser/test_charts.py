"""The charts below the timeline: what is drawn is what the API says, and every point of it leads to its step."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.charting import (
    STRONGEST,
    cells,
    chart,
    eventually,
    is_inside,
    metrics,
    numbers_file,
    open_chart,
    open_spec,
    picture_file,
    run,
    tab,
)
from tests.browser.looking import (
    assert_shows_the_frame_of,
    button,
    network,
    open_page,
    pause,
    session_id,
    violations,
    wait_for_t,
    wait_until,
)
from tests.browser.serving import Server

CIRCLE_TICKS = 25
LOSS_NAMES = ["loss", "train_loss", "test_loss", "train_accuracy", "test_accuracy"]


def points(series: dict[str, Any], names: list[str]) -> set[tuple[str, int, float]]:
    return {
        (name, step, float(value))
        for name in names
        for step, value in zip(series[name]["steps"], series[name]["values"], strict=True)
    }


def drawn(region: Locator) -> set[tuple[str, int, float]]:
    """What the table behind a chart has."""
    return {(name, int(step), value) for (name, step), value in cells(region).items()}


def click_step(page: Page, region: Locator, step: int, last: int) -> None:
    """Click where a step stands on the axis of a chart's first plot, once that has the width that it is given."""
    fits = "one => one.querySelector('.u-wrap')?.offsetWidth === one.clientWidth"
    wait_until(page, f"[...document.querySelectorAll('.chart-plot')].every({fits})")
    box = region.locator(".u-over").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * step / last, box["y"] + box["height"] / 2)


def test_the_strip_is_closed_at_a_first_visit_and_asks_for_nothing(page: Page, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    open_page(page, server)
    page.wait_for_timeout(300)

    for name in ("Loss", "Gradients"):
        expect(tab(page, name)).to_have_attribute("aria-selected", "false")
        expect(chart(page, name)).to_have_count(0)
    assert not [url for url in asked if "metrics" in url]


def test_what_draws_comes_after_the_first_frame(page: Page, server: Server) -> None:
    page.route("**/assets/plot-*.js", lambda route: None)  # never answered

    open_page(page, server)

    wait_for_t(page, 0)


class TestWithoutWhatDraws:
    @pytest.fixture
    def expected_noise(self) -> list[str]:
        return ["ERR_FAILED"]

    def test_the_words_and_the_table_are_there_and_it_is_said(self, page: Page, server: Server) -> None:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.route("**/assets/plot-*.js", lambda route: route.abort())
        open_page(page, server)
        run(page, server, granularity="batch", count=2)

        tab(page, "Loss").click()

        region = chart(page, "Loss")
        expect(region).to_contain_text("could not be loaded")
        expect(region).to_contain_text("step 1: loss 0.")
        expect(region.get_by_role("button", name="Picture")).to_be_disabled()
        assert drawn(region) == points(metrics(page, server), ["loss", "train_loss", "train_accuracy"])
        assert sum("plot-" in url for url in asked) < 8, "it is not asked for again and again"


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
@pytest.mark.parametrize("name", ["Loss", "Gradients"])
def test_a_chart_is_opened_and_closed(page: Page, server: Server, by: str, name: str) -> None:
    open_page(page, server)

    def choose() -> None:
        if by == "mouse":
            tab(page, name).click()
            return
        page.get_by_role("tablist", name="Charts").locator("[tabindex='0']").focus()
        if page.evaluate("document.activeElement.innerText") != name:
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")

    choose()
    expect(chart(page, name).locator("canvas").first).to_be_visible()
    expect(tab(page, name)).to_have_attribute("aria-selected", "true")
    choose()

    expect(chart(page, name)).to_have_count(0)


def test_after_playing_the_loss_that_is_drawn_is_the_api_s(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    region = open_chart(page, "Loss")
    page.get_by_role("radio", name="Batch").check(force=True)
    page.get_by_role("slider", name="Speed").fill("8")

    button(page, "Play").click()
    wait_until(page, f"Number(document.querySelector('.network').dataset.t) >= {12 * CIRCLE_TICKS}")
    pause(page)
    eventually(page, lambda: drawn(region) == points(metrics(page, server), LOSS_NAMES))

    series = metrics(page, server)
    assert list(series) == [
        "loss",
        "gradient_norm.hidden1",
        "gradient_norm.hidden2",
        "gradient_norm.output",
        *LOSS_NAMES[1:],
    ]
    assert len(series["loss"]["steps"]) >= 12


def test_the_gradients_that_are_drawn_are_the_api_s(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="batch", count=15)

    region = open_chart(page, "Gradients")

    names = [f"gradient_norm.{layer}" for layer in ("hidden1", "hidden2", "output")]
    assert drawn(region) == points(metrics(page, server), names)


WRITTEN = """
const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
CanvasRenderingContext2D.prototype.clearRect = function (...place) {
  this.canvas.written = [];
  clearRect.apply(this, place);
};
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  (this.canvas.written ??= []).push({ text, x, y, align: this.textAlign });
  fillText.call(this, text, x, y);
};
"""


def read_off(region: Locator, label: str) -> float:
    """The number at the end of a line, as a logarithmic axis has it; NaN where it is written nowhere."""
    written = region.locator("canvas").first.evaluate("(canvas) => canvas.written")
    end = next((one["y"] for one in written if one["text"] == label), math.nan)
    (low, low_at), *_, (high, high_at) = sorted(
        (float(one["text"].replace("−", "-")), one["y"]) for one in written if one["align"] == "right"
    )
    return float(low * (high / low) ** ((end - low_at) / (high_at - low_at)))


@pytest.mark.parametrize("rate", [0.01, 0.9])
def test_at_the_end_of_a_line_the_axis_has_its_number(page: Page, server: Server, rate: float) -> None:
    page.add_init_script(WRITTEN)
    data = {"inline": {"x": [[1]], "y": [[9]]}}
    sgd = {"type": "sgd", "learning_rate": rate}
    open_spec(page, server, {"layers": [{"units": 1}], "data": data, "loss": "mse", "optimizer": sgd})
    region = open_chart(page, "Gradients")
    page.get_by_role("radio", name="Batch").check(force=True)

    for step in range(3):
        button(page, "Step").click()
        eventually(page, lambda step=step: len(drawn(region)) == step + 1)
        (_, _, norm) = max(drawn(region), key=lambda point: point[1])
        eventually(page, lambda norm=norm: read_off(region, "output") == pytest.approx(norm, rel=0.01))


@pytest.mark.parametrize("name", ["Loss", "Gradients"])
def test_a_click_goes_to_that_step_and_its_numbers(page: Page, server: Server, name: str) -> None:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="epoch", count=3)
    region = open_chart(page, name)
    last = max(step for _, step, _ in drawn(region))
    schedule = server.get(f"/sessions/{session_id(page)}/graph")["schedule"]
    phase = {"Loss": "loss", "Gradients": "backward"}[name]
    tick = max(one["index"] for one in schedule if one["phase"] == phase) + 1

    click_step(page, region, 17, last)

    t = 17 * CIRCLE_TICKS + tick
    assert_shows_the_frame_of(page, server, t)
    assert network(page).get_attribute("data-phase") == phase
    assert server.get(f"/sessions/{session_id(page)}")["session"]["t"] == 30 * CIRCLE_TICKS, "looking moves no head"
    said = region.locator(".chart-said")
    expect(said).to_contain_text("step 17: ")
    if name == "Loss":
        loss = server.get(f"/sessions/{session_id(page)}/frames/{t}")["tensors"]["loss.value"]["values"]
        shown = said.locator("[data-series='loss']")
        assert float(shown.get_attribute("data-value") or "nan") == loss
        assert page.locator("[data-tensor='loss.value']").first.get_attribute("data-value") == str(loss)


def test_by_keyboard_a_step_is_looked_at_and_gone_to(page: Page, server: Server) -> None:
    open_page(page, server)
    run(page, server, granularity="batch", count=10)
    region = open_chart(page, "Loss")
    plot = region.get_by_role("slider", name="Loss, by step")
    losses = metrics(page, server)["loss"]["values"]

    plot.focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")

    expect(plot).to_have_attribute("aria-valuenow", "3")
    expect(region.locator(".chart-said [data-series='loss']")).to_have_attribute("data-value", repr(losses[3]))
    wait_for_t(page, 170)
    page.keyboard.press("Enter")
    assert_shows_the_frame_of(page, server, 3 * 17 + 5)


def test_the_words_follow_the_clock(page: Page, server: Server) -> None:
    open_page(page, server)
    region = open_chart(page, "Loss")
    said = region.locator(".chart-said")
    expect(said).to_contain_text("step 0: loss not computed yet")

    page.locator("body").focus()
    page.keyboard.press("Escape")
    for t in (1, 2):
        button(page, "Step").click()
        wait_for_t(page, t)
    page.get_by_role("radio", name="Batch").check(force=True)
    button(page, "Step").click()
    wait_for_t(page, 17)
    expect(said).to_contain_text("step 0: loss 0.")
    button(page, "Step").click()
    wait_for_t(page, 34)

    loss = server.get(f"/sessions/{session_id(page)}/frames/34")["tensors"]["loss.value"]["values"]
    expect(said).to_contain_text("step 1: loss 0.")
    expect(said.locator("[data-series='loss']")).to_have_attribute("data-value", repr(loss))


def test_after_a_rewind_only_what_is_left_is_drawn(page: Page, server: Server) -> None:
    open_page(page, server)
    run(page, server, granularity="epoch", count=2)
    region = open_chart(page, "Loss")
    assert ("train_loss", 8) in {(name, step) for name, step, _ in drawn(region)}

    button(page, "Reset").click()

    wait_for_t(page, 0)
    expect(region.get_by_role("table").locator("tbody tr")).to_have_count(1)
    assert drawn(region) == points(metrics(page, server), ["train_loss", "train_accuracy"])


def test_a_loss_that_is_not_finite_any_more_is_said_and_not_drawn(page: Page, server: Server) -> None:
    spec = {"preset": "circle", "optimizer": {"type": "sgd", "learning_rate": 3000}, "loss": {"type": "mse"}}
    layers = [{"type": "dense", "units": 4, "activation": "relu"}, {"type": "dense", "units": 1}]
    made = server.api.post("/sessions", json={**spec, "layers": layers})
    session = made.json()["session"]["id"]
    for _ in range(8):
        server.api.post(f"/sessions/{session}/steps", json={"granularity": "batch", "return": "none"})
    head = server.get(f"/sessions/{session}")["session"]
    assert head["status"] == "diverged"

    open_page(page, server, f"/s/{session}")
    region = open_chart(page, "Loss")

    expect(region.locator(".chart-said [data-series='loss']")).to_have_attribute("data-value", str(head["loss"]))
    expect(region.locator(".chart-said")).to_contain_text("∞" if head["loss"] == "Infinity" else "NaN")
    assert region.get_by_role("slider").first.get_attribute("aria-valuenow") == str(head["step"] - 1)


def test_the_numbers_are_given_as_csv(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="batch", count=1234)
    region = open_chart(page, "Loss")

    name, table = numbers_file(page, region)

    assert name == "backscope-loss.csv"
    found = {(name, int(row["step"]), float(row[name])) for row in table for name in LOSS_NAMES if row[name]}
    assert found == points(metrics(page, server), LOSS_NAMES)
    assert [int(row["step"]) for row in table] == list(range(1234))


def test_of_a_long_run_the_words_have_the_step_s_own_loss_and_say_where_a_norm_is_from(
    page: Page, server: Server
) -> None:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="batch", count=3000)
    series = server.get(f"/sessions/{session_id(page)}/metrics")["series"]
    region = open_chart(page, "Gradients")
    click_step(page, region, 1500, 2999)
    page.mouse.move(5, 5)
    page.get_by_role("radio", name="Batch").check(force=True)
    drawn_steps = {step for name in ("loss", "gradient_norm.output") for step in series[name]["steps"]}
    expect(network(page)).to_have_attribute("data-phase", "backward")
    step = int(network(page).get_attribute("data-step") or 0)
    while step in drawn_steps:
        step += 1
        button(page, "Step").click()
        wait_for_t(page, step * CIRCLE_TICKS)
    button(page, "Step").click()
    t = (step + 1) * CIRCLE_TICKS
    wait_for_t(page, t)

    region = chart(page, "Gradients")
    nearest = region.locator(".chart-said [data-series='gradient_norm.output']")
    expect(region.locator(".chart-said")).to_contain_text(f"step {step}: ")
    at = int(nearest.get_attribute("data-step") or 0)
    expect(region.locator(".chart-said")).to_contain_text(f"at step {at}")
    assert nearest.get_attribute("data-value") == repr(
        dict(zip(*series["gradient_norm.output"].values(), strict=True))[at]
    )
    region = open_chart(page, "Loss")
    loss = server.get(f"/sessions/{session_id(page)}/frames/{t}")["tensors"]["loss.value"]["values"]
    expect(region.locator(".chart-said [data-series='loss']")).to_have_attribute("data-value", repr(loss))


@pytest.mark.parametrize("name", ["Loss", "Gradients"])
def test_the_picture_is_given_as_png(page: Page, server: Server, name: str) -> None:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="epoch", count=2)
    region = open_chart(page, name)

    file, width, height, ink = picture_file(page, region)

    assert file == f"backscope-{name.lower()}.png"
    canvases = region.locator("canvas").evaluate_all("all => all.map(canvas => canvas.width)")
    assert width > sum(canvases)
    assert height > 140
    assert ink > 1000, "a line, axes and words are on it"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["Loss", "Gradients"])
def test_axe_finds_nothing(page: Page, server: Server, scheme: str, name: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    open_page(page, server, "/?preset=circle")
    assert violations(page) == []
    run(page, server, granularity="epoch", count=2)
    region = open_chart(page, name)
    assert drawn(region)

    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_written_on_the_canvas_stands_out(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="epoch", count=2)

    for name in ("Loss", "Gradients"):
        strongest = open_chart(page, name).locator("canvas").first.evaluate(STRONGEST)

        assert min(strongest) >= 4.5, f"{name}: upright axis, steps, names of lines: {strongest}"


def test_a_chosen_theme_repaints_the_chart(page: Page, server: Server) -> None:
    page.emulate_media(color_scheme="light")
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="epoch", count=2)
    canvas = open_chart(page, "Gradients").locator("canvas")

    before = canvas.evaluate("canvas => canvas.toDataURL()")
    button(page, "Theme").click()

    eventually(page, lambda: canvas.evaluate("canvas => canvas.toDataURL()") != before)
    assert min(canvas.evaluate(STRONGEST)) >= 4.5


@pytest.mark.parametrize("width", [360, 400, 768, 1024, 1280])
def test_nothing_scrolls_sideways_and_nothing_is_too_small(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="epoch", count=2)

    for name in ("Loss", "Gradients"):
        region = open_chart(page, name)
        drawn(region)
        page.set_viewport_size({"width": width, "height": 800})
        eventually(page, partial(is_inside, region.locator("canvas").first, region))

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        sizes = region.locator("*").evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).fontSize))")
        assert min(sizes) >= 12
