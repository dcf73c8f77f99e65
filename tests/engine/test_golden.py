"""Every activation, loss and reduction against what PyTorch computed (tests/golden/make_golden.py)."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from app.engine.ops import ACTIVATIONS, LOSSES
from app.engine.ops.losses import REDUCTION
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import check_equal, record
from tests.engine.table import ACTIVATION_ROWS, LOSS_ROWS, choices

GOLDEN = Path(__file__).parents[1] / "golden"
NETS = json.loads((GOLDEN / "nets.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("golden", NETS, ids=lambda golden: golden["spec"]["name"])
def test_a_step_computes_what_pytorch_computes(golden):
    trained = Training(Spec.parse(golden["spec"]))

    tape = record(trained)
    after = record(trained)

    written = set().union(*tape.written)
    assert written == set(golden["tensors"]) | set(golden["parameters"])
    for name, wanted in {**golden["tensors"], **golden["parameters"]}.items():
        check_equal(tape.at(name, len(tape)), wanted, name)
    check_equal(after.at("loss.value", len(after)), golden["loss_after"]["1"], "loss after one step")


@pytest.mark.parametrize("golden", NETS, ids=lambda golden: golden["spec"]["name"])
def test_a_step_in_float32_computes_the_same_to_five_digits(golden):
    trained = Training(Spec.parse({**golden["spec"], "dtype": "float32"}))

    tape = record(trained)

    for name, wanted in {**golden["tensors"], **golden["parameters"]}.items():
        assert tape.at(name, len(tape)).dtype == np.float32
        # Near 1 a float32 has few digits of 1 − a, which a loss over probabilities divides by.
        check_equal(tape.at(name, len(tape)), wanted, name, 1e-5 if trained.spec.loss.wants == "numbers" else 1e-4)


def test_every_activation_meets_every_loss_and_reduction_in_the_golden_figures():
    rows = {
        (as_chosen(layer["activation"])["type"], golden["spec"]["loss"]["type"], golden["spec"]["loss"]["reduction"])
        for golden in NETS
        for layer in golden["spec"]["layers"]
    }

    assert rows == set(itertools.product(ACTIVATIONS.names(), LOSSES.names(), REDUCTION.choices))


def as_chosen(choice):
    return {"type": choice} if isinstance(choice, str) else choice


def test_everything_that_the_table_tries_has_golden_figures():
    activations = [as_chosen(layer["activation"]) for golden in NETS for layer in golden["spec"]["layers"]]
    losses = [golden["spec"]["loss"] for golden in NETS]

    assert [choice for choice in choices(ACTIVATION_ROWS) if choice not in activations] == []
    assert [choice for choice in choices(LOSS_ROWS) if {"reduction": "mean", **choice} not in losses] == []


def test_a_layer_without_biases_has_golden_figures_too():
    assert any(layer["bias"] is False for golden in NETS for layer in golden["spec"]["layers"])
