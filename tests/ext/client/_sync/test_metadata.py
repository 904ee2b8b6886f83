# Converted by `python -m generator` from tests/ext/client/_async/test_metadata.py. Edit that file, not this one.
"""What the client tells of workspaces, models, actions and tasks, and deletes of them."""

from collections.abc import Callable
from typing import Any

import pytest

from anaplan_ext import Client, DownloadError, NotFoundError
from anaplan_ext.emulator import Action, Dashboard, Emulator, Export, Model, Process, User, Workspace

FILE, IMPORT, EXPORT, ACTION, PROCESS = 113000000000, 112000000000, 116000000000, 117000000000, 118000000000


@pytest.fixture
def other(emulator: Emulator) -> Workspace:
    """A second workspace with one model."""
    other = Workspace(id="8" * 32, name="Archive", size_allowance=5, models=[Model(id="F" * 32, name="Old plan")])
    emulator.tenant.workspaces.append(other)
    return other


def test_workspaces_are_searched_sorted_and_detailed(other: Workspace, client: Client) -> None:
    assert [one.name for one in client.list_workspaces(sort_by="name")] == ["Archive", "Planning"]
    found = [one.name for one in client.iter_workspaces(sort_by="name", descending=True)]
    assert found == ["Planning", "Archive"]
    by_size = client.list_workspaces(sort_by="size_allowance", tenant_details=True)
    assert [one.size_allowance for one in by_size] == [5, 1_073_741_824]
    assert [one.name for one in client.list_workspaces(search="arch")] == ["Archive"]
    assert (client.get_workspace()).name == "Planning"
    assert (client.get_workspace(other.id, tenant_details=True)).size_allowance == 5


def test_models_are_searched_sorted_and_detailed(other: Workspace, client: Client) -> None:
    names = [model.name for model in client.list_models(sort_by="name")]
    assert names == ["Old plan", "Planning Dev", "Planning Prod"]
    assert [model.name for model in client.iter_models(sort_by="name", descending=True)] == names[::-1]
    assert [model.name for model in client.list_models(workspace_id=other.id)] == ["Old plan"]
    assert [model.name for model in client.list_models(search="dev")] == ["Planning Dev"]
    assert [model.memory_usage is None for model in client.list_models()] == [True] * 3
    assert None not in [model.memory_usage for model in client.list_models(model_details=True)]
    assert (client.get_model()).name == "Planning Dev"
    assert (client.get_model("F" * 32, model_details=True)).last_modified is not None


def test_what_a_model_has_is_sorted(emulator: Emulator, client: Client) -> None:
    model = emulator.model(emulator.development_model_id)
    model.exports.append(Export(id="116000000001", name="A first export", module="Flights"))
    names = ["A first export", "Export flights"]
    assert [one.name for one in client.list_exports(sort_by="name")] == names
    assert [one.name for one in client.iter_exports(sort_by="name", descending=True)] == names[::-1]
    assert [one.id for one in client.list_exports(sort_by="id")] == ["116000000000", "116000000001"]
    assert [one for one in client.iter_files(sort_by="id")] == client.list_files()
    assert [one for one in client.iter_actions()] == client.list_actions(sort_by="id")
    assert [one for one in client.iter_imports()] == client.list_imports(sort_by="id")
    assert [one for one in client.iter_processes()] == client.list_processes(sort_by="id")


def test_dashboards_and_members(emulator: Emulator, client: Client) -> None:
    emulator.model(emulator.development_model_id).dashboards.append(Dashboard(id="115000000000", name="Overview"))
    emulator.tenant.users.append(User(email="guest@example.org", workspace_administrator=False, visitor=True))
    assert [one.name for one in client.list_dashboards()] == ["Overview"]
    assert [one for one in client.iter_dashboards()] == client.list_dashboards()
    assert [one.email for one in client.list_admins()] == ["ada@example.com"]
    assert [one for one in client.iter_admins(emulator.workspace_id)] == client.list_admins()
    assert [one.email for one in client.list_visitors()] == ["guest@example.org"]
    assert [one for one in client.iter_visitors()] == client.list_visitors(emulator.workspace_id)


