"""Errors for people and for programs, each with the next step."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable

from anaplan_client.core import (
    ApiError,
    AuthenticationError,
    ConnectError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
)

from ..errors import (
    AmbiguousNameError,
    AnaplanActionError,
    ApprovalError,
    ConfigurationError,
    IntegrationRunError,
    NameNotFoundError,
    OutcomeUnknown,
    PlanExpiredError,
    PlanLockedError,
    PlanStaleError,
    PromotionError,
    RiskError,
    TaskTimeout,
    UploadError,
)
from .exit_codes import ROWS_REJECTED, exit_code_of
from .parser import PROGRAM, UsageError

_LISTS = {
    "action": "actions list",
    "export": "actions list --kind export",
    "file": "files list",
    "import": "actions list --kind import",
    "list": "lists list",
    "model": "models list",
    "module": "modules list",
    "process": "actions list --kind process",
    "user": "users list",
    "workspace": "workspaces list",
    "integration": "cloudworks integrations list",
    "flow": "cloudworks flows list",
}


def write_error(error: BaseException, *, as_json: bool, model: str | None) -> str:
    """Return the text of an error, or its JSON object."""
    hint = next_step(error)
    if as_json:
        details = {
            "type": type(error).__name__,
            "message": str(error),
            "model": model,
            "request_id": _request_id(error),
            "hint": hint or None,
            "exit_code": 2 if isinstance(error, UsageError) else exit_code_of(error),
        }
        return json.dumps({"error": details}, ensure_ascii=False)
    lines = [f"error: {describe(error) or type(error).__name__}"]
    return "\n".join([*lines, *(f"  {line}" for line in hint.splitlines())])


def describe(error: BaseException) -> str:
    """Return what happened, for people. The text of some errors is for those who write programs."""
    if isinstance(error, TaskTimeout) and error.seconds is not None:
        name = error.names.get(error.action_id or "") or f"task {error.task_id}"
        return f"{name} did not finish within {error.seconds:g} s; it continues in Anaplan"
    if isinstance(error, AnaplanActionError) and exit_code_of(error) == ROWS_REJECTED:
        return _describe_rows(error)
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _describe_rows(error: AnaplanActionError) -> str:
    """Return how many rows are missing, and the first of them, without their values."""
    report = error.report
    if report is None or not report.failed:
        return str(error)
    ignored = f", {report.ignored:,} {'was' if report.ignored == 1 else 'were'} ignored" if report.ignored else ""
    text = f"{report.failed:,} {'row was' if report.failed == 1 else 'rows were'} rejected{ignored}"
    lines = [f"{text}; {report.loaded or 0:,} {'is' if report.loaded == 1 else 'are'} in Anaplan"]
    return "\n".join([*lines, *(f"  {row}" for row in report.rejected_rows)])


def next_step(error: BaseException) -> str:
    """Return what to type next; empty if there is nothing to say."""
    for kind, tell in _NEXT_STEPS:
        if isinstance(error, kind):
            return tell(error)
    return ""


def _after_usage(error: UsageError) -> str:
    return error.usage


def _after_timeout(error: TaskTimeout) -> str:
    if error.action_id is None:
        return ""
    ids = f"{error.action_id} {error.task_id} -m {error.model_id}"
    return f"wait on: {PROGRAM} tasks wait {ids}\ncancel: {PROGRAM} tasks cancel {ids}"


def _after_name(error: NameNotFoundError | AmbiguousNameError) -> str:
    return f"list: {PROGRAM} {_LISTS[error.kind]}" if error.kind in _LISTS else ""


def _after_run(error: IntegrationRunError) -> str:
    """Return how to see what a run of CloudWorks says. A flow has runs of its integrations."""
    if error.handle is None or error.handle.kind != "integration run":
        return f"see its runs: {PROGRAM} cloudworks integrations failed --since 1h"
    return f"what went wrong: {PROGRAM} cloudworks runs errors {error.handle.task_id}"


def _after_task(error: AnaplanActionError) -> str:
    handle = error.handle
    if handle is None or handle.action_id is None:
        return ""
    if not error.dumps:
        return f"see the task: {PROGRAM} tasks get {handle.action_id} {handle.task_id} -m {handle.model_id}"
    of = f" --of {next(iter(error.dumps))}" if str(handle.action_id).startswith("118") else ""
    return f"rejected rows: {PROGRAM} tasks dump {handle.action_id} {handle.task_id}{of} -m {handle.model_id}"


def _after_unknown(error: OutcomeUnknown) -> str:
    return f"candidates: {'; '.join(map(str, error.candidates))}" if error.candidates else ""


def _after_risks(error: RiskError) -> str:
    options = " ".join(f"--approve-risk {shlex.quote(name)}" for name in error.risks)
    return f"read them: {PROGRAM} alm show PLAN; then approve each: {options}"


def _request_id(error: BaseException) -> str | None:
    return error.context.request_id if isinstance(error, ApiError) else None


_LATER = "temporary: run the command again later, or with more --retries"


def _constant(text: str) -> Callable[[object], str]:
    return lambda _: text


_NEXT_STEPS: tuple[tuple[type[BaseException], Callable[..., str]], ...] = (
    (UsageError, _after_usage),
    (TaskTimeout, _after_timeout),
    (NameNotFoundError, _after_name),
    (AmbiguousNameError, _after_name),
    (IntegrationRunError, _after_run),
    (AnaplanActionError, _after_task),
    (OutcomeUnknown, _after_unknown),
    (ConfigurationError, _constant(f"settings: {PROGRAM} config list; sign in: {PROGRAM} auth login -p NAME")),
    (RiskError, _after_risks),
    (ApprovalError, _constant(f"approve: {PROGRAM} alm approve PLAN")),
    (PlanStaleError, _constant(f"plan again: {PROGRAM} alm plan")),
    (PlanExpiredError, _constant(f"plan again: {PROGRAM} alm plan")),
    (PlanLockedError, _constant(f"when the other run has ended: {PROGRAM} alm apply PLAN --resume")),
    (PromotionError, _constant(f"continue: {PROGRAM} alm apply PLAN --resume")),
    (AuthenticationError, _constant(f"check the credentials: {PROGRAM} auth status")),
    (PermissionDeniedError, _constant(f"who signed in: {PROGRAM} auth status")),
    (RateLimitError, _constant("the limit is the tenant's: run fewer commands at the same time")),
    (ConnectError, _constant("check the network, --proxy and --base-url")),
    (ServerError, _constant(_LATER)),
    (TransportError, _constant(_LATER)),
    (UploadError, _constant("run the command again: the upload continues")),
)
