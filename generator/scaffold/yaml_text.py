"""Adding entries to the text of a specification, so that its comments and its layout stay."""

import io
import re
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from ..spec import document
from ..spec.document import Node, Spec


def with_entry(text: str, path: tuple[str, ...], key: str, value: Node) -> str:
    """Adds an entry at the end of a mapping, which is made if it is not there or empty."""
    return _with_lines(text, path, _indented(dumped({key: value}), len(path)))


def with_item(text: str, path: tuple[str, ...], value: Node) -> str:
    """Adds an item at the end of a list, which is made if it is not there or empty."""
    first, *rest = _lines(dumped(value))
    lines = "\n".join([f"- {first}", *(f"  {line}" for line in rest)])
    return _with_lines(text, path, _indented(lines, len(path)))


def dumped(value: Node) -> str:
    """The YAML of a value as it is written by hand here: what has no further parts is in one line."""
    yaml = YAML()
    yaml.default_flow_style = cast("Any", None)
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 118
    target = io.StringIO()
    cast("Any", yaml).dump(_quoted(value), target)
    return target.getvalue()


def _quoted(value: Any) -> Any:
    """A value whose text is in quotes where YAML would read it as something else, each last mapping in one line."""
    if isinstance(value, dict):
        items = cast("Node", value).items()
        mapping: Any = CommentedMap({_quoted(key): _quoted(item) for key, item in items})
        if not any(isinstance(item, dict | list) for _, item in items):
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        entries: Any = cast("Any", value)
        return [_quoted(item) for item in entries]
    taken = r"^[\d#]|^[-+.]|[:{},]|^(true|false|null|yes|no|on|off)$|^$"
    # Some characters that are not printable end a line.
    if isinstance(value, str) and (re.search(taken, value, re.I) or not value.isprintable()):
        return DoubleQuotedScalarString(value)
    return value


def _with_lines(text: str, path: tuple[str, ...], lines: str) -> str:
    spec = document.parse(text, "")
    node: Any = spec.node
    present = _lines(text)
    added = _lines(lines)
    for depth, key in enumerate(path):
        if key not in node or not node[key]:
            added = [f"{'  ' * (depth + level)}{name}:" for level, name in enumerate(path[depth:])] + added
            if key in node:
                # The empty entry makes room.
                line = spec.line(path[: depth + 1])
                return _joined(present[: line - 1], added, present[line:])
            # One path is set apart from the next.
            added = ["", *added] if depth == 1 and path[0] == "paths" else added
            path = path[:depth]
            break
        node = node[key]
    last = _end(spec, present, path)
    return _joined(present[:last], added, present[last:])


def _lines(text: str) -> list[str]:
    """The lines as YAML and editors count them; `splitlines` knows more ends."""
    return text.removesuffix("\n").split("\n")


def _joined(*parts: list[str]) -> str:
    return "\n".join(line for part in parts for line in part) + "\n"


def _end(spec: Spec, present: list[str], path: tuple[str, ...]) -> int:
    """The number of the last line of what a path leads to, without the blank lines and comments behind it."""
    if not path:
        return len(present)
    start = spec.line(path)
    if not re.search(r":\s*(#.*)?$", present[start - 1]):
        place = " > ".join(path)
        raise ValueError(f"line {start}: {place} is written in one line; give it a line for each of its parts")
    depth = len(present[start - 1]) - len(present[start - 1].lstrip())
    last = start
    for number, line in enumerate(present[start:], start + 1):
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if stripped and not stripped.startswith("#"):
            # The items of a list may stand as far left as its name.
            if indent < depth or (indent == depth and not stripped.startswith("- ")):
                break
            last = number
    return last


def _indented(text: str, levels: int) -> str:
    return "\n".join(f"{'  ' * levels}{line}".rstrip() for line in _lines(text))
