"""Makes `optimizers.json`: what PyTorch 2.13.0 makes of one small network with each optimizer, in float64.

As `make_golden`, in the environment with torch==2.13.0: `.bench/bin/python -m tests.golden.make_optimizers`. Every row
has an optimizer as a row of `tests/engine/table.py` tries it, or a schedule with plain descent, and the parameters
after 1, 2, 3 and 1,000 steps, with the optimizer's state after 3.
"""

import json
from pathlib import Path
from types import MappingProxyType

import torch
import torch.nn.functional as F  # noqa: N812  (its name everywhere)

from tests.engine.table import OPS, OPTIMIZER_ROWS, SCHEDULE_ROWS, choices, row_of
from tests.golden.make_golden import counterpart

GOLDEN = Path(__file__).parent
STEPS = (1, 2, 3, 1000)
STATE = {
    "m": ("momentum_buffer", "exp_avg"),
    "v": ("sum", "square_avg", "exp_avg_sq"),
    "vmax": ("max_exp_avg_sq",),
    "mean": ("grad_avg",),
}
DESCENT = {"type": "sgd", "learning_rate": 0.05}
EXTRAS = [
    *({"penalty": dict(options)} for options in row_of(OPS, "penalty").others),
    {"batch_size": 2, "accumulate": 3},
    {"batch_size": 2, "accumulate": 3, "penalty": {"l2": 0.01}},
]
"""What a spec may have beside its optimizer; each with plain descent."""


def main():
    assert torch.__version__.startswith("2.13.0"), torch.__version__
    torch.set_default_dtype(torch.float64)
    rows = [figures(given) for given in choices(OPTIMIZER_ROWS)]
    rows += [figures({**DESCENT, "schedule": given}) for given in choices(SCHEDULE_ROWS) if len(given) > 1]
    rows += [figures(DESCENT, extra) for extra in EXTRAS]
    rows.append(figures({**DESCENT, "clip_norm": 0.5, "momentum": 0.5}, EXTRAS[-1]))
    (GOLDEN / "optimizers.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def figures(given, extra=MappingProxyType({})):
    """A row. What hangs on the last digit of the start is left out: an update of RMSprop's size, g / √v, has either
    sign once the gradient is rounding and nothing else."""
    torch.manual_seed(1)
    samples = extra.get("batch_size", 3) * extra.get("accumulate", 1)
    x, y = torch.randn(samples, 3), torch.randn(samples, 2)
    shapes = {"hidden1.W": (4, 3), "hidden1.b": (4,), "output.W": (2, 4), "output.b": (2,)}
    spec = {
        "name": words({**given, **extra}),
        "data": {"inline": {"x": x.tolist(), "y": y.tolist()}},
        "layers": [{"name": "hidden1", "units": 4, "activation": "tanh"}, {"name": "output", "units": 2}],
        "loss": "mse",
        "optimizer": given,
        "parameters": {name: torch.randn(shape).tolist() for name, shape in shapes.items()},
        **extra,
    }
    (after, state), (nudged, _) = trained(spec, 1.0), trained(spec, 1 + 4e-16)
    lasting = {step: values for step, values in after.items() if apart(values, nudged[step]) < 1e-12}
    return {"spec": spec, "after": lasting, "state": state}


def words(given):
    return " ".join(f"{key} {words(value) if isinstance(value, dict) else value}" for key, value in given.items())


def apart(one, other):
    return max((torch.tensor(one[name]) - torch.tensor(other[name])).abs().max().item() for name in one)


def trained(spec, nudge):
    """The parameters after some steps from the spec's, times `nudge`, and the optimizer's state after three."""
    x, y = (torch.tensor(spec["data"]["inline"][key]) for key in "xy")
    parameters = {name: (torch.tensor(v) * nudge).requires_grad_() for name, v in spec["parameters"].items()}
    given = spec["optimizer"]
    own = ("type", "learning_rate", "clip_norm", "schedule")
    options = {key: value for key, value in given.items() if key not in own}
    if "learning_rate" in given:
        options["lr"] = given["learning_rate"]
    optimizer = counterpart(row_of(OPTIMIZER_ROWS, given["type"]).torch)(parameters.values(), **options)
    chosen = dict(given.get("schedule", {"type": "constant", "factor": 1.0}))
    make_schedule = counterpart(row_of(SCHEDULE_ROWS, chosen.pop("type")).torch)
    chosen.pop("every", None)  # an epoch is one step here: what is counted makes no difference
    scheduler = make_schedule(optimizer, **chosen)
    after, state = {}, {}
    for step in range(1, max(STEPS) + 1):
        optimizer.zero_grad()
        for rows in torch.arange(len(x)).split(spec.get("batch_size", len(x))):
            hidden = torch.tanh(F.linear(x[rows], parameters["hidden1.W"], parameters["hidden1.b"]))
            loss = F.mse_loss(F.linear(hidden, parameters["output.W"], parameters["output.b"]), y[rows])
            (loss + penalty(parameters, **spec.get("penalty", {}))).backward()
        if "clip_norm" in given:
            torch.nn.utils.clip_grad_norm_(parameters.values(), given["clip_norm"])
        optimizer.step()
        scheduler.step()
        if step in STEPS:
            after[str(step)] = {name: values.tolist() for name, values in parameters.items()}
        if step == 3:
            state = {letter: kept(optimizer, parameters, names) for letter, names in STATE.items()}
    return after, {letter: tensors for letter, tensors in state.items() if tensors}


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
