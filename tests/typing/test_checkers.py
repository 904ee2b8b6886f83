"""Run the type checkers on the files next to this one, which contain correct and wrong uses."""

import ast
import inspect
import json
import os
import re
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType, UnionType
from typing import NamedTuple, get_overloads

import attrs
import pytest

import anaplan_ext
from anaplan_client.core import ErrorContext, JsonModel
from anaplan_client.core.client import ApiClient, AsyncApiClient
from anaplan_ext import (
    Administration,
    Alm,
    AsyncAdministration,
    AsyncAlm,
    AsyncAudit,
    AsyncClient,
    AsyncCloudWorks,
    AsyncExceptionUsers,
    AsyncFiles,
    AsyncModelFile,
    AsyncTransactional,
    AsyncUsers,
    Audit,
    Client,
    CloudWorks,
    ExceptionUsers,
    Files,
    ModelFile,
    Transactional,
    Users,
)
from anaplan_ext.cloudworks import definitions, schedules

from . import program
from .tools import ROOT, run

HERE = Path(__file__).resolve().parent
FROZEN = sorted((HERE / "released").glob("*"))
"""The type tests of each release; there is none yet."""
USES = sorted(HERE.glob("api_*.py"))
"""The files without a wrong use."""
FILES = [*USES, HERE / "refused.py"]
RESOURCES = {
    "sync": (Administration, Alm, Audit, CloudWorks, ExceptionUsers, Files, Transactional, Users),
    "async": (
        *(AsyncAdministration, AsyncAlm, AsyncAudit, AsyncCloudWorks, AsyncExceptionUsers, AsyncTransactional),
        *(AsyncFiles, AsyncUsers),
    ),
}
FACES = {
    "sync": (Client, *RESOURCES["sync"], ModelFile, ApiClient),
    "async": (AsyncClient, *RESOURCES["async"], AsyncModelFile, AsyncApiClient),
}
CHECKERS = {
    "ty": ["ty", "check", "--project", str(ROOT), "--python", sys.executable, "--error-on-warning"],
    "pyrefly": [
        *("pyrefly", "check", "--preset", "strict", "--python-interpreter-path", sys.executable),
        *("--search-path", str(ROOT)),
    ],
}
"""The checkers that have no settings in the project."""


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program with all operations and classes that are generated."""
    return program.write(tmp_path_factory.mktemp("typing") / "operations.py")


def test_mypy(operations: Path) -> None:
    done = run("mypy", "--strict", *map(str, FILES), str(operations))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_checker_without_settings(checker: str, operations: Path) -> None:
    done = run(*CHECKERS[checker], *map(str, USES), str(operations))
    assert done.returncode == 0, done.stdout + done.stderr


WRONG = (
    "client.alm.sync_models('r', 's', 't', 'no')",
    "client.alm.sync_models('r', 's', 't').result.successful.none",
    "client.alm.change_model_status('paused')",
    "client.get_task_status(112000000000)",
    "client.get_task_status(112000000000, 't')['taskState'].lower()",
    "client.get_task_status(112000000000, 't').status",
    "client.load({'sales.csv': 5}, process='Nightly')",
    "len(client.export('Sales', 'sales.csv'))",
    "client.cloudworks.set_notification('Load', {'failure': ['user']})",
    "client.cloudworks.get_notification('Load').channels",
    "client.audit.iter_events('2026-01-01')",
    "client.users.list(active=True)",
    "client.exception_users.add('user')",
    "client.administration.import_users([('ada', 'Ada', 'Lovelace')])",
    "Client.from_env(store='tokens.json')",
)


@pytest.fixture(scope="module", params=CHECKERS)
def refused(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a checker says of the wrong uses, each in a function of two lines."""
    path = tmp_path_factory.mktemp("wrong") / "wrong.py"
    functions = [f"def use{index}(client: Client) -> None:\n    {wrong}\n" for index, wrong in enumerate(WRONG)]
    path.write_text(f"from anaplan_ext import Client\n{''.join(functions)}", encoding="utf-8")
    done = run(*CHECKERS[request.param], str(path))
    assert done.returncode == 1
    return done.stdout + done.stderr


@pytest.mark.parametrize("index", range(len(WRONG)), ids=WRONG)
def test_a_wrong_use_is_refused(index: int, refused: str) -> None:
    """A checker that sees `Any` everywhere has no false errors either."""
    assert f"wrong.py:{2 * index + 3}:" in refused


