"""Making, listing, looking up and deleting sessions."""

import gc
import weakref

import pytest

from app.engine.presets import presets
from tests.api.problems import check_problem
from tests.engine.nets import net


def test_a_session_is_made_with_its_address_its_spec_and_its_head(api):
    response = api.post("/sessions", {"preset": "mazur"})

    made = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/api/v1/sessions/{made['session']['id']}"
    assert response.headers["etag"] == '"0"'
    assert (set(made), made["first"], made["sample"]) == ({"session", "spec", "first", "sample"}, 0, None)
    assert api.get(response.headers["location"].removeprefix("/api/v1")).json() == made


def test_the_head_of_a_new_session(mazur):
    head = mazur.head

    assert {key: value for key, value in head.items() if key not in ("id", "view_id", "state_sha256")} == {
        "name": "Mazur 2015",
        "status": "ready",
        "rev": 0,
        "t": 0,
        "step": 0,
        "tick": 0,
        "epoch": 0,
        "phase": None,
        "next": {"index": 0, "phase": "forward", "layer": "hidden1", "op": "linear", "writes": ["hidden1.z"]},
        "ticks_per_step": 15,
        "steps_per_epoch": 1,
        "loss": None,
        "parameters": 12,
    }
    assert head["id"].startswith("s_")
    assert len(head["id"]) > 20
    assert len(head["state_sha256"]) == 64


def test_a_spec_comes_back_with_every_default_filled_in(api):
    inline = {"x": [[1, 2], [3, 4]], "y": [[0], [1]]}

    spec = api.create(
        {"data": {"inline": inline}, "layers": [{"units": 3, "activation": "relu"}, {"units": 1}], "loss": "mse",
         "optimizer": "sgd"}
    ).spec  # fmt: skip

    assert spec == {
        "name": "Untitled",
        "seed": 0,
        "dtype": "float64",
        "data": {"inline": inline, "test_fraction": 0},
        "batch_size": 2,
        "accumulate": 1,
        "shuffle": False,
        "layers": [
            {"type": "dense", "name": "hidden1", "units": 3, "activation": "relu", "init": "he_normal", "bias": True},
            {
                "type": "dense",
                "name": "output",
                "units": 1,
                "activation": "linear",
                "init": "xavier_uniform",
                "bias": True,
            },
        ],
        "loss": {"type": "mse", "reduction": "mean"},
        "optimizer": {
            "type": "sgd",
            "learning_rate": 0.001,
            "momentum": 0.0,
            "dampening": 0.0,
            "nesterov": False,
            "weight_decay": 0.0,
            "clip_norm": None,
            "schedule": None,
        },
        "penalty": {"l1": 0.0, "l2": 0.0, "biases": False},
        "frozen": [],
        "parameters": {},
    }


@pytest.mark.parametrize("preset", presets())
def test_a_spec_that_came_back_makes_the_same_session_again(api, preset):
    first = api.create(preset)

    second = api.create(first.spec)

    assert second.spec == first.spec
    assert second.head["state_sha256"] == first.head["state_sha256"]
    assert second.advance("batch", 3)["session"]["loss"] == first.advance("batch", 3)["session"]["loss"]


def test_targets_too_large_for_64_bits_come_back_as_they_were(api):
    spec = api.create(net(data={"inline": {"x": [[1]], "y": [[10**30, -(10**300)]]}})).spec

    assert spec["data"]["inline"]["y"] == [[1e30, -1e300]]


def test_keys_beside_a_preset_replace_its_own(api):
    session = api.create({"preset": "mazur", "name": "Mine", "optimizer": {"type": "sgd", "learning_rate": 0}})

    session.advance("batch")

    assert session.head["name"] == "Mine"
    assert session.values("output.W") == [[0.4, 0.45], [0.5, 0.55]]


def test_the_presets_are_unchanged_by_sessions_made_from_them(api):
    before = api.get("/catalog").json()["presets"]

    api.create({"preset": "mazur", "frozen": [], "name": "Mine"}).advance("batch")

    assert api.get("/catalog").json()["presets"] == before


def test_classes_become_what_the_loss_wants(api):
    one_hot = api.create(net(data={"inline": {"x": [[1], [2], [3]], "y": [1, 0, 1]}}))
    single = api.create(net(data={"inline": {"x": [[1], [2]], "y": [0.5, 2]}}, layers=[{"units": 1}]))
    binary = api.create(
        net(data={"inline": {"x": [[1], [2]], "y": [1, 0]}}, layers=[{"units": 1}], loss="bce_with_logits")
    )

    assert one_hot.values("target.y") == [[0, 1], [1, 0], [0, 1]]
    assert single.values("target.y") == [[0.5], [2]]
    assert binary.values("target.y") == [[1], [0]]


def test_a_made_data_set_has_its_own_rows(api):
    session = api.create(net(data={"dataset": "xor"}, layers=[{"units": 1}]))

    assert session.values("input.a") == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert session.values("target.y") == [[0], [1], [1], [0]]


