"""Find an object by its id or its name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from .errors import AmbiguousNameError, NameNotFoundError

MAX_SUGGESTIONS = 3
"""Number of similar names in an error message."""


class Named(Protocol):
    """An object with an id and a name."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def name(self) -> str | None:
        """Its name."""
        ...


N = TypeVar("N", bound=Named)


def is_id(value: str, *families: str) -> bool:
    """Return whether a text is the id of an object of a family, such as 118 for processes. A name never is."""
    return re.fullmatch(rf"({'|'.join(families)})[0-9]{{9}}", value) is not None


def find(kind: str, wanted: str, entries: Sequence[N]) -> N:
    """Return the entry with this id or name.

    An id counts first, then the exact name, then the name regardless of case and surrounding blanks.

    Raises:
        NameNotFoundError: No entry has this id or name. It has similar names.
        AmbiguousNameError: Several entries have this name. It has their ids.
    """
    rules: tuple[Callable[[N], bool], ...] = (
        lambda entry: entry.id == wanted,
        lambda entry: entry.name == wanted,
        lambda entry: _fold(entry.name) == _fold(wanted) != "",
    )
    for rule in rules:
        matches = [entry for entry in entries if rule(entry)]
        if len(matches) > 1:
            raise AmbiguousNameError(kind, wanted, [(entry.name or "", entry.id) for entry in matches])
        if matches:
            return matches[0]
    raise NameNotFoundError(kind, wanted, _suggest(wanted, entries))


def _suggest(wanted: str, entries: Sequence[Named]) -> list[tuple[str, str]]:
    """Return the entries with the most similar names."""
    folded = [_fold(entry.name) for entry in entries]
    similar = difflib.get_close_matches(_fold(wanted), folded, MAX_SUGGESTIONS)
    similar += [name for name in folded if _fold(wanted) and _fold(wanted) in name]
    chosen = [entry for name in dict.fromkeys(similar) for entry in entries if name and _fold(entry.name) == name]
    return [(entry.name or "", entry.id) for entry in chosen[:MAX_SUGGESTIONS]]


def _fold(name: str | None) -> str:
    return (name or "").strip().casefold()
