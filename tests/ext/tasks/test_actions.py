"""Kinds of actions, and the outcomes of their tasks."""

import pickle
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.alm.models import ReportTask, SyncTask, TaskState
from anaplan_client.integration.models import StartedTaskResponse, Task, TasksResponse
from anaplan_ext import (
    AnaplanActionError,
    AnaplanError,
    AsyncClient,
    AuthenticationError,
    Client,
    ConflictError,
    IncompleteListError,
    NotFoundError,
    PermissionDeniedError,
    RetryPolicy,
    TaskCancelled,
    TaskHandle,
    TaskTimeout,
)
from anaplan_ext.tasks.actions import (
    failure_reason,
    is_finished,
    kind_of,
    raise_for_result,
    task_id_of,
    tasks_in,
)

from ...core.specification import operations
from ...core.support import FACES, answering, bounded

MODEL = "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4"
TASK = "1B1D84DDD53847BAA621810B593C3FC1"


# Kinds


async def use(kind: str, call: Callable[[Any], Any]) -> Any:
    """Call a client of either face that has a token and never retries."""
    options: dict[str, Any] = {
        "token": "abc",
        "retry_policy": RetryPolicy(count=0, base_delay=0),
        "status_poll_delay": 0,
    }
    if kind == "async":
        async with AsyncClient(None, MODEL, **options) as client:
            return await call(client)
    with Client(None, MODEL, **options) as client:
        return call(client)


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("as_number", [False, True])
@pytest.mark.parametrize(
    ("action_id", "name", "subject"),
    [
        ("112000000007", "import", "imports"),
        ("112999999999", "import", "imports"),
        ("116000000001", "export", "exports"),
        ("117000000019", "action", "actions"),
        ("118000000001", "process", "processes"),
    ],
)
async def test_the_first_digits_of_an_id_tell_the_kind_and_the_path_of_its_tasks(
    action_id: str, name: str, subject: str, as_number: bool, kind: str
) -> None:
    any_id = int(action_id) if as_number else action_id
    assert kind_of(any_id).name == name
    task = {"taskId": TASK, "taskState": "COMPLETE", "result": {"successful": True}}
    with answering(lambda _: httpx.Response(200, json={"task": task})) as seen:
        assert await use(kind, lambda client: client.invoke_action(any_id)) == TASK
        assert (await use(kind, lambda client: client.get_task_status(any_id, TASK))).id == TASK
        assert (await use(kind, lambda client: client.wait_for_task(any_id, TASK))).task.id == TASK
        await use(kind, lambda client: client.cancel_task(any_id, TASK))
    base = f"/2/0/models/{MODEL}/{subject}/{action_id}/tasks"
    assert [(sent.method, sent.url.path, sent.content) for sent in seen] == [
        ("POST", base, b'{"localeName":"en_US"}'),
        ("GET", f"{base}/{TASK}", b""),
        ("GET", f"{base}/{TASK}", b""),
        ("DELETE", f"{base}/{TASK}", b""),
    ]


@pytest.mark.parametrize(
    "action_id",
    [
        "",
        "112",
        "11200000000",
        "1120000000070",
        "113000000008",  # a file
        "101000000015",  # a list
        "111000000000",
        "119000000000",
        "000000000112",
        "112 00000000",
        " 112000000007",
        "112000000007\n",
        "112-00000007",
        "11200000000x",
        "112/../..//x",
        "-12000000007",
        0,
        112,
        -112000000007,
        1120000000070,
        True,
        "\N{ARABIC-INDIC DIGIT ONE}12000000007",
    ],
)
def test_an_id_of_an_unknown_kind_is_rejected_with_the_known_kinds(action_id: int | str) -> None:
    with pytest.raises(ValueError, match=r"action_id must be .*112.*116.*117.*118"):
        kind_of(action_id)


@pytest.mark.parametrize("last", ["\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT TWO}"])
def test_only_plain_digits_make_an_id(last: str) -> None:
    with pytest.raises(ValueError, match="action_id"):
        kind_of("11200000000" + last)


