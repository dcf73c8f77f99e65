"""What ails a network, on the page: as the API finds it, marked at its layer, with a cure that can be tried."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.charting import assert_fits, cells, chart, diagnosis_tab, eventually, numbers_file, open_spec, run
from tests.browser.looking import button, network, open_page, session_id, violations
from tests.browser.serving import Server


def open_diagnosis(page: Page) -> None:
    diagnosis_tab(page).click()
    expect(chart(page, "Diagnosis")).to_be_visible()


def marks(page: Page) -> Any:
    return network(page).get_by_role("button", name="Diagnosis of")


@pytest.mark.parametrize("preset", ["dead-relu", "vanishing", "symmetric-init"])
def test_a_finding_is_said_with_its_numbers_and_marked_at_its_layer(page: Page, server: Server, preset: str) -> None:
    open_page(page, server, f"/?preset={preset}")
    (finding,) = server.get(f"/sessions/{session_id(page)}/diagnostics?t=0")["findings"]

    mark = marks(page)
    expect(mark).to_have_attribute("data-finding", finding["code"])
    assert mark.get_attribute("data-about") == finding["layer"]
    mark.click()

    shown = chart(page, "Diagnosis").locator("[data-finding]")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text(finding["cause"])
    expect(shown).to_contain_text(finding["cure"])
    expect(shown).to_have_attribute("data-about", finding["layer"])
    read = "all => all.map(one => [one.dataset.number, Number(one.dataset.value)])"
    found = dict(shown.locator("[data-number]").evaluate_all(read))
    one_each = {name: n for name, n in finding["numbers"].items() if not isinstance(n, (list, str)) and n is not None}
    assert found == {name.replace("_", " "): value for name, value in one_each.items()}
    expect(shown.get_by_role("list", name="Its numbers")).to_have_count(1 if one_each else 0)
    expect(diagnosis_tab(page)).to_contain_text("1")


@pytest.mark.parametrize("width", [400, 1280])
def test_the_mark_at_a_layer_of_a_deep_network_is_seen_whole(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    open_page(page, server, "/?preset=vanishing")
    expect(marks(page)).to_be_visible()

    top = network(page).evaluate("one => one.getBoundingClientRect().top")

    for one in (marks(page), network(page).get_by_role("button", name="hidden1 – hidden12 × 12", exact=True)):
        assert one.evaluate("one => one.getBoundingClientRect().top") >= top


def test_a_healthy_network_has_no_mark_and_is_told_so(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=xor")

    open_diagnosis(page)

    expect(chart(page, "Diagnosis")).to_contain_text("nothing is found")
    expect(marks(page)).to_have_count(0)


def test_a_cure_is_tried_beside_the_sick_run_and_the_way_back_is_a_click(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=symmetric-init")
    run(page, server, granularity="batch", count=30)
    sick = session_id(page)
    open_diagnosis(page)
    (finding,) = server.get(f"/sessions/{sick}/diagnostics")["findings"]

    button(page, "Try it").click()
    eventually(page, lambda: session_id(page) != sick)
    region = chart(page, "Diagnosis")
    expect(region).to_contain_text(finding["cure"])
    expect(region.locator("canvas")).to_be_visible()

    cured = session_id(page)
    there = server.get(f"/sessions/{cured}")
    assert there["session"]["step"] == 30
    for layer, wanted in zip(there["spec"]["layers"], finding["fix"]["layers"], strict=True):
        assert layer.items() >= wanted.items()
    for name, session in (("before", sick), ("fixed", cured)):
        loss = server.get(f"/sessions/{session}/metrics?names=loss&max_points=10000")["series"]["loss"]
        shown = region.locator(f"[data-series='{name}']")
        step = int(shown.get_attribute("data-step") or "")
        assert step == 29
        assert float(shown.get_attribute("data-value") or "nan") == loss["values"][loss["steps"].index(step)]
    assert violations(page) == []

    expect(page.get_by_role("region", name="Earlier")).to_be_visible()
    region.get_by_role("button", name="Go back").click()
    eventually(page, lambda: session_id(page) == sick)
    expect(marks(page)).to_have_count(1)


def test_one_that_nobody_worked_on_is_still_there_after_its_cure_was_tried(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=dead-relu")
    sick = session_id(page)
    marks(page).click()

    button(page, "Try it").click()
    eventually(page, lambda: session_id(page) != sick)
    chart(page, "Diagnosis").get_by_role("button", name="Go back").click()

    eventually(page, lambda: session_id(page) == sick)


def test_the_table_has_what_each_layer_does_to_the_gradient(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=vanishing")
    open_diagnosis(page)
    layers = server.get(f"/sessions/{session_id(page)}/diagnostics?t=0")["layers"]

    table = cells(chart(page, "Diagnosis"))

    for layer in layers:
        for name in ("gradient_norm", "weight_norm", "update_ratio", "factor"):
            assert table.get((name, layer["layer"])) == layer[name], (layer["layer"], name)
    name, rows = numbers_file(page, chart(page, "Diagnosis"))
    assert name == "backscope-diagnosis.csv"
    assert [row["layer"] for row in rows] == [layer["layer"] for layer in layers]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_at_any_width_and_in_both_themes(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_page(page, server, "/?preset=dead-relu")
    marks(page).click()
    region = chart(page, "Diagnosis")
    expect(region.locator("[data-finding]")).to_have_count(1)

    assert violations(page) == []
    for width in (1280, 400):
        assert_fits(page, region, width)


def deep(layers: int, **layer: Any) -> dict[str, Any]:
    hidden = [{"type": "dense", "name": f"hidden{i + 1}", "units": 4, **layer} for i in range(layers)]
    output = {"type": "dense", "name": "output", "units": 1, "activation": "linear"}
    return {
        "data": {"dataset": "moons"},
        "layers": [*hidden, output],
        "loss": "bce_with_logits",
        "optimizer": {"type": "sgd", "learning_rate": 0.1},
    }


def test_what_ails_many_layers_is_said_once_and_of_each_on_asking(page: Page, server: Server) -> None:
    session = open_spec(page, server, deep(12, activation="relu", init={"type": "constant", "value": -0.1}))
    findings = server.get(f"/sessions/{session}/diagnostics?t=0")["findings"]
    kinds = {finding["code"] for finding in findings}
    assert len(findings) > len(kinds)
    open_diagnosis(page)
    region = chart(page, "Diagnosis")

    shown = region.locator("[data-finding]")
    expect(shown).to_have_count(len(kinds))
    expect(region.get_by_role("heading", level=3).first).to_contain_text("hidden1 to hidden12")
    expect(diagnosis_tab(page)).to_contain_text(str(len(kinds)))
    symmetric = [finding for finding in findings if finding["code"] == "symmetric_units"]
    group = region.locator("[data-finding='symmetric_units']")
    expect(group).not_to_contain_text(symmetric[5]["cause"], use_inner_text=True)
    group.get_by_text("Each of the 12 layers").click()
    for finding in symmetric:
        expect(group.locator(f"[data-layer-found='{finding['layer']}']")).to_contain_text(finding["cause"])
    assert violations(page) == []
    group.get_by_role("button", name="Try it").click()
    eventually(page, lambda: session_id(page) != session)
    expect(region).to_contain_text("Tried against symmetric units in hidden1 to hidden12")


def test_the_gradients_of_many_layers_are_told_in_a_line(page: Page, server: Server) -> None:
    open_spec(page, server, deep(32, activation="tanh"), batches=2)
    page.get_by_role("tablist", name="Charts").get_by_role("tab", name="Gradients").click()
    said = chart(page, "Gradients").locator(".chart-said")
    expect(said).to_contain_text("(least)")

    expect(said).to_contain_text("Table has all 33 layers")
    assert said.locator("[data-series]").count() <= 4
    box = said.bounding_box()
    assert box
    assert box["height"] < 50
