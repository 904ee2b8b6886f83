"""How tasks run and end: polls do not wait for a long import, and tests script results."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from anaplan_ext.emulator import Emulator, File, Import, Model

from .conftest import LOCALE, Api, message

IMPORT, EXPORT, ACTION, PROCESS = "112000000000", "116000000000", "117000000000", "118000000000"
GOOD = b"id,amount\n1,10\n2,20\n"
MIXED = b"id,amount\n1,10\n2,ten\n"


@pytest.fixture
def model(emulator: Emulator) -> Model:
    return emulator.model(emulator.development_model_id)


class HeldEffect:
    """Blocks the effect of the next task in its worker thread until it is released."""

    def __init__(self, model: Model) -> None:
        self.started, self.go = threading.Event(), threading.Event()
        (task,) = (task for task in model.tasks if task.is_running)
        effect = task.effect

        def held(task: Any) -> dict[str, Any]:
            self.started.set()
            assert self.go.wait(60)
            return effect(task)

        task.effect = held


@pytest.fixture
def long_content() -> bytes:
    return b"id,amount\n" + b"1,10\n" * 20_000


def start(api: Api, kind: str, object_id: str) -> str:
    response = api.post(f"{api.dev}/{kind}/{object_id}/tasks", LOCALE)
    assert response.status_code == 200, response.text
    return f"{api.dev}/{kind}/{object_id}/tasks/{response.json()['task']['taskId']}"


def test_task_requests_are_served_while_an_import_runs(api: Api, model: Model, long_content: bytes) -> None:
    api.upload(api.dev, long_content)
    path = start(api, "imports", IMPORT)
    held = HeldEffect(model)
    try:
        assert [api.get(path).json()["task"]["taskState"] for _ in range(5)] == ["IN_PROGRESS"] * 5
        assert held.started.wait(60)
        for about_tasks in (
            *(path, path.rpartition("/")[0], f"{api.dev}/status", f"{api.dev}/imports"),
            *(f"{api.dev}/processes", f"{api.dev}/exports/{EXPORT}/tasks", f"{api.dev}/alm/syncTasks"),
        ):
            assert api.get(about_tasks).status_code == 200
        assert api.get(f"{api.dev}/status").json()["requestStatus"]["currentStep"] == "Processing ..."
        assert api.get(f"{api.prod}/files").status_code == 200, "another model is not busy"
        second = start(api, "exports", EXPORT)
        assert api.get(second).json()["task"]["taskState"] == "IN_PROGRESS", "it waits for its turn"
    finally:
        held.go.set()
    assert api.finish(path)[1]["result"]["successful"]
    assert api.finish(second)[1]["result"]["successful"]
    assert api.get(f"{api.dev}/files/{EXPORT}").content == long_content


def test_other_requests_wait_until_the_model_is_free(emulator: Emulator, model: Model, long_content: bytes) -> None:
    api, other = Api(emulator), Api(emulator)
    api.upload(api.dev, long_content)
    path = start(api, "imports", IMPORT)
    held = HeldEffect(model)
    assert [api.get(path).status_code for _ in range(2)] == [200, 200]
    assert held.started.wait(60)
    answered = threading.Event()
    waiting = threading.Thread(target=lambda: (other.get(f"{api.dev}/lists"), answered.set()))
    waiting.start()
    while emulator.in_flight == 0:
        time.sleep(0)
    assert not answered.is_set()
    held.go.set()
    waiting.join(60)
    assert answered.is_set()
    assert model.records["Flights"].count == 20_000


def test_a_long_import_does_not_block_polls(api: Api, model: Model) -> None:
    api.upload(api.dev, b"id,amount\n" + b"".join(b"%d,%d\n" % (number, number) for number in range(150_000)))
    path, polls = start(api, "imports", IMPORT), 0
    while api.get(path).json()["task"]["taskState"] != "COMPLETE":
        polls += 1
    assert polls > 2, "the first two, which let it begin, and some while it ran"
    assert model.records["Flights"].count == 150_000


@pytest.mark.parametrize("into", ["list", "records"])
def test_a_running_import_that_is_cancelled_changes_nothing(
    into: str, api: Api, model: Model, long_content: bytes
) -> None:
    if into == "list":
        model.imports[0] = Import(id=IMPORT, name="Load", file_id="113000000000", list="Airports")
        long_content = b"Name\n" + b"".join(b"Airport %d\n" % number for number in range(10_000))
    api.upload(api.dev, long_content)
    path = start(api, "imports", IMPORT)
    held = HeldEffect(model)
    assert [api.get(path).status_code for _ in range(2)] == [200, 200]
    assert held.started.wait(60)
    assert api.delete(path).status_code == 204
    held.go.set()
    path, task = api.finish(path)
    assert task["taskState"] == "CANCELLED"
    assert "result" not in task
    assert api.get(f"{api.dev}/files").status_code == 200, "the model is free again"
    assert not model.records
    assert len(model.items_of("Airports").by_id) == 3


def test_an_error_of_the_emulator_fails_the_task_and_is_raised() -> None:
    emulator = Emulator().start()
    api = Api(emulator)
    path = start(api, "exports", EXPORT)
    emulator.model(emulator.development_model_id).tasks[0].effect = lambda _: {"x": 1 / 0}
    assert api.finish(path)[1]["result"]["successful"] is False
    with pytest.raises(ZeroDivisionError):
        emulator.stop()


def test_a_process_that_succeeds_although_a_step_failed(api: Api, emulator: Emulator) -> None:
    api.upload(api.dev, b"id,color\n1,red\n")
    emulator.end_next_task(PROCESS, successful=True)
    result = api.run(api.dev, f"processes/{PROCESS}")[1]["result"]
    assert result["successful"] is True
    assert [nested["successful"] for nested in result["nestedResults"]] == [True, False]
    assert api.run(api.dev, f"processes/{PROCESS}")[1]["result"]["successful"] is False, "only the next"


@pytest.mark.parametrize("at", ["step", "process"])
def test_a_step_with_a_scripted_result(at: str, api: Api, emulator: Emulator, model: Model) -> None:
    api.upload(api.dev, GOOD)
    emulator.end_next_task(IMPORT, successful=False)
    if at == "process":
        emulator.end_next_task("processes", successful=True)
    result = api.run(api.dev, f"processes/{PROCESS}")[1]["result"]
    assert result["successful"] is (at == "process")
    assert result["nestedResults"][1]["successful"] is False
    assert model.records["Flights"].count == 2, "it was loaded all the same"


def test_a_dump_announced_without_rejected_rows(api: Api, emulator: Emulator) -> None:
    api.upload(api.dev, GOOD)
    emulator.end_next_task(IMPORT, failure_dump_available=True)
    path, task = api.run(api.dev, f"imports/{IMPORT}")
    assert (task["result"]["successful"], task["result"]["failureDumpAvailable"]) == (True, True)
    values = task["result"]["details"][0]["values"]
    assert values[values.index("failedCount") + 1] == "0"
    assert message(api.get(f"{path}/dump"))[0] == 404
    assert message(api.get(f"{path}/dump/chunks"))[0] == 404


@pytest.mark.parametrize("target", [IMPORT, "imports"])
def test_a_missing_dump(target: str, api: Api, emulator: Emulator) -> None:
    api.upload(api.dev, MIXED)
    emulator.end_next_task(target, dump_gone=True)
    path, task = api.run(api.dev, f"imports/{IMPORT}")
    assert task["result"]["failureDumpAvailable"] is True
    assert message(api.get(f"{path}/dump"))[0] == 404
    path, _ = api.run(api.dev, f"imports/{IMPORT}")
    assert api.get(f"{path}/dump").status_code == 200


@pytest.mark.parametrize("state", ["FAILED", "ERROR", "ABORTED"])
@pytest.mark.parametrize("kind", ["imports", "exports", "actions", "processes"])
def test_a_state_of_any_name(state: str, kind: str, api: Api, emulator: Emulator, model: Model) -> None:
    object_id = {"imports": IMPORT, "exports": EXPORT, "actions": ACTION, "processes": PROCESS}[kind]
    api.upload(api.dev, GOOD)
    emulator.end_next_task(kind, state, has_effect=False)
    path, task = api.run(api.dev, f"{kind}/{object_id}")
    assert task["taskState"] == state
    assert task["result"]["successful"] is False
    assert not model.records
    assert message(api.delete(path))[0] == 409
    assert [row["taskState"] for row in api.get(path.rpartition("/")[0]).json()["tasks"]] == [state]


def test_a_changed_result(api: Api, emulator: Emulator) -> None:
    emulator.end_next_task("actions", change=lambda result: {"objectId": result["objectId"]})
    assert api.run(api.dev, f"actions/{ACTION}")[1]["result"] == {"objectId": ACTION}


def test_a_sync_with_a_scripted_state(api: Api, emulator: Emulator) -> None:
    source = api.get(f"{api.dev}/alm/latestRevision").json()["revisions"][0]["id"]
    target = api.get(f"{api.prod}/alm/latestRevision").json()["revisions"][0]["id"]
    body = {"sourceModelId": emulator.development_model_id, "sourceRevisionId": source, "targetRevisionId": target}
    emulator.end_next_task("syncTasks", "ERROR", has_effect=False)
    url = api.post(f"{api.prod}/alm/syncTasks", body).json()["task"]["taskUrl"]
    _, task = api.finish(url.partition("/2/0")[2])
    assert (task["taskState"], task["result"]["successful"]) == ("ERROR", False)


def test_a_list_import_is_atomic(api: Api, model: Model) -> None:
    model.files.append(File(id="113000000001", name="items.csv"))
    model.imports.append(Import(id="112000000001", name="Items", file_id="113000000001", list="Airports"))
    before = model.items_of("Airports")
    api.upload(api.dev, b"Name\nBoston\nJFK\n", "113000000001")
    assert api.run(api.dev, "imports/112000000001")[1]["result"]["successful"]
    assert len(before.by_id) == 3, "what others read meanwhile stayed as it was"
    assert len(model.items_of("Airports").by_id) == 5