@bounded()
@given(st.text(max_size=14) | st.integers().map(str))
def test_any_text_has_a_kind_or_raises_a_value_error(action_id: str) -> None:
    try:
        kind = kind_of(action_id)
    except ValueError:
        return
    assert action_id[:3] in ("112", "116", "117", "118")
    assert kind.name in ("import", "export", "action", "process")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"task": {"taskId": "T1", "taskState": "NOT_STARTED", "creationTime": 1571258416552}}, "T1"),
        ({"task": {"taskId": "T1"}}, "T1"),
        ({"taskId": "T1"}, "T1"),
        ({"taskId": 7}, "7"),
        ({"task": {"taskId": "T1"}, "taskId": "T2"}, "T1"),
        ({"task": None, "taskId": "T2"}, "T2"),
        ({"task": "", "taskId": "T2"}, "T2"),
    ],
)
def test_a_started_task_has_its_id_in_either_form(body: dict[str, object], expected: str) -> None:
    assert task_id_of(StartedTaskResponse.from_dict(body)) == expected


@pytest.mark.parametrize(
    "body", [{}, {"status": {"code": 200}}, {"task": None, "taskId": None}, {"taskId": ""}, {"task": {"taskId": ""}}]
)
def test_a_started_task_may_have_no_id(body: dict[str, object]) -> None:
    assert task_id_of(StartedTaskResponse.from_dict(body)) is None


TASK_ROW = {"taskId": "T1", "taskState": "COMPLETE"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"tasks": [TASK_ROW, TASK_ROW | {"taskId": "T2"}]}, ["T1", "T2"]),
        ({"task": TASK_ROW}, ["T1"]),
        ({"meta": {"schema": "x"}}, []),
        ({"meta": {}, "tasks": None, "task": None}, []),
        ({"tasks": [TASK_ROW], "meta": {"paging": {"totalSize": 1, "currentPageSize": 1, "offset": 0}}}, ["T1"]),
    ],
)
def test_listed_tasks_are_read_from_either_form(body: dict[str, object], expected: list[str]) -> None:
    assert [task.id for task in tasks_in("list_import_tasks", TasksResponse.from_dict(body))] == expected


def test_a_truncated_list_of_tasks_raises() -> None:
    paging = {"totalSize": 6000, "currentPageSize": 1, "offset": 0}
    response = TasksResponse.from_dict({"tasks": [TASK_ROW], "meta": {"paging": paging}})
    with pytest.raises(IncompleteListError, match="received 1 of 6000 items"):
        tasks_in("list_import_tasks", response)


