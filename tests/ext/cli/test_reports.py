"""What people read after a command: totals, what is wrong, what was written, and reports in files."""

import csv
import io
import json
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.cli.exports import count_lines
from anaplan_ext.cli.loads import sum_up
from anaplan_ext.cli.main import wants_json
from anaplan_ext.emulator import Emulator, Fault

from .conftest import Run

LOAD = ("load", "flights.csv=mixed.csv", "--process", "Reload flights")


def test_the_rows_of_a_process_have_a_total(anaplan: Run) -> None:
    ran = anaplan(*LOAD)
    assert ran.out.splitlines()[-1].split() == ["total", "3", "2", "0", "1"]
    # One action is its own total, and a part of the rows has none.
    assert "total" not in anaplan("load", "flights.csv=mixed.csv", "--import", "Load flights").out
    assert "total" not in anaplan("run", "Reload flights", "--limit", "1").out
    assert "total" not in anaplan("run", "Reload flights", "--filter", "name=Load").out
    assert anaplan("run", "Reload flights").out.splitlines()[-1].split() == ["total", "3", "2", "0", "1"]
    assert [row["id"] for row in json.loads(anaplan(*LOAD, "-o", "json").out)] == ["117000000000", "112000000000"]


def test_what_nobody_counted_is_not_in_a_total() -> None:
    row = {"rows": None, "loaded": 2, "ignored": None, "rejected": 0}
    assert sum_up([row, row]) == {"id": "total", "rows": None, "loaded": 4, "ignored": None, "rejected": 0}


def test_rejected_rows_are_told_in_one_line(anaplan: Run) -> None:
    ran = anaplan(*LOAD, "--rejects-dir", "rejects")
    lines = ran.err.splitlines()
    assert lines[-3:-1] == [
        "error: 1 row was rejected; 2 are in Anaplan",
        "  line 3, column amount: Invalid number in column amount",
    ]
    assert "rejected rows: rejects/1-Load flights.csv" in lines
    assert "error.dumps" not in ran.err
    rows = json.loads(anaplan(*LOAD, "--rejects-dir", "rejects", "-o", "json").out)
    assert [row["rejects_file"] for row in rows] == [None, "rejects/1-Load flights.csv"]
    error = json.loads(anaplan(*LOAD, "-o", "json", "--quiet").err)["error"]
    assert (error["type"], error["exit_code"]) == ("AnaplanActionError", 3)


def test_a_load_that_is_not_waited_for_prints_its_handle(anaplan: Run, tmp_path: Path) -> None:
    ran = anaplan("load", "flights.csv", "--process", "Reload flights", "--no-wait", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    (tmp_path / "task.json").write_text(ran.out)
    waited = anaplan("tasks", "wait", "--handle", "task.json", "-o", "json", ANAPLAN_MODEL="")
    assert (waited.code, json.loads(waited.out)[1]["loaded"]) == (0, 2)


@pytest.mark.parametrize("end", ["csv", "json", "jsonl", "md"])
def test_a_report_on_access_is_written_in_the_format_of_its_name(
    anaplan: Run, emulator: Emulator, tmp_path: Path, end: str
) -> None:
    emulator.tenant.workspaces[0].name = "A|B"
    ran = anaplan("access", "report", "--out", f"access.{end}")
    assert (ran.code, ran.out, ran.err) == (0, "", f"4 rows: written to access.{end}\n")
    text = (tmp_path / f"access.{end}").read_text()
    if end == "md":
        header, line, *rows = text.splitlines()
        assert (header.count("|"), line.count("|"), len(rows)) == (9, 9, 4)
        assert "| A\\|B |" in rows[0]
    else:
        assert text == anaplan("access", "report", "-o", end).out
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


@pytest.mark.parametrize("name", ["access.pdf", "access", "none/access.csv", "folder.csv"])
def test_a_report_in_no_place_is_rejected_before_a_request(
    anaplan: Run, emulator: Emulator, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder.csv").mkdir()
    ran = anaplan("access", "report", "--out", name)
    assert (ran.code, "--out must" in ran.err) == (2, True)
    assert not emulator.exchanges


def test_a_report_on_access_knows_exception_users(anaplan: Run, emulator: Emulator) -> None:
    user = emulator.tenant.users[0]
    user.tenant_security_administrator = emulator.tenant.workspaces[0].single_sign_on = True
    assert anaplan("exceptions", "add", "sam@example.com", "-w", "Planning").code == 0
    assert "sam@example.com" in anaplan("exceptions", "list", "Planning").out
    rows = json.loads(anaplan("access", "report", "-o", "json").out)
    assert {row["user_name"]: row["is_exception_user"] for row in rows} == {
        "ada@example.com": False,
        "sam@example.com": True,
    }
    # Who may not read them gets no answer instead of a wrong one.
    emulator.inject(Fault(method="POST", path="/exception-users/search", status=403, times=None, message="No"))
    rows = json.loads(anaplan("access", "report", "-o", "json").out)
    assert {row["is_exception_user"] for row in rows} == {None}


@pytest.mark.parametrize("end", ["csv", "jsonl", "parquet"])
def test_an_export_says_what_it_wrote(anaplan: Run, tmp_path: Path, end: str) -> None:
    assert anaplan("load", "flights.csv", "--import", "Load flights").code == 0
    ran = anaplan("export", "Export flights", "-O", f"out.{end}", "--no-progress")
    name, rows, size, seconds = ran.err.strip().split("  ")
    assert (ran.code, ran.out, name) == (0, "", f"out.{end}")
    assert rows == "2 rows, 3 columns (id text, name text, amount number)"
    assert size == f"{(tmp_path / f'out.{end}').stat().st_size} bytes"
    assert seconds.endswith(" s")
    assert anaplan("export", "Export flights", "-O", f"out.{end}", "--quiet").err == ""


@given(st.lists(st.lists(st.text('ab,"\n é', max_size=5), min_size=2, max_size=3), max_size=5), st.integers(1, 7))
def test_rows_are_counted_as_csv_has_them(rows: list[list[str]], size: int) -> None:
    to = io.StringIO(newline="")
    csv.writer(to, lineterminator="\n").writerows(rows)
    text = to.getvalue()
    for content in (text, text[:-1] if text.endswith("\n") else text):
        pieces = [content[start : start + size] for start in range(0, len(content), size)]
        assert count_lines(pieces, '"') == len(rows)


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        ("-o json", {}, True),
        ("-ojson", {}, True),
        ("--output=jsonl", {}, True),
        ("-o=json", {}, True),
        ("-o json -o table", {}, False),
        ("-o table", {"ANAPLAN_OUTPUT": "json"}, False),
        ("", {"ANAPLAN_OUTPUT": "json"}, True),
        ("", {}, False),
        ("files get json", {}, False),
        ("-o", {}, False),
    ],
)
def test_a_wrong_command_line_has_its_error_in_the_wanted_form(
    anaplan: Run, words: str, environment: dict[str, str], expected: bool
) -> None:
    assert wants_json(words.split(), environment) is expected
    ran = anaplan("files", "lisst", *words.split(), **environment)
    assert (ran.code, ran.err.startswith('{"error": ')) == (2, expected)


