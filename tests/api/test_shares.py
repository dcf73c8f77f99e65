"""What one client may have of a server, and what the others then still have."""

import pytest

from app.api.shares import Shares, TooManySessions
from tests.api.problems import check_problem

XOR = {"preset": "xor"}


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def make(api, way, session, file):
    """Another session, in one of the three ways."""
    body = {"/sessions": XOR, "/fork": {}, "/imports": file}[way]
    return api.post(session.path + way if way == "/fork" else way, body)


@pytest.mark.parametrize("way", ["/sessions", "/fork", "/imports"])
def test_a_client_that_has_made_its_share_of_sessions_makes_no_more_and_others_do(api_with, way):
    api = api_with(client_sessions=3)
    session = api.create("xor")
    file = session.get("/export")
    made = [make(api, way, session, file) for _ in range(2)]

    refused = make(api, way, session, file)

    problem = check_problem(refused, "too_many_sessions")
    assert 0 < int(refused.headers["retry-after"]) <= 168 * 3_600
    assert "3 sessions" in problem["detail"]
    assert make(api.at("192.0.2.1"), way, session, file).status_code == 201
    assert api.request("DELETE", f"/sessions/{made[0].json()['session']['id']}").status_code == 204
    assert make(api, way, session, file).status_code == 201


def test_requests_at_once_do_not_get_more_than_the_share(api_with):
    api = api_with(client_sessions=3)

    answers = api.together(*[("POST", "/sessions", {"json": XOR})] * 8)

    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [429] * 5


def test_what_was_made_long_ago_counts_no_more():
    clock = Clock()
    shares = Shares(2, 100, clock)
    for clock.now in (0, 60):
        shares.add("one", f"s_{clock.now}")

    with pytest.raises(TooManySessions) as refused:
        shares.check("one")
    assert refused.value.headers == {"Retry-After": "40"}
    shares.check("other")
    clock.now = 100
    shares.check("one")


def test_nothing_is_kept_of_what_is_gone_and_nobody_is_limited_by_default(api):
    shares = Shares(2, 100)
    shares.add("one", "s_1")
    shares.drop("s_1")
    shares.drop("s_1")

    assert (shares._made, shares._makers) == ({}, {})
    assert (api.app.state.settings.client_sessions, api.app.state.settings.client_streams) == (0, 0)
