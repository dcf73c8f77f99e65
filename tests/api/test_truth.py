"""Published numbers, and PyTorch's, out of the API."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from app.engine.presets import presets
from tests.engine.nets import check_equal

GOLDEN = Path(__file__).parents[1] / "golden"
PUBLISHED = {name: preset for name, preset in presets().items() if "after_one_step" in preset}


def at(tensors, address):
    """The values of `hidden1.dW`, or the one number at `hidden1.dW[0,0]`."""
    name, index = re.fullmatch(r"([\w.]+?)(?:\[([\d,]+)\])?", address).groups()
    values = np.array(tensors[name]["values"])
    return values[tuple(map(int, index.split(",")))] if index else values


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_example_comes_out_as_printed(api, name):
    published = PUBLISHED[name]
    session = api.create(name)

    tensors = session.advance("batch", **{"return": "frame"})["frame"]["tensors"]

    for address, wanted in published["after_one_step"].items():
        given = at(tensors, address)
        assert given.shape == np.shape(wanted), address
        assert np.abs(given - np.array(wanted)).max() <= published["tolerance"], address


@pytest.mark.parametrize("name", [name for name in PUBLISHED if "loss_after_one_step" in PUBLISHED[name]])
def test_the_loss_after_one_step_comes_out_as_printed(api, name):
    published = PUBLISHED[name]
    session = api.create(name)
    session.advance("batch")

    loss = session.advance("phase", 2)["session"]["loss"]

    assert loss == pytest.approx(published["loss_after_one_step"], abs=published["tolerance"])


def test_mazur_s_error_after_9999_rounds_comes_out_as_printed(api, mazur):
    mazur.advance("batch", 9_999)

    loss = mazur.advance("phase", 2)["session"]["loss"]

    printed = PUBLISHED["mazur"]["loss_after_9999_steps"]
    assert printed == 3.51085481e-05
    assert loss == pytest.approx(printed, abs=0.5e-13)


def test_mazur_s_error_at_a_hidden_unit_has_the_two_terms_that_he_prints(mazur):
    wanted, tolerance = PUBLISHED["mazur"]["explanation"], PUBLISHED["mazur"]["tolerance"]
    mazur.advance("batch")

    made = mazur.explain(wanted["tensor"], *wanted["index"])

    assert wanted["terms"] == [0.055399425, -0.019049119]
    assert [term["value"] for term in made["terms"]] == pytest.approx(wanted["terms"], abs=tolerance)


def test_every_published_example_is_among_the_presets():
    assert set(PUBLISHED) >= {"mazur", "goodfellow-xor", "one-neuron", "relu-2-2-1", "relu-2-2-1-dead"}


def test_pytorch_s_simple_network_op_by_op_has_pytorch_s_numbers(api):
    (golden,) = json.loads((GOLDEN / "simple-nn.json").read_text(encoding="utf-8"))
    session = api.create("simple-nn")
    written = {}

    for _ in range(session.ticks_per_step):
        (record,) = session.advance("op")["ticks"]
        written |= {name: tensor["values"] for name, tensor in record["writes"].items()}

    for name, wanted in (golden["tensors"] | golden["parameters"]).items():
        check_equal(written[name], wanted, name)
    assert set(written) == set(golden["tensors"] | golden["parameters"])


def test_pytorch_s_simple_network_has_pytorch_s_loss_after_five_steps(api):
    (golden,) = json.loads((GOLDEN / "simple-nn.json").read_text(encoding="utf-8"))
    session = api.create("simple-nn")
    session.advance("batch", 5)

    loss = session.advance("phase", 2)["session"]["loss"]

    check_equal(loss, golden["loss_after"]["5"])
