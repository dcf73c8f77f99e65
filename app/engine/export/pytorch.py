"""A step as a script in PyTorch, whose own autograd takes the gradients: two programs that must agree."""

from __future__ import annotations

from .script import Language

PYTORCH = Language(
    table="pytorch",
    imports="import json\nimport math\nfrom math import inf, nan\n\n"
    "import torch\nfrom torch.nn import functional as F\n",
    data="torch.tensor({values}, dtype=torch.{dtype})",
    parameter="torch.tensor({values}, dtype=torch.{dtype}, requires_grad=True)",
    values="values",
    default="torch.set_default_dtype(torch.{dtype})",
    retain="{name}.retain_grad()",
)
