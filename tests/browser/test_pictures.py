"""The network is saved as SVG, PNG and GIF: the files are opened, and their numbers are those of the API."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import button, element, field, network, open_page, session_id, violations, wait_for_t
from tests.browser.serving import Server

SVG = "{http://www.w3.org/2000/svg}"


def at_tick(page: Page, server: Server, preset: str, t: int) -> None:
    open_page(page, server, f"/?preset={preset}")
    for tick in range(1, t + 1):
        page.keyboard.press("ArrowRight")
        wait_for_t(page, tick)


def asked(page: Page, form: str, **fields: float) -> Locator:
    """The dialog, with a format and its fields chosen."""
    button(page, "More").click()
    button(page, "Save a picture").click()
    dialog = page.get_by_role("dialog", name="Save a picture", exact=True)
    dialog.get_by_role("radio", name=form, exact=True).check()
    for name, value in fields.items():
        field(page, name.replace("_", " ")).fill(str(value))
    return dialog


def saved(page: Page, dialog: Locator, folder: Path) -> Path:
    with page.expect_download() as saving:
        dialog.get_by_role("button", name="Save", exact=True).click()
    file = folder / saving.value.suggested_filename
    saving.value.save_as(file)
    return file


def frames_of(gif: bytes) -> tuple[tuple[int, int], list[int]]:
    """Size of a GIF, and of each of its pictures how many hundredths of a second it is shown."""
    assert gif[:6] == b"GIF89a"
    width, height, flags = struct.unpack_from("<HHB", gif, 6)
    at = 13 + (3 << (1 + (flags & 7)) if flags & 0x80 else 0)
    delays: list[int] = []
    pictures = 0
    while gif[at] != 0x3B:
        if gif[at] == 0x21:
            if gif[at + 1] == 0xF9:
                delays.append(struct.unpack_from("<H", gif, at + 4)[0])
            at += 2
        else:
            assert gif[at] == 0x2C
            pictures += 1
            local = gif[at + 9]
            at += 10 + (3 << (1 + (local & 7)) if local & 0x80 else 0) + 1
        while gif[at]:
            at += gif[at] + 1
        at += 1
    assert pictures == len(delays)
    return (width, height), delays


def first_pixel(png: bytes) -> tuple[int, ...]:
    """Red, green and blue of the upper left pixel, which every filter of the format leaves as it is."""
    at, packed = 8, b""
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        packed += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return tuple(zlib.decompress(packed)[1:4])


@pytest.mark.parametrize(("preset", "t"), [("xor", 10), ("mazur", 9)])
def test_an_svg_has_every_number_of_the_network_as_text_and_needs_nothing_else(
    page: Page, server: Server, tmp_path: Path, preset: str, t: int
) -> None:
    at_tick(page, server, preset, t)

    file = saved(page, asked(page, "SVG"), tmp_path)

    root = ElementTree.parse(file).getroot()
    frame = server.get(f"/sessions/{session_id(page)}/frames/{t}")
    texts = [one for one in root.iter(f"{SVG}text") if "data-tensor" in one.attrib]
    drawn = {(one.attrib["data-tensor"], one.attrib["data-index"]) for one in texts}
    for text in texts:
        value = element(frame["tensors"][text.attrib["data-tensor"]], text.attrib["data-index"])
        assert (None if value is None else float(value)) == (
            float(text.attrib["data-value"]) if "data-value" in text.attrib else None
        )
    for number in network(page).locator("[data-tensor]").all():
        address = (number.get_attribute("data-tensor"), number.get_attribute("data-index"))
        assert address in drawn
    said = " ".join("".join(one.itertext()) for one in root.iter(f"{SVG}text"))
    assert "BACKWARD" in said
    assert any(one.get("stroke-dasharray") for one in root.iter(f"{SVG}path")), "a negative weight is dashed"
    for one in root.iter():
        assert one.get("href", "data:").startswith("data:")
        assert "style" not in one.attrib
        assert "sans-serif" in one.get("font-family", "sans-serif")


@pytest.mark.parametrize("width", [800, 3200])
def test_a_png_is_as_wide_as_was_asked_and_in_the_theme_that_was_asked(
    page: Page, server: Server, tmp_path: Path, width: int
) -> None:
    at_tick(page, server, "xor", 10)
    dialog = asked(page, "PNG", Width_in_pixels=width)
    dialog.get_by_role("radio", name="Dark", exact=True).check()

    content = saved(page, dialog, tmp_path).read_bytes()

    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", content[16:20]) == (width,)
    assert first_pixel(content) == (0x14, 0x17, 0x1C), "the dark paper, on a light page"


def test_a_gif_has_as_many_pictures_as_was_asked_and_the_page_stays_where_it_is(
    page: Page, server: Server, tmp_path: Path
) -> None:
    at_tick(page, server, "xor", 12)
    dialog = asked(page, "GIF", From_tick=3, To_tick=8, Seconds_a_tick=0.5, Pictures_a_tick=2, Width_in_pixels=400)

    content = saved(page, dialog, tmp_path).read_bytes()

    size, delays = frames_of(content)
    assert size[0] == 400
    assert delays == [25] * 12
    expect(page.locator(".filming, .darkroom")).to_have_count(0)
    wait_for_t(page, 12)
    assert not violations(page)


def test_a_gif_that_is_being_drawn_leaves_the_page_usable_and_can_be_given_up(page: Page, server: Server) -> None:
    at_tick(page, server, "xor", 12)
    dialog = asked(page, "GIF", From_tick=1, To_tick=12, Pictures_a_tick=20)
    saves: list[object] = []
    page.on("download", lambda download: saves.append(download))
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("progressbar", name="Drawing the GIF", exact=True)).to_be_visible()

    button(page, "Step back").click()
    wait_for_t(page, 11)
    button(page, "Cancel the GIF").click()

    expect(page.get_by_role("progressbar", name="Drawing the GIF", exact=True)).to_have_count(0)
    expect(page.locator(".darkroom")).to_have_count(0)
    assert not saves


def test_what_cannot_be_drawn_is_said_before_it_is_begun(page: Page, server: Server) -> None:
    at_tick(page, server, "xor", 12)
    dialog = asked(page, "GIF", From_tick=8, To_tick=3)

    page.keyboard.press("Enter")

    expect(dialog.get_by_role("alert")).to_contain_text("from 8 to 3")
    assert not violations(page)
    field(page, "To tick").fill("13")
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
