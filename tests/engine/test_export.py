"""The exported scripts, run by another Python as they are, print what the session's own step computed."""

import json
import subprocess
import sys
import tokenize

import numpy as np
import pytest
from hypothesis import given, settings

from app.engine.errors import InvalidRequest, ShapeMismatch, UnknownTensor
from app.engine.export import NUMPY, PYTORCH, from_state_dict, script, state_dict, table
from app.engine.graph import Role
from app.engine.optimizers import OPTIMIZERS
from app.engine.presets import preset_spec, presets
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import X, check_equal, net, nets, record, training


def steps(spec, count):
    """A run of `count` steps, and the tape of the last."""
    trained = Training(Spec.parse(spec))
    tapes = [record(trained) for _ in range(count)]
    return trained, tapes[-1]


def printed(source):
    """What a script prints, by name."""
    done = subprocess.run([sys.executable, "-I", "-c", source], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    pairs = (line.split(" = ", 1) for line in done.stdout.splitlines())
    return {name: np.array(json.loads(value)) for name, value in pairs}


def check_script(language, trained, tape):
    """The script prints the loss, every gradient, and every parameter that moved; each as the tape has it."""
    source = script(language, "A step", trained, tape)

    numbers = printed(source)

    tensors = trained.graph.tensors.values()
    gradients = {
        t.name for t in tensors if t.role is Role.GRADIENT and tape.at(t.name, trained.ticks_per_step) is not None
    }
    moved = {parameter.name for parameter in trained.graph.parameters(without=trained.spec.frozen)}
    assert set(numbers) == {"loss.value"} | gradients | moved
    for name, values in numbers.items():
        relative = 1e-12 if trained.spec.dtype == "float64" else 1e-5
        check_equal(values, tape.at(name, trained.ticks_per_step), f"{name} of {source}", relative)


@pytest.mark.parametrize("preset", presets())
def test_the_numpy_script_of_every_preset_prints_the_step_s_numbers(preset):
    check_script(NUMPY, *steps(preset_spec(preset), 2))


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names())
def test_the_numpy_script_goes_on_from_any_optimizer_s_state(optimizer):
    check_script(NUMPY, *steps(net(optimizer=optimizer, batch_size=2, shuffle=True), 3))


MORE = [
    {"batch_size": 3, "accumulate": 2},
    {"batch_size": 3, "accumulate": 2, "penalty": {"l1": 0.1, "l2": 0.2, "biases": True}},
    {"optimizer": {"type": "sgd", "learning_rate": 0.1, "clip_norm": 0.01}},
    {"batch_size": 5, "optimizer": {"type": "adam", "schedule": {"type": "exponential", "every": "epoch"}}},
    {"batch_size": 5, "optimizer": {"type": "sgd", "schedule": {"type": "exponential", "every": "step"}}},
    {"dtype": "float32"},
    {"dtype": "float32", "optimizer": {"type": "adam"}, "batch_size": 3, "accumulate": 2},
    {"loss": "cross_entropy", "data": {"inline": {"x": X, "y": [0, 1, 1, 0, 1]}}},
    {"frozen": ["hidden1.W", "output.b"]},
]
"""What else a step can have."""


@pytest.mark.parametrize("changes", MORE, ids=str)
def test_the_numpy_script_has_what_else_a_step_can_have(changes):
    check_script(NUMPY, *steps(net(**{"batch_size": 2, **changes}), 2))


@settings(max_examples=15)
@given(nets())
def test_the_numpy_script_of_any_network_prints_the_step_s_numbers(spec):
    check_script(NUMPY, *steps(spec, 1))


def test_a_script_carries_numbers_that_are_not_finite():
    wild, tape = steps(net(optimizer={"type": "sgd", "learning_rate": 1e200}), 2)

    numbers = printed(script(NUMPY, "Wild", wild, tape))

    assert np.isnan(numbers["hidden1.W"]).any()
    assert "inf" in script(NUMPY, "Wild", wild, tape)


