"""How two structures differ, kind by kind: what the comparison report lists and the summary report counts."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from operator import itemgetter

from attrs import frozen

from ..state.items import Item
from ..state.structure import Kind, Part, RecordedItems, Revision, Structure, parts_by_id
from .list_item_rules import property_formats

EMPTY_CELL = "-"


@frozen(kw_only=True)
class Difference:
    """The parts of a kind that a sync adds, changes, deletes or moves. `changed` has the text of the change."""

    added: Sequence[Part]
    changed: Sequence[tuple[Part, str]]
    deleted: Sequence[Part]
    moved: Sequence[Part]


@frozen(kw_only=True)
class ListDifference:
    """The names of the items and properties of a list that a sync adds, changes or deletes."""

    part: Part
    items_added: Sequence[str]
    items_deleted: Sequence[str]
    items_changed: Sequence[str]
    properties_added: Sequence[str]
    properties_moved: Sequence[str]
    properties_deleted: Sequence[str]
    properties_changed: Sequence[str]

    @property
    def cells(self) -> list[Sequence[str]]:
        """The names, in the order of the report's columns."""
        items = [self.items_added, self.items_deleted, self.items_changed]
        properties = [self.properties_added, self.properties_moved, self.properties_deleted, self.properties_changed]
        return items + properties


def compare_kind(kind: Kind, target: Structure, source: Structure) -> Difference:
    """Compare the parts of a kind, by id."""
    old, new = parts_by_id(target, kind), parts_by_id(source, kind)
    texts = [(part, _describe_changes(old[part_id], part)) for part_id, part in new.items() if part_id in old]
    return Difference(
        added=[part for part_id, part in new.items() if part_id not in old],
        changed=[(part, text) for part, text in texts if text],
        deleted=[part for part_id, part in old.items() if part_id not in new],
        moved=_find_moved(list(old), [part for part_id, part in new.items() if part_id in old]),
    )


def compare_lists(target: Revision, source: Revision) -> list[ListDifference]:
    """Compare the items and properties of the lists that both revisions have."""
    old = parts_by_id(target.structure, "lists")
    pairs = [(old[part_id], part) for part_id, part in parts_by_id(source.structure, "lists").items() if part_id in old]
    compared = [_compare_list(before, part, target.items, source.items) for before, part in pairs]
    return [difference for difference in compared if any(difference.cells)]


def split_words(kind: Kind) -> list[str]:
    """Return the words of a kind: `line`, `items` of `lineItems`."""
    return re.sub("([A-Z])", r" \1", kind).lower().split()


def _compare_list(old: Part, new: Part, old_items: RecordedItems, new_items: RecordedItems) -> ListDifference:
    before, after = property_formats(old), property_formats(new)
    kept = [name for name in after if name in before]
    # Items of production lists are data, and no revision has them.
    was, now = (_index_items(items.get(new.id, ())) if not new.production else {} for items in (old_items, new_items))
    return ListDifference(
        part=new,
        items_added=[item.name for key, item in now.items() if key not in was],
        items_deleted=[item.name for key, item in was.items() if key not in now],
        items_changed=[item.name for key, item in now.items() if key in was and was[key] != item],
        properties_added=[name for name in after if name not in before],
        properties_moved=_find_moved_names([name for name in before if name in after], kept),
        properties_deleted=[name for name in before if name not in after],
        properties_changed=[name for name in kept if before[name] != after[name]],
    )


def _index_items(items: Iterable[Item]) -> dict[str, Item]:
    return {item.id: item for item in items}


def _describe_changes(old: Part, new: Part) -> str:
    """Describe what differs in the new part. Properties of a list have a section of their own."""
    before, after = _get_column_values(old), _get_column_values(new)
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return "; ".join(f"{name}: {before.get(name) or EMPTY_CELL} -> {after.get(name) or EMPTY_CELL}" for name in names)


def _get_column_values(part: Part) -> dict[str, str]:
    joined_names = {name: ", ".join(texts) for name, texts in part.names.items() if name != "Properties"}
    return {"Name": part.name, **part.properties, **joined_names}


def _find_moved(old_ids: Sequence[str], kept: Sequence[Part]) -> list[Part]:
    """Return the parts that are at another place within their module or list."""
    positions = {part_id: position for position, part_id in enumerate(old_ids)}
    moved = list[Part]()
    for module in dict.fromkeys(part.module for part in kept):
        group = [part for part in kept if part.module == module]
        staying = _find_longest_increase([positions[part.id] for part in group])
        moved += (part for index, part in enumerate(group) if index not in staying)
    return moved


def _find_moved_names(old: Sequence[str], new: Sequence[str]) -> list[str]:
    staying = _find_longest_increase([old.index(name) for name in new])
    return [name for index, name in enumerate(new) if index not in staying]


def _find_longest_increase(numbers: Sequence[int]) -> set[int]:
    """Return the indexes of a longest increasing subsequence: the fewest others have moved."""
    ends = list[tuple[int, int]]()  # The smallest last number of a subsequence by its length, and its index.
    previous = list[int]()
    for index, number in enumerate(numbers):
        length = bisect_left(ends, number, key=itemgetter(0))
        previous.append(ends[length - 1][1] if length else -1)
        ends[length : length + 1] = [(number, index)]
    staying, index = set[int](), ends[-1][1] if ends else -1
    while index >= 0:
        staying.add(index)
        index = previous[index]
    return staying
