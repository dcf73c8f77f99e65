"""Random networks trained by the engine and by PyTorch, side by side: every number of every step.

The other side is built anew from the spec, with PyTorch's own functions, autograd, optimizers and schedulers; the table
says which. Runs wherever PyTorch can be imported: `python3 dev.py parity` sees to that.
"""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings

from app.engine.graph import LOSS, derived
from app.engine.optimizers import SCHEDULES
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import check_equal, net, nets, record
from tests.engine.table import ACTIVATION_ROWS, LOSS_ROWS, OPS, OPTIMIZER_ROWS, SCHEDULE_ROWS, row_of

torch = pytest.importorskip("torch", reason="PyTorch is no dependency; `dev.py parity` brings it")
F = torch.nn.functional
STEPS = 3
NEAR_A_KINK = 1e-3


def counterpart(rows, choice):
    """PyTorch's function for what a spec chose, with the hyper-parameters that were given."""
    choice = {"type": choice} if isinstance(choice, str) else choice
    options = {name: value for name, value in choice.items() if name != "type"}
    names = {"torch": torch, "F": F, "partial": partial}
    return partial(eval(row_of(rows, choice["type"]).torch, names), **options)


class Autograd:
    """A spec's network in PyTorch, from the parameters that the engine starts with."""

    def __init__(self, given, trained):
        self.given, self.spec = given, trained.spec
        self.steps_per_epoch = trained.steps_per_epoch
        views = trained.variables.views
        self.parameters = {
            parameter.name: torch.tensor(views[parameter.name].copy(), requires_grad=True)
            for parameter in trained.graph.parameters()
        }
        self.learning = [p for name, p in self.parameters.items() if name not in self.spec.frozen]
        self.optimizer, self.scheduler = self._optimizer() if self.learning else (None, None)

    def _optimizer(self):
        own = ("clip_norm", "schedule", "learning_rate")
        chosen = {name: value for name, value in self.given["optimizer"].items() if name not in own}
        if "learning_rate" in self.given["optimizer"]:
            chosen["lr"] = self.given["optimizer"]["learning_rate"]
        optimizer = counterpart(OPTIMIZER_ROWS, chosen)(self.learning)
        if "schedule" not in self.given["optimizer"]:
            return optimizer, None
        # Some of PyTorch's schedulers have no defaults, and one another: the schedule's own are given.
        schedule = SCHEDULES.make(self.given["optimizer"]["schedule"], "").json()
        self.every = schedule.pop("every")
        return optimizer, counterpart(SCHEDULE_ROWS, schedule)(optimizer)

    def begin(self):
        for parameter in self.parameters.values():
            parameter.grad = None

    def batch(self, x, y):
        """Forward, loss and backward over one (micro-)batch: every number and its gradient, by the engine's names."""
        a, y, tensors = torch.tensor(x), torch.tensor(y), {}
        for layer in self.given["layers"]:
            name = layer["name"]
            weights = (self.parameters[f"{name}.{letter}"] for letter in ("Wb" if layer.get("bias", True) else "W"))
            tensors[f"{name}.z"] = F.linear(a, *weights)
            a = tensors[f"{name}.a"] = counterpart(ACTIVATION_ROWS, layer.get("activation", "linear"))(
                tensors[f"{name}.z"]
            )
        for tensor in tensors.values():
            tensor.retain_grad()
        function, row = counterpart(LOSS_ROWS, self.given["loss"]), row_of(LOSS_ROWS, self.spec.loss.type)
        terms = [function(a[s : s + 1], y[s : s + 1]).detach() for s in range(len(y))]
        value = function(a, y) + self._penalty()
        value.backward()
        gradients = {derived("d", name): tensor.grad for name, tensor in tensors.items()}
        found = {**tensors, **gradients, "loss.terms": torch.stack(terms), LOSS: value}
        if row.torch_p:
            found["loss.p"] = eval(row.torch_p, {"torch": torch, "F": F, "partial": partial})(a)
        return {name: tensor.detach().numpy() for name, tensor in found.items()}

    def _penalty(self):
        options = self.given.get("penalty", {})
        function = eval(row_of(OPS, "penalty").torch)
        weights = [p for p in self.parameters.values() if options.get("biases") or p.dim() > 1]
        return sum((function(w, **options) for w in weights), torch.tensor(0.0))

    def values(self):
        return {name: p.detach().numpy().copy() for name, p in self.parameters.items()}

    def gradients(self):
        return {derived("d", name): p.grad.detach().numpy().copy() for name, p in self.parameters.items()}

    def update(self, step):
        """One step of the optimizer, with the rate of this step."""
        if not self.learning:
            return
        if "clip_norm" in self.given["optimizer"]:
            torch.nn.utils.clip_grad_norm_(self.learning, self.given["optimizer"]["clip_norm"])
        self.optimizer.step()
        if self.scheduler and (self.every == "step" or (step + 1) % self.steps_per_epoch == 0):
            self.scheduler.step()


def near_a_kink(trained, tape, end, micro):
    """Whether a number lies where two pieces of a function meet, so that its last digit decides on which it is."""
    for node in trained.graph.nodes:
        numbers = [tape.at(name, end, micro) for name in node.inputs]
        if node.op.to_kink(*numbers).min() < NEAR_A_KINK:
            return True
    return False


def compare(given, dtype, relative, least=1e-4):
    """Follow a network for some steps, as long as none of its numbers lies at a kink; gives how many steps."""
    trained = Training(Spec.parse({**given, "dtype": dtype}))
    other = Autograd(given, trained)
    for step in range(STEPS):
        tape = record(trained)
        ends = [*trained.writers.first[1:], len(tape)]
        if any(near_a_kink(trained, tape, end, micro) for micro, end in enumerate(ends)):
            return step
        other.begin()
        for micro, (x, y) in enumerate(tape.batches):
            for name, wanted in other.batch(x, y).items():
                check_equal(tape.at(name, ends[micro], micro), wanted, f"{name}, step {step}", relative, least)
        for name, wanted in other.gradients().items():
            check_equal(tape.at(name, len(tape)), wanted, f"{name}, step {step}", relative, least)
        before = other.values()
        other.update(step)
        for name, after in other.values().items():
            # Beside what it was before: where it comes near 0, it is the difference of two larger numbers.
            both = np.stack([tape.start[name], tape.at(name, len(tape))])
            check_equal(both, np.stack([before[name], after]), f"{name} after step {step}", relative, least)
    return STEPS


def as_probabilities(spec):
    """PyTorch takes a target for a probability only between 0 and 1, where the engine takes any."""
    inline = spec["data"]["inline"]
    if spec["loss"]["type"] != "bce":
        return spec
    return {**spec, "data": {"inline": {**inline, "y": [[abs(y) / 3 for y in row] for row in inline["y"]]}}}


@settings(max_examples=150)
@given(nets().map(as_probabilities))
def test_any_network_s_steps_are_pytorch_s(spec):
    # In a random network the terms of a gradient may cancel, and with them its digits: a place more is allowed.
    compare(spec, "float64", 1e-11)


@settings(max_examples=60)
@given(nets().map(as_probabilities))
def test_in_float32_they_are_pytorch_s_too(spec):
    # Single numbers have seven digits: 1 − a² near ±1, or a sum that cancels, keeps a few of them. What is left of a
    # difference like p − y of numbers near 1 is known to 1e-7 whatever its own size, and a weight makes that larger.
    compare(spec, "float32", 1e-3, least=1e-2)


def test_away_from_kinks_every_step_is_compared():
    assert compare(net(), "float64", 1e-12) == STEPS
