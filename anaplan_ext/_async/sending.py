"""One request, repeated as the policy allows."""

import logging
from typing import TypeVar

from attrs import evolve

from anaplan_client.core import ExchangeError, Request
from anaplan_client.core._async.api_client import AsyncApiClient

from ..errors import OutcomeUnknown
from ..io import _async as io
from ..retry import RetryPolicy, outcome_unknown, pause, rewindable

T = TypeVar("T")

logger = logging.getLogger("anaplan")


async def send(api: AsyncApiClient, request: Request[T], policy: RetryPolicy, timeout: float | None = None) -> T:
    """Sends a request until it is answered or the policy gives up.

    Raises what the last try raised, with the number of tries, or `OutcomeUnknown` for a request with an effect each
    time that may have had it. A body that can be read only once is sent only once.
    """
    tries = 0
    while True:
        tries += 1
        logger.debug("%s %s (%s, try %d)", request.method, request.path, request.operation, tries)
        try:
            return await api.send(request, timeout=timeout)
        except ExchangeError as error:
            known = evolve(error.exchange, attempts=tries)
            if outcome_unknown(request.effect, error):
                raise OutcomeUnknown(known) from error
            seconds = pause(policy, request.effect, error, tries) if rewindable(request.content) else None
            if seconds is None:
                raise type(error)(known) from error
            logger.warning("%s failed (%s), trying again in %.1f s", request.operation, type(error).__name__, seconds)
        await io.sleep(seconds)
