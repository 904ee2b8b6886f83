"""Errors of listings."""

from anaplan_client.core import AnaplanError


class IncompleteListing(AnaplanError):
    """Anaplan stopped answering with entries before a list had as many as it said, or gave no list at all."""

    def __init__(self, operation: str, received: int, expected: int | None = None) -> None:
        super().__init__(operation, received, expected)
        self.operation = operation
        self.received = received
        self.expected = expected

    def __str__(self) -> str:
        if self.expected is None:
            return f"{self.operation}: the answer has neither entries nor anything else of a list"
        return f"{self.operation}: {self.received} entries came, {self.expected} were announced"
