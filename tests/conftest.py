"""The application in this process, spoken to over HTTP."""

import asyncio
import os
from copy import copy
from functools import partial

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import settings

from app.api.answers import PREFIX
from app.main import create_app
from app.settings import Settings

# What a helper asserts says its values too, as in a test.
pytest.register_assert_rewrite("tests.api", "tests.browser", "tests.command", "tests.engine", "tests.sessions")

# What CI decides must not hang on a draw; elsewhere every run looks at other examples.
settings.register_profile("shared machine", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("shared machine")


class Api:
    """A client of one application. Paths are those of the contract; all requests share one event loop.

    The loop runs in a thread of its own, because the browser's tests have one in this thread.
    """

    def __init__(self, **limits):
        self.app = create_app(Settings(**{"store": ":memory:", **limits}))
        self._loop = start_blocking_portal()
        self._portal = self._loop.__enter__()
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")

    def at(self, address):
        """The same application, asked by another client."""
        other = copy(self)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(address, 1))
        other._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
        return other

    def close(self):
        self._portal.call(self._client.aclose)
        self._loop.__exit__(None, None, None)

    def call(self, function, *arguments):
        """What an async function gives in the application's loop."""
        return self._portal.call(function, *arguments)

    def call_soon(self, function, *arguments):
        """The future of what it gives."""
        return self._portal.start_task_soon(function, *arguments)

    def request(self, method, path, **options):
        """The response to a request for a path under the API's prefix, or, with a leading `//`, for one outside it."""
        url = path[1:] if path.startswith("//") else PREFIX + path
        return self._portal.call(partial(self._client.request, method, url, **options))

    def together(self, *requests):
        """The responses to requests `(method, path, options)` that are under way at the same time."""

        async def all_of_them():
            return await asyncio.gather(
                *(self._client.request(method, PREFIX + path, **options) for method, path, options in requests)
            )

        return self._portal.call(all_of_them)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, **({} if body is None else {"json": body}), **options)

    def create(self, spec):
        """A new session of a spec, or of a preset's name, to steer."""
        given = {"preset": spec} if isinstance(spec, str) else spec
        response = self.post("/sessions", given)
        assert response.status_code == 201, response.text
        return Learner(self, response.json())


class Learner:
    """One session: what a user of the API does with it. Every call must succeed."""

    def __init__(self, api, made):
        self.api = api
        self.id = made["session"]["id"]
        self.path = f"/sessions/{self.id}"
        self.spec = made["spec"]
        self.ticks_per_step = made["session"]["ticks_per_step"]

    @property
    def head(self):
        return self.get("")["session"]

    def get(self, path, **query):
        response = self.api.get(self.path + path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def advance(self, granularity="op", count=1, **more):
        response = self.api.post(f"{self.path}/steps", {"granularity": granularity, "count": count, **more})
        assert response.status_code == 200, response.text
        return response.json()

    def rewind(self, **where):
        response = self.api.post(f"{self.path}/rewind", where)
        assert response.status_code == 200, response.text
        return response.json()["session"]

    def frame(self, t):
        return self.get(f"/frames/{t}")["tensors"]

    def values(self, name, **query):
        return self.get(f"/tensors/{name}", **query)["values"]

    def explain(self, tensor, *index, **query):
        return self.get(f"/explanations/{tensor}", index=",".join(map(str, index)), **query)


@pytest.fixture(scope="session")
def api():
    """One application for all tests that do not ask for limits of their own."""
    made = Api(sessions=1_000_000)
    yield made
    made.close()


@pytest.fixture
def api_with():
    """An application with limits of its own: `api_with(sessions=1)`."""
    made = []

    def make(**limits):
        made.append(Api(**limits))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def mazur(api):
    return api.create("mazur")
