"""A limit that machines share in Redis. The server is a real one, where it is installed."""

import math
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from anaplan_ext import AsyncClient, RateLimit
from anaplan_ext.emulator import Emulator
from anaplan_ext.transport import rate_redis
from anaplan_ext.transport.errors import RateLimitStoreError
from anaplan_ext.transport.rate_redis import SCRIPT, RedisRateStore
from anaplan_ext.transport.rate_state import (
    BACKOFF_FRACTION,
    MAX_AHEAD_SECONDS,
    MIN_RATE_FRACTION,
    RECOVERY_SECONDS,
    RateState,
    slow_down,
    take_turn,
)

LIMIT = RateLimit(per_second=10, burst=3)

redis = pytest.importorskip("redis", reason="the extra redis is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis server."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: the limit in Redis is NOT tested here")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    options = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(folder),
        "--requirepass",
        "canary",
    ]
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as process:
        url = f"redis://:canary@127.0.0.1:{port}/0"
        client = redis.Redis.from_url(url)
        try:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                try:
                    client.ping()
                    break
                except redis.exceptions.RedisError:
                    pass
            yield url
        finally:
            client.close()
            process.terminate()


@pytest.fixture
def url(server: str, request: pytest.FixtureRequest) -> str:
    return f"{server}#{request.node.name}"


def test_two_stores_share_the_turns_and_a_429(url: str) -> None:
    first, second = RedisRateStore(url), RedisRateStore(url)
    now = 50.0
    turns = [store.take_turn(LIMIT, now).at for store in (first, second, first, second, first)]
    # Three at once, then a tenth of a second between them, less what the calls have taken.
    assert [turn <= now for turn in turns] == [True, True, True, False, False]
    assert turns[4] - now <= 0.2
    first.slow_down(sent=now - 1, now=now, pause=30.0)
    turn = second.take_turn(LIMIT, now)
    assert 25 < turn.at - now <= 30
    assert second.last_throttled(now) == first.last_throttled(now) == turn.throttled_at
    for store in (first, second):
        store.close()


def test_names_are_limits_of_their_own(server: str) -> None:
    for name in ("", "#a", "#b%20c"):
        store = RedisRateStore(server + name)
        assert store.take_turn(RateLimit(per_second=0.1, burst=1), 1.0).at <= 1.0
        store.close()


def test_the_script_has_the_same_rules_as_the_state(server: str) -> None:
    """Random events, on a clock of the test."""
    import random

    client = redis.Redis.from_url(server)
    script = client.register_script(SCRIPT.replace("redis.call('TIME')", "{ARGV[9], 0}"))
    rules = [86_400, MIN_RATE_FRACTION, BACKOFF_FRACTION, RECOVERY_SECONDS, MAX_AHEAD_SECONDS]
    choose = random.Random(11)
    for example in range(20):
        state, now, key = RateState(), 1000.0, f"example {example}"
        per_second, burst = choose.uniform(0.5, 50), choose.randrange(1, 40)
        for _ in range(40):
            now += choose.choice([0.0, choose.uniform(0, 1), choose.uniform(0, 200), -5000.0 if now > 9000 else 0.0])
            if choose.random() < 0.7:
                state, turn = take_turn(state, per_second, burst, now)
                delay, throttled_at = script(keys=[key], args=["take", *rules, per_second, burst, now])
                assert float(delay) == pytest.approx(turn.at - now, abs=1e-6)
                assert float(throttled_at) == (-1e308 if turn.throttled_at == -math.inf else turn.throttled_at)
            else:
                sent, pause = now - choose.uniform(0, 2), choose.choice([0.0, 10.0, 9000.0])
                state = slow_down(state, sent, now, pause)
                script(keys=[key], args=["slow", *rules, now - sent, pause, now])
        stored = [float(value) for value in client.hmget(key, "next_turn", "throttled_at", "ceiling")]
        assert stored == pytest.approx([max(-1e308, value) for value in state], abs=1e-6)
        assert 0 < client.ttl(key) <= 86_400
    client.close()


async def test_two_clients_of_a_tenant_share_its_limit(url: str, emulator: Emulator) -> None:
    limit = RateLimit(per_second=20, burst=2, shared=url)
    options = {"user_email": emulator.user_email, "password": emulator.password, "base_url": emulator.url}
    async with AsyncClient(**options, rate_limit=limit) as first, AsyncClient(**options, rate_limit=limit) as second:  # type: ignore[arg-type]
        began = time.monotonic()
        for client in (first, second) * 4:
            await client.whoami()
        # Eight turns, two of them at once.
        assert time.monotonic() - began >= 6 / 20 - 0.01


async def test_a_429_of_one_client_reaches_the_other(url: str, emulator: Emulator) -> None:
    from anaplan_ext import RateLimitError, RetryPolicy
    from anaplan_ext.emulator import Fault

    limit = RateLimit(per_second=20, burst=2, shared=url)
    options = {"user_email": emulator.user_email, "password": emulator.password, "base_url": emulator.url}
    store = RedisRateStore(url)
    emulator.inject(Fault(path="users/me", status=429))
    async with AsyncClient(**options, rate_limit=limit, retry_policy=RetryPolicy(throttle_total=0, count=0)) as client:  # type: ignore[arg-type]
        assert store.last_throttled(0.0) < 0
        with pytest.raises(RateLimitError):
            await client.whoami()
        assert store.last_throttled(0.0) > 0
    store.close()


@pytest.mark.parametrize("address", ["127.0.0.1:1/0", "user:canary@127.0.0.1:1/0"])
async def test_a_server_that_does_not_answer_is_an_error_without_its_password(address: str) -> None:
    limit = RateLimit(shared=f"redis://{address}#tenant")
    assert "canary" not in repr(limit)
    async with AsyncClient(token="t", base_url="http://127.0.0.1:1", rate_limit=limit) as client:
        with pytest.raises(
            RateLimitStoreError, match=r"redis://127.0.0.1:1/0 cannot be used: ConnectionError"
        ) as caught:
            await client.whoami()
        assert caught.value.__context__ is None
    assert "canary" not in str(caught.value)


def test_a_wrong_password_is_an_error(server: str) -> None:
    store = RedisRateStore(server.replace("canary", "other"))
    with pytest.raises(RateLimitStoreError, match="cannot be used: Auth"):
        store.take_turn(LIMIT, 0.0)
    store.close()


def test_what_somebody_else_keeps_there_is_an_error(server: str) -> None:
    client = redis.Redis.from_url(server)
    client.set("anaplan:rate-limit:taken", "text")
    store = RedisRateStore(f"{server}#taken")
    with pytest.raises(RateLimitStoreError, match="cannot be used: ResponseError"):
        store.take_turn(LIMIT, 0.0)
    assert client.get("anaplan:rate-limit:taken") == b"text"
    store.close()
    client.close()


def test_without_the_extra_the_constructor_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_redis, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"pip install 'anaplan-client\[redis\]'"):
        AsyncClient(token="t", rate_limit=RateLimit(shared="redis://localhost"))


def test_the_library_does_not_import_redis(tmp_path: Path) -> None:
    code = (
        "import sys; from anaplan_ext import Client, RateLimit;"
        "Client(token='t', rate_limit=RateLimit(shared='file:x'));"
        "sys.exit('redis' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env={"PYTHONPATH": ":".join(sys.path)})
