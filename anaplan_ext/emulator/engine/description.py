"""A description as YAML or a mapping gives it, read with an error that names the place of whatever is wrong."""

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
    """A description of a tenant is not as it must be; the text names the file, the line and the place."""


@frozen
class Node:
    """A value of a description. `place` says where it stands, such as `workspaces[0].name`.

    `lines` are the line numbers of a file by place, `file` its path; both are empty for a mapping.
    """

    value: object
    place: str = ""
    file: str = ""
    lines: Mapping[str, int] = {}

    def fail(self, problem: str) -> NoReturn:
        """Raise TenantError for this place."""
        line = self.lines.get(self.place)
        where = f"{self.file}:{line}: " if line else f"{self.file}: " if self.file else ""
        raise TenantError(f"{where}{self.place or 'the tenant'} {problem}")

    def must_be(self, rule: str) -> NoReturn:
        """Raise TenantError because the value breaks a rule."""
        text = repr(self.value)
        self.fail(f"must be {rule} (got {text if len(text) <= 60 else text[:57] + '...'})")

    def child(self, key: str | int, value: object) -> Node:
        """A value inside this one."""
        place = f"{self.place}[{key}]" if isinstance(key, int) else f"{self.place}.{key}".lstrip(".")
        return Node(value, place, self.file, self.lines)

    def fields(self, known: Collection[str], required: Collection[str] = ()) -> dict[str, Node]:
        """The values of a mapping that has the required and no unknown keys."""
        nodes = self.named()
        for key in nodes:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                nodes[key].fail(f"is unknown; did you mean {near[0]}?" if near else f"is unknown; use {_listed(known)}")
        for key in required:
            if key not in nodes:
                self.fail(f"must have {key}")
        return nodes

    def named(self) -> dict[str, Node]:
        """The values of a mapping by its keys; what is null counts as not given."""
        value = self.value
        if not isinstance(value, Mapping):
            self.must_be("a mapping")
        mapping = cast(Mapping[object, object], value)
        return {str(key): self.child(str(key), value) for key, value in mapping.items() if value is not None}

    def each(self) -> list[Node]:
        """The values of a list."""
        value = self.value
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            self.must_be("a list")
        values = cast(Sequence[object], value)
        return [self.child(index, value) for index, value in enumerate(values)]

    def text(self) -> str:
        """A text that is not empty; a number counts as its digits, since YAML reads ids as numbers."""
        if isinstance(self.value, bool) or not isinstance(self.value, (str, int)) or self.value == "":
            self.must_be("a text that is not empty")
        return str(self.value)

    def any_text(self) -> str:
        """A text, also an empty one."""
        return "" if self.value == "" else self.text()

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(node.text() for node in self.each())

    def texts_by_name(self) -> dict[str, str]:
        """Texts by name."""
        return {name: node.text() for name, node in self.named().items()}

    def lists_by_name(self) -> dict[str, tuple[str, ...]]:
        """Lists of texts by name."""
        return {name: node.texts() for name, node in self.named().items()}

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.must_be("true or false")
        return self.value

    def whole(self) -> int:
        """A whole number of at least 0."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            self.must_be("a whole number of at least 0")
        return self.value

    def choice(self, options: Collection[str]) -> str:
        """One of some words."""
        if self.value not in options:
            self.must_be(f"one of {_listed(options)}")
        return str(self.value)

    def identifier(self, prefix: str) -> str:
        """A 12-digit id that begins with a prefix."""
        text = self.text()
        if not (text.isascii() and text.isdigit() and len(text) == 12 and text.startswith(prefix)):
            self.must_be(f"12 digits that start with {prefix}")
        return text

    def moment(self) -> float:
        """A day or a time, in epoch seconds; UTC unless it says otherwise."""
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
    def blamed(self) -> Generator[None]:
        """Make a ValueError of what is done with this value a TenantError of its place."""
        try:
            yield
        except TenantError:
            raise
        except ValueError as error:
            self.fail(f"cannot be: {error}")


def read_file(path: str | os.PathLike[str]) -> Node:
    """What a YAML file describes. OSError if it cannot be read, TenantError if it is no YAML."""
    import yaml

    text = Path(path).read_text(encoding="utf-8")
    lines: dict[str, int] = {}

    def note(node: Any, place: str) -> None:
        lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                inner = f"{place}.{key.value}".lstrip(".")
                note(value, inner)
                lines[inner] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                note(value, f"{place}[{index}]")

    try:
        root = yaml.compose(text, yaml.SafeLoader)
        value: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TenantError(f"{path} must be YAML: {error}") from None
    if root is not None:
        note(root, "")
    return Node(value, "", str(path), lines)


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words))
