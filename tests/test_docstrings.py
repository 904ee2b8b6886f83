"""Public docstrings are complete where they stand, and their examples run in both clients."""

import inspect
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import griffe
import pytest

import anaplan_ext
from anaplan_client.core import errors
from anaplan_ext import emulator
from anaplan_ext.cloudworks import definitions, schedules
from anaplan_ext.users import filters
from generator.docs.snippets import Snippet, snippets, synchronous

from .pages import DOCS, Face, run

FACES: tuple[Face, ...] = ("sync", "async")
CLASSES = {
    "async": (
        *("AsyncClient", "AsyncAlm", "AsyncCloudWorks", "AsyncTransactional"),
        *("AsyncAdministration", "AsyncAudit", "AsyncExceptionUsers", "AsyncUsers"),
    ),
    "sync": (
        *("Client", "Alm", "CloudWorks", "Transactional"),
        *("Administration", "Audit", "ExceptionUsers", "Users"),
    ),
}
ELSEWHERE = re.compile(
    r"^As `|\blikewise\b|[Tt]he same as `|\bthose of `\w+`|\b(as|As) for `|[Ss]ee `\w+\(?`|\blike `\w+`"
)
NEVER_RAISE = {
    *("aclose", "close", "with_model", "from_existing"),
    *("administration", "audit", "exception_users", "users"),
}
EXAMPLES = {
    *("upload_file", "upload_file_stream", "get_file", "download_file", "get_file_stream", "run_action"),
    *("upload_and_import", "export_and_download", "create_revision", "sync_models"),
    *("load", "plan_load", "export", "view", "items"),
    *("get_list_items", "insert_list_items", "iter_view_rows", "update_module_data"),
    *("upsert_list_items", "write_module_data"),
    *("status", "plan", "apply", "changelog"),
}
SET_UP = """\
from pathlib import Path

development_id, production_id = emulator.development_model_id, emulator.production_model_id
model = emulator.model(development_id)
model.add_list("Products", items=["Apples"])
model.add_module("Sales", applies_to=["Products"], line_items=["Units"])
list_id = next(part.id for part in await client.transactional.list_lists() if part.name == "Products")
module_id = next(part.id for part in await client.transactional.list_modules() if part.name == "Sales")
Path("sales.csv").write_text("id,amount\\n1,10\\n")
await client.upload_and_import(113000000000, "id,amount\\n1,10\\n", 112000000000)
await client.run_action(116000000000)
await client.alm.create_revision("Release 1.3")
model.add_list("Regions")
"""


def public_type(name: str) -> type:
    home = {"Emulator": emulator, "ErrorContext": errors}.get(name, anaplan_ext)
    return getattr(home, name)  # type: ignore[no-any-return]


@cache
def load_package(name: str) -> griffe.Object | griffe.Alias:
    """Load a package from its source with all its modules, which takes a second."""
    return griffe.load(name, docstring_parser="google", docstring_options={"returns_named_value": False})


def load_module(name: str) -> griffe.Object | griffe.Alias:
    package, _, path = name.partition(".")
    return load_package(package)[path] if path else load_package(package)


def load(name: str) -> griffe.Class:
    """Load a public class from its source."""
    found = load_module(public_type(name).__module__)[name]
    assert isinstance(found, griffe.Class)
    return found


def public_methods(face: Face) -> Iterator[tuple[str, griffe.Function | griffe.Attribute]]:
    for name in CLASSES[face]:
        for member in load(name).members.values():
            is_method = isinstance(member, griffe.Function) or "property" in member.labels
            if is_method and not member.name.startswith("_"):
                assert isinstance(member, griffe.Function | griffe.Attribute)
                yield f"{name}.{member.name}", member


METHODS = {face: dict(public_methods(face)) for face in FACES}
CASES = [(face, name) for face in FACES for name in METHODS[face]]


def sections(item: griffe.Object) -> dict[str, griffe.DocstringSection]:
    assert item.docstring is not None
    return {section.title or section.kind.value: section for section in item.docstring.parsed}


def described(section: griffe.DocstringSection | None) -> set[str]:
    return {part.name for part in section.value if part.description.strip()} if section is not None else set()


@pytest.mark.parametrize(("face", "name"), CASES)
def test_a_docstring_is_complete(face: Face, name: str) -> None:
    method = METHODS[face][name]
    parts = sections(method)
    if isinstance(method, griffe.Function):
        arguments = {part.name for part in method.parameters} - {"self", "cls"}
        assert described(parts.get("parameters")) == arguments
    if method.name not in NEVER_RAISE:
        assert "raises" in parts
    returned = method.returns if isinstance(method, griffe.Function) else method.annotation
    assert ("returns" in parts) is (str(returned) != "None")
    assert "Cost" in parts


