"""The engines that take part, each training the same network from the same parameters on the same batch.

All keep every number of the last step for viewing: sums, activations, their gradients, and those of the parameters.
`PyTorch` needs torch and imports it itself, so that all else can be used without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from app.engine.spec import Spec
from app.engine.terms import Array
from app.engine.training import Training

RATE = 0.01

Parameters = list[Array]
"""W and b of every layer in turn: W1, b1, W2, b2, … as PyTorch lists them."""


@dataclass(frozen=True)
class Network:
    """A network and its batch: `widths` from the inputs to the outputs, the last layer without an activation."""

    widths: tuple[int, ...]
    activation: str
    loss: str
    batch: int

    @property
    def name(self) -> str:
        return "-".join(map(str, self.widths))

    def data(self) -> tuple[Array, Array]:
        """A batch of float32: x, and y as numbers, or as classes where the loss wants those."""
        generator = np.random.default_rng(1)
        x = generator.standard_normal((self.batch, self.widths[0])).astype(np.float32)
        if self.loss == "cross_entropy":
            return x, generator.integers(0, self.widths[-1], self.batch)
        return x, generator.standard_normal((self.batch, self.widths[-1])).astype(np.float32)

    def spec(self) -> dict[str, Any]:
        x, y = self.data()
        activations = [self.activation] * (len(self.widths) - 2) + ["linear"]
        layers = [
            {"units": units, "activation": activation}
            for units, activation in zip(self.widths[1:], activations, strict=True)
        ]
        return {
            "dtype": "float32",
            "data": {"inline": {"x": x.tolist(), "y": y.tolist()}},
            "layers": layers,
            "loss": self.loss,
            "optimizer": {"type": "sgd", "learning_rate": RATE},
        }


class Backscope:
    """The engine as a session runs it; with `recorded`, every tick of every step goes onto a tape."""

    def __init__(self, network: Network, recorded: bool = False) -> None:
        self.training = Training(Spec.parse(network.spec()))
        self.start = self.training.checkpoint()
        self.run = self.run_recorded if recorded else self.run_free

    def reset(self) -> None:
        self.training.restore(self.start)

    def run_free(self, steps: int) -> None:
        self.training.advance(steps * self.training.ticks_per_step)

    def run_recorded(self, steps: int) -> None:
        for _ in range(steps):
            self.tape = self.training.tape()
            self.training.advance(self.training.ticks_per_step, self.tape)

    def parameters(self) -> Parameters:
        names = [tensor.name for tensor in self.training.graph.parameters()]
        return [self.training.variables.views[name].copy() for name in names]


class PyTorch:
    """Eager PyTorch. The fastest way to write it: functions instead of modules, parameters moved in place.

    As most write it, with `tutorial`: modules, `torch.optim.SGD`, and nothing kept but the parameters' gradients.
    """

    def __init__(self, network: Network, start: Parameters, tutorial: bool = False) -> None:
        import torch

        torch.set_num_threads(1)
        x, y = network.data()
        self.torch, self.functional = torch, torch.nn.functional
        self.start = [torch.from_numpy(values.copy()) for values in start]
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        self.layers = [torch.nn.Linear(*sizes) for sizes in pairwise(network.widths)]
        self.weights = [weight for layer in self.layers for weight in layer.parameters()]
        self.optimizer = torch.optim.SGD(self.weights, lr=RATE)
        self.activation = {"relu": torch.relu, "tanh": torch.tanh}[network.activation]
        self.loss = {"mse": self.functional.mse_loss, "cross_entropy": self.functional.cross_entropy}[network.loss]
        self.step = self.step_of_a_tutorial if tutorial else self.step_with_everything_kept

    def reset(self) -> None:
        with self.torch.no_grad():
            for weight, values in zip(self.weights, self.start, strict=True):
                weight.copy_(values)

    def run(self, steps: int) -> None:
        step = self.step
        for _ in range(steps):
            step()

    def step_with_everything_kept(self) -> None:
        linear = self.functional.linear
        weights = iter(self.weights)
        *hidden, (W, b) = zip(weights, weights, strict=True)
        self.kept = []
        a = self.x
        for W1, b1 in hidden:
            z = linear(a, W1, b1)
            a = self.activation(z)
            z.retain_grad()
            a.retain_grad()
            self.kept += [z, a]
        a = linear(a, W, b)
        a.retain_grad()
        self.kept.append(a)
        self.value = self.loss(a, self.y)
        self.value.backward()
        with self.torch.no_grad():
            for weight in self.weights:
                weight.sub_(weight.grad, alpha=RATE)
                weight.grad = None

    def step_of_a_tutorial(self) -> None:
        self.optimizer.zero_grad()
        a = self.x
        for layer in self.layers[:-1]:
            a = self.activation(layer(a))
        self.loss(self.layers[-1](a), self.y).backward()
        self.optimizer.step()

    def parameters(self) -> Parameters:
        return [weight.detach().numpy().copy() for weight in self.weights]


class StraightLine:
    """NumPy written out by hand for one network: no graph, no ticks, no checks, one buffer for every array."""

    def __init__(self, network: Network, start: Parameters) -> None:
        x, y = network.data()
        self.start = np.concatenate([values.ravel() for values in start])
        self.flat = self.start.copy()
        self.views = views(self.flat, start)
        write = {(3, "relu", "mse"): two_relu_mse, (4, "tanh", "mse"): three_tanh_mse}
        shape = len(network.widths), network.activation, network.loss
        self.step = write.get(shape, three_relu_cross_entropy)(x, y, self.flat, self.views)

    def reset(self) -> None:
        np.copyto(self.flat, self.start)

    def run(self, steps: int) -> None:
        step = self.step
        for _ in range(steps):
            step()

    def parameters(self) -> Parameters:
        return [view.copy() for view in self.views]


def views(flat: Array, like: Parameters) -> Parameters:
    """Views of `flat`, shaped as the arrays of `like`, one after the other."""
    ends = np.cumsum([values.size for values in like])[:-1]
    return [part.reshape(values.shape) for part, values in zip(np.split(flat, ends), like, strict=True)]


def scalar(value: float) -> Array:
    """A float32 that no call has to convert."""
    return np.array(value, np.float32)


def two_relu_mse(x: Array, y: Array, flat: Array, parameters: Parameters) -> Callable[[], None]:
    """One hidden ReLU layer, mean squared error."""
    W1, b1, W2, b2 = parameters
    gradient, update = np.empty_like(flat), np.empty_like(flat)
    dW1, db1, dW2, db2 = views(gradient, parameters)
    z1, a1, da1, dz1, slope1 = (np.empty((len(x), len(b1)), np.float32) for _ in range(5))
    z2, error, dz2 = (np.empty((len(x), len(b2)), np.float32) for _ in range(3))
    squares, value = np.empty_like(error), np.empty((), np.float32)
    ones, zero, rate = np.ones(len(x), np.float32), scalar(0), scalar(-RATE)
    share, slope = np.full(error.size, 1 / error.size, np.float32), scalar(2 / error.size)
    add, subtract, multiply, maximum, sign = np.add, np.subtract, np.multiply, np.maximum, np.sign
    W1T, W2T, dz1T, dz2T, terms = W1.T, W2.T, dz1.T, dz2.T, squares.ravel()

    def step() -> None:
        x.dot(W1T, z1)
        add(z1, b1, z1)
        maximum(z1, zero, out=a1)
        a1.dot(W2T, z2)
        add(z2, b2, z2)
        subtract(z2, y, error)
        multiply(error, error, squares)
        terms.dot(share, value)
        multiply(error, slope, dz2)
        dz2T.dot(a1, dW2)
        ones.dot(dz2, db2)
        dz2.dot(W2, da1)
        sign(a1, slope1)
        multiply(da1, slope1, dz1)
        dz1T.dot(x, dW1)
        ones.dot(dz1, db1)
        multiply(gradient, rate, update)
        add(flat, update, flat)

    return step


def three_tanh_mse(x: Array, y: Array, flat: Array, parameters: Parameters) -> Callable[[], None]:
    """Two hidden tanh layers, mean squared error."""
    W1, b1, W2, b2, W3, b3 = parameters
    gradient, update = np.empty_like(flat), np.empty_like(flat)
    dW1, db1, dW2, db2, dW3, db3 = views(gradient, parameters)
    z1, a1, da1, dz1, slope1 = (np.empty((len(x), len(b1)), np.float32) for _ in range(5))
    z2, a2, da2, dz2, slope2 = (np.empty((len(x), len(b2)), np.float32) for _ in range(5))
    z3, error, dz3 = (np.empty((len(x), len(b3)), np.float32) for _ in range(3))
    squares, value = np.empty_like(error), np.empty((), np.float32)
    ones, one, rate = np.ones(len(x), np.float32), scalar(1), scalar(-RATE)
    share, slope = np.full(error.size, 1 / error.size, np.float32), scalar(2 / error.size)
    add, subtract, multiply, tanh = np.add, np.subtract, np.multiply, np.tanh
    W1T, W2T, W3T, dz1T, dz2T, dz3T, terms = W1.T, W2.T, W3.T, dz1.T, dz2.T, dz3.T, squares.ravel()

    def step() -> None:
        x.dot(W1T, z1)
        add(z1, b1, z1)
        tanh(z1, a1)
        a1.dot(W2T, z2)
        add(z2, b2, z2)
        tanh(z2, a2)
        a2.dot(W3T, z3)
        add(z3, b3, z3)
        subtract(z3, y, error)
        multiply(error, error, squares)
        terms.dot(share, value)
        multiply(error, slope, dz3)
        dz3T.dot(a2, dW3)
        ones.dot(dz3, db3)
        dz3.dot(W3, da2)
        multiply(a2, a2, slope2)
        subtract(one, slope2, slope2)
        multiply(da2, slope2, dz2)
        dz2T.dot(a1, dW2)
        ones.dot(dz2, db2)
        dz2.dot(W2, da1)
        multiply(a1, a1, slope1)
        subtract(one, slope1, slope1)
        multiply(da1, slope1, dz1)
        dz1T.dot(x, dW1)
        ones.dot(dz1, db1)
        multiply(gradient, rate, update)
        add(flat, update, flat)

    return step


def three_relu_cross_entropy(x: Array, y: Array, flat: Array, parameters: Parameters) -> Callable[[], None]:
    """Two hidden ReLU layers, cross-entropy of the softmax of the outputs with classes."""
    W1, b1, W2, b2, W3, b3 = parameters
    gradient, update = np.empty_like(flat), np.empty_like(flat)
    dW1, db1, dW2, db2, dW3, db3 = views(gradient, parameters)
    z1, a1, da1, dz1, slope1 = (np.empty((len(x), len(b1)), np.float32) for _ in range(5))
    z2, a2, da2, dz2, slope2 = (np.empty((len(x), len(b2)), np.float32) for _ in range(5))
    z3, shifted, p, dz3 = (np.empty((len(x), len(b3)), np.float32) for _ in range(4))
    largest, total, value = np.empty((len(x), 1), np.float32), np.empty(len(x), np.float32), np.empty((), np.float32)
    terms, log_total = np.empty_like(total), np.empty_like(total)
    ones, over_classes, zero, rate = np.ones(len(x), np.float32), np.ones(len(b3), np.float32), scalar(0), scalar(-RATE)
    share, scale, one_hot = np.full(len(x), 1 / len(x), np.float32), scalar(1 / len(x)), np.eye(len(b3), dtype="f4")[y]
    add, subtract, multiply, divide = np.add, np.subtract, np.multiply, np.divide
    maximum, sign, exp, log = np.maximum, np.sign, np.exp, np.log
    W1T, W2T, W3T, dz1T, dz2T, dz3T, totals = W1.T, W2.T, W3.T, dz1.T, dz2.T, dz3.T, total[:, None]
    targets, flat_shifted = np.arange(len(x)) * len(b3) + y, shifted.ravel()

    def step() -> None:
        x.dot(W1T, z1)
        add(z1, b1, z1)
        maximum(z1, zero, out=a1)
        a1.dot(W2T, z2)
        add(z2, b2, z2)
        maximum(z2, zero, out=a2)
        a2.dot(W3T, z3)
        add(z3, b3, z3)
        maximum.reduce(z3, 1, out=largest, keepdims=True)
        subtract(z3, largest, shifted)
        exp(shifted, p)
        p.dot(over_classes, total)
        divide(p, totals, p)
        log(total, log_total)
        subtract(log_total, flat_shifted.take(targets), terms)
        terms.dot(share, value)
        subtract(p, one_hot, dz3)
        multiply(dz3, scale, dz3)
        dz3T.dot(a2, dW3)
        ones.dot(dz3, db3)
        dz3.dot(W3, da2)
        sign(a2, slope2)
        multiply(da2, slope2, dz2)
        dz2T.dot(a1, dW2)
        ones.dot(dz2, db2)
        dz2.dot(W2, da1)
        sign(a1, slope1)
        multiply(da1, slope1, dz1)
        dz1T.dot(x, dW1)
        ones.dot(dz1, db1)
        multiply(gradient, rate, update)
        add(flat, update, flat)

    return step
