"""What became of a request that has its effect each time, judged by what is new in Anaplan: pure functions.

Anaplan has no keys that would make a repetition harmless, and its tasks do not say who started them. So a look-up can
prove that nothing was done, and sometimes that something found is one's own; what it cannot prove is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Generic, Literal, TypeAlias, TypeVar

from attrs import frozen

from anaplan_client import alm
from anaplan_client.core import DecodeError, ExchangeError, RequestTimeout, StatusError

from . import retry
from .errors import Candidate
from .retry import RetryBudget, RetryPolicy

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

SKEW = timedelta(seconds=2)
"""How far the clocks of Anaplan's servers may be apart for something new to count as begun after a request."""
DOUBT = timedelta(seconds=30)
"""How long before a request something may have begun and still not be ruled out as its effect."""

_OWN = re.compile(rb'\s*\{\s*"meta"\s*:\s*\{')
"""How Anaplan's own answers begin."""

Fate: TypeAlias = Literal["done", "over", "open"]
"""What the failure says: the effect came about; nothing more will come of it; it may yet come about."""


@frozen(kw_only=True)
class Trace(Generic[T_co]):
    """Something that a look-up found, and that the request may have left: a task, a revision."""

    found: T_co
    """What the request would have been answered with."""
    shown: Candidate
    """What the caller is shown if it stays open whose it is."""
    id: str
    created: datetime | None
    mine: bool | None = None
    """Whether it bears the mark of this client's user and request; None where Anaplan does not tell."""


@frozen(kw_only=True)
class Verdict(Generic[T]):
    """What a look-up proves: what the request did, that it did `nothing`, or that it is `unclear` which it was."""

    outcome: Literal["found", "nothing", "unclear"]
    traces: tuple[Trace[T], ...] = ()
    """The one that was found, or all that it may be."""


def fate(error: ExchangeError) -> Fate:
    """Tells what a failure says about the effect.

    An answer of success that is damaged means that it came about, if enough is left of it to show that it is Anaplan's
    own: a proxy's page about maintenance comes with 200 too. A timeout, also of a gateway (504), leaves open whether
    the request is still being worked on. After a broken connection or any other answer nothing more will come of it.
    """
    if error.status is not None and 200 <= error.status < 300 and _OWN.match(error.exchange.body):
        return "done"
    return "open" if isinstance(error, RequestTimeout) or error.status == 504 else "over"


def in_doubt(error: DecodeError | StatusError, tries: int) -> bool:
    """Says whether an answer leaves open whether there was an effect; `tries` counts those made.

    One that cannot be read does, and a failure of the server; so does the refusal of a repetition, which the effect of
    the first try may be the reason for.
    """
    status = error.status or 0
    return isinstance(error, DecodeError) or status >= 500 or (tries > 1 and status in (400, 409))


def repetition(
    policy: RetryPolicy, budget: RetryBudget, error: ExchangeError, tries: int, elapsed: float
) -> retry.Verdict:
    """Decides whether and when a request that provably did nothing is sent again.

    That is by the policy and the budget of all requests; never after Anaplan's own refusals and failures, which would
    be the same again.
    """
    gateway = error.status in (502, 503) or (error.status or 0) >= 520
    if isinstance(error, StatusError) and not gateway:
        return retry.Verdict(None)
    return retry.next_try(policy, budget, error, tries, elapsed)


def look_pauses(base: float) -> tuple[float, ...]:
    """The pauses before each look at what is new, in seconds: what was just begun may be listed a little later."""
    return (0.0, base, 2 * base)


def server_time(heard: tuple[str, float] | None, moment: float) -> datetime | None:
    """Returns a lower bound for Anaplan's clock at a moment of the monotonic one; None without a usable `Date`.

    `heard` is the `Date` of an answer and the moment when it came. The header leaves out fractions of a second and was
    written before it came, so the result is up to a second and the way of the answer too early.
    """
    if heard is None:
        return None
    try:
        date = parsedate_to_datetime(heard[0])
    except (ValueError, OverflowError):
        return None
    return date.replace(tzinfo=date.tzinfo or UTC) - timedelta(seconds=heard[1] - moment)


def judge(
    fate: Fate, traces: Sequence[Trace[T]], sent: datetime | None, known: Container[str], exclusive: bool
) -> Verdict[T]:
    """Decides what a look-up proves about a request.

    What began clearly before it (`sent`, by Anaplan's clock), what was `known` before, and what bears another's mark is
    not its effect. If nothing is left, it had none so far. What is left is its effect if it bears its mark; or if it is
    alone, and either the effect is sure to have come about or nobody else starts the same (`exclusive`). It must have
    begun after the request, too: what began shortly before is neither ruled out nor taken.
    """
    left = tuple(
        trace for trace in traces if trace.mine is not False and _possible(trace, sent) and trace.id not in known
    )
    marked = [trace for trace in left if trace.mine]
    if not left:
        return Verdict(outcome="nothing")
    if len(marked) == 1 and _recent(marked[0], sent):
        return Verdict(outcome="found", traces=(marked[0],))
    if len(left) == 1 and _recent(left[0], sent) and (fate == "done" or exclusive):
        return Verdict(outcome="found", traces=left)
    return Verdict(outcome="unclear", traces=left)


def revision_mark(revision: alm.models.Revision, body: alm.models.CreateRevisionRequest, me: str) -> bool | None:
    """Says whether a revision is what a user wanted to make; None if Anaplan does not tell who made it."""
    if (revision.name, revision.description or "") != (body.name, body.description or ""):
        return False
    return None if revision.created_by is None else revision.created_by == me


def applied_by(revisions: Sequence[alm.models.Revision], revision_id: str, me: str, sent: datetime | None) -> bool:
    """Says whether a user has applied a revision since a moment of Anaplan's clock."""
    return any(
        (revision.id, revision.applied_by) == (revision_id, me)
        and revision.applied_on is not None
        and sent is not None
        and revision.applied_on >= sent - SKEW
        for revision in revisions
    )


def explain(verdict: Verdict[T], fate: Fate) -> str:
    """Says in words why it is not known what a request did."""
    if verdict.traces:
        return "a look-up shows what may be its effect, or that of somebody else"
    if fate == "open":
        return "a look-up shows no effect, but the request may still be under way"
    return "a look-up shows no effect, although the answer says that it came about"


def _possible(trace: Trace[T], sent: datetime | None) -> bool:
    return trace.created is None or sent is None or trace.created >= sent - DOUBT


def _recent(trace: Trace[T], sent: datetime | None) -> bool:
    return trace.created is not None and sent is not None and trace.created >= sent - SKEW
