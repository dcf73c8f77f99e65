"""Who may change a session, on which condition, and what comes of a change that is sent twice."""

import pytest

from app.engine.training import Training
from tests.api.problems import check_problem
from tests.engine.nets import net

EDIT = {"edits": [{"tensor": "output.b", "index": [0], "value": 1}]}
SAMPLE = {"x": [0.5, 0.25], "y": [0, 1]}
CHANGES = [
    ("POST", "/steps", {}),
    ("POST", "/rewind", {"to": 0}),
    ("PATCH", "", {"name": "Other"}),
    ("PATCH", "/parameters", EDIT),
    ("PUT", "/sample", SAMPLE),
    ("DELETE", "/sample", None),
    ("DELETE", "", None),
]
"""Every call that changes a session."""


JSON, FILE = "application/json", "application/x-safetensors"
READ = [
    *(
        (path, JSON)
        for path in ("", "/graph", "/frames/20", "/frames/3?tensors=output.W", "/tensors/hidden1.W", "/maps")
    ),
    *((path, FILE) for path in ("/frames/20", "/tensors/hidden1.W", "/maps")),
    *((f"/export?format={format_}", "*/*") for format_ in ("json", "numpy", "pytorch", "safetensors", "csv")),
]
"""What is read of a session, and in which form."""


