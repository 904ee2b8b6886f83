"""The decisions of OAuth: polls, redirects, proofs, and what to do with stored tokens."""

import re
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core import ErrorContext
from anaplan_client.core.errors import make_status_error
from anaplan_client.oauth.models import TokenResponse
from anaplan_ext import AuthenticationError, OAuth, OAuthError, SignInDeniedError, SignInRequiredError
from anaplan_ext.auth.oauth.errors import translate_error
from anaplan_ext.auth.oauth.pkce import create_proof, make_challenge
from anaplan_ext.auth.oauth.polling import DevicePoll, classify_poll, start_polling
from anaplan_ext.auth.oauth.redirect import Redirect, loopback_address, read_redirect
from anaplan_ext.auth.oauth.rotation import build_access_token, follow, next_step
from anaplan_ext.auth.stores.token import StoredToken

TOKEN = StoredToken(client_id="c", origin="o", access_token="a1", refresh_token="r1", expires_at=10_000)
URL = "http://127.0.0.1:8765/callback"


# Polls of a device code


@pytest.mark.parametrize(("interval", "expected"), [(None, 5), (3, 3), (0, 0), (-1, 0)])
def test_the_interval_is_that_of_the_server_or_five_seconds(interval: float | None, expected: float) -> None:
    assert start_polling(interval, 900, 100) == DevicePoll(expected, 1000)


@pytest.mark.parametrize(("now", "delay"), [(0, 5), (94.9, 5), (95, None), (200, None)])
def test_no_poll_follows_when_the_code_has_expired(now: float, delay: float | None) -> None:
    assert DevicePoll(5, 100).delay(now) == delay


@given(st.lists(st.sampled_from(["pending", "slow_down", "unavailable"])), st.floats(0, 100))
def test_the_interval_never_shrinks_and_each_slow_down_adds_five_seconds(results: list[Any], interval: float) -> None:
    plan = DevicePoll(interval, 1e9)
    for result in results:
        after = plan.after(result)
        assert after.expires_at == plan.expires_at
        change = after.interval - plan.interval
        if result == "pending":
            assert change == 0
        elif result == "slow_down":
            assert change == pytest.approx(5)
        else:
            assert change >= 0
            assert after.interval <= max(60, plan.interval)
        plan = after


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("authorization_pending", 400, "pending"),
        ("authorization_pending", 403, "pending"),
        ("slow_down", 400, "slow_down"),
        ("slow_down", 429, "slow_down"),
        (None, None, "unavailable"),
        (None, 429, "unavailable"),
        (None, 408, "unavailable"),
        (None, 502, "unavailable"),
        ("server_error", 500, "unavailable"),
        ("expired_token", 400, None),
        ("access_denied", 403, None),
        ("invalid_grant", 400, None),
        ("unauthorized_client", 401, None),
        (None, 404, None),
        (None, 200, None),
        ("something new", 400, None),
    ],
)
def test_what_a_failed_poll_means(code: str | None, status: int | None, expected: str | None) -> None:
    assert classify_poll(code, status) == expected


# Redirects


