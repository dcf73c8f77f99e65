"""Changing a session over HTTP: parameters, the optimizer's numbers, the name; its log, and what goes along."""

import pytest

from tests.api.changes import change, edit, edited
from tests.api.problems import check_problem
from tests.engine.nets import X, Y, net

MOMENTUM = {"type": "sgd", "learning_rate": 0.1, "momentum": 0.5}


def known(frame):
    return {name for name, tensor in frame["tensors"].items() if tensor is not None}


# Parameters


def test_an_edit_is_one_command_and_the_frame_after_it_has_the_batch_to_come_and_all_else_null(api):
    session = api.create(net(batch_size=2))
    session.advance("batch", 2)

    head = edited(session, edit("hidden1.W", [0, 1], 0.7), edit("output.b", [1], -2))

    frame = session.get(f"/frames/{head['t']}")
    assert (head["rev"], head["t"], head["phase"], frame["phase"]) == (2, 34, None, None)
    assert known(frame) == {"input.a", "target.y", "hidden1.W", "hidden1.b", "output.W", "output.b"}
    assert frame["tensors"]["hidden1.W"]["values"][0][1] == 0.7
    assert frame["tensors"]["output.b"]["values"][1] == -2
    assert frame["tensors"]["input.a"]["values"] == X[4:]


def test_an_edit_inside_a_step_sets_the_head_back_to_its_start(api):
    session = api.create(net(batch_size=2))
    whole = session.advance("batch")["session"]
    session.advance("op", 5)

    head = edited(session, edit("hidden1.W", [0, 0], 1))

    assert (head["t"], head["tick"], head["loss"]) == (17, 0, whole["loss"])


def test_an_edited_value_is_what_the_next_step_uses(api):
    session = api.create(net())
    parameters = {"hidden1.b": [0.5, 0, 0]}
    as_given = api.create(net(parameters=parameters))

    edited(session, edit("hidden1.b", [0], 0.5))

    state = session.advance("batch", 3)["session"]["state_sha256"]
    assert state == as_given.advance("batch", 3)["session"]["state_sha256"]


def test_with_at_it_rewinds_and_edits_in_one_command(api):
    one, other = api.create(net(batch_size=2)), api.create(net(batch_size=2))
    for session in (one, other):
        session.advance("batch", 5)

    together = edited(one, edit("output.W", [0, 0], 3), at=40)
    other.rewind(to=40)
    apart = edited(other, edit("output.W", [0, 0], 3))

    assert (together["rev"], together["t"], apart["rev"]) == (2, 34, 3)
    assert together["state_sha256"] == apart["state_sha256"]


def test_the_moment_of_a_change_is_the_one_after_it_and_the_revision_before_leads_to_the_other(api):
    session = api.create(net())
    session.advance("batch")
    before = session.get("/frames/17")
    edited(session, edit("output.b", [0], 9))
    session.advance("batch")

    back = session.rewind(to=17)
    after = session.get("/frames/17")
    session.rewind(to_rev=1)

    assert back["phase"] is None
    assert after["tensors"]["output.b"]["values"][0] == 9
    assert after["tensors"]["loss.value"] is None
    assert {**session.get("/frames/17"), "session": None} == {**before, "session": None}


def test_a_revision_that_an_edit_left_is_reached_again_with_all_that_came_after_it(api):
    session = api.create(net(batch_size=2, shuffle=True, optimizer=MOMENTUM))
    old = session.advance("batch", 7)["session"]
    session.rewind(to=30)
    edited(session, edit("hidden1.W", [1, 0], 4))
    new = session.advance("batch", 9)["session"]

    undone, redone = session.rewind(to_rev=1), session.rewind(to_rev=4)

    assert {**undone, "rev": 0} == {**old, "rev": 0}
    assert {**redone, "rev": 0} == {**new, "rev": 0}


def test_a_rewind_to_before_a_change_leaves_it(api):
    session, never = api.create(net()), api.create(net())
    session.advance("batch", 3)
    edited(session, edit("hidden1.W", [0, 0], 5), at=17)
    session.rewind(to=16)

    head = session.advance("batch", 2)["session"]

    assert head["state_sha256"] == never.advance("batch", 2)["session"]["state_sha256"]


