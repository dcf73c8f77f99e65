"""Lessons are data: each of ours can be given, and what is wrong with a file is said in words."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.lessons import InvalidLesson, Library, read
from app.lessons.library import OURS
from app.lessons.rehearsal import rehearse

ROOT = Path(__file__).parents[2]
FILES = sorted(OURS.glob("*.toml"))

SOUND = """
title = "A lesson"
about = "About it."
preset = "mazur"
[[steps]]
text = "Look."
at = 9
"""
SIGN = '[steps.question]\nkind = "sign"\nask = "?"\nof = "hidden1.da[0,0]"\nat = 10\n'


def written(folder, text, name="own"):
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_lesson_can_be_given_and_has_something_to_do(path):
    lesson = read(path)

    rehearse(lesson)

    assert any(step["question"] for step in lesson.steps)
    assert all(step["text"] and step["title"] for step in lesson.steps)
    for step in lesson.steps:
        if step["question"]:
            assert step["question"]["right"]
            assert step["question"]["wrong"]


def test_there_are_eight_lessons_and_each_asks_and_lets_do():
    lessons = [read(path) for path in FILES]

    assert len(lessons) == 8
    assert sum(any(step["task"] for step in lesson.steps) for lesson in lessons) >= 7


def test_the_lesson_of_the_documentation_works(tmp_path):
    documented = re.search(r"```toml\n(.*?)```", (ROOT / "docs/lessons.md").read_text(encoding="utf-8"), re.S)

    lesson = read(written(tmp_path, documented[1]))

    rehearse(lesson)
    assert [field for field in ("title", "at", "select", "sample") if f"\n{field} = " not in documented[1]] == []
    assert lesson.steps[0]["question"]["kind"] == "sign"
    assert lesson.steps[1]["task"]["below"] == 0.2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "cannot be read as TOML"),
        ('about = "x"\npreset = "mazur"\n[[steps]]\ntext = "x"', "the lesson: title is missing"),
        (SOUND.replace('preset = "mazur"', ""), "expected `preset` or `spec`"),
        (SOUND.replace("mazur", "mazurka"), "its network: .*mazurka"),
        (SOUND.replace("at = 9", "at = -1"), "step 0, at: expected a whole number from 0, got -1"),
        (SOUND.replace("at = 9", "when = 9"), "step 0: unknown field when"),
        (SOUND + SIGN.replace("sign", "guess"), "step 0, question, kind: expected one of sign"),
        (SOUND + SIGN.replace("hidden1.da[0,0]", "hidden1"), "expected an address such as hidden1.W"),
        (SOUND + SIGN.replace("sign", "largest"), "among: expected at least two addresses"),
        (
            SOUND + '[steps.question]\nkind = "choice"\nask = "?"\noptions = ["a", "b"]\nanswer = 2',
            "number of an option",
        ),
        (SOUND + '[steps.task]\ndo = "x"\nof = "loss.value"', "expected `below` or `above`"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_the_step_and_the_field(tmp_path, text, said):
    with pytest.raises(InvalidLesson, match=said):
        read(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SOUND + SIGN.replace("hidden1.da", "hidden9.da"), "step 0, question: .*hidden9"),
        (
            SOUND + SIGN.replace("at = 10", "at = 40"),
            "step 0, question: .*the end of the present step, 15, got 40",
        ),
        (SOUND + SIGN.replace("at = 10", "at = 4"), "step 0, question: hidden1.da is not computed yet"),
        (SOUND + 'select = "hidden1.W[7,7]"', "step 0, select: .*index"),
        (SOUND + '[steps.task]\ndo = "x"\nof = "hidden1.q"\nbelow = 1', "step 0, task, of: Unknown tensor"),
    ],
)
def test_a_moment_or_an_address_that_is_not_there_is_found_by_a_rehearsal(tmp_path, text, said):
    lesson = read(written(tmp_path, text))

    with pytest.raises(InvalidLesson, match=said):
        rehearse(lesson)


def test_a_lecturer_s_folder_adds_lessons_replaces_ours_and_lists_what_cannot_be_read(tmp_path):
    written(tmp_path, SOUND, "own")
    written(tmp_path, SOUND, "1-chain-rule")
    written(tmp_path, "title", "broken")

    library = Library(str(tmp_path))

    assert library.lessons["1-chain-rule"].title == "A lesson"
    assert library.lessons["own"].title == "A lesson"
    assert len(library.lessons) == 9
    assert "broken.toml cannot be read" in library.problems["broken"]
    assert library.list()[-1]["name"] == "broken"


def test_the_command_says_of_each_file_whether_it_can_be_given(tmp_path):
    files = [written(tmp_path, SOUND, "good"), written(tmp_path, SOUND + SIGN.replace("10", "40"), "bad")]

    done = subprocess.run(
        [sys.executable, "-m", "app.lessons", *map(str, files)], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert "good.toml: 1 steps, all can be given" in done.stdout
    assert "bad.toml: step 0" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "the following arguments are required: FILE"),
        (["no-such.toml"], 1, "no-such.toml cannot be read: No such file or directory"),
    ],
)
def test_the_command_says_that_there_is_no_file(arguments, code, said):
    done = subprocess.run([sys.executable, "-m", "app.lessons", *arguments], cwd=ROOT, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.rstrip().endswith(said)


def test_lessons_are_listed_and_given_over_http(api):
    listed = api.get("/lessons").json()["lessons"]

    assert [lesson["name"] for lesson in listed] == [path.stem for path in FILES]
    lesson = api.get(f"/lessons/{listed[1]['name']}").json()["lesson"]
    assert lesson["title"] == listed[1]["title"]
    assert len(lesson["steps"]) == listed[1]["length"]
    missing = api.get("/lessons/no-such")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
