"""What a running emulator shares between requests, and how a test scripts it and asks what happened."""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

from attrs import Factory, define, field
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from starlette.types import Scope

from .faults import Armed, Fault
from .model import Model, Tenant
from .objects import Json, User


@dataclass(slots=True, kw_only=True)
class Token:
    """A live token. `expires` is in epoch seconds of the emulator's clock."""

    value: str
    id: str
    refresh_id: str
    user: User
    expires: float
    by_certificate: bool


@dataclass(frozen=True, slots=True)
class BodyDigest:
    """Stands for a body that was not kept. `sha256` is None when bodies are not recorded at all."""

    length: int
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer. `status` is None when no answer was sent; header names are lower case.

    `in_flight` is the number of requests in progress when this one began, itself included. `scripted` tells that the
    answer is about a task whose end a test has written.
    """

    method: str
    path: str
    query: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: bytes | BodyDigest
    status: int | None
    response_headers: tuple[tuple[str, str], ...]
    response_body: bytes | BodyDigest
    fault: Fault | None
    in_flight: int
    scripted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How the next matching task ends; see `World.fail_next_task` and `World.end_next_task`."""

    target: str
    outcome: Literal["done", "fail", "cancel", "vanish"]
    message: str | None = None
    cancelling_looks: int = 1
    state: str = "COMPLETE"
    successful: bool | None = None
    failure_dump_available: bool | None = None
    dump_gone: bool = False
    change: Callable[[Json], Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much the emulator takes and gives at once; the defaults are Anaplan's, where they are known.

    Attributes:
        list_write: The most items of one call that adds, updates or deletes.
        cell_write: The most cells of one call that writes cells, and …
        cell_write_bytes: … the most bytes of it.
        view_cells: The most cells of a view that is read at once.
        list_items: The most items of a list that is read without a read request.
        dimension_items: The most items of a dimension that is read.
        page_rows: Rows of each page of a read request.
        read_requests: The most read requests of a model that exist at the same time.
    """

    list_write: int = 100_000
    cell_write: int = 100_000
    cell_write_bytes: int = 15_000_000
    view_cells: int = 1_000_000
    list_items: int = 1_000_000
    dimension_items: int = 1_000_000
    page_rows: int = 10_000
    read_requests: int = 20


class Late(Protocol):
    """A request whose effect is still to come."""

    scope: Scope
    path: str

    async def respond(self) -> object:
        """Has the effect."""
        ...


@define(kw_only=True, eq=False, repr=False, slots=False)
class World:
    """An emulator's options and state; `Emulator` documents the options.

    Attributes:
        url: Origin of all APIs, such as `http://127.0.0.1:43211`.
        lock: Held while a request reads or changes the state. Hold it for changes that must be seen together.
        exchanges: All requests and answers so far, in the order in which the answers were ready.
        in_flight: Requests in progress, held ones included.
        peak_in_flight: The most requests that were in progress at the same time.
        effects: How often there was an effect that each request has anew, by the word in the path: a task of `imports`,
            `exports`, `actions`, `processes`, `syncTasks`, `comparisonReportTasks` or `summaryReportTasks` was started,
            or one of the `revisions` made.
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
    limits: Limits = Factory(Limits)
    clock: Callable[[], float] = time.time
    url: str = field(init=False, default="")
    lock: threading.RLock = field(init=False, factory=threading.RLock)
    exchanges: list[Exchange] = field(init=False, factory=list[Exchange])
    in_flight: int = field(init=False, default=0)
    peak_in_flight: int = field(init=False, default=0)
    effects: Counter[str] = field(init=False, factory=Counter[str])
    # What the handlers keep: for them alone.
    ahead: float = field(init=False, default=0.0)
    refilled: float = field(init=False, default=0.0)
    counter: int = field(init=False, default=0)
    errors: list[Exception] = field(init=False, factory=list[Exception])
    faults: list[Armed] = field(init=False, factory=list[Armed])
    scripts: list[Script] = field(init=False, factory=list[Script])
    tokens: dict[str, Token] = field(init=False, factory=dict[str, Token])
    certificates: dict[bytes, User] = field(init=False, factory=dict[bytes, User])
    seen_payloads: set[bytes] = field(init=False, factory=set[bytes])
    late: list[Late] = field(init=False, factory=list["Late"])
    held: list[asyncio.Future[None]] = field(init=False, factory=list[asyncio.Future[None]])
    jobs: dict[str, asyncio.Task[None]] = field(init=False, factory=dict[str, asyncio.Task[None]])

    @property
    def user_email(self) -> str:
        """Email of the default administrator, the tenant's first user."""
        return self.tenant.users[0].email

    @property
    def password(self) -> str:
        """Password of the default administrator."""
        return self.tenant.users[0].password

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
        """A model, to read or to build on. KeyError if there is none."""
        return {model.id: model for _, model in self.tenant.models()}[model_id]

    def delete_model(self, model_id: str) -> None:
        """Deletes a model; revisions still tell that they were applied to it."""
        with self.lock:
            model = self.model(model_id)
            self.tenant.deleted_models.append(model)
            for workspace in self.tenant.workspaces:
                workspace.models = [other for other in workspace.models if other is not model]

    def trust(self, certificate_pem: bytes | str, user_email: str | None = None) -> None:
        """Registers a certificate (PEM) for a user, by default the default administrator."""
        pem = certificate_pem.encode() if isinstance(certificate_pem, str) else certificate_pem
        user = next(user for user in self.tenant.users if user_email in (None, user.email))
        with self.lock:
            self.certificates[x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256())] = user

    def expire_tokens(self) -> None:
        """Makes all live tokens invalid."""
        with self.lock:
            self.tokens.clear()

    def now(self) -> float:
        """Epoch seconds of the emulator's clock."""
        return self.clock() + self.ahead

    def advance(self, seconds: float) -> None:
        """Moves the emulator's clock: tokens, tasks, idle read requests, the 48 hours of files, the rate limit."""
        with self.lock:
            self.ahead += seconds

    def fail_next_task(
        self,
        target: str,
        outcome: Literal["fail", "cancel", "vanish"] = "fail",
        *,
        message: str | None = None,
        cancelling_looks: int = 1,
    ) -> None:
        """Decides how the next task of a kind or object ends.

        Arguments:
            target: The kind as it stands in the path (`imports`, `exports`, `actions`, `processes`, `syncTasks`,
                `comparisonReportTasks`, `summaryReportTasks`, `readRequests`), or an object's id: of an import, export,
                action or process, of a view or list that is read, or of the target model of an ALM task. An action's id
                also counts inside a process.
            outcome: `fail`: COMPLETE, not successful, no effect. `cancel`: cancelled by the server, CANCELLING for
                `cancelling_looks` looks (a read request: none) and then CANCELLED, no effect, no result. `vanish`:
                started but then unknown.
            message: Other words for the error; by default the documented ones.
        """
        script = Script(target=target, outcome=outcome, message=message, cancelling_looks=cancelling_looks)
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
        """Decide what the next task of a kind or object says at its end, whatever became of it.

        So a process says that it succeeded although a step says that it did not, or a task ends in a state that is not
        documented: `end_next_task("118000000000", successful=True)`, `end_next_task("imports", "FAILED")`.

        Arguments:
            target: As for `fail_next_task`. Of an import, export or action inside a process, it is about its entry in
                `nestedResults`, and `state` counts for nothing.
            state: The last state, of any name.
            successful: The result's flag; None for the true one.
            failure_dump_available: The result's flag; None for the true one.
            dump_gone: Lose the failure dump, whatever the flag says.
            has_effect: False lets the task fail without an effect before its result is rewritten.
            change: Makes another result of the result, after the rest.
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
        """Makes requests go wrong as the fault describes. re.error if its path is no regular expression."""
        re.compile(fault.path)
        with self.lock:
            self.faults.append(Armed(fault))

    def clear_faults(self) -> None:
        """Takes all faults back; held answers stay held until `release()`."""
        with self.lock:
            self.faults.clear()

    def count(self, method: str | None = None, path: str = "") -> int:
        """How many exchanges had this method (None = any) and a path in which the regular expression is found."""
        same = (exchange for exchange in list(self.exchanges) if method in (None, exchange.method))
        return sum(re.search(path, exchange.path) is not None for exchange in same)

    def within_rate(self) -> bool:
        """Take one request from an allowance that refills with the clock; False if it is empty."""
        rate = self.requests_per_second
        if rate is None:
            return True
        burst = max(rate, 1.0) if self.request_burst is None else self.request_burst
        self.refilled = max(self.refilled, self.now())
        if (self.refilled - self.now()) * rate > burst - 0.999:
            return False
        self.refilled += 1 / rate
        return True

    def next_id(self) -> str:
        """A new id of 32 upper-case hex digits, the same in every run."""
        self.counter += 1
        return hashlib.sha256(b"%d" % self.counter).hexdigest()[:32].upper()

    def take_script(self, *targets: str) -> Script | None:
        """The first script for one of these kinds or ids, which is then used up."""
        found = next((script for script in self.scripts if script.target in targets), None)
        if found:
            self.scripts.remove(found)
        return found


def iso(seconds: float, *, milliseconds: bool = False) -> str:
    """A time stamp in UTC with a `Z`."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return text.removesuffix("+00:00") + "Z"
