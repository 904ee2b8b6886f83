"""What `diff` says about the Python surface: each kind of change, and what is none."""

from pathlib import Path

import pytest

from generator.diff import python_api
from generator.diff import severity as severities

B, R, S = "breaking", "risky", "safe"
FACE = """\
from typing import TYPE_CHECKING

from ._hidden import Client, Record
from .errors import Failure as Failure

if TYPE_CHECKING:
    from .kinds import Kind

__all__ = ["Client", "Failure", "Kind", "Record", "VERSION"]
VERSION = "1"
"""
HIDDEN = '''\
from collections.abc import AsyncIterator, Callable
from typing import Literal, TypeAlias, TypeVar, overload

from attrs import field, frozen

from . import kinds

Text: TypeAlias = str | bytes
Pace: TypeAlias = Literal["fast", "slow"]
Late: TypeAlias = "kinds.Kind | None"
T = TypeVar("T", bound=str)


class _Base:
    def close(self, hard: bool = False) -> None: ...


class Client(_Base):
    """A client."""

    limit: int = 3
    bare = 3
    _private: int = 1

    def __init__(self, name: str, *, size: int = 1) -> None:
        self.name = name

    def read(self, file: str, start: int = 0, *, kind: kinds.Kind | None = None, pace: Pace = "fast") -> Text:
        return file

    @overload
    def wait(self, task: str) -> int: ...
    @overload
    def wait(self, task: None) -> None: ...
    def wait(self, task: str | None) -> int | None:
        return None

    @property
    def settings(self) -> "Settings":
        raise Failure

    async def send(self, value: T, on_part: Callable[[int, str], None] | None = None) -> list[T]:
        return [value]

    def parts(self) -> AsyncIterator[bytes]:
        raise Failure

    def _inner(self, x: int) -> int:
        return x


class Settings:
    """Mentioned, so that users reach it only if it has a public path."""


@frozen
class Record:
    """What users make."""

    id: str
    size: int = field(default=0)
'''
FILES = {
    "__init__.py": FACE,
    "_hidden.py": HIDDEN,
    "errors.py": 'class Base(Exception):\n    """B."""\n\n\nclass Failure(Base):\n    """F."""\n',
    "kinds.py": 'from enum import StrEnum\n\n\nclass Kind(StrEnum):\n    ONE = "one"\n    TWO = "two"\n',
    "inner.py": "def helper(x: int) -> int:\n    return x\n",
}

