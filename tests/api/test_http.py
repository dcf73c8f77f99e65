"""What holds for every path: methods, media types, the framework's own errors, and an error that nobody foresaw."""

import logging
import re
from urllib.parse import quote

import pytest

from app.api import answers, routes
from tests.api.problems import check_problem
from tests.engine.nets import net


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/catalog", "GET, HEAD"),
        ("OPTIONS", "/catalog", "GET, HEAD"),
        ("PUT", "/sessions", "GET, HEAD, POST"),
        ("PUT", "/sessions/s_1", "DELETE, GET, HEAD, PATCH"),
        ("OPTIONS", "/sessions/s_1", "DELETE, GET, HEAD, PATCH"),
        ("GET", "/sessions/s_1/steps", "POST"),
        ("FOO", "/sessions/s_1/frames/0", "GET, HEAD"),
        ("POST", "//livez", "GET, HEAD"),
        ("DELETE", "//static/main.js", "GET, HEAD"),
        ("POST", "//", "GET, HEAD"),
    ],
)
def test_a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has(api, method, path, allowed):
    response = api.request(method, path)

    problem = check_problem(response, "method_not_allowed")
    assert response.headers["allow"] == allowed
    assert method in problem["detail"]


HEADS = ["/catalog", "/sessions/s_1", "//livez", "//", "//docs", "//nothing", "/sessions?page=2"]


@pytest.mark.parametrize("path", HEADS)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_head_is_answered_as_get_without_the_body(api, path, accept):
    got, head = (api.request(method, path, headers={"accept": accept}) for method in ("GET", "HEAD"))

    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers == got.headers


@pytest.mark.parametrize("path", ["", "/frames/0", "/tensors/hidden1.W", "/export?format=numpy"])
def test_head_of_what_a_session_has_moves_nothing(api, mazur, path):
    before, head = mazur.head, api.request("HEAD", mazur.path + path)

    assert head.headers == api.get(mazur.path + path).headers
    assert mazur.head == before


def test_head_of_a_stream_ends(api, mazur):
    head = api.request("HEAD", f"{mazur.path}/events", timeout=5)

    assert head.headers["content-type"].startswith("text/event-stream")
    assert api.app.state.workbench.feeds.count == 0


def test_head_of_a_command_is_refused(api, mazur):
    head = api.request("HEAD", f"{mazur.path}/steps")

    assert (head.status_code, head.headers["allow"]) == (405, "POST")
    assert mazur.head["t"] == 0


def test_head_is_counted_as_what_it_is(api, mazur):
    api.request("HEAD", f"{mazur.path}/graph")

    counted = 'backscope_requests_total{method="HEAD",route="/api/v1/sessions/{session_id}/graph",status="200"}'
    assert counted in api.get("//metrics").text


@pytest.mark.parametrize(
    "path",
    ["//api", "//api/v1", "/", "/nothing", "/sessions/", "/sessions/s_1/run", "//nothing", "//static/nothing.js"],
)
def test_a_path_that_is_not_there_is_not_found(api, path):
    problem = check_problem(api.get(path), "not_found")

    assert problem["detail"].startswith("There is nothing here: GET /")


def test_a_long_path_is_not_echoed(api):
    problem = check_problem(api.get("/" + "x" * 30_000), "not_found")

    assert len(problem["detail"]) < 200


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/nothing", "/s/unknown/more", "/s/", "/static/nothing.js", "/apis", "/docs/"])
@pytest.mark.parametrize("accept", [BROWSER, "text/html", "text/html, application/json;q=0.9"])
def test_a_browser_that_is_led_to_nothing_gets_a_page_with_ways_on(api, path, accept):
    response = api.get(f"/{path}", headers={"accept": accept})

    page = response.text
    assert (response.status_code, response.headers["vary"]) == (404, "Accept")
    assert response.headers["content-type"].startswith("text/html")
    assert f"&#34;{path}&#34;" in page
    assert 'href="/"' in page
    assert 'href="/docs"' in page
    (style,) = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    assert ".nowhere" in api.get(f"/{style}").text
    assert not re.search(r"<script|<style|style=", page)


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/api", BROWSER),
        ("/api/v1", BROWSER),
        ("/api/v1/nothing", BROWSER),
        ("/nothing", "*/*"),
        ("/nothing", "image/avif,image/webp,*/*;q=0.8"),
        ("/nothing", "application/json, text/html"),
        ("/nothing", "image/png"),
    ],
)
def test_what_is_no_browser_or_asks_the_api_for_nothing_gets_a_problem(api, path, accept):
    check_problem(api.get(f"/{path}", headers={"accept": accept}), "not_found")


