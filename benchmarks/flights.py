"""Load 336,776 flights from a clean environment, by the lines of the README for a shell, and time each line.

    .venv/bin/python benchmarks/flights.py

Installs the project with the extra `demo` into an environment under `build/`. The lines are those of the README, with
another port. Writes the table to `benchmarks/README.md`. The exit code is 1 if a line fails or a row is missing.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from common import ROOT, environment, write

SECTION = "### From a shell\n"
FLIGHTS = 336_776
PORT = 8519


def read_lines() -> list[str]:
    """Return the lines that the README says to type."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition(SECTION)[2].partition("\n## ")[0]
    found = re.search(r"^```console\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert found is not None
    lines = [line.removeprefix("$ ").replace("8080", str(PORT)) for line in found[1].splitlines()]
    return [line.replace("examples/", f"{ROOT}/examples/") for line in lines]


def wait_for_server() -> None:
    """Wait until the emulator accepts requests."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/2/0/models")
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the emulator did not start")


def main() -> int:
    """Run the lines, and write how long each took."""
    python = environment("flights", f"{ROOT}[demo]")
    variables = os.environ | {"PATH": f"{python.parent}:{os.environ['PATH']}"}
    folder, rows, server = Path(tempfile.mkdtemp()), list[str](), None
    try:
        for line in read_lines()[1:]:  # the first one installs
            start = time.perf_counter()
            if line.endswith(" &"):
                server = subprocess.Popen(["sh", "-c", f"exec {line.removesuffix(' &')}"], cwd=folder, env=variables)
                wait_for_server()
            elif line.startswith("export "):
                variables |= dict(pair.split("=", 1) for pair in line.split()[1:])
            else:
                line += " -o json" if "load" in line.split() else ""
                done = subprocess.run(line, shell=True, cwd=folder, env=variables, capture_output=True, text=True)
                if done.returncode:
                    print(done.stderr, file=sys.stderr)
                    return 1
                if " load " in line and json.loads(done.stdout)[-1]["loaded"] != FLIGHTS:
                    print(done.stdout, file=sys.stderr)
                    return 1
            shown = line.partition(" -o json")[0].replace("|", "\\|").replace(f"{ROOT}/", "")
            rows.append(f"| `{shown}` | {time.perf_counter() - start:.1f} s |")
        count = sum(1 for _ in (folder / "flights.jsonl").open("rb"))
    finally:
        if server is not None:
            server.terminate()
            server.wait()
        shutil.rmtree(folder)
    text = f"{FLIGHTS:,} flights, {count:,} exported, {os.cpu_count()} cores, Python {platform.python_version()}."
    table = "\n".join([text, "", "| Line | Time |", "|---|---:|", *rows])
    print(table)
    write("flights", table)
    return 0 if count == FLIGHTS else 1


if __name__ == "__main__":
    sys.exit(main())
