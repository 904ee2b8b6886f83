"""Errors of application lifecycle management."""

from anaplan_client.core import AnaplanError


class ComparisonReportError(AnaplanError, ValueError):
    """The bytes are not a comparison report.

    `line` is the number of the first wrong line, from 1. `problem` says which rule it breaks.
    """

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(line, problem)
        self.line = line
        self.problem = problem

    def __str__(self) -> str:
        return f"line {self.line} of the comparison report {self.problem}"
