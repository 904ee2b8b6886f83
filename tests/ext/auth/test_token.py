"""When a token is refreshed: pure decisions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.authentication.models import TokenInfo
from anaplan_client.core import ConnectError, RequestTimeoutError
from anaplan_client.core.errors import make_status_error
from anaplan_ext.auth.token import (
    FAILURE_COOLDOWN_SECONDS,
    MIN_TOKEN_SECONDS,
    REFRESH_MARGIN_SECONDS,
    Failure,
    Token,
    build_token,
    copy_error,
    is_rejection,
)

from ...core.support import bounded, exchange

MOMENT = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


def info(seconds: float) -> TokenInfo:
    return TokenInfo(expires_at=MOMENT + timedelta(seconds=seconds), token_value="value")


@pytest.mark.parametrize(
    ("seconds", "renew_after", "end_after"),
    [
        (2100, 1800, 2100),
        (331, 31, 331),
        (330, 30, 330),
        (200, 30, 200),
        (30, 30, 30),
        # The clock on the wall is ahead of Anaplan's: the token is good for more than it seems.
        (0, 30, 30),
        (-3600, 30, 30),
    ],
)
def test_a_token_is_extended_before_its_end_and_used_for_a_while_in_any_case(
    seconds: float, renew_after: float, end_after: float
) -> None:
    token = build_token(info(seconds), 1000.0, MOMENT)
    assert (token.refresh_at, token.expires_at) == (1000 + renew_after, 1000 + end_after)
    assert (REFRESH_MARGIN_SECONDS, MIN_TOKEN_SECONDS) == (300, 30)


@bounded()
@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_a_token_is_never_to_be_extended_after_its_end(seconds: float, now: float) -> None:
    token = build_token(info(seconds), now, MOMENT)
    assert now + MIN_TOKEN_SECONDS <= token.refresh_at <= token.expires_at


def test_a_token_is_usable_until_it_ends_or_is_refused() -> None:
    token = Token("value", 1800.0, 2100.0)
    assert token.is_usable(None, 2099.9)
    assert not token.is_usable(None, 2100.0)
    assert token.is_usable("AnaplanAuthToken other", 0.0)
    assert not token.is_usable("AnaplanAuthToken value", 0.0)
    assert Token("ready").is_usable(None, 1e12)


def test_a_token_does_not_show_itself() -> None:
    assert "value" not in repr(Token("value")).replace("value=", "")


@pytest.mark.parametrize(("status", "refuses"), [(400, True), (401, True), (403, True), (404, True), (408, False)])
def test_what_refuses_the_credentials(status: int, refuses: bool) -> None:
    assert is_rejection(make_status_error(exchange(status=status))) is refuses


@pytest.mark.parametrize(
    "error",
    [
        make_status_error(exchange(status=429)),
        make_status_error(exchange(status=503)),
        ConnectError(exchange()),
        RequestTimeoutError(exchange()),
        ValueError("private_key_password must be passed with an encrypted private_key"),
    ],
)
def test_what_says_nothing_about_the_credentials_is_not_remembered(error: Exception) -> None:
    assert not is_rejection(error)
    assert Failure(error, 1000.0).cached_error(1000.0) is None


def test_a_refusal_is_remembered_for_a_time_and_says_so() -> None:
    failure = Failure(make_status_error(exchange(status=401, message="wrong password")), 1000.0)
    error = failure.cached_error(1012.0)
    assert type(error) is type(failure.error)
    assert "wrong password" in str(error)
    assert "rejected 12 s ago" in str(error)
    assert failure.cached_error(1000.0 + FAILURE_COOLDOWN_SECONDS) is None


def test_nothing_is_renewed_unasked_for_a_time_after_any_failure() -> None:
    failure = Failure(ConnectError(exchange()), 1000.0)
    assert failure.is_cooling_down(1000.0 + FAILURE_COOLDOWN_SECONDS - 0.1)
    assert not failure.is_cooling_down(1000.0 + FAILURE_COOLDOWN_SECONDS)


class DemandingError(Exception):
    def __init__(self, *, code: int) -> None:
        super().__init__("its copy cannot be made")
        self.code = code


def test_an_error_for_many_is_another_one_each_time_with_the_same_cause() -> None:
    original = ConnectError(exchange(message="reset"))
    original.__cause__ = cause = OSError("reset")
    fresh = copy_error(original)
    assert fresh is not original
    assert (type(fresh), str(fresh), fresh.__cause__) == (ConnectError, str(original), cause)
    demanding = DemandingError(code=1)
    assert copy_error(demanding) is demanding
