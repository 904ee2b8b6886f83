# Converted by `python -m generator` from tests/ext/tasks/_async/test_load_report.py. Edit that file, not this one.
"""Reports of imports and processes in the emulator."""

import csv
import io
import json
import random
from typing import cast

import pytest

from anaplan_client.integration.models import MappingParameter
from anaplan_ext import AnaplanActionError, Client, LoadReport
from anaplan_ext.emulator import Emulator, Fault, File, Import, Process

FILES = ("113000000001", "113000000002")
IMPORTS = ("112000000001", "112000000002")
PROCESS, LOOK = "118000000001", r"/tasks/\w+$"
HEADER = "Name,Rank\n"
# A kind of row, the row, and its outcome.
KINDS = {
    "good": ("P{},1", "loaded"),
    "blank": (",", "ignored"),
    "bad": ("P{},few", "failed"),
    "short": ("P{}", "failed"),
    "nameless": (",1", "failed"),
}


@pytest.fixture
def loads(emulator: Emulator) -> Emulator:
    """Two lists, an import into each, and a process with both imports."""
    model = emulator.model(emulator.development_model_id)
    for name, file_id, import_id in zip(("Products", "Regions"), FILES, IMPORTS, strict=True):
        model.add_list(name, properties={"Rank": "NUMBER"}, items=["Known"])
        model.files.append(File(id=file_id, name=f"{name}.csv"))
        model.imports.append(Import(id=import_id, name=f"Load {name}", file_id=file_id, list=name))
    model.processes.append(Process(id=PROCESS, name="Load both", action_ids=list(IMPORTS)))
    return emulator


def test_a_report_counts_the_rows_and_has_the_rejected_rows(loads: Emulator, client: Client) -> None:
    report = client.upload_and_import(FILES[0], HEADER + "A,1\nB,2\n", IMPORTS[0])
    assert isinstance(report, LoadReport)
    assert (report.loaded, report.ignored, report.failed, str(report)) == (2, 0, 0, "2 loaded, 0 ignored, 0 failed")
    assert report.dumps == {}
    with pytest.raises(AnaplanActionError, match="2 loaded, 1 ignored, 1 failed") as raised:
        client.upload_and_import(FILES[0], HEADER + "A,1\n,\nB,2\nC,few\n", IMPORTS[0])
    failed = raised.value.report
    assert failed is not None
    assert (failed.loaded, failed.ignored, failed.failed, failed.reconciles) == (2, 1, 1, True)
    (row,) = csv.DictReader(io.StringIO(failed.dumps[IMPORTS[0]].decode()))
    assert row["_Line_"] == "5"


def test_a_process_is_reported_action_by_action(loads: Emulator, client: Client) -> None:
    client.upload_file(FILES[0], HEADER + "A,1\nB,2\n")
    client.upload_file(FILES[1], HEADER + "C,1\n,\nD,few\n")
    with pytest.raises(AnaplanActionError, match="3 loaded, 1 ignored, 1 failed") as raised:
        client.run_action(PROCESS)
    report = raised.value.report
    assert report is not None
    assert [(action.id, action.name, str(action)) for action in report.actions] == [
        (IMPORTS[0], "Load Products", "2 loaded, 0 ignored, 0 failed"),
        (IMPORTS[1], "Load Regions", "1 loaded, 1 ignored, 1 failed"),
    ]
    assert list(report.dumps) == [IMPORTS[1]]
    assert all(action.start_time and action.duration for action in report.actions)
    assert "few" in report.actions[1].messages[-1] or "Rank" in " ".join(report.actions[1].messages)


# Which file the action reads


@pytest.mark.parametrize(
    ("file_id", "action_id", "reads"),
    [
        (FILES[1], IMPORTS[0], f"which reads {FILES[0]}"),
        (FILES[0], int(IMPORTS[1]), f"which reads {FILES[1]}"),
        ("113000000000", PROCESS, f"which reads {FILES[0]} and {FILES[1]}"),
        (FILES[0], "118000000000", "which reads 113000000000"),
    ],
)
def test_an_action_that_reads_another_file_is_rejected_before_the_upload(
    file_id: str, action_id: int | str, reads: str, loads: Emulator, client: Client
) -> None:
    with pytest.raises(ValueError, match=f"action_id must be an action that reads file {file_id} .*{reads}"):
        client.upload_and_import(file_id, HEADER + "A,1\n", action_id)
    assert loads.count("POST", "/models/") == loads.count("PUT") == 0


