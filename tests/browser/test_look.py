"""What the page looks like to those who see it on a phone, in the dark, without motion, or not at all."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import (
    assert_headings_are_whole,
    button,
    network,
    open_page,
    pause,
    session_id,
    steps,
    violations,
    wait_for_t,
    wait_until,
)
from tests.browser.serving import Server

CANVAS_TOKENS = ("positive", "negative", "muted", "ink", "forward", "loss", "backward", "update")


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


@pytest.mark.parametrize("t", [0, 10, 15])
def test_axe_finds_nothing(page: Page, server: Server, scheme: str, t: int) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    open_page(page, server, "/?preset=mazur")
    for now in range(1, t + 1):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, now)
    page.wait_for_timeout(200)

    assert violations(page) == []
    page.get_by_role("tab", name="Code").click()
    assert violations(page) == []


def test_what_the_canvas_draws_stands_out_from_the_paper(page: Page, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_page(page, server)
    colours: dict[str, list[float]] = page.evaluate(
        """(names) => { const probe = document.body.appendChild(document.createElement('span'));
        const read = (name) => { probe.style.color = `var(--${name})`;
          return getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(Number) };
        return Object.fromEntries([...names, 'paper', 'panel'].map(name => [name, read(name)])) }""",
        list(CANVAS_TOKENS),
    )

    def luminance(rgb: list[float]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for name in CANVAS_TOKENS:
        for surface in ("paper", "panel"):
            light, dark = sorted((luminance(colours[name]), luminance(colours[surface])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{name} on {surface}"


BEYOND_THE_LOSS = """() => [...document.querySelectorAll('.loss .below *')].filter((one) => {
  const { left, right } = one.getBoundingClientRect(), box = one.closest('.below').getBoundingClientRect();
  return left < box.left - 0.5 || right > box.right + 0.5;
}).map((one) => one.innerText)"""


@pytest.mark.parametrize("preset", ["circle", "spiral"])
def test_what_is_said_below_the_loss_is_whole_on_the_narrowest_phone(page: Page, server: Server, preset: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    open_page(page, server, f"/?preset={preset}")

    assert page.evaluate(BEYOND_THE_LOSS) == []


@pytest.mark.parametrize("width", [360, 400, 768, 860, 1024, 1280, 1920])
def test_nothing_scrolls_sideways_and_the_inspector_s_tabs_stand_in_one_line(
    page: Page, server: Server, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for preset in ("xor", "simple-nn", "digits", "vanishing"):
        open_page(page, server, f"/?preset={preset}")
        for t in range(1, 9):
            page.keyboard.press("ArrowRight")
            wait_for_t(page, t)

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".tabs").evaluate("one => one.offsetHeight") < 40


@pytest.mark.parametrize("width", [400, 1280])
def test_layers_with_long_names_keep_to_their_places(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    names = [f"{kind}_layer_of_this_network_by_its_own_name"[:40] for kind in ("first", "second", "last")]
    layers = [{"name": name, "units": 2} for name in names]
    made = server.api.post("/sessions", json={"preset": "circle", "layers": [*layers[:2], {**layers[2], "units": 1}]})
    session = made.json()["session"]["id"]
    server.api.post(f"/sessions/{session}/steps", json={"granularity": "batch"})

    open_page(page, server, f"/s/{session}?asks={names[1]}.W[0,1]")

    assert_headings_are_whole(page)
    expect(page.locator(".layer-name").nth(1)).to_have_attribute("title", re.compile(names[0]))
    for tab in ("Formula", "Code", "Paths", "Optimizer", "Check"):
        page.get_by_role("tab", name=tab, exact=True).click()
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".inspector").evaluate("one => one.scrollWidth - one.clientWidth") <= 0, tab


def test_on_a_phone_the_order_is_sentence_network_transport_inspector(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 400, "height": 850})
    open_page(page, server)

    tops = [
        page.locator(selector).bounding_box()["y"]  # type: ignore[index]
        for selector in ("[role=status]", ".network", ".transport", ".inspector", ".data")
    ]

    assert tops == sorted(tops)


def test_every_control_is_in_sight_on_a_projector(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, server, "/?preset=simple-nn")

    for name in ("Reset", "Step back", "Play", "Step"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("slider", name="Timeline")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("status")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900)])
def test_a_wide_page_is_as_high_as_the_window_whatever_is_unfolded(
    page: Page, server: Server, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, server)
    expect(page.get_by_label("Learning rate")).to_be_visible()

    for unfolded in (False, True):
        page.evaluate("(open) => document.querySelectorAll('details').forEach(one => (one.open = open))", unfolded)
        assert page.evaluate("document.documentElement.scrollHeight") == height


@pytest.mark.parametrize("preset", ["xor", "circle"])
@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)], ids=["projector", "laptop"])
def test_the_network_and_a_chart_are_seen_whole_and_keep_their_places(
    page: Page, server: Server, size: tuple[int, int], preset: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page, server, f"/?preset={preset}")
    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    tops = set()

    for name in ("Loss", "Weights", "Along a weight", "Boundary", "Diagnosis", "Landscape"):
        page.get_by_role("tab", name=name).click()

        expect(page.locator(".chart-panel")).to_be_in_viewport(ratio=1)
        wait_until(page, "(one => one.scrollHeight <= one.clientHeight)(document.querySelector('.stage'))")
        for part in page.locator(".network .unit, .network .loss, .legend span").all():
            expect(part).to_be_in_viewport(ratio=1)
        tops.add(page.locator(".transport").evaluate("(one) => one.offsetTop"))
        legend, units = page.locator(".legend").bounding_box(), page.locator(".network .unit")
        assert legend
        assert legend["height"] < 24
        lowest = units.evaluate_all("all => Math.max(...all.map(one => one.getBoundingClientRect().bottom))")
        assert lowest <= legend["y"] + 1, name
    assert len(tops) == 1


@pytest.mark.parametrize("size", [(400, 860), (360, 740)])
def test_on_a_phone_a_long_sentence_leaves_the_network_where_it_is(
    page: Page, server: Server, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page, server)
    tops = set()

    for t in range(1, 16):
        steps(page, t, t - 1)
        tops.add(page.locator(".stage").evaluate("(one) => one.offsetTop"))

    assert len(tops) == 1


def test_a_button_that_does_nothing_now_looks_like_it(page: Page, server: Server) -> None:
    open_page(page, server)
    page.get_by_role("tab", name="Diagnosis").click()
    expect(page.get_by_role("button", name="Table", exact=True)).to_be_enabled()
    picture = page.get_by_role("button", name="Picture", exact=True)

    expect(picture).to_be_disabled()
    expect(picture).to_have_css("cursor", "default")
    assert picture.evaluate("(one) => Number(getComputedStyle(one).opacity)") < 0.6


PICTURE = "['.edges', '.arrows'].map((one) => document.querySelector(one).toDataURL()).join()"


def edges(page: Page) -> str:
    shot: str = page.evaluate(PICTURE)
    return shot


WATCH = f"""(t) => {{
  const seen = new Set();
  const network = document.querySelector('.network');
  window.seen = new Promise((done) => {{
    let begun = null;
    const look = (now) => {{
      if (network.dataset.t === String(t)) {{
        begun ??= now;
        seen.add({PICTURE});
      }}
      if (begun === null || now - begun < 700) requestAnimationFrame(look);
      else done([...seen]);
    }};
    requestAnimationFrame(look);
  }});
}}"""
"""Keep each picture that the canvases show, from the moment t on until what moves has come to rest."""


def drawn(page: Page) -> str:
    """The network as it is drawn: the canvas, and the units over it."""
    units = "[...document.querySelectorAll('.network :is(.unit, .loss, .tag)')].map(e => [e.className, e.innerText])"
    return edges(page) + str(page.evaluate(units))


def test_the_motion_ends_at_rest_and_without_motion_it_is_there_at_once(browser: Browser, server: Server) -> None:
    shown = []
    for reduced in ("no-preference", "reduce"):
        context = browser.new_context(reduced_motion=reduced)  # type: ignore[arg-type]
        page = context.new_page()
        open_page(page, server, "/?preset=mazur")
        steps(page, 9)
        page.wait_for_timeout(700)
        page.evaluate(WATCH, 10)
        page.keyboard.press("ArrowRight")
        shown.append(page.evaluate("() => window.seen"))
        context.close()

    moving, still = shown
    assert len(moving) > 1
    assert still == moving[-1:]


@pytest.mark.parametrize("ratio", [1, 1.25, 2])
def test_lines_that_are_drawn_strip_by_strip_look_as_if_all_were_drawn_at_once(
    browser: Browser, server: Server, ratio: float
) -> None:
    """Another theme and back draws all of them anew."""
    with browser.new_context(device_scale_factor=ratio, color_scheme="light") as context:
        page = context.new_page()
        open_page(page, server, "/?preset=circle")
        page.get_by_role("slider", name="Speed").fill("6")
        button(page, "Play").click()
        for t in (12, 19, 25):
            wait_until(page, f"Number(document.querySelector('[data-t]').dataset.t) >= {t}")
            pause(page)
            page.wait_for_timeout(700)  # until what moves is at rest
            step_by_step = edges(page)
            for scheme in ("dark", "light"):
                page.emulate_media(color_scheme=scheme)
                page.wait_for_timeout(300)
                if scheme == "dark":
                    assert edges(page) != step_by_step
            assert edges(page) == step_by_step, t
            button(page, "Play").click()


def test_stepping_back_looks_as_stepping_forward_did(page: Page, server: Server) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page(page, server)
    seen = {}
    for t in range(1, 18):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, t)
        page.wait_for_timeout(60)
        seen[t] = drawn(page)

    for t in range(16, 0, -1):
        page.keyboard.press("ArrowLeft")
        wait_for_t(page, t)
        page.wait_for_timeout(60)
        assert drawn(page) == seen[t], t
    assert len(set(seen.values())) == len(seen), "every tick looks like itself"


def test_the_theme_can_be_chosen_and_is_kept(page: Page, server: Server) -> None:
    page.emulate_media(color_scheme="light")
    open_page(page, server)
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)

    page.get_by_role("button", name="Theme").click()

    dark = page.evaluate(paper)
    assert dark != light
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate(paper) == dark


def test_a_key_can_be_switched_off(page: Page, server: Server) -> None:
    open_page(page, server)
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").get_by_role("checkbox", name="→ step forward", exact=True).uncheck()
    page.get_by_role("button", name="Close").click()

    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)

    wait_for_t(page, 0)
    page.keyboard.press("Shift+ArrowRight")
    wait_for_t(page, 2)
    assert network(page).get_attribute("data-phase") == "forward"


def test_the_api_documentation_works_without_the_network(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/docs")

    expect(page.get_by_text("/api/v1/sessions/{session_id}/steps")).to_be_visible()


def test_the_documentation_s_own_panels_open_and_send_a_request(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/docs")
    page.get_by_role("button", name="GET /livez Livez", exact=False).first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()

    expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")


def test_a_screen_reader_meets_the_units_in_order_and_hears_what_happened(page: Page, server: Server) -> None:
    open_page(page, server)
    steps(page, 10)

    groups = [group.get_attribute("aria-label") or "" for group in network(page).get_by_role("group").all()]
    assert [name.partition(":")[0] for name in groups] == [
        *(f"input unit {i}" for i in range(2)),
        *(f"hidden1 unit {i}" for i in range(3)),
        "output unit 0",
        "loss",
    ]
    tensors = server.get(f"/sessions/{session_id(page)}/frames/10")["tensors"]
    assert f"a {tensors['hidden1.a']['values'][0][1]:.4g}".replace("-", "−") in groups[3]
    assert "dz not computed yet" in groups[3]
    largest = max(tensors["hidden1.da"]["values"][0], key=abs)
    said = page.get_by_role("status")
    expect(said).to_have_attribute("aria-live", "polite")
    expect(said).to_contain_text(f"{largest:.4g}".replace("-", "−"))


def test_a_screen_reader_hears_the_numbers_of_the_sentence(page: Page, server: Server) -> None:
    """By itself it speaks the text of a live region, and neither its buttons nor its links as a part of that."""
    open_page(page, server)
    steps(page, 1)
    said = page.get_by_role("status")

    frame = server.get(f"/sessions/{session_id(page)}/frames/1")
    largest = max(frame["tensors"]["hidden1.z"]["values"][0], key=abs)
    expect(said.locator("button, a, [tabindex]")).to_have_count(0)
    number = said.locator(f"[data-value='{largest}']")
    expect(number).to_have_text(f"{largest:.4g}".replace("-", "−"))

    number.click()

    expect(page.locator(".inspector .address")).to_contain_text("hidden1.z[0,")


def test_a_layer_s_heading_is_seen_whole_below_an_open_chart(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, server, "/?preset=moons")
    page.locator("[data-builds='hidden1'] .built-name").click()
    page.get_by_role("combobox", name="hidden1 activation", exact=True).select_option("leaky_relu")
    heading = page.locator("[data-layer='hidden1'] .layer-name")
    expect(heading).to_contain_text("leaky relu")
    page.get_by_role("tab", name="Loss").click()
    page.locator(".sizes label", has_text="Batch").click()
    page.get_by_role("button", name="Step", exact=True).click()
    expect(heading).to_contain_text("leaky relu · dz ÷ 10 · ±")

    assert_headings_are_whole(page)


@pytest.mark.parametrize("width", [360, 400, 1024, 1180, 1280, 1440])
def test_what_moves_through_time_has_one_height_however_far_a_run_has_gone(
    page: Page, server: Server, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    open_page(page, server, "/?preset=moons")
    transport, where = page.locator(".transport"), page.locator(".where")
    heights = []

    for step, tick, epoch in ((0, 0, 0), (120, 16, 12), (100_000, 16, 10_000)):
        where.evaluate(
            "(one, said) => one.querySelectorAll('b').forEach((b, i) => (b.textContent = said[i]))", [step, tick, epoch]
        )
        heights.append(transport.evaluate("(one) => one.offsetHeight"))
        expect(where).to_have_text(f"step {step} · tick {tick} of 17 · epoch {epoch}")
        assert where.evaluate("(one) => one.scrollWidth <= one.clientWidth && one.offsetHeight <= 36")

    assert len(set(heights)) == 1, heights


def test_where_the_network_goes_on_below_a_chart_the_edge_says_so(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, server, "/?preset=moons")
    units = page.get_by_role("spinbutton", name="hidden1 units", exact=True)
    units.fill("16")
    units.press("Enter")
    stage = page.locator(".stage")
    expect(page.locator(".network [data-unit='hidden1.15']")).to_be_visible()

    def edges() -> tuple[bytes, bytes]:
        """A strip at the stage's upper edge and one at its lower, left of everything that is drawn there."""
        box = stage.bounding_box()
        assert box
        strip = {"x": box["x"] + 2, "width": 6, "height": 6}
        tops = (box["y"], box["y"] + box["height"] - 6)
        above, below = (page.screenshot(clip={**strip, "y": top}) for top in tops)  # type: ignore[typeddict-item]
        return above, below

    paper, same = edges()
    assert paper == same

    page.get_by_role("tab", name="Loss").click()
    wait_until(page, "(one => one.scrollHeight > one.clientHeight + 20)(document.querySelector('.stage'))")
    above, below = edges()
    assert above == paper
    assert below != paper
    stage.evaluate("one => one.scrollTo(0, one.scrollHeight)")
    above, below = edges()
    assert above != paper
    assert below == paper


