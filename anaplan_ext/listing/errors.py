"""Errors of listings."""

from collections.abc import Sequence

from anaplan_client.core import AnaplanError


class IncompleteListError(AnaplanError):
    """Anaplan returned fewer items than it announced, or no list at all.

    `received` and `expected` are the numbers of items of the request named `operation`. `expected` is None if the
    response contains no list.
    """

    def __init__(self, operation: str, received: int, expected: int | None = None) -> None:
        super().__init__(operation, received, expected)
        self.operation = operation
        self.received = received
        self.expected = expected

    def __str__(self) -> str:
        if self.expected is None:
            return f"the response contains no list; {self.operation}"
        return f"received {self.received} of {self.expected} items; {self.operation}"


class NameNotFoundError(AnaplanError):
    """No object of a kind has the given name or id.

    `kind` is the kind, such as `process`, and `name` what was looked for. `suggestions` are name and id of objects with
    similar names.
    """

    def __init__(self, kind: str, name: str, suggestions: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(kind, name, suggestions)
        self.kind = kind
        self.name = name
        self.suggestions: tuple[tuple[str, str], ...] = tuple(suggestions)

    def __str__(self) -> str:
        hint = f"; did you mean {' or '.join(map(_label, self.suggestions))}?" if self.suggestions else ""
        return f"there is no {self.kind} {self.name!r}, or you have no access{hint}"


class AmbiguousNameError(AnaplanError):
    """Several objects have the given name. Use an id.

    `kind` is the kind of the objects, such as `process`, `name` their name, and `matches` their names and ids.
    """

    def __init__(self, kind: str, name: str, matches: Sequence[tuple[str, str]]) -> None:
        super().__init__(kind, name, matches)
        self.kind = kind
        self.name = name
        self.matches: tuple[tuple[str, str], ...] = tuple(matches)

    def __str__(self) -> str:
        return f"several objects are called {self.name!r}: {' and '.join(map(_label, self.matches))}; use an id"


def _label(match: tuple[str, str]) -> str:
    return f"{match[0]!r} ({match[1]})"
