"""Texts that users give: without control characters, and in Unicode's normal form C, so that one word is one text."""

from __future__ import annotations

import re
from unicodedata import is_normalized, normalize

FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters and line ends, what turns the direction of the text around it, and halves of characters."""


def forbidden(text: str) -> str | None:
    """The first character in it that may not be there."""
    found = None if text.isascii() and text.isprintable() else FORBIDDEN.search(text)
    return found and found[0]


def is_clean(text: str) -> bool:
    """Whether nothing in it is forbidden."""
    return forbidden(text) is None


def is_normal(text: str) -> bool:
    return is_normalized("NFC", text)


def normal(text: str) -> str:
    """The text in normal form C."""
    return normalize("NFC", text)
