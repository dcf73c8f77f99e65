"""The shell of the page: which files of the build it loads, and nothing else."""

from __future__ import annotations

import gzip
import json
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.datastructures import Headers
from starlette.types import Scope

from .compressing import COMPRESSED, takes_compressed
from .rates import aside

PACKAGE = Path(__file__).parents[1]
ROOT = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent
"""What holds the page: the package once it is installed, the folder around it in a checkout."""

DIST = ROOT / "static" / "dist"

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=ROOT / "templates")


class PageNotBuilt(RuntimeError):
    """The server starts only with a page to serve."""


def assets(entry: str) -> dict[str, list[str] | str]:
    """The script and styles of one entry of the build, and the modules that the script will ask for, at once or as soon
    as it runs; PageNotBuilt where there is no build.
    """
    built = _manifest()
    needed = [entry, *built[entry].get("dynamicImports", [])]
    for name in needed:
        needed += [one for one in built[name].get("imports", []) if one not in needed]
    script, *modules = (built[name]["file"] for name in needed)
    return {
        "script": script,
        "modules": modules,
        "fonts": [file for file in built[entry].get("assets", []) if "-latin-wght-normal-" in file],
        "styles": [css for name in needed for css in built[name].get("css", [])],
    }


def style(entry: str) -> str:
    """The one file of an entry of the build that is a style and no script; PageNotBuilt where there is no build."""
    file: str = _manifest()[entry]["file"]
    return file


def _manifest() -> dict[str, dict[str, Any]]:
    """What the build tells of its files; PageNotBuilt."""
    manifest = DIST / ".vite" / "manifest.json"
    if not manifest.is_file():
        raise PageNotBuilt("The page is not built: run `python3 dev.py build` first.")
    built: dict[str, dict[str, Any]] = json.loads(manifest.read_text(encoding="utf-8"))
    return built


class BuiltFiles(StaticFiles):
    """The files of the build. Script and style are compressed once: what is built anew has another name."""

    def __init__(self) -> None:
        super().__init__(directory=DIST)
        files = (file for file in DIST.rglob("*") if file.suffix in {".js", ".css", ".svg"})
        self._files = {str(file.relative_to(DIST)): file for file in files}
        self._compressed: dict[str, bytes] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at `path`, or a problem's status."""
        asked, file = Headers(scope=scope), self._files.get(path)
        plain = scope["method"] != "GET" or "range" in asked or not takes_compressed(asked)
        if file is None or plain:
            return await super().get_response(path, scope)
        if path not in self._compressed:
            self._compressed[path] = await aside(lambda: gzip.compress(file.read_bytes()))
        return Response(self._compressed[path], media_type=guess_type(file)[0], headers=COMPRESSED)


@router.get("/")
@router.get("/s/{session_id}")
async def page(request: Request) -> Response:
    """The page: a new session of `?preset=`, or the one whose address this is."""
    return templates.TemplateResponse(request, "page.html", {"assets": request.app.state.page})


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The API, to try out."""
    return templates.TemplateResponse(request, "docs.html", {"assets": request.app.state.docs})
