"""Going to any moment: that a real server is measured, and what counts as missed."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from benchmarks import time as travel

SHORT = replace(travel.CASES[0], steps=300)


def found(**more):
    """Something that meets every target, but for what is given."""
    made = travel.Found(SHORT, openings={"stop": 0.1, "kill": 0.1}, curves={"stop": 1.0, "kill": 1.0}, size=10_000)
    made.times = {kind: [0.001, 0.002, 0.003] for kind in travel.KINDS}
    return replace(made, **more)


def test_a_server_is_trained_looked_through_stopped_and_killed(tmp_path):
    made = travel.measure(SHORT, tmp_path, 3, Random(1))

    assert [len(made.times[kind]) for kind in travel.KINDS] == [3, 3, 1, 1, 1]
    assert set(made.openings) == set(made.curves) == {"stop", "kill"}
    assert made.size > 0
    assert made.disk > 0
    assert found(size=made.size, grown=made.grown, disk=made.disk).missed() == []  # of times no test judges


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"times": {kind: [0.06] for kind in travel.KINDS}}, "the median frame takes 60.0 ms, at most 50 was wanted"),
        ({"size": 50_000_001}, "50000001 bytes of memory"),
        ({"grown": 60_000_000}, "60000000 bytes of memory"),
        ({"disk": 50_000_001}, "50000001 bytes on the disk"),
        ({"openings": {"stop": 0.1, "kill": 2.1}}, "opening takes 2.10 s, at most 2 was wanted"),
    ],
)
def test_what_misses_its_target_is_said(changed, said):
    (sentence,) = found(**changed).missed()

    assert said in sentence


def test_the_documentation_shows_every_quantity():
    page = (Path(travel.__file__).parents[1] / "docs/benchmarks.md").read_text(encoding="utf-8")
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]
    columns = [travel.Found(case) for case in travel.CASES]

    headings = ["", *(case.name for case in travel.CASES)]
    start = shown.index(headings)
    quantities = travel.lines([replace(found(), case=one.case) for one in columns])
    assert [line[0] for line in shown[start + 2 :][: len(quantities) - 1]] == [line[0] for line in quantities[1:]]
    assert shown[start + 2] == quantities[1]
