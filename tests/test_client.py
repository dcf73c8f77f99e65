"""The client, against a real server: what a script or a notebook does."""

from __future__ import annotations

import pickle
import re
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import numpy as np
import pytest

from app import Client, Problem, client
from app.client import Session
from tests.browser.serving import ROOT, Server
from tests.engine.nets import net


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def backscope(server: Server) -> Iterator[Client]:
    with Client(server.url) as made:
        yield made


@pytest.fixture
def mazur(backscope: Client) -> Session:
    return backscope.create(preset="mazur")


def test_a_session_is_made_of_a_preset_of_a_spec_and_of_either_with_changes(backscope: Client) -> None:
    assert backscope.create(preset="xor").head["name"] == "XOR"
    assert backscope.create(preset="xor", seed=7).spec["seed"] == 7
    assert backscope.create(net()).spec["seed"] == 3
    assert backscope.create(net(), name="Mine").head["name"] == "Mine"
    assert backscope.create(net(), name="NaN").head["name"] == "NaN", "a name is no number"


def test_a_spec_may_hold_arrays(backscope: Client) -> None:
    weights = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])

    session = backscope.create(net(), parameters={"hidden1.W": weights})

    assert np.array_equal(session.tensor("hidden1.W"), weights)


def test_a_step_gives_what_the_tick_wrote_as_arrays(mazur: Session) -> None:
    (tick,) = mazur.step("op")

    assert (tick["phase"], tick["layer"], mazur.t) == ("forward", "hidden1", 1)
    assert np.allclose(tick["writes"]["hidden1.z"], [[0.3775, 0.3925]])
    assert len(mazur.step("phase")) == 3
    assert mazur.step("batch", 10) == []
    assert mazur.head["step"] == 10
    assert [tick["index"] for tick in mazur.step("batch", 2, return_="ticks")] == [*range(15), *range(15)]


def test_a_gradient_is_an_array_and_each_of_its_numbers_explained(mazur: Session) -> None:
    mazur.step("batch")

    gradient = mazur.tensor("hidden1.dW")

    assert gradient.shape == (2, 2)
    explained = mazur.explain("hidden1.dW", 0, 1)
    assert explained["value"] == gradient[0, 1]
    assert len(explained["terms"][0]["factors"]) == 3


def test_a_frame_has_arrays_and_none_for_what_is_not_computed(mazur: Session) -> None:
    mazur.step("phase")

    assert mazur.frame()["output.dW"] is None
    assert np.array_equal(mazur.frame(0)["hidden1.W"], [[0.15, 0.2], [0.25, 0.3]])
    assert mazur.frame()["loss.value"] is None
    mazur.step("op")
    assert mazur.frame()["loss.value"].shape == ()


def test_large_tensors_of_a_frame_and_of_ticks_come_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSCOPE_TENSOR_VALUES", "1024")
    small = Server()
    with Client(small.url) as backscope:
        session = backscope.create(net(layers=[{"name": "wide", "units": 750}, {"name": "output", "units": 2}]))

        (tick,) = session.step("op")
        session.step("batch")

        frame, moved = session.frame(0), session.frame()
    small.stop()
    assert tick["writes"]["wide.z"].shape == (5, 750)
    assert frame["wide.W"].shape == (750, 2)
    assert not np.array_equal(frame["wide.W"], moved["wide.W"])


def test_a_run_trains_and_shows_how_far_it_is(backscope: Client, capsys: pytest.CaptureFixture[str]) -> None:
    session, stepped = (backscope.create(net(batch_size=2)) for _ in range(2))
    session.step("op", 5)

    loss = session.run(epochs=50)

    stepped.step("epoch", 50)
    assert session.head["state_sha256"] == stepped.head["state_sha256"]
    assert loss == stepped.loss
    assert re.search(r"100%.* 150/150 .*loss=", capsys.readouterr().err)


def test_a_run_counts_steps_and_can_be_silent(mazur: Session, capsys: pytest.CaptureFixture[str]) -> None:
    mazur.run(steps=33, progress=False)

    assert (mazur.head["step"], mazur.head["tick"]) == (33, 0)
    assert capsys.readouterr().err == ""
    with pytest.raises(TypeError, match="either epochs or steps"):
        mazur.run()


