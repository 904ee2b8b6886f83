"""Requests that have their effect each time, sent so that it comes about once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Protocol, TypeVar

from attrs import evolve

from anaplan_client.core import AnaplanError, DecodeError, ExchangeError, FailedExchange, Request, StatusError

from ..errors import OutcomeUnknown
from ..io import _async as io
from ..outcomes import Trace, Verdict, explain, fate, in_doubt, judge, look_pauses, repetition
from .session import AsyncSession

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

logger = logging.getLogger("anaplan")


class Answer(Protocol):
    """Any of Anaplan's answers."""

    @property
    def meta(self) -> object | None:
        """What it says about itself; the answer of something else on the way has none."""
        ...


AnswerT = TypeVar("AnswerT", bound=Answer)


class Look(Protocol[T_co]):
    """Finds what a request may have left."""

    async def __call__(self) -> Sequence[Trace[T_co]]:
        """Looks once."""
        ...


async def send_once(
    session: AsyncSession,
    request: Request[AnswerT],
    read: Callable[[AnswerT], T | None],
    look: Look[T],
    exclusive: bool,
) -> T:
    """Sends a request and returns what `read` takes from its answer, or what a look-up proves to be its effect.

    While answers come, this costs no request beside the one. Where none tells the outcome, `look` finds what is new,
    and `outcomes.judge` decides: the request is sent again only when it provably did nothing and nothing more will come
    of it, as often as the policy and the client's retry budget have repetitions. The look-ups are requests of their
    own, up to three for each failure. Raises `OutcomeUnknown` with what was found if nothing is proven, the
    failure itself if it provably did nothing to the last, and refusals as they are.
    """
    sent = time.monotonic()
    attempts = 0
    for tries in count(1):
        try:
            answer = await session.send(request)
            if (found := read(answer)) is not None:
                return found
            failure: ExchangeError = _unnamed(request, answer)
        except (DecodeError, StatusError) as error:
            if not in_doubt(error, tries):
                raise
            failure = error
        except OutcomeUnknown as error:
            if not isinstance(error.__cause__, ExchangeError):
                raise
            failure = error.__cause__
        attempts += failure.exchange.attempts
        exchange = evolve(failure.exchange, attempts=attempts)
        verdict = await _look_up(session, failure, exchange, sent, look, exclusive)
        if verdict.outcome == "found":
            logger.warning(
                "%s: no answer tells the outcome, a look-up shows %s", request.operation, verdict.traces[0].id
            )
            return verdict.traces[0].found
        if verdict.outcome == "unclear" or fate(failure) != "over":
            shown = tuple(trace.shown for trace in verdict.traces)
            raise OutcomeUnknown(exchange, shown, explain(verdict, fate(failure))) from failure
        rules = session.rules
        pause, why_not = repetition(rules.policy, rules.budget, failure, tries, time.monotonic() - sent)
        if pause is None:
            raise type(failure)(evolve(exchange, given_up=why_not)) from failure.__cause__
        logger.warning("%s: a look-up shows no effect, sending it again in %.1f s", request.operation, pause)
        await io.sleep(pause)
    raise AssertionError("the tries have no end")


async def _look_up(
    session: AsyncSession,
    failure: ExchangeError,
    exchange: FailedExchange,
    sent: float,
    look: Look[T],
    exclusive: bool,
) -> Verdict[T]:
    """Looks until something is there, a few times at most."""
    verdict = Verdict[T](outcome="nothing")
    for pause in look_pauses(session.policy.base):
        await io.sleep(pause)
        try:
            traces = await look()
        except AnaplanError as error:
            raise OutcomeUnknown(exchange, reason=f"the look-up failed as well: {error}") from failure
        verdict = judge(fate(failure), traces, session.server_time(sent), session.known, exclusive)
        if verdict.outcome != "nothing":
            break
    return verdict


def _unnamed(request: Request[AnswerT], answer: AnswerT) -> DecodeError:
    return DecodeError(
        FailedExchange(
            operation=request.operation,
            method=request.method,
            url=request.path,
            role=request.role,
            status=200,
            message="the answer does not name what it made",
            body=b"{}" if answer.meta is None else b'{"meta":{}}',
        )
    )
