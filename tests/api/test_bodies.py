"""The one door for JSON: what is no JSON, what is JSON and not wanted here, and what is too much."""

import asyncio
import gzip
import json
import logging
import threading
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api import encoding, routes
from app.engine.errors import BackscopeError
from app.settings import Settings
from tests.api.problems import check_problem
from tests.engine.nets import net

NESTED = 10_000
MOST = Settings().body_bytes

NOT_CLEAN = "expected no control character and no lone surrogate, got U+"

BODIES = [
    ("invalid_json", b"  ", "Expecting value"),
    ("invalid_json", b"{'preset': 'xor'}", "line 1, column 2"),
    ("invalid_json", b'{"preset": "xor"} {}', "Extra data"),
    ("invalid_json", b'{"preset": "xor"', "delimiter"),
    ("invalid_json", b'{"preset": "x\x01r"}', "control character"),
    ("invalid_json", b'{"preset": "\xff"}', "not UTF-8: byte 12"),
    ("invalid_json", b'{"preset": "\xed\xa0\x80"}', "not UTF-8"),
    ("invalid_json", b'\xef\xbb\xbf{"preset": "xor"}', "BOM"),
    ("invalid_json", '{"preset": "xor"}'.encode("utf-16"), "not UTF-8: byte 0"),
    ("invalid_json", b'{"seed": 01}', "line 1"),
    ("invalid_json", b'{"seed": .5}', "line 1"),
    ("json_too_deep", b"[" * NESTED + b"]" * NESTED, "more than 32 levels"),
    ("json_too_deep", b'{"a":' * NESTED + b"1" + b"}" * NESTED, "more than 32 levels"),
    ("json_too_deep", b"[" * 500_000, "more than 32 levels"),
    ("duplicate_key", b'{"preset": "xor", "preset": "mazur"}', '"preset" stands twice'),
    ("duplicate_key", b'{"preset": "xor", "data": {"a": 1, "b": 2, "a": 3}}', '"a" stands twice'),
    ("duplicate_key", b'{"preset": "xor", "pr\\u0065set": "mazur"}', '"preset" stands twice'),
    ("duplicate_key", b'{"%b": 1, "%b": 2}' % (b"k" * 9999, b"k" * 9999), "kkk… stands twice"),
    ("non_finite_number", b'{"preset": "xor", "seed": NaN}', "got NaN"),
    ("non_finite_number", b'{"preset": "xor", "seed": Infinity}', "got Infinity"),
    ("non_finite_number", b'{"preset": "xor", "seed": -Infinity}', "got -Infinity"),
    ("non_finite_number", b'{"preset": "xor", "seed": 1e999}', "1e999"),
    ("non_finite_number", b'{"preset": "xor", "seed": -1e999}', "-1e999"),
    ("non_finite_number", b'{"preset": "xor", "seed": ' + b"9" * 5_000 + b"}", "at most 400 digits"),
    ("non_finite_number", b'{"preset": "xor", "seed": 0.' + b"9" * 5_000 + b"}", "0.999"),
    (
        "invalid_text",
        b'{"preset": "\\ud800"}',
        f"preset: {NOT_CLEAN}D800",
    ),
    (
        "invalid_text",
        b'{"preset": "xor", "\\udfff": 1}',
        f"A key: {NOT_CLEAN}DFFF",
    ),
    ("invalid_text", b'{"preset": "xor", "name": "a\\u0000b"}', "control character"),
    (
        "invalid_text",
        b'{"preset": "xor", "name": "a\\nb"}',
        f"name: {NOT_CLEAN}000A",
    ),
    ("invalid_text", b'{"preset": "xor", "name": "a\\u0085b"}', "control character"),
    ("invalid_text", b'{"preset": "xor", "name": "a\x7fb"}', "control character"),
    ("invalid_text", '{"preset": "xor", "name": "a\x9bb"}'.encode(), "control character"),
    ("invalid_text", '{"preset": "xor", "name": "a\u202eb"}'.encode(), "got U+202E"),
    ("invalid_text", '{"preset": "xor", "a\u2028": 1}'.encode(), "got U+2028"),
    ("invalid_request", b"", "`data` is missing"),
    ("invalid_request", b"[]", "expected a JSON object, got []"),
    ("invalid_request", b"null", "expected a JSON object, got null"),
    ("invalid_request", b'"xor"', 'expected a JSON object, got "xor"'),
    ("invalid_request", b'"\\ud800"', "expected a JSON object"),
    ("invalid_request", b'["a", "\\udfff"]', "expected a JSON object"),
    ("duplicate_key", b'{"\\ud800": 1, "\\ud800": 2}', "stands twice"),
    ("invalid_request", b"[" + b"1," * 500_000 + b"1]", "expected a JSON object, got [1, 1"),
    ("payload_too_large", b" " * (MOST + 1), f"at most {MOST} bytes"),
]


