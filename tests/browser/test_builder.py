"""The builder: whatever a learner changes there, by mouse or by keyboard, is what the API's spec says afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.building import REFUSED, box, choice, open_layer, spec_of, wait_for_spec
from tests.browser.looking import (
    assert_shows_the_frame_of,
    button,
    field,
    network,
    open_page,
    session_id,
    unfold,
    violations,
    wait_for_t,
)
from tests.browser.serving import Server


def test_an_optimizer_that_is_gone_back_to_has_the_settings_that_it_had(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")
    had = spec_of(page, server)["optimizer"]

    choice(page, "Optimizer").select_option("adam")
    wait_for_spec(page, server, "/optimizer/type", "adam")
    wait_for_spec(page, server, "/optimizer/learning_rate", 0.001)
    field(page, "Learning rate").fill("0.02")
    field(page, "Learning rate").press("Enter")
    wait_for_spec(page, server, "/optimizer/learning_rate", 0.02)
    choice(page, "Optimizer").select_option("sgd")
    wait_for_spec(page, server, "/optimizer", had)
    choice(page, "Optimizer").select_option("adam")
    wait_for_spec(page, server, "/optimizer/learning_rate", 0.02)

    choice(page, "Example").select_option("moons")
    wait_for_spec(page, server, "/name", "Moons")
    choice(page, "Optimizer").select_option("sgd")
    wait_for_spec(page, server, "/optimizer/type", "sgd")
    assert spec_of(page, server)["optimizer"]["learning_rate"] != had["learning_rate"]


def widths(page: Page, server: Server) -> list[int]:
    return [layer["units"] for layer in spec_of(page, server)["layers"]]


Act = Callable[[Page], None]


class Change(NamedTuple):
    """A control, changed in two ways, and what the spec says at a pointer after each."""

    name: str
    pointer: str
    by_mouse: tuple[Act, Any]
    by_keyboard: tuple[Act, Any]


def typed(name: str, pointer: str, by_mouse: Any, by_keyboard: Any) -> Change:
    """A number: typed and left by a click elsewhere; typed and entered."""

    def mouse(page: Page) -> None:
        if pointer.startswith("/optimizer/"):  # until its choice has come to the session it is another field
            expect(field(page, name)).to_have_attribute("data-key", re.compile("."))
        field(page, name).click()
        field(page, name).fill(str(by_mouse))
        network(page).click(position={"x": 5, "y": 5})

    def keyboard(page: Page) -> None:
        expect(field(page, name)).to_have_value(str(by_mouse))
        field(page, name).focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(str(by_keyboard))
        page.keyboard.press("Enter")

    return Change(name, pointer, (mouse, by_mouse), (keyboard, by_keyboard))


def chosen(name: str, pointer: str, by_mouse: str, steps: int, by_keyboard: Any) -> Change:
    """A choice: by its value; by so many strokes of the arrow key from there."""

    def keyboard(page: Page) -> None:
        expect(choice(page, name)).to_have_value(by_mouse)
        choice(page, name).focus()
        for _ in range(abs(steps)):
            page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    picked: tuple[Act, Any] = (lambda page: void(choice(page, name).select_option(by_mouse)), by_mouse)
    return Change(name, pointer, picked, (keyboard, by_keyboard))


def void(_: object) -> None:
    """Nothing, of something that answers."""


def ticked(name: str, pointer: str, first: Any = True, then: Any = False) -> Change:
    def keyboard(page: Page) -> None:
        box(page, name).focus()
        page.keyboard.press("Space")

    return Change(name, pointer, (lambda page: box(page, name).click(), first), (keyboard, then))


def pressed(name: str, pointer: str, by_mouse: Any, by_keyboard: Any) -> Change:
    def keyboard(page: Page) -> None:
        button(page, name).focus()
        page.keyboard.press("Enter")

    return Change(name, pointer, (lambda page: button(page, name).click(), by_mouse), (keyboard, by_keyboard))


def change_all(page: Page, server: Server, changes: list[Change], prepare: Act = lambda page: None) -> None:
    for change in changes:
        for act, expected in (change.by_mouse, change.by_keyboard):
            prepare(page)
            act(page)
            wait_for_spec(page, server, change.pointer, expected)
    assert_shows_the_frame_of(page, server, 0)


LAYER = [
    pressed("More hidden1 units", "/layers/0/units", 5, 6),
    pressed("Fewer hidden1 units", "/layers/0/units", 5, 4),
    typed("hidden1 units", "/layers/0/units", 3, 7),
    chosen("hidden1 activation", "/layers/0/activation", "sigmoid", 1, "tanh"),
    chosen("hidden1 init", "/layers/0/init", "he_uniform", 1, "he_normal"),
    ticked("hidden1 bias", "/layers/0/bias", False, True),
    ticked("hidden1.W frozen", "/frozen", ["hidden1.W"], []),
]


def test_each_setting_of_a_layer_is_changed_by_mouse_and_by_keyboard(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")

    change_all(page, server, LAYER, lambda page: open_layer(page, "hidden1 ·"))


def test_settings_of_an_activation_and_of_what_weights_start_from_come_with_them(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    open_layer(page, "hidden1 ·")
    choice(page, "hidden1 activation").select_option("leaky_relu")
    choice(page, "hidden1 init").select_option("normal")

    changes = [
        typed("hidden1 activation negative slope", "/layers/0/activation/negative_slope", 0.2, 0.3),
        typed("hidden1 init std", "/layers/0/init/std", 0.5, 0.25),
    ]

    change_all(page, server, changes)


def names(page: Page, server: Server) -> list[str]:
    return [layer["name"] for layer in spec_of(page, server)["layers"]]


def wait_for_layers(page: Page, server: Server, *expected: str) -> None:
    for i, name in enumerate(expected):
        wait_for_spec(page, server, f"/layers/{i}/name", name)
    assert names(page, server) == list(expected)
    for name in expected:
        expect(network(page).locator(f"[data-layer='{name}']").first).to_be_attached()


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_layers_are_added_moved_renamed_and_removed(page: Page, server: Server, hand: str) -> None:
    open_page(page, server, "/?preset=xor")

    def press(name: str) -> None:
        if hand == "mouse":
            button(page, name).click()
        else:
            button(page, name).focus()
            page.keyboard.press("Enter")

    press("+ Add layer")
    wait_for_layers(page, server, "hidden1", "hidden2", "output")
    open_layer(page, "hidden1 ·")
    press("Add layer after hidden1")
    wait_for_layers(page, server, "hidden1", "hidden3", "hidden2", "output")
    press("Add layer before hidden1")
    wait_for_layers(page, server, "hidden4", "hidden1", "hidden3", "hidden2", "output")
    press("Move hidden1 up")
    wait_for_layers(page, server, "hidden1", "hidden4", "hidden3", "hidden2", "output")
    press("Move hidden1 down")
    wait_for_layers(page, server, "hidden4", "hidden1", "hidden3", "hidden2", "output")
    press("Remove hidden1")
    wait_for_layers(page, server, "hidden4", "hidden3", "hidden2", "output")
    open_layer(page, "hidden4 ·")
    name = page.get_by_role("textbox", name="hidden4 name", exact=True)
    name.fill("first")
    if hand == "mouse":
        network(page).click(position={"x": 5, "y": 5})
    else:
        name.press("Enter")
    wait_for_layers(page, server, "first", "hidden3", "hidden2", "output")
    expect(page.get_by_role("textbox", name="first name", exact=True)).to_be_visible()


def test_the_focus_goes_along_with_a_layer_that_moves_and_to_its_neighbour_when_it_goes(
    page: Page, server: Server
) -> None:
    open_page(page, server, "/?preset=circle")
    open_layer(page, "hidden2 ·")

    button(page, "Move hidden2 up").focus()
    page.keyboard.press("Enter")

    wait_for_layers(page, server, "hidden2", "hidden1", "output")
    expect(button(page, "Move hidden2 down")).to_be_focused()
    button(page, "Remove hidden2").focus()
    page.keyboard.press("Enter")
    wait_for_layers(page, server, "hidden1", "output")
    expect(page.get_by_role("button", name="hidden1 ·")).to_be_focused()


def test_a_layer_can_be_dragged_to_another_place(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")

    page.locator("[data-builds=hidden2] .built-name").drag_to(page.locator("[data-builds=hidden1] .built-name"))

    wait_for_layers(page, server, "hidden2", "hidden1", "output")


TRAINING = [
    chosen("Loss", "/loss/type", "mse", 1, "half_squared_error"),
    typed("Batch size", "/batch_size", 20, 25),
    typed("Learning rate", "/optimizer/learning_rate", 0.5, 0.25),
    chosen("Loss reduction", "/loss/reduction", "sum", -1, "mean"),
    typed("Weight decay", "/optimizer/weight_decay", 0.01, 0.02),
    typed("Clip norm", "/optimizer/clip_norm", 2, 3),
    typed("Momentum", "/optimizer/momentum", 0.9, 0.5),
    ticked("Nesterov", "/optimizer/nesterov"),
    typed("Dampening", "/optimizer/dampening", 0.1, 0.2),
    chosen("Schedule", "/optimizer/schedule/type", "step", 1, "exponential"),
    typed("Schedule gamma", "/optimizer/schedule/gamma", 0.9, 0.8),
    chosen("Schedule every", "/optimizer/schedule/every", "step", -1, "epoch"),
    typed("Penalty l1", "/penalty/l1", 0.01, 0.02),
    typed("Penalty l2", "/penalty/l2", 0.1, 0.2),
    ticked("Penalty biases", "/penalty/biases"),
    typed("Micro-batches", "/accumulate", 2, 1),
    ticked("Shuffle", "/shuffle", False, True),
    typed("Seed", "/seed", 11, 12),
    chosen("Dtype", "/dtype", "float32", -1, "float64"),
    chosen("Optimizer", "/optimizer/type", "rmsprop", 1, "adam"),
    typed("Betas[0]", "/optimizer/betas/0", 0.8, 0.85),
    typed("Betas[1]", "/optimizer/betas/1", 0.99, 0.95),
]


@pytest.mark.parametrize("expected_noise", [[REFUSED]], ids=["with what a session cannot go on with"])
def test_each_setting_of_the_training_is_changed_by_mouse_and_by_keyboard(
    page: Page, server: Server, expected_noise: list[str]
) -> None:
    open_page(page, server, "/?preset=circle")
    unfold(page, "More")

    change_all(page, server, TRAINING)


def test_a_schedule_that_is_on_its_way_is_shown_as_it_was_chosen_with_its_own_settings(
    page: Page, server: Server
) -> None:
    open_page(page, server, "/?preset=circle")
    unfold(page, "More")
    on_its_way: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "PATCH":
            on_its_way.append(route)
        else:
            route.fallback()

    page.route("**/sessions/*", hold)

    by_steps = {"type": "step", "step_size": 10, "gamma": 0.1, "every": "epoch"}
    for chosen, inside, then in (("step", 1, by_steps), ("", 0, None)):
        with page.expect_request(lambda request: request.method == "PATCH"):
            choice(page, "Schedule").select_option(chosen)
        expect(choice(page, "Schedule")).to_have_value(chosen)
        expect(field(page, "Schedule gamma")).to_have_count(inside)
        on_its_way.pop().continue_()
        wait_for_spec(page, server, "/optimizer/schedule", then)
        expect(choice(page, "Schedule")).to_have_value(chosen)


def test_what_was_built_is_undone_and_done_again(page: Page, server: Server) -> None:
    open_page(page, server)
    expect(button(page, "Undo")).to_be_disabled()
    button(page, "+ Add layer").click()
    expect(network(page).locator("[data-unit='hidden2.0']")).to_be_visible()

    button(page, "Undo").click()
    expect(network(page).locator("[data-unit='hidden2.0']")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Example", exact=True)).to_have_value("xor")
    page.locator("body").focus()
    page.keyboard.press("Control+Shift+z")

    expect(network(page).locator("[data-unit='hidden2.0']")).to_be_visible()
    assert_shows_the_frame_of(page, server, 0)


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_a_new_seed_is_another_one(page: Page, server: Server, hand: str) -> None:
    open_page(page, server)
    before, url = spec_of(page, server)["seed"], page.url
    unfold(page, "More")

    if hand == "mouse":
        button(page, "New seed").click()
    else:
        button(page, "New seed").focus()
        page.keyboard.press("Enter")
    page.wait_for_url(lambda now: now != url)

    assert spec_of(page, server)["seed"] != before


DATA = [
    typed("Samples", "/data/samples", 100, 120),
    typed("Noise", "/data/noise", 0.2, 0.1),
    typed("Test fraction", "/data/test_fraction", 0.25, 0.5),
    chosen("Data set", "/data/dataset", "moons", 1, "gaussian"),
]


def test_each_setting_of_the_data_is_changed_by_mouse_and_by_keyboard(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    unfold(page, "Rows")

    change_all(page, server, DATA)


def test_every_control_that_the_catalog_tells_of_is_there(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    unfold(page, "More")
    unfold(page, "Rows")
    catalog = server.get("/catalog")
    spec = spec_of(page, server)

    def fields(kind: str, name: str) -> list[str]:
        (entry,) = [entry for entry in catalog[kind] if entry["type"] == name]
        return [field["name"] for field in entry["fields"]]

    told = [
        *(f"Loss {name}" for name in fields("losses", spec["loss"]["type"])),
        *fields("optimizers", spec["optimizer"]["type"]),
        *(f"Penalty {name}" for name in fields("penalties", "penalty")),
        *fields("datasets", spec["data"]["dataset"]),
        *fields("settings", "data"),
    ]

    for name in told:
        words = name.replace("_", " ")
        control = page.get_by_label(words[0].upper() + words[1:], exact=True)
        expect(control).to_be_visible()


# A new session, and the one before


def test_an_own_network_is_no_example_any_more_and_the_one_before_is_a_click_away(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    for t in range(1, 10):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)
    before = session_id(page)
    shown = page.get_by_role("status").text_content()

    button(page, "More hidden1 units").click()
    wait_for_spec(page, server, "/layers/0/units", 3)

    wait_for_t(page, 0)
    assert session_id(page) != before
    expect(choice(page, "Example").locator("option:checked")).to_have_text("Own network")
    page.get_by_role("region", name="Earlier", exact=True).get_by_role("button").click()

    assert_shows_the_frame_of(page, server, 9)
    assert session_id(page) == before
    assert page.get_by_role("status").text_content() == shown
    expect(choice(page, "Example").locator("option:checked")).to_have_text("Mazur 2015 · 2-2-2")


def test_the_earlier_ones_are_there_when_the_page_is_loaded_anew_and_by_keyboard(page: Page, server: Server) -> None:
    open_page(page, server)
    page.keyboard.press("ArrowRight")
    wait_for_t(page, 1)
    before = session_id(page)
    button(page, "More hidden1 units").click()
    one = page.get_by_role("button", name="2-3-1 · Exclusive or · 1 tick", exact=True)
    expect(one).to_be_visible()
    page.reload()
    page.wait_for_selector("html[data-ready]")

    one.focus()
    page.keyboard.press("Enter")

    assert_shows_the_frame_of(page, server, 1)
    assert session_id(page) == before


def test_ten_quick_clicks_are_one_session_and_the_number_is_seen_at_once(page: Page, server: Server) -> None:
    made: list[str] = []
    page.on("request", lambda request: void(made.append(request.url) if request.method == "POST" else None))
    open_page(page, server)
    expect(field(page, "hidden1 units")).to_have_value("3")
    made.clear()

    page.get_by_role("button", name="More hidden1 units", exact=True).evaluate(
        "button => { for (let i = 0; i < 10; i++) button.click() }"
    )

    expect(field(page, "hidden1 units")).to_have_value("13")
    wait_for_spec(page, server, "/layers/0/units", 13)
    assert len([url for url in made if url.endswith("/sessions")]) == 1


# What does not fit


@pytest.mark.parametrize("expected_noise", [[REFUSED]])
def test_a_choice_that_does_not_fit_is_said_at_its_control_and_the_session_stays(
    page: Page, server: Server, expected_noise: list[str]
) -> None:
    open_page(page, server)
    page.keyboard.press("ArrowRight")
    wait_for_t(page, 1)
    before = (session_id(page), spec_of(page, server))

    choice(page, "Loss").select_option("cross_entropy")

    loss = choice(page, "Loss")
    expect(loss).to_have_attribute("aria-invalid", "true")
    expect(loss).to_have_accessible_description("cross_entropy: expected at least 2 outputs, one a class, got 1")
    assert (session_id(page), spec_of(page, server)) == before
    assert_shows_the_frame_of(page, server, 1)
    page.wait_for_timeout(300)
    assert violations(page) == []
    button(page, "Take back").click()
    expect(loss).to_have_value("bce_with_logits")
    expect(loss).to_have_attribute("aria-invalid", "false")


@pytest.mark.parametrize("expected_noise", [[REFUSED]])
def test_what_does_not_fit_alone_is_built_with_what_goes_with_it(
    page: Page, server: Server, expected_noise: list[str]
) -> None:
    open_page(page, server)
    choice(page, "Loss").select_option("cross_entropy")
    expect(choice(page, "Loss")).to_have_attribute("aria-invalid", "true")

    button(page, "More output units").click()

    wait_for_spec(page, server, "/loss/type", "cross_entropy")
    assert widths(page, server) == [3, 2]
    expect(choice(page, "Loss")).to_have_attribute("aria-invalid", "false")
    expect(button(page, "Take back")).to_have_count(0)


@pytest.mark.parametrize("expected_noise", [[REFUSED]])
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Batch size", "9", "batch_size: expected a whole number at least 1 and at most 4, got 9"),
        ("hidden1 units", "0", "hidden1: units: expected a whole number at least 1, got 0"),
        ("Momentum", "-1", "Expected a number at least 0."),
        ("Samples", "1", "samples: expected a whole number at least 4 and at most 10000, got 1"),
        ("Seed", "0.5", "seed: expected a whole number, got 0.5"),
    ],
)
def test_a_number_that_is_out_of_range_is_said_at_its_field_and_escape_takes_it_back(
    page: Page, server: Server, expected_noise: list[str], name: str, value: str, said: str
) -> None:
    open_page(page, server)
    unfold(page, "More")
    unfold(page, "Rows")
    before = (session_id(page), spec_of(page, server))
    number = field(page, name)
    held = number.input_value()

    number.fill(value)
    number.press("Enter")

    expect(number).to_have_attribute("aria-invalid", "true")
    expect(number).to_have_accessible_description(said)
    assert (session_id(page), spec_of(page, server)) == before
    number.press("Escape")
    expect(number).to_have_value(held)
    expect(number).to_have_attribute("aria-invalid", "false")


@pytest.mark.parametrize("expected_noise", [[REFUSED]])
def test_a_name_that_is_none_is_said_at_the_layer_s_name(page: Page, server: Server, expected_noise: list[str]) -> None:
    open_page(page, server)
    open_layer(page, "hidden1 ·")
    name = page.locator("[data-builds] input[type=text]")

    name.fill("output")
    name.press("Enter")

    expect(name.first).to_have_accessible_description("layers[1]: the name output is taken by another layer")
    button(page, "Take back").click()
    assert names(page, server) == ["hidden1", "output"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_everything_open(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    open_page(page, server, "/?preset=circle")
    page.keyboard.press("ArrowRight")
    wait_for_t(page, 1)
    unfold(page, "More")
    unfold(page, "Rows")
    button(page, "More hidden1 units").click()
    wait_for_spec(page, server, "/layers/0/units", 5)
    open_layer(page, "hidden1 ·")
    expect(page.get_by_role("region", name="Earlier", exact=True)).to_be_visible()
    page.wait_for_timeout(200)

    assert violations(page) == []


@pytest.mark.parametrize("width", [360, 400, 800])
def test_nothing_scrolls_sideways_with_everything_open(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    open_page(page, server, "/?preset=circle")
    unfold(page, "More")
    unfold(page, "Rows")
    open_layer(page, "hidden1 ·")
    data = page.get_by_role("region", name="Data", exact=True)

    assert data.evaluate("element => element.scrollWidth <= element.clientWidth")
