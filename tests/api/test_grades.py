"""Predict before it is revealed, over HTTP: a question is graded before its step runs, and the run says the same."""

import pytest


def body(question, answer, **more):
    asked = {key: question[key] for key in ("kind", "tensor", "index", "t", "among")}
    return {**asked, "answer": answer, **more}


def grade(session, given):
    response = session.api.post(f"{session.path}/grades", given)
    assert response.status_code == 200, response.text
    return response.json()


def element(values, index):
    for i in index:
        values = values[i]
    return values


@pytest.mark.parametrize("preset", ["mazur", "circle", "iris", "vanishing"])
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_the_graded_number_is_the_one_that_the_run_then_writes(api, preset, level):
    session = api.create(preset)
    session.advance("batch", 2)
    question = session.get("/questions", level=level, seed=level)["question"]
    answer = {"sign": "zero", "size": 1.0, "number": 1.0, "largest": question["index"]}[question["kind"]]
    before = session.head

    found = grade(session, body(question, answer))

    assert session.head == before
    session.advance("op", question["t"] - before["t"])
    true = session.frame(question["t"])[question["tensor"]]["values"]
    assert found["value"] == element(true, found["best"] or question["index"])
    assert found["explanation"]["value"] == found["value"]


def test_a_wrong_answer_shows_where_the_learner_s_chain_parts_from_the_true_one(api, mazur):
    question = {"kind": "number", "tensor": "output.dW", "index": [0, 0], "t": 8, "among": []}

    right = grade(mazur, body(question, 0.0822, factors=[0.7414, 0.1868, 0.5933]))
    wrong = grade(mazur, body(question, 0.44, factors=[0.7414, 1, 0.5933]))

    assert (right["right"], right["parted"]) == (True, None)
    assert (wrong["right"], wrong["parted"]) == (False, 1)
    slope = wrong["explanation"]["terms"][0]["factors"][1]
    assert wrong["parts"][1] == {
        "symbol": slope["symbol"],
        "text": "slope",
        "factors": [{key: slope[key] for key in ("symbol", "text", "tensor", "index", "formula")}],
        "value": slope["value"],
        "given": 1,
        "agrees": False,
    }


def test_the_chain_of_a_question_names_its_factors_and_gives_no_value_away(api, mazur):
    asked = [mazur.get("/questions", level=3, seed=seed)["question"] for seed in range(12)]

    assert any([link["text"] for link in question["chain"]] == ["dL/da", "slope", "dz/dw"] for question in asked)
    links = [link for question in asked for link in question["chain"]]
    assert all(set(link) == {"symbol", "text", "factors"} for link in links)
    factors = [factor for link in links for factor in link["factors"]]
    assert all(set(factor) == {"symbol", "text", "tensor", "index", "formula"} for factor in factors)
    assert all((factor["tensor"] is None) != (factor["formula"] is None) for factor in factors)


@pytest.mark.parametrize(("tensor", "index", "t"), [("output.W", [0, 0], 16), ("output.dW", [0, 0], 8)])
def test_the_parts_of_a_number_have_its_factors_whether_of_an_update_or_its_own(api, mazur, tensor, index, t):
    mazur.advance("op", t)
    found = grade(mazur, {"kind": "number", "tensor": tensor, "index": index, "t": t, "among": [], "answer": 0})

    explained = found["explanation"]
    terms = explained["update"]["terms"] if "update" in explained else explained["terms"]
    symbols = [factor["symbol"] for term in terms for factor in term["factors"]]
    assert [factor["symbol"] for part in found["parts"] for factor in part["factors"]] == symbols
    assert len(symbols) > 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"t": 16}, 404, "moment_not_reached"),
        ({"t": 3}, 409, "not_computed_yet"),
        ({"t": 0}, 422, "invalid_request"),
        ({"tensor": "hidden9.dW"}, 422, "unknown_tensor"),
        ({"index": [5, 0]}, 422, "index_out_of_range"),
        ({"answer": "much"}, 422, "invalid_request"),
        ({"factors": [1.0]}, 422, "invalid_request"),
        ({"kind": "guess"}, 422, "invalid_request"),
        ({"tolerance": 0}, 422, "invalid_request"),
    ],
)
def test_what_cannot_be_graded_is_refused_in_words(api, mazur, change, status, code):
    given = {"kind": "number", "tensor": "output.dW", "index": [0, 0], "t": 8, "answer": 1.0, **change}

    response = api.post(f"{mazur.path}/grades", given)

    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize("query", [{"level": 0}, {"level": 5}, {"seed": -1}, {"t": 7}])
def test_a_question_that_cannot_be_made_is_refused(api, mazur, query):
    response = api.get(f"{mazur.path}/questions", params=query)

    assert response.status_code == (404 if "t" in query else 422)


def test_a_view_may_be_asked_and_graded(api, mazur):
    view = f"/sessions/{mazur.head['view_id']}"
    question = api.get(f"{view}/questions").json()["question"]

    response = api.post(f"{view}/grades", body(question, "zero"))

    assert response.status_code == 200
    assert "id" not in response.json()["session"]


def test_why_an_answer_is_wrong_is_said_with_the_numbers_of_the_run(api, mazur):
    question = {"kind": "number", "tensor": "output.dW", "index": [0, 0], "t": 8, "among": []}

    assert grade(mazur, body(question, 0.0822))["reason"] is None
    assert grade(mazur, body(question, 0.4399))["reason"] == (
        "You gave 0.4399. That is what comes without the factor slope 0.1868. "
        "output.dW[0,0] = dL/da 0.7414 × slope 0.1868 × dz/dw 0.5933 = 0.08217."
    )
