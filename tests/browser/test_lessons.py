"""The lessons from their first step to their last, once wrong and once right, by keyboard; practice; presenting."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import (
    PATIENCE,
    assert_shows_the_frame_of,
    button,
    network,
    open_page,
    session_id,
    steps,
    violations,
    wait_for_t,
)
from tests.browser.serving import Server

TASKS: dict[str, tuple[str, str] | None] = {
    "1-chain-rule": ("output.W[0,0]", "1.9"),
    "2-sum-over-paths": ("output.W[0,0]", "-0.1"),
    "3-batch-is-a-mean": ("output.W[0,0]", "2.05"),
    "4-why-the-loss-goes-down": ("Learning rate", "0.09"),
    "5-vanishing-gradients": None,
    "6-dead-relu": ("hidden1.b[1]", "0.2"),
    "7-saturated-outputs": None,
    "8-momentum-and-adam": None,
}
"""What fulfils each lesson's task: a number to be typed; where there is none, training."""


def lesson_panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Lesson", exact=True)


def press(page: Page, name: str) -> None:
    """A button, by keyboard."""
    button(page, name).focus()
    page.keyboard.press("Enter")


def moment(at: dict[str, int], ticks: int) -> int:
    return at["step"] * ticks + at["tick"]


def wait_for_moment(page: Page, server: Server, at: dict[str, int]) -> int:
    """Wait until the page, which may be entering another session, shows a lesson's moment; the ticks of a step."""
    for _ in range(PATIENCE // 50):
        # The session that was left may be gone between looking which one it is and asking for it.
        answer = server.api.get(f"/sessions/{session_id(page)}")
        ticks: int = answer.json()["session"]["ticks_per_step"] if answer.status_code == 200 else 0
        if ticks and network(page).get_attribute("data-t") == str(moment(at, ticks)):
            return ticks
        page.wait_for_timeout(50)
    raise AssertionError(f"waited in vain for {at}")


def grade(page: Page, server: Server, question: dict[str, Any], answer: Any, factors: list[float] | None = None) -> Any:
    ticks = server.get(f"/sessions/{session_id(page)}")["session"]["ticks_per_step"]
    among = question["among"]
    asked = {
        "kind": question["kind"],
        "tensor": question["of"]["tensor"],
        "index": among[0] if among else question["of"]["index"],
        "t": moment(question["at"], ticks),
        "among": among,
        "answer": answer,
        **({} if factors is None else {"factors": factors}),
        **({} if question["tolerance"] is None else {"tolerance": question["tolerance"]}),
    }
    response = server.api.post(f"/sessions/{session_id(page)}/grades", json=asked)
    assert response.status_code == 200, response.text
    return response.json()


def sign(value: float) -> str:
    return "positive" if value > 0 else "negative" if value < 0 else "zero"


def choose(page: Page, option: str) -> None:
    page.get_by_role("radio", name=option, exact=True).focus()
    page.keyboard.press("Space")


def answer(page: Page, server: Server, question: dict[str, Any], right: bool) -> None:
    """Answer rightly or wrongly, by keyboard."""
    kind = question["kind"]
    if kind == "choice":
        options, best = question["options"], question["answer"]
        choose(page, options[best if right else (best + 1) % len(options)])
    elif kind == "sign":
        true = sign(float(grade(page, server, question, "zero")["value"]))
        choose(page, true if right else {"positive": "negative"}.get(true, "positive"))
    elif kind == "largest":
        best = grade(page, server, question, question["among"][0])["best"]
        index = best if right else next(one for one in question["among"] if one != best)
        choose(page, f"{question['of']['tensor']}[{','.join(map(str, index))}]")
    elif kind == "size":
        value = abs(float(grade(page, server, question, 1.0)["value"]))
        slider = page.get_by_role("slider", name="Size", exact=True)
        slider.focus()
        power = min(range(-28, 9), key=lambda half: abs(10 ** (half / 2) - value)) if right else 8
        for _ in range(abs(power + 4)):
            page.keyboard.press("ArrowLeft" if power < -4 else "ArrowRight")
    else:
        found = grade(page, server, question, 0.0)
        page.get_by_label("Number", exact=True).focus()
        page.keyboard.type(str(found["value"] if right else 123.0))
        if question["chain"]:
            for i, part in enumerate(found["parts"]):
                page.locator(f"[name=factor{i}]").focus()
                page.keyboard.type(str(part["value"] if right or i else part["value"] + 1))
    press(page, "Answer")


def fulfil(page: Page, name: str) -> None:
    solved = TASKS[name]
    if solved is None:
        press(page, "Train…")
        page.get_by_label("How many", exact=True).focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("20" if name.startswith("5") else "30")
        page.keyboard.press("Enter")
    else:
        field, value = solved
        page.get_by_role("spinbutton", name=field, exact=True).focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(value)
        page.keyboard.press("Enter")
        if field == "Learning rate":
            for _ in range(5):
                press(page, "Step")


@pytest.mark.parametrize("name", TASKS)
def test_a_lesson_is_played_to_its_end_wrong_and_right_by_keyboard(page: Page, server: Server, name: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page(page, server)
    lesson = server.get(f"/lessons/{name}")["lesson"]
    for right in (False, True):
        press(page, "Lessons")
        page.get_by_role("button", name=lesson["title"]).focus()
        page.keyboard.press("Enter")
        for i, step in enumerate(lesson["steps"]):
            expect(lesson_panel(page).get_by_text(f"{i + 1} of {len(lesson['steps'])}", exact=True)).to_be_visible()
            expect(lesson_panel(page).get_by_role("heading", name=step["title"] or lesson["title"])).to_be_focused()
            if step["at"]:
                ticks = wait_for_moment(page, server, step["at"])
            question = step["question"]
            if question:
                expect(button(page, "Answer")).to_be_visible()
                ticks = server.get(f"/sessions/{session_id(page)}")["session"]["ticks_per_step"]
                answer(page, server, question, right)
                verdict = lesson_panel(page).locator(".verdict")
                expect(verdict).to_contain_text("Right." if right else "Not so.")
                expect(verdict).to_contain_text(question["right" if right else "wrong"])
                if question["kind"] != "choice":
                    wait_for_t(page, moment(question["at"], ticks))
                    index = (question["among"] or [None])[0]
                    given = {"largest": index, "sign": "zero"}.get(question["kind"], 0.0)
                    value = grade(page, server, question, given)["value"]
                    expect(verdict.locator("[data-asks]")).to_have_attribute("title", str(value).removesuffix(".0"))
                if question["kind"] == "number" and question["chain"] and not right:
                    expect(verdict).to_contain_text("They part at")
            if step["task"]:
                expect(button(page, "Skip" if i + 1 < len(lesson["steps"]) else "Leave")).to_be_visible()
                if right:
                    fulfil(page, name)
                    expect(lesson_panel(page).locator(".verdict")).to_contain_text("Done.")
            if i + 1 < len(lesson["steps"]):
                press(page, "Continue" if right or not step["task"] else "Skip")
            else:
                press(page, "Finish" if right or not step["task"] else "Leave")
        expect(lesson_panel(page)).to_have_count(0)


def test_a_guess_is_graded_and_revealed_and_the_score_stays_in_the_browser(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    button(page, "Lessons").click()
    button(page, "Practice").click()
    practice = page.get_by_role("region", name="Practice", exact=True)
    expect(practice).to_contain_text("Nothing answered yet")
    t = int(network(page).get_attribute("data-t") or 0)
    asked = practice.locator(".learning-ask").inner_text()
    address = asked.removeprefix("Which sign will ").removesuffix(" have?")
    tensor, index = address.removesuffix("]").split("[")
    assert network(page).locator(f"[data-tensor='{tensor}'][data-index='{index}'][data-value]").count() == 0

    choose(page, "positive")
    press(page, "Answer")

    expect(practice.locator(".verdict")).to_be_visible()
    wait_for_t(page, t + 1)
    values = server.get(f"/sessions/{session_id(page)}/frames/{t + 1}")["tensors"][tensor]["values"]
    for place in index.split(","):
        values = values[int(place)]
    right = values > 0
    expect(practice.locator(".verdict")).to_contain_text("Right." if right else "Not so.")
    expect(practice).to_contain_text(f"{int(right)} of 1 right")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    button(page, "Lessons").click()
    button(page, "Practice").click()
    expect(page.get_by_role("region", name="Practice", exact=True)).to_contain_text(f"{int(right)} of 1 right")


def begin_practice(page: Page, level: str) -> Locator:
    button(page, "Lessons").click()
    button(page, "Practice").click()
    if level != "1 Signs":  # which it begins with
        page.get_by_label("Level").select_option(label=level)
        # Until the number field is there the question is the one of the level before.
        expect(page.get_by_label("Number", exact=True)).to_be_visible()
    return page.get_by_role("region", name="Practice", exact=True)


@pytest.mark.parametrize("spelling", ["page", "comma", "fraction"])
def test_a_right_number_is_right_however_it_is_spelled(page: Page, server: Server, spelling: str) -> None:
    open_page(page, server, "/?preset=mazur")
    practice = begin_practice(page, "3 Gradients")
    number = page.get_by_label("Number", exact=True)
    expect(number).to_be_visible()
    asked = practice.locator(".learning-ask").inner_text()
    tensor, index = asked.removeprefix("What will ").split(" be?")[0].removesuffix("]").split("[")
    question = {"kind": "number", "tensor": tensor, "index": [int(i) for i in index.split(",")], "answer": 0}
    question["t"] = int(network(page).get_attribute("data-t") or 0) + 1
    value = float(server.api.post(f"/sessions/{session_id(page)}/grades", json=question).json()["value"])
    spelled = {
        "page": f"{value:.4g}".replace("-", "\N{MINUS SIGN}"),
        "comma": f"{value:.6f}".replace(".", ","),
        "fraction": f"{value * 1e4:.3f}/10000",
    }[spelling]

    number.press_sequentially(spelled)
    page.keyboard.press("Enter")

    expect(practice.locator(".verdict")).to_contain_text("Right.")


def test_what_is_no_number_is_told_and_not_counted(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    practice = begin_practice(page, "3 Gradients")

    page.get_by_label("Number", exact=True).press_sequentially("2*3")
    page.keyboard.press("Enter")

    expect(practice.get_by_role("alert")).to_have_text("Expected a number.")
    expect(practice).to_contain_text("Nothing answered yet")


def test_the_example_that_is_asked_about_is_the_one_that_the_network_shows(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=moons")
    practice = begin_practice(page, "1 Signs")
    asked = practice.locator(".learning-ask")
    seen = 0
    for _ in range(40):
        expect(asked).to_be_visible()
        now = asked.inner_text()
        tensor, index = now.removeprefix("Which sign will ").removesuffix("] have?").split("[")
        if "," in index and tensor.endswith((".da", ".dz")) and not index.startswith("0,"):
            seen += 1
            row = index.split(",")[0]
            expect(network(page)).to_contain_text(f"example {row} of 10")
            choose(page, "positive")
            press(page, "Answer")
            expect(practice.locator(".verdict")).to_be_visible()
            expect(page.locator(".address code")).to_have_text(f"{tensor}[{index}]")
            expect(network(page)).to_contain_text(f"example {row} of 10")
        if seen == 2:
            return
        practice.get_by_role("button", name=re.compile("question")).click()
        expect(asked).not_to_have_text(now)
    raise AssertionError("never asked about another example than the first")


def test_a_question_about_another_network_than_the_open_one_is_not_answered_but_left(
    page: Page, server: Server
) -> None:
    open_page(page, server, "/?preset=mazur")
    practice = begin_practice(page, "3 Gradients")
    asked = practice.locator(".learning-ask")

    page.get_by_role("combobox", name="Example").select_option("one-neuron")
    expect(practice.locator(".verdict")).to_contain_text("about another network")
    expect(asked).to_have_count(0)
    expect(button(page, "Answer")).to_have_count(0)
    practice.get_by_role("button", name="Another question").click()

    expect(asked).to_contain_text("output.")
    expect(button(page, "Answer")).to_be_visible()
    expect(practice.locator(".verdict")).to_have_count(0)


def test_whoever_opens_another_network_within_a_lesson_is_led_back_to_the_lessons(page: Page, server: Server) -> None:
    open_page(page, server)
    button(page, "Lessons").click()
    page.get_by_role("button", name="The chain rule on one weight").click()
    button(page, "Continue").click()
    expect(button(page, "Answer")).to_be_visible()
    page.get_by_role("combobox", name="Example").select_option("mazur")
    expect(lesson_panel(page).locator(".verdict")).to_contain_text("another one is open")

    button(page, "Back to the lesson's").click()

    choose(page, "negative")
    press(page, "Answer")
    expect(lesson_panel(page).locator(".verdict")).to_contain_text("Right.")
    expect(lesson_panel(page).get_by_text("2 of 5", exact=True)).to_be_visible()


def test_a_question_of_a_later_step_is_graded_after_the_session_was_put_back(page: Page, server: Server) -> None:
    open_page(page, server)
    button(page, "Lessons").click()
    page.get_by_role("button", name="Why the loss goes down").click()
    wait_for_t(page, 9)
    expect(button(page, "Answer")).to_be_visible()
    button(page, "Reset").click()
    wait_for_t(page, 0)

    page.get_by_label("Number", exact=True).fill("2.87")
    press(page, "Answer")

    expect(lesson_panel(page).locator(".verdict")).to_contain_text("Right.")
    wait_for_t(page, 12)


@pytest.mark.parametrize("level", ["2 Sizes", "3 Gradients", "4 Updates"])
def test_every_level_asks_something_that_is_not_on_the_page_yet(page: Page, server: Server, level: str) -> None:
    open_page(page, server, "/?preset=circle")
    button(page, "Lessons").click()
    button(page, "Practice").click()
    page.get_by_label("Level").select_option(label=level)
    practice = page.get_by_role("region", name="Practice", exact=True)
    expect(practice.get_by_text({"2": "large", "3": "What will", "4": "What will"}[level[0]])).to_be_visible()

    expect(button(page, "Answer")).to_be_visible()
    assert_shows_the_frame_of(page, server, int(network(page).get_attribute("data-t") or 0))
    button(page, "Answer").click()

    if level != "2 Sizes":
        expect(practice.get_by_role("alert")).to_have_text("Expected a number.")


@pytest.mark.parametrize("begun_by", ["key", "menu"])
def test_in_the_lecture_hall_a_key_first_shows_what_is_hidden_and_then_goes_on(
    page: Page, server: Server, begun_by: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, server, "/?preset=mazur")
    if begun_by == "key":
        page.keyboard.press("p")
    else:
        button(page, "Lessons").click()
        button(page, "Present").click()
    expect(page.locator("html")).to_have_attribute("data-presenting", "")

    page.keyboard.press("PageDown")
    wait_for_t(page, 1)
    hidden = network(page).locator("[data-tensor='hidden1.z']").first
    expect(hidden).to_have_attribute("data-veiled", "")
    page.keyboard.press("PageDown")
    expect(hidden).not_to_have_attribute("data-veiled", "")
    wait_for_t(page, 1)
    page.keyboard.press("PageDown")
    wait_for_t(page, 2)
    page.keyboard.press("PageUp")
    wait_for_t(page, 1)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
    page.keyboard.press("p")
    expect(page.locator("html")).not_to_have_attribute("data-presenting", "")


def test_what_a_class_is_to_guess_is_told_nowhere(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    schedule = server.get(f"/sessions/{session_id(page)}/graph")["schedule"]
    computed, moved = (
        next(i for i, tick in enumerate(schedule, 1) if name in tick["writes"]) for name in ("output.dW", "output.W")
    )
    page.keyboard.press("p")
    weight = network(page).locator("[data-tensor='output.W'][data-index='0,0']").first
    for t in range(1, moved + 1):
        page.keyboard.press("PageDown")  # goes on
        wait_for_t(page, t)
        if t == computed:
            expect(page.locator(".comes-to")).to_be_hidden()
            expect(page.locator(".inspector .result").first).to_have_attribute("data-veiled", "")
        if t < moved:
            page.keyboard.press("PageDown")  # shows
            expect(page.locator("[data-veiled]")).to_have_count(0)

    began = server.get(f"/sessions/{session_id(page)}/frames/0")["tensors"]["output.W"]["values"][0][0]
    new = page.locator(".inspector [data-makes='output.W']")
    expect(new.last).to_have_attribute("data-veiled", "")
    assert new.last.evaluate("one => getComputedStyle(one.querySelector('.digits')).color") == "rgba(0, 0, 0, 0)"
    assert float(weight.get_attribute("data-value") or "nan") != began
    expect(weight).to_have_attribute("data-veiled", "")
    page.keyboard.press("PageDown")
    expect(weight).not_to_have_attribute("data-veiled", "")
    assert new.last.evaluate("one => getComputedStyle(one.querySelector('.digits')).color") != "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_lesson_and_nothing_scrolls_sideways(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": 400, "height": 850})
    open_page(page, server)
    button(page, "Lessons").click()
    expect(button(page, "Practice")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="The sum over paths").click()
    expect(button(page, "Answer")).to_be_visible()
    choose(page, "One: the strongest edge")
    press(page, "Answer")
    expect(lesson_panel(page).locator(".verdict")).to_contain_text("Not so.")

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("preset", "weights"), [("xor", 9), ("mazur", 8)])
def test_presented_on_a_projector_the_network_keeps_all_its_numbers(
    page: Page, server: Server, preset: str, weights: int
) -> None:
    """A lecture hall has 342 pixels for the network: they are for its units, and none for a line that is not there."""
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, server, f"/?preset={preset}")
    steps(page, 3)

    page.keyboard.press("p")

    expect(page.locator("html")).to_have_attribute("data-presenting", "")
    expect(page.locator(".network .weight .number")).to_have_count(weights)
    for unit in page.locator("[data-unit^='hidden1.']").all():
        expect(unit.locator("[data-tensor]")).to_have_count(3)
    stage = page.locator(".stage")
    assert stage.evaluate("(one) => one.scrollHeight <= one.clientHeight && one.scrollWidth <= one.clientWidth")
    legend, zoom = page.locator(".legend").bounding_box(), page.locator(".zoom > *").first.bounding_box()
    assert legend
    assert zoom
    for part in page.locator(".network :is(.unit, .unit .number, .layer-name, .loss, .loss .number)").all():
        box = part.bounding_box()
        assert box
        assert box["y"] + box["height"] <= legend["y"] + 1
        assert box["x"] + box["width"] <= zoom["x"] or box["y"] >= zoom["y"] + zoom["height"]


def test_escape_ends_presenting_also_from_a_button_and_a_dialog_takes_it_first(page: Page, server: Server) -> None:
    open_page(page, server)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Esc go back to the number before, or end presenting")
    page.keyboard.press("Escape")
    presenting = page.locator("html[data-presenting]")

    page.keyboard.press("p")
    expect(presenting).to_have_count(1)
    page.keyboard.press("Escape")
    expect(presenting).to_have_count(0)

    page.keyboard.press("p")
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    expect(presenting).to_have_count(1)
    page.get_by_role("button", name="Step", exact=True).focus()
    page.keyboard.press("Escape")
    expect(presenting).to_have_count(0)


def test_a_key_right_after_a_dialog_is_for_the_page_also_before_the_browser_has_drawn_it_closed(
    page: Page, server: Server
) -> None:
    open_page(page, server)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    # Both keys in one task, as they come to a busy page: the focus is still in the dialog that is closed.
    at = page.evaluate("""() => {
        document.querySelector("dialog").close();
        const focused = document.activeElement;
        const p = { key: "p", code: "KeyP", bubbles: true, cancelable: true };
        focused.dispatchEvent(new KeyboardEvent("keydown", p));
        return focused.tagName;
    }""")
    assert at == "INPUT"
    expect(page.locator("html[data-presenting]")).to_have_count(1)


def practise(page: Page, level: str, draw: float = 0.3) -> Locator:
    """A question of a level; which one it is hangs on the page's own draw alone."""
    page.evaluate(f"Math.random = () => {draw}")
    button(page, "Lessons").click()
    button(page, "Practice").click()
    page.get_by_label("Level").select_option(label=level)
    practice = page.get_by_role("region", name="Practice", exact=True)
    expect(practice.get_by_text("What will")).to_be_visible()
    return practice


def test_a_wrong_answer_is_told_why_with_the_numbers_of_this_run(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazur")
    practice = practise(page, "4 Updates")
    name = practice.locator(".learning-ask").inner_text().split()[2]
    expect(practice.locator(".meanings")).to_contain_text("update: what this step adds to")
    expect(practice.locator(".meanings")).to_contain_text("−learning rate")
    tensor, index = name.removesuffix("]").split("[")
    weight = tensor.replace(".u", ".")
    asked = {"kind": "number", "tensor": tensor, "index": [int(i) for i in index.split(",")], "among": []}
    t = int(network(page).get_attribute("data-t") or 0) + 1
    true = server.api.post(f"/sessions/{session_id(page)}/grades", json={**asked, "t": t, "answer": 0}).json()["value"]

    page.get_by_label("Number", exact=True).fill(str(-true))
    button(page, "Answer").click()

    verdict = practice.locator(".verdict")
    expect(verdict).to_contain_text("Not so.")
    expect(verdict).to_contain_text("That is the right number with its sign turned.")
    expect(verdict).to_contain_text(f"{name} = −learning rate −0.5 × dL/d")
    expect(practice.locator(f"[data-tensor='{weight}'][data-index='{index}'][data-value]")).to_be_visible()


@pytest.mark.parametrize(("preset", "weights"), [("xor", 9), ("circle", 0)])
def test_with_practice_open_on_a_projector_the_number_asked_about_is_shown(
    page: Page, server: Server, preset: str, weights: int
) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, server, f"/?preset={preset}")

    practice = practise(page, "4 Updates")

    name = practice.locator(".learning-ask").inner_text().split()[2]
    tensor, index = name.removesuffix("]").split("[")
    for place in (practice, network(page).locator(".tag")):
        expect(place.locator(f"[data-tensor='{tensor}'][data-index='{index}']").first).to_be_visible()
        owner = tensor.replace(".u", ".")
        expect(place.locator(f"[data-tensor='{owner}'][data-index='{index}'][data-value]").first).to_be_visible()
    if weights:
        expect(network(page).locator(".weight .number")).to_have_count(weights)


def test_presented_a_tag_covers_no_heading_of_a_layer(page: Page, server: Server) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, server)
    page.keyboard.press("p")
    expect(page.locator("html")).to_have_attribute("data-presenting", "")

    for weight in network(page).locator(".weight .number").all():
        weight.click()
        tag = network(page).locator(f".tag [data-index='{weight.get_attribute('data-index')}']").first
        expect(tag).to_be_visible()
        covered = network(page).evaluate("""network => {
          const tag = network.querySelector(".tag").getBoundingClientRect();
          return [...network.querySelectorAll(".layer-name")].filter(heading => {
            const { left, right, top, bottom } = heading.getBoundingClientRect();
            return tag.left < right && left < tag.right && tag.top < bottom && top < tag.bottom;
          }).map(heading => heading.innerText);
        }""")
        assert covered == []