REACH = """() => Object.fromEntries([...document.querySelectorAll('input[type=range]')].map((slider) => {
  const { left, top, width, height } = slider.getBoundingClientRect();
  const hits = (by) => document.elementFromPoint(left + 0.3 * width, top + height / 2 + by) === slider;
  let [above, below] = [0, 0];
  while (hits(-above)) above++;
  while (hits(below)) below++;
  return [slider.ariaLabel, above + below - 1];
}))"""


@pytest.mark.parametrize(
    ("size", "touches", "least"),
    [((1440, 900), False, 24), ((1280, 720), False, 24), ((400, 800), False, 24), ((400, 800), True, 44)],
)
def test_a_slider_is_as_high_as_a_hand_or_a_finger_needs(
    browser: Browser, server: Server, size: tuple[int, int], touches: bool, least: int
) -> None:
    with browser.new_context(
        viewport={"width": size[0], "height": size[1]}, has_touch=touches, is_mobile=touches
    ) as context:
        page = context.new_page()
        open_page(page, server)
        page.locator(".transport").evaluate("one => one.scrollIntoView({ block: 'center' })")

        found = page.evaluate(REACH)

    assert set(found) == {"Speed", "Timeline", "Tick"}
    assert min(found.values()) >= least, found


TYPED_IN = """() => [...document.querySelectorAll('select, input:is([type=text], [type=number])')]
  .filter((one) => one.checkVisibility()).map((one) => parseFloat(getComputedStyle(one).fontSize))"""


