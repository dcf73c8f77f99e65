"""What the network answers over the plane of two inputs: a picture in every unit, and a chart with the data."""

from __future__ import annotations

import math
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.charting import (
    STRONGEST,
    assert_fits,
    assert_picture,
    cells,
    chart,
    eventually,
    numbers_file,
    open_chart,
    open_spec,
    run,
    tab,
)
from tests.browser.looking import button, network, open_page, session_id, violations, wait_for_t
from tests.browser.serving import Server

CIRCLE_TICKS = 25
SIDE = 20
FULL = 0.85
THREE_CLOUDS: dict[str, Any] = {
    "data": {"dataset": "blobs", "samples": 60},
    "batch_size": 10,
    "layers": [{"units": 4, "activation": "tanh"}, {"units": 3}],
    "loss": "cross_entropy",
    "optimizer": {"type": "sgd", "learning_rate": 0.1},
}

COPY = """const copy = canvas => {
  const own = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
  own.drawImage(canvas, 0, 0);
  return own }"""
READ_MAPS = f"""() => {{ {COPY}
  return Object.fromEntries([...document.querySelectorAll('.network canvas.map')].map(canvas => [
  `${{canvas.dataset.map}}.${{canvas.dataset.mapUnit}}`,
  [...copy(canvas).getImageData(0, 0, canvas.width, canvas.height).data]])) }}"""
READ_TOKENS = """names => { const probe = document.body.appendChild(document.createElement('span'));
  const read = name => { probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(Number) };
  const found = Object.fromEntries(names.map(name => [name, read(name)])); probe.remove(); return found }"""


def pictures(page: Page) -> dict[str, list[int]]:
    found: dict[str, list[int]] = page.evaluate(READ_MAPS)
    return found


def wait_for_pictures(page: Page) -> dict[str, list[int]]:
    """The pictures, once there is one in every unit."""
    eventually(page, lambda: all(len(one) == 4 * SIDE**2 for one in pictures(page).values()))
    return pictures(page)


def colour_at(picture: list[int], row: int, column: int) -> list[int]:
    """Of a point of the map, whose rows count from below."""
    first = 4 * ((SIDE - 1 - row) * SIDE + column)
    return picture[first : first + 3]


