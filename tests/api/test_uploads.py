"""Uploading tables: what is understood of a good one, where a bad one is wrong, and sessions made from them."""

import csv
import io
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.api.workbench import Workbench
from app.engine import datasets
from tests.api.problems import check_problem
from tests.api.uploading import POINTS, send, session, suggested, upload
from tests.engine.nets import net

FILES = Path(datasets.__file__).parent / "files"
FLOWERS = (FILES / "iris.csv").read_text(encoding="utf-8")


def test_a_table_is_told_as_it_was_understood(api):
    response = send(api, POINTS, "?standardize=true")

    assert response.status_code == 201
    made = response.json()
    assert response.headers["location"] == f"/api/v1/datasets/{made['id']}"
    assert made["id"].startswith("d_")
    scale = 5**0.5
    assert made["columns"] == [
        {"name": "x", "role": "input", "kind": "number", "mean": 4, "scale": scale, "classes": None},
        {"name": "y", "role": "input", "kind": "number", "mean": 5, "scale": scale, "classes": None},
        {"name": "kind", "role": "target", "kind": "class", "mean": None, "scale": None, "classes": ["a", "b"]},
    ]
    assert (made["rows"], made["inputs"], made["outputs"], made["task"]) == (4, 2, 1, "classification")
    assert made["classes"] == ["a", "b"]
    assert np.allclose(made["preview"]["x"], [[-3 / scale] * 2, [-1 / scale] * 2, [1 / scale] * 2, [3 / scale] * 2])
    assert made["preview"]["y"] == [0, 1, 0, 1]
    assert api.get(f"/datasets/{made['id']}").json() == made


@pytest.mark.parametrize(
    ("targets", "task", "loss", "units"),
    [
        (["a", "b", "a", "b"], "classification", "bce_with_logits", 1),
        (["c", "a", "b", "a"], "classification", "cross_entropy", 3),
        ([0, 1, 1, 0], "classification", "bce_with_logits", 1),
        ([0, 1, 2, 0, 1, 2], "classification", "cross_entropy", 3),
        ([1, 2, 3, 4], "regression", "mse", 1),
        ([0.5, 1, 0.5, 1], "regression", "mse", 1),
        ([1, 1, 1, 1], "regression", "mse", 1),
    ],
)
def test_the_answer_suggests_a_loss_and_an_output_layer_that_learn(api, targets, task, loss, units):
    made = upload(api, "x,y\n" + "".join(f"{i},{target}\n" for i, target in enumerate(targets)))

    assert made["task"] == task
    assert made["suggestion"] == {"loss": loss, "output": {"units": units, "activation": "linear"}}
    assert made["because"]
    learner = session(api, made)
    before = learner.advance("batch")["session"]["loss"]
    assert learner.advance("batch", 20)["session"]["loss"] < before


def test_what_the_target_is_taken_for_can_be_said(api):
    text = "x,y\n1,0\n2,1\n3,1\n4,0\n"

    assert upload(api, text)["classes"] == ["0", "1"]
    assert upload(api, text, "?task=regression")["classes"] is None
    numbers = upload(api, "x,y\n1,10\n2,9.5\n3,9.5\n", "?task=classification")
    assert (numbers["classes"], numbers["preview"]["y"]) == (["9.5", "10"], [1, 0, 0])
    mixed = upload(api, "x,y\n1,3+\n2,2\n3,1\n", "?task=classification")
    assert mixed["classes"] == ["1", "2", "3+"]
    same = upload(api, {"columns": ["x", "y"], "rows": [[1, "1"], [2, 1], [3, 2]], "task": "classification"})
    assert (same["classes"], same["preview"]["y"]) == (["1", "2"], [0, 0, 1])


def test_the_target_can_be_any_column(api):
    made = upload(api, POINTS, "?target=x&task=regression")

    assert [column["role"] for column in made["columns"]] == ["target", "input", "input"]
    assert made["input_names"] == ["y", "kind=a", "kind=b"]
    assert made["preview"] == {"x": [[2, 1, 0], [4, 0, 1], [6, 1, 0], [8, 0, 1]], "y": [1, 3, 5, 7]}


