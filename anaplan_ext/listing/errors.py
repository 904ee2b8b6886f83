"""Errors of listings."""

from anaplan_client.core import AnaplanError


class IncompleteListError(AnaplanError):
    """A list has fewer entries than Anaplan announced, or the response is not a list."""

    def __init__(self, operation: str, received: int, expected: int | None = None) -> None:
        super().__init__(operation, received, expected)
        self.operation = operation
        self.received = received
        self.expected = expected

    def __str__(self) -> str:
        if self.expected is None:
            return f"{self.operation}: the response is not a list: it has neither entries nor metadata"
        return f"{self.operation}: received {self.received} of {self.expected} entries"
