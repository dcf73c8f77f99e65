"""The paths from a number to the loss: bars that add up to its gradient, one of them drawn on the network."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.charting import eventually
from tests.browser.looking import network, open_page, session_id, steps
from tests.browser.serving import Server


def choose(page: Page, tensor: str, index: str) -> None:
    page.locator(f"[data-tensor='{tensor}'][data-index='{index}']").first.click()
    expect(page.locator(".address code")).to_have_text(f"{tensor}[{index}]")


def open_paths(page: Page) -> Locator:
    page.get_by_role("tab", name="Paths").click()
    return page.get_by_role("region", name="Paths", exact=True)


def value(element: Locator) -> float:
    return float(element.get_attribute("data-value") or "nan")


def bars(paths: Locator) -> Locator:
    return paths.get_by_role("list", name="Paths").get_by_role("button")


def told(page: Page, server: Server, query: str) -> Any:
    return server.get(f"/sessions/{session_id(page)}/paths?{query}")


def picture(page: Page) -> str:
    shot: str = page.evaluate("document.querySelector('.edges').toDataURL()")
    return shot


def resting(page: Page) -> str:
    """The picture when it has stood still for a while."""
    seen = ""

    def still() -> bool:
        nonlocal seen
        before, seen = seen, picture(page)
        page.wait_for_timeout(250)
        return before == seen

    eventually(page, still)
    return seen


def test_the_textbook_s_two_paths_from_a_hidden_unit_add_up_to_its_gradient(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 13)
    choose(page, "hidden1.a", "0,0")

    paths = open_paths(page)

    expect(bars(paths)).to_have_count(2)
    assert [f"{value(bar):+.6f}" for bar in bars(paths).all()] == ["+0.055399", "-0.019049"]
    total = paths.locator(".sum [data-tensor='hidden1.da'][data-index='0,0']")
    assert f"{value(total):.6f}" == "0.036350"
    expect(paths).to_contain_text("There are 2 paths, all of them here.")


def test_the_paths_of_a_weight_are_the_api_s_and_add_up_to_its_gradient(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    steps(page, 13)
    choose(page, "hidden1.W", "0,0")

    paths = open_paths(page)

    expect(bars(paths)).to_have_count(2)
    answer = told(page, server, "tensor=hidden1.W&index=0,0")
    assert [value(bar) for bar in bars(paths).all()] == [path["value"] for path in answer["paths"]]
    assert value(paths.locator(".sum [data-tensor='hidden1.dW']")) == answer["value"]
    expect(bars(paths)).to_contain_text(["output.0", "output.1"])


def test_the_chosen_path_is_drawn_and_its_product_written_factor_by_factor(page: Page, server: Server) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page(page, server, "/?preset=mazur")
    steps(page, 13)
    choose(page, "hidden1.W", "0,0")
    before = resting(page)
    paths = open_paths(page)
    answer = told(page, server, "tensor=hidden1.W&index=0,0")
    traced = network(page).locator("[data-unit][data-traced]")
    expect(bars(paths).nth(0)).to_have_attribute("aria-pressed", "true")
    expect(traced).to_have_count(2)
    assert [unit.get_attribute("data-unit") for unit in traced.all()] == ["hidden1.0", "output.0"]
    strongest = resting(page)

    bars(paths).nth(0).focus()
    page.keyboard.press("ArrowDown")

    expect(bars(paths).nth(1)).to_have_attribute("aria-pressed", "true")
    expect(bars(paths).nth(1)).to_be_focused()
    expect(network(page).locator("[data-unit='output.1'][data-traced]")).to_have_count(1)
    assert len({before, strongest, resting(page)}) == 3
    rows = paths.locator(".along tbody tr")
    factors = answer["paths"][1]["factors"]
    expect(rows).to_have_count(len(factors))
    shown = [row.locator("td").nth(0).locator("[data-value], [title]").first for row in rows.all()]
    read = [float(one.get_attribute("data-value") or one.get_attribute("title") or "nan") for one in shown]
    assert read == [factor["value"] for factor in factors]
    last = rows.last.locator(".so-far b").get_attribute("title") or "nan"
    assert float(last) == pytest.approx(answer["paths"][1]["value"], rel=1e-12)

    page.get_by_role("tab", name="Formula").click()
    expect(traced).to_have_count(0)
    eventually(page, lambda: picture(page) == before)


def test_one_example_s_share_or_all_examples(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=goodfellow-xor")
    steps(page, 14)
    choose(page, "hidden1.W", "0,0")
    paths = open_paths(page)
    query = "tensor=hidden1.W&index=0,0"
    whole = told(page, server, query)
    expect(bars(paths)).to_have_count(len(whole["paths"]))
    place = next(i for i, path in enumerate(whole["paths"]) if "loss.terms[3]" in path["nodes"])

    bars(paths).nth(place).click()

    expect(network(page)).to_have_attribute("data-sample", "3")
    paths.get_by_role("radio", name="example 3").check()
    share = told(page, server, f"{query}&sample=3")
    expect(bars(paths)).to_have_count(len(share["paths"]))
    assert [value(bar) for bar in bars(paths).all()] == [path["value"] for path in share["paths"]]
    assert value(paths.locator(".bar-row.sum")) == share["sum"]


def test_what_is_not_listed_is_one_bar_and_counted(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=vanishing")
    page.get_by_role("radio", name="Batch").check()
    page.get_by_role("button", name="Step", exact=True).click()
    expect(network(page)).to_have_attribute("data-step", "1")
    page.locator("[data-unit='hidden1.0']").click()
    choose(page, "hidden1.W", "0,0")

    paths = open_paths(page)

    expect(bars(paths)).to_have_count(40)
    answer = told(page, server, "tensor=hidden1.W&index=0,0&limit=40")
    others = int(answer["count"]) - 40
    rest = paths.locator(".bars-rest")
    expect(rest).to_contain_text(f"{others:,} more")
    assert value(rest) == answer["rest"]
    expect(paths).to_contain_text(
        f"These are the 40 strongest of {int(answer['count']):,} paths; all the others are one bar."
    )
    listed = sum(value(bar) for bar in bars(paths).all())
    assert listed + value(rest) == pytest.approx(answer["sum"], rel=1e-9)


def test_without_a_gradient_it_says_what_comes_and_what_has_none(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    choose(page, "hidden1.W", "0,0")
    paths = open_paths(page)
    expect(paths).to_contain_text("hidden1.dW is not computed yet at t = 0")

    choose(page, "input.a", "0,0")

    expect(paths).to_contain_text("Paths lead to the loss from a weight, a bias or a unit: choose one.")


def test_a_tab_is_chosen_by_the_arrow_keys(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    tabs = page.get_by_role("tablist", name="Inspector").get_by_role("tab")
    names = tabs.all_text_contents()
    page.get_by_role("tab", name="Formula").focus()

    page.keyboard.press("ArrowLeft")
    expect(tabs.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    expect(tabs.nth(1)).to_be_focused()
    expect(page.get_by_role("region", name=names[1].strip(), exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Formula", exact=True)).to_have_count(0)


CUT = "all => all.filter((one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight).length"


@pytest.mark.parametrize("width", [1440, 400])
def test_what_tells_one_bar_from_another_is_whole(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_page(page, server, "/?preset=circle")
    made = session_id(page)
    server.api.post(f"/sessions/{made}/steps", json={"granularity": "batch"})
    labels = page.locator(".inspector .bar-label")

    for number in ("hidden1.z[0,1]", "hidden1.da[0,0]", "hidden1.W[0,0]"):
        open_page(page, server, f"/s/{made}?asks={number}")
        expect(labels.first).to_be_visible()
        assert labels.evaluate_all(CUT) == 0

    names = bars(open_paths(page)).locator(".bar-label")
    expect(names).to_have_count(20)
    assert names.evaluate_all(CUT) == 0
    assert len(set(names.all_inner_texts())) == 20
