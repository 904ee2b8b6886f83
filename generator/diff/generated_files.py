"""Which generated files changed, and which changed although their source did not."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

from attrs import frozen

from ..render.engine import snake_case
from ..spec.document import Node, Spec
from ..spec.split_operations import iter_functions
from .normal import find_directions

Files: TypeAlias = dict[str, bytes]


@frozen
class GeneratedFileChanges:
    """How many generated files there are, how many differ, and which differ although their source does not."""

    total: int
    changed: int
    unexpected: tuple[str, ...]


def compare_generated_files(
    old: Path, new: Path, old_specs: Sequence[Spec], new_specs: Sequence[Spec]
) -> GeneratedFileChanges:
    """Compare the generated files of two trees, and the source of each: its operation, schema or `_async` module."""
    before, after = _files(old, old_specs), _files(new, new_specs)
    sources = _sources(old, before, old_specs), _sources(new, after, new_specs)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    unexpected = [name for name in changed if sources[0].get(name) == sources[1].get(name)]
    return GeneratedFileChanges(len(after), len(changed), tuple(unexpected))


def _files(root: Path, specs: Iterable[Spec]) -> Files:
    folders = [root / "anaplan_client" / spec.name for spec in specs]
    folders += [path for top in ("anaplan_client", "anaplan_ext") for path in sorted((root / top).rglob("_sync"))]
    paths = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def _sources(root: Path, files: Iterable[str], specs: Sequence[Spec]) -> dict[str, object]:
    parts = {f"anaplan_client/{spec.name}": read_sources(spec) for spec in specs}
    found: dict[str, object] = {}
    for name in files:
        path = Path(name)
        if path.parent.name == "_sync":
            source = root / path.parent.with_name("_async") / path.name
            found[name] = source.read_bytes() if source.is_file() else None
        else:
            found[name] = parts["/".join(path.parts[:2])].get((path.parts[2], path.stem), "whole")
    whole = {key: str(sorted(map(str, known.items()))) for key, known in parts.items()}
    return {name: whole["/".join(Path(name).parts[:2])] if value == "whole" else value for name, value in found.items()}


def read_sources(spec: Spec) -> dict[tuple[str, str], str]:
    """Return the text of the source of each module, by its folder and name."""
    return dict(_parts(spec))


def _parts(spec: Spec) -> Iterator[tuple[tuple[str, str], str]]:
    server = (spec.node.get("servers") or [None])[0]
    for operation in iter_functions(spec):
        yield ("api", operation.id), _text([server, operation.path, operation.method, _expanded(spec, operation.node)])
    directions = find_directions(spec)
    sent, received = directions["request"], directions["response"]
    for name, schema in spec.schemas.items():
        yield ("models", snake_case(name)), _text([name in sent, name in received, _expanded(spec, schema)])


def _expanded(spec: Spec, node: Any, seen: tuple[str, ...] = ()) -> Any:
    """Return a node with its references resolved. A circular reference stays."""
    if isinstance(node, dict):
        fields = cast("Node", node)
        reference = fields.get("$ref")
        if isinstance(reference, str) and reference not in seen:
            return [reference, _expanded(spec, spec.resolve(fields), (*seen, reference))]
        return {key: _expanded(spec, value, seen) for key, value in fields.items()}
    if isinstance(node, list):
        entries: Any = cast("Any", node)
        return [_expanded(spec, item, seen) for item in entries]
    return node


def _text(value: object) -> str:
    return json.dumps(value, default=str)
