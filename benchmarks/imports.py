"""Measure the time of imports, compared with httpx alone and with the client `anaplan-sdk`.

    .venv/bin/python benchmarks/imports.py [--runs 30]

Both are installed from PyPI, with this project, into an own environment under `build/`. A second one has the extra
`cli`: httpx imports its own command line where it finds the packages of one, which all users would pay for. Each import
runs in fresh interpreters, all of them in turn, so that other load on the machine affects all equally. Writes the table
to `benchmarks/README.md`. The exit code is 1 if a limit does not hold.
"""

import argparse
import os
import platform
import sys
from pathlib import Path
from statistics import median, quantiles

from common import ROOT, VERSIONS, environment, run, write

HTTPX = "import httpx"
OPERATION = "import httpx; from anaplan_client.alm import list_revisions; list_revisions('model')"
FACE, PEER_FACE = "import anaplan_ext", "import anaplan_sdk"
CLIENT, PEER_CLIENT = "from anaplan_ext import Client", "from anaplan_sdk import Client"
WITH_CLI = "import httpx  # with the extra `cli`"
STATEMENTS = (HTTPX, OPERATION, FACE, PEER_FACE, CLIENT, PEER_CLIENT)

MOST_MS = 40.0
MOST_RATIO = 0.5
MOST_CLI_RATIO = 1.05
TIMED = "from time import perf_counter; start = perf_counter(); {}; print((perf_counter() - start) * 1000)"


def measure(python: Path, with_cli: Path, runs: int) -> dict[str, list[float]]:
    """Return the milliseconds of each statement. The first round fills the caches and does not count."""
    times: dict[str, list[float]] = {statement: [] for statement in (*STATEMENTS, WITH_CLI)}
    for _ in range(runs + 1):
        for statement, found in times.items():
            code, interpreter = (HTTPX, with_cli) if statement == WITH_CLI else (statement, python)
            found.append(float(run(interpreter, TIMED.format(code))))
    return {statement: found[1:] for statement, found in times.items()}


def report(python: Path, times: dict[str, list[float]]) -> tuple[str, bool]:
    """Return the tables, and whether all limits hold."""
    middle = {statement: median(found) for statement, found in times.items()}
    limits = [
        ("an operation, above httpx alone", middle[OPERATION] - middle[HTTPX], MOST_MS, " ms"),
        ("`anaplan_ext` : `anaplan_sdk`, the package", middle[FACE] / middle[PEER_FACE], MOST_RATIO, ""),
        ("httpx with the extra `cli` : without", middle[WITH_CLI] / middle[HTTPX], MOST_CLI_RATIO, ""),
        ("`anaplan_ext` : `anaplan_sdk`, the client", middle[CLIENT] / middle[PEER_CLIENT], MOST_RATIO, ""),
    ]
    lines = [
        f"{len(times[HTTPX])} interleaved runs in fresh interpreters on {os.cpu_count()} cores with Python "
        f"{platform.python_version()}: {run(python, VERSIONS % (('anaplan-client', 'anaplan-sdk', 'httpx'),))}.",
        "",
        "| Import | Median | 10 % – 90 % |",
        "|---|---:|---:|",
    ]
    for statement, found in times.items():
        tenths = quantiles(found, n=10)
        code, _, place = statement.partition("  #")
        lines.append(f"| `{code}`{place} | {middle[statement]:.1f} ms | {tenths[0]:.1f} – {tenths[-1]:.1f} ms |")
    lines += ["", "| Limit | Measured | At most | |", "|---|---:|---:|---|"]
    for name, value, most, unit in limits:
        lines.append(f"| {name} | {value:.2f}{unit} | {most:g}{unit} | {'holds' if value < most else '**broken**'} |")
    return "\n".join(lines), all(value < most for _, value, most, _ in limits)


def main() -> int:
    """Install the packages, measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=30, help="how often each import is measured, at least 2")
    runs = parser.parse_args().runs
    python = environment("imports", "anaplan-sdk")
    with_cli = environment("imports-cli", f"{ROOT}[cli]")
    table, holds = report(python, measure(python, with_cli, runs))
    print(table)
    write("imports", table)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
