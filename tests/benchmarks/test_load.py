"""The load: that a real server is asked everything, how answers are counted, and what counts as missed."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import load, loads
from benchmarks.asking import Failed, connections, request
from benchmarks.kill import Server
from benchmarks.measuring import Figure, figure_rows

TINY = loads.Scale(
    seconds=1,
    learners=3,
    others=2,
    run_seconds=1,
    streams=2,
    idle_seconds=0,
    connections=2,
    rounds=1,
    round_seconds=0.2,
)


@pytest.fixture(scope="module")
def figures():
    """All figures of a load that is as small as can be."""
    return [figure for part in load.PARTS for figure in load.measure(part, TINY)]


def test_every_part_asks_a_real_server_and_gets_its_figures(figures):
    values = {figure.name: figure.value for figure in figures}

    assert values.pop("errors") == 0
    assert all(value is None or value > 0 for value in values.values())


def test_the_documentation_shows_every_figure_with_its_target(figures):
    page = (Path(load.__file__).parents[1] / "docs/benchmarks.md").read_text(encoding="utf-8")
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]

    lines = figure_rows(figures)
    start = shown.index(lines[0])
    assert [(line[0], line[2]) for line in shown[start + 2 :][: len(figures)]] == [
        (one[0], one[2]) for one in lines[1:]
    ]


@pytest.mark.parametrize(
    ("figure", "missed"),
    [
        (Figure("p99", 50.0, "ms", 50), False),
        (Figure("p99", 50.1, "ms", 50), True),
        (Figure("rate", 2_000, "", 2_000, least=True), False),
        (Figure("rate", 1_999, "", 2_000, least=True), True),
        (Figure("rate", float("nan"), "", 2_000, least=True), True),
        (Figure("only told", 1e9), False),
        (Figure("not told", None, "MB", 300), False),
    ],
)
def test_what_is_beyond_its_bound_is_missed(figure, missed):
    assert figure.missed is missed
    assert ("missed" in figure.row()) is missed


def test_99_of_100_answers_take_no_longer_than_the_p99():
    assert loads.p99([i / 1000 for i in range(100, 0, -1)]) == pytest.approx(99)
    assert loads.p99([0.25]) == 250


class Slow:
    """Answers after so many seconds, or not at all."""

    def __init__(self, seconds, fails=False):
        self.seconds, self.fails = seconds, fails

    async def ask(self, _):
        await asyncio.sleep(self.seconds)
        if self.fails:
            raise Failed("no answer")


def learner(seconds, fails=False):
    return SimpleNamespace(connection=Slow(seconds, fails), stepping=lambda body: b"")


def test_a_request_waits_from_when_it_was_due_not_from_when_it_could_be_sent():
    found = asyncio.run(loads.paced([learner(1.2)], 2))

    assert found.times[0] == pytest.approx(1.2, abs=0.15)
    assert found.times[1] == pytest.approx(1.4, abs=0.15)


def test_what_fails_is_counted_and_the_learner_goes_on():
    found = asyncio.run(loads.paced([learner(0, fails=True), learner(0)], 2))

    assert found.errors == ["no answer", "no answer"]
    assert len(found.times) == 4


def test_rates_are_compared_round_by_round():
    drawn = {"one": iter([10.0, 40.0, 30.0]), "other": iter([5.0, 10.0, 30.0])}

    def draw(name):
        async def rate():
            return next(drawn[name])

        return rate

    assert asyncio.run(loads.side_by_side(draw("one"), draw("other"), 3)) == (30, 10, 2)


def test_an_error_is_told_and_a_connection_that_was_closed_is_made_anew(tmp_path):
    server = Server(tmp_path / "sessions.sqlite3")

    async def ask():
        with connections(server.port, 1) as (connection,):
            assert await connection.ask(request("GET", "/livez"))
            connection.close()
            assert await connection.ask(request("GET", "/livez"))
            with pytest.raises(Failed, match="404"):
                await connection.ask(request("GET", "/nothing"))
            assert connection.answers == 3

    try:
        asyncio.run(ask())
    finally:
        server.kill()


def test_a_missed_target_is_said_kept_and_the_end_is_1(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(load, "measure", lambda *_: [Figure("to make all sessions", 6.0, "s", 5)])

    assert load.main(["--part", "learners", "--json", str(tmp_path / "load.json")]) == 1

    assert "6.0 s | at most 5 s | missed" in capsys.readouterr().out
    (kept,) = json.loads((tmp_path / "load.json").read_text())["parts"]["learners"]
    assert (kept["value"], kept["missed"]) == (6.0, True)