def expected(tokens: dict[str, list[float]], share: float) -> list[float]:
    """The colour of a number that is this share of what the scale reaches."""
    hue = tokens["negative" if share < 0 else "positive"]
    part = FULL * min(1.0, abs(share))
    return [a + part * (b - a) for a, b in zip(tokens["panel"], hue, strict=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_unit_shows_what_the_api_says_it_answers(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="batch", count=60)
    tokens = page.evaluate(READ_TOKENS, ["panel", "positive", "negative"])
    maps = server.get(f"/sessions/{session_id(page)}/maps?resolution={SIDE}")

    shown = wait_for_pictures(page)

    assert len(shown) == 2 + 4 + 2 + 1
    widest = max(abs(at) for at in [*maps["x"], *maps["y"]])
    for name, picture in shown.items():
        layer, unit = name.rsplit(".", 1)
        for row in range(0, SIDE, 3):
            for column in range(0, SIDE, 3):
                if layer == "input":
                    share = [maps["x"][column], maps["y"][row]][int(unit)] / widest
                elif layer == "output":
                    share = (maps["tensors"]["loss.p"]["values"][row][column][0] - 0.5) / 0.5
                else:
                    share = maps["tensors"][f"{layer}.a"]["values"][row][column][int(unit)]
                colour = expected(tokens, share)
                for is_, should in zip(colour_at(picture, row, column), colour, strict=True):
                    assert abs(is_ - should) <= 2, f"{name} at {column},{row}: {share}"


def test_the_pictures_change_with_the_weights_and_come_back_with_them(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    before = wait_for_pictures(page)
    page.get_by_role("radio", name="Epoch").check(force=True)

    button(page, "Step").click()
    wait_for_t(page, 10 * CIRCLE_TICKS)

    changed = {name for name in before if not name.startswith("input")}
    eventually(page, lambda: all(pictures(page)[name] != before[name] for name in changed))
    button(page, "Step back").click()
    wait_for_t(page, 0)
    eventually(page, lambda: pictures(page) == before)


def test_a_step_waits_for_no_picture(page: Page, server: Server) -> None:
    page.route("**/maps?**", lambda route: None)  # never answered
    open_page(page, server)

    for t in range(1, 4):
        button(page, "Step").click()
        wait_for_t(page, t)

    expect(network(page).locator("canvas.map")).to_have_count(2 + 3 + 1)


PLATES = """all => all.map(number => {
  const digits = number.querySelector('.digits');
  return [getComputedStyle(number).backgroundColor, getComputedStyle(digits).color].map(
    colour => colour.match(/[\\d.]+/g).map(Number));
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_on_pictures_stand_on_a_plate_of_their_own(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_page(page, server, "/?preset=circle")
    page.keyboard.press("ArrowRight")
    wait_for_t(page, 1)
    wait_for_pictures(page)

    def luminance(rgb: list[float]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    plates = network(page).locator(".box:has(canvas.map) .number").evaluate_all(PLATES)
    assert len(plates) >= 6
    for plate, digits in plates:
        assert len(plate) == 3, "nothing shines through"
        dark, light = sorted((luminance(plate), luminance(digits[:3])))
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_where_the_inputs_are_no_plane_there_is_neither_picture_nor_chart(page: Page, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    open_page(page, server, "/?preset=iris")
    page.wait_for_timeout(300)

    expect(network(page).locator("canvas.map")).to_have_count(0)
    expect(tab(page, "Loss")).to_be_visible()
    expect(tab(page, "Boundary")).to_have_count(0)
    assert not [url for url in asked if "/maps" in url]


ADD_UNDERLAY = """() => {
  const canvas = document.querySelector('#page').appendChild(document.createElement('canvas'));
  Object.assign(canvas, { id: 'underlay', width: 60, height: 40 });
  canvas.dataset.boundary = '-20,20,-20,20';
  canvas.dispatchEvent(new Event('boundary', { bubbles: true }));
}"""
READ_UNDERLAY = f"""() => {{ {COPY}
  const {{ data }} = copy(document.querySelector('#underlay')).getImageData(0, 0, 60, 40);
  return [[1, 1], [30, 20]].map(([x, y]) => [...data.slice(4 * (60 * y + x), 4 * (60 * y + x) + 4)]) }}"""


def test_wherever_a_part_of_the_plane_is_shown_the_answer_lies_under_it(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="epoch", count=30)
    wait_for_pictures(page)
    tokens = page.evaluate(READ_TOKENS, ["panel", "positive", "negative"])

    page.evaluate(ADD_UNDERLAY)

    corner, middle = page.evaluate(READ_UNDERLAY)
    assert corner[3] == 0, "beyond the map there is nothing"
    assert middle[3] == 255
    answer = server.api.post(f"/sessions/{session_id(page)}/predictions", json={"x": [[0, 0]]}).json()
    probability = 1 / (1 + math.exp(-answer["tensors"]["output.a"]["values"][0][0]))
    share = 2 * probability - 1
    assert all(abs(is_ - should) < 20 for is_, should in zip(middle, expected(tokens, share), strict=False))


# The chart


def boundary(page: Page) -> Locator:
    region = open_chart(page, "Boundary")
    expect(region.locator(".chart-said")).to_contain_text("over the plane")
    return region


def test_a_place_says_its_point_and_every_answer_there(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="batch", count=30)
    region = boundary(page)
    maps = server.get(f"/sessions/{session_id(page)}/maps?resolution=40&layers=output,loss")

    region.get_by_role("application").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")

    said = region.locator(".chart-said [data-row='19,25']")
    expect(said).to_have_count(4)
    values = {"x0": maps["x"][19], "x1": maps["y"][25]}
    values |= {name: tensor["values"][25][19][0] for name, tensor in maps["tensors"].items()}
    for name, value in values.items():
        number = region.locator(f".chart-said [data-column='{name}']")
        assert float(number.get_attribute("data-value") or "nan") == value
    page.keyboard.press("Escape")
    expect(said).to_have_count(0)


def test_the_pointer_reads_the_point_that_is_nearest(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    region = boundary(page)
    box = region.get_by_role("application").bounding_box()
    assert box
    maps = server.get(f"/sessions/{session_id(page)}/maps?resolution=40&layers=output")

    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    expect(region.locator(".chart-said [data-column='x0']")).to_be_visible()
    row = region.locator(".chart-said [data-column='x0']").get_attribute("data-row") or ""
    column, line = map(int, row.split(","))
    assert 12 < column < 28
    assert 12 < line < 28
    answer = region.locator(".chart-said [data-column='output.a']").get_attribute("data-value")
    assert float(answer or "nan") == maps["tensors"]["output.a"]["values"][line][column][0]


def test_the_chart_follows_the_cursor(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    run(page, server, granularity="epoch", count=5)
    region = boundary(page)
    late = cells(region)

    button(page, "Reset").click()
    wait_for_t(page, 0)

    first = server.get(f"/sessions/{session_id(page)}/maps?resolution=40&layers=loss&t=0")["tensors"]["loss.p"][
        "values"
    ]
    eventually(page, lambda: cells(region) != late)
    assert cells(region)[("loss.p", "39,39")] == first[39][39][0]


def test_the_numbers_and_the_picture_are_given_away(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    region = boundary(page)
    maps = server.get(f"/sessions/{session_id(page)}/maps?resolution=40&layers=output,loss")

    name, rows = numbers_file(page, region)

    assert name == "backscope-boundary.csv"
    assert len(rows) == 1600
    for row in rows[::97]:
        column, line = map(int, row["point"].split(","))
        assert float(row["x0"]) == maps["x"][column]
        assert float(row["x1"]) == maps["y"][line]
        assert float(row["loss.p"]) == maps["tensors"]["loss.p"]["values"][line][column][0]
    assert_picture(page, region, "backscope-boundary.png")


def test_of_three_classes_the_chosen_one_s_probability_is_shown(page: Page, server: Server) -> None:
    session = open_spec(page, server, THREE_CLOUDS, batches=40)
    region = boundary(page)
    before = region.locator("canvas").evaluate("canvas => canvas.toDataURL()")
    expect(region.locator(".chart-said")).to_contain_text("inside the line it is the largest")

    region.get_by_label("Class").select_option("2")

    expect(region.locator(".chart-said")).to_contain_text("of 2 over the plane")
    assert region.locator("canvas").evaluate("canvas => canvas.toDataURL()") != before
    maps = server.get(f"/sessions/{session}/maps?resolution=40&layers=loss")
    assert cells(region)[("loss.p[2]", "39,39")] == maps["tensors"]["loss.p"]["values"][39][39][2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_the_axes_stand_out(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    open_spec(page, server, THREE_CLOUDS, batches=5)
    wait_for_pictures(page)
    region = boundary(page)
    assert cells(region)

    assert violations(page) == []
    assert min(region.locator("canvas").evaluate(STRONGEST)[:2]) >= 4.5


@pytest.mark.parametrize("width", [360, 400, 1280])
def test_the_chart_fits_every_width(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    open_page(page, server, "/?preset=circle")
    region = boundary(page)
    cells(region)

    assert_fits(page, region, width)
    expect(chart(page, "Boundary").locator("canvas")).to_be_visible()
