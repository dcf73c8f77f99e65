"""Whom the server answers, and what its answers let a browser do."""

import pytest

from app.api.page import DIST
from tests.api.problems import check_problem

POLICY = "content-security-policy"
SITE = "https://course.example.org"


def make(api, **headers):
    return api.post("/sessions", {"preset": "xor"}, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8000", "127.0.0.1", "localhost:1", "LOCALHOST", "localhost.", "lesson.localhost:8000", "[::1]:8000"],
)
def test_the_server_answers_to_the_names_of_this_machine(api, host):
    assert api.get("/catalog", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "rebound.example",
        "rebound.example:8000",
        "localhost.rebound.example",
        "127.0.0.1.rebound.example",
        "notlocalhost",
        "192.0.2.1",
        "0.0.0.0",
        "[::2]",
        "127.0.0.1@rebound.example",
        "",
        "x" * 10_000,
    ],
)
@pytest.mark.parametrize("path", ["/catalog", "//", "//livez", "//metrics", "//static/favicon.svg"])
def test_a_name_that_is_not_its_own_is_refused_everywhere(api, host, path):
    check_problem(api.get(path, headers={"host": host}), "misdirected_host")


def test_a_request_without_a_host_or_with_two_is_refused(api):
    two = [("host", "127.0.0.1"), ("host", "rebound.example")]

    check_problem(api.get("/catalog", headers=two), "misdirected_host")


def test_names_can_be_added_and_the_one_it_was_bound_by_counts(api_with):
    named = api_with(hosts="backprop.example.org, other.example", host="lectern.local")

    for host in ("backprop.example.org", "other.example:443", "lectern.local:8000", "localhost"):
        assert named.get("/catalog", headers={"host": host}).status_code == 200, host
    check_problem(named.get("/catalog", headers={"host": "third.example"}), "misdirected_host")


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_on_every_interface_goes_by_any_address_and_by_no_foreign_name(api_with, host):
    everywhere = api_with(host=host)

    for address in ("192.0.2.7:8000", "[2001:db8::1]:8000"):
        assert everywhere.get("/catalog", headers={"host": address}).status_code == 200
    check_problem(everywhere.get("/catalog", headers={"host": "rebound.example"}), "misdirected_host")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site", "origin": "https://attacker.example"},
        {"sec_fetch_site": "same-site", "origin": "http://localhost:8888"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "SAME-ORIGIN"},
        {"origin": "https://attacker.example"},
        {"origin": "http://localhost:8888"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "http://127.0.0.1"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:8000.attacker.example"},
        {"origin": "x" * 10_000},
        {"sec_fetch_site": "cross-site", "origin": "http://127.0.0.1:8000"},
    ],
)
def test_another_site_s_page_makes_nothing_here(api, headers):
    before = len(list(api.app.state.workbench.store.ids()))

    check_problem(make(api, **headers), "cross_site_request")

    assert len(list(api.app.state.workbench.store.ids())) == before


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "FOO"])
def test_every_method_that_is_not_for_reading_is_checked(api, mazur, method):
    headers = {"sec-fetch-site": "cross-site"}

    check_problem(api.request(method, mazur.path, headers=headers), "cross_site_request")
    assert mazur.head["rev"] == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin", "origin": "http://127.0.0.1:8000"},
        {"sec_fetch_site": "none"},
        {"origin": "http://127.0.0.1:8000"},
        {"origin": "HTTP://127.0.0.1:8000"},
        {"origin": "https://localhost", "host": "localhost:443"},
    ],
)
def test_the_page_a_notebook_and_curl_go_through(api, headers):
    assert make(api, **headers).status_code == 201


def test_another_site_s_page_may_read_nothing_but_a_link_to_here_works(api, mazur):
    headers = {"sec-fetch-site": "cross-site", "origin": SITE}

    response = api.get(mazur.path, headers=headers)
    preflight = api.request("OPTIONS", "/sessions", headers={"origin": SITE, "access-control-request-method": "POST"})

    assert response.status_code == 200
    assert not [name for name in (*response.headers, *preflight.headers) if name.startswith("access-control")]


