"""Tenants described by a YAML file or a mapping, and the errors of invalid descriptions."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from anaplan_ext.emulator import Column, Emulator, Model, Tenant, TenantError
from anaplan_ext.emulator import __main__ as program

from ..pages import DOCS
from .conftest import Api, message

EXAMPLE = re.search(r"```yaml\n(.*?)```", (DOCS / "testing.md").read_text(encoding="utf-8"), re.DOTALL)
assert EXAMPLE is not None
TEXT = EXAMPLE[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "tenant.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture
def emulator(path: Path) -> Any:
    with Emulator(path) as emulator:
        yield emulator


def test_the_example_of_the_page_is_served(emulator: Emulator) -> None:
    api = Api(emulator, "ada@example.com", "secret")
    dev, prod = emulator.model(emulator.development_model_id), emulator.model("D0E5A4B3C2D14F60A7B8C9D0E1F2A399")
    assert [model["name"] for model in api.get("/models").json()["models"]] == ["Sales Dev", "Sales Prod"]
    assert [(part.name, part.production) for part in dev.parts("lists")] == [
        ("Regions", False),
        ("Products", False),
        ("Open orders", True),
    ]
    pears = dev.items_of("Products").find("name", "Pears")
    assert pears is not None
    assert (pears.code, pears.properties) == ("P", {"Weight": "0.2"})
    assert dev.imports[0].columns == (
        *(Column("number"), Column("amount", "NUMBER")),
        Column("paid", "BOOLEAN", required=False),
    )
    result = api.run(f"/models/{dev.id}", "processes/118000000001")[1]["result"]
    assert [nested["successful"] for nested in result["nestedResults"]] == [True] * 3
    assert dev.records["Invoices"].count == 1
    view = api.get(f"/models/{dev.id}/views/{dev.views[0].id}").json()
    assert view["viewName"] == "Plan.By month"
    assert [applied.revision.name for applied in dev.revisions] == ["First release", "Second release"]
    assert dev.revisions[0].applied == 1_769_817_600, "2026-01-31"
    assert (prod.revisions[0].method, prod.structure) == ("Model copied", dev.revisions[0].revision.structure)
    syncable = api.get(f"/models/{prod.id}/alm/syncableRevisions", params={"sourceModelId": dev.id}).json()["revisions"]
    assert [revision["name"] for revision in syncable] == ["Second release"]
    assert [item.name for item in prod.items_of("Regions").by_id.values()] == ["North", "South"]
    sam = Api(emulator, "sam@example.com", "password")
    assert message(sam.get(f"/models/{prod.id}/files"))[0] == 404
    assert sam.get(f"/models/{dev.id}/files").status_code == 200


def test_omitted_ids_are_stable(path: Path) -> None:
    def ids(tenant: Tenant) -> list[str]:
        models = [model for _, model in tenant.models()]
        ids = [*(user.id for user in tenant.users), *(workspace.id for workspace in tenant.workspaces)]
        for model in models:
            ids += [model.id, *(file.id for file in model.files), *(item.id for item in model.runnables("imports"))]
            ids += [applied.revision.id for applied in model.revisions]
        return ids

    first, second = (Emulator(source).tenant for source in (path, yaml.safe_load(TEXT)))
    assert ids(first) == ids(second)
    assert re.fullmatch("[0-9a-f]{32}", first.workspaces[0].id)
    assert re.fullmatch("[0-9A-F]{32}", first.workspaces[0].models[0].id)
    assert all(re.fullmatch("113[0-9]{9}", file.id) for file in first.workspaces[0].models[0].files)


def test_content_is_read_from_a_path_relative_to_the_description(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(b"a,b\n")
    description = minimal(files=[{"name": "data.csv", "path": "data.csv"}])
    (tmp_path / "tenant.yaml").write_text(yaml.safe_dump(description), encoding="utf-8")
    assert Emulator(str(tmp_path / "tenant.yaml")).tenant.workspaces[0].models[0].files[0].content == b"a,b\n"


def minimal(**model: Any) -> dict[str, Any]:
    models = [{"name": "M", **model}]
    return {"users": [{"email": "a@b.c"}], "workspaces": [{"name": "W", "models": models}]}


M = "workspaces[0].models[0]"
LIST, MODULE, FILE = {"name": "L"}, {"name": "X"}, {"name": "f"}
WRONG: list[tuple[object, str]] = [
    ([], "the tenant must be a mapping (got [])"),
    ({}, "the tenant must have users"),
    ({"users": [{"email": "a"}]}, "the tenant must have workspaces"),
    ({"users": [], "workspaces": []}, "users must be a list of at least one user"),
    ({"users": "ada", "workspaces": []}, "users must be a list (got 'ada')"),
    ({"users": [{"mail": "a"}], "workspaces": []}, "users[0].mail is unknown; did you mean email?"),
    ({"users": [{"email": "a", "zzz": 1}], "workspaces": []}, "users[0].zzz is unknown; use active, email"),
    ({"users": [{"password": "a"}], "workspaces": []}, "users[0] must have email"),
    ({"users": [{"email": ""}], "workspaces": []}, "users[0].email must be a text that is not empty (got '')"),
    ({"users": [{"email": True}], "workspaces": []}, "users[0].email must be a text"),
    ({"users": [{"email": "a", "active": "yes"}], "workspaces": []}, "users[0].active must be true or false"),
    ({"users": [{"email": "a"}, {"email": "a"}], "workspaces": []}, "users[1] has the email of another: a"),
    (
        {"users": [{"email": "a", "hidden_models": ["Q"]}], "workspaces": []},
        "users[0].hidden_models[0] must be the name or id of a model of this tenant (got 'Q')",
    ),
    ({"users": [{"email": "a"}], "workspaces": [{}]}, "workspaces[0] must have name"),
    (
        {"users": [{"email": "a"}], "workspaces": [{"name": "W", "current_size": -1}]},
        "workspaces[0].current_size must be a whole number of at least 0 (got -1)",
    ),
    ({"users": [{"email": "a"}], "workspaces": [{"name": "W"}] * 2}, "workspaces[1] has the id of another workspace"),
    (minimal(active_state="SLEEPING"), f"{M}.active_state must be one of ARCHIVED, LOCKED"),
    (minimal(lists=[LIST, LIST]), f"{M}.lists[1] is invalid: name must be unique among lists (got 'L')"),
    (
        minimal(lists=[{"name": "L", "parent": "P"}]),
        f"{M}.lists[0].parent is invalid: name must be one of lists (got 'P')",
    ),
    (minimal(lists=[{"name": "L", "properties": {"p": "INT"}}]), f"{M}.lists[0].properties.p must be one of BOOLEAN"),
    (minimal(lists=[{"name": "L", "items": ["a", "A"]}]), f"{M}.lists[0].items[1] is rejected: Name 'A' already"),
    (minimal(lists=[{"name": "L", "items": ["x" * 61]}]), f"{M}.lists[0].items[0] is rejected: invalid name"),
    (minimal(items={"L": ["a"]}), f"{M}.items.L is invalid: name must be one of lists (got 'L')"),
    (
        minimal(modules=[{"name": "X", "applies_to": ["Y"]}]),
        f"{M}.modules[0].applies_to[0] is invalid: name must be a dimension",
    ),
    (minimal(modules=[{"name": "X", "views": [{"name": "V"}]}]), f"{M}.modules[0].views[0] is invalid: rows, columns"),
    (minimal(modules=[{"name": "X", "line_items": ["a", "a"]}]), f"{M}.modules[0].line_items[1] is invalid"),
    (minimal(files=[FILE, FILE]), f"{M}.files[1] has the id of another"),
    (minimal(files=[{"name": "f", "id": 112000000000}]), f"{M}.files[0].id must be 12 digits that start with 113"),
    (minimal(files=[{"name": "f", "id": "113"}]), f"{M}.files[0].id must be 12 digits that start with 113 (got '113')"),
    (minimal(files=[{"name": "f", "path": "nowhere"}]), f"{M}.files[0].path must be a file that can be read: No such"),
    (minimal(files=[{"name": "f", "path": "x", "content": ""}]), f"{M}.files[0] must have content or path, not both"),
    (minimal(imports=[{"name": "i", "file": "f"}]), f"{M}.imports[0] must have a module or a list"),
    (
        minimal(modules=[MODULE], imports=[{"name": "i", "file": "f", "module": "X"}]),
        f"{M}.imports[0].file must be the name or id of a file of the model: it has none (got 'f')",
    ),
    (
        minimal(files=[FILE], modules=[MODULE], imports=[{"name": "i", "file": "f", "module": "Z"}]),
        f"{M}.imports[0].module must be the name of a module of the model: X (got 'Z')",
    ),
    (
        minimal(
            files=[FILE],
            modules=[MODULE],
            imports=[{"name": "i", "file": "f", "module": "X", "columns": [{"name": "c", "format": "INT"}]}],
        ),
        f"{M}.imports[0].columns[0].format must be one of BOOLEAN, DATE, NUMBER, TEXT (got 'INT')",
    ),
    (minimal(exports=[{"name": "e", "module": "X"}]), f"{M}.exports[0].module must be the name of a module"),
    (minimal(processes=[{"name": "p", "actions": ["a"]}]), f"{M}.processes[0].actions[0] must be the name or id of"),
    (minimal(history=[{"revision": {}}]), f"{M}.history[0].revision must have name"),
    (minimal(history=[{"revision": {"name": "r", "at": "soon"}}]), f"{M}.history[0].revision.at must be a date"),
    (minimal(history=[{"revision": {"name": "r", "by": "x"}}]), f"{M}.history[0].revision.by must be the email"),
    (
        minimal(history=[{"remove": [{"kind": "lists", "name": "x"}]}]),
        f"{M}.history[0].remove[0] is invalid: name must be",
    ),
    (
        minimal(history=[{"sync": {"model": "M", "revision": "r"}}]),
        f"{M}.history[0].sync.model must be the name or id of a model that is described before this one",
    ),
]


@pytest.mark.parametrize(("description", "text"), WRONG, ids=[text[:60] for _, text in WRONG])
def test_errors_name_the_path(description: Mapping[str, Any], text: str, tmp_path: Path) -> None:
    if isinstance(description, Mapping):
        with pytest.raises(TenantError, match=re.escape(text)) as caught:
            Emulator(copy.deepcopy(description))
        assert str(caught.value).startswith(text)
    file = tmp_path / "tenant.yaml"
    file.write_text(yaml.safe_dump(description), encoding="utf-8")
    with pytest.raises(TenantError, match=re.escape(text)) as caught:
        Emulator(file)
    assert str(caught.value).startswith(str(file))


def test_errors_in_a_file_name_the_line(path: Path) -> None:
    for right, wrong, line in (
        ("format: NUMBER}\n              - {name: Revenue", "format: MONEY}\n              - {name: Revenue", 25),
        ("list: Products", "list: Produce", 48),
        ("revision: First release", "revision: Third release", 67),
        ("active_state", "active_sate", 65),
    ):
        assert right in TEXT
        path.write_text(TEXT.replace(right, wrong), encoding="utf-8")
        with pytest.raises(
            TenantError, match=rf"^{re.escape(str(path))}:\d+: workspaces\[0\]\.models\[\d\]\."
        ) as caught:
            Emulator(path)
        said = int(str(caught.value).removeprefix(f"{path}:").partition(":")[0])
        named = str(caught.value).partition(" ")[2].partition(" ")[0].rpartition(".")[2]
        assert named in path.read_text(encoding="utf-8").splitlines()[said - 1], (line, str(caught.value))


@pytest.mark.parametrize("text", ["users: [", "a: b: c", "{"])
def test_invalid_yaml(text: str, tmp_path: Path) -> None:
    file = tmp_path / "tenant.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TenantError, match="must be YAML"):
        Emulator(file)


def test_a_tenant_is_used_directly() -> None:
    tenant = Tenant(users=[], workspaces=[])
    assert Emulator(tenant).tenant is tenant
    assert isinstance(Emulator().tenant.workspaces[0].models[0], Model)


def test_the_command_serves_the_file(path: Path) -> None:
    command = [sys.executable, "-m", "anaplan_ext.emulator", "--port", "0", "--tenant", str(path)]
    with subprocess.Popen([*command, "--max-body-bytes", "1000"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[2]
        response = httpx.post(f"{url}/token/authenticate", auth=("ada@example.com", "secret"))
        token = {"Authorization": f"AnaplanAuthToken {response.json()['tokenInfo']['tokenValue']}"}
        models = httpx.get(f"{url}/2/0/models", headers=token).json()["models"]
        assert [model["name"] for model in models] == ["Sales Dev", "Sales Prod"]
        place = f"{url}/2/0/models/{models[0]['id']}/files/113000000001"
        headers = token | {"Content-Type": "application/octet-stream"}
        sizes = {size: httpx.put(place, headers=headers, content=b"x" * size).status_code for size in (1000, 1001)}
        assert sizes == {1000: 204, 1001: 413}
        process.terminate()
    assert process.returncode != 0


@pytest.mark.parametrize(("text", "says"), [(None, "No such file"), ("users: 1", "tenant.yaml:1: ")])
def test_the_command_reports_errors(
    text: str | None, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / "tenant.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        program.main(["--tenant", str(tmp_path / "tenant.yaml")])
    assert caught.value.code == 1
    assert says in capsys.readouterr().err


class TestFixture:
    @pytest.fixture
    def anaplan_tenant(self) -> dict[str, Any]:
        return minimal(lists=[{"name": "Mine"}])

    def test_the_fixture_takes_the_same(self, anaplan_emulator: Emulator) -> None:
        model = anaplan_emulator.model(anaplan_emulator.development_model_id)
        assert [part.name for part in model.parts("lists")] == ["Mine"]
