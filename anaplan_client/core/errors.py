"""Errors of requests."""

import re
from itertools import pairwise
from typing import cast
from urllib.parse import unquote

from attrs import field, frozen

from .codec import decode

MAX_KEPT_BYTES = 2048
"""How much of an answer an error keeps, in bytes."""


@frozen(kw_only=True)
class ErrorContext:
    """What is known of a request that did not end well. Holds no credential and no query."""

    operation: str
    method: str
    url: str
    role: str
    attempts: int = 1
    status: int | None = None
    """HTTP status, or that of the envelope if a success has one that rejects; None when no answer came."""
    http_status: int | None = None
    """HTTP status where the envelope has another one."""
    code: str | None = None
    """Anaplan's own code from the answer."""
    message: str = ""
    """Anaplan's own message, or what went wrong on the way."""
    request_id: str | None = None
    retry_after: str | None = None
    """The `Retry-After` header as it came: seconds, or a date."""
    hint: str = ""
    """What the status means for this operation where it usually means something else."""
    no_retry_reason: str = ""
    """Why it was not tried again although a further try might have helped; empty where the tries were used up."""
    body: bytes = field(default=b"", repr=False)
    """The first 2 kB of the answer."""


class AnaplanError(Exception):
    """The root of every error of this library that is not a wrong argument."""

    _handle: object | None = None

    @property
    def handle(self) -> object | None:
        """The `anaplan_ext.TaskHandle` of the task that was waited for; None for an error of anything else."""
        return self._handle

    def set_handle(self, handle: object | None) -> None:
        """Say which task was waited for."""
        self._handle = handle


class NetworkSettingsError(AnaplanError, ValueError):
    """TLS or a proxy cannot be set up as the arguments or the environment ask; nothing was sent."""


class ApiError(AnaplanError):
    """A request that did not end well; `context` says what is known of it."""

    hint = ""

    def __init__(self, context: ErrorContext) -> None:
        super().__init__(context)
        self.context = context

    def __str__(self) -> str:
        known = self.context
        status = f" answered {known.status}" if known.status is not None else ""
        if known.http_status is not None:
            status += f" in the body of a {known.http_status}"
        hint = (known.hint or _HINTS.get(known.status or 0, self.hint)).replace("{role}", known.role)
        parts = (
            known.message or hint,
            f"{describe_operation(known)}{status}",
            hint if known.message else "",
            known.request_id and f"request id {known.request_id}",
            known.retry_after and not known.no_retry_reason and f"Retry-After: {known.retry_after}",
            known.attempts > 1 and f"after {known.attempts} attempts",
            known.no_retry_reason and f"not tried again: {known.no_retry_reason}",
        )
        return "; ".join(part for part in parts if part)

    @property
    def status(self) -> int | None:
        """HTTP status; None when no answer came."""
        return self.context.status

    @property
    def code(self) -> str | None:
        """Anaplan's own code from the answer."""
        return self.context.code

    @property
    def message(self) -> str:
        """Anaplan's own message, or what went wrong on the way."""
        return self.context.message


class TransportError(ApiError):
    """No whole answer came; the request may have had its effect."""


class ConnectError(TransportError):
    """No connection came about; nothing was sent."""

    hint = "nothing was sent; the address, a proxy or the network may be at fault"


class RequestTimeoutError(TransportError):
    """No answer came in time; the request may have had its effect."""

    hint = "a busy model keeps most calls waiting, a longer `timeout` may help"


class DecodeError(ApiError):
    """The answer is not what the specification documents; the request may have had its effect."""


class StatusError(ApiError):
    """Anaplan refused the request."""


class BadRequestError(StatusError):
    """400: the request is wrong, or the model cannot do what it asks."""


class AuthenticationError(StatusError):
    """401: the credentials or the token were refused."""

    hint = "the password, certificate or token is wrong or has ended, or the user must use single sign-on"


class PermissionDeniedError(StatusError):
    """403, or 401, 424 and 452 where Anaplan reports a missing role so: the user may not do this."""

    hint = "needs the role {role}"


class NotFoundError(StatusError):
    """404: no such thing, or no access to it; Anaplan does not tell the two apart."""

    hint = "the id may be wrong or the user without access (needs the role {role})"