# Dumps


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize(
    ("action_id", "object_id", "dump"),
    [
        ("112000000009", None, f"imports/112000000009/tasks/{TASK}/dump"),
        ("118000000009", "112000000001", f"processes/118000000009/tasks/{TASK}/dumps/112000000001"),
        (118000000009, 112000000001, f"processes/118000000009/tasks/{TASK}/dumps/112000000001"),
    ],
)
async def test_a_dump_is_joined_from_its_chunks(
    action_id: int | str, object_id: int | str | None, dump: str, kind: str
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/chunks"):
            paging = {"currentPageSize": 2, "offset": 0, "totalSize": 2}
            return httpx.Response(200, json={"meta": {"paging": paging}, "chunks": [{"id": "0"}, {"id": "1"}]})
        return httpx.Response(200, content=f"chunk {request.url.path[-1]};")

    with answering(respond) as seen:
        content = await use(kind, lambda client: client.get_failure_dump(action_id, TASK, object_id))
    assert content == b"chunk 0;chunk 1;"
    base = f"/2/0/models/{MODEL}/{dump}/chunks"
    assert [sent.url.path for sent in seen] == [base, f"{base}/0", f"{base}/1"]


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize(
    ("action_id", "object_id", "message"),
    [
        ("118000000009", None, "object_id"),
        ("118000000009", "", "object_id"),
        ("116000000001", None, "got export"),
        ("117000000001", None, "got action"),
        ("113000000001", None, "12-digit id"),
    ],
)
async def test_an_impossible_dump_is_rejected_before_any_request(
    action_id: str, object_id: str | None, message: str, kind: str
) -> None:
    with answering(lambda _: httpx.Response(500)) as seen, pytest.raises(ValueError, match=message):
        await use(kind, lambda client: client.get_failure_dump(action_id, TASK, object_id))
    assert seen == []


# Waiting


RESULT = {"successful": False}


@pytest.mark.parametrize(
    ("state", "without_result", "with_result"),
    [
        ("NOT_STARTED", False, False),
        ("IN_PROGRESS", False, False),
        ("CANCELLING", False, False),
        ("COMPLETE", True, True),
        ("CANCELLED", True, True),
        ("CANCELED", True, True),
        ("FAILED", True, True),
        ("ERROR", True, True),
        ("FAILURE", True, True),
        ("ABORTED", True, True),
        # A task in an unknown state may still run, unless it has a result.
        ("PAUSED", False, True),
        ("complete", False, True),
        ("", False, True),
    ],
)
def test_a_task_is_finished_by_its_state_or_in_an_unknown_one_by_its_result(
    state: str, without_result: bool, with_result: bool
) -> None:
    for kind in (Task, SyncTask, ReportTask):
        row = {"taskId": "T", "taskState": state, "creationTime": 1}
        assert is_finished(kind.from_dict(row)) is without_result
        assert is_finished(kind.from_dict(row | {"result": RESULT})) is with_result


# Outcomes of actions


def task(result: object = None, state: str = "COMPLETE") -> Task:
    return Task.from_dict({"taskId": "T1", "taskState": state, "result": result})


def nested(object_id: str, successful: bool | None = True, **more: object) -> dict[str, object]:
    return {"objectId": object_id, "objectName": f"Step {object_id}", "successful": successful, **more}


GOOD: list[dict[str, object]] = [
    {"successful": True},
    {"successful": True, "failureDumpAvailable": False, "objectId": "112000000009"},
    {"successful": True, "failureDumpAvailable": None, "details": [{"localMessageText": "90 rows"}]},
    {"successful": True, "nestedResults": []},
    {"successful": True, "nestedResults": [nested("1"), nested("2", nestedResults=[nested("3")])]},
]


@pytest.mark.parametrize("state", ["COMPLETE", "PAUSED", "DONE"])
@pytest.mark.parametrize("result", GOOD)
def test_complete_success_passes(result: dict[str, object], state: str) -> None:
    raise_for_result(task(result, state))


NO_REASON = "the task failed, and Anaplan gives no reason"
# A result, and the reason that it gives.
BAD: list[tuple[Any, str]] = [
    (None, "the task finished without a result"),
    ({}, NO_REASON),
    ({"successful": None}, NO_REASON),
    ({"successful": False}, NO_REASON),
    ({"successful": False, "details": [{"localMessageText": "The file is empty"}]}, "The file is empty"),
    (
        {
            "successful": False,
            "details": [
                {"localMessageText": "Bad line", "occurrences": 3},
                {"localMessageText": "Once", "occurrences": 1},
                {"localMessageText": "Never", "occurrences": 0},
                {"localMessageText": ""},
                {"type": "only a type"},
            ],
        },
        "Bad line (3 times); Once; Never",
    ),
    # Messages under other keys.
    ({"successful": False, "reason": "No rights"}, "No rights"),
    ({"successful": False, "failureReason": "No rights"}, "No rights"),
    ({"successful": False, "status": {"code": 400, "message": "No rights"}}, "No rights"),
    ({"successful": False, "status": {"code": 200, "message": "Success"}}, NO_REASON),
    ({"successful": False, "details": [{"reason": "No rights", "occurrences": 2}]}, "No rights (2 times)"),
    ({"successful": False, "details": [{"status": {"message": "No rights"}}, {"type": "x"}]}, "No rights"),
    # The flags of its actions decide about a process, not its own.
    *(
        ({"successful": outer, "nestedResults": [nested("1"), nested("2", False), nested("3")]}, TWO_FAILED)
        for TWO_FAILED in ["Step 2 (2) failed, and Anaplan gives no reason"]
        for outer in (True, False, None)
    ),
    (
        {
            "successful": True,
            "nestedResults": [nested("1", False, details=[{"localMessageText": "A"}]), nested("2", None)],
        },
        "Step 1 (1) failed: A; Step 2 (2) failed, and Anaplan gives no reason",
    ),
    (
        {"successful": True, "details": [{"localMessageText": "B"}], "nestedResults": [nested("1", False, reason="A")]},
        "B; Step 1 (1) failed: A",
    ),
    ({"successful": False, "nestedResults": [nested("1")]}, NO_REASON),
    ({"successful": True, "nestedResults": [{"successful": False}]}, "an action failed, and Anaplan gives no reason"),
    ({"successful": True, "nestedResults": [{"objectId": "7"}]}, "7 failed, and Anaplan gives no reason"),
    # A process within a process, to any depth.
    (
        {
            "successful": True,
            "nestedResults": [nested("1", nestedResults=[nested("2", nestedResults=[nested("3", False)])])],
        },
        "Step 1 (1): Step 2 (2): Step 3 (3) failed, and Anaplan gives no reason",
    ),
    (
        {"successful": True, "nestedResults": [nested("1", False, nestedResults=[nested("2")])]},
        "Step 1 (1) failed, and Anaplan gives no reason",
    ),
]


@pytest.mark.parametrize(("result", "text"), BAD)
def test_any_failure_raises_with_the_reason_and_the_task(result: Any, text: str) -> None:
    for state in ("COMPLETE", "FAILED") if result else ("COMPLETE",):
        failed = task(result, state)
        with pytest.raises(AnaplanActionError) as raised:
            raise_for_result(failed)
        assert type(raised.value) is AnaplanActionError
        assert raised.value.task is failed
        assert raised.value.reason == text
        assert "T1" in str(raised.value)


@pytest.mark.parametrize("state", ["FAILED", "FAILURE", "ERROR", "ABORTED"])
@pytest.mark.parametrize("kind", [Task, SyncTask, ReportTask])
@pytest.mark.parametrize("result", [None, {"successful": True}])
def test_a_failed_state_is_a_failure_whatever_the_result(kind: Any, state: str, result: object) -> None:
    failed = kind.from_dict({"taskId": "T", "taskState": state, "creationTime": 1, "result": result})
    assert failure_reason(failed) == (
        "the task finished without a result" if result is None else f"the task finished in state {state}"
    )


@pytest.mark.parametrize("result", [None, {}, *GOOD])
@pytest.mark.parametrize("state", ["CANCELLED", "CANCELED"])
def test_a_cancelled_task_raises_whatever_its_result(result: object, state: str) -> None:
    for cancelled in (task(result, state), SyncTask(id="T1", task_state=TaskState(state))):
        with pytest.raises(TaskCancelled) as raised:
            raise_for_result(cancelled)
        assert raised.value.task is cancelled


# Outcomes of syncs and reports, as Anaplan documents them


def documented(name: str) -> list[Any]:
    operation = next(operation for operation in operations() if operation.id == name)
    arguments = operation.arguments(optional=False)
    return [operation.function(**arguments).decode(_bytes(example)).task for example in operation.answer_examples()]


def _bytes(example: object) -> bytes:
    return httpx.Response(200, json=example).content


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("get_sync_task", SyncTask),
        ("get_comparison_report_task", ReportTask),
        ("get_summary_report_task", ReportTask),
    ],
)
def test_the_documented_success_passes(name: str, kind: type[SyncTask | ReportTask]) -> None:
    good = documented(name)[0]
    assert type(good) is kind
    assert is_finished(good)
    assert good.result.successful is True
    raise_for_result(good)


