"""What a comparison report says: the changes, and their risks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, get_args

from attrs import field, frozen

from .report_layout import EMPTY_CELL, ReportSection
from .report_words import Action, count_key_columns, read_change_text, read_heading

Risk = Literal["deletes data", "overwrites data", "changes format", "changes dimensions", "changes formula"]
RISKS: tuple[Risk, ...] = get_args(Risk)
"""The risks of changes, as `find_risks` names them."""

_POSITION_COLUMNS = ("Position", "Relative To")
_OLD_COLUMN = re.compile(r"(?:Old|Previous) (?P<property>.+)")
_NEW_COLUMN = re.compile(r"(?:New|Current) (?P<property>.+)")

_HOLD_DATA = frozenset(
    [
        "line item",
        "line item subset",
        "list",
        "list item",
        "list property",
        "list subset",
        "module",
        "time range",
        "version",
    ]
)
"""Kinds of objects that hold data, or by which modules have dimensions."""
_PROPERTY_RISKS: dict[Risk, frozenset[str]] = {
    "changes format": frozenset(("format", "data type")),
    "changes dimensions": frozenset(("applies to", "time scale", "time range", "versions", "users list option")),
    "changes formula": frozenset(("formula",)),
}


@frozen(kw_only=True)
class Change:
    """A change that a sync makes in the target model."""

    kind: str
    """The kind of object in the singular, for example `list`, `line item` or `list property`."""
    action: Action
    """`added`, `changed`, `deleted` or `moved`."""
    name: str
    """The name after the sync. For items and properties of a list, the text of the report: names, or their number."""
    module: str = ""
    """The module of a line item or view, or the list of an item, property or subset; empty for other objects."""
    old: Mapping[str, str] = field(factory=dict[str, str], hash=False)
    """Values by property before the sync, where the report tells them."""
    new: Mapping[str, str] = field(factory=dict[str, str], hash=False)
    """Values by property after the sync, where the report tells them."""
    detail: str = ""
    """Text of the report about the change, as it is."""
    position: str = ""
    """Where the object is among the others, for example `After Airlines`."""

    @property
    def loses_data(self) -> bool:
        """Whether the sync may lose data. Only a changed formula is a risk that loses none."""
        return any(risk != "changes formula" for risk in find_risks(self))


def find_risks(change: Change) -> tuple[Risk, ...]:
    """Return what is risky about a change: `deletes data`, `changes format` and the like.

    A changed formula loses no data. A formula where there was none overwrites the values that users entered.

    Args:
        change: A change of a report.

    Returns:
        The risks, in the order of `RISKS`; empty without any. If the report has no values by property, each property
        that its text names counts as changed.

    Cost:
        No request.
    """
    if change.kind == "formula" and change.action != "moved":
        return ("overwrites data", "changes formula") if change.action == "added" else ("changes formula",)
    if change.kind not in _HOLD_DATA:
        return ()
    if change.action == "deleted":
        return ("deletes data",)
    if change.action != "changed":
        return ()
    if change.kind == "list property":
        return ("changes format",)
    names = {name.lower() for name in (*change.old, *change.new)}
    names |= set() if change.old else _find_properties(change.detail)
    gained = bool(change.new.get("Formula")) and not change.old.get("Formula")
    found = {risk for risk, properties in _PROPERTY_RISKS.items() if properties & names}
    return tuple(risk for risk in RISKS if risk in found or (gained and risk == "overwrites data"))


def _find_properties(text: str) -> set[str]:
    """Return the risky properties that a text names."""
    words = {name for properties in _PROPERTY_RISKS.values() for name in properties}
    return {word for word in words if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)}


def read_changes(sections: Iterable[ReportSection]) -> Iterator[Change]:
    """Iterate over the changes of sections, in their order."""
    for section in sections:
        heading, columns = read_heading(section.title), section.columns
        for row in section.filled_rows:
            if heading.is_within:
                yield from _read_changes_within(heading.kind, columns, row.cells)
            else:
                yield _read_change(heading.kind, heading.action, columns, row.cells)


def _read_change(kind: str, action: Action, columns: Sequence[str], cells: Sequence[str]) -> Change:
    keys = count_key_columns(kind, columns)
    # A row with more cells than columns keeps them all.
    extra = {f"Cell {number + 1}": cells[number] for number in range(len(columns), len(cells))}
    values = {name: cell for name, cell in zip(columns[keys:], cells[keys:], strict=False) if cell != EMPTY_CELL}
    values = {name: value for name, value in (values | extra).items() if value}
    position = " ".join(values.pop(name) for name in _POSITION_COLUMNS if name in values)
    old, new, detail = _split_values(action, values)
    return Change(
        kind=kind,
        action=action,
        name=cells[keys - 1] if len(cells) >= keys else "\t".join(cells),
        module=cells[0] if keys == 2 and len(cells) >= keys else "",
        old=old,
        new=new,
        detail=detail,
        position=position,
    )


def _split_values(action: Action, values: dict[str, str]) -> tuple[dict[str, str], dict[str, str], str]:
    """Return the values before and after the sync, and the text about the change."""
    if action == "deleted":
        return values, {}, ""
    if action == "added":
        return {}, values, ""
    detail = values.pop("Changes", "")
    old, new = read_change_text(detail)
    changed_property = values.get("Property", "Value")
    for name, value in values.items():
        old_name, new_name = _OLD_COLUMN.fullmatch(name), _NEW_COLUMN.fullmatch(name)
        match = old_name or new_name
        own_name = match["property"] if match else name
        key = changed_property if match and own_name == "Value" else own_name
        (old if old_name else new)[key] = value
    if changed_property in {**old, **new}:
        new.pop("Property", None)
    return old, new, detail


def _read_changes_within(kind: str, columns: Sequence[str], cells: Sequence[str]) -> Iterator[Change]:
    """Iterate over the changes in a row of `CHANGES WITHIN …`: a list, and what is changed in it by column."""
    owner, found = cells[0], False
    names = [*columns, *(f"Cell {number + 1}" for number in range(len(columns), len(cells)))]
    for column, cell in zip(names[1:], cells[1:], strict=False):
        if cell not in ("", EMPTY_CELL):
            found = True
            part, detail = read_heading(column), f"{column}: {cell}"
            yield Change(kind=f"{kind} {part.kind}", action=part.action, name=cell, module=owner, detail=detail)
    if not found:
        yield Change(kind=kind, action="changed", name=owner)
