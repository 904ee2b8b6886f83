"""Measure an export to Parquet and a load of a frame: with this client, and with anaplan-sdk and polars.

    .venv/bin/python benchmarks/frames.py [--rows 1000000] [--load-rows 200000] [--runs 3] [--here]

This project, anaplan-sdk and the libraries of frames are installed from PyPI into an own environment under `build/`.
With `--here`, only this client is measured, in the environment of the script. Each run has a fresh process, against the
emulator in another one, and all clients run in turn. Time and processor time are those of the client alone. The peak is
that of the whole process, imports included. Writes the table to `benchmarks/README.md` unless `--here` is set.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from common import ROOT, VERSIONS, environment, run, write

PACKAGES = ("anaplan-sdk==0.5.22", "narwhals", "polars", "pyarrow", "starlette", "uvicorn", "cryptography", "PyYAML")
NAMED = ("anaplan-client", "anaplan-sdk", "polars", "pyarrow")
OURS, PEER = "anaplan-client", "anaplan-sdk + polars"
FORMATS = {
    "id": "TEXT",
    "product": "TEXT",
    "region": "TEXT",
    "note": "TEXT",
    "amount": "NUMBER",
    "price": "NUMBER",
    "open": "BOOLEAN",
    "day": "DATE",
}
IDS = {"file": 113000000900, "import": 112000000900, "export": 116000000900}
BLOCK_ROWS = 10_000
MAX_PEAK_MIB = 250


def block() -> str:
    """Return rows of eight columns; every tenth has a quoted text."""
    lines = (
        f'{row:08},Product {row % 997},Region {row % 31},{"""say ""hi"", twice""" if row % 10 == 0 else "plain"}'
        f",{row * 1.25},{row % 100 + 0.99},{'true' if row % 3 else 'false'},2026-{row % 12 + 1:02}-{row % 28 + 1:02}\n"
        for row in range(BLOCK_ROWS)
    )
    return "".join(line.replace('say ""hi"", twice', '"say ""hi"", twice"') for line in lines)


def serve(rows: int) -> None:
    """Run an emulator with an export of this many rows, and an import, until it is stopped."""
    from anaplan_ext.emulator import Column, Emulator, Export, File, Import
    from anaplan_ext.emulator.state.actions import Records

    header = ",".join(FORMATS) + "\n"
    count = rows // BLOCK_ROWS * BLOCK_ROWS
    records = Records(header, block() * (count // BLOCK_ROWS), count, tuple(FORMATS), tuple(FORMATS.values()))
    with Emulator(record_bodies=False) as emulator:
        model = emulator.model(emulator.development_model_id)
        columns = tuple(Column(name, kind) for name, kind in FORMATS.items())
        file, import_, export = (str(number) for number in IDS.values())
        model.files.append(File(id=file, name="Loaded.csv"))
        model.imports.append(Import(id=import_, name="Load", file_id=file, module="Loaded", columns=columns))
        model.exports.append(Export(id=export, name="Export", module="Exported"))
        model.records["Exported"] = records
        place = (emulator.workspace_id, emulator.development_model_id, emulator.user_email, emulator.password)
        print(json.dumps([emulator.url, *place]), flush=True)
        sys.stdin.read()


def ours(place: list[str], operation: str, path: str) -> int:
    """Run an operation with this client, and return the number of rows."""
    from anaplan_ext import Client

    url, workspace_id, model_id, user, password = place
    with Client(workspace_id, model_id, user, password, base_url=url) as client:
        if operation == "export":
            return client.export(str(IDS["export"])).to_parquet(path)
        import polars as pl

        frame = pl.read_parquet(path)
        return client.load({str(IDS["file"]): frame}, import_=str(IDS["import"])).loaded or 0


def peer(place: list[str], operation: str, path: str) -> int:
    """Run an operation with anaplan-sdk and polars, and return the number of rows."""
    import httpx2
    import polars as pl
    from anaplan_sdk import Client

    url, workspace_id, model_id, user, password = place
    far, send = urlsplit(url), httpx2.HTTPTransport.handle_request

    def redirected(self: httpx2.HTTPTransport, request: httpx2.Request) -> httpx2.Response:
        request.url = request.url.copy_with(scheme="http", host=far.hostname, port=far.port)
        return send(self, request)

    httpx2.HTTPTransport.handle_request = redirected
    client = Client(workspace_id=workspace_id, model_id=model_id, user_email=user, password=password)
    if operation == "export":
        # Without types, polars would read the ids as numbers.
        kinds: dict[str, Callable[[], Any]] = {"NUMBER": pl.Float64, "BOOLEAN": pl.Boolean, "DATE": pl.Date}
        schema = {name: kinds.get(kind, pl.String) for name, kind in FORMATS.items()}
        frame = pl.read_csv(client.export_and_download(IDS["export"]), schema=schema)
        frame.write_parquet(path)
        return frame.height
    frame = pl.read_parquet(path)
    client.upload_and_import(IDS["file"], frame.write_csv().encode(), IDS["import"])
    return frame.height


def measure(client: str, operation: str, place: list[str], path: str) -> None:
    """Run an operation in this process, and print its rows, seconds, processor seconds and peak in MiB."""
    started, processor = time.perf_counter(), time.process_time()
    rows = (ours if client == OURS else peer)(place, operation, path)
    seconds, processor_seconds = time.perf_counter() - started, time.process_time() - processor
    print(json.dumps([rows, seconds, processor_seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


@contextmanager
def emulator(python: Path, rows: int) -> Iterator[str]:
    """Run the emulator in an own process, and yield where it is."""
    command = [python, __file__, "--serve", str(rows)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline()
        server.communicate()


def runs(python: Path, clients: tuple[str, ...], options: argparse.Namespace) -> dict[tuple[str, str], list[float]]:
    """Return the medians of each client and operation."""
    measured: dict[tuple[str, str], list[list[float]]] = {}
    with TemporaryDirectory() as folder:
        path, sample = str(Path(folder) / "table.parquet"), str(Path(folder) / "sample.parquet")
        with emulator(python, options.load_rows) as place:
            run_once(python, OURS, "export", place, sample)
        with emulator(python, options.rows) as place:
            for _ in range(options.runs):
                for operation, target in (("export", path), ("load", sample)):
                    for client in clients:
                        result = run_once(python, client, operation, place, target)
                        assert result[0] == {"export": options.rows, "load": options.load_rows}[operation], result
                        measured.setdefault((client, operation), []).append(result)
    return {key: [median(column) for column in zip(*results, strict=True)] for key, results in measured.items()}


def run_once(python: Path, client: str, operation: str, place: str, path: str) -> list[float]:
    """Measure an operation in a fresh process."""
    command = [python, __file__, "--measure", client, operation, place, path]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: list[float] = json.loads(done.stdout)
    return result


def table(results: dict[tuple[str, str], list[float]], options: argparse.Namespace) -> str:
    """Return the results as a table, with ratios to anaplan-sdk where it was measured."""
    lines = ["| Operation | Client | Seconds | Processor | Peak, MiB |", "|---|---|---:|---:|---:|"]
    names = {"export": f"{options.rows:,} rows to Parquet", "load": f"a frame of {options.load_rows:,} rows"}
    for operation, name in names.items():
        base = results.get((PEER, operation))
        for client in (OURS, PEER):
            if (values := results.get((client, operation))) is not None:
                cells = [
                    f"{value:.2f}" + (f" ({value / of:.2f})" if base else "")
                    for value, of in zip(values[1:], (base or values)[1:], strict=True)
                ]
                lines.append(f"| {name} | {client} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    """Measure, print and write the table. Return 1 if the peak of an export is above its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--load-rows", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--here", action="store_true")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve is not None:
        serve(options.serve)
        return 0
    if options.measure is not None:
        client, operation, place, path = options.measure
        measure(client, operation, json.loads(place), path)
        return 0
    python = Path(sys.executable) if options.here else environment("frames", *PACKAGES)
    results = runs(python, (OURS,) if options.here else (OURS, PEER), options)
    text = table(results, options)
    peak = results[OURS, "export"][3]
    verdict = f"Peak of the export: {peak:.0f} MiB, at most {MAX_PEAK_MIB}."
    print(f"{text}\n\n{verdict}")
    if not options.here:
        versions = run(python, VERSIONS % (NAMED,))
        note = f"Medians of {options.runs} runs with {versions}. In parentheses: the ratio to `{PEER}`."
        write("frames", f"{note}\n\n{text}\n\n{verdict}")
    return int(peak > MAX_PEAK_MIB)


if __name__ == "__main__":
    assert ROOT.is_dir()
    sys.exit(main())
