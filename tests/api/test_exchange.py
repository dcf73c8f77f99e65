"""Files out and in: what is exported makes the session again, and a file that is wrong is refused with its place."""

import asyncio
import base64
import copy
import csv
import json
import subprocess
import sys
from textwrap import wrap
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from app.engine.optimizers import OPTIMIZERS
from app.sessions.saved_file import VERSION
from app.settings import PROFILES, Settings
from tests.api.problems import check_problem, shown
from tests.conftest import Learner
from tests.engine.nets import check_equal, net, nets

SPEC = net(name="Über a “net”", batch_size=2, shuffle=True, optimizer={"type": "adam"})


@pytest.fixture
def session(api):
    """A session in the backward pass of its ninth step, in the middle of an epoch."""
    made = api.create(SPEC)
    made.advance("batch", 8)
    made.advance("op", 8)
    return made


def exported(session, **query):
    response = session.api.get(f"{session.path}/export", params=query)
    assert response.status_code == 200, response.text
    return response


def imported(api, file):
    response = api.post("/imports", file)
    assert response.status_code == 201, response.text
    body = response.json()
    assert (body["replayed"], body["warnings"]) == (True, [])
    assert response.headers["location"].endswith(body["session"]["id"])
    return Learner(api, body)


def place(head):
    """A head but for what tells two sessions apart."""
    return {key: value for key, value in head.items() if key not in ("id", "view_id", "rev")}


def check_at(pointer, response, code):
    """The problem that a request is refused with, which is at `pointer`."""
    problem = check_problem(response, code)
    assert problem["errors"][0]["pointer"] == pointer
    return problem


# ---- Out


@pytest.mark.parametrize(
    ("format_", "media", "name"),
    [
        ("json", "application/json", "uber-a-net-t144.backscope.json"),
        ("numpy", "text/x-python; charset=utf-8", "uber-a-net-t144.numpy.py"),
        ("pytorch", "text/x-python; charset=utf-8", "uber-a-net-t144.pytorch.py"),
        ("safetensors", "application/x-safetensors", "uber-a-net-t144.safetensors"),
        ("csv", "text/csv; charset=utf-8", "uber-a-net-t144.csv"),
    ],
)
def test_an_export_is_a_file_with_a_name_and_a_type(session, format_, media, name):
    response = exported(session, format=format_)

    assert response.headers["content-type"] == media
    written = name.replace("uber", "%C3%BCber")
    assert response.headers["content-disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{written}"


@pytest.mark.parametrize(
    ("name", "plain", "written"),
    [
        ("Mazur 2015", "mazur-2015", None),
        ("../../etc/passwd", "etc-passwd", None),
        ('a"; filename=b', "a-filename-b", None),
        ("日本 3", "3", "日本-3"),
        ("שלום", "session", "שלום"),
        ("हिन्दी", "session", "हिन्दी"),
        ("😀", "session", None),
    ],
)
def test_a_file_has_the_session_s_name_in_its_own_letters(api, name, plain, written):
    made = api.create({"preset": "mazur", "name": name})

    disposition = exported(made, format="csv").headers["content-disposition"]

    extra = f"; filename*=UTF-8''{quote(written)}-t0.csv" if written else ""
    assert disposition == f'attachment; filename="{plain}-t0.csv"' + extra


def test_an_export_is_what_its_query_says_whatever_the_client_would_like(api, session):
    answer = api.get(f"{session.path}/export?format=csv", headers={"Accept": "application/octet-stream"})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")


def test_an_export_leaves_the_head_where_it_is(session):
    before = session.head

    for format_ in ("json", "numpy", "pytorch", "safetensors"):
        exported(session, format=format_, t=20)

    assert session.head == before


@pytest.mark.parametrize("t", [0, 18, 136, 144])
def test_the_numpy_script_of_a_moment_prints_the_gradients_of_its_step(session, t):
    source = exported(session, format="numpy", t=t).text
    done = subprocess.run([sys.executable, "-I", "-c", source], capture_output=True, text=True, timeout=60)

    lines = dict(line.split(" = ", 1) for line in done.stdout.splitlines())
    step_end = (max(t - 1, 0) // session.ticks_per_step + 1) * session.ticks_per_step
    session.advance("batch", 1)
    frame = session.frame(step_end)
    assert {"loss.value", "hidden1.dW", "output.db", "hidden1.W"} < set(lines)
    for name, value in lines.items():
        check_equal(json.loads(value), frame[name]["values"], name)


def test_safetensors_has_the_weights_of_the_moment_under_pytorch_s_names(session):
    weights = load(exported(session, format="safetensors", t=34).content)

    assert set(weights) == {"hidden1.weight", "hidden1.bias", "output.weight", "output.bias"}
    frame = session.frame(34)
    assert weights["hidden1.weight"].tolist() == frame["hidden1.W"]["values"]
    assert weights["output.bias"].tolist() == frame["output.b"]["values"]


def test_pytorch_loads_the_weights_and_computes_the_same_output(session):
    torch = pytest.importorskip("torch", reason="PyTorch is no dependency; its modules are tested where it is there")
    from safetensors.torch import load as load_torch

    layers = {"hidden1": torch.nn.Linear(2, 3, dtype=torch.float64), "output": torch.nn.Linear(3, 2).double()}
    module = torch.nn.ModuleDict(layers)

    module.load_state_dict(load_torch(exported(session, format="safetensors").content))

    frame = session.frame(session.head["t"])
    hidden = torch.tanh(module["hidden1"](torch.tensor(frame["input.a"]["values"], dtype=torch.float64)))
    check_equal(module["output"](hidden).detach().numpy(), frame["output.z"]["values"])


def test_safetensors_says_of_which_spec_and_moment_it_is(session):
    content = exported(session, format="safetensors").content
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])

    assert header["__metadata__"]["t"] == "144"
    assert json.loads(header["__metadata__"]["spec"]) == session.spec


