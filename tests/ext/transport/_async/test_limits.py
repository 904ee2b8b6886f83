"""The requests that a client sends while Anaplan is busy or unavailable, counted by the emulator."""

import logging
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from anaplan_client import integration
from anaplan_client.core.http import deadline
from anaplan_ext import (
    ApiError,
    AsyncClient,
    RateLimit,
    RateLimitError,
    RequestTimeoutError,
    RetryPolicy,
    ServerError,
    TaskTimeout,
)
from anaplan_ext.concurrency import _async as concurrency
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.transport import clock
from anaplan_ext.transport.rate_limit import Limiter

OFFERED = 200
ME = "/users/me"


class Time:
    """The time of the client and of the emulator, which passes only while somebody sleeps."""

    def __init__(self, emulator: Emulator) -> None:
        self.now = 1000.0
        self.emulator = emulator
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses += [seconds] if seconds else []
        self.emulator.advance(seconds)


def frozen() -> float:
    return 1_800_000_000.0


async def ask(client: AsyncClient) -> str:
    try:
        await client.send(integration.get_current_user())
    except Exception as error:
        return type(error).__name__
    return "answered"


async def ask_often(clients: list[AsyncClient], times: int = OFFERED, at_once: int = 8) -> list[str]:
    async def one(index: int) -> str:
        return await ask(clients[index % len(clients)])

    async with concurrency.closing(concurrency.map_concurrently(one, range(times), at_once)) as ends:
        return [end async for end in ends]


# The retry budget


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(path=ME, status=503, times=None), "ServerError"),
        (Fault(path=ME, status=500, times=None), "ServerError"),
        (Fault(path=ME, kind="reset", times=None), "TransportError"),
        (Fault(path=ME, kind="truncate", times=None), "TransportError"),
    ],
    ids=["503", "500", "reset", "truncate"],
)
async def test_an_outage_is_met_with_a_tenth_more_than_the_offered_load_at_most(
    fault: Fault, error: str, emulator: Emulator, client: AsyncClient, production: AsyncClient
) -> None:
    await client.list_files()
    emulator.inject(fault)
    assert set(await ask_often([client, production])) == {error}
    assert OFFERED < emulator.count("GET", ME) <= 1.1 * OFFERED


@pytest.mark.slow
async def test_an_outage_that_begins_under_load_is_met_with_no_more(emulator: Emulator, client: AsyncClient) -> None:
    await ask_often([client])
    before = emulator.count("GET", ME)
    emulator.inject(Fault(path=ME, times=None))
    await ask_often([client])
    assert emulator.count("GET", ME) - before <= 1.1 * OFFERED


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault", [Fault(status=503), Fault(status=429), Fault(kind="reset")], ids=["503", "429", "reset"]
)
async def test_starts_that_fail_are_sent_again_from_the_same_budget(fault: Fault, emulator: Emulator) -> None:
    emulator.inject(evolve(fault, method="POST", path="/tasks$", times=None))
    async with AsyncClient(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        retry_policy=RetryPolicy(base_delay=0, retry_budget=5, budget_refill=0, throttle_total=0),
    ) as client:
        for _ in range(20):
            with pytest.raises(ApiError) as raised:
                await client.invoke_action("116000000000")
    # The lookups in between get a response, and cost nothing of it.
    assert emulator.count("POST", "/tasks$") == 20 + 5
    assert "retry budget is spent" in str(raised.value)
    assert emulator.effects == {}


@pytest.mark.slow
async def test_single_failures_under_load_are_all_made_good(emulator: Emulator, client: AsyncClient) -> None:
    for number in range(5, OFFERED, 15):
        emulator.inject(Fault(path=ME, nth=number))
    assert set(await ask_often([client], at_once=4)) == {"answered"}
    assert emulator.count("GET", ME) <= 1.1 * OFFERED


async def test_an_error_says_that_the_budget_is_spent(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(path=ME, times=None))
    await ask_often([client], times=20)
    with pytest.raises(ServerError, match="retry budget is spent"):
        await client.send(integration.get_current_user())


# The rate limit


async def test_within_its_limit_a_client_is_never_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(requests_per_second=5, clock=frozen) as emulator:
        time = Time(emulator)
        monkeypatch.setattr(clock, "now", time)
        monkeypatch.setattr(concurrency, "sleep", time.sleep)
        async with AsyncClient(
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
            rate_limit=RateLimit(per_second=5, burst=5),
        ) as client:
            other = client.with_model("another")
            assert {await ask((client, other)[index % 2]) for index in range(45)} == {"answered"}
        assert time.now - 1000 == pytest.approx(40 / 5, abs=0.2)
        # Signing in is not counted, and nothing was sent twice.
        assert emulator.count() == 46


