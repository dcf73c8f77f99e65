"""What learners commonly take backpropagation for, and what on the page says otherwise: ten of them, a test each."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import DASH, button, network, open_page, session_id, wait_for_t
from tests.browser.serving import Server

BACKWARD, UPDATES, LAST = 6, 14, 15
"""Of the textbook network: the first tick of the backward pass, the first update, and that of the output layer."""


def step_to(page: Page, last: int) -> None:
    first = int(network(page).get_attribute("data-t") or 0) + 1
    for t in range(first, last + 1):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)


def frame(page: Page, server: Server) -> Any:
    t = network(page).get_attribute("data-t")
    return server.get(f"/sessions/{session_id(page)}/frames/{t}")["tensors"]


def on_network(page: Page, tensor: str, index: str) -> Locator:
    return network(page).locator(f"[data-tensor='{tensor}'][data-index='{index}']").first


def value(element: Locator) -> float:
    return float(element.get_attribute("data-value") or "nan")


def test_backpropagation_is_not_the_update(page: Page, server: Server) -> None:
    """Weights stay through the whole backward pass, which says so, and move in the updates alone."""
    open_page(page, server, "/?preset=mazur")
    weight = on_network(page, "output.W", "0,0")
    step_to(page, BACKWARD - 1)

    for t in range(BACKWARD, UPDATES):
        step_to(page, t)
        expect(network(page)).to_have_attribute("data-phase", "backward")
        expect(page.get_by_text("weights stay as they are")).to_be_visible()
        assert value(weight) == 0.4
    step_to(page, LAST)

    expect(page.get_by_text("now, and only now, weights move")).to_be_visible()
    assert value(weight) == frame(page, server)["output.W"]["values"][0][0] != 0.4


def test_zero_is_not_the_same_as_not_computed(page: Page, server: Server) -> None:
    """A dead unit's gradient is a dash until it is computed, and then a 0."""
    open_page(page, server, "/?preset=relu-2-2-1-dead")
    gradient = on_network(page, "hidden1.dz", "0,1")
    while frame(page, server)["hidden1.dz"] is None:
        expect(gradient).to_contain_text(DASH)
        expect(gradient).not_to_have_attribute("data-value", "0")
        step_to(page, int(network(page).get_attribute("data-t") or 0) + 1)

    expect(gradient).to_have_attribute("data-value", "0")
    expect(gradient).not_to_contain_text(DASH)


def test_a_gradient_goes_back_whole_along_each_edge_and_is_not_divided_among_them(page: Page, server: Server) -> None:
    """What both hidden units get from an output is the same number, each time times the weight of its own edge."""
    open_page(page, server, "/?preset=mazur")
    step_to(page, 10)
    sent = frame(page, server)["output.dz"]["values"][0][0]

    for unit in ("0", "1"):
        on_network(page, "hidden1.da", f"0,{unit}").click()
        formula = page.get_by_role("region", name="Formula")
        expect(page.locator(".address code")).to_have_text(f"hidden1.da[0,{unit}]")
        factors = formula.locator(".term").first.locator("[data-value]")
        expect(factors.nth(1)).to_have_attribute("data-index", f"0,{unit}")
        assert [value(factor) for factor in factors.all()] == [
            sent,
            frame(page, server)["output.W"]["values"][0][int(unit)],
        ]


def test_gradients_add_up_over_the_examples_of_a_batch(page: Page, server: Server) -> None:
    """A weight's gradient is a bar for each example, and the bars add up to it."""
    open_page(page, server, "/?preset=circle")
    step_to(page, 10)
    page.get_by_role("region", name="Inspector", exact=True).locator(
        ".unit-numbers [data-tensor='output.dW'][data-index='0,0']"
    ).click()

    bars = page.get_by_role("region", name="Formula").locator("[data-bar]")

    expect(bars).to_have_count(10)
    total = frame(page, server)["output.dW"]["values"][0][0]
    assert sum(value(bar) for bar in bars.all()) == pytest.approx(total, abs=1e-12)


def test_the_gradient_of_a_batch_is_a_mean_and_says_by_how_many_it_is_divided(page: Page, server: Server) -> None:
    """Units are of one example, weights and loss of the batch; a gradient that holds the 1/N has it beside it."""
    open_page(page, server, "/?preset=goodfellow-xor")
    step_to(page, 6)

    for layer in ("hidden1", "output"):
        expect(page.locator(f"[data-layer='{layer}']")).to_contain_text("example 0 of 4")
    expect(page.locator("[data-layer='loss']")).to_contain_text("batch of 4")
    expect(page.locator("[data-unit='output.0']")).to_contain_text("dz ÷ 4")