def test_the_table_has_the_metrics_of_every_step(session):
    lines = list(csv.DictReader(exported(session, format="csv").text.splitlines()))

    series = session.get("/metrics")["series"]
    assert [line["step"] for line in lines] == [str(step) for step in range(9)]
    assert set(lines[0]) == {"step", *series}
    for name, curve in series.items():
        values = {int(line["step"]): float(line[name]) for line in lines if line[name]}
        assert values == dict(zip(curve["steps"], curve["values"], strict=True)), name
    assert {"loss", "gradient_norm.hidden1"} < set(series)


def test_an_export_that_cannot_be_is_refused(api, session):
    check_at("t", api.get(f"{session.path}/export?format=csv&t=20"), "invalid_request")
    check_at("format", api.get(f"{session.path}/export?format=onnx"), "invalid_request")
    check_at("form", api.get(f"{session.path}/export?form=json"), "invalid_request")
    for format_ in ("json", "numpy", "safetensors"):
        refused = check_problem(api.get(f"{session.path}/export?format={format_}&t=145"), "moment_not_reached")
        assert refused["detail"] == "t: expected a moment up to the head, t = 144, got 145"
    check_problem(api.get("/sessions/s_none/export"), "session_not_found")


# ---- In again


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names())
def test_an_imported_session_is_where_the_other_was_and_goes_on_as_it_does(api, optimizer):
    one = api.create({**SPEC, "optimizer": {"type": optimizer}})
    one.advance("op", 100)

    other = imported(api, exported(one).json())

    assert other.head["rev"] == 0
    assert place(other.head) == place(one.head)
    for granularity, count in (("op", 5), ("batch", 1), ("epoch", 3)):
        one.advance(granularity, count)
        other.advance(granularity, count)
        assert place(other.head) == place(one.head)
        assert other.frame(other.head["t"]) == one.frame(one.head["t"])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spec=nets(), ticks=st.integers(0, 40), more=st.integers(1, 40))
def test_any_session_goes_on_from_its_file_bit_for_bit(api, spec, ticks, more):
    one = api.create(spec)
    if ticks:
        one.advance("op", ticks)

    other = imported(api, exported(one).json())

    assert place(other.head)["state_sha256"] == one.head["state_sha256"]
    if one.head["status"] != "diverged":
        one.advance("op", more)
        other.advance("op", more)
    assert other.head["state_sha256"] == one.head["state_sha256"]


