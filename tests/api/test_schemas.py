"""The published schema: every real answer fits its model, and the document is OpenAPI 3.1 that holds together."""

import pytest

from app.api.schemas import catalog, checks, curves, datasets, explanations, files, graph, moments, problems, sessions
from tests.api.problems import check_problem
from tests.engine.nets import net

CSV = {"content-type": "text/csv"}


@pytest.fixture(scope="module")
def session(api):
    """A session with a smaller last batch, in the middle of its third step."""
    made = api.create(net(batch_size=2, loss="bce_with_logits", frozen=["hidden1.b"]))
    made.advance("batch", 2)
    made.advance("op", 6)
    return made


def check(model, response):
    """The answer's text fits the model, member for member: a model forbids what it does not name."""
    assert response.status_code < 300, response.text
    model.model_validate_json(response.content)


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (sessions.SpecAnswer, ""),
        (sessions.LogAnswer, "/log"),
        (graph.GraphAnswer, "/graph"),
        (moments.DataAnswer, "/data"),
        (moments.FrameAnswer, "/frames/0"),
        (moments.FrameAnswer, "/frames/38"),
        (curves.MetricsAnswer, "/metrics"),
        (curves.SliceAnswer, "/slices?tensor=output.W&index=0,1"),
        (curves.SliceAnswer, "/slices?tensor=hidden1.b&index=0&t=5"),
        (curves.LandscapeAnswer, "/landscape?resolution=3"),
        (curves.TrendsAnswer, "/trends?points=2"),
        (curves.HistogramsAnswer, "/histograms?tensor=hidden1.dW&bins=3"),
        (moments.MapsAnswer, "/maps?resolution=3"),
        (moments.MapsAnswer, "/maps?layers=output&t=5"),
        (checks.DiagnosisAnswer, "/diagnostics?t=3"),
        (moments.TensorAnswer, "/tensors/input.a"),
        (moments.TensorAnswer, "/tensors/loss.value"),
        (moments.TensorAnswer, "/tensors/hidden1.W?rows=0:2&cols=1:2"),
        *((explanations.ExplanationAnswer, f"/explanations/{tensor}?index={index}&t={t}") for tensor, index, t in [
            ("input.a", "0,0", 0),
            ("hidden1.W", "0,0", 0),
            ("hidden1.W", "0,0", 38),
            ("hidden1.b", "0", 38),
            ("hidden1.z", "0,0", 38),
            ("hidden1.a", "0,0", 38),
            ("hidden1.dW", "0,0", 32),
            ("loss.p", "0,0", 38),
            ("loss.terms", "0", 38),
            ("loss.value", "", 38),
            ("output.uW", "0,0", 32),
        ]),
        (explanations.PathsAnswer, "/paths?tensor=hidden1.W&index=0,0&t=32"),
        (explanations.PathsAnswer, "/paths?tensor=hidden1.b&index=1&sample=1&limit=1&t=32"),
    ],
)  # fmt: skip
def test_what_is_read_fits_its_model(api, session, model, path):
    check(model, api.get(session.path + path))


@pytest.mark.parametrize("returned", ["ticks", "frame", "none"])
def test_what_an_advance_answers_fits_its_model(api, returned):
    path = api.create("mazur").path

    for granularity in ("op", "layer", "phase", "batch", "epoch"):
        check(moments.StepsAnswer, api.post(f"{path}/steps", {"granularity": granularity, "return": returned}))


def test_the_other_answers_fit_their_models(api, session):
    check(sessions.SpecAnswer, api.post("/sessions", {"preset": "xor"}))
    check(sessions.SessionsAnswer, api.get("/sessions?page_size=3"))
    check(sessions.SessionAnswer, api.post(f"{session.path}/rewind", {"to": session.head["t"]}))
    check(moments.PredictionAnswer, api.post(f"{session.path}/predictions", {"x": [[0, 1]]}))
    for method in ("complex_step", "central_difference"):
        check(checks.GradientCheckAnswer, api.post(f"{session.path}/gradient-checks", {"method": method}))
    check(files.SavedFile, api.get(f"{session.path}/export"))
    check(files.ImportAnswer, api.post("/imports", api.get(f"{session.path}/export").json()))
    check(catalog.Catalog, api.get("/catalog"))
    uploaded = api.request("POST", "/datasets?standardize=true", content="a,b\n1,x\n2,y\n", headers=CSV)
    check(datasets.DatasetAnswer, uploaded)
    check(datasets.DatasetAnswer, api.get(f"/datasets/{uploaded.json()['id']}"))


