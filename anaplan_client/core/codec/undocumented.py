"""Tell an observer what decoding met that is not documented: fields, values of enums, and failures."""

import threading

NOTHING: frozenset[int] = frozenset()


class _Notes(threading.local):
    current: set[int] | None = None


_notes = _Notes()


def start() -> set[int]:
    """Collect the hashes of what is undocumented in the responses that this thread decodes, until `stop`."""
    found: set[int] = set()
    _notes.current = found
    return found


def stop() -> None:
    """Collect nothing more in this thread."""
    _notes.current = None


def note(*parts: object) -> None:
    """Note a name or a value and where it was met, if that is collected. It cannot be read from its hash."""
    if (found := _notes.current) is not None:
        found.add(hash(parts))