def test_a_site_that_is_allowed_reads_and_makes_and_sees_why_it_is_refused(api_with):
    open_ = api_with(origins=SITE)
    headers = {"sec_fetch_site": "cross-site", "origin": SITE}
    asks = {"origin": SITE, "access-control-request-method": "POST", "access-control-request-headers": "if-match"}

    made = make(open_, **headers)
    refused = open_.post("/sessions", {}, headers={"origin": SITE})
    preflight = open_.request("OPTIONS", "/sessions", headers=asks)

    for response in (made, refused, preflight):
        assert response.headers["access-control-allow-origin"] == SITE
    assert (made.status_code, refused.status_code, preflight.status_code) == (201, 422, 200)
    assert "ETag" in made.headers["access-control-expose-headers"]
    check_problem(make(open_, sec_fetch_site="cross-site", origin=SITE + ".attacker.example"), "cross_site_request")


@pytest.mark.parametrize(
    "path", ["//", "//s/s_1", "//docs", "//openapi.json", "//livez", "//nothing", "//static/nothing.js", "/catalog"]
)
def test_every_answer_has_the_headers_that_bind_a_browser(api, path):
    headers = api.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers[POLICY].startswith("default-src 'none'; ")
    assert "unsafe" not in headers[POLICY]
    assert "*;" not in headers[POLICY]


def test_an_error_that_nobody_foresaw_has_them_too(api, mazur, monkeypatch):
    monkeypatch.setattr("app.api.answers.graph", lambda _: 1 / 0)

    response = api.get(f"{mazur.path}/graph")

    assert response.status_code == 500
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["//", "//docs"])
def test_a_page_runs_only_its_own_files_and_stands_only_in_allowed_frames(api, api_with, path):
    policy = api.get(path).headers[POLICY]
    elsewhere = api_with(frame_ancestors="https://moodle.example.org").get(path).headers[POLICY]

    assert "script-src 'self'; style-src 'self'; " in policy
    assert "frame-ancestors 'self' http://localhost:* " in policy
    assert elsewhere.endswith("frame-ancestors https://moodle.example.org")
    assert api_with(profile="public").get(path).headers[POLICY].endswith("frame-ancestors 'self'")


def test_an_answer_that_is_no_page_stands_in_no_frame(api):
    assert "frame-ancestors 'none'" in api.get("/catalog").headers[POLICY]


def test_files_with_their_hash_in_the_name_are_kept_and_answers_are_not(api, mazur):
    script = next((DIST / "assets").glob("*.js")).name

    def kept(path):
        return api.get(path).headers["cache-control"]

    assert kept(f"//static/assets/{script}") == "public, max-age=31536000, immutable"
    assert kept("//static/assets/nothing.js") == "no-store"
    assert kept("/catalog") == "no-store"
    assert kept("//") == kept(f"{mazur.path}/frames/0") == "private, no-cache"


def test_script_and_style_are_sent_compressed_to_whoever_takes_that(api):
    files = [api.app.state.page["script"], *api.app.state.page["styles"]]

    for file in files:
        small, plain = (api.get(f"//static/{file}", headers={"Accept-Encoding": one}) for one in ("gzip", "identity"))
        assert small.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert small.num_bytes_downloaded < 0.5 * plain.num_bytes_downloaded
        assert small.content == plain.content


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip, deflate, br", True),
        ("br, GZIP;q=0.5", True),
        ("gzip; q=0", False),
        ("gzip;q=0.000", False),
        ("br", False),
    ],
)
def test_the_catalog_is_sent_compressed_to_whoever_takes_that(api, accepted, compressed):
    """A phone that opens the page waits for it."""
    sent, plain = (api.get("/catalog", headers={"Accept-Encoding": one}) for one in (accepted, "identity"))

    assert sent.headers.get("content-encoding") == ("gzip" if compressed else None)
    assert sent.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert sent.json() == plain.json()
    if compressed:
        assert sent.num_bytes_downloaded < 0.3 * plain.num_bytes_downloaded


@pytest.mark.parametrize("kind", ["json", "pytorch", "numpy", "safetensors", "csv"])
def test_an_export_is_saved_and_never_shown(api, mazur, kind):
    disposition = api.get(f"{mazur.path}/export?format={kind}").headers["content-disposition"]

    assert disposition.startswith('attachment; filename="mazur-2015-t0.')


@pytest.mark.parametrize(("profile", "allowed"), [("local", True), ("class", False), ("public", False)])
def test_sessions_are_listed_only_where_one_person_has_them_all(api_with, profile, allowed):
    api = api_with(profile=profile)
    api.create("xor")

    response = api.get("/sessions")

    if allowed:
        assert len(response.json()["sessions"]) == 1
    else:
        check_problem(response, "listing_disabled")
