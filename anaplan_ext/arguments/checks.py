"""Check arguments that several methods take, before anything is sent. Ids have `ids.py`, and content `content.py`."""

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence, Set
from datetime import date, datetime
from typing import TypeVar, cast

from anaplan_client.core.codec import validation

from .ids import id_text

T = TypeVar("T")


def check_text(name: str, value: object) -> None:
    """Raise `TypeError` for anything but text, None included, and `ValueError` for what UTF-8 cannot encode."""
    if value is None:
        raise TypeError(f"{name} must be text (got None)")
    validation.check_string(name, value)


def check_list(name: str, value: Sequence[T] | None) -> Sequence[T]:
    """Return a list or the like. Raises `TypeError` for anything else, a text and None included."""
    if value is None:
        raise TypeError(f"{name} must be a list (got None)")
    validation.check_array(name, value)
    return value


def day_text(name: str, value: object) -> str:
    """Return a day as Anaplan reads it, `YYYY-MM-DD`; empty text stays empty.

    Raises:
        TypeError: for anything but a date or text; a datetime is none, since its day depends on its time zone.
        ValueError: for text that is not a day in that form.
    """
    if isinstance(value, datetime):
        raise TypeError(f"{name} must be a date or text such as 2026-01-31 (got a datetime); use its date()")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        got = "None; use '' for none" if value is None else type(value).__name__
        raise TypeError(f"{name} must be a date or text such as 2026-01-31 (got {got})")
    if value and not _is_day(value):
        raise ValueError(f"{name} must be a day in the form YYYY-MM-DD, or empty (got {value!r})")
    return value


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def page_selectors(pages: Iterable[tuple[int | str, int | str]]) -> list[str]:
    """Return the pages of a view as Anaplan reads them. Raises `TypeError` for anything but pairs of ids."""
    return [":".join(id_text("pages", part, index) for part in _pair(pair, index)) for index, pair in enumerate(pages)]


def _pair(pair: object, index: int) -> Sequence[object]:
    if isinstance(pair, list | tuple) and len(found := cast("Sequence[object]", pair)) == 2:
        return found
    raise TypeError(f"pages[{index}] must be a pair of the ids of a dimension and an item (got {pair!r})")


def check_entries(name: str, entries: object) -> None:
    """Raise `TypeError` for what gives no entries to write, such as a frame, one entry, or text."""
    kind: type[object] = type(entries)
    if hasattr(kind, "to_dict") or hasattr(kind, "iter_rows"):
        raise TypeError(
            f"{name} must be an iterable of dictionaries or models (got {kind.__name__}); "
            "give the rows of a frame as dictionaries, such as with to_dict('records') or iter_rows(named=True)"
        )
    is_iterable = isinstance(entries, Iterable | AsyncIterable)
    if not is_iterable or isinstance(entries, str | bytes | Mapping | Set):
        raise TypeError(f"{name} must be an iterable of dictionaries or models (got {kind.__name__})")
