"""Two runs in lock step: whatever is done, the one beside is at the same step and phase, with the API's numbers."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.building import choice, open_layer, wait_for_spec
from tests.browser.charting import (
    assert_fits,
    cells,
    chart,
    diagnosis_tab,
    eventually,
    numbers_file,
    open_spec,
    run,
    tab,
)
from tests.browser.holding import beside, keep, other
from tests.browser.looking import (
    READ_NUMBERS,
    assert_headings_are_whole,
    button,
    element,
    field,
    network,
    open_page,
    pause,
    session_id,
    unfold,
    violations,
    wait_for_t,
)
from tests.browser.serving import Server

DENSE = {"type": "dense", "init": "xavier_uniform"}
TICKS = 17
"""Of a step of a network with one hidden layer, whatever its activation and its optimizer."""


def spec(activation: str = "tanh", **optimizer: Any) -> dict[str, Any]:
    return {
        "seed": 3,
        "data": {"dataset": "xor"},
        "batch_size": 2,
        "layers": [{**DENSE, "units": 3, "activation": activation}, {**DENSE, "units": 1, "activation": "linear"}],
        "loss": {"type": "mse"},
        "optimizer": {"type": "sgd", "learning_rate": 0.3, **optimizer},
    }


def step(page: Page, times: int = 1) -> None:
    for _ in range(times):
        t = int(network(page).get_attribute("data-t") or "")
        button(page, "Step").click()
        wait_for_t(page, t + 1)


def step_by(page: Page, size: str) -> None:
    page.get_by_role("radio", name=size, exact=True).check(force=True)


def frames(page: Page, server: Server, t: int, there: int | None = None) -> tuple[Any, Any]:
    """What the API has of this run and of the other, once the page shows the two moments."""
    there = t if there is None else there
    wait_for_t(page, t)
    expect(other(page)).to_have_attribute("data-t", str(there))
    held = other(page).get_attribute("data-session")
    own = server.get(f"/sessions/{session_id(page)}/frames/{t}")
    return own, server.get(f"/sessions/{held}/frames/{there}")


def shown(page: Page) -> list[dict[str, Any]]:
    """The numbers on the other network."""
    read = READ_NUMBERS.replace("document.", "(document.querySelector('[data-run]')).")
    found: list[dict[str, Any]] = page.evaluate(read)
    return found


def assert_other_shows(page: Page, frame: dict[str, Any]) -> None:
    """Every number on the other network is the frame's, and so are its step and phase."""
    for number in shown(page):
        value = element(frame["tensors"][number["tensor"]], number["index"])
        assert (number["value"] is None) == (value is None), number
        assert value is None or float(number["value"]) == float(value), number
    for key in ("t", "step", "tick"):
        assert other(page).get_attribute(f"data-{key}") == str(frame[key])
    assert other(page).get_attribute("data-phase") == (frame["phase"] or "")


def assert_in_step(page: Page) -> None:
    for key in ("data-step", "data-phase", "data-sample"):
        expect(other(page)).to_have_attribute(key, network(page).get_attribute(key) or "")


