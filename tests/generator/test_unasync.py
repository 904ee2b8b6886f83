"""The synchronous half that is written from the asynchronous one."""

import ast
import io
import keyword
import shutil
import tokenize
from pathlib import Path

import pytest

from generator import unasync
from generator.spec.document import InvalidSpecificationError

ROOT = Path(__file__).parent.parent.parent
FILE = "anaplan_ext/some/_async/some.py"
CAPABILITIES = (
    *("administration", "alm", "audit", "auth", "client", "cloudworks", "exception_users", "files"),
    *("frames", "listing", "loads"),
    *("reconcile", "tasks", "transactional", "transfers", "transport", "users"),
)
SOURCES = [path.relative_to(ROOT) for path in sorted(ROOT.glob("[at]*/**/_async/*.py"))]


def converted(source: str) -> str:
    """The synchronous form without its first line."""
    first, _, rest = unasync.convert(source, FILE).partition("\n")
    assert first == f"# Converted by `python -m generator` from {FILE}. Edit that file, not this one."
    return rest


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("async def f() -> None: ...\n", "def f() -> None: ...\n"),
        ("async  def f() -> None: ...\n", "def f() -> None: ...\n"),
        ("async with a as b, c:\n    pass\n", "with a as b, c:\n    pass\n"),
        ("async for a in b:\n    pass\nelse:\n    c\n", "for a in b:\n    pass\nelse:\n    c\n"),
        ("x = [a async for a in b if await c]\n", "x = [a for a in b if c]\n"),
        ("x = await f(await g())\n", "x = f(g())\n"),
        ("await(f())\n", "(f())\n"),
        ("x = (await f()).y\n", "x = (f()).y\n"),
        ("x = await \\\n    f()\n", "x = f()\n"),
        ("return await f(\n    a,  # why\n    b,\n)\n", "return f(\n    a,  # why\n    b,\n)\n"),
        ("if await a: await b; await c\n", "if a: b; c\n"),
    ],
)
def test_the_words_of_asynchronous_syntax_go(source: str, result: str) -> None:
    assert converted(source) == result


@pytest.mark.parametrize("name", sorted(unasync.NAMES))
def test_a_name_of_the_table_becomes_its_twin(name: str) -> None:
    twin = unasync.NAMES[name]
    assert converted(f"from a.{name} import b as {name}\n") == f"from a.{twin} import b as {twin}\n"
    assert converted(f"x = y.{name}(y.b)\n") == f"x = y.{twin}(y.b)\n"
    assert converted(f'x = "{name}"  # {name}.\n') == f'x = "{twin}"  # {twin}.\n'


@pytest.mark.parametrize(
    ("source", "result"),
    [
        (
            'def f():\n    """Closes; see `AsyncClient.aclose`.\n\n    Inside of it, after an `await f()`.\n    """\n',
            'def f():\n    """Closes; see `Client.close`.\n\n    Inside of it, after an `f()`.\n    """\n',
        ),
        ("# An asynchronous client: await it.\nx = 1\n", "# An synchronous client: it.\nx = 1\n"),
        ("# Asynchronously, asynchronously, an AsyncClients, xaclose.\n",) * 2,
        (
            '"""Example:\n\n    async def f():\n        await g()\n"""\n',
            '"""Example:\n\n    def f():\n        g()\n"""\n',
        ),
        ('x = f"{a} of {b!r} at {c:>{d}}"\n',) * 2,
        ('x = rf"\\d {a}" b"\\x00" "é"\n',) * 2,
        ('x = {"async": 1, "awaited": 2}\n',) * 2,
    ],
    ids=["docstring", "comment", "longer words", "example", "f-string", "prefixes", "other strings"],
)
def test_prose_and_strings_go_through_the_same_table(source: str, result: str) -> None:
    assert converted(source) == result


@pytest.mark.parametrize("word", ["def", "with", "for"])
def test_syntax_that_prose_quotes_goes_too(word: str) -> None:
    assert converted(f"# Inside `async {word}`.\n") == f"# Inside `{word}`.\n"


def test_the_text_of_an_f_string_goes_through_the_same_table() -> None:
    assert converted('x = f"AsyncClient {AsyncClient!r}"\n') == 'x = f"Client {Client!r}"\n'


@pytest.mark.parametrize(
    "source",
    [
        "from concurrent.futures import wait\n",
        "x.is_async = not_asynchronously(run_async=1)\n",
        "def aclosed(self) -> None: ...\n",
        "awaited = waiting\n",
        "class NotAsync: ...\n",
        "def __call__(self) -> None: ...\n",
        "x.gather_all(create_tasks, TaskGroups)\n",
    ],
)
def test_other_names_stay(source: str) -> None:
    assert converted(source) == source


@pytest.mark.parametrize("source", ['__all__ = ["f"]\n', "def __add__(self, other): ...\n", "__attrs_attrs__\n"])
def test_other_special_names_stay(source: str) -> None:
    assert converted(source) == source


def test_layout_stays() -> None:
    source = '''"""Head."""

import   os


@decorate( a,b )   # two blanks
async def f( a = 1 ) :
\t"""Tabbed."""

\tasync with a:  # why
\t\treturn   await b( "é" , await c)   ;


x = (
    await d  # first
    # own line

)'''
    result = '''"""Head."""

import   os


@decorate( a,b )   # two blanks
def f( a = 1 ) :
\t"""Tabbed."""

\twith a:  # why
\t\treturn   b( "é" , c)   ;


x = (
    d  # first
    # own line

)'''
    assert converted(source) == result


