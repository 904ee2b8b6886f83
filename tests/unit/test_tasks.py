"""What kinds of actions there are, and what the end of a task means."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.alm.models import ReportTask, SyncTask, TaskState
from anaplan_client.integration.models import StartedTaskResponse, Task, TaskResult, TasksResponse
from anaplan_ext import AnaplanActionError, AsyncClient, Client, IncompleteListing, RetryPolicy, TaskCancelled
from anaplan_ext.tasks import (
    check,
    ended,
    failed_objects,
    kind_of,
    listed,
    reason,
    started_id,
)

from ..core.specification import operations
from ..core.support import FACES, answering, bounded

MODEL = "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4"
TASK = "1B1D84DDD53847BAA621810B593C3FC1"


# Kinds


async def use(kind: str, call: Callable[[Any], Any]) -> Any:
    """Calls a client of either face that has a token and never tries again."""
    options: dict[str, Any] = {"token": "abc", "retry_policy": RetryPolicy(count=0), "status_poll_delay": 0}
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
async def test_the_first_digits_of_an_id_tell_the_kind_and_so_where_its_tasks_are(
    action_id: str, name: str, subject: str, as_number: bool, kind: str
) -> None:
    given = int(action_id) if as_number else action_id
    assert kind_of(given).name == name
    task = {"taskId": TASK, "taskState": "COMPLETE", "result": {"successful": True}}
    with answering(lambda _: httpx.Response(200, json={"task": task})) as seen:
        assert await use(kind, lambda client: client.invoke_action(given)) == TASK
        assert (await use(kind, lambda client: client.get_task_status(given, TASK))).id == TASK
        assert (await use(kind, lambda client: client.wait_for_task(given, TASK))).task.id == TASK
        await use(kind, lambda client: client.cancel_task(given, TASK))
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
def test_an_id_of_no_known_kind_is_refused_with_those_that_are(action_id: int | str) -> None:
    with pytest.raises(ValueError, match=r"action_id: .*112.*116.*117.*118"):
        kind_of(action_id)


@pytest.mark.parametrize("last", ["\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT TWO}"])
def test_only_plain_digits_make_an_id(last: str) -> None:
    with pytest.raises(ValueError, match="action_id"):
        kind_of("11200000000" + last)


@bounded()
@given(st.text(max_size=14) | st.integers().map(str))
def test_whatever_is_asked_for_there_is_a_kind_or_a_value_error(action_id: str) -> None:
    try:
        kind = kind_of(action_id)
    except ValueError:
        return
    assert action_id[:3] in ("112", "116", "117", "118")
    assert kind.name in ("import", "export", "action", "process")


@pytest.mark.parametrize(
    ("answer", "expected"),
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
def test_a_started_task_is_named_in_either_form(answer: dict[str, object], expected: str) -> None:
    assert started_id(StartedTaskResponse.from_dict(answer)) == expected


@pytest.mark.parametrize(
    "answer", [{}, {"status": {"code": 200}}, {"task": None, "taskId": None}, {"taskId": ""}, {"task": {"taskId": ""}}]
)
def test_a_started_task_may_be_without_a_name(answer: dict[str, object]) -> None:
    assert started_id(StartedTaskResponse.from_dict(answer)) is None


TASK_ROW = {"taskId": "T1", "taskState": "COMPLETE"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"tasks": [TASK_ROW, TASK_ROW | {"taskId": "T2"}]}, ["T1", "T2"]),
        ({"task": TASK_ROW}, ["T1"]),
        ({"meta": {"schema": "x"}}, []),
        ({"meta": {}, "tasks": None, "task": None}, []),
        ({"tasks": [TASK_ROW], "meta": {"paging": {"totalSize": 1, "currentPageSize": 1, "offset": 0}}}, ["T1"]),
    ],
)
def test_listed_tasks_are_found_in_either_form(answer: dict[str, object], expected: list[str]) -> None:
    assert [task.id for task in listed("list_import_tasks", TasksResponse.from_dict(answer))] == expected


def test_a_list_of_tasks_that_is_cut_is_no_whole() -> None:
    paging = {"totalSize": 6000, "currentPageSize": 1, "offset": 0}
    answer = TasksResponse.from_dict({"tasks": [TASK_ROW], "meta": {"paging": paging}})
    with pytest.raises(IncompleteListing, match="1 entries came, 6000"):
        listed("list_import_tasks", answer)


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
async def test_a_dump_is_put_together_from_its_chunks(
    action_id: int | str, object_id: int | str | None, dump: str, kind: str
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/chunks"):
            paging = {"currentPageSize": 2, "offset": 0, "totalSize": 2}
            return httpx.Response(200, json={"meta": {"paging": paging}, "chunks": [{"id": "0"}, {"id": "1"}]})
        return httpx.Response(200, content=f"chunk {request.url.path[-1]};")

    with answering(answer) as seen:
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
        ("116000000001", None, "is an export"),
        ("117000000001", None, "is an action"),
        ("113000000001", None, "no known kind"),
    ],
)
async def test_a_dump_that_cannot_be_is_refused_before_any_request(
    action_id: str, object_id: str | None, message: str, kind: str
) -> None:
    with answering(lambda _: httpx.Response(500)) as seen, pytest.raises(ValueError, match=message):
        await use(kind, lambda client: client.get_failure_dump(action_id, TASK, object_id))
    assert seen == []


# Waiting


@pytest.mark.parametrize(
    ("state", "over"),
    [
        ("NOT_STARTED", False),
        ("IN_PROGRESS", False),
        ("CANCELLING", False),
        ("COMPLETE", True),
        ("CANCELLED", True),
        ("PAUSED", False),
        ("complete", False),
        ("", False),
    ],
)
def test_only_complete_and_cancelled_are_final(state: str, over: bool) -> None:
    assert ended(Task.from_dict({"taskId": "T", "taskState": state})) is over
    assert ended(SyncTask(id="T", task_state=TaskState(state))) is over
    assert ended(ReportTask(id="T", task_state=TaskState(state))) is over


# Ends of actions


def task(result: object = None, state: str = "COMPLETE") -> Task:
    return Task.from_dict({"taskId": "T1", "taskState": state, "result": result})


GOOD: list[dict[str, object]] = [
    {"successful": True},
    {"successful": True, "failureDumpAvailable": False, "objectId": "112000000009"},
    {"successful": True, "failureDumpAvailable": None, "details": [{"localMessageText": "90 rows"}]},
    {"successful": True, "nestedResults": []},
    {
        "successful": True,
        "failureDumpAvailable": False,
        "nestedResults": [{"failureDumpAvailable": False, "objectId": "117000000015", "successful": True}],
    },
]


@pytest.mark.parametrize("result", GOOD)
def test_complete_success_passes(result: dict[str, object]) -> None:
    check(task(result))


# A result, the reason that it gives, and the objects that have a dump.
BAD: list[tuple[Any, list[str], list[str]]] = [
    (None, ["without a result"], []),
    ({}, ["Anaplan gives no reason"], []),
    ({"successful": None}, ["Anaplan gives no reason"], []),
    ({"successful": False}, ["Anaplan gives no reason"], []),
    ({"successful": False, "details": [{"localMessageText": "The file is empty"}]}, ["The file is empty"], []),
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
        ["Bad line (3 times); Once; Never"],
        [],
    ),
    (
        {"successful": True, "failureDumpAvailable": True, "objectId": "112000000009"},
        ["see the failure dump"],
        ["112000000009"],
    ),
    (
        {
            "successful": True,
            "failureDumpAvailable": True,
            "objectId": "112000000009",
            "details": [{"localMessageText": "1 row refused"}],
            "nestedResults": [],
        },
        ["1 row refused; rows were refused, see the failure dump"],
        ["112000000009"],
    ),
    # A process: its own flag says nothing that those of its imports do not.
    (
        {
            "successful": False,
            "failureDumpAvailable": True,
            "objectId": "118000000001",
            "nestedResults": [
                {"successful": True, "failureDumpAvailable": False, "objectId": "112000000001"},
                {
                    "successful": True,
                    "failureDumpAvailable": True,
                    "objectId": "112000000002",
                    "objectName": "Sales",
                    "details": [{"localMessageText": "2 rows refused"}],
                },
                {
                    "successful": False,
                    "objectId": "117000000003",
                    "details": [{"localMessageText": "Nothing to delete", "occurrences": 2}],
                },
                {"successful": True, "failureDumpAvailable": True, "objectId": "112000000004"},
            ],
        },
        [
            "Sales: 2 rows refused",
            "Sales: rows were refused",
            "117000000003: Nothing to delete (2 times)",
            "112000000004: rows were refused",
        ],
        ["112000000002", "112000000004"],
    ),
    # A process within a process.
    (
        {
            "successful": True,
            "objectId": "118000000001",
            "nestedResults": [
                {
                    "successful": True,
                    "objectId": "118000000002",
                    "objectName": "Inner",
                    "nestedResults": [
                        {
                            "successful": True,
                            "failureDumpAvailable": True,
                            "objectId": "112000000005",
                            "objectName": "Deep",
                        }
                    ],
                }
            ],
        },
        ["Inner: Deep: rows were refused"],
        ["112000000005"],
    ),
]


@pytest.mark.parametrize(("result", "texts", "objects"), BAD)
def test_anything_but_complete_success_raises_with_the_reason_and_the_task(
    result: Any, texts: list[str], objects: list[str]
) -> None:
    failed = task(result)
    with pytest.raises(AnaplanActionError) as raised:
        check(failed)
    assert type(raised.value) is AnaplanActionError
    assert raised.value.task is failed
    assert raised.value.reason == reason(failed)
    for text in texts:
        assert text in str(raised.value)
    assert "T1" in str(raised.value)
    if failed.result is not None:
        assert failed_objects(failed.result) == objects


@pytest.mark.parametrize("result", [None, {}, *GOOD])
def test_a_cancelled_task_raises_whatever_its_result(result: object) -> None:
    for cancelled in (task(result, "CANCELLED"), SyncTask(id="T1", task_state=TaskState.CANCELLED)):
        with pytest.raises(TaskCancelled) as raised:
            check(cancelled)
        assert raised.value.task is cancelled


def test_a_successful_result_has_no_failed_objects() -> None:
    for result in GOOD:
        assert failed_objects(TaskResult.from_dict(result)) == []


def test_a_nested_result_without_name_and_id_is_not_called_none() -> None:
    nested = {"successful": False, "details": [{"localMessageText": "It failed"}]}
    assert "None" not in reason(task({"successful": False, "nestedResults": [nested]}))


# Ends of synchronisations and reports: what Anaplan documents


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
    assert ended(good)
    assert good.result.successful is True
    check(good)


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
    assert ended(failed)
    with pytest.raises(AnaplanActionError) as raised:
        check(failed)
    assert raised.value.reason == text
    assert str(raised.value) == f"task {failed.id}: {text}"
    assert raised.value.task is failed
    for part in (failed.result.error.title, failed.result.error.message_text, failed.result.error.subtitle or ""):
        assert part in str(raised.value)


# The failure of a summary report has the same form; Anaplan shows only that of the full one.
def test_the_failure_of_a_summary_report_raises_in_the_same_way() -> None:
    failed = ReportTask.from_dict(
        {
            "taskId": "T1",
            "taskState": "COMPLETE",
            "result": {"successful": False, "error": {"title": "A", "messageText": "B.", "subtitle": "C."}},
        }
    )
    with pytest.raises(AnaplanActionError, match=r"task T1: A: B\. C\."):
        check(failed)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ({"title": "A", "messageText": "B", "subtitle": "C"}, "A: B C"),
        ({"title": "A", "messageText": "B"}, "A: B"),
        ({"title": "A", "subtitle": "C"}, "A: C"),
        ({"messageText": "B", "subtitle": "C"}, "B C"),
        ({"title": "A"}, "A"),
        ({"messageText": "B"}, "B"),
        ({"title": "", "messageText": "", "subtitle": ""}, "it was not successful, and Anaplan gives no reason"),
        ({}, "it was not successful, and Anaplan gives no reason"),
        (None, "it was not successful, and Anaplan gives no reason"),
    ],
)
@pytest.mark.parametrize("kind", [SyncTask, ReportTask])
def test_a_reason_is_put_together_from_what_there_is(
    kind: type[SyncTask | ReportTask], error: Mapping[str, str] | None, text: str
) -> None:
    failed = kind.from_dict({"taskId": "T", "taskState": "COMPLETE", "result": {"successful": False, "error": error}})
    assert reason(failed) == text
    with pytest.raises(AnaplanActionError):
        check(failed)


def test_a_task_that_ended_without_a_result_is_no_success() -> None:
    with pytest.raises(AnaplanActionError, match="without a result"):
        check(SyncTask(id="T", task_state=TaskState.COMPLETE))


# A failure is never hidden by what goes wrong while its dumps are read


def ends_with(
    result: dict[str, object], dump: Callable[[], httpx.Response]
) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(f"/tasks/{TASK}"):
            return httpx.Response(200, json={"task": {"taskId": TASK, "taskState": "COMPLETE", "result": result}})
        return dump()

    return answer


REFUSED: dict[str, object] = {"successful": True, "failureDumpAvailable": True, "objectId": "112000000009"}


def refusal(status: int) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(status, json={"status": {"code": status, "message": "There is no dump"}})


@pytest.mark.parametrize("kind", FACES)
async def test_a_dump_that_is_gone_leaves_the_failure_without_it(kind: str) -> None:
    with answering(ends_with(REFUSED, refusal(404))), pytest.raises(AnaplanActionError) as raised:
        await use(kind, lambda client: client.wait_for_task("112000000009", TASK))
    assert raised.value.dumps == {}


@pytest.mark.parametrize("status", [400, 503])
@pytest.mark.parametrize("kind", FACES)
async def test_a_dump_that_cannot_be_read_does_not_hide_the_failure(kind: str, status: int) -> None:
    with answering(ends_with(REFUSED, refusal(status))), pytest.raises(AnaplanActionError) as raised:
        await use(kind, lambda client: client.wait_for_task("112000000009", TASK))
    assert raised.value.dumps == {}


@pytest.mark.parametrize("kind", FACES)
async def test_a_nested_result_without_an_id_does_not_hide_the_failure(kind: str) -> None:
    result: dict[str, object] = {"successful": True, "nestedResults": [{"failureDumpAvailable": True}]}
    with answering(ends_with(result, refusal(404))), pytest.raises(AnaplanActionError):
        await use(kind, lambda client: client.wait_for_task("118000000009", TASK))
