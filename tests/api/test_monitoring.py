"""What whoever runs the server sees, who else does, and that nobody's content is in it."""

import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.api.problems import check_problem

SECRET = "s_secretsecretsecret"


def measures(api):
    """Every sample of /metrics by its name and labels."""
    text = api.get("//metrics").text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def requests(api, **labels):
    return measures(api).get(("backscope_requests_total", tuple(sorted(labels.items()))), 0)


def test_requests_are_counted_by_their_route_and_status_and_timed(api_with):
    api = api_with()
    session = api.create("mazur")
    session.advance("batch", 3)
    api.get(f"/sessions/{SECRET}")
    api.get("//nothing")
    api.get("//static/favicon.svg")
    api.request("FOO", "/catalog")
    api.post("/sessions", {"preset": "xor"}, headers={"host": "rebound.example"})

    route = "/api/v1/sessions/{session_id}"
    assert requests(api, method="POST", route="/api/v1/sessions", status="201") == 1
    assert requests(api, method="POST", route=f"{route}/steps", status="200") == 1
    assert requests(api, method="GET", route=route, status="404") == 1
    assert requests(api, method="GET", route="none", status="404") == 1
    assert requests(api, method="GET", route="/static", status="200") == 1
    assert requests(api, method="other", route="/api/v1/catalog", status="405") == 1
    assert requests(api, method="POST", route="none", status="421") == 1
    timed = ("backscope_request_seconds_count", (("route", f"{route}/steps"),))
    assert measures(api)[timed] == 1


def test_what_the_server_holds_is_told_as_it_is(api_with):
    api = api_with(cache_bytes=0)
    first, _ = api.create("mazur"), api.create("xor")
    first.advance("op", 31)
    first.rewind(to=0)
    first.advance("op", 16)

    told = {name: value for (name, labels), value in measures(api).items() if not labels}

    assert told["backscope_sessions_held"] == 2
    assert told["backscope_sessions_open"] == 1
    assert told["backscope_steps_total"] == 3
    assert told["backscope_streams_open"] == told["backscope_runs_active"] == 0
    assert told["backscope_store_bytes"] > 10_000
    assert "process_cpu_seconds_total" in told


def test_steps_of_a_run_in_the_background_count_too(api_with):
    api = api_with()
    session = api.create("mazur")
    location = api.post(f"{session.path}/runs", {"steps": 40}).headers["location"].removeprefix("/api/v1")
    while api.get(location).json()["run"]["status"] == "running":
        pass

    assert measures(api)["backscope_steps_total", ()] == 40


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "192.0.2.1"},
        {"x-real-ip": "192.0.2.1"},
        {"forwarded": "for=192.0.2.1"},
        {"via": "1.1 proxy"},
        {"x-forwarded-for": "192.0.2.1", "authorization": "Bearer wrong"},
        {"x-forwarded-for": "192.0.2.1", "authorization": "Bearer "},
        {"x-forwarded-for": "192.0.2.1", "authorization": "told"},
        {"x-forwarded-for": "192.0.2.1", "authorization": "bearer töld".encode()},
    ],
)
def test_from_elsewhere_the_measures_look_like_nothing(api_with, headers):
    api = api_with(metrics_token="told")

    hidden, nothing = api.get("//metrics", headers=headers), api.get("//nothing")

    check_problem(hidden, "not_found")
    assert hidden.json()["detail"] == "There is nothing here: GET /metrics"
    assert hidden.headers.keys() == nothing.headers.keys()


def test_without_a_token_no_bearer_of_one_is_let_in(api_with):
    headers = {"x-forwarded-for": "192.0.2.1", "authorization": "Bearer "}

    check_problem(api_with(metrics_token="").get("//metrics", headers=headers), "not_found")


def test_the_bearer_of_the_token_reads_them_from_anywhere(api_with):
    api = api_with(metrics_token="told")

    response = api.get("//metrics", headers={"x-forwarded-for": "192.0.2.1", "authorization": "Bearer told"})

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain")


def test_a_problem_has_the_id_of_its_request_in_the_log_and_the_line_has_nothing_of_a_user(api_with, caplog):
    api = api_with()
    session = api.create({"preset": "xor", "name": "Top secret"})
    with caplog.at_level(logging.INFO, logger="backscope.requests"):
        session.get("/metrics", names="loss")
        problem = api.post(f"{session.path}/steps", {"granularity": "secretive"}).json()

    answered, refused = (record.msg for record in caplog.records)
    assert answered["route"] == "/api/v1/sessions/{session_id}/metrics"
    assert answered["status"] == 200
    assert answered["ms"] > 0
    assert (refused["id"], refused["status"]) == (problem["request_id"], 422)
    for line in (answered, refused):
        assert set(line) == {"event", "id", "method", "route", "status", "ms", "level", "logger", "timestamp"}
        assert session.id not in str(line)
        assert "secret" not in str(line)


def test_an_error_that_nobody_foresaw_is_logged_without_the_key_of_its_session(api, mazur, monkeypatch, caplog):
    monkeypatch.setattr("app.api.answers.graph", lambda _: 1 / 0)
    with caplog.at_level(logging.ERROR, logger="backscope"):
        response = api.get(f"{mazur.path}/graph")

    assert f"{response.json()['request_id']}: GET /api/v1/sessions/{{session_id}}/graph failed" in caplog.text
    assert mazur.id not in caplog.text


def test_requests_are_not_logged_for_one_person(api, caplog):
    api.get("/catalog")

    assert not [record for record in caplog.records if record.name == "backscope.requests"]
