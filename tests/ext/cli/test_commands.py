"""What each command prints and does."""

import csv
import io
import json
from pathlib import Path

import pytest

from anaplan_ext import Client
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.tasks.handle import TaskHandle

from .conftest import GOOD, MIXED, Run

AIRPORTS = "id,name,code,parent,properties,subsets"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("auth status", "email            ada@example.com"),
        ("workspaces list", "Planning  yes"),
        ("workspaces get planning", "name          Planning"),
        ("workspaces admins Planning", "ada@example.com"),
        ("workspaces visitors Planning", "EMAIL"),
        ("models list", "Planning Prod"),
        ("models list -w Planning --state PRODUCTION -o id", "D0E5A4B3C2D14F60A7B8C9D0E1F2A302\n"),
        ("models get Planning/Planning\u00a0Dev", "state          UNLOCKED"),
        ("files list", "113000000000  flights.csv"),
        ("files get FLIGHTS.CSV -o json", '"name": "flights.csv"'),
        ("actions list --kind process", "118000000000  process  Reload flights"),
        ("actions get 116000000000", "name  Export flights"),
        ("lists list -o id", "\n"),
        ("lists get airports", "item_count            3"),
        ("lists items Airports -o csv", f"{AIRPORTS}\n264000000001,Newark,EWR,,,\n"),
        ("modules list --columns name --no-headers", "Flights\nDelays\n"),
        ("modules line-items Flights", "Departure delay"),
        ("modules views Flights", "ID"),
        ("views list --module Flights", "Flights"),
        ("views read Flights", "Departure delay,Arrival delay,Distance,Air time\n"),
        ("alm revisions list --columns name --no-headers", "Aircraft types\nInitial model\n"),
        ("alm revisions get initial\u00a0model -o jsonl", '"name": "Initial model"'),
        ("alm revisions where Initial\u00a0model --columns name", "Planning Prod"),
        ("alm syncable --source Planning\u00a0Dev -m Planning\u00a0Prod", "Aircraft types"),
        ("alm diff --source Planning\u00a0Dev -m Planning\u00a0Prod", "Source Model\t"),
        ("api GET /2/0/users/me", '"email":"ada@example.com"'),
        ("api GET /2/0/workspaces -F limit=1", '"name":"Planning"'),
        ("completion bash", "complete"),
        ("help exit-codes", "  3    Rows were rejected"),
        ("help environment", "  ANAPLAN_TOKEN  "),
        ("help errors", "request_id"),
        ("help formats", "  jsonl  One object per line"),
        ("--version", "0."),
    ],
)
def test_a_reading_command_prints_its_result(anaplan: Run, words: str, expected: str) -> None:
    ran = anaplan(*(word.replace("\u00a0", " ") for word in words.split(" ")))
    assert (ran.code, ran.err) == (0, "")
    assert expected in ran.out


def test_all_pages_are_one_array(anaplan: Run) -> None:
    model = json.loads(anaplan("models", "get", "Planning Dev", "-o", "json").out)["id"]
    lists = {row["name"]: row["id"] for row in json.loads(anaplan("lists", "list", "-o", "json").out)}
    for name, count in {"Airports": 3, "Carriers": 0}.items():
        path = f"/2/0/models/{model}/lists/{lists[name]}/items"
        assert len(json.loads(anaplan("api", "GET", path, "--paginate", "-F", "limit=2").out)) == count


def test_a_load_prints_its_counts(anaplan: Run) -> None:
    ran = anaplan("load", "flights.csv", "--process", "reload flights", "-o", "json")
    assert ran.code == 0
    clear, load = json.loads(ran.out)
    assert (clear["name"], clear["rows"]) == ("Clear flights", None)
    assert {key: load[key] for key in ("rows", "loaded", "ignored", "rejected")} == {
        "rows": 2,
        "loaded": 2,
        "ignored": 0,
        "rejected": 0,
    }
    assert anaplan("export", "Export flights").out == GOOD