def test_a_file_of_an_earlier_moment_opens_there(api, session):
    other = imported(api, exported(session, t=40).json())

    session.rewind(to=40)
    assert place(other.head) == place(session.head)
    assert other.frame(40) == session.frame(40)


def test_an_imported_session_begins_with_its_file(api, session):
    other = imported(api, exported(session).json())
    first = 8 * other.ticks_per_step
    other.advance("batch", 40)

    assert other.rewind(to=first)["t"] == first
    assert other.head["phase"] is None
    assert other.frame(first)["hidden1.z"] is None
    assert other.rewind(to_rev=0)["t"] == session.head["t"]
    refused = api.get(f"{other.path}/frames/{first - 1}")
    assert f"begins at t = {first}, got {first - 1}" in check_problem(refused, "moment_not_reached")["detail"]
    check_problem(api.post(f"{other.path}/rewind", {"to": 0}), "moment_not_reached")
    assert other.explain("hidden1.W", 0, 0)["kind"] == "given"


ASKED = [
    "/graph",
    "/metrics",
    "/paths?tensor=hidden1.W&index=0,0",
    "/slices?tensor=hidden1.W&index=0,0&points=3",
    "/landscape?resolution=3",
    "/trends",
    "/histograms?tensor=hidden1.W",
    "/explanations/hidden1.dW?index=0,1",
    "/explanations/output.W?index=0,1",
    "/export?format=numpy",
    "/diagnostics",
    "/export?format=csv",
]


@pytest.mark.parametrize("path", ASKED)
def test_whatever_can_be_asked_of_a_session_can_be_asked_of_an_imported_one(api, session, path):
    session.advance("op", 9)
    other = imported(api, exported(session, t=session.head["t"] - 1).json())
    other.advance("op", 1)

    answer, same = api.get(other.path + path), api.get(session.path + path)

    assert answer.status_code == same.status_code == 200
    if "slices" in path or "paths" in path or "dW" in path:
        assert {**answer.json(), "session": None} == {**same.json(), "session": None}


def test_the_curves_of_an_imported_session_begin_with_it(api, session):
    other = imported(api, exported(session).json())

    for one in (session, other):
        one.advance("epoch", 30)
        one.rewind(to=one.head["t"] - 60)
        one.advance("op", 5)

    whole, rest = session.get("/metrics")["series"], other.get("/metrics")["series"]
    assert set(rest) == set(whole)
    for name, curve in whole.items():
        since = [(s, v) for s, v in zip(curve["steps"], curve["values"], strict=True) if s >= 8]
        assert list(zip(rest[name]["steps"], rest[name]["values"], strict=True)) == since, name


def test_an_imported_session_has_no_curve_of_epochs_before_one_has_ended(api):
    one = api.create(SPEC)
    one.advance("batch", 1)

    series = imported(api, exported(one).json()).get("/metrics")["series"]

    assert series["train_loss"] == {"steps": [], "values": []}
    assert series["loss"] == {"steps": [], "values": []}


def test_an_imported_session_is_opened_again_from_the_store(api, session):
    other = imported(api, exported(session).json())
    other.advance("batch", 30)
    other.rewind(to=other.head["t"] - 40)
    before = other.head, other.frame(other.head["t"])

    api.app.state.workbench._open.clear()

    assert (other.head, other.frame(other.head["t"])) == before


def test_an_export_of_an_imported_session_is_the_file_it_came_from(api, session):
    file = exported(session).content

    assert exported(imported(api, json.loads(file))).content == file


def test_uploaded_rows_travel_with_the_session(api):
    table = "a,b,kind\n" + "".join(f"{i},{i % 3},{'yes' if i % 2 else 'no'}\n" for i in range(12))
    kept = api.request("POST", "/datasets?target=kind", content=table, headers={"content-type": "text/csv"}).json()
    one = api.create(net(data={"dataset_id": kept["id"], "test_fraction": 0.25}, loss="cross_entropy", batch_size=2))
    one.advance("op", 70)

    file = exported(one).json()
    other = imported(api, file)

    assert "dataset_id" not in file["spec"]["data"]
    one.advance("epoch", 3)
    other.advance("epoch", 3)
    assert place(other.head) == place(one.head)
    for key, names in (("input_names", ["a", "b"]), ("class_names", ["no", "yes"])):
        assert one.get("/data")[key] == other.get("/data")[key] == names