FAILURES = [
    (
        "get_sync_task",
        "Model Synchronization Failed: Your current workspace size is 998.9 MB. The current size of the model is "
        "440.3 MB, but would be 552.9 MB after sync. Completing this sync would cause your workspace to exceed its "
        "size limit of 1.0 GB.",
    ),
    (
        "get_comparison_report_task",
        "The target and source revisions are incompatible: "
        "Please choose a target and source revision that's compatible.",
    ),
]


@pytest.mark.parametrize(("name", "text"), FAILURES)
def test_the_documented_failure_raises_with_title_message_and_subtitle(name: str, text: str) -> None:
    failed = documented(name)[1]
    assert is_finished(failed)
    with pytest.raises(AnaplanActionError) as raised:
        raise_for_result(failed)
    assert raised.value.reason == text
    assert str(raised.value) == f"{text}; task {failed.id}"
    assert raised.value.task is failed
    for part in (failed.result.error.title, failed.result.error.message_text, failed.result.error.subtitle or ""):
        assert part in str(raised.value)


# The failure of a summary report has the same form; Anaplan documents only that of the full report.
def test_the_failure_of_a_summary_report_raises_in_the_same_way() -> None:
    failed = ReportTask.from_dict(
        {
            "taskId": "T1",
            "taskState": "COMPLETE",
            "result": {"successful": False, "error": {"title": "A", "messageText": "B.", "subtitle": "C."}},
        }
    )
    with pytest.raises(AnaplanActionError, match=r"A: B\. C\.; task T1"):
        raise_for_result(failed)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ({"title": "A", "messageText": "B", "subtitle": "C"}, "A: B C"),
        ({"title": "A", "messageText": "B"}, "A: B"),
        ({"title": "A", "subtitle": "C"}, "A: C"),
        ({"messageText": "B", "subtitle": "C"}, "B C"),
        ({"title": "A"}, "A"),
        ({"messageText": "B"}, "B"),
        ({"title": "", "messageText": "", "subtitle": ""}, NO_REASON),
        ({}, NO_REASON),
        (None, NO_REASON),
    ],
)
@pytest.mark.parametrize("kind", [SyncTask, ReportTask])
def test_a_reason_is_joined_from_its_parts(
    kind: type[SyncTask | ReportTask], error: Mapping[str, str] | None, text: str
) -> None:
    failed = kind.from_dict({"taskId": "T", "taskState": "COMPLETE", "result": {"successful": False, "error": error}})
    assert failure_reason(failed) == text
    with pytest.raises(AnaplanActionError):
        raise_for_result(failed)


