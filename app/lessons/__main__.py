"""Try lessons out before a class does: `python -m backscope.lessons FILE …` runs each from its beginning to its end."""

import argparse
import sys
from pathlib import Path

from .lesson import InvalidLesson, read
from .rehearsal import rehearse


def main(arguments: list[str]) -> int:
    """Say of each file whether it can be given; the exit code is 0 where all can."""
    parser = argparse.ArgumentParser(prog="python -m backscope.lessons", description="Try lessons out.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="a lesson, as docs/lessons.md says it")
    failed = 0
    for file in parser.parse_args(arguments).files:
        try:
            lesson = read(Path(file))
            rehearse(lesson)
        except InvalidLesson as error:
            failed = 1
            sys.stderr.write(f"{error}\n")
        else:
            sys.stdout.write(f"{file}: {len(lesson.steps)} steps, all can be given\n")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
