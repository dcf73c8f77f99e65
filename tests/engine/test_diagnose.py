"""The diagnosis: it finds what each preset teaches, nothing where nothing is wrong, and its cures cure."""

import copy
import math
import re

import numpy as np
import pytest

from app.engine import cures
from app.engine.cures import changed, proven, told, with_rate
from app.engine.diagnose import diagnose
from app.engine.examine import Examination, said
from app.engine.metrics import Evaluation
from app.engine.presets import preset_spec, presets
from app.engine.spec import Spec
from app.engine.training import Training
from tests.engine.nets import X, net, record

TEACHES = {
    "vanishing": ("vanishing", "hidden1"),
    "exploding": ("exploding", "hidden1"),
    "dead-relu": ("dead_units", "hidden1"),
    "relu-2-2-1-dead": ("dead_units", "hidden1"),
    "symmetric-init": ("symmetric_units", "hidden1"),
    "saturated-output": ("saturated_units", "output"),
    "rate-too-high": ("rate_too_high", "output"),
}
"""The presets that fail, and the finding that each is there for."""


def run(spec, steps):
    """A network trained for so many steps, or until it diverges, and the tapes of its steps."""
    trained = Training(Spec.parse(spec))
    tapes = []
    while len(tapes) < steps and not trained.diverged:
        tapes.append(record(trained))
    return trained, tapes


def judge(spec, steps=1):
    """What is said of the last of so many steps."""
    trained, tapes = run(spec, steps)
    return diagnose(trained.spec, trained.graph, trained.schedule, len(tapes) - 1, tapes.__getitem__)


def codes(diagnosis):
    return [(finding.code, finding.layer) for finding in diagnosis.findings]


def optimized(preset, **optimizer):
    spec = copy.deepcopy(preset_spec(preset))
    return {**spec, "optimizer": {**spec["optimizer"], **optimizer}}


@pytest.mark.parametrize("steps", [1, 50])
@pytest.mark.parametrize("preset", presets())
def test_a_preset_has_the_finding_that_it_teaches_and_no_other(preset, steps):
    found = codes(judge(preset_spec(preset), steps))

    assert found == ([TEACHES[preset]] if preset in TEACHES else [])


@pytest.mark.parametrize(("preset", "counted"), [("dead-relu", "dead"), ("saturated-output", "saturated")])
def test_a_finding_about_units_says_how_many_of_how_many(preset, counted):
    (finding,) = judge(preset_spec(preset)).findings

    assert finding.numbers[counted] == len(finding.numbers["units"]) <= finding.numbers["of"]


def test_an_explosion_is_told_from_the_output_back_to_the_first_layer():
    (finding,) = judge(preset_spec("exploding")).findings

    assert finding.cause.startswith("From output back to hidden1 the gradient grows")


def test_half_of_a_layer_that_is_off_is_a_finding_and_less_is_none():
    relu = [{"name": "hidden1", "units": 4, "activation": "relu"}, {"name": "output", "units": 2}]
    slow = {"type": "sgd", "learning_rate": 1e-4}
    biases = [[-9, 9, 9, 9], [-9, -9, 9, 9]]
    off = [judge(net(layers=relu, optimizer=slow, parameters={"hidden1.b": b})) for b in biases]

    assert [one.layers[0].dead_units for one in off] == [(0,), (0, 1)]
    assert [codes(one) for one in off] == [[], [("dead_units", "hidden1")]]


def tried(rates):
    """Which of these rates is proven, where the error is multiplied by 1 - 2 · rate in each step."""
    spec = net(data={"inline": {"x": [[1]], "y": [[1]]}}, layers=[{"units": 1, "bias": False}])
    trained, (tape,) = run(spec, 1)
    case = Examination(trained.spec, trained.graph, trained.schedule, tape)
    return proven(case, [with_rate(case.spec, rate) for rate in rates])["optimizer"]["learning_rate"]


