"""The command line as a process: interrupts, pipes, terminals, and what its start imports."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from anaplan_ext.emulator import Emulator

ANAPLAN = [sys.executable, "-m", "anaplan_ext.cli"]


ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def in_terminal(
    words: list[str], environment: dict[str, str], columns: int = 80, *, keeps_escapes: bool = False
) -> str:
    """Run a command in a terminal of its own, and return what it shows."""
    shown = b""
    child, descriptor = pty.fork()
    if child == 0:
        os.environ.update({"TERM": "xterm-256color"} | environment, COLUMNS=str(columns))
        os.execv(sys.executable, [*ANAPLAN, *words])
    while True:
        try:
            piece = os.read(descriptor, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.waitpid(child, 0)
    os.close(descriptor)
    text = shown.decode().replace("\r\n", "\n")
    return text if keeps_escapes else ESCAPE.sub("", text)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_table_fits_into_a_terminal(environment: dict[str, str], emulator: Emulator, columns: int) -> None:
    lines = in_terminal(["models", "list"], environment, columns).splitlines()
    assert lines[0].startswith("ID ")
    assert len(lines) == 3
    assert max(map(len, lines)) <= columns
    # The id is whole, so that it can be pasted.
    assert emulator.development_model_id in lines[1]
    assert ("…" in lines[1]) is (columns < 80)
    assert ("WORKSPACE_ID" in lines[0]) is (columns == 200)


def test_a_pipe_gets_whole_values(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [*ANAPLAN, "models", "list"], env=os.environ | environment | {"COLUMNS": "40"}, capture_output=True, text=True
    )
    assert "…" not in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "has_color", "has_bar"),
    [
        ({}, True, True),
        ({"NO_COLOR": "1"}, False, True),
        ({"ANAPLAN_NO_COLOR": "1"}, False, True),
        ({"TERM": "dumb"}, False, False),
        ({"CI": "true", "ANAPLAN_NO_PROGRESS": "1"}, True, False),
    ],
)
def test_a_terminal_gets_colors_and_bars_where_it_can(
    environment: dict[str, str], variables: dict[str, str], has_color: bool, has_bar: bool
) -> None:
    words = ["load", "flights.csv", "--process", "Reload flights"]
    shown = in_terminal(words, environment | variables, keeps_escapes=True)
    assert ("\x1b[36m112000000000" in shown) is has_color
    assert ("\x1b[3" in shown) is has_color
    assert ("━" in shown) is has_bar
    plain = ESCAPE.sub("", shown).splitlines()
    assert [line.split() for line in plain if line.startswith("total")] == [["total", "2", "2", "0", "0"]]
    assert max(map(len, plain)) <= 80


def test_a_pipe_imports_no_rich(environment: dict[str, str]) -> None:
    script = (
        # With click, httpx imports the rich of its own command line.
        "import sys; sys.modules['click'] = None; from anaplan_ext.cli.main import main; code = main(sys.argv[1:]); "
        "print(code, 'rich' in sys.modules, file=sys.stderr)"
    )
    words = ["load", "flights.csv", "--process", "Reload flights", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], env=os.environ | environment, capture_output=True, text=True
    )
    assert done.stderr.splitlines()[-1] == "0 False"


def test_ctrl_c_ends_a_wait_and_says_what_continues(environment: dict[str, str], emulator: Emulator) -> None:
    emulator.task_seconds = 3600
    child = subprocess.Popen(
        [*ANAPLAN, "load", "flights.csv", "--import", "Load flights"],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None
    seen = ""
    while "IN_PROGRESS" not in seen:
        assert select.select([child.stderr], [], [], 60)[0]
        seen = child.stderr.readline()
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=10)
    assert (child.returncode, out) == (130, "")
    assert "continues in Anaplan" in err
    assert "wait: anaplan tasks wait 'Load flights' " in err
    assert f"-m {emulator.development_model_id}" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [["--help"], ["load", "--help"], ["completion", "zsh"]])
def test_help_and_completion_import_no_client(words: list[str]) -> None:
    script = (
        "import sys; from anaplan_ext.cli.main import main; main(sys.argv[1:]); "
        "print(*sorted({'httpx', 'attrs', 'rich', 'anaplan_ext.client'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == ""


def test_the_reader_of_the_output_may_leave(environment: dict[str, str], emulator: Emulator) -> None:
    items = emulator.model(emulator.development_model_id).items_of("Airports")
    for number in range(20_000):
        items.add(f"Airport {number}", f"A{number}")
    command = f"{sys.executable} -m anaplan_ext.cli lists items Airports -o jsonl; echo code $? >&2"
    done = subprocess.run(
        ["bash", "-c", f"({command}) | head -1"], env=os.environ | environment, capture_output=True, text=True
    )
    assert done.stdout.startswith('{"id": ')
    assert done.stderr.splitlines() == ["code 141"]


def test_standard_input_is_a_source(environment: dict[str, str], tmp_path: Path) -> None:
    words = [*ANAPLAN, "load", "flights.csv=-", "--import", "Load flights", "-o", "jsonl", "--encoding", "latin-1"]
    content = "id,name,amount\n1,é,10\n".encode("latin-1")
    done = subprocess.run(words, env=os.environ | environment, input=content, capture_output=True, cwd=tmp_path)
    assert b'"loaded": 1' in done.stdout
    done = subprocess.run([*ANAPLAN, "export", "Export flights"], env=os.environ | environment, capture_output=True)
    assert done.stdout == "id,name,amount\n1,é,10\n".encode()
