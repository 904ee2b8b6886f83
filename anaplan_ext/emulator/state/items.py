"""The ordered items of one list, indexed by id, code and name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from attrs import define, evolve, field

_NOTHING: Mapping[str, str] = {}


class Item(NamedTuple):
    """An immutable item of a list or another dimension; a changed item replaces it."""

    id: str
    name: str
    code: str | None = None
    parent_id: str | None = None
    properties: Mapping[str, str] = _NOTHING
    subsets: frozenset[str] = frozenset()


@define
class Items:
    """The items of a list. Names and codes ignore case.

    Attributes:
        prefix: First digits of the items' ids; the item's index follows.
        next_index: Index of the next new item.
        by_id: The items in order.
    """

    prefix: str
    next_index: int = 1
    by_id: dict[str, Item] = field(factory=dict[str, Item])
    _by_code: dict[str, Item] = field(factory=dict[str, Item])
    _by_name: dict[str, Item] = field(factory=dict[str, Item])

    def find(self, by: str, value: str) -> Item | None:
        """Find the item with this `id`, `code` or `name`."""
        if by == "id":
            return self.by_id.get(value)
        return (self._by_code if by == "code" else self._by_name).get(value.casefold())

    def find_any(self, text: str) -> Item | None:
        """Find the item with this name, code or id."""
        return self.find("name", text) or self.find("code", text) or self.find("id", text)

    def add(
        self,
        name: str | None,
        code: str | None,
        parent_id: str | None = None,
        properties: Mapping[str, str] = _NOTHING,
        subsets: frozenset[str] = frozenset(),
    ) -> Item:
        """Append a new item; without a name it is named by its index."""
        item_id, own_name = f"{self.prefix}{self.next_index:06d}", name or f"#{self.next_index}"
        item = Item(item_id, own_name, code, parent_id, properties, subsets)
        self.next_index += 1
        self.put(item)
        return item

    def put(self, item: Item) -> None:
        """Append an item, or replace its predecessor of the same id, name and code."""
        self.by_id[item.id] = item
        self._by_name[item.name.casefold()] = item
        if item.code is not None:
            self._by_code[item.code.casefold()] = item

    def copy(self) -> Items:
        """Return an independent copy; items are immutable."""
        return evolve(self, by_id=dict(self.by_id), by_code=dict(self._by_code), by_name=dict(self._by_name))

    def remove(self, item: Item) -> None:
        """Remove an item."""
        del self.by_id[item.id]
        self._by_name.pop(item.name.casefold(), None)
        if item.code is not None:
            self._by_code.pop(item.code.casefold(), None)

    def discard(self, item_id: str) -> None:
        """Remove the item with this id, if there is one."""
        if item_id in self.by_id:
            self.remove(self.by_id[item_id])
