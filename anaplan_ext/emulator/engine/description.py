"""Read a description from YAML or a mapping; errors name the path of the invalid value."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NoReturn, cast

from attrs import frozen


class TenantError(ValueError):
    """A tenant's description is invalid; the text names the file, the line and the path."""


@frozen
class Node:
    """A value of a description. `path` locates it, for example `workspaces[0].name`.

    `lines` has line numbers by path, `file` the file's path; both are empty for a mapping.
    """

    value: object
    path: str = ""
    file: str = ""
    lines: Mapping[str, int] = {}

    def fail(self, problem: str) -> NoReturn:
        """Raise TenantError for this value."""
        line = self.lines.get(self.path)
        where = f"{self.file}:{line}: " if line else f"{self.file}: " if self.file else ""
        raise TenantError(f"{where}{self.path or 'the tenant'} {problem}")

    def must_be(self, rule: str) -> NoReturn:
        """Raise TenantError because the value breaks a rule."""
        text = repr(self.value)
        self.fail(f"must be {rule} (got {text if len(text) <= 60 else text[:57] + '...'})")

    def get_child(self, key: str | int, value: object) -> Node:
        """Return a value inside this one."""
        path = f"{self.path}[{key}]" if isinstance(key, int) else f"{self.path}.{key}".lstrip(".")
        return Node(value, path, self.file, self.lines)

    def fields(self, allowed: Collection[str], required: Collection[str] = ()) -> dict[str, Node]:
        """Return the values of a mapping that has the required and no unknown keys."""
        nodes = self.as_mapping()
        for key in nodes:
            if key not in allowed:
                similar = difflib.get_close_matches(key, allowed, 1)
                hint = f"did you mean {similar[0]}?" if similar else f"use {_join_sorted(allowed)}"
                nodes[key].fail(f"is unknown; {hint}")
        for key in required:
            if key not in nodes:
                self.fail(f"must have {key}")
        return nodes

    def as_mapping(self) -> dict[str, Node]:
        """Return the values of a mapping by key; null values are omitted."""
        value = self.value
        if not isinstance(value, Mapping):
            self.must_be("a mapping")
        mapping = cast(Mapping[object, object], value)
        return {str(key): self.get_child(str(key), value) for key, value in mapping.items() if value is not None}

    def as_list(self) -> list[Node]:
        """Return the values of a list."""
        value = self.value
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            self.must_be("a list")
        values = cast(Sequence[object], value)
        return [self.get_child(index, value) for index, value in enumerate(values)]

    def as_text(self) -> str:
        """Return a text that is not empty. A number is its digits, since YAML reads ids as numbers."""
        if isinstance(self.value, bool) or not isinstance(self.value, (str, int)) or self.value == "":
            self.must_be("a text that is not empty")
        return str(self.value)

    def as_any_text(self) -> str:
        """Return a text, possibly empty."""
        return "" if self.value == "" else self.as_text()

    def as_texts(self) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(node.as_text() for node in self.as_list())

    def as_texts_by_name(self) -> dict[str, str]:
        """Return texts by name."""
        return {name: node.as_text() for name, node in self.as_mapping().items()}

    def as_lists_by_name(self) -> dict[str, tuple[str, ...]]:
        """Return lists of texts by name."""
        return {name: node.as_texts() for name, node in self.as_mapping().items()}

    def as_flag(self) -> bool:
        """Return a boolean."""
        if not isinstance(self.value, bool):
            self.must_be("true or false")
        return self.value

    def as_number(self) -> int:
        """Return a whole number of at least 0."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            self.must_be("a whole number of at least 0")
        return self.value

    def as_choice(self, options: Collection[str]) -> str:
        """Return one of the options."""
        if self.value not in options:
            self.must_be(f"one of {_join_sorted(options)}")
        return str(self.value)

    def as_id(self, prefix: str) -> str:
        """Return a 12-digit id with the prefix."""
        text = self.as_text()
        if not (text.isascii() and text.isdigit() and len(text) == 12 and text.startswith(prefix)):
            self.must_be(f"12 digits that start with {prefix}")
        return text

    def as_timestamp(self) -> float:
        """Return a date or time in epoch seconds; UTC unless it has an offset."""
        value = self.value
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                self.must_be("a date or a time such as 2026-01-31T12:00:00Z")
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if not isinstance(value, datetime):
            self.must_be("a date or a time such as 2026-01-31T12:00:00Z")
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()

    @contextmanager
    def locate_errors(self) -> Generator[None]:
        """Convert a ValueError of the block to a TenantError for this value."""
        try:
            yield
        except TenantError:
            raise
        except ValueError as error:
            self.fail(f"is invalid: {error}")


def read_file(path: str | os.PathLike[str]) -> Node:
    """Read a YAML file. OSError if it cannot be read, TenantError if it is not YAML."""
    import yaml

    text = Path(path).read_text(encoding="utf-8")
    lines: dict[str, int] = {}

    def record_lines(node: Any, node_path: str) -> None:
        lines[node_path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                child_path = f"{node_path}.{key.value}".lstrip(".")
                record_lines(value, child_path)
                lines[child_path] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                record_lines(value, f"{node_path}[{index}]")

    try:
        root = yaml.compose(text, yaml.SafeLoader)
        value: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TenantError(f"{path} must be YAML: {error}") from None
    if root is not None:
        record_lines(root, "")
    return Node(value, "", str(path), lines)


def _join_sorted(words: Collection[str]) -> str:
    return ", ".join(sorted(words))
