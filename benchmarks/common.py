"""Shared parts of the benchmarks: an own environment, and a section of `benchmarks/README.md` for each."""

import os
import subprocess
import venv
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "benchmarks"
README = ROOT / "benchmarks" / "README.md"
VERSIONS = "from importlib.metadata import version; print(*(f'{n} {version(n)}' for n in %r), sep=', ')"


def environment(name: str, *packages: str) -> Path:
    """Install this project and packages into an environment under `build/`, and return its interpreter."""
    python = BUILD / name / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(BUILD / name, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "--upgrade", ROOT, *packages], check=True)
    # In a copied directory, compiled files are invalid, and each run would start with compiling.
    subprocess.run([python, "-m", "compileall", "-qq", BUILD / name], check=False)
    return python


def run(python: Path, code: str) -> str:
    """Run code in a fresh interpreter, and return its output."""
    done = subprocess.run([python, "-I", "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def verdicts(checks: Iterable[tuple[str, float, float]]) -> tuple[list[str], bool]:
    """Return a table of measured values and their limits, and whether all limits hold."""
    lines, holds = ["| Target | Measured | At most | |", "|---|---:|---:|---|"], True
    for name, value, most in checks:
        lines.append(f"| {name} | {value:.2f} | {most:g} | {'holds' if value <= most else '**broken**'} |")
        holds = holds and value <= most
    return lines, holds


def write(name: str, text: str) -> None:
    """Write text between the marks of a benchmark in the README, which is created if it does not exist."""
    begin, end = f"<!-- {name}: begin, written by benchmarks/{name}.py -->", f"<!-- {name}: end -->"
    section = f"{begin}\n{text}\n{end}"
    readme = README.read_text(encoding="utf-8") if README.exists() else "# Benchmarks\n"
    if begin in readme:
        before, _, rest = readme.partition(begin)
        readme = before + section + rest.partition(end)[2]
    else:
        readme += (
            f"\n## {name.replace('_', ' ').capitalize()}\n\n`.venv/bin/python benchmarks/{name}.py`\n\n{section}\n"
        )
    README.write_text(readme, encoding="utf-8")
