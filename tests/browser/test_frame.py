"""The page in a frame of another site, as a notebook shows a session: the browser keeps nothing for it there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser

from app import Client
from tests.browser.serving import Server


class Quiet(SimpleHTTPRequestHandler):
    def log_request(self, *_: object) -> None:
        pass

    log_error = log_request


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    """Another site, on which a notebook may stand."""
    with ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=tmp_path)) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield site
        site.shutdown()


def test_a_notebook_shows_a_session_s_page_in_a_frame(
    server: Server, browser: Browser, notebook: ThreadingHTTPServer, tmp_path: Path
) -> None:
    with Client(server.url) as client:
        session = client.create(preset="mazur")
        session.step("op", 8)
        shown = session._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html>{shown}", encoding="utf-8")
    wrong: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))

    page.goto(f"http://localhost:{notebook.server_port}/notebook.html")

    frame = page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(state="attached")
    frame.get_by_role("button", name="Step", exact=True).wait_for()
    frame.locator("body").press("ArrowLeft")  # the keys that are switched off are looked up
    assert wrong == []
    page.close()


def test_a_notebook_shows_more_sessions_than_a_browser_has_connections_and_each_moves(
    server: Server, browser: Browser, notebook: ThreadingHTTPServer, tmp_path: Path
) -> None:
    with Client(server.url) as client:
        sessions = [client.create(preset="mazur") for _ in range(8)]
        shown = "".join(session._repr_html_() for session in sessions)
        (tmp_path / "notebook.html").write_text(f"<!doctype html>{shown}", encoding="utf-8")
        page = browser.new_page()
        page.goto(f"http://localhost:{notebook.server_port}/notebook.html")
        frames = page.locator("iframe")

        for at, session in enumerate(sessions):
            frames.nth(at).scroll_into_view_if_needed()
            frame = frames.nth(at).content_frame
            frame.locator("html[data-ready]").wait_for(state="attached")
            frame.get_by_role("button", name="Step", exact=True).click()
            frame.locator("[data-t='1']").wait_for()
            session.step()
            frame.locator("[data-t='2']").wait_for()
        page.close()
