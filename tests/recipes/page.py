"""The files that the page on schedulers shows."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from anaplan_ext.emulator import Emulator

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/cookbook/schedulers.md"
STARTS = "/(imports|exports|processes|actions)/[0-9]+/tasks$"


def read_files() -> dict[str, str]:
    """Return the files of the page by their names."""
    text = PAGE.read_text(encoding="utf-8")
    return dict(re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', text, re.DOTALL | re.MULTILINE))


def need(package: str) -> None:
    """Skip a recipe whose tool is missing here. `nox -s recipes` has all of them, and fails for a skip."""
    if importlib.util.find_spec(package) is None:
        pytest.skip(
            f"THE RECIPE IS NOT TESTED HERE: {package} is not installed; `nox -s recipes` installs and tests it"
        )


def write_files(folder: Path, *names: str) -> None:
    files = read_files()
    for name in names:
        (folder / name).write_text(files[name], encoding="utf-8")


def make_environment(emulator: Emulator, folder: Path) -> dict[str, str]:
    """Return the variables of a user who signs in to an emulator. The tools keep their own files in the folder."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    (programs / "anaplan").write_text(f'#!/bin/sh\nexec {sys.executable} -m anaplan_ext.cli "$@"\n')
    (programs / "anaplan").chmod(0o700)
    return {
        "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{folder}",
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder / "state"),
        "ANAPLAN_USER": emulator.user_email,
        "ANAPLAN_PASSWORD": emulator.password,
        "ANAPLAN_BASE_URL": emulator.url,
        "ANAPLAN_RETRIES": "0",
        "DLT_DATA_DIR": str(folder / "dlt"),
        # None of the tools reports to its makers.
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    }


def run(command: list[str], emulator: Emulator, folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = make_environment(emulator, folder) | more
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def run_python(name: str, emulator: Emulator, folder: Path) -> "subprocess.CompletedProcess[str]":
    return run([sys.executable, name], emulator, folder)
