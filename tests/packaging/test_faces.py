"""The faces of the packages are complete, and import a name only when it is used."""

import ast
import json
import pkgutil
import re
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest

import anaplan_client
import anaplan_ext
from anaplan_client import (
    administration,
    alm,
    audit,
    authentication,
    cloudworks,
    exception_users,
    integration,
    oauth,
    scim,
)
from anaplan_ext import emulator

from ..openapi import document
from .fresh import imported_by, run

APIS = [administration, alm, audit, authentication, cloudworks, exception_users, integration, oauth, scim]
FACES = [anaplan_ext, *APIS, *(api.models for api in APIS), emulator]


IN_A_JOB_OF_ITS_OWN = {"anaplan_ext.spark.source"}
"""Modules whose library is not installed for these tests."""


def modules_of(package: ModuleType) -> list[str]:
    """The names of a package and of every module in it, other than those that are programs."""
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    names = {module.name for module in found if not module.name.endswith("__main__")}
    return [package.__name__, *sorted(names - IN_A_JOB_OF_ITS_OWN)]


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def folder(module: ModuleType) -> Path:
    assert module.__file__ is not None
    return Path(module.__file__).parent


@pytest.mark.parametrize("package", [anaplan_client, anaplan_ext])
def test_packages_are_marked_as_typed(package: ModuleType) -> None:
    assert (folder(package) / "py.typed").is_file()


@pytest.mark.parametrize("package", [anaplan_client, anaplan_ext])
def test_every_name_of_every_face_resolves(package: ModuleType) -> None:
    for name in modules_of(package):
        module = import_module(name)
        names = getattr(module, "__all__", ())
        assert len(set(names)) == len(names), name
        for exported in names:
            assert getattr(module, exported) is not None, f"{name}.{exported}"


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
def test_a_face_gives_what_type_checkers_see(face: ModuleType) -> None:
    tree = ast.parse((folder(face) / "__init__.py").read_text(encoding="utf-8"))
    guarded = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    seen: set[str] = set()
    for statement in guarded[0].body:
        assert isinstance(statement, ast.ImportFrom)
        home = import_module("." * statement.level + (statement.module or ""), face.__name__)
        for alias in statement.names:
            name = alias.asname or alias.name
            assert getattr(face, name) is getattr(home, alias.name), name
            seen.add(name)
    assert seen == set(face.__all__)
    assert dir(face) == sorted(face.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = face.no_such_name


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.__name__)
def test_a_face_has_every_operation(api: ModuleType) -> None:
    files = (folder(api) / "api").glob("*/*.py")
    assert set(api.__all__) == {"models"} | {file.stem for file in files if file.stem != "__init__"}
    for name in set(api.__all__) - {"models"}:
        assert getattr(api, name).__name__ == name


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.__name__)
def test_a_face_of_models_has_every_model(api: ModuleType) -> None:
    files = [file for file in (folder(api) / "models").glob("*.py") if file.stem != "__init__"]
    assert len(api.models.__all__) == len(files)
    # A union is an alias, which does not know where it is from.
    classes = [found for name in api.models.__all__ if isinstance(found := getattr(api.models, name), type)]
    files = [file for file in files if '"""Union `' not in file.read_text(encoding="utf-8")]
    homes = {found.__module__ for found in classes}
    common = {name for name in homes if name.startswith("anaplan_client.common.models.")}
    assert {name.replace("anaplan_client.common", api.__name__) for name in homes} == {
        f"{api.__name__}.models.{file.stem}" for file in files
    }
    assert len(common) == (3 if api in (alm, cloudworks, integration) else 0)


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.__name__)
def test_importing_an_api_imports_none_of_it(api: ModuleType) -> None:
    imported = imported_by(f"import {api.__name__}")
    assert {name for name in imported if name.startswith(f"{api.__name__}.")} == set()
    assert imported.isdisjoint({"httpx", "dateutil"})


def test_an_operation_imports_what_it_needs_and_nothing_else() -> None:
    imported = imported_by("from anaplan_client.alm import list_revisions\nlist_revisions('model')")
    assert {name.removeprefix("anaplan_client.") for name in imported if name.startswith("anaplan_client.alm")} == {
        "alm",
        "alm.api",
        "alm.api.revisions",
        "alm.api.revisions.list_revisions",
        "alm.models",
        "alm.models.meta",
        "alm.models.revision",
        "alm.models.revisions_response",
        "alm.models.status",
    }
    assert imported.isdisjoint({"httpx", "dateutil"})


def test_a_model_imports_no_operation() -> None:
    imported = imported_by("from anaplan_client.integration.models import Workspace")
    assert {name for name in imported if name.startswith("anaplan_client.integration.")} == {
        "anaplan_client.integration.models",
        "anaplan_client.integration.models.workspace",
    }


@pytest.mark.parametrize("api", APIS)
def test_an_api_has_its_specification_beside_it(api: ModuleType) -> None:
    name = api.__name__.rpartition(".")[2]
    assert json.loads((folder(api) / "openapi.json").read_text(encoding="utf-8")) == document(name)


def test_importing_reads_no_specification() -> None:
    code = """
import sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
import anaplan_ext.drift
from anaplan_client import alm, integration
from anaplan_ext import Client
Client(token="token").send
alm.list_revisions("model")
assert opened
print([name for name in opened if name.endswith("openapi.json")])
"""
    assert run(code) == "[]"


@pytest.mark.parametrize("name", ["AsyncClient", "Client"])
def test_the_obvious_import_says_where_the_clients_are(name: str) -> None:
    with pytest.raises(ImportError, match=f"^{name} is in anaplan_ext: from anaplan_ext import {name}$"):
        exec(f"from anaplan_client import {name}")
    with pytest.raises(ImportError, match="cannot import name 'Clients' from 'anaplan_client'"):
        exec("from anaplan_client import Clients")


def test_the_version_is_that_of_the_distribution() -> None:
    assert anaplan_ext.__version__ == version("anaplan-client")
    assert "importlib.metadata" not in imported_by("import anaplan_ext")
