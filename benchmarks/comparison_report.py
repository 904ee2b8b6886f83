"""Measure how long reading and writing a comparison report of 20 MB takes.

    .venv/bin/python benchmarks/comparison_report.py [--megabytes 20] [--runs 5]

This project is installed into an own environment under `build/`. The report has the published columns, with rows of
line items, and in one variant a line end in every tenth note. Times are of the processor, memory is the peak above the
report itself. Writes the table to `benchmarks/README.md`. The exit code is 1 if the limit does not hold.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median

from common import environment, write

MAX_SECONDS = 2.0
HEAD = "".join(
    f"{side} {part}\t882EBB062D9147DCBE63749674FAE63F\tPlanning\n"
    for side in ("Source", "Target")
    for part in ("Workspace", "Model", "Revision")
)
COLUMNS = (
    "Module\tLine Item\tPosition\tRelative To\tData Type\tApplies To\tTags\tFormula Scope\tInclude Brought Forward\t"
    "Is Breakback Enabled\tIs Section Break\tIs Summary Line Item\tTime Scale\tNotes\tRead Access Driver\t"
    "Read/Write Access Driver\tStyle\tTime Range\tUse Switchover\tVersions"
)
ROW = (
    "Flights\tDelay of flight {number}\tAfter\tDelay of flight {before}\tNumber\tAirports, Airlines\t-\tAll\tfalse\t"
    "false\tfalse\tfalse\tMonth\t{note}\t-\t-\tNormal\t-\tfalse\tAll\n"
)
VARIANTS = {"one line a row": "in minutes", "a line end in every tenth row": "in minutes,\nwithout weather"}


def build(megabytes: int, note: str) -> bytes:
    """Return a report of this size."""
    lines, size, number = [HEAD, "=== LINE ITEMS ADDED ===\n", COLUMNS, "\n"], 0, 0
    while size < megabytes * 1_000_000:
        number += 1
        text = note if number % 10 == 0 else "in minutes"
        lines.append(ROW.format(number=number, before=number - 1, note=text))
        size += len(lines[-1])
    return "".join([*lines, "\n"]).encode()


def seconds(runs: int, action: Callable[[], object]) -> float:
    """Return the median of the seconds of processor that an action takes."""
    times = list[float]()
    for _ in range(runs):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return median(times)


def measure(megabytes: int, runs: int) -> dict[str, tuple[float, ...]]:
    """Return the seconds of reading and writing and of the changes, and the MiB of reading, by variant."""
    from anaplan_ext import ComparisonReport

    results = dict[str, tuple[float, ...]]()
    for name, note in VARIANTS.items():
        data = build(megabytes, note)
        report = ComparisonReport.parse(data)
        assert report.write() == data
        assert not report.sections[0].invalid_rows
        both = seconds(runs, lambda data=data: ComparisonReport.parse(data).write())  # type: ignore[misc]
        changes = seconds(1, lambda report=report: report.changes)  # type: ignore[misc]
        tracemalloc.start()
        parsed = ComparisonReport.parse(data)
        peak = tracemalloc.get_traced_memory()[1] / 1024**2
        tracemalloc.stop()
        results[name] = (both, changes, peak, len(parsed.sections[0].rows))
    return results


def report(results: dict[str, tuple[float, ...]], megabytes: int, runs: int) -> tuple[str, bool]:
    """Return the table, and whether the limit holds."""
    lines = [
        f"{megabytes} MB, medians of {runs} runs on {os.cpu_count()} cores with Python {platform.python_version()}.",
        "",
        "| Report | Rows | Read and write | Changes | Memory | at most | |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    holds = True
    for name, (both, changes, peak, rows) in results.items():
        holds = holds and both < MAX_SECONDS
        verdict = "holds" if both < MAX_SECONDS else "**broken**"
        cost = f"{rows:,.0f} | {both:.2f} s | {changes:.2f} s | {peak:.0f} MiB"
        lines.append(f"| {name} | {cost} | {MAX_SECONDS:g} s | {verdict} |")
    return "\n".join(lines), holds


def main() -> int:
    """Install the package, measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=20, help="size of the report")
    parser.add_argument("--runs", type=int, default=5, help="how often it is read and written")
    parser.add_argument("--measure", action="store_true", help="measure in this environment, and print it as JSON")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.megabytes, options.runs)))
        return 0
    python = environment("comparison_report")
    sizes = ["--megabytes", str(options.megabytes), "--runs", str(options.runs)]
    command = [python, Path(__file__), "--measure", *sizes]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    table, holds = report(json.loads(done.stdout), options.megabytes, options.runs)
    print(table)
    write("comparison_report", table)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
