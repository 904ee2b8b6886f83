"""Check what is believed of Anaplan on a tenant."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, cast

from anaplan_client.core.version import __version__

from ..drift.walk import Send
from .beliefs import Belief, list_beliefs
from .fixtures import write_fixtures
from .probe import Evidence, collect
from .report import BeliefResult, ConformanceReport
from .rules import Judgment, untested

if TYPE_CHECKING:
    from .. import Client


def check_conformance(
    client: Client,
    *,
    apis: Iterable[str] = (),
    max_per_kind: int = 2,
    record: str | PathLike[str] | None = None,
) -> ConformanceReport:
    """Check what is believed of Anaplan on the tenant of a client, by GET requests only.

    Args:
        client: A client of the tenant. It needs no model.
        apis: APIs to check, such as `integration` and `alm`. All by default.
        max_per_kind: Maximum number of ids of each kind that are used from one response, at least 1.
        record: A folder for a response of each operation without its values, as fixtures for tests. It is created.

    Returns:
        A verdict for each belief. It has no value of a response: only statuses, types, and names of fields.

    Raises:
        ValueError: An API is unknown, or `max_per_kind` is less than 1; nothing is sent.
        AuthenticationError: The client cannot sign in.
        TransportError: There was no complete response.
        OSError: The folder cannot be written.

    Cost:
        About 250 GET requests for a small tenant, and more with `max_per_kind`. Nothing is changed, and no file is
        downloaded. At most 20 responses of each operation are in memory.
    """
    beliefs = _select(tuple(apis))
    if max_per_kind < 1:
        raise ValueError(f"max_per_kind must be at least 1 (got {max_per_kind})")
    return check_beliefs(client, beliefs, max_per_kind=max_per_kind, record=record)


def check_beliefs(
    client: Client, beliefs: Iterable[Belief], *, max_per_kind: int, record: str | PathLike[str] | None = None
) -> ConformanceReport:
    """Check some beliefs."""
    beliefs = list(beliefs)
    evidence = collect(cast("Send", client.send), beliefs, max_per_kind)
    if record is not None:
        operations = {operation for operation, _ in evidence.samples}
        write_fixtures(Path(record), {name: bases[0] for name in operations if (bases := evidence.get_bases(name))})
    results = tuple(_judge(belief, evidence) for belief in beliefs)
    return ConformanceReport(results, evidence.requests, __version__)


def _select(apis: tuple[str, ...]) -> list[Belief]:
    """Return the beliefs about these APIs."""
    known = sorted({belief.operation.partition(".")[0] for belief in list_beliefs()})
    for api in apis:
        if api not in known:
            raise ValueError(f"apis must be some of {', '.join(known)} (got {api!r})")
    return [belief for belief in list_beliefs() if not apis or belief.operation.partition(".")[0] in apis]


def _judge(belief: Belief, evidence: Evidence) -> BeliefResult:
    judgments = _list_judgments(belief, evidence)
    # One contradiction is enough, and so is one response that bears a belief out.
    order = ("contradicted", "holds", "untested")
    (verdict, seen) = min(judgments, key=lambda judgment: order.index(judgment.verdict))
    return BeliefResult(belief.id, belief.statement, belief.source, belief.trust, verdict, seen, len(judgments))


def _list_judgments(belief: Belief, evidence: Evidence) -> list[Judgment]:
    samples = evidence.samples.get((belief.operation, belief.variant), [])
    if belief.variant != "base":
        base = evidence.get_base(belief.operation, belief.variant)
        if base is None:
            return [untested("the plain request had no success")]
        return [belief.rule(base, sample) for sample in samples] or [untested("no such request can be made")]
    judged = [sample for sample in samples if sample.is_success or not sample.is_documented]
    rejected = sorted({sample.status for sample in samples} - {sample.status for sample in judged})
    reason = f"rejected with {rejected[0]}" if rejected else "no id of such an object was seen"
    return [belief.rule(sample, sample) for sample in judged] or [untested(reason)]