@pytest.mark.parametrize(
    ("rates", "chosen"), [([1e9, 1.1, 0.9, 0.4], 0.9), ([1e9, 1.2, 1.1], 1.2), ([1e9, 2e9, 3e9], 3e9)]
)
def test_the_cure_is_the_first_with_which_the_loss_does_not_rise_or_else_stays_finite_or_else_the_last(rates, chosen):
    assert tried(rates) == chosen


def test_of_a_network_so_large_that_few_steps_can_be_tried_a_cure_is_proven_in_those(monkeypatch):
    monkeypatch.setattr(cures, "TRIAL_TICKS", 20)

    assert tried([1e9, 1.1, 0.9]) == 0.9


@pytest.mark.parametrize("preset", TEACHES)
def test_the_cure_of_a_finding_cures_it(preset):
    (finding,) = judge(preset_spec(preset)).findings

    assert judge(finding.fix).findings == ()
    assert Spec.parse(finding.fix).data.x.tolist() == Spec.parse(preset_spec(preset)).data.x.tolist()


@pytest.mark.parametrize(
    ("preset", "cure"),
    [
        ("vanishing", "relu instead of sigmoid in hidden1 to hidden12, with starting weights from he_normal"),
        (
            "exploding",
            "starting weights from he_normal in hidden1 to hidden12; starting weights from xavier_uniform in output",
        ),
        ("relu-2-2-1-dead", "leaky_relu instead of relu in hidden1, with starting weights from he_normal"),
        ("symmetric-init", "starting weights from xavier_uniform in hidden1"),
        ("saturated-output", "bce instead of mse as the loss"),
        ("rate-too-high", "a learning rate of 0.2 instead of 0.8"),
    ],
)
def test_a_finding_says_what_its_cure_changes(preset, cure):
    (finding,) = judge(preset_spec(preset)).findings

    assert finding.cure == cure


def test_layers_that_do_not_follow_on_one_another_are_named_each():
    spec = Spec.parse(net(layers=[{"units": 2, "activation": "tanh"} for _ in range(6)] + [{"units": 2}]))
    fix = changed(spec, ["hidden1", "hidden2", "hidden4", "hidden6"])

    assert told(spec, fix) == "starting weights from xavier_uniform in hidden1, hidden2, hidden4 and hidden6"
    many = changed(spec, ["hidden1", "hidden2", "hidden3", "hidden4", "hidden6"])
    assert told(spec, many) == "starting weights from xavier_uniform in hidden1 to hidden4 and hidden6"


def test_the_vanishing_gradient_is_named_and_the_cure_brings_it_back():
    diagnosis = judge(preset_spec("vanishing"))

    (finding,) = diagnosis.findings
    assert 1e-8 < diagnosis.gradient_ratio < 1e-6
    assert finding.numbers["ratio"] == diagnosis.gradient_ratio
    assert f"{diagnosis.gradient_ratio:.4g} times".replace("e-0", "e−") in finding.cause
    assert finding.numbers["slope_gain_a_layer"] < 0.3
    assert 0.05 < judge(finding.fix).gradient_ratio < 20


def test_the_cure_of_vanishing_is_the_preset_beside_it():
    fixed = Spec.parse(preset_spec("vanishing-fixed")).json()["layers"]
    (finding,) = judge(preset_spec("vanishing")).findings

    assert Spec.parse(finding.fix).json()["layers"] == fixed


def test_dead_units_are_cured_by_an_activation_that_is_nowhere_flat_and_without_what_killed_them():
    (finding,) = judge(preset_spec("dead-relu")).findings

    assert finding.fix["layers"][0]["activation"] == "leaky_relu"
    assert finding.fix["parameters"] == {}


def test_a_gradient_that_is_small_for_another_reason_has_not_vanished():
    deep = [{"units": 3, "activation": "relu"}, {"units": 3, "activation": "relu"}, {"units": 2}]
    tiny = {"inline": {"x": [[1e-6, 2e-6], [-2e-6, 1e-6]], "y": [[1, 0], [0, 1]]}}

    scaled = judge(net(layers=deep, data=tiny, parameters={"hidden1.b": [1, 1, 1], "hidden2.b": [1, 1, 1]}))
    dead = judge(net(layers=deep, parameters={"hidden1.b": [-9, -9, -9]}))
    shallow = judge(preset_spec("mazur"), 8)

    assert scaled.gradient_ratio < 1e-3
    assert codes(scaled) == codes(shallow) == []
    assert {code for code, _ in codes(dead)} == {"dead_units"}


