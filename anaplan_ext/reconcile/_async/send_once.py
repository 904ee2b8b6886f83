"""Send non-idempotent requests exactly once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import Protocol, TypeVar

from attrs import evolve

from anaplan_client.core import AnaplanError, ApiError, DecodeError, ErrorContext, Request

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...transport import clock
from ...transport.outcome import Ambiguous, Outcome, Rejected, Sent, unwrap, with_context
from ...transport.retry import RetryDecision, retry_after
from ..verdict import (
    EffectCandidate,
    EffectLookup,
    decide_resend,
    effect_state,
    is_ambiguous,
    lookup_delays,
    match_effect,
    unknown_reason,
)

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

logger = logging.getLogger("anaplan")


class Meta(Protocol):
    """What a response says about itself."""

    @property
    def schema(self) -> str | None:
        """The kind of the response."""
        ...


ResponseT = TypeVar("ResponseT")


class FindCandidates(Protocol[T_co]):
    """Find what a request may have created."""

    async def __call__(self, with_marks: bool) -> Sequence[EffectCandidate[T_co]]:
        """List everything of its kind; `with_marks` also determines what bears the mark of the request."""
        ...


async def send_once(
    session: AsyncSession,
    request: Request[ResponseT],
    read: Callable[[ResponseT], T | None],
    find: FindCandidates[T],
    *,
    assume_exclusive: bool,
    list_before: bool,
    is_unique: bool = False,
) -> T:
    """Send a request and return its result, as `deliver_once` does, but raise a failure.

    Raises:
        ApiError: if the request was rejected or provably had no effect.
        OutcomeUnknown: if nothing proves whether it had its effect; it carries the candidates.
    """
    return unwrap(
        await deliver_once(
            session,
            request,
            read,
            find,
            assume_exclusive=assume_exclusive,
            list_before=list_before,
            is_unique=is_unique,
        )
    )


async def deliver_once(
    session: AsyncSession,
    request: Request[ResponseT],
    read: Callable[[ResponseT], T | None],
    find: FindCandidates[T],
    *,
    assume_exclusive: bool,
    list_before: bool,
    is_unique: bool = False,
) -> Outcome[T]:
    """Send a request, and look its effect up when no response tells it.

    The request is sent again only if a lookup finds nothing new and no effect can follow, and as often as the policy
    and the retry budget allow. Each failure costs up to three lookups.

    Args:
        session: The session to send with.
        request: A request that is not idempotent.
        read: Takes the result from its response.
        find: Lists what the request may have created.
        assume_exclusive: Whether nobody else creates the same at the same time.
        list_before: Whether to list what exists before the request, which costs one lookup. Otherwise only what this
            session has created or seen counts as existing.
        is_unique: Whether Anaplan rejects a second object with the mark of the request, such as a unique name. Then one
            with the mark is the effect, without a list of what exists before.

    Returns:
        `Sent` with the result of the response, or of what a lookup proves to be the effect. `Rejected` if the request
        was rejected or provably had no effect. `Ambiguous` with the candidates if nothing is proven.
    """
    complete = is_unique or (list_before and await _list_before(session, request, find))
    started = clock.now()
    attempts = 0
    for number in count(1):
        mark = session.known_ids.mark()
        outcome = await _deliver(session, request, read)
        if isinstance(outcome, Sent) or (isinstance(outcome, Rejected) and not is_ambiguous(outcome.error, number)):
            return outcome
        attempts += outcome.error.context.attempts
        failure = with_context(outcome.error, evolve(outcome.error.context, attempts=attempts))
        lookup = await _look_up(
            session,
            failure,
            find,
            partial(match_effect, failure, complete=complete, assume_exclusive=assume_exclusive),
            mark,
        )
        if isinstance(lookup, Ambiguous):
            return lookup
        if lookup.outcome == "found":
            effect = lookup.candidates[0]
            logger.warning("%s: no response tells the outcome, a lookup shows %s", request.operation, effect.id)
            return Sent(effect.result)
        state = effect_state(failure)
        if lookup.outcome == "unclear" or state != "ended":
            candidates = tuple(candidate.public for candidate in lookup.candidates)
            return Ambiguous(failure, candidates, unknown_reason(lookup, state, complete))
        delay, reason = _decide(session, failure, number, clock.now() - started)[:2]
        if delay is None:
            return Rejected(with_context(failure, evolve(failure.context, no_retry_reason=reason)))
        logger.warning("%s: a lookup shows no effect, retrying in %.1f s", request.operation, delay)
        await concurrency.sleep(delay)
        # The lookup has listed what exists before the next attempt.
        complete = True
    raise AssertionError("the attempts have no end")


async def _deliver(
    session: AsyncSession, request: Request[ResponseT], read: Callable[[ResponseT], T | None]
) -> Outcome[T]:
    """Send a request and return the outcome of reading its result."""
    outcome = await session.deliver(request)
    if not isinstance(outcome, Sent):
        return outcome
    result = read(outcome.response)
    return Ambiguous(_unnamed(request, outcome.response)) if result is None else Sent(result)


def _decide(session: AsyncSession, failure: ApiError, attempts: int, elapsed: float) -> RetryDecision:
    requested = retry_after(failure.context.retry_after, clock.utc_now())
    policy = session.policy
    return policy.budget.grant(decide_resend(policy.retry, failure, requested, attempts, elapsed))


async def _list_before(session: AsyncSession, request: Request[ResponseT], find: FindCandidates[T]) -> bool:
    """List what exists before a request, and return whether that succeeded; the request is sent in both cases.

    Raise a failure of the sign-in, without which nothing can be sent.
    """
    try:
        session.known_ids.add_seen([candidate.id for candidate in await find(with_marks=False)])
    except AnaplanError as error:
        if isinstance(error, ApiError) and error.context.operation.startswith("authentication."):
            raise
        logger.debug("%s: sent without a list of what existed before: %s", request.operation, error)
        return False
    return True


async def _look_up(
    session: AsyncSession,
    failure: ApiError,
    find: FindCandidates[T],
    matches: Callable[..., EffectLookup[T]],
    mark: int,
) -> EffectLookup[T] | Ambiguous:
    """Repeat the lookup until something is proven, at most a few times, and remember what was seen."""
    lookup = EffectLookup[T](outcome="nothing")
    delays = lookup_delays(session.policy.retry.base_delay)
    for number, delay in enumerate(delays, 1):
        await concurrency.sleep(delay)
        try:
            candidates = await find(with_marks=True)
        except AnaplanError as error:
            return Ambiguous(failure, reason=f"the lookup failed as well: {error}")
        session.known_ids.add_seen([candidate.id for candidate in candidates])
        lookup = matches(candidates=candidates, known=session.known_ids.before(mark), last=number == len(delays))
        if lookup.outcome == "found" or (lookup.outcome == "unclear" and effect_state(failure) != "happened"):
            break
    return lookup


def _unnamed(request: Request[ResponseT], response: ResponseT) -> DecodeError:
    # A response of a gateway says nothing about itself.
    meta: Meta | None = getattr(response, "meta", None)
    return DecodeError(
        ErrorContext(
            operation=request.operation,
            method=request.method,
            url=request.path,
            role=request.role,
            status=200,
            message="the response does not name what was created",
            body=b'{"meta":{"schema":""}}' if meta and meta.schema else b"{}",
        )
    )
