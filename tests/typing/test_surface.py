"""The public surface: typed throughout, without `Any`, and documented. Read statically, so that nothing is missed."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import griffe
import pytest

from .tools import ROOT, run

PACKAGES = ("anaplan_client", "anaplan_ext")
UNTYPED_BASES = {
    "anaplan_client": set[str](),
    "anaplan_ext": {
        "anaplan_ext.filesystem.filesystem.AnaplanFileSystem",
        *(
            f"anaplan_ext.spark.source.{name}"
            for name in (
                *("AnaplanDataSource", "ChunkPartition", "ExportReader", "LoadWriter", "UploadMessage"),
                "LoadWriter.write",  # returns one of them
            )
        ),
    },
}
"""The classes whose base comes from a library without types, or one that is not installed for these tests."""
VAGUE = re.compile(r"\b(Any|Unset|UnsetType|UNSET)\b")


@pytest.mark.parametrize("package", PACKAGES)
def test_pyright_knows_every_type(package: str, tmp_path: Path) -> None:
    # Elsewhere, so that the package is found as an installed one.
    done = run("pyright", "--verifytypes", package, "--ignoreexternal", "--outputjson", cwd=tmp_path)
    report = json.loads(done.stdout)["typeCompleteness"]
    unknown = [
        f"{symbol['name']}: {diagnostic['message']}"
        for symbol in report["symbols"]
        for diagnostic in symbol["diagnostics"]
        if not symbol["isTypeKnown"] and symbol["name"] not in UNTYPED_BASES[package]
    ]
    assert not unknown, "\n".join(unknown)
    assert report["exportedSymbolCounts"]["withUnknownType"] == len(UNTYPED_BASES[package])
    assert report["exportedSymbolCounts"]["withAmbiguousType"] == 0
    assert report["exportedSymbolCounts"]["withKnownType"] > 100
    assert report["otherSymbolCounts"]["withAmbiguousType"] == report["otherSymbolCounts"]["withUnknownType"] == 0


@cache
def loaded() -> list[griffe.Module]:
    """The packages, in which each finds what it exports of the other."""
    loader = griffe.GriffeLoader(search_paths=[ROOT])
    modules = [loader.load(name) for name in PACKAGES]
    return [module for module in modules if isinstance(module, griffe.Module)]


def members(scope: griffe.Module | griffe.Class) -> Iterator[griffe.Object]:
    """What has a public name in a scope, at any depth, `__init__` and its like too; of what is imported, only what a
    module exports from a private one.
    """
    for name, member in scope.members.items():
        if name.startswith("_") and not name.endswith("__"):
            continue
        if isinstance(member, griffe.Alias):
            if "._" not in member.target_path or name not in (scope.exports or ()):
                continue
            member = member.final_target
        yield member
        if isinstance(member, griffe.Module | griffe.Class):
            yield from members(member)


def surface() -> Iterator[griffe.Object]:
    for module in loaded():
        yield module
        yield from members(module)


def annotations(member: griffe.Object) -> Iterator[tuple[str, object]]:
    """The types in a signature, each with a name for messages."""
    if isinstance(member, griffe.Function):
        for function in (member, *(member.overloads or ())):
            yield f"{member.path}: return", function.returns
            yield from ((f"{member.path}: {arg.name}", arg.annotation) for arg in function.parameters)
    elif isinstance(member, griffe.Attribute):
        yield member.path, member.annotation
        if "TypeAlias" in str(member.annotation):
            yield member.path, member.value
    elif isinstance(member, griffe.Class):
        yield from ((f"{member.path}: base", base) for base in member.bases)


def test_no_signature_has_any_or_unset() -> None:
    found = list(surface())
    assert len(found) > 1000
    names = {member.name for member in found}
    assert names >= {"Client", "AsyncAlm", "ApiClient", "sync_models", "list_revisions", "Emulator"}
    vague = [f"{where}: {kind}" for member in found for where, kind in annotations(member) if VAGUE.search(str(kind))]
    assert not vague, "\n".join(vague)


def test_everything_public_has_a_docstring() -> None:
    bare = [
        member.path
        for member in surface()
        if isinstance(member, griffe.Module | griffe.Class | griffe.Function) or "property" in member.labels
        if not (member.name.startswith("__") and isinstance(member, griffe.Function))
        if member.docstring is None or not member.docstring.value.strip()
    ]
    assert not bare, "\n".join(bare)