def test_a_gradient_that_shrinks_on_its_way_has_not_vanished_where_large_inputs_make_up_for_it():
    small = {"activation": "relu", "init": {"type": "normal", "std": 0.02}}
    layers = [{"units": 3, **small}, {"units": 3, **small}, {"units": 2, **small, "activation": "linear"}]
    large = {"inline": {"x": [[1e3, 2e3], [-2e3, 1e3]], "y": [[1, 0], [0, 1]]}}
    on = {"hidden1.b": [1, 1, 1], "hidden2.b": [1, 1, 1]}

    made = judge(net(layers=layers, data=large, parameters=on, optimizer={"type": "sgd", "learning_rate": 1e-12}))

    assert math.prod(layer.factor for layer in made.layers[1:]) < 1e-2
    assert made.gradient_ratio > 0.1
    assert codes(made) == []


def test_a_layer_that_its_inputs_saturate_is_not_begun_anew_as_it_was():
    """Rows as they come in a table, in the thousands: whatever weights a tanh starts from, its sums lie far out."""
    x = np.random.default_rng(0).uniform(0, 5_000, (60, 2))
    spec = {
        "data": {"inline": {"x": x.tolist(), "y": (x @ [[0.01], [0.02]]).tolist()}},
        "batch_size": 10,
        "layers": [{"type": "dense", "units": 8, "activation": "tanh"}, {"type": "dense", "units": 1}],
        "loss": "mse",
        "optimizer": {"type": "sgd", "learning_rate": 0.01},
    }
    (finding,) = judge(spec, 20).findings

    assert (finding.code, finding.layer) == ("saturated_units", "hidden1")
    assert f"is up to {said(x.max())} in size" in finding.cause
    assert "leaky_relu instead of tanh in hidden1" in finding.cure
    cured = [float(tape.at("loss.value", len(tape))) for tape in run(finding.fix, 100)[1]]
    assert len(cured) == 100
    assert max(cured[-6:]) < 0.01 * cured[0]


def test_a_layer_that_too_high_a_rate_has_saturated_is_not_begun_anew_at_that_rate():
    spec = net(layers=[{"units": 8, "activation": "tanh"}, {"units": 2}], optimizer={"type": "sgd", "learning_rate": 5})
    findings = {finding.code: finding for finding in judge(spec, 20).findings}

    assert findings["saturated_units"].fix["optimizer"]["learning_rate"] < 5
    cured = [float(tape.at("loss.value", len(tape))) for tape in run(findings["saturated_units"].fix, 100)[1]]
    assert cured[-1] < cured[0]


def test_a_layer_that_its_own_weights_saturate_is_begun_anew():
    (finding,) = judge(net(parameters={"hidden1.W": [[400, 300], [-300, 500], [600, 400]]})).findings

    assert (finding.code, finding.layer) == ("saturated_units", "hidden1")
    assert "Fresh weights" not in finding.cause
    assert finding.cure == "starting weights from xavier_uniform in hidden1"


def test_a_saturated_output_is_cured_by_the_loss_that_sends_most_back():
    (finding,) = judge(preset_spec("saturated-output")).findings

    assert finding.fix["loss"] == preset_spec("saturated-output-fixed")["loss"]
    assert finding.fix["parameters"] == preset_spec("saturated-output")["parameters"]


