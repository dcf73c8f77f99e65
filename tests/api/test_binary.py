"""Tensors as safetensors: what the file has, that it has what the JSON has, and where it can be had."""

import json

import numpy as np
import pytest
from safetensors import deserialize
from safetensors.numpy import load

from tests.api.problems import check_problem
from tests.engine.nets import net

SAFETENSORS = "application/x-safetensors"


def file(session, path, accept=SAFETENSORS, **more):
    response = session.api.get(session.path + path, headers={"accept": accept, **more})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == SAFETENSORS
    return response


def metadata(response):
    end = 8 + int.from_bytes(response.content[:8], "little")
    return json.loads(response.content[8:end])["__metadata__"]


@pytest.fixture
def stepped(api):
    """A session in the middle of its second step."""
    session = api.create(net(batch_size=2, loss="bce_with_logits"))
    session.advance("batch")
    session.advance("op", 6)
    return session


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_frame_s_file_has_every_tensor_that_is_computed_to_the_last_bit(api, dtype):
    session = api.create(net(batch_size=2, dtype=dtype, loss="bce_with_logits"))
    session.advance("op", 8)

    response = file(session, "/frames/8")
    found, frame = load(response.content), session.frame(8)

    assert set(found) == {name for name, tensor in frame.items() if tensor is not None}
    for name, values in found.items():
        assert values.dtype == dtype
        assert list(values.shape) == frame[name]["shape"]
        assert values.tolist() == frame[name]["values"]
    assert json.loads(metadata(response)["not_computed"]) == [n for n, tensor in frame.items() if tensor is None]


def test_the_library_takes_the_file_for_a_whole_one(stepped):
    tensors = dict(deserialize(file(stepped, "/frames/22").content))

    assert tensors["loss.value"]["shape"] == []
    assert tensors["hidden1.W"]["dtype"] == "F64"


def test_what_else_the_json_has_is_in_the_metadata_texts_as_they_are(stepped):
    told = metadata(file(stepped, "/frames/20"))
    frame = stepped.get("/frames/20")

    assert {key: told[key] for key in ("t", "step", "tick", "phase")} == {
        "t": "20",
        "step": "1",
        "tick": "3",
        "phase": "forward",
    }
    assert json.loads(told["session"]) == frame["session"]
    assert metadata(file(stepped, "/frames/0"))["phase"] == "null"


def test_a_frame_s_file_has_the_tensors_that_were_asked_for(stepped):
    assert set(load(file(stepped, "/frames/22?tensors=hidden1.W,output.a").content)) == {"hidden1.W", "output.a"}


def test_a_tensor_is_whole_in_the_file_however_large_it_is(api_with):
    wide = api_with(tensor_values=1_024).create(net(layers=[{"name": "hidden1", "units": 750}, {"units": 2}]))

    assert "summary" in wide.frame(0)["hidden1.W"]
    assert load(file(wide, "/frames/0").content)["hidden1.W"].tolist() == wide.values("hidden1.W")


def test_a_window_of_a_tensor_is_a_file_too(stepped):
    response = file(stepped, "/tensors/hidden1.W?rows=1:3&cols=1:2")

    (found,) = load(response.content).items()
    assert found[0] == "hidden1.W"
    assert found[1].tolist() == stepped.values("hidden1.W", rows="1:3", cols="1:2")
    told = metadata(response)
    assert (told["name"], told["rows"], told["cols"], told["t"]) == ("hidden1.W", "[1,3]", "[1,2]", "23")


def test_a_tensor_that_is_not_computed_yet_is_a_problem_in_json(stepped):
    path = f"{stepped.path}/tensors/hidden1.dW?t=20"

    check_problem(stepped.api.get(path, headers={"accept": SAFETENSORS}), "not_computed_yet")


def test_maps_are_in_single_precision_with_their_bounds_in_the_metadata(stepped):
    response, maps = file(stepped, "/maps?resolution=6"), stepped.get("/maps", resolution=6)

    found = load(response.content)
    assert found.keys() == maps["tensors"].keys()
    for name, values in found.items():
        assert values.dtype == np.float32
        assert np.array_equal(values, np.float32(maps["tensors"][name]["values"]))
    told = metadata(response)
    assert {key: json.loads(told[key]) for key in ("bounds", "resolution", "x", "y", "t")} == {
        key: maps[key] for key in ("bounds", "resolution", "x", "y", "t")
    }


def test_numbers_that_are_not_finite_are_in_the_file_as_they_are(api):
    wild = api.create(net(parameters={"output.b": [1e300, -1e300]}, optimizer={"type": "sgd", "learning_rate": 1e200}))
    t = wild.advance("batch", 100)["session"]["t"]

    assert not np.isfinite(load(file(wild, f"/frames/{t}").content)["hidden1.W"]).all()
    assert np.isinf(load(file(wild, "/maps?t=0&resolution=2").content)["output.a"]).all()


@pytest.mark.parametrize("path", ["/frames/20", "/tensors/hidden1.W", "/maps?resolution=3"])
def test_each_form_has_a_tag_of_its_own_and_the_same_tag_stands_for_the_same_bytes(stepped, path):
    json_form = stepped.api.get(stepped.path + path)
    one, other = file(stepped, path), file(stepped, path)

    assert one.headers["etag"] == other.headers["etag"] != json_form.headers["etag"]
    assert one.content == other.content
    assert {response.headers["vary"] for response in (json_form, one)} == {"Accept"}


def test_a_frame_that_a_client_has_in_this_form_is_not_sent_again(stepped):
    tag = file(stepped, "/frames/20").headers["etag"]
    path = f"{stepped.path}/frames/20"

    same = stepped.api.get(path, headers={"accept": SAFETENSORS, "if-none-match": tag})
    other = stepped.api.get(path, headers={"if-none-match": tag})

    assert (same.status_code, same.headers["etag"], same.headers["vary"]) == (304, tag, "Accept")
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/x-safetensors, application/json;q=0.5", SAFETENSORS),
        ("application/json;q=0.5, application/x-safetensors;q=0.4", "application/json"),
        ("application/x-safetensors, */*;q=0.1", SAFETENSORS),
        ("application/x-safetensors, */*", SAFETENSORS),
        ("application/json, application/x-safetensors", "application/json"),
        ("application/x-safetensors;q=0, application/*", "application/json"),
        ("application/json;q=0, application/*", SAFETENSORS),
        ("*/*", "application/json"),
    ],
)
def test_the_client_gets_the_form_that_it_likes_best(stepped, accept, form):
    response = stepped.api.get(f"{stepped.path}/frames/1", headers={"accept": accept})

    assert response.headers["content-type"] == form


@pytest.mark.parametrize("path", ["", "/graph", "/explanations/hidden1.W?index=0,0", "/metrics", "/log"])
def test_nothing_else_can_be_had_in_this_form(stepped, path):
    check_problem(stepped.api.get(stepped.path + path, headers={"accept": SAFETENSORS}), "not_acceptable")


def test_whoever_takes_neither_form_is_told_both(stepped):
    refused = stepped.api.get(f"{stepped.path}/frames/1", headers={"accept": "text/html"})

    detail = check_problem(refused, "not_acceptable")["detail"]
    assert detail == 'Accept: expected application/json or application/x-safetensors, got "text/html"'
