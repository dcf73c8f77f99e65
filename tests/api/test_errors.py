"""Every code of the closed list, from a request that deserves it: status, shape, and a session left as it was."""

from pathlib import Path

import pytest

from app.api.problems import STATUS
from app.engine.presets import presets
from tests.api.problems import check_problem, shown
from tests.engine.nets import X, net

ONE_LAYER = [{"units": 2}]


def data(x=X, y=None, **more):
    return net(data={"inline": {"x": x, "y": [[0, 1]] * len(x) if y is None else y, **more}})


CREATE = [
    ("invalid_request", {}, "/data", "`data` is missing"),
    ("invalid_request", {"preset": 7}, "/preset", "got 7"),
    ("invalid_request", {"preset": None}, "/preset", "got null"),
    ("invalid_request", {"preset": "p" * 100_000}, "/preset", "expected a text of 1 to 60 characters"),
    ("invalid_request", {"preset": "mazur", "learning_rate": 1}, "/learning_rate", "unknown field"),
    ("invalid_request", net(dtype="float16"), "/dtype", "expected one of float64, float32"),
    ("invalid_request", net(penalti={"l2": 0.1}), "/penalti", "unknown field"),
    ("invalid_request", net(optimizer={"type": "sgd", "betas": [0, 0]}), "/optimizer/betas", "unknown field"),
    ("invalid_request", net(optimizer={"type": "sgd", "momentum": -0.1}), "/optimizer/momentum", "at least 0"),
    ("invalid_request", net(optimizer={"type": "adam", "betas": 0.9}), "/optimizer/betas", "a list of two numbers"),
    ("invalid_request", net(optimizer={"type": "adam", "betas": [0.9, 1]}), "/optimizer/betas/1", "below 1, got 1"),
    ("invalid_request", net(optimizer={"type": "adam", "eps": 0}), "/optimizer/eps", "above 0"),
    (
        "invalid_request",
        net(optimizer={"type": "sgd", "learning_rate": -0.1}),
        "/optimizer/learning_rate",
        "at least 0",
    ),
    ("invalid_request", net(optimizer={"type": "sgd", "learning_rate": "x"}), "/optimizer/learning_rate", 'got "x"'),
    ("invalid_request", net(optimizer={"learning_rate": 0.1}), "/optimizer/type", "`type` is missing"),
    ("invalid_request", net(optimizer=None), "/optimizer", "got null"),
    ("invalid_request", net(loss={"type": "mse", "reduction": "none"}), "/loss/reduction", "one of mean, sum"),
    ("invalid_request", net(loss={"type": ["mse"]}), "/loss/type", "expected a name"),
    ("invalid_request", net(batch_size=0), "/batch_size", "at least 1 and at most 5"),
    ("invalid_request", net(batch_size=6), "/batch_size", "at least 1 and at most 5"),
    ("invalid_request", net(batch_size=True), "/batch_size", "a whole number, got true"),
    ("invalid_request", net(shuffle=1), "/shuffle", "true or false"),
    ("invalid_request", net(seed=-1), "/seed", "at least 0"),
    ("invalid_request", net(seed=1.0), "/seed", "a whole number"),
    ("invalid_request", net(seed=2**53), "/seed", f"at most {2**53 - 1}, got {2**53}"),
    ("invalid_request", net(name=""), "/name", "1 to 120 characters"),
    ("invalid_request", net(name="n" * 100_000), "/name", "1 to 120 characters"),
    ("invalid_request", net(layers=[]), "/layers", "at least one layer"),
    ("invalid_request", net(layers={"units": 2}), "/layers", "expected a list"),
    ("invalid_request", net(layers=["dense"]), "/layers/0", "expected an object"),
    ("invalid_request", net(layers=[{}]), "/layers/0/units", "`units` is missing"),
    (
        "invalid_request",
        net(layers=[{"units": 0}]),
        "/layers/0/units",
        "output: units: expected a whole",
    ),
    ("invalid_request", net(layers=[{"units": 2, "unit": 2}]), "/layers/0/unit", 'output: unknown field "unit"'),
    ("invalid_request", net(layers=[{"units": 2, "name": "a b"}]), "/layers/0/name", "a letter, then"),
    ("invalid_request", net(layers=[{"units": 2, "name": "n" * 41}]), "/layers/0/name", "a letter, then"),
    (
        "invalid_request",
        net(layers=[{"units": 2, "bias": None}]),
        "/layers/0/bias",
        "output: bias: expected true",
    ),
    ("invalid_request", net(layers=[{"units": 2, "activation": {"slope": 1}}]), "/layers/0/activation/type", "missing"),
    ("invalid_request", net(frozen="hidden1.b"), "/frozen", "expected a list"),
    ("invalid_request", net(frozen=[1]), "/frozen/0", "a parameter's name"),
    ("invalid_request", net(parameters=[]), "/parameters", "expected an object"),
    (
        "invalid_request",
        net(parameters={"hidden1.b": [0, "0", 0]}),
        "/parameters/hidden1.b/1",
        "hidden1.b[1]: expected a",
    ),
    ("invalid_request", net(data=None), "/data", "expected an object"),
    ("invalid_request", net(data={}), "/data", "`dataset`, `dataset_id` or `inline`, got nothing"),
    ("invalid_request", net(data={"x": [[1]], "y": [1]}), "/data", '`dataset`, `dataset_id` or `inline`, got "x", "y"'),
    ("invalid_request", net(data={"dataset_id": 7}), "/data/dataset_id", "expected a text"),
    ("invalid_spec", net(data={"dataset_id": "d_1"}), "/data/dataset_id", 'There is no data set "d_1" here'),
    ("invalid_request", net(data={"dataset": "xor", "sample": 4}), "/data/sample", "unknown field"),
    ("invalid_request", net(data={"inline": {"x": X}}), "/data/inline/y", "`y` is missing"),
    ("invalid_request", data(z=[]), "/data/inline/z", "unknown field"),
    ("invalid_request", data([]), "/data/inline/x", "expected a list of rows"),
    ("invalid_request", data([[]]), "/data/inline/x", "expected a list of rows"),
    ("invalid_request", data([1, 2]), "/data/inline/x", "expected a list of rows"),
    ("invalid_request", data([[1, None]]), "/data/inline/x/0/1", "x[0][1]: expected a number, got null"),
    ("invalid_request", data([[1, "2"]]), "/data/inline/x/0/1", 'expected a number, got "2"'),
    ("invalid_request", data([[1, True]]), "/data/inline/x/0/1", "expected a number, got true"),
    ("invalid_request", data([[1, [2]]]), "/data/inline/x/0/1", "expected a number, got [2]"),
    ("invalid_request", data([[1, 2]], [0, [1]]), "/data/inline/y/1", "expected a number"),
    ("invalid_spec", net(layers=[{"units": 2, "name": "input"}]), "/layers/0/name", "cannot be called input"),
    ("invalid_spec", net(layers=[{"units": 2, "name": "loss"}]), "/layers/0/name", "cannot be called loss"),
    ("invalid_spec", net(layers=[{"units": 2, "name": "h"}] * 2), "/layers/1/name", "the name h is taken"),
    ("invalid_spec", net(layers=[{"units": 2, "name": "output"}, {"units": 2}]), "/layers/1/name", "output is taken"),
    (
        "invalid_spec",
        net(layers=[{"units": 2, "init": "he_norml"}]),
        "/layers/0/init",
        'output: Unknown initializer "he_norml". Did you mean he_normal?',
    ),
    ("invalid_spec", net(data={"dataset": "moon"}), "/data/dataset", "Did you mean moons?"),
    ("invalid_spec", data(y=[0, 1, 2, 0, 1]), "/data/inline/y/2", "expected a class from 0 to 1, got 2"),
    ("invalid_spec", data(y=[0, 1, 0.5, 0, 1]), "/data/inline/y/2", "expected a class from 0 to 1, got 0.5"),
    (
        "incompatible_loss",
        {**data(y=[0, 1, 3, 0, 1]), "layers": [{"units": 1}], "loss": "bce_with_logits"},
        None,
        "0 or 1",
    ),
    ("network_too_large", net(layers=[{"units": 5000}]), "/layers/0/units", "at most 4096 units, got 5000"),
    ("network_too_large", net(layers=[{"units": 2}] * 65), "/layers", "at most 64, got 65"),
    (
        "network_too_large",
        net(layers=[{"units": 2000}, {"units": 2000}, {"units": 2}]),
        "/layers",
        "at most 2000000 parameters",
    ),
    ("shape_mismatch", data([[1, 2], [3]]), "/data/inline/x/1", "row 1 has 1 numbers, row 0 has 2"),
    ("shape_mismatch", data(y=[[0, 1]]), "/data/inline/y", "expected 5, one a row of x, got 1"),
    ("shape_mismatch", data(y=[[0, 1, 0]] * 5), "/data/inline/y", "expected 2 a sample, one an output, got 3"),
    ("shape_mismatch", net(parameters={"hidden1.b": [1, 2]}), "/parameters/hidden1.b", "shape (3,), got (2,)"),
    (
        "shape_mismatch",
        net(parameters={"hidden1.W": [[1, 2]]}),
        "/parameters/hidden1.W",
        "hidden1.W: expected shape (3, 2)",
    ),
    ("shape_mismatch", net(parameters={"hidden1.W": 1}), "/parameters/hidden1.W", "got ()"),
    ("shape_mismatch", net(parameters={"hidden1.W": [[1, 2], [1], [1, 2]]}), "/parameters/hidden1.W/1", "row 1 has 1"),
    (
        "unknown_activation",
        net(layers=[{"units": 2, "activation": "rellu"}]),
        "/layers/0/activation",
        "output: Unknown",
    ),
    ("unknown_activation", net(layers=[{"units": 2, "activation": "a" * 99_999}]), "/layers/0/activation", "Unknown"),
    ("unknown_loss", net(loss="msee"), "/loss", "Did you mean mse?"),
    ("unknown_tensor", net(frozen=["hidden1.w"]), "/frozen/0", "Did you mean hidden1.W?"),
    ("unknown_loss", net(loss={"type": "cross_entropi"}), "/loss/type", "Unknown loss"),
    ("unknown_optimizer", net(optimizer="lion"), "/optimizer", "There are sgd, adagrad, rmsprop, adam, adamw."),
    ("unknown_layer", net(layers=[{"type": "conv", "units": 2}]), "/layers/0/type", "There is dense."),
    ("unknown_layer", net(frozen=["hidden2.W"]), "/frozen/0", "Did you mean hidden1?"),
    ("unknown_layer", net(parameters={"nothing": [1]}), "/parameters/nothing", "Unknown layer"),
    ("unknown_tensor", net(frozen=["hidden1.c"]), "/frozen/0", "Unknown tensor"),
    ("unknown_tensor", net(parameters={"hidden1.z": [[1]]}), "/parameters/hidden1.z", "Unknown tensor"),
    ("unknown_tensor", net(layers=[{"units": 2, "bias": False}], frozen=["output.b"]), "/frozen/0", "output.W"),
    ("unknown_preset", {"preset": "mazurr"}, "/preset", "Did you mean mazur?"),
    ("unknown_preset", {"preset": "?"}, "/preset", f"There are {', '.join(presets())}."),
    (
        "non_finite_number",
        net(optimizer={"type": "sgd", "learning_rate": 10**390}),
        "/optimizer/learning_rate",
        "finite",
    ),
    ("non_finite_number", data([[1, 10**390]]), "/data/inline/x/0/1", "x[0][1]: expected a finite number"),
    (
        "non_finite_number",
        net(dtype="float32", parameters={"output.b": [0, -1e300]}),
        "/parameters/output.b/1",
        "output.b[1]: expected a number that float32 holds, got -1e+300",
    ),
    ("non_finite_number", {**data([[1, 1e300]]), "dtype": "float32"}, "/data", "float32 holds, got 1e+300"),
    ("invalid_text", net(name="a\nb"), "/name", "control character"),
]
"""Bodies that POST /sessions refuses: the code, the pointer, and what the message says."""