def test_a_layer_s_factor_is_its_slope_gain_times_its_weight_gain_and_all_of_them_lead_to_the_first():
    _, tapes = run(preset_spec("vanishing"), 1)
    layers = judge(preset_spec("vanishing")).layers

    def norm(name):
        return np.linalg.norm(tapes[0].at(name, len(tapes[0])))

    assert layers[0].weight_gain is None
    assert layers[0].slope_gain == pytest.approx(norm("hidden1.dz") / norm("hidden1.da"))
    assert layers[1].weight_gain == pytest.approx(norm("hidden1.da") / norm("hidden2.dz"))
    for layer in layers[1:]:
        assert layer.factor == pytest.approx(layer.slope_gain * layer.weight_gain)
    total = math.prod(layer.factor for layer in layers[1:])
    assert total == pytest.approx(norm("hidden1.da") / norm("output.da"))


SOFTMAX = {
    "data": {"dataset": "iris"},
    "batch_size": 16,
    "layers": [{"units": 8, "activation": "tanh"}, {"units": 3, "activation": "softmax"}],
    "loss": "mse",
    "optimizer": {"type": "sgd", "learning_rate": 0.1},
}


def softmax(std):
    """That network, its output's weights drawn so far from 0."""
    spec = copy.deepcopy(SOFTMAX)
    spec["layers"][1]["init"] = {"type": "normal", "std": std}
    return spec


def test_of_an_activation_over_the_whole_layer_the_gains_are_told_apart_too():
    _, (*_, tape) = run(softmax(40), 40)
    output = judge(softmax(40), 40).layers[1]

    da, dz, before = (np.linalg.norm(tape.at(name, len(tape))) for name in ("output.da", "output.dz", "hidden1.da"))
    assert output.slope_gain == pytest.approx(dz / da)
    assert output.slope_gain < 1e-9
    assert output.weight_gain == pytest.approx(before / dz)
    assert output.factor == pytest.approx(output.slope_gain * output.weight_gain)


def test_the_slope_of_a_unit_that_shares_its_sums_is_how_far_its_sum_moves_all_outputs():
    trained, (tape,) = run({**softmax(1), "batch_size": 150}, 1)
    op, a = trained.spec.layers[1].activation, tape.at("output.a", len(tape))
    jacobian = []
    for unit in np.eye(3):
        op.dz(np.tile(unit, (len(a), 1)), a, dz := np.empty_like(a))
        jacobian.append(dz)

    output = judge({**softmax(1), "batch_size": 150}).layers[1]

    assert output.mean_slope == pytest.approx(np.linalg.norm(jacobian, axis=0).mean())


@pytest.mark.parametrize(("std", "found"), [(1, []), (40, [("saturated_units", "output")])])
def test_an_output_of_which_one_unit_has_it_all_is_saturated(std, found):
    diagnosis = judge(softmax(std), 40)

    assert codes(diagnosis) == found
    assert diagnosis.layers[1].saturated_units == ((0, 1, 2) if found else ())


@pytest.mark.parametrize(
    ("seed", "cure"),
    [
        *((seed, "starting weights from xavier_uniform in output") for seed in (0, 4)),
        (3, "bce instead of mse as the loss"),
    ],
)
def test_another_loss_is_offered_for_an_output_only_if_it_helps_the_loss_that_was_asked_for(seed, cure):
    (finding,) = judge({**softmax(40), "seed": seed}, 40).findings

    was, cured = run({**softmax(40), "seed": seed}, 400)[0], run(finding.fix, 400)[0]

    rows = was.spec.data
    over_data = Evaluation(was, rows.x, rows.y)
    before, after = (over_data(one.variables.parameters, classes=True) for one in (was, cured))
    assert finding.cure == cure
    assert after[0] < before[0] / 2
    assert after[1] > 0.9 > before[1]


def test_many_classes_of_which_none_is_ahead_are_not_saturated():
    layers = [{"units": 60, "activation": "softmax", "init": {"type": "normal", "std": 0.1}}]
    rows = np.random.default_rng(0).normal(size=(60, 4)).tolist()

    (output,) = judge(net(layers=layers, data={"inline": {"x": rows, "y": np.eye(60).tolist()}})).layers

    assert output.mean_slope < 0.02
    assert output.saturated_units == ()


