"""The notebook of the documentation, its cells run in their order against a real server."""

import ast
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import app
from tests.browser.serving import Server

NOTEBOOK = Path(__file__).parents[1] / "docs/notebook.ipynb"


@pytest.fixture(scope="module")
def notebook():
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))


def run(source, names):
    """Run a cell, and give the value of its last line where that is an expression, as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None


def test_every_cell_of_the_notebook_runs_and_its_claims_hold(notebook, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "backscope", app)
    server = Server()
    names, shown = {}, []

    try:
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                source = "".join(cell["source"]).replace("http://127.0.0.1:8000", server.url)
                shown.append(run(source, names))
    finally:
        names["client"].close()
        server.stop()

    assert "<iframe" in shown[0]._repr_html_()
    printed = capsys.readouterr().out
    assert "forward hidden1 {'hidden1.z': [[0.3775, 0.3925]]}" in printed
    assert "hidden1.dW" in printed
    assert np.allclose(shown[3], [[0.000438567, 0.000877135], [0.000497712, 0.000995425]], atol=1e-8)
    assert np.allclose(names["moved"] / names["dW"], -0.5)
    assert names["xor"].head["epoch"] == 500
    assert names["xor"].loss < 0.1
    assert "import numpy as np" in printed


def test_the_client_s_lines_in_the_documentation_run(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "backscope", app)
    page = (NOTEBOOK.parent / "api.md").read_text(encoding="utf-8")
    code = next(block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "from backscope" in block)
    server, names = Server(), {}

    try:
        run(code.replace("http://127.0.0.1:8000", server.url), names)
    finally:
        names["session"].client.close()
        server.stop()

    assert names["gradient"].shape == (3, 2)
    assert names["why"]["kind"] == "parameter"
    assert capsys.readouterr().out.splitlines()[-1].startswith("422 unknown_tensor Unknown tensor")


def test_the_notebook_carries_no_output_of_one_machine(notebook):
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]

    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
