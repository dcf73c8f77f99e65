"""A step as a script in NumPy, with nothing hidden: the backward pass written out."""

from __future__ import annotations

from .script import Language

NUMPY = Language(
    table="numpy",
    imports="import json\nimport math\nfrom math import inf, nan\n\nimport numpy as np\n",
    data='np.array({values}, dtype="{dtype}")',
    parameter='np.array({values}, dtype="{dtype}")',
    values="np.asarray(values)",
)
