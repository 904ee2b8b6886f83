"""Messages in the results of tasks and writes, also those under undocumented names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from anaplan_client.integration.models import TaskDetail

NO_REASON = "Anaplan gives no reason"
_KEYS = ("reason", "failureReason", "failureMessage", "errorMessage", "message")
_NESTED = ("status", "error")


def undocumented_message(fields: Mapping[str, object]) -> str:
    """Return the message under an undocumented key, such as `reason`, or `message` in a `status`; empty without one.

    The text of a success is not a message.
    """
    nested = (cast("Mapping[str, object]", value) for key in _NESTED if isinstance(value := fields.get(key), Mapping))
    for place in (fields, *nested):
        for key in _KEYS:
            text = place.get(key)
            if isinstance(text, str) and text.strip() and text.strip().casefold() != "success":
                return text.strip()
    return ""


def detail_messages(details: list[TaskDetail] | None) -> Iterator[str]:
    """Yield the messages of a result, each with the number of its occurrences."""
    for detail in details or []:
        if text := detail.local_message_text or undocumented_message(detail.additional_properties):
            times = f" ({detail.occurrences} times)" if detail.occurrences and detail.occurrences > 1 else ""
            yield text + times


def label_of(name: str | None, object_id: str | None) -> str:
    """Return a name and an id, such as `Load sales (112000000001)`, as far as they are known."""
    return f"{name} ({object_id})" if name and object_id else name or object_id or "an action"