def test_a_load_with_rejected_rows_fails_and_keeps_them(anaplan: Run, tmp_path: Path) -> None:
    words = ["load", "flights.csv=mixed.csv", "--import", "Load flights"]
    ran = anaplan(*words, "--rejects-dir", "rejects", "--summary", "json:run.json", "--debug")
    assert ran.code == 3
    assert "1 row was rejected" in ran.err
    assert "line 3, column amount" in ran.err
    # The table is printed all the same.
    assert ran.out.splitlines()[1].split() == [
        *("112000000000", "Load", "flights", "yes", "3", "2", "0", "1", "rejects/1-Load", "flights.csv")
    ]
    (row,) = csv.DictReader(io.StringIO((tmp_path / "rejects" / "1-Load flights.csv").read_text()))
    assert row["name"] == "canary-value"
    summary = json.loads((tmp_path / "run.json").read_text())
    assert (summary["actions"][0]["rejected"], summary["error"]["exit_code"]) == (1, 3)
    assert summary["actions"][0]["rejects_file"] == "rejects/1-Load flights.csv"
    # Values are personal data: nothing shows them unless it was wished for.
    assert "canary-value" not in ran.out + ran.err + (tmp_path / "run.json").read_text()
    # The next step that the error names prints them.
    step = next(line for line in ran.err.splitlines() if "rejected rows: anaplan" in line)
    assert "canary-value" in anaplan(*step.partition("anaplan ")[2].split()).out
    assert "canary-value" in anaplan(*words, "--show-values").err
    ran = anaplan("load", "flights.csv=mixed.csv", "--process", "Reload flights")
    step = next(line for line in ran.err.splitlines() if "rejected rows: anaplan" in line)
    assert "canary-value" in anaplan(*step.partition("anaplan ")[2].split()).out


def test_a_source_is_a_path_or_a_name_and_a_path(anaplan: Run, tmp_path: Path) -> None:
    folder = tmp_path / "day=1"
    folder.mkdir()
    (folder / "flights.csv").write_text(GOOD)
    (tmp_path / "a=b.csv").write_text(GOOD)
    for source in (
        "day=1/flights.csv",
        f"{folder}/flights.csv",
        "flights.csv=day=1/flights.csv",
        "flights.csv=a=b.csv",
    ):
        # The first has its equals sign before any slash, so the folder must be named as one.
        words = [f"./{source}" if source.startswith("day") else source]
        assert anaplan("load", *words, "--import", "Load flights").code == 0, source


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--fail-on", "never"], 0),
        (["--max-rejected", "1"], 0),
        (["--max-rejected", "0"], 3),
        (["--max-rejected", "34%"], 0),
        (["--max-rejected", "33%"], 3),
        (["--fail-on", "ignored"], 3),
    ],
)
def test_the_user_decides_which_rejected_rows_are_a_failure(anaplan: Run, options: list[str], code: int) -> None:
    assert anaplan("load", "flights.csv=mixed.csv", "--import", "Load flights", *options).code == code


def test_summaries_are_written_for_each_reader(anaplan: Run, tmp_path: Path) -> None:
    targets = [word for form in ("json", "junit", "markdown") for word in ("--summary", f"{form}:run.{form}")]
    ran = anaplan("load", "flights.csv=mixed.csv", "--import", "Load flights", *targets, GITHUB_ACTIONS="true")
    assert ran.code == 3
    assert "::error title=rejected row::line 3, column amount" in ran.err
    assert '<testsuite name="anaplan load" tests="1" failures="1">' in (tmp_path / "run.junit").read_text()
    assert "| Load flights | 3 | 2 | 0 | 1 |" in (tmp_path / "run.markdown").read_text()


def test_a_check_and_a_dry_run_send_nothing(anaplan: Run, emulator: Emulator) -> None:
    for option in ("--check", "--dry-run"):
        ran = anaplan("load", "flights.csv", "--process", "Reload flights", option)
        assert ran.code == 0
        assert "read by Load flights (112000000000)" in ran.err
    Path("flights.csv").write_text("id,amount\n")
    ran = anaplan("load", "flights.csv", "--process", "Reload flights", "--check")
    assert (ran.code, "columns are missing: name" in ran.err) == (1, True)
    changes = [("models", "close"), ("models", "open"), ("models", "offline"), ("models", "online")]
    for words in (
        *((*words, "Planning Dev") for words in changes),
        ("models", "delete", "Planning Dev", "-w", "Planning"),
        ("files", "rm", "flights.csv"),
        ("cp", "flights.csv", "anaplan://Planning Dev/"),
        ("run", "Load flights"),
        ("export", "Export flights"),
        ("tasks", "cancel", "Load flights", "A1"),
        ("lists", "add", "Airports", "-f", "flights.csv"),
        ("lists", "update", "Airports", "-f", "flights.csv"),
        ("lists", "delete", "Airports", "-f", "flights.csv"),
        ("lists", "reset-index", "Carriers"),
        ("cells", "write", "Flights", "-f", "flights.csv"),
        ("alm", "revisions", "create", "New"),
        ("alm", "sync", "--source", "Planning Dev", "-m", "Planning Prod"),
        ("api", "POST", "/2/0/models"),
    ):
        ran = anaplan(*words, "--dry-run")
        assert (ran.code, ran.err[:5]) == (0, "would"), words
    sent = {(exchange.method, exchange.path) for exchange in emulator.exchanges if exchange.method != "GET"}
    assert {path for _, path in sent} <= {"/token/authenticate", "/token/logout"}


