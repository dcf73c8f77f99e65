"""Every number can be asked how it came to be, by mouse and by keyboard, and its factors lead on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import (
    assert_shows_the_frame_of,
    button,
    network,
    open_page,
    session_id,
    steps,
    wait_for_t,
)
from tests.browser.serving import Server


def shown(where: Locator, tensor: str, index: str) -> Locator:
    return where.locator(f"[data-tensor='{tensor}'][data-index='{index}']")


def inspector(page: Page) -> Locator:
    return page.get_by_role("region", name="Inspector", exact=True)


def test_a_click_on_a_number_shows_its_terms_and_factors(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 10)

    shown(network(page), "hidden1.da", "0,0").click()

    formula = page.get_by_role("region", name="Formula")
    expect(formula.locator(".term")).to_have_count(2)
    told = server.get(f"/sessions/{session_id(page)}/explanations/hidden1.da?index=0,0")
    for i, term in enumerate(told["terms"]):
        values = formula.locator(".term").nth(i).locator("[data-value]")
        assert [float(v.get_attribute("data-value") or "nan") for v in values.all()] == [
            factor["value"] for factor in term["factors"]
        ]
    expect(formula.locator(".katex").first).to_be_visible()


SET_SMALL = """() => [...document.querySelectorAll('.inspector .katex-html *')].filter((one) =>
  [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /[^\\s\\u200b]/.test(node.data))
  && one.getBoundingClientRect().width > 0 && parseFloat(getComputedStyle(one).fontSize) < 12
).map((one) => `${one.innerText} ${getComputedStyle(one).fontSize}`)"""


@pytest.mark.parametrize(("preset", "number"), [("xor", "output.dW[0,0]"), ("iris", "output.a[0,1]")])
@pytest.mark.parametrize("width", [1280, 400])
def test_no_formula_is_set_smaller_than_can_be_read(
    page: Page, server: Server, preset: str, number: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    open_page(page, server, f"/?preset={preset}")
    steps(page, 9)
    open_page(page, server, f"/s/{session_id(page)}?t=9&asks={number}")

    for tab in ("Formula", "Paths", "Matrices"):
        page.get_by_role("tab", name=tab, exact=True).click()
        if tab != "Paths" or preset == "xor":
            expect(page.locator(".inspector .katex-html").first).to_be_visible()
        assert page.evaluate(SET_SMALL) == []
        inspector = page.locator(".inspector")
        assert inspector.evaluate("one => one.scrollWidth - one.clientWidth") <= 0


OUT_OF_CARDS = """() => [...document.querySelectorAll('.inspector .card .how .katex-html > *')].filter((base) => {
  const [card, own] = [base.closest('.card').getBoundingClientRect(), base.getBoundingClientRect()];
  const panel = base.closest('.inspector').getBoundingClientRect();
  return own.left < card.left || own.right > card.right || card.right > panel.right;
}).map((base) => base.textContent)"""


@pytest.mark.parametrize(
    "changed",
    [
        *({"layers": [{"units": 2, "activation": activation}, {"units": 1}]} for activation in ("gelu", "selu", "elu")),
        {"optimizer": {"type": "adam"}},
        {"optimizer": {"type": "sgd", "clip_norm": 0.01}},
    ],
    ids=["gelu", "selu", "elu", "adam", "clip_norm"],
)
@pytest.mark.parametrize("width", [1440, 400, 320])
def test_how_a_factor_is_had_stays_on_its_card(
    page: Page, server: Server, changed: dict[str, object], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    made = server.api.post("/sessions", json={"preset": "circle", **changed}).json()["session"]["id"]
    server.api.post(f"/sessions/{made}/steps", json={"granularity": "batch"})

    open_page(page, server, f"/s/{made}?asks=hidden1.W[0,0]")

    expect(page.locator(".inspector .card .how .katex-html > *").first).to_be_visible()
    assert page.evaluate(OUT_OF_CARDS) == []


def test_the_terms_of_a_sum_are_signed_bars_that_add_up(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 10)

    shown(network(page), "hidden1.da", "0,0").click()

    formula = page.get_by_role("region", name="Formula")
    bars = formula.get_by_role("list", name="Terms").get_by_role("button", expanded=True)
    expect(bars).to_have_count(2)
    told = server.get(f"/sessions/{session_id(page)}/explanations/hidden1.da?index=0,0")
    values = [float(bar.get_attribute("data-value") or "nan") for bar in bars.all()]
    assert values == [term["value"] for term in told["terms"]]
    assert [f"{value:+.6f}" for value in values] == ["+0.055399", "-0.019049"]
    total = shown(formula.locator(".bars"), "hidden1.da", "0,0")
    assert f"{float(total.get_attribute('data-value') or 'nan'):.6f}" == "0.036350"
    expect(bars.nth(0)).to_contain_text("from output.0")
    expect(bars.nth(0)).to_contain_text("+0.0554")
    expect(bars.nth(1)).to_contain_text("−0.01905")
    one, other = (bar.locator(".bar").bounding_box() for bar in bars.all())
    assert one
    assert other
    assert other["x"] + other["width"] == pytest.approx(one["x"], abs=1), "both begin at zero"
    assert one["width"] / other["width"] == pytest.approx(abs(values[0] / values[1]), rel=0.05)


def test_a_gradient_of_a_batch_is_a_bar_for_each_example_and_each_opens_its_numbers(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=circle")
    steps(page, 10)
    shown(inspector(page).locator(".unit-numbers"), "output.dW", "0,0").click()
    formula = page.get_by_role("region", name="Formula")
    bars = formula.locator("[data-bar]")
    expect(bars).to_have_count(10)
    told = server.get(f"/sessions/{session_id(page)}/explanations/output.dW?index=0,0")
    assert [float(bar.get_attribute("data-value") or "nan") for bar in bars.all()] == [
        term["value"] for term in told["terms"]
    ]
    expect(bars.nth(0)).to_have_attribute("aria-expanded", "true")
    expect(formula.locator(".term")).to_have_count(1)

    bars.nth(3).click()

    expect(bars.nth(3)).to_have_attribute("aria-expanded", "true")
    expect(formula.locator(".term")).to_have_count(2)
    expect(shown(formula, "hidden2.a", "3,0")).to_have_count(1)
    bars.nth(3).click()
    expect(formula.locator(".term")).to_have_count(1)


def test_of_many_terms_the_strongest_have_bars_and_the_rest_is_said(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=digits")
    steps(page, 1)
    shown(network(page), "hidden1.z", "0,0").first.click()
    formula = page.get_by_role("region", name="Formula")
    expect(formula.locator("[data-bar]")).to_have_count(40)
    told = server.get(f"/sessions/{session_id(page)}/explanations/hidden1.z?index=0,0")
    sizes = sorted((abs(term["value"]) for term in told["terms"]), reverse=True)

    values = [float(bar.get_attribute("data-value") or "nan") for bar in formula.locator("[data-bar]").all()]

    assert [abs(value) for value in values] == sizes[:40]
    rest = formula.locator(".bars-rest")
    expect(rest).to_contain_text(f"{len(sizes) - 40} more")
    left = float(rest.get_attribute("data-value") or "nan")
    assert sum(values) + left == pytest.approx(told["value"], abs=1e-12)
    expect(formula).to_contain_text(f"These are the 40 strongest of {len(sizes)} terms; all the others are one bar.")


def test_doors_lead_from_number_to_number_and_the_way_back_is_there(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 13)
    shown(inspector(page).locator(".unit-numbers"), "output.dW", "0,0").click()
    shown(network(page), "hidden1.da", "0,0").first.click()
    formula = page.get_by_role("region", name="Formula")
    address = inspector(page).locator(".address code")
    way = page.get_by_role("navigation", name="Way back").get_by_role("button")
    expect(way).to_have_count(0)

    shown(formula.locator(".explanation"), "output.dz", "0,1").click()
    expect(address).to_have_text("output.dz[0,1]")
    shown(formula.locator(".explanation"), "output.da", "0,1").click()
    expect(address).to_have_text("output.da[0,1]")
    formula.get_by_role("button", name="of target.y[0,1]").click()
    expect(address).to_have_text("target.y[0,1]")

    expect(way).to_have_text(["hidden1.da[0,0]", "output.dz[0,1]", "output.da[0,1]"])
    page.keyboard.press("Tab")
    inspector(page).focus()
    page.keyboard.press("Escape")
    expect(address).to_have_text("output.da[0,1]")
    page.keyboard.press("Backspace")
    expect(address).to_have_text("output.dz[0,1]")
    expect(way).to_have_text(["hidden1.da[0,0]"])
    way.click()
    expect(address).to_have_text("hidden1.da[0,0]")
    expect(way).to_have_count(0)
    inspector(page).focus()
    page.keyboard.press("Escape")
    expect(page.locator("[data-unit='hidden1.0']")).to_be_focused()
    expect(address).to_have_text("hidden1.da[0,0]")


def test_after_a_click_on_a_number_the_keys_move_through_time_whatever_had_the_focus(
    page: Page, server: Server
) -> None:
    open_page(page, server)
    button(page, "Step").click()
    wait_for_t(page, 1)

    network(page).locator("[data-tensor='hidden1.W']").first.click()
    page.keyboard.press("ArrowRight")

    wait_for_t(page, 2)


def test_a_door_is_gone_through_by_keyboard(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 10)
    shown(network(page), "hidden1.da", "0,0").click()
    door = shown(page.get_by_role("region", name="Formula").locator(".term"), "output.W", "1,0")

    door.focus()
    expect(shown(network(page), "output.W", "1,0").first).to_have_class("number positive lit")
    page.keyboard.press("Enter")

    expect(inspector(page).locator(".address code")).to_have_text("output.W[1,0]")
    page.keyboard.press("Escape")
    expect(inspector(page).locator(".address code")).to_have_text("hidden1.da[0,0]")


def test_a_symbol_of_the_formula_and_its_number_light_each_other(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 12)
    shown(inspector(page).locator(".unit-numbers"), "output.W", "0,0").click()
    shown(network(page), "hidden1.dz", "0,0").click()
    symbol = page.get_by_role("region", name="Formula").locator(".katex-html [data-lights='hidden1.da/0/0']").first
    on_network = shown(network(page), "hidden1.da", "0,0")

    symbol.hover()

    expect(on_network).to_have_class("number positive lit")
    on_network.hover()
    expect(symbol).to_have_class("enclosing lit")


def test_a_weights_gradient_shows_the_three_factors_of_the_chain_rule(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 12)

    shown(network(page), "hidden1.W", "0,0").first.click()

    expect(inspector(page).locator(".address")).to_contain_text("hidden1.W[0,0]")
    cards = page.get_by_role("region", name="Formula").locator(".card")
    expect(cards).to_have_count(3)
    told = server.get(f"/sessions/{session_id(page)}/explanations/hidden1.dW?index=0,0")
    factors = told["terms"][0]["factors"]
    assert [factor["text"] for factor in factors] == ["dL/da", "slope", "dz/dw"]
    for card, factor in zip(cards.all(), factors, strict=True):
        value = card.locator("[data-value], b.digits").first
        assert float(value.get_attribute("data-value") or value.get_attribute("title") or "nan") == factor["value"]
        assert factor["symbol"] in (card.locator("annotation").first.text_content() or "")
    product = factors[0]["value"] * factors[1]["value"] * factors[2]["value"]
    assert product == pytest.approx(0.000438568, abs=5e-9)


def test_a_factor_leads_to_its_number_and_lights_it_on_the_network(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 10)
    shown(network(page), "hidden1.da", "0,0").click()
    factor = shown(page.get_by_role("region", name="Formula"), "output.dz", "0,1")
    on_network = shown(network(page), "output.dz", "0,1")

    factor.hover()

    expect(on_network).to_have_class("number negative lit")
    on_network.hover()
    expect(factor).to_have_class("number negative lit")
    factor.click()
    expect(inspector(page).locator(".address")).to_contain_text("output.dz[0,1]")
    expect(page.locator("[data-unit='output.1']")).to_have_attribute("aria-current", "true")


def test_pointing_at_an_edge_shows_its_weight_and_a_click_asks_about_it(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    source = page.locator("[data-unit='input.1'] .box").bounding_box()
    assert source
    x = source["x"] + source["width"] + 14
    y = source["y"] + source["height"] / 2

    page.mouse.move(x, y)
    tag = network(page).locator(".tag")
    page.mouse.move(x + 1, y)

    expect(tag).to_contain_text("W")
    page.mouse.click(x + 1, y)
    expect(inspector(page).locator(".address")).to_contain_text("hidden1.W[")


def test_the_tag_of_an_edge_waits_for_the_pointer_and_stays_under_it(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    source = page.locator("[data-unit='input.1'] .box").bounding_box()
    assert source
    page.mouse.move(source["x"] + source["width"] + 14, source["y"] + source["height"] / 2)
    tag = network(page).locator(".tag")
    number = tag.locator("[data-tensor='hidden1.W']")
    expect(number).to_be_visible()
    index = number.get_attribute("data-index")
    box = tag.bounding_box()
    assert box

    # Over nothing on the way, then on its rim, where no number is.
    page.mouse.move(box["x"] - 1, box["y"] - 1)
    page.mouse.move(box["x"] + 3, box["y"] + box["height"] / 2)
    page.wait_for_timeout(600)
    expect(number).to_have_attribute("data-index", index or "")
    number.hover()
    expect(number).to_have_class(re.compile(r"\blit\b"))

    page.get_by_role("heading", name="Backscope").hover()
    expect(number).to_have_count(0)


def test_what_is_not_computed_yet_is_said_and_when_it_comes(page: Page, server: Server) -> None:
    open_page(page, server)

    shown(network(page), "hidden1.dz", "0,1").click()

    formula = page.get_by_role("region", name="Formula")
    expect(formula).to_contain_text("hidden1.dz[0,1] is not computed yet at t = 0. It comes in the backward phase")
    steps(page, 11)
    expect(formula.locator(".card")).to_have_count(2)


def test_a_number_that_was_overwritten_is_one_of_then(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 15)

    shown(network(page), "hidden1.a", "0,0").click()
    page.locator("[data-unit='hidden1.0'] [data-tensor='hidden1.da']").click()

    then = page.get_by_role("region", name="Formula").locator("[data-asks='output.W[0,0]']")
    expect(then).to_contain_text("0.4")
    expect(then).to_contain_text("then")
    assert_shows_the_frame_of(page, server, 15)
    then.click()
    expect(inspector(page).locator(".address")).to_contain_text("output.W[0,0]")
    expect(page.get_by_role("region", name="Formula").locator(".moved")).to_have_text("0.4 → 0.3589")


def test_the_sentence_says_what_happened_with_the_numbers(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    said = []
    for t in range(1, 16):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)
        said.append(" ".join((page.get_by_role("status").text_content() or "").split()))

    assert said[1] == "Forward, hidden1: a[0,1] = sigmoid(z 0.3925) = 0.5969 (largest of 2)."
    assert said[7] == (
        "Backward, output: dL/dW[0,0] = dL/da 0.7414 × slope 0.1868 × dz/dw 0.5933 = 0.08217."
        " Plain descent would lower it."
    )
    assert said[14] == (
        "Update, output: W[0,0] goes from 0.4 to 0.3589, by −learning rate −0.5 × dL/dW 0.08217 = −0.04108."
    )


def test_a_unit_is_reached_and_asked_by_keyboard_alone(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 3)

    def stops() -> str:
        return page.evaluate("document.activeElement.dataset.unit ?? document.activeElement.getAttribute('aria-label')")

    page.get_by_label("Keys").focus()
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(stops())
        if seen[-1] == "hidden1.0":
            break
    assert "input.0" in seen
    assert "input.1" not in seen, "one stop a layer"
    page.keyboard.press("ArrowDown")
    assert stops() == "hidden1.1"
    page.keyboard.press("Enter")

    expect(inspector(page).locator(".address")).to_contain_text("hidden1.a[0,1]")
    expect(inspector(page)).to_be_focused()
    page.keyboard.press("Escape")
    assert stops() == "hidden1.1"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    weight = inspector(page).locator("[data-tensor='hidden1.W'][data-index='1,0']").first
    for _ in range(30):
        if page.evaluate("document.activeElement.dataset.tensor") == "hidden1.W":
            break
        page.keyboard.press("Tab")
    expect(weight).to_be_focused()
    page.keyboard.press("Enter")
    expect(inspector(page).locator(".address")).to_contain_text("hidden1.W[1,0]")
    while inspector(page).evaluate("one => one.contains(document.activeElement)"):
        page.keyboard.press("Escape")
    assert stops() == "hidden1.1"


def test_a_gradient_that_holds_the_mean_over_the_batch_says_so_where_it_is_asked_about(
    page: Page, server: Server
) -> None:
    open_page(page, server, "/?preset=circle")
    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    address = inspector(page).locator(".address")

    network(page).locator("[data-tensor='output.da']").first.click()
    expect(address).to_contain_text("output.da[0,0]")
    expect(address).to_contain_text("÷ 10")
    network(page).locator("[data-tensor='output.a']").first.click()
    expect(address).to_contain_text("output.a[0,0]")
    expect(address).not_to_contain_text("÷")


@pytest.mark.parametrize("preset", ["mazur", "circle"])
def test_the_loss_is_asked_about_by_keyboard_whether_or_not_there_is_a_batch(
    page: Page, server: Server, preset: str
) -> None:
    open_page(page, server, f"/?preset={preset}")
    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    loss = network(page).get_by_role("group", name="loss")
    loss.focus()
    box, circle = loss.bounding_box(), loss.locator(".circle").bounding_box()
    assert box == circle, "what has the focus is what is marked"
    page.keyboard.press("Enter")

    expect(inspector(page).locator(".address code")).to_have_text("loss.value")


def test_a_units_spoken_name_has_layer_number_and_values(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    unit = page.locator("[data-unit='hidden1.0']")

    assert unit.get_attribute("role") == "group"
    assert unit.get_attribute("aria-label") == "hidden1 unit 0: a not computed yet, dz not computed yet"
    steps(page, 11)

    assert unit.get_attribute("aria-label") == "hidden1 unit 0: a 0.5933, dz 0.008771"


def test_choosing_a_sample_changes_what_units_show(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=goodfellow-xor")
    steps(page, 5)
    expect(page.locator("[data-unit='hidden1.0'] [data-tensor='hidden1.a']")).to_have_attribute("data-value", "0")

    page.get_by_role("radio", name="example 3 of 4").click()

    expect(network(page)).to_have_attribute("data-sample", "3")
    number = page.locator("[data-unit='hidden1.0'] [data-tensor='hidden1.a']")
    expect(number).to_have_attribute("data-value", "2")
    expect(number).to_have_attribute("data-index", "3,0")
    for layer in ("input", "hidden1", "output"):
        expect(page.locator(f"[data-layer='{layer}']")).to_contain_text("example 3 of 4")
    expect(page.locator("[data-layer='loss']")).to_contain_text("batch of 4")
    expect(network(page).locator(".tag")).to_contain_text("batch of 4")
    expect(page.locator("[data-unit='output.0']")).to_contain_text("dz ÷ 4")
    expect(network(page).locator(".tag")).to_contain_text("dW ÷ 4")
    assert_shows_the_frame_of(page, server, 5)


def test_an_example_says_what_it_is_there_for_and_stands_in_its_group(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=vanishing")
    known = next(preset for preset in server.get("/catalog")["presets"] if preset["name"] == "vanishing")

    expect(page.get_by_role("region", name="Data").get_by_text(known["text"])).to_be_visible()
    group = page.locator(f"optgroup[label='{known['group']}']")
    assert "vanishing" in [option.get_attribute("value") for option in group.locator("option").all()]

    page.get_by_role("combobox", name="Example").select_option("goodfellow-xor")
    expect(page.get_by_text("About this example")).to_have_count(0)
