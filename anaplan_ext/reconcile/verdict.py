"""What became of a non-idempotent request whose response tells nothing, judged by what is new in Anaplan.

Anaplan has no keys that would make a retry harmless, and its tasks do not say who started them. So a look-up can prove
that nothing was done, and sometimes that something found is one's own; what it cannot prove is not guessed. No clock
proves anything: a gateway's may be wrong by any time, and so may that of a server. What was there before counts.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from datetime import UTC, datetime
from typing import Generic, Literal, TypeAlias, TypeVar

from attrs import frozen

from anaplan_client import alm
from anaplan_client.core import ApiError, DecodeError, RequestTimeoutError, StatusError

from ..transport import retry
from ..transport.errors import Candidate
from ..transport.retry import RetryBudget, RetryPolicy

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_OWN = re.compile(rb'\s*\{\s*"meta"\s*:\s*\{[^{}]*"schema"')
"""How Anaplan's own responses begin."""
_PERHAPS_OWN = re.compile(rb'\s*\{\s*"meta"\s*:\s*\{')

EffectState: TypeAlias = Literal["happened", "ended", "unknown"]
"""What the failure says: the effect came about; nothing more will come of it; it may yet come about."""


@frozen(kw_only=True)
class EffectCandidate(Generic[T_co]):
    """Something that a look-up found, and that may be the effect of the request: a task, a revision."""

    result: T_co
    """What the request would have been answered with."""
    public: Candidate
    """What the caller is shown if it stays unknown whose it is."""
    id: str
    created: datetime | None
    """When it was made; only for the order in which candidates are shown."""
    is_mine: bool | None = None
    """Whether it bears the mark of this client's user and request; None where Anaplan does not tell."""


@frozen(kw_only=True)
class EffectLookup(Generic[T]):
    """What a look-up proves: what the request did, that it did `nothing`, or that it is `unclear` which it was."""

    outcome: Literal["found", "nothing", "unclear"]
    candidates: tuple[EffectCandidate[T], ...] = ()
    """The one that was found, or all that it may be, newest first."""


def effect_state(error: ApiError) -> EffectState:
    """Return what a failure says about the effect.

    A response of success that is damaged means that it came about, if enough is left of it to show that it is Anaplan's
    own: a proxy's page about maintenance comes with 200 too. What only begins like one leaves it open. So does a
    timeout, also of a gateway (504): the request may still be worked on. After a broken connection or any other
    response nothing more will come of it.
    """
    if error.status is not None and 200 <= error.status < 300 and _PERHAPS_OWN.match(error.context.body):
        return "happened" if _OWN.match(error.context.body) else "unknown"
    return "unknown" if isinstance(error, RequestTimeoutError) or error.status == 504 else "ended"


def is_ambiguous(error: DecodeError | StatusError, attempts: int) -> bool:
    """Return whether a response leaves open whether there was an effect; `attempts` counts those made.

    One that cannot be read does, and a failure of the server; so does the rejection of a retry, which the effect of the
    first attempt may be the reason for.
    """
    status = error.status or 0
    return isinstance(error, DecodeError) or status >= 500 or (attempts > 1 and status in (400, 409))


def decide_resend(
    policy: RetryPolicy, budget: RetryBudget, error: ApiError, attempts: int, elapsed: float
) -> retry.RetryDecision:
    """Decide whether and when a request that provably did nothing is sent again.

    That is by the policy and the budget of all requests; never after Anaplan's own rejections and failures, which would
    be the same again.
    """
    gateway = error.status in (502, 503) or (error.status or 0) >= 520
    if isinstance(error, StatusError) and not gateway:
        return retry.RetryDecision(None)
    return retry.schedule_retry(policy, budget, error, attempts, elapsed)


def lookup_delays(base: float) -> tuple[float, ...]:
    """Return the pauses before each look-up, in seconds: what was just begun may be listed a little later."""
    return (0.0, base, 2 * base)


def match_effect(
    error: ApiError,
    candidates: Sequence[EffectCandidate[T]],
    known: Container[str],
    *,
    complete: bool,
    exclusive: bool,
    last: bool,
) -> EffectLookup[T]:
    """Decide what a look-up proves about a request that failed.

    What was `known` before it, and what bears another's mark, is not its effect. If nothing is left, it had none so
    far. What is left is its effect if the damaged response names it. It is also, if all that was there before is known
    (`complete`), so that it is new: if it alone bears the request's mark; or if it is alone, and nobody else starts the
    same (`exclusive`). Where the effect is sure to have come about, the `last` look-up takes the only one it can be.
    """
    left = sorted(
        (one for one in candidates if one.is_mine is not False and one.id not in known), key=_age_order, reverse=True
    )
    if not left:
        return EffectLookup(outcome="nothing")
    happened = effect_state(error) == "happened"
    named = [one for one in left if happened and f'"{one.id}"'.encode() in error.context.body]
    marked = [one for one in left if one.is_mine]
    for proven, reason in (
        (named, True),
        (marked, complete),
        (left, complete and exclusive),
        (marked or left, happened and last),
    ):
        if reason and len(proven) == 1:
            return EffectLookup(outcome="found", candidates=tuple(proven))
    return EffectLookup(outcome="unclear", candidates=tuple(left))


def is_own_revision(revision: alm.models.Revision, body: alm.models.CreateRevisionRequest, me: str) -> bool | None:
    """Return whether a revision is what a user wanted to create; None if Anaplan does not tell who created it."""
    if (revision.name, revision.description or "") != (body.name, body.description or ""):
        return False
    return None if revision.created_by is None else revision.created_by == me


def is_applied_by(revisions: Sequence[alm.models.Revision], revision_id: str, me: str) -> bool:
    """Return whether a model has a revision, and this user has applied it."""
    return any((revision.id, revision.applied_by) == (revision_id, me) for revision in revisions)


def unknown_reason(lookup: EffectLookup[T], state: EffectState, complete: bool) -> str:
    """Return in words why it is not known what a request did."""
    if lookup.candidates and complete:
        return "a look-up shows what may be its effect, or that of somebody else"
    if lookup.candidates:
        return "a look-up shows what may be its effect, may have been there before, or may be that of somebody else"
    if state == "unknown":
        return "a look-up shows no effect, but the request may still be in flight"
    return "a look-up shows no effect, although the response says that it came about"


def _age_order(candidate: EffectCandidate[T]) -> datetime:
    created = candidate.created
    if created is None:
        return datetime.min.replace(tzinfo=UTC)
    return created.replace(tzinfo=created.tzinfo or UTC)
