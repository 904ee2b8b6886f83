"""Errors of listings."""

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
