"""Turn what the YAML library reads into plain values: those that JSON has, and no others."""

import math
from typing import Any, TypeAlias, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

Node: TypeAlias = dict[str, Any]
At: TypeAlias = tuple[str | int, ...]

MAX_DEPTH = 100
"""The levels that a specification may have. Without a limit, a deep one would exhaust the stack."""
MAX_INTEGER = 2**64


class NotPlainError(Exception):
    """A specification has a value or key that JSON does not have; `at` is its place."""

    def __init__(self, at: At, message: str) -> None:
        super().__init__(message)
        self.at = at


def to_plain(value: Any, at: At = ()) -> Any:
    """Return plain values. Raises `NotPlainError` for what JSON does not have, and for more levels than allowed."""
    if len(at) > MAX_DEPTH:
        raise NotPlainError(at, f"a specification must have at most {MAX_DEPTH} levels, and no value within itself")
    if isinstance(value, dict):
        return _plain_map(cast("dict[object, object]", value), at)
    if isinstance(value, list):
        _check_tag(cast("object", value), at)
        return [to_plain(item, (*at, index)) for index, item in enumerate(cast("list[object]", value))]
    if value is None or isinstance(value, bool):
        return value
    # The round-trip loader's strings and numbers are subclasses of the plain ones.
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int) and abs(value) < MAX_INTEGER:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if isinstance(value, int | float):
        raise NotPlainError(at, "a number must be finite, and an integer have at most 64 bits")
    raise NotPlainError(at, "a value must be a text, number, boolean, null, list or object; put dates in quotes")


def _plain_map(value: dict[object, object], at: At) -> Node:
    _check_tag(value, at)
    plain: Node = {}
    for key, item in value.items():
        # Statuses are written as numbers.
        if not isinstance(key, str | int) or isinstance(key, bool):
            raise NotPlainError((*at, str(key)), f"a key must be a text; put it in quotes (got {str(key)[:80]})")
        if str(key) in plain:
            raise NotPlainError((*at, str(key)), f"a key must be there once (got {key} twice)")
        plain[str(key)] = to_plain(item, (*at, str(key)))
    return plain


def _check_tag(value: object, at: At) -> None:
    tag: Any = getattr(value, "tag", None)
    if tag is not None and tag.value:
        raise NotPlainError(at, f"YAML tags are not supported (got {tag.value})")


def find_unreadable_line(text: str) -> int:
    """Return the line of a value that cannot be read, or of the first one that is too deep."""
    depth, loader = 0, cast("Any", YAML(typ="safe", pure=True))
    for event in cast("Any", YAML(typ="safe", pure=True)).parse(text):
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        line = int(event.start_mark.line) + 1
        # The stream and the document are two levels.
        if depth > MAX_DEPTH + 2:
            return line
        if kind == "ScalarEvent" and event.style is None and event.value:
            try:
                loader.load(event.value)
            except ValueError:
                return line
            except YAMLError:
                # Some values are valid only within another one.
                continue
    return 1
