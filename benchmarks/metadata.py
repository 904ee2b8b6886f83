"""Measure reads of metadata: with this client, with the client `anaplan-sdk`, and with bare httpx as the limit.

    .venv/bin/python benchmarks/metadata.py [--quick] [--runs 11]

Both are installed from PyPI, with this project, into an own environment under `build/`. Each listing runs in a fresh
process, against a minimal loopback server that waits before every response. All clients run in turn, so that other
load on the machine affects all equally. Writes the tables to `benchmarks/README.md` (not with `--quick`). The exit code
is 1 if a target is broken. Takes about five minutes.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from common import ROOT, VERSIONS, environment, run, verdicts, write
from transfer_runs import MIB, Measured, Results, counted, middle

PACKAGES = ("anaplan-sdk==0.5.22",)
NAMED = ("anaplan-client", "anaplan-sdk", "httpx", "httpx2", "pydantic", "attrs")
OURS, OURS_ASYNC, BASE, BARE = "anaplan-client", "anaplan-client, async", "anaplan-sdk", "bare httpx"
CLIENTS = (OURS, OURS_ASYNC, BASE, "anaplan-sdk, async", BARE)
ITEMS, MODELS, SMALL = 50_000, 20_000, 1000
# With fewer items, the number of pages in memory does not always reach its maximum.
SOME_ITEMS, MANY_ITEMS = 100_000, 500_000
LIST = 101_000_000_000
# Title, number of entries (the last six digits of a list's id), and the measured clients.
OPERATIONS = {
    "items": ("{:,} list items with properties and subsets, as a list", ITEMS, CLIENTS),
    "models": ("{:,} models with details, as a list", MODELS, CLIENTS),
    "iter_items": ("{:,} list items, one by one", SOME_ITEMS, CLIENTS[:2]),
    "iter_items, many": ("{:,} list items, one by one", MANY_ITEMS, CLIENTS[:2]),
    "iter_models": ("{:,} models, one by one", MODELS, CLIENTS[:2]),
    "small": ("{:,} small requests, one after another", SMALL, CLIENTS),
}
MOST_RATIO = 0.5
MOST_SMALL_RATIO = 1.0
MOST_GROWTH = 1.2
NOTES = f"""\
Each client has its own defaults and is already signed in. *Memory* is the peak above the memory of the process before
the listing. In parentheses: the ratio to `{BASE}`. The targets are medians of the ratios of each turn. A page has 5,000
entries, but `{BASE}` requests list items without pages and receives all of them in one response. `{BARE}`: four threads
that read the pages, parse the JSON and discard it. The small requests list no workspaces, without latency."""


@contextmanager
def server(python: Path, latency: float) -> Iterator[str]:
    """Run the server in an own process, build all pages, and yield its URL."""
    command = [python, ROOT / "benchmarks" / "metadata_server.py", str(latency), str(MODELS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        try:
            for count in (ITEMS, SOME_ITEMS, MANY_ITEMS):
                for query in ("", *(f"?limit=5000&offset={offset}" for offset in range(0, count, 5000))):
                    ask(f"{url}/2/0/models/1/lists/{LIST + count}/items{query}")
            for offset in range(0, MODELS, 5000):
                ask(f"{url}/2/0/models?limit=5000&offset={offset}")
            yield url
        finally:
            process.terminate()


def ask(url: str) -> bytes:
    """Return the body of the server's response."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url) as answer:
        found: bytes = answer.read()
        return found


def listing(python: Path, client: str, operation: str, url: str) -> Measured:
    """Measure a listing in a fresh process."""
    count = OPERATIONS[operation][1]
    name = operation.partition(",")[0]
    command = [python, ROOT / "benchmarks" / "metadata_clients.py", client, name, url, str(LIST + count), str(count)]
    direct = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    counted(url)
    done = subprocess.run(command, env=direct, check=True, stdout=subprocess.PIPE, text=True)
    found: Measured = json.loads(done.stdout)
    if found["moved"] != count:
        raise RuntimeError(f"{client} lost something in {operation}: {found}")
    return found | {"requests": counted(url)["requests"]}