def test_nothing_is_asked_for_and_nothing_loaded_before_a_run_is_chosen(page: Page, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_page(page, server)

    step(page, 3)

    assert not [url for url in asked if "beside" in url]
    expect(page.locator(".scatter")).to_be_visible()
    asked.clear()
    tab(page, "Beside").click()
    expect(chart(page, "Beside")).to_contain_text("Choose a run")
    step(page)
    assert {url.split("/sessions/")[1].split("/")[0] for url in asked if "/sessions/" in url} == {session_id(page)}
    expect(other(page)).to_have_count(0)


def test_another_activation_is_seen_beside_the_run_that_was_kept(page: Page, server: Server) -> None:
    first = open_spec(page, server, spec("sigmoid"))
    step(page, 3)
    kept = keep(page)
    assert kept != first
    own, there = frames(page, server, 3)
    assert there["tensors"] == own["tensors"]
    expect(chart(page, "Beside")).to_contain_text("Nothing differs so far.")

    open_layer(page, "hidden1")
    choice(page, "hidden1 activation").select_option("relu")
    wait_for_spec(page, server, "/layers/0/activation", "relu")
    wait_for_t(page, 0)
    expect(chart(page, "Beside")).to_contain_text("layers[0].activation: sigmoid → relu")
    assert other(page).get_attribute("data-session") == kept

    for t in range(1, TICKS + 2):
        step(page)
        own, there = frames(page, server, t)
        assert_other_shows(page, there)
        assert_in_step(page)
        assert own["tensors"] != there["tensors"]
    for t in reversed(range(TICKS - 8, TICKS + 1)):
        button(page, "Step back").click()
        _, there = frames(page, server, t)
        assert_other_shows(page, there)
        assert_in_step(page)


def set_number(page: Page, name: str, value: float) -> None:
    field(page, name).fill(str(value))
    field(page, name).press("Enter")


@pytest.mark.parametrize("expected_noise", [[r"status of 422"]], ids=["with what a session cannot go on with"])
def test_a_difference_with_and_without_momentum_is_this_less_the_other_exactly(
    page: Page, server: Server, expected_noise: list[str]
) -> None:
    open_spec(page, server, spec())
    keep(page)
    unfold(page, "More")
    set_number(page, "Momentum", 0.9)
    wait_for_spec(page, server, "/optimizer/momentum", 0.9)
    expect(chart(page, "Beside")).to_contain_text("optimizer.momentum: 0 → 0.9")
    choice(page, "Show").select_option(label="Difference")
    expect(page.get_by_text("This run − the other")).to_be_visible()
    step_by(page, "Batch")
    for times in (1, 2):
        button(page, "Step").click()
        wait_for_t(page, times * TICKS)
    step_by(page, "Operation")

    differ = 0
    for t in range(2 * TICKS, 3 * TICKS):
        own, there = frames(page, server, t)
        for number in shown(page):
            here, beyond = (element(frame["tensors"][number["tensor"]], number["index"]) for frame in (own, there))
            if here is None or beyond is None:
                assert number["value"] is None, number
            else:
                assert float(number["value"]) == float(here) - float(beyond), number
                differ += here != beyond
        step(page)
    assert differ > 100
    choice(page, "Show").select_option(label="Other run")
    _, there = frames(page, server, 3 * TICKS)
    assert_other_shows(page, there)


def test_two_rates_are_told_in_words_and_in_a_table(page: Page, server: Server) -> None:
    first = open_spec(page, server, spec())
    kept = keep(page)
    set_number(page, "Learning rate", 0.05)
    wait_for_spec(page, server, "/optimizer/learning_rate", 0.05)
    assert session_id(page) == first
    step_by(page, "Batch")
    for times in range(1, 4):
        button(page, "Step").click()
        wait_for_t(page, times * TICKS)
    own, there = frames(page, server, 3 * TICKS)
    region = chart(page, "Beside")

    expect(region).to_contain_text("optimizer.learning_rate: 0.3 → 0.05")
    losses = [frame["tensors"]["loss.value"]["values"] for frame in (own, there)]
    for name, value in zip(("this", "beside", "difference"), [*losses, losses[0] - losses[1]], strict=True):
        told = region.locator(f"b[data-column={name}]")
        assert float(told.get_attribute("data-value") or "nan") == value
    for session in (first, kept):
        assert server.get(f"/sessions/{session}")["session"]["step"] == 3
    table = cells(region)
    for tensor in ("hidden1.W", "hidden1.b", "output.W", "hidden1.dW", "output.db"):
        values = [frame["tensors"][tensor]["values"] for frame in (own, there)]
        place = "[0]" if tensor.endswith("b") else "[0,0]"
        here, beyond = (value[0] if place == "[0]" else value[0][0] for value in values)
        row = f"{tensor}{place}"
        assert table["this", row] == here
        assert table["beside", row] == beyond
        assert table["difference", row] == here - beyond
    name, rows = numbers_file(page, region)
    assert name == "backscope-beside.csv"
    assert len(rows) == 2 * 13

    losses_drawn = region.get_by_role("slider", name="Loss of each step's batch, by step")
    losses_drawn.focus()
    losses_drawn.press("Home")
    losses_drawn.press("Enter")
    eventually(page, lambda: network(page).get_attribute("data-step") == "0")
    assert_in_step(page)


def test_playing_and_scrubbing_keep_both_at_one_moment(page: Page, server: Server) -> None:
    open_spec(page, server, spec("sigmoid"))
    keep(page)
    set_number(page, "Learning rate", 1)
    wait_for_spec(page, server, "/optimizer/learning_rate", 1)
    page.get_by_role("slider", name="Speed").press("End")

    button(page, "Play").click()
    eventually(page, lambda: int(network(page).get_attribute("data-t") or "") > TICKS + 5)
    reached = pause(page)
    assert_in_step(page)

    for t in (3, 20, 0, reached):
        page.get_by_role("slider", name="Timeline", exact=True).fill(str(t))
        _, there = frames(page, server, t)
        assert_other_shows(page, there)
        assert_in_step(page)


def test_with_another_layer_both_are_in_the_same_phase_of_the_same_layer(page: Page, server: Server) -> None:
    open_spec(page, server, spec())
    keep(page)
    button(page, "+ Add layer").click()
    wait_for_spec(page, server, "/layers/1/name", "hidden2")
    wait_for_t(page, 0)

    schedule = server.get(f"/sessions/{session_id(page)}/graph")["schedule"]
    names = [tick["layer"] for tick in schedule]
    for t in range(1, len(schedule) + 1):
        step(page)
        expect(other(page)).to_have_attribute("data-step", network(page).get_attribute("data-step") or "")
        if names[t - 1] != "hidden2":
            assert_in_step(page)
    own, there = frames(page, server, len(schedule), TICKS)
    assert own["step"] == there["step"] == 1
    expect(chart(page, "Beside")).to_contain_text("layers[2]: none →")


def test_a_number_of_the_other_run_is_asked_as_the_page_s_and_cannot_be_dragged(page: Page, server: Server) -> None:
    session = open_spec(page, server, spec())
    keep(page)
    step(page, 2)
    before = server.get(f"/sessions/{session}")["session"]
    number = other(page).locator("[data-tensor='hidden1.a']").first

    number.hover()
    expect(network(page).locator("[data-tensor='hidden1.a'].lit")).to_have_count(1)
    assert "drag" not in (number.get_attribute("title") or "")
    place = other(page).locator("[data-tensor='input.a']").first.bounding_box()
    assert place
    page.mouse.move(place["x"] + 4, place["y"] + 4)
    page.mouse.down()
    page.mouse.move(place["x"] + 60, place["y"] + 4, steps=4)
    page.mouse.up()
    number.click()

    expect(page.get_by_role("region", name="Inspector")).to_contain_text("hidden1.a")
    assert server.get(f"/sessions/{session}")["session"]["rev"] == before["rev"]


def test_a_run_that_diverged_is_said_to_have(page: Page, server: Server) -> None:
    hot = {
        "data": {"inline": {"x": [[1e3]], "y": [[1]]}},
        "layers": [{"units": 1}],
        "loss": "mse",
        "optimizer": {"type": "sgd", "learning_rate": 1e300},
        "parameters": {"output.W": [[1]]},
    }
    open_spec(page, server, hot)
    keep(page)
    set_number(page, "Learning rate", 1e-8)
    wait_for_spec(page, server, "/optimizer/learning_rate", 1e-8)
    step_by(page, "Batch")

    for _ in range(4):
        button(page, "Step").click()
        page.wait_for_timeout(200)

    expect(page.get_by_role("note")).to_contain_text("The other run diverged in step")
    expect(other(page)).to_be_hidden()
    expect(chart(page, "Beside")).to_contain_text("diverged")
    page.get_by_role("slider", name="Timeline", exact=True).fill("2")
    expect(other(page)).to_be_visible()
    frames(page, server, 2)


@pytest.mark.parametrize("expected_noise", [[r"status of 404"]], ids=["with what is not there"])
def test_a_moment_before_the_other_s_beginning_is_said_to_be_missing(
    page: Page, server: Server, expected_noise: list[str]
) -> None:
    whole = open_spec(page, server, spec(), batches=3)
    fork = server.api.post(f"/sessions/{whole}/fork", json={"at": 2 * TICKS}).json()["session"]["id"]
    open_page(page, server, f"/s/{fork}")
    kept = keep(page)
    frames(page, server, 2 * TICKS)
    button(page, "Step").click()
    page.get_by_role("combobox", name="Example", exact=True).select_option("xor")
    wait_for_t(page, 0)

    expect(page.get_by_role("note")).to_contain_text("begins later")
    expect(other(page)).to_be_hidden()
    step_by(page, "Batch")
    for _ in range(3):
        button(page, "Step").click()
    wait_for_t(page, 3 * TICKS)
    expect(other(page)).to_be_visible()
    assert other(page).get_attribute("data-session") == kept
    assert_in_step(page)


def test_an_earlier_run_is_held_and_let_go_of_and_a_copy_is_taken_away(page: Page, server: Server) -> None:
    first = open_spec(page, server, spec())
    step(page, 2)
    kept = keep(page)
    open_layer(page, "hidden1")
    choice(page, "hidden1 activation").select_option("relu")
    wait_for_spec(page, server, "/layers/0/activation", "relu")

    beside(page).select_option(first)
    eventually(page, lambda: other(page).get_attribute("data-session") == first)
    eventually(page, lambda: server.api.get(f"/sessions/{kept}").status_code == 404)
    _, there = frames(page, server, 0)
    assert_other_shows(page, there)
    page.get_by_role("region", name="Earlier").locator(f"[data-session={first}]").click()
    eventually(page, lambda: session_id(page) == first)
    expect(page.get_by_role("note")).to_contain_text("this very run")

    beside(page).select_option("nothing")
    expect(other(page)).to_have_count(0)
    assert server.api.get(f"/sessions/{first}").status_code == 200


def test_a_cure_and_what_it_is_a_cure_for_are_seen_together(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=symmetric-init")
    run(page, server, granularity="batch", count=3)
    sick = session_id(page)
    diagnosis_tab(page).click()
    button(page, "Try it").click()
    eventually(page, lambda: session_id(page) != sick)

    button(page, "See both").click()

    expect(chart(page, "Beside").locator("canvas")).to_be_visible()
    eventually(page, lambda: other(page).get_attribute("data-session") == sick)
    _, there = frames(page, server, int(network(page).get_attribute("data-t") or ""))
    assert_other_shows(page, there)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_at_any_width_and_in_both_themes(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_spec(page, server, spec())
    keep(page)
    step(page, 7)
    expect(chart(page, "Beside").locator("canvas")).to_be_visible()
    assert_in_step(page)

    assert violations(page) == []
    for width in (1280, 400):
        assert_fits(page, chart(page, "Beside"), width)
        assert_fits(page, other(page), width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    size = other(page).locator(".number").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 12


def test_two_runs_of_one_shape_stand_at_one_height_with_the_chart_and_without(page: Page, server: Server) -> None:
    open_spec(page, server, spec())
    keep(page)

    for is_open in (True, False):
        if not is_open:
            page.get_by_role("tab", name="Beside", exact=True).click()
        expect(chart(page, "Beside")).to_have_count(int(is_open))
        page.wait_for_timeout(300)
        for unit in ("input.0", "hidden1.2", "output.0"):
            here, there = (
                one.locator(f"[data-unit='{unit}'] .box").bounding_box() for one in (network(page), other(page))
            )
            assert here
            assert there
            assert [here["y"], here["height"]] == pytest.approx([there["y"], there["height"]], abs=1)


BEYOND_ITS_BOX = """() => [...document.querySelectorAll('.network .box')].flatMap((box) => {
  const frame = box.getBoundingClientRect(), border = parseFloat(getComputedStyle(box).borderLeftWidth);
  return [...box.querySelectorAll('.number > span')].filter((part) => {
    const { left, top, right, bottom } = part.getBoundingClientRect();
    const isAcross = left < frame.left + border - 0.5 || right > frame.right - border + 0.5;
    return isAcross || top < frame.top || bottom > frame.bottom;
  }).map((part) => part.innerText);
})"""


def test_a_long_number_stands_inside_of_its_box_where_a_network_has_half_the_width(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, server, "/?preset=spiral")
    keep(page)
    step(page)

    expect(network(page).locator("[data-unit='input.0'] .box .digits")).to_have_text("−0.08516")
    assert page.evaluate(BEYOND_ITS_BOX) == []


@pytest.mark.parametrize("batch", [1, 4])
def test_where_two_deep_networks_stand_close_the_heading_of_what_is_folded_covers_no_other(
    page: Page, server: Server, batch: int
) -> None:
    deep = [{**DENSE, "units": 3, "activation": "sigmoid"}] * 8
    page.set_viewport_size({"width": 1280, "height": 720})
    layers = [*deep, spec()["layers"][1]]
    open_spec(page, server, {**spec(), "batch_size": batch, "layers": layers}, 1)
    folded = network(page).get_by_role("button", name="hidden1 – hidden8 × 8", exact=True)
    expect(folded).to_be_visible()

    keep(page)

    expect(folded).to_be_visible()
    assert_headings_are_whole(page)
