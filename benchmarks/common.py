"""What the benchmarks share: an environment of their own, and a section each in `benchmarks/README.md`."""

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
    """Installs this project and packages into an environment under `build/`, and returns its interpreter."""
    python = BUILD / name / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(BUILD / name, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "--upgrade", ROOT, *packages], check=True)
    # Where this directory was copied, nothing compiled would be valid, and each run would begin with compiling.
    subprocess.run([python, "-m", "compileall", "-qq", BUILD / name], check=False)
    return python


def run(python: Path, code: str) -> str:
    """Runs code in a fresh interpreter."""
    done = subprocess.run([python, "-I", "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def verdicts(checks: Iterable[tuple[str, float, float]]) -> tuple[list[str], bool]:
    """The table of what is measured, how it came out, and the most that it may be; and whether all of it holds."""
    lines, holds = ["| Target | Measured | At most | |", "|---|---:|---:|---|"], True
    for name, value, most in checks:
        lines.append(f"| {name} | {value:.2f} | {most:g} | {'holds' if value <= most else '**broken**'} |")
        holds = holds and value <= most
    return lines, holds


def write(name: str, text: str) -> None:
    """Puts text between the marks of a benchmark in the README, which is made if it is not there."""
    begin, end = f"<!-- {name}: begin, written by benchmarks/{name}.py -->", f"<!-- {name}: end -->"
    section = f"{begin}\n{text}\n{end}"
    readme = README.read_text(encoding="utf-8") if README.exists() else "# Benchmarks\n"
    if begin in readme:
        before, _, rest = readme.partition(begin)
        readme = before + section + rest.partition(end)[2]
    else:
        readme += f"\n## {name.capitalize()}\n\n`.venv/bin/python benchmarks/{name}.py`\n\n{section}\n"
    README.write_text(readme, encoding="utf-8")
