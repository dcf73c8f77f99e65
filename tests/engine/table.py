"""The table of proofs: a row for every op, activation, loss, optimizer and schedule, and what it is tried with.

Everything that is asserted of each of them goes over these rows: the dot-product test and the complex step, kinks,
refused inputs, code lines, the golden figures (whose scripts read this table too) and the live comparison with
PyTorch. A thing without a row, or a hyper-parameter that no row tries, fails `test_table.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.engine.errors import BackscopeError, IncompatibleLoss, InvalidRequest, InvalidSpec, ShapeMismatch
from app.engine.ops import ACTIVATIONS, LOSSES, Linear, LinearWithoutBias, Penalty
from app.engine.optimizers import OPTIMIZERS, SCHEDULES
from app.engine.registry import Described, Registry

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Kink:
    """A point where two pieces meet, or where a value is clamped: `at` (z, or a and y, or w), and what PyTorch 2.13.0
    has there for the value and for the slope along the first of them."""

    at: tuple[float, ...]
    value: float
    slope: float
    options: Options = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """What a spec with this thing must not say: hyper-parameters, or other keys of the spec (`spec`), and the error."""

    error: type[BackscopeError]
    options: Options = field(default_factory=dict)
    spec: Options = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A thing and its proofs.

    `others` are hyper-parameters other than the defaults, each tried wherever the defaults are. `torch` is PyTorch's
    counterpart as a Python expression; it is called with the hyper-parameters that are given and no others, so that
    our defaults are held to PyTorch's. `torch_p` gives the probabilities that a loss shows. An op that is no
    activation and no loss states its inputs' shapes (`shapes`; None is the batch), and which method is its forward.
    """

    thing: type[Described]
    torch: str = ""
    others: tuple[Options, ...] = ()
    kinks: tuple[Kink, ...] = ()
    refused: tuple[Refused, ...] = ()
    complex_step: bool = True
    torch_p: str = ""
    shapes: tuple[Mapping[str, tuple[int | None, ...]], ...] = ()
    forward: str = "forward"

    @property
    def name(self) -> str:
        return self.thing.type

    @property
    def tried(self) -> tuple[Options, ...]:
        """The hyper-parameters that are tried: the defaults, and the others."""
        return ({}, *self.others)


def activation(name: str, torch: str, **proofs: Any) -> Row:
    return Row(ACTIVATIONS.find(name, ""), torch, shapes=({"z": (None, 3)},), **proofs)


def loss(name: str, torch: str, **proofs: Any) -> Row:
    return Row(LOSSES.find(name, ""), torch, **proofs)


def optimizer(name: str, torch: str, *others: Options, **proofs: Any) -> Row:
    return Row(OPTIMIZERS.find(name, ""), torch, others, **proofs)


def schedule(name: str, torch: str, *others: Options, **proofs: Any) -> Row:
    return Row(SCHEDULES.find(name, ""), f"torch.optim.lr_scheduler.{torch}", others, **proofs)


SQUARE = {"x": (None, 3), "W": (3, 3), "b": (3,)}
OBLONG = {"x": (None, 3), "W": (2, 3), "b": (2,)}
WRONG_SHAPE = Refused(ShapeMismatch, spec={"parameters": {"hidden1.W": [[1.0, 2.0]]}})

OPS = [
    Row(
        Linear,
        "F.linear",
        shapes=(OBLONG, SQUARE),
        refused=(WRONG_SHAPE, Refused(ShapeMismatch, spec={"parameters": {"hidden1.b": [1.0]}})),
    ),
    Row(
        LinearWithoutBias,
        "F.linear",
        shapes=tuple({letter: shape for letter, shape in both.items() if letter != "b"} for both in (OBLONG, SQUARE)),
        refused=(WRONG_SHAPE,),
    ),
    Row(
        Penalty,
        "lambda w, l1=0.0, l2=0.0, biases=False: l2 * (w**2).sum() + l1 * w.abs().sum()",
        others=({"l2": 0.01}, {"l1": 0.02, "l2": 0.03, "biases": True}, {"l1": 0.3}),
        kinks=(Kink((0.0,), 0.0, 0.0, {"l1": 0.3}), Kink((0.0,), 0.0, 0.0, {"l1": 0.3, "l2": 0.1})),
        refused=(
            Refused(InvalidRequest, spec={"penalty": {"l3": 1}}),
            Refused(InvalidRequest, spec={"penalty": {"l2": -1}}),
            Refused(InvalidRequest, spec={"penalty": 0.1}),
        ),
        shapes=({"w": (2, 3)}, {"w": (4,)}),
        forward="begin",
    ),
]

