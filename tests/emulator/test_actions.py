from __future__ import annotations

import time
from typing import Any

import pytest

from anaplan_ext.emulator import Emulator, Export

from .conftest import LOCALE, Api, message

IMPORT, EXPORT = "imports/112000000000", "exports/116000000000"
ACTION, PROCESS = "actions/117000000000", "processes/118000000000"
GOOD = b'\xef\xbb\xbfid,amount\r\nUA,12\r\n"A,\r\nB",-3.5\r\n\r\nDL,\r\n'
BAD = b'id,amount\nUA,1\n"x\ny",oops\nDL\n\nAA,nan\nB6,2\n'


def counts(result: dict[str, Any]) -> dict[str, str]:
    values = result["details"][0]["values"]
    return dict(zip(values[::2], values[1::2], strict=True))


def export(api: Api, model: str) -> bytes:
    assert api.run(model, EXPORT)[1]["result"]["successful"]
    return api.get(f"{model}/files/116000000000").content


def test_round_trip(api: Api) -> None:
    api.upload(api.dev, GOOD)
    _, task = api.run(api.dev, IMPORT)
    result = task["result"]
    assert (result["successful"], result["failureDumpAvailable"]) == (True, False)
    assert (result["objectId"], result["objectName"]) == ("112000000000", "Load flights")
    assert counts(result) | {"successRowCount": "3", "ignoredCount": "1", "failedCount": "0"} == counts(result)
    assert export(api, api.dev) == GOOD.replace(b"\xef\xbb\xbf", b"").replace(b"\r\n\r\n", b"\r\n")
    metadata = api.get(f"{api.dev}/{EXPORT}").json()["exportMetadata"]
    assert metadata["headerNames"] == ["id", "amount"]
    assert metadata["dataTypes"] == ["TEXT", "NUMBER"]
    assert metadata["rowCount"] == 3
    assert "116000000000" in [file["id"] for file in api.get(f"{api.dev}/files").json()["files"]]


def test_rejected_rows_and_dump(api: Api, reader: Api) -> None:
    api.upload(api.dev, BAD)
    path, task = api.run(api.dev, IMPORT)
    result = task["result"]
    assert (result["successful"], result["failureDumpAvailable"]) == (True, True)
    assert counts(result)["failedCount"] == "3"
    assert counts(result)["totalRowCount"] == "6"
    assert [detail.get("occurrences") for detail in result["details"]] == [0, 2, 1]
    assert None in result["details"][1]["values"]
    dump = api.get(f"{path}/dump")
    assert dump.headers["content-type"].startswith("text/plain")
    assert dump.text == (
        "_Status_,_Line_,_Error_1_,id,amount\n"
        'E,3,"Invalid number in column amount","x\ny",oops\n'
        'E,5,"Expected 2 columns but found 1",DL\n'
        'E,7,"Invalid number in column amount",AA,nan\n'
    )
    assert [chunk["id"] for chunk in api.get(f"{path}/dump/chunks").json()["chunks"]] == ["0"]
    assert api.get(f"{path}/dump/chunks/0").text == dump.text
    assert message(api.get(f"{path}/dump/chunks/1"))[0] == 404
    assert message(reader.get(f"{path}/dump"))[0] == 404, "dumps are per user"
    assert export(api, api.dev) == b"id,amount\nUA,1\nB6,2\n"


def test_dump_is_overwritten_and_expires(api: Api, emulator: Emulator) -> None:
    api.upload(api.dev, BAD)
    first, _ = api.run(api.dev, IMPORT)
    second, _ = api.run(api.dev, IMPORT)
    assert api.get(f"{first}/dump").status_code == 404
    assert api.get(f"{second}/dump").status_code == 200
    with emulator.lock:
        emulator.model(emulator.development_model_id).dumps.clear()
    assert api.get(f"{second}/dump").status_code == 404, "though failureDumpAvailable stays true"
    api.upload(api.dev, GOOD)
    clean, _ = api.run(api.dev, IMPORT)
    assert api.get(f"{second}/dump").status_code == 404
    assert api.get(f"{clean}/dump").status_code == 204
    assert api.get(f"{clean}/dump/chunks").status_code == 404
    emulator.advance(48 * 3600 + 1)
    assert Api(emulator).get(f"{clean}/dump").status_code == 404, "the task is forgotten too"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "The file has no content."),
        (b"id,amount\n", None),
        (b"id,amount\n1,x\n\xff,y\n", "The file is not UTF-8: byte 14 cannot be decoded."),
        (b"id,amount\nx\ny\n", None),
    ],
)
def test_unsuccessful(api: Api, content: bytes | None, text: str | None) -> None:
    if content is not None:
        api.upload(api.dev, content)
    _, task = api.run(api.dev, IMPORT)
    assert task["taskState"] == "COMPLETE"
    assert task["result"]["successful"] is False
    if text:
        assert task["result"]["details"][0]["localMessageText"] == text


