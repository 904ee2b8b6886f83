"""Outcomes are values until the outermost room raises them."""

import pytest
from attrs import evolve

from anaplan_client.core import ApiError, ConnectError, Effect, NotFoundError, TransportError
from anaplan_ext import OutcomeUnknown, TaskHandle
from anaplan_ext.transport.outcome import Ambiguous, Rejected, Sent, classify, unwrap, with_context

from ...core.support import exchange

LOST = TransportError(exchange(message="reset"))
LOST.__cause__ = OSError("reset")
TASK = TaskHandle(kind="sync", model_id="M", task_id="T")


def test_a_response_is_unwrapped() -> None:
    assert unwrap(Sent(None)) is None


def test_a_rejection_raises_its_error_with_the_cause() -> None:
    with pytest.raises(TransportError) as raised:
        unwrap(Rejected(LOST))
    assert raised.value is LOST
    assert isinstance(raised.value.__cause__, OSError)


def test_an_ambiguous_outcome_raises_its_candidates_with_the_failure_as_cause() -> None:
    with pytest.raises(OutcomeUnknown) as raised:
        unwrap(Ambiguous(LOST, (TASK,), "a reason"))
    assert raised.value.__cause__ is LOST
    assert (raised.value.context, raised.value.candidates, raised.value.reason) == (LOST.context, (TASK,), "a reason")


@pytest.mark.parametrize(
    ("effect", "error", "kind"),
    [
        ("safe", LOST, Rejected),
        ("idempotent", LOST, Rejected),
        ("non-idempotent", LOST, Ambiguous),
        ("non-idempotent", ConnectError(exchange()), Rejected),
        ("non-idempotent", NotFoundError(exchange(status=404)), Rejected),
    ],
)
def test_only_a_non_idempotent_request_that_may_have_arrived_is_ambiguous(
    effect: Effect, error: ApiError, kind: type[object]
) -> None:
    outcome = classify(effect, error)
    assert type(outcome) is kind
    assert outcome.error is error


def test_an_error_with_another_context_keeps_its_class_and_cause() -> None:
    changed = with_context(LOST, evolve(LOST.context, attempts=3))
    assert (type(changed), changed.context.attempts, changed.__cause__) == (TransportError, 3, LOST.__cause__)
    assert with_context(LOST, evolve(LOST.context)) is LOST
