"""What the benchmarks print and decide, on times that are made up: how fast anything is, is asserted nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest

from benchmarks import engine
from benchmarks.contestants import Backscope, StraightLine
from benchmarks.measuring import Target, interleaved, middle, ratio, table

ROUNDS = [{"slow": 8.0, "fast": 2.0}, {"slow": 9.0, "fast": 3.0}, {"slow": 100.0, "fast": 50.0}]
CASE = engine.CASES[0]


class Clock:
    """A clock that only the contestants move."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Runner:
    """A contestant that takes `seconds` a step and remembers, in a list shared by all, when it was its turn."""

    def __init__(self, name, seconds, clock, turns):
        self.name, self.seconds, self.clock, self.turns = name, seconds, clock, turns
        self.fresh = False

    def reset(self):
        self.fresh = True

    def run(self, steps):
        assert self.fresh, "a round did not begin at the start"
        self.fresh = False
        self.turns.append(self.name)
        self.clock.now += steps * self.seconds


def test_ratios_are_taken_within_a_round_and_of_them_the_median():
    assert ratio(ROUNDS, "slow", "fast") == 3.0
    assert middle(ROUNDS, "fast") == 3.0


@pytest.mark.parametrize(
    ("bound", "most", "met"), [(3.0, False, True), (3.1, False, False), (3.0, True, True), (2.9, True, False)]
)
def test_a_target_is_met_at_its_bound_and_missed_beyond_it(bound, most, met):
    assert Target("slow", "fast", bound, most).met(ROUNDS) is met


def test_everyone_has_one_turn_a_round_from_the_start_in_changing_order():
    clock, turns = Clock(), []
    runners = {name: Runner(name, seconds, clock, turns) for name, seconds in (("a", 0.5), ("b", 0.001), ("c", 2.0))}

    rounds = interleaved(runners, 12, 0.1, Random(1), clock)

    timed = turns[-36:]
    orders = [tuple(timed[i : i + 3]) for i in range(0, 36, 3)]
    assert all(sorted(order) == ["a", "b", "c"] for order in orders)
    assert len(set(orders)) > 1
    assert len(rounds) == 12
    for times in rounds:
        assert times == pytest.approx({"a": 0.5, "b": 0.001, "c": 2.0})


def test_a_quick_contestant_runs_as_many_steps_as_fill_the_time():
    clock = Clock()
    quick = Runner("quick", 0.001, clock, [])

    interleaved({"quick": quick}, 1, 0.1, Random(1), clock)
    before = clock.now
    interleaved({"quick": quick}, 2, 0.1, Random(1), clock)

    assert clock.now - before == pytest.approx(before + 0.1)


def test_the_table_is_markdown_with_its_columns_in_line():
    printed = table([["network", "µs"], ["10-5-1", "3.4"], ["2-4-2-1, batch 10", "17.0"]])

    assert printed.splitlines() == [
        "| network           |   µs |",
        "| ----------------- | ---: |",
        "| 10-5-1            |  3.4 |",
        "| 2-4-2-1, batch 10 | 17.0 |",
    ]


@pytest.mark.parametrize(("torch", "recorded", "verdict"), [(141, 39, "met"), (139, 39, "missed"), (141, 41, "missed")])
def test_a_row_says_times_ratios_and_whether_all_targets_are_met(torch, recorded, verdict):
    rounds = [
        {
            engine.BY_HAND: 5e-6,
            engine.OURS: 20e-6,
            engine.RECORDED: recorded / 1e6,
            engine.TORCH: torch / 1e6,
            engine.TUTORIAL: 200e-6,
        }
    ]

    row = engine.row(CASE, rounds)

    assert len(row) == len(engine.HEADINGS)
    assert row[:3] == ["10-5-1 relu mse, batch 1", "5.0", "20.0"]
    assert row[6] == f"{torch / 20:.2f} (at least 7)"
    assert row[7:] == ["4.00", f"{recorded / 20:.2f} (at most 2)", verdict]


class Mover:
    """An engine whose parameter moves by `by` a step."""

    def __init__(self, by):
        self.by = by

    def reset(self):
        self.weight = np.zeros(2)

    def run(self, steps):
        self.weight = self.weight + steps * np.array([self.by, 0.1])

    def parameters(self):
        return [self.weight]


