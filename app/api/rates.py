"""How much CPU time each client may take: a bucket of seconds for every address, which fills again at a steady rate.

A request is begun as long as there is anything in the bucket, and pays afterwards what it took, in the loop and in
threads; who has overdrawn waits. Time is the only price that a small network and a large one have in common.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import Executor
from contextvars import ContextVar, copy_context
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from threading import Lock
from time import monotonic, thread_time
from typing import Any, TypeVar

from starlette.types import Scope

from ..engine.errors import BackscopeError

Result = TypeVar("Result")

MOST_CLIENTS = 10_000
"""How many addresses are remembered: those that asked last."""


class RateLimited(BackscopeError):
    code = "rate_limited"
    title = "This client has used up its time"

    def __init__(self, seconds: int, share: float) -> None:
        super().__init__(
            f"This address has used its CPU time, of which it gets {share:g} s a second; try again in {seconds} s"
        )
        self.headers = {"Retry-After": str(seconds)}


class Bucket:
    """The CPU seconds that one client has in hand, below 0 where it owes some."""

    def __init__(self, seconds: float, share: float, clock: Callable[[], float]) -> None:
        self._most, self._share, self._clock = seconds, share, clock
        self._held, self._at = seconds, clock()
        self._lock = Lock()

    def pay(self, seconds: float) -> None:
        """Take so much out of it; threads do so too."""
        with self._lock:
            now = self._clock()
            self._held, self._at = min(self._most, self._held + (now - self._at) * self._share) - seconds, now

    def wait(self) -> int:
        """Whole seconds until there is something in it."""
        self.pay(0)
        return 0 if self._held > 0 else math.floor(-self._held / self._share) + 1


PAYING: ContextVar[Bucket | None] = ContextVar("PAYING", default=None)
"""Who pays for what is done now. A task that a request starts pays from the same bucket, also after its answer."""


def in_debt() -> bool:
    """Whether whoever pays now has nothing in hand: what goes on after an answer has to wait."""
    bucket = PAYING.get()
    return bucket is not None and bucket.wait() > 0


class Rates:
    """The buckets of all clients."""

    def __init__(self, seconds: float, share: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds, self._share, self._clock = seconds, share, clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    async def spend(self, client: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` and let this client pay for it. RateLimited, and nothing is done, where it cannot."""
        if not self._seconds:
            return await work()
        bucket = self._bucket(client)
        if seconds := bucket.wait():
            raise RateLimited(seconds, self._share)
        token = PAYING.set(bucket)
        try:
            await _Metered(work(), bucket)
        finally:
            PAYING.reset(token)
        return None

    def _bucket(self, client: str) -> Bucket:
        found = self._buckets.pop(client, None) or Bucket(self._seconds, self._share, self._clock)
        self._buckets[client] = found
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return found


def client_of(scope: Scope) -> str:
    """The client that a request comes from; nobody in particular where the server does not know."""
    return whose(scope["client"][0]) if scope.get("client") else ""


@lru_cache(maxsize=MOST_CLIENTS)
def whose(address: str) -> str:
    """Whose address it is: of IPv6 the first half, because the other is for its owner to choose."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or found.exploded[:19])


async def aside(work: Callable[[], Result], worker: Executor | None = None) -> Result:
    """Do `work` in a thread, or in one of a `worker`, for whoever pays now: the one way there, so that none is free."""
    return await asyncio.get_running_loop().run_in_executor(worker, copy_context().run, _paid(work))


def _paid(work: Callable[[], Result]) -> Callable[[], Result]:
    bucket = PAYING.get()
    if bucket is None:
        return work

    def metered() -> Result:
        began = thread_time()
        try:
            return work()
        finally:
            bucket.pay(thread_time() - began)

    return metered


class _Metered:
    """An awaitable that pays for the time in which it has the loop."""

    def __init__(self, work: Awaitable[None], bucket: Bucket) -> None:
        self._work, self._bucket = work, bucket

    def __await__(self) -> Generator[Any, Any, None]:
        steps = self._work.__await__()
        given: Any = None
        failed: BaseException | None = None
        while True:
            began = thread_time()
            try:
                waits_for = steps.send(given) if failed is None else steps.throw(failed)
            except StopIteration:
                return
            finally:
                self._bucket.pay(thread_time() - began)
            try:
                given, failed = (yield waits_for), None
            except BaseException as error:
                given, failed = None, error
