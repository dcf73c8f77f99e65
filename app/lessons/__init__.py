"""Lessons: what a learner reads, sees, predicts and does, step by step, on a network that really runs.

A lesson is data, a TOML file (`docs/lessons.md` says how to write one): a network, and steps with a text, a moment, and
a question or a task. Nothing of it is code. What is wrong with a file is said with the step and the field.
"""

from .lesson import InvalidLesson, Lesson, read
from .library import Library

__all__ = ["InvalidLesson", "Lesson", "Library", "read"]
