"""Which fields and types the responses of an operation have: cheap to find, and enough to tell a change."""

from collections.abc import Sequence
from typing import cast

import msgspec
from attrs import Factory, define

from .redaction import is_name
from .shapes import type_of

MAX_ENTRIES = 40
"""Number of entries of an array that are checked, from all of its parts."""
MAX_PLACES = 2000
"""Number of places that are remembered; beyond it, nothing is new."""
MIN_RESPONSES = 6
"""Number of checked responses with a field that make it one that always comes."""
MIN_MISSING = 8
"""Number of successive responses without such a field that make it one that no longer comes."""
_MAX_DEPTH = 8


def find_places(content: bytes) -> dict[str, set[str]] | None:
    """Return the types at each place of a JSON response; None for other content."""
    try:
        value = msgspec.json.decode(content)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    places: dict[str, set[str]] = {}
    _collect(value, "", places, _MAX_DEPTH)
    return places


def _collect(value: object, place: str, places: dict[str, set[str]], depth: int) -> None:
    kind = type_of(value)
    if place in places:
        places[place].add(kind)
    else:
        places[place] = {kind}
    if not depth:
        return
    if isinstance(value, dict):
        for key, item in cast("dict[str, object]", value).items():
            # Most names are of letters, which is found out faster.
            is_shown = (key.isascii() and key.isalpha() and len(key) < 40) or is_name(key)
            _collect(item, f"{place}/{key if is_shown else '?'}", places, depth - 1)
    elif isinstance(value, list):
        entries = cast("Sequence[object]", value)
        step = max(1, len(entries) // MAX_ENTRIES)
        for item in entries[::step]:
            _collect(item, f"{place}/[]", places, depth - 1)


@define
class KnownPlaces:
    """What the responses of an operation had so far."""

    types: set[tuple[str, str]] = Factory(set[tuple[str, str]])
    present: dict[str, int] = Factory(dict[str, int])
    """In how many responses each place was."""
    missing: dict[str, int] = Factory(dict[str, int])
    """In how many responses since then each place was not."""
    responses: int = 0
    last: dict[str, set[str]] = Factory(dict[str, set[str]])
    repeated: int = 0
    """How many responses after the last one had the same places."""

    def add(self, places: dict[str, set[str]]) -> bool:
        """Remember the places of a response. Return whether one is new, or has a new type."""
        if places == self.last and not self.missing:
            self.repeated += 1
            return False
        self._count_repeated()
        self.last = places
        self.responses += 1
        found = {(place, kind) for place, kinds in places.items() for kind in kinds}
        new = found - self.types if len(self.types) < MAX_PLACES else set[tuple[str, str]]()
        self.types |= new
        for place in places:
            if place in self.present or self.responses == 1:
                self.present[place] = self.present.get(place, 0) + 1
        for place in [place for place in self.present if place not in places]:
            parent = place.rpartition("/")[0]
            if parent in places and self.present[place] >= MIN_RESPONSES:
                self.missing[place] = self.missing.get(place, 0) + 1
            elif parent in places:
                del self.present[place]  # It does not always come.
        for place in [place for place in self.missing if place in places]:
            # It comes again, so it does not always come.
            del self.missing[place]
            del self.present[place]
        return bool(new)

    def _count_repeated(self) -> None:
        self.responses += self.repeated
        for place in self.present:
            self.present[place] += self.repeated
        self.repeated = 0

    def find_gone(self) -> list[str]:
        """Return the places that always came and no longer do, each once."""
        gone = [place for place, count in self.missing.items() if count >= MIN_MISSING]
        for place in gone:
            del self.missing[place]
            self.present.pop(place, None)
        return gone

    def has_gone(self) -> bool:
        """Return whether `find_gone` has something to return."""
        return any(count >= MIN_MISSING for count in self.missing.values())

    def is_watching(self) -> bool:
        """Return whether a field is missing, so that the next responses must be checked."""
        return bool(self.missing)
