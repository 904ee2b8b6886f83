"""Errors of signing in by OAuth. Each says what to do next, and none has a secret."""

from collections.abc import Iterable
from typing import TypeVar

from attrs import evolve

from anaplan_client.core import ApiError, AuthenticationError, Request
from anaplan_client.core.errors import ErrorContext

T = TypeVar("T")

_HIDDEN = "…"


class OAuthError(AuthenticationError):
    """Signing in by OAuth failed. `code` is the reason in the words of OAuth, such as `unauthorized_client`."""

    _usual_hint = "check the client_id, the client_secret and the grant that the client is registered for"


class SignInRequiredError(OAuthError):
    """There are no tokens that are still valid, so a user must sign in again."""

    _usual_hint = (
        "sign in again: pass on_device_code or get_redirect to OAuth in a program that a user can see, with the same "
        "token store"
    )


class SignInDeniedError(OAuthError):
    """The user, or an administrator, denied the sign-in."""

    _usual_hint = "sign in again, and approve the request"


class SignInTimeoutError(OAuthError):
    """The user did not sign in in time."""

    _usual_hint = "sign in again, and enter the code within its time"


class RedirectError(OAuthError):
    """What came back from the browser is not the redirect of this sign-in."""

    _usual_hint = "sign in again, and pass the whole URL that the browser was redirected to"


_BY_CODE: dict[str, type[OAuthError]] = {
    "invalid_grant": SignInRequiredError,
    "access_denied": SignInDeniedError,
    "expired_token": SignInTimeoutError,
}


def make_oauth_error(
    kind: type[OAuthError], request: Request[T], url: str, message: str, code: str | None = None
) -> OAuthError:
    """Return an error that no response is the reason for."""
    context = ErrorContext(
        operation=request.operation, method=request.method, url=url, role=request.role, code=code, message=message
    )
    return kind(context)


def translate_error(error: ApiError, secrets: Iterable[str | None]) -> ApiError:
    """Return the error of OAuth for the rejection of a request, without the secrets that a server may repeat.

    An error of any other kind, such as of the network, is returned as it is.
    """
    message = hide(error.context.message, secrets)
    context = evolve(error.context, message=message)
    kind = _BY_CODE.get(error.code or "")
    if kind is None and error.status in (400, 401, 403):
        kind = OAuthError
    return type(error)(context) if kind is None else kind(context)


def hide(text: str, secrets: Iterable[str | None]) -> str:
    """Return a text without these secrets."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, _HIDDEN)
    return text
