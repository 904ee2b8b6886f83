"""Send non-idempotent requests so that their effect comes about once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import Protocol, TypeVar

from attrs import evolve

from anaplan_client.core import AnaplanError, ApiError, DecodeError, ErrorContext, Request, StatusError

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...transport.errors import OutcomeUnknown
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
    """What one of Anaplan's responses says about itself."""

    @property
    def schema(self) -> str | None:
        """The kind of the response."""
        ...


class Response(Protocol):
    """Any of Anaplan's responses."""

    @property
    def meta(self) -> Meta | None:
        """What it says about itself; the response of something else on the way has none."""
        ...


ResponseT = TypeVar("ResponseT", bound=Response)


class FindCandidates(Protocol[T_co]):
    """Finds what a request may have made."""

    async def __call__(self, with_marks: bool) -> Sequence[EffectCandidate[T_co]]:
        """List everything of its kind; `with_marks` also tells what bears the mark of the request."""
        ...


async def send_once(
    session: AsyncSession,
    request: Request[ResponseT],
    read: Callable[[ResponseT], T | None],
    find: FindCandidates[T],
    *,
    exclusive: bool,
    list_before: bool,
) -> T:
    """Send a request and return what `read` takes from its response, or what a look-up proves to be its effect.

    With `list_before`, what is there is listed before, which is one request: without, what was there before is known
    only as far as this session has made or seen it. Where no response tells the outcome, `find` lists what is there
    then, and `outcomes.match_effect` decides: the request is sent again only when nothing is new and nothing more will
    come of it, as often as the policy and the client's retry budget allow. The look-ups are requests of their own, up
    to three for each failure. Raises `OutcomeUnknown` with what was found if nothing is proven, the failure itself if
    it provably did nothing to the last, and rejections as they are.
    """
    complete = list_before and await _list_before(session, request, find)
    began = time.monotonic()
    attempts = 0
    for number in count(1):
        mark = session.known_ids.mark()
        try:
            response = await session.send(request)
            if (result := read(response)) is not None:
                return result
            failure: ApiError = _unnamed(request, response)
        except (DecodeError, StatusError) as error:
            if not is_ambiguous(error, number):
                raise
            failure = error
        except OutcomeUnknown as error:
            if not isinstance(error.__cause__, ApiError):
                raise
            failure = error.__cause__
        attempts += failure.context.attempts
        context = evolve(failure.context, attempts=attempts)
        matches = partial(match_effect, failure, complete=complete, exclusive=exclusive)
        lookup = await _look_up(session, failure, context, find, matches, mark)
        if lookup.outcome == "found":
            logger.warning(
                "%s: no response tells the outcome, a look-up shows %s", request.operation, lookup.candidates[0].id
            )
            return lookup.candidates[0].result
        pause = _pause_before_resend(session, failure, context, lookup, complete, number, time.monotonic() - began)
        logger.warning("%s: a look-up shows no effect, sending it again in %.1f s", request.operation, pause)
        await concurrency.sleep(pause)
        # The look-up has listed what was there before the next attempt.
        complete = True
    raise AssertionError("the attempts have no end")


def _pause_before_resend(
    session: AsyncSession,
    failure: ApiError,
    context: ErrorContext,
    lookup: EffectLookup[T],
    complete: bool,
    attempts: int,
    elapsed: float,
) -> float:
    """Return the pause before a request that did nothing is sent again; raise what there is instead, if it is not."""
    state = effect_state(failure)
    if lookup.outcome == "unclear" or state != "ended":
        shown = tuple(candidate.public for candidate in lookup.candidates)
        raise OutcomeUnknown(context, shown, unknown_reason(lookup, state, complete)) from failure
    pause, why_not = decide_resend(session.rules.policy, session.rules.budget, failure, attempts, elapsed)
    if pause is None:
        raise type(failure)(evolve(context, no_retry_reason=why_not)) from failure.__cause__
    return pause


async def _list_before(session: AsyncSession, request: Request[ResponseT], find: FindCandidates[T]) -> bool:
    """List what is there before a request, and return whether that succeeded; it goes out in any case.

    Raise what goes wrong with the sign-in, without which nothing goes out.
    """
    try:
        session.known_ids.add_seen([candidate.id for candidate in await find(with_marks=False)])
    except AnaplanError as error:
        if isinstance(error, ApiError) and error.context.operation.startswith("authentication."):
            raise
        logger.debug("%s: sent without a list of what was there before: %s", request.operation, error)
        return False
    return True


async def _look_up(
    session: AsyncSession,
    failure: ApiError,
    context: ErrorContext,
    find: FindCandidates[T],
    matches: Callable[..., EffectLookup[T]],
    mark: int,
) -> EffectLookup[T]:
    """Look until something is proven, a few times at most, and remember what was seen."""
    lookup = EffectLookup[T](outcome="nothing")
    delays = lookup_delays(session.policy.base_delay)
    for number, delay in enumerate(delays, 1):
        await concurrency.sleep(delay)
        try:
            candidates = await find(with_marks=True)
        except AnaplanError as error:
            raise OutcomeUnknown(context, reason=f"the look-up failed as well: {error}") from failure
        session.known_ids.add_seen([candidate.id for candidate in candidates])
        lookup = matches(candidates=candidates, known=session.known_ids.before(mark), last=number == len(delays))
        if lookup.outcome == "found" or (lookup.outcome == "unclear" and effect_state(failure) != "happened"):
            break
    return lookup


def _unnamed(request: Request[ResponseT], response: ResponseT) -> DecodeError:
    return DecodeError(
        ErrorContext(
            operation=request.operation,
            method=request.method,
            url=request.path,
            role=request.role,
            status=200,
            message="the response does not name what it made",
            body=b'{"meta":{"schema":""}}' if response.meta and response.meta.schema else b"{}",
        )
    )
