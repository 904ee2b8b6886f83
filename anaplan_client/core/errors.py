"""Errors of requests."""

import re
from itertools import pairwise
from typing import cast
from urllib.parse import unquote

from attrs import field, frozen

from .codec import decode

MAX_KEPT_BYTES = 2048
"""Bytes of a response that an error keeps."""


@frozen(kw_only=True)
class ErrorContext:
    """Details of a rejected or failed request, without credentials and query."""

    operation: str
    """Name of the operation, for example `integration.list_files`."""
    method: str
    """HTTP method."""
    url: str
    """URL without its query."""
    role: str
    """Minimum role of the operation."""
    attempts: int = 1
    """Number of attempts."""
    status: int | None = None
    """HTTP status, or the status in a success that rejects the request; None without a response."""
    http_status: int | None = None
    """HTTP status of a success that rejects the request; otherwise None."""
    code: str | None = None
    """Anaplan's code in the response."""
    message: str = ""
    """Anaplan's message, or the cause of a failure without a response."""
    request_id: str | None = None
    """Anaplan's id of the request, for its support."""
    retry_after: str | None = None
    """The header `Retry-After` as received: seconds, or a date."""
    hint: str = ""
    """What to do about the message, or what the status means for this operation; empty if neither is documented."""
    no_retry_reason: str = ""
    """Why the request was not retried although a retry might have succeeded; empty after the last retry."""
    body: bytes = field(default=b"", repr=False)
    """The first 2 kB of the response."""


class AnaplanError(Exception):
    """Root of all errors of this library other than wrong arguments.

    `docs/error-catalog.md` has what to do about each class: its anchor is the name of the class in lower case.
    """

    _handle: object | None = None

    @property
    def handle(self) -> object | None:
        """Return the `anaplan_ext.TaskHandle` of the awaited task; None for other errors."""
        return self._handle

    def set_handle(self, handle: object | None) -> None:
        """Record the awaited task."""
        self._handle = handle


class NetworkSettingsError(AnaplanError, ValueError):
    """TLS or a proxy cannot be set up from the arguments or the environment; nothing was sent."""


class ApiError(AnaplanError):
    """A request was rejected or failed; `context` has the details."""

    _usual_hint = ""

    def __init__(self, context: ErrorContext) -> None:
        super().__init__(context)
        self.context = context

    def __str__(self) -> str:
        context = self.context
        status = f" returned {context.status}" if context.status is not None else ""
        if context.http_status is not None:
            status += f" in the body of a {context.http_status}"
        hint = self.hint
        parts = (
            context.message or hint,
            f"{describe_operation(context)}{status}",
            hint if context.message else "",
            context.request_id and f"request id {context.request_id}",
            context.retry_after and not context.no_retry_reason and f"Retry-After: {context.retry_after}",
            context.attempts > 1 and f"after {context.attempts} attempts",
            context.no_retry_reason and f"not retried: {context.no_retry_reason}",
        )
        return "; ".join(part for part in parts if part)

    @property
    def hint(self) -> str:
        """Return what to do, as Anaplan documents it for this message, or what the status usually means."""
        usual = _HINTS.get(self.context.status or 0, self._usual_hint)
        hint = self.context.hint or usual
        if "{role}" in usual and "{role}" not in hint:
            hint += " (needs the role {role})"
        return hint.replace("{role}", self.context.role)

    @property
    def status(self) -> int | None:
        """Return the HTTP status; None without a response."""
        return self.context.status

    @property
    def code(self) -> str | None:
        """Return Anaplan's code in the response; None without one."""
        return self.context.code

    @property
    def message(self) -> str:
        """Return Anaplan's message, or the cause of a failure without a response."""
        return self.context.message


class TransportError(ApiError):
    """There was no complete response; the request may have had its effect."""


class ConnectError(TransportError):
    """No connection could be opened; nothing was sent."""

    _usual_hint = "nothing was sent; check the address, the proxy and the network"


class RequestTimeoutError(TransportError):
    """There was no response in time; the request may have had its effect."""

    _usual_hint = "a busy model delays most calls; a longer `timeout` may help"


class DecodeError(ApiError):
    """The response is not the documented success; the request may have had its effect."""


class StatusError(ApiError):
    """Anaplan rejected the request."""


class BadRequestError(StatusError):
    """400: the request is wrong, or the model does not support it."""


class AuthenticationError(StatusError):
    """401: the credentials or the token were rejected."""

    _usual_hint = "the password, certificate or token is wrong or expired, or the user must use single sign-on"


class PermissionDeniedError(StatusError):
    """403, or 401, 424 or 452 for a missing role: the user lacks the permission."""

    _usual_hint = "needs the role {role}"