def test_the_rows_of_a_session_have_the_names_of_the_table(api):
    data = session(api, upload(api, "x,colour,kind\n1,red,b\n2,blue,a\n3,red,b\n")).get("/data")

    assert data["input_names"] == ["x", "colour=blue", "colour=red"]
    assert data["class_names"] == ["a", "b"]
    assert data["x"]["values"] == [[1, 0, 1], [2, 1, 0], [3, 0, 1]]
    assert data["y"]["values"] == [[1], [0], [1]]


def test_the_units_that_stand_for_inputs_and_classes_are_called_as_the_data_calls_them(api):
    named = {"inline": {"x": [[1, 2]] * 3, "y": [0, 1, 2], "class_names": ["a", "b", "c"]}}
    layers = [{"units": 2}, {"units": 3}]

    def names(**asked):
        shown = api.create(net(**asked)).get("/graph")["layers"]
        return [layer.get("unit_names") for layer in shown if layer["name"] != "loss"]

    assert names(data={"dataset": "iris"}, layers=layers) == [
        ["sepal length", "sepal width", "petal length", "petal width"],
        None,
        ["setosa", "versicolor", "virginica"],
    ]
    assert names(data=named, layers=layers) == [None, None, ["a", "b", "c"]]
    # One output tells two classes apart, and is neither of them.
    two = {"inline": {**named["inline"], "y": [0, 1, 1], "class_names": ["a", "b"]}}
    assert names(data=two, layers=[{"units": 1}]) == [None, None]


def test_the_irises_uploaded_are_the_irises_built_in(api):
    made = upload(api, FLOWERS, "?standardize=true")
    learner, built_in = session(api, made), api.create(net(data={"dataset": "iris"}, layers=[{"units": 3}]))

    assert made["classes"] == ["setosa", "versicolor", "virginica"]
    uploaded, wanted = (np.array(one.values("input.a")) for one in (learner, built_in))
    assert np.allclose(uploaded[np.lexsort(uploaded.T)], wanted[np.lexsort(wanted.T)], rtol=1e-14)
    assert learner.values("target.y") == [0.0] * 50 + [1.0] * 50 + [2.0] * 50


@pytest.mark.parametrize(
    "same",
    [
        POINTS.replace("\n", "\r\n"),
        POINTS.replace("\n", "\r"),
        POINTS.encode("utf-8-sig"),
        POINTS.rstrip("\n"),
        POINTS.replace("\n", "\n\n") + "   \n",
        '"x","y","kind"\n"1",2,"a"\n 3 ,4.0,b\n5e0,+6,a\n7,8.,"b"\n',
        {"columns": ["x", "y", "kind"], "rows": [[1, 2, "a"], [3, 4, "b"], [5.0, 6, " a"], [7, 8, "b"]]},
    ],
    ids=["CRLF", "CR", "a byte order mark", "no end", "empty lines", "quotes and spaces", "JSON"],
)
def test_the_same_content_gives_the_same_id_however_it_is_written(api, same):
    assert upload(api, same)["id"] == upload(api, POINTS)["id"]


@pytest.mark.parametrize("other", ["?target=y", "?standardize=true", "?target=y&task=regression"])
def test_other_options_give_another_id(api, other):
    assert upload(api, POINTS, other)["id"] != upload(api, POINTS)["id"]


def test_options_of_json_stand_in_the_body(api):
    table = {"columns": ["x", "y"], "rows": [[1, 5], [2, 6], [3, 5], [4, 6]]}

    made = upload(api, {**table, "target": "x", "standardize": True, "task": "classification"})

    assert made["classes"] == ["1", "2", "3", "4"]
    assert made["columns"][1]["mean"] == 5.5
    assert (
        made["id"] == upload(api, "x,y\n1,5\n2,6\n3,5\n4,6\n", "?target=x&standardize=true&task=classification")["id"]
    )


def test_a_quoted_cell_may_have_commas_and_quotes_in_it(api):
    made = upload(api, 'x,"a ""name"", quoted"\n1,"no, never"\n2,"say ""yes"""\n')

    assert made["columns"][1]["name"] == 'a "name", quoted'
    assert made["classes"] == ["no, never", 'say "yes"']


def test_a_column_of_one_number_is_standardized_to_0(api):
    made = upload(api, "x,c,y\n1,0.1,a\n2,0.1,b\n3,0.1,a\n", "?standardize=true")

    assert (made["columns"][1]["mean"], made["columns"][1]["scale"]) == (0.1, 1)
    assert [row[1] for row in made["preview"]["x"]] == [0, 0, 0]


