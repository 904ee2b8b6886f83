# Converted by `python -m generator` from tests/ext/tasks/_async/test_actions.py. Edit that file, not this one.
"""Runs of actions of every kind in the emulator."""

import copy
import csv
import io
import json
import pickle
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from attrs import evolve

from anaplan_client.integration.models import Task
from anaplan_ext import AnaplanActionError, Client, NotFoundError, OutcomeUnknown, TaskCancelled, TaskTimeout
from anaplan_ext.emulator import Emulator, Fault

FILE, IMPORT, EXPORT, ACTION, PROCESS = 113000000000, 112000000000, 116000000000, 117000000000, 118000000000
GOOD = "id,name,amount\n1,one,10\n2,two,20\n"
MIXED = "id,name,amount\n1,one,10\n2,two,unknown\n3,three,30\n"


def test_what_is_imported_can_be_exported(client: Client) -> None:
    report = client.upload_and_import(FILE, GOOD, IMPORT)
    assert report.task.result is not None
    assert report.task.result.successful
    assert str(report) == "2 loaded, 0 ignored, 0 failed"
    assert client.export_and_download(EXPORT) == GOOD.encode()


def test_an_action_of_each_kind_runs(client: Client) -> None:
    client.upload_file(FILE, GOOD)
    for action_id in (IMPORT, EXPORT, ACTION, PROCESS):
        task = (client.run_action(action_id)).task
        assert task.task_state == "COMPLETE"
        assert (client.get_task_status(action_id, task.id)).id == task.id


def test_a_status_is_an_object_and_the_mapping_that_was_sent(emulator: Emulator, client: Client) -> None:
    sent: dict[str, object] = {
        "taskId": "T",
        "taskState": "IN_PROGRESS",
        "creationTime": 1571088565713,
        "progress": 0.5,
        "currentStep": None,
        "new": [1],
    }
    emulator.inject(Fault(path="/tasks/", kind="changed", change=lambda body: {**body, "task": sent}))
    task_id = client.invoke_action(EXPORT)
    emulator.inject(Fault(path="/tasks/", kind="changed", change=lambda body: {**body, "task": sent}))
    status = client.get_task_status(EXPORT, task_id)
    assert (status.task_state, status["taskState"]) == ("IN_PROGRESS", "IN_PROGRESS")
    assert status.creation_time == datetime(2019, 10, 14, 21, 29, 25, 713000, UTC)
    assert status["creationTime"] == 1571088565713
    assert (status.get("currentStep", "none"), status.get("result", "none")) == (None, "none")
    assert "result" not in status
    assert list(status) == list(sent)
    assert dict(status) == json.loads(json.dumps(dict(status))) == sent
    with pytest.raises(KeyError, match="task_state"):
        _ = status["task_state"]
    assert isinstance(status, Task)
    assert isinstance(status, Mapping)
    assert status == sent
    assert status != {**sent, "progress": 1}
    for copied in (copy.copy(status), pickle.loads(pickle.dumps(status)), evolve(status)):
        assert copied == status
        assert dict(copied) == sent
    assert evolve(status, progress=1.0) != status
    assert repr(status).startswith("TaskStatus(")


def test_rejected_rows_raise_with_the_reason_and_the_dump(client: Client) -> None:
    with pytest.raises(AnaplanActionError) as raised:
        client.upload_and_import(FILE, MIXED, IMPORT)
    error = raised.value
    assert "1 failed" in str(error)
    (dump,) = error.dumps.values()
    (row,) = csv.DictReader(io.StringIO(dump.decode()))
    assert row["_Line_"] == "3"
    assert row["amount"] == "unknown"
    # The other rows are loaded.
    assert client.export_and_download(EXPORT) == b"id,name,amount\n1,one,10\n3,three,30\n"
    assert client.get_failure_dump(IMPORT, error.task.id) == dump


def test_rejected_rows_within_a_process_raise_with_the_dump_of_their_import(client: Client) -> None:
    client.upload_file(FILE, MIXED)
    with pytest.raises(AnaplanActionError) as raised:
        client.run_action(PROCESS)
    assert list(raised.value.dumps) == [str(IMPORT)]
    dump = client.get_failure_dump(PROCESS, raised.value.task.id, IMPORT)
    assert b"unknown" in dump


def test_a_missing_dump_is_left_out(emulator: Emulator, client: Client) -> None:
    emulator.inject(Fault(method="GET", path="/dump/chunks", status=404, message="Not Found"))
    with pytest.raises(AnaplanActionError, match="1 failed") as raised:
        client.upload_and_import(FILE, MIXED, IMPORT)
    assert raised.value.dumps == {}