@pytest.mark.parametrize("file_id", FILES)
def test_a_process_may_read_other_files_as_well(file_id: str, loads: Emulator, client: Client) -> None:
    for other in FILES:
        client.upload_file(other, HEADER + "A,1\n")
    before = loads.count("GET", "/processes/")
    client.upload_and_import(file_id, HEADER + "B,1\n", PROCESS)
    # One request more than the polls.
    assert loads.count("GET", f"/processes/{PROCESS}$") == 1
    assert loads.count("GET", "/processes/") > before


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=404),
        Fault(status=403),
        Fault(status=500, times=None),
        Fault(kind="malformed", times=None),
        Fault(kind="reset", times=None),
        Fault(status=200, body=b'{"imports": [{"id": "112000000001", "name": "x"}]}'),
        Fault(status=200, body=b'{"imports": [{"id": "112000000001", "name": "x", "importDataSourceId": ""}]}'),
        Fault(status=200, body=b'{"imports": [{"id": "112000000001", "name": "x", "importDataSourceId": "12"}]}'),
        Fault(status=200, body=b'{"imports": [{"id": "112000000009", "name": "x", "importDataSourceId": "113"}]}'),
        Fault(status=200, body=b"{}"),
    ],
    ids=["404", "403", "500", "malformed", "reset", "untold", "empty", "no file", "another", "nothing"],
)
def test_a_load_continues_if_the_source_of_its_import_is_unknown(fault: Fault, loads: Emulator, client: Client) -> None:
    known = {"kind": fault.kind, "status": fault.status, "body": fault.body, "times": fault.times}
    loads.inject(Fault(method="GET", path="/imports$", **known))  # type: ignore[arg-type]
    report = client.upload_and_import(FILES[0], HEADER + "A,1\n", IMPORTS[0])
    assert report.loaded == 1


def test_ignored_rows_are_an_error_on_request(loads: Emulator, client: Client) -> None:
    content = HEADER + "A,1\n,\n"
    assert (client.upload_and_import(FILES[0], content, IMPORTS[0])).ignored == 1
    with pytest.raises(AnaplanActionError, match="1 row was ignored") as raised:
        client.upload_and_import(FILES[0], content, IMPORTS[0], on_ignored="raise")
    assert raised.value.report is not None
    assert raised.value.report.ignored == 1
    sent = loads.count()
    with pytest.raises(ValueError, match="on_ignored"):
        client.upload_and_import(FILES[0], content, IMPORTS[0], on_ignored="stop")  # type: ignore[arg-type]
    assert loads.count() == sent


def test_rows_that_are_not_accounted_for_are_an_error(loads: Emulator, client: Client) -> None:
    client.upload_file(FILES[0], HEADER + "A,1\n")
    values = ["successRowCount", "1", "failedCount", "0", "ignoredCount", "0", "totalRowCount", "2"]
    detail = {"localMessageText": "done", "type": "hierarchyRowsProcessed", "values": values}
    task = {"taskId": "T", "taskState": "COMPLETE", "result": {"successful": True, "details": [detail]}}
    loads.inject(Fault(method="GET", path=LOOK, status=200, body=json.dumps({"task": task}).encode()))
    with pytest.raises(AnaplanActionError, match=f"unaccounted for: {IMPORTS[0]} had 2 rows, of which 1 loaded"):
        client.run_action(IMPORTS[0])


def test_mapping_parameters_and_the_language_go_with_the_start(loads: Emulator, client: Client) -> None:
    model = loads.model(loads.development_model_id)
    model.imports[-1].prompts = {"Version": "Versions"}
    client.upload_file(FILES[1], HEADER + "A,1\n")
    actual = MappingParameter(entity_type="Version", entity_name="Actual")
    report = client.run_action(IMPORTS[1], mapping_parameters=[actual], locale="de_DE")
    assert report.loaded == 1
    for action_id, parameter in (
        ("117000000000", actual),
        (IMPORTS[0], MappingParameter(entity_type="Version", entity_name="Actual", import_id=IMPORTS[0])),
    ):
        sent = loads.count()
        with pytest.raises(ValueError, match="mapping_parameters"):
            client.run_action(action_id, mapping_parameters=[parameter])
        assert loads.count() == sent


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_random_loads_add_up_or_raise(seed: int, loads: Emulator, client: Client) -> None:
    # Fifty loads per seed and face: an import, or a process with two imports.
    chance = random.Random(seed)
    for number in range(50):
        chosen = chance.choice([IMPORTS[:1], IMPORTS[1:], IMPORTS])
        drawn: dict[str, list[str]] = {}
        for import_id in chosen:
            kinds = chance.choices(list(KINDS), weights=[6, 2, chance.randrange(2), 1, 1], k=chance.randrange(1, 12))
            rows = [KINDS[kind][0].format(f"{number}-{row}") + "\n" for row, kind in enumerate(kinds)]
            client.upload_file(FILES[IMPORTS.index(import_id)], HEADER + "".join(rows))
            drawn[import_id] = [KINDS[kind][1] for kind in kinds]
        try:
            report = client.run_action(PROCESS if len(chosen) == 2 else chosen[0])
        except AnaplanActionError as error:
            report = cast("LoadReport", error.report)
            assert report.failed or not report.actions[-1].loaded
        else:
            assert not report.failed
            assert len(report.actions) == len(chosen)
        assert report.reconciles
        # A process stops at an action that loaded nothing.
        assert len(report.actions) == len(chosen) or not report.actions[-1].loaded
        for action in report.actions:
            ended = drawn[action.id]
            counted = {"loaded": action.loaded, "ignored": action.ignored, "failed": action.failed}
            assert counted == {end: ended.count(end) for end in counted}
            dump = report.dumps.get(action.id, b"").decode()
            named = [int(row["_Line_"]) for row in csv.DictReader(io.StringIO(dump))]
            assert named == [line for line, end in enumerate(ended, 2) if end == "failed"]


