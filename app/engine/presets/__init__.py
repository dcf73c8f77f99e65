"""Networks to open by name, one JSON file each: a spec, what it is, and where it comes from.

A published example also has the numbers that were published for it (`after_one_step`, `tolerance`, …), and the
tests hold the engine to them. The files beginning the list are the ones a learner meets first.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import UnknownPreset

FIRST = ("xor", "mazur", "simple-nn")


@cache
def presets() -> dict[str, dict[str, Any]]:
    """The presets by name, each as its file has it."""
    files = sorted(Path(__file__).parent.glob("*.json"))
    found = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}
    return {name: found[name] for name in (*FIRST, *(name for name in found if name not in FIRST))}


def preset_spec(name: str, pointer: str = "/preset") -> dict[str, Any]:
    """The spec of the preset `name`, or UnknownPreset."""
    if name not in presets():
        raise UnknownPreset(name, presets(), pointer)
    return dict(presets()[name]["spec"])


def catalog() -> list[dict[str, Any]]:
    """What the catalog says of each preset."""
    return [
        {
            "name": name,
            "title": preset["spec"]["name"],
            "text": preset.get("note", ""),
            "source": preset["source"],
            "spec": preset["spec"],
        }
        for name, preset in presets().items()
    ]
