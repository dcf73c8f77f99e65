"""What units answer over the plane: where the plane is cut, and that a map is what a forward pass writes."""

import numpy as np
import pytest

from app.engine.errors import InvalidRequest, UnknownLayer
from app.engine.maps import Plane, answering, bounds, check_plane, finest
from tests.engine.nets import X, check_equal, net, record, training


def plane_of(trained, resolution=5, within=None):
    within = within or bounds([trained.spec.data.x], trained.spec.dtype)
    return Plane(trained.graph, trained.schedule, trained.spec.dtype, within, resolution)


def test_the_plane_has_all_rows_and_a_tenth_of_their_side_more_on_each():
    found = bounds([np.array([[0.0, 5.0], [1.0, 7.0]]), np.array([[-1.0, 6.0]])], "float64")

    assert found == {"x": (-1.2, 1.2), "y": (4.8, 7.2)}


def test_a_side_along_which_nothing_differs_is_as_long_as_the_other():
    found = bounds([np.array([[0.0, 3.0], [10.0, 3.0]])], "float64")

    assert found == {"x": (-1.0, 11.0), "y": (-3.0, 9.0)}


def test_around_a_single_point_there_is_a_square():
    found = bounds([np.array([[3.0, -1.0]])], "float64")

    assert found == {"x": pytest.approx((1.8, 4.2)), "y": pytest.approx((-2.2, 0.2))}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "rows",
    [
        [[1e20, 0], [1e20, 1]],
        [[1e9, 0], [1e9 + 1, 1]],
        [[-1.7e308, 0], [1.7e308, 0]],
        [[0, 1e300], [0, 1e300]],
        [[1.7e308, 1.7e308], [1.7e308, 1.7e308]],
    ],
)
def test_whatever_the_rows_are_the_coordinates_are_finite_and_ascend(rows, dtype):
    within = bounds([np.array(rows, float)], dtype)
    plane = plane_of(training(dtype=dtype), 200, within)

    for axis, places in (("x", plane.x), ("y", plane.y)):
        assert np.isfinite(places).all()
        assert (np.diff(places.astype(float) / 2) > 0).all(), f"{axis}: {within[axis]}"
        assert (places[0], places[-1]) == within[axis]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_map_is_what_the_forward_pass_writes_at_each_place(dtype):
    trained = training(dtype=dtype, loss="bce_with_logits", data={"inline": {"x": X, "y": [[0, 1]] * 5}})
    plane = plane_of(trained, 4)
    maps = plane.maps(trained.variables.views)

    rows = [[x, y] for y in plane.y.tolist() for x in plane.x.tolist()]
    there = training(dtype=dtype, loss="bce_with_logits", data={"inline": {"x": rows, "y": [[0, 1]] * 16}})
    there.variables.parameters[...] = trained.variables.parameters
    tape = record(there)

    assert list(maps) == ["hidden1.a", "output.a", "loss.p"]
    for name, values in maps.items():
        assert values.dtype == dtype
        check_equal(values.reshape(16, -1), tape.at(name, 17), name, 1e-12 if dtype == "float64" else 1e-5)
    across = maps["hidden1.a"][0, :, 0]
    assert not np.allclose(across, across[0]), "the columns are x"


def test_the_loss_answers_only_where_it_has_probabilities():
    assert list(answering(training().graph)) == ["hidden1", "output"]


def test_some_layers_can_be_had_alone_and_another_is_unknown():
    trained = training()

    assert list(plane_of(trained).maps(trained.variables.views, ["output"])) == ["output.a"]
    with pytest.raises(UnknownLayer, match=r'"input"\. There are hidden1, output\.') as refused:
        plane_of(trained).maps(trained.variables.views, ["output", "input"])
    assert refused.value.pointer == "layers"


def test_a_plane_that_is_used_again_forgets_the_parameters_before():
    trained = training()
    plane = plane_of(trained)
    before = plane.maps(trained.variables.views)
    trained.advance(3 * trained.ticks_per_step)
    after = plane.maps(trained.variables.views)

    assert np.array_equal(after["output.a"], plane_of(trained).maps(trained.variables.views)["output.a"])
    assert not np.allclose(before["output.a"], after["output.a"])


def test_three_inputs_are_no_plane():
    three = training(data={"inline": {"x": [[1, 2, 3]], "y": [[0, 0]]}})

    check_plane(training().graph)
    with pytest.raises(InvalidRequest, match=r"2 inputs.*this one has 3"):
        check_plane(three.graph)


@pytest.mark.parametrize(("most", "resolution"), [(300, 10), (299, 9), (1, 2)])
def test_no_tensor_has_more_values_than_it_may(most, resolution):
    assert finest(training(**net()).graph, most) == resolution