def shown(value):
    return value if isinstance(value, str) else ""


def send(api, body, path="/sessions", **headers):
    return api.request("POST", path, content=body, headers={"content-type": "application/json", **headers})


@pytest.mark.parametrize(("code", "body", "says"), BODIES, ids=shown)
def test_a_body_that_is_not_read_says_why(api, code, body, says):
    problem = check_problem(send(api, body), code)

    assert says in problem["detail"]


def test_a_deep_body_within_the_limit_is_read(api):
    body = b'{"preset":"xor","frozen":' + b"[" * 31 + b"]" * 31 + b"}"

    problem = check_problem(send(api, body), "invalid_request")

    assert problem["errors"][0]["pointer"] == "/frozen/0"


def test_brackets_in_a_text_are_not_depth(api):
    body = b'{"preset":"xor","name":"' + b'[{\\"' * 29 + b'"}'

    assert send(api, body).status_code == 201


def test_a_body_without_a_length_is_read_only_to_the_limit(api):
    sent = []

    async def stream():
        while len(sent) < 1_000:
            sent.append(1_000_000)
            yield b" " * sent[-1]

    response = send(api, stream())

    check_problem(response, "payload_too_large")
    assert sum(sent) <= MOST + 2_000_000


def test_a_body_that_does_not_come_to_its_end_is_not_waited_for(api_with):
    async def stream():
        yield b'{"preset":'
        await asyncio.sleep(20)

    response = send(api_with(body_seconds=0.1), stream())

    assert "in 0.1 s, got 10 bytes" in check_problem(response, "body_too_slow")["detail"]
    assert response.headers["connection"] == "close"


@pytest.mark.parametrize("path", ["/steps", "/gradient-checks"])
def test_a_client_that_is_gone_before_its_body_has_come_is_no_failure_of_the_server(api, mazur, caplog, path):
    parts = iter([{"type": "http.request", "body": b'{"count":', "more_body": True}, {"type": "http.disconnect"}])
    headers = [(b"host", b"localhost"), (b"content-length", b"12")]
    address = {"path": f"/api/v1{mazur.path}{path}", "query_string": b"", "headers": headers, "scheme": "http"}
    statuses = []

    async def receive():
        return next(parts)

    async def send(message):
        statuses.append(message.get("status"))

    with caplog.at_level(logging.WARNING):
        api.call(api.app, {"type": "http", "method": "POST", "client": None, **address}, receive, send)

    assert (statuses[0], caplog.text, mazur.head["rev"]) == (400, "", 0)


def test_a_body_in_chunks_is_read_whole(api):
    async def stream():
        for part in (b'{"pre', b'set":', b'"xor"}'):
            yield part

    assert send(api, stream()).status_code == 201


def test_the_limit_is_a_setting(api_with):
    small = api_with(body_bytes=1_000)

    check_problem(send(small, b" " * 1_001), "payload_too_large")
    assert send(small, b'{"preset":"xor"}' + b" " * 984).status_code == 201


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "application/jsonl", "application/x/y+json", "json"]
)
def test_a_body_of_another_type_is_refused(api, media):
    response = send(api, b'{"preset":"xor"}', **{"content-type": media})

    assert f'expected application/json, got "{media}"' in check_problem(response, "unsupported_media_type")["detail"]


@pytest.mark.parametrize(
    "media", ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"]
)
def test_a_body_of_a_type_built_on_json_is_read(api, media):
    assert send(api, b'{"preset":"xor"}', **{"content-type": media}).status_code == 201


def test_a_body_that_does_not_say_its_type_is_read_as_json(api):
    assert api.request("POST", "/sessions", content=b'{"preset":"xor"}').status_code == 201


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate, gzip"])
@pytest.mark.parametrize(("path", "media"), [("/sessions", "application/json"), ("/datasets", "text/csv")])
def test_a_compressed_body_is_refused_as_what_it_is(api, path, media, coding):
    body = gzip.compress(b'{"preset":"xor"}')

    response = send(api, body, path, **{"content-type": media, "content-encoding": coding})

    says = f'The body: expected no Content-Encoding, got "{coding}"'
    assert check_problem(response, "unsupported_media_type")["detail"] == says


def test_a_body_that_says_that_it_is_not_compressed_is_read(api):
    assert send(api, b'{"preset":"xor"}', **{"content-encoding": "Identity"}).status_code == 201