READ = [
    ("unknown_tensor", "/explanations/hidden1.dw?index=0,0", "Did you mean hidden1.dW?"),
    ("invalid_request", "/frames/-1", "greater than or equal to 0"),
    ("invalid_request", "/frames/abc", "abc"),
    ("invalid_request", "/frames/" + "9" * 5000, "999…"),
    ("invalid_request", "/frames/0?tensor=input.a", "Unknown query parameter"),
    ("invalid_request", "/frames/0?tensors=input.a&tensors=input.a", "tensors stands twice"),
    ("invalid_request", "/graph?t=0", "expected none"),
    ("invalid_request", "/tensors/output.W?t=-1", "greater than or equal to 0"),
    ("invalid_request", "/tensors/output.W?t=1.5", "1.5"),
    ("invalid_request", "/tensors/output.W?rows=1", "expected first:end"),
    ("invalid_request", "/explanations/output.W", "expected 2 numbers for output.W of shape [2, 2], got []"),
    ("invalid_request", "/explanations/output.W?index=0,0,0", "expected 2 numbers"),
    ("invalid_request", "/explanations/output.W?index=0,-1", "expected whole numbers"),
    ("invalid_request", "/explanations/output.W?index=" + "0," * 5000, "expected whole numbers"),
    ("moment_not_reached", "/frames/9", "a moment up to the head, t = 8, got 9"),
    ("moment_not_reached", "/frames/99999999999999999999", "t = 8"),
    ("moment_not_reached", "/frames/" + "9" * 4000, "t = 8"),
    ("moment_not_reached", "/tensors/output.W?t=9", "t = 8"),
    ("moment_not_reached", "/explanations/output.W?index=0,0&t=9", "t = 8"),
    ("unknown_tensor", "/frames/0?tensors=output.W,output.q", "output.q"),
    ("unknown_tensor", "/frames/0?tensors=,", "Unknown tensor"),
    ("unknown_tensor", "/tensors/output.q", "output.q"),
    ("unknown_tensor", "/explanations/%FF", "Unknown tensor"),
    ("unknown_tensor", "/tensors/output", 'Unknown tensor "output". There are output.W, output.b, output.z, '),
    ("unknown_tensor", "/tensors/output.weight", "There are output.W, output.b, "),
    ("unknown_tensor", "/tensors/output.W.grad", "There are output.W, output.b, "),
    ("unknown_tensor", "/tensors/output.WW", "Did you mean output.W?"),
    ("unknown_tensor", "/explanations/output.W[0,1]", "Did you mean output.W?"),
    ("unknown_tensor", "/tensors/outputs.W", "Did you mean output.W?"),
    ("index_out_of_range", "/explanations/output.W?index=2,0", "shape [2, 2]; got index [2, 0]"),
    ("index_out_of_range", "/tensors/output.W?rows=0:3", "rows: expected first < end ≤ 2"),
    ("index_out_of_range", "/tensors/output.W?cols=1:1", "cols: expected first < end ≤ 2"),
    ("shape_mismatch", "/tensors/output.b?cols=0:1", "output.b has no cols"),
    ("not_computed_yet", "/tensors/output.db", "output.db is not computed yet at t = 8"),
    ("not_computed_yet", "/explanations/loss.value?t=3", "at t = 3"),
    ("not_found", "/nothing", "GET /api/v1/sessions/"),
    ("not_found", "/", "There is nothing here"),
    ("not_found", "/graph/", "; did you mean /api/v1/sessions/"),
    ("not_found", "/tensors/output%2FW", "There is nothing here"),
]
"""What cannot be read of the textbook network after its eighth tick."""

