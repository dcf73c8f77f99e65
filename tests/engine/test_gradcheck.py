"""The gradient checker: it finds a wrong gradient and says where, and it does not cry wolf at a kink."""

import numpy as np
import pytest

from app.engine.errors import IndexOutOfRange, InvalidRequest, UnknownTensor
from app.engine.gradcheck import PAIRS, check_gradients
from app.engine.ops import Linear
from tests.engine.nets import net, record, training


def check(method="complex_step", names=None, index=None, **changes):
    trained = training(**changes)
    return check_gradients(trained.graph, trained.schedule, record(trained), method, names, index)


def wrong_at(index, factor=1.01):
    """Linear's weight gradient, wrong by one hundredth in one place."""
    right = Linear.dW

    def dW(self, dz, x, dW):
        right(self, dz, x, dW)
        if dW.shape[0] == 3:
            dW[index] *= factor

    return dW


@pytest.mark.parametrize("method", ["complex_step", "central_difference"])
def test_a_right_gradient_is_equal_in_every_number(method):
    checked = check(method)

    assert checked.verdict == "equal"
    assert [tensor.tensor for tensor in checked.tensors] == ["hidden1.dW", "hidden1.db", "output.dW", "output.db"]
    assert [tensor.checked for tensor in checked.tensors] == [6, 3, 6, 2]
    assert all(tensor.relative <= checked.tolerance for tensor in checked.tensors)


@pytest.mark.parametrize("method", ["complex_step", "central_difference"])
def test_a_wrong_gradient_is_found_and_where(method, monkeypatch):
    monkeypatch.setattr(Linear, "dW", wrong_at((2, 1)))

    checked = check(method)

    verdicts = {tensor.tensor: tensor.verdict for tensor in checked.tensors}
    wrong = checked.tensors[0]
    assert checked.verdict == "different"
    assert verdicts.pop("hidden1.dW") == "different"
    assert set(verdicts.values()) == {"equal"}
    assert wrong.worst == wrong.pairs[0].index == (2, 1)
    assert wrong.pairs[0].backward == pytest.approx(1.01 * wrong.pairs[0].numeric)
    assert wrong.absolute == pytest.approx(abs(wrong.pairs[0].numeric) / 100)


def test_a_gradient_that_is_not_a_number_is_different(monkeypatch):
    monkeypatch.setattr(Linear, "dW", wrong_at((1, 0), np.nan))

    wrong = check().tensors[0]

    assert wrong.verdict == "different"
    assert wrong.worst == (1, 0)


def test_the_error_of_central_differences_falls_with_truncation_and_rises_with_rounding():
    curve = check("central_difference").tensors[0].curve

    errors = {round(np.log10(point.h)): point.relative for point in curve}
    best = min(errors, key=errors.get)
    assert list(errors) == list(range(-1, -12, -1))
    assert -7 <= best <= -4
    assert errors[-2] / errors[-1] == pytest.approx(0.01, rel=0.2)
    assert errors[-11] > 1e3 * errors[best]


def test_a_step_size_at_which_every_digit_was_lost_is_not_the_steadiest():
    names, small = ["hidden1.W"], {"output.W": [[1e-9] * 3] * 2}

    (lost,), (exact,) = (
        check(method, names, parameters=small).tensors for method in ("central_difference", "complex_step")
    )

    assert lost.verdict == "equal"
    assert lost.largest == pytest.approx(exact.largest, rel=1e-4)


def test_beside_a_large_number_the_step_is_as_much_larger():
    large = {"output.b": [3e9, 0]}

    checked = check("central_difference", parameters=large, loss="mse")

    bias = next(tensor for tensor in checked.tensors if tensor.parameter == "output.b")
    assert bias.verdict in ("equal", "close")
    assert all(np.isfinite(point.absolute) for point in bias.curve)