def test_engines_that_end_in_the_same_place_agree():
    assert engine.disagreement({"one": Mover(0.1), "other": Mover(0.1 + 3e-6)}) == ""


@pytest.mark.parametrize("by", [0.1 + 5e-6, float("nan")])
def test_an_engine_that_ends_elsewhere_is_named(by):
    assert engine.disagreement({"one": Mover(0.1), "other": Mover(by)}).startswith("after 5 steps other is ")


def test_engines_that_stand_still_prove_nothing():
    class Still(Mover):
        def run(self, steps):
            pass

    assert "hardly moved" in engine.disagreement({"one": Still(0), "other": Still(0)})


@pytest.mark.parametrize("case", engine.CASES, ids=lambda case: case.network.name)
def test_the_step_written_by_hand_and_the_recorded_engine_train_as_the_engine_does(case):
    ours = Backscope(case.network)
    start = ours.parameters()
    others = {"recorded": Backscope(case.network, recorded=True), "by hand": StraightLine(case.network, start)}

    assert engine.disagreement({"ours": ours, **others}) == ""
    for contestant in others.values():
        contestant.reset()
        assert engine.apart(contestant.parameters(), start) == 0


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (["--rounds", "0"], "--rounds: expected a whole number of at least 1, got 0"),
        (["--rounds", "many"], "--rounds: expected a whole number of at least 1, got many"),
        (["--milliseconds", "-3"], "--milliseconds: expected"),
        (["fast"], "unrecognized arguments: fast"),
    ],
)
def test_a_wrong_argument_is_one_sentence(capsys, given, wrong):
    with pytest.raises(SystemExit) as failure:
        engine.arguments(given)

    assert failure.value.code == 2
    assert wrong in capsys.readouterr().err


def test_without_one_thread_to_everyone_nothing_is_measured(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")

    with pytest.raises(SystemExit, match=r"dev\.py bench engine"):
        engine.main([])


@pytest.mark.parametrize(("bound", "code"), [(0.0, 0), (1e9, 1)])
def test_the_job_prints_the_table_writes_every_round_and_says_whether_a_target_was_missed(
    tmp_path, monkeypatch, capsys, bound, code
):
    for name in engine.THREADS:
        monkeypatch.setenv(name, "1")
    names = [engine.OURS, engine.RECORDED, engine.TORCH, engine.TUTORIAL, engine.BY_HAND]
    monkeypatch.setattr(engine, "engines", lambda network: {name: Mover(0.1) for name in names})
    monkeypatch.setattr(engine, "machine", lambda: {"torch": "2.13.0"})
    monkeypatch.setattr(engine, "interleaved", lambda those, rounds, *_: [dict.fromkeys(those, 1.0)] * rounds)
    monkeypatch.setattr(engine, "CASES", [engine.Case(CASE.network, faster=bound)])
    written = tmp_path / "times.json"

    ended = engine.main(["--rounds", "2", "--milliseconds", "1", "--json", str(written)])

    printed = capsys.readouterr().out
    assert ended == code
    assert printed.startswith("torch 2.13.0\n")
    assert "| 10-5-1 relu mse, batch 1 |" in printed
    report = json.loads(written.read_text())
    assert [set(times) for times in report["cases"][0]["seconds"]] == [set(names)] * 2


def test_engines_that_disagree_are_not_timed(monkeypatch):
    for name in engine.THREADS:
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr(engine, "engines", lambda network: {"one": Mover(0.1), "other": Mover(0.2)})
    monkeypatch.setattr(engine, "machine", dict)
    monkeypatch.setattr(engine, "interleaved", lambda *_: pytest.fail("timed"))

    with pytest.raises(SystemExit, match=r"^10-5-1: after 5 steps other is 5\.0e-01 away from one"):
        engine.main([])


def test_the_documentation_shows_every_network_and_every_column():
    page = (Path(engine.__file__).parents[1] / "docs/benchmarks.md").read_text(encoding="utf-8")
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]

    assert engine.HEADINGS in shown
    for case in engine.CASES:
        found = next(row for row in shown if row[0] == engine.named(case.network))
        assert f"(at least {case.faster:g})" in found[6]