def test_a_large_error_times_a_small_slope_learns_slowly(page: Page, server: Server) -> None:
    """An output that could hardly be more wrong shows its error beside the slope that leaves nothing of it."""
    open_page(page, server, "/?preset=saturated-output")
    step_to(page, 5)
    told = frame(page, server)
    error, passed = told["output.da"]["values"][0][0], told["output.dz"]["values"][0][0]
    assert abs(passed) < abs(error) / 100

    unit = page.locator("[data-unit='output.0']")

    figures = unit.locator("[data-passing='weak'] [data-part]").all()
    assert [float(part.get_attribute("data-figure") or "nan") for part in figures] == pytest.approx(
        [error, passed / error], rel=1e-12
    )
    assert "weak: error" in (unit.get_attribute("aria-label") or "")


def test_a_positive_gradient_means_that_plain_descent_lowers_the_weight(page: Page, server: Server) -> None:
    """The sentence says so of each sign, and the update then does it."""
    open_page(page, server, "/?preset=mazur")
    for index, advice, lowered in (("0,0", "lower", True), ("1,0", "raise", False)):
        button(page, "Reset").click()
        wait_for_t(page, 0)
        on_network(page, "output.W", index).click()
        row, column = map(int, index.split(","))
        before = frame(page, server)["output.W"]["values"][row][column]
        page.locator("h1").click()
        step_to(page, 8)

        gradient = frame(page, server)["output.dW"]["values"][row][column]
        assert (gradient > 0) == lowered
        expect(page.get_by_role("status").first).to_contain_text(f"Plain descent would {advice} it.")
        step_to(page, LAST)
        assert (value(on_network(page, "output.W", index)) < before) == lowered


def test_a_weight_need_not_move_by_its_gradient_alone(page: Page, server: Server) -> None:
    """With momentum the update is shown beside what plain descent at the same rate would have done."""
    momentum = {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9}
    session = server.api.post("/sessions", json={"preset": "circle", "optimizer": momentum}).json()["session"]
    server.api.post(f"/sessions/{session['id']}/steps", json={"granularity": "batch", "count": 3})
    open_page(page, server, f"/s/{session['id']}")
    page.get_by_role("tab", name="Optimizer").click()

    panel = page.get_by_role("region", name="Optimizer", exact=True)

    expect(panel.locator(".beside .bar-row")).to_have_count(2)
    own, plain = (float(bar.get_attribute("data-value") or "nan") for bar in panel.locator(".beside .bar-row").all())
    address = page.locator(".address code").inner_text()
    tensor, index = address.removesuffix("]").split("[")
    told = server.get(f"/sessions/{session['id']}/explanations/{tensor}?index={index}")["update"]
    assert plain == told["plain"] != own


def test_what_goes_back_was_multiplied_by_the_weights_of_before_the_update(page: Page, server: Server) -> None:
    """After the update the gradient of a hidden unit is still explained with the weight that was there then."""
    open_page(page, server, "/?preset=mazur")
    step_to(page, LAST)
    assert value(on_network(page, "output.W", "0,0")) != 0.4

    on_network(page, "hidden1.da", "0,0").click()

    then = page.get_by_role("region", name="Formula").locator("[data-asks='output.W[0,0]']")
    expect(then).to_contain_text("0.4")
    expect(then).to_contain_text("then")


def test_a_step_is_what_its_unit_says_and_not_always_an_update(page: Page, server: Server) -> None:
    """The unit stands beside the button and in its description; most operations of a step move no weight."""
    open_page(page, server, "/?preset=mazur")
    units = page.get_by_role("radiogroup", name="Step size")
    expect(units).to_be_visible()

    for unit in ("Operation", "Layer", "Phase", "Batch", "Epoch"):
        units.get_by_role("radio", name=unit).check(force=True)
        expect(button(page, "Step")).to_have_accessible_description(f"One {unit.lower()} forward")
    units.get_by_role("radio", name="Operation").check(force=True)
    button(page, "Step").click()
    wait_for_t(page, 1)

    assert value(on_network(page, "output.W", "0,0")) == 0.4
    expect(network(page)).to_have_attribute("data-step", "0")