def test_a_frozen_parameter_can_be_edited_and_keeps_its_value(api):
    session = api.create(net(frozen=["hidden1.b"]))

    edited(session, edit("hidden1.b", [0], 0.25))
    session.advance("batch", 2)

    assert session.values("hidden1.b")[0] == 0.25


def test_an_edited_number_is_given_and_its_neighbour_still_has_its_update(api):
    session = api.create(net())
    session.advance("batch")
    edited(session, edit("hidden1.W", [0, 1], 0.7))

    alone, neighbour = session.explain("hidden1.W", 0, 1), session.explain("hidden1.W", 0, 0)
    session.advance("phase", 3)
    with_gradient = session.explain("hidden1.W", 0, 1)
    session.advance("batch")
    updated = session.explain("hidden1.W", 0, 1)

    assert (alone["kind"], alone["value"]) == ("given", 0.7)
    assert "gradient" not in alone
    assert neighbour["kind"] == "parameter"
    assert with_gradient["kind"] == "given"
    assert with_gradient["gradient"]["value"] == session.values("hidden1.dW")[0][1]
    assert (updated["kind"], updated["update"]["value"]["before"]) == ("parameter", 0.7)


def test_optimizer_state_stays_when_a_parameter_is_edited(api):
    session = api.create(net(optimizer=MOMENTUM))
    session.advance("batch", 2)
    before = session.values("hidden1.mW")

    edited(session, edit("hidden1.W", [0, 0], 3))

    assert session.values("hidden1.mW") == before


def test_curves_follow_an_edit_and_its_undoing(api):
    session = api.create(net(batch_size=2))
    session.advance("epoch", 3)
    first = session.get("/metrics")["series"]
    edited(session, edit("output.b", [0], 50), at=3 * session.ticks_per_step)
    changed = session.get("/metrics")["series"]
    session.advance("epoch", 2)
    longer = session.get("/metrics")["series"]
    session.rewind(to_rev=1)

    assert changed["train_loss"]["steps"] == [0, 3]
    assert changed["train_loss"]["values"][1] > 100 * first["train_loss"]["values"][1]
    assert longer["loss"]["values"][:3] == first["loss"]["values"][:3]
    assert longer["loss"]["values"][3] > 100 * first["loss"]["values"][3]
    assert longer["train_loss"]["values"][1] == changed["train_loss"]["values"][1]
    assert session.get("/metrics")["series"] == first


REFUSED = [
    ("invalid_request", [], "/edits"),
    ("unknown_tensor", [edit("hidden9.W", [0, 0], 1)], "/edits/0/tensor"),
    ("invalid_request", [edit("output.b", [0], 1), edit("input.a", [0, 0], 1)], "/edits/1/tensor"),
    ("invalid_request", [edit("hidden1.W", [0], 1)], "/edits/0/index"),
    ("index_out_of_range", [edit("hidden1.W", [3, 0], 1)], "/edits/0/index"),
    ("invalid_request", [edit("hidden1.W", [0, -1], 1)], "/edits/0/index/1"),
    ("invalid_request", [edit("hidden1.W", [0, 0], "1")], "/edits/0/value"),
    ("invalid_request", [edit("hidden1.W", [0, 0], None)], "/edits/0/value"),
    ("invalid_request", [edit("hidden1.W", [0, 0], True)], "/edits/0/value"),
    ("invalid_request", [{"tensor": "hidden1.W", "index": [0, 0]}], "/edits/0/value"),
    ("invalid_request", [edit("output.b", [0], 1), edit("output.b", [0], 2)], "/edits/1"),
]


@pytest.mark.parametrize("path", ["/parameters", "/previews"])
@pytest.mark.parametrize(("code", "edits", "pointer"), REFUSED)
def test_edits_that_cannot_all_be_made_change_nothing(api, path, code, edits, pointer):
    session = api.create(net())
    before = session.advance("op", 3)["session"]

    response = api.request("PATCH" if path == "/parameters" else "POST", session.path + path, json={"edits": edits})

    assert check_problem(response, code)["errors"][0]["pointer"] == pointer
    assert session.head == before


