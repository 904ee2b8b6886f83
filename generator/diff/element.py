"""One part of an API that can be compared with that of another version."""

from collections.abc import Iterable
from typing import TypeAlias

from attrs import field, frozen

from ..spec.document import Node, Pointer, Spec
from .facts import Facts

Identity: TypeAlias = tuple[str, str, str]


@frozen(kw_only=True)
class Element:
    """One part of an API: an operation, parameter, body, status, header, schema, field or value of an enum.

    `direction` says who is held to it: who sends it, who reads it, or who reads it in an error. `key` is its name on
    the wire, by which it is found in another version; `subject`, `owner` and `name` are what users call it.
    """

    kind: str
    direction: str = ""
    key: str
    subject: str
    owner: str = ""
    name: str = ""
    parent: Identity | None = None
    facts: Facts = field(factory=dict[str, object])
    where: str
    """Its file and line."""
    home: str = ""
    """Where it is described, if elsewhere."""
    position: str = ""
    """Where an argument is in the path, by which it is found under another name."""
    is_told_alone: bool = True
    """Whether its coming and going is a change; else another fact tells it."""

    @property
    def identity(self) -> Identity:
        """The key of the element in a surface."""
        return (self.kind, self.direction, self.key)


def make_part(own: Element, kind: str, key: str, name: str, facts: Facts, where: str, home: str = "") -> Element:
    """Return an element that is part of another."""
    return Element(
        kind=kind,
        direction=own.direction,
        key=f"{own.key}.{key}",
        subject=f"{own.subject}.{name}",
        owner=own.subject,
        name=name,
        parent=own.identity,
        facts=facts,
        where=where,
        home=home,
    )


def find_place(spec: Spec, pointer: Pointer) -> str:
    """Return the file and line of a part of a specification."""
    return f"{spec.file}:{spec.line(pointer)}"


def find_home(spec: Spec, reference: Node) -> str:
    """Return the place of a `$ref`, or an empty text for an inline part."""
    pointer: Iterable[str] = reference["$ref"].removeprefix("#/").split("/") if "$ref" in reference else ()
    return find_place(spec, tuple(pointer)) if pointer else ""
