"""What a change would give, before it is made."""

import pytest

from tests.api.changes import change, edit, edited
from tests.api.problems import check_problem
from tests.engine.nets import X, net

MOMENTUM = {"type": "sgd", "learning_rate": 0.1, "momentum": 0.5}


@pytest.mark.parametrize(("method", "path"), [("PATCH", "/parameters"), ("POST", "/previews")])
def test_edits_that_are_too_many_are_told_how_many_they_may_be(api, mazur, method, path):
    edits = [{"tensor": "output.b", "index": [0], "value": 1}] * 10_001

    problem = check_problem(api.request(method, mazur.path + path, json={"edits": edits}), "invalid_request")

    assert problem["detail"] == "edits: expected at most 10000, got 10001"


def test_a_preview_is_the_frame_that_an_edit_would_give_and_changes_nothing(api):
    session = api.create(net(batch_size=2, shuffle=True, optimizer=MOMENTUM))
    before = session.advance("op", 50)["session"]
    edits = [edit("hidden1.W", [0, 1], 0.7)]

    inside, whole = (change(session, "POST", "/previews", {"edits": edits, "t": t}) for t in (45, 34))

    assert inside["session"] == before == session.head
    edited(session, *edits, at=45)
    session.advance("op", 11)
    assert inside["tensors"] == session.frame(45)
    edited(session, *edits, at=17)
    session.advance("op", 17)
    assert whole["tensors"] == session.frame(34)
    assert None not in whole["tensors"].values()


def test_a_preview_of_an_example_is_the_frame_that_stepping_on_it_would_give(api):
    session = api.create(net(batch_size=2, shuffle=True, optimizer=MOMENTUM))
    before = session.advance("op", 50)["session"]
    sample, edits = {"x": [1, 2], "y": [0.5, 0.25]}, [edit("output.b", [0], 3)]

    alone = change(session, "POST", "/previews", {"sample": sample, "t": 45})
    edited_too = change(session, "POST", "/previews", {"sample": sample, "edits": edits, "t": 45})
    with_no_edit = change(session, "POST", "/previews", {"sample": sample, "edits": [], "t": 45})

    assert alone["session"] == before == session.head
    assert alone["tensors"]["input.a"] == {"shape": [1, 2], "values": [[1.0, 2.0]]}
    assert with_no_edit["tensors"] == alone["tensors"]
    change(session, "PUT", "/sample", {**sample, "at": 45})
    session.advance("op", 11)
    assert alone["tensors"] == session.frame(45)
    edited(session, *edits)
    session.advance("op", 11)
    assert edited_too["tensors"] == session.frame(45)


@pytest.mark.parametrize(
    ("code", "body", "pointer"),
    [
        ("invalid_request", {}, ""),
        ("invalid_request", {"t": 0}, ""),
        ("invalid_request", {"sample": {"x": [1, 2]}}, "/sample/y"),
        ("invalid_request", {"sample": {"x": [1, 2], "y": [0, 1], "at": 0}}, "/sample/at"),
        ("shape_mismatch", {"sample": {"x": [1], "y": [0, 1]}}, "/sample/x"),
        ("shape_mismatch", {"sample": {"x": [1, 2], "y": [0, 1, 2]}}, "/sample/y"),
        ("invalid_request", {"sample": {"x": [1, "2"], "y": [0, 1]}}, "/sample/x/1"),
        ("invalid_request", {"sample": {"x": [1, 2], "y": [2]}}, "/sample/y/0"),
        ("incompatible_loss", {"sample": {"x": [1, 2], "y": [0.5, 0.5]}}, "/sample/y/0"),
        ("unknown_tensor", {"sample": {"x": [1, 2], "y": [0]}, "edits": [edit("a.W", [0], 1)]}, "/edits/0/tensor"),
    ],
)
def test_a_preview_of_nothing_or_of_what_does_not_fit_is_refused(api, code, body, pointer):
    session = api.create(net(data={"inline": {"x": X, "y": [0, 1, 1, 0, 1]}}, loss="cross_entropy"))

    response = api.post(f"{session.path}/previews", body)

    assert check_problem(response, code)["errors"][0]["pointer"] == pointer


def test_a_large_tensor_of_a_preview_is_summarized_without_a_link_to_what_it_is_not(api_with):
    session = api_with(tensor_values=1_024).create(net(layers=[{"units": 750}, {"units": 2}]))

    found = change(session, "POST", "/previews", {"edits": [edit("hidden1.W", [0, 0], 99)]})

    assert found["tensors"]["hidden1.W"]["summary"]["max"] == 99
    assert "href" not in found["tensors"]["hidden1.W"]