def test_a_number_that_the_network_s_type_cannot_hold_is_refused(api):
    session = api.create(net(dtype="float32"))

    response = api.request("PATCH", f"{session.path}/parameters", json={"edits": [edit("output.b", [0], 1e300)]})

    assert "float32" in check_problem(response, "non_finite_number")["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/parameters", {"edits": [edit("output.b", [0], 1)], "at": 99}),
        ("POST", "/previews", {"edits": [edit("output.b", [0], 1)], "t": 99}),
        ("POST", "/previews", {"sample": {"x": [1, 2], "y": [0, 1]}, "t": 99}),
        ("PATCH", "", {"optimizer": {"learning_rate": 1}, "at": 99}),
        ("PUT", "/sample", {"x": [1, 2], "y": [0, 1], "at": 99}),
        ("DELETE", "/sample?at=99", None),
        ("POST", "/fork", {"at": 99}),
        ("POST", "/fork", {"at_rev": 3}),
        ("POST", "/fork", {"at_rev": 1, "at": 6}),
    ],
)
def test_at_a_moment_that_is_not_reached_nothing_is_changed(api, method, path, body):
    session = api.create(net())
    session.advance("op", 5)
    before = session.advance("op", 5)["session"]

    problem = check_problem(api.request(method, session.path + path, json=body), "moment_not_reached")

    assert problem["detail"].split(":")[0] in ("at", "at_rev", "t")
    assert session.head == before


# The optimizer's numbers, and the name


def test_another_learning_rate_is_used_from_here_on_and_the_head_stays(api):
    session = api.create(net(batch_size=2))
    slow = api.create(net(batch_size=2, optimizer={"type": "sgd", "learning_rate": 0.02}))
    before = session.advance("op", 5)["session"]
    slow.advance("op", 5)

    made = change(session, "PATCH", "", {"optimizer": {"learning_rate": 0.02}})

    assert {**made["session"], "rev": 1} == before
    assert made["spec"]["optimizer"]["learning_rate"] == 0.02
    assert session.get("")["spec"] == made["spec"]
    assert session.advance("batch", 4)["session"]["state_sha256"] == slow.advance("batch", 4)["session"]["state_sha256"]


def test_a_step_that_has_begun_its_updates_ends_with_the_rate_that_it_began_them_with(api):
    session, fast = api.create(net()), api.create(net())
    session.advance("op", 14)
    frame = session.frame(14)

    change(session, "PATCH", "", {"optimizer": {"learning_rate": 0}})

    assert session.frame(14) == frame
    done = session.advance("batch")["session"]["state_sha256"]
    assert done == fast.advance("batch")["session"]["state_sha256"]
    values = session.values("output.W")
    session.advance("batch", 2)
    assert session.values("output.W") == values
    session.rewind(to=13)
    assert session.get("")["spec"]["optimizer"]["learning_rate"] == 0.1


def test_a_step_that_is_about_to_update_does_so_with_the_rate_that_was_just_set(api):
    session = api.create(net())
    before = session.values("output.b")
    session.advance("op", 13)

    change(session, "PATCH", "", {"optimizer": {"learning_rate": 0}})

    assert session.advance("op")["ticks"][0]["phase"] == "update"
    session.advance("batch")
    assert session.values("output.b") == before


def test_with_at_the_rate_is_set_at_a_moment_of_the_past_and_one_undo_brings_all_back(api):
    one, other = (api.create(net(batch_size=2, optimizer=MOMENTUM)) for _ in range(2))
    whole = one.advance("batch", 5)["session"]
    other.advance("batch", 5)

    together = change(one, "PATCH", "", {"optimizer": {"learning_rate": 0.02}, "name": "Slow", "at": 40})
    other.rewind(to=40)
    change(other, "PATCH", "", {"optimizer": {"learning_rate": 0.02}})

    assert (together["session"]["rev"], together["session"]["t"], together["session"]["name"]) == (2, 40, "Slow")
    assert together["spec"]["optimizer"]["learning_rate"] == 0.02
    assert one.frame(40) == other.frame(40)
    assert one.advance("batch", 4)["session"]["state_sha256"] == other.advance("batch", 4)["session"]["state_sha256"]
    assert {**one.rewind(to_rev=1), "rev": 1, "name": whole["name"]} == whole
    assert one.get("")["spec"]["optimizer"]["learning_rate"] == 0.1


