"""Add entries to the text of a specification. ruamel.yaml locates them, and all other lines stay as they are."""

import io
import re
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from ..spec.document import read_yaml

# Text that some reader of YAML takes for something else unless it is in quotes; a path is plain.
AMBIGUOUS = re.compile(r"^[\d#]|^[-+.]|^(?!/).*[:{},]|^(true|false|null|yes|no|on|off)$|^$", re.IGNORECASE)


def add_entry(text: str, path: tuple[str, ...], value: object) -> str:
    """Add the last key of a path, with its value, at the end of its mapping. Create the mappings that are missing."""
    lines = text.removesuffix("\n").split("\n")
    mapping = read_yaml(text)
    depth, end = 0, len(lines)
    while mapping.get(path[depth]):
        mapping, end = mapping[path[depth]], _end(mapping, path[depth], end)
        depth += 1
    if mapping.fa.flow_style():
        place = " > ".join(path[:depth])
        raise ValueError(f"line {mapping.lc.line + 1}: {place} must have a line for each of its parts")
    for key in reversed(path[depth:]):
        value = {key: value}
    added = _indented(value, depth)
    if path[depth] in mapping:
        # The empty entry makes room.
        start = mapping.lc.key(path[depth])[0]
        return _joined(lines[:start], added, lines[start + 1 :])
    # A blank line separates one path from the next.
    gap = [""] if path[:depth] == ("paths",) else []
    end = _without_comments(lines, end, depth)
    return _joined(lines[:end], gap, added, lines[end:])


def add_item(text: str, key: str, value: object) -> str:
    """Add an item at the end of a list at the top. Create the list if it is missing or empty."""
    lines = text.removesuffix("\n").split("\n")
    document = read_yaml(text)
    if not document.get(key):
        return add_entry(text, (key,), [value])
    end = _without_comments(lines, _end(document, key, len(lines)), 0)
    return _joined(lines[:end], _indented([value], 0), lines[end:])


def _end(mapping: Any, key: str, end: int) -> int:
    """Return the line of the key behind a key of a mapping that ends at a line."""
    keys = list(mapping)
    following = keys[keys.index(key) + 1 :]
    return int(mapping.lc.key(following[0])[0]) if following else end


def _without_comments(lines: list[str], end: int, depth: int) -> int:
    """Return where the lines end without blank lines and comments, which are about what follows."""
    while not lines[end - 1].strip() or re.match(rf" {{0,{2 * depth}}}#", lines[end - 1]):
        end -= 1
    return end


def _joined(*parts: list[str]) -> str:
    return "\n".join(line for part in parts for line in part) + "\n"


def _indented(value: object, depth: int) -> list[str]:
    """Return the lines of a value as specifications have them."""
    yaml: Any = YAML()
    yaml.default_flow_style = None
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 118
    target = io.StringIO()
    yaml.dump(_styled(value), target)
    return [f"{'  ' * depth}{line}" for line in target.getvalue().removesuffix("\n").split("\n")]


def _styled(value: Any) -> Any:
    """Return a value with its ambiguous text in quotes and each innermost mapping in one line."""
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        mapping: Any = CommentedMap({_styled(key): _styled(item) for key, item in items})
        if not any(isinstance(item, dict | list) for _, item in items):
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        entries: Any = cast("Any", value)
        return [_styled(item) for item in entries]
    # Some characters that are not printable end a line.
    if isinstance(value, str) and (AMBIGUOUS.search(value) or not value.isprintable()):
        return DoubleQuotedScalarString(value)
    return value