def test_files_are_copied_both_ways(anaplan: Run, tmp_path: Path) -> None:
    assert anaplan("cp", "flights.csv", "anaplan://Planning/Planning Dev/", ANAPLAN_MODEL="").code == 0
    assert anaplan("cp", "anaplan://flights.csv", "-").out == GOOD
    (tmp_path / "folder").mkdir()
    assert anaplan("cp", "anaplan://Planning Dev/flights.csv", "folder").code == 0
    assert (tmp_path / "folder" / "flights.csv").read_text() == GOOD
    assert anaplan("cp", "mixed.csv", "anaplan://Planning Dev/flights.csv").code == 0
    assert anaplan("cp", "anaplan://flights.csv", "copy.csv").code == 0
    assert (tmp_path / "copy.csv").read_text() == MIXED


def test_a_run_that_is_not_waited_for_is_waited_on_later(anaplan: Run, emulator: Emulator) -> None:
    ran = anaplan("load", "flights.csv", "--import", "Load flights", "--no-wait")
    assert ran.code == 0
    step = ran.err.partition("wait on: anaplan ")[2].split()
    assert "2" in anaplan(*step).out
    emulator.task_seconds = 3600
    ran = anaplan("run", "Load flights", "--timeout", "0.01")
    assert ran.code == 7
    assert ran.err.splitlines()[-3] == "error: Load flights did not finish within 0.01 s; it continues in Anaplan"
    wait, cancel = (line.partition("anaplan ")[2].split() for line in ran.err.splitlines()[-2:])
    assert anaplan(*cancel).code == 0
    emulator.advance(3600)
    assert anaplan(*wait).code == 9


def test_a_handle_is_waited_on_in_another_process(anaplan: Run, emulator: Emulator, tmp_path: Path) -> None:
    assert anaplan("cp", "mixed.csv", "anaplan://flights.csv").code == 0
    with Client(**emulator.client_arguments, status_poll_delay=0).with_model(emulator.development_model_id) as client:
        task_id = client.invoke_action(112000000000)
        handle = TaskHandle(
            kind="action", model_id=emulator.development_model_id, task_id=task_id, action_id="112000000000"
        )
        revision = client.alm.create_revision("Release 12")
        target = client.with_model(emulator.production_model_id)
        sync = target.alm.sync_models(
            revision.id,
            emulator.development_model_id,
            target.alm.get_revisions()[0].id,
            wait_for_completion=False,
        )
    (tmp_path / "task.json").write_text(json.dumps(handle.to_dict()))
    ran = anaplan("tasks", "wait", "--handle", "task.json", "-o", "json", ANAPLAN_MODEL="")
    assert (ran.code, json.loads(ran.out)[0]["rejected"]) == (3, 1)
    other = TaskHandle(kind="sync", model_id=emulator.production_model_id, task_id=sync.id)
    (tmp_path / "sync.json").write_text(json.dumps(other.to_dict()))
    ran = anaplan("tasks", "wait", "--handle", "sync.json", "-o", "json", ANAPLAN_MODEL="")
    assert (ran.code, json.loads(ran.out)[0]["name"]) == (0, "sync"), ran.err
    for content in ("", "[]", "{}", '{"kind": "action"}'):
        (tmp_path / "wrong.json").write_text(content)
        assert anaplan("tasks", "wait", "--handle", "wrong.json").code == 2
    assert anaplan("tasks", "wait", "Load flights", "--handle", "task.json").code == 2
    assert anaplan("tasks", "wait", "Load flights").code == 2
    assert anaplan("tasks", "dump", "112000000000", task_id, "-O", "rejects").code == 0
    assert "canary-value" in (tmp_path / "rejects" / "112000000000.csv").read_text()