def test_a_body_that_says_that_it_is_too_long_is_not_waited_for(api_with):
    read = []

    async def stream():
        read.append(1)
        yield b" "

    response = send(api_with(body_bytes=1_000), stream(), **{"content-length": "1001"})

    assert check_problem(response, "payload_too_large")["detail"] == "The body: expected at most 1000 bytes, got 1001"
    assert not read


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/sample"), ("DELETE", ""), ("GET", ""), ("GET", "/frames/0"), ("GET", "/log"), ("GET", "/events")],
)
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_where_none_is_taken_is_not_ignored(api, mazur, method, path, is_chunked):
    async def stream():
        yield b'{"at": 0}'

    mazur.advance("op")
    body = stream() if is_chunked else b'{"at": 0}'
    response = api.request(method, mazur.path + path, content=body, headers={"content-type": "application/json"})

    problem = check_problem(response, "invalid_request")
    assert problem["detail"] == f"The body: expected none with {method}, got 9 bytes; options of it stand in the query"
    assert (mazur.head["t"], mazur.head["rev"]) == (1, 1)


@pytest.mark.parametrize("is_chunked", [False, True])
def test_an_empty_body_where_none_is_taken_is_none(api, mazur, is_chunked):
    async def stream():
        yield b""

    response = api.request("DELETE", f"{mazur.path}/sample", content=stream() if is_chunked else b"")

    assert response.status_code == 200


def test_no_body_at_all_is_the_empty_object(api, mazur):
    assert api.request("POST", f"{mazur.path}/steps").json()["session"]["t"] == 1


@pytest.mark.parametrize("name", ["Cafe\u0301", "\u212bngstro\u0308m", "e\\u0301tude"])
def test_texts_are_kept_in_one_normal_form_however_they_were_typed(api, name):
    body = f'{{"preset":"xor","name":"{name}"}}'.encode()

    kept = send(api, body).json()["session"]["name"]

    assert kept == unicodedata.normalize("NFC", json.loads(f'"{name}"'))


@pytest.mark.parametrize("name", ["שלום", "👩‍🔬 lab", "日本", "naïve", "a/b\\c"])
def test_texts_of_any_language_are_taken(api, name):
    response = api.post("/sessions", {"preset": "xor", "name": name})

    assert response.json()["session"]["name"] == name


def nested(text):
    """How deep brackets nest outside of strings, read character by character."""
    depth = deepest = 0
    quoted = escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = character == "\\", character != '"'
        elif character == '"':
            quoted = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


VALUES = st.recursive(
    st.none() | st.integers() | st.text('[]{}"\\\u00e9a\n', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[{"\\', max_size=3), inner, max_size=3),
    max_leaves=20,
)


@given(VALUES, st.booleans(), st.integers(0, 200))
def test_depth_is_told_without_parsing_as_a_parser_would_find_it(value, is_ascii, cut):
    text = json.dumps(value, ensure_ascii=is_ascii)

    assert encoding.depth(text.encode()) == nested(text)
    assert encoding.depth(text[:cut].encode()) == nested(text[:cut])


@pytest.mark.parametrize("number", ["1e400", "-1e400", "0." + "1" * 500, "1E+309", "1e0309", "9" * 5_000])
def test_a_number_out_of_range_is_found_wherever_it_stands(number):
    body = '{"x": [' + "0.5, " * 1_000 + number + ', "1e400"]}'

    with pytest.raises(BackscopeError) as refused:
        encoding.decode(body.encode(), 32)

    assert refused.value.code == "non_finite_number"


def test_a_long_body_is_read_and_worked_on_beside_the_loop_and_a_short_one_in_it(api, monkeypatch):
    threads = []

    def noted(function):
        def call(*arguments):
            threads.append(threading.get_ident())
            return function(*arguments)

        return call

    monkeypatch.setattr(routes, "decode", noted(routes.decode))
    monkeypatch.setattr(api.app.state.workbench, "spec", noted(api.app.state.workbench.spec))
    rows = 20_000
    long = net(data={"inline": {"x": [[0.25, 0.5]] * rows, "y": [[0, 1]] * rows}}, batch_size=5)

    assert api.post("/sessions", {"preset": "xor"}).status_code == 201
    assert len(set(threads)) == 1
    (loop,) = set(threads)
    threads.clear()
    assert api.post("/sessions", long).status_code == 201

    assert len(threads) == 2
    assert loop not in threads


@pytest.mark.parametrize(
    "body",
    [
        b"{" + b",".join(b'"k%d":1' % i for i in range(100_000)) + b',"k99999":1}',
        b'{"a":"' + b'\\"' * 1_000_000,
        b"[" + b"[]," * 300_000,
        b'{"preset":' + b"[" + b"1e5," * 400_000 + b"1]}",
    ],
    ids=["many keys and one twice", "quotes without end", "many empty lists", "a long list where a name belongs"],
)
def test_no_body_takes_long_to_refuse(api, body):
    began = time.process_time()

    response = send(api, body)

    assert response.status_code in (400, 422)
    assert time.process_time() - began < 5
