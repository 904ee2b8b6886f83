"""The items of one list, found by id, code or name, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

_NOTHING: Mapping[str, str] = {}


class Item(NamedTuple):
    """An item of a list, and of any other dimension. It never changes: a changed item takes its place."""

    id: str
    name: str
    code: str | None = None
    parent_id: str | None = None
    properties: Mapping[str, str] = _NOTHING
    subsets: frozenset[str] = frozenset()


@dataclass(slots=True)
class Items:
    """The items of a list. Names and codes are the same in any case.

    Attributes:
        prefix: What the ids of its items begin with; the rest is the item's index.
        next_index: Index of the next new item.
        by_id: The items in their order.
    """

    prefix: str
    next_index: int = 1
    by_id: dict[str, Item] = field(default_factory=dict[str, Item])
    _by_code: dict[str, Item] = field(default_factory=dict[str, Item])
    _by_name: dict[str, Item] = field(default_factory=dict[str, Item])

    def find(self, by: str, value: str) -> Item | None:
        """The item with this `id`, `code` or `name`."""
        if by == "id":
            return self.by_id.get(value)
        return (self._by_code if by == "code" else self._by_name).get(value.casefold())

    def named(self, text: str) -> Item | None:
        """The item with this name, code or id."""
        return self.find("name", text) or self.find("code", text) or self.find("id", text)

    def add(
        self,
        name: str | None,
        code: str | None,
        parent_id: str | None = None,
        properties: Mapping[str, str] = _NOTHING,
        subsets: frozenset[str] = frozenset(),
    ) -> Item:
        """Appends an item that does not exist yet; without a name it is called by its index."""
        id_, own_name = f"{self.prefix}{self.next_index:06d}", name or f"#{self.next_index}"
        item = Item(id_, own_name, code, parent_id, properties, subsets)
        self.next_index += 1
        self.put(item)
        return item

    def put(self, item: Item) -> None:
        """Appends an item, or puts a changed one in the place of the old; name and code are still those."""
        self.by_id[item.id] = item
        self._by_name[item.name.casefold()] = item
        if item.code is not None:
            self._by_code[item.code.casefold()] = item

    def copy(self) -> Items:
        """A copy that can be changed without these; the items themselves never change."""
        return replace(self, by_id=dict(self.by_id), _by_code=dict(self._by_code), _by_name=dict(self._by_name))

    def remove(self, item: Item) -> None:
        """Takes an item out."""
        del self.by_id[item.id]
        self._by_name.pop(item.name.casefold(), None)
        if item.code is not None:
            self._by_code.pop(item.code.casefold(), None)
