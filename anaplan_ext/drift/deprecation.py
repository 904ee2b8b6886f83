"""Read what headers say about the end of an operation, without any text of a user."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_RELATIONS = ("deprecation", "sunset", "successor-version")


def find_deprecations(headers: Mapping[str, str]) -> Iterator[str]:
    """Yield each announcement of a response, with its date if there is one."""
    for name in ("Deprecation", "Sunset"):
        if value := headers.get(name.lower(), "").strip():
            yield f"{name}: {_describe(value)}"
    if (warning := headers.get("warning", "").strip()).startswith("299"):
        date = re.search(r'"([^"]*GMT)"\s*$', warning)
        yield f"Warning: 299{f', {_describe(date[1])}' if date else ''}"
    link = headers.get("link", "").lower()
    for relation in _RELATIONS if link else ():
        if re.search(rf';\s*rel\s*=\s*"?[^",;]*\b{relation}\b', link):
            yield f"Link: {relation}"


def _describe(value: str) -> str:
    """Return the date of a header, or that it has none; it may be text of anybody."""
    if found := re.fullmatch(r"@(\d{1,11})", value):
        return datetime.fromtimestamp(int(found[1]), UTC).date().isoformat()
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return parse(value).date().isoformat()
        except (ValueError, TypeError):
            continue
    return "true" if value.lower() in ("true", "?1") else "without a date"