def test_norms_and_the_update_ratio_are_those_of_the_weights_in_the_step():
    spec = net(layers=[{"units": 3, "activation": "tanh"}, {"units": 2, "activation": "softmax"}], frozen=["output.W"])
    _, (tape,) = run(spec, 1)

    hidden, output = judge(spec).layers

    weights, gradient = tape.start["hidden1.W"], tape.at("hidden1.dW", len(tape))
    assert hidden.weight_norm == pytest.approx(np.linalg.norm(weights))
    biases = tape.at("hidden1.db", len(tape))
    assert hidden.weight_gradient_norm == pytest.approx(np.linalg.norm(gradient))
    assert hidden.gradient_norm == pytest.approx(np.hypot(np.linalg.norm(gradient), np.linalg.norm(biases)))
    assert hidden.update_ratio == pytest.approx(0.1 * np.linalg.norm(gradient) / np.linalg.norm(weights))
    assert output.update_ratio is None


def test_slopes_and_dead_units_are_those_of_all_the_data():
    far = {"hidden1.W": [[1, 0], [-1, 0], [0, 0]], "hidden1.b": [0, -2, -1]}  # x₀ > 0 in three rows of five
    layers = [{"name": "hidden1", "units": 3, "activation": "relu"}, {"name": "output", "units": 2}]

    (hidden, _) = judge(net(layers=layers, parameters=far, batch_size=1)).layers

    assert hidden.dead_units == (1, 2)
    assert hidden.mean_slope == pytest.approx(3 / 15)
    assert hidden.saturated_units == ()


def test_units_that_are_off_for_one_batch_only_are_no_finding():
    data = {"inline": {"x": [[-1], [1], [2], [3]], "y": [[0]] * 4}}
    layers = [{"name": "hidden1", "units": 2, "activation": "relu"}, {"name": "output", "units": 1}]

    diagnosis = judge(net(data=data, layers=layers, parameters={"hidden1.W": [[1], [2]]}, batch_size=1))

    assert diagnosis.rows == 4
    assert diagnosis.layers[0].gradient_norm == 0
    assert diagnosis.findings == ()


def test_an_output_that_is_saturated_and_right_is_no_finding():
    spec = {**preset_spec("saturated-output"), "data": {"inline": {"x": [[1]], "y": [[1]]}}}

    diagnosis = judge(spec)

    assert diagnosis.layers[0].saturated_units == (0,)
    assert diagnosis.findings == ()


def test_units_with_the_same_weights_and_other_biases_are_not_alike():
    layers = [{"units": 3, "activation": "tanh", "init": {"type": "constant", "value": 0.5}}, {"units": 2}]

    same = judge(net(layers=layers, parameters={"output.W": [[1, 1, 1], [2, 2, 2]]}))
    pair = judge(net(layers=layers, parameters={"output.W": [[1, 1, 1], [2, 2, 2]], "hidden1.b": [0, 0, 1]}))
    others = judge(net(layers=layers, parameters={"output.W": [[1, 1, 1], [2, 2, 2]], "hidden1.b": [-1, 0, 1]}))
    parting = judge(net(layers=layers, parameters={"output.W": [[1, 2, 3], [2, 3, 1]]}))

    assert same.findings[0].numbers["units"] == [0, 1, 2]
    assert pair.findings[0].numbers["units"] == [0, 1]
    assert others.findings == parting.findings == ()


@pytest.mark.parametrize("weights", [[[1, 2], [-3, 1]], [[1, 2], [2, 4]], [[0, 0], [-3, 1]]])
def test_units_are_held_against_one_another_however_large_a_third_is(weights):
    layers = [{"units": 3, "activation": "relu"}, {"units": 2}]
    off = {"hidden1.b": [0, -9, -9]}  # so that these two have no gradient

    beside_a_large_one = judge(net(layers=layers, parameters={**off, "hidden1.W": [[1e12, 1e12], *weights]}))
    same = judge(net(layers=layers, parameters={**off, "hidden1.W": [[1e12, 1e12], [1, 2], [1, 2]]}))

    assert "symmetric_units" not in dict(codes(beside_a_large_one))
    assert same.findings[0].numbers["units"] == [1, 2]