@pytest.mark.parametrize(("face", "name"), CASES)
def test_a_docstring_sends_nobody_elsewhere(face: Face, name: str) -> None:
    docstring = METHODS[face][name].docstring
    assert docstring is not None
    assert not ELSEWHERE.search(docstring.value)


@pytest.mark.parametrize("face", FACES)
def test_the_constructor_describes_every_argument(face: Face) -> None:
    client = load(CLASSES[face][0])
    constructor = client["__init__"]
    assert described(sections(client)["parameters"]) == {part.name for part in constructor.parameters} - {"self"}


PUBLIC_TYPES = [
    name
    for name in (*anaplan_ext.__all__, "Emulator", "ErrorContext")
    if inspect.isclass(public_type(name)) and not public_type(name).__module__.startswith("anaplan_client.alm")
]


@pytest.mark.parametrize("name", PUBLIC_TYPES)
def test_a_type_describes_its_fields(name: str) -> None:
    """Each has a docstring of its own, an entry among the attributes, or is named in the docstring of the type."""
    loaded = load(name)
    assert loaded.docstring is not None
    assert loaded.docstring.value.strip()
    entries = described(sections(loaded).get("attributes")) | {"hint"}  # which is a part of messages
    fields = [field for field in loaded.members.values() if field.is_attribute and not field.name.startswith("_")]
    assert [
        field.name
        for field in fields
        if field.docstring is None and field.name not in entries and f"`{field.name}`" not in loaded.docstring.value
    ] == []


def examples(face: Face) -> dict[str, Snippet]:
    return {
        name: snippet
        for name, method in METHODS[face].items()
        if method.docstring is not None
        for snippet in snippets(inspect.cleandoc("\n" + _example(method.docstring.value)) + "\n", name)
    }


def _example(docstring: str) -> str:
    return docstring.partition("Example:\n")[2]


def test_the_most_used_methods_have_an_example() -> None:
    assert {name.partition(".")[2] for name in examples("async")} == EXAMPLES


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("method", sorted(EXAMPLES))
def test_an_example_runs(face: Face, method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if method in ("export", "view", "items", "write_module_data"):
        pytest.importorskip("polars", reason="polars is not installed")
    monkeypatch.chdir(tmp_path)
    (example,) = (snippet for name, snippet in examples(face).items() if name.endswith(f".{method}"))
    first, *_, last = snippets((DOCS / "guides.md").read_text(encoding="utf-8"), str(DOCS / "guides.md"))
    around = [first, Snippet(__file__, 1, SET_UP), last]
    if face == "sync":
        around = [converted for snippet in around if (converted := synchronous(snippet))]
    run([*around[:2], example, around[2]])


def load_functions(module: ModuleType, names: Iterable[str]) -> Iterator[griffe.Function]:
    for name in names:
        found = load_module(module.__name__)[name]
        assert isinstance(found, griffe.Function)
        yield found


def functions() -> Iterator[griffe.Function]:
    """Functions that are exported, and those of CloudWorks that its guide uses from their modules."""
    for name in anaplan_ext.__all__:
        if inspect.isfunction(one := getattr(anaplan_ext, name)):
            yield from load_functions(import_module(one.__module__), [name])
    yield from load_functions(definitions, ["export_job", "import_job", "step"])
    own = [one for one in vars(schedules).values() if getattr(one, "__module__", "") == schedules.__name__]
    builders = {one.__name__ for one in own if inspect.isfunction(one) and not one.__name__.startswith("_")}
    yield from load_functions(schedules, sorted(builders - {"check_schedule"}))
    yield from load_functions(filters, ["field"])


def methods_of_values() -> Iterator[griffe.Function]:
    faces = {name for names in CLASSES.values() for name in names}
    for name in PUBLIC_TYPES:
        if name not in faces and not public_type(name).__module__.startswith("anaplan_client"):
            members = load(name).members.values()
            yield from (one for one in members if isinstance(one, griffe.Function) and not one.name.startswith("_"))


@pytest.mark.parametrize("function", [*functions(), *methods_of_values()], ids=lambda function: function.path)
def test_a_function_describes_its_arguments_and_its_result(function: griffe.Function) -> None:
    parts = sections(function)
    arguments = {part.name for part in function.parameters} - {"self", "cls"}
    assert described(parts.get("parameters")) == arguments
    assert ("returns" in parts) is (str(function.returns) != "None")
    assert function.docstring is not None
    assert not ELSEWHERE.search(function.docstring.value)
