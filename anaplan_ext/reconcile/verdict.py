"""Decide from what is new in Anaplan whether a request without a clear response had its effect.

Anaplan has no idempotency keys, and its tasks do not say who started them. A lookup can prove that nothing happened,
and sometimes that a candidate is the effect. What it cannot prove is not guessed. No clock proves anything, since that
of a gateway or server may be wrong. Only what existed before the request counts.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from datetime import UTC, datetime
from typing import Generic, Literal, TypeAlias, TypeVar

from attrs import frozen

from anaplan_client import alm
from anaplan_client.core import ApiError, DecodeError, RequestTimeoutError, StatusError

from ..transport.errors import Candidate
from ..transport.retry import RetryDecision, RetryPolicy, schedule_retry

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_OWN = re.compile(rb'\s*\{\s*("meta"\s*:\s*\{[^{}]*"schema"|"status"\s*:\s*\{\s*"code"\s*:\s*2[0-9]{2}\b)')
"""The start of a response from Anaplan itself. Those of CloudWorks start with their status."""
_PERHAPS_OWN = re.compile(rb'\s*\{\s*"(meta|status)"\s*:\s*\{')

EffectState: TypeAlias = Literal["happened", "ended", "unknown"]
"""What a failure says of the effect: it happened, none will follow from now on, or neither is certain."""


@frozen(kw_only=True)
class EffectCandidate(Generic[T_co]):
    """A task or revision from a lookup that may be the effect of the request."""

    result: T_co
    """What the response would have named."""
    public: Candidate
    """What the error carries if it stays unknown who created it."""
    id: str
    created: datetime | None
    """Its creation time, which only orders the candidates."""
    is_mine: bool | None = None
    """Whether it bears the mark of this user and request; None if Anaplan does not tell."""


@frozen(kw_only=True)
class EffectLookup(Generic[T]):
    """What a lookup proves: the effect is found, there is `nothing`, or it is `unclear` which candidate it is."""

    outcome: Literal["found", "nothing", "unclear"]
    candidates: tuple[EffectCandidate[T], ...] = ()
    """The effect, or all candidates for it, newest first."""


def effect_state(error: ApiError) -> EffectState:
    """Return what a failure says about the effect.

    A damaged response of success means that it happened, if the rest shows that it comes from Anaplan: a maintenance
    page of a proxy has status 200, too. A response that only starts like one from Anaplan proves nothing. Neither does
    a timeout, also of a gateway (504), since the request may still be running. After a lost connection or any other
    response, no effect will follow.
    """
    if error.status is not None and 200 <= error.status < 300 and _PERHAPS_OWN.match(error.context.body):
        return "happened" if _OWN.match(error.context.body) else "unknown"
    return "unknown" if isinstance(error, RequestTimeoutError) or error.status == 504 else "ended"


def is_ambiguous(error: ApiError, attempts: int) -> bool:
    """Return whether a failure leaves open whether there was an effect.

    A response that cannot be decoded does, and so does a server error. From the second attempt on, so does a 400 or
    409: the effect of an earlier attempt may be its cause.
    """
    status = error.status or 0
    return isinstance(error, DecodeError) or status >= 500 or (attempts > 1 and status in (400, 409))


def decide_resend(
    policy: RetryPolicy, error: ApiError, requested_delay: float | None, attempts: int, elapsed: float
) -> RetryDecision:
    """Decide whether and when a request that provably had no effect is sent again, by the policy of all requests.

    It is not after a rejection or error of Anaplan itself, which would be the same again.
    """
    gateway = error.status in (502, 503) or (error.status or 0) >= 520
    if isinstance(error, StatusError) and not gateway:
        return RetryDecision(None)
    return schedule_retry(policy, error, requested_delay, attempts, elapsed)


def lookup_delays(base: float) -> tuple[float, ...]:
    """Return the delays before each lookup, in seconds: Anaplan may list a new task a little later."""
    return (0.0, base, 2 * base)


def match_effect(
    error: ApiError,
    candidates: Sequence[EffectCandidate[T]],
    known: Container[str],
    *,
    complete: bool,
    assume_exclusive: bool,
    last: bool,
) -> EffectLookup[T]:
    """Decide what a lookup proves about a request that failed.

    A candidate that was `known` before the request, or that bears the mark of another one, is not its effect. Without
    any other candidate, there was no effect so far. A candidate is the effect in each of these cases:

    - The damaged response names it.
    - It is new and the only one with the mark of the request. All that existed before is known (`complete`).
    - It is new and the only one, and nobody else creates the same (`exclusive`).
    - The effect has happened for certain, this is the `last` lookup, and it can be no other.
    """
    possible = sorted(
        (candidate for candidate in candidates if candidate.is_mine is not False and candidate.id not in known),
        key=_age_order,
        reverse=True,
    )
    if not possible:
        return EffectLookup(outcome="nothing")
    happened = effect_state(error) == "happened"
    named = [candidate for candidate in possible if happened and f'"{candidate.id}"'.encode() in error.context.body]
    marked = [candidate for candidate in possible if candidate.is_mine]
    for group, is_proof in (
        (named, True),
        (marked, complete),
        (possible, complete and assume_exclusive),
        (marked or possible, happened and last),
    ):
        if is_proof and len(group) == 1:
            return EffectLookup(outcome="found", candidates=tuple(group))
    return EffectLookup(outcome="unclear", candidates=tuple(possible))


def is_own_revision(revision: alm.models.Revision, body: alm.models.CreateRevisionRequest, me: str) -> bool | None:
    """Return whether a revision is the one of a request; None if Anaplan does not tell who created it."""
    if (revision.name, revision.description or "") != (body.name, body.description or ""):
        return False
    return None if revision.created_by is None else revision.created_by == me


def is_applied_by(revisions: Sequence[alm.models.Revision], revision_id: str, me: str) -> bool:
    """Return whether a model has a revision, and this user has applied it."""
    return any((revision.id, revision.applied_by) == (revision_id, me) for revision in revisions)


def unknown_reason(lookup: EffectLookup[T], state: EffectState, complete: bool) -> str:
    """Return why the effect of a request is unknown."""
    if lookup.candidates and complete:
        return "a lookup shows what may be its effect, or that of somebody else"
    if lookup.candidates:
        return "a lookup shows what may be its effect, may have existed before, or may be that of somebody else"
    if state == "unknown":
        return "a lookup shows no effect, but the request may still be in flight"
    return "a lookup shows no effect, although the response says that it happened"


def _age_order(candidate: EffectCandidate[T]) -> datetime:
    created = candidate.created
    if created is None:
        return datetime.min.replace(tzinfo=UTC)
    return created.replace(tzinfo=created.tzinfo or UTC)