WRONG = [
    ("", 1, 1, "expected the names of the columns, got nothing"),
    ("\n \n", 1, 1, "got nothing"),
    ("x,y\n", 2, "x", "at least one row"),
    ("x\n1\n", 1, 1, "at least two columns"),
    ("x;y\n1;2\n", 1, 1, "expected commas between the columns, got semicolons"),
    ('"x";"y"\n1;2\n', 1, 1, "expected commas between the columns, got semicolons"),
    ('"an ""x"""\t"y"\n1\t2\n', 1, 1, "expected commas between the columns, got tabs"),
    ("x\ty\n1\t2\n", 1, 1, "got tabs"),
    ("5.1,3.5\n4.9,3.0\n", 1, 1, 'expected the names of the columns, got numbers: ["5.1", "3.5"]'),
    ("5.1,5.1\n4.9,3.0\n", 1, 1, "expected the names of the columns, got numbers"),
    ("x,,z\n1,2,3\n", 1, 2, "the column has no name"),
    ("x,y,x\n1,2,3\n", 1, 3, 'two columns are called "x"'),
    ("x,y, x \n1,2,3\n", 1, 3, 'two columns are called "x"'),
    ("x,a\u0000b\n1,2\n", 1, 2, "control character"),
    ('x,"a\nb"\n1,2\n', 1, 2, "line end"),
    ("x,a\u202eb\n1,2\n", 1, 2, "control character"),
    ("x,y\n1,a\u009b\n", 2, "y", "control character"),
    ("x," + "y" * 101 + "\n1,2\n", 1, 2, "expected at most 100"),
    ("x,y\n1,2\n3\n", 3, "y", "expected 2 cells, as many as columns, got 1"),
    ("x,y\n1,2\n3,4,5\n", 3, 3, "expected 2 cells, as many as columns, got 3"),
    ("x,y\n\n1,2\n\n3,\n", 5, "y", "is empty"),
    ("x,y\n1,2\n  ,4\n", 3, "x", "is empty"),
    ("x,y\n1,2\n,\n", 3, "x", "is empty"),
    ('x,y\n1,2\n"",4\n', 3, "x", "is empty"),
    ("x,y\n1,2\nN/A,4\n", 3, "x", 'expected a number, got "N/A"'),
    ('x,y\n1,2\n"1,5",4\n', 3, "x", 'expected a number, got "1,5", which has a comma; write decimals with a'),
    (
        'x,y\n"1,5",2\n",5",4\n',
        2,
        "x",
        'got "1,5", which has a comma; write decimals with a point and thousands without a sign, as in 1.5 and 1000',
    ),
    ('x,y\n1,"-1,5e3"\n2,"0,25"\n', 2, "y", 'expected a number, got "-1,5e3", which has a comma'),
    ('x,y\n"1,000",2\n"1,234,567",4\n', 2, "x", 'expected a number, got "1,000", which has a comma'),
    ('x,y\n"1,5",2\n2,4\n', 2, "x", 'expected a number, got "1,5", which has a comma'),
    ("x,y\n1,2\n1_000,4\n", 3, "x", 'expected a number, got "1_000"'),
    ("x,y\n1,2\n٣,4\n", 3, "x", 'expected a number, got "٣"'),
    ("x,y\na,2\n7,4\n", 3, "x", 'expected a text, as "a" in the first row, got 7'),
    ("x,y\n1,a\n2,7\n", 3, "y", 'expected a text, as "a" in the first row, got 7'),
    ("x,y\n1,2\nnan,4\n", 3, "x", "expected a finite number, got nan"),
    ("x,y\n1,2\n3,-Infinity\n", 3, "y", "expected a finite number, got -Infinity"),
    ("x,y\n1,2\n1e999,4\n", 3, "x", "too large"),
    ("x,y\n1,2\n" + "9" * 400 + ",4\n", 3, "x", "too large"),
    ('x,y\n1,2\n3,"4\n5,6\n', 3, 2, "a quote is opened and never closed"),
    ('x,y\n1,2\n"3" 4,5\n', 3, 1, "expected a comma after the closing quote"),
    ('x,y\n"a\nb",2\n', 2, "x", "line end"),
    ('x,y\n1,2\n3,"' + "z" * 200_000 + '"\n', 3, 2, "field larger than field limit"),
    (b"x,y\n1,2\n3,caf\xe9\n", 3, 2, "expected UTF-8, got the byte 0xe9"),
    ("x,y\n1,2\n".encode("utf-16"), 1, 1, "expected UTF-8"),
    ("x,y\n1,a\n2,a\n", 1, "y", "expected 2 to 100 classes, got 1"),
    ("x,y\n" + "".join(f"{i},n{i}\n" for i in range(101)), 1, "y", "expected 2 to 100 classes, got 101"),
    ("x,y\n" + "".join(f"n{i},{i}\n" for i in range(101)), 1, "x", "at most 100 texts, got 101"),
    (",".join(f"c{i}" for i in range(1_001)) + "\n", 1, 1_001, "expected at most 1000 columns, got 1001"),
]
"""CSV that is refused: the text, the line, the column by its name or, where it has none, its number, and why."""


