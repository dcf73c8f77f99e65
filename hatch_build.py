"""Puts the built page into the wheel. An archive that carries `static/dist` needs no Node; a checkout builds it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface[Any]):
    """Builds the page where there is none, and includes it beside the package's own files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        dist = Path(self.root, "static", "dist")
        if not (dist / ".vite" / "manifest.json").is_file():
            subprocess.run([sys.executable, "dev.py", "build"], cwd=self.root, check=True)
        if self.target_name == "wheel":
            build_data["force_include"][str(dist)] = "backscope/static/dist"