def test_gradients_are_held_against_one_another_however_large_a_third_s_is():
    layers = [{"units": 3, "activation": "linear", "init": {"type": "constant", "value": 0.5}}, {"units": 1}]

    parting = judge(
        net(layers=layers, parameters={"output.W": [[1e12, 1, 2]]}, data={"inline": {"x": X, "y": [[1]] * 5}})
    )

    assert "symmetric_units" not in dict(codes(parting))


@pytest.mark.parametrize(("dtype", "rounded"), [("float64", 1e-13), ("float32", 1e-6)])
def test_units_that_rounding_alone_has_parted_are_alike(dtype, rounded):
    layers = [{"units": 3, "activation": "tanh"}, {"units": 2}]
    weights = [[0.7, -0.3], [0.7 * (1 + rounded), -0.3 * (1 - rounded)], [0.7 * (1 - rounded), -0.3]]
    parameters = {"hidden1.W": weights, "output.W": [[1, 1, 1], [2, 2, 2]]}

    (finding,) = judge(net(layers=layers, parameters=parameters, dtype=dtype)).findings

    assert finding.numbers["units"] == [0, 1, 2]


def test_the_rate_that_is_offered_is_within_a_bowl_s_bound():
    (finding,) = judge(preset_spec("rate-too-high"), 20).findings
    x = Spec.parse(preset_spec("rate-too-high")).data.x
    curvature = 2 * (x**2).mean()

    assert finding.numbers["loss_after"] > finding.numbers["loss_before"]
    assert finding.fix["optimizer"]["learning_rate"] < 1 / curvature < 2 / curvature < finding.numbers["rate"]


@pytest.mark.parametrize("steps", [1, 3, 6, 9, 14, 25, 60, 100])
@pytest.mark.parametrize("preset", ["momentum-valley", "xor"])
@pytest.mark.parametrize(
    "optimizer",
    [
        {"momentum": 0.9},
        {"type": "adam", "learning_rate": 0.01},
        {"type": "rmsprop", "learning_rate": 0.01},
    ],
    ids=lambda optimizer: optimizer.get("type", "momentum"),
)
def test_an_optimizer_that_swings_is_not_blamed_for_its_rate(preset, optimizer, steps):
    spec = (
        optimized(preset, **optimizer) if "type" not in optimizer else {**preset_spec(preset), "optimizer": optimizer}
    )

    assert codes(judge(spec, steps)) == []


def test_momentum_gets_through_the_valley_hundreds_of_times_deeper():
    (plain, _), (fast, _) = (
        run(preset_spec("momentum-valley"), 100),
        run(optimized("momentum-valley", momentum=0.9), 100),
    )

    assert plain.loss > 0.02
    assert plain.loss / fast.loss > 100


@pytest.mark.parametrize("rate", [1e200, 1.7e308])
def test_the_first_number_that_is_not_finite_is_found_with_its_op_and_tick(rate):
    wild = net(optimizer={"type": "sgd", "learning_rate": rate})
    trained, tapes = run(wild, 50)
    ticks = [(tape.step, i, name) for tape in tapes for i, wrote in enumerate(tape.written) for name in wrote]
    first = next((step, i, name) for step, i, name in ticks if not np.isfinite(tapes[step].written[i][name]).all())

    (finding,) = judge(wild, 50).findings

    numbers = finding.numbers
    assert (finding.code, finding.layer) == ("non_finite", trained.schedule[first[1]].layer)
    assert (numbers["step"], numbers["index"], numbers["tensor"]) == first
    assert numbers["t"] == first[0] * trained.ticks_per_step + first[1] + 1
    assert numbers["op"] == trained.schedule[first[1]].op
    assert f"at t = {numbers['t']}" in finding.cause