@pytest.mark.parametrize(
    "url",
    [
        f"{URL}?code=c1&state=s1",
        f"{URL}?state=s1&code=c1&scope=openid%20email",
        f"  {URL}?code=c1&state=s1\r\n",
        f"{URL}?code=c1&\nstate=s1",  # as a terminal breaks it
        "?code=c1&state=s1",
        "code=c1&state=s1",
        f"{URL}?code=c1&state=s1#_=_",
    ],
)
def test_a_redirect_is_read_as_people_paste_it(url: str) -> None:
    assert read_redirect(url, "s1") == Redirect(code="c1")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "must have a code"),
        ("c1", "must have a code"),
        (URL, "must have a code"),
        (f"{URL}?state=s1", "must have a code"),
        (f"{URL}?code=&state=s1", "must have a code"),
        (f"{URL}?code=c1", "must have a state"),
        (f"{URL}?code=c1&state=", "must have a state"),
        (f"{URL}?code=c1&state=s2", "of another one"),
        (f"{URL}?code=c1&state=s1s1", "of another one"),
        (f"{URL}?code=c1&state=%C3%A9", "of another one"),
        (f"{URL}?code=c1&code=c2&state=s1", "several"),
        (f"{URL}?code=c1&state=s1&state=s1", "several"),
        (f"{URL}?error=access_denied&state=s2", "of another one"),
        (f"{URL}?{'a=b&' * 60}code=c1&state=s1", "cannot be read"),
        ("http://[::1?code=c1&state=s1", "cannot be read"),
        ("x" * 20_000, "at most 16384"),
    ],
)
def test_anything_else_is_not_a_redirect_and_is_not_shown(url: str, problem: str) -> None:
    result = read_redirect(url, "s1")
    assert isinstance(result, str)
    assert problem in result
    assert "c1" not in result


@given(st.text(), st.text(min_size=1))
def test_no_text_is_the_redirect_of_a_random_state(url: str, state: str) -> None:
    assert isinstance(read_redirect(url, f"{state}{create_proof().state}"), str)


def test_a_denial_is_read_without_what_a_terminal_would_obey() -> None:
    url = f"{URL}?state=s1&error=access_denied&error_description=no%1b[31m%0away{'!' * 500}"
    result = read_redirect(url, "s1")
    assert isinstance(result, Redirect)
    assert (result.code, result.error) == (None, "access_denied")
    assert result.description.isprintable()
    assert result.description.startswith("no [31m way!")
    assert len(result.description) == 300


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        (URL, ("127.0.0.1", 8765, "/callback")),
        ("http://127.0.0.1:1", ("127.0.0.1", 1, "/")),
        ("http://127.0.0.1/callback", None),
        ("https://127.0.0.1:8765/callback", None),
        ("http://127.0.0.2:8765/callback", None),
        ("http://example.test:8765/callback", None),
    ],
)
def test_only_a_port_of_this_machine_is_listened_to(uri: str, address: object) -> None:
    assert loopback_address(uri) == address


@pytest.mark.parametrize(
    "uri",
    ["", "callback", "ftp://127.0.0.1/", "http://", f"{URL}#x", f"{URL} ", "http://127.0.0.1:99999/", "http://[::1"],
)
def test_a_redirect_uri_that_is_none_is_rejected(uri: str) -> None:
    with pytest.raises(ValueError, match="redirect_uri must be an http or https URL"):
        OAuth("c", redirect_uri=uri, get_redirect=lambda _: "")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost:8765"])
def test_localhost_is_rejected_as_anaplan_does(host: str) -> None:
    with pytest.raises(ValueError, match=r"localhost, which Anaplan rejects; register 127\.0\.0\.1"):
        OAuth("c", redirect_uri=f"http://{host}/callback", get_redirect=lambda _: "")


# Proofs


