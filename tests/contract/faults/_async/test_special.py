"""What only some operations have to fear: lists that lie, tasks that end badly, dumps and files that vanish."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from anaplan_ext import (
    AnaplanActionError,
    AnaplanError,
    DecodeError,
    DownloadError,
    IncompleteListError,
    ModelLockedError,
    NotFoundError,
    TaskCancelled,
    TaskTimeout,
    UploadError,
)
from anaplan_ext.emulator import Emulator, Fault, File

from .families import (
    FAMILIES,
    GOOD,
    MIXED,
    Scene,
    all_files,
    downloaded,
    dumped,
    file_is_whole,
    imported,
    listed,
    rows_are_in,
    same_content,
    scene,
    uploaded,
)


def changed(path: str, change: Callable[[Any], Any], times: int | None = 1, nth: int = 1) -> Callable[[Emulator], None]:
    """Change the JSON of responses to GET requests."""
    return lambda emulator: emulator.inject(
        Fault(method="GET", path=path, kind="changed", change=change, times=times, nth=nth)
    )


def paging(**fields: Any) -> Callable[[Emulator], None]:
    """A list says something else of itself."""

    def change(answer: dict[str, Any]) -> dict[str, Any]:
        return answer | {"meta": answer["meta"] | {"paging": answer["meta"]["paging"] | fields}}

    return changed("/files$", change, None)


def without(key: str, path: str) -> Callable[[Emulator], None]:
    """Remove a top-level field of a response."""
    return changed(path, lambda answer: {name: value for name, value in answer.items() if name != key}, None)


def answered(path: str, status: int, nth: int = 1) -> Callable[[Emulator], None]:
    return lambda emulator: emulator.inject(Fault(path=path, status=status, nth=nth, times=None))


def ending(outcome: Any) -> Callable[[Emulator], None]:
    """The next task of any kind ends so."""

    def script(emulator: Emulator) -> None:
        for kind in ("imports", "exports", "syncTasks", "comparisonReportTasks", "summaryReportTasks"):
            emulator.fail_next_task(kind, outcome)

    return script


def task(**fields: Any) -> Callable[[Emulator], None]:
    """The first look shows a task with other fields."""
    return changed(LOOK, lambda answer: answer | {"task": answer["task"] | fields})


def three_files(emulator: Emulator) -> None:
    files = emulator.model(emulator.development_model_id).files
    files += [File(id=f"11300000000{number}", name=f"{number}.csv") for number in (1, 2)]


def no_files(emulator: Emulator) -> None:
    emulator.model(emulator.development_model_id).files.clear()


def another_file(emulator: Emulator) -> None:
    emulator.model(emulator.development_model_id).files[0].id = "113000000007"


def no_chunks(answer: dict[str, Any]) -> dict[str, Any]:
    return {"meta": {"paging": {"currentPageSize": 0, "offset": 0, "totalSize": 0}}}


def from_one(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"chunks": [{"id": "1"}]}


def one_more(answer: dict[str, Any]) -> dict[str, Any]:
    paging = {"currentPageSize": 2, "offset": 0, "totalSize": 2}
    return answer | {"chunks": [{"id": "0"}, {"id": "1"}], "meta": {"paging": paging}}


LOOK = "[tT]asks/[0-9A-F]{32}$"

LISTS: list[tuple[str, Callable[[Emulator], None], type[AnaplanError] | None]] = [
    ("more announced than there is", paging(totalSize=7), IncompleteListError),
    ("less announced than there is", paging(totalSize=0), None),
    ("fewer than none announced", paging(totalSize=-3), None),
    ("a number as text", paging(totalSize="1"), None),
    ("no number", paging(totalSize="many"), DecodeError),
    ("a page that lies about its size", paging(currentPageSize=5000), None),
    ("a next page where nothing follows", paging(next="http://elsewhere.example.com/"), None),
    ("no paging", without("paging", "/files$"), None),
    ("paging without fields", changed("/files$", lambda answer: answer | {"meta": {"paging": {}}}, None), DecodeError),
    ("no entries, though announced", without("files", "/files$"), IncompleteListError),
    ("entries that are no list", changed("/files$", lambda answer: answer | {"files": 7}, None), DecodeError),
    ("an entry without id", changed("/files$", lambda answer: answer | {"files": [{"name": "x"}]}, None), DecodeError),
    ("an unknown field", changed("/files$", lambda answer: answer | {"weather": "fine"}, None), None),
    ("an empty object", changed("/files$", lambda answer: {}, None), DecodeError),
]


@pytest.mark.parametrize(("fault", "error"), [row[1:] for row in LISTS], ids=[row[0] for row in LISTS])
async def test_a_list_that_lies(
    fault: Callable[[Emulator], None], error: type[AnaplanError] | None, emulator: Emulator
) -> None:
    assert await ends(emulator, fault, listed, all_files) is error


@pytest.mark.parametrize("cap", [1, 2])
async def test_a_list_comes_whole_in_pages_of_any_size(cap: int, emulator: Emulator) -> None:
    here = scene(emulator)
    three_files(emulator)
    emulator.page_limit = cap
    emulator.misleading_next = True
    async with here.client:
        assert all_files(here, await listed(here))


async def test_a_list_that_shrinks_between_its_pages(emulator: Emulator) -> None:
    here = scene(emulator)
    three_files(emulator)
    emulator.page_limit = 2

    def shrink(answer: dict[str, Any]) -> dict[str, Any]:
        emulator.model(emulator.development_model_id).files.pop()
        return answer

    changed("/files$", shrink)(emulator)
    async with here.client:
        # The second page announces fewer than the first: entries may have moved to where it was read already.
        with pytest.raises(IncompleteListError):
            await listed(here)


TASKS: list[tuple[str, Callable[[Emulator], None], type[AnaplanError] | None]] = [
    ("fails", ending("fail"), AnaplanActionError),
    ("is cancelled", ending("cancel"), TaskCancelled),
    ("vanishes", ending("vanish"), NotFoundError),
    ("is not there at first", lambda emulator: emulator.inject(Fault(path=LOOK, status=404, times=3)), None),
    ("is in a state that nobody knows", task(taskState="PAUSED", result=None), None),
    ("has no state at first", task(taskState=None), None),
    ("ends without a result", task(result=None), AnaplanActionError),
    ("ends with a result of the wrong type at first", task(result=[7]), None),
    ("never shows a state", changed(LOOK, lambda answer: answer | {"task": {"taskId": "A"}}, None), TaskTimeout),
]
RUNS = {
    "import": (imported, rows_are_in),
    **{kind: (FAMILIES[kind].run, FAMILIES[kind].right) for kind in ("export", "sync", "report", "summary")},
}


@pytest.mark.parametrize("kind", RUNS)
@pytest.mark.parametrize(("fault", "error"), [row[1:] for row in TASKS], ids=[row[0] for row in TASKS])
async def test_a_task_that(
    fault: Callable[[Emulator], None], error: type[AnaplanError] | None, kind: str, emulator: Emulator
) -> None:
    run, right = RUNS[kind]
    assert await ends(emulator, fault, run, right) is error
    assert emulator.effects.total() == 1


@pytest.mark.parametrize(
    "fault",
    [
        answered("/dump/chunks$", 404),
        answered("/dump/chunks/0$", 404),
        without("chunks", "/dump/chunks$"),
        changed("/dump/chunks$", no_chunks, None),
    ],
    ids=["is gone", "goes while it is read", "has fewer chunks than it says", "has no chunks"],
)
async def test_a_dump_that(fault: Callable[[Emulator], None], emulator: Emulator) -> None:
    here = scene(emulator)
    here.holds(MIXED)
    async with here.client:
        fault(emulator)
        # The import is known to have rejected rows, even when the rows are unknown.
        with pytest.raises(AnaplanActionError, match="1 failed") as raised:
            await imported(here)
        assert raised.value.dumps == {}
        here.prepared = raised.value.task.id
        with pytest.raises(AnaplanError) as missing:
            await dumped(here)
        assert type(missing.value) in (NotFoundError, IncompleteListError, DownloadError)


DOWNLOADS: list[tuple[str, Callable[[Emulator], None], type[AnaplanError]]] = [
    ("has no content", changed("/chunks$", no_chunks), DownloadError),
    ("is not there", no_files, NotFoundError),
    ("has lost a chunk", answered("/chunks/0$", 404), NotFoundError),
    ("has chunks that do not begin at 0", changed("/chunks$", from_one), DownloadError),
    ("has more chunks afterwards", changed("/chunks$", one_more, nth=2), DownloadError),
]


@pytest.mark.parametrize(("fault", "error"), [row[1:] for row in DOWNLOADS], ids=[row[0] for row in DOWNLOADS])
async def test_a_file_that(fault: Callable[[Emulator], None], error: type[AnaplanError], emulator: Emulator) -> None:
    assert await ends(emulator, fault, downloaded, same_content) is error


UPLOADS: list[tuple[str, Callable[[Emulator], None], type[AnaplanError]]] = [
    ("has no file", another_file, UploadError),
    ("is rejected", answered("/files/[0-9]*$", 423), ModelLockedError),
    ("has a chunk rejected", answered("/chunks/2$", 400), UploadError),
]


@pytest.mark.parametrize(("fault", "error"), [row[1:] for row in UPLOADS], ids=[row[0] for row in UPLOADS])
async def test_an_upload_that(fault: Callable[[Emulator], None], error: type[AnaplanError], emulator: Emulator) -> None:
    assert await ends(emulator, fault, uploaded, file_is_whole) is error
    # What the file held before is still there.
    assert not any(file.copies for file in emulator.model(emulator.development_model_id).files)


async def ends(
    emulator: Emulator,
    fault: Callable[[Emulator], None],
    run: Callable[[Scene], Awaitable[Any]],
    right: Callable[[Scene, Any], bool],
) -> type[AnaplanError] | None:
    """The error that an operation ends with; None for the right result."""
    here = scene(emulator)
    here.holds(GOOD)
    fault(emulator)
    async with here.client:
        try:
            result = await run(here)
        except AnaplanError as error:
            return type(error)
        assert right(here, result)
        return None
