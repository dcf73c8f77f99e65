"""Makes the golden figures beside this file: what PyTorch 2.13.0 computes in float64 for networks that we state.

PyTorch is no dependency of the project: `dev.py parity` puts it into an environment of its own, `.bench`. With that:

    .bench/bin/python -m tests.golden.make_golden

`simple-nn.json` is one step of the preset of that name, and the loss after five; `nets.json` has one small network for
every activation, loss and reduction, and for all else that a row of `tests/engine/table.py` tries. Tensors have our
names, and the shapes and meaning of the contract.
"""

import itertools
import json
import zlib
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812  (its name everywhere)

from tests.engine.table import ACTIVATION_ROWS, LOSS_ROWS, choices, row_of

GOLDEN = Path(__file__).parent
PRESET = GOLDEN.parents[1] / "app/engine/presets/simple-nn.json"

REDUCTIONS = ("mean", "sum")
KINK = 0.01
"""How far from a kink every number must lie, so that no figure hangs on the last digit."""


def main():
    assert torch.__version__.startswith("2.13.0"), torch.__version__
    torch.set_default_dtype(torch.float64)
    preset = json.loads(PRESET.read_text(encoding="utf-8"))["spec"]
    assert drawn() == {"x": preset["data"]["inline"]["x"], "y": preset["data"]["inline"]["y"], **preset["parameters"]}
    write("simple-nn.json", [figures(preset, more_steps=4)])
    write("nets.json", [figures(spec) for spec in small_specs()])


