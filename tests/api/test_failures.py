"""A failure in the middle of a command: what a session is afterwards is what the store has of it."""

import pytest

from app.api import answers
from app.engine.training import Training
from app.sessions.errors import AtCapacity
from app.sessions.sqlite import SqliteStore
from tests.api.problems import check_problem


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