def test_a_diverged_session_s_answers_fit_their_models(api):
    wild = api.create(net(optimizer={"type": "sgd", "learning_rate": 1e200}))
    t = wild.advance("batch", 100)["session"]["t"]

    check(sessions.SpecAnswer, api.get(wild.path))
    check(moments.FrameAnswer, api.get(f"{wild.path}/frames/{t}"))
    check(checks.DiagnosisAnswer, api.get(f"{wild.path}/diagnostics"))
    check(checks.GradientCheckAnswer, api.post(f"{wild.path}/gradient-checks"))
    check(explanations.ExplanationAnswer, api.get(f"{wild.path}/explanations/hidden1.W?index=0,0"))
    check(explanations.PathsAnswer, api.get(f"{wild.path}/paths?tensor=hidden1.W&index=0,0"))
    check(curves.MetricsAnswer, api.get(f"{wild.path}/metrics"))
    check(curves.SliceAnswer, api.get(f"{wild.path}/slices?tensor=hidden1.W&index=0,0"))
    check(curves.LandscapeAnswer, api.get(f"{wild.path}/landscape?resolution=3"))
    check(moments.MapsAnswer, api.get(f"{wild.path}/maps?resolution=3"))


def test_a_large_tensor_fits_its_model(api_with):
    wide = api_with(tensor_values=1_024).create(net(layers=[{"units": 750}, {"units": 2}]))

    check(moments.FrameAnswer, wide.api.get(f"{wide.path}/frames/0"))
    check(moments.StepsAnswer, wide.api.post(f"{wide.path}/steps", {"granularity": "batch"}))


def test_what_is_told_to_who_only_looks_fits_the_model_and_has_no_id(api, session, document):
    view = f"/sessions/{session.head['view_id']}"

    for model, path in ((sessions.SpecAnswer, ""), (moments.FrameAnswer, "/frames/3"), (sessions.LogAnswer, "/log")):
        response = api.get(view + path)
        check(model, response)
        assert "id" not in response.json()["session"]
    head = document["components"]["schemas"]["Head"]
    assert "id" not in head["required"]
    assert head["properties"]["id"]["type"] == "string"


def test_a_problem_fits_its_model(api):
    refused = api.post("/sessions", {"preset": 1})

    check_problem(refused, "invalid_request")
    problems.Problem.model_validate_json(refused.content)


@pytest.fixture(scope="module")
def document(api):
    return api.get("//openapi.json").json()


def operations(document):
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_document_is_openapi_3_1_and_names_every_route_of_the_contract(document):
    assert document["openapi"].startswith("3.1.")
    assert {name for name, _ in operations(document)} == {
        "POST /api/v1/sessions",
        "GET /api/v1/sessions",
        "GET /api/v1/sessions/{session_id}",
        "DELETE /api/v1/sessions/{session_id}",
        "POST /api/v1/sessions/{session_id}/steps",
        "POST /api/v1/sessions/{session_id}/rewind",
        "PATCH /api/v1/sessions/{session_id}",
        "PATCH /api/v1/sessions/{session_id}/parameters",
        "PUT /api/v1/sessions/{session_id}/sample",
        "DELETE /api/v1/sessions/{session_id}/sample",
        "POST /api/v1/sessions/{session_id}/previews",
        "POST /api/v1/sessions/{session_id}/fork",
        "GET /api/v1/sessions/{session_id}/log",
        "POST /api/v1/sessions/{session_id}/runs",
        "GET /api/v1/sessions/{session_id}/runs/{run_id}",
        "DELETE /api/v1/sessions/{session_id}/runs/{run_id}",
        "GET /api/v1/sessions/{session_id}/events",
        "GET /api/v1/sessions/{session_id}/graph",
        "GET /api/v1/sessions/{session_id}/data",
        "GET /api/v1/sessions/{session_id}/frames/{t}",
        "GET /api/v1/sessions/{session_id}/tensors/{name}",
        "GET /api/v1/sessions/{session_id}/explanations/{tensor}",
        "GET /api/v1/sessions/{session_id}/matrices",
        "GET /api/v1/sessions/{session_id}/paths",
        "GET /api/v1/sessions/{session_id}/metrics",
        "GET /api/v1/sessions/{session_id}/trends",
        "GET /api/v1/sessions/{session_id}/histograms",
        "GET /api/v1/sessions/{session_id}/slices",
        "GET /api/v1/sessions/{session_id}/landscape",
        "GET /api/v1/sessions/{session_id}/maps",
        "POST /api/v1/sessions/{session_id}/predictions",
        "POST /api/v1/datasets",
        "GET /api/v1/datasets/{dataset_id}",
        "POST /api/v1/sessions/{session_id}/gradient-checks",
        "GET /api/v1/sessions/{session_id}/diagnostics",
        "GET /api/v1/sessions/{session_id}/questions",
        "GET /api/v1/lessons",
        "GET /api/v1/lessons/{name}",
        "POST /api/v1/sessions/{session_id}/grades",
        "GET /api/v1/sessions/{session_id}/export",
        "POST /api/v1/imports",
        "GET /api/v1/catalog",
        "GET /livez",
        "GET /readyz",
        "GET /metrics",
    }


