"""Runs in the background, as who begins one follows it."""

import time

from app.api.schemas.runs import RunAnswer

SHUFFLED = {"preset": "xor", "batch_size": 2, "shuffle": True}


ENDLESS = {"steps": 10_000_000}


def start(learner, **body):
    """The run that was started, as the answer has it."""
    response = learner.api.post(f"{learner.path}/runs", body or ENDLESS)
    assert response.status_code == 202, response.text
    RunAnswer.model_validate_json(response.content)
    assert response.headers["location"] == f"/api/v1{learner.path}/runs/{response.json()['run']['id']}"
    return response.json()["run"]


def look(learner, run):
    return learner.get(f"/runs/{run['id']}")["run"]


def cancel(learner, run):
    response = learner.api.request("DELETE", f"{learner.path}/runs/{run['id']}")
    assert response.status_code == 200, response.text
    return response.json()["run"]


def until(learner, run, condition):
    """The run once the condition holds of it."""
    end = time.monotonic() + 60
    while not condition(found := look(learner, run)):
        assert time.monotonic() < end, found
        time.sleep(0.005)
    return found


def begun(learner, run):
    return until(learner, run, lambda found: found["done"] > 0)


def over(learner, run):
    return until(learner, run, lambda found: found["status"] != "running")
