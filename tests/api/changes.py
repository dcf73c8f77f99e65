"""Changing a session over HTTP, as the tests of it do."""


def edit(tensor, index, value):
    return {"tensor": tensor, "index": index, "value": value}


def change(session, method, path, body=None, **options):
    response = session.api.request(method, session.path + path, json=body, **options)
    assert response.status_code in (200, 201), response.text
    return response.json()


def edited(session, *edits, **more):
    return change(session, "PATCH", "/parameters", {"edits": list(edits), **more})["session"]
