"""The affine map of a dense layer, z = x Wᵀ + b, with PyTorch's layout of W: (out, in)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from ..errors import ShapeMismatch
from ..terms import Array, Index, Local, Look, Sum, Term
from .numerics import sum_rows
from .op import Op, Shape

DZ = r"\frac{\partial L}{\partial z_{%d}}"


class Linear(Op):
    """z[s,i] = Σⱼ x[s,j]·W[i,j] + b[i].  x: (batch, in), W: (out, in), b: (out), z: (batch, out)."""

    type = "linear"
    title = "Weighted sum plus bias"
    inputs: ClassVar[tuple[str, ...]] = ("x", "W", "b")
    outputs = ("z",)
    backward: ClassVar[tuple[str, ...]] = ("W", "b", "x")
    latex = {
        "forward": r"$z = $x\,{$W}^{\top} + $b",
        "dW": r"$dW = \left($dz\right)^{\!\top} $x",
        "db": r"$db = \sum_{\text{batch}} $dz",
        "dx": r"$dx = $dz\,$W",
    }
    numpy = {
        "forward": "$z = $x @ $W.T + $b",
        "dW": "$dW = $dz.T @ $x",
        "db": "$db = $dz.sum(axis=0)",
        "dx": "$dx = $dz @ $W",
    }
    pytorch = {
        "forward": "$z = F.linear($x, $W, $b)",
        "dW": "$dW = $W.grad",
        "db": "$db = $b.grad",
        "dx": "$dx = $x.grad",
    }
    words = {
        "forward": "each unit multiplies its inputs by its weights and adds its bias",
        "dW": "each weight's gradient is its unit's gradient times the input that came along it, summed over the batch",
        "db": "a bias feeds its unit with slope 1, so its gradient is the unit's, summed over the batch",
        "dx": "each unit's gradient goes back whole along every incoming edge, times that edge's weight, and adds up",
    }

    matrix: ClassVar[Mapping[str, str]] = {
        "forward": "z = x @ W.T + b",
        "dW": "dW = dz.T @ x",
        "db": "db = ones.T @ dz",
        "dx": "dx = dz @ W",
    }
    called: ClassVar[Mapping[str, tuple[str, str]]] = {"ones": (r"\mathbf{1}", "a 1 for each example")}

    def shapes(self, **inputs: Shape) -> dict[str, Shape]:
        x, W = inputs["x"], inputs["W"]
        if x[1] != W[1]:
            raise ShapeMismatch(f"W: expected {x[1]} columns, one an input, got shape {W}")
        return {"z": (x[0], W[0])}

    def forward(self, x: Array, W: Array, b: Array, z: Array) -> None:
        x.dot(W.T, z)
        np.add(z, b, out=z)

    def dW(self, dz: Array, x: Array, dW: Array) -> None:
        """∂z[s,i]/∂W[i,j] = x[s,j], so dW = dzᵀ x."""
        dz.T.dot(x, dW)

    def db(self, dz: Array, db: Array) -> None:
        """∂z[s,i]/∂b[i] = 1, so db = Σₛ dz[s]."""
        sum_rows(dz, db)

    def dx(self, dz: Array, W: Array, dx: Array) -> None:
        """x[s,j] reaches every z[s,i] with slope W[i,j], so dx = dz W."""
        dz.dot(W, dx)

    def compute(self, name: str, look: Look) -> Array:
        return np.ones((len(look.array("dz")), 1))

    def explain(self, letter: str, index: Index, look: Look) -> Local:
        batch = range(len(look.array("x")))
        if letter == "z":
            return self._explain_z(index, look)
        if letter == "dW":
            i, j = index
            slope = rf"\frac{{\partial z_{{{i}}}}}{{\partial w_{{{i},{j}}}}}"
            terms = (
                Term((look.stored("dz", (s, i), DZ % i, "dL/dz"), look.stored("x", (s, j), slope, "dz/dw")), s)
                for s in batch
            )
            return Sum(
                rf"\frac{{\partial L}}{{\partial w_{{{i},{j}}}}} = \sum_{{\text{{batch}}}} {DZ % i}\cdot {slope}",
                tuple(terms),
            )
        if letter == "db":
            (i,) = index
            slope = rf"\frac{{\partial z_{{{i}}}}}{{\partial b_{{{i}}}}}"
            one = look.had(slope, "dz/db", 1.0, "1")
            terms = (Term((look.stored("dz", (s, i), DZ % i, "dL/dz"), one), s) for s in batch)
            return Sum(
                rf"\frac{{\partial L}}{{\partial b_{{{i}}}}} = \sum_{{\text{{batch}}}} {DZ % i}\cdot {slope}",
                tuple(terms),
            )
        s, j = index
        terms = (
            Term((look.stored("dz", (s, i), DZ % i, "dL/dz"), look.stored("W", (i, j), f"w_{{{i},{j}}}", "w")), s)
            for i in range(look.array("W").shape[0])
        )
        return Sum(
            rf"\frac{{\partial L}}{{\partial a_{{{j}}}}}"
            rf" = \sum_{{i}} \frac{{\partial L}}{{\partial z_{{i}}}}\cdot w_{{i,{j}}}",
            tuple(terms),
        )

    def _explain_z(self, index: Index, look: Look) -> Local:
        s, i = index
        terms = [
            Term((look.stored("x", (s, j), f"x_{{{j}}}", "x"), look.stored("W", (i, j), f"w_{{{i},{j}}}", "w")), s)
            for j in range(look.array("W").shape[1])
        ]
        if "b" in self.inputs:
            terms.append(Term((look.stored("b", (i,), f"b_{{{i}}}", "b"),), s))
        bias = rf" + b_{{{i}}}" if "b" in self.inputs else ""
        return Sum(rf"z_{{{i}}} = \sum_{{j}} x_{{j}}\cdot w_{{{i},j}}{bias}", tuple(terms))


class LinearWithoutBias(Linear):
    """z[s,i] = Σⱼ x[s,j]·W[i,j]: a dense layer with `"bias": false`."""

    inputs = ("x", "W")
    backward = ("W", "x")
    latex = {**Linear.latex, "forward": r"$z = $x\,{$W}^{\top}"}
    numpy = {**Linear.numpy, "forward": "$z = $x @ $W.T"}
    pytorch = {**Linear.pytorch, "forward": "$z = F.linear($x, $W)"}
    matrix: ClassVar[Mapping[str, str]] = {**Linear.matrix, "forward": "z = x @ W.T"}
    words = {**Linear.words, "forward": "each unit multiplies its inputs by its weights"}

    def forward(self, x: Array, W: Array, z: Array) -> None:  # type: ignore[override]
        x.dot(W.T, z)
