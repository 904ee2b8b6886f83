"""Findings and their report, as data, text and Markdown, without any value of a response."""

import json
from typing import Literal, TypeAlias

from attrs import asdict, frozen

Kind: TypeAlias = Literal[
    "unknown field", "enum value", "missing field", "type", "status", "media type", "deprecation", "field gone"
]
"""What differs: an undocumented field, enum value, status or media type, a missing required field, or another type.
`deprecation` is what a header announces, and `field gone` an optional field that always came before."""


@frozen
class Finding:
    """A difference between the responses of an operation and its specification."""

    api: str
    operation: str
    kind: Kind
    where: str
    """JSON Pointer into the response, with `[]` for the items of an array, `{}` for the keys of a map, and `?` for a
    hidden name."""
    expected: str
    """The documented type, values, statuses or media types."""
    seen: str
    """The type, description or constant in the response."""
    count: int
    """Number of times that it was seen in the examined responses."""
    spec: str
    """JSON Pointer to the part of the specification that the response contradicts."""

    def __str__(self) -> str:
        place = f" {self.where}" if self.where else ""
        times = "once" if self.count == 1 else f"{self.count:,} times"
        return f"{self.api}.{self.operation}: {self.kind}{place}: expected {self.expected}, got {self.seen} ({times})"


@frozen
class DriftReport:
    """All findings, in the order of their operations, and the number of responses behind them."""

    findings: tuple[Finding, ...]
    responses: int
    """Number of observed responses."""
    examined: int
    """Number of responses that were compared with the specification."""
    omitted: int = 0
    """Number of further findings beyond the limit."""

    def __bool__(self) -> bool:
        """Return whether there is drift."""
        return bool(self.findings)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.findings), self._summary()])

    def to_json(self) -> str:
        """Return the report as JSON."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def to_markdown(self) -> str:
        """Return the report as a Markdown table for an issue or a pull request."""
        lines = ["# Drift", "", self._summary(), ""]
        if self.findings:
            lines += ["| Operation | What | Where | Expected | Seen | Times |", "|---|---|---|---|---|---:|"]
        for finding in self.findings:
            operation, where = f"`{finding.api}.{finding.operation}`", f"`{finding.where or '/'}`"
            cells = (operation, finding.kind, where, finding.expected, finding.seen, f"{finding.count:,}")
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines).rstrip() + "\n"

    def _summary(self) -> str:
        count = f"{len(self.findings)} finding(s)" if self.findings else "No drift"
        more = f" and {self.omitted} more" if self.omitted else ""
        return f"{count}{more} in {self.examined:,} examined of {self.responses:,} observed responses."
