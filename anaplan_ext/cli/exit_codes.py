"""Which exit code tells what happened. Scripts decide by it, so each has one meaning."""

from __future__ import annotations

from anaplan_client.core import (
    AnaplanError,
    AuthenticationError,
    NetworkSettingsError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
)

from ..errors import (
    AmbiguousNameError,
    AnaplanActionError,
    ConfigurationError,
    NameNotFoundError,
    OutcomeUnknown,
    PartialRunError,
    PartialWriteError,
    PlanError,
    PlanExpiredError,
    PlanLockedError,
    PlanStaleError,
    PromotionError,
    RateLimitStoreError,
    TaskCancelled,
    TaskTimeout,
    TokenStoreError,
)

DONE = 0
FAILED = 1
USAGE = 2
ROWS_REJECTED = 3
NO_ACCESS = 4
NOT_FOUND = 5
OUTCOME_UNKNOWN = 6
TIMED_OUT = 7
STALE = 8
CANCELLED = 9
CHANGES_PENDING = 10
PARTLY_APPLIED = 11
TEMPORARY = 75
INTERRUPTED = 130
BROKEN_PIPE = 141

DESCRIPTIONS = {
    DONE: "Done.",
    FAILED: "Anaplan rejected it or failed; the message says what.",
    USAGE: "The command line or the configuration is wrong; nothing was changed.",
    ROWS_REJECTED: "Rows were rejected, or ignored with `--fail-on ignored`. The load ran.",
    NO_ACCESS: "Sign-in, role or access.",
    NOT_FOUND: "No such object, or a name of several objects.",
    OUTCOME_UNKNOWN: "Nobody can tell whether it was done. The candidates are printed.",
    TIMED_OUT: "The timeout expired. The task continues, and its ids are printed.",
    STALE: "The plan no longer fits; nothing was changed.",
    CANCELLED: "The task was cancelled.",
    CHANGES_PENDING: "Changes are pending: `alm plan`, and `alm status --exit-code`.",
    PARTLY_APPLIED: "Only a part was done.",
    TEMPORARY: "Network, rate limit or server error after all attempts, or another run applies the plan: retry later.",
    INTERRUPTED: "Interrupted by Ctrl-C. A task that was started continues.",
    BROKEN_PIPE: "The reader of the output ended first.",
}
"""What each exit code means."""

# The first class that fits decides.
_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (KeyboardInterrupt, INTERRUPTED),
    (PlanStaleError, STALE),
    (PlanExpiredError, STALE),
    (PlanLockedError, TEMPORARY),
    (PlanError, USAGE),
    (TaskCancelled, CANCELLED),
    (TaskTimeout, TIMED_OUT),
    (OutcomeUnknown, OUTCOME_UNKNOWN),
    (NameNotFoundError, NOT_FOUND),
    (AmbiguousNameError, NOT_FOUND),
    (NotFoundError, NOT_FOUND),
    (AuthenticationError, NO_ACCESS),
    (PermissionDeniedError, NO_ACCESS),
    (NetworkSettingsError, USAGE),
    (ConfigurationError, USAGE),
    (TokenStoreError, USAGE),
    (RateLimitStoreError, USAGE),
    (RateLimitError, TEMPORARY),
    (ServerError, TEMPORARY),
    (TransportError, TEMPORARY),
    (AnaplanError, FAILED),
    (ImportError, USAGE),
    (ValueError, USAGE),
    (TypeError, USAGE),
    (OSError, USAGE),
)


def exit_code_of(error: BaseException) -> int:
    """Return the exit code of an error. A cause decides where the error only says which step failed."""
    if isinstance(error, PartialRunError):
        return ROWS_REJECTED
    if isinstance(error, AnaplanActionError) and not isinstance(error, TaskCancelled):
        return ROWS_REJECTED if _ran(error) else FAILED
    if isinstance(error, PromotionError):
        return PARTLY_APPLIED if any(not result.needs_attention for result in error.results) else FAILED
    cause = error.__cause__
    if isinstance(error, PartialWriteError):
        return ROWS_REJECTED if cause is None else PARTLY_APPLIED
    if isinstance(error, AnaplanError) and type(error).__name__ in ("UploadError", "DownloadError") and cause:
        return exit_code_of(cause) if isinstance(cause, AnaplanError) else FAILED
    return next((code for kind, code in _CODES if isinstance(error, kind)), FAILED)


def _ran(error: AnaplanActionError) -> bool:
    """Return whether the load ran to its end, and only rows are missing."""
    report = error.report
    return report is not None and bool(report.actions) and all(action.successful for action in report.actions)