def test_the_challenge_is_that_of_the_standard() -> None:
    # The example of RFC 7636, appendix B.
    assert (
        make_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_each_sign_in_has_random_values_of_its_own() -> None:
    proofs = [create_proof() for _ in range(20)]
    assert len({proof.verifier for proof in proofs} | {proof.state for proof in proofs}) == 40
    for proof in proofs:
        assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", proof.verifier)
        assert proof.verifier not in repr(proof)
        assert proof.state not in repr(proof)


# Stored tokens


@pytest.mark.parametrize(
    ("changes", "stale", "moment", "step"),
    [
        ({}, None, 0, "use"),
        ({}, None, 9_939, "use"),
        ({}, None, 9_940, "refresh"),
        ({}, None, 20_000, "refresh"),
        ({}, "a1", 0, "refresh"),
        ({}, "a0", 0, "use"),
        ({"refresh_token": None}, None, 0, "use"),
        ({"refresh_token": None}, "a1", 0, "sign_in"),
        ({"refresh_token": None}, None, 20_000, "sign_in"),
        ({"expires_at": float("-1")}, None, 0, "refresh"),
    ],
)
def test_what_is_done_with_stored_tokens(changes: dict[str, Any], stale: str | None, moment: float, step: str) -> None:
    assert next_step(evolve(TOKEN, **changes), stale, moment) == step
    assert next_step(None, stale, moment) == "sign_in"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {"access_token": "a2", "refresh_token": "r2", "expires_in": 100},
            {"access_token": "a2", "refresh_token": "r2", "expires_at": 1100},
        ),
        ({"access_token": "a2", "expires_in": 100}, {"access_token": "a2", "expires_at": 1100}),
        ({"access_token": "a2"}, {"access_token": "a2", "expires_at": 3100}),
    ],
)
def test_a_response_replaces_what_it_has(answer: dict[str, Any], expected: dict[str, Any]) -> None:
    fresh = follow(TokenResponse.from_dict(answer), "c", "o", "r1", 1000)
    assert fresh == evolve(TOKEN, **expected)


@pytest.mark.parametrize(
    ("moment", "refresh_at", "expires_at"),
    [(8_000, 2700, 3000), (9_500, 1200, 1500), (9_690, 1030, 1310), (9_990, 1030, 1030), (99_999, 1030, 1030)],
)
def test_a_stored_token_is_refreshed_five_minutes_before_it_expires(
    moment: float, refresh_at: float, expires_at: float
) -> None:
    token = build_access_token(TOKEN, 1000, moment)
    assert (token.value, token.refresh_at, token.expires_at) == ("a1", refresh_at, expires_at)


# Settings and errors


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"client_id": ""}, ValueError, "client_id"),
        ({"client_id": None}, TypeError, "client_id"),
        ({"client_id": 3}, TypeError, "client_id"),
        ({"scope": ""}, ValueError, "scope"),
        ({"client_secret": ""}, ValueError, "client_secret must be printable"),
        ({"client_secret": "canary\n"}, ValueError, "client_secret must be printable"),
        ({"client_secret": b"canary"}, TypeError, "client_secret must be a string"),
        ({"refresh_token": "canary\x00"}, ValueError, "refresh_token must be printable"),
        ({"redirect_uri": URL}, ValueError, "must be given together"),
        ({"get_redirect": str}, ValueError, "must be given together"),
        ({"get_redirect": str, "redirect_uri": URL, "on_device_code": print}, ValueError, "must not both"),
    ],
)
def test_wrong_settings_are_told_by_name(given: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as raised:
        OAuth(**{"client_id": "c", **given})
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid_grant", SignInRequiredError),
        (401, "invalid_grant", SignInRequiredError),
        (403, "access_denied", SignInDeniedError),
        (400, "invalid_request", OAuthError),
        (401, "unauthorized_client", OAuthError),
        (403, None, OAuthError),
    ],
)
def test_a_rejection_is_an_error_of_authentication_without_what_the_server_repeats(
    status: int, code: str | None, kind: type[OAuthError]
) -> None:
    context = ErrorContext(
        operation="oauth.create_token",
        method="POST",
        url="u",
        role="none",
        status=status,
        code=code,
        message="no canary!",
    )
    error = translate_error(make_status_error(context), [None, "", "canary"])
    assert type(error) is kind
    assert isinstance(error, AuthenticationError)
    assert (error.code, error.message) == (code, "no …!")


@pytest.mark.parametrize("status", [404, 429, 500])
def test_any_other_failure_keeps_its_class(status: int) -> None:
    context = ErrorContext(
        operation="oauth.create_token", method="POST", url="u", role="none", status=status, message="no canary!"
    )
    original = make_status_error(context)
    error = translate_error(original, ["canary"])
    assert type(error) is type(original)
    assert error.message == "no …!"
