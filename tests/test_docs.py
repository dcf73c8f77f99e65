"""The documentation is held to the code: commands, links, settings, keys, and the twelve lines of Python run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.api.problems import STATUS
from app.main import create_app
from app.settings import Settings
from tests.browser.gallery import PICTURES
from tests.browser.serving import Server

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def block(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def test_the_python_of_the_readme_prints_every_tick_and_a_gradient() -> None:
    server = Server()
    code = block(text("README.md"), "python")[0].replace("http://127.0.0.1:8000", server.url)

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    server.stop()

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[7] == "8 backward output output.dW"
    assert lines[-1].startswith("[[0.000438567")
    assert len([line for line in code.splitlines() if line]) <= 12


def test_the_activation_of_the_documentation_works_as_it_stands() -> None:
    code = block(text("docs/adding-an-op.md"), "python")[0]
    script = f"""
import numpy as np
from app.engine.ops.activations import ACTIVATIONS, Activation
{code}
from app.engine.presets import preset_spec
from app.engine.spec import Spec
from app.sessions.session import Session
given = preset_spec("mazur")
given["layers"][0]["activation"] = "softsign"
session = Session("s_1", Spec.parse(given))
session.advance(15, record=False)
explained = session.explain("hidden1.dW", (0, 1), 15)
assert len(explained.terms[0].factors) == 3
assert abs(explained.terms[0].value - explained.value) < 1e-15
x, e = np.array([[0.3, -2.0]]), 1e-20
a = np.empty((1, 2), complex)
ACTIVATIONS.find("softsign", "")().forward(x + 1j * e, a)
dz = np.empty((1, 2))
ACTIVATIONS.find("softsign", "")().dz(np.ones((1, 2)), x, dz)
assert np.allclose(a.imag / e, dz, rtol=1e-14)
"""

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=30)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_variable_that_is_named_sets_something(page: Path) -> None:
    named = set(re.findall(r"BACKSCOPE_([A-Z_]+)", page.read_text(encoding="utf-8")))

    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_a_class_is_answered_behind_the_proxies_of_the_documentation() -> None:
    """With the variables of the page's command, and the headers that its proxies send."""
    start = next(one for one in block(text("docs/class.md"), "sh") if one.startswith("BACKSCOPE_PROFILE"))
    server = Server(**dict(re.findall(r"(BACKSCOPE_\w+)=(\S+)", start)))
    sent = {"Host": "backscope.example.org", "X-Forwarded-For": "192.0.2.7", "Origin": "https://backscope.example.org"}

    made = server.api.post("/sessions", json={"preset": "mazur"}, headers=sent)
    page = server.api.get(f"{server.url}/s/{made.json()['session']['id']}", headers=sent)
    elsewhere = server.api.get(server.url, headers={"Host": "other.example.org"})
    listed = server.api.get("/sessions", headers=sent)
    server.stop()

    assert [one.status_code for one in (made, page, elsewhere, listed)] == [201, 200, 421, 403]


def test_every_job_of_the_readme_is_one_of_dev_py() -> None:
    jobs = set(re.findall(r"python3 dev\.py (\w+)", text("README.md")))

    assert {"run", "test", "check"} <= jobs
    assert [job for job in jobs if f"python3 dev.py {job}" not in text("dev.py")] == []


def test_every_route_stands_in_the_documentation() -> None:
    page = text("docs/api.md")
    paths = create_app(Settings(store=":memory:")).openapi()["paths"]

    for path, methods in paths.items():
        short = path.removeprefix("/api/v1").replace("{session_id}", "{id}")
        for method in methods:
            assert f"{method.upper()} {short}" in page, f"{method} {short}"


def test_every_code_that_the_documentation_names_exists() -> None:
    named = set(re.findall(r"\d{3} `([a-z_]+)`", text("docs/api.md")))

    assert named
    assert named <= set(STATUS)


def test_every_key_of_the_page_stands_in_the_guide() -> None:
    shown = re.findall(r'shown: "([^"]+)"', text("static/src/strings/keys.ts"))
    guide = text("docs/guide.md")

    assert len(shown) >= 8
    assert [key for key in shown if f"<kbd>{key.split()[-1]}</kbd>" not in guide] == []


def test_the_guide_shows_the_pictures_of_the_gallery_and_no_others() -> None:
    shown = re.findall(r"!\[[^\]]{20,}\]\(gallery/(\w+)\.png\)", text("docs/guide.md"))
    files = [file.stem for file in (ROOT / "docs/gallery").iterdir()]

    assert sorted(shown) == sorted(files) == sorted(PICTURES)
    assert max(file.stat().st_size for file in (ROOT / "docs/gallery").iterdir()) < 500_000
