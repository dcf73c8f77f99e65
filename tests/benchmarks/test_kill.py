"""The kills: what counts as lost, and that a server which is really killed loses nothing."""

from pathlib import Path
from random import Random

import pytest

from benchmarks import kill

ANSWERED = {"id": "s_1", "rev": 7, "t": 30, "state_sha256": "a"}
NEXT = {"id": "s_1", "rev": 8, "t": 40, "state_sha256": "b"}


@pytest.mark.parametrize(
    ("found", "under_way", "outcome"),
    [
        (ANSWERED, False, "kept"),
        (ANSWERED, True, "kept"),
        (NEXT, True, "finished"),
        (NEXT, False, "lost"),
        ({**ANSWERED, "rev": 6}, True, "lost"),
        ({**ANSWERED, "rev": 9}, True, "lost"),
        ({**ANSWERED, "t": 31}, True, "lost"),
        ({**ANSWERED, "state_sha256": "b"}, False, "lost"),
    ],
)
def test_whatever_is_not_as_it_was_answered_is_lost(found, under_way, outcome):
    assert kill.outcome(ANSWERED, found, under_way) == outcome


def test_a_server_that_is_killed_loses_nothing(tmp_path):
    report = kill.run(tmp_path / "sessions.sqlite3", 2, 3, Random(1), 5)

    assert report.lost == 0
    assert [len(writer.outcomes) for writer in report.writers] == [2, 2, 2]
    assert sum(len(writer.heads) for writer in report.writers) > 3
    assert report.past > 3


def test_a_loss_is_counted_said_and_the_end_is_1(monkeypatch, capsys):
    writer = kill.Writer(Random(1), [ANSWERED], outcomes=["kept", "lost"])
    report = kill.Report(2, [writer], [1.0], [0.01], 1, 1, 5_000_000)
    monkeypatch.setattr(kill, "run", lambda *_: report)

    assert kill.main([]) == 1

    said = capsys.readouterr().out
    assert "2 were lost" in said
    assert "5.0 MB" in said


def test_the_documentation_shows_the_columns_of_the_kills():
    page = (Path(kill.__file__).parents[1] / "docs/benchmarks.md").read_text(encoding="utf-8")
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]

    headings, figures = kill.Report(1, [kill.Writer(Random(1), [ANSWERED])], [1.0], [0.01], 1, 0, 0).rows()
    found = shown[shown.index(headings) + 2]
    assert len(found) == len(figures)
    assert found[:2] == ["100", "8"]
    assert found[3] == "0"