def test_a_number_that_is_set_at_a_moment_stands_beside_those_of_then(api):
    session = api.create(net(optimizer=MOMENTUM))
    session.advance("batch", 2)
    change(session, "PATCH", "", {"optimizer": {"learning_rate": 0.3}})
    session.advance("batch")

    spec = change(session, "PATCH", "", {"optimizer": {"momentum": 0.9}, "at": 20})["spec"]

    assert (spec["optimizer"]["learning_rate"], spec["optimizer"]["momentum"]) == (0.1, 0.9)
    (*_, row) = session.get("/log")["commands"]
    assert (row["kind"], row["before"], row["after"]) == ("settings", 51, 20)
    assert row["changed"] == {"optimizer": {"momentum": {"before": 0.5, "after": 0.9}}}


def test_an_update_is_explained_by_the_rule_it_was_made_with(api):
    session = api.create(net())
    session.advance("batch")
    change(session, "PATCH", "", {"optimizer": {"weight_decay": 0.5}})
    session.advance("op")

    before = session.explain("output.W", 0, 0)["update"]
    session.advance("batch", 2)
    after = session.explain("output.W", 0, 0)["update"]

    assert [len(before["terms"]), len(after["terms"])] == [1, 2]
    assert sum(term["value"] for term in after["terms"]) == pytest.approx(session.values("output.uW")[0][0], rel=1e-12)


def test_the_explanation_of_an_update_has_the_rate_that_it_was_made_with(api):
    session = api.create(net())
    session.advance("batch")
    change(session, "PATCH", "", {"optimizer": {"learning_rate": 0.02}})
    session.advance("op")

    before = session.explain("output.W", 0, 0)["update"]["rate"]
    session.advance("batch")
    rates = [session.explain("output.W", 0, 0, t=t)["update"]["rate"] for t in (17, 34)]

    assert (before, rates) == (0.1, [0.1, 0.02])


def test_clipping_and_a_schedule_can_be_put_in(api):
    session = api.create(net(optimizer=MOMENTUM))
    session.advance("batch", 2)
    given = {"clip_norm": 0.01, "schedule": {"type": "exponential", "gamma": 0.5, "every": "step"}}

    change(session, "PATCH", "", {"optimizer": given})

    session.advance("batch")
    assert session.explain("hidden1.W", 0, 0)["update"]["rate"] == 0.1 * 0.5**2
    assert session.get("")["spec"]["optimizer"]["clip_norm"] == 0.01


def test_a_name_is_changed_for_good_and_rewinds_keep_it(api, mazur):
    mazur.advance("op")

    made = change(mazur, "PATCH", "", {"name": "Mine"})

    assert (made["session"]["name"], made["spec"]["name"], made["session"]["rev"]) == ("Mine", "Mine", 2)
    assert mazur.rewind(to_rev=0)["name"] == "Mine"


@pytest.mark.parametrize(
    ("body", "pointer", "message"),
    [
        ({}, "", "`name` or `optimizer`"),
        ({"name": ""}, "/name", "1 to 120 characters"),
        ({"optimizer": {"type": "adam"}}, "/optimizer/type", "fork"),
        ({"optimizer": {"momentum": 0.9}}, "/optimizer/momentum", "fork"),
        ({"optimizer": {"beta": 0.9}}, "/optimizer/beta", "unknown field"),
        ({"optimizer": {"learning_rate": -1}}, "/optimizer/learning_rate", "at least 0"),
        ({"optimizer": {"type": ["sgd"]}}, "/optimizer/type", "fork"),
        ({"seed": 1}, "/seed", "unknown field"),
    ],
)
def test_what_would_be_another_network_is_refused_and_says_how_to_get_it(api, body, pointer, message):
    session = api.create(net())
    before = session.head

    problem = check_problem(api.request("PATCH", session.path, json=body), "invalid_request")

    assert problem["errors"][0]["pointer"] == pointer
    assert message in problem["detail"]
    assert session.head == before


# The log


def test_the_log_has_every_command_and_what_it_changed_and_advances_on_end_are_one_row(api):
    session = api.create(net())
    for _ in range(3):
        session.advance("op", 2)
    session.advance("batch")
    edited(session, edit("output.b", [1], 4), at=3)
    change(session, "PATCH", "", {"name": "Mine", "optimizer": {"learning_rate": 0.5}})
    change(session, "PUT", "/sample", {"x": [1, 2], "y": [3, 4]})
    session.rewind(to_rev=2)
    session.rewind(to=1)
    session.advance("op")

    rows = session.get("/log")["commands"]

    assert [(r["rev"], r["kind"], r["before"], r["after"], r["commands"]) for r in rows] == [
        (4, "advance", 0, 17, 4),
        (5, "edit", 17, 0, 1),
        (6, "settings", 0, 0, 1),
        (7, "sample", 0, 0, 1),
        (8, "rewind", 0, 4, 1),
        (9, "rewind", 4, 1, 1),
        (10, "advance", 1, 2, 1),
    ]
    assert [row["changed"] for row in rows[:6]] == [
        None,
        {"edits": [{"tensor": "output.b", "index": [1], "before": 0.0, "after": 4.0}]},
        {
            "name": {"before": "Untitled", "after": "Mine"},
            "optimizer": {"learning_rate": {"before": 0.1, "after": 0.5}},
        },
        {"sample": {"x": [1.0, 2.0], "y": [3.0, 4.0]}},
        {"to_rev": 2},
        None,
    ]


