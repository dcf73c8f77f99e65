"""What every refusal of the API has in common."""

from app.api.problems import STATUS


def check_problem(response, code):
    """The one shape of every error; gives its body."""
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert list(problem) == ["type", "title", "status", "code", "detail", "errors", "request_id"]
    assert (problem["code"], problem["status"], response.status_code) == (code, STATUS[code], STATUS[code])
    assert problem["type"] == f"/problems/{code.replace('_', '-')}"
    assert problem["title"]
    assert 10 < len(problem["detail"]) < 500
    assert all(set(error) == {"pointer", "message"} for error in problem["errors"])
    assert len(response.content) < 2_000
    return problem


def shown(value):
    return value if isinstance(value, str) and len(value) < 50 else "…"
