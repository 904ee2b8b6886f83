"""Measure a rate limit that processes share: its use of the rate, its fairness, its rejections, the cost of a turn.

    .venv/bin/python benchmarks/rate_limit.py [--processes 4] [--jobs 50] [--seconds 60] [--rate 40] [--foreign 0]
        [--shared file:/tmp/anaplan.limit]

Each process has a client with as many jobs, which send requests to an emulator as fast as they may. `--foreign` adds
requests per second that are not under the limit, as another program would send them. The exit code is 1 if a promise
does not hold.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

WARM_UP_SECONDS = 10.0
BURST = 5
MIN_USE, MAX_DEVIATION, MAX_FOREIGN_REJECTIONS, MAX_TURN_MICROSECONDS = 0.95, 0.2, 0.01, 10.0


async def work(url: str, token: str, shared: str, rate: float, jobs: int, begin: float, end: float) -> list[int]:
    """Send requests until the end, and return how many each job sent after the warm-up."""
    from anaplan_ext import AsyncClient, RateLimit, RetryPolicy

    counts = [0] * jobs
    limit = RateLimit(per_second=rate, burst=BURST, shared=shared)
    policy = RetryPolicy(throttle_delay=1)
    async with AsyncClient(token=token, base_url=url, rate_limit=limit, retry_policy=policy) as client:

        async def job(index: int) -> None:
            while time.monotonic() < end:
                await client.whoami()
                counts[index] += begin <= time.monotonic() < end

        await asyncio.gather(*map(job, range(jobs)))
    return counts


def foreign(url: str, token: str, per_second: float, end: float) -> None:
    """Send requests without the limit."""
    import httpx

    following = time.monotonic()
    with httpx.Client(headers={"Authorization": f"AnaplanAuthToken {token}"}) as client:
        while following < end:
            client.get(f"{url}/2/0/users/me")
            following += 1 / per_second
            time.sleep(max(0.0, following - time.monotonic()))


def run(options: argparse.Namespace, shared: str) -> dict[str, float]:
    """Run all processes, and return what was measured."""
    from anaplan_ext import Client
    from anaplan_ext.emulator import Emulator

    with Emulator() as emulator:
        with Client(user_email=emulator.user_email, password=emulator.password, base_url=emulator.url) as client:
            client.whoami()
        token = next(iter(emulator.tokens))
        # A second of jitter: the processes share two cores with everything else.
        emulator.requests_per_second, emulator.request_burst = options.rate, BURST + round(options.rate)
        begin = time.monotonic() + 3 + WARM_UP_SECONDS
        end = begin + options.seconds
        arguments = [emulator.url, token, shared, options.rate, options.jobs, begin, end]
        command = [sys.executable, __file__, "--work", json.dumps(arguments)]
        workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(options.processes)]
        if options.foreign:
            threading.Thread(target=foreign, args=(emulator.url, token, options.foreign, end), daemon=True).start()
        time.sleep(max(0.0, begin - time.monotonic()))
        emulator.exchanges.clear()
        time.sleep(max(0.0, end - time.monotonic()))
        statuses = [exchange.status for exchange in list(emulator.exchanges)]
        counts = [json.loads(worker.communicate()[0]) for worker in workers]
    totals, jobs = [sum(each) for each in counts], [count for each in counts for count in each]
    return {
        "rate used": sum(totals) / options.seconds / options.rate,
        "responses 429": statuses.count(429) / len(statuses),
        "least share of a process": min(totals) * len(totals) / sum(totals),
        "largest share of a process": max(totals) * len(totals) / sum(totals),
        "least share of a job": min(jobs) * len(jobs) / sum(jobs),
        "largest share of a job": max(jobs) * len(jobs) / sum(jobs),
    }


def turn_microseconds(shared: str, rounds: int = 200, turns: int = 200) -> float:
    """Return the time of a turn that nobody else wants, the least of many rounds."""
    from anaplan_ext import RateLimit
    from anaplan_ext.transport.rate_stores import make_store

    limit, store = RateLimit(per_second=1e6, burst=10**6), make_store(shared)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(turns):
            store.take_turn(limit, time.monotonic())
        times.append((time.perf_counter() - began) / turns)
    return min(times) * 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure a rate limit that processes share.")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--jobs", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=40)
    parser.add_argument("--foreign", type=float, default=0)
    parser.add_argument("--shared")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        print(json.dumps(asyncio.run(work(*json.loads(options.work)))))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        shared = options.shared or f"file:{Path(folder) / 'limit'}"
        measured = run(options, shared)
        cost = turn_microseconds(options.shared or f"file:{Path(folder) / 'other'}")
    for name, value in measured.items():
        print(f"{name:28} {value:8.2%}")
    print(f"{'an uncontended turn':28} {cost:7.1f} µs")
    if options.foreign:
        return int(measured["responses 429"] > MAX_FOREIGN_REJECTIONS)
    shares = [value for name, value in measured.items() if "share" in name]
    holds = measured["rate used"] >= MIN_USE and measured["responses 429"] == 0
    is_fair = all(abs(share - 1) <= MAX_DEVIATION for share in shares)
    is_cheap = cost <= MAX_TURN_MICROSECONDS or not shared.startswith("file:")
    return int(not (holds and is_fair and is_cheap))


if __name__ == "__main__":
    sys.exit(main())
