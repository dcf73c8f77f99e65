"""The order of a step's ticks, and what each reads and writes."""

import pytest

from app.engine.graph import Graph
from app.engine.plan import ends, schedule
from app.engine.presets import preset_spec
from app.engine.spec import Spec
from tests.engine.nets import net, training


def ticks_of(spec):
    parsed = Spec.parse(spec)
    return schedule(Graph.of(parsed), parsed.optimizer, parsed.frozen)


def test_the_textbook_network_has_the_fifteen_ticks_of_the_contract():
    ticks = ticks_of(preset_spec("mazur"))

    assert [(tick.phase, tick.layer, *tick.writes) for tick in ticks] == [
        ("forward", "hidden1", "hidden1.z"),
        ("forward", "hidden1", "hidden1.a"),
        ("forward", "output", "output.z"),
        ("forward", "output", "output.a"),
        ("loss", "loss", "loss.terms", "loss.value"),
        ("backward", "loss", "output.da"),
        ("backward", "output", "output.dz"),
        ("backward", "output", "output.dW"),
        ("backward", "output", "output.db"),
        ("backward", "output", "hidden1.da"),
        ("backward", "hidden1", "hidden1.dz"),
        ("backward", "hidden1", "hidden1.dW"),
        ("backward", "hidden1", "hidden1.db"),
        ("update", "hidden1", "hidden1.uW", "hidden1.W"),
        ("update", "output", "output.uW", "output.W"),
    ]
    assert [tick.index for tick in ticks] == list(range(15))


def test_what_each_tick_of_the_textbook_network_reads():
    ticks = ticks_of(preset_spec("mazur"))

    assert {tick.writes[-1]: tick.reads for tick in ticks} == {
        "hidden1.z": ("input.a", "hidden1.W", "hidden1.b"),
        "hidden1.a": ("hidden1.z",),
        "output.z": ("hidden1.a", "output.W", "output.b"),
        "output.a": ("output.z",),
        "loss.value": ("output.a", "target.y"),
        "output.da": ("output.a", "target.y"),
        "output.dz": ("output.da", "output.a"),
        "output.dW": ("output.dz", "hidden1.a"),
        "output.db": ("output.dz",),
        "hidden1.da": ("output.dz", "output.W"),
        "hidden1.dz": ("hidden1.da", "hidden1.a"),
        "hidden1.dW": ("hidden1.dz", "input.a"),
        "hidden1.db": ("hidden1.dz",),
        "hidden1.W": ("hidden1.dW", "hidden1.W"),
        "output.W": ("output.dW", "output.W"),
    }


def test_a_frozen_parameter_gets_its_gradient_and_no_update_tick():
    ticks = ticks_of(net(frozen=["hidden1.W"]))

    writes = [name for tick in ticks for name in tick.writes]
    assert "hidden1.dW" in writes
    assert not {"hidden1.uW", "hidden1.W"} & set(writes)
    assert [tick.writes[-1] for tick in ticks if tick.phase == "update"] == ["hidden1.b", "output.W", "output.b"]


def test_with_every_parameter_frozen_a_step_ends_with_its_last_gradient():
    ticks = ticks_of(net(frozen=["hidden1.W", "hidden1.b", "output.W", "output.b"]))

    assert ticks[-1].writes == ("hidden1.db",)


def test_a_layer_without_biases_has_neither_their_gradient_nor_their_update():
    ticks = ticks_of(net(layers=[{"units": 3, "bias": False}, {"units": 2}]))

    writes = [name for tick in ticks for name in tick.writes]
    assert [name for name in writes if name.startswith("hidden1.") and name.endswith("b")] == []


def test_a_loss_with_probabilities_writes_them_in_its_tick():
    ticks = ticks_of(net(loss="bce_with_logits"))

    assert next(tick.writes for tick in ticks if tick.phase == "loss") == ("loss.terms", "loss.p", "loss.value")


def test_runs_of_a_layer_end_where_phase_or_layer_changes():
    ticks = ticks_of(preset_spec("mazur"))

    assert ends(ticks, lambda tick: (tick.phase, tick.layer)) == [2, 4, 5, 6, 10, 13, 14, 15]
    assert ends(ticks, lambda tick: tick.phase) == [4, 5, 13, 15]


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_a_step_has_two_ticks_forward_four_backward_and_two_updates_a_layer(depth):
    trained = training(layers=[*({"units": 2} for _ in range(depth - 1)), {"units": 2}])

    inputs_have_no_gradient = 1
    assert trained.ticks_per_step == 2 * depth + 1 + 1 + 4 * depth - inputs_have_no_gradient + 2 * depth
