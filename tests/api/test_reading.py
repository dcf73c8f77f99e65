"""The graph, windows of tensors, large tensors, and predictions."""

import numpy as np
import pytest

from tests.engine.nets import X, check_equal, net


def test_the_graph_names_layers_tensors_ops_and_ticks(mazur):
    graph = mazur.get("/graph")

    assert [(layer["name"], layer["type"], layer["activation"], layer["shape"]) for layer in graph["layers"]] == [
        ("input", "input", None, [None, 2]),
        ("hidden1", "dense", "sigmoid", [None, 2]),
        ("output", "dense", "sigmoid", [None, 2]),
        ("loss", "loss", "half_squared_error", [None, 1]),
    ]
    assert [(op["name"], op["type"], op["inputs"], op["outputs"]) for op in graph["ops"]] == [
        ("hidden1.z", "linear", ["input.a", "hidden1.W", "hidden1.b"], ["hidden1.z"]),
        ("hidden1.a", "sigmoid", ["hidden1.z"], ["hidden1.a"]),
        ("output.z", "linear", ["hidden1.a", "output.W", "output.b"], ["output.z"]),
        ("output.a", "sigmoid", ["output.z"], ["output.a"]),
        ("loss.value", "half_squared_error", ["output.a", "target.y"], ["loss.terms", "loss.value"]),
    ]
    assert len(graph["schedule"]) == 15


def test_a_layer_of_the_graph_has_its_gradients_updates_and_optimizer_state_with_it(api):
    made = api.create({"preset": "mazur", "optimizer": {"type": "adam"}, "frozen": []})

    layers = {layer["name"]: set(layer["tensors"]) for layer in made.get("/graph")["layers"]}

    own = {"W", "b", "z", "a", "dW", "db", "dz", "da", "uW", "ub", "mW", "mb", "vW", "vb"}
    assert layers["hidden1"] == {f"hidden1.{name}" for name in own}
    assert layers["output"] == {f"output.{name}" for name in own}
    assert layers["input"] == {"input.a"}


def test_every_tensor_of_the_graph_has_its_role_and_is_in_every_frame(mazur):
    mazur.advance("op", 3)

    tensors = {tensor["name"]: tensor for tensor in mazur.get("/graph")["tensors"]}

    roles = {name: tensor["role"] for name, tensor in tensors.items()}
    assert {name for name, role in roles.items() if role == "parameter"} == {
        "hidden1.W", "hidden1.b", "output.W", "output.b",
    }  # fmt: skip
    assert {name for name, role in roles.items() if role == "update"} == {"hidden1.uW", "output.uW"}
    assert {name for name, role in roles.items() if role == "data"} == {"input.a", "target.y"}
    assert {name for name, role in roles.items() if role == "loss"} == {"loss.terms", "loss.value"}
    assert all(tensor["gradient_of"] in tensors for tensor in tensors.values() if tensor["role"] == "gradient")
    assert tensors["output.dW"]["gradient_of"] == "output.W"
    assert tensors["hidden1.z"]["shape"] == [None, 2]
    assert list(mazur.frame(3)) == list(tensors)


def test_every_line_of_the_schedule_has_its_formula_its_sentence_and_its_code(mazur):
    for tick in mazur.get("/graph")["schedule"]:
        assert tick["latex"]
        assert "$" not in tick["latex"]
        assert tick["text"]
        assert set(tick["code"]) == {"numpy", "pytorch"}
        assert all(line and "$" not in line for line in tick["code"].values())


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ({}, X),
        ({"rows": "1:3"}, X[1:3]),
        ({"cols": "1:2"}, [row[1:2] for row in X]),
        ({"rows": "4:5", "cols": "0:1"}, [[X[4][0]]]),
    ],
)
def test_a_tensor_comes_whole_or_as_a_window(api, query, values):
    tensor = api.create(net()).get("/tensors/input.a", **query)

    assert tensor["values"] == values
    assert tensor["shape"] == [len(values), len(values[0])]
    assert {key: tensor[key] for key in ("rows", "cols") if key in tensor} == {
        key: [int(part) for part in window.split(":")] for key, window in query.items()
    }


def test_a_scalar_is_a_tensor_without_a_shape(mazur):
    mazur.advance("op", 5)

    tensor = mazur.get("/tensors/loss.value")

    assert (tensor["shape"], tensor["values"], tensor["t"]) == ([], 0.2983711087600027, 5)


def test_a_tensor_can_be_read_at_any_moment(mazur):
    mazur.advance("batch", 2)

    assert mazur.values("output.W", t=0) == [[0.4, 0.45], [0.5, 0.55]]
    assert mazur.values("output.W", t=15) == mazur.frame(15)["output.W"]["values"]
    assert mazur.values("output.W") == mazur.frame(30)["output.W"]["values"] != mazur.values("output.W", t=15)


@pytest.fixture
def wide(api_with):
    """A network whose first weights have 1,500 values, on a server that sends no more than 1,024 in full."""
    return api_with(tensor_values=1_024).create(net(layers=[{"name": "hidden1", "units": 750}, {"units": 2}]))


def test_a_large_tensor_comes_as_its_summary_and_its_address(wide):
    large = wide.frame(0)["hidden1.W"]

    values = [value for row in wide.values("hidden1.W") for value in row]
    assert set(large) == {"shape", "summary", "href"}
    assert large["shape"] == [750, 2]
    assert large["summary"]["min"] == min(values)
    assert large["summary"]["max"] == max(values)
    assert large["summary"]["mean"] == pytest.approx(sum(values) / 1_500, rel=1e-12)
    assert large["summary"]["norm"] == pytest.approx(sum(value**2 for value in values) ** 0.5, rel=1e-12)
    assert large["summary"]["nonfinite"] == 0