@pytest.mark.parametrize(("text", "line", "column", "says"), WRONG, ids=lambda value: repr(value)[:40])
def test_a_table_that_is_wrong_is_refused_with_line_and_column(api, text, line, column, says):
    held = api.app.state.workbench.store.dataset_sizes()

    problem = check_problem(send(api, text), "csv_invalid")

    assert problem["detail"].startswith(f"line {line}, column {column}: ")
    assert says in problem["detail"]
    assert problem["errors"][0]["pointer"] == f"/{line}/{column}"
    assert api.app.state.workbench.store.dataset_sizes() == held


def test_texts_with_commas_are_texts_where_not_all_look_like_numbers_or_classes_are_asked_for(api):
    mixed = send(api, 'x,y\n"1,5",1\n"a,5",2\n').json()
    asked = send(api, 'x,y\n1,"0,1"\n2,"1,0"\n', "?task=classification").json()

    assert (mixed["columns"][0]["classes"], asked["classes"]) == (["1,5", "a,5"], ["0,1", "1,0"])


def test_numbers_too_large_to_be_standardized_are_refused(api):
    text = "x,y\n1e308,1\n-1e308,2\n1e308,3\n"

    problem = check_problem(send(api, text, "?standardize=true"), "csv_invalid")

    assert "column x: the numbers are too large to be standardized" in problem["detail"]
    assert upload(api, text)["rows"] == 3


def test_a_target_that_is_no_number_is_refused_where_numbers_are_asked_for(api):
    problem = check_problem(send(api, POINTS, "?task=regression"), "csv_invalid")

    assert problem["detail"] == 'line 2, column kind: expected a number, got "a"'


TABLE = {"columns": ["x", "y"], "rows": [[1, 2], [3, 4]]}


@pytest.mark.parametrize(
    ("body", "pointer", "says"),
    [
        ({}, "/columns", "`columns` is missing"),
        ({"columns": ["x", "y"]}, "/rows", "`rows` is missing"),
        ({**TABLE, "header": True}, "/header", "unknown field"),
        ({**TABLE, "columns": "x,y"}, "/columns", "a list of names"),
        ({**TABLE, "columns": ["x", 1]}, "/columns", "a list of names"),
        ({**TABLE, "columns": ["x", "x"]}, "/columns/1", 'two columns are called "x"'),
        ({**TABLE, "rows": []}, "/rows", "at least one row"),
        ({**TABLE, "rows": 3}, "/rows", "a list of rows, got 3"),
        ({**TABLE, "rows": [[1, 2], [3]]}, "/rows/1", "expected a list of 2 cells"),
        ({**TABLE, "rows": [[1, 2], 3]}, "/rows/1", "expected a list of 2 cells"),
        ({**TABLE, "rows": [[1, 2], [None, 4]]}, "/rows/1/0", "column x: expected a number or a text, got null"),
        ({**TABLE, "rows": [[1, 2], [True, 4]]}, "/rows/1/0", "expected a number or a text, got true"),
        ({**TABLE, "rows": [[1, 2], [3, ""]]}, "/rows/1/1", "column y: is empty"),
        ({**TABLE, "rows": [[1, 2], ["3", 4]]}, "/rows/1/0", 'expected a number, got "3"'),
        ({**TABLE, "rows": [[1, 2], [10**350, 4]]}, "/rows/1/0", "too large"),
        ({**TABLE, "target": "z"}, "/target", 'Unknown column "z". There are x, y.'),
        ({**TABLE, "target": 1}, "/target", "expected a text"),
        ({**TABLE, "standardize": 1}, "/standardize", "true or false"),
        ({**TABLE, "task": "cluster"}, "/task", "one of auto, classification, regression"),
    ],
)
def test_json_that_is_no_table_is_refused_with_a_pointer(api, body, pointer, says):
    problem = check_problem(api.post("/datasets", body), "invalid_request")

    assert says in problem["detail"]
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("query", "pointer", "says"),
    [
        ("?target=kinds", "target", 'Unknown column "kinds". Did you mean kind?'),
        ("?targets=kind", "targets", "Unknown query parameter"),
        ("?standardize=maybe", "standardize", "maybe"),
        ("?task=cluster", "task", "cluster"),
    ],
)
def test_an_option_that_there_is_not_is_refused(api, query, pointer, says):
    problem = check_problem(send(api, POINTS, query), "invalid_request")

    assert says in problem["detail"]
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_json_with_options_in_the_query_is_refused(api):
    problem = check_problem(api.post("/datasets?target=x", TABLE), "invalid_request")

    assert "stand in the body" in problem["detail"]


