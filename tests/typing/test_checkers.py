"""Run the type checkers on the files next to this one, which contain correct and wrong uses."""

import ast
import inspect
import json
import re
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import attrs
import pytest

import anaplan_ext
from anaplan_client.core import ErrorContext
from anaplan_client.core.client import ApiClient, AsyncApiClient
from anaplan_ext import Alm, AsyncAlm, AsyncClient, AsyncTransactional, Client, Transactional

from . import program
from .tools import ROOT, run

HERE = Path(__file__).resolve().parent
FROZEN = sorted((HERE / "released").glob("*"))
"""The type tests of each release; there is none yet."""
FILES = [HERE / f"{name}.py" for name in ("api_sync", "api_async", "api_types", "refused")]
USES = FILES[:-1]
"""The files without a wrong use."""
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


def test_ty(operations: Path) -> None:
    done = run(*CHECKERS["ty"], *map(str, USES), str(operations))
    assert done.returncode == 0, done.stdout + done.stderr


def test_pyrefly(operations: Path) -> None:
    done = run(*CHECKERS["pyrefly"], *map(str, USES), str(operations))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        "client.alm.sync_models('r', 's', 't', 'no')",
        "client.alm.sync_models('r', 's', 't').result.successful.none",
        "client.alm.change_model_status('paused')",
        "client.get_task_status(112000000000)",
        "client.get_task_status(112000000000, 't')['taskState'].lower()",
        "client.get_task_status(112000000000, 't').status",
    ],
)
@pytest.mark.parametrize("checker", ["ty", "pyrefly"])
def test_a_wrong_use_is_refused(checker: str, wrong: str, tmp_path: Path) -> None:
    """A checker that sees `Any` everywhere has no false errors either."""
    (tmp_path / "wrong.py").write_text(
        f"from anaplan_ext import Client\n\n\ndef use(client: Client) -> None:\n    {wrong}\n"
    )
    done = run(*CHECKERS[checker], str(tmp_path / "wrong.py"))
    assert done.returncode == 1
    assert "wrong.py:5" in done.stdout + done.stderr


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
    """With the type tests of the releases."""
    done = run("pyright", "--project", str(HERE))
    assert done.returncode == 0, done.stdout + done.stderr
    settings = {"include": [operations.name], "typeCheckingMode": "strict", "extraPaths": [str(ROOT)]}
    (operations.parent / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = run("pyright", "--project", str(operations.parent), "--pythonpath", sys.executable)
    assert done.returncode == 0, done.stdout + done.stderr


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


@cache
def mentioned(file: str) -> dict[str, set[str]]:
    """The attributes that a file's functions read, by the class that the variable is annotated with."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for function in ast.parse((HERE / file).read_text(encoding="utf-8")).body:
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            classes = {arg.arg: ast.unparse(arg.annotation) for arg in function.args.args if arg.annotation}
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    found[classes.get(node.value.id, node.value.id)].add(node.attr)
    return found


def public(cls: type) -> set[str]:
    return {name for name in dir(cls) if not name.startswith("_")}


@pytest.mark.parametrize(
    ("file", "classes"),
    [
        ("api_sync.py", (Client, Alm, Transactional, ApiClient)),
        ("api_async.py", (AsyncClient, AsyncAlm, AsyncTransactional, AsyncApiClient)),
    ],
)
def test_every_method_has_a_type_test(file: str, classes: tuple[type, ...]) -> None:
    tested = mentioned(file)
    for cls in classes:
        assert public(cls) - tested[cls.__name__] == set(), f"{cls.__name__}: no type test in {file}"


@pytest.mark.parametrize(("file", "cls"), [("api_sync.py", Client), ("api_async.py", AsyncClient)])
def test_every_attribute_of_a_client_has_a_type_test(file: str, cls: type[Client] | type[AsyncClient]) -> None:
    attributes = {name for name in vars(cls(token="token")) if not name.startswith("_")}
    assert attributes
    assert attributes - mentioned(file)[cls.__name__] == set()


def own_attributes(cls: type) -> set[str]:
    """The attributes that instances of a model, setting or error are made with."""
    if attrs.has(cls):
        return {field.name for field in attrs.fields(cls)}
    if issubclass(cls, Exception) and "__init__" in vars(cls):
        return set(inspect.signature(cls).parameters)
    return set()


EXPORTED = [one for one in (getattr(anaplan_ext, name) for name in anaplan_ext.__all__) if isinstance(one, type)]


@pytest.mark.parametrize("cls", [ErrorContext, *EXPORTED])
def test_every_attribute_of_an_exported_value_has_a_type_test(cls: type) -> None:
    assert own_attributes(cls) - mentioned("api_types.py")[cls.__name__] == set()