CHANGE = [
    ("invalid_request", "/steps", {"count": 0}, "/count"),
    ("invalid_request", "/steps", {"count": -1}, "/count"),
    ("invalid_request", "/steps", {"count": 1.0}, "/count"),
    ("invalid_request", "/steps", {"count": True}, "/count"),
    ("invalid_request", "/steps", {"count": "1"}, "/count"),
    ("invalid_request", "/steps", {"count": None}, "/count"),
    ("invalid_request", "/steps", {"count": 10**300}, "/count"),
    ("invalid_request", "/steps", {"granularity": "tick"}, "/granularity"),
    ("invalid_request", "/steps", {"granularity": "g" * 100_000}, "/granularity"),
    ("invalid_request", "/steps", {"return": "all"}, "/return"),
    ("invalid_request", "/steps", {"steps": 3}, "/steps"),
    ("invalid_request", "/steps", {"u" * 100_000: 3}, "/" + "u" * 60),
    ("invalid_request", "/rewind", {}, ""),
    ("invalid_request", "/rewind", {"to": 0, "to_rev": 0}, ""),
    ("invalid_request", "/rewind", {"to": -1}, "/to"),
    ("invalid_request", "/rewind", {"to": "0"}, "/to"),
    ("invalid_request", "/rewind", {"to_rev": -1}, "/to_rev"),
    ("invalid_request", "/predictions", {}, "/x"),
    ("invalid_request", "/predictions", {"x": "abc"}, "/x"),
    ("invalid_request", "/predictions", {"x": [1, 2]}, "/x"),
    ("invalid_request", "/predictions", {"x": [[1, True]]}, "/x/0/1"),
    ("shape_mismatch", "/predictions", {"x": [[1, 2, 3]]}, "/x"),
    ("shape_mismatch", "/predictions", {"x": [[1, 2], [3]]}, "/x/1"),
    ("count_too_large", "/predictions", {"x": [[1, 2]] * 40_000}, "/x"),
    ("count_too_large", "/steps", {"granularity": "batch", "count": 100_001}, None),
    ("count_too_large", "/steps", {"granularity": "epoch", "count": 2**53}, None),
    ("count_too_large", "/steps", {"granularity": "op", "count": 1_001, "return": "ticks"}, None),
    ("moment_not_reached", "/rewind", {"to": 9}, None),
    ("moment_not_reached", "/rewind", {"to": 10**300}, None),
    ("moment_not_reached", "/rewind", {"to_rev": 9}, None),
    ("method_not_allowed", "/graph", {}, None),
]
"""Commands that the same session refuses: the code, the path and the body, and the pointer."""