def test_a_task_without_a_result_is_a_failure() -> None:
    with pytest.raises(AnaplanActionError, match="without a result"):
        raise_for_result(SyncTask(id="T", task_state=TaskState.COMPLETE))


# An error while dumps are read never hides the failure


def ends_with(
    result: dict[str, object], dump: Callable[[], httpx.Response]
) -> Callable[[httpx.Request], httpx.Response]:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(f"/tasks/{TASK}"):
            return httpx.Response(200, json={"task": {"taskId": TASK, "taskState": "COMPLETE", "result": result}})
        return dump()

    return respond


REJECTED: dict[str, object] = {"successful": True, "failureDumpAvailable": True, "objectId": "112000000009"}


def rejection(status: int) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(status, json={"status": {"code": status, "message": "There is no dump"}})


@pytest.mark.parametrize("kind", FACES)
async def test_a_missing_dump_leaves_the_failure_without_it(kind: str) -> None:
    with answering(ends_with(REJECTED, rejection(404))), pytest.raises(AnaplanActionError) as raised:
        await use(kind, lambda client: client.wait_for_task("112000000009", TASK))
    assert raised.value.dumps == {}


@pytest.mark.parametrize("status", [400, 503])
@pytest.mark.parametrize("kind", FACES)
async def test_a_dump_that_cannot_be_read_does_not_hide_the_failure(kind: str, status: int) -> None:
    with answering(ends_with(REJECTED, rejection(status))), pytest.raises(AnaplanActionError) as raised:
        await use(kind, lambda client: client.wait_for_task("112000000009", TASK))
    assert raised.value.dumps == {}


@pytest.mark.parametrize("kind", FACES)
async def test_a_nested_result_without_an_id_does_not_hide_the_failure(kind: str) -> None:
    result: dict[str, object] = {"successful": True, "nestedResults": [{"failureDumpAvailable": True}]}
    with answering(ends_with(result, rejection(404))), pytest.raises(AnaplanActionError):
        await use(kind, lambda client: client.wait_for_task("118000000009", TASK))


COUNTED = {"values": ["successRowCount", "13", "failedCount", "0", "totalRowCount", "13"]}


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("kind", FACES)
async def test_a_missing_dump_is_reported(kind: str, status: int) -> None:
    with answering(ends_with(REJECTED, rejection(status))), pytest.raises(AnaplanActionError) as raised:
        await use(kind, lambda client: client.wait_for_task("112000000009", TASK))
    report = raised.value.report
    assert report is not None
    assert report.missing_dumps == {"112000000009": f"it no longer exists ({status})"}
    assert f"no failure dump of 112000000009: it no longer exists ({status})" in str(raised.value)


@pytest.mark.parametrize("status", [200, 404, 410])
@pytest.mark.parametrize("kind", FACES)
async def test_an_announced_dump_without_a_rejected_row_is_not_a_rejection(kind: str, status: int) -> None:
    with answering(ends_with(REJECTED | {"details": [COUNTED]}, rejection(status))) as seen:
        report = await use(kind, lambda client: client.wait_for_task("112000000009", TASK))
    assert (report.loaded, report.failed, report.dumps, report.missing_dumps) == (13, 0, {}, {})
    # The dump is not requested.
    assert len(seen) == 1