@pytest.mark.parametrize("version", FROZEN, ids=lambda folder: folder.name)
def test_mypy_on_what_a_release_promised(version: Path) -> None:
    """The type tests of a release hold for the present code; `diff` says what to tell users where one cannot.

    They are frozen with the release, as docs/regeneration.md says, and not edited afterwards.
    """
    done = run("mypy", "--strict", *map(str, sorted(version.glob("*.py"))))
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_release_has_frozen_its_type_tests() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (\d+\.\d+\.\d+)(?! \(unreleased\))", changelog, re.MULTILINE)
    frozen = {folder.name: {file.name for file in folder.iterdir()} for folder in FROZEN}
    assert set(released) <= set(frozen)
    for files in frozen.values():
        assert files >= {"api_async.py", "api_sync.py", "api_types.py"}


def test_pyright(operations: Path) -> None:
    """In one run, with the type tests of the releases."""
    settings = json.loads((HERE / "pyrightconfig.json").read_text(encoding="utf-8"))
    # Absolute paths are ignored.
    checked = [os.path.relpath(path, operations.parent) for path in (operations, *FILES, *FROZEN)]
    settings |= {"include": checked, "extraPaths": [str(ROOT)]}
    (operations.parent / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = run("pyright", "--project", str(operations.parent), "--pythonpath", sys.executable, "--stats")
    assert done.returncode == 0, done.stdout + done.stderr
    files = len(FILES) + sum(len([*folder.rglob("*.py")]) for folder in FROZEN) + 1
    assert f"Total files checked: {files}\n" in done.stdout


def test_every_refused_line_names_the_error_of_both_checkers() -> None:
    source = (HERE / "refused.py").read_text(encoding="utf-8")
    lines = source.splitlines()
    statements = [
        statement
        for function in ast.parse(source).body
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in function.body
        if ast.unparse(statement) != "..."
    ]
    assert len(statements) > 50
    for statement in statements:
        line = lines[statement.lineno - 1]
        assert "# type: ignore[" in line, line
        assert "# pyright: ignore[" in line, line


class Uses(NamedTuple):
    """What functions use of a class: the attributes that they read, and how often they call each method."""

    read: dict[str, set[str]]
    called: dict[str, Counter[str]]


def find_uses(module: ast.Module) -> Uses:
    """What functions use, by the class that the variable is annotated with, or the class itself."""
    uses = Uses(defaultdict(set), defaultdict(Counter))
    for function in module.body:
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            classes = {arg.arg: ast.unparse(arg.annotation) for arg in function.args.args if arg.annotation}
            for node in ast.walk(function):
                attribute = node.func if isinstance(node, ast.Call) else node
                if isinstance(attribute, ast.Attribute) and isinstance(attribute.value, ast.Name):
                    owner = classes.get(attribute.value.id, attribute.value.id)
                    if isinstance(node, ast.Call):
                        uses.called[owner][attribute.attr] += 1
                    else:
                        uses.read[owner].add(attribute.attr)
    return uses


@cache
def read_files(kind: str) -> str:
    """The text of all files of a kind: `sync`, `async` or `types`."""
    return "\n".join(path.read_text(encoding="utf-8") for path in USES if path.stem.endswith(f"_{kind}"))


@cache
def uses_in(*kinds: str) -> Uses:
    return find_uses(ast.parse("\n".join(map(read_files, kinds))))


def mentioned(kind: str) -> dict[str, set[str]]:
    return uses_in(kind).read


def test_every_file_is_of_a_kind() -> None:
    """In a file with another name, nothing would count as used."""
    assert {path.stem.rpartition("_")[2] for path in USES} == {"sync", "async", "types"}
    settings = json.loads((HERE / "pyrightconfig.json").read_text(encoding="utf-8"))
    assert settings["include"] == ["api_*.py", "refused.py", "released"]


def public(cls: type) -> set[str]:
    return {name for name in dir(cls) if not name.startswith("_")}


def untested(cls: type, uses: Uses) -> list[str]:
    """The public methods that are called less often than they have overloads, and the properties that are not read."""
    lacking: list[str] = []
    for name in sorted(public(cls)):
        member = inspect.getattr_static(cls, name)
        function = inspect.unwrap(member.__func__ if isinstance(member, classmethod | staticmethod) else member)
        if inspect.isfunction(function):
            if uses.called[cls.__name__][name] < max(1, len(get_overloads(function))):
                lacking.append(f"{name}()")
        elif name not in uses.read[cls.__name__]:
            lacking.append(name)
    return lacking


@pytest.mark.parametrize("face", ["sync", "async"])
def test_every_method_is_called_in_each_of_its_forms(face: str) -> None:
    for cls in FACES[face]:
        assert public(cls)
        assert untested(cls, uses_in(face)) == [], f"{cls.__name__}: not called"


@pytest.mark.parametrize("face", ["sync", "async"])
def test_every_resource_of_a_client_is_one_of_these(face: str) -> None:
    """A new resource, such as `client.audit`, has to be added to the tests above."""
    client = Client if face == "sync" else AsyncClient
    properties = {name: value for name, value in vars(client).items() if isinstance(value, property)}
    results = {inspect.get_annotations(value.fget)["return"] for value in properties.values() if value.fget}
    assert {str(result).strip("'") for result in results} == {cls.__name__ for cls in RESOURCES[face]}


def test_a_method_that_is_not_called_is_noticed() -> None:
    """Each check above fails without the use that it is about."""
    source = read_files("sync")
    module = ast.parse(source)
    attributes = [node for node in ast.walk(module) if isinstance(node, ast.Attribute)]
    for cls in FACES["sync"]:
        for name in public(cls):
            renamed = [node for node in attributes if node.attr == name]
            for node in renamed:
                node.attr = "other"
            assert name in {item.removesuffix("()") for item in untested(cls, find_uses(module))}
            for node in renamed:
                node.attr = name
    calls = source.count("alm.sync_models(")
    fewer = source.replace("alm.sync_models(", "alm.other(", calls - 2)
    assert untested(Alm, find_uses(ast.parse(fewer))) == ["sync_models()"]


@pytest.mark.parametrize(("face", "cls"), [("sync", Client), ("async", AsyncClient)])
def test_every_attribute_of_a_client_has_a_type_test(face: str, cls: type[Client] | type[AsyncClient]) -> None:
    attributes = {name for name in vars(cls(token="token")) if not name.startswith("_")}
    assert attributes
    assert attributes - mentioned(face)[cls.__name__] == set()


def own_attributes(cls: type) -> set[str]:
    """The attributes that instances of a model, setting or error are made with."""
    if attrs.has(cls):
        fields = attrs.fields(cls)
        return {field.name for field in fields if not field.inherited and not field.name.startswith("_")}
    if "__init__" not in vars(cls):
        return set()
    parameters = set(inspect.signature(cls).parameters) if issubclass(cls, Exception) else set()
    return parameters | assigned(inspect.getsource(inspect.getattr_static(cls, "__init__")))


def assigned(source: str) -> set[str]:
    """The public attributes of `self` that a method sets."""
    return {
        node.attr
        for node in ast.walk(ast.parse(textwrap.dedent(source)))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and not node.attr.startswith("_")
        if isinstance(node.value, ast.Name) and node.value.id == "self"
    }


EXPORTED = [one for one in (getattr(anaplan_ext, name) for name in anaplan_ext.__all__) if isinstance(one, type)]
OF_CLIENTS = {*FACES["sync"], *FACES["async"]}
"""Classes whose methods are tested above."""


@pytest.mark.parametrize("cls", [ErrorContext, *EXPORTED])
def test_every_attribute_of_an_exported_value_has_a_type_test(cls: type) -> None:
    assert own_attributes(cls) - mentioned("types")[cls.__name__] == set()


@pytest.mark.parametrize("cls", [cls for cls in EXPORTED if cls not in OF_CLIENTS])
def test_every_method_of_an_exported_value_has_a_type_test(cls: type) -> None:
    """In the class that has it: a subclass is no other."""
    uses = uses_in("types", "sync", "async")
    own = {name for base in cls.__mro__ if base is cls or base not in EXPORTED for name in vars(base)}
    inherited = {name for base in cls.__mro__[1:] if base in EXPORTED for name in vars(base)}
    builtin = {name for base in (BaseException, dict, Mapping, JsonModel) for name in dir(base)}
    found = {item.removesuffix("()") for item in untested(cls, uses)} - inherited - builtin - own_attributes(cls)
    assert found & own == set()


def test_every_exported_function_and_alias_has_a_type_test() -> None:
    """What is no class: functions are called, and aliases such as unions are the type of an argument."""
    source = "\n".join(map(read_files, ("types", "sync", "async")))
    nodes = [*ast.walk(ast.parse(source))]
    called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    annotated = {ast.unparse(node.annotation) for node in nodes if isinstance(node, ast.arg) and node.annotation}
    functions = {name for name in anaplan_ext.__all__ if inspect.isfunction(getattr(anaplan_ext, name))}
    unions = {name for name in anaplan_ext.__all__ if isinstance(getattr(anaplan_ext, name), UnionType)}
    assert functions >= {"to_columns", "access_report"}
    assert unions >= {"PendingTask"}
    assert functions - called == set()
    assert unions - annotated == set()


@pytest.mark.parametrize("module", [definitions, schedules], ids=lambda module: module.__name__)
def test_every_function_that_the_guide_of_cloudworks_names_has_a_type_test(module: ModuleType) -> None:
    """These functions are used, although `anaplan_ext` does not export them."""
    words = set(re.findall(r"\w+", (ROOT / "docs" / "cloudworks.md").read_text(encoding="utf-8")))
    functions = {
        name for name, one in vars(module).items() if inspect.isfunction(one) and one.__module__ == module.__name__
    }
    assert functions & words
    name = module.__name__.rpartition(".")[2]
    assert functions & words - set(uses_in("types").called[name]) == set()