def test_uploads_tasks_and_loads_are_logged(loads: Emulator, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="anaplan"):
        report = client.upload_and_import(FILES[0], HEADER + "A,1\n,\nB,2\n", IMPORTS[0])
    model = loads.development_model_id
    lines = [(record.levelname, record.getMessage()) for record in caplog.records]
    run = f"task {report.task.id} of import {IMPORTS[0]} in model {model}"
    assert lines == [
        ("INFO", f"upload to file {FILES[0]} in model {model} started"),
        ("INFO", f"upload to file {FILES[0]} in model {model}: 1 chunks confirmed"),
        ("INFO", f"{run} started"),
        ("INFO", f"{run} finished as COMPLETE: 2 loaded, 1 ignored, 0 failed"),
    ]
    fields = vars(caplog.records[-1])
    handle = {"kind": "action", "model_id": model, "task_id": report.task.id, "action_id": IMPORTS[0]}
    assert {name: fields[name] for name in handle} == handle
    assert (fields["loaded"], fields["ignored"], fields["failed"]) == (2, 1, 0)


def test_rows_with_warnings_are_loaded(emulator: Emulator, client: Client) -> None:
    model = emulator.model(emulator.development_model_id)
    model.add_list("Products", items=["Known"])
    model.add_module("Prices", applies_to=["Products"], line_items=["Price"])
    model.add_line_item("Prices", "Total", formula="Price * 2")
    model.files.append(File(id=FILES[0], name="Prices.csv"))
    model.imports.append(Import(id=IMPORTS[0], name="Load prices", file_id=FILES[0], module="Prices"))
    report = client.upload_and_import(FILES[0], "Products,Price,Total\nKnown,1,2\n", IMPORTS[0])
    assert (report.loaded, report.actions[0].warned, report.failed) == (1, 1, 0)
    assert str(report.actions[0]) == "1 loaded (1 with warnings), 0 ignored, 0 failed"


def test_missing_counts_are_not_zero(emulator: Emulator, client: Client) -> None:
    for action_id in ("116000000000", "117000000000"):
        report = client.run_action(action_id)
        assert (report.loaded, report.ignored, report.failed) == (None, None, None)
        assert str(report) == "succeeded, rows not counted"


def test_an_error_names_model_and_action_and_shows_the_first_rejected_rows(loads: Emulator, client: Client) -> None:
    rows = "".join(f"P{number},few\n" for number in range(7))
    with pytest.raises(AnaplanActionError) as raised:
        client.upload_and_import(FILES[0], HEADER + "A,1\n" + rows, IMPORTS[0])
    text = str(raised.value)
    model = loads.model(loads.development_model_id)
    assert f"import {IMPORTS[0]} 'Load Products' in model {model.id} '{model.name}'" in text
    assert text.startswith("Load Products (112000000001): 7 rows were rejected; task ")
    assert [f"line {line}, column Rank: " in text for line in range(2, 10)] == [False, *[True] * 5, False, False]
    # Only a name that cannot be found is left out.
    loads.inject(Fault(method="GET", path=r"/models/\w+$", status=503, times=None))
    with Client(model_id=model.id, user_email=loads.user_email, password=loads.password, base_url=loads.url) as other:
        with pytest.raises(AnaplanActionError, match=rf"'Load Products' in model {model.id}; 1 loaded"):
            other.run_action(IMPORTS[0])
    assert loads.count("GET", r"/models/\w+$") == 2
