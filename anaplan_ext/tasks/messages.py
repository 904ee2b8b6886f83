"""Messages that Anaplan gives under more than one name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

_KEYS = ("reason", "failureReason", "failureMessage", "errorMessage", "message")
_NESTED = ("status", "error")


def undocumented_message(fields: Mapping[str, object]) -> str:
    """Return a message that stands under a key which the specification does not know; empty if there is none.

    Such as `reason`, `failureReason`, or `message` in a `status`. The words of a success are no message.
    """
    nested = (cast("Mapping[str, object]", value) for key in _NESTED if isinstance(value := fields.get(key), Mapping))
    for place in (fields, *nested):
        for key in _KEYS:
            text = place.get(key)
            if isinstance(text, str) and text.strip() and text.strip().casefold() != "success":
                return text.strip()
    return ""