ELSEWHERE = {
    "invalid_json": "test_bodies.py",
    "json_too_deep": "test_bodies.py",
    "duplicate_key": "test_bodies.py",
    "payload_too_large": "test_bodies.py",
    "unsupported_media_type": "test_bodies.py",
    "csv_invalid": "test_uploads.py",
    "not_acceptable": "test_http.py",
    "misdirected_host": "test_security.py",
    "cross_site_request": "test_security.py",
    "listing_disabled": "test_security.py",
    "rate_limited": "test_rates.py",
    "body_too_slow": "test_bodies.py",
    "head_too_large": "test_wire.py",
    "invalid_http": "test_wire.py",
    "read_only": "test_retries.py",
    "stale_revision": "test_retries.py",
    "idempotency_in_progress": "test_retries.py",
    "run_active": "test_runs.py",
    "too_many_streams": "test_events.py",
    "too_many_sessions": "test_shares.py",
    "shutting_down": "test_runs.py",
    "idempotency_key_reused": "test_retries.py",
    "session_not_found": "test_sessions.py",
    "session_diverged": "test_divergence.py",
    "at_capacity": "test_sessions.py",
    "file_too_new": "test_exchange.py",
    "storage_full": "test_durability.py",
    "session_expired": "test_durability.py",
    "store_unavailable": "test_durability.py",
    "internal_error": "test_http.py",
}
"""The codes that take more than one request or another kind of body, and the file that has them."""


