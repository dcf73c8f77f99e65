"""How much CPU time a client may take: who pays, for what, and when it goes on."""

import asyncio
import json
import threading
import time

import pytest

from app.api import rates as module
from app.api.rates import PAYING, Bucket, RateLimited, Rates, aside, whose
from app.api.running import DEBT_SECONDS
from tests.api.problems import check_problem

BUSY = 0.02


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def burn():
    until = time.thread_time() + BUSY
    while time.thread_time() < until:
        pass


@pytest.fixture
def clock():
    return Clock()


def spend(rates, address="192.0.2.1", work=burn):
    async def job():
        work()

    asyncio.run(rates.spend(address, job))


def test_a_client_that_has_overdrawn_waits_until_what_it_owes_came_back(clock):
    rates = Rates(0.01, 0.001, clock)
    spend(rates)

    with pytest.raises(RateLimited) as refused:
        spend(rates)

    wait = int(refused.value.headers["Retry-After"])
    assert 10 <= wait < 60
    clock.now = wait
    spend(rates)


def test_a_refused_request_is_not_begun_and_another_client_s_is(clock):
    rates = Rates(0.01, 0.001, clock)
    spend(rates)
    done = []

    with pytest.raises(RateLimited):
        spend(rates, work=lambda: done.append("first"))
    spend(rates, "192.0.2.2", lambda: done.append("second"))

    assert done == ["second"]


def test_only_so_many_clients_are_remembered_and_those_that_asked_last(clock, monkeypatch):
    monkeypatch.setattr(module, "MOST_CLIENTS", 2)
    rates = Rates(0.01, 0.001, clock)

    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        spend(rates, address)

    with pytest.raises(RateLimited):
        spend(rates, "192.0.2.3")
    spend(rates, "192.0.2.1")


def test_waiting_costs_nothing(clock):
    rates = Rates(0.01, 0.001, clock)

    async def job():
        await asyncio.sleep(3 * BUSY)

    asyncio.run(rates.spend("192.0.2.1", job))

    spend(rates)


@pytest.mark.parametrize("way", ["in a thread", "in a task that goes on after the answer"])
def test_work_elsewhere_is_paid_by_who_asked_for_it(clock, way):
    rates = Rates(0.01, 0.001, clock)

    async def in_thread():
        await aside(burn)

    async def job():
        if way == "in a thread":
            await in_thread()
        else:
            tasks.append(asyncio.create_task(in_thread()))

    async def main():
        await rates.spend("192.0.2.1", job)
        await asyncio.gather(*tasks)

    tasks = []
    asyncio.run(main())

    with pytest.raises(RateLimited):
        spend(rates)


def test_what_fails_is_paid_too_and_its_error_comes_through(clock):
    rates = Rates(0.01, 0.001, clock)

    def fail():
        burn()
        raise KeyError("why")

    with pytest.raises(KeyError, match="why"):
        spend(rates, work=fail)
    with pytest.raises(RateLimited):
        spend(rates)
    assert PAYING.get() is None


@pytest.mark.parametrize("seconds", [0, 60])
def test_a_request_that_is_cancelled_is_told_so(clock, seconds):
    rates, seen = Rates(1, 1, clock), []

    async def job():
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def main():
        task = asyncio.create_task(rates.spend("192.0.2.1", job))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    assert seen == ["cancelled"]


def test_a_bucket_never_holds_more_than_it_began_with(clock):
    bucket = Bucket(1, 1, clock)
    clock.now = 1_000

    bucket.pay(1.5)

    assert bucket.wait() == 1


def test_threads_that_pay_at_once_all_pay(clock):
    bucket = Bucket(0, 1, clock)
    threads = [threading.Thread(target=lambda: [bucket.pay(1) for _ in range(2_000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert bucket.wait() == 8_001


def test_addresses_of_one_owner_are_one_client():
    assert whose("2001:db8:1:2::3") == whose("2001:db8:1:2:ffff::4")
    assert whose("2001:db8:1:2::3") != whose("2001:db8:1:3::3")
    assert whose("::ffff:192.0.2.1") == whose("192.0.2.1")
    assert whose("192.0.2.1") != whose("192.0.2.2")
    assert whose("") == ""


def test_a_client_of_the_api_is_refused_with_the_time_to_wait_and_the_page_still_comes(api_with):
    api = api_with(cpu_seconds=0.001, cpu_share=0.001)
    api.post("/sessions", {"preset": "xor"})

    response = api.get("/catalog")

    problem = check_problem(response, "rate_limited")
    assert f"try again in {response.headers['retry-after']} s" in problem["detail"]
    assert api.get("//livez").status_code == 200
    assert api.get("//").status_code == 200


def test_the_import_of_a_session_is_paid(api_with, monkeypatch):
    spec = {"data": {"dataset": "digits"}, "layers": [{"units": 256}, {"units": 10}], "loss": "cross_entropy"}
    api = api_with(cpu_seconds=60, cpu_share=0.001)
    session = api.create({**spec, "optimizer": {"type": "adam"}})
    file = json.dumps(session.get("/export"))
    paid, pay = [], Bucket.pay
    monkeypatch.setattr(Bucket, "pay", lambda self, seconds: (paid.append(seconds), pay(self, seconds)))
    began = time.process_time()

    response = api.post("/imports", content=file, headers={"Content-Type": "application/json"})

    assert response.status_code == 201
    assert sum(paid) > 0.7 * (time.process_time() - began)


def test_a_run_in_the_background_pauses_while_its_client_has_nothing_in_hand_and_can_be_cancelled(api_with):
    api = api_with(cpu_seconds=0.2, cpu_share=0.001)
    session = api.create("circle")
    location = api.post(f"{session.path}/runs", {"steps": 100_000}).headers["location"]

    bench = api.app.state.workbench
    run = bench.runs[session.id][0]
    until = time.monotonic() + 20
    while api.get("/catalog").status_code != 429 and time.monotonic() < until:
        pass
    done = -1
    while done != run.done and time.monotonic() < until:  # what was under way comes to its end
        done = run.done
        time.sleep(4 * DEBT_SECONDS)

    assert run.is_running
    assert 0 < run.done == done < 100_000
    api.app.state.runner.find(session.id, location.rsplit("/", 1)[1]).is_cancelled = True
    while run.is_running and time.monotonic() < until:
        pass
    assert not run.is_running


def test_without_a_profile_nobody_is_limited(api):
    assert api.app.state.settings.cpu_seconds == 0
