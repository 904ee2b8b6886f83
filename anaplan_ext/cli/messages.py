"""Errors for people and for programs, each with the next step."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable

from anaplan_client.core import ApiError, AuthenticationError, ConnectError, PermissionDeniedError, RateLimitError

from ..errors import (
    AmbiguousNameError,
    AnaplanActionError,
    ApprovalError,
    ConfigurationError,
    NameNotFoundError,
    OutcomeUnknown,
    PlanExpiredError,
    PlanLockedError,
    PlanStaleError,
    PromotionError,
    RiskError,
    TaskTimeout,
)
from .exit_codes import exit_code_of
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
    lines = [f"error: {error or type(error).__name__}"]
    if hint:
        lines.append(f"  {hint}")
    return "\n".join(lines)


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
    return f"wait on: {PROGRAM} tasks wait {error.action_id} {error.task_id} -m {error.model_id}"


def _after_name(error: NameNotFoundError | AmbiguousNameError) -> str:
    return f"list: {PROGRAM} {_LISTS[error.kind]}" if error.kind in _LISTS else ""


def _after_rejection(error: AnaplanActionError) -> str:
    handle = error.handle
    if handle is None or not error.dumps:
        return ""
    of = f" --of {next(iter(error.dumps))}" if str(handle.action_id).startswith("118") else ""
    return f"rejected rows: {PROGRAM} tasks dump {handle.action_id} {handle.task_id}{of} -m {handle.model_id}"


def _after_unknown(error: OutcomeUnknown) -> str:
    return f"candidates: {'; '.join(map(str, error.candidates))}" if error.candidates else ""


def _after_risks(error: RiskError) -> str:
    options = " ".join(f"--approve-risk {shlex.quote(name)}" for name in error.risks)
    return f"read them: {PROGRAM} alm show PLAN; then approve each: {options}"


def _request_id(error: BaseException) -> str | None:
    return error.context.request_id if isinstance(error, ApiError) else None


def _constant(text: str) -> Callable[[object], str]:
    return lambda _: text


_NEXT_STEPS: tuple[tuple[type[BaseException], Callable[..., str]], ...] = (
    (UsageError, _after_usage),
    (TaskTimeout, _after_timeout),
    (NameNotFoundError, _after_name),
    (AmbiguousNameError, _after_name),
    (AnaplanActionError, _after_rejection),
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
)
