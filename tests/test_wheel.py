"""What `pip install` puts in place: the package as `backscope`, its command, and the page that it serves."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(installed, *arguments):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=installed, capture_output=True, text=True, timeout=60, env={"PYTHONPATH": "."}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_called_backscope_and_has_the_client(installed):
    assert run(installed, "-c", "from backscope import Client; print(Client())") == "Client('http://127.0.0.1:8000')\n"
    assert not (installed / "app").exists()


def test_it_has_the_command(installed):
    entry_points = next(installed.glob("*.dist-info/entry_points.txt")).read_text()

    assert "backscope = backscope.cli:main" in entry_points
    assert "--port" in run(installed, "-c", "from backscope.cli import main; main(['--help'])")


def test_it_carries_the_page_and_every_preset(installed):
    code = """
from backscope.api.page import DIST, templates
from backscope.engine.presets import presets
from backscope.main import create_app
from backscope.settings import Settings
app = create_app(Settings(store=":memory:"))
print(DIST, app.state.page["script"], len(presets()), templates.get_template("page.html").filename)
"""

    dist, script, presets, template = run(installed, "-c", code).split()

    assert Path(dist) == installed / "backscope/static/dist"
    assert (Path(dist) / script).is_file()
    assert (Path(dist) / ".vite/license.md").is_file()
    assert int(presets) == len(list((ROOT / "app/engine/presets").glob("*.json")))
    assert Path(template) == installed / "backscope/templates/page.html"


def test_no_source_map_or_test_is_in_it(installed):
    names = [path.name for path in installed.rglob("*")]

    assert not [name for name in names if name.endswith(".map") or name.startswith("test_")]


def test_what_builds_it_is_in_the_development_lock():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert project["build-system"]["requires"][0] in project["dependency-groups"]["dev"]
