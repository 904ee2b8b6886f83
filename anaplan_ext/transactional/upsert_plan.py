"""Decide which items of a list are new and which are known, and in which order new ones are added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from attrs import evolve, frozen

from .list_items import ItemInput, item_fields
from .write_result import ListWriteResult

_CHANGEABLE = ("parent", "properties", "subsets")


class KnownItem(Protocol):
    """An item that the list has."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def name(self) -> str | None:
        """Its name."""
        ...

    @property
    def code(self) -> str | None:
        """Its code."""
        ...


@frozen
class UpsertPlan:
    """The items to add and to change. Each has its index in the input."""

    inserts: tuple[tuple[int, Mapping[str, object]], ...]
    updates: tuple[tuple[int, Mapping[str, object]], ...]


def plan_upsert(items: Sequence[ItemInput], known: Iterable[KnownItem], parents_first: bool) -> UpsertPlan:
    """Return what is added and what is changed. An item is known by its id, else its code, else its name.

    Raises:
        ValueError: An item cannot be sent, has an id that the list does not have, would change a code or a name, or is
            its own ancestor.
    """
    indexes: dict[str, dict[str, KnownItem]] = {"id": {}, "code": {}, "name": {}}
    for known_item in known:
        for key, index in indexes.items():
            if value := getattr(known_item, key):
                index.setdefault(_fold(value), known_item)
    inserts: list[tuple[int, Mapping[str, object]]] = []
    updates: list[tuple[int, Mapping[str, object]]] = []
    for number, entry in enumerate(items):
        fields = item_fields(entry, number)
        candidates = (index.get(_fold(fields.get(key, ""))) for key, index in indexes.items())
        found = next((candidate for candidate in candidates if candidate is not None), None)
        if found is None:
            if "id" in fields:
                raise ValueError(f"items[{number}]: id must be that of an item of the list (got {fields['id']!r})")
            inserts.append((number, fields))
        else:
            updates.append((number, _update(fields, found, number)))
    return UpsertPlan(tuple(_parents_first(inserts) if parents_first else inserts), tuple(updates))


def with_input_indexes(result: ListWriteResult, sent: Sequence[tuple[int, object]]) -> ListWriteResult:
    """Return a result whose failures have the indexes of the input."""
    failures = [
        failure if failure.request_index is None else evolve(failure, request_index=sent[failure.request_index][0])
        for failure in result.failures
    ]
    return evolve(result, failures=tuple(failures))


def add_results(first: ListWriteResult, second: ListWriteResult) -> ListWriteResult:
    """Add up two results."""
    return ListWriteResult(
        added=first.added + second.added,
        updated=first.updated + second.updated,
        deleted=first.deleted + second.deleted,
        ignored=first.ignored + second.ignored,
        total=first.total + second.total,
        failures=first.failures + second.failures,
    )


def _update(fields: Mapping[str, object], found: KnownItem, number: int) -> Mapping[str, object]:
    for key in ("code", "name"):
        value, old = fields.get(key), getattr(found, key)
        if value is not None and _fold(value) != _fold(old or ""):
            raise ValueError(f"items[{number}]: {key} must be that of the item in the list, since it cannot be changed")
    return {"id": found.id} | {name: fields[name] for name in _CHANGEABLE if name in fields}


def _parents_first(inserts: Sequence[tuple[int, Mapping[str, object]]]) -> list[tuple[int, Mapping[str, object]]]:
    """Return new items in their order, but each after its parent."""
    new: dict[str, int] = {}
    for position, (_, fields) in enumerate(inserts):
        for key in ("code", "name"):
            if key in fields:
                new.setdefault(_fold(fields[key]), position)
    ordered: dict[int, None] = {}
    for start in range(len(inserts)):
        path = _path_to_new(start, inserts, new, ordered.__contains__)
        ordered |= dict.fromkeys(reversed(path))
    return [inserts[position] for position in ordered]


def _path_to_new(
    start: int,
    inserts: Sequence[tuple[int, Mapping[str, object]]],
    new: Mapping[str, int],
    is_ordered: Callable[[int], bool],
) -> list[int]:
    """Return an item and its ancestors among the new items that have no place yet."""
    path: dict[int, None] = {}
    position: int | None = start
    while position is not None and not is_ordered(position):
        if position in path:
            raise ValueError(f"items[{inserts[start][0]}]: parent must not be the item itself or one below it")
        path[position] = None
        parent = inserts[position][1].get("parent")
        position = new.get(_fold(parent)) if parent else None
    return list(path)


def _fold(text: object) -> str:
    return str(text).casefold()