def references(part):
    """What the parts of a piece of the document refer to."""
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(references, part.values()))
    return set().union(*map(references, part)) if isinstance(part, list) else set()


def test_every_reference_of_the_document_leads_somewhere(document):
    found = references(document)

    assert len(found) > 20
    for reference in found:
        place = document
        for key in reference.removeprefix("#/").split("/"):
            place = place[key]


def test_every_operation_has_a_name_of_its_own_its_parameters_and_its_answers(document):
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names)

    for name, operation in operations(document):
        in_path = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}
        assert in_path == {part[1:-1] for part in name.split("/") if part.startswith("{")}
        assert operation["summary"]
        for status, response in operation["responses"].items():
            assert response["description"]
            if status in ("200", "201", "202") and name not in ("GET /livez", "GET /readyz", "GET /metrics"):
                media = "text/event-stream" if name.endswith("/events") else "application/json"
                assert references(response["content"][media]["schema"]), name


def test_a_condition_is_offered_where_there_is_a_session_to_hold_to_it(document):
    taken = {
        name: {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
        for name, operation in operations(document)
        if not name.startswith("GET") and "parameters" in operation
    }
    keyed = {name for name, headers in taken.items() if "idempotency-key" in headers}
    conditional = {name for name, headers in taken.items() if "if-match" in headers}

    assert keyed - conditional == {
        "POST /api/v1/sessions",
        "POST /api/v1/imports",
        "DELETE /api/v1/sessions/{session_id}/runs/{run_id}",
    }
    assert conditional < keyed


def test_what_can_be_had_as_a_file_has_its_own_answer_beside_the_json(document):
    schema = "application/x-safetensors"
    answers = {
        name: operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for name, operation in operations(document)
        if schema in operation["responses"].get("200", {}).get("content", {})
    }

    prefix = "GET /api/v1/sessions/{session_id}"
    assert answers == {
        f"{prefix}/frames/{{t}}": "FrameAnswer",
        f"{prefix}/tensors/{{name}}": "TensorAnswer",
        f"{prefix}/maps": "MapsAnswer",
        f"{prefix}/export": "SavedFile",
    }


def test_every_operation_says_that_its_errors_are_problems(document):
    for name, operation in operations(document):
        for status in ("4XX", "500"):
            problems = operation["responses"][status]["content"]
            assert problems["application/problem+json"]["schema"]["$ref"].endswith("/Problem"), name
        assert "422" not in operation["responses"]


def test_what_a_call_makes_leads_to_the_calls_that_take_it(api):
    paths = api.get("//openapi.json").json()["paths"]
    links = {
        path: set(operations["post"]["responses"][status]["links"])
        for path, operations in paths.items()
        for status in ("201", "202")
        if status in operations.get("post", {}).get("responses", {})
    }

    def names(*ends):
        return {one["operationId"] for path in paths for one in paths[path].values() if path.endswith(ends)}

    taking_a_session = {one["operationId"] for path in paths for one in paths[path].values() if "{session_id}" in path}
    assert set(links) == {f"/api/v1{path}" for path in (
        "/sessions", "/sessions/{session_id}/fork", "/sessions/{session_id}/runs", "/datasets", "/imports"
    )}  # fmt: skip
    for path in ("/sessions", "/sessions/{session_id}/fork", "/imports"):
        assert links[f"/api/v1{path}"] == taking_a_session
    assert links["/api/v1/sessions/{session_id}/runs"] == names("/{run_id}")
    assert links["/api/v1/datasets"] == names("/{dataset_id}")
    run = paths["/api/v1/sessions/{session_id}/runs"]["post"]["responses"]["202"]["links"]
    assert next(iter(run.values()))["parameters"] == {
        "session_id": "$request.path.session_id",
        "run_id": "$response.body#/run/id",
    }