@pytest.mark.parametrize("between", ["\x0c", "\x1e", "\u2028"], ids=["form feed", "separator", "line separator"])
def test_rare_line_ends_move_nothing(between: str) -> None:
    assert converted(f'x = "{between}"\nawait y\n') == f'x = "{between}"\ny\n'


@pytest.mark.parametrize(
    "name",
    [
        "asyncio",
        "AsyncThing",
        "Asynchronously",
        "async_open",
        "_async_thing",
        "_AsyncThing",
        "aiter",
        "aiter_lines",
        "gather",
        "TaskGroup",
        "create_task",
        "__await__",
    ],
)
@pytest.mark.parametrize("code", ["x = 1\n\n{}()\n", "x = 1\n\nx.{}\n", "x = 1\n\nfrom x import {}\n"])
def test_an_unmapped_name_that_looks_asynchronous_is_told_with_its_line(name: str, code: str) -> None:
    with pytest.raises(InvalidSpecificationError) as raised:
        unasync.convert(code.format(name), FILE)
    message = f"{name} looks asynchronous and is not in the table of generator/unasync.py"
    assert str(raised.value) == f"{FILE}:3: {message} [async-name]"


def test_every_unmapped_name_is_told() -> None:
    with pytest.raises(InvalidSpecificationError) as raised:
        unasync.convert("import asyncio\nx = 1\nasyncio.gather()\n", FILE)
    assert [(problem.line, problem.message.split()[0]) for problem in raised.value.problems] == [
        (1, "asyncio"),
        (3, "asyncio"),
        (3, "gather"),
    ]


def test_used_names_are_collected_from_code_and_prose() -> None:
    used: set[str] = set()
    unasync.convert('"""Like `anext`."""\nx: AsyncIterator = y  # __aexit__\nz.aclosed()\n', FILE, used)
    assert used == {"anext", "AsyncIterator", "__aexit__"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project whose only asynchronous module uses every name of the table."""
    source = tmp_path / "root" / FILE
    source.parent.mkdir(parents=True)
    source.write_text("\n".join(unasync.NAMES) + "\n", encoding="utf-8")
    return tmp_path / "root"


def test_a_tree_is_converted_beside_its_source(tree: Path, tmp_path: Path) -> None:
    for folder in ("anaplan_client/core/http/_async", "tests/_async", "tests/deep/_async", "elsewhere/_async"):
        (tree / folder).mkdir(parents=True)
        (tree / folder / "__init__.py").write_text("await x\n", encoding="utf-8")
        (tree / folder / "notes.txt").write_text("await x\n", encoding="utf-8")
    folders = unasync.convert_tree(tree, tmp_path / "target")
    assert [folder.as_posix() for folder in folders] == [
        "anaplan_client/core/http/_sync",
        "anaplan_ext/some/_sync",
        "tests/_sync",
        "tests/deep/_sync",
    ]
    written = sorted(path.relative_to(tmp_path / "target") for path in (tmp_path / "target").rglob("*.*"))
    assert [path.as_posix() for path in written] == [
        "anaplan_client/core/http/_sync/__init__.py",
        "anaplan_ext/some/_sync/some.py",
        "tests/_sync/__init__.py",
        "tests/deep/_sync/__init__.py",
    ]
    text = (tmp_path / "target/tests/deep/_sync/__init__.py").read_text(encoding="utf-8")
    assert "from tests/deep/_async/__init__.py." in text
    assert text.endswith("\nx\n")


@pytest.mark.parametrize("unused", ["aclose", "AsyncClient"])
def test_an_entry_of_the_table_that_nothing_uses_is_told(unused: str, tree: Path, tmp_path: Path) -> None:
    names = [name for name in unasync.NAMES if name != unused]
    (tree / FILE).write_text("\n".join(names) + "\n", encoding="utf-8")
    with pytest.raises(InvalidSpecificationError) as raised:
        unasync.convert_tree(tree, tmp_path / "target")
    assert [(problem.file, problem.message) for problem in raised.value.problems] == [
        ("generator/unasync.py", f"{unused} is used nowhere")
    ]


def test_the_sources_of_the_project_are_found() -> None:
    assert {path.parent.as_posix() for path in SOURCES} == {
        "anaplan_client/core/http/_async",
        *(f"{folder}/{name}/_async" for folder in ("anaplan_ext", "tests/ext") for name in CAPABILITIES),
        "tests/ext/support/_async",
        "tests/contract/faults/_async",
    }


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.as_posix())
def test_the_sources_of_the_project_convert_to_synchronous_code(path: Path) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    result = unasync.convert(source, path.as_posix())
    assert unasync.convert(source, path.as_posix()) == result
    names = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(result).readline)
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string)
    ]
    assert not {"async", "await", *unasync.NAMES} & {*names, *result.split()}
    for node in ast.walk(ast.parse(result)):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.AsyncWith | ast.AsyncFor | ast.Await)
        assert not getattr(node, "is_async", 0)
    # What is synchronous already stays as it is.
    body = result.partition("\n")[2]
    assert unasync.convert(body, path.as_posix()) == result
    # Lines are neither won nor lost, and comments keep theirs.
    assert len(body.splitlines()) == len(source.splitlines())


def test_a_tree_converts_the_same_twice(tmp_path: Path) -> None:
    for path in SOURCES:
        (tmp_path / "root" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / "root" / path)
    trees: list[dict[Path, bytes]] = []
    for name in ("one", "two"):
        target = tmp_path / name
        unasync.convert_tree(tmp_path / "root", target)
        trees.append({path.relative_to(target): path.read_bytes() for path in target.rglob("*.py")})
    assert trees[0] == trees[1]
    assert len(trees[0]) == len(SOURCES)