def drawn():
    """What the textbook's listing draws after `torch.manual_seed(0)`: the preset's numbers."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(10, 5), torch.nn.ReLU(), torch.nn.Linear(5, 1))
    x, y = torch.randn(1, 10), torch.randn(1, 1)
    numbers = {"x": x, "y": y}
    for name, layer in (("hidden1", model[0]), ("output", model[2])):
        numbers |= {f"{name}.W": layer.weight, f"{name}.b": layer.bias}
    return {name: tensor.tolist() for name, tensor in numbers.items()}


def small_specs():
    """3 → 4 → 2 with a batch of three, one for every activation, loss and reduction, then one for every other case."""
    for activation, loss, reduction in itertools.product(ACTIVATION_ROWS, LOSS_ROWS, REDUCTIONS):
        name = f"{activation.name}, {loss.name}, {reduction}"
        yield small_spec(name, activation.name, {"type": loss.name, "reduction": reduction})
    mse = {"type": "mse", "reduction": "mean"}
    yield small_spec("tanh, mse, mean, no biases", "tanh", mse, bias=False)
    for loss in choices(LOSS_ROWS):
        if set(loss) - {"type", "reduction"}:
            own = [str(value) for key, value in loss.items() if key != "reduction"]
            chosen = {"reduction": "mean", **loss}
            yield small_spec(f"tanh, {', '.join(own)}, {chosen['reduction']}", "tanh", chosen)
    for activation in choices(ACTIVATION_ROWS):
        if len(activation) > 1:
            yield small_spec(f"{', '.join(map(str, activation.values()))}, mse, mean", activation, mse)


def small_spec(name, activation, loss, bias=True):
    """Drawn from its name alone, so that a new row changes no other, and again until no number is near a kink."""
    for attempt in itertools.count():
        torch.manual_seed(zlib.crc32(f"{name} {attempt}".encode()))
        shapes = {"hidden1.W": (4, 3), "hidden1.b": (4,), "output.W": (2, 4), "output.b": (2,)}
        kept = {name: shape for name, shape in shapes.items() if bias or name.endswith("W")}
        y = torch.randn(3, 2)
        spec = {
            "name": name,
            "data": {"inline": {"x": torch.randn(3, 3).tolist(), "y": targets(loss["type"], y).tolist()}},
            "layers": [
                {"name": "hidden1", "units": 4, "activation": activation, "bias": bias},
                {
                    "name": "output",
                    "units": 2,
                    "activation": "sigmoid" if loss["type"] == "bce" else activation,
                    "bias": bias,
                },
            ],
            "loss": loss,
            "optimizer": {"type": "sgd", "learning_rate": 0.05},
            "parameters": {name: torch.randn(shape).tolist() for name, shape in kept.items()},
        }
        if to_kink(spec) > KINK:
            return spec
    raise AssertionError(name)


def to_kink(spec):
    """How near the network comes to any kink that an activation or a loss may have, its own or not."""
    parameters = {name: torch.tensor(values) for name, values in spec["parameters"].items()}
    tensors = forward(spec, parameters, keep=False)
    sums = torch.cat([tensors[f"{layer['name']}.z"].flatten() for layer in spec["layers"]])
    step = next((a["threshold"] / a["beta"] for a in activations(spec) if a["type"] == "softplus" and len(a) > 1), 20)
    a, y = tensors["output.a"], torch.tensor(spec["data"]["inline"]["y"], dtype=torch.float64)
    y = F.one_hot(y.long(), 2) if y.dim() == 1 else y
    return min(x.abs().min() for x in (sums, sums - step, a - y, 1 - (2 * y - 1) * a))


def activations(spec):
    """The activations of the layers, each as an object."""
    chosen = [layer["activation"] for layer in spec["layers"]]
    return [{"type": one} if isinstance(one, str) else one for one in chosen]


def targets(loss, y):
    """Drawn numbers as the targets that a spec with this loss gives: classes, 0 or 1, or the numbers."""
    wanted = row_of(LOSS_ROWS, loss).thing.targets
    if wanted == "classes":
        return y.argmax(dim=1)
    return y if wanted == "numbers" else (y > 0).double()


def figures(spec, more_steps=0):
    """One step of `spec`: what every tick writes, the new parameters; with `more_steps`, the loss after those too."""
    parameters = {name: torch.tensor(values, requires_grad=True) for name, values in spec["parameters"].items()}
    optimizer = torch.optim.SGD(parameters.values(), lr=spec["optimizer"]["learning_rate"])
    tensors = forward(spec, parameters)
    tensors["loss.value"].backward()
    followed = {name: tensor for name, tensor in tensors.items() if not name.startswith("loss.")} | parameters
    tensors |= {gradient(name): tensor.grad for name, tensor in followed.items()}
    # Not the parameter's change: in the difference of two rounded numbers digits cancel.
    tensors |= {update(name): -spec["optimizer"]["learning_rate"] * p.grad for name, p in parameters.items()}
    optimizer.step()
    made = {
        "spec": spec,
        "tensors": {name: tensor.tolist() for name, tensor in tensors.items()},
        "parameters": {name: tensor.tolist() for name, tensor in parameters.items()},
    }
    for _ in range(more_steps):
        optimizer.zero_grad()
        forward(spec, parameters)["loss.value"].backward()
        optimizer.step()
    return {**made, "loss_after": {str(1 + more_steps): forward(spec, parameters)["loss.value"].item()}}


def forward(spec, parameters, keep=True):
    """The forward pass and the loss; with `keep`, every intermediate tensor keeps its gradient."""
    a, y = (torch.tensor(spec["data"]["inline"][key], dtype=torch.float64) for key in "xy")
    tensors = {}
    for layer, activation in zip(spec["layers"], activations(spec), strict=True):
        name = layer["name"]
        z = F.linear(a, parameters[f"{name}.W"], parameters.get(f"{name}.b"))
        options = {name: value for name, value in activation.items() if name != "type"}
        a = counterpart(row_of(ACTIVATION_ROWS, activation["type"]).torch)(z, **options)
        tensors |= {f"{name}.z": z, f"{name}.a": a}
    loss = {"reduction": "mean", **(spec["loss"] if isinstance(spec["loss"], dict) else {"type": spec["loss"]})}
    options = {name: value for name, value in loss.items() if name not in ("type", "reduction")}
    row = row_of(LOSS_ROWS, loss["type"])
    y = 2 * y - 1 if row.thing.targets == "signs" else y
    function = partial(counterpart(row.torch), **options)
    alone = [function(a[s : s + 1], y[s : s + 1], reduction=loss["reduction"]).detach() for s in range(len(y))]
    for tensor in tensors.values() if keep else ():
        tensor.retain_grad()
    tensors |= {"loss.terms": torch.stack(alone), "loss.value": function(a, y, reduction=loss["reduction"])}
    return tensors | ({"loss.p": counterpart(row.torch_p)(a)} if row.torch_p else {})


def counterpart(expression):
    """PyTorch's function that a row of the table names."""
    return eval(expression, {"torch": torch, "F": F, "partial": partial})


def gradient(name):
    return name.replace(".", ".d")


def update(name):
    return name.replace(".", ".u")


def write(file, rows):
    """One row a line, so that a change shows which network it touches."""
    lines = ",\n".join(json.dumps(row) for row in rows)
    (GOLDEN / file).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
