"""Networks to open by name, one JSON file each: a spec, what it is, and where it comes from.

A published example also has the numbers that were published for it (`after_one_step`, `tolerance`, …), and the
tests hold the engine to them. In the list the ones a learner meets first come first in their group.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import UnknownPreset

GROUPS = ("Worked examples", "Learning from data", "What goes wrong")
"""The groups in order; a file that names none is in the first."""
FIRST = ("xor", "mazur", "simple-nn", "circle", "moons", "spiral", "vanishing", "vanishing-fixed", "exploding")


@cache
def presets() -> dict[str, dict[str, Any]]:
    """The presets by name, each as its file has it."""
    files = Path(__file__).parent.glob("*.json")
    found = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}

    def place(name: str) -> tuple[int, int, str]:
        return GROUPS.index(group(found[name])), FIRST.index(name) if name in FIRST else len(FIRST), name

    return {name: found[name] for name in sorted(found, key=place)}


def group(preset: dict[str, Any]) -> str:
    """What a preset is listed under."""
    return str(preset.get("group", GROUPS[0]))


def preset_spec(name: str) -> dict[str, Any]:
    """The spec of the preset `name`, or UnknownPreset."""
    if name not in presets():
        raise UnknownPreset(name, presets(), "/preset")
    return dict(presets()[name]["spec"])


def catalog() -> list[dict[str, Any]]:
    """What the catalog says of each preset."""
    return [
        {
            "name": name,
            "title": preset["spec"]["name"],
            "group": group(preset),
            "text": preset.get("note", ""),
            "source": preset["source"],
            "spec": preset["spec"],
        }
        for name, preset in presets().items()
    ]