def dump(*lines: str) -> Callable[[httpx.Request], httpx.Response]:
    """Respond with a task that announces a failure dump without counts, and with a dump of these lines."""

    def respond(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/chunks"):
            paging = {"currentPageSize": 1, "offset": 0, "totalSize": 1}
            return httpx.Response(200, json={"meta": {"paging": paging}, "chunks": [{"id": "0"}]})
        if path.endswith("/chunks/0"):
            return httpx.Response(200, content="".join(line + "\n" for line in lines).encode())
        if path.endswith(f"/models/{MODEL}"):
            return httpx.Response(200, json={"model": {"id": MODEL, "name": "Planning", "activeState": "UNLOCKED"}})
        if path.endswith("/imports/112000000009"):
            return httpx.Response(200, json={"importMetadata": {"name": "Load sales", "type": "HIERARCHY_DATA"}})
        return httpx.Response(200, json={"task": {"taskId": TASK, "taskState": "COMPLETE", "result": REJECTED}})

    return respond


HEADER = "_Status_,_Line_,_Error_1_,Name,Rank"


@pytest.mark.parametrize("kind", FACES)
async def test_without_counts_the_rows_of_the_dump_decide(kind: str) -> None:
    with answering(dump(HEADER)):
        report = await use(kind, lambda client: client.wait_for_task("112000000009", TASK))
    assert report.loaded is None
    rows = [f'E,{line},"Invalid number in column Rank",P{line},few' for line in range(2, 9)]
    with answering(dump(HEADER, *rows)), pytest.raises(AnaplanActionError) as raised:
        await use(kind, lambda client: client.wait_for_task("112000000009", TASK))
    text = str(raised.value)
    assert text.startswith("112000000009: rows were rejected")
    assert f"task {TASK} of import 112000000009 'Load sales' in model {MODEL} 'Planning'" in text
    for line in range(2, 7):
        assert f"line {line}, column Rank: Invalid number in column Rank" in text
    assert "line 7" not in text
    assert "error.dumps: 112000000009" in text


@pytest.mark.parametrize("kind", FACES)
async def test_rejected_rows_are_a_failure_without_a_dump_too(kind: str) -> None:
    values = ["successRowCount", "1", "failedCount", "2", "totalRowCount", "3"]
    result: dict[str, object] = {"successful": True, "details": [{"values": values}], "objectName": "Load sales"}
    with answering(ends_with(result, rejection(404))), pytest.raises(AnaplanActionError, match="2 rows were rejected"):
        await use(kind, lambda client: client.wait_for_task("112000000009", TASK))


# Processes


PROCESS = "118000000009"


def process(state: str = "COMPLETE", **result: object) -> dict[str, object]:
    return {"task": {"taskId": TASK, "taskState": state, "result": {"objectName": "Nightly", **result}}}


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("state", ["COMPLETE", "FAILED", "UNHEARD_OF"])
async def test_a_process_whose_action_failed_is_a_failure_that_names_it(kind: str, state: str) -> None:
    inner = nested("118000000001", nestedResults=[nested("117000000003", False)])
    body = process(state, successful=True, nestedResults=[nested("112000000001"), inner])

    with answering(lambda _: httpx.Response(200, json=body)), pytest.raises(AnaplanActionError) as raised:
        await use(kind, lambda client: client.wait_for_task(PROCESS, TASK))
    text = str(raised.value)
    assert "Step 118000000001 (118000000001): Step 117000000003 (117000000003) failed" in text
    assert f"process {PROCESS} 'Nightly'" in text
    assert raised.value.report is not None
    assert [action.successful for action in raised.value.report.actions] == [True, False]


@pytest.mark.parametrize("kind", FACES)
async def test_the_report_of_a_cancelled_process_has_its_finished_actions(kind: str) -> None:
    done = nested("112000000001", details=[COUNTED], failureDumpAvailable=True)
    body = process("CANCELLED", successful=False, nestedResults=[done, nested("117000000003", False)])
    with answering(lambda _: httpx.Response(200, json=body)) as seen, pytest.raises(TaskCancelled) as raised:
        await use(kind, lambda client: client.wait_for_task(PROCESS, TASK))
    report = raised.value.report
    assert report is not None
    assert [(action.id, action.loaded) for action in report.actions] == [("112000000001", 13), ("117000000003", None)]
    assert "cancelled; task" in str(raised.value)
    assert "13 loaded" in str(raised.value)
    assert not any("dump" in sent.url.path for sent in seen)


# A wait never fails for optional details


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("failure", [400, 422, 500, 503, "text", "reset"])
@pytest.mark.parametrize("when", ["always", "at the end", "once"])
async def test_a_wait_continues_without_the_details_of_a_process(kind: str, failure: int | str, when: str) -> None:
    polls = 0

    def respond(request: httpx.Request) -> httpx.Response:
        nonlocal polls
        polls += 1
        state = "COMPLETE" if polls > 3 else "IN_PROGRESS"
        detailed = "includeProcessDetails" in request.url.query.decode()
        fails = {"always": True, "at the end": polls > 3, "once": polls == 2}[when]
        if detailed and fails:
            if failure == "reset":
                raise httpx.ReadError("reset")
            return httpx.Response(200, text="busy") if failure == "text" else httpx.Response(int(failure))
        more = {"startTime": "2026-01-01T00:00:00Z"} if detailed else {}
        return httpx.Response(200, json=process(state, successful=True, nestedResults=[nested("112000000001", **more)]))

    with answering(respond) as seen:
        report = await use(kind, lambda client: client.wait_for_task(PROCESS, TASK))
    assert [action.start_time for action in report.actions] == ["2026-01-01T00:00:00Z" if when == "once" else None]
    assert len(seen) <= 7


# Every error after a start carries the handle


def failing(status: int | None, error: Exception | None = None) -> Callable[[httpx.Request], httpx.Response]:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"task": {"taskId": TASK}})
        if error is not None:
            raise error
        return httpx.Response(status or 200, json={} if status else process("IN_PROGRESS"))

    return respond


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize(
    ("respond", "error"),
    [
        (failing(401), AuthenticationError),
        (failing(403), PermissionDeniedError),
        (failing(404), NotFoundError),
        (failing(409), ConflictError),
        (failing(503), TaskTimeout),
        (failing(200), TaskTimeout),
        (failing(None, httpx.ReadError("reset")), TaskTimeout),
        (failing(None, httpx.ConnectError("no connection")), TaskTimeout),
        (failing(None), TaskTimeout),
    ],
    ids=["401", "403", "404", "409", "503", "not as documented", "reset", "no connection", "timeout"],
)
async def test_an_error_after_a_start_carries_the_handle(
    respond: Callable[[httpx.Request], httpx.Response], error: type[AnaplanError], kind: str
) -> None:
    timeout = 0 if error is TaskTimeout else None
    with answering(respond), pytest.raises(error) as raised:
        await use(kind, lambda client: client.run_action("112000000009", timeout=timeout))
    handle = TaskHandle(kind="action", model_id=MODEL, task_id=TASK, action_id="112000000009")
    assert raised.value.handle == handle
    again = pickle.loads(pickle.dumps(raised.value))
    assert again.handle == handle


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("state", ["COMPLETE", "CANCELLED", "ERROR"])
async def test_the_outcome_of_a_task_carries_the_handle_too(kind: str, state: str) -> None:
    body = process(state, successful=False)
    for action_id in ("112000000009", PROCESS, "116000000009", "117000000009"):
        with answering(lambda _: httpx.Response(200, json=body)), pytest.raises(AnaplanActionError) as raised:
            await use(kind, lambda client, action_id=action_id: client.wait_for_task(action_id, TASK))
        assert raised.value.handle == TaskHandle(kind="action", model_id=MODEL, task_id=TASK, action_id=action_id)
    failed = {"task": {"taskId": TASK, "taskState": state, "creationTime": 1, "result": {"successful": False}}}
    for name in ("sync", "comparison report", "comparison summary"):
        handle = TaskHandle(kind=name, model_id=MODEL, task_id=TASK)  # type: ignore[arg-type]
        with answering(lambda _: httpx.Response(200, json=failed)), pytest.raises(AnaplanActionError) as raised:
            await use(kind, lambda client, handle=handle: client.wait_for_task(handle))
        assert raised.value.handle == handle
        assert type(raised.value) is (TaskCancelled if state == "CANCELLED" else AnaplanActionError)


@pytest.mark.parametrize("kind", FACES)
async def test_an_error_of_a_progress_callback_is_raised_unchanged(kind: str) -> None:
    def stop(_: Task) -> None:
        raise KeyboardInterrupt

    with answering(failing(None)), pytest.raises(KeyboardInterrupt) as raised:
        await use(kind, lambda client: client.wait_for_task("112000000009", TASK, progress=stop))
    assert not hasattr(raised.value, "handle")
    assert TASK in raised.value.__notes__[0]
