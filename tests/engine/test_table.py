"""The table itself: nothing is without a row, no row is without effect, and what holds for every row."""

import numpy as np
import pytest

from app.engine import ops
from app.engine.errors import BackscopeError, InvalidRequest
from app.engine.ops import Activation, Loss, Op
from app.engine.spec import Spec
from tests.engine.nets import X, Y, check_equal, fitting, net, targets
from tests.engine.proofs import Alone, check_adjoint, check_kink, drawn_inputs
from tests.engine.table import ACTIVATION_ROWS, LISTS, LOSS_ROWS, OPS, SCHEDULE_ROWS, TABLE

BY_NAME = {"ids": lambda row: getattr(row, "name", None)}
every_row = pytest.mark.parametrize("row", TABLE, **BY_NAME)
every_op = pytest.mark.parametrize("row", [row for row in TABLE if issubclass(row.thing, Op)], **BY_NAME)
KINKS = [(row, kink) for row in TABLE for kink in row.kinks]


def subclasses(kind):
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


def test_every_op_has_a_row():
    named = {one for one in subclasses(Op) if one.__module__.startswith(ops.__name__) and one not in (Activation, Loss)}

    assert named == {row.thing for row in TABLE if issubclass(row.thing, Op)}


@pytest.mark.parametrize("kind", LISTS)
def test_everything_that_can_be_chosen_by_name_has_one_row(kind):
    registry, rows = LISTS[kind]

    assert [row.name for row in rows] == registry.names()


@every_row
def test_every_hyper_parameter_is_tried_with_another_value_than_its_default(row):
    for field in row.thing.fields:
        values = [options[field.name] for options in row.others if field.name in options]
        assert [value for value in values if value != field.default], field.name


@every_row
def test_a_row_states_pytorch_s_counterpart(row):
    assert row.torch


def test_only_gelu_has_no_complex_step():
    assert {row.name for row in TABLE if not row.complex_step} == {"gelu"}


@every_op
def test_the_gradients_of_an_op_are_the_transpose_of_its_derivative(row):
    check_adjoint(row)


@pytest.mark.parametrize(("row", "kink"), KINKS, **BY_NAME)
def test_at_a_kink_value_and_slope_are_pytorch_s(row, kink):
    check_kink(row, kink)


@pytest.mark.parametrize(("row", "kink"), [one for one in KINKS if issubclass(one[0].thing, Activation)], **BY_NAME)
def test_at_a_kink_of_an_activation_the_complex_step_has_its_slope_too(row, kink):
    alone = Alone(row, kink.options, {"z": np.full((1, 1), kink.at[0])})

    check_equal(alone.along("z", np.ones((1, 1)))["a"], [[kink.slope]], row.name)


@pytest.mark.parametrize("row", [*ACTIVATION_ROWS, *LOSS_ROWS], **BY_NAME)
def test_what_has_a_kink_has_its_convention_and_its_point_in_the_row(row):
    op, generator = row.thing(), np.random.default_rng(0)
    inputs = {"z": np.array([[0.0, 20.0]])} if "z" in op.inputs else drawn_inputs(op, {}, 2, generator)

    kinked = bool(np.isfinite(op.to_kink(*(inputs[letter] for letter in op.inputs))).any())

    assert kinked == bool(op.convention) == bool(row.kinks)


@every_op
def test_what_says_that_it_has_no_complex_step_has_none(row):
    assert row.thing.complex_safe == row.complex_step
    if not row.complex_step:
        with pytest.raises(TypeError, match="complex"):
            Alone(row, {}, {letter: np.ones((1, 1), complex) for letter in row.thing.inputs})


def spec_of(row, options, **more):
    """The JSON of a network that uses the row's thing with these hyper-parameters."""
    given = {"type": row.name, **options}
    if issubclass(row.thing, Loss):
        layers = fitting(row.name, [{"units": 3, "activation": "tanh"}, {"units": 2}])
        data = {"inline": {"x": X, "y": targets(row.name, Y)}}
        return net(**{"layers": layers, "loss": given, "data": data, **more})
    if issubclass(row.thing, Activation):
        layers = [{"name": "hidden1", "units": 3, "activation": given}, {"name": "output", "units": 2}]
        return net(**{"layers": layers, **more})
    if row in OPS:
        return net(**more)
    optimizer = {"type": "sgd", "schedule": given} if row in SCHEDULE_ROWS else given
    return net(optimizer=optimizer, **more)


REFUSED = [(row, refused) for row in TABLE for refused in row.refused]


@pytest.mark.parametrize(("row", "refused"), REFUSED, **BY_NAME)
def test_what_a_row_refuses_is_an_error_that_points_at_it(row, refused):
    with pytest.raises(BackscopeError) as error:
        Spec.parse(spec_of(row, refused.options, **refused.spec))

    assert type(error.value) is refused.error
    wanted = [f"/{name}" for name in (*refused.options, *refused.spec)]
    assert any(name in error.value.pointer for name in wanted), error.value.pointer


@pytest.mark.parametrize("row", [row for row in TABLE if row not in OPS], **BY_NAME)
def test_no_hyper_parameter_takes_what_is_out_of_its_range_or_of_another_kind(row):
    for field in row.thing.fields:
        wrong = [{"a": 1}, [1, 2, 3]]
        wrong += [bound - 1 for bound in (field.minimum, field.above) if bound is not None and field.kind is not tuple]
        wrong += [bound + 1 for bound in (field.maximum, field.below) if bound is not None and field.kind is not tuple]
        wrong += [field.above] if field.above is not None else []
        for value in wrong:
            with pytest.raises(InvalidRequest) as error:
                Spec.parse(spec_of(row, {field.name: value}))
            assert f"/{field.name}" in error.value.pointer
    with pytest.raises(InvalidRequest, match="unknown field"):
        Spec.parse(spec_of(row, {"no_such_field": 1}))


@pytest.mark.parametrize("row", [row for row in TABLE if row not in OPS], **BY_NAME)
def test_a_spec_says_again_what_a_row_tries(row):
    kind = next(kind for kind, (_, rows) in LISTS.items() if row in rows)
    for options in row.tried:
        again = Spec.parse(spec_of(row, options)).json()
        within = {**again["layers"][0], **again, "schedule": again["optimizer"]["schedule"]}

        assert Spec.parse(again).json() == again
        if row.thing.fields:
            assert within[kind].items() >= {"type": row.name, **without_pairs(options)}.items()
        else:
            assert within[kind] == row.name


def without_pairs(options):
    """Hyper-parameters that a spec gives back as they are; a schedule comes back with its defaults."""
    return {name: value for name, value in options.items() if not isinstance(value, (list, dict))}