def measure(python: Path, url: str, runs: int) -> Results:
    """Measure all listings in turn. The first round fills the caches and does not count."""
    results: Results = {}
    for turn in range(runs + 1):
        for operation, (_, _, clients) in OPERATIONS.items():
            for client in clients:
                found = listing(python, client, operation, url)
                if turn:
                    results.setdefault((operation, client), []).append(found)
                    print(f"{turn}: {operation}, {client}: {found['wall']:.2f} s", file=sys.stderr)
    return results


def row(client: str, found: Measured, base: Measured | None) -> str:
    """Return a line of a table."""
    cells = [f"| {'limit: ' if client == BARE else ''}{client}"]
    for name, unit in (("wall", " s"), ("cpu", " s"), ("memory", " MiB")):
        value = found[name] / (MIB if name == "memory" else 1)
        ratio = f" ({found[name] / base[name]:.2f})" if base and base[name] else ""
        cells.append(f"{value:.{0 if name == 'memory' else 2}f}{unit}{ratio}")
    return " | ".join([*cells, f"{found['requests']:.0f}"]) + " |"


def ratio(results: Results, ours: tuple[str, str], base: tuple[str, str], name: str) -> float:
    """Return the median of the ratios of each turn. Within a turn, the speed of the machine is the same for both."""
    pairs = zip(results[ours], results[base], strict=True)
    return median(one[name] / other[name] for one, other in pairs)


def targets(results: Results) -> Iterator[tuple[str, float, float]]:
    """Yield each measured quantity, its value and its limit."""
    for operation in ("items", "models"):
        for face, peer in ((OURS, BASE), (OURS_ASYNC, "anaplan-sdk, async")):
            for name in ("wall", "cpu"):
                found = ratio(results, (operation, face), (operation, peer), name)
                yield f"{operation}: {name}, `{face}` against `{peer}`", found, MOST_RATIO
    for face, peer in ((OURS, BASE), (OURS_ASYNC, "anaplan-sdk, async")):
        for name in ("wall", "cpu"):
            found = ratio(results, ("small", face), ("small", peer), name)
            yield f"small requests: {name}, `{face}` against `{peer}`", found, MOST_SMALL_RATIO
    for face in (OURS, OURS_ASYNC):
        growth = ratio(results, ("iter_items, many", face), ("iter_items", face), "memory")
        yield f"iter_items: memory of five times the items, `{face}`", growth, MOST_GROWTH


def report(python: Path, results: Results, runs: int, latency: float) -> tuple[str, bool]:
    """Return the tables, and whether all targets hold."""
    found = middle(results)
    lines = [
        f"Medians of {runs} interleaved runs in fresh processes on {os.cpu_count()} cores ({platform.machine()}, "
        f"{platform.system()}) with Python {platform.python_version()}, {latency * 1000:.0f} ms before each response: "
        f"{run(python, VERSIONS % (NAMED,))}.",
        "",
        NOTES,
        "",
    ]
    for operation, (title, count, clients) in OPERATIONS.items():
        lines += [f"**{title.format(count)}**", "", "| | Wall | CPU | Memory | Requests |", "|---|---:|---:|---:|---:|"]
        base = found.get((operation, BASE))
        lines += [row(client, found[operation, client], base) for client in clients]
        lines.append("")
    table, holds = verdicts(targets(results))
    return "\n".join([*lines, *table]), holds


def main() -> int:
    """Install the packages, measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one run")
    parser.add_argument("--runs", type=int, default=11, help="how often each listing is measured")
    parser.add_argument("--latency", type=float, default=0.02, help="seconds before each response")
    options = parser.parse_args()
    runs = 1 if options.quick else options.runs
    python = environment("metadata", *PACKAGES)
    with server(python, options.latency) as url:
        results = measure(python, url, runs)
    text, holds = report(python, results, runs, options.latency)
    print(text)
    if not options.quick:
        write("metadata", text)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