async def test_the_polls_of_a_task_go_first_and_nothing_else(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    polls = list[bool]()
    acquire_ticket = Limiter.acquire_ticket

    def acquire(limiter: Limiter, is_poll: bool = False) -> int:
        polls.append(is_poll)
        return acquire_ticket(limiter, is_poll)

    monkeypatch.setattr(Limiter, "acquire_ticket", acquire)
    async with AsyncClient(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        rate_limit=RateLimit(),
    ) as client:
        await client.load({"flights.csv": "id,name,amount\n1,one,10\n"}, process="Reload flights")
    assert polls.count(True) == emulator.count("GET", "/tasks/[^/]+$")
    assert polls.count(True) >= 1
    # Signing in is not counted.
    assert len(polls) == emulator.count() - 1


async def test_a_place_that_cannot_be_used_is_an_error_before_the_request(emulator: Emulator, tmp_path: Path) -> None:
    limit = RateLimit(shared=f"file:{tmp_path}")
    async with AsyncClient(token="token", base_url=emulator.url, rate_limit=limit) as client:
        assert await ask(client) == "RateLimitStoreError"
    assert emulator.count() == 0


async def test_without_a_limit_a_client_is_refused(emulator: Emulator) -> None:
    with Emulator(requests_per_second=5, clock=frozen) as emulator:
        async with AsyncClient(
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
            retry_policy=RetryPolicy(count=0, throttle_total=0),
        ) as client:
            assert [await ask(client) for _ in range(7)] == ["answered"] * 5 + ["RateLimitError"] * 2


async def test_a_client_whose_limit_is_too_high_slows_down(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(requests_per_second=4, clock=frozen) as emulator:
        time = Time(emulator)
        monkeypatch.setattr(clock, "now", time)
        monkeypatch.setattr(concurrency, "sleep", time.sleep)
        async with AsyncClient(
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
            rate_limit=RateLimit(per_second=20, burst=50),
        ) as client:
            assert {await ask(client) for _ in range(100)} == {"answered"}
        refused = sum(one.status == 429 for one in emulator.exchanges)
        assert 0 < refused < 20


async def test_a_wait_that_anaplan_asks_for_is_kept_by_all(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    time = Time(emulator)
    monkeypatch.setattr(clock, "now", time)
    monkeypatch.setattr(concurrency, "sleep", time.sleep)
    async with AsyncClient(
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        rate_limit=RateLimit(),
        retry_policy=RetryPolicy(count=0),
    ) as client:
        assert await ask(client) == "answered"
        emulator.inject(Fault(path=ME, status=429, headers=(("Retry-After", "45"),)))
        assert await ask(client) == "RateLimitError"
        assert time.now == 1000
        assert await ask(client) == "answered"
        assert time.now == pytest.approx(1045, abs=1)


async def test_one_who_stops_waiting_leaves_the_turn_to_the_next(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(BaseException):
        pass

    time = Time(emulator)

    async def interrupt(seconds: float) -> None:
        raise Interrupted

    monkeypatch.setattr(clock, "now", time)
    async with AsyncClient(
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        rate_limit=RateLimit(per_second=1, burst=1),
    ) as client:
        assert await ask(client) == "answered"
        monkeypatch.setattr(concurrency, "sleep", interrupt)
        for _ in range(3):
            with pytest.raises(Interrupted):
                await ask(client)
        monkeypatch.setattr(concurrency, "sleep", time.sleep)
        assert await ask(client) == "answered"
        assert time.now == pytest.approx(1001)


# The limit of the tenant, where Anaplan does not say when to come again (429 without `Retry-After`)


@pytest.fixture
def time(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time(emulator)
    monkeypatch.setattr(clock, "now", time)
    monkeypatch.setattr(concurrency, "sleep", time.sleep)
    return time


def throttled(emulator: Emulator, **options: Any) -> AsyncClient:
    return AsyncClient(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        **options,
    )


@pytest.mark.parametrize("retry_count", [0, 2])
@pytest.mark.parametrize(
    ("times", "pauses"), [(1, [10]), (2, [10, 20]), (3, [10, 20, 30]), (4, [10, 20, 30, 30]), (5, [10, 20, 30, 30, 30])]
)
async def test_the_client_pauses_longer_and_longer_and_counts_none_of_it_as_a_retry(
    times: int, pauses: list[float], retry_count: int, emulator: Emulator, time: Time
) -> None:
    emulator.inject(Fault(path=ME, status=429, times=times))
    async with throttled(emulator, retry_count=retry_count) as client:
        assert await ask(client) == "answered"
    assert time.pauses == pauses
    assert emulator.count("GET", ME) == times + 1


async def test_after_two_minutes_it_is_an_error_and_at_once_from_then_on(emulator: Emulator, time: Time) -> None:
    emulator.inject(Fault(path=ME, status=429, times=None))
    async with throttled(emulator) as client:
        with pytest.raises(RateLimitError, match=r"after 6 attempts; not retried: .* after pauses of 120 s"):
            await client.send(integration.get_current_user())
        assert time.now == 1120
        # Without any response, all others fail after one attempt.
        assert {await ask(client.with_model("another")) for _ in range(5)} == {"RateLimitError"}
        assert time.now == 1120
        assert emulator.count("GET", ME) == 6 + 5
        emulator.clear_faults()
        assert await ask(client) == "answered"
        emulator.inject(Fault(path=ME, status=429))
        assert await ask(client) == "answered"
        assert time.now == 1130


async def test_a_long_time_after_it_pauses_again(emulator: Emulator, time: Time) -> None:
    emulator.inject(Fault(path=ME, status=429, times=None))
    async with throttled(emulator) as client:
        assert await ask(client) == "RateLimitError"
        emulator.clear_faults()
        time.now += 121
        emulator.inject(Fault(path=ME, status=429))
        assert await ask(client) == "answered"
    assert time.pauses[-1] == 10


async def test_siblings_share_the_pause(emulator: Emulator, time: Time) -> None:
    emulator.inject(Fault(path="/files$", status=429, times=None))
    async with throttled(emulator, retry_policy=RetryPolicy(throttle_delay=50, throttle_total=50)) as client:
        await client.send(integration.get_current_user())
        tried = time.now
        with pytest.raises(RateLimitError):
            await client.list_files()
        assert time.now == tried + 50
        emulator.clear_faults()
        other = client.with_model(emulator.production_model_id)
        policy = client._session.policy
        assert other._session.policy is policy
        policy.throttle.hold(time.now, 30)
        await other.list_files()
        assert time.now == tried + 80


async def test_many_requests_in_flight_make_one_pause(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    # Half of the first requests are throttled, all at the same time.
    emulator.inject(Fault(path=ME, status=429, times=20))
    policy = RetryPolicy(count=0, throttle_delay=0.2, throttle_total=2.4)
    with caplog.at_level("WARNING", logger="anaplan"):
        async with throttled(emulator, retry_policy=policy) as client:
            await client.list_files()
            siblings = [client, client.with_model(emulator.production_model_id)]
            assert set(await ask_often(siblings, times=40, at_once=40)) == {"answered"}
    pauses = [record for record in caplog.records if "all requests of this client pause" in record.getMessage()]
    # Requests sent before the first 429 arrives belong to its pause; on a busy machine, stragglers cause a few more.
    assert 1 <= len(pauses) <= 5
    assert emulator.count("GET", ME) == 40 + 20


async def test_a_throttled_poll_does_not_outlast_the_wait(emulator: Emulator, time: Time) -> None:
    async with throttled(emulator) as client:
        task_id = await client.invoke_action("116000000000")
        emulator.inject(Fault(method="GET", path=r"/tasks/\w+$", status=429, times=None))
        with pytest.raises(TaskTimeout) as raised:
            await client.wait_for_task("116000000000", task_id, timeout=0)
    assert isinstance(raised.value.__context__, RateLimitError | None)
    assert time.now == 1000


@pytest.mark.parametrize("path", ["/token/authenticate$"])
async def test_the_sign_in_has_a_limit_of_its_own(path: str, emulator: Emulator, time: Time) -> None:
    emulator.inject(Fault(path=path, status=429, times=None))
    async with throttled(emulator) as client:
        assert await ask(client) == "RateLimitError"
    assert emulator.count("POST", path) == 3
    assert time.now < 1010


@pytest.mark.parametrize("delay", [0, -1, float("nan")])
def test_a_pause_of_no_length_is_refused(delay: float) -> None:
    with pytest.raises(ValueError, match="throttle_delay must be greater than 0"):
        RetryPolicy(throttle_delay=delay)


# The last attempt


async def test_a_wait_beyond_the_cap_is_an_error_that_names_it(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(path=ME, status=429, headers=(("Retry-After", "3600"),), times=None))
    with pytest.raises(RateLimitError, match="Anaplan requests a delay of 3600 s, the policy allows 120 s") as raised:
        await client.send(integration.get_current_user())
    assert raised.value.context.retry_after == "3600"
    assert emulator.count("GET", ME) == 1


async def test_no_try_begins_after_the_deadline(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    time = Time(emulator)
    monkeypatch.setattr(clock, "now", time)
    monkeypatch.setattr(concurrency, "sleep", time.sleep)
    emulator.inject(Fault(path=ME, status=429, headers=(("Retry-After", "100"),), times=None))
    async with AsyncClient(
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        retry_policy=RetryPolicy(count=50, deadline=350),
    ) as client:
        with pytest.raises(RateLimitError, match=r"after 4 attempts; not retried: .* deadline of 350 s"):
            await client.send(integration.get_current_user())
    assert time.now == 1300


class Ticking:
    """A clock on which longer passes between two looks than a request may take."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1000
        return self.now


DRIP = Fault(kind="drip", pause=0.001)


async def test_an_answer_that_only_drips_ends_with_the_deadline(
    emulator: Emulator, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.list_files()
    emulator.inject(evolve(DRIP, path=ME, times=None))
    ticking = Ticking()
    monkeypatch.setattr(deadline, "now", ticking)
    monkeypatch.setattr(clock, "now", ticking)
    with pytest.raises(RequestTimeoutError, match=r"still arriving .*; not retried: .* deadline of 300 s"):
        await client.send(integration.get_current_user())
    assert emulator.count("GET", ME) == 1


async def test_a_start_whose_answer_only_drips_is_made_once(
    emulator: Emulator, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.list_files()
    emulator.inject(evolve(DRIP, method="POST", path="/tasks$"))
    # Once, between the head of the first response and its content.
    moments = iter([0.0])
    monkeypatch.setattr(deadline, "now", lambda: next(moments, 1000.0))
    task_id = await client.invoke_action("116000000000")
    (task,) = emulator.model(emulator.development_model_id).tasks
    assert task.id == task_id
    assert (emulator.count("POST", "/tasks$"), emulator.count("GET", "/tasks$")) == (1, 3)
    assert emulator.effects == {"exports": 1}


# The log


async def test_each_attempt_is_logged_and_each_retry_is_warned_of(
    emulator: Emulator, client: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    await client.list_files()
    caplog.clear()
    caplog.set_level(logging.DEBUG, "anaplan")
    emulator.inject(Fault(path=ME))
    await client.send(integration.get_current_user())
    lines = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "anaplan"]
    assert [level for level, _ in lines] == ["DEBUG", "WARNING", "DEBUG"]
    assert "GET /2/0/users/me (integration.get_current_user), attempt 1: 503 ServerError after" in lines[0][1]
    assert "integration.get_current_user: attempt 1 of 3 failed (ServerError 503, request id" in lines[1][1]
    assert lines[1][1].endswith("), retrying in 0.0 s")
    (retry,) = (vars(record) for record in caplog.records if record.levelname == "WARNING")
    expected = {"operation": "integration.get_current_user", "attempt": 1, "max_attempts": 3, "status": 503}
    assert {name: retry[name] for name in expected} == expected
    assert retry["error_type"] == "ServerError"
    assert f"request id {retry['request_id']}" in lines[1][1]
    assert "attempt 2: 200 after" in lines[2][1]
    attempts = [vars(record) for record in caplog.records if hasattr(record, "seconds")]
    assert [(attempt["attempt"], attempt["status"], attempt["error_type"]) for attempt in attempts] == [
        (1, 503, "ServerError"),
        (2, 200, None),
    ]
    assert {(attempt["method"], attempt["path"]) for attempt in attempts} == {("GET", "/2/0/users/me")}


async def test_hooks_see_every_try(emulator: Emulator) -> None:
    seen: list[str] = []

    async def note(item: object) -> None:
        seen.append(type(item).__name__)

    emulator.inject(Fault(path=ME))
    async with AsyncClient(
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        retry_policy=RetryPolicy(base_delay=0),
        hooks={"request": [note], "response": [note]},
    ) as client:
        await client.send(integration.get_current_user())
    assert seen == ["Request", "Response"] * 3
