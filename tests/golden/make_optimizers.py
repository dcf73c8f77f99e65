"""Makes `optimizers.json`: what PyTorch 2.13.0 makes of one small network with each optimizer, in float64.

As `make_golden.py`, in an environment of its own with torch==2.13.0. Every row has the optimizer as our spec has it,
and the parameters after 1, 2, 3 and 1,000 steps, with the optimizer's state after 3.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812  (its name everywhere)

GOLDEN = Path(__file__).parent
STEPS = (1, 2, 3, 1000)
STATE = {"m": ("momentum_buffer", "exp_avg"), "v": ("sum", "square_avg", "exp_avg_sq")}
OPTIMIZERS = [
    ({"type": "sgd", "learning_rate": 0.05}, torch.optim.SGD),
    ({"type": "sgd", "learning_rate": 0.05, "weight_decay": 0.01}, torch.optim.SGD),
    ({"type": "sgd", "learning_rate": 0.02, "momentum": 0.9}, torch.optim.SGD),
    ({"type": "sgd", "learning_rate": 0.02, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01}, torch.optim.SGD),
    ({"type": "sgd", "learning_rate": 0.02, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01}, torch.optim.SGD),
    ({"type": "adagrad"}, torch.optim.Adagrad),
    ({"type": "adagrad", "learning_rate": 0.05, "lr_decay": 0.01, "weight_decay": 0.01}, torch.optim.Adagrad),
    ({"type": "rmsprop", "learning_rate": 0.001}, torch.optim.RMSprop),
    (
        {"type": "rmsprop", "learning_rate": 0.001, "alpha": 0.9, "eps": 0.001, "weight_decay": 0.01},
        torch.optim.RMSprop,
    ),
    ({"type": "rmsprop", "learning_rate": 0.001, "momentum": 0.5}, torch.optim.RMSprop),
    ({"type": "adam"}, torch.optim.Adam),
    (
        {"type": "adam", "learning_rate": 0.002, "betas": [0.8, 0.99], "eps": 1e-6, "weight_decay": 0.01},
        torch.optim.Adam,
    ),
    ({"type": "adamw"}, torch.optim.AdamW),
    ({"type": "adamw", "learning_rate": 0.01, "weight_decay": 0.1}, torch.optim.AdamW),
]


def main():
    assert torch.__version__.startswith("2.13.0"), torch.__version__
    torch.set_default_dtype(torch.float64)
    rows = [figures(*row) for row in OPTIMIZERS]
    (GOLDEN / "optimizers.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def figures(given, make):
    torch.manual_seed(1)
    x, y = torch.randn(3, 3), torch.randn(3, 2)
    shapes = {"hidden1.W": (4, 3), "hidden1.b": (4,), "output.W": (2, 4), "output.b": (2,)}
    parameters = {name: torch.randn(shape, requires_grad=True) for name, shape in shapes.items()}
    spec = {
        "name": " ".join(f"{key} {value}" for key, value in given.items()),
        "data": {"inline": {"x": x.tolist(), "y": y.tolist()}},
        "layers": [{"name": "hidden1", "units": 4, "activation": "tanh"}, {"name": "output", "units": 2}],
        "loss": "mse",
        "optimizer": given,
        "parameters": {name: values.tolist() for name, values in parameters.items()},
    }
    options = {key: value for key, value in given.items() if key not in ("type", "learning_rate")}
    if "learning_rate" in given:
        options["lr"] = given["learning_rate"]
    optimizer = make(parameters.values(), **options)
    after, state = {}, {}
    for step in range(1, max(STEPS) + 1):
        optimizer.zero_grad()
        hidden = torch.tanh(F.linear(x, parameters["hidden1.W"], parameters["hidden1.b"]))
        F.mse_loss(F.linear(hidden, parameters["output.W"], parameters["output.b"]), y).backward()
        optimizer.step()
        if step in STEPS:
            after[str(step)] = {name: values.tolist() for name, values in parameters.items()}
        if step == 3:
            state = {letter: kept(optimizer, parameters, names) for letter, names in STATE.items()}
    return {"spec": spec, "after": after, "state": {letter: tensors for letter, tensors in state.items() if tensors}}


def kept(optimizer, parameters, names):
    """The tensors that PyTorch keeps under one of these names, by parameter."""
    found = {
        name: next((optimizer.state[p][key] for key in names if optimizer.state[p].get(key) is not None), None)
        for name, p in parameters.items()
    }
    return {name: tensor.tolist() for name, tensor in found.items() if tensor is not None}


if __name__ == "__main__":
    main()