class NotFoundError(StatusError):
    """404: the object does not exist, or the user has no access; Anaplan does not distinguish them."""

    _usual_hint = "the id may be wrong, or the user may have no access (needs the role {role})"


class ConflictError(StatusError):
    """409: the model is busy, or the object exists already."""

    _usual_hint = "the model is busy, or the object already exists"


class ModelArchivedError(StatusError):
    """422: the model is archived."""

    _usual_hint = "the model is archived; it must be unarchived first"


class ModelLockedError(BadRequestError):
    """423, or 400 with a message that says so: the model is locked."""

    _usual_hint = "the model is locked; it must be unlocked first"


class RateLimitError(StatusError):
    """429: too many requests."""

    _usual_hint = "the tenant's request limit is reached; the client's `rate_limit` keeps below it"


class ServerError(StatusError):
    """5xx: Anaplan or a gateway failed; the request may have had its effect."""

    _usual_hint = "Anaplan or a proxy failed"


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
_SAYS_LOCKED = re.compile(r"\bmodel is (in )?locked\b", re.IGNORECASE)
"""How the message of a 400 says that the model is locked. Archived models have 422."""
_ROLE_DENIALS = ("FAILURE_UNAUTHORIZED_USER_ACTION", "ACCESS_CONTROL_DENIED")
"""Codes of a 401 about a missing role. Another token would not help."""
_NAMED_REJECTIONS = {
    "FAILURE_BAD_CREDENTIAL": 401,
    "FAILURE_BAD_HEADER": 400,
    **dict.fromkeys(_ROLE_DENIALS, 401),
}
"""The status of each code that is not a number."""
_HINTS = {
    **dict.fromkeys((301, 302, 303, 307, 308), "redirected; a proxy may require a sign-in, or the base URL is wrong"),
    408: "Anaplan did not receive the complete request in time",
    413: "the request is larger than Anaplan or a proxy accepts",
    424: "the role may be missing (needs the role {role}), or the model may already be open",
    425: "the model is in deployed mode, which forbids the change",
}
"""What a status usually means, if its class has no hint or a different one."""
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
"""The kind of object that the next segment of a path identifies."""
_HAS_DIGIT = re.compile(r"[0-9]")


def make_status_error(context: ErrorContext) -> StatusError:
    """Return the error for the status of a response."""
    status = context.status or 0
    if status == 401 and context.code in _ROLE_DENIALS:
        return PermissionDeniedError(context)
    if status == 400 and _SAYS_LOCKED.search(context.message):
        return ModelLockedError(context)
    return _BY_STATUS.get(status, ServerError if status >= 500 else StatusError)(context)


def find_rejection_status(value: object, http_status: int) -> int | None:
    """Return the status with which a body rejects its request, or None if it does not.

    `value` is the `status` of the body: an object with a `code`, in JSON or decoded, or the code itself. A code is a
    number, or a name such as `FAILURE_BAD_HEADER`. If it is not an HTTP status, `http_status` is returned.
    """
    code = cast("dict[str, object]", value).get("code") if isinstance(value, dict) else getattr(value, "code", value)
    if isinstance(code, str) and not re.fullmatch(r"[0-9]{1,9}", code):
        return _NAMED_REJECTIONS.get(code, http_status if code.startswith("FAILURE") else None)
    if isinstance(code, bool) or not isinstance(code, str | int) or int(code) < 400:
        return None
    return int(code) if int(code) < 600 else http_status


def read_code_and_message(body: bytes) -> tuple[str | None, str]:
    """Return Anaplan's code and message from the body of a rejection, in any of its forms."""
    try:
        response = decode.parse_json(body)
    except ValueError:
        return None, ""
    if not isinstance(response, dict):
        return None, ""
    fields = cast("dict[str, object]", response)
    status = fields.get("status")
    if isinstance(status, dict):  # integration, alm, cloudworks
        nested = cast("dict[str, object]", status)
        return _text(nested.get("code")), _text(nested.get("message")) or ""
    code = status if status is not None else fields.get("error")
    # Authentication and audit, administration, SCIM, OAuth.
    for key in ("statusMessage", "message", "detail", "error_description"):
        if message := _text(fields.get(key)):
            return _text(code), message
    return _text(code), ""


def describe_operation(context: ErrorContext) -> str:
    """Return the operation, method and URL of a request, and the objects that its URL identifies."""
    return f"{context.operation}{_about(context.url)}: {context.method} {context.url}"


def _about(url: str) -> str:
    """Return the objects that a URL identifies, such as ` (model …, file …)`, or nothing."""
    pairs = [(_PATH_NOUNS.get(segment), following) for segment, following in pairwise(url.split("/"))]
    ids = [f"{noun} {unquote(segment)}" for noun, segment in pairs if noun and _HAS_DIGIT.search(segment)]
    return f" ({', '.join(ids)})" if ids else ""


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and value != "" else None