ACTIVATION_ROWS = [
    activation("linear", "lambda z: z.clone()"),
    activation("relu", "F.relu", kinks=(Kink((0.0,), 0.0, 0.0),)),
    activation("sigmoid", "torch.sigmoid"),
    activation("tanh", "torch.tanh"),
    activation(
        "leaky_relu",
        "F.leaky_relu",
        others=({"negative_slope": 0.2}, {"negative_slope": -0.25}),
        kinks=(Kink((0.0,), 0.0, 0.01), Kink((0.0,), 0.0, 0.3, {"negative_slope": 0.3})),
        refused=(Refused(InvalidRequest, {"negative_slope": "steep"}),),
    ),
    activation(
        "elu",
        "F.elu",
        others=({"alpha": 0.5}, {"alpha": 1e-5}),
        kinks=(Kink((0.0,), 0.0, 1.0), Kink((0.0,), 0.0, 2.0, {"alpha": 2.0})),
    ),
    activation("selu", "F.selu", kinks=(Kink((0.0,), 0.0, 1.7580993408473766),)),
    activation("gelu", "F.gelu", complex_step=False),
    activation("silu", "F.silu"),
    activation(
        "softplus",
        "F.softplus",
        others=({"beta": 2.0, "threshold": 1.0}, {"beta": 3.5, "threshold": 0.5}),
        kinks=(
            Kink((20.0,), 20.000000002061153, 0.9999999979388464),
            Kink((0.0,), 0.34657359027997264, 0.5, {"beta": 2.0, "threshold": 0.0}),
        ),
        refused=(Refused(InvalidRequest, {"beta": 0}),),
    ),
    activation("softmax", "partial(F.softmax, dim=1)"),
]

ONE_NUMBER = {"data": {"inline": {"x": [[1, 2]], "y": [[1]]}}}
NO_CLASSES = {"data": {"inline": {"x": [[1, 2], [3, 4]], "y": [[0.5, 1], [1, 0]]}}}
TOO_MANY_CLASSES = {"data": {"inline": {"x": [[1, 2], [3, 4]], "y": [1, 2]}}}
WRONG_WIDTH = Refused(ShapeMismatch, spec=ONE_NUMBER)

LOSS_ROWS = [
    loss("mse", "F.mse_loss", others=({"reduction": "sum"},), refused=(WRONG_WIDTH,)),
    loss(
        "half_squared_error",
        "lambda a, y, reduction='mean': getattr((0.5 * (a - y) ** 2).sum(dim=1), reduction)()",
        others=({"reduction": "sum"},),
        refused=(WRONG_WIDTH,),
    ),
    loss(
        "bce_with_logits",
        "F.binary_cross_entropy_with_logits",
        others=({"reduction": "sum"},),
        torch_p="torch.sigmoid",
    ),
    loss("mae", "F.l1_loss", others=({"reduction": "sum"},), kinks=(Kink((2.0, 2.0), 0.0, 0.0),)),
    loss(
        "huber",
        "F.huber_loss",
        others=({"reduction": "sum"}, {"delta": 0.3}, {"delta": 0.25, "reduction": "sum"}),
        refused=(Refused(InvalidRequest, {"delta": 0}),),
    ),
    loss(
        "bce",
        "F.binary_cross_entropy",
        others=({"reduction": "sum"},),
        kinks=(
            Kink((0.0, 1.0), 100.0, -1e12),
            Kink((1.0, 0.0), 100.0, 1e12),
            Kink((0.0, 0.0), 0.0, 0.0),
            Kink((1.0, 1.0), 0.0, 0.0),
        ),
    ),
    loss(
        "hinge",
        "lambda a, y, reduction='mean': getattr(F.relu(1 - y * a), reduction)()",
        others=({"reduction": "sum"},),
        kinks=(Kink((1.0, 1.0), 0.0, 0.0), Kink((-1.0, -1.0), 0.0, 0.0)),
    ),
    loss(
        "cross_entropy",
        "lambda a, y, reduction='mean': F.cross_entropy(a, y.long(), reduction=reduction)",
        others=({"reduction": "sum"},),
        refused=(Refused(IncompatibleLoss, spec=NO_CLASSES), Refused(InvalidSpec, spec=TOO_MANY_CLASSES)),
        torch_p="partial(F.softmax, dim=1)",
    ),
]

