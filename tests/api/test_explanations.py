"""Explanations as the contract has them: the kinds, and the members of each."""

import math
import threading

import numpy as np
import pytest

from app.engine.explain import Explainer
from app.sessions import moments
from tests.engine.nets import X, Y, net

SUM = {"tensor", "index", "t", "value", "latex", "kind", "terms"}
FUNCTION = {"tensor", "index", "t", "value", "latex", "kind", "function", "arguments"}
GIVEN = {"tensor", "index", "t", "value", "latex", "kind"}


def explained(session, tensor, *index, **query):
    """The explanation without the head."""
    return {key: value for key, value in session.explain(tensor, *index, **query).items() if key != "session"}


@pytest.mark.parametrize(
    ("tensor", "index", "kind", "members"),
    [
        ("input.a", (0, 1), "given", GIVEN),
        ("target.y", (0, 0), "given", GIVEN),
        ("hidden1.z", (0, 1), "sum", SUM),
        ("hidden1.a", (0, 1), "function", FUNCTION),
        ("loss.terms", (0,), "function", FUNCTION),
        ("loss.value", (), "sum", SUM),
        ("output.da", (0, 0), "sum", SUM),
        ("output.dz", (0, 0), "sum", SUM),
        ("output.dW", (0, 0), "sum", SUM),
        ("output.db", (1,), "sum", SUM),
        ("hidden1.da", (0, 0), "sum", SUM),
        ("output.uW", (0, 0), "sum", SUM),
        ("output.W", (0, 0), "parameter", {*GIVEN, "gradient", "update"}),
        ("output.b", (0,), "given", {*GIVEN, "gradient"}),
    ],
)
def test_every_tensor_has_the_kind_and_the_members_of_the_contract(mazur, tensor, index, kind, members):
    mazur.advance("batch")

    made = explained(mazur, tensor, *index)

    assert made["kind"] == kind
    assert set(made) == members
    assert (made["tensor"], made["index"], made["t"]) == (tensor, list(index), 15)


def test_probabilities_are_a_function_of_the_output(api):
    session = api.create("xor")
    session.advance("batch")

    made = explained(session, "loss.p", 0, 0)

    assert (made["kind"], made["function"]) == ("function", "sigmoid")
    assert [argument["tensor"] for argument in made["arguments"]] == ["output.a"]


def test_a_weight_s_gradient_is_told_by_the_chain_rule(mazur):
    mazur.advance("batch")

    made = explained(mazur, "hidden1.dW", 0, 1)

    (term,) = made["terms"]
    da, slope, x = term["factors"]
    assert (da["tensor"], da["index"]) == ("hidden1.da", [0, 0])
    assert (slope["tensor"], slope["index"]) == (None, None)
    assert slope["formula"] == r"a\,(1 - a)"
    assert slope["reads"] == ["hidden1.a[0,0]"]
    assert (x["tensor"], x["index"], x["value"]) == ("input.a", [0, 1], 0.1)
    assert term["sample"] == 0
    assert term["op"] == "linear"
    assert math.prod(factor["value"] for factor in term["factors"]) == pytest.approx(made["value"], rel=1e-12)


def test_a_stored_factor_has_neither_formula_nor_reads_and_any_other_has_both(mazur):
    mazur.advance("batch")

    factors = [
        factor
        for tensor in ("hidden1.dW", "output.da", "loss.value", "output.uW")
        for term in explained(mazur, tensor, *((0, 0) if tensor != "loss.value" else ()))["terms"]
        for factor in term["factors"]
    ]

    for factor in factors:
        assert {"symbol", "text", "value", "tensor", "index"} <= set(factor)
        assert ("formula" in factor) == ("reads" in factor) == (factor["tensor"] is None)


def test_a_parameter_s_explanation_has_its_gradient_s_and_its_update(mazur):
    mazur.advance("batch")

    made = explained(mazur, "output.W", 0, 0)

    assert made["gradient"] == explained(mazur, "output.dW", 0, 0)
    assert made["update"]["rule"] == "sgd"
    assert made["update"]["rate"] == 0.5
    assert made["update"]["t"] == 15
    assert made["update"]["value"] == {"before": 0.4, "after": made["value"]}
    assert made["update"]["state"] == {"before": {}, "after": {}}
    assert made["update"]["terms"] == explained(mazur, "output.uW", 0, 0)["terms"]


