"""What a `DriftRecorder` adds to the CPU time of a request, without a network.

    .venv/bin/python benchmarks/drift.py [--rounds 31] [--requests 20]

The transport of httpx is replaced by one that answers at once. Requests with and without the recorder run in turn, in
rounds, so that whatever slows the machine slows both alike. Two answers: a small one, and a page of 1,000 models. The
first answers, which are all looked into, are not measured. Writes the table into `benchmarks/README.md`; the exit code
is 1 if the limit does not hold.
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

MOST_PERCENT = 3.0
STATUS = {"code": 200, "message": "Success"}
USER = {"id": "8a81", "email": "ada@example.com", "firstName": "Ada", "lastName": "Builder", "active": True}
MODEL = {"id": "A1B2", "name": "Planning", "activeState": "UNLOCKED", "currentWorkspaceId": "8a81", "memoryUsage": 10}
PAGING = {"currentPageSize": 1000, "offset": 0, "totalSize": 1000}
SMALL = json.dumps({"meta": {}, "status": STATUS, "user": USER}).encode()
LARGE = json.dumps({"meta": {"paging": PAGING}, "status": STATUS, "models": [MODEL] * 1000}).encode()
ANSWERS = {"a user": (SMALL, 20), "a page of 1,000 models": (LARGE, 1)}


def measure(rounds: int, requests: int) -> dict[str, tuple[float, float]]:
    """Microseconds of CPU of a request without and with the recorder, for each answer: medians of the rounds."""
    import httpx

    from anaplan_client import integration
    from anaplan_ext import Client
    from anaplan_ext.drift import DriftRecorder

    bodies = {"/2/0/users/me": SMALL, "/2/0/models": LARGE}

    def answer(self: object, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Type": "application/json"}, content=bodies[request.url.path])

    httpx.HTTPTransport.handle_request = answer  # type: ignore[method-assign]
    plain = Client(token="token", base_url="http://anaplan.test")
    watched = Client(token="token", base_url="http://anaplan.test", observer=DriftRecorder())
    found: dict[str, tuple[float, float]] = {}
    for name, (_, weight) in ANSWERS.items():
        build = integration.get_current_user if name == "a user" else integration.list_models
        times: tuple[list[float], list[float]] = ([], [])
        for number in range(rounds + 1):
            order = (0, 1) if number % 2 else (1, 0)
            for index in order:
                client, count = (plain, watched)[index], requests * weight
                start = time.process_time()
                for _ in range(count):
                    client.send(build())
                times[index].append((time.process_time() - start) / count * 1e6)
        without = median(times[0][1:])
        # Of neighbours in time: a machine that is slower for a while slows both.
        added = median(after - before for before, after in zip(times[0][1:], times[1][1:], strict=True))
        found[name] = (without, added)
    return found


def report(found: dict[str, tuple[float, float]], versions: str, rounds: int) -> tuple[str, bool]:
    """The table, and whether the limit holds."""
    lines = [
        f"Medians of {rounds} interleaved rounds on {os.cpu_count()} cores with Python {platform.python_version()}: "
        f"{versions}; the default sample.",
        "",
        "| CPU of a request, answered with | without | added by `DriftRecorder` | at most | |",
        "|---|---:|---:|---:|---|",
    ]
    holds = True
    for name, (without, added) in found.items():
        percent = added / without * 100
        holds = holds and percent < MOST_PERCENT
        verdict = "holds" if percent < MOST_PERCENT else "**broken**"
        lines.append(
            f"| {name} | {without:,.0f} µs | {added:+,.1f} µs ({percent:.1f} %) | {MOST_PERCENT:g} % | {verdict} |"
        )
    return "\n".join(lines), holds


def main() -> int:
    """Installs, measures, reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=31, help="how often both ways are measured in turn")
    parser.add_argument(
        "--requests", type=int, default=20, help="requests of a page in a round; of a user, 20 times that"
    )
    parser.add_argument("--measure", action="store_true", help="measure in this environment, and print it as JSON")
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.rounds, given.requests)))
        return 0
    python = environment("drift")
    command = [python, Path(__file__), "--measure", "--rounds", str(given.rounds), "--requests", str(given.requests)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    versions = run(python, "from importlib.metadata import version; print('anaplan-client', version('anaplan-client'))")
    table, holds = report(json.loads(done.stdout), versions, given.rounds)
    print(table)
    write("drift", table)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
