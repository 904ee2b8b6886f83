"""Measure the CPU time that a `DriftRecorder` adds to a request, without a network.

    .venv/bin/python benchmarks/drift.py [--rounds 151] [--requests 20]

A transport that responds immediately replaces the one of httpx. Requests with and without a recorder run in turn, in
short rounds. Each round starts with another of them, so that other load on the machine affects all equally. There are
two responses: a small one, and a page of 1,000 models. A round has twenty requests or a multiple, of which the
recorder checks every twentieth. The first responses, which are all examined, are not measured. Writes the table to
`benchmarks/README.md`. The exit code is 1 if the limit does not hold.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from common import environment, run, write

MAX_PERCENT = 3.0
STATUS = {"code": 200, "message": "Success"}
USER = {"id": "8a81", "email": "ada@example.com", "firstName": "Ada", "lastName": "Builder", "active": True}
MODEL = {"id": "A1B2", "name": "Planning", "activeState": "UNLOCKED", "currentWorkspaceId": "8a81", "memoryUsage": 10}
PAGING = {"currentPageSize": 1000, "offset": 0, "totalSize": 1000}
SMALL = json.dumps({"meta": {}, "status": STATUS, "user": USER}).encode()
LARGE = json.dumps({"meta": {"paging": PAGING}, "status": STATUS, "models": [MODEL] * 1000}).encode()
RESPONSES = {"a user": (SMALL, 20), "a page of 1,000 models": (LARGE, 1)}


def measure(rounds: int, requests: int) -> dict[str, tuple[float, float, float]]:
    """Return medians in µs of CPU: a request without a recorder, the cost of the recorder, and of one examination."""
    import httpx

    from anaplan_client import integration
    from anaplan_ext import Client
    from anaplan_ext.drift import DriftRecorder

    bodies = {"/2/0/users/me": SMALL, "/2/0/models": LARGE}

    def respond(self: object, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Type": "application/json"}, content=bodies[request.url.path])

    httpx.HTTPTransport.handle_request = respond  # type: ignore[method-assign]
    observers = (None, DriftRecorder(), DriftRecorder(sample_rate=1))
    clients = [Client(token="token", base_url="http://anaplan.test", observer=observer) for observer in observers]
    results: dict[str, tuple[float, float, float]] = {}
    for name, (_, weight) in RESPONSES.items():
        build = integration.get_current_user if name == "a user" else integration.list_models
        times: list[list[float]] = [[], [], []]
        turns = list(zip(clients, times, strict=True))
        for _ in range(rounds + 1):
            # Rotate, so that the garbage of one client is not always collected in the time of the same other one.
            turns.append(turns.pop(0))
            for client, own in turns:
                start = time.process_time()
                for _ in range(requests * weight):
                    client.send(build())
                own.append((time.process_time() - start) / (requests * weight) * 1e6)
        without, checking, every = (own[1:] for own in times)
        # Compare neighboring rounds: a machine that is slower for a while slows both.
        observing = median(after - before for before, after in zip(without, checking, strict=True))
        examining = median(after - before for before, after in zip(checking, every, strict=True))
        # A negative cost is noise.
        results[name] = (median(without), max(observing, 0.0), examining)
    return results


def report(results: dict[str, tuple[float, float, float]], versions: str, rounds: int) -> tuple[str, bool]:
    """Return the table, and whether the limit holds."""
    lines = [
        f"Medians of {rounds} interleaved rounds on {os.cpu_count()} cores with Python {platform.python_version()}: "
        f"{versions}; one response in twenty is checked.",
        "",
        "| CPU of a request for | without | examination of one | added by `DriftRecorder` | at most | |",
        "|---|---:|---:|---:|---:|---|",
    ]
    holds = True
    for name, (without, added, examining) in results.items():
        percent = added / without * 100
        holds = holds and percent < MAX_PERCENT
        verdict = "holds" if percent < MAX_PERCENT else "**broken**"
        cost = f"{without:,.0f} µs | {examining:,.0f} µs | {added:+,.1f} µs ({percent:.1f} %)"
        lines.append(f"| {name} | {cost} | {MAX_PERCENT:g} % | {verdict} |")
    return "\n".join(lines), holds


def main() -> int:
    """Install the packages, measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=151, help="number of alternating rounds")
    parser.add_argument(
        "--requests", type=int, default=20, help="requests of a page in a round; of a user, 20 times that"
    )
    parser.add_argument("--measure", action="store_true", help="measure in this environment, and print it as JSON")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.rounds, options.requests)))
        return 0
    python = environment("drift")
    command = [
        python,
        Path(__file__),
        "--measure",
        "--rounds",
        str(options.rounds),
        "--requests",
        str(options.requests),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    versions = run(python, "from importlib.metadata import version; print('anaplan-client', version('anaplan-client'))")
    table, holds = report(json.loads(done.stdout), versions, options.rounds)
    print(table)
    write("drift", table)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