def test_a_weight_that_was_lost_long_ago_is_traced_to_its_step():
    layers = [
        {"name": "hidden1", "units": 1, "activation": "relu", "bias": False},
        {"name": "output", "units": 1, "bias": False},
    ]
    spec = {
        "data": {"inline": {"x": [[0.5], [1]], "y": [[0], [0]]}},
        "layers": layers,
        "loss": "mae",
        "optimizer": {"type": "sgd", "learning_rate": 1e150},
        "parameters": {"hidden1.W": [[1]], "output.W": [[1e200]]},
    }
    trained, tapes = run(spec, 40)

    (finding,) = judge(spec, 40).findings

    assert len(tapes) == 40
    assert math.isfinite(trained.loss)
    assert (finding.numbers["step"], finding.numbers["tensor"]) == (0, "hidden1.uW")


def test_a_weight_that_was_lost_in_the_midst_of_a_run_is_traced_to_its_step_too():
    layers = [
        {"name": "hidden1", "units": 1, "activation": "relu", "bias": False},
        {"name": "output", "units": 1, "bias": False},
    ]
    right = 0.5 * 1e200
    spec = {
        "data": {"inline": {"x": [[0.5]] * 12, "y": [*[[right]] * 11, [0]]}},
        "batch_size": 1,
        "layers": layers,
        "loss": "mae",
        "optimizer": {"type": "sgd", "learning_rate": 1e150},
        "parameters": {"hidden1.W": [[1]], "output.W": [[1e200]]},
    }

    (finding,) = judge(spec, 40).findings

    assert (finding.numbers["step"], finding.numbers["tensor"]) == (11, "hidden1.uW")


@pytest.mark.parametrize("activation", ["linear", "tanh", "relu"])
def test_a_loss_of_probabilities_that_was_given_others_says_so_and_the_cure_is_a_loss_that_takes_them(activation):
    layers = [{"units": 3, "activation": "tanh"}, {"units": 1, "activation": activation}]
    spec = net(layers=layers, loss={"type": "bce", "reduction": "sum"}, data={"dataset": "circle"}, batch_size=10)
    trained, tapes = run(spec, 30)

    (finding,) = judge(spec, 30).findings

    said = re.search(r"bce takes probabilities, from 0 to 1, and output\.a\[(\d),0] was (\S+)\.$", finding.cause)
    given = tapes[finding.numbers["step"]].at("output.a", trained.loss_index)[:, 0]
    assert finding.numbers["tensor"] == "loss.terms"
    assert said
    assert int(said[1]) == np.argmax(np.maximum(-given, given - 1))
    assert finding.fix["loss"] == {"type": "bce_with_logits", "reduction": "sum"}
    assert not run(finding.fix, 100)[0].diverged


def test_the_cure_of_a_run_that_diverged_does_not_diverge():
    (finding,) = judge(net(optimizer={"type": "sgd", "learning_rate": 30.0}), 200).findings

    cured, _ = run(finding.fix, 100)

    assert finding.code == "non_finite"
    assert finding.fix["optimizer"]["learning_rate"] < 30
    assert not cured.diverged


def cured(finding):
    """The loss over all rows on the way, with the cure of a finding."""
    trained = Training(Spec.parse(finding.fix))
    over_data = Evaluation(trained, trained.spec.data.x, trained.spec.data.y)
    losses = []
    for _ in range(10):
        losses.append(over_data(trained.variables.parameters, classes=False)[0])
        trained.advance(10 * trained.ticks_per_step)
    return losses


@pytest.mark.parametrize(
    ("dataset", "rate", "seed"),
    [("xor", 30.0, 0), ("spiral", 3.0, 2)],
    ids=["a loss that grows and is finite yet", "a loss that grows until all units are dead"],
)
def test_with_the_cure_of_a_run_that_diverged_the_loss_never_rises_above_where_it_began(dataset, rate, seed):
    layers = [{"units": 8, "activation": "relu"}, {"units": 8, "activation": "relu"}, {"units": 1}]
    data, optimizer = {"dataset": dataset, "samples": 200}, {"type": "sgd", "learning_rate": rate}
    spec = net(data=data, layers=layers, optimizer=optimizer, seed=seed, batch_size=10, shuffle=True)

    (finding,) = judge(spec, 200).findings

    losses = cured(finding)
    assert finding.code == "non_finite"
    assert losses[-1] < losses[0] == max(losses)