def test_on_a_phone_what_is_typed_in_is_large_enough_that_safari_leaves_the_page_as_large_as_it_is(
    browser: Browser, server: Server
) -> None:
    """Below 16 pixels it enlarges the whole page when a finger enters a field, and leaves it so."""
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        open_page(page, server, "/?preset=moons")
        page.locator(".built-name").first.click()

        sizes: list[float] = page.evaluate(TYPED_IN)

    assert len(sizes) > 8
    assert min(sizes) >= 16


CONTRAST = """([first, second]) => {
  const canvas = document.querySelector('.edges');
  const [a, b, whole] = [first, second, '.network'].map((one) => document.querySelector(one).getBoundingClientRect());
  const [x, y] = [(a.right + b.left) / 2 - whole.left, b.top + b.height / 2 - whole.top - 20];
  const { data } = canvas.getContext('2d').getImageData(Math.round(x), Math.round(y), 1, 40);
  const paper = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
  const light = (colour) => {
    const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const [red, green, blue] = colour.map((one) => linear(one / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const over = (i) => paper.map((p, c) => (data[i + c] * data[i + 3] + p * (255 - data[i + 3])) / 255);
  const found = Array.from({ length: data.length / 4 }, (_, row) => light(over(4 * row)) / light(paper));
  return Math.max(...found.map((ratio) => Math.max(ratio, 1 / ratio)));
}"""
"""How much what the canvas has between two elements, at the height of the second, differs from the paper."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_line_along_which_nothing_goes_is_three_times_as_strong_as_the_paper(
    browser: Browser, server: Server, scheme: Literal["light", "dark"]
) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme) as context:
        page = context.new_page()
        open_page(page, server)
        page.wait_for_timeout(300)
        box = "[data-unit='{}'] .box"

        assert page.evaluate(CONTRAST, [box.format("hidden1.1"), box.format("output.0")]) >= 3
        assert page.evaluate(CONTRAST, [box.format("output.0"), ".loss .circle"]) >= 3


def assert_targets(page: Page, selector: str) -> None:
    """Each is at least 24 pixels wide and high, as WCAG 2.5.8 asks."""
    sizes = "all => all.map(one => [one.ariaLabel ?? one.innerText, one.offsetWidth, one.offsetHeight])"
    found = page.locator(selector).evaluate_all(sizes)
    assert found
    assert all(width >= 24 and height >= 24 for _, width, height in found), found


def test_each_number_is_found_by_an_unsure_hand_in_the_lists_beside_the_network(page: Page, server: Server) -> None:
    open_page(page, server)
    steps(page, 10)

    assert_targets(page, ".unit-numbers .number")
    assert_targets(page, ".batch .cells .number")
    page.get_by_role("tab", name="Paths", exact=True).click()
    expect(page.locator(".along .door").first).to_be_visible()
    assert_targets(page, ".along .door")