def test_task_calls(api: Api) -> None:
    tasks = f"{api.dev}/{ACTION}/tasks"
    assert "tasks" not in api.get(tasks).json()
    assert "tasks" not in api.get(f"{api.dev}/actions/117999999999/tasks").json()
    started = api.post(tasks, LOCALE)
    assert started.status_code == 200
    task = started.json()["task"]
    assert set(task) == {"taskId", "taskState", "creationTime"}
    assert [row["taskId"] for row in api.get(tasks).json()["tasks"]] == [task["taskId"]]
    assert "result" not in api.get(f"{tasks}/{task['taskId']}").json()["task"]
    assert api.get(f"{tasks}/{task['taskId']}").json()["task"]["result"]["successful"]
    assert message(api.get(f"{api.dev}/{IMPORT}/tasks/{task['taskId']}"))[0] == 404, "only under its own parent"
    for body in (None, {}, {"localeName": 1}, {"localeName": "en_US", "x": 1}):
        assert message(api.post(tasks, body))[0] == 400
    assert message(api.post(f"{api.dev}/actions/112000000000/tasks", LOCALE))[0] == 404
    assert message(api.get(f"{api.dev}/imports/112999999999"))[0] == 500


def test_details(api: Api) -> None:
    source = api.get(f"{api.dev}/{IMPORT}").json()["importMetadata"]["source"]
    assert source["headerRow"] == 1
    process = api.get(f"{api.dev}/{PROCESS}").json()["processMetadata"]
    assert process["name"] == "Reload flights"
    assert [(step["id"], step["actionType"]) for step in process["actions"]] == [
        ("117000000000", "DELETE_BY_SELECTION"),
        ("112000000000", "IMPORT"),
    ]
    assert api.get(f"{api.dev}/{ACTION}").json()["action"]["actionType"] == "DELETE_BY_SELECTION"
    assert api.get(f"{api.dev}/imports").json()["imports"][0]["importDataSourceId"] == "113000000000"


def test_process(api: Api, emulator: Emulator) -> None:
    api.upload(api.dev, BAD)
    path, task = api.run(api.dev, PROCESS)
    nested = task["result"]["nestedResults"]
    assert [result["objectId"] for result in nested] == ["117000000000", "112000000000"]
    assert task["result"]["successful"]
    assert api.get(f"{path}/dumps/112000000000").text.startswith("_Status_,_Line_")
    assert api.get(f"{path}/dumps/112000000000/chunks").json()["chunks"][0]["id"] == "0"
    assert api.get(f"{path}/dumps/112000000000/chunks/0").status_code == 200
    assert message(api.get(f"{path}/dumps/117000000000"))[0] == 404
    timed = api.get(path, params={"includeProcessDetails": "true"}).json()["task"]["result"]
    assert {"startTime", "duration"} <= set(timed)
    emulator.fail_next_task("112000000000", message="No such column.")
    _, task = api.run(api.dev, PROCESS)
    result = task["result"]
    assert not result["successful"]
    assert [entry["successful"] for entry in result["nestedResults"]] == [True, False]
    assert result["nestedResults"][1]["details"][0]["localMessageText"] == "No such column."
    assert export(api, api.dev) == b"Departure delay,Arrival delay,Distance,Air time\n", "the clearing stays applied"


def test_export_and_clear(api: Api) -> None:
    api.upload(api.dev, GOOD)
    api.run(api.dev, IMPORT)
    assert api.run(api.dev, ACTION)[1]["result"]["successful"]
    assert b"UA" not in export(api, api.dev)
    assert message(api.get(f"{api.dev}/files/116999999999"))[0] == 404