def deep(count, rate, **hidden):
    """A network of `count` layers on the circle, with this learning rate."""
    layers = [*({"units": 16, "activation": "relu", **hidden} for _ in range(count - 1)), {"units": 1}]
    optimizer = {"type": "sgd", "learning_rate": rate}
    return net(
        data={"dataset": "circle", "samples": 500}, layers=layers, optimizer=optimizer, batch_size=10, loss="mse"
    )


LARGE = {"init": {"type": "normal", "std": 1}}
OFF = {"hidden1.b": [-90] * 16}


@pytest.mark.parametrize(
    ("spec", "code", "cure"),
    [
        (
            {**deep(3, 0.03), "parameters": OFF},
            "dead_units",
            "leaky_relu instead of relu in hidden1 and hidden2, with starting weights from he_normal",
        ),
        (
            {**deep(4, 0.03), "parameters": OFF},
            "dead_units",
            "a learning rate of 0.003 instead of 0.03; "
            "leaky_relu instead of relu in hidden1, hidden2 and hidden3, with starting weights from he_normal",
        ),
        (
            {**deep(12, 0.03, **LARGE), "parameters": {"hidden5.b": [-1e9] * 16}},
            "dead_units",
            "starting weights from he_normal in hidden1 to hidden4; "
            "leaky_relu instead of relu in hidden5 to hidden11, with starting weights from he_normal; "
            "starting weights from xavier_uniform in output",
        ),
        (
            deep(12, 3, **LARGE),
            "exploding",
            "a learning rate of 0.03 instead of 3; "
            "starting weights from he_normal in hidden1 to hidden11; starting weights from xavier_uniform in output",
        ),
    ],
    ids=["the layers alone", "at a lower rate", "all layers", "an explosion at a lower rate"],
)
def test_a_cure_of_dead_units_or_an_explosion_is_the_mildest_with_which_the_loss_does_not_rise(spec, code, cure):
    finding = next(one for one in judge(spec).findings if one.code == code)

    losses = cured(finding)

    assert finding.cure == cure
    assert losses[-1] < losses[0] == max(losses)


def test_micro_batches_are_diagnosed_as_one_step():
    spec = {**preset_spec("rate-too-high"), "batch_size": 4, "accumulate": 2, "loss": {"type": "mse"}}
    spec["optimizer"] = {"type": "sgd", "learning_rate": 0.4}

    found = codes(judge(spec, 10))

    assert found == [("rate_too_high", "output")]


@pytest.mark.parametrize(
    ("activation", "dead", "saturated"),
    [("relu", (0,), ()), ("leaky_relu", (), (0,)), ("elu", (), (0,)), ("sigmoid", (), (0, 1)), ("gelu", (), (0,))],
)
def test_what_is_dead_and_what_is_saturated_is_read_off_the_slope(activation, dead, saturated):
    layers = [{"name": "hidden1", "units": 2, "activation": activation, "bias": True}, {"name": "output", "units": 2}]
    far = {"hidden1.W": [[0, 0], [0, 0]], "hidden1.b": [-900, 900]}

    hidden = judge(net(layers=layers, parameters=far)).layers[0]

    assert (hidden.dead_units, hidden.saturated_units) == (dead, saturated)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.08216704056423077, "0.08217"),
        (-0.5, "−0.5"),
        (72140.3, "72140"),
        (999_999.7, "1000000"),
        (2_500_000, "2.5e+6"),
        (0.001, "0.001"),
        (0.0009999, "9.999e−4"),
        (-0.0008212, "−8.212e−4"),
        (1e-300, "1e−300"),
        (-0.0, "0"),
        (math.nan, "NaN"),
        (-math.inf, "−∞"),
        (None, "nothing"),
    ],
)
def test_a_number_is_written_as_the_page_writes_it(number, text):
    assert said(number) == text
