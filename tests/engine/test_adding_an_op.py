"""The activation of docs/adding-an-op.md: its class and its row are enough, for the engine, the API and the proofs.

It is added in a process of its own, which takes it out again by ending.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.engine.ops import ACTIVATIONS

ROOT = Path(__file__).parents[2]
CLASS, ROW = re.findall(r"```python\n(.*?)```", (ROOT / "docs/adding-an-op.md").read_text(encoding="utf-8"), re.DOTALL)

pytestmark = pytest.mark.skipif(
    any(known.type == "softsign" for known in ACTIVATIONS), reason="whoever followed the page has the example already"
)

ADD = f"""
import numpy as np
from app.engine.ops.activations import ACTIVATIONS, Activation
{CLASS}
"""
ROWS = f"""
from tests.engine import table
from tests.engine.table import activation
table.ACTIVATION_ROWS.extend([
    {ROW}
])
table.TABLE.append(table.ACTIVATION_ROWS[-1])
"""
PROVE = """
from tests.engine import test_code_lines, test_gradients, test_table
test_table.test_everything_that_can_be_chosen_by_name_has_one_row("activation")
row = table.ACTIVATION_ROWS[-1]
assert row.name == "softsign"
test_table.test_the_gradients_of_an_op_are_the_transpose_of_its_derivative(row)
test_table.test_no_hyper_parameter_takes_what_is_out_of_its_range_or_of_another_kind(row)
test_table.test_what_says_that_it_has_no_complex_step_has_none(row)
for loss in table.choices(table.LOSS_ROWS):
    test_gradients.test_no_gradient_is_skipped_away_from_kinks({"type": "softsign"}, loss)
lines = [one.values[0] for one in test_code_lines.NETS if one.values[0]["activation"]["type"] == "softsign"]
assert lines
for chosen in lines:
    test_code_lines.test_the_numpy_lines_give_the_numbers_of_one_step_and_run_again_of_the_next(chosen)
"""
ASK = """
from tests.conftest import Api
api = Api()
listed = {one["type"]: one for one in api.get("/catalog").json()["activations"]}
assert listed["softsign"]["formula"] == r"\\frac{z}{1 + |z|}"
spec = api.create("mazur").spec
spec["layers"][0]["activation"] = "softsign"
learner = api.create(spec)
learner.advance("batch")
tick = learner.get("/graph")["schedule"][1]
assert tick["op"] == "softsign"
assert tick["code"]["numpy"] == "hidden1_a = hidden1_z / (1 + np.abs(hidden1_z))"
assert tick["code"]["pytorch"] == "hidden1_a = F.softsign(hidden1_z)"
assert learner.explain("hidden1.a", 0, 1)["function"] == "softsign"
assert len(learner.explain("hidden1.dW", 0, 1)["terms"][0]["factors"]) == 3
for language in ("numpy", "pytorch"):
    script = api.get(f"{learner.path}/export?format={language}").text
    assert tick["code"][language] in script
api.close()
"""


def run(*scripts):
    return subprocess.run(
        [sys.executable, "-c", "".join(scripts)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_a_class_and_a_row_are_enough_for_every_proof():
    done = run(ADD, ROWS, PROVE)

    assert done.returncode == 0, done.stderr


def test_a_class_is_enough_for_the_catalog_a_session_its_code_lines_and_its_exports():
    done = run(ADD, ASK)

    assert done.returncode == 0, done.stderr


def test_a_class_without_a_row_fails_the_suite():
    suite = "test_table.test_everything_that_can_be_chosen_by_name_has_one_row('activation')"

    done = run(ADD, f"from tests.engine import test_table\n{suite}\n")

    assert "AssertionError" in done.stderr
    assert done.returncode == 1