def test_a_mean_over_the_batch_has_a_term_for_every_sample(api):
    session = api.create(net())
    session.advance("batch")

    for tensor, index in (("loss.value", ()), ("hidden1.dW", (2, 1)), ("hidden1.db", (0,))):
        made = explained(session, tensor, *index)
        total = math.fsum(term["value"] for term in made["terms"])
        allowed = 1e-12 * math.fsum(abs(term["value"]) for term in made["terms"])
        assert [term["sample"] for term in made["terms"]] == [0, 1, 2, 3, 4]
        assert abs(total - made["value"]) <= allowed


def test_an_explanation_of_the_past_is_that_of_the_moment(mazur):
    mazur.advance("batch", 3)

    first, second = (explained(mazur, "output.dW", 0, 0, t=t) for t in (15, 30))

    assert first["value"] == pytest.approx(0.082167041, abs=5e-10)
    assert first["terms"] != second["terms"]
    assert (first["t"], second["t"]) == (15, 30)


def test_the_value_is_the_one_that_the_frame_has(mazur):
    mazur.advance("op", 22)

    for t in (0, 5, 14, 15, 16, 22):
        for name, tensor in mazur.frame(t).items():
            if tensor is not None:
                made = explained(mazur, name, *(0 for _ in tensor["shape"]), t=t)
                value = tensor["values"]
                while isinstance(value, list):
                    value = value[0]
                assert made["value"] == value


def test_adam_s_first_update_is_the_rate_against_the_gradient_s_sign(api):
    session = api.create({"preset": "mazur", "optimizer": {"type": "adam", "learning_rate": 0.01}, "frozen": []})
    frame = session.advance("batch", **{"return": "frame"})["frame"]["tensors"]

    for name in ("hidden1.W", "output.b"):
        layer, letter = name.split(".")
        gradients, updates = (np.array(frame[f"{layer}.{prefix}{letter}"]["values"]) for prefix in "du")
        np.testing.assert_allclose(updates, -0.01 * gradients / (np.abs(gradients) + 1e-8), rtol=1e-12)


def test_a_step_of_micro_batches_with_a_penalty_and_clipping_is_told_over_http(api):
    session = api.create(
        net(
            batch_size=2,
            accumulate=2,
            data={"inline": {"x": X[:4], "y": Y[:4]}},
            penalty={"l2": 0.01},
            optimizer={"type": "sgd", "learning_rate": 0.1, "clip_norm": 0.05},
        )
    )
    schedule = session.get("/graph")["schedule"]
    session.advance("batch")
    losses = [tick["index"] for tick in schedule if tick["phase"] == "loss"]
    frames = [session.frame(index + 1) for index in losses]
    gradient = explained(session, "output.dW", 0, 1)
    update = explained(session, "output.W", 0, 1)["update"]

    assert [schedule[index]["micro"] for index in losses] == [0, 1]
    assert schedule[losses[0]]["writes"] == ["loss.terms", "loss.value", "loss.penalty"]
    for frame in frames:
        mean = sum(frame["loss.terms"]["values"]) / 2
        assert frame["loss.value"]["values"] == pytest.approx(mean + frame["loss.penalty"]["values"], rel=1e-15)
    assert [term["sample"] for term in gradient["terms"]] == [0, 1, None, 2, 3, None]
    assert [factor["text"] for factor in update["terms"][0]["factors"]] == ["−learning rate", "clip", "dL/dW"]
    assert update["terms"][0]["factors"][1]["value"] < 1


LARGE = {
    "data": {"dataset": "circle", "samples": 1_000},
    "layers": [{"units": 4}, {"units": 1}],
    "loss": "bce_with_logits",
    "optimizer": {"type": "sgd"},
}


@pytest.mark.parametrize(
    "path", ["explanations/hidden1.dW?index=0,0", "explanations/loss.value", "questions?level=3", "grades"]
)
def test_what_takes_long_to_explain_is_done_in_a_thread_and_what_takes_too_long_not_at_all(api, monkeypatch, path):
    session = api.create(LARGE)
    asked = {"kind": "number", "tensor": "hidden1.dW", "index": [0, 0], "t": 12, "answer": 1.0}
    session.advance("batch")
    where, explain = [], Explainer.explain
    monkeypatch.setattr(
        Explainer, "explain", lambda *given: (where.append(threading.current_thread()), explain(*given))[1]
    )

    def answer():
        path_ = f"{session.path}/{path}"
        return api.post(path_, asked) if path == "grades" else api.get(path_)

    assert answer().status_code == 200
    assert where
    assert api.call(threading.current_thread) not in where
    monkeypatch.setattr(moments, "TERMS", 999)
    assert answer().json()["code"] == "count_too_large"
