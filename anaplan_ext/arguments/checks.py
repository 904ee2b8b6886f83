"""Check arguments that several methods share, before any request."""

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence, Set
from datetime import date, datetime
from typing import TypeVar, cast

from anaplan_client.core.codec import validation

from .ids import id_or_name, id_text

T = TypeVar("T")


def check_text(name: str, value: object) -> None:
    """Raise `TypeError` for anything but text, also for None, and `ValueError` for text that UTF-8 cannot encode."""
    if value is None:
        raise TypeError(f"{name} must be text (got None)")
    validation.check_string(name, value)


def check_list(name: str, value: Sequence[T] | None) -> Sequence[T]:
    """Return a list or another sequence. Raise `TypeError` for anything else, also for text and None."""
    if value is None:
        raise TypeError(f"{name} must be a list (got None)")
    validation.check_array(name, value)
    return value


def check_files(files: object) -> None:
    """Raise `TypeError` or `ValueError` for anything but a mapping of at least one content by name or id."""
    if not isinstance(files, Mapping):
        raise TypeError(
            f"files must be a mapping of contents by file name or id (got {type(files).__name__}); "
            "for example {'sales.csv': Path('sales.csv')}"
        )
    names = cast("Mapping[object, object]", files)
    if not names:
        raise ValueError("files must have at least one content")
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"files must have names or ids as text (got the key {name!r})")
        id_or_name("files", name)


def day_text(name: str, value: object) -> str:
    """Return a day in the form `YYYY-MM-DD`. Empty text stays empty.

    Raises:
        TypeError: `value` is neither a date nor text. A datetime is rejected: its day depends on the time zone.
        ValueError: `value` is text, but not a day in this form.
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
    """Return the page selectors of a view as query values. Raise `TypeError` for anything but pairs of ids."""
    return [":".join(id_text("pages", part, index) for part in _pair(pair, index)) for index, pair in enumerate(pages)]


def _pair(pair: object, index: int) -> Sequence[object]:
    if isinstance(pair, list | tuple) and len(ids := cast("Sequence[object]", pair)) == 2:
        return ids
    raise TypeError(f"pages[{index}] must be a pair of the ids of a dimension and an item (got {pair!r})")


def check_entries(name: str, entries: object) -> None:
    """Raise `TypeError` for anything that has no entries to write, such as a frame, a single entry, or text."""
    kind: type[object] = type(entries)
    if hasattr(kind, "to_dict") or hasattr(kind, "iter_rows"):
        raise TypeError(
            f"{name} must be an iterable of dictionaries or models (got {kind.__name__}); "
            "convert a frame to dictionaries, for example by to_dict('records') or iter_rows(named=True)"
        )
    is_iterable = isinstance(entries, Iterable | AsyncIterable)
    if not is_iterable or isinstance(entries, str | bytes | Mapping | Set):
        raise TypeError(f"{name} must be an iterable of dictionaries or models (got {kind.__name__})")