def test_numbers_that_are_not_finite_travel_too(api):
    wild = api.create(net(optimizer={"type": "sgd", "learning_rate": 1e200}))
    wild.advance("batch", 100)
    file = exported(wild).json()

    other = imported(api, file)

    assert "NaN" in json.dumps(file["checkpoint"]["parameters"])
    assert place(other.head) == {**place(wild.head), "phase": None}  # it begins here
    assert other.head["status"] == "diverged"


def test_a_replay_that_comes_out_otherwise_is_reported_and_the_checkpoint_wins(api, session):
    file = exported(session).json()
    file["state_sha256"] = "0" * 64

    body = api.post("/imports", file).json()

    assert body["replayed"] is False
    assert body["session"]["t"] == 8 * session.ticks_per_step
    assert "stands at its checkpoint, t = 136" in body["warnings"][0]
    parameters = Learner(api, body).frame(136)["hidden1.W"]["values"]
    assert parameters == file["checkpoint"]["parameters"]["hidden1.W"]


def test_data_that_came_out_otherwise_is_reported(api, session):
    file = {**exported(session).json(), "data_sha256": "0" * 64}

    body = api.post("/imports", file).json()

    assert body["replayed"] is True
    assert body["warnings"] == ["The data of this spec came out different here: training goes on with other rows."]


WRONG = [
    ("file_too_new", "/backscope", VERSION + 1, f"version {VERSION}, got version {VERSION + 1}"),
    ("invalid_request", "/backscope", "1", "a whole number"),
    ("invalid_request", "/spec", None, "expected an object"),
    ("unknown_loss", "/spec/loss", "msee", "mse"),
    ("invalid_request", "/data_sha256", "abc", "64 hexadecimal digits"),
    ("invalid_request", "/ticks", 17, "from 0 to 16, got 17"),
    ("invalid_request", "/checkpoint", [], "expected an object"),
    ("invalid_request", "/checkpoint/step", -1, "got -1"),
    ("invalid_request", "/checkpoint/step", 2.0, "a whole number"),
    ("invalid_request", "/checkpoint/epoch", 3, "from -1 to 2"),
    ("invalid_request", "/checkpoint/loss", None, "got null"),
    ("invalid_request", "/checkpoint/loss", "nan", "NaN, Infinity"),
    ("invalid_request", "/checkpoint/order", [0, 1], "expected 5 rows"),
    ("invalid_request", "/checkpoint/order", [0, 1, 2, 3, 3], "some twice"),
    ("invalid_request", "/checkpoint/order/4", 5, "from 0 to 4"),
    ("invalid_request", "/checkpoint/generator/bit_generator", "MT19937", "PCG64"),
    ("invalid_request", "/checkpoint/generator/state", 5, "a text of digits"),
    ("invalid_request", "/checkpoint/generator/inc", str(2**128), "below 2^128"),
    ("invalid_request", "/checkpoint/generator/has_uint32", 2, "from 0 to 1"),
    ("invalid_request", "/checkpoint/parameters", None, "expected an object"),
    ("shape_mismatch", "/checkpoint/parameters/hidden1.W", [[1, 2], [3, 4]], "expected shape (3, 2), got (2, 2)"),
    ("shape_mismatch", "/checkpoint/parameters/hidden1.W/1", [1, 2, 3], "hidden1.W[1]: expected shape (2,), got (3,)"),
    ("invalid_request", "/checkpoint/parameters/hidden1.W/1/0", "x", "hidden1.W[1][0]: expected a number"),
    ("non_finite_number", "/checkpoint/parameters/hidden1.W/1/0", 10**399, "64 bits"),
    ("invalid_request", "/checkpoint/state/hidden1.mW/0/0", None, "got null"),
    ("unknown_tensor", "/checkpoint/parameters/hidden1.WW", [], "Did you mean hidden1.W?"),
    ("invalid_request", "/more", 1, "unknown field"),
    ("invalid_request", "/checkpoint/generator/more", 1, "unknown field"),
]


def put(document, pointer, value):
    *path, last = pointer.split("/")[1:]
    for key in path:
        document = document[int(key) if isinstance(document, list) else key]
    document[int(last) if isinstance(document, list) else last] = value