def test_only_numbers_that_move_a_sum_near_a_kink_are_skipped():
    layers = [{"name": "hidden1", "units": 2, "activation": "relu"}, {"name": "output", "units": 2}]
    near = {"hidden1.W": [[0, 0], [1, 1]], "hidden1.b": [0.0005, 3]}

    checked = check(layers=layers, parameters=near)

    skipped = {tensor.tensor: tensor.skipped for tensor in checked.tensors}
    assert checked.near_kinks == 5
    assert skipped == {"hidden1.dW": 2, "hidden1.db": 1, "output.dW": 0, "output.db": 0}
    assert checked.verdict == "equal"


def test_where_everything_lies_near_a_kink_the_complex_step_still_tells_its_sides_apart():
    layers = [{"name": "output", "units": 2, "activation": "relu"}]
    near = {"output.W": [[0, 0], [0, 0]], "output.b": [1e-4, 1e-4]}

    checked, refused = (
        check(layers=layers, parameters=near),
        check("central_difference", layers=layers, parameters=near),
    )

    assert checked.near_kinks == 10
    assert checked.verdict == "equal"
    assert [tensor.skipped for tensor in checked.tensors] == [0, 0]
    assert refused.verdict == "skipped"


def test_a_weight_near_the_kink_of_its_own_penalty_is_skipped():
    checked = check(penalty={"l1": 0.1}, parameters={"output.W": [[0.0005, 1, 1], [1, 1, 1]]})

    assert [tensor.skipped for tensor in checked.tensors] == [0, 0, 1, 0]


@pytest.mark.parametrize("method", ["complex_step", "central_difference"])
def test_a_step_s_gradient_is_the_sum_over_its_micro_batches(method):
    checked = check(method, batch_size=2, accumulate=3, penalty={"l2": 0.1})

    assert checked.verdict == "equal"


def test_where_everything_lies_at_a_kink_nothing_is_claimed():
    layers = [{"name": "output", "units": 2, "activation": "relu", "bias": False}]

    checked = check(layers=layers, parameters={"output.W": [[0, 0], [0, 0]]})

    assert checked.verdict == checked.tensors[0].verdict == "skipped"
    assert "kink" in checked.reason
    assert checked.tensors[0].relative is None


def test_what_has_no_complex_step_is_said_and_central_differences_check_it():
    layers = [{"name": "hidden1", "units": 3, "activation": "gelu"}, {"name": "output", "units": 2}]

    refused, checked = check(layers=layers), check("central_difference", layers=layers)

    assert refused.verdict == "not_applicable"
    assert "hidden1 (gelu)" in refused.reason
    assert refused.tensors == ()
    assert checked.verdict == "equal"


def test_a_loss_that_is_not_finite_has_nothing_to_check():
    checked = check(parameters={"output.W": [[1e200] * 3] * 2})

    assert checked.verdict == "not_applicable"
    assert "not finite" in checked.reason


def test_single_precision_is_held_to_its_own_tolerance():
    checked = check(dtype="float32")

    assert checked.verdict == "equal"
    assert checked.tolerance == 1e-5
    assert any(tensor.relative > 1e-9 for tensor in checked.tensors)


def test_parameters_are_named_by_themselves_or_by_their_gradients():
    checked = check(names=["output.dW", "hidden1.b", "output.W"])

    assert [tensor.parameter for tensor in checked.tensors] == ["output.W", "hidden1.b"]


@pytest.mark.parametrize(
    ("names", "error", "pointer"),
    [
        (["output.W", "output.q"], UnknownTensor, "/tensors/1"),
        (["hidden1.dz"], InvalidRequest, "/tensors/0"),
        ([], InvalidRequest, "/tensors"),
    ],
)
def test_what_is_no_parameter_is_refused(names, error, pointer):
    with pytest.raises(error) as refused:
        check(names=names)

    assert refused.value.pointer == pointer


