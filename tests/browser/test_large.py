"""Networks that are too large to be drawn whole: deep ones fold, wide ones are cells, and every number is true."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import (
    assert_headings_are_whole,
    assert_shows_the_frame_of,
    network,
    open_page,
    session_id,
    violations,
    wait_for_t,
)
from tests.browser.serving import Server

PROJECTORS = [(1440, 900), (1280, 720)]

DEEP: dict[str, Any] = {
    "name": "Twelve layers",
    "data": {"dataset": "xor"},
    "layers": [*({"units": 16, "activation": "sigmoid"} for _ in range(12)), {"units": 1}],
    "loss": "bce_with_logits",
    "optimizer": {"type": "sgd", "learning_rate": 0.1},
}
WIDE: dict[str, Any] = {
    "name": "Sixty-four inputs",
    "data": {"dataset": "digits"},
    "batch_size": 5,
    "layers": [{"units": 16, "activation": "relu"}, {"units": 10}],
    "loss": "cross_entropy",
    "optimizer": {"type": "adam", "learning_rate": 0.01, "clip_norm": 1},
}
PARTED: dict[str, Any] = {
    "name": "Two micro-batches a step",
    "data": {"dataset": "iris"},
    "batch_size": 3,
    "accumulate": 2,
    "layers": [{"units": 8, "activation": "tanh"}, {"units": 3, "activation": "softmax"}],
    "loss": "mse",
    "optimizer": {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9},
}
SPECS = {"deep": DEEP, "wide": WIDE, "parted": PARTED}


def open_spec(page: Page, server: Server, spec: dict[str, Any], size: tuple[int, int] = (1440, 900)) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    made = server.api.post("/sessions", json=spec)
    assert made.status_code == 201, made.text
    open_page(page, server, f"/s/{made.json()['session']['id']}")


def step_to(page: Page, t: int) -> None:
    for now in range(int(network(page).get_attribute("data-t") or 0) + 1, t + 1):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, now)


def overflows(page: Page) -> dict[str, bool]:
    """Which of the page and the network are larger than what is seen of them."""
    return {
        name: page.evaluate(f"(e => {measure})(document.querySelector('{element}'))")
        for name, element, measure in (
            ("sideways", "html", "e.scrollWidth > innerWidth"),
            ("network sideways", ".stage", "e.scrollWidth > e.clientWidth"),
            ("network down", ".stage", "e.scrollHeight > e.clientHeight"),
        )
    }


def test_an_example_of_many_numbers_is_a_picture_in_its_row(page: Page, server: Server) -> None:
    open_spec(page, server, WIDE)

    picture = page.get_by_role("radiogroup", name="Sample", exact=True).get_by_role("img", name="64 numbers").first

    expect(picture).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("name", SPECS)
def test_a_whole_batch_shows_the_frames_of_the_api(page: Page, server: Server, name: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_spec(page, server, SPECS[name])
    ticks = server.get(f"/sessions/{session_id(page)}")["session"]["ticks_per_step"]

    for t in range(1, ticks + 2):
        page.keyboard.press("ArrowRight")
        assert assert_shows_the_frame_of(page, server, t) > 10
    page.keyboard.press("ArrowLeft")
    assert_shows_the_frame_of(page, server, ticks)


@pytest.mark.parametrize("size", PROJECTORS)
@pytest.mark.parametrize("name", SPECS)
def test_on_a_projector_all_of_it_is_seen_without_scrolling(
    page: Page, server: Server, name: str, size: tuple[int, int]
) -> None:
    open_spec(page, server, SPECS[name], size)

    for t in (0, 8, 30):
        step_to(page, t)
        assert not any(overflows(page).values()), overflows(page)
    sizes = page.locator(".network .number").evaluate_all(
        "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 14


@pytest.mark.parametrize("name", SPECS)
def test_on_a_phone_nothing_scrolls_sideways(page: Page, server: Server, name: str) -> None:
    open_spec(page, server, SPECS[name], (400, 850))

    step_to(page, 8)

    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    words = page.locator(".phases .forward, .phases .loss, .phases .backward, .phases .update")
    assert words.evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText)") == []


@pytest.mark.parametrize("name", ["deep", "wide"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, server: Server, name: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    open_spec(page, server, SPECS[name])
    step_to(page, 7)
    page.wait_for_timeout(200)

    assert violations(page) == []


def left(page: Page, unit: str) -> float:
    box = page.locator(f"[data-unit='{unit}']").bounding_box()
    assert box
    return box["x"]


def gap_before(page: Page, layer: int) -> float:
    return left(page, f"hidden{layer}.0") - left(page, f"hidden{layer - 1}.0")


def test_repeated_layers_are_folded_and_open_where_the_tick_is(page: Page, server: Server) -> None:
    open_spec(page, server, DEEP)
    fold = network(page).get_by_role("button", name="hidden1 – hidden12 × 12", exact=True)
    expect(fold).to_have_attribute("aria-expanded", "false")

    step_to(page, 9)

    expect(page.locator("[data-layer='hidden5']")).to_contain_text("hidden5")
    assert gap_before(page, 5) > 60
    assert all(gap_before(page, layer) < 30 for layer in (2, 3, 4, 6, 7, 8, 9, 10, 11, 12))
    assert page.locator("[data-unit]").count() == 2 + 12 * 16 + 1


def test_they_are_unfolded_and_folded_again_by_keyboard_alone(page: Page, server: Server) -> None:
    open_spec(page, server, DEEP)
    step_to(page, 3)
    fold = network(page).get_by_role("button", name="hidden1 – hidden12 × 12", exact=True)
    page.locator(".sizes input:checked").focus()

    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if fold.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")

    expect(fold).to_have_attribute("aria-expanded", "true")
    expect(fold).to_be_focused()
    assert all(gap_before(page, layer) > 30 for layer in range(2, 13))
    assert not any(overflows(page).values())
    assert_shows_the_frame_of(page, server, 3)
    page.keyboard.press("Space")
    expect(fold).to_have_attribute("aria-expanded", "false")
    assert gap_before(page, 9) < 30


def test_unfolding_with_the_mouse_leaves_the_keys_to_time(page: Page, server: Server) -> None:
    open_spec(page, server, DEEP)

    page.get_by_role("button", name="hidden1 – hidden12 × 12").click()
    page.keyboard.press("ArrowRight")

    assert_shows_the_frame_of(page, server, 1)


def test_every_cell_is_a_unit_that_can_be_reached_and_asked(page: Page, server: Server) -> None:
    open_spec(page, server, WIDE)
    step_to(page, 2)
    address = page.get_by_role("region", name="Inspector", exact=True).locator(".address")

    page.locator("[data-unit='input.0']").focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")

    cell = page.locator("[data-unit='input.10']")
    expect(cell).to_be_focused()
    value = server.get(f"/sessions/{session_id(page)}/frames/2")["tensors"]["input.a"]["values"][0][10]
    expect(cell).to_have_attribute("title", f"input.a[0,10] = {value:g}")
    page.keyboard.press("Enter")
    expect(address).to_contain_text("input.a[0,10]")
    expect(cell).to_have_attribute("aria-current", "true")
    page.locator("[data-unit='input.63']").click()
    expect(address).to_contain_text("input.a[0,63]")
    assert_shows_the_frame_of(page, server, 2)


def test_a_unit_of_a_wide_layer_has_its_last_number_and_a_class_is_its_examples_target(
    page: Page, server: Server
) -> None:
    open_spec(page, server, WIDE)
    unit = page.locator("[data-unit='output.3'] [data-tensor]")

    for t, tensor in enumerate(["output.a"] * 3 + ["output.z", "output.a", "loss.p", "output.da", "output.dz"]):
        step_to(page, t)
        expect(unit).to_have_count(1)
        expect(unit).to_have_attribute("data-tensor", tensor)
    page.get_by_role("radio", name="example 2 of 5").click()
    frame = server.get(f"/sessions/{session_id(page)}/frames/7")["tensors"]
    target = page.locator("[data-layer='loss'] [data-tensor='target.y']")
    expect(target).to_have_attribute("data-index", "2")
    expect(target).to_have_attribute("data-value", f"{frame['target.y']['values'][2]:g}")
    assert_shows_the_frame_of(page, server, 7)


def test_in_the_backward_pass_a_cell_of_a_plane_s_network_is_tinted_by_its_gradient(page: Page, server: Server) -> None:
    deep = [{"units": 16, "activation": "sigmoid"} for _ in range(12)]
    open_spec(page, server, {**DEEP, "layers": [*deep, {"units": 1}]}, (1280, 720))
    ticks = len(server.get(f"/sessions/{session_id(page)}/graph")["schedule"])
    page.keyboard.press("4")
    maps = page.locator("[data-layer='hidden1'] canvas.map")
    expect(maps.first).to_be_visible()

    page.keyboard.press("ArrowRight")
    wait_for_t(page, ticks)

    expect(maps.first).to_be_hidden()
    for layer, least, most in (("hidden12", 5, 100), ("hidden1", 0, 1)):
        cell = page.locator(f"[data-layer='{layer}'] .unit.cell").first
        assert least <= float(cell.evaluate("one => one.style.getPropertyValue('--tint')").rstrip("%")) <= most


def huge() -> dict[str, Any]:
    """A layer with more weights than a frame brings, and a batch that has more inputs than that."""
    drawn = Random(7)
    x = [[round(drawn.random(), 3) for _ in range(700)] for _ in range(100)]
    return {
        "data": {"inline": {"x": x, "y": [i % 3 for i in range(100)]}},
        "batch_size": 100,
        "layers": [{"units": 100, "activation": "relu"}, {"units": 3}],
        "loss": "cross_entropy",
        "optimizer": {"type": "sgd", "learning_rate": 0.1},
    }


def test_what_is_too_large_to_come_whole_is_asked_for_where_it_is_looked_at(page: Page, server: Server) -> None:
    open_spec(page, server, huge())
    session = f"/sessions/{session_id(page)}"
    schedule = server.get(f"{session}/graph")["schedule"]
    computed = next(i for i, tick in enumerate(schedule, 1) if "hidden1.dW" in tick["writes"])
    moved = next(i for i, tick in enumerate(schedule, 1) if "hidden1.W" in tick["writes"])
    assert "summary" in server.get(f"{session}/frames/0")["tensors"]["hidden1.W"]

    step_to(page, computed)
    expect(page.get_by_role("status").first).not_to_contain_text("Ready")
    page.locator("[data-unit='hidden1.5']").click()

    own = page.locator(".unit-numbers [data-tensor='hidden1.W']")
    expect(own).to_have_count(64)
    row = server.get(f"{session}/tensors/hidden1.W?rows=5:6")["values"][0]
    strongest = sorted(range(700), key=lambda i: -abs(row[i]))[:64]
    shown = {(one.get_attribute("data-index"), float(one.get_attribute("data-value") or "nan")) for one in own.all()}
    assert shown == {(f"5,{i}", row[i]) for i in strongest}
    gradients = server.get(f"{session}/tensors/hidden1.dW?rows=5:6")["values"][0]
    for one in page.locator(".unit-numbers [data-tensor='hidden1.dW']").all():
        index = int((one.get_attribute("data-index") or "").split(",")[1])
        assert float(one.get_attribute("data-value") or "nan") == gradients[index]

    own.first.click()
    expect(page.locator(".inspector")).not_to_contain_text("not computed yet")
    step_to(page, moved)
    expect(page.get_by_role("status").first).to_contain_text("hidden1: W[5,")
    expect(page.locator(".unit-numbers")).not_to_contain_text("–")

    page.locator("[data-unit='input.7']").click()
    x = server.get(f"{session}/tensors/input.a?rows=0:1")["values"][0]
    expect(page.locator(".inspector [data-tensor='input.a']").first).to_have_attribute("data-value", f"{x[7]:g}")


PHONES: list[tuple[str, int]] = [("/?preset=iris", 400), ("/?preset=moons", 360), ("deepest", 400), ("deepest", 320)]
DEEPEST = {**DEEP, "batch_size": 4, "layers": [{"units": 16, "activation": "sigmoid"}] * 32 + [{"units": 1}]}
COVERED = """() => { const zoom = [...document.querySelectorAll('.zoom > *')].map((one) => one.getBoundingClientRect());
  return [...document.querySelectorAll('.network :is(.layer-name *, .unit, .loss, .loss .number)')].filter((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return zoom.some((z) => left < z.right && z.left < right && top < z.bottom && z.top < bottom)
  }).map((one) => one.outerHTML) }"""
IN_LOSS = """(loss) => { const circle = loss.querySelector('.circle').getBoundingClientRect();
  return [...loss.querySelectorAll('.circle > *')].filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    return left < circle.left || right > circle.right }).map((one) => one.innerText) }"""


@pytest.mark.parametrize(("shown", "width"), PHONES)
def test_on_a_phone_nothing_covers_a_heading_and_the_loss_stays_in_its_circle(
    page: Page, server: Server, shown: str, width: int
) -> None:
    if shown == "deepest":
        open_spec(page, server, DEEPEST, (width, 640))
    else:
        page.set_viewport_size({"width": width, "height": 850})
        open_page(page, server, shown)
    page.locator(".sizes label", has_text="Batch").click()
    page.get_by_role("button", name="Step", exact=True).click()
    expect(network(page)).to_have_attribute("data-step", "1")

    assert page.evaluate(COVERED) == []
    assert page.locator(".network .loss").evaluate(IN_LOSS) == []
    assert_headings_are_whole(page)
    assert_shows_the_frame_of(page, server, int(network(page).get_attribute("data-t") or 0))


@pytest.mark.parametrize("width", [1280, 1440])
def test_a_slim_unit_s_bias_is_marked_and_can_be_pointed_at_heard_and_reached_by_key(
    page: Page, server: Server, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    open_page(page, server, "/?preset=circle")
    unit = network(page).locator("[data-unit='hidden1.2']")
    expect(unit).to_have_class(re.compile("slim"))
    value = server.get(f"/sessions/{session_id(page)}/frames/0")["tensors"]["hidden1.b"]["values"][2]
    bias = unit.get_by_role("button", name=f"hidden1.b[2], bias, {str(value).removesuffix('.0')}", exact=True)
    box = bias.bounding_box()
    assert box
    ink = (
        network(page)
        .locator(".edges")
        .evaluate(
            """(canvas, { x, y }) => {
          const { left, top } = canvas.getBoundingClientRect();
          const at = [x - left, y - top].map(one => Math.round(one * devicePixelRatio));
          const { data } = canvas.getContext("2d").getImageData(at[0] - 6, at[1] - 6, 12, 12);
          return data.filter((one, i) => i % 4 === 3 && one > 0).length;
        }""",
            {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2},
        )
    )
    assert ink >= 30

    bias.hover()
    tag = network(page).locator(".tag")
    expect(tag.locator("[data-tensor='hidden1.b'][data-index='2']")).to_be_visible()
    bias.click()
    expect(page.locator(".address code")).to_have_text("hidden1.b[2]")
    assert violations(page) == []

    unit.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".address code")).to_have_text("hidden1.a[0,2]")
    listed = page.get_by_role("region", name="Inspector", exact=True).locator(
        "[data-tensor='hidden1.b'][data-index='2']"
    )
    for _ in range(40):
        page.keyboard.press("Tab")
        if listed.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".address code")).to_have_text("hidden1.b[2]")