def test_an_interrupted_run_stands_at_a_whole_step(mazur: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    mazur.step("op", 4)
    send, sent = mazur.client._http.request, []

    def interrupted(method: str, path: str, **options: object) -> httpx.Response:
        response = send(method, path, **options)  # type: ignore[arg-type]
        sent.append(path)
        if len(sent) == 4:  # the server has done what was asked, and its answer never comes
            raise KeyboardInterrupt
        return response

    monkeypatch.setattr(mazur.client._http, "request", interrupted)

    with pytest.raises(KeyboardInterrupt):
        mazur.run(steps=1_000_000, progress=False)

    head = dict(mazur.head)
    assert head["tick"] == 0
    assert 1 < head["step"] < 1_000_000
    assert head == mazur.refresh().head


def test_a_run_ends_after_the_first_step_whose_loss_is_below(backscope: Client) -> None:
    session, stepped = (backscope.create(net()) for _ in range(2))
    while stepped.loss is None or stepped.loss >= 0.5:
        stepped.step("batch")

    loss = session.run(steps=100_000, loss_below=0.5, progress=False)

    assert (loss, session.head["step"]) == (stepped.loss, stepped.head["step"])


def test_a_run_that_fails_says_why(mazur: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    call = mazur._call

    def failing(method: str, path: str, body: object = None, **query: object) -> client.Json:
        answer = call(method, path, body, **query)
        return {**answer, "run": {**answer["run"], "status": "failed", "detail": "The disk of the store is full"}}

    monkeypatch.setattr(mazur, "_call", failing)

    with pytest.raises(Problem, match="The disk of the store is full"):
        mazur.run(steps=1, progress=False)


def test_what_happens_to_a_session_can_be_followed(backscope: Client, mazur: Session) -> None:
    events = mazur.events()
    first = next(events)
    other = backscope.open(mazur.id)
    other.step("batch")

    moved = next(event for event in events if event.name == "head")

    assert (first.name, first.data["session"]["rev"]) == ("head", 0)
    assert mazur.head == moved.data["session"] == other.head
    assert moved.data["metrics"]["loss"] == {"from": 0, "steps": [0], "values": [other.loss]}
    again = next(mazur.events(after=first.id))
    assert again.data["metrics"] == moved.data["metrics"]
    other.delete()
    assert [event.data for event in events][-1] == {"status": "deleted"}
    with pytest.raises(Problem, match="There is no session"):
        next(mazur.events())


def test_a_run_that_diverges_ends_and_its_numbers_are_floats(backscope: Client) -> None:
    session = backscope.create(net(optimizer={"type": "sgd", "learning_rate": 1e200}))

    loss = session.run(steps=100, progress=False)

    assert session.head["status"] == "diverged"
    assert loss is not None
    assert not np.isfinite(loss)
    assert np.isnan(session.tensor("hidden1.W")).any()


def test_going_back_gives_the_numbers_that_were_there(mazur: Session) -> None:
    mazur.step("batch", 3)
    before = mazur.tensor("output.W")
    mazur.step("batch", 3)

    mazur.rewind(to=45)

    assert np.array_equal(mazur.tensor("output.W"), before)
    assert mazur.rewind(to_rev=2).t == 90


def test_a_number_is_set_and_the_session_goes_back_to_where_that_was(mazur: Session) -> None:
    mazur.step("batch", 2)

    assert mazur.edit("hidden1.W", 0, 1, value=0.7, at=15) is mazur

    assert (mazur.t, mazur.head["rev"]) == (15, 2)
    assert mazur.tensor("hidden1.W")[0, 1] == 0.7
    mazur.edit("hidden1.W", 0, 1, value=np.float64(0.8))
    assert mazur.tensor("hidden1.W")[0, 1] == 0.8


def test_settings_are_changed_and_the_spec_says_so(mazur: Session) -> None:
    mazur.step("op", 3)

    mazur.change(name="Slower", optimizer={"learning_rate": 0.1})

    assert (mazur.head["name"], mazur.spec["optimizer"]["learning_rate"]) == ("Slower", 0.1)
    assert mazur.t == 3


def test_what_another_has_set_is_in_the_spec_when_it_is_asked_for_again(backscope: Client, mazur: Session) -> None:
    backscope.open(mazur.id).change(optimizer={"learning_rate": 0.1})
    assert mazur.refresh().spec["optimizer"]["learning_rate"] == 0.1

    mazur.rewind(to_rev=0)
    assert mazur.refresh().spec["optimizer"]["learning_rate"] == 0.5


def test_a_fork_is_a_session_of_its_own_from_any_moment(mazur: Session) -> None:
    mazur.step("batch", 2)

    same, other = mazur.fork(at=15), mazur.fork(optimizer={"type": "adam", "learning_rate": 0.01})

    assert (same.t, other.t, mazur.t) == (15, 0, 30)
    assert np.array_equal(same.tensor("output.W"), mazur.tensor("output.W", t=15))
    assert other.spec["optimizer"]["type"] == "adam"
    assert len({mazur.id, same.id, other.id}) == 3


@pytest.mark.parametrize("method", ["complex_step", "central_difference"])
def test_the_gradients_of_a_step_are_checked(mazur: Session, method: str) -> None:
    mazur.step("batch")

    checked = mazur.check(method)

    assert checked["verdict"] == "equal"
    assert mazur.t == checked["t"] == 15


def test_the_rest_of_the_api_is_at_hand(backscope: Client, mazur: Session) -> None:
    assert len(mazur.graph()["schedule"]) == mazur.head["ticks_per_step"]
    assert mazur.get("tensors/hidden1.W", rows="0:1")["rows"] == [0, 1]
    assert mazur.predict(np.array([[0.05, 0.1], [1, 1]]))["output.a"].shape == (2, 2)
    assert "xor" in [preset["name"] for preset in backscope.catalog()["presets"]]
    assert mazur.id in [head["id"] for head in backscope.sessions()]
    assert backscope.open(mazur.id).t == mazur.t


def test_a_session_that_is_opened_by_its_view_can_be_looked_at(backscope: Client, mazur: Session) -> None:
    view = backscope.open(mazur.head["view_id"])

    assert view.id == mazur.head["view_id"]
    assert np.array_equal(view.tensor("hidden1.W"), mazur.tensor("hidden1.W"))
    with pytest.raises(Problem) as refused:
        view.step()
    assert refused.value.code == "read_only"


def test_a_session_is_saved_and_loaded(backscope: Client, mazur: Session, tmp_path: object) -> None:
    mazur.step("op", 20)

    again = backscope.load(mazur.save(f"{tmp_path}/mazur.json"))
    weights = backscope.load_weights(mazur.spec, mazur.export("safetensors"))

    assert again.head["state_sha256"] == mazur.head["state_sha256"]
    assert again.warnings == []
    assert backscope.load(mazur.export("json")).head["state_sha256"] == mazur.head["state_sha256"]
    assert np.array_equal(weights.tensor("hidden1.W"), mazur.tensor("hidden1.W"))


def test_a_refusal_is_an_exception_with_the_whole_problem(backscope: Client, mazur: Session) -> None:
    with pytest.raises(Problem) as refused:
        backscope.create(preset="xor", optimizer={"type": "sgd", "learning_rate": -1})

    assert (refused.value.code, refused.value.status) == ("invalid_request", 422)
    assert refused.value.errors[0]["pointer"] == "/optimizer/learning_rate"
    assert str(refused.value) == refused.value.detail
    with pytest.raises(Problem, match="Unknown tensor"):
        mazur.tensor("hidden1.dw")
    mazur.delete()
    with pytest.raises(Problem) as gone:
        mazur.refresh()
    assert gone.value.code == "session_not_found"


def test_where_no_server_answers_it_is_said() -> None:
    with (
        Client("http://127.0.0.1:1/") as lonely,
        pytest.raises(Problem, match=r"No Backscope answered at http://127\.0\.0\.1:1 ") as nobody,
    ):
        lonely.create(preset="xor")

    assert (nobody.value.code, nobody.value.status) == ("unreachable", None)


def test_where_something_else_answers_it_is_said() -> None:
    proxy = httpx.Response(502, text="<html>", request=httpx.Request("GET", "http://127.0.0.1/api/v1/catalog"))

    document = client.problem_of(proxy)

    assert (document["code"], document["status"]) == ("unreachable", 502)
    assert "502 Bad Gateway" in document["detail"]


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (308, "text/html", ""),  # as of a server that moves everybody to https
        (200, "text/html", "<h1>Sign in</h1>"),
        (200, "application/json", '{"session": {'),
        (503, "application/problem+json", '{"detail": '),
    ],
)
def test_an_answer_that_cannot_be_read_is_said_to_be_none_of_backscope_s(status: int, kind: str, text: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers={"Content-Type": kind}, text=text)

    with Client("http://127.0.0.1") as asking:
        asking._http = httpx.Client(base_url="http://127.0.0.1/api/v1", transport=httpx.MockTransport(answer))
        for ask in (lambda: asking.create(preset="xor"), lambda: next(asking.stream("/sessions/s_a/events"))):
            with pytest.raises(Problem, match="and not as Backscope does") as strange:
                ask()
            assert (strange.value.code, strange.value.status) == ("unreachable", status)


