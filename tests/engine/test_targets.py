"""Class targets become what the loss wants; rows are taken as given, except 0/1 rows for hinge."""

import pytest

from app.engine.errors import BackscopeError, IncompatibleLoss, InvalidSpec, NetworkTooLarge
from app.engine.spec import Spec
from tests.engine.nets import net


def targets(loss, y, outputs):
    layers = [{"units": outputs}]
    return Spec.parse(
        net(layers=layers, loss=loss, data={"inline": {"x": [[0.5, 1]] * len(y), "y": y}})
    ).data.y.tolist()


@pytest.mark.parametrize(
    ("loss", "y", "outputs", "wanted"),
    [
        ("hinge", [0, 1, 1], 1, [[-1], [1], [1]]),
        ("hinge", [[0], [1]], 1, [[-1], [1]]),
        ("hinge", [0, 2], 3, [[1, -1, -1], [-1, -1, 1]]),
        ("hinge", [[0, 1], [1, 0]], 2, [[-1, 1], [1, -1]]),
        ("hinge", [[-1], [1]], 1, [[-1], [1]]),
        ("hinge", [[0.5, 1], [-1, 1]], 2, [[0.5, 1], [-1, 1]]),
        ("bce", [0, 1], 1, [[0], [1]]),
        ("bce", [[0.25], [1]], 1, [[0.25], [1]]),
        ("mae", [0.5, 3], 1, [[0.5], [3]]),
        ("huber", [1, 0], 2, [[0, 1], [1, 0]]),
        ("cross_entropy", [2, 0], 3, [2, 0]),
        ("cross_entropy", [[0, 0, 1], [1, 0, 0]], 3, [2, 0]),
    ],
)
def test_targets_become_what_the_loss_wants(loss, y, outputs, wanted):
    assert targets(loss, y, outputs) == wanted


@pytest.mark.parametrize("loss", ["bce", "bce_with_logits", "hinge"])
def test_a_class_that_is_neither_0_nor_1_is_refused_for_one_output(loss):
    with pytest.raises(IncompatibleLoss, match=r"targets\[1\]: expected 0 or 1 for \w+ .*, got 2") as refused:
        targets(loss, [0, 2], 1)

    assert refused.value.pointer == "/data/inline/y/1"


@pytest.mark.parametrize("row", [[0.5, 0.5], [1, 1], [0, 0], [-1, 1], [2, -1]])
def test_a_row_that_names_no_class_is_refused_where_the_loss_wants_one(row):
    with pytest.raises(IncompatibleLoss, match=r"a row with one 1 and else 0, got \[") as refused:
        targets("cross_entropy", [[0, 1], row], 2)

    assert refused.value.pointer == "/data/inline/y/1"


@pytest.mark.parametrize("wrong", [2, -1, 0.5])
def test_a_class_that_the_network_has_no_output_for_is_refused(wrong):
    with pytest.raises(InvalidSpec, match=rf"targets\[1\]: expected a class from 0 to 1, got {wrong}") as refused:
        targets("cross_entropy", [0, wrong], 2)

    assert refused.value.pointer == "/data/inline/y/1"


def test_classes_of_more_numbers_than_are_held_are_refused_before_they_are_made():
    given = net(data={"inline": {"x": [[1]] * 600, "y": [0] * 600}}, layers=[{"units": 4_000}])

    with pytest.raises(NetworkTooLarge, match="at most 2000000 numbers, got 600 × 4000"):
        Spec.parse(given)


def named(names, y=(0, 1, 1), loss="cross_entropy", outputs=3):
    inline = {"x": [[0.5, 1]] * len(y), "y": list(y), **names}
    return Spec.parse(net(layers=[{"units": outputs}], loss=loss, data={"inline": inline}))


def test_given_rows_may_name_their_inputs_and_classes_and_a_spec_keeps_the_names():
    spec = named({"input_names": ["age", "income"], "class_names": ["no", "perhaps", "yes"]})

    assert spec.data.input_names == ("age", "income")
    assert spec.data.class_names == ("no", "perhaps", "yes")
    assert Spec.parse(spec.json()).data.class_names == ("no", "perhaps", "yes")
    assert spec.json()["data"]["inline"]["input_names"] == ["age", "income"]
    assert list(named({}).json()["data"]["inline"]) == ["x", "y"]


def test_names_say_how_many_classes_there_are():
    assert named({"class_names": ["no", "yes"]}).data.classes == 2
    assert named({}).data.classes == 3


@pytest.mark.parametrize(
    ("names", "pointer", "says"),
    [
        ({"input_names": ["age"]}, "input_names", "expected 2 names, one an input, got 1"),
        ({"input_names": "age"}, "input_names", 'expected a list of texts, got "age"'),
        ({"input_names": ["age", ""]}, "input_names/1", r"input_names\[1\]: expected a text of 1 to 201"),
        ({"class_names": ["no", 1]}, "class_names/1", r"class_names\[1\]: expected a text .*, got 1"),
        ({"class_names": ["no"]}, "class_names", "expected at least 2, got 1"),
    ],
)
def test_names_that_do_not_fit_the_rows_are_refused_with_their_place(names, pointer, says):
    with pytest.raises(BackscopeError, match=says) as refused:
        named(names)

    assert refused.value.pointer == f"/data/inline/{pointer}"


def test_targets_that_have_names_are_the_indices_of_classes():
    names = {"class_names": ["low", "high"]}

    with pytest.raises(InvalidSpec, match=r"targets\[1\]: .* one of 2 classes that have names, got 2") as refused:
        named(names, y=(0, 2, 1))
    assert refused.value.pointer == "/data/inline/y/1"
    with pytest.raises(InvalidSpec, match="got rows of numbers"):
        named(names, y=([0.5], [2], [7]), loss="mse", outputs=1)
    with pytest.raises(InvalidSpec, match="4 classes want 4 outputs for cross_entropy, got 3"):
        named({"class_names": list("abcd")})
    assert named(names, outputs=1, loss="bce").data.y.tolist() == [[0], [1], [1]]
