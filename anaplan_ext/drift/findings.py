"""What was found, as data, as text and as Markdown; without any value of an answer."""

import json
from typing import Literal, TypeAlias

from attrs import asdict, frozen

Kind: TypeAlias = Literal["unknown field", "enum value", "missing field", "type", "status", "media type"]
"""What differs: a field, value, status or media type that is not documented, a required field that is not there, or a
value of another type."""


@frozen
class Finding:
    """One way in which the answers of an operation are not as specified."""

    api: str
    operation: str
    kind: Kind
    where: str
    """JSON Pointer into the answer, with `[]` for the items of an array, `{}` for the keys of a map, and `?` for a name
    that is not shown."""
    expected: str
    """What the specification says."""
    seen: str
    """What came: a type, a description, or a constant."""
    count: int
    """How often it was seen, among the answers that were looked into."""
    spec: str
    """JSON Pointer to the part of the specification that it is about."""

    def __str__(self) -> str:
        place = f" {self.where}" if self.where else ""
        times = "once" if self.count == 1 else f"{self.count:,} times"
        return f"{self.api}.{self.operation}: {self.kind}{place}: expected {self.expected}, got {self.seen} ({times})"


@frozen
class DriftReport:
    """All findings, in the order of their operations, and what they are drawn from."""

    findings: tuple[Finding, ...]
    answers: int
    """How many answers were observed."""
    examined: int
    """How many of them were looked into, beyond status and media type."""
    omitted: int = 0
    """How many further findings there was no room for."""

    def __bool__(self) -> bool:
        """Whether there is drift."""
        return bool(self.findings)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.findings), self._summary()])

    def to_json(self) -> str:
        """The report as JSON."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def to_markdown(self) -> str:
        """The report as a table for an issue or a pull request."""
        lines = ["# Drift", "", self._summary(), ""]
        if self.findings:
            lines += ["| Operation | What | Where | Expected | Seen | Times |", "|---|---|---|---|---|---:|"]
        for one in self.findings:
            cells = (f"`{one.api}.{one.operation}`", one.kind, f"`{one.where or '/'}`", one.expected, one.seen)
            lines.append(f"| {' | '.join(cells)} | {one.count:,} |")
        return "\n".join(lines).rstrip() + "\n"

    def _summary(self) -> str:
        found = f"{len(self.findings)} finding(s)" if self.findings else "No drift"
        more = f" and {self.omitted} more" if self.omitted else ""
        return f"{found}{more} in {self.answers:,} answers, of which {self.examined:,} were looked into."