def test_the_address_of_a_large_tensor_leads_to_its_values_at_that_moment(wide):
    wide.advance("batch")
    first, now = wide.frame(0)["hidden1.W"], wide.frame(wide.ticks_per_step)["hidden1.W"]

    values = [wide.api.get(large["href"].removeprefix("/api/v1")).json()["values"] for large in (first, now)]

    assert values[0] == wide.values("hidden1.W", t=0)
    assert values[1] == wide.values("hidden1.W") != values[0]


def test_a_large_tensor_s_record_is_a_summary_too(wide):
    records = wide.advance("batch", **{"return": "ticks"})["ticks"]

    written = {name: tensor for record in records for name, tensor in record["writes"].items()}
    assert "summary" in written["hidden1.dW"]
    assert "values" in written["hidden1.db"]


def test_a_large_tensor_of_huge_and_infinite_numbers_has_a_summary(api_with):
    layers = [{"name": "hidden1", "units": 750}, {"units": 2}]
    wide = api_with(tensor_values=1_024).create(net(layers=layers, optimizer={"type": "sgd", "learning_rate": 1e200}))
    head = wide.advance("batch", 100)["session"]

    frames = [wide.frame(t) for t in range(wide.ticks_per_step, head["t"] + 1)]

    summaries = [frame["hidden1.W"]["summary"] for frame in frames]
    assert summaries[0]["norm"] == pytest.approx(1e201, rel=100)
    assert summaries[-1]["nonfinite"] > 0


def test_a_prediction_is_what_the_forward_pass_would_write(mazur):
    mazur.advance("batch", 3)
    mazur.advance("op", 4)

    tensors = mazur.api.post(f"{mazur.path}/predictions", {"x": [[0.05, 0.1], [1, 2]]}).json()["tensors"]

    assert list(tensors) == ["input.a", "hidden1.z", "hidden1.a", "output.z", "output.a"]
    for name in ("hidden1.z", "output.a"):
        check_equal(tensors[name]["values"][:1], mazur.values(name), name)
    assert tensors["output.a"]["shape"] == [2, 2]


def test_a_prediction_uses_the_parameters_at_the_head_and_changes_nothing(mazur):
    before = mazur.head
    body = {"x": [[0.3, -0.4]]}
    first = mazur.api.post(f"{mazur.path}/predictions", body).json()
    assert mazur.head == before

    mazur.advance("batch", 5)
    later = mazur.api.post(f"{mazur.path}/predictions", body).json()
    mazur.rewind(to=0)
    again = mazur.api.post(f"{mazur.path}/predictions", body).json()

    assert later["tensors"] != first["tensors"] == again["tensors"]
    assert later["t"] == 75


def test_a_prediction_in_the_middle_of_a_step_does_not_disturb_it(api):
    disturbed, other = (api.create(net(batch_size=2)) for _ in range(2))
    disturbed.advance("op", 3)

    api.post(f"{disturbed.path}/predictions", {"x": [[9, 9]] * 2})
    disturbed.advance("batch")
    other.advance("batch")

    assert disturbed.head["state_sha256"] == other.head["state_sha256"]


def test_a_float32_number_is_the_same_double_wherever_it_is_read(api):
    session = api.create({"preset": "mazur", "dtype": "float32"})
    tick = session.advance("batch")["ticks"][9]["writes"]["hidden1.da"]["values"]

    value = session.frame(10)["hidden1.da"]["values"][0][1]

    assert (
        value == tick[0][1] == session.values("hidden1.da", t=10)[0][1] == session.explain("hidden1.da", 0, 1)["value"]
    )
    assert np.float32(value) == value


def test_the_rows_come_in_their_order_with_targets_as_the_loss_wants_them(api):
    rows = {"inline": {"x": [[0, 1], [2, 3], [4, 5]], "y": [0, 1, 1]}}
    session = api.create(net(data=rows, layers=[{"units": 1}], loss="hinge", batch_size=1, shuffle=True))
    session.advance("epoch", 2)

    data = session.get("/data")

    assert data.pop("session") == session.head
    assert data == {
        "rows": 3,
        "test_rows": 0,
        "x": {"shape": [3, 2], "values": [[0, 1], [2, 3], [4, 5]]},
        "y": {"shape": [3, 1], "values": [[-1], [1], [1]]},
        "test_x": None,
        "test_y": None,
        "classes": 2,
        "input_names": None,
        "class_names": None,
    }


def test_rows_that_are_held_out_are_told_apart_from_those_that_are_learned_from(api):
    data = api.create("circle").get("/data")

    parts = [(data["rows"], data["x"], data["y"]), (data["test_rows"], data["test_x"], data["test_y"])]
    assert sum(rows for rows, _, _ in parts) == 200
    for rows, x, y in parts:
        assert (x["shape"], y["shape"]) == ([rows, 2], [rows, 1])
    learned, held = ({tuple(row) for row in x["values"]} for _, x, _ in parts)
    assert not learned & held


def test_every_row_of_a_batch_is_one_of_the_data_to_the_last_bit_also_in_float32(api):
    session = api.create({"preset": "moons", "dtype": "float32"})
    data = session.get("/data")

    known = {tuple(row): target for row, target in zip(data["x"]["values"], data["y"]["values"], strict=True)}
    for row, target in zip(session.values("input.a"), session.values("target.y"), strict=True):
        assert known[tuple(row)] == target


def test_of_more_rows_than_an_answer_takes_the_first_come_and_how_many_there_are(api_with):
    session = api_with(tensor_values=1_024).create("digits")

    data = session.get("/data")

    assert data["rows"] > 16
    assert (data["x"]["shape"], data["y"]["shape"]) == ([16, 64], [16])
    assert (data["classes"], data["test_x"]["shape"]) == (10, [16, 64])