def test_actions_in_detail(client: Client) -> None:
    assert (client.get_import(IMPORT)).name == "Load flights"
    assert (client.get_export(EXPORT)).header_names is not None
    process = client.get_process(PROCESS)
    assert [action.id for action in process.actions or []] == [str(ACTION), str(IMPORT)]


@pytest.mark.parametrize("action_id", [IMPORT, EXPORT, ACTION, PROCESS])
def test_the_tasks_of_an_action(action_id: int, client: Client) -> None:
    assert client.list_tasks(action_id) == []
    client.upload_file(FILE, "id,amount\n1,10\n")
    ran = [client.run_action(action_id) for _ in range(2)]
    assert {task.id for task in client.list_tasks(action_id)} == {report.task.id for report in ran}
    by_id = [task.id for task in client.list_tasks(action_id, sort_by="id")]
    assert by_id == sorted(by_id)
    assert [task.id for task in client.list_tasks(action_id, sort_by="id", descending=True)] == by_id[::-1]


def test_content_of_a_file_is_dropped(client: Client) -> None:
    client.upload_file(FILE, "id,amount\n1,10\n")
    client.delete_file(FILE)
    with pytest.raises(DownloadError, match="no content"):
        client.get_file(FILE)


def test_models_are_deleted_once_they_are_closed(other: Workspace, emulator: Emulator, client: Client) -> None:
    first = client.delete_models([emulator.development_model_id])
    assert (first.models_deleted, [failure.model_id for failure in first.failures or []]) == (
        0,
        [emulator.development_model_id],
    )
    client.transactional.close_model()
    emulator.advance(61)
    assert (client.delete_models([emulator.development_model_id])).models_deleted == 1
    assert [model.name for model in client.list_models()] == ["Planning Prod", "Old plan"]
    moved = client.with_model(other.models[0].id, other.id)
    moved.transactional.close_model()
    emulator.advance(61)
    assert (moved.delete_models([other.models[0].id])).models_deleted == 1


def test_the_log_of_the_optimizer(emulator: Emulator, client: Client) -> None:
    model = emulator.model(emulator.development_model_id)
    model.actions.append(Action(id="117000000001", name="Best mix", module="Flights", action_type="OPTIMIZER"))
    model.processes.append(Process(id="118000000001", name="Optimize", action_ids=["117000000001"]))
    task = (client.run_action(118000000001)).task
    assert b"Best mix" in client.get_optimizer_log(117000000001, task.id)
    with pytest.raises(NotFoundError):
        client.get_optimizer_log(ACTION, task.id)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda client: client.get_workspace(), "workspace_id"),
        (lambda client: client.list_admins(), "workspace_id"),
        (lambda client: client.delete_models(["F" * 32]), "workspace_id"),
        (lambda client: client.list_models(sort_by="activeState"), "sort_by"),
        (lambda client: client.list_models(workspace_id="w", search="x"), "workspace_id"),
        (lambda client: client.list_models(workspace_id="w", sort_by="name"), "workspace_id"),
        (lambda client: client.get_model(), "model_id"),
        (lambda client: client.iter_files(), "model_id"),
        (lambda client: client.with_model("M").list_tasks(113000000000), "12-digit id"),
        (lambda client: client.with_model("M").list_dashboards(), "workspace_id"),
        (lambda client: client.with_model("M", "W").delete_models([]), "model_ids_to_delete"),
    ],
)
def test_arguments_that_cannot_be_are_refused_before_any_request(
    call: Callable[[Any], Any], says: str, emulator: Emulator
) -> None:
    with Client(user_email=emulator.user_email, password="password", base_url=emulator.url) as client:
        with pytest.raises(ValueError, match=says):
            call(client)
    assert emulator.count() == 0
