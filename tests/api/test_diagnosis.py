"""Gradient checks and diagnostics over HTTP: what a learner with a sick network does."""

import pytest

from app.engine.ops import Linear
from tests.api.problems import check_problem
from tests.engine.nets import net


def checks(session, **body):
    response = session.api.post(f"{session.path}/gradient-checks", body)
    assert response.status_code == 200, response.text
    return response.json()


def test_vanishing_is_found_its_cure_posted_and_the_gradient_is_back(api):
    session = api.create("vanishing")
    session.advance("batch")
    sick = session.get("/diagnostics")
    (finding,) = sick["findings"]

    cured = api.create(finding["fix"])
    cured.advance("batch")
    well = cured.get("/diagnostics")

    norms = {layer["layer"]: layer["weight_gradient_norm"] for layer in sick["layers"]}
    assert finding["code"] == "vanishing"
    assert 1e-8 < sick["gradient_ratio"] < 1e-6
    assert norms["hidden1"] / norms["output"] == sick["gradient_ratio"]
    assert f"{sick['gradient_ratio']:.4g} times".replace("e-0", "e−") in finding["cause"]
    assert 0.05 < well["gradient_ratio"] < 20
    assert well["findings"] == []


def test_the_diagnosis_is_of_the_step_that_the_frame_shows(api):
    session = api.create(net(batch_size=2))
    at_once = session.get("/diagnostics")
    session.advance("batch", 4)
    k = session.ticks_per_step

    for t, step in [(0, 0), (1, 0), (k, 0), (k + 1, 1), (2 * k, 1), (4 * k, 3)]:
        assert session.get("/diagnostics", t=t)["step"] == step
    assert session.get("/diagnostics", t=0)["layers"] == session.get("/diagnostics", t=k)["layers"] == at_once["layers"]
    norm = session.get("/diagnostics", t=2 * k)["layers"][0]["weight_gradient_norm"]
    gradient = session.values("hidden1.dW", t=2 * k)
    assert norm == pytest.approx(sum(number**2 for row in gradient for number in row) ** 0.5)


def test_looking_moves_nothing(api):
    session = api.create("xor")
    session.advance("op", 5)
    before, frame = session.head, session.frame(5)

    session.get("/diagnostics")
    checks(session)
    after, later = session.head, session.frame(5)
    session.advance("batch", 1)
    untouched = api.create("xor")
    untouched.advance("batch", 1)

    assert (after, later) == (before, frame)
    assert session.head["state_sha256"] == untouched.head["state_sha256"]


def test_a_run_that_diverged_says_where_and_its_cure_can_be_posted(api):
    session = api.create(net(optimizer={"type": "sgd", "learning_rate": 1e200}))
    session.advance("batch", 50)

    (finding,) = session.get("/diagnostics")["findings"]

    numbers = finding["numbers"]
    place = session.get(f"/tensors/{numbers['tensor']}", t=numbers["t"])["values"]
    assert finding["code"] == "non_finite"
    assert "Infinity" in str(place) or "NaN" in str(place)
    cured = api.create(finding["fix"])
    assert cured.advance("batch", 50)["session"]["status"] == "ready"


def test_the_gradients_of_the_head_s_step_are_checked_by_either_method(api, mazur):
    mazur.advance("op", 3)

    for method in ("complex_step", "central_difference"):
        checked = checks(mazur, method=method)
        assert checked["verdict"] == "equal"
        assert (checked["t"], checked["step"], checked["method"]) == (3, 0, method)
    assert len(checked["tensors"][0]["curve"]) == 11
    assert checks(mazur)["method"] == "complex_step"


def test_a_check_compares_the_numbers_that_the_frame_shows(api):
    session = api.create(net())
    session.advance("batch", 3)
    t = 2 * session.ticks_per_step

    (checked,) = checks(session, tensors=["hidden1.W"], t=t)["tensors"]

    shown = session.values("hidden1.dW", t=t)
    assert checked["tensor"] == "hidden1.dW"
    assert {pair["backward"] for pair in checked["pairs"]} == {number for row in shown for number in row}


def test_the_number_that_is_asked_for_is_told_of_last(api):
    session = api.create(net(layers=[{"units": 40, "activation": "tanh"}, {"units": 2}]))

    (told,) = checks(session, tensors=["hidden1.dW"], index=[39, 1])["tensors"]

    assert len(told["pairs"]) == 21
    assert told["pairs"][-1]["index"] == [39, 1]
    assert told["largest"] >= abs(told["pairs"][-1]["numeric"])


def test_a_wrong_gradient_is_told_with_its_place(api, monkeypatch):
    right = Linear.db

    def db(self, dz, db):
        right(self, dz, db)
        db[-1] += 0.25

    monkeypatch.setattr(Linear, "db", db)

    checked = checks(api.create(net()))

    verdicts = {tensor["tensor"]: (tensor["verdict"], tensor["worst"]) for tensor in checked["tensors"]}
    assert checked["verdict"] == "different"
    assert verdicts["hidden1.db"] == ("different", [2])
    assert verdicts["output.db"] == ("different", [1])
    assert verdicts["hidden1.dW"][0] == verdicts["output.dW"][0] == "equal"
    assert checked["tensors"][1]["absolute"] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"method": "guess"}, "invalid_request"),
        ({"tensors": "hidden1.W"}, "invalid_request"),
        ({"tensors": ["hidden1.z"]}, "invalid_request"),
        ({"tensors": ["hidden7.W"]}, "unknown_tensor"),
        ({"tensors": ["hidden1.W"], "index": [3, 0]}, "index_out_of_range"),
        ({"tensors": ["hidden1.W"], "index": [-1, 0]}, "invalid_request"),
        ({"index": [0, 0]}, "invalid_request"),
        ({"t": 1}, "moment_not_reached"),
        ({"h": 0.1}, "invalid_request"),
    ],
)
def test_a_check_that_cannot_be_made_is_refused(api, body, code):
    session = api.create(net())

    check_problem(api.post(f"{session.path}/gradient-checks", body), code)


def test_a_moment_that_was_not_reached_has_no_diagnosis(api):
    session = api.create(net())

    check_problem(api.get(f"{session.path}/diagnostics?t=1"), "moment_not_reached")
    check_problem(api.get(f"{session.path}/diagnostics?at=0"), "invalid_request")


def test_a_session_on_uploaded_rows_that_broke_gets_a_cure_for_those_rows(api):
    rows = "a,b,target\n" + "\n".join(f"{i},{i % 7},{i % 3}.5" for i in range(40))
    made = api.request("POST", "/datasets", content=rows, headers={"content-type": "text/csv"}).json()
    session = api.create(
        {
            "data": {"dataset_id": made["id"]},
            "layers": [{"units": 4, "activation": "relu"}, {"units": 1}],
            "loss": "mse",
            "optimizer": {"type": "sgd", "learning_rate": 1e6},
        }
    )
    session.advance("batch", 50)

    (finding,) = session.get("/diagnostics")["findings"]

    assert finding["code"] == "non_finite"
    assert finding["fix"]["data"]["dataset_id"] == made["id"]
    assert api.create(finding["fix"]).advance("batch", 60)["session"]["status"] == "ready"
