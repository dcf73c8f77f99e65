"""The step as code: the present line is lit, lines show what they made, and the script of the moment goes along."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import network, open_page, session_id, steps
from tests.browser.serving import Server


def test_the_present_ticks_line_of_code_is_lit(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    page.get_by_role("tab", name="Code").click()
    code = page.get_by_role("region", name="Code")
    expect(code.locator("[aria-current=step]")).to_have_count(0)
    page.locator("h1").click()
    steps(page, 8)

    lit = code.locator("[aria-current=step]")

    expect(lit.locator("code")).to_have_text("output_dW = output_dz.T @ hidden1_a")
    code.get_by_role("radio", name="PyTorch").click()
    expect(lit).to_contain_text("output_W.grad")
    expect(page.get_by_role("region", name="Formula")).to_have_count(0)


def test_the_lines_of_code_show_what_they_have_made(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=goodfellow-xor")
    session = session_id(page)
    page.get_by_role("tab", name="Code").click()
    page.locator("h1").click()
    steps(page, 8)
    code = page.get_by_role("region", name="Code")
    frame = server.get(f"/sessions/{session}/frames/8")["tensors"]

    def shown(line: Locator) -> dict[str, float]:
        numbers = line.locator("[data-value]")
        return {
            one.get_attribute("data-index") or "": float(one.get_attribute("data-value") or "nan")
            for one in numbers.all()
        }

    lit = code.locator("[aria-current=step]")
    (gradient,) = frame["output.dW"]["values"]
    assert shown(lit) == {f"0,{i}": value for i, value in enumerate(gradient)}
    assert shown(code.locator("li").nth(0)) == {
        f"{row},{unit}": value
        for row, values in enumerate(frame["hidden1.z"]["values"])
        for unit, value in enumerate(values)
    }
    # What has not run in this step shows nothing, though its weights have values.
    assert shown(code.locator("li").last) == {}

    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    expect(network(page)).to_have_attribute("data-phase", "update")
    moved = int(network(page).get_attribute("data-t") or 0)
    (weights,) = server.get(f"/sessions/{session}/frames/{moved}")["tensors"]["output.W"]["values"]
    line = code.locator("li", has_text="output_W +=")
    expect(line.locator("[data-tensor='output.W']")).to_have_count(len(weights))
    assert [
        float(one.get_attribute("data-value") or "nan") for one in line.locator("[data-tensor='output.W']").all()
    ] == weights


def test_a_variable_of_the_code_and_its_numbers_light_one_another(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    page.get_by_role("tab", name="Code").click()
    page.locator("h1").click()
    steps(page, 8)
    code = page.get_by_role("region", name="Code")

    code.get_by_text("hidden1_a", exact=True).first.hover()
    expect(network(page).locator("[data-unit='hidden1.0'] [data-tensor='hidden1.a']")).to_have_class(re.compile("lit"))
    expect(network(page).locator("[data-unit='hidden1.1'] [data-tensor='hidden1.a']")).to_have_class(re.compile("lit"))

    code.locator("label", has_text="PyTorch").click()
    code.get_by_text("output_W.grad", exact=True).first.hover()
    expect(code.locator("[data-tensor='output.dW'].lit")).to_have_count(4)


def test_the_script_of_the_moment_is_copied_and_downloaded(page: Page, server: Server) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, server, "/?preset=mazur")
    session = session_id(page)
    page.get_by_role("tab", name="Code").click()
    page.locator("h1").click()
    steps(page, 8)
    code = page.get_by_role("region", name="Code")
    script = server.api.get(f"/sessions/{session}/export?format=numpy&t=8").text

    code.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied: a NumPy script")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == script

    with page.expect_download() as downloading:
        code.get_by_role("button", name="Download").click()
    assert downloading.value.path().read_text() == script
    assert downloading.value.suggested_filename == "mazur-2015-t8.numpy.py"
