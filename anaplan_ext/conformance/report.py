"""The result of a check: a verdict for each belief, as text and as JSON, without any value of a response."""

from __future__ import annotations

import json
from collections import Counter

from attrs import asdict, frozen

from .rules import Verdict


@frozen
class BeliefResult:
    """What a tenant says about a belief."""

    id: str
    statement: str
    source: str
    trust: str
    verdict: Verdict
    """`holds`, `contradicted`, or `untested` if the tenant says nothing about it."""
    seen: str
    """What was there instead, in words about shapes, or why it is untested; empty if the belief holds."""
    responses: int
    """Number of responses that were judged."""


@frozen
class ConformanceReport:
    """The verdicts of all beliefs. It has no value of a response, so it can be sent to others."""

    results: tuple[BeliefResult, ...]
    requests: int
    """Number of GET requests that were sent, without retries. There were no others, apart from the sign-in."""
    version: str
    """Version of the library."""

    @property
    def counts(self) -> dict[Verdict, int]:
        """Return the number of beliefs by their verdict."""
        counts = Counter(result.verdict for result in self.results)
        return {verdict: counts[verdict] for verdict in ("holds", "contradicted", "untested")}

    @property
    def contradicted(self) -> tuple[BeliefResult, ...]:
        """Return the beliefs that the tenant contradicts."""
        return tuple(result for result in self.results if result.verdict == "contradicted")

    def __str__(self) -> str:
        lines = [self.summary]
        for result in self.contradicted:
            lines += [f"contradicted: {result.id}", f"  believed ({result.trust}): {result.statement}"]
            lines += [f"  seen: {result.seen}"]
        reasons = Counter(result.seen for result in self.results if result.verdict == "untested")
        lines += [f"untested: {count} ({reason})" for reason, count in reasons.most_common()]
        return "\n".join(lines) + "\n"

    @property
    def summary(self) -> str:
        """Return the counts in one line."""
        counts = self.counts
        return (
            f"{counts['holds']} of {len(self.results)} beliefs hold, {counts['contradicted']} are contradicted, "
            f"{counts['untested']} are untested; {self.requests} GET requests, no others"
        )

    def to_json(self) -> str:
        """Return the report as JSON."""
        body = {"version": self.version, "requests": self.requests, "counts": self.counts}
        return json.dumps(body | {"beliefs": [asdict(result) for result in self.results]}, indent=2) + "\n"