def send(api, method, path, body=None, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.request(method, path, headers=names, **({} if body is None else {"json": body}))


@pytest.fixture
def session(api):
    made = api.create("mazur")
    made.advance("op", 20)
    return made


# On a condition


@pytest.mark.parametrize(("method", "path", "body"), [*CHANGES, ("POST", "/fork", {})])
def test_a_change_to_a_session_that_has_moved_on_is_refused_with_its_head(api, session, method, path, body):
    stale = api.get(session.path).headers["etag"]
    session.advance("op")

    refused = send(api, method, session.path + path, body, if_match=stale)
    problem = refused.json()

    assert (refused.status_code, problem["code"], problem["status"]) == (412, "stale_revision", 412)
    assert list(problem)[-1] == "session"
    assert problem["session"] == session.head
    assert refused.headers["etag"] == '"2"'


@pytest.mark.parametrize(("path", "form"), READ)
def test_the_tag_of_whatever_was_read_is_a_condition_until_the_session_moves_on(api, session, path, form):
    tag = api.get(session.path + path, headers={"accept": form}).headers["etag"]

    answers = [send(api, "POST", f"{session.path}/steps", {}, if_match=tag).status_code for _ in range(2)]

    assert answers == [200, 412]


@pytest.mark.parametrize("condition", ['"1"', '"0", "1"', "*"])
@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_a_change_that_was_meant_for_this_revision_is_done(api, condition, session, method, path, body):
    response = send(api, method, session.path + path, body, if_match=condition)

    assert response.status_code in (200, 204)
    if response.status_code == 200:
        assert response.headers["etag"] == '"2"'
        assert response.json()["session"]["rev"] == 2


@pytest.mark.parametrize("condition", ["1", 'W/"1"', '"1-"', "", "x" * 5_000])
def test_what_is_no_tag_of_this_session_matches_nothing(api, session, condition):
    response = send(api, "POST", f"{session.path}/steps", {}, if_match=condition)

    assert (response.status_code, len(response.json()["detail"]) < 200) == (412, True)


@pytest.mark.parametrize("condition", ["1", '"0"', 'W/"1"'])
def test_a_refused_condition_is_told_as_it_was_sent(api, session, condition):
    detail = send(api, "POST", f"{session.path}/steps", {}, if_match=condition).json()["detail"]

    assert detail == f'If-Match: the session is at "1", got {condition}'


# Tried again


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_a_change_that_is_sent_again_with_its_key_is_done_once(api, session, method, path, body):
    first = send(api, method, session.path + path, body, idempotency_key="k1")
    again = send(api, method, session.path + path, body, idempotency_key="k1")

    assert "idempotency-replayed" not in first.headers
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers.get("etag") == first.headers.get("etag")
    if path or method != "DELETE":
        assert session.head["rev"] == 2


@pytest.mark.parametrize(("path", "body"), [("/steps", {"granularity": "op"}), ("/runs", {"steps": 3})])
def test_who_tries_again_from_another_network_is_answered_as_before(api, session, path, body):
    first, again = (
        send(api.at(f"192.0.2.{i}"), "POST", session.path + path, body, idempotency_key="moved") for i in (1, 2)
    )

    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content


@pytest.mark.parametrize("path", ["/sessions", "/imports", "/fork"])
def test_what_makes_a_session_makes_one(api, session, path):
    body = {"/sessions": {"preset": "xor"}, "/imports": session.get("/export"), "/fork": {}}[path]
    url = session.path + path if path == "/fork" else path

    first, again = (send(api, "POST", url, body, idempotency_key=f"make-{session.id}") for _ in range(2))

    assert (first.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("path", ["/sessions", "/imports", "/fork"])
def test_the_same_key_of_two_clients_makes_two_sessions(api, session, path):
    body = {"/sessions": {"preset": "xor"}, "/imports": session.get("/export"), "/fork": {}}[path]
    url = session.path + path if path == "/fork" else path

    one, other = (send(api.at(f"192.0.2.{i}"), "POST", url, body, idempotency_key=path) for i in range(2))
    again = send(api.at("192.0.2.0"), "POST", url, body, idempotency_key=path)

    assert one.headers["location"] != other.headers["location"]
    assert again.headers["location"] == one.headers["location"]


def test_an_answer_is_given_again_whatever_has_happened_since(api, session):
    first = send(api, "POST", f"{session.path}/steps", {}, idempotency_key="k", if_match='"1"')
    session.rewind(to=3)
    api.app.state.workbench._open.pop(session.id)

    again = send(api, "POST", f"{session.path}/steps", {}, idempotency_key="k", if_match='"1"')

    assert again.content == first.content
    assert session.head["rev"] == 3


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/steps", {"count": 2}), ("POST", "/rewind", {"to": 0}), ("DELETE", "/sample", None)],
)
def test_a_key_that_was_sent_with_another_request_is_refused(api, session, method, path, body):
    send(api, "POST", f"{session.path}/steps", {}, idempotency_key="k")

    check_problem(send(api, method, session.path + path, body, idempotency_key="k"), "idempotency_key_reused")

    assert session.head["rev"] == 2


def test_the_query_is_a_part_of_the_request_that_a_key_stands_for(api, session):
    first = send(api, "DELETE", f"{session.path}/sample?at=3", idempotency_key="k")
    other = send(api, "DELETE", f"{session.path}/sample", idempotency_key="k")

    assert first.status_code == 200
    check_problem(other, "idempotency_key_reused")


def test_a_key_belongs_to_one_session_and_a_refusal_is_not_kept(api, session):
    other = api.create("mazur")

    refused = send(api, "POST", f"{other.path}/rewind", {"to": 9}, idempotency_key="k")
    done = [send(api, "POST", f"{one.path}/steps", {}, idempotency_key="k") for one in (session, other)]

    check_problem(refused, "moment_not_reached")
    assert [one.status_code for one in done] == [200, 200]
    assert "idempotency-replayed" not in done[1].headers


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "a b"])
def test_a_key_is_visible_characters(api, session, key):
    response = send(api, "POST", f"{session.path}/steps", {}, idempotency_key=key)

    assert check_problem(response, "invalid_request")["errors"][0]["pointer"] == "Idempotency-Key"
    assert session.head["rev"] == 1