def test_a_large_network_is_checked_at_numbers_spread_evenly():
    rows = np.random.default_rng(0).normal(size=(64, 200)).tolist()
    layers = [{"name": "hidden1", "units": 300, "activation": "tanh"}, {"name": "output", "units": 1}]
    data = {"inline": {"x": rows, "y": [[row[0]] for row in rows]}}

    wide = check(layers=layers, data=data, names=["hidden1.W"]).tensors[0]

    indices = sorted(pair.index for pair in wide.pairs)
    assert wide.verdict == "equal"
    assert wide.entries == 60_000
    assert 20 < wide.checked < 1_000
    assert len(wide.pairs) == PAIRS
    assert indices[0][0] < 100 < 200 < indices[-1][0]


def test_a_number_that_is_asked_for_is_told_of_however_right_it_is():
    layers = [{"units": 40, "activation": "tanh"}, {"units": 2}]
    told, asked = check(layers=layers, names=["hidden1.W"]), check(layers=layers, names=["hidden1.W"], index=(39, 1))
    worst = [pair.index for pair in told.tensors[0].pairs]
    listed = check(layers=layers, names=["hidden1.W"], index=worst[3])

    assert (39, 1) not in worst
    assert [pair.index for pair in asked.tensors[0].pairs] == [*worst, (39, 1)]
    assert asked.tensors[0].checked == told.tensors[0].checked == 80
    assert listed.tensors[0].pairs == told.tensors[0].pairs


def test_of_a_large_network_the_number_that_is_asked_for_is_checked_beside_those_that_are_spread():
    rows = np.random.default_rng(0).normal(size=(64, 200)).tolist()
    layers = [{"name": "hidden1", "units": 300, "activation": "tanh"}, {"name": "output", "units": 1}]
    data = {"inline": {"x": rows, "y": [[row[0]] for row in rows]}}

    (wide,) = check(layers=layers, data=data, names=["hidden1.W"], index=(7, 1)).tensors

    assert wide.pairs[-1].index == (7, 1)


def test_a_number_that_is_asked_for_and_lies_at_a_kink_is_not_told_of():
    layers = [{"name": "hidden1", "units": 2, "activation": "relu"}, {"name": "output", "units": 2}]
    near = {"hidden1.W": [[0, 0], [1, 1]], "hidden1.b": [0.0005, 3]}

    (checked,) = check(layers=layers, parameters=near, names=["hidden1.W"], index=(0, 1)).tensors

    assert checked.skipped == 2
    assert (0, 1) not in [pair.index for pair in checked.pairs]


@pytest.mark.parametrize("method", ["complex_step", "central_difference"])
def test_the_largest_number_says_what_an_error_is_measured_by(method):
    small = check(method, names=["hidden1.W"], parameters={"output.W": [[1e-6] * 3] * 2}).tensors[0]
    plain = check(method, names=["hidden1.W"]).tensors[0]

    assert plain.largest == max(abs(pair.numeric) for pair in plain.pairs)
    assert plain.relative == plain.absolute / plain.largest
    assert 0 < small.largest < 1e-5
    assert small.relative == small.absolute / 1e-4


@pytest.mark.parametrize(
    ("names", "index", "error"),
    [
        (["hidden1.W"], (3, 0), IndexOutOfRange),
        (["hidden1.W"], (0,), InvalidRequest),
        (["hidden1.W", "output.W"], (0, 0), InvalidRequest),
        (None, (0, 0), InvalidRequest),
    ],
)
def test_an_index_that_is_none_of_one_tensor_is_refused(names, index, error):
    with pytest.raises(error) as refused:
        check(names=names, index=index)

    assert refused.value.pointer == "/index"


def test_the_session_s_numbers_are_untouched_by_a_check():
    trained = training(**net())
    tape = record(trained)
    before = trained.variables.kept.copy()

    check_gradients(trained.graph, trained.schedule, tape, "central_difference")

    assert np.array_equal(trained.variables.kept, before)
