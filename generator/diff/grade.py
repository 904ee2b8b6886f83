"""The severity of one change, and what it means for users."""

from typing import Literal, TypeAlias

from attrs import frozen

Severity: TypeAlias = Literal["breaking", "risky", "safe"]

BREAKING: Severity = "breaking"
RISKY: Severity = "risky"
SAFE: Severity = "safe"
SEVERITIES: tuple[Severity, ...] = (BREAKING, RISKY, SAFE)


@frozen
class Grade:
    """The severity of one kind of change, and its message.

    The migration line has {subject} (the dotted name), {name} (its last part) and {owner} (what it is part of), which
    are put in as code, {what} (a keyword of the specification), and {old} and {new}.
    """

    rule: str
    severity: Severity
    migration: str
