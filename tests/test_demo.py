"""The main job, run as a user runs it: in a process of its own, against the emulator."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from anaplan_ext.emulator import Emulator

DEMO = Path(__file__).resolve().parent.parent / "examples" / "demo.py"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(DEMO), *arguments],
        env={**os.environ, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_loads_the_flights_and_promotes_the_model() -> None:
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "9430 rows were rejected" in done.stdout
    assert "The first of 9,430 rejected rows" in done.stdout
    assert "nothing was lost" in done.stdout
    assert "Planning Prod: synchronized to 'Demo release'" in done.stdout
    assert "Average delay" in done.stdout
    assert "The latest revision of production is “Demo release”" in done.stdout


@pytest.mark.parametrize(
    "content",
    [
        b"id,amount\n1,10\n2,ten\n3,30",
        b'id,text\r\n1,"two\r\nlines"\r\n2,"a ""quoted"" word"\r\n',
        b"\xef\xbb\xbfid,amount\n1,10\n\n2,x\n",
    ],
    ids=["a refused row, no last line end", "quotes", "byte order mark, blank line"],
)
def test_it_takes_a_csv_of_the_users_own(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    done = run("--csv", str(path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing was lost" in done.stdout


@pytest.mark.parametrize(("content", "says"), [(b"", "empty"), (b"\xff\xfe\x00", "UTF-8")], ids=["empty", "binary"])
def test_a_bad_file_is_an_error_message(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    done = run("--csv", str(path))
    assert done.returncode == 1
    assert says in done.stdout
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_an_error_message() -> None:
    done = run("--csv", "nowhere.csv")
    assert done.returncode == 1
    assert "nowhere.csv" in done.stdout
    assert done.stderr == ""


def test_its_read_only_part_runs_against_a_tenant(emulator: Emulator) -> None:
    done = run(
        "--url", emulator.url, "--model", emulator.production_model_id, "--user", emulator.user_email,
        ANAPLAN_PASSWORD=emulator.password,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Planning Prod" in done.stdout
    changing = {exchange.method for exchange in emulator.exchanges if not exchange.path.startswith("/token/")}
    assert changing == {"GET"}


def test_a_wrong_password_is_an_error_message(emulator: Emulator) -> None:
    done = run("--url", emulator.url, "--user", emulator.user_email, ANAPLAN_PASSWORD="a-wrong-password")
    assert done.returncode == 1
    assert "AuthenticationError" in done.stdout
    assert "a-wrong-password" not in done.stdout + done.stderr


def test_an_interrupt_ends_it_at_once() -> None:
    process = subprocess.Popen([sys.executable, "-u", str(DEMO)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    for line in process.stdout:
        if b"Import" in line and b"Imports" not in line:
            break
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in errors
    assert b"interrupted" in output
