"""What importing costs: beside httpx alone, and beside the client `anaplan-sdk`.

    .venv/bin/python benchmarks/imports.py [--runs 30]

Both are installed from PyPI, with this project, into an environment of their own under `build/`. Each import runs in
fresh interpreters, all of them in turn, so that whatever slows the machine slows them alike. Writes the table into
`benchmarks/README.md`; the exit code is 1 if a limit does not hold.
"""

import argparse
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / "build" / "benchmarks" / "imports"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
README = ROOT / "benchmarks" / "README.md"
BEGIN, END = "<!-- imports: begin, written by benchmarks/imports.py -->", "<!-- imports: end -->"

HTTPX = "import httpx"
OPERATION = "import httpx; from anaplan_client.alm import list_revisions; list_revisions('model')"
FACE, PEER_FACE = "import anaplan_ext", "import anaplan_sdk"
CLIENT, PEER_CLIENT = "from anaplan_ext import Client", "from anaplan_sdk import Client"
STATEMENTS = (HTTPX, OPERATION, FACE, PEER_FACE, CLIENT, PEER_CLIENT)

MOST_MS = 40.0
MOST_RATIO = 0.5
TIMED = "from time import perf_counter; start = perf_counter(); {}; print((perf_counter() - start) * 1000)"
VERSIONS = "from importlib.metadata import version; print(*(f'{n} {version(n)}' for n in %r), sep=', ')"


def run(code: str) -> str:
    """Runs code in a fresh interpreter of the benchmark's environment."""
    return subprocess.run(
        [PYTHON, "-I", "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def measure(runs: int) -> dict[str, list[float]]:
    """Milliseconds of each statement; the first round fills the caches and does not count."""
    times: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    for _ in range(runs + 1):
        for statement, found in times.items():
            found.append(float(run(TIMED.format(statement))))
    return {statement: found[1:] for statement, found in times.items()}


def report(times: dict[str, list[float]]) -> tuple[str, bool]:
    """The tables, and whether all limits hold."""
    middle = {statement: median(found) for statement, found in times.items()}
    limits = [
        ("an operation, above httpx alone", middle[OPERATION] - middle[HTTPX], MOST_MS, " ms"),
        ("`anaplan_ext` : `anaplan_sdk`, the package", middle[FACE] / middle[PEER_FACE], MOST_RATIO, ""),
        ("`anaplan_ext` : `anaplan_sdk`, the client", middle[CLIENT] / middle[PEER_CLIENT], MOST_RATIO, ""),
    ]
    lines = [
        f"{len(times[HTTPX])} interleaved runs in fresh interpreters on {os.cpu_count()} cores with Python "
        f"{platform.python_version()}: {run(VERSIONS % (('anaplan-client', 'anaplan-sdk', 'httpx'),))}.",
        "",
        "| Import | Median | 10 % – 90 % |",
        "|---|---:|---:|",
    ]
    for statement, found in times.items():
        tenths = quantiles(found, n=10)
        lines.append(f"| `{statement}` | {middle[statement]:.1f} ms | {tenths[0]:.1f} – {tenths[-1]:.1f} ms |")
    lines += ["", "| Limit | Measured | At most | |", "|---|---:|---:|---|"]
    for name, value, most, unit in limits:
        lines.append(f"| {name} | {value:.2f}{unit} | {most:g}{unit} | {'holds' if value < most else '**broken**'} |")
    return "\n".join(lines), all(value < most for _, value, most, _ in limits)


def write(table: str) -> None:
    """Puts the tables between the marks in the README, which is made if it is not there."""
    section = f"{BEGIN}\n{table}\n{END}"
    text = README.read_text(encoding="utf-8") if README.exists() else "# Benchmarks\n"
    if BEGIN in text:
        before, _, rest = text.partition(BEGIN)
        text = before + section + rest.partition(END)[2]
    else:
        text += f"\n## Imports\n\n`.venv/bin/python benchmarks/imports.py`\n\n{section}\n"
    README.write_text(text, encoding="utf-8")


def main() -> int:
    """Installs, measures, reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=30, help="how often each import is measured, at least 2")
    runs = parser.parse_args().runs
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "-q", "--upgrade", ROOT, "anaplan-sdk"], check=True)
    table, holds = report(measure(runs))
    print(table)
    write(table)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