class ConflictError(StatusError):
    """409: the model is busy, or the thing exists already."""

    hint = "the model is busy with something else, or the thing exists already"


class ModelArchivedError(StatusError):
    """422: the model is archived."""

    hint = "the model is archived, and must be unarchived first"


class ModelLockedError(StatusError):
    """423: the model is locked."""

    hint = "the model is locked, and must be unlocked first"


class RateLimitError(StatusError):
    """429: too many requests."""

    hint = "the tenant's request limit is reached; the client's `rate_limit` keeps below it"


class ServerError(StatusError):
    """5xx: Anaplan or something on the way failed; the request may have had its effect."""

    hint = "Anaplan failed, or a proxy on the way to it"


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
    452: PermissionDeniedError,
}
_ROLE_DENIALS = ("FAILURE_UNAUTHORIZED_USER_ACTION", "ACCESS_CONTROL_DENIED")
"""Codes with which a 401 is about a role: no other token would help."""
_NAMED_REJECTIONS = {
    "FAILURE_BAD_CREDENTIAL": 401,
    "FAILURE_BAD_HEADER": 400,
    **dict.fromkeys(_ROLE_DENIALS, 401),
}
"""The statuses that codes without a number come with."""
_HINTS = {
    **dict.fromkeys((301, 302, 303, 307, 308), "redirected; a proxy may want a sign-in, or the base URL is wrong"),
    408: "Anaplan did not get the whole request in time",
    413: "more was sent than Anaplan or a proxy takes",
    424: "a missing role is reported so (needs the role {role}), or the model is open already",
    425: "the model is in deployed mode, which forbids the change",
}
"""What a status usually means where its class says something else or nothing."""
_PATH_NOUNS = {
    "workspaces": "workspace",
    "models": "model",
    "files": "file",
    "chunks": "chunk",
    "imports": "import",
    "exports": "export",
    "actions": "action",
    "processes": "process",
    "tasks": "task",
    "dumps": "dump of",
    "syncTasks": "task",
    "comparisonReportTasks": "task",
    "summaryReportTasks": "task",
    "revisions": "revision",
}
"""What is named by an id that follows in a path."""
_HAS_DIGIT = re.compile(r"[0-9]")


def make_status_error(context: ErrorContext) -> StatusError:
    """Chooses the error for an answer's status."""
    status = context.status or 0
    if status == 401 and context.code in _ROLE_DENIALS:
        return PermissionDeniedError(context)
    return _BY_STATUS.get(status, ServerError if status >= 500 else StatusError)(context)


def find_rejection_status(value: object, http_status: int) -> int | None:
    """Return the status of the rejection that the `status` of an envelope stands for; None if it rejects nothing.

    `value` is an object with a `code`, in JSON or decoded, or the code itself: a number, or a name such as
    `FAILURE_BAD_HEADER`. A code that is no status of HTTP leaves the status as it was.
    """
    code = cast("dict[str, object]", value).get("code") if isinstance(value, dict) else getattr(value, "code", value)
    if isinstance(code, str) and not re.fullmatch(r"[0-9]{1,9}", code):
        return _NAMED_REJECTIONS.get(code, http_status if code.startswith("FAILURE") else None)
    if isinstance(code, bool) or not isinstance(code, str | int) or int(code) < 400:
        return None
    return int(code) if int(code) < 600 else http_status


def read_code_and_message(body: bytes) -> tuple[str | None, str]:
    """Finds Anaplan's code and message in the body of a refusal, whichever of its shapes that has, or none."""
    try:
        answer = decode.parse_json(body)
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


def describe_operation(context: ErrorContext) -> str:
    """Return which request it was, and the ids that it was about."""
    return f"{context.operation}{_about(context.url)}: {context.method} {context.url}"


def _about(url: str) -> str:
    """Names what a URL is about: ` (model …, file …)`; nothing if it names no ids."""
    pairs = [(_PATH_NOUNS.get(segment), following) for segment, following in pairwise(url.split("/"))]
    ids = [f"{noun} {unquote(segment)}" for noun, segment in pairs if noun and _HAS_DIGIT.search(segment)]
    return f" ({', '.join(ids)})" if ids else ""


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and value != "" else None
