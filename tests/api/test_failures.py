"""A failure in the middle of a command: what a session is afterwards is what the store has of it."""

from contextlib import contextmanager

import pytest

from app.api import answers
from app.api.problems import STATUS, type_of
from app.engine.training import Training
from app.sessions.errors import AtCapacity, StorageFull, StoreUnavailable
from app.sessions.sqlite import SqliteStore
from tests.api.background import over, start
from tests.api.problems import check_problem
from tests.engine.nets import net


@pytest.fixture
def fail(monkeypatch):
    """Let a function fail at one of its calls: `fail(place, name, 2)`."""

    def at(place, name, call, error=OSError):
        working, calls = getattr(place, name), []

        def failing(*arguments, **options):
            calls.append(name)
            if len(calls) == call:
                raise error("The disk is full")
            return working(*arguments, **options)

        monkeypatch.setattr(place, name, failing)

    return at


@pytest.mark.parametrize(
    ("place", "name", "call", "error", "code"),
    [
        (Training, "_run", 2, OSError, "internal_error"),
        (SqliteStore, "append", 1, OSError, "internal_error"),
        (SqliteStore, "append", 1, AtCapacity, "at_capacity"),
    ],
)
def test_a_command_that_fails_has_not_happened(api, mazur, fail, place, name, call, error, code):
    mazur.advance("op", 20)
    before = mazur.head
    fail(place, name, call, error)

    failed = api.post(f"{mazur.path}/steps", {"granularity": "op", "count": 20, "return": "ticks"})

    check_problem(failed, code)
    assert mazur.head == before
    assert mazur.advance("op")["session"]["rev"] == 2


@pytest.mark.parametrize(("error", "code"), [(OSError, "internal_error"), (AtCapacity, "at_capacity")])
def test_a_command_whose_answer_cannot_be_made_has_not_happened(api, mazur, fail, error, code):
    fail(answers, "tick_record", 2, error)

    failed = api.post(f"{mazur.path}/steps", {"granularity": "op", "count": 20, "return": "ticks"})

    check_problem(failed, code)
    assert (mazur.head["t"], mazur.head["rev"]) == (0, 0)


def test_a_refusal_keeps_the_session_open(api, mazur):
    mazur.advance("op", 20)
    held = api.app.state.workbench._open[mazur.id]

    check_problem(api.post(f"{mazur.path}/rewind", {"to": 99}), "moment_not_reached")

    assert api.app.state.workbench._open[mazur.id] is held


# What the schema says of it

WEIGHT = {"tensor": "hidden1.W", "index": "0,0"}
REQUESTS = {
    "POST /api/v1/sessions": {"json": net()},
    "PATCH /api/v1/sessions/{session_id}": {"json": {"name": "Mine"}},
    "PATCH /api/v1/sessions/{session_id}/parameters": {
        "json": {"edits": [{"tensor": "hidden1.W", "index": [0, 0], "value": 1}]}
    },
    "PUT /api/v1/sessions/{session_id}/sample": {"json": {"x": [1, 2], "y": [0, 1]}},
    "POST /api/v1/sessions/{session_id}/previews": {"json": {"sample": {"x": [1, 2], "y": [0, 1]}}},
    "POST /api/v1/sessions/{session_id}/rewind": {"json": {"to": 0}},
    "POST /api/v1/sessions/{session_id}/runs": {"json": {"steps": 1}},
    "POST /api/v1/sessions/{session_id}/predictions": {"json": {"x": [[1, 2]]}},
    "POST /api/v1/sessions/{session_id}/grades": {
        "json": {"kind": "sign", "tensor": "output.dW", "index": [0, 0], "t": 8, "answer": "zero"}
    },
    "GET /api/v1/sessions/{session_id}/explanations/{tensor}": {"params": {"index": "0,0"}},
    "GET /api/v1/sessions/{session_id}/paths": {"params": WEIGHT},
    "GET /api/v1/sessions/{session_id}/slices": {"params": WEIGHT},
    "GET /api/v1/sessions/{session_id}/landscape": {"params": {"resolution": 3}},
    "GET /api/v1/sessions/{session_id}/histograms": {"params": {"tensor": "hidden1.W"}},
    "POST /api/v1/datasets": {"json": {"columns": ["x", "y"], "rows": [[1, 2], [3, 4]]}},
}
"""What an operation needs beside its path; the others need nothing."""


@pytest.fixture
def ask(api_with):
    """Send a request that succeeds, but for the failure, to an operation of a new session that is in the store only:
    `ask("GET /api/v1/…", fail)`.
    """
    api = api_with()

    def ask_for(operation, fail):
        learner = api.create(net())
        learner.advance("batch")
        places = {
            "session_id": learner.id,
            "run_id": over(learner, start(learner, steps=1))["id"],
            "dataset_id": api.post("/datasets", {"columns": ["x", "y"], "rows": [[1, 2]]}).json()["id"],
            "name": "hidden1.W" if "{session_id}" in operation else api.get("/lessons").json()["lessons"][0]["name"],
            "tensor": "hidden1.W",
            "t": 8,
        }
        method, path = operation.format(**places).split(" ")
        method = "HEAD" if path.endswith("/events") else method  # which has an end
        options = REQUESTS.get(operation, {"json": {}} if method == "POST" else {})
        if path.endswith("/imports"):
            options = {"json": learner.get("/export")}
        api.app.state.workbench._forget(learner.id)
        with pytest.MonkeyPatch.context() as patch:
            fail(api, patch)
            key = {} if method in ("GET", "HEAD") else {"Idempotency-Key": learner.id}
            return api.request(method, f"/{path}", headers=key, **options)

    return ask_for


def refusing(error):
    @contextmanager
    def refuse(*_):
        raise error("It cannot be done at present")
        yield

    return refuse


def unavailable(_, patch):
    patch.setattr(SqliteStore, "_read", refusing(StoreUnavailable))


def on_a_full_disk(_, patch):
    patch.setattr(SqliteStore, "_change", refusing(StorageFull))


def holding_all_that_it_can(api, patch):
    patch.setattr(api.app.state.workbench.settings, "sessions", 0)
    patch.setattr(api.app.state.workbench.settings, "datasets", 0)


def being_stopped(api, patch):
    patch.setattr(api.app.state.workbench, "is_closing", True)


@pytest.mark.parametrize(
    ("fail", "code"),
    [
        (unavailable, "store_unavailable"),
        (on_a_full_disk, "storage_full"),
        (holding_all_that_it_can, "at_capacity"),
        (being_stopped, "shutting_down"),
    ],
)
def test_an_operation_fails_as_the_schema_says_and_in_no_other_way(ask, api, fail, code):
    status = str(STATUS[code])
    for path, methods in api.get("//openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            said = operation["responses"].get(status, {"content": {}})["content"].get("application/problem+json")
            is_said = said is not None and type_of(code) in said["schema"]["properties"]["type"]["enum"]

            answer = ask(name, fail)

            assert answer.status_code == STATUS[code] if is_said else answer.is_success, (name, answer.text)