OPTIMIZER_ROWS = [
    optimizer(
        "sgd",
        "torch.optim.SGD",
        {"learning_rate": 0.05},
        {"learning_rate": 0.05, "weight_decay": 0.01},
        {"learning_rate": 0.02, "momentum": 0.9},
        {"learning_rate": 0.02, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01},
        {"learning_rate": 0.02, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01},
        {"learning_rate": 0.05, "clip_norm": 0.5},
        {"learning_rate": 0.02, "momentum": 0.9, "clip_norm": 0.3, "weight_decay": 0.01},
        {"learning_rate": 0.05, "schedule": {"type": "step", "step_size": 2, "gamma": 0.9}},
        refused=(Refused(InvalidRequest, {"learning_rate": -1}), Refused(InvalidRequest, {"betas": [0.9, 0.99]})),
    ),
    optimizer(
        "adagrad",
        "torch.optim.Adagrad",
        {"learning_rate": 0.05, "lr_decay": 0.01, "weight_decay": 0.01},
        {"learning_rate": 0.05, "initial_accumulator_value": 0.1},
        {"eps": 0.01, "clip_norm": 0.5, "schedule": {"type": "exponential", "gamma": 0.999}},
    ),
    optimizer(
        "rmsprop",
        "torch.optim.RMSprop",
        {"learning_rate": 0.001},
        {"learning_rate": 0.001, "alpha": 0.9, "eps": 0.001, "weight_decay": 0.01},
        {"learning_rate": 0.001, "momentum": 0.5},
        {"learning_rate": 0.0005, "centered": True, "eps": 0.01},
        {"learning_rate": 0.0005, "centered": True, "momentum": 0.5, "eps": 0.01},
        {"learning_rate": 0.001, "eps": 0.01, "clip_norm": 0.5, "schedule": {"type": "exponential", "gamma": 0.999}},
    ),
    optimizer(
        "adam",
        "torch.optim.Adam",
        {"learning_rate": 0.002, "betas": [0.8, 0.99], "eps": 1e-6, "weight_decay": 0.01},
        {"learning_rate": 0.002, "amsgrad": True},
        {"learning_rate": 0.002, "clip_norm": 0.2},
        {"learning_rate": 0.01, "schedule": {"type": "exponential", "gamma": 0.99}},
        refused=(Refused(InvalidRequest, {"betas": 0.9}), Refused(InvalidRequest, {"betas": [0.9, 1]})),
    ),
    optimizer(
        "adamw",
        "torch.optim.AdamW",
        {"learning_rate": 0.01, "weight_decay": 0.1},
        {"amsgrad": True},
        {"betas": [0.8, 0.99], "eps": 1e-6, "clip_norm": 0.2},
        {"schedule": {"type": "linear", "start_factor": 0.1, "end_factor": 0.5, "total_iters": 9}},
    ),
]

SCHEDULE_ROWS = [
    schedule("constant", "ConstantLR", {"factor": 0.25, "total_iters": 7, "every": "step"}),
    schedule("step", "StepLR", {"step_size": 2, "gamma": 0.9, "every": "step"}),
    schedule("exponential", "ExponentialLR", {"gamma": 0.99, "every": "step"}),
    schedule("cosine", "CosineAnnealingLR", {"T_max": 300, "eta_min": 0.001, "every": "step"}),
    schedule("linear", "LinearLR", {"start_factor": 0.1, "end_factor": 0.5, "total_iters": 9, "every": "step"}),
]

TABLE = [*OPS, *ACTIVATION_ROWS, *LOSS_ROWS, *OPTIMIZER_ROWS, *SCHEDULE_ROWS]

LISTS: dict[str, tuple[Registry[Any], list[Row]]] = {
    "activation": (ACTIVATIONS, ACTIVATION_ROWS),
    "loss": (LOSSES, LOSS_ROWS),
    "optimizer": (OPTIMIZERS, OPTIMIZER_ROWS),
    "schedule": (SCHEDULES, SCHEDULE_ROWS),
}
"""The registries whose things need a row, and their rows."""


def choices(rows: list[Row]) -> list[dict[str, Any]]:
    """Everything that these rows try, as a spec says it."""
    return [{"type": row.name, **options} for row in rows for options in row.tried]


def row_of(rows: list[Row], name: str) -> Row:
    return next(row for row in rows if row.name == name)


def label(choice: Options) -> str:
    """A choice in a few words, for a test's or a golden figure's name."""
    return " ".join(str(value) for value in choice.values())
