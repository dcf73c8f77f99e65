"""One op alone, as its row in the table states it: run it on drawn numbers, and hold its gradients to its forward."""

import numpy as np

from app.engine.gradcheck import COMPLEX_STEP
from app.engine.ops import Loss
from app.engine.ops.op import letters
from tests.engine.nets import check_equal

NEAR_A_KINK = 1e-2
BATCHES = (1, 2, 3)
"""Three samples make a square of three units, where neither a transposed matrix nor a wrong axis shows by its shape."""


class Alone:
    """An op with values for its inputs, and the outputs that it makes of them.

    `u` are the gradients of the outputs. An op that reads none of them (a loss, a penalty) begins the way back, from
    the one number that it writes.
    """

    def __init__(self, row, options, inputs):
        self.row, self.op, self.inputs = row, row.thing(**options), inputs
        self.outputs = self.forward(inputs)
        read = {letter for name in self.op.backward for letter in letters(getattr(self.op, f"d{name}"))}
        begins = not any(f"d{letter}" in read for letter in self.outputs)
        self.u = {
            letter: np.full(values.shape, float(not (begins and values.shape)))
            for letter, values in self.outputs.items()
        }
        self.begins = begins

    def to_kink(self):
        """How far the nearest of its inputs is from a kink."""
        return self.op.to_kink(*(self.inputs[letter] for letter in self.op.inputs)).min()

    def forward(self, inputs):
        """What the op writes for these inputs; complex where one of them is."""
        dtype = np.result_type(*(inputs[letter] for letter in self.op.inputs))
        method = getattr(self.op, self.row.forward)
        shapes = self._output_shapes() if self.row.forward == "forward" else dict.fromkeys(self.op.outputs, ())
        outputs = {letter: np.full(shapes[letter], np.nan, dtype) for letter in letters(method) if letter not in inputs}
        with np.errstate(all="ignore"):
            method(*({**inputs, **outputs}[letter].astype(dtype, copy=False) for letter in letters(method)))
        return outputs

    def _output_shapes(self):
        batch = len(self.inputs[self.op.inputs[0]])
        shapes = self.op.shapes(**{letter: self.inputs[letter].shape for letter in self.op.inputs})
        return {letter: sized(shape, batch) for letter, shape in shapes.items()}

    def along(self, letter, v):
        """J v: how the outputs change along `v` of one input; by complex step, or by central differences."""
        if self.row.complex_step:
            stepped = self.forward({**self.inputs, letter: self.inputs[letter] + 1j * COMPLEX_STEP * v})
            return {name: values.imag / COMPLEX_STEP for name, values in stepped.items()}
        near, far = (self._difference(letter, h * v) for h in (1e-3, 2e-3))
        return {name: (8 * near[name] - far[name]) / 12e-3 for name in near}

    def _difference(self, letter, step):
        up, down = (self.forward({**self.inputs, letter: self.inputs[letter] + side * step}) for side in (1, -1))
        return {name: up[name] - down[name] for name in up}

    def gradient(self, letter):
        """Jᵀ u for one input, by the op's own method."""
        method, made = getattr(self.op, f"d{letter}"), np.zeros(self.inputs[letter].shape)
        upstream = {f"d{name}": values for name, values in self.u.items()}
        known = {**self.inputs, **self.outputs, **upstream, f"d{letter}": made}
        with np.errstate(all="ignore"):
            method(*(known[name] for name in letters(method)))
        return made


def sized(shape, batch):
    return tuple(batch if size is None else size for size in shape)


def drawn(row, options, shapes, batch, generator):
    """The row's op on drawn inputs, away from every kink."""
    while True:
        alone = Alone(row, options, drawn_inputs(row.thing(**options), shapes, batch, generator))
        if alone.to_kink() > NEAR_A_KINK:
            return alone


def drawn_inputs(op, shapes, batch, generator):
    """Inputs of these shapes; for a loss outputs and targets such as it wants."""
    if not isinstance(op, Loss):
        return {letter: generator.normal(size=sized(shape, batch)) for letter, shape in shapes.items()}
    a = generator.uniform(0.05, 0.95, (batch, 3)) if op.wants == "probabilities" else generator.normal(size=(batch, 3))
    if op.targets == "classes":
        return {"a": a, "y": generator.integers(0, 3, batch).astype(float)}
    two = {"binary": (0.0, 1.0), "signs": (-1.0, 1.0)}.get(op.targets)
    return {"a": a, "y": generator.choice(two, (batch, 3)) if two else generator.normal(size=(batch, 3))}


def check_adjoint(row):
    """⟨J v, u⟩ = ⟨v, Jᵀ u⟩ for every input that has a gradient, with random v and u: what comes back along an edge
    does so with the slope with which it went forward."""
    generator = np.random.default_rng(0)
    for options in row.tried:
        for shapes in row.shapes or ({},):
            for batch in BATCHES:
                alone = drawn(row, options, shapes, batch, generator)
                if not alone.begins:
                    alone.u = {letter: generator.normal(size=u.shape) for letter, u in alone.u.items()}
                for letter in alone.op.backward:
                    v = generator.normal(size=alone.inputs[letter].shape)
                    there = [(alone.u[name] * change).ravel() for name, change in alone.along(letter, v).items()]
                    back = v * alone.gradient(letter)
                    _check_sums(np.concatenate(there), back, row, f"{row.name} {dict(options)}, d{letter} of {batch}")


def _check_sums(there, back, row, where):
    # A central difference of fourth order has about ten digits.
    allowed = (1e-12 if row.complex_step else 1e-10) * (np.abs(there).sum() + np.abs(back).sum())
    off = abs(there.sum() - back.sum())
    assert off <= allowed, f"{where}: off by {off}, allowed {allowed}"


def check_kink(row, kink):
    """Value and slope where two pieces meet are those of the table."""
    op = row.thing(**kink.options)
    shape = (1, 1) if row.forward == "forward" else (1,)
    alone = Alone(row, kink.options, {x: np.full(shape, at) for x, at in zip(op.inputs, kink.at, strict=True)})

    assert alone.to_kink() == 0
    value = alone.outputs["value" if "value" in alone.outputs else op.outputs[0]]
    check_equal(value.item(), kink.value, row.name)
    check_equal(alone.gradient(op.backward[0]).item(), kink.slope, row.name)