def test_a_file_that_is_missing_is_named_without_a_number(anaplan: Run) -> None:
    assert anaplan("alm", "show", "none.plan").err == "error: none.plan: No such file or directory\n"


def test_the_configuration_is_explained(anaplan: Run, tmp_path: Path) -> None:
    ran = anaplan("help", "configuration", XDG_CONFIG_HOME=str(tmp_path))
    assert (ran.code, str(tmp_path / "anaplan" / "config.toml") in ran.out) == (0, True)
    for key in ("rate_limit", "oauth_client_id", "private_key_password", "keyring", "workspace"):
        assert key in ran.out


@pytest.mark.parametrize(
    ("words", "fault", "hint"),
    [
        (
            "cp|flights.csv|anaplan://flights.csv",
            Fault(path="/chunks/", status=400),
            "run the command again: the upload",
        ),
        ("models|list", Fault(path="/models$", status=503), "temporary: run the command again later"),
        ("models|list", Fault(path="/models$", kind="reset"), "temporary: run the command again later"),
        ("models|list", Fault(path="/models$", status=403), "who signed in: anaplan auth status"),
        ("files|list|-m|Nobody", None, "list: anaplan models list"),
    ],
)
def test_an_error_ends_with_what_to_type_next(
    anaplan: Run, emulator: Emulator, words: str, fault: Fault | None, hint: str
) -> None:
    if fault is not None:
        emulator.inject(evolve(fault, times=None))
    assert anaplan(*words.split("|")).err.splitlines()[-1].startswith(f"  {hint}")


def test_a_failed_task_can_be_looked_at(anaplan: Run, emulator: Emulator) -> None:
    emulator.fail_next_task("118000000000", "fail", message="The list is locked")
    step = anaplan("run", "Reload flights").err.splitlines()[-1]
    assert step.startswith("  see the task: anaplan tasks get 118000000000 ")
    assert "COMPLETE" in anaplan(*step.partition("anaplan ")[2].split(), ANAPLAN_MODEL="").out


def test_quiet_and_json_lines_hold_for_messages_and_errors(anaplan: Run) -> None:
    assert anaplan("run", "Load flights", "--dry-run").err.startswith("would run")
    assert anaplan("run", "Load flights", "--dry-run", "--quiet").err == ""
    assert anaplan("files", "list", "-m", "Nobody", "-o", "jsonl").err.startswith('{"error": ')


def test_an_empty_file_is_not_sent_without_a_wait_either(anaplan: Run, emulator: Emulator) -> None:
    words = ("load", "flights.csv=empty.csv", "--import", "Load flights", "--no-wait")
    assert anaplan(*words).code == 2
    assert not [one for one in emulator.exchanges if one.method != "GET" and "/token/" not in one.path]
    assert anaplan(*words, "--allow-empty").code == 0
