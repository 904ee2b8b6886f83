"""State shared by all requests, and the methods by which tests script and inspect it."""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Literal, Protocol, TypedDict

from attrs import Factory, define, field
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from starlette.types import Scope

from .audit import AuditEvent, AuditLog
from .cloudworks import CloudWorks
from .exchanges import Exchange
from .faults import ActiveFault, Fault
from .limits import Limits
from .model import Model
from .oauth import OAuthState
from .scripts import Script
from .tenant import Tenant, User
from .tokens import Token
from .values import Json

MAX_PENDING_SECONDS = 60.0
"""Seconds of the emulator's clock after which a task ends although it was not polled often enough."""


class ClientArguments(TypedDict):
    """Arguments of `Client` and `AsyncClient` that lead to an emulator."""

    workspace_id: str
    model_id: str
    user_email: str
    password: str
    base_url: str


class DelayedEffect(Protocol):
    """A request whose effect is delayed."""

    scope: Scope
    path: str

    async def respond(self) -> object:
        """Apply the effect."""
        ...


@define(kw_only=True, eq=False, repr=False, slots=False)
class ServerState:
    """An emulator's options and state; `Emulator` documents the options.

    Attributes:
        url: Origin of all APIs, for example `http://127.0.0.1:43211`.
        lock: Held while a request reads or changes the state. Hold it for changes that requests must see together.
        exchanges: All requests with their responses, in the order of the responses.
        in_flight: Number of requests in flight, stalled ones included.
        peak_in_flight: Maximum number of requests in flight at the same time.
        effects: Number of non-idempotent effects by the word in the path: started tasks of `imports`, `exports`,
            `actions`, `processes`, `syncTasks`, `comparisonReportTasks` and `summaryReportTasks`, and created
            `revisions` and `users`. For CloudWorks: `integrationRuns` and `flowRuns` that were started, and
            `connections`, `integrations`, `notifications`, `schedules` and `flows` that were created.
        audit: The audit events of what was done.
        cloudworks: Connections, integrations, flows, and the files in cloud storage.
        oauth: The OAuth clients and grants. `approve_device` approves a device code.
    """

    tenant: Tenant
    port: int = 0
    task_polls: int = 1
    task_seconds: float = 0.0
    page_limit: int = 5000
    download_chunk_size: int = 10_000_000
    token_seconds: float = 2100.0
    requests_per_second: float | None = None
    request_burst: int | None = None
    retry_after: int | None = None
    observer: Callable[[Exchange], None] | None = None
    upload_chunk_limit: int = 50_000_000
    max_body_bytes: int = 64_000_000
    misleading_next: bool = False
    record_bodies: bool = True
    accept_v1_certificates: bool = True
    deleted_in_result: bool = False
    report_denial: Literal[403, 424] = 424
    administration_denial: Literal[401, 403, 500] = 403
    audit_days: int = 30
    limits: Limits = Factory(Limits)
    clock: Callable[[], float] = time.time
    url: str = field(init=False, default="")
    lock: threading.RLock = field(init=False, factory=threading.RLock)
    exchanges: list[Exchange] = field(init=False, factory=list[Exchange])
    in_flight: int = field(init=False, default=0)
    peak_in_flight: int = field(init=False, default=0)
    effects: Counter[str] = field(init=False, factory=Counter[str])
    audit: AuditLog = field(init=False, factory=AuditLog)
    oauth: OAuthState = field(init=False, factory=OAuthState)
    cloudworks: CloudWorks = field(init=False)
    # Internal state of the handlers.
    cloudworks_busy: bool = field(init=False, default=False)
    clock_offset: float = field(init=False, default=0.0)
    rate_refilled_at: float = field(init=False, default=0.0)
    counter: int = field(init=False, default=0)
    errors: list[Exception] = field(init=False, factory=list[Exception])
    faults: list[ActiveFault] = field(init=False, factory=list[ActiveFault])
    scripts: list[Script] = field(init=False, factory=list[Script])
    tokens: dict[str, Token] = field(init=False, factory=dict[str, Token])
    certificates: dict[bytes, User] = field(init=False, factory=dict[bytes, User])
    used_payloads: set[bytes] = field(init=False, factory=set[bytes])
    delayed_effects: list[DelayedEffect] = field(init=False, factory=list["DelayedEffect"])
    stalled: list[asyncio.Future[None]] = field(init=False, factory=list[asyncio.Future[None]])
    workers: dict[str, asyncio.Task[None]] = field(init=False, factory=dict[str, asyncio.Task[None]])

    def __attrs_post_init__(self) -> None:
        """Take CloudWorks of the tenant, whose schedules run from now on."""
        self.cloudworks = self.tenant.cloudworks
        for integration in self.cloudworks.integrations.values():
            integration.scheduled_until = max(integration.scheduled_until, self.clock())

    @property
    def user_email(self) -> str:
        """Email of the default administrator, the tenant's first user."""
        return self.tenant.users[0].email

    @property
    def password(self) -> str:
        """Password of the default administrator."""
        return self.tenant.users[0].password

    @property
    def client_arguments(self) -> ClientArguments:
        """Arguments of a client of the first model: `Client(**emulator.client_arguments)`."""
        return {
            "workspace_id": self.workspace_id,
            "model_id": self.development_model_id,
            "user_email": self.user_email,
            "password": self.password,
            "base_url": self.url,
        }

    @property
    def workspace_id(self) -> str:
        """Id of the first workspace."""
        return self.tenant.workspaces[0].id

    @property
    def development_model_id(self) -> str:
        """Id of the first workspace's first model."""
        return self.tenant.workspaces[0].models[0].id

    @property
    def production_model_id(self) -> str:
        """Id of the first workspace's second model."""
        return self.tenant.workspaces[0].models[1].id

    def model(self, model_id: str) -> Model:
        """Return a model, to read or to extend. KeyError if there is none."""
        return {model.id: model for _, model in self.tenant.models()}[model_id]

    def delete_model(self, model_id: str) -> None:
        """Delete a model; revisions still report that they were applied to it."""
        with self.lock:
            model = self.model(model_id)
            self.tenant.deleted_models.append(model)
            for workspace in self.tenant.workspaces:
                workspace.models = [other for other in workspace.models if other is not model]

    def trust(self, certificate_pem: bytes | str, user_email: str | None = None) -> None:
        """Register a certificate (PEM) for a user, by default the default administrator."""
        pem = certificate_pem.encode() if isinstance(certificate_pem, str) else certificate_pem
        user = next(user for user in self.tenant.users if user_email in (None, user.email))
        with self.lock:
            self.certificates[x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256())] = user

    def approve_device(self, user_code: str, user_email: str | None = None) -> None:
        """Approve a device code, as a user does in a browser; by default the default administrator.

        KeyError if no device waits for it, and ValueError for a user with single sign-on.
        """
        user = next(user for user in self.tenant.users if user_email in (None, user.email))
        with self.lock:
            self.oauth.approve(user_code, user)

    def record_event(
        self,
        code: str,
        user_id: str,
        object_id: str,
        object_type: str,
        *,
        at: float | None = None,
        created: float | None = None,
        message: str = "",
        attributes: Json | None = None,
    ) -> AuditEvent:
        """Record an audit event, besides those of what is done here.

        Args:
            code: The code, such as `USR-8` for a sign-in.
            user_id: Id of the user who acted.
            object_id: Id of what the event is about.
            object_type: The kind of that object, such as `USER` or `MODEL`.
            at: When it happened, in epoch seconds; now by default.
            created: When it was recorded. Before that, it is not served.
            message: The text; by default the documented one of the code.
            attributes: Further fields.

        Returns:
            The event, which a test may change.
        """
        moment = self.now() if at is None else at
        with self.lock:
            return self.audit.add(code, user_id, object_id, object_type, moment, created, message, attributes)

    def expire_tokens(self) -> None:
        """Invalidate all tokens."""
        with self.lock:
            self.tokens.clear()

    def now(self) -> float:
        """Return the epoch seconds of the emulator's clock."""
        return self.clock() + self.clock_offset

    def advance(self, seconds: float) -> None:
        """Advance the emulator's clock, by which tokens, tasks, files, read requests and the rate limit go."""
        with self.lock:
            self.clock_offset += seconds

    def fail_next_task(
        self,
        target: str,
        outcome: Literal["fail", "cancel", "vanish"] = "fail",
        *,
        message: str | None = None,
        cancelling_polls: int = 1,
    ) -> None:
        """Script a failure of the next task of a kind or object.

        Args:
            target: The kind as in the path (`imports`, `exports`, `actions`, `processes`, `syncTasks`,
                `comparisonReportTasks`, `summaryReportTasks`, `readRequests`), or an id: of an import, export, action
                or process, of a view or list that is read, or of the target model of an ALM task. The id of an import,
                export or action also matches inside a process.
            outcome: `fail`: COMPLETE, not successful. `cancel`: cancelled by the server, without a result. `vanish`:
                started, but then unknown. None of them has an effect.
            message: Text of the error; by default the documented one.
            cancelling_polls: Polls for which a task that the server cancels stays CANCELLING; a read request has none.
        """
        script = Script(target=target, outcome=outcome, message=message, cancelling_polls=cancelling_polls)
        with self.lock:
            self.scripts.append(script)

    def end_next_task(
        self,
        target: str,
        state: str = "COMPLETE",
        *,
        successful: bool | None = None,
        failure_dump_available: bool | None = None,
        dump_gone: bool = False,
        has_effect: bool = True,
        change: Callable[[Json], Json] | None = None,
    ) -> None:
        """Script what the next task of a kind or object reports at its end, whatever happened.

        A process can report success although a step failed, or a task can end in an undocumented state:
        `end_next_task("118000000000", successful=True)`, `end_next_task("imports", "FAILED")`.

        Args:
            target: As for `fail_next_task`. For a step of a process it changes the entry in `nestedResults`, and
                `state` is ignored.
            state: The final state, of any name.
            successful: The result's flag; None for the true one.
            failure_dump_available: The result's flag; None for the true one.
            dump_gone: Delete the failure dump, whatever the flag says.
            has_effect: If false, the task fails without an effect before its result is changed.
            change: Returns the result to report, after all other changes.
        """
        script = Script(
            target=target,
            outcome="done" if has_effect else "fail",
            state=state,
            successful=successful,
            failure_dump_available=failure_dump_available,
            dump_gone=dump_gone,
            change=change,
        )
        with self.lock:
            self.scripts.append(script)

    def inject(self, fault: Fault) -> None:
        """Inject a fault. `re.error` if its path is not a regular expression."""
        re.compile(fault.path)
        with self.lock:
            self.faults.append(ActiveFault(fault))

    def clear_faults(self) -> None:
        """Remove all faults; stalled responses stay stalled until `release()`."""
        with self.lock:
            self.faults.clear()

    def count(self, method: str | None = None, path: str = "") -> int:
        """Count the requests with this method (None = any) and a path that matches the regular expression."""
        paths = (exchange.path for exchange in list(self.exchanges) if method in (None, exchange.method))
        return sum(re.search(path, text) is not None for text in paths)

    def take_from_rate_limit(self) -> bool:
        """Take one request from the rate limit; False if it is exceeded."""
        rate = self.requests_per_second
        if rate is None:
            return True
        burst = max(rate, 1.0) if self.request_burst is None else self.request_burst
        self.rate_refilled_at = max(self.rate_refilled_at, self.now())
        if (self.rate_refilled_at - self.now()) * rate > burst - 0.999:
            return False
        self.rate_refilled_at += 1 / rate
        return True

    def is_due(self, since: float, polls: int) -> bool:
        """Return whether a task started at `since` is done after this many polls; without polls, a minute later."""
        elapsed = self.now() - since - self.task_seconds
        return elapsed >= 0 and (polls > self.task_polls or elapsed >= MAX_PENDING_SECONDS)

    def next_id(self) -> str:
        """Return a new id of 32 upper-case hex digits, the same in every run."""
        self.counter += 1
        return hashlib.sha256(b"%d" % self.counter).hexdigest()[:32].upper()

    def take_script(self, *targets: str) -> Script | None:
        """Remove and return the first script for one of these kinds or ids."""
        script = next((script for script in self.scripts if script.target in targets), None)
        if script:
            self.scripts.remove(script)
        return script
