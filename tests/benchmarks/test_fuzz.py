"""The fuzzing: a short one of a real server does no harm, and what counts as harm."""

from pathlib import Path
from random import Random

import pytest

from benchmarks import fuzz
from tests.hostile import Bad


def test_a_server_takes_no_harm(tmp_path):
    kinds = fuzz.run(tmp_path / "sessions.sqlite3", 1_200, Random(1))

    assert [kind.wrong for kind in kinds] == [[], [], []]
    assert sum(len(kind.times) for kind in kinds) >= 1_200
    assert all(any(status >= 400 for status in kind.statuses) for kind in kinds)
    assert all(any(status < 300 for status in kind.statuses) for kind in kinds)


@pytest.mark.parametrize(
    ("status", "seconds", "said"), [(500, 0.1, "x: answered with 500"), (200, 1.5, "x: took 1.50 s")]
)
def test_an_answer_that_fails_or_takes_long_is_said(status, seconds, said):
    kind = fuzz.Kind("by hand")

    kind.note("x", 422, 0.1)
    kind.note("x", status, seconds)

    assert kind.wrong == [said]


class Deaf(fuzz.Client):
    """A client whose server refuses everything, and moves a session with it."""

    def __init__(self):
        self.rev = 0

    def send(self, method, path, body, headers):
        self.rev += method == "PATCH"
        head = b'{"session": {"id": "s_1", "rev": %d}}' % self.rev
        return (422 if method == "PATCH" else 200), head


def test_a_session_that_a_refusal_changes_is_said():
    client, kind = Deaf(), fuzz.Kind("by hand")
    target = fuzz.Target(client)

    fuzz.attempt(Bad("PUT", "{s}/sample", b"{}"), target, client, kind)
    fuzz.attempt(Bad("PATCH", "{s}", b"{}"), target, client, kind)

    assert kind.wrong == ["PATCH {s} {} : answered with 422 and changed the session"]


def test_the_documentation_shows_the_columns():
    page = (Path(fuzz.__file__).parents[1] / "docs/benchmarks.md").read_text(encoding="utf-8")
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]

    rows = shown[shown.index(fuzz.HEADINGS) + 2 :][:3]
    assert [row[0] for row in rows] == ["by hand", "by hand, changed", "by schemathesis"]
    assert sum(int(row[1].replace(",", "")) for row in rows) >= 100_000
    assert [row[4] for row in rows] == ["0", "0", "0"]
    assert [row[5] for row in rows] == ["0", "0", "0"]
