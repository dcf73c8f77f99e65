"""Whatever a client sends is answered, and never with a 500: specs with parts replaced, and paths with anything."""

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.problems import check_problem
from tests.engine.nets import net

WHOLE = net(
    name="Net",
    dtype="float64",
    batch_size=2,
    shuffle=True,
    layers=[
        {
            "type": "dense",
            "name": "hidden1",
            "units": 3,
            "activation": {"type": "relu"},
            "init": "he_normal",
            "bias": True,
        },
        {"units": 2, "bias": True},
    ],
    loss={"type": "bce_with_logits", "reduction": "sum"},
    optimizer={"type": "adam", "schedule": {"type": "step", "step_size": 3, "every": "step"}},
    frozen=["hidden1.b"],
    parameters={"output.b": [1, 2]},
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.integers(-2, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.sampled_from(["relu", "mse", "sgd", "xor", "dense", "hidden1", "hidden1.W", "input", "linear", "zeros"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "x", "units", ".", ""]), inner)
    ),
    max_leaves=6,
)


def places(part, path=()):
    """Where something stands in a piece of JSON, and what it is part of."""
    keys = part if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    for key in keys:
        yield (*path, key)
        yield from places(part[key], (*path, key))


def replaced(part, path, value):
    """A copy of a piece of JSON with something else in one place."""
    if not path:
        return value
    first, *rest = path
    copy = dict(part) if isinstance(part, dict) else list(part)
    copy[first] = replaced(part[first], rest, value)
    return copy


@settings(max_examples=60)
@given(st.data())
def test_a_spec_with_anything_anywhere_makes_a_session_or_a_problem(api, data):
    spec = replaced(WHOLE, data.draw(st.sampled_from(list(places(WHOLE)))), data.draw(VALUES))

    response = api.post("/sessions", spec)

    if response.status_code == 201:
        path = response.headers["location"].removeprefix("/api/v1")
        assert api.post("/sessions", response.json()["spec"]).status_code == 201
        assert api.post(f"{path}/steps", {"granularity": "epoch"}).status_code == 200
    else:
        check_problem(response, response.json()["code"])
        assert 400 <= response.status_code < 500


@settings(max_examples=60)
@given(st.data())
def test_a_command_with_anything_in_it_is_done_or_refused(api, data):
    session = api.create("mazur")
    path, known = data.draw(
        st.sampled_from([
            ("/steps", ["granularity", "count", "return"]),
            ("/rewind", ["to", "to_rev"]),
            ("/predictions", ["x"]),
        ])
    )  # fmt: skip
    body = data.draw(st.dictionaries(st.sampled_from([*known, "other"]), VALUES, max_size=2))

    response = api.post(session.path + path, body)

    if response.status_code != 200:
        check_problem(response, response.json()["code"])
        assert 400 <= response.status_code < 500
        assert session.head["rev"] == 0


EDITS = [{"tensor": "hidden1.W", "index": [0, 1], "value": 0.5}, {"tensor": "output.b", "index": [0], "value": -1}]
CHANGES = [
    ("PATCH", "/parameters", {"edits": EDITS, "at": 3}),
    ("PATCH", "", {"name": "Other", "optimizer": {"type": "sgd", "learning_rate": 0.1, "clip_norm": 1}, "at": 3}),
    ("PUT", "/sample", {"x": [0.5, 0.25], "y": [0, 1], "at": 3}),
    ("POST", "/previews", {"edits": EDITS, "sample": {"x": [0.5, 0.25], "y": [0, 1]}, "t": 3}),
    (
        "POST",
        "/fork",
        {"at": 3, "at_rev": 1, "spec": {"seed": 1, "frozen": ["hidden1.b"], "optimizer": {"type": "adam"}}},
    ),
]


@settings(max_examples=100)
@given(st.data())
def test_a_change_with_anything_anywhere_is_made_or_refused(api, data):
    session = api.create("mazur")
    before = session.advance("op", 5)["session"]
    method, path, body = data.draw(st.sampled_from(CHANGES))
    given_body = replaced(body, data.draw(st.sampled_from(list(places(body)))), data.draw(VALUES))

    response = api.request(method, session.path + path, json=given_body)

    if response.status_code >= 300:
        check_problem(response, response.json()["code"])
        assert 400 <= response.status_code < 500
        assert session.head == before
    else:
        assert session.head["rev"] == (1 if method == "POST" else 2)
        session.advance("batch", 2)


@pytest.fixture(scope="module")
def seventh(api):
    """The textbook network after its seventh tick."""
    session = api.create("mazur")
    session.advance("op", 7)
    return session


@settings(max_examples=60)
@given(st.data())
def test_a_path_with_anything_in_it_is_answered(api, seventh, data):
    text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.sampled_from(
        ["output.W", "0", "-1", "0,0", "1e3", "0:1", "3"]
    )
    kind = data.draw(st.sampled_from(["frames", "tensors", "explanations", "nothing"]))
    name = quote(data.draw(text), safe="")
    query = {data.draw(st.sampled_from(["t", "index", "rows", "cols", "tensors"])): data.draw(text)}

    response = api.get(f"{seventh.path}/{kind}/{name}", params=query)

    if response.status_code != 200:
        check_problem(response, response.json()["code"])
        assert 400 <= response.status_code < 500
