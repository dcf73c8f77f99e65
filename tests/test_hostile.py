"""Nothing that is wrong does anything: every request of the corpus is refused, and the session is as it was."""

from collections import Counter

import pytest
import schemathesis

from app.api.problems import STATUS
from tests.hostile import SPEC, corpus, walk


@pytest.fixture(scope="module")
def eighth(api):
    """The textbook network after its eighth tick."""
    session = api.create("mazur")
    session.advance("op", 8)
    return session


@pytest.fixture(scope="module")
def requests(api):
    made = api.create(SPEC)
    made.advance("batch", 8)
    return corpus(made.get("/export", format="json"))


def test_there_are_at_least_400_and_no_two_the_same(requests):
    told = [(one.method, one.path, one.body, str(one.headers)) for one in requests]

    assert sorted(told, key=repr) == sorted(set(told), key=repr)
    assert len(told) >= 400


def test_every_one_is_refused_with_a_code_and_changes_nothing(api, eighth, requests):
    before, wrong = eighth.head, []

    for one in requests:
        path = one.path.replace("{s}", eighth.path)
        response = api.request(one.method, path, content=one.body, headers=one.headers)
        problem = response.json() if response.headers.get("content-type") == "application/problem+json" else {}
        if not 400 <= response.status_code < 500 or STATUS.get(problem.get("code")) != response.status_code:
            wrong.append((one.name, response.status_code, response.text[:200]))
        if eighth.head != before:
            wrong.append((one.name, "changed the session"))
            before = eighth.head

    assert wrong == [], "\n".join(map(str, wrong))


def test_what_the_schema_s_links_lead_to_is_answered_without_harm(api_with):
    application = api_with(profile="public", cpu_seconds=0)
    schema = schemathesis.openapi.from_dict(application.app.openapi()).exclude(path_regex="/events$")
    schema.app = application.app
    statuses, wrong = Counter(), []

    class Walk(schema.as_state_machine()):
        def get_call_kwargs(self, case):
            return {"headers": {"host": "127.0.0.1"}}

        def validate_response(self, response, case, **_):
            statuses[response.status_code] += 1
            expected = STATUS[response.json()["code"]] if response.status_code >= 400 else response.status_code
            if response.status_code >= 500 or response.status_code != expected:
                wrong.append(f"{case.method} {case.path}: {response.text[:300]}")

    walk(Walk, lambda: statuses.total() >= 120, examples=15, steps=8)

    assert wrong == []
    assert {200, 201, 422} <= set(statuses)
