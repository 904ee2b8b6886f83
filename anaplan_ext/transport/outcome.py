"""What a request has led to, as values: only the outermost room raises."""

from __future__ import annotations

from typing import Generic, TypeAlias, TypeVar

from attrs import frozen

from anaplan_client.core import ApiError, Effect, ErrorContext

from .errors import Candidate, OutcomeUnknown
from .retry import AMBIGUOUS_FAILURES, classify_failure

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@frozen
class Sent(Generic[T_co]):
    """The request succeeded."""

    response: T_co


@frozen
class Rejected:
    """The request failed and had no effect, or may have any number of them."""

    error: ApiError


@frozen
class Ambiguous:
    """A non-idempotent request failed, and its effect may have happened.

    A lookup adds the `candidates` that may be the effect, newest first, and the `reason` why it proves nothing.
    """

    error: ApiError
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""

    def exception(self) -> OutcomeUnknown:
        """Return the exception for the caller of the client."""
        return OutcomeUnknown(self.error.context, self.candidates, self.reason)


Outcome: TypeAlias = Sent[T] | Rejected | Ambiguous


def classify(effect: Effect, error: ApiError) -> Rejected | Ambiguous:
    """Return what a failure without another attempt means for a request."""
    if effect == "non-idempotent" and classify_failure(error) in AMBIGUOUS_FAILURES:
        return Ambiguous(error)
    return Rejected(error)


def unwrap(outcome: Outcome[T]) -> T:
    """Return the response, or raise the failure: its `ApiError`, or `OutcomeUnknown`."""
    if isinstance(outcome, Sent):
        return outcome.response
    if isinstance(outcome, Ambiguous):
        raise outcome.exception() from outcome.error
    raise outcome.error from outcome.error.__cause__


def with_context(error: ApiError, context: ErrorContext) -> ApiError:
    """Return an error with another context, or the error itself if it has that context."""
    if context == error.context:
        return error
    changed = type(error)(context)
    changed.__cause__ = error.__cause__
    return changed