def test_the_log_comes_in_pages(api, mazur):
    for to in (3, 2, 1):
        mazur.advance("op", 5)
        mazur.rewind(to=to)

    first = mazur.get("/log", page_size=4)
    last = mazur.get("/log", page_size=4, page_token=first["next_page_token"])

    assert [row["rev"] for row in first["commands"] + last["commands"]] == [1, 2, 3, 4, 5, 6]
    assert last["next_page_token"] is None
    for token in ("7", "x", "-1", "٣"):
        check_problem(api.get(f"{mazur.path}/log", params={"page_token": token}), "invalid_request")


# Taking along


def test_a_file_takes_an_edit_the_present_rate_and_the_sample_along(api):
    session = api.create(net(batch_size=2, shuffle=True, optimizer=MOMENTUM))
    session.advance("batch", 2)
    edited(session, edit("hidden1.W", [0, 0], 2))
    change(session, "PATCH", "", {"name": "Mine", "optimizer": {"learning_rate": 0.3}})
    change(session, "PUT", "/sample", {"x": [1, 2], "y": [0, 1]})
    session.advance("op", 5)

    made = api.post("/imports", session.get("/export")).json()

    there = type(session)(api, made)
    assert (made["replayed"], made["spec"]["name"], made["spec"]["optimizer"]["learning_rate"]) == (True, "Mine", 0.3)
    for one in (session, there):
        one.advance("batch", 2)
        change(one, "DELETE", "/sample")
    assert (
        there.advance("batch", 4)["session"]["state_sha256"] == session.advance("batch", 4)["session"]["state_sha256"]
    )


@pytest.mark.parametrize(
    ("code", "sample", "pointer"),
    [
        ("invalid_request", [], "/sample"),
        ("invalid_request", {"x": [1, 2]}, "/sample/y"),
        ("shape_mismatch", {"x": [1], "y": [0, 1]}, "/sample/x"),
        ("invalid_request", {"x": [1, "NaN"], "y": [0, 1]}, "/sample/x/1"),
    ],
)
def test_a_file_whose_sample_does_not_fit_is_refused(api, code, sample, pointer):
    file = api.create(net()).get("/export")

    problem = check_problem(api.post("/imports", {**file, "sample": sample}), code)

    assert problem["errors"][0]["pointer"] == pointer


def test_a_script_of_a_step_before_a_change_has_the_rate_of_then(api):
    session = api.create(net())
    session.advance("batch")
    change(session, "PATCH", "", {"optimizer": {"learning_rate": 0.75}})
    session.advance("batch")

    scripts = [api.get(f"{session.path}/export?format=numpy&t={t}").text for t in (17, 34)]

    assert ["0.75" in script for script in scripts] == [False, True]


# Being opened again


def test_a_session_that_was_changed_in_every_way_is_the_same_after_it_is_opened_again(api):
    session = api.create(net(batch_size=2, shuffle=True, optimizer=MOMENTUM))
    session.advance("op", 40)
    edited(session, edit("hidden1.W", [0, 1], 0.7), at=20)
    session.advance("op", 14)
    change(session, "PATCH", "", {"name": "Mine", "optimizer": {"learning_rate": 0.3}})
    session.advance("batch", 2)
    change(session, "PUT", "/sample", {"x": Y[0], "y": Y[1]})
    session.advance("op", 21)
    answers = [session.get(path) for path in ("", "/log", "/metrics", "/frames/18", "/frames/60")]

    api.app.state.workbench._open.pop(session.id)

    assert [session.get(path) for path in ("", "/log", "/metrics", "/frames/18", "/frames/60")] == answers