def test_a_script_of_a_tape_that_has_hardly_begun_computes_the_whole_step():
    trained = training()
    tape = trained.tape()
    trained.advance(1, tape)
    source = script(NUMPY, "Begun", trained, tape)
    trained.advance(trained.ticks_per_step - 1)

    numbers = printed(source)

    check_equal(numbers["hidden1.W"], trained.variables.views["hidden1.W"])


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names())
def test_the_pytorch_script_prints_the_numbers_that_were_computed_here(optimizer):
    pytest.importorskip("torch", reason="PyTorch is no dependency; its script is tested where it is there")

    check_script(PYTORCH, *steps(net(optimizer=optimizer, batch_size=2, shuffle=True), 3))


@pytest.mark.parametrize("changes", MORE, ids=str)
def test_the_pytorch_script_has_what_else_a_step_can_have(changes):
    pytest.importorskip("torch", reason="PyTorch is no dependency; its script is tested where it is there")

    check_script(PYTORCH, *steps(net(**{"batch_size": 2, **changes}), 2))


@pytest.mark.parametrize("preset", presets())
def test_the_pytorch_script_of_every_preset_prints_the_step_s_numbers(preset):
    pytest.importorskip("torch", reason="PyTorch is no dependency; its script is tested where it is there")

    check_script(PYTORCH, *steps(preset_spec(preset), 2))


def test_weights_have_pytorch_s_names_and_come_back_by_them():
    trained = training(layers=[{"units": 3, "bias": False}, {"units": 2}])
    values = trained.variables.views

    weights = state_dict(trained.graph, values)

    assert {name: array.shape for name, array in weights.items()} == {
        "hidden1.weight": (3, 2),
        "output.weight": (2, 3),
        "output.bias": (2,),
    }
    back = from_state_dict(trained.graph, weights, "/safetensors")
    assert all(np.array_equal(back[name], values[name]) for name in ("hidden1.W", "output.W", "output.b"))


def without(weights, *names):
    return {name: array for name, array in weights.items() if name not in names}


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (lambda w: {**w, "hidden1.weight": w["hidden1.weight"].T}, ShapeMismatch, "hidden1.weight: expected shape (3,"),
        (lambda w: without(w, "output.bias"), InvalidRequest, "output.bias of this network is missing"),
        (lambda w: without(w, "output.bias", "output.weight"), InvalidRequest, "output.weight and 1 more of"),
        (lambda w: {**w, "output.wait": w["output.bias"]}, UnknownTensor, "output.wait"),
        (lambda w: {**w, "output.bias": np.array([True, False])}, InvalidRequest, "expected numbers, got bool"),
    ],
)  # fmt: skip
def test_weights_that_do_not_fit_say_why_by_pytorch_s_name(change, error, says):
    trained = training()
    weights = change(state_dict(trained.graph, trained.variables.views))

    with pytest.raises(error) as refused:
        from_state_dict(trained.graph, weights, "/safetensors")

    assert says in refused.value.detail


def test_a_table_has_a_row_a_step_and_an_empty_cell_where_a_series_has_no_value():
    series = {
        "loss": {"steps": [0, 1, 2], "values": [0.1, 1 / 3, "NaN"]},
        "test_loss": {"steps": [2], "values": [5e-324]},
    }

    text = table(series)

    assert text == "step,loss,test_loss\r\n0,0.1,\r\n1,0.3333333333333333,\r\n2,NaN,5e-324\r\n"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_text_that_a_spreadsheet_would_compute_is_shown_by_it_instead(name):
    text = table({name: {"steps": [0], "values": [-0.5]}})

    assert text == f"step,'{name}\r\n0,-0.5\r\n"


@pytest.mark.parametrize(
    "title", ["coding: utf-7 +AAo-print(1)", "-*- coding: rot13 -*-", "vim: set fileencoding=utf-7 :"]
)
def test_a_title_cannot_say_in_which_coding_python_reads_the_script(tmp_path, title):
    trained, tape = steps(net(), 1)
    file = tmp_path / "script.py"
    file.write_text(script(NUMPY, title, trained, tape), encoding="utf-8")

    with tokenize.open(file) as opened:
        assert opened.encoding == "utf-8"
    done = subprocess.run([sys.executable, "-I", file], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("loss.value = ")
