"""The words of comparison reports: titles, columns, and texts about changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from attrs import frozen

from .report_layout import EMPTY_CELL

Action = Literal["added", "changed", "deleted", "moved"]
_VERBS: dict[str, Action] = {
    **dict.fromkeys(("ADDED", "CREATED"), "added"),
    **dict.fromkeys(("CHANGED", "MODIFIED", "RENAMED"), "changed"),
    **dict.fromkeys(("DELETED", "REMOVED"), "deleted"),
    **dict.fromkeys(("MOVED", "REORDERED"), "moved"),
}
_THINGS_AND_VERB = re.compile(rf"(?P<things>.+) (?P<verb>{'|'.join(_VERBS)})(?:/.*)?", re.IGNORECASE)
_WITHIN = re.compile(r"CHANGES WITHIN (?P<things>.+)", re.IGNORECASE)
_PARENT_COLUMNS = ("module", "list")

_PROPERTY = re.compile(r"(?P<name>[^:\n]+): (?P<value>.*)", re.DOTALL)
_ARROW = " -> "
_SEPARATOR = "; "
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("ss", "ss"), ("s", ""))


@frozen
class Heading:
    """What a title or a column says: which things, and what happens to them, or within them."""

    things: str
    action: Action
    is_within: bool = False

    @property
    def kind(self) -> str:
        """The kind of the things."""
        return singularize(self.things)


def read_heading(text: str) -> Heading:
    """Read a title such as `LISTS ADDED`, or a column such as `Items Added/Moved`. Without a known verb: a change."""
    if match := _WITHIN.fullmatch(text):
        return Heading(match["things"], "changed", is_within=True)
    if match := _THINGS_AND_VERB.fullmatch(text):
        return Heading(match["things"], _VERBS[match["verb"].upper()])
    return Heading(text, "changed")


def count_key_columns(kind: str, columns: Sequence[str]) -> int:
    """Return how many columns identify the object: its name, or its module or list and its name."""
    first = columns[0].lower() if columns else ""
    return 2 if first in _PARENT_COLUMNS and first != kind and len(columns) > 1 else 1


def singularize(things: str) -> str:
    """Return the words of a title in lower case, the last one in the singular: `line item` for `LINE ITEMS`."""
    words = things.lower()
    ending = next(((plural, singular) for plural, singular in _ENDINGS if words.endswith(plural)), ("", ""))
    return words.removesuffix(ending[0]) + ending[1]


def read_change_text(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the old and the new values by property of a text such as `Format: TEXT -> NUMBER; Name: A -> B`.

    A value may have the separators in it, as far as that can be told apart. Both are empty for any other text.
    """
    old, new = dict[str, str](), dict[str, str]()
    for part in _split_parts(text):
        match = _PROPERTY.fullmatch(part)
        if match is None or _ARROW not in match["value"]:
            return {}, {}
        before, _, after = match["value"].partition(_ARROW)
        old[match["name"]], new[match["name"]] = ("" if value == EMPTY_CELL else value for value in (before, after))
    return old, new


def _split_parts(text: str) -> list[str]:
    """Split a text where a new property starts: at a separator before a name, a colon and an arrow."""
    parts = list[list[str]]()
    for piece in text.split(_SEPARATOR) if text else ():
        starts = _PROPERTY.fullmatch(piece) and _ARROW in piece
        if starts or not parts:
            parts.append([piece])
        else:
            parts[-1].append(piece)
    return [_SEPARATOR.join(part) for part in parts]