def test_while_a_request_is_under_way_its_key_is_taken(api, monkeypatch):
    session = api.create(net())
    body = {"granularity": "batch", "count": 5_000}
    options = {"json": body, "headers": {"idempotency-key": "k"}}

    answers = api.together(*[("POST", f"{session.path}/steps", options)] * 2)

    problem, done = sorted(answers, key=lambda response: -response.status_code)
    check_problem(problem, "idempotency_in_progress")
    assert done.json()["session"]["rev"] == 1
    again = send(api, "POST", f"{session.path}/steps", body, idempotency_key="k")
    assert again.headers["idempotency-replayed"] == "true"


def test_a_key_whose_request_failed_can_be_used_again(api, session, monkeypatch):
    def fail(*_):
        raise OSError("The disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(Training, "_run", fail)
        check_problem(send(api, "POST", f"{session.path}/steps", {}, idempotency_key="k"), "internal_error")

    assert send(api, "POST", f"{session.path}/steps", {}, idempotency_key="k").json()["session"]["rev"] == 2


# Looking only


def view(session):
    return f"/sessions/{session.head['view_id']}"


READ = [
    "",
    "/log",
    "/graph",
    "/data",
    "/frames/3",
    "/tensors/output.W",
    "/explanations/output.W?index=0,0",
    "/paths?tensor=output.W&index=0,0&t=15",
    "/metrics",
    "/slices?tensor=output.W&index=0,0",
    "/landscape?resolution=3",
    "/trends",
    "/histograms?tensor=output.W",
    "/diagnostics",
]


@pytest.mark.parametrize("path", READ)
def test_what_is_read_by_the_view_s_id_is_what_is_read_by_the_session_s_without_it(api, session, path):
    seen, own = api.get(view(session) + path), api.get(session.path + path)

    body = own.json()
    assert seen.status_code == 200, seen.text
    assert seen.json() == {**body, "session": {k: v for k, v in body["session"].items() if k != "id"}}
    assert session.id not in seen.text + str(seen.headers)


@pytest.mark.parametrize(
    ("path", "body"), [("/predictions", {"x": [[1, 2]]}), ("/previews", EDIT), ("/gradient-checks", {})]
)
def test_what_changes_nothing_may_be_asked_by_the_view_s_id(api, session, path, body):
    response = api.post(view(session) + path, body)

    assert response.status_code == 200, response.text
    assert session.id not in response.text


def test_an_export_through_a_view_is_the_session_s(api, session):
    assert api.get(f"{view(session)}/export").content == api.get(f"{session.path}/export").content


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_a_change_by_the_view_s_id_is_refused(api, session, method, path, body):
    before = session.head

    check_problem(
        api.request(method, view(session) + path, **({"json": body} if body is not None else {})), "read_only"
    )

    assert session.head == before


def test_a_visitor_gets_a_copy_of_their_own(api, session):
    made = api.post(f"{view(session)}/fork", {"at": 8})

    copy = made.json()["session"]
    assert made.status_code == 201
    assert copy["id"] != session.id
    assert api.post(f"/sessions/{copy['id']}/steps").status_code == 200
    assert session.head["rev"] == 1


def test_a_large_tensor_s_address_is_the_one_that_was_asked_by(api_with):
    wide = api_with(tensor_values=1_024).create(net(layers=[{"units": 750}, {"units": 2}]))

    frame = wide.api.get(f"{view(wide)}/frames/0").json()

    href = frame["tensors"]["hidden1.W"]["href"]
    assert href.startswith("/api/v1" + view(wide))
    assert wide.api.get(href.removeprefix("/api/v1")).status_code == 200


@pytest.mark.parametrize("path", ["", "/log", "/steps"])
def test_a_view_of_nothing_is_not_found(api, path):
    response = api.request("POST" if path == "/steps" else "GET", f"/sessions/v_nothing{path}")

    check_problem(response, "session_not_found")


def test_the_view_of_a_deleted_session_is_gone(api, session):
    seen = view(session)
    assert api.get(seen).status_code == 200

    api.request("DELETE", session.path)

    check_problem(api.get(seen), "session_not_found")
