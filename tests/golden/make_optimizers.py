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
STATE = {
    "m": ("momentum_buffer", "exp_avg"),
    "v": ("sum", "square_avg", "exp_avg_sq"),
    "vmax": ("max_exp_avg_sq",),
    "mean": ("grad_avg",),
}
SCHEDULES = {
    "constant": torch.optim.lr_scheduler.ConstantLR,
    "step": torch.optim.lr_scheduler.StepLR,
    "exponential": torch.optim.lr_scheduler.ExponentialLR,
    "cosine": torch.optim.lr_scheduler.CosineAnnealingLR,
    "linear": torch.optim.lr_scheduler.LinearLR,
}
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
    ({"type": "adam", "learning_rate": 0.002, "amsgrad": True}, torch.optim.Adam),
    ({"type": "adamw", "amsgrad": True}, torch.optim.AdamW),
    ({"type": "rmsprop", "learning_rate": 0.0005, "centered": True, "eps": 0.01}, torch.optim.RMSprop),
    (
        {"type": "rmsprop", "learning_rate": 0.0005, "centered": True, "momentum": 0.5, "eps": 0.01},
        torch.optim.RMSprop,
    ),
    ({"type": "adagrad", "learning_rate": 0.05, "initial_accumulator_value": 0.1}, torch.optim.Adagrad),
    ({"type": "sgd", "learning_rate": 0.05, "clip_norm": 0.5}, torch.optim.SGD),
    ({"type": "sgd", "learning_rate": 0.02, "momentum": 0.9, "clip_norm": 0.3, "weight_decay": 0.01}, torch.optim.SGD),
    ({"type": "adam", "learning_rate": 0.002, "clip_norm": 0.2}, torch.optim.Adam),
    (
        {"type": "sgd", "learning_rate": 0.05, "schedule": {"type": "constant", "factor": 0.25, "total_iters": 7}},
        torch.optim.SGD,
    ),
    (
        {"type": "sgd", "learning_rate": 0.05, "schedule": {"type": "step", "step_size": 2, "gamma": 0.9}},
        torch.optim.SGD,
    ),
    ({"type": "adam", "learning_rate": 0.01, "schedule": {"type": "exponential", "gamma": 0.99}}, torch.optim.Adam),
    (
        {"type": "sgd", "learning_rate": 0.05, "schedule": {"type": "cosine", "T_max": 300, "eta_min": 0.001}},
        torch.optim.SGD,
    ),
    (
        {"type": "adamw", "schedule": {"type": "linear", "start_factor": 0.1, "end_factor": 0.5, "total_iters": 9}},
        torch.optim.AdamW,
    ),
]
EXTRAS = [
    {},
    {"penalty": {"l2": 0.01}},
    {"penalty": {"l1": 0.02, "l2": 0.03, "biases": True}},
    {"batch_size": 2, "accumulate": 3},
    {"batch_size": 2, "accumulate": 3, "penalty": {"l2": 0.01}},
]
"""What a spec may have beside its optimizer; each with plain descent, the first with every optimizer."""


def main():
    assert torch.__version__.startswith("2.13.0"), torch.__version__
    torch.set_default_dtype(torch.float64)
    rows = [figures(*row, {}) for row in OPTIMIZERS]
    descent = {"type": "sgd", "learning_rate": 0.05}
    rows += [figures(descent, torch.optim.SGD, extra) for extra in EXTRAS]
    rows.append(figures({**descent, "clip_norm": 0.5, "momentum": 0.5}, torch.optim.SGD, EXTRAS[-1]))
    (GOLDEN / "optimizers.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def figures(given, make, extra):
    torch.manual_seed(1)
    samples = extra.get("batch_size", 3) * extra.get("accumulate", 1)
    x, y = torch.randn(samples, 3), torch.randn(samples, 2)
    shapes = {"hidden1.W": (4, 3), "hidden1.b": (4,), "output.W": (2, 4), "output.b": (2,)}
    parameters = {name: torch.randn(shape, requires_grad=True) for name, shape in shapes.items()}
    spec = {
        "name": " ".join(f"{key} {value}" for key, value in {**given, **extra}.items()),
        "data": {"inline": {"x": x.tolist(), "y": y.tolist()}},
        "layers": [{"name": "hidden1", "units": 4, "activation": "tanh"}, {"name": "output", "units": 2}],
        "loss": "mse",
        "optimizer": given,
        "parameters": {name: values.tolist() for name, values in parameters.items()},
        **extra,
    }
    own = ("type", "learning_rate", "clip_norm", "schedule")
    options = {key: value for key, value in given.items() if key not in own}
    if "learning_rate" in given:
        options["lr"] = given["learning_rate"]
    optimizer = make(parameters.values(), **options)
    chosen = dict(given.get("schedule", {"type": "constant", "factor": 1.0}))
    scheduler = SCHEDULES[chosen.pop("type")](optimizer, **chosen)
    after, state = {}, {}
    for step in range(1, max(STEPS) + 1):
        optimizer.zero_grad()
        for rows in torch.arange(samples).split(extra.get("batch_size", samples)):
            hidden = torch.tanh(F.linear(x[rows], parameters["hidden1.W"], parameters["hidden1.b"]))
            loss = F.mse_loss(F.linear(hidden, parameters["output.W"], parameters["output.b"]), y[rows])
            (loss + penalty(parameters, **extra.get("penalty", {}))).backward()
        if "clip_norm" in given:
            torch.nn.utils.clip_grad_norm_(parameters.values(), given["clip_norm"])
        optimizer.step()
        scheduler.step()
        if step in STEPS:
            after[str(step)] = {name: values.tolist() for name, values in parameters.items()}
        if step == 3:
            state = {letter: kept(optimizer, parameters, names) for letter, names in STATE.items()}
    return {"spec": spec, "after": after, "state": {letter: tensors for letter, tensors in state.items() if tensors}}


def penalty(parameters, l1=0.0, l2=0.0, biases=False):
    weights = [p for p in parameters.values() if biases or p.dim() > 1]
    return l2 * sum((w**2).sum() for w in weights) + l1 * sum(w.abs().sum() for w in weights)


def kept(optimizer, parameters, names):
    """The tensors that PyTorch keeps under one of these names, by parameter."""
    found = {
        name: next((optimizer.state[p][key] for key in names if optimizer.state[p].get(key) is not None), None)
        for name, p in parameters.items()
    }
    return {name: tensor.tolist() for name, tensor in found.items() if tensor is not None}


if __name__ == "__main__":
    main()
