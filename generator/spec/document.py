"""Read a specification and keep the position of each of its parts."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias, cast

from attrs import frozen
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scanner import Scanner

from .openapi31 import is_openapi31, to_openapi30
from .plain import MAX_DEPTH, NotPlainError, find_unreadable_line, to_plain
from .portable import simplify

Node: TypeAlias = dict[str, Any]
Pointer: TypeAlias = tuple[str | int, ...]

METHODS = ("get", "put", "post", "delete", "patch")


@frozen(order=True)
class Problem:
    """A problem of a specification that must be fixed."""

    file: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} [{self.rule}]"


class InvalidSpecificationError(Exception):
    """The specifications break rules; `problems` lists how, each with its place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in sorted(problems)))
        self.problems = sorted(problems)


@frozen
class Operation:
    """An operation with its position."""

    pointer: Pointer
    path: str
    method: str
    node: Node

    @property
    def id(self) -> str:
        """The operationId, which names the generated function."""
        return str(self.node["operationId"])

    @property
    def methods(self) -> list[str]:
        """The methods of the client that send it."""
        named = self.node.get("x-anaplan-method", [])
        return [named] if isinstance(named, str) else named


@frozen
class Spec:
    """A parsed specification. `name` is the API's, and the name of the generated package."""

    name: str
    file: str
    source: Node
    """The document as it is in the file, in OpenAPI 3.0."""
    node: Node
    """The document in the generator's terms; see `portable`."""
    _positions: Any

    def problem(self, rule: str, pointer: Pointer, message: str) -> Problem:
        """Return a problem at a place, with its line. The rule is one of `rule_ids`."""
        return Problem(self.file, self.line(pointer), rule, message)

    def line(self, pointer: Pointer) -> int:
        """Return the line of the deepest part of a pointer that exists."""
        here: Any = self._positions
        line = 1
        for key in pointer:
            node: Any = here
            if isinstance(here, CommentedMap):
                # Keys are text in the plain document, but may be numbers in the file.
                found = key if key in node else next((own for own in node if str(own) == str(key)), None)
                place = node.lc.key(found) if found is not None else None
            else:
                found = key if isinstance(here, CommentedSeq) and int(key) < len(node) else None
                place = node.lc.item(found) if found is not None else None
            if place is None:
                break
            line = int(place[0]) + 1
            here = node[found]
        return line

    def operations(self) -> Iterator[Operation]:
        """Iterate over the operations in the order of the file."""
        for path, item in self.node["paths"].items():
            for method in METHODS:
                if method in item:
                    yield Operation(("paths", path, method), path, method, item[method])

    def resolve(self, node: Node) -> Node:
        """Follow a `$ref` within the file, if the node is one. One that leads to itself is invalid."""
        seen: list[str] = []
        while "$ref" in node:
            reference = node["$ref"]
            keys = reference.removeprefix("#/").split("/")
            if reference in seen:
                message = f"$ref must lead to something else (got {reference})"
                raise InvalidSpecificationError([self.problem("reference", tuple(keys), message)])
            seen.append(reference)
            here: Any = self.node
            for key in keys:
                here = here[key]
            node = here
        return node

    def find(self, reference: str) -> Any:
        """Return the target of a `$ref`, or None without one in this file."""
        here: Any = self.node
        for key in reference.removeprefix("#/").split("/"):
            if not isinstance(here, dict) or key not in here:
                return None
            here = cast("Node", here)[key]
        return here if reference.startswith("#/") else None

    @property
    def schemas(self) -> Mapping[str, Node]:
        """The named schemas."""
        return cast("Mapping[str, Node]", self.node.get("components", {}).get("schemas", {}))


def iter_values(node: object, at: Pointer = ()) -> Iterator[tuple[Pointer, object]]:
    """Iterate over all values of a document, with their places."""
    children: Iterable[tuple[str | int, object]] = ()
    if isinstance(node, dict):
        children = cast("Node", node).items()
    elif isinstance(node, list):
        children = enumerate(cast("list[object]", node))
    for key, value in children:
        yield (*at, key), value
        yield from iter_values(value, (*at, key))


def load(path: Path, root: Path) -> Spec:
    """Read a specification. Raises `InvalidSpecificationError` if it is not YAML or not an object."""
    file = path.relative_to(root).as_posix()
    try:
        return parse(path.read_text(encoding="utf-8"), file)
    except UnicodeDecodeError as fault:
        line = path.read_bytes()[: fault.start].count(b"\n") + 1
    raise InvalidSpecificationError([Problem(file, line, "yaml", "not YAML: unacceptable character")])


@lru_cache(maxsize=32)
def read_yaml(text: str) -> Any:
    """Return a document with the position of each of its parts. It is read once, and so must not be changed."""
    yaml = cast("Any", YAML(typ="rt"))
    # One that leaves out comments, which takes less time.
    yaml.Scanner = Scanner
    return yaml.load(text)


def parse(text: str, file: str) -> Spec:
    """Parse the text of a specification. The API is named after its file."""
    try:
        positions = read_yaml(text)
    except ReaderError as fault:
        place: Any = cast("Any", fault).position
        line = text[:place].count("\n") + 1
        raise InvalidSpecificationError([Problem(file, line, "yaml", "not YAML: unacceptable character")]) from None
    except MarkedYAMLError as fault:
        error = cast("Any", fault)
        mark = error.problem_mark or error.context_mark
        message = f"not YAML: {error.problem}"
        raise InvalidSpecificationError([Problem(file, mark.line + 1 if mark else 1, "yaml", message)]) from None
    except (ValueError, RecursionError):
        line = find_unreadable_line(text)
        message = f"not YAML: a number or date is none, or there are more than {MAX_DEPTH} levels"
        raise InvalidSpecificationError([Problem(file, line, "yaml", message)]) from None
    if not isinstance(positions, CommentedMap):
        raise InvalidSpecificationError([Problem(file, 1, "yaml", "expected an OpenAPI document")])
    try:
        source = to_plain(positions)
    except NotPlainError as fault:
        empty = Spec(file, file, {}, {}, positions)
        raise InvalidSpecificationError([empty.problem("yaml", fault.at, str(fault))]) from None
    source = to_openapi30(source) if is_openapi31(source) else source
    return Spec(Path(file).stem.removeprefix("anaplan_"), file, source, simplify(source), positions)