def test_what_was_asked_for_stands_on_the_page_escaped_and_bounded(api):
    asked = quote("/<img src=x onerror=alert(1)>\n" + "y" * 30_000)

    response = api.get(f"/{asked}", headers={"accept": BROWSER})

    assert "/&lt;img src=x onerror=alert(1)&gt;\\n" in response.text
    assert "<img" not in response.text
    assert len(response.text) < 2_000


def test_to_a_browser_unknown_and_forbidden_look_alike(api, monkeypatch):
    monkeypatch.setattr("app.api.operations._is_local", lambda request: False)

    unknown, forbidden = (api.get(f"//{name}", headers={"accept": BROWSER}) for name in ("metrica", "metrics"))

    assert forbidden.status_code == 404
    assert forbidden.text == unknown.text.replace("metrica", "metrics")
    assert forbidden.headers == unknown.headers


@pytest.mark.parametrize(
    "accept", ["text/html", "image/png, text/*", "application/x-safetensors", "application/json;q=0, text/html"]
)
def test_a_client_that_takes_no_json_is_told_so_before_anything_happens(api, mazur, accept):
    made = api.post("/sessions", {"preset": "xor"}, headers={"accept": accept})
    moved = api.post(f"{mazur.path}/steps", headers={"accept": accept})

    assert 'expected application/json, got "' in check_problem(made, "not_acceptable")["detail"]
    check_problem(moved, "not_acceptable")
    assert mazur.head["t"] == 0


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/html, */*;q=0.1", "application/json;q=0.5", ""])
def test_a_client_that_takes_json_among_others_gets_it(api, accept):
    assert api.get("/catalog", headers={"accept": accept}).status_code == 200


def test_a_long_accept_header_is_read_and_not_kept(api):
    kept = routes._known_liked.cache_info().currsize

    for i in range(3):
        accept = ", ".join([f"text/x-{i}"] * 1_000 + ["application/json"])
        assert api.get("/catalog", headers={"accept": accept}).status_code == 200

    assert routes._known_liked.cache_info().currsize == kept


@pytest.mark.parametrize("written", ["1_0", "+5", "5.0", " 5", "5e0", "\u0665", "0x5", "", "five"])
@pytest.mark.parametrize("path", ["/tensors/hidden1.W?t=", "/trends?points=", "/questions?level=", "/frames/"])
def test_a_whole_number_is_written_in_digits(api, mazur, path, written):
    if path.endswith("/") and not written:
        return
    problem = check_problem(api.get(mazur.path + path + quote(written)), "invalid_request")

    assert "whole number" in problem["detail"]


def test_a_second_accept_header_counts_too(api):
    headers = [("accept", "text/html"), ("accept", "application/json")]

    assert api.get("/catalog", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/catalog?x=1", "/sessions?page=2", "/sessions?page_size=1&page_size=2"])
def test_a_query_parameter_that_is_unknown_or_stands_twice_is_refused(api, path):
    check_problem(api.get(path), "invalid_request")


def test_a_query_parameter_of_a_command_is_refused_before_it_is_done(api, mazur):
    response = api.post(f"{mazur.path}/steps?count=3")

    check_problem(response, "invalid_request")
    assert mazur.head["t"] == 0


def test_an_error_that_nobody_foresaw_is_a_problem_that_tells_nothing_of_the_inside(api, mazur, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("the secret of /srv/app/answers.py")

    monkeypatch.setattr(answers, "graph", fail)
    with caplog.at_level(logging.ERROR, logger="backscope"):
        response = api.get(f"{mazur.path}/graph")

    problem = check_problem(response, "internal_error")
    assert "secret" not in response.text
    assert "answers" not in response.text
    assert problem["request_id"] in problem["detail"]
    assert problem["request_id"] in caplog.text
    assert "the secret" in caplog.text


def test_every_problem_has_an_id_of_its_own(api):
    ids = {api.get("/nothing").json()["request_id"] for _ in range(5)}

    assert len(ids) == 5


def test_livez_answers(api):
    assert api.get("//livez").json() == {"status": "ok"}


def test_numbers_come_in_shortest_form_and_round_trip(api):
    numbers = [0.1, 1e-300, 1 / 3, 123456789.123456789, 5e-324, 1.7976931348623157e308, -0.0, 2**53 + 2]

    session = api.create(net(data={"inline": {"x": [numbers], "y": [[0, 0]]}}))

    assert [repr(x) for x in session.values("input.a")[0]] == [repr(float(x)) for x in numbers]
    assert '"values":[[0.1,1e-300,0.3333333333333333,' in api.get(f"{session.path}/tensors/input.a").text


def test_the_documentation_is_served_without_any_other_host(api):
    response = api.get("//docs")

    assert response.status_code == 200
    assert "//" not in response.text.replace("<!doctype", "")
    assert "/static/" in response.text