def test_where_a_server_takes_longer_than_is_waited_it_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes the connection, and answers nothing
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Client(url, timeout=0.2) as hasty, pytest.raises(Problem, match="has not answered in time") as late:
            hasty.create(preset="xor")

    assert (late.value.code, late.value.status) == ("unreachable", None)


def test_a_run_is_asked_again_where_the_time_that_asking_takes_is_used_up(
    mazur: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, refusals = mazur.client._http.request, []

    def poor(method: str, path: str, **options: object) -> httpx.Response:
        if "/runs/" in path and len(refusals) < 2:
            document = {"detail": "This address has used its CPU time", "code": "rate_limited", "errors": []}
            headers = {"Retry-After": "0", "Content-Type": "application/problem+json"}
            refusals.append(httpx.Response(429, json={**document, "status": 429}, headers=headers))
            return refusals[-1]
        return send(method, path, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(mazur.client._http, "request", poor)

    mazur.run(steps=100, progress=False)

    assert (len(refusals), mazur.head["step"]) == (2, 100)


def test_a_refusal_comes_whole_from_another_process() -> None:
    document = {"detail": "Later", "code": "rate_limited", "status": 429, "errors": []}

    again = pickle.loads(pickle.dumps(Problem(document, 3.0)))

    assert (str(again), again.document, again.retry_after) == ("Later", document, 3.0)


def test_a_list_in_a_query_has_commas_between(mazur: Session) -> None:
    mazur.step("batch")

    assert mazur.get("explanations/hidden1.dW", index=(0, 1)) == mazur.explain("hidden1.dW", 0, 1)
    assert list(mazur.get("metrics", names=["loss", "train_loss"])["series"]) == ["loss", "train_loss"]


def test_a_name_in_place_of_a_spec_is_told_how_it_is_given(backscope: Client) -> None:
    with pytest.raises(TypeError, match="as in preset=\"xor\"; got 'mazur'"):
        backscope.create("mazur")  # type: ignore[arg-type]


def test_a_session_shows_itself_as_its_page(backscope: Client) -> None:
    session = backscope.create(preset="xor", name='<b> "x"')

    shown = session._repr_html_()

    assert f'src="{session.url}"' in shown
    assert "<b>" not in shown
    page = backscope.fetch("GET", session.url)
    assert page.status_code == 200
    assert '<div id="page">' in page.text
    assert "XOR" not in repr(session)
    assert "t = 0" in repr(session)


def test_the_client_needs_no_server_s_libraries() -> None:
    code = "import sys; from app import Client; print({'fastapi', 'pydantic', 'app.engine'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert done.stdout.strip() == "set()", done.stderr
