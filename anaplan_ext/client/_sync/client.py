# Converted by `python -m generator` from anaplan_ext/client/_async/client.py. Edit that file, not this one.
"""The client that users hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, NoReturn, Self, TypeVar, cast, overload

import httpx

from anaplan_client import integration
from anaplan_client.core import Observer, Request
from anaplan_client.core.codec import validation
from anaplan_client.core.hosts import base_urls
from anaplan_client.core.http._sync.api_client import ApiClient
from anaplan_client.core.http.network import Cert, NetworkSettings, Verify
from anaplan_client.integration import models

from ...arguments.checks import check_list
from ...arguments.ids import id_text, optional_id, upload_id
from ...auth._sync.session import Session
from ...auth._sync.token_manager import Tokens
from ...auth.credentials import choose
from ...concurrency import _sync as concurrency
from ...listing import endpoints
from ...listing._sync.pager import collect, iterate
from ...listing.sorting import ModelSort, Sort, TaskSort, WorkspaceSort
from ...settings import Settings
from ...tasks._sync import actions
from ...tasks.actions import LOCALE, kind_of, start_request
from ...tasks.endpoints import tasks_of
from ...tasks.errors import AnyTask
from ...tasks.handle import TaskHandle
from ...tasks.load_report import LoadReport, validate_on_ignored
from ...tasks.polling import POLL_DELAY
from ...transfers.compression import DEFAULT_LEVEL
from ...transfers.config import UploadConfig
from ...transfers.manifest import Resume
from ...transfers.progress import OnTransfer, forward_only
from ...transfers.sources import SizedContent
from ...transport import clock
from ...transport.attempts import RequestPolicy
from ...transport.rate_limit import Limiter, RateLimit
from ...transport.retry import RetryBudget, RetryPolicy

# What many scripts do without is imported when it is asked for.
if TYPE_CHECKING:
    from ...alm._sync.resource import Alm
    from ...alm.task_types import CompletedReportTask, CompletedSyncTask
    from ...transactional._sync.resource import Transactional

T = TypeVar("T")


class Client:
    """The synchronous client of Anaplan, bound to a model where one is given.

    Sign in with one of: `user_email` and `password`, `certificate` and `private_key`, `token`, `auth`. Nothing is sent
    and no file is read before the first call. Safe to share between tasks. Close it with `close`, or
    use it as a context manager.

    Args:
        workspace_id: The workspace that the methods for workspaces, dashboards and Optimizer logs work on.
        model_id: The model that the methods for files, actions and ALM work on.
        user_email: Who signs in with a password.
        password: The password.
        certificate: Client certificate in PEM form: its content, or the path of a file (`~` is expanded).
        private_key: The RSA key of the certificate, likewise.
        private_key_password: The password of an encrypted key.
        timeout: Seconds to wait for a connection and for each answer. A busy model makes most calls wait; raise it
            where that happens.
        retry_count: How often a request is tried again after the first try, where that can do no harm.
        status_poll_delay: The longest pause between looks at a task, in seconds; the first ones are shorter. Without
            it, a task that takes long is looked at every 5 s in the end, as Anaplan asks.
        upload_parallel: Whether eight chunks of an upload are in flight at once, or one.
        upload_chunk_size: Bytes of a chunk before compression, 1,000,000 to 50,000,000. A transfer of any size holds
            the memory of ten chunks and 64 MB at most.
        allow_file_creation: Whether uploading to an unknown file id may make a new file, which no import reads.
        token: A token that is used as it is: neither extended nor replaced nor ended.
        auth: Any `httpx.Auth`, which then signs every request.
        certificate_format: How the certificate's proof is laid out; `v1` for tenants that do not take `v2` yet.
        region: Region of the tenant, such as `eu3`; the shared hosts without it.
        base_url: One URL that serves every API by path instead: an emulator, a gateway.
        compression_level: How hard uploads are compressed, 1 (fastest) to 9 (smallest). A higher level pays on links
            below some 10 Mbit/s.
        exclusive: Whether nobody else starts the same actions and synchronisations at the same time, in any process.
            A task that is new after a start without a response is then taken for the one that was to be started;
            otherwise that is `OutcomeUnknown`, as Anaplan does not tell who started a task. To know what is new, the
            tasks of an action are listed before each start: one request more.
        retry_policy: How often and how fast requests are repeated; takes the place of `retry_count`.
        rate_limit: Keeps the requests to what the tenant may send, in the order in which they are made; those of the
            clients that `with_model` makes included. Without it they are sent at once.
        hooks: Functions that httpx calls for each `request` and `response`. They see requests as they are on the wire,
            and downloads cost more with them.
        observer: Called with each answer as an `Observed`: what was asked for by which operation, status, headers and
            content. It must return soon, and be safe to call from several threads; what it raises is logged once.
        verify: Whom to trust over TLS: True for the usual certificate authorities (or those of `SSL_CERT_FILE` and
            `SSL_CERT_DIR`), the path of a PEM file with your own or of a folder as `openssl rehash` makes it, an
            `ssl.SSLContext`, or False to verify nothing. It holds for a proxy with TLS as well.
        cert: A client certificate for TLS, such as a proxy or gateway may ask for: the path of a PEM file that also
            holds the key, or a tuple of the paths of certificate and key and, if need be, the key's password.
        proxy: URL of a proxy for every request: http, https, socks5 or socks5h (with `pip install 'httpx[socks]'`).
            Without it, `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` of the environment hold.
        trust_env: Whether proxies and certificate authorities named by the environment are used.
        http_client: A ready client of httpx, which then sends every request and is never closed here; instead of
            `verify`, `cert`, `proxy`, `trust_env` and `hooks`.

    Raises:
        TypeError: for an argument of another type.
        ValueError: for arguments that contradict each other or are out of their range.
        ImportError: for a certificate without the extra `certificate`.
    """

    def __init__(
        self,
        workspace_id: str | None = None,
        model_id: str | None = None,
        user_email: str | None = None,
        password: str | None = None,
        certificate: str | bytes | None = None,
        private_key: str | bytes | None = None,
        private_key_password: str | bytes | None = None,
        timeout: float = 30,
        retry_count: int = 2,
        status_poll_delay: float = POLL_DELAY,
        upload_parallel: bool = True,
        upload_chunk_size: int = 25_000_000,
        allow_file_creation: bool = False,
        *,
        token: str | None = None,
        auth: httpx.Auth | None = None,
        certificate_format: Literal["v1", "v2"] = "v2",
        region: str | None = None,
        base_url: str | None = None,
        retry_policy: RetryPolicy | None = None,
        compression_level: int = DEFAULT_LEVEL,
        exclusive: bool = False,
        rate_limit: RateLimit | None = None,
        hooks: Mapping[str, Sequence[Callable[..., object]]] | None = None,
        observer: Observer | None = None,
        verify: Verify = True,
        cert: Cert | None = None,
        proxy: str | None = None,
        trust_env: bool = True,
        http_client: httpx.Client | None = None,
    ) -> None:
        credentials = choose(
            user_email,
            password,
            certificate,
            private_key,
            private_key_password,
            certificate_format,
            token,
            auth is not None,
        )
        self._bind(workspace_id, model_id)
        self._settings = Settings(
            status_poll_delay=status_poll_delay,
            exclusive=exclusive,
            uploads=UploadConfig(
                chunk_size=upload_chunk_size,
                parallel=upload_parallel,
                allow_file_creation=allow_file_creation,
                compression_level=compression_level,
            ),
        )
        validation.check_number("timeout", timeout)
        if timeout <= 0:
            raise ValueError(f"timeout: {timeout} is not above 0 seconds")
        policy = retry_policy or RetryPolicy(count=retry_count)
        urls = base_urls(region, base_url)
        network = NetworkSettings(verify=verify, cert=cert, proxy=proxy, trust_env=trust_env)
        _check_http_client(http_client, network, hooks)

        def connect() -> ApiClient:
            return ApiClient(
                urls,
                timeout=timeout,
                auth=auth,
                hooks=hooks,
                observer=observer,
                network=network,
                http_client=http_client,
            )

        limiter = None if rate_limit is None else Limiter(rate_limit, clock.now())
        rules = RequestPolicy(policy, RetryBudget(policy), limiter)
        tokens = None if auth is not None else Tokens(connect(), rules, credentials, token)
        self._session = Session(connect(), rules, tokens)
        self._owns_session = True

    @classmethod
    def from_existing(cls, existing: Self, workspace_id: str, model_id: str) -> Self:
        """Return a client for another workspace and model that shares everything else; the same as `with_model`."""
        return existing.with_model(model_id, workspace_id)

    def with_model(self, model_id: str | None = None, workspace_id: str | None = None) -> Self:
        """Return a client for another model that shares connections, sign-in and settings.

        It works until this client is closed; closing it instead does nothing.

        Args:
            model_id: The other model; the same one without it.
            workspace_id: The other workspace, likewise.
        """
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._bind(
            self.workspace_id if workspace_id is None else workspace_id, self.model_id if model_id is None else model_id
        )
        other._owns_session = False
        return other

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} cannot be pickled or copied, since it holds connections and credentials; "
            "pass its arguments on and make another one, or call with_model"
        )

    @property
    def alm(self) -> Alm:
        """The ALM methods of the model. Raises `ValueError` on a client without `model_id`."""
        from ...alm._sync.resource import Alm

        return Alm(self._session, self._settings, self._model())

    @property
    def transactional(self) -> Transactional:
        """The methods for lists, modules, views and cells of the model. Raises `ValueError` without `model_id`."""
        from ...transactional._sync.resource import Transactional

        return Transactional(self._session, self._settings, self._model())

    def send(self, request: Request[T], *, timeout: float | None = None) -> T:
        """Send any generated request, signed and repeated like those of the methods here.

        Args:
            request: What a function of `anaplan_client` returned.
            timeout: Seconds that take the place of the client's.

        Returns:
            The typed answer.

        Raises:
            ApiError: of the kind that fits: see `anaplan_client.core.errors`.
            OutcomeUnknown: if the request has its effect each time and no answer says whether it had it. Here, that is
                not looked up; the methods below do so.
        """
        validation.check_number("timeout", timeout, minimum=0)
        return self._session.send(request, timeout=timeout)

    def stream(
        self, request: Request[bytes], *, timeout: float | None = None
    ) -> AbstractContextManager[Iterator[bytes]]:
        """Send a generated request with a binary answer and read that in pieces as they arrive.

        It is signed and repeated like all requests until the answer is there; what fails after that is raised by the
        iteration. The connection is kept until the context is left.

        Args:
            request: What a function of `anaplan_client` returned.
            timeout: Seconds that take the place of the client's.

        Raises:
            ApiError: as `send` does.
        """
        validation.check_number("timeout", timeout, minimum=0)
        return self._session.stream(request, timeout=timeout)

    def list_workspaces(
        self,
        *,
        search: str | None = None,
        sort_by: WorkspaceSort | None = None,
        descending: bool = False,
        tenant_details: bool = False,
    ) -> list[models.Workspace]:
        """List the workspaces that the user has access to. One request for each 5,000, four at once.

        Args:
            search: Only those whose name or id contains this, in any case; `%` stands for any characters and `_` for
                one. Anaplan does not document it, and heeds it for tenant administrators alone.
            sort_by: What to sort by; in Anaplan's own order without it.
            descending: Sort from the end; only together with `sort_by`.
            tenant_details: Whether to tell the sizes too.

        Raises:
            ValueError: for another `sort_by`, before a request is made.
            IncompleteListError: if fewer come than were announced, or some go while they are listed.
        """
        return collect(self._session, *endpoints.workspaces(search, sort_by, descending, tenant_details))

    def iter_workspaces(
        self,
        *,
        search: str | None = None,
        sort_by: WorkspaceSort | None = None,
        descending: bool = False,
        tenant_details: bool = False,
    ) -> Iterator[models.Workspace]:
        """As `list_workspaces`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.workspaces(search, sort_by, descending, tenant_details))

    def get_workspace(self, workspace_id: str | None = None, *, tenant_details: bool = False) -> models.Workspace:
        """Read a workspace. One request.

        Args:
            workspace_id: The workspace; the client's own without it.
            tenant_details: Whether to tell the sizes too.
        """
        request = integration.get_workspace(self._workspace(workspace_id), tenant_details=tenant_details or None)
        answer = self._session.send(request)
        return answer.workspace

    def list_models(
        self,
        *,
        workspace_id: str | None = None,
        search: str | None = None,
        sort_by: ModelSort | None = None,
        descending: bool = False,
        model_details: bool = False,
    ) -> list[models.Model]:
        """List the models that the user has access to, in all workspaces or in one.

        One request for each 5,000, four at once. Arguments and errors not told here are those of `list_workspaces`.

        Args:
            workspace_id: Only those in this workspace; not together with `search` and `sort_by`.
            model_details: Whether to tell the memory that they take, and when they were changed, too.
        """
        return collect(
            self._session,
            *endpoints.all_models(
                optional_id("workspace_id", workspace_id), search, sort_by, descending, model_details
            ),
        )

    def iter_models(
        self,
        *,
        workspace_id: str | None = None,
        search: str | None = None,
        sort_by: ModelSort | None = None,
        descending: bool = False,
        model_details: bool = False,
    ) -> Iterator[models.Model]:
        """As `list_models`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(
            self._session,
            *endpoints.all_models(
                optional_id("workspace_id", workspace_id), search, sort_by, descending, model_details
            ),
        )

    def get_model(self, model_id: str | None = None, *, model_details: bool = False) -> models.Model:
        """Read a model. One request.

        Args:
            model_id: The model; the client's own without it.
            model_details: Whether to tell the memory that it takes, and when it was changed, too.
        """
        request = integration.get_model(self._model(model_id), model_details=model_details or None)
        answer = self._session.send(request)
        return answer.model

    def delete_models(self, model_ids: list[str]) -> models.DeleteModelsResponse:
        """Delete models of the client's workspace for good. They must be closed. One request, which is not repeated.

        Args:
            model_ids: The models. One that cannot be deleted does not keep the others from it.

        Returns:
            How many were deleted, and which were not: look at `failures`.

        Raises:
            ValueError: on a client without `workspace_id`, before a request is made.
            OutcomeUnknown: if no answer says whether they were deleted.
        """
        ids = [
            id_text("model_ids", model_id, index) for index, model_id in enumerate(check_list("model_ids", model_ids))
        ]
        body = models.DeleteModelsRequest(model_ids_to_delete=ids)
        return self._session.send(integration.delete_models(self._workspace(), body=body))

    def list_dashboards(self) -> list[models.Dashboard]:
        """List the dashboards of the model; needs `workspace_id` too. One request for each 5,000, four at once."""
        return collect(self._session, *endpoints.dashboards(self._workspace(), self._model()))

    def iter_dashboards(self) -> Iterator[models.Dashboard]:
        """As `list_dashboards`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.dashboards(self._workspace(), self._model()))

    def list_admins(self, workspace_id: str | None = None) -> list[models.WorkspaceMember]:
        """List the administrators of a workspace. One request for each 5,000, four at once.

        Args:
            workspace_id: The workspace; the client's own without it.

        Raises:
            ServerError: 500 also if the user is no User Administrator.
        """
        return collect(self._session, *endpoints.admins(self._workspace(workspace_id)))

    def iter_admins(self, workspace_id: str | None = None) -> Iterator[models.WorkspaceMember]:
        """As `list_admins`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.admins(self._workspace(workspace_id)))

    def list_visitors(self, workspace_id: str | None = None) -> list[models.WorkspaceMember]:
        """List the visitors of a workspace: its users who belong to another tenant. As `list_admins`."""
        return collect(self._session, *endpoints.visitors(self._workspace(workspace_id)))

    def iter_visitors(self, workspace_id: str | None = None) -> Iterator[models.WorkspaceMember]:
        """As `list_visitors`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.visitors(self._workspace(workspace_id)))

    def list_files(self, *, sort_by: Sort | None = None, descending: bool = False) -> list[models.File]:
        """List the files of the model. One request for each 5,000, four at once.

        Args:
            sort_by: What to sort by; in Anaplan's own order without it.
            descending: Sort from the end; only together with `sort_by`.
        """
        return collect(self._session, *endpoints.files(self._model(), sort_by, descending))

    def iter_files(self, *, sort_by: Sort | None = None, descending: bool = False) -> Iterator[models.File]:
        """As `list_files`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.files(self._model(), sort_by, descending))

    def list_actions(self, *, sort_by: Sort | None = None, descending: bool = False) -> list[models.Action]:
        """List the model's actions that are neither import, export nor process. As `list_files`."""
        return collect(self._session, *endpoints.actions(self._model(), sort_by, descending))

    def iter_actions(self, *, sort_by: Sort | None = None, descending: bool = False) -> Iterator[models.Action]:
        """As `list_actions`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.actions(self._model(), sort_by, descending))

    def list_imports(self, *, sort_by: Sort | None = None, descending: bool = False) -> list[models.Import]:
        """List the imports of the model. As `list_files`."""
        return collect(self._session, *endpoints.imports(self._model(), sort_by, descending))

    def iter_imports(self, *, sort_by: Sort | None = None, descending: bool = False) -> Iterator[models.Import]:
        """As `list_imports`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.imports(self._model(), sort_by, descending))

    def list_exports(self, *, sort_by: Sort | None = None, descending: bool = False) -> list[models.Export]:
        """List the exports of the model. As `list_files`."""
        return collect(self._session, *endpoints.exports(self._model(), sort_by, descending))

    def iter_exports(self, *, sort_by: Sort | None = None, descending: bool = False) -> Iterator[models.Export]:
        """As `list_exports`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.exports(self._model(), sort_by, descending))

    def list_processes(self, *, sort_by: Sort | None = None, descending: bool = False) -> list[models.Process]:
        """List the processes of the model. As `list_files`."""
        return collect(self._session, *endpoints.processes(self._model(), sort_by, descending))

    def iter_processes(self, *, sort_by: Sort | None = None, descending: bool = False) -> Iterator[models.Process]:
        """As `list_processes`, but one by one while they are read, four pages of 5,000 ahead at most."""
        return iterate(self._session, *endpoints.processes(self._model(), sort_by, descending))

    def get_import(self, import_id: int | str) -> models.ImportMetadata:
        """Read what an import (112…) expects of its source. One request."""
        answer = self._session.send(integration.get_import(self._model(), id_text("import_id", import_id)))
        return answer.import_metadata

    def get_export(self, export_id: int | str) -> models.ExportMetadata:
        """Read what an export (116…) writes: its columns, their types, and about how many rows. One request."""
        answer = self._session.send(integration.get_export(self._model(), id_text("export_id", export_id)))
        return answer.export_metadata

    def get_process(self, process_id: int | str) -> models.ProcessMetadata:
        """Read the actions of a process (118…), in the order in which they run. One request."""
        answer = self._session.send(integration.get_process(self._model(), id_text("process_id", process_id)))
        return answer.process_metadata

    def list_tasks(
        self, action_id: int | str, *, sort_by: TaskSort | None = None, descending: bool = False
    ) -> list[models.Task]:
        """List the tasks of an import, export, process or other action that run or ended in the last 48 hours.

        One request; for exports and processes one for each 5,000. An unknown action of a known kind has no tasks. What
        was listed is known to this client: none of it is taken for the effect of a later start.

        Args:
            action_id: The action; its first digits tell its kind.
            sort_by: What to sort by; in Anaplan's own order without it.
            descending: Sort from the end; only together with `sort_by`.

        Raises:
            ValueError: for an id of no known kind, or another `sort_by`, before a request is made.
        """
        action = id_text("action_id", action_id)
        tasks = collect(self._session, *tasks_of(self._model(), action, sort_by, descending))
        self._session.known.add_seen([task.id for task in tasks])
        return tasks

    def invoke_action(
        self,
        action_id: int | str,
        *,
        mapping_parameters: Sequence[models.MappingParameter] = (),
        locale: str = LOCALE,
    ) -> str:
        """Start an import, export, process or other action, once, and return the id of its task.

        One request, or two on an `exclusive` client, which lists the tasks before. If no response says whether it was
        started, the tasks of the action do: if this client knows all of them from before, it is started again, unless
        the first request may still be in flight. Any other may be the one, may have been there before, or may be
        somebody else's, since Anaplan does not tell who started a task: it is taken only if the response of success was
        damaged on its way and it is the only one, or by an `exclusive` client. No clock decides.

        Args:
            action_id: The action; its first digits tell its kind.
            mapping_parameters: What an import, an export or the imports of a process are to take for the dimensions
                that they ask for at each run.
            locale: The language of messages, such as `en_US`.

        Raises:
            ValueError: for an id of no known kind, or mapping parameters that do not fit it, before a request is made.
            OutcomeUnknown: if it cannot be found out whether it was started, or which of the new tasks it is; they are
                its `candidates`.
        """
        exclusive, action = self._settings.exclusive, id_text("action_id", action_id)
        return actions.start(self._session, self._model(), action, exclusive, mapping_parameters, locale)

    def get_task_status(self, action_id: int | str, task_id: str) -> models.Task:
        """Look at a task. One request; a failure is in its `result`, not raised.

        Args:
            action_id: The action that it is a run of.
            task_id: The task, as `invoke_action` returned it.
        """
        return actions.look(self._session, self._model(), id_text("action_id", action_id), task_id)

    @overload
    def cancel_task(self, handle: TaskHandle, /) -> None: ...
    @overload
    def cancel_task(self, action_id: int | str, task_id: str) -> None: ...
    def cancel_task(self, action_id: TaskHandle | int | str, task_id: str | None = None) -> None:
        """Ask Anaplan to cancel a task and to roll back its changes; wait for it to see the end. One request.

        Args:
            action_id: The action that it is a run of, or a handle of the task.
            task_id: The task, as `invoke_action` returned it; not with a handle.

        Raises:
            ValueError: for a task of ALM, which Anaplan does not cancel, before a request is made.
            ConflictError: if it ended already.
        """
        handle = self._handle(action_id, task_id)
        if handle.action_id is None:
            raise ValueError(f"{handle}: Anaplan cancels only runs of actions")
        actions.cancel(self._session, handle.model_id, handle.action_id, handle.task_id)

    @overload
    def wait_for_task(
        self,
        handle: TaskHandle,
        /,
        *,
        timeout: float | None = None,
        progress: Callable[[AnyTask], None] | None = None,
        on_ignored: Literal["allow", "raise"] = "allow",
    ) -> LoadReport | CompletedSyncTask | CompletedReportTask: ...
    @overload
    def wait_for_task(
        self,
        action_id: int | str,
        task_id: str,
        *,
        timeout: float | None = None,
        progress: Callable[[models.Task], None] | None = None,
        on_ignored: Literal["allow", "raise"] = "allow",
    ) -> LoadReport: ...
    def wait_for_task(
        self,
        action_id: TaskHandle | int | str,
        task_id: str | None = None,
        *,
        timeout: float | None = None,
        progress: Callable[[AnyTask], None] | Callable[[models.Task], None] | None = None,
        on_ignored: Literal["allow", "raise"] = "allow",
    ) -> LoadReport | CompletedSyncTask | CompletedReportTask:
        """Wait for a task that was started, also by another process, and report on it if it succeeded completely.

        The report of an action says how many rows were loaded and ignored, or None where Anaplan does not count them; a
        task of ALM is returned itself. Success is complete if the task and all its nested results say so, no row was
        rejected, and every row that Anaplan counted was loaded or ignored. A task in a state that nobody knows has
        ended if it has a result.

        One request for each poll, the first at once, then after growing pauses up to `status_poll_delay`. A poll that
        fails because Anaplan or the way to it is out of order does not end the wait, up to ten in a row. After a
        failure, the failure dumps are read as well, and up to two requests find the names for the error.

        Args:
            action_id: The action that it is a run of; or a handle of any task, as `TaskTimeout` and `OutcomeUnknown`
                carry it, also one of ALM or of another model.
            task_id: The task, as `invoke_action` returned it; not with a handle.
            timeout: Seconds to wait for the end; without it there is no limit.
            progress: Called with the task after each look at it.
            on_ignored: Whether rows that Anaplan ignored, such as blank ones, are an error.

        Raises:
            AnaplanActionError: if it failed, rejected rows, or does not account for all of them; it carries the reason,
                and the report with the failure dumps.
            TaskCancelled: if it was cancelled; it carries the report with what is known.
            TaskTimeout: if it did not end in time, or could not be polled any more. It goes on in Anaplan; wait on
                with the error's `handle`.
            NotFoundError: if there is no such task.
            AnaplanError: of any other kind: every one has the `handle`.
        """
        validate_on_ignored(on_ignored)
        validation.check_number("timeout", timeout, minimum=0)
        handle = self._handle(action_id, task_id)
        on_task = cast("Callable[[AnyTask], None] | None", progress)
        if handle.kind != "action":
            from ...alm._sync import tasks

            wait = tasks.wait_for_sync if handle.kind == "sync" else tasks.wait_for_report
            return wait(self._session, self._settings, handle, timeout, on_task)
        delay = self._settings.status_poll_delay
        return actions.wait_for(self._session, handle, delay, timeout, on_task, on_ignored)

    def run_action(
        self,
        action_id: int | str,
        *,
        mapping_parameters: Sequence[models.MappingParameter] = (),
        locale: str = LOCALE,
        timeout: float | None = None,
        progress: Callable[[models.Task], None] | None = None,
        on_ignored: Literal["allow", "raise"] = "allow",
    ) -> LoadReport:
        """Run an import, export, process or other action to its end, and report what became of the rows.

        The same as `invoke_action` and `wait_for_task`, with their costs, arguments and errors. A process is not
        atomic: what its actions did before one failed stays done.
        """
        validate_on_ignored(on_ignored)
        validation.check_number("timeout", timeout, minimum=0)
        task_id = self.invoke_action(action_id, mapping_parameters=mapping_parameters, locale=locale)
        return self.wait_for_task(action_id, task_id, timeout=timeout, progress=progress, on_ignored=on_ignored)

    def get_failure_dump(self, action_id: int | str, task_id: str, object_id: int | str | None = None) -> bytes:
        """Download the rows that an import refused: CSV with `_Status_`, `_Line_` and `_Error_1_` … columns.

        One request for the list of chunks and one for each, of up to 10 MB; holds the whole in memory. Anaplan keeps a
        dump until the import's next run, for 48 hours at most.

        Args:
            action_id: The import, or the process that ran it.
            task_id: The task.
            object_id: The import within a process, from the task's `result.nested_results`.

        Raises:
            ValueError: for an action that has no dumps, or a process without `object_id`.
            NotFoundError: if there is no dump, or not any more.
            DownloadError: if it is there without content.
        """
        failed = optional_id("object_id", object_id)
        return actions.failure_dump(self._session, self._model(), id_text("action_id", action_id), task_id, failed)

    def upload_file(
        self,
        file_id: int | str,
        content: SizedContent | concurrency.Source[bytes | str],
        *,
        progress: OnTransfer | None = None,
        allow_empty: bool = False,
        resume: Resume | None = None,
        manifest: str | PathLike[str] | None = None,
    ) -> None:
        """Upload content to a file; returns when Anaplan has confirmed every chunk.

        One request, and one for each chunk. Chunks are read and compressed in worker threads, up to eight at a time;
        holds the memory of up to ten, beside content that is in memory already.

        Args:
            file_id: The file (113…).
            content: The content, uncompressed: text (sent as UTF-8), bytes, a `Path` of a file, an open file, or an
                iterable as for `upload_file_stream`. At most 1,000 chunks of 50 MB. A file must not change meanwhile.
            progress: Called as bytes are sent and after each chunk.
            allow_empty: Whether empty content may take the place of what the file holds.
            resume: The manifest of an upload of the same content that failed, from `UploadError` or the path where it
                was kept: only what it lacks is sent, after what was sent has been compared.
            manifest: Where to keep a manifest while the upload runs, also for a process that is killed. If there is one
                of the last 24 hours, the upload goes on from those chunks of it that the content still has; otherwise
                it begins anew. It is replaced after each chunk, and deleted at the end of a successful upload.

        Raises:
            TypeError: for what is no content, such as a frame, a dictionary, rows or None, before a request is made.
            ValueError: for an id that is not an upload file's, a text that is the path of a file, lines without line
                ends, content that does not fit, or a manifest of other content, before a request is made.
            OSError: if a file cannot be read, or the manifest cannot be written, before a request is made.
            UploadError: if the content is empty, the file does not exist, or a chunk was rejected; and for whatever
                fails on this side once the upload has begun, such as a file that changes, an iterable that raises, or a
                full disk. It carries the manifest, and its cause.
        """
        from ...transfers._sync import upload

        file_id = upload_id(file_id, self._settings.uploads.allow_file_creation)
        options = upload.Options(
            progress=forward_only(progress), allow_empty=allow_empty, resume=resume, manifest=manifest
        )
        upload.upload(self._session, self._settings.uploads, self._model(), file_id, content, options)

    def upload_file_stream(
        self,
        file_id: int | str,
        content: concurrency.Source[bytes | str],
        *,
        progress: OnTransfer | None = None,
        allow_empty: bool = False,
        resume: Resume | None = None,
        manifest: str | PathLike[str] | None = None,
    ) -> None:
        """Upload content of unknown size from an iterable of pieces; returns when Anaplan has confirmed the whole.

        Two requests, and one for each chunk. Pieces of any size are gathered and cut into chunks, of which up to eight
        are under way at a time; holds the memory of up to ten.

        Args:
            file_id: The file (113…).
            content: The pieces, uncompressed, which are joined as they are: each line needs its line end. Text is sent
                as UTF-8. Where there is an event loop, a plain iterable is gone through in worker threads.
            progress: Called as bytes are sent and after each chunk.
            allow_empty: Whether empty content may take the place of what the file holds.
            resume: As for `upload_file`; the iterable has to give everything again, and what was sent is compared as
                it comes by.
            manifest: As for `upload_file`. What was sent and is something else now is sent again; if the first chunk
                is something else, the upload begins anew.

        Raises:
            TypeError: for what is no content, before a request is made; for a piece that is neither text nor bytes,
                with its index, if it shows in the first chunk.
            ValueError: for an id that is not an upload file's, before a request is made; for a manifest to resume from
                that is of other content, when that shows.
            UploadError: if there is no content, the file does not exist, a chunk was rejected, or Anaplan did not
                confirm that the file is complete. Also if the iterable raises or gives what is no piece once the first
                chunk was read: Anaplan is told that the file is complete only when it is.
        """
        from ...transfers._sync import upload

        file_id = upload_id(file_id, self._settings.uploads.allow_file_creation)
        options = upload.Options(
            progress=forward_only(progress), allow_empty=allow_empty, resume=resume, manifest=manifest
        )
        upload.upload(self._session, self._settings.uploads, self._model(), file_id, content, options)

    def get_file(self, file_id: int | str, *, progress: OnTransfer | None = None) -> bytes:
        """Download a file into memory, which holds it once. Two requests, and one for each chunk.

        Up to eight chunks are read at a time, each straight to its place. Where Anaplan cut the file unevenly, it is
        read in order instead.

        Args:
            file_id: The file; the output of an export has the export's id.
            progress: Called as bytes arrive and after each chunk.

        Raises:
            DownloadError: if it has no content, or was changed while it was read.
            NotFoundError: if there is no such file.
        """
        from ...transfers._sync import download

        return download.download_whole(
            self._session, self._model(), id_text("file_id", file_id), forward_only(progress)
        )

    def download_file(
        self, file_id: int | str, path: str | PathLike[str], *, progress: OnTransfer | None = None
    ) -> None:
        """Download a file to a path, which it appears at only when it is complete; holds a few megabytes.

        Costs, arguments and errors are those of `get_file`. What was at the path before is replaced.

        Args:
            file_id: The file; the output of an export has the export's id.
            path: Where to put it. It is written beside that, under another name, until it is complete.
            progress: Called as bytes arrive and after each chunk.

        Raises:
            OSError: if it cannot be written.
        """
        from ...transfers._sync import download

        download.download_to(
            self._session, self._model(), id_text("file_id", file_id), Path(path), forward_only(progress)
        )

    def get_file_stream(self, file_id: int | str, *, progress: OnTransfer | None = None) -> Iterator[bytes]:
        """Download a file chunk by chunk, in order; holds at most ten chunks (of about 10 MB, as Anaplan cuts them).

        Costs, arguments and errors are those of `get_file`; the errors come from the iteration.
        """
        from ...transfers._sync import download

        return download.download(self._session, self._model(), id_text("file_id", file_id), forward_only(progress))

    def delete_file(self, file_id: int | str) -> None:
        """Drop your own content of a file; then you see again what it held by default, if anything. One request.

        Args:
            file_id: The file.
        """
        self._session.send(integration.delete_file(self._model(), id_text("file_id", file_id)))

    def get_optimizer_log(self, action_id: int | str, task_id: str) -> bytes:
        """Download the log of a run of the Optimizer; needs `workspace_id` too. One request.

        Args:
            action_id: The Optimizer's action (117…), not the process that runs it.
            task_id: The task of that process.

        Raises:
            NotFoundError: if that action has not run in that task.
        """
        action = id_text("action_id", action_id, expected=("117",))
        request = integration.get_optimizer_log(self._workspace(), self._model(), action, id_text("task_id", task_id))
        return self._session.send(request)

    def upload_and_import(
        self,
        file_id: int | str,
        content: SizedContent | concurrency.Source[bytes | str],
        action_id: int | str,
        *,
        mapping_parameters: Sequence[models.MappingParameter] = (),
        timeout: float | None = None,
        progress: Callable[[models.Task], None] | None = None,
        on_ignored: Literal["allow", "raise"] = "allow",
    ) -> LoadReport:
        """Upload content to a file and run an import or process that reads it: `upload_file`, then `run_action`.

        One request more than these, which tells whether the action reads the file. Where it fails, the load goes on.

        Args:
            file_id: The file (113…).
            content: The content, as for `upload_file`.
            action_id: The import (112…) or process (118…).
            mapping_parameters: What the import is to take for the dimensions that it asks for at each run.
            timeout: Seconds to wait for the end of the action; without it there is no limit.
            progress: Called with the task after each poll.
            on_ignored: Whether rows that Anaplan ignored, such as blank ones, are an error.

        Raises:
            ValueError: for the id of another kind of action, or an action that reads another file, before anything is
                uploaded. All other errors are those of `upload_file` and `run_action`.
        """
        from ...transfers._sync import upload

        # Whatever is wrong with the run shows before anything is sent.
        file_id = upload_id(file_id, self._settings.uploads.allow_file_creation)
        action = id_text("action_id", action_id, expected=("112", "118"))
        start_request(self._model(), action, mapping_parameters)
        validate_on_ignored(on_ignored)
        validation.check_number("timeout", timeout, minimum=0)
        reads = partial(actions.check_reads, self._session, self._model(), action, file_id)
        options = upload.Options(check=reads)
        upload.upload(self._session, self._settings.uploads, self._model(), file_id, content, options)
        return self.run_action(
            action,
            mapping_parameters=mapping_parameters,
            timeout=timeout,
            progress=progress,
            on_ignored=on_ignored,
        )

    def export_and_download(self, action_id: int | str, *, timeout: float | None = None) -> bytes:
        """Run an export and download what it wrote: `run_action`, then `get_file`.

        Args:
            action_id: The export (116…).
            timeout: Seconds to wait for the end of the export; without it there is no limit.

        Raises:
            ValueError: for the id of another kind of action, before a request is made. All other errors are those of
                `run_action` and `get_file`.
        """
        export_id = id_text("action_id", action_id, expected=("116",))
        self.run_action(export_id, timeout=timeout)
        return self.get_file(export_id)

    def close(self) -> None:
        """Close the connections, also of the clients that `with_model` made. Tokens are left to expire.

        The renewal of a token that is under way is broken off. In threads that is waited for, for a second at most.
        """
        if self._owns_session:
            self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _bind(self, workspace_id: str | None, model_id: str | None) -> None:
        for name, value in (("workspace_id", workspace_id), ("model_id", model_id)):
            if value is not None:
                id_text(name, value)
        self.workspace_id = workspace_id
        self.model_id = model_id

    def _handle(self, action_id: TaskHandle | int | str, task_id: str | None) -> TaskHandle:
        if isinstance(action_id, TaskHandle) is (task_id is not None):
            raise TypeError("task_id: the id of an action needs it, and a handle has one of its own")
        if isinstance(action_id, TaskHandle):
            return action_id
        kind_of(action_id)
        return TaskHandle(
            kind="action", model_id=self._model(), task_id=task_id or "", action_id=id_text("action_id", action_id)
        )

    def _model(self, model_id: str | None = None) -> str:
        if model_id is not None:
            return id_text("model_id", model_id)
        if self.model_id is None:
            raise ValueError("this needs a model: give the client a model_id, or use with_model")
        return self.model_id

    def _workspace(self, workspace_id: str | None = None) -> str:
        if workspace_id is not None:
            return id_text("workspace_id", workspace_id)
        if self.workspace_id is None:
            raise ValueError("this needs a workspace: give the client a workspace_id, or use with_model")
        return self.workspace_id


def _check_http_client(
    http_client: object,
    network: NetworkSettings,
    hooks: Mapping[str, Sequence[Callable[..., object]]] | None,
) -> None:
    if http_client is None:
        return
    if not isinstance(http_client, httpx.Client):
        raise TypeError(f"http_client must be an httpx.Client (got {type(http_client).__name__})")
    if network != NetworkSettings() or hooks:
        raise ValueError("http_client has its own settings: verify, cert, proxy, trust_env and hooks must be left out")
