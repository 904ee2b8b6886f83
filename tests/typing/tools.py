"""Runs tools that come with the tests."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*command: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Runs `python -m` with a command; the interpreter of the tests is the one that a tool finds in its turn."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": path}
    return subprocess.run([sys.executable, "-m", *command], cwd=cwd, env=environment, capture_output=True, text=True)
