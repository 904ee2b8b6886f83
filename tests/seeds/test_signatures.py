"""The documented signatures of the clients: names, order and defaults of the arguments, in both faces."""

import ast
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, get_origin, get_type_hints

import pytest

from anaplan_ext import Alm, AsyncAlm, AsyncClient, AsyncTransactional, Client, Transactional

CLIENT = """
__init__(workspace_id: str | None = None, model_id: str | None = None, user_email: str | None = None, \
password: str | None = None, certificate: str | bytes | None = None, private_key: str | bytes | None = None, \
private_key_password: str | bytes | None = None, timeout: float = 30, retry_count: int = 2, \
status_poll_delay: int = 1, upload_parallel: bool = True, upload_chunk_size: int = 25000000, \
allow_file_creation: bool = False) -> None
export_and_download(action_id: int) -> bytes
from_existing(existing: Self, workspace_id: str, model_id: str) -> Self
get_file(file_id: int) -> bytes
get_file_stream(file_id: int) -> Iterator[bytes]
get_task_status(action_id: int, task_id: str) -> dict[str, float | int | str | list | dict | bool]
invoke_action(action_id: int) -> str
list_actions() -> list[Action]
list_exports() -> list[Export]
list_files() -> list[File]
list_imports() -> list[Import]
list_models() -> list[Model]
list_processes() -> list[Process]
list_workspaces() -> list[Workspace]
run_action(action_id: int) -> None
upload_and_import(file_id: int, content: str | bytes, action_id: int) -> None
upload_file(file_id: int, content: str | bytes) -> None
upload_file_stream(file_id: int, content: Iterator[bytes | str]) -> None
"""
ALM = """
change_model_status(status: Literal['online', 'offline']) -> None
get_revisions(sort_by: Literal["id", "name", "applied_on", "created_on"] | None = None, \
descending: bool = False) -> list[Revision]
get_latest_revision() -> Revision | None
get_syncable_revisions(source_model_id: str) -> list[Revision]
create_revision(name: str, description: str) -> Revision
get_sync_tasks() -> list[TaskSummary]
get_sync_task(task_id: str) -> SyncTask
sync_models(source_revision_id: str, source_model_id: str, target_revision_id: str, \
wait_for_completion: bool = True) -> SyncTask
get_models_for_revision(revision_id: str) -> list[ModelRevision]
create_comparison_report(source_revision_id: str, source_model_id: str, target_revision_id: str, \
wait_for_completion: bool = True) -> ReportTask
get_comparison_report_task(task_id: str) -> ReportTask
get_comparison_report(task: ReportTask) -> bytes
create_comparison_summary(source_revision_id: str, source_model_id: str, target_revision_id: str, \
wait_for_completion: bool = True) -> ReportTask | SummaryReport
get_comparison_summary_task(task_id: str) -> ReportTask
get_comparison_summary(task: ReportTask) -> SummaryReport
"""
REQUIRED = inspect.Parameter.empty
# Documented as required, optional here: `sync_models` takes objects by keyword instead.
OPTIONAL: dict[tuple[str, str], object] = {
    ("create_revision", "description"): "",
    ("sync_models", "source_revision_id"): None,
    ("sync_models", "source_model_id"): None,
    ("sync_models", "target_revision_id"): None,
}
NOT_AWAITED = {"__init__", "from_existing", "get_file_stream"}
FACES = [(CLIENT, Client, AsyncClient), (ALM, Alm, AsyncAlm)]


def documented(line: str) -> tuple[str, list[tuple[str, object]]]:
    """Name and arguments, each with its default, of a line of a table."""
    function = ast.parse(f"def {line}: ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    names = [argument.arg for argument in function.args.args]
    defaults: list[object] = [ast.literal_eval(default) for default in function.args.defaults]
    required = [OPTIONAL.get((function.name, name), REQUIRED) for name in names[: len(names) - len(defaults)]]
    return function.name, list(zip(names, required + defaults, strict=True))


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    found = inspect.signature(function).parameters.values()
    return [parameter for parameter in found if parameter.name != "self"]


@pytest.mark.parametrize(
    ("line", "sync", "asynchronous"),
    [
        pytest.param(line, sync, asynchronous, id=f"{sync.__name__}.{line.partition('(')[0]}")
        for table, sync, asynchronous in FACES
        for line in table.strip().splitlines()
    ],
)
def test_a_method_is_as_documented(line: str, sync: type, asynchronous: type) -> None:
    name, expected = documented(line)
    for face in (sync, asynchronous):
        found = parameters(getattr(face, name))
        here = [parameter for parameter in found if parameter.kind is not parameter.KEYWORD_ONLY]
        assert {parameter.kind for parameter in here} <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}
        assert [(parameter.name, parameter.default) for parameter in here] == expected
        added = found[len(here) :]
        assert REQUIRED not in [parameter.default for parameter in added]
    assert not inspect.iscoroutinefunction(getattr(sync, name))
    assert inspect.iscoroutinefunction(getattr(asynchronous, name)) is (name not in NOT_AWAITED)


def test_the_namespaces_are_properties() -> None:
    for face, alm, transactional in ((Client, Alm, Transactional), (AsyncClient, AsyncAlm, AsyncTransactional)):
        assert isinstance(face.alm, property)
        assert isinstance(face.transactional, property)
        client = face(model_id="1" * 32, token="token")
        assert type(client.alm) is alm
        assert type(client.transactional) is transactional


@pytest.mark.parametrize("face", [Client, AsyncClient])
def test_an_existing_client_gives_one_for_another_model(face: type[Client] | type[AsyncClient]) -> None:
    assert inspect.ismethod(face.from_existing)
    existing: Any = face(model_id="1" * 32, token="token")
    other = face.from_existing(existing, "A" * 32, "2" * 32)
    assert type(other) is face
    assert (other.workspace_id, other.model_id, existing.model_id) == ("A" * 32, "2" * 32, "1" * 32)


def test_a_file_is_streamed_by_an_iterator_of_the_face() -> None:
    for face, iterator in ((Client, Iterator), (AsyncClient, AsyncIterator)):
        assert get_origin(get_type_hints(face.get_file_stream)["return"]) is iterator
        stream = face(model_id="1" * 32, token="token").get_file_stream(113000000000)
        assert isinstance(stream, iterator)


def test_both_faces_have_the_same_names_and_arguments() -> None:
    for sync, asynchronous in (
        (Client(model_id="1" * 32, token="token"), AsyncClient(model_id="1" * 32, token="token")),
        (Client(model_id="1" * 32, token="token").alm, AsyncClient(model_id="1" * 32, token="token").alm),
        (
            Client(model_id="1" * 32, token="token").transactional,
            AsyncClient(model_id="1" * 32, token="token").transactional,
        ),
    ):
        names = {name for name in dir(sync) if not name.startswith("_")}
        others = {name for name in dir(asynchronous) if not name.startswith("_")}
        assert {name if name != "close" else "aclose" for name in names} == others
        for name in names & others:
            if callable(getattr(sync, name)):
                assert _plain(getattr(sync, name)) == _plain(getattr(asynchronous, name)), name


def _plain(function: Callable[..., Any]) -> list[tuple[str, object, object]]:
    return [(parameter.name, parameter.kind, parameter.default) for parameter in parameters(function)]
