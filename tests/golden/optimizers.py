"""What a thousand steps of every optimizer come to in PyTorch (`make_optimizers.py`)."""

import json
from pathlib import Path

import pytest

ROWS = json.loads((Path(__file__).parent / "optimizers.json").read_text(encoding="utf-8"))
by_name = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["spec"]["name"])