# What is replaced in which file, and what is said: rule (behind python-), severity and subject below anaplan_ext.
CHANGES = {
    "_hidden.py": [
        ("    def read(", "    def write(self) -> None: ...\n    def read(", "added", S, "Client.write"),
        ("def wait", "def pause", "removed", B, "Client.wait"),
        ("file: str, ", "", "parameter-removed", B, "Client.read(file)"),
        ("file: str,", "file: str, end: int,", "parameter-added-required", B, "Client.read(end)"),
        ("*, kind", "*, end: int = 1, kind", "parameter-added", S, "Client.read(end)"),
        ("file: str, start: int = 0", "start: int, file: str", "parameter-moved", B, "Client.read(file)"),
        ("start: int = 0, *,", "*, start: int = 0,", "parameter-kind-changed", B, "Client.read(start)"),
        ("start: int = 0,", "start: int,", "parameter-required", B, "Client.read(start)"),
        ("start: int = 0", "start: int = 1", "default-changed", R, "Client.read(start)"),
        ("-> Text", "", "return-changed", B, "Client.read"),
        ("-> Text", "-> int", "return-changed", B, "Client.read"),
        ("-> Text", "-> Text | None", "return-changed", B, "Client.read"),
        ("-> Text", "-> bytes", "return-narrowed", S, "Client.read"),
        ("def read", "async def read", "return-changed", B, "Client.read"),
        ("-> list[T]", "-> tuple[T]", "return-changed", B, "Client.send"),
        ("bound=str", "bound=int", "return-changed", B, "Client.send"),
        ("file: str,", "file: bytes,", "parameter-type-changed", B, "Client.read(file)"),
        ("file: str,", "file,", "parameter-type-changed", B, "Client.read(file)"),
        ("file: str,", "file: str | None,", "parameter-type-widened", S, "Client.read(file)"),
        ("kind: kinds.Kind | None", "kind: kinds.Kind", "parameter-type-changed", B, "Client.read(kind)"),
        ('["fast", "slow"]', '["fast"]', "parameter-type-changed", B, "Client.read(pace)"),
        ('["fast", "slow"]', '["fast", "slow", "idle"]', "parameter-type-widened", S, "Client.read(pace)"),
        ("Callable[[int, str]", "Callable[[str, int]", "parameter-type-changed", B, "Client.send(on_part)"),
        ("hard: bool", "hard: str", "parameter-type-changed", B, "Client.close(hard)"),
        ("self, name: str", "self, name: int", "parameter-type-changed", B, "Client.__init__(name)"),
        ("limit: int", "limit: float", "attribute-type-changed", B, "Client.limit"),
        ("id: str", "id: int", "attribute-type-changed", B, "Record.id"),
        ('-> "Settings"', '-> "Settings | None"', "attribute-type-changed", B, "Client.settings"),
        ("task: None) -> None", "task: None) -> str", "overloads-changed", B, "Client.wait"),
        ("    @overload\n    def wait(self, task: None) -> None: ...\n", "", "overloads-changed", B, "Client.wait"),
        (
            "    def wait(self, task: str | None)",
            "    @overload\n    def wait(self, task: int) -> str: ...\n    def wait(self, task: str | int | None)",
            *("overload-added", S, "Client.wait"),
        ),
        (
            "    def _inner(self, x: int) -> int:",
            "    @overload\n    def close(self, hard: bool) -> None: ...\n"
            "    @overload\n    def close(self) -> int: ...\n"
            "    def close(self, hard: bool = False) -> int | None: ...\n\n    def _inner(self, x: int) -> int:",
            *("overloads-changed", B, "Client.close"),
        ),
        ("    id: str\n", "    id: str\n    key: str = ''\n", "added", S, "Record.key"),
        ("def __init__(self, name: str,", "def __init__(self,", "parameter-removed", B, "Client.__init__(name)"),
    ],
    "__init__.py": [
        ('"Record", ', "", "removed", B, "Record"),
        ('VERSION = "1"', "def VERSION() -> str: ...", "kind-changed", B, "VERSION"),
    ],
    "errors.py": [
        ("class Failure(Base)", "class Failure", "base-removed", B, "Failure"),
    ],
    "kinds.py": [
        ('    TWO = "two"\n', "", "removed", B, "Kind.TWO"),
        ('    TWO = "two"\n', '    TWO = "two"\n    X = "x"\n', "added", S, "Kind.X"),
    ],
}  # fmt: skip
ROWS = [(name, *row) for name, rows in CHANGES.items() for row in rows]
# What is no change for users, though the text is another.
NONE = [
    ("_hidden.py", '"""A client."""', '"""Another text."""'),
    ("_hidden.py", "_private: int = 1", "_private: str = ''"),
    ("_hidden.py", "def _inner(self, x: int)", "def _inner(self)"),
    ("_hidden.py", "from . import kinds\n", "from . import kinds\nfrom .kinds import Kind as Other\n"),
    ("_hidden.py", "kind: kinds.Kind | None", "kind: None | kinds.Kind"),
    ("_hidden.py", "kind: kinds.Kind | None", "kind: Late"),
    ("_hidden.py", '["fast", "slow"]', '["slow", "fast"]'),
    ("_hidden.py", "-> Text", "-> bytes | str"),
    ("_hidden.py", "-> Text", "-> 'Text'"),
    ("_hidden.py", "kind: kinds.Kind | None", "kind: 'None | kinds.Kind'"),
    ("_hidden.py", "pace: Pace", 'pace: Literal["slow"] | Literal["fast"]'),
    ("_hidden.py", 'T = TypeVar("T"', 'T = Other = TypeVar("Other"'),
    ("_hidden.py", "-> int:\n        return x", "-> str:\n        return x"),
    ("_hidden.py", "def wait(self, task: str | None) -> int | None:", "def wait(self, task: object) -> object:"),
    # An asynchronous generator is called like a function that returns an iterator.
    ("_hidden.py", "def parts", "async def parts"),
    ("inner.py", "x: int", "x: str"),
    ("__init__.py", '["Client", "Failure"', '["Failure", "Client"'),
    ("inner.py", "def helper(x: int)", "def other()"),
    ("inner.py", "return x", "return x + 1"),
]


def tree(root: Path, files: dict[str, str]) -> Path:
    for package in python_api.PACKAGES:
        (root / package).mkdir(parents=True)
        (root / package / "__init__.py").write_text("", encoding="utf-8")
    for name, text in files.items():
        (root / "anaplan_ext" / name).write_text(text, encoding="utf-8")
    return root


def changed(name: str, old: str, new: str) -> dict[str, str]:
    assert FILES[name].count(old) >= 1, "the case is out of date"
    return FILES | {name: FILES[name].replace(old, new)}


@pytest.mark.parametrize(
    ("name", "old", "new", "rule", "severity", "subject"),
    [(name, *row) for name, rows in CHANGES.items() for row in rows],
)
def test_a_change_is_found_and_graded(
    name: str, old: str, new: str, rule: str, severity: str, subject: str, tmp_path: Path
) -> None:
    trees = tree(tmp_path / "old", FILES), tree(tmp_path / "new", changed(name, old, new))
    found = {(change.rule, change.severity, change.subject) for change in python_api.compare(*trees)}
    assert (f"python-{rule}", severity, f"anaplan_ext.{subject}") in found
    # A rename is a removal and an addition; what is moved moves others.
    assert len(found) <= 3


def test_every_grade_of_the_python_api_has_a_case() -> None:
    assert {f"python-{row[2]}" for rows in CHANGES.values() for row in rows} == {
        grade.rule for grade in severities.PYTHON.values()
    }


@pytest.mark.parametrize(("name", "old", "new"), NONE)
def test_what_users_do_not_see_is_no_change(name: str, old: str, new: str, tmp_path: Path) -> None:
    trees = tree(tmp_path / "old", FILES), tree(tmp_path / "new", changed(name, old, new))
    assert python_api.compare(*trees) == []
    assert python_api.compare(*reversed(trees)) == []


