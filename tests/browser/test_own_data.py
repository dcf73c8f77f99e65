"""The data panel: rows are where the API has them, and rows of one's own are drawn or uploaded and trained on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.engine import datasets
from tests.browser.building import REFUSED, at, box, choice, spec_of, wait_for_spec
from tests.browser.looking import (
    assert_shows_the_frame_of,
    button,
    field,
    open_page,
    session_id,
    violations,
    wait_for_t,
)
from tests.browser.serving import Server

FLOWERS = Path(datasets.__file__).parent / "files" / "iris.csv"
PIXELS = """(canvas, places) => { const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  return places.map(([x, y]) => { const at = 4 * (Math.floor(y * height) * width + Math.floor(x * width));
    return [...data.slice(at, at + 4)] }) }"""
"""The colours at places that are given in shares of a canvas."""
HUE = """name => { const probe = document.body.appendChild(document.createElement('span'));
  probe.style.color = `var(--${name})`; const [r, g, b] = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
  probe.remove(); return [r, g, b, 255] }"""
FITTING = pytest.mark.parametrize("expected_noise", [[REFUSED]], ids=["with the loss and the output refused first"])


def data_region(page: Page) -> Locator:
    return page.get_by_role("region", name="Data", exact=True)


def bounds(page: Page) -> list[float]:
    """Which part of the plane the picture shows."""
    text = page.locator("canvas.boundary").get_attribute("data-boundary")
    assert text
    return [float(number) for number in text.split(",")]


def place(page: Page, row: list[float]) -> tuple[float, float]:
    """Where a row stands in the picture, in shares of its size."""
    left, right, low, high = bounds(page)
    return (row[0] - left) / (right - left), (high - row[1]) / (high - low)


def rings(page: Page) -> dict[int, tuple[float, float]]:
    """The marked examples of the batch, and where they are."""
    found: list[list[Any]] = page.evaluate(
        "[...document.querySelectorAll('[data-sample].ring')].map(e => "
        "[Number(e.dataset.sample), parseFloat(e.getAttribute('cx')), parseFloat(e.getAttribute('cy'))])"
    )
    return {sample: (x / 100, y / 100) for sample, x, y in found}


def test_each_row_of_two_inputs_stands_where_the_api_has_it_in_the_hue_of_its_class(page: Page, server: Server) -> None:
    open_page(page, server)
    points = page.locator("canvas.points")
    expect(points).to_be_visible()
    data = server.get(f"/sessions/{session_id(page)}/data")
    hues = [page.evaluate(HUE, "negative"), page.evaluate(HUE, "positive")]

    *dots, between = points.evaluate(PIXELS, [*(place(page, row) for row in data["x"]["values"]), (0.5, 0.5)])

    assert dots == [hues[int(target[0])] for target in data["y"]["values"]]
    assert between == [0, 0, 0, 0], "a boundary below is seen"


def test_rows_that_are_held_out_are_hollow(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    points = page.locator("canvas.points")
    expect(points).to_be_visible()
    data = server.get(f"/sessions/{session_id(page)}/data")
    panel = page.evaluate(HUE, "panel")

    learned, held = data["x"]["values"], data["test_x"]["values"]
    found = points.evaluate(PIXELS, [place(page, row) for row in (*learned, *held)])
    assert found[: len(learned)].count(panel) < len(learned) / 4, "but for those that another row lies on"
    assert found[len(learned) :].count(panel) > 0.7 * len(held)
    expect(page.get_by_role("img", name="200 rows in 2 classes, 100 of them held out", exact=False)).to_be_visible()


def test_the_batch_is_marked_and_a_click_on_one_of_its_points_chooses_that_example(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    expect(page.locator("[data-sample].ring")).to_have_count(10)
    frame = server.get(f"/sessions/{session_id(page)}/frames/0")
    rows = frame["tensors"]["input.a"]["values"]

    shown = rings(page)
    for sample, row in enumerate(rows):
        assert shown[sample] == pytest.approx(place(page, row), abs=1e-9)
    picture = page.get_by_role("img", name="200 rows", exact=False)
    size = picture.bounding_box()
    assert size
    x, y = shown[7]
    picture.click(position={"x": x * size["width"], "y": y * size["height"]})

    expect(page.locator(".network")).to_have_attribute("data-sample", "7")
    expect(page.get_by_role("radio", name="example 7 of 10", exact=True)).to_be_checked()
    expect(page.locator(".ring.chosen")).to_have_attribute("data-sample", "7")


def test_with_one_input_a_row_is_as_high_as_its_target(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=sine")
    expect(page.locator("[data-sample].ring")).to_have_count(10)
    tensors = server.get(f"/sessions/{session_id(page)}/frames/0")["tensors"]

    shown = rings(page)
    for sample, (x, y) in enumerate(zip(tensors["input.a"]["values"], tensors["target.y"]["values"], strict=True)):
        assert shown[sample] == pytest.approx(place(page, [x[0], y[0]]), abs=1e-9)


def test_the_batch_of_the_moment_is_marked_and_rows_of_many_inputs_are_no_picture(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    expect(page.locator("[data-sample].ring")).to_have_count(10)
    before = rings(page)
    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    wait_for_t(page, server.get(f"/sessions/{session_id(page)}")["session"]["ticks_per_step"] + 1)

    assert rings(page) != before
    choice(page, "Example").select_option("digits")
    expect(page.locator(".scatter")).to_have_count(0)


# Drawing


def surface(page: Page) -> Locator:
    return page.get_by_role("application", name="Points", exact=True)


def drawn(page: Page) -> list[tuple[list[float], float]]:
    found: list[list[str]] = (
        surface(page).locator("[data-point]").evaluate_all("all => all.map(e => [e.dataset.at, e.dataset.target])")
    )
    return [([float(number) for number in where.split(",")], float(target)) for where, target in found]


def start_drawing(page: Page) -> None:
    button(page, "Draw points").click()
    expect(surface(page)).to_be_visible()


def click_at(page: Page, x: float, y: float, **options: Any) -> None:
    size = surface(page).bounding_box()
    assert size
    surface(page).click(position={"x": x * size["width"], "y": y * size["height"]}, **options)


def test_points_are_placed_moved_and_removed_by_mouse_and_trained_on(page: Page, server: Server) -> None:
    open_page(page, server)
    start_drawing(page)

    click_at(page, 0.25, 0.25)
    page.get_by_role("radio", name="class 1", exact=True).check()
    click_at(page, 0.75, 0.25)
    click_at(page, 0.5, 0.5)
    assert [target for _, target in drawn(page)] == [0, 1, 1]
    assert drawn(page)[0][0] == pytest.approx([-3, 3], abs=0.1)
    size = surface(page).bounding_box()
    assert size
    page.mouse.move(size["x"] + 0.5 * size["width"], size["y"] + 0.5 * size["height"])
    page.mouse.down()
    page.mouse.move(size["x"] + 0.6 * size["width"], size["y"] + 0.6 * size["height"])
    page.mouse.move(size["x"] + 0.75 * size["width"], size["y"] + 0.75 * size["height"])
    page.mouse.up()
    assert drawn(page)[2][0] == pytest.approx([3, -3], abs=0.1)
    click_at(page, 0.25, 0.75)
    click_at(page, 0.25, 0.75, modifiers=["Shift"])
    assert len(drawn(page)) == 3
    page.get_by_role("radio", name="Remove", exact=True).check()
    click_at(page, 0.75, 0.25)
    points = drawn(page)
    assert [target for _, target in points] == [0, 1]
    button(page, "Train on these points").click()

    wait_for_spec(page, server, "/data/inline/x", [where for where, _ in points])
    assert at(spec_of(page, server), "/data/inline/y") == [target for _, target in points]
    assert_shows_the_frame_of(page, server, 0)
    expect(surface(page)).to_have_count(0)
    expect(choice(page, "Data set").locator("option:checked")).to_have_text("Given rows")


def test_points_are_placed_and_removed_by_keyboard_and_trained_on(page: Page, server: Server) -> None:
    open_page(page, server)
    button(page, "Draw points").focus()
    page.keyboard.press("Enter")
    surface(page).focus()

    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowUp")
    page.get_by_role("radio", name="class 1", exact=True).focus()
    page.keyboard.press("Space")
    surface(page).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert drawn(page) == [([0, 0], 0), ([1.5, 0.3], 1), ([1.5, 0], 1)]
    page.keyboard.press("Delete")
    assert drawn(page) == [([0, 0], 0), ([1.5, 0.3], 1)]
    assert surface(page).get_attribute("aria-description")
    button(page, "Train on these points").focus()
    page.keyboard.press("Enter")

    wait_for_spec(page, server, "/data/inline", {"x": [[0, 0], [1.5, 0.3]], "y": [0, 1]})


def test_a_drawing_that_is_left_is_not_lost(page: Page, server: Server) -> None:
    open_page(page, server)
    start_drawing(page)
    click_at(page, 0.3, 0.3)
    click_at(page, 0.6, 0.6)
    points = drawn(page)

    button(page, "Cancel").click()
    expect(surface(page)).to_have_count(0)
    start_drawing(page)
    assert drawn(page) == points
    page.reload()
    page.wait_for_selector("html[data-ready]")
    start_drawing(page)
    assert drawn(page) == points
    button(page, "Clear").click()
    assert drawn(page) == []
    expect(button(page, "Train on these points")).to_be_disabled()


def test_drawing_starts_from_the_rows_that_are_there(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=goodfellow-xor")
    start_drawing(page)

    button(page, "Start from these rows").click()

    assert drawn(page) == [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]


@FITTING
def test_numbers_are_drawn_as_targets_and_the_loss_goes_with_them(
    page: Page, server: Server, expected_noise: list[str]
) -> None:
    open_page(page, server)
    start_drawing(page)
    page.get_by_role("radio", name="number", exact=True).check()
    field(page, "Target value").fill("2.5")
    field(page, "Target value").press("Enter")
    click_at(page, 0.3, 0.3)
    field(page, "Target value").fill("-1")
    field(page, "Target value").press("Enter")
    click_at(page, 0.6, 0.6)

    button(page, "Train on these points").click()

    wait_for_spec(page, server, "/data/inline/y", [2.5, -1])
    expect(page.get_by_role("alert")).to_contain_text("To go with the data, the loss is now mse, with one output.")


# A table


def upload(page: Page, name: str, content: str | bytes) -> None:
    body = content if isinstance(content, bytes) else content.encode()
    chooser = page.get_by_label("Upload CSV", exact=True)
    chooser.set_input_files({"name": name, "mimeType": "text/csv", "buffer": body})


@FITTING
def test_a_table_is_shown_as_it_was_understood_and_trained_on(
    page: Page, server: Server, expected_noise: list[str]
) -> None:
    open_page(page, server)

    upload(page, "flowers.csv", FLOWERS.read_bytes())
    table = page.get_by_role("group", name="Table", exact=True)
    expect(table).to_contain_text("flowers.csv")
    expect(table).to_contain_text("150 rows")
    expect(table).to_contain_text("3 classes: setosa, versicolor, virginica (species has texts)")
    expect(table.get_by_role("table").locator("tbody tr")).to_have_count(5)
    box(page, "Standardize").click()
    expect(table.get_by_role("table").locator("tbody td").first).to_have_text("−0.9007")
    button(page, "Train on this").click()

    wait_for_spec(page, server, "/loss/type", "cross_entropy")
    spec = spec_of(page, server)
    assert [layer["units"] for layer in spec["layers"]] == [3, 3]
    understood = server.get(f"/datasets/{spec['data']['dataset_id']}")
    assert understood["inputs"] == 4
    assert understood["columns"][0]["scale"] is not None
    assert_shows_the_frame_of(page, server, 0)
    expect(choice(page, "Data set").locator("option:checked")).to_have_text("flowers.csv")
    expect(table).to_have_count(0)


@FITTING
def test_units_are_called_as_the_columns_and_classes_of_the_table_also_from_a_file(
    page: Page, server: Server, expected_noise: list[str], tmp_path: Path
) -> None:
    open_page(page, server)
    upload(page, "flowers.csv", FLOWERS.read_bytes())
    button(page, "Train on this").click()
    wait_for_spec(page, server, "/loss/type", "cross_entropy")

    def check() -> None:
        names = page.locator(".network .unit-name")
        classes = ["setosa", "versicolor", "virginica"]
        inputs = [f"{part}_{what}_cm" for part in ("sepal", "petal") for what in ("length", "width")]
        expect(names).to_have_text([*inputs, *classes])
        expect(page.locator("[data-unit='output.1']")).to_have_accessible_name(
            re.compile("^output unit 1, versicolor: a not computed")
        )
        assert_shows_the_frame_of(page, server, 0)
        page.locator("[data-unit='input.2'] [data-tensor='input.a']").click()
        expect(page.locator(".inspector .address")).to_contain_text("petal_length_cm")
        frame = server.get(f"/sessions/{session_id(page)}/frames/0")
        given = int(frame["tensors"]["target.y"]["values"][0])
        expect(page.locator(".loss .below")).to_contain_text(re.compile(rf"target\s*{given}\s*{classes[given]}"))

    check()
    file = tmp_path / "flowers.json"
    file.write_bytes(server.api.get(f"/sessions/{session_id(page)}/export").content)
    open_page(page, server)
    page.get_by_label("Open a saved session", exact=True).set_input_files(file)
    expect(choice(page, "Data set").locator("option:checked")).to_have_text("Given rows")
    check()


@FITTING
def test_another_column_is_the_target_where_it_is_chosen(page: Page, server: Server, expected_noise: list[str]) -> None:
    open_page(page, server)
    upload(page, "small.csv", "a,b,c\n1,2,3.5\n4,5,6.5\n7,8,9.25\n")

    choice(page, "Target column").select_option("a")
    expect(page.get_by_role("group", name="Table", exact=True)).to_contain_text("2 inputs: b, c. Target a, regression")
    choice(page, "Task").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("group", name="Table", exact=True)).to_contain_text("3 classes: 1, 4, 7 (asked for)")
    button(page, "Train on this").focus()
    page.keyboard.press("Enter")

    wait_for_spec(page, server, "/layers/1/units", 3)


@pytest.mark.parametrize("expected_noise", [[REFUSED]])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("x,y\n1,2\n3,\n", "line 3, column y: is empty; every cell needs a value."),
        ("x;y\n1;2\n", "line 1, column 1: expected commas between the columns, got semicolons."),
        ("x,y\n1,2\n3\n", "line 3, column y: expected 2 cells, as many as columns, got 1."),
    ],
)
def test_what_is_wrong_with_a_table_is_said_with_line_and_column_and_nothing_changes(
    page: Page, server: Server, expected_noise: list[str], content: str, said: str
) -> None:
    open_page(page, server)
    before = (session_id(page), spec_of(page, server))

    upload(page, "holes.csv", content)

    expect(page.get_by_role("alert")).to_have_text(said)
    expect(page.get_by_label("Upload CSV", exact=True)).to_have_accessible_description(said)
    expect(button(page, "Train on this")).to_be_disabled()
    assert (session_id(page), spec_of(page, server)) == before
    assert violations(page) == []
    button(page, "Cancel").click()
    expect(page.get_by_role("alert")).to_have_count(0)


@FITTING
def test_a_file_can_be_dropped_onto_the_data(page: Page, server: Server, expected_noise: list[str]) -> None:
    open_page(page, server)
    dropped = page.evaluate_handle(
        """() => { const data = new DataTransfer();
        data.items.add(new File(['p,q,r\\n1,2,0.5\\n3,4,1.5\\n'], 'dropped.csv', { type: 'text/csv' }));
        return data }"""
    )

    expect(page.get_by_label("Upload CSV", exact=True)).to_be_attached()  # it comes after the first frame
    for event in ("dragover", "drop"):
        data_region(page).dispatch_event(event, {"dataTransfer": dropped})

    expect(page.get_by_role("group", name="Table", exact=True)).to_contain_text("dropped.csv")
    button(page, "Train on this").click()
    wait_for_spec(page, server, "/loss/type", "mse")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_points_are_drawn_and_a_table_is_read(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    open_page(page, server, "/?preset=circle")
    expect(page.get_by_role("img", name="200 rows", exact=False)).to_be_visible()
    assert violations(page) == []
    start_drawing(page)
    button(page, "Start from these rows").click()
    page.get_by_role("radio", name="number", exact=True).check()
    upload(page, "flowers.csv", FLOWERS.read_bytes())
    expect(page.get_by_role("group", name="Table", exact=True)).to_contain_text("150 rows")

    assert violations(page) == []


@pytest.mark.parametrize("width", [360, 400, 800])
def test_nothing_scrolls_sideways_while_points_are_drawn_and_a_table_is_read(
    page: Page, server: Server, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    open_page(page, server, "/?preset=circle")
    start_drawing(page)
    upload(page, "flowers.csv", FLOWERS.read_bytes())
    expect(page.get_by_role("group", name="Table", exact=True)).to_contain_text("150 rows")

    assert data_region(page).evaluate("element => element.scrollWidth <= element.clientWidth")