@pytest.mark.parametrize(("code", "body", "pointer", "says"), CREATE, ids=shown)
def test_a_spec_that_is_wrong_is_refused_and_the_field_named(api, code, body, pointer, says):
    sessions = len(list(api.app.state.workbench.store.ids()))

    problem = check_problem(api.post("/sessions", body), code)

    assert says in problem["detail"]
    assert pointer is None or [error["pointer"] for error in problem["errors"]] == [pointer]
    assert len(list(api.app.state.workbench.store.ids())) == sessions


@pytest.fixture(scope="module")
def eighth(api):
    """The textbook network after its eighth tick."""
    session = api.create("mazur")
    session.advance("op", 8)
    return session


@pytest.mark.parametrize(("code", "path", "says"), READ, ids=shown)
def test_what_cannot_be_read_says_why(api, eighth, code, path, says):
    before = eighth.head

    problem = check_problem(api.get(eighth.path + path), code)

    assert says in problem["detail"]
    assert eighth.head == before


@pytest.mark.parametrize(("code", "path", "body", "pointer"), CHANGE, ids=shown)
def test_a_command_that_is_refused_changes_nothing(api, eighth, code, path, body, pointer):
    before = eighth.head

    problem = check_problem(api.post(eighth.path + path, body), code)

    assert pointer is None or [error["pointer"] for error in problem["errors"]] == [pointer]
    assert eighth.head == before


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/steps", {"n": 3}, "n: unknown field; expected granularity, count, return"),
        ("/rewind", {"t": 3}, "t: unknown field; expected to, to_rev"),
        ("/runs", {"until": {"loss_below": 1, "loss": 1}}, "until.loss: unknown field; expected loss_below"),
        ("/previews", {"edits": [{"name": "output.W"}]}, "edits[0].tensor: is missing"),
        ("/previews", {"sample": {"x": [1, 2], "y": [0, 1], "at": 0}}, "sample.at: unknown field; expected x, y"),
        ("/runs", {"steps": 1, "until": 0.1}, "until: expected an object, got 0.1"),
        ("/runs", {}, "expected either `steps` or `epochs`, got neither"),
        ("/runs", {"steps": 1, "epochs": 1}, "expected either `steps` or `epochs`, got both"),
        ("/rewind", {}, "expected either `to` or `to_rev`, got neither"),
        ("/rewind", {"to": 1, "to_rev": 1}, "expected either `to` or `to_rev`, got both"),
    ],
    ids=shown,
)
def test_a_command_that_is_refused_says_what_was_wanted(api, eighth, path, body, says):
    assert check_problem(api.post(eighth.path + path, body), "invalid_request")["detail"] == says


@pytest.mark.parametrize(
    ("method", "path", "ends"),
    [
        ("POST", "/sessions/", "/sessions/; did you mean /api/v1/sessions?"),
        ("GET", "//catalog", "/catalog; did you mean /api/v1/catalog?"),
        ("GET", "//catalog/", "/catalog/; did you mean /api/v1/catalog?"),
        ("GET", "//readyz/", "/readyz/; did you mean /readyz?"),
        ("GET", "/catalogue", "GET /api/v1/catalogue"),
    ],
)
def test_an_address_with_a_slash_too_many_or_without_its_prefix_is_told_the_right_one(api, method, path, ends):
    detail = check_problem(api.request(method, path), "not_found")["detail"]

    assert detail.startswith(f"There is nothing here: {method} ")
    assert detail.endswith(ends)


def test_every_code_of_the_closed_list_has_a_request_that_deserves_it():
    here = {row[0] for table in (CREATE, READ, CHANGE) for row in table}

    assert here | set(ELSEWHERE) == set(STATUS)
    assert not here & set(ELSEWHERE)
    assert all(f'"{code}"' in (Path(__file__).parent / file).read_text("utf-8") for code, file in ELSEWHERE.items())
