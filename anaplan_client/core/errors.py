"""What is raised when an exchange with Anaplan does not end well."""

from typing import cast

from attrs import field, frozen

from . import decode

BODY_LIMIT = 2048
"""How much of an answer an error keeps, in bytes."""


@frozen(kw_only=True)
class FailedExchange:
    """What is known of a request that did not end well. Holds no credential and no query."""

    operation: str
    method: str
    url: str
    role: str
    attempts: int = 1
    status: int | None = None
    """HTTP status; None when no answer came."""
    code: str | None = None
    """Anaplan's own code from the answer."""
    message: str = ""
    """Anaplan's own message, or what went wrong on the way."""
    request_id: str | None = None
    retry_after: str | None = None
    """The `Retry-After` header as it came: seconds, or a date."""
    body: bytes = field(default=b"", repr=False)
    """The first 2 kB of the answer."""


class AnaplanError(Exception):
    """The root of every error of this library that is not a wrong argument."""


class ExchangeError(AnaplanError):
    """A request that did not end well; `exchange` says what is known of it."""

    hint = ""

    def __init__(self, exchange: FailedExchange) -> None:
        super().__init__(exchange)
        self.exchange = exchange

    def __str__(self) -> str:
        known = self.exchange
        status = f" answered {known.status}" if known.status is not None else ""
        parts = [f"{known.operation}: {known.method} {known.url}{status}"]
        if known.message:
            parts.append(known.message)
        if self.hint:
            parts.append(self.hint.format(role=known.role))
        if known.request_id:
            parts.append(f"request id {known.request_id}")
        if known.attempts > 1:
            parts.append(f"after {known.attempts} attempts")
        return "; ".join(parts)

    @property
    def status(self) -> int | None:
        """HTTP status; None when no answer came."""
        return self.exchange.status

    @property
    def code(self) -> str | None:
        """Anaplan's own code from the answer."""
        return self.exchange.code

    @property
    def message(self) -> str:
        """Anaplan's own message, or what went wrong on the way."""
        return self.exchange.message


class TransportError(ExchangeError):
    """No whole answer came; the request may have had its effect."""


class ConnectError(TransportError):
    """No connection came about; nothing was sent."""


class RequestTimeout(TransportError):
    """No answer came in time; the request may have had its effect."""


class DecodeError(ExchangeError):
    """The answer is not what the specification documents; the request had its effect."""


class StatusError(ExchangeError):
    """Anaplan refused the request."""


class BadRequestError(StatusError):
    """400: the request is wrong, or the model cannot do what it asks."""


class AuthenticationError(StatusError):
    """401: the credentials or the token were refused."""


class PermissionDeniedError(StatusError):
    """403, or 424 where Anaplan reports a missing role so: the user may not do this."""

    hint = "needs the role {role}"


class NotFoundError(StatusError):
    """404: no such thing, or no access to it; Anaplan does not tell the two apart."""

    hint = "the id may be wrong or the user without access (needs the role {role})"


class ConflictError(StatusError):
    """409: the model is busy, or the thing exists already."""


class ModelArchivedError(StatusError):
    """422: the model is archived."""


class ModelLockedError(StatusError):
    """423: the model is locked."""


class RateLimitError(StatusError):
    """429: too many requests."""


class ServerError(StatusError):
    """5xx: Anaplan or something on the way failed; the request may have had its effect."""


_BY_STATUS: dict[int, type[StatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: ModelArchivedError,
    423: ModelLockedError,
    424: PermissionDeniedError,
    429: RateLimitError,
}


def status_error(exchange: FailedExchange) -> StatusError:
    """Chooses the error for an answer's status."""
    status = exchange.status or 0
    return _BY_STATUS.get(status, ServerError if status >= 500 else StatusError)(exchange)


def code_and_message(body: bytes) -> tuple[str | None, str]:
    """Finds Anaplan's code and message in the body of a refusal, whichever of its shapes that has, or none."""
    try:
        answer = decode.parsed(body)
    except ValueError:
        return None, ""
    if not isinstance(answer, dict):
        return None, ""
    fields = cast("dict[str, object]", answer)
    status = fields.get("status")
    if isinstance(status, dict):  # integration, alm, cloudworks
        nested = cast("dict[str, object]", status)
        return _text(nested.get("code")), _text(nested.get("message")) or ""
    code = status if status is not None else fields.get("error")
    for key in (
        "statusMessage",
        "message",
        "detail",
        "error_description",
    ):  # auth and audit, administration, scim, oauth
        if message := _text(fields.get(key)):
            return _text(code), message
    return _text(code), ""


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and value != "" else None