def test_locked(api: Api, emulator: Emulator) -> None:
    emulator.model(emulator.development_model_id).active_state = "LOCKED"
    assert message(api.post(f"{api.dev}/{IMPORT}/tasks", LOCALE))[0] == 423
    assert api.post(f"{api.dev}/{EXPORT}/tasks", LOCALE).status_code == 200


def test_cancel(api: Api) -> None:
    api.upload(api.dev, GOOD)
    started = api.post(f"{api.dev}/{IMPORT}/tasks", LOCALE).json()["task"]["taskId"]
    path = f"{api.dev}/{IMPORT}/tasks/{started}"
    assert [api.delete(path).status_code for _ in range(2)] == [204, 204]
    states = [api.get(path).json()["task"] for _ in range(3)]
    assert [task["taskState"] for task in states] == ["CANCELLING", "CANCELLED", "CANCELLED"]
    assert all("result" not in task for task in states)
    assert b"UA" not in export(api, api.dev)
    assert message(api.delete(f"{api.dev}/{IMPORT}/tasks/x"))[0] == 404
    complete, _ = api.run(api.dev, IMPORT)
    assert message(api.delete(complete))[0] == 409


def test_scripted_ends(api: Api, emulator: Emulator) -> None:
    for target in ("exports", "116000000000"):
        emulator.fail_next_task(target, message="Out of room.")
        result = api.run(api.dev, EXPORT)[1]["result"]
        assert (result["successful"], result["details"][0]["localMessageText"]) == (False, "Out of room.")
    emulator.fail_next_task("actions", "cancel", cancelling_polls=2)
    started = api.post(f"{api.dev}/{ACTION}/tasks", LOCALE).json()["task"]["taskId"]
    states = [api.get(f"{api.dev}/{ACTION}/tasks/{started}").json()["task"]["taskState"] for _ in range(4)]
    assert states == ["IN_PROGRESS", "CANCELLING", "CANCELLING", "CANCELLED"]
    emulator.fail_next_task("processes", "vanish")
    started = api.post(f"{api.dev}/{PROCESS}/tasks", LOCALE).json()["task"]["taskId"]
    assert message(api.get(f"{api.dev}/{PROCESS}/tasks/{started}"))[0] == 404
    assert api.run(api.dev, PROCESS)[1]["taskState"] == "COMPLETE"


def test_task_time(emulator: Emulator) -> None:
    with Emulator(task_seconds=100, task_polls=0) as emulator:
        api = Api(emulator)
        api.upload(api.dev, GOOD)
        started = api.post(f"{api.dev}/{IMPORT}/tasks", LOCALE).json()["task"]["taskId"]
        path = f"{api.dev}/{IMPORT}/tasks/{started}"
        assert [api.get(path).json()["task"]["taskState"] for _ in range(3)] == ["IN_PROGRESS"] * 3
        emulator.advance(100)
        assert api.get(path).json()["task"]["taskState"] == "COMPLETE"
        api.post(f"{api.dev}/{ACTION}/tasks", LOCALE)
        emulator.advance(161)
        api.get("/users/me")
        assert "Flights" in emulator.model(emulator.development_model_id).records
        api.get(f"{api.dev}/files")
        assert not emulator.model(emulator.development_model_id).records, "done although nobody looked"


def test_a_large_import_is_quick(api: Api, emulator: Emulator) -> None:
    row = b"2013,1,1,517,515,2,830,819,11,UA,1545,N14228,EWR,IAH,227,1400,5,15,2013-01-01T10:00:00Z\n"
    header = b",".join(b"c%d" % n for n in range(19)) + b"\n"
    content = header + row * 100_000
    emulator.model(emulator.development_model_id).imports[0].columns = None
    api.upload(api.dev, content)
    began = time.process_time()
    _, task = api.run(api.dev, IMPORT)
    assert time.process_time() - began < 5
    assert counts(task["result"])["successRowCount"] == "100000"
    assert export(api, api.dev) == content


def test_export_of_an_own_tenant(api: Api, emulator: Emulator) -> None:
    emulator.model(emulator.development_model_id).exports.append(Export(id="116000000007", name="E", module="None"))
    assert api.run(api.dev, "exports/116000000007")[1]["result"]["successful"]