@pytest.mark.parametrize("media", ["application/x-www-form-urlencoded", "text/plain", "text/csvs", "text/csv2"])
def test_a_body_that_is_neither_csv_nor_json_is_refused(api, media):
    problem = check_problem(send(api, POINTS, media=media), "unsupported_media_type")

    assert "expected text/csv or application/json" in problem["detail"]


def test_a_table_within_the_limits_is_taken_and_one_above_refused(api_with):
    small = api_with(cells=8, columns=3, body_bytes=1_000)

    assert upload(small, "x,y\n1,2\n3,4\n5,6\n7,8\n")["rows"] == 4
    problem = check_problem(send(small, "x,y\n1,2\n3,4\n5,6\n7,8\n9,9\n"), "csv_invalid")
    assert problem["detail"] == "line 6, column x: expected at most 8 cells, 2 in a row"
    assert "at most 3 columns" in check_problem(send(small, "a,b,c,d\n1,2,3,4\n"), "csv_invalid")["detail"]
    texts = "a,b\nu,1\nv,2\nw,3\nx,4\n"
    assert "at most 3 inputs and 8 cells, got 4" in check_problem(send(small, texts), "csv_invalid")["detail"]
    texts = "a,b\nu,1\nv,2\nw,3\nw,4\n"
    assert "one a text, and 12 cells" in check_problem(send(small, texts), "csv_invalid")["detail"]
    check_problem(send(small, "x,y\n" + "1,2\n" * 300), "payload_too_large")
    check_problem(small.post("/datasets", {"columns": ["x", "y"], "rows": [[1, 2]] * 5}), "invalid_request")


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n" + "1,2\n" * 300_000,
        'x,y\n1,"' + "," * 3_500_000,
        ('x,y\n1,"' + "a,b\n" * 800_000),
        ",".join(["c"] * 1_900_000),
        "x,y\n" + "\n" * 3_500_000,
        "x,y\n" + "".join(f"t{i % 90},{i % 7}\n" for i in range(200_000)),
    ],
    ids=["many rows", "a quote before commas", "a quote before rows", "many names", "empty lines", "many texts"],
)
def test_no_table_takes_long(api, text):
    began = time.process_time()

    response = send(api, text)

    assert response.status_code in (201, 422)
    assert time.process_time() - began < 10


# Sessions made from what was uploaded


def test_a_session_learns_from_an_uploaded_table_with_a_part_held_out(api):
    learner = session(api, upload(api, FLOWERS, "?standardize=true"), test_fraction=0.3)

    assert learner.spec["data"]["test_fraction"] == 0.3
    assert set(learner.spec["data"]) == {"dataset_id", "test_fraction"}
    assert np.shape(learner.values("input.a")) == (105, 4)
    assert learner.advance("batch", 300)["session"]["loss"] < 0.2


def test_a_session_made_from_an_uploaded_table_opens_again_from_the_store(api):
    learner = session(api, upload(api, POINTS), test_fraction=0.25)
    learner.advance("batch", 3)
    before = learner.head

    api.app.state.workbench._open.clear()

    assert learner.head == before


def test_a_spec_with_an_uploaded_table_can_be_posted_again(api):
    learner = session(api, upload(api, POINTS))

    assert api.create(learner.spec).spec == learner.spec


