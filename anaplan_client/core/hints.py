"""Find what to do about a rejection: by its message, or else by its status."""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"<\w+>")
_QUOTES = re.compile(r"[`'\"\u2018\u2019\u201c\u201d]")


def find_hint(hints: Mapping[int, str], message_hints: Mapping[str, str], status: int, message: str) -> str:
    """Return what to do about a message, or about its status if the message is unknown; empty if neither is known.

    Case, quotes, white space and a final period are ignored. `<name>` in a documented message stands for any text.
    """
    received = _normalize(message)
    for documented, hint in message_hints.items():
        parts = [re.escape(_normalize(part)) for part in _PLACEHOLDER.split(documented)]
        if re.fullmatch(r" ?.+ ?".join(parts), received):
            return hint
    return hints.get(status, "")


def _normalize(message: str) -> str:
    return " ".join(_QUOTES.sub("", message).casefold().split()).rstrip(" .")
