"""Measure the CPU time that a request takes above bare httpx, without a network.

    .venv/bin/python benchmarks/overhead.py [--rounds 15] [--requests 500]

The project is installed into own environments under `build/`, one of them with OpenTelemetry. A transport that responds
immediately replaces the one of httpx, so that only the layers above it are measured. All variants run in turn, in
rounds, so that other load on the machine affects all equally. Writes the table to `benchmarks/README.md`. The exit code
is 1 if the limit does not hold.
"""

import argparse
import asyncio
import json
import logging
import os
import platform
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from common import VERSIONS, environment, run, write

MOST_MICROSECONDS = 150.0
URL = "http://anaplan.test/2/0/users/me"
BODY = json.dumps(
    {
        "meta": {"schema": "http://anaplan.test/2/0/objects/user"},
        "status": {"code": 200, "message": "Success"},
        "user": {"id": "8a81", "email": "ada@example.com", "firstName": "Ada", "lastName": "Builder", "active": True},
    }
).encode()

BARE, CORE = "bare httpx, JSON parsed", "`ApiClient`: request built, response decoded"
CLIENT = "`Client`: also token, retries, log"
LIMITED = "… and the rate limit"
LOGGED = "… and the log at level debug, formatted"
TRACED = "… and OpenTelemetry installed, without an SDK"
WAYS = (BARE, CORE, CLIENT, LIMITED, LOGGED)


def measure(rounds: int, requests: int) -> dict[str, dict[str, float]]:
    """Return the median CPU time of a request in µs, for each face and variant."""
    import httpx

    def answer(self: object, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Type": "application/json"}, content=BODY)

    async def answer_later(self: object, request: httpx.Request) -> httpx.Response:
        return answer(self, request)

    httpx.HTTPTransport.handle_request = answer  # type: ignore[method-assign]
    httpx.AsyncHTTPTransport.handle_async_request = answer_later  # type: ignore[method-assign]
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logger = logging.getLogger("anaplan")
    logger.propagate = False
    logger.addHandler(Formatting())
    return {"sync": measure_sync(rounds, requests), "async": asyncio.run(measure_async(rounds, requests))}


class Formatting(logging.Handler):
    """Format a record as a handler does, without writing it."""

    def emit(self, record: logging.LogRecord) -> None:
        self.format(record)


def log_at(way: str) -> None:
    logging.getLogger("anaplan").setLevel(logging.DEBUG if way == LOGGED else logging.WARNING)


def measure_sync(rounds: int, requests: int) -> dict[str, float]:
    import httpx

    from anaplan_client import integration
    from anaplan_client.core.client import ApiClient
    from anaplan_client.core.hosts import base_urls
    from anaplan_ext import Client, RateLimit

    bare, api = httpx.Client(), ApiClient(base_urls(base_url="http://anaplan.test"))
    client = Client(token="token", base_url="http://anaplan.test")
    limit = RateLimit(per_second=1e9, burst=10**9)
    limited = Client(token="token", base_url="http://anaplan.test", rate_limit=limit)
    headers = {"Authorization": "AnaplanAuthToken token", "Accept": "application/json"}
    ways: dict[str, Callable[[], object]] = {
        BARE: lambda: json.loads(bare.get(URL, headers=headers).content),
        CORE: lambda: api.send(integration.get_current_user()),
        CLIENT: lambda: client.send(integration.get_current_user()),
        LIMITED: lambda: limited.send(integration.get_current_user()),
        LOGGED: lambda: limited.send(integration.get_current_user()),
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds + 1):
        for way, send in ways.items():
            log_at(way)
            start = time.process_time()
            for _ in range(requests):
                send()
            times[way].append((time.process_time() - start) / requests * 1e6)
    return {way: median(found[1:]) for way, found in times.items()}


async def measure_async(rounds: int, requests: int) -> dict[str, float]:
    import httpx

    from anaplan_client import integration
    from anaplan_client.core.client import AsyncApiClient
    from anaplan_client.core.hosts import base_urls
    from anaplan_ext import AsyncClient, RateLimit

    bare, api = httpx.AsyncClient(), AsyncApiClient(base_urls(base_url="http://anaplan.test"))
    client = AsyncClient(token="token", base_url="http://anaplan.test")
    limit = RateLimit(per_second=1e9, burst=10**9)
    limited = AsyncClient(token="token", base_url="http://anaplan.test", rate_limit=limit)
    headers = {"Authorization": "AnaplanAuthToken token", "Accept": "application/json"}

    async def send_bare() -> object:
        response = await bare.get(URL, headers=headers)
        return json.loads(response.content)

    ways: dict[str, Callable[[], Awaitable[object]]] = {
        BARE: send_bare,
        CORE: lambda: api.send(integration.get_current_user()),
        CLIENT: lambda: client.send(integration.get_current_user()),
        LIMITED: lambda: limited.send(integration.get_current_user()),
        LOGGED: lambda: limited.send(integration.get_current_user()),
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds + 1):
        for way, send in ways.items():
            log_at(way)
            start = time.process_time()
            for _ in range(requests):
                await send()
            times[way].append((time.process_time() - start) / requests * 1e6)
    return {way: median(found[1:]) for way, found in times.items()}


def measured_by(python: Path, rounds: int, requests: int) -> dict[str, dict[str, float]]:
    """Run `measure` in a fresh interpreter of an environment."""
    command = [python, __file__, "--measure", "--rounds", str(rounds), "--requests", str(requests)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return found


def report(python: Path, found: dict[str, dict[str, float]], rounds: int, requests: int) -> tuple[str, bool]:
    """Return the tables, and whether the limit holds."""
    lines = [
        f"Medians of {rounds} interleaved rounds of {requests} requests on {os.cpu_count()} cores with Python "
        f"{platform.python_version()}: {run(python, VERSIONS % (('anaplan-client', 'httpx'),))}. In parentheses: the "
        "time above bare httpx.",
        "",
        "| CPU of a request | sync | async |",
        "|---|---:|---:|",
    ]
    for way in (*WAYS, TRACED):
        shown = [f"{times[way]:.0f} µs ({times[way] - times[BARE]:+.0f})" for times in found.values()]
        lines.append(f"| {way} | {' | '.join(shown)} |")
    added = max(times[LOGGED] - times[BARE] for times in found.values())
    holds = added < MOST_MICROSECONDS
    limit = f"{added:.0f} µs | {MOST_MICROSECONDS:g} µs | {'holds' if holds else '**broken**'}"
    lines += ["", "| Limit | Measured | At most | |", "|---|---:|---:|---|"]
    lines.append(f"| retries, rate limit and log, above bare httpx | {limit} |")
    return "\n".join(lines), holds


def main() -> int:
    """Install the packages, measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="number of rounds of all variants")
    parser.add_argument("--requests", type=int, default=500, help="requests of each variant in a round")
    parser.add_argument("--measure", action="store_true", help="measure in this environment, and print it as JSON")
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.rounds, given.requests)))
        return 0
    python = environment("overhead")
    found = measured_by(python, given.rounds, given.requests)
    traced = measured_by(environment("overhead-telemetry", "opentelemetry-api"), given.rounds, given.requests)
    for face, times in found.items():
        # Above the time of the same variant in that environment without spans.
        times[TRACED] = times[BARE] + traced[face][LOGGED] - traced[face][BARE]
    table, holds = report(python, found, given.rounds, given.requests)
    print(table)
    write("overhead", table)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
