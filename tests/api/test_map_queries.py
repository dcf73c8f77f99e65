"""Maps over HTTP: which parameters they are made with, where the plane is cut, and what is refused."""

import numpy as np
import pytest

from tests.api.problems import check_problem
from tests.engine.nets import X, check_equal, net


@pytest.fixture
def placed(api):
    """A session that steps on an example that is one of a map's places, and the row and column of that."""
    session = api.create(net())
    maps = session.get("/maps", resolution=7)
    sample = {"x": [maps["x"][5], maps["y"][2]], "y": [0.3, -0.2]}
    assert api.request("PUT", f"{session.path}/sample", json=sample).status_code == 200
    return session, (2, 5)


def test_at_every_tick_a_map_has_what_the_frame_has_for_the_same_inputs(placed):
    session, place = placed
    session.advance("batch", 2)

    for t in range(2 * session.ticks_per_step + 1):
        maps, frame = session.get("/maps", t=t, resolution=7)["tensors"], session.frame(t)
        for name in ("hidden1.a", "output.a"):
            if frame[name] is not None:
                check_equal([np.array(maps[name]["values"])[place]], frame[name]["values"], f"{name} at {t}")


def test_before_the_first_tick_and_right_after_an_edit_a_map_has_the_present_parameters(placed):
    session, (row, column) = placed
    before = session.get("/maps", resolution=7)["tensors"]["output.a"]["values"]
    edits = {"edits": [{"tensor": "output.b", "index": [1], "value": 5}]}
    assert session.api.request("PATCH", f"{session.path}/parameters", json=edits).status_code == 200
    after = session.get("/maps", resolution=7)["tensors"]["output.a"]["values"]

    assert np.array(after)[..., 1] == pytest.approx(np.array(before)[..., 1] + 5, abs=1e-12)
    predicted = session.api.post(f"{session.path}/predictions", {"x": [session.get("")["sample"]["x"]]}).json()
    check_equal([after[row][column]], predicted["tensors"]["output.a"]["values"])


def test_a_map_has_a_row_a_height_a_column_a_place_along_x_and_a_number_a_unit(api):
    maps = api.create(net()).get("/maps", resolution=5)

    assert maps["tensors"]["hidden1.a"]["shape"] == [5, 5, 3]
    assert np.shape(maps["tensors"]["hidden1.a"]["values"]) == (5, 5, 3)
    assert (len(maps["x"]), len(maps["y"]), maps["resolution"]) == (5, 5, 5)
    assert (maps["x"], maps["y"]) == (sorted(maps["x"]), sorted(maps["y"]))
    assert maps["bounds"] == {"x": [maps["x"][0], maps["x"][-1]], "y": [maps["y"][0], maps["y"][-1]]}


def test_the_plane_is_the_same_at_every_moment_and_has_the_rows_that_are_held_out(api):
    held = api.create(net(data={"inline": {"x": [*X, [3, -4]], "y": [[0, 0]] * 6}, "test_fraction": 0.5}))
    held.advance("epoch", 3)

    first, last = (held.get("/maps", t=t)["bounds"] for t in (0, held.head["t"]))

    assert first == last
    assert first["x"] == pytest.approx([-0.7 - 0.37, 3 + 0.37])
    assert first["y"] == pytest.approx([-4 - 0.48, 0.8 + 0.48])


def test_the_plane_reaches_to_the_example_that_is_stepped_on_and_back(api):
    session = api.create(net())
    narrow = session.get("/maps")["bounds"]
    api.request("PUT", f"{session.path}/sample", json={"x": [9, 0], "y": [0, 0]})
    wide = session.get("/maps")["bounds"]
    api.request("DELETE", f"{session.path}/sample")

    assert wide["x"][1] > 9 > narrow["x"][1]
    assert wide["y"] == narrow["y"]
    assert session.get("/maps")["bounds"] == narrow


def test_probabilities_are_the_answer_of_the_loss(api):
    session = api.create("circle")

    maps = session.get("/maps", layers="loss,output")["tensors"]

    assert list(maps) == ["output.a", "loss.p"]
    logits = np.array(maps["output.a"]["values"])
    check_equal(maps["loss.p"]["values"], 1 / (1 + np.exp(-logits)))


def test_forty_places_a_side_are_left_out_or_as_many_as_the_server_gives(api, api_with):
    small = api_with(tensor_values=1_024).create(net())

    assert api.create(net()).get("/maps")["resolution"] == 40
    assert small.get("/maps")["resolution"] == 18
    refused = small.api.get(f"{small.path}/maps?resolution=19")
    problem = check_problem(refused, "count_too_large")
    assert problem["errors"][0]["pointer"] == "resolution"
    assert "at most 18" in problem["detail"]


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("resolution=1", "invalid_request", "resolution"),
        ("resolution=201", "invalid_request", "resolution"),
        ("layers=output,hiden1", "unknown_layer", "layers"),
        ("layers=loss", "unknown_layer", "layers"),
        ("t=1", "moment_not_reached", None),
    ],
)
def test_what_there_is_not_is_refused(api, query, code, pointer):
    session = api.create(net())

    problem = check_problem(api.get(f"{session.path}/maps?{query}"), code)

    assert [error["pointer"] for error in problem["errors"]] == ([pointer] if pointer else [])


def test_a_network_with_four_inputs_has_no_maps_and_is_told_so(api):
    iris = api.create("iris")

    problem = check_problem(api.get(f"{iris.path}/maps"), "invalid_request")

    assert "2 inputs" in problem["detail"]
    assert "has 4" in problem["detail"]


def test_looking_at_maps_moves_nothing(api):
    looked, other = api.create(net(batch_size=2)), api.create(net(batch_size=2))
    looked.advance("op", 4)
    before = looked.head

    looked.get("/maps", t=2)

    assert looked.head == before
    looked.advance("batch", 3)
    other.advance("batch", 3)
    assert looked.head["state_sha256"] == other.head["state_sha256"]


def test_numbers_that_are_not_finite_are_texts_in_a_map_too(api):
    parameters = {"hidden1.b": [9, 9, 9], "output.W": [[3e38] * 3, [-3e38] * 3]}
    wild = api.create(net(dtype="float32", parameters=parameters))

    values = wild.get("/maps", resolution=2)["tensors"]["output.a"]["values"]

    assert values == [[["Infinity", "-Infinity"]] * 2] * 2
