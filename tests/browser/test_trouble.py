"""When the server is gone or refuses, the page says so where the user looks, stays usable, and picks up again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.looking import (
    assert_shows_the_frame_of,
    button,
    field,
    network,
    open_page,
    pause,
    session_id,
    violations,
    wait_for_t,
    wait_until,
)
from tests.browser.serving import Server


@pytest.fixture
def expected_noise() -> list[str]:
    return ["Failed to load resource"]


@pytest.fixture
def mortal() -> Iterator[Server]:
    """A server of this test's own, to be stopped."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def server(mortal: Server) -> Server:
    return mortal


def test_a_server_started_anew_gets_the_run_again_and_the_learner_goes_on(page: Page, server: Server) -> None:
    open_page(page, server)
    for t in range(1, 24):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)
    before = server.get(f"/sessions/{session_id(page)}")["session"]
    server.stop()

    page.keyboard.press("ArrowRight")

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The server does not answer")
    wait_for_t(page, 23)
    page.keyboard.press("ArrowLeft")
    wait_for_t(page, 22)
    server.start()
    expect(alert).to_contain_text("made again from its spec")
    after = server.get(f"/sessions/{session_id(page)}")["session"]
    assert after["id"] != before["id"]
    assert after["state_sha256"] == before["state_sha256"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert_shows_the_frame_of(page, server, 24)


def test_playing_goes_on_by_itself_when_the_server_is_back(page: Page, server: Server) -> None:
    open_page(page, server)
    page.get_by_role("slider", name="Speed").fill("6")
    button(page, "Play").click()
    wait_until(page, "Number(document.querySelector('[data-t]').dataset.t) > 5")

    server.kill()
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    stood = int(network(page).get_attribute("data-t") or 0)
    server.start()

    wait_until(page, f"Number(document.querySelector('[data-t]').dataset.t) > {stood + 5}")
    assert_shows_the_frame_of(page, server, pause(page))


def test_a_refusal_is_said_in_the_servers_words_and_the_next_step_works(page: Page, server: Server) -> None:
    open_page(page, server)
    refusal = {
        "type": "/problems/at-capacity", "title": "Full", "status": 503, "code": "at_capacity",
        "detail": "This server is full for a moment", "errors": [], "request_id": "r_1",
    }  # fmt: skip

    def refuse(route: Route) -> None:
        route.fulfill(status=503, json=refusal, content_type="application/problem+json")

    page.route("**/steps", refuse)
    button(page, "Step").click()

    expect(page.get_by_role("alert")).to_contain_text("This server is full for a moment")
    wait_for_t(page, 0)
    page.unroute("**/steps")
    button(page, "Step").click()
    assert_shows_the_frame_of(page, server, 1)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_number_that_is_refused_falls_back_and_can_be_typed_again(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=spiral")
    rate, alert = field(page, "Learning rate"), page.get_by_role("alert")
    expect(rate).to_have_value("0.03")
    server.api.post(f"/sessions/{session_id(page)}/runs", json={"steps": 1_000_000})
    expect(button(page, "Cancel")).to_be_visible()

    rate.fill("0.7")
    rate.press("Enter")

    expect(alert).to_contain_text("is under way")
    expect(rate).to_have_value("0.03")
    button(page, "Cancel").click()
    expect(alert).to_have_count(0)
    rate.fill("0.7")
    rate.press("Enter")
    expect(button(page, "Undo")).to_be_enabled()
    expect(rate).to_have_value("0.7")
    assert server.get(f"/sessions/{session_id(page)}")["spec"]["optimizer"]["learning_rate"] == 0.7


def test_what_nobody_took_does_not_stand_in_a_field(page: Page, server: Server) -> None:
    open_page(page, server)
    rate, weight = field(page, "Learning rate"), field(page, "output.W[0,0]")
    true = {one: one.input_value() for one in (rate, weight)}
    server.stop()

    for one in (rate, weight):
        one.fill("0.77")
        one.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
        expect(one).to_have_value(true[one])

    server.start()
    expect(page.get_by_role("alert")).to_contain_text("made again from its spec")
    for one in (rate, weight):
        expect(one).to_have_value(true[one])


def test_an_example_that_is_refused_leaves_the_choice_as_it_was(page: Page, server: Server) -> None:
    open_page(page, server)
    refusal = {
        "type": "/problems/at-capacity", "title": "Full", "status": 503, "code": "at_capacity",
        "detail": "This server holds all the sessions it can", "errors": [], "request_id": "r_1",
    }  # fmt: skip
    page.route(
        "**/sessions",
        lambda route: route.fulfill(status=503, json=refusal, content_type="application/problem+json"),
    )
    examples = page.get_by_label("Example", exact=True)

    examples.select_option("mazur")

    expect(page.get_by_role("alert")).to_contain_text("holds all the sessions it can")
    expect(examples).to_have_value("xor")
    button(page, "Step").click()
    assert_shows_the_frame_of(page, server, 1)


def test_the_session_is_asked_for_before_the_page_s_parts_are_here(page: Page, server: Server) -> None:
    page.route("**/assets/base-*.js", lambda route: None)  # never answered

    with page.expect_response("**/api/v1/sessions") as made:
        page.goto(server.url, wait_until="commit")

    assert made.value.status == 201


def test_a_page_whose_parts_do_not_come_says_so(page: Page, server: Server) -> None:
    page.route("**/assets/base-*.js", lambda route: route.abort())

    page.goto(server.url)

    expect(page.locator("#page")).to_have_text("The page could not be loaded. Load it again.")


def test_a_page_that_is_opened_in_vain_is_whole_when_the_server_answers(page: Page, server: Server) -> None:
    page.route("**/api/**", lambda route: route.abort())
    page.goto(f"{server.url}/?preset=mazur")
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")

    page.unroute_all()

    wait_for_t(page, 0)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("Example", exact=True)).to_have_value("mazur")
    expect(field(page, "Learning rate")).to_have_value("0.5")


class TestAfterANewerPageWasPutOnTheServer:
    @pytest.fixture
    def expected_noise(self) -> list[str]:
        return ["404"]

    @pytest.mark.parametrize("missing", ["builder", "katex", "dialog"])
    def test_a_part_that_is_not_there_any_more_is_said_to_be_and_loading_the_page_again_leads_back(
        self, page: Page, server: Server, missing: str
    ) -> None:
        page.route(f"**/assets/{missing}-*", lambda route: route.fulfill(status=404))
        open_page(page, server)
        button(page, "Step").click()
        wait_for_t(page, 1)
        if missing == "dialog":
            button(page, "More").click()
            button(page, "Save a picture").click()

        expect(page.get_by_role("alert")).to_contain_text("may have a newer page")
        page.unroute_all()
        button(page, "Load again").click()

        page.wait_for_selector("html[data-ready]")
        expect(page.get_by_role("alert")).to_have_count(0)
        assert_shows_the_frame_of(page, server, 1)


def test_what_the_page_s_head_asks_for_is_what_it_needs(page: Page, server: Server) -> None:
    open_page(page, server)

    asked = re.findall(r'preload" href="([^"]+)"', page.request.get(server.url).text())
    used = page.evaluate("performance.getEntriesByType('resource').map(one => new URL(one.name).pathname)")
    page.evaluate("document.fonts.ready.then(() => true)")
    fonts = page.evaluate("[...document.fonts].filter(one => one.status === 'loaded').map(one => one.family)")
    assert len(asked) == len(set(asked)) > 3
    assert all(used.count(one) == 1 for one in asked)
    assert {family.strip('"') for family in fonts} == {"Inter Variable", "JetBrains Mono Variable"}


@pytest.mark.parametrize("path", ["/s/s_AAAAAAAAAAAAAAAAAAAAAA", "/?preset=none"])
def test_where_there_is_no_such_session_an_example_leads_on(page: Page, server: Server, path: str) -> None:
    open_page(page, server, path)

    expect(page.get_by_role("alert")).to_be_visible()
    button(page, "Begin with an example").click()

    wait_for_t(page, 0)
    expect(page.get_by_role("alert")).to_have_count(0)
    button(page, "Step").click()
    assert_shows_the_frame_of(page, server, 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_where_nothing_is_a_page_in_the_theme_of_the_others_leads_on(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{server.url}/s/unknown/more")

    paper = {"light": "rgb(251, 250, 247)", "dark": "rgb(20, 23, 28)"}[scheme]
    expect(page.locator("body")).to_have_css("background-color", paper)
    expect(page.get_by_role("main")).to_contain_text("/s/unknown/more")
    assert violations(page) == []
    page.get_by_role("link", name="Backscope with an example").click()
    assert_shows_the_frame_of(page, server, 0)


def test_a_diverged_run_says_so_and_can_be_reset(page: Page, server: Server) -> None:
    spec = {
        "name": "Too fast",
        "data": {"inline": {"x": [[1e3]], "y": [[1]]}},
        "layers": [{"units": 1}],
        "loss": "mse",
        "optimizer": {"type": "sgd", "learning_rate": 1e300},
        "parameters": {"output.W": [[1]]},
    }
    made = server.api.post("/sessions", json=spec).json()["session"]["id"]
    open_page(page, server, f"/s/{made}")
    page.keyboard.press("4")
    ticks = server.get(f"/sessions/{made}")["session"]["ticks_per_step"]
    for step in (1, 2):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, step * ticks)
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("alert")).to_contain_text("rewind")
    expect(page.locator(".loss .number").first).to_have_text("∞")
    button(page, "Reset").click()
    assert_shows_the_frame_of(page, server, 0)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_an_unknown_example_is_refused_in_words(page: Page, server: Server) -> None:
    open_page(page, server, "/?preset=mazurr")

    expect(page.get_by_role("alert")).to_contain_text("Did you mean mazur?")
    page.get_by_label("Example", exact=True).select_option("mazur")
    assert_shows_the_frame_of(page, server, 0)


def test_a_session_that_is_not_there_is_said_and_an_example_can_be_opened(page: Page, server: Server) -> None:
    open_page(page, server, "/s/s_gone")

    expect(page.get_by_role("alert")).to_contain_text("no session with this id")
    page.get_by_label("Example", exact=True).select_option("xor")
    assert_shows_the_frame_of(page, server, 0)
