"""What an editor offers while somebody types, as jedi finds it: names, arguments, and their documentation."""

import jedi
import pytest
from jedi.api.classes import Completion

from anaplan_ext import Alm, AsyncAlm, AsyncClient, Client

from .tools import ROOT

FACES = ["sync", "async"]
PRELUDE = {
    "sync": "from anaplan_ext import Client\ndef work(client: Client) -> None:\n    ",
    "async": "from anaplan_ext import AsyncClient\nasync def work(client: AsyncClient) -> None:\n    ",
}
PROJECT = jedi.Project(ROOT, sys_path=[str(ROOT)], smart_sys_path=False)


def offered(face: str, code: str) -> dict[str, Completion]:
    """What is offered at the end of code in a function that has a `client`."""
    written = PRELUDE[face] + (code.replace("await ", "") if face == "sync" else code)
    return {one.name: one for one in jedi.Script(written, path=ROOT / "script.py", project=PROJECT).complete()}


def public(cls: type) -> set[str]:
    return {name for name in dir(cls) if not name.startswith("_")}


@pytest.mark.parametrize("face", FACES)
def test_a_client_offers_its_methods_with_their_documentation(face: str) -> None:
    found = offered(face, "client.")
    assert public(Client if face == "sync" else AsyncClient) - found.keys() == set()
    assert "chunk" in found["upload_file"].docstring()
    assert "file_id" in found["upload_file"].docstring()
    assert "One request per 5,000" in found["list_models"].docstring()


@pytest.mark.parametrize("face", FACES)
def test_alm_offers_its_methods_with_their_documentation(face: str) -> None:
    found = offered(face, "client.alm.")
    assert public(Alm if face == "sync" else AsyncAlm) - found.keys() == set()
    assert "create_revision(" in found["create_revision"].docstring()
    assert "Raises:" in found["sync_models"].docstring()


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("resource", "method"),
    [
        ("administration", "import_users"),
        ("audit", "read"),
        ("cloudworks", "run"),
        ("exception_users", "add"),
        ("files", "exists"),
        ("transactional", "insert_list_items"),
        ("users", "update"),
    ],
)
def test_a_resource_offers_its_methods_with_their_documentation(face: str, resource: str, method: str) -> None:
    client: Client | AsyncClient = (Client if face == "sync" else AsyncClient)(model_id="model", token="token")
    found = offered(face, f"client.{resource}.")
    assert public(type(getattr(client, resource))) - found.keys() == set()
    assert f"{method}(" in found[method].docstring()
    assert "Raises:" in found[method].docstring()


@pytest.mark.parametrize("face", FACES)
def test_a_returned_model_offers_its_fields(face: str) -> None:
    found = offered(face, "revision = await client.alm.create_revision('name', 'description')\n    revision.")
    assert found.keys() >= {"id", "name", "description", "created_on", "applied_by"}
    assert "datetime" in found["created_on"].get_type_hint()


@pytest.mark.parametrize("face", FACES)
def test_an_entry_of_a_list_offers_its_fields(face: str) -> None:
    found = offered(face, "for model in await client.list_models():\n        model.")
    assert found.keys() >= {"id", "name", "active_state", "current_workspace_id"}


@pytest.mark.parametrize("face", FACES)
def test_the_answer_of_a_generated_operation_offers_its_fields(face: str) -> None:
    code = "from anaplan_client import integration\n    a = await client.send(integration.get_model('M'))\n    a.model."
    assert offered(face, code).keys() >= {"id", "memory_usage", "last_modified"}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("client.run_action(", {"action_id=", "timeout="}),
        ("client.upload_file(", {"file_id=", "content=", "manifest=", "resume=", "progress="}),
        ("client.alm.sync_models(", {"wait_for_completion=", "timeout="}),
    ],
)
def test_a_call_offers_its_arguments(face: str, call: str, arguments: set[str]) -> None:
    assert offered(face, call).keys() >= arguments


@pytest.mark.parametrize("face", FACES)
def test_a_generated_function_offers_its_arguments_and_their_documentation(face: str) -> None:
    found = offered(face, "from anaplan_client import alm\n    alm.list_revisions(")
    assert found.keys() >= {"model_id=", "applied_after=", "sort=", "limit="}
    found = offered(face, "from anaplan_client import alm\n    alm.list_rev")
    assert "one page at a time" in found["list_revisions"].docstring()