@pytest.mark.parametrize("action_id", [IMPORT, EXPORT, ACTION, PROCESS])
def test_a_failed_task_raises_with_its_reason(action_id: int, emulator: Emulator, client: Client) -> None:
    client.upload_file(FILE, GOOD)
    emulator.fail_next_task(str(action_id), message="The list is locked by another user")
    with pytest.raises(AnaplanActionError, match="locked by another user") as raised:
        client.run_action(action_id)
    assert raised.value.task.task_state == "COMPLETE"
    assert raised.value.task.result is not None
    assert raised.value.task.result.successful is False


def test_cancelling_is_waited_for_and_cancelled_raises(emulator: Emulator, client: Client) -> None:
    client.upload_file(FILE, GOOD)
    emulator.fail_next_task(str(IMPORT), "cancel", cancelling_polls=2)
    states: list[str] = []
    with pytest.raises(TaskCancelled):
        client.run_action(IMPORT, progress=lambda task: states.append(task.task_state))
    assert states.count("CANCELLING") == 2
    assert states[-1] == "CANCELLED"


def test_a_task_can_be_cancelled_and_its_changes_are_rolled_back(emulator: Emulator, client: Client) -> None:
    client.upload_file(FILE, GOOD)
    task_id = client.invoke_action(IMPORT)
    client.cancel_task(IMPORT, task_id)
    with pytest.raises(TaskCancelled):
        client.wait_for_task(IMPORT, task_id)
    assert b"one" not in client.export_and_download(EXPORT)


def test_a_timeout_carries_the_ids_to_resume_the_wait(emulator: Emulator, client: Client) -> None:
    client.upload_file(FILE, GOOD)
    with pytest.raises(TaskTimeout) as raised:
        client.run_action(IMPORT, timeout=0)
    error = raised.value
    assert error.action_id is not None
    assert error.model_id == emulator.development_model_id
    task = (client.wait_for_task(error.action_id, error.task_id)).task
    assert task.task_state == "COMPLETE"


@pytest.mark.parametrize("action_id", [0, 113000000000, 11200000000, "abc", 119000000000])
def test_an_id_of_an_unknown_kind_is_rejected_before_any_request(
    action_id: int | str, emulator: Emulator, client: Client
) -> None:
    with pytest.raises(ValueError, match="12-digit id"):
        client.run_action(action_id)
    with pytest.raises(ValueError, match="action_id"):
        client.upload_and_import(FILE, GOOD, action_id)
    assert emulator.count() == 0


@pytest.mark.parametrize(
    ("action_id", "object_id", "message"),
    [(EXPORT, None, "import or a process"), (PROCESS, None, "object_id")],
)
def test_an_impossible_dump_is_rejected_before_any_request(
    action_id: int, object_id: int | None, message: str, emulator: Emulator, client: Client
) -> None:
    with pytest.raises(ValueError, match=message):
        client.get_failure_dump(action_id, "A" * 32, object_id)
    assert emulator.count() == 0


def test_a_missing_dump_raises_not_found(client: Client) -> None:
    task = (client.upload_and_import(FILE, GOOD, IMPORT)).task
    with pytest.raises(NotFoundError):
        client.get_failure_dump(IMPORT, task.id)


@pytest.mark.parametrize("fault", [Fault(kind="reset"), Fault(status=503), Fault(status=502), Fault(status=504)])
def test_a_start_of_unknown_outcome_is_not_sent_again(fault: Fault, emulator: Emulator, client: Client) -> None:
    client.upload_file(FILE, GOOD)
    emulator.inject(Fault(method="POST", path="/tasks$", kind=fault.kind, status=fault.status, after_effect=True))
    with pytest.raises(OutcomeUnknown, match="start_import_task"):
        client.invoke_action(IMPORT)
    assert emulator.count("POST", "/tasks$") == 1


def test_a_throttled_start_is_retried(emulator: Emulator, client: Client) -> None:
    client.upload_file(FILE, GOOD)
    emulator.inject(Fault(method="POST", path="/tasks$", status=429))
    client.run_action(IMPORT)
    assert emulator.count("POST", "/tasks$") == 2


def test_a_bad_file_is_a_failed_import(client: Client) -> None:
    with pytest.raises(AnaplanActionError, match="UTF-8"):
        client.upload_and_import(FILE, b"\xff\xfe\x00not text", IMPORT)