@pytest.fixture(scope="module")
def file(api):
    made = api.create(SPEC)
    made.advance("batch", 8)
    return exported(made).json()


@pytest.mark.parametrize(("code", "pointer", "value", "says"), WRONG, ids=shown)
def test_a_file_with_something_wrong_is_refused_with_its_place(api, file, code, pointer, value, says):
    wrong = copy.deepcopy(file)
    put(wrong, pointer, value)

    problem = check_at(pointer, api.post("/imports", wrong), code)

    assert says in problem["detail"]


MISSING = [
    "/backscope",
    "/spec",
    "/checkpoint",
    "/checkpoint/order",
    "/checkpoint/generator/inc",
    "/checkpoint/parameters/output.b",
    "/checkpoint/state/output.vb",
    "/state_sha256",
]


@pytest.mark.parametrize("pointer", MISSING)
def test_a_file_with_something_missing_is_refused_with_its_place(api, file, pointer):
    wrong = copy.deepcopy(file)
    *path, last = pointer.split("/")[1:]
    holder = wrong
    for key in path:
        holder = holder[key]
    del holder[last]

    assert "is missing" in check_at(pointer, api.post("/imports", wrong), "invalid_request")["detail"]


def test_an_import_counts_as_a_session(api_with, file):
    full = api_with(sessions=1)
    full.create("xor")

    check_problem(full.post("/imports", file), "at_capacity")


# ---- Weights in


def weights(values):
    return base64.b64encode(save(values)).decode()


WEIGHTS = {
    "hidden1.weight": np.arange(6.0).reshape(3, 2),
    "hidden1.bias": np.array([0.5, np.nan, -0.5]),
    "output.weight": np.ones((2, 3), "float32"),
    "output.bias": np.zeros(2),
}


def test_weights_with_pytorch_s_names_begin_a_session_of_that_spec(api):
    made = imported(api, {"spec": net(), "safetensors": weights(WEIGHTS)})

    frame = made.frame(0)
    assert frame["hidden1.W"]["values"] == WEIGHTS["hidden1.weight"].tolist()
    assert frame["output.W"]["values"] == WEIGHTS["output.weight"].tolist()
    assert frame["hidden1.b"]["values"] == [0.5, "NaN", -0.5]
    assert made.head["t"] == 0
    api.app.state.workbench._open.clear()
    assert made.frame(0) == frame


def test_weights_take_the_place_of_the_spec_s_own_which_it_does_not_tell_any_more(api):
    spec = net(parameters={"output.b": [7, 8]})

    made = imported(api, {"spec": spec, "safetensors": weights(WEIGHTS)})

    assert made.spec["parameters"] == made.get("")["spec"]["parameters"] == {}
    made.advance("batch")
    file = made.get("/export")
    assert file["spec"]["parameters"] == {}
    again = imported(api, file)
    assert again.head["state_sha256"] == made.head["state_sha256"]


def test_weights_that_the_session_s_dtype_does_not_hold_are_refused_and_not_infinite(api):
    large = {**WEIGHTS, "hidden1.weight": np.array([[0, 1], [2, 1e300], [4, 5]])}
    body = {"spec": net(dtype="float32"), "safetensors": weights(large)}

    problem = check_problem(api.post("/imports", body), "non_finite_number")

    assert problem["detail"] == "hidden1.weight[1][1]: expected a number that float32 holds, got 1e+300"
    assert problem["errors"][0]["pointer"] == "/safetensors"