def test_a_new_parameter_of_overloads_is_told_once(tmp_path: Path) -> None:
    text = HIDDEN.replace("def wait(self, task: str)", "def wait(self, task: str, late: int = 1)")
    text = text.replace("def wait(self, task: None)", "def wait(self, task: None, late: int = 1)")
    text = text.replace("def wait(self, task: str | None)", "def wait(self, task: str | None, late: int = 1)")
    trees = tree(tmp_path / "old", FILES), tree(tmp_path / "new", FILES | {"_hidden.py": text})
    (change,) = python_api.compare(*trees)
    assert (change.rule, change.severity) == ("python-parameter-added", S)
    (change,) = python_api.compare(*reversed(trees))
    assert (change.rule, change.severity) == ("python-parameter-removed", B)


def test_a_changed_type_is_told_by_public_names(tmp_path: Path) -> None:
    new = changed("_hidden.py", "kind: kinds.Kind | None", "kind: Record | Pace")
    (change,) = python_api.compare(tree(tmp_path / "old", FILES), tree(tmp_path / "new", new))
    assert change.migration == (
        "Give `kind` of `anaplan_ext.Client.read` as `anaplan_ext.Record | Literal['fast', 'slow']`, "
        "no longer as `anaplan_ext.Kind | None`."
    )


def test_what_is_generated_from_a_specification_is_told_by_its_comparison(tmp_path: Path) -> None:
    head = "# Generated by `python -m generator` from openapi/anaplan_x.yaml. Do not edit.\n"
    old = FILES | {"_hidden.py": head + HIDDEN}
    new = {name: text.replace("file: str,", "file: bytes,") for name, text in old.items()}
    assert python_api.compare(tree(tmp_path / "old", old), tree(tmp_path / "new", new)) == []


def test_a_change_says_where_it_is(tmp_path: Path) -> None:
    gone = changed("_hidden.py", "    limit: int = 3\n", "")
    (change,) = python_api.compare(tree(tmp_path / "old", FILES), tree(tmp_path / "new", gone))
    line = HIDDEN[: HIDDEN.index("    limit: int")].count("\n") + 1
    assert change.where == f"anaplan_ext/_hidden.py:{line} (before)"
    assert change.migration == "`anaplan_ext.Client.limit` was removed; remove its uses."


def test_another_path_to_the_same_thing_is_no_removal(tmp_path: Path) -> None:
    """A class that gets a shorter path keeps its longer one, and each of its changes is told once."""
    more = changed("__init__.py", '"VERSION"]', '"VERSION", "Base"]')
    more |= {"__init__.py": more["__init__.py"].replace("import Failure as", "import Base as Base, Failure as")}
    old, new = tree(tmp_path / "old", FILES), tree(tmp_path / "new", more)
    assert [(change.rule, change.subject) for change in python_api.compare(old, new)] == [
        ("python-added", "anaplan_ext.Base")
    ]


def test_a_class_that_moves_behind_its_public_name_is_no_change(tmp_path: Path) -> None:
    old, new = FILES | {"_other.py": "class Other:\n    pass\n"}, dict(FILES)
    new["_record.py"] = HIDDEN[HIDDEN.index("@frozen") :]
    new["_hidden.py"] = HIDDEN[: HIDDEN.index("@frozen")]
    new["__init__.py"] = FACE.replace("import Client, Record", "import Client\nfrom ._record import Record")
    for files in (old, new):
        files["__init__.py"] += "def make() -> Record: ...\n"
        files["__init__.py"] = files["__init__.py"].replace('["Client"', '["make", "Client"')
    trees = tree(tmp_path / "old", old), tree(tmp_path / "new", new)
    assert python_api.compare(*trees) == []
    assert python_api.compare(*reversed(trees)) == []


def test_a_method_that_moves_to_an_imported_base_is_no_removal(tmp_path: Path) -> None:
    method = "    def to_dict(self) -> None: ...\n"
    face = '__all__ = ["Thing"]\n'
    old = {"__init__.py": f"from ._thing import Thing\n{face}", "_thing.py": f"class Thing:\n{method}"}
    moved = "from ._base import Base\n\nclass Thing(Base):\n    pass\n"
    new = {"__init__.py": old["__init__.py"], "_thing.py": moved, "_base.py": f"class Base:\n{method}"}
    trees = tree(tmp_path / "old", old), tree(tmp_path / "new", new)
    assert python_api.compare(*trees) == []
    new["_base.py"] = "class Base:\n    pass\n"
    gone = python_api.compare(trees[0], tree(tmp_path / "gone", new))
    assert [change.rule for change in gone] == ["python-removed"]


def test_a_package_that_was_not_there_is_new(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    found = python_api.compare(tmp_path / "old", tree(tmp_path / "new", FILES))
    assert {change.severity for change in found} == {S}
    assert [change.subject for change in found] == [
        f"anaplan_ext.{name}" for name in ("Client", "Failure", "Kind", "Record", "VERSION")
    ]
