"""The shell of the page: which files of the build it loads, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates

PACKAGE = Path(__file__).parents[1]
ROOT = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent
"""What holds the page: the package once it is installed, the folder around it in a checkout."""

DIST = ROOT / "static" / "dist"

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=ROOT / "templates")


class PageNotBuilt(RuntimeError):
    """The server starts only with a page to serve."""


def assets(entry: str) -> dict[str, list[str] | str]:
    """The script and styles of one entry of the build, and the modules that the script will ask for; PageNotBuilt where
    there is no build.
    """
    manifest = DIST / ".vite" / "manifest.json"
    if not manifest.is_file():
        raise PageNotBuilt("The page is not built: run `python3 dev.py build` first.")
    built = json.loads(manifest.read_text(encoding="utf-8"))
    needed = [entry]
    for name in needed:
        needed += [one for one in built[name].get("imports", []) if one not in needed]
    script, *modules = (built[name]["file"] for name in needed)
    return {
        "script": script,
        "modules": modules,
        "styles": [css for name in needed for css in built[name].get("css", [])],
    }


@router.get("/")
@router.get("/s/{session_id}")
async def page(request: Request) -> Response:
    """The page: a new session of `?preset=`, or the one whose address this is."""
    return templates.TemplateResponse(request, "page.html", {"assets": request.app.state.page})


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The API, to try out."""
    return templates.TemplateResponse(request, "docs.html", {"assets": request.app.state.docs})