def test_exported_weights_come_back(api, session):
    content = exported(session, format="safetensors").content

    made = imported(api, {"spec": session.spec, "safetensors": base64.b64encode(content).decode()})

    assert made.frame(0)["hidden1.W"] == session.frame(session.head["t"])["hidden1.W"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_base64_may_have_line_ends_as_programs_write_it(api, end):
    lines = wrap(weights(WEIGHTS), 76)
    assert len(lines) > 2

    made = imported(api, {"spec": net(), "safetensors": "".join(line + end for line in lines)})

    assert made.frame(0)["hidden1.W"]["values"] == WEIGHTS["hidden1.weight"].tolist()


@pytest.mark.parametrize("stray", [" ", "\t", "\r", "\f", "-", "\u2028"])
def test_base64_with_anything_else_in_it_is_refused(api, stray):
    file = weights(WEIGHTS)
    body = {"spec": net(), "safetensors": f"{file[:76]}{stray}{file[76:]}"}

    assert "expected Base64" in check_at("/safetensors", api.post("/imports", body), "invalid_request")["detail"]


@pytest.mark.parametrize(
    ("code", "pointer", "body", "says"),
    [
        ("invalid_request", "/spec", {"safetensors": weights(WEIGHTS)}, "expected an object"),
        ("invalid_request", "/spec/layers", {"spec": {"data": {}}, "safetensors": weights(WEIGHTS)}, "missing"),
        ("invalid_request", "/safetensors", {"spec": net(), "safetensors": 5}, "Base64"),
        ("invalid_request", "/safetensors", {"spec": net(), "safetensors": "ÄÄ=="}, "Base64"),
        ("invalid_request", "/safetensors", {"spec": net(), "safetensors": "AAAA"}, "cannot be read"),
        ("invalid_request", "/t", {"spec": net(), "safetensors": weights(WEIGHTS), "t": 0}, "unknown field"),
        (
            "shape_mismatch",
            "/safetensors",
            {"spec": net(), "safetensors": weights({**WEIGHTS, "output.weight": np.ones((3, 2))})},
            "output.weight: expected shape (2, 3), got (3, 2)",
        ),
    ],
)
def test_weights_that_cannot_be_taken_are_refused(api, code, pointer, body, says):
    assert says in check_at(pointer, api.post("/imports", body), code)["detail"]


BIG = {
    "data": {"dataset": "digits"},
    "layers": [{"units": 400}, {"units": 128}, {"units": 10}],
    "loss": "cross_entropy",
    "optimizer": {"type": "adam"},
    "batch_size": 50,
}


@pytest.fixture(scope="module")
def big(api):
    """A saved session of a network that is larger than a body may be."""
    session = api.create(BIG)
    session.advance("batch")
    return session, api.get(f"{session.path}/export").content


@pytest.mark.parametrize("profile", PROFILES)
def test_what_a_server_saved_it_opens_however_large(api_with, big, profile):
    session, file = big
    api = api_with(profile=profile)
    assert len(file) > api.app.state.settings.body_bytes

    opened = api.request("POST", "/imports", content=file, headers={"content-type": "application/json"})

    assert (opened.status_code, opened.json()["replayed"]) == (201, True)
    assert opened.json()["session"]["state_sha256"] == session.head["state_sha256"]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_file_has_room_for_every_number_of_the_largest_network_and_its_data(profile):
    """The parameters and up to three of state for each, with 22 characters a number."""
    limits = Settings(profile=profile)

    assert limits.import_bytes >= 4 * 22 * limits.parameters + 22 * limits.cells


def test_only_some_large_files_are_held_at_once_and_small_ones_pass(api_with, big):
    file, send = big[1], {"headers": {"content-type": "application/json"}}
    api = api_with(body_bytes=100_000, body_seconds=1, import_bytes=len(file))

    async def stalled():
        yield file[:200_000]
        await asyncio.sleep(20)

    holding = [("POST", "/imports", {"content": stalled(), **send}) for _ in range(5)]
    small = api.create("xor").get("/export")

    answers = api.together(*holding, ("POST", "/imports", {"json": small}))

    assert [answer.status_code for answer in answers] == [408] * 5 + [201]
    assert api.request("POST", "/imports", content=file, **send).status_code == 201
    check_problem(api.request("POST", "/imports", content=file + b" ", **send), "payload_too_large")


@pytest.mark.parametrize(("dtype", "size"), [("BF16", 2), ("F8_E4M3", 1)])
def test_weights_of_a_type_that_numpy_has_not_are_refused_by_its_name(api, dtype, size):
    header = json.dumps({"output.weight": {"dtype": dtype, "shape": [1], "data_offsets": [0, size]}}).encode()
    file = base64.b64encode(len(header).to_bytes(8, "little") + header + bytes(size)).decode()

    problem = check_problem(api.post("/imports", {"spec": net(), "safetensors": file}), "invalid_request")

    assert problem["detail"] == f"safetensors: expected numbers that NumPy has, as in F32 or F64, got {dtype}"
