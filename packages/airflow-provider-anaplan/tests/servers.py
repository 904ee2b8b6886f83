"""The servers of an Airflow, as processes of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from anaplan_ext.emulator import Emulator

PATIENCE = 180
"""Seconds to wait for anything: a server of Airflow needs half a minute of a busy machine to start."""
AIRFLOW = str(Path(sys.executable).with_name("airflow"))


def wait_until(holds: Callable[[], Any], what: str, check: Callable[[], None] = lambda: None) -> Any:
    """Wait until something holds, and return it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            if value := holds():
                return value
        check()
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {PATIENCE} s")


def make_settings(home: Path, dags: Path, emulator: Emulator, port: int = 0) -> dict[str, str]:
    """Return the environment of an Airflow whose default connection leads to an emulator."""
    connection = {
        "conn_type": "anaplan",
        "login": emulator.user_email,
        "password": emulator.password,
        "host": emulator.url,
    }
    settings = {
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_FOLDER": str(dags),
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "2",
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "API__WORKERS": "1",
        "API_AUTH__JWT_SECRET": "c" * 64,
        # A dead triggerer is noticed within three seconds rather than thirty.
        "TRIGGERER__JOB_HEARTBEAT_SEC": "1",
        "TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "3",
    }
    return {
        **os.environ,
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW_CONN_ANAPLAN_DEFAULT": json.dumps(connection),
    }


class Servers:
    """Scheduler, DAG processor, API server and triggerer, each in a process group that can be killed."""

    def __init__(self, home: Path, dags: Path, emulator: Emulator) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = home
        self.settings = make_settings(home, dags, emulator, self.port)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.api = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60, trust_env=False)

    def __enter__(self) -> "Servers":
        migrate(self.settings)
        self.start("api-server", "--port", str(self.port), "--host", "127.0.0.1")
        for name in ("dag-processor", "scheduler", "triggerer"):
            self.start(name)
        token = wait_until(lambda: self.api.get("/auth/token"), "the API server answers", self.check)
        self.api.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        return self

    def __exit__(self, *_: object) -> None:
        self.api.close()
        for name in list(self.processes):
            self.kill(name)

    def start(self, name: str, *arguments: str) -> None:
        """Start a server. Its output goes to a file."""
        with open(self.home / f"{name}.txt", "ab") as output:
            self.processes[name] = subprocess.Popen(
                [AIRFLOW, name, *arguments],
                env=self.settings,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """Kill a server and its children with SIGKILL: none of them can do anything more."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def check(self) -> None:
        """Fail if a server has ended."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise AssertionError(f"{name} ended:\n{(self.home / f'{name}.txt').read_text()[-5000:]}")

    def get(self, path: str) -> dict[str, Any]:
        """Read from the REST API, as the pages of Airflow do."""
        response = self.api.get(f"/api/v2/{path}")
        return dict(response.json()) if response.is_success else {}

    def change(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change something by the REST API, as a user does on the pages of Airflow."""
        response = self.api.request(method, f"/api/v2/{path}", json=body)
        assert response.is_success, response.text
        return dict(response.json())

    def run_dag(self, dag: str, conf: dict[str, str]) -> str:
        """Start a run of a DAG, and return the path of its tasks."""
        wait_until(lambda: self.get(f"dags/{dag}"), f"{dag} was read", self.check)
        self.change("PATCH", f"dags/{dag}", {"is_paused": False})
        started = self.change("POST", f"dags/{dag}/dagRuns", {"conf": conf, "logical_date": None})
        return f"dags/{dag}/dagRuns/{started['dag_run_id']}/taskInstances"

    def wait_for(self, task: str, *states: str) -> None:
        """Wait until a task has one of these states."""
        wait_until(lambda: self.get(task).get("state") in states, f"{task} is {' or '.join(states)}", self.check)


def migrate(settings: dict[str, str]) -> None:
    """Make the database of an Airflow."""
    subprocess.run([AIRFLOW, "db", "migrate"], env=settings, check=True, capture_output=True)