def test_items_and_cells_are_written_from_files(anaplan: Run, emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("name,code\nBoston,BOS\nNewark,EWR\n")
    ran = anaplan("lists", "add", "Airports", "-f", "new.csv", "-o", "json")
    assert (ran.code, "Newark" in anaplan("lists", "items", "Airports").out) == (3, True)
    (tmp_path / "one.jsonl").write_text('{"name": "Denver", "code": "DEN"}\n\n')
    ran = anaplan("lists", "add", "Airports", "-f", "one.jsonl", "-o", "json")
    assert (ran.code, json.loads(ran.out)["added"]) == (0, 1)
    (tmp_path / "old.csv").write_text("code\nDEN\nBOS\n")
    assert anaplan("lists", "delete", "Airports", "-f", "old.csv").code == 2
    ran = anaplan("lists", "delete", "Airports", "-f", "old.csv", "--yes", "-o", "json")
    assert (ran.code, json.loads(ran.out)["deleted"]) == (0, 2)
    model = emulator.model(emulator.development_model_id)
    model.add_list("Products", items=["Apples"])
    model.add_module("Sales", applies_to=["Products"], line_items=["Units"])
    (tmp_path / "cells.csv").write_text("lineItem,Products,value\nUnits,Apples,7\n")
    ran = anaplan("cells", "write", "Sales", "-f", "cells.csv", "-o", "json")
    assert (ran.code, json.loads(ran.out)) == (0, {"changed": 1, "total": 1})
    (tmp_path / "bad.csv").write_text("lineItem,Products,value\nUnits,Pears,7\n")
    assert anaplan("cells", "write", "Sales", "-f", "bad.csv").code == 3


def test_a_model_is_promoted(anaplan: Run) -> None:
    assert anaplan("alm", "revisions", "create", "Release 12", "--description", "Delays").code == 0
    sync = ["alm", "sync", "--source", "Planning Dev", "-m", "Planning Prod"]
    ran = anaplan(*sync)
    assert (ran.code, "--yes" in ran.err) == (2, True)
    assert anaplan(*sync, "--yes").code == 0
    assert anaplan("alm", "revisions", "where", "Release 12", "--columns", "name").out.split() == [
        *("NAME", "Planning", "Dev", "Planning", "Prod")
    ]


@pytest.mark.parametrize("words", ["load|flights.csv|--import|Load flights", "cp|flights.csv|anaplan://flights.csv"])
@pytest.mark.parametrize("option", ["--quiet", "--no-wait"])
def test_an_upload_that_failed_continues(
    anaplan: Run, emulator: Emulator, tmp_path: Path, words: str, option: str
) -> None:
    line = [*words.split("|"), option if words.startswith("load") else "--quiet"]
    emulator.inject(Fault(method="PUT", path="/chunks/", status=400, message="Bad"))
    assert anaplan(*line).code == 1
    (manifest,) = (tmp_path / "state" / "anaplan" / "uploads").iterdir()
    file = emulator.model(emulator.development_model_id).files[0]
    assert manifest.name == f"{emulator.development_model_id}-{file.id}.json"
    assert anaplan(*line).code == 0
    assert not manifest.exists()


def test_an_empty_file_is_sent_only_on_request(anaplan: Run, emulator: Emulator) -> None:
    words = ("load", "flights.csv=empty.csv", "--import", "Load flights")
    assert (anaplan(*words).code, anaplan(*words, "--allow-empty").code) == (2, 1)
    assert any(exchange.method == "POST" and exchange.path.endswith("/tasks") for exchange in emulator.exchanges)


def test_a_quiet_command_prints_nothing_but_its_result(anaplan: Run) -> None:
    words = ("load", "flights.csv", "--import", "Load flights")
    assert "uploading" in anaplan(*words).err
    assert anaplan(*words, "--no-progress").err == anaplan(*words, "--quiet").err == ""
    copy = ("cp", "flights.csv", "anaplan://Planning Dev/")
    assert "uploading" in anaplan(*copy).err
    assert anaplan(*copy, "--no-progress").err == anaplan(*copy, "--quiet").err == ""


def test_the_log_goes_to_a_file(anaplan: Run, tmp_path: Path) -> None:
    words = ("load", "flights.csv", "--import", "Load flights", "--no-progress", "--log-file", "a.log")
    assert anaplan(*words, "--log-format", "json").err == ""
    records = [json.loads(line) for line in (tmp_path / "a.log").read_text().splitlines()]
    assert {"level", "message", "time"} <= records[0].keys()
    assert any(record.get("loaded") == 2 for record in records)