def test_more_classes_than_outputs_are_refused_and_both_named(api):
    made = upload(api, FLOWERS)

    given = net(data={"dataset_id": made["id"]}, layers=[{"units": 1}], loss="bce_with_logits")

    problem = check_problem(api.post("/sessions", given), "incompatible_loss")
    assert "3 classes want 3 outputs for bce_with_logits, got 1" in problem["detail"]
    assert problem["errors"][0]["pointer"] == "/data/dataset_id"


def test_a_data_set_that_is_not_there_is_not_found(api):
    problem = check_problem(api.get("/datasets/d_nothing"), "not_found")

    assert "no data set with this id" in problem["detail"]


def numbered(i):
    return f"x,y\n{i},1\n{i},2\n"


def test_the_oldest_data_set_that_no_session_uses_gives_way(api_with):
    api = api_with(datasets=2)
    first, second = (upload(api, numbered(i)) for i in range(2))
    learner = session(api, first)

    third = upload(api, numbered(2))

    check_problem(api.get(f"/datasets/{second['id']}"), "not_found")
    assert api.get(f"/datasets/{first['id']}").json() == first
    assert api.get(f"/datasets/{third['id']}").json() == third
    assert upload(api, numbered(0)) == first
    assert api.get(f"/datasets/{third['id']}").status_code == 200
    session(api, third)
    refused = check_problem(send(api, numbered(3)), "at_capacity")
    assert "2 are in use by sessions" in refused["detail"]
    api.request("DELETE", learner.path)
    assert upload(api, numbered(3))["rows"] == 2
    check_problem(api.get(f"/datasets/{first['id']}"), "not_found")


def test_no_more_data_sets_give_way_than_have_to(api_with):
    api = api_with(datasets=3)
    first, *others = (upload(api, numbered(i)) for i in range(3))

    upload(api, numbered(3))

    check_problem(api.get(f"/datasets/{first['id']}"), "not_found")
    assert [api.get(f"/datasets/{other['id']}").json() for other in others] == others


def test_a_session_is_not_kept_whose_data_set_has_given_way_while_it_was_made(api_with, monkeypatch):
    api = api_with(datasets=1)
    first = upload(api, numbered(0))

    async def made_while_another_comes(bench, ticks, work):
        session = work()
        bench.keep(b"another table")
        return session

    monkeypatch.setattr(Workbench, "run", made_while_another_comes)
    refused = api.post("/sessions", suggested(first))

    assert check_problem(refused, "invalid_spec")["errors"][0]["pointer"] == "/data/dataset_id"
    assert api.get("/sessions").json()["sessions"] == []


def test_data_sets_are_held_up_to_a_number_of_bytes(api_with):
    api = api_with(dataset_bytes=1_000)
    first = upload(api, numbered(0))

    for i in range(1, 4):
        upload(api, numbered(i))

    check_problem(api.get(f"/datasets/{first['id']}"), "not_found")
    long = "x,y\n" + "1,2\n" * 60
    assert "this one has" in check_problem(send(api, long), "at_capacity")["detail"]
    assert upload(api, numbered(3))["rows"] == 2


CELLS = st.text(st.sampled_from(list('ab1.,"; \n\r\t\0é-e')), max_size=6)


@settings(max_examples=150)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=4), st.booleans())
def test_any_text_is_a_table_or_a_problem_with_line_and_column(api, rows, quoted):
    text = io.StringIO()
    if quoted:
        csv.writer(text).writerows(rows)
    else:
        text.write("\n".join(",".join(row) for row in rows))

    response = send(api, text.getvalue(), "?standardize=true")

    if response.status_code != 201:
        assert "line " in check_problem(response, "csv_invalid")["detail"]


def test_a_name_typed_in_another_form_is_the_same_column_and_gives_the_same_data_set(api):
    composed, apart = "caf\u00e9", "cafe\u0301"

    first = upload(api, f"{composed},kind\n1,a\n2,b\n", f"?target={apart}")
    second = upload(api, f"{apart},kind\n1,a\n2,b\n", f"?target={composed}")

    assert [column["name"] for column in first["columns"]] == [composed, "kind"]
    assert first["id"] == second["id"]


def test_a_target_with_a_control_character_is_refused(api):
    check_problem(send(api, "x,y\n1,2\n", "?target=x%00"), "invalid_text")
