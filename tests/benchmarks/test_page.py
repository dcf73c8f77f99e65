"""How smooth the page is: a real page is looked at in a real browser, and the figures are the documentation's."""

from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.measuring import figure_rows

TINY = page.Scale(play=1, warm=0.5, loads=1, controls=2, memory=1, memory_rest=0.3)


@pytest.fixture(scope="module")
def figures():
    """All figures of a look that is as short as can be."""
    return [figure for part in page.PARTS for figure in page.measure(part, TINY)]


def test_every_part_looks_at_a_real_page_and_gets_its_figures(figures):
    values = {figure.name: figure.value for figure in figures}

    rising = values.pop("what it rises by in ten minutes of play")
    assert isinstance(rising, float)
    assert all(value > 0 for value in values.values())


def test_the_documentation_shows_every_figure_with_its_target(figures):
    text = (Path(page.__file__).parents[1] / "docs/benchmarks.md").read_text(encoding="utf-8")
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]

    for name, _, target, _ in figure_rows(figures)[1:]:
        named = [line for line in shown if line[0].partition(", `")[0] == name.partition(", `")[0]]
        assert [line[2] for line in named] == [target]