def test_sessions_are_listed_in_pages_oldest_first(api_with):
    api = api_with()
    made = [api.create("xor").id for _ in range(5)]

    first = api.get("/sessions?page_size=2").json()
    second = api.get("/sessions", params={"page_size": 2, "page_token": first["next_page_token"]}).json()
    last = api.get("/sessions", params={"page_size": 2, "page_token": second["next_page_token"]}).json()

    assert [head["id"] for page in (first, second, last) for head in page["sessions"]] == made
    assert [len(page["sessions"]) for page in (first, second, last)] == [2, 2, 1]
    assert last["next_page_token"] is None
    assert first["sessions"][0] == api.get(f"/sessions/{made[0]}").json()["session"]


def test_a_deleted_session_takes_no_memory(api_with):
    api = api_with()
    deleted = api.create("xor")
    deleted.advance("batch")
    held = weakref.ref(api.app.state.workbench._open[deleted.id])

    api.request("DELETE", deleted.path)
    gc.collect()

    assert held() is None


@pytest.mark.parametrize("token", ["elsewhere", "", "-1", "1.0", "\u0661", "9" * 99])
def test_a_page_token_that_no_listing_gave_is_refused(api, token):
    check_problem(api.get("/sessions", params={"page_token": token}), "invalid_request")


def test_who_takes_away_what_a_page_lists_comes_to_the_end_of_the_pages(api_with):
    api, token = api_with(), {}
    made = [api.create("xor").id for _ in range(5)]
    found = []

    while token is not None:
        page = api.get("/sessions", params={"page_size": 2, **token}).json()
        found += [head["id"] for head in page["sessions"]]
        for head in page["sessions"]:
            api.request("DELETE", f"/sessions/{head['id']}")
        token = page["next_page_token"] and {"page_token": page["next_page_token"]}

    assert found == made
    assert api.get("/sessions").json()["sessions"] == []


def test_a_deleted_session_is_gone(api_with):
    api = api_with()
    kept, gone = api.create("xor"), api.create("xor")

    response = api.request("DELETE", gone.path)

    assert (response.status_code, response.content) == (204, b"")
    for method, path in [("GET", ""), ("DELETE", ""), ("POST", "/steps"), ("GET", "/frames/0"), ("GET", "/graph")]:
        check_problem(api.request(method, gone.path + path), "session_not_found")
    assert [head["id"] for head in api.get("/sessions").json()["sessions"]] == [kept.id]


def test_a_session_deleted_while_it_runs_is_gone(api_with):
    api = api_with()
    path = api.create("mazur").path

    ran, deleted = api.together(
        ("POST", f"{path}/steps", {"json": {"granularity": "batch", "count": 2_000}}), ("DELETE", path, {})
    )

    assert deleted.status_code == 204
    check_problem(ran, "session_not_found")
    check_problem(api.get(path), "session_not_found")


@pytest.mark.parametrize("session_id", ["s_nothing", "s_" + "x" * 5_000, "%00", "%FF", "mazur"])
def test_a_session_that_is_not_there_is_not_found(api, session_id):
    check_problem(api.get(f"/sessions/{session_id}"), "session_not_found")


def test_a_full_server_says_so_and_has_room_again_after_a_deletion(api_with):
    api = api_with(sessions=2)
    first, _ = api.create("xor"), api.create("xor")

    refused = api.post("/sessions", {"preset": "xor"})
    api.request("DELETE", first.path)
    again = api.post("/sessions", {"preset": "xor"})

    assert "holds 2 sessions" in check_problem(refused, "at_capacity")["detail"]
    assert again.status_code == 201


def test_limits_are_settings(api_with):
    api = api_with(units=8, layers=8, parameters=100, cells=10)
    api.create(net())
    wide = net(data={"inline": {"x": [[1, 2, 3]] * 4, "y": [[0, 1]] * 4}})
    assert "at most 10 numbers" in check_problem(api.post("/sessions", wide), "network_too_large")["detail"]

    for layers, wanted in (
        ([{"units": 9}, {"units": 2}], "at most 8 units"),
        ([{"units": 2}] * 9, "at most 8, got 9"),
        ([{"units": 8}, {"units": 8}, {"units": 2}], "at most 100 parameters"),
    ):
        assert wanted in check_problem(api.post("/sessions", net(layers=layers)), "network_too_large")["detail"]


def test_a_server_with_higher_limits_serves_larger_networks(api_with):
    api = api_with(units=5_000)

    session = api.create(net(layers=[{"name": "hidden1", "units": 5_000}, {"units": 2}]))

    assert session.advance("batch")["session"]["step"] == 1


def test_sessions_do_not_touch_each_other(api):
    first, second = api.create("mazur"), api.create("mazur")

    first.advance("batch", 3)

    assert second.head["t"] == 0
    assert second.values("output.W") == [[0.4, 0.45], [0.5, 0.55]]
