"""The public `AsyncClient`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, NoReturn, Self, TypeVar, overload

import httpx
from attrs import evolve

from anaplan_client import integration
from anaplan_client.core import Observer, Request
from anaplan_client.core.codec import validation
from anaplan_client.core.hosts import base_urls
from anaplan_client.core.http._async.api_client import AsyncApiClient
from anaplan_client.core.http.network import Cert, NetworkSettings, Verify
from anaplan_client.integration import models

from ...arguments.checks import check_files, check_list
from ...arguments.ids import id_or_name, id_text, optional_id, upload_id
from ...auth._async.session import AsyncSession
from ...auth._async.token_manager import AsyncTokenManager
from ...auth._async.token_source import make_token_source
from ...auth.credentials import resolve_credentials
from ...auth.oauth.config import OAuth
from ...concurrency import _async as concurrency
from ...listing import endpoints
from ...listing._async.pager import collect, iterate
from ...listing.sorting import ModelSort, Sort, TaskSort, UserSort, WorkspaceSort
from ...settings import Settings
from ...tasks.actions import LOCALE, check_on_ignored, kind_of, start_request
from ...tasks.endpoints import tasks_of
from ...tasks.handle import RUN_KINDS, TaskHandle
from ...tasks.polling import POLL_DELAY
from ...transfers.compression import DEFAULT_LEVEL
from ...transfers.config import UploadConfig
from ...transfers.progress import OnTransfer, forward_only
from ...transport.attempts import RequestPolicy
from ...transport.rate_limit import RateLimit
from ...transport.rate_stores import make_limiter
from ...transport.retry import RetryBudget, RetryPolicy

# Many scripts do not need these: they are imported on first use.
if TYPE_CHECKING:
    from ...administration._async.resource import AsyncAdministration
    from ...alm._async.resource import AsyncAlm
    from ...alm.task_types import CompletedReportTask, CompletedSyncTask
    from ...audit._async.resource import AsyncAudit
    from ...auth.oauth.config import GetRedirect, OnDeviceCode
    from ...auth.stores.token import TokenStore
    from ...cloudworks._async.resource import AsyncCloudWorks
    from ...exception_users._async.resource import AsyncExceptionUsers
    from ...files._async.resource import AsyncFiles
    from ...frames._async.table import AsyncTable
    from ...frames.recognition import FrameInput
    from ...loads._async.load import Load, OnUpload
    from ...loads.plan import LoadPlan
    from ...tasks.errors import AnyTask
    from ...tasks.load_report import LoadReport
    from ...tasks.task_status import TaskStatus
    from ...transactional._async.resource import AsyncTransactional
    from ...transactional.read_request import PollOptions
    from ...transfers.manifest import Resume
    from ...transfers.sources import SizedContent
    from ...users._async.resource import AsyncUsers
    from ..configuration import Configuration
    from ..configuration_keys import Values

T = TypeVar("T")


class AsyncClient:
    """Work with Anaplan from asynchronous code, bound to a model where one is given.

    Sign in with exactly one of: `user_email` and `password`, `certificate` and `private_key`, `token`, or `auth`. The
    constructor does no I/O: the first call reads files and connects. A client is safe for concurrent use. Close it with
    `aclose`, or use it as a context manager.

    Args:
        workspace_id: Id of the workspace, 32 hexadecimal digits in lower case. Dashboards, Optimizer logs and deletions
            of models need it.
        model_id: Id of the model, 32 hexadecimal digits in upper case. Files, actions, `alm` and `transactional` need
            it.
        user_email: Email address for password authentication. Where the workspace has single sign-on, only an exception
            user can sign in with a password.
        password: Password of the user.
        certificate: Client certificate in PEM form that signs in to Anaplan: a path (`~` is expanded) or the content.
            With it, `alm` needs an exception user if the development model's workspace has single sign-on.
        private_key: RSA key of the certificate in PEM form: a path (`~` is expanded) or the content.
        private_key_password: Password of an encrypted key. None for a key without encryption.
        timeout: Seconds to wait for a connection and for each response. A busy model delays most responses: raise the
            value where that happens.
        retry_count: Maximum number of retries for requests that are safe to retry, after the first attempt. The default
            of 2 allows three attempts; 0 never retries. Some guides to Anaplan clients count two attempts in total
            instead: that is 1 here.
        status_poll_delay: Maximum interval between polls of a task, in seconds. Intervals start at 0.05 s and grow by
            half. Without this argument it is 1 s, and 5 s for a task of more than 30 s, as Anaplan recommends.
        upload_parallel: Whether eight chunks of an upload are in flight concurrently. If false, one at a time.
        upload_chunk_size: Bytes per chunk before compression, 1,000,000 to 50,000,000. A transfer holds at most ten
            chunks and 100 MB in memory.
        allow_file_creation: Whether an upload to an unknown file id may create a file. No import reads such a file.
        token: An existing token. It is used as it is, never refreshed and never revoked.
        auth: An `OAuth`, or an `httpx.Auth` that signs every request.
        certificate_format: Layout of the signed data of a certificate. Use `v1` only for tenants that do not accept
            `v2` yet.
        region: Region of the tenant, for example `eu3`. Without it, the shared hosts.
        base_url: One URL that serves every API by path, for example an emulator or a gateway. It excludes `region`.
        retry_policy: Number and timing of retries. It replaces `retry_count`.
        compression_level: Compression of uploads, 1 (fastest) to 9 (smallest). Higher levels pay off on links below
            about 10 Mbit/s.
        assume_exclusive: States that no other process starts the same actions or syncs at the same time. A new task
            after a start without a response is then adopted; otherwise that is `OutcomeUnknown`. Costs one request per
            start of an action, which lists its tasks first.
        rate_limit: Maximum rate of requests: polls first, then first in, first out. Shared by the clients of
            `with_model`, and by other processes or machines if it has a place. Without it, requests are sent
            immediately.
        hooks: Functions that httpx calls for each `request` and `response`. They see requests on the wire, and make
            downloads more expensive.
        observer: Function that gets each response as an `Observed`: operation, status, headers and content. It must
            return soon and be thread-safe. Its errors are logged once.
        verify: Trusted certificate authorities for TLS, for proxies too. True trusts the usual ones, or those of
            `SSL_CERT_FILE` and `SSL_CERT_DIR`. Otherwise a PEM file, a folder hashed by `openssl rehash`, an
            `ssl.SSLContext`, or False to verify nothing.
        cert: Client certificate for TLS, for a proxy or gateway that requires one. A PEM file with certificate and key,
            or a tuple of certificate, key and optional password of the key.
        proxy: URL of a proxy for every request: http, https, socks5 or socks5h (`pip install 'httpx[socks]'`). Without
            it, the variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` apply.
        trust_env: Whether proxies and certificate authorities of the environment apply.
        http_client: A ready client of httpx that sends every request and is never closed here. It excludes `verify`,
            `cert`, `proxy`, `trust_env` and `hooks`.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: Credentials are missing, incomplete or conflicting, or a value is outside its range.
        ImportError: A certificate is given without the extra `certificate`, or a rate limit in Redis without the extra
            `redis`.

    Cost:
        No request. The first call adds one request to sign in.
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
        auth: httpx.Auth | OAuth | None = None,
        certificate_format: Literal["v1", "v2"] = "v2",
        region: str | None = None,
        base_url: str | None = None,
        retry_policy: RetryPolicy | None = None,
        compression_level: int = DEFAULT_LEVEL,
        assume_exclusive: bool = False,
        rate_limit: RateLimit | None = None,
        hooks: Mapping[str, Sequence[Callable[..., object]]] | None = None,
        observer: Observer | None = None,
        verify: Verify = True,
        cert: Cert | None = None,
        proxy: str | None = None,
        trust_env: bool = True,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        credentials = resolve_credentials(
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
            assume_exclusive=assume_exclusive,
            uploads=UploadConfig(
                chunk_size=upload_chunk_size,
                parallel=upload_parallel,
                allow_file_creation=allow_file_creation,
                compression_level=compression_level,
            ),
        )
        validation.check_number("timeout", timeout)
        if timeout <= 0:
            raise ValueError(f"timeout must be greater than 0 seconds (got {timeout})")
        policy = retry_policy or RetryPolicy(count=retry_count)
        urls = base_urls(region, base_url)
        network = NetworkSettings(verify=verify, cert=cert, proxy=proxy, trust_env=trust_env)
        _check_http_client(http_client, network, hooks)

        signer = None if isinstance(auth, OAuth) else auth

        def connect() -> AsyncApiClient:
            return AsyncApiClient(
                urls,
                timeout=timeout,
                auth=signer,
                hooks=hooks,
                observer=observer,
                network=network,
                http_client=http_client,
            )

        request_policy = RequestPolicy(policy, RetryBudget(policy), make_limiter(rate_limit))
        tokens = None
        if signer is None:
            api = connect()
            source = make_token_source(api, request_policy, auth if isinstance(auth, OAuth) else credentials)
            tokens = AsyncTokenManager(api, source, token)
        self._session = AsyncSession(connect(), request_policy, tokens)
        self._owns_session = True

    @classmethod
    def from_env(
        cls,
        *,
        environ: Mapping[str, str] | None = None,
        store: TokenStore | None = None,
        on_device_code: OnDeviceCode | None = None,
        get_redirect: GetRedirect | None = None,
        observer: Observer | None = None,
    ) -> Self:
        """Return a client that is configured by the environment.

        It signs in with the first that is there: `ANAPLAN_TOKEN`; `ANAPLAN_USER` and `ANAPLAN_PASSWORD`;
        `ANAPLAN_CERTIFICATE` and `ANAPLAN_PRIVATE_KEY` with optional `ANAPLAN_PRIVATE_KEY_PASSWORD` and
        `ANAPLAN_CERTIFICATE_FORMAT`; the profile that `ANAPLAN_PROFILE` names; `ANAPLAN_OAUTH_CLIENT_ID`. The last one
        may have `ANAPLAN_OAUTH_CLIENT_SECRET`, `ANAPLAN_OAUTH_REFRESH_TOKEN`, `ANAPLAN_OAUTH_REDIRECT_URI`,
        `ANAPLAN_OAUTH_SCOPE`, `ANAPLAN_TOKEN_FILE`, and `ANAPLAN_TOKEN_STORE`, which is `file` or `keyring`.

        The settings are `ANAPLAN_REGION`, `ANAPLAN_BASE_URL`, `ANAPLAN_WORKSPACE`, `ANAPLAN_MODEL`, `ANAPLAN_PROXY`,
        `ANAPLAN_CA_BUNDLE`, `ANAPLAN_TIMEOUT` in seconds, `ANAPLAN_RETRIES`, `ANAPLAN_RATE_LIMIT` in requests per
        second, and `ANAPLAN_RATE_LIMIT_SHARED`, which is the place where clients share the limit. They replace those of
        the profile. An empty variable is unset.

        Args:
            environ: The variables. Those of the process by default.
            store: Where the tokens of OAuth are kept, instead of the place that the environment names.
            on_device_code: Gets the code that a user enters to sign this program in, if OAuth needs a sign-in.
            get_redirect: Leads a user to a browser and returns the URL of the redirect, if OAuth needs a sign-in.
            observer: Function that gets each response as an `Observed`. It must return soon and be thread-safe.

        Returns:
            The new client.

        Raises:
            ConfigurationError: A variable is missing or has a wrong value, or the profile cannot be used.
            ValueError: A value is outside its range.
            ImportError: The extra for the certificate or the token store is not installed.

        Cost:
            No request. Reads the file of profiles, and waits up to 3 s for the keyring, if a profile is named.
        """
        from .. import configuration

        given = configuration.read_environment(os.environ if environ is None else environ)
        return cls._from_configuration(given, store, on_device_code, get_redirect, observer)

    @classmethod
    def from_profile(
        cls,
        name: str = "default",
        *,
        path: str | PathLike[str] | None = None,
        store: TokenStore | None = None,
        on_device_code: OnDeviceCode | None = None,
        get_redirect: GetRedirect | None = None,
        observer: Observer | None = None,
    ) -> Self:
        """Return a client that is configured by a profile.

        Profiles are tables such as `[profile.prod]` in a TOML file. The keys are the names of the variables of
        `from_env` in lower case and without `ANAPLAN_`, for example `user` and `oauth_client_id`. A file with a secret
        must be readable by its owner only. With `keyring = true`, secrets come from the keyring of the system. Paths
        are relative to the file.

        Args:
            name: Name of the profile.
            path: Path of the file; `~` is expanded. By default `~/.config/anaplan/config.toml`, or the same below
                `XDG_CONFIG_HOME` or, on Windows, `APPDATA`.
            store: Where the tokens of OAuth are kept, instead of the place that the profile names.
            on_device_code: Gets the code that a user enters to sign this program in, if OAuth needs a sign-in.
            get_redirect: Leads a user to a browser and returns the URL of the redirect, if OAuth needs a sign-in.
            observer: Function that gets each response as an `Observed`. It must return soon and be thread-safe.

        Returns:
            The new client.

        Raises:
            ConfigurationError: The file or the profile does not exist or cannot be read, a key is missing, unknown or
                has a wrong value, or others can read the secrets of the file.
            ValueError: A value is outside its range.
            ImportError: The extra for the certificate or the token store is not installed.

        Cost:
            No request. Reads the file, and waits up to 3 s for the keyring if the profile uses it.
        """
        from .. import configuration, profiles

        file = profiles.config_path(os.environ) if path is None else Path(path).expanduser()
        given = configuration.read_profile(name, file)
        return cls._from_configuration(given, store, on_device_code, get_redirect, observer)

    @classmethod
    def _from_configuration(
        cls,
        given: Configuration,
        store: TokenStore | None,
        on_device_code: OnDeviceCode | None,
        get_redirect: GetRedirect | None,
        observer: Observer | None,
    ) -> Self:
        from ..configuration import build_oauth, certificate_format

        settings, sign_in, way = given.settings, given.sign_in, given.way
        timeout, retries = settings.number("timeout"), given.retries
        is_oauth, is_password, is_certificate = way == "oauth", way == "password", way == "certificate"
        return cls(
            settings.text("workspace"),
            settings.text("model"),
            user_email=sign_in.text("user") if is_password else None,
            password=sign_in.text("password") if is_password else None,
            certificate=sign_in.text("certificate") if is_certificate else None,
            private_key=sign_in.text("private_key") if is_certificate else None,
            private_key_password=sign_in.text("private_key_password") if is_certificate else None,
            certificate_format=certificate_format(sign_in),
            token=sign_in.text("token") if way == "token" else None,
            auth=build_oauth(given, store, on_device_code, get_redirect) if is_oauth else None,
            region=settings.text("region"),
            base_url=settings.text("base_url"),
            proxy=settings.text("proxy"),
            verify=settings.text("ca_bundle") or True,
            timeout=30 if timeout is None else timeout,
            retry_count=2 if retries is None else retries,
            rate_limit=_rate_limit(settings),
            observer=observer,
        )

    @classmethod
    def from_existing(cls, existing: Self, workspace_id: str, model_id: str) -> Self:
        """Return a client for another workspace and model that shares everything else.

        Connections, sign-in, limits and settings are shared. The new client works until the existing one is closed.
        Closing the new one does nothing.

        Args:
            existing: The client to share.
            workspace_id: Id of the other workspace.
            model_id: Id of the other model.

        Returns:
            The new client.

        Raises:
            ValueError: An id is not valid.

        Cost:
            No request.
        """
        return existing.with_model(model_id, workspace_id)

    def with_model(self, model_id: str | None = None, workspace_id: str | None = None) -> Self:
        """Return a client for another model that shares connections, sign-in and settings.

        It works until this client is closed. Closing it does nothing.

        Args:
            model_id: Id of the other model. Without it, this client's model.
            workspace_id: Id of the other workspace. Without it, this client's workspace.

        Returns:
            The new client.

        Raises:
            ValueError: An id is not valid.

        Cost:
            No request.
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
    def alm(self) -> AsyncAlm:
        """Return the ALM methods of the model.

        Returns:
            An object whose methods work on this client's model.

        Raises:
            ValueError: The client has no `model_id`.

        Cost:
            No request.
        """
        from ...alm._async.resource import AsyncAlm

        return AsyncAlm(self._session, self._settings, self._model())

    @property
    def transactional(self) -> AsyncTransactional:
        """Return the methods for lists, modules, views and cells of the model.

        Returns:
            An object whose methods work on this client's model.

        Raises:
            ValueError: The client has no `model_id`.

        Cost:
            No request.
        """
        from ...transactional._async.resource import AsyncTransactional

        return AsyncTransactional(self._session, self._settings, self._model())

    @property
    def cloudworks(self) -> AsyncCloudWorks:
        """Return the methods for integrations with cloud storage, which need no model.

        Returns:
            An object whose methods work on the tenant. This client's workspace and model are defaults of new
            integrations.

        Raises:
            AnaplanError: Only its methods raise.

        Cost:
            No request.
        """
        from ...cloudworks._async.resource import AsyncCloudWorks

        return AsyncCloudWorks(self._session, self._settings, self.workspace_id, self.model_id)

    @property
    def administration(self) -> AsyncAdministration:
        """Return the methods to export and import the users of the tenant.

        Returns:
            An object whose methods need no model.

        Cost:
            No request.
        """
        from ...administration._async.resource import AsyncAdministration

        return AsyncAdministration(self._session)

    @property
    def audit(self) -> AsyncAudit:
        """Return the methods that read audit events.

        Returns:
            An object whose methods need no model.

        Cost:
            No request.
        """
        from ...audit._async.resource import AsyncAudit

        return AsyncAudit(self._session)

    @property
    def exception_users(self) -> AsyncExceptionUsers:
        """Return the methods for exception users.

        Returns:
            An object whose methods need no model.

        Cost:
            No request.
        """
        from ...exception_users._async.resource import AsyncExceptionUsers

        return AsyncExceptionUsers(self._session)

    @property
    def files(self) -> AsyncFiles:
        """Return the files of the model by their names, which open as file objects.

        Returns:
            An object with the files of this client's model: `client.files["sales.csv"].open("rb")`.

        Raises:
            ValueError: The client has no `model_id`.

        Cost:
            No request.
        """
        from ...files._async.resource import AsyncFiles

        return AsyncFiles(self._session, self._settings, self._model())

    @property
    def users(self) -> AsyncUsers:
        """Return the methods that find, create and change users.

        Returns:
            An object whose methods need no model.

        Cost:
            No request.
        """
        from ...users._async.resource import AsyncUsers

        return AsyncUsers(self._session)

    async def send(self, request: Request[T], *, timeout: float | None = None) -> T:
        """Send a generated request, signed and retried like all requests of the client.

        Args:
            request: A request that a function of `anaplan_client` returned.
            timeout: Seconds to wait for a connection and for the response. Without it, the client's `timeout`.

        Returns:
            The decoded response, of the type that the request documents.

        Raises:
            ValueError: `timeout` is negative; nothing is sent.
            ApiError: Anaplan rejects a request, or it still fails after the retries.
            OutcomeUnknown: A non-idempotent request got no usable response. It may have had its effect, and is not
                retried.

        Cost:
            One request. Holds the whole response in memory, at most 256 MiB.
        """
        validation.check_number("timeout", timeout, minimum=0)
        return await self._session.send(request, timeout=timeout)

    async def send_with_headers(
        self, request: Request[T], *, timeout: float | None = None
    ) -> tuple[T, Mapping[str, str]]:
        """Send a generated request as `send` does, and return the headers of the response as well.

        Args:
            request: A request that a function of `anaplan_client` returned.
            timeout: Seconds to wait for a connection and for the response. Without it, the client's `timeout`.

        Returns:
            The decoded response, and its headers by their names in lower case, such as `location`.

        Raises:
            ValueError: `timeout` is negative; nothing is sent.
            ApiError: Anaplan rejects a request, or it still fails after the retries.
            OutcomeUnknown: A non-idempotent request got no usable response. It may have had its effect, and is not
                retried.

        Cost:
            One request. Holds the whole response in memory, at most 256 MiB.
        """
        headers: dict[str, str] = {}
        return await self.send(evolve(request, on_headers=headers.update), timeout=timeout), headers

    def stream(
        self, request: Request[bytes], *, timeout: float | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Send a generated request with a binary response, and read the response in pieces.

        Retries end with the head of the response. Later failures are raised by the iteration. The connection is busy
        until the context is left.

        Args:
            request: A request that a function of `anaplan_client` returned.
            timeout: Seconds to wait for a connection and for each piece. Without it, the client's `timeout`.

        Returns:
            A context manager that yields an iterator of pieces, as they arrive.

        Raises:
            ValueError: `timeout` is negative; nothing is sent.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds one piece in memory.
        """
        validation.check_number("timeout", timeout, minimum=0)
        return self._session.stream(request, timeout=timeout)

    async def list_workspaces(
        self,
        *,
        search: str | None = None,
        sort_by: WorkspaceSort | None = None,
        descending: bool = False,
        tenant_details: bool = False,
    ) -> list[models.Workspace]:
        """List the workspaces that the user can access.

        Args:
            search: Return only workspaces whose name or id contains this text, ignoring case. `%` matches any
                characters and `_` one. Anaplan does not document it, and applies it for workspace administrators only.
            sort_by: The field to sort by: `name` or `size_allowance`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.
            tenant_details: Whether to include current and allowed size in bytes.

        Returns:
            All workspaces.

        Raises:
            ValueError: `sort_by` has another value; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return await collect(self._session, *endpoints.workspaces(search, sort_by, descending, tenant_details))

    def iter_workspaces(
        self,
        *,
        search: str | None = None,
        sort_by: WorkspaceSort | None = None,
        descending: bool = False,
        tenant_details: bool = False,
    ) -> AsyncIterator[models.Workspace]:
        """Iterate over the workspaces that the user can access, page by page.

        Args:
            search: Return only workspaces whose name or id contains this text, ignoring case. `%` matches any
                characters and `_` one. Anaplan does not document it, and applies it for workspace administrators only.
            sort_by: The field to sort by: `name` or `size_allowance`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.
            tenant_details: Whether to include current and allowed size in bytes.

        Returns:
            An iterator of the workspaces. Its iteration raises the errors.

        Raises:
            ValueError: `sort_by` has another value; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.workspaces(search, sort_by, descending, tenant_details))

    async def get_workspace(self, workspace_id: str | None = None, *, tenant_details: bool = False) -> models.Workspace:
        """Read a workspace.

        Args:
            workspace_id: Id of the workspace. Without it, the client's workspace.
            tenant_details: Whether to include current and allowed size in bytes.

        Returns:
            The workspace.

        Raises:
            ValueError: The id is not valid, or neither the call nor the client has one; nothing is sent.
            NotFoundError: The workspace does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        request = integration.get_workspace(self._workspace(workspace_id), tenant_details=tenant_details or None)
        answer = await self._session.send(request)
        return answer.workspace

    async def list_models(
        self,
        *,
        workspace_id: str | None = None,
        search: str | None = None,
        sort_by: ModelSort | None = None,
        descending: bool = False,
        model_details: bool = False,
    ) -> list[models.Model]:
        """List the models that the user can access, in all workspaces or one.

        Args:
            workspace_id: Id of the only workspace to list. Excludes `search` and `sort_by`.
            search: Return only models whose name or id contains this text, ignoring case. `%` matches any characters
                and `_` one. Anaplan does not document it, and applies it for tenant administrators only.
            sort_by: The field to sort by: `name` or `active_state`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.
            model_details: Whether to include memory usage in bytes and the time of the last change.

        Returns:
            All models.

        Raises:
            ValueError: `sort_by` has another value, or `workspace_id` comes with `search` or `sort_by`; nothing is
                sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return await collect(
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
    ) -> AsyncIterator[models.Model]:
        """Iterate over the models that the user can access, in all workspaces or one, page by page.

        Args:
            workspace_id: Id of the only workspace to list. Excludes `search` and `sort_by`.
            search: Return only models whose name or id contains this text, ignoring case. `%` matches any characters
                and `_` one. Anaplan does not document it, and applies it for tenant administrators only.
            sort_by: The field to sort by: `name` or `active_state`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.
            model_details: Whether to include memory usage in bytes and the time of the last change.

        Returns:
            An iterator of the models. Its iteration raises the errors.

        Raises:
            ValueError: `sort_by` has another value, or `workspace_id` comes with `search` or `sort_by`; nothing is
                sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(
            self._session,
            *endpoints.all_models(
                optional_id("workspace_id", workspace_id), search, sort_by, descending, model_details
            ),
        )

    async def get_model(self, model_id: str | None = None, *, model_details: bool = False) -> models.Model:
        """Read a model.

        Args:
            model_id: Id of the model. Without it, the client's model.
            model_details: Whether to include memory usage in bytes and the time of the last change.

        Returns:
            The model.

        Raises:
            ValueError: The id is not valid, or neither the call nor the client has one; nothing is sent.
            NotFoundError: The model does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        request = integration.get_model(self._model(model_id), model_details=model_details or None)
        answer = await self._session.send(request)
        return answer.model

    async def delete_models(self, model_ids: list[str]) -> models.DeleteModelsResponse:
        """Permanently delete models of the client's workspace. They must be closed first.

        Args:
            model_ids: Ids of the models. Failures do not affect the other models.

        Returns:
            The number of deleted models, and `failures` with the others.

        Raises:
            ValueError: An id is not valid, or the client has no `workspace_id`; nothing is sent.
            OutcomeUnknown: No response says whether the models were deleted. Nothing is retried.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        ids = [
            id_text("model_ids", model_id, index) for index, model_id in enumerate(check_list("model_ids", model_ids))
        ]
        body = models.DeleteModelsRequest(model_ids_to_delete=ids)
        return await self._session.send(integration.delete_models(self._workspace(), body=body))

    async def list_dashboards(self) -> list[models.Dashboard]:
        """List the dashboards of the model.

        Returns:
            All dashboards.

        Raises:
            ValueError: The client has no `workspace_id` or no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return await collect(self._session, *endpoints.dashboards(self._workspace(), self._model()))

    def iter_dashboards(self) -> AsyncIterator[models.Dashboard]:
        """Iterate over the dashboards of the model, page by page.

        Returns:
            An iterator of the dashboards. Its iteration raises the errors.

        Raises:
            ValueError: The client has no `workspace_id` or no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.dashboards(self._workspace(), self._model()))

    async def list_admins(self, workspace_id: str | None = None) -> list[models.WorkspaceMember]:
        """List the administrators of a workspace.

        Args:
            workspace_id: Id of the workspace. Without it, the client's workspace.

        Returns:
            All administrators.

        Raises:
            ValueError: The id is not valid, or neither the call nor the client has one; nothing is sent.
            ServerError: The user is not a User Administrator; Anaplan reports that with status 500.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return await collect(self._session, *endpoints.admins(self._workspace(workspace_id)))

    def iter_admins(self, workspace_id: str | None = None) -> AsyncIterator[models.WorkspaceMember]:
        """Iterate over the administrators of a workspace, page by page.

        Args:
            workspace_id: Id of the workspace. Without it, the client's workspace.

        Returns:
            An iterator of the administrators. Its iteration raises the errors.

        Raises:
            ValueError: The id is not valid, or neither the call nor the client has one; nothing is sent.
            ServerError: The user is not a User Administrator; Anaplan reports that with status 500.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.admins(self._workspace(workspace_id)))

    async def list_visitors(self, workspace_id: str | None = None) -> list[models.WorkspaceMember]:
        """List the visitors of a workspace.

        Visitors are users of the workspace who belong to another tenant.

        Args:
            workspace_id: Id of the workspace. Without it, the client's workspace.

        Returns:
            All visitors.

        Raises:
            ValueError: The id is not valid, or neither the call nor the client has one; nothing is sent.
            ServerError: The user is not a User Administrator; Anaplan reports that with status 500.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return await collect(self._session, *endpoints.visitors(self._workspace(workspace_id)))

    def iter_visitors(self, workspace_id: str | None = None) -> AsyncIterator[models.WorkspaceMember]:
        """Iterate over the visitors of a workspace, page by page.

        Visitors are users of the workspace who belong to another tenant.

        Args:
            workspace_id: Id of the workspace. Without it, the client's workspace.

        Returns:
            An iterator of the visitors. Its iteration raises the errors.

        Raises:
            ValueError: The id is not valid, or neither the call nor the client has one; nothing is sent.
            ServerError: The user is not a User Administrator; Anaplan reports that with status 500.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.visitors(self._workspace(workspace_id)))

    async def list_users(
        self, *, search: str | None = None, sort_by: UserSort | None = None, descending: bool = False
    ) -> list[models.User]:
        """List the users of the tenant.

        Args:
            search: Return only users whose name, email address or id contains this text, ignoring case. `%` matches any
                characters and `_` one. Anaplan does not document it.
            sort_by: The field to sort by: `first_name`, `last_name`, `email`, `active` or `last_login_date`. Without
                it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            All users.

        Raises:
            ValueError: `sort_by` has another value; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return await collect(self._session, *endpoints.users(search, sort_by, descending))

    def iter_users(
        self, *, search: str | None = None, sort_by: UserSort | None = None, descending: bool = False
    ) -> AsyncIterator[models.User]:
        """Iterate over the users of the tenant, page by page.

        Args:
            search: Return only users whose name, email address or id contains this text, ignoring case. `%` matches any
                characters and `_` one. Anaplan does not document it.
            sort_by: The field to sort by: `first_name`, `last_name`, `email`, `active` or `last_login_date`. Without
                it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            An iterator of the users. Its iteration raises the errors.

        Raises:
            ValueError: `sort_by` has another value; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.users(search, sort_by, descending))

    async def get_user(self, user_id: str = "me") -> models.User:
        """Read a user.

        Args:
            user_id: Id of the user. By default, the user who is signed in.

        Returns:
            The user.

        Raises:
            ValueError: `user_id` is not a valid id; nothing is sent.
            NotFoundError: The user does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        response = await self._session.send(integration.get_user(id_text("user_id", user_id)))
        return response.user

    async def whoami(self) -> models.User:
        """Read the user who is signed in.

        Returns:
            The user.

        Raises:
            AuthenticationError: The sign-in fails.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        return (await self._session.send(integration.get_current_user())).user

    async def get_authorization(self) -> str:
        """Return the value of the header `Authorization`, for another program that calls Anaplan.

        Signs in, or refreshes the token, if that is needed. The value is as secret as a password, and expires: a token
        of Anaplan after 35 minutes at most.

        Returns:
            The value, such as `AnaplanAuthToken …`.

        Raises:
            ValueError: `auth` is an `httpx.Auth`, which signs each request itself.
            AuthenticationError: The sign-in fails.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            None with a valid token, otherwise one request, as for every other method.
        """
        authorization = await self._session.create_authorization()
        if authorization is None:
            raise ValueError("auth is an httpx.Auth, which signs each request itself")
        return authorization

    async def list_files(self, *, sort_by: Sort | None = None, descending: bool = False) -> list[models.File]:
        """List the files of the model.

        Args:
            sort_by: The field to sort by: `id` or `name`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            All files.

        Raises:
            ValueError: `sort_by` has another value, or the client has no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return await collect(self._session, *endpoints.files(self._model(), sort_by, descending))

    def iter_files(self, *, sort_by: Sort | None = None, descending: bool = False) -> AsyncIterator[models.File]:
        """Iterate over the files of the model, page by page.

        Args:
            sort_by: The field to sort by: `id` or `name`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            An iterator of the files. Its iteration raises the errors.

        Raises:
            ValueError: `sort_by` has another value, or the client has no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.files(self._model(), sort_by, descending))

    async def list_actions(self, *, sort_by: Sort | None = None, descending: bool = False) -> list[models.Action]:
        """List the actions of the model other than imports, exports and processes.

        Args:
            sort_by: The field to sort by: `id` or `name`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            All actions.

        Raises:
            ValueError: `sort_by` has another value, or the client has no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return await collect(self._session, *endpoints.actions(self._model(), sort_by, descending))

    def iter_actions(self, *, sort_by: Sort | None = None, descending: bool = False) -> AsyncIterator[models.Action]:
        """Iterate over the actions of the model other than imports, exports and processes, page by page.

        Args:
            sort_by: The field to sort by: `id` or `name`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            An iterator of the actions. Its iteration raises the errors.

        Raises:
            ValueError: `sort_by` has another value, or the client has no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.actions(self._model(), sort_by, descending))

    async def list_imports(self, *, sort_by: Sort | None = None, descending: bool = False) -> list[models.Import]:
        """List the imports of the model.

        Args:
            sort_by: The field to sort by: `id` or `name`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            All imports.

        Raises:
            ValueError: `sort_by` has another value, or the client has no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return await collect(self._session, *endpoints.imports(self._model(), sort_by, descending))

    def iter_imports(self, *, sort_by: Sort | None = None, descending: bool = False) -> AsyncIterator[models.Import]:
        """Iterate over the imports of the model, page by page.

        Args:
            sort_by: The field to sort by: `id` or `name`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            An iterator of the imports. Its iteration raises the errors.

        Raises:
            ValueError: `sort_by` has another value, or the client has no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.imports(self._model(), sort_by, descending))

    async def list_exports(self, *, sort_by: Sort | None = None, descending: bool = False) -> list[models.Export]:
        """List the exports of the model.

        Args:
            sort_by: The field to sort by: `id` or `name`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            All exports.

        Raises:
            ValueError: `sort_by` has another value, or the client has no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return await collect(self._session, *endpoints.exports(self._model(), sort_by, descending))

    def iter_exports(self, *, sort_by: Sort | None = None, descending: bool = False) -> AsyncIterator[models.Export]:
        """Iterate over the exports of the model, page by page.

        Args:
            sort_by: The field to sort by: `id` or `name`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            An iterator of the exports. Its iteration raises the errors.

        Raises:
            ValueError: `sort_by` has another value, or the client has no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.exports(self._model(), sort_by, descending))

    async def list_processes(self, *, sort_by: Sort | None = None, descending: bool = False) -> list[models.Process]:
        """List the processes of the model.

        Args:
            sort_by: The field to sort by: `id` or `name`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            All processes.

        Raises:
            ValueError: `sort_by` has another value, or the client has no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items, four concurrently. Holds all items in memory.
        """
        return await collect(self._session, *endpoints.processes(self._model(), sort_by, descending))

    def iter_processes(self, *, sort_by: Sort | None = None, descending: bool = False) -> AsyncIterator[models.Process]:
        """Iterate over the processes of the model, page by page.

        Args:
            sort_by: The field to sort by: `id` or `name`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            An iterator of the processes. Its iteration raises the errors.

        Raises:
            ValueError: `sort_by` has another value, or the client has no `model_id`; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 items. Reads at most four pages ahead, and holds no more than those.
        """
        return iterate(self._session, *endpoints.processes(self._model(), sort_by, descending))

    async def get_import(self, import_id: int | str) -> models.ImportMetadata:
        """Read which source and columns an import expects.

        Args:
            import_id: Id of the import (112…).

        Returns:
            The metadata of the import.

        Raises:
            ValueError: `import_id` is not a valid id, or the client has no `model_id`; nothing is sent.
            NotFoundError: The import does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        answer = await self._session.send(integration.get_import(self._model(), id_text("import_id", import_id)))
        return answer.import_metadata

    async def get_export(self, export_id: int | str) -> models.ExportMetadata:
        """Read what an export writes.

        Args:
            export_id: Id of the export (116…).

        Returns:
            Its columns with their types, and the approximate number of rows.

        Raises:
            ValueError: `export_id` is not a valid id, or the client has no `model_id`; nothing is sent.
            NotFoundError: The export does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        answer = await self._session.send(integration.get_export(self._model(), id_text("export_id", export_id)))
        return answer.export_metadata

    async def get_process(self, process_id: int | str) -> models.ProcessMetadata:
        """Read the actions of a process.

        Args:
            process_id: Id of the process (118…).

        Returns:
            The metadata of the process, with its actions in the order in which they run.

        Raises:
            ValueError: `process_id` is not a valid id, or the client has no `model_id`; nothing is sent.
            NotFoundError: The process does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        answer = await self._session.send(integration.get_process(self._model(), id_text("process_id", process_id)))
        return answer.process_metadata

    async def list_tasks(
        self, action_id: int | str, *, sort_by: TaskSort | None = None, descending: bool = False
    ) -> list[models.Task]:
        """List the tasks of an action that run, or ended in the last 48 hours.

        An unknown action has no tasks. The client remembers the listed tasks. It never mistakes one for the effect of a
        later start.

        Args:
            action_id: Id of the import (112…), export (116…), action (117…) or process (118…).
            sort_by: The field to sort by: `id`, `creation_time`, `task_state` or `progress`. Without it, Anaplan's own
                order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            All tasks.

        Raises:
            ValueError: `action_id` has another prefix, or `sort_by` another value; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request; for exports and processes one per 5,000 tasks. Holds all tasks in memory.
        """
        action = id_text("action_id", action_id)
        tasks = await collect(self._session, *tasks_of(self._model(), action, sort_by, descending))
        self._session.known_ids.add_seen([task.id for task in tasks])
        return tasks

    async def invoke_action(
        self,
        action_id: int | str,
        *,
        mapping_parameters: Sequence[models.MappingParameter] = (),
        locale: str = LOCALE,
    ) -> str:
        """Start an import, export, process or other action exactly once, without waiting.

        A start is not idempotent. Without a response, the client lists the tasks of the action. If it knows all of
        them, it starts the action again, unless the first request may still be in flight. It adopts a new task only if
        a damaged response proves the start, or with `assume_exclusive`. Clocks decide nothing.

        Args:
            action_id: Id of the import (112…), export (116…), action (117…) or process (118…).
            mapping_parameters: Values for the dimensions that the mapping of an import or export prompts for at each
                run.
            locale: Language of messages, for example `en_US`.

        Returns:
            The id of the task.

        Raises:
            ValueError: `action_id` has another prefix, or the mapping parameters do not fit it; nothing is sent.
            OutcomeUnknown: No response says whether the task was started, or several new tasks may be it. They are its
                `candidates`.
            NotFoundError: The action does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, or two with `assume_exclusive`. A start without a response adds up to a few lookups.
        """
        from ...tasks._async import actions

        assume_exclusive, action = self._settings.assume_exclusive, id_text("action_id", action_id)
        return await actions.start_action(
            self._session, self._model(), action, assume_exclusive, mapping_parameters, locale
        )

    async def get_task_status(self, action_id: int | str, task_id: str) -> TaskStatus:
        """Read the state of a task. A failed task is not an error here: see its `result`.

        The status has typed attributes, and is also the mapping that Anaplan sent: `status.task_state` and
        `status["taskState"]`.

        Args:
            action_id: Id of the import (112…), export (116…), action (117…) or process (118…).
            task_id: Id of the task, as `invoke_action` returned it.

        Returns:
            The task, with its state, progress and result, as an object and as a mapping.

        Raises:
            ValueError: `action_id` has another prefix; nothing is sent.
            NotFoundError: The task does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        from ...tasks._async import actions

        return await actions.get_task(self._session, self._model(), id_text("action_id", action_id), task_id)

    @overload
    async def cancel_task(self, handle: TaskHandle, /) -> None: ...
    @overload
    async def cancel_task(self, action_id: int | str, task_id: str) -> None: ...
    async def cancel_task(self, action_id: TaskHandle | int | str, task_id: str | None = None) -> None:
        """Request that Anaplan cancels a task and rolls back its changes.

        The method returns before the task ends. `wait_for_task` waits for the end.

        Args:
            action_id: Id of the action (112…, 116…, 117… or 118…), or a handle of the task.
            task_id: Id of the task. Omit it with a handle.

        Raises:
            ValueError: The handle belongs to an ALM task, which Anaplan does not cancel; nothing is sent.
            TypeError: `task_id` is missing with an action id, or comes with a handle.
            ConflictError: The task has ended already.
            NotFoundError: The task does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        from ...tasks._async import actions

        handle = self._handle(action_id, task_id)
        if handle.action_id is None:
            raise ValueError(f"handle must be that of an action (got {handle}); Anaplan cancels no other tasks")
        if handle.kind == "integration run":
            return await self.cloudworks.cancel_run(handle.action_id)
        if handle.kind == "flow run":
            await self.cloudworks.cancel_flow(handle.action_id)
            return
        await actions.cancel_task(self._session, handle.model_id, handle.action_id, handle.task_id)

    @overload
    async def wait_for_task(
        self,
        handle: TaskHandle,
        /,
        *,
        timeout: float | None = None,
        progress: Callable[[AnyTask], None] | None = None,
        on_ignored: Literal["allow", "raise"] = "allow",
    ) -> LoadReport | CompletedSyncTask | CompletedReportTask: ...
    @overload
    async def wait_for_task(
        self,
        action_id: int | str,
        task_id: str,
        *,
        timeout: float | None = None,
        progress: Callable[[models.Task], None] | None = None,
        on_ignored: Literal["allow", "raise"] = "allow",
    ) -> LoadReport: ...
    async def wait_for_task(
        self,
        action_id: TaskHandle | int | str,
        task_id: str | None = None,
        *,
        timeout: float | None = None,
        progress: Callable[..., None] | None = None,
        on_ignored: Literal["allow", "raise"] = "allow",
    ) -> LoadReport | CompletedSyncTask | CompletedReportTask:
        """Wait for a task that was started before, including one started by another process.

        A task has succeeded only if it and all its nested results say so. No row may be rejected, and every counted row
        must be loaded or ignored. Transient failures of polls do not end the wait.

        Args:
            action_id: Id of the action (112…, 116…, 117… or 118…). Or a handle of any task, also of ALM or another
                model.
            task_id: Id of the task. Omit it with a handle.
            timeout: Maximum seconds to wait for the end of the task. None for no limit. The task continues in Anaplan
                after that.
            progress: Function that gets the task after each poll.
            on_ignored: `raise` makes rows that Anaplan ignored an error, for example blank ones. `allow` accepts them.

        Returns:
            For an action, a report with the rows loaded and ignored; counts that Anaplan omits are None. For ALM, the
            ended task. For a run of CloudWorks, a `RunReport` or `FlowReport`.

        Raises:
            ValueError: An argument is outside its values; nothing is sent.
            TypeError: `task_id` is missing with an action id, or comes with a handle.
            AnaplanActionError: The task failed, rejected rows, or does not account for all of them. It has the reason,
                and the report with the failure dumps.
            TaskCancelled: The task was cancelled. It has the report so far.
            TaskTimeout: The task did not end in time, or ten polls in a row failed. Its `handle` resumes waiting.
            NotFoundError: The task does not exist, or the user has no access.
            AnaplanError: Any other failure. Every error that ends the wait has the `handle`.

        Cost:
            One request per poll: the first immediately, then at growing intervals up to `status_poll_delay`. A failed
            task adds its failure dumps, and up to two requests for names. Holds the failure dumps in memory.
        """
        from ...tasks._async import actions

        check_on_ignored(on_ignored)
        validation.check_number("timeout", timeout, minimum=0)
        handle = self._handle(action_id, task_id)
        if handle.kind in RUN_KINDS:
            from ...cloudworks._async import runs

            wait_for_run = runs.wait_for_run if handle.kind == "integration run" else runs.wait_for_flow
            return await wait_for_run(self._session, self._settings, handle, timeout, progress)
        if handle.kind != "action":
            from ...alm._async import tasks

            wait = tasks.wait_for_sync if handle.kind == "sync" else tasks.wait_for_report
            return await wait(self._session, self._settings, handle, timeout, progress)
        delay = self._settings.status_poll_delay
        return await actions.wait_for_action(self._session, handle, delay, timeout, progress, on_ignored)

    async def run_action(
        self,
        action_id: int | str,
        *,
        mapping_parameters: Sequence[models.MappingParameter] = (),
        locale: str = LOCALE,
        timeout: float | None = None,
        progress: Callable[[models.Task], None] | None = None,
        on_ignored: Literal["allow", "raise"] = "allow",
    ) -> LoadReport:
        """Run an import, export, process or other action to its end, and count its rows.

        A start is not idempotent. Without a response, the client lists the tasks of the action. If it knows all of
        them, it starts the action again, unless the first request may still be in flight. It adopts a new task only if
        a damaged response proves the start, or with `assume_exclusive`. Clocks decide nothing.

        A process is not atomic: the effects of its actions before a failure remain.

        Args:
            action_id: Id of the import (112…), export (116…), action (117…) or process (118…).
            mapping_parameters: Values for the dimensions that the mapping of an import or export prompts for at each
                run.
            locale: Language of messages, for example `en_US`.
            timeout: Maximum seconds to wait for the end of the task. None for no limit. The task continues in Anaplan
                after that.
            progress: Function that gets the task after each poll.
            on_ignored: `raise` makes rows that Anaplan ignored an error, for example blank ones. `allow` accepts them.

        Returns:
            A report with the rows loaded and ignored, per action. Counts that Anaplan omits are None.

        Raises:
            ValueError: `action_id` has another prefix, or another argument is outside its values; nothing is sent.
            OutcomeUnknown: No response says whether the task was started, or several new tasks may be it. They are its
                `candidates`.
            AnaplanActionError: The task failed, rejected rows, or does not account for all of them. It has the reason,
                and the report with the failure dumps.
            TaskCancelled: The task was cancelled. It has the report so far.
            TaskTimeout: The task did not end in time, or ten polls in a row failed. Its `handle` resumes waiting.
            AnaplanError: Any other failure. Every error that ends the wait has the `handle`.

        Cost:
            One request to start, or two with `assume_exclusive`. One request per poll: the first immediately, then at
            growing intervals up to `status_poll_delay`. A failed task adds its failure dumps, and up to two requests
            for names. Holds the failure dumps in memory.

        Example:
            ```python
            report = await client.run_action(112000000000, timeout=600)
            print(report.loaded, report.ignored)
            ```
        """
        check_on_ignored(on_ignored)
        validation.check_number("timeout", timeout, minimum=0)
        task_id = await self.invoke_action(action_id, mapping_parameters=mapping_parameters, locale=locale)
        return await self.wait_for_task(action_id, task_id, timeout=timeout, progress=progress, on_ignored=on_ignored)

    async def get_failure_dump(self, action_id: int | str, task_id: str, object_id: int | str | None = None) -> bytes:
        """Download the rejected rows of an import as CSV.

        The columns `_Status_`, `_Line_` and `_Error_1_` … precede those of the source. Anaplan keeps a dump until the
        import's next run, at most 48 hours.

        Args:
            action_id: Id of the import (112…), or of the process (118…) that ran it.
            task_id: Id of the task.
            object_id: Id of the import within a process, from the task's `result.nested_results`. Omit it for an
                import.

        Returns:
            The content of the dump.

        Raises:
            ValueError: The action has no dumps, or `object_id` is missing for a process; nothing is sent.
            NotFoundError: There is no dump, or it has been deleted.
            DownloadError: The dump has no content.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request for the number of chunks, and one per chunk of at most 10 MB. Holds the whole dump in memory.
        """
        from ...tasks._async import actions

        failed = optional_id("object_id", object_id)
        return await actions.download_failure_dump(
            self._session, self._model(), id_text("action_id", action_id), task_id, failed
        )

    async def upload_file(
        self,
        file_id: int | str,
        content: SizedContent | concurrency.Source[bytes | str],
        *,
        progress: OnTransfer | None = None,
        allow_empty: bool = False,
        resume: Resume | None = None,
        manifest: str | PathLike[str] | None = None,
    ) -> None:
        r"""Upload content to a file. Return once every chunk is confirmed.

        A file on disk must not change during the upload.

        Args:
            file_id: Id of the file (113…).
            content: Text (sent as UTF-8), bytes, a `Path`, an open file, or an iterable of text or bytes, uncompressed.
                Pieces are joined as they are: each line needs its line end. At most 1,000 chunks.
            progress: Function that gets a `TransferProgress` as bytes move and after each chunk, one call at a time.
            allow_empty: Whether empty content may replace the content of the file.
            resume: Manifest of a failed upload of the same content: from `UploadError`, or the path of one. Sent chunks
                are compared, and only the others are sent.
            manifest: Path for a manifest, updated after each chunk and deleted after success. An existing one of the
                last 24 hours is resumed where the content still matches; otherwise the upload starts from the
                beginning.

        Raises:
            TypeError: `content` is not content, for example a frame, a dictionary or rows; nothing is sent.
            ValueError: `file_id` is not an upload file, the text is a path, lines lack line ends, or the manifest
                belongs to other content; nothing is sent.
            OSError: A file cannot be read, or the manifest cannot be written; nothing is sent.
            UploadError: The content is empty, the file does not exist, a chunk is rejected, or the upload fails
                locally. It has the manifest, and a local failure as its cause.

        Cost:
            One request, and one per chunk. Reads and compresses chunks in worker threads, and sends eight concurrently.
            Holds at most ten chunks and 100 MB in memory, in addition to content that is in memory already.

        Example:
            ```python
            from pathlib import Path

            await client.upload_file(113000000000, "id,amount\n1,10\n2,20\n")
            await client.upload_file(113000000000, Path("sales.csv"), manifest="sales.manifest")
            ```
        """
        from ...transfers._async import upload

        file_id = upload_id(file_id, self._settings.uploads.allow_file_creation)
        job = upload.UploadJob(
            *(self._session, self._settings.uploads, self._model(), file_id),
            progress=forward_only(progress),
            allow_empty=allow_empty,
            resume=resume,
            manifest=manifest,
        )
        await upload.upload(job, content)

    async def upload_file_stream(
        self,
        file_id: int | str,
        content: concurrency.Source[bytes | str],
        *,
        progress: OnTransfer | None = None,
        allow_empty: bool = False,
        resume: Resume | None = None,
        manifest: str | PathLike[str] | None = None,
    ) -> None:
        r"""Upload content of unknown size from an iterable. Return once Anaplan confirms it as complete.

        The iterable is read only as fast as chunks are sent. With an event loop, a plain iterable runs in worker
        threads.

        Args:
            file_id: Id of the file (113…).
            content: Iterable of text (sent as UTF-8) or bytes, uncompressed. Pieces may have any size and are joined as
                they are: each line needs its line end. At most 1,000 chunks.
            progress: Function that gets a `TransferProgress` as bytes move and after each chunk, one call at a time.
            allow_empty: Whether empty content may replace the content of the file.
            resume: Manifest of a failed upload of the same content: from `UploadError`, or the path of one. The
                iterable must yield everything again; sent chunks are compared, and only the others are sent.
            manifest: Path for a manifest, updated after each chunk and deleted after success. An existing one of the
                last 24 hours is resumed. Changed chunks are sent again; a changed first chunk restarts the upload.

        Raises:
            TypeError: `content` is not an iterable of pieces; nothing is sent. Also for a piece in the first chunk that
                is neither text nor bytes.
            ValueError: `file_id` is not an upload file; nothing is sent.
            UploadError: There is no content, the file does not exist, or a chunk is rejected. Also if the iterable
                fails after the first chunk; the file is then not marked complete. It has the manifest, and a local
                failure as its cause.

        Cost:
            Two requests, and one per chunk. Reads and compresses chunks in worker threads, and sends eight
            concurrently. Holds at most ten chunks and 100 MB in memory, in addition to content that is in memory
            already.

        Example:
            ```python
            def rows():
                yield "id,amount\n"
                for number in range(1_000):
                    yield f"{number},{number}\n"


            await client.upload_file_stream(113000000000, rows())
            ```
        """
        from ...transfers._async import upload

        file_id = upload_id(file_id, self._settings.uploads.allow_file_creation)
        job = upload.UploadJob(
            *(self._session, self._settings.uploads, self._model(), file_id),
            progress=forward_only(progress),
            allow_empty=allow_empty,
            resume=resume,
            manifest=manifest,
        )
        await upload.upload(job, content)

    async def get_file(self, file_id: int | str, *, progress: OnTransfer | None = None) -> bytes:
        """Download a file into memory.

        Args:
            file_id: Id of the file (113…), or of the export (116…) that wrote it.
            progress: Function that gets a `TransferProgress` as bytes move and after each chunk, one call at a time.

        Returns:
            The content of the file.

        Raises:
            ValueError: `file_id` is not a valid id, or the client has no `model_id`; nothing is sent.
            NotFoundError: The file does not exist, or the user has no access.
            DownloadError: The file has no content, or changed during the download.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests, and one per chunk of about 10 MB, eight concurrently. Holds the content once.

        Example:
            ```python
            content = await client.get_file(116000000000)
            print(content.decode())
            ```
        """
        from ...transfers._async import download

        return await download.download_whole(
            self._session, self._model(), id_text("file_id", file_id), forward_only(progress)
        )

    async def download_file(
        self, file_id: int | str, path: str | PathLike[str], *, progress: OnTransfer | None = None
    ) -> None:
        """Download a file to a path. The path has either the complete content or its previous content.

        The content is written next to the path under another name, and then replaces what was there.

        Args:
            file_id: Id of the file (113…), or of the export (116…) that wrote it.
            path: Path of the target. An existing file is replaced.
            progress: Function that gets a `TransferProgress` as bytes move and after each chunk, one call at a time.

        Raises:
            ValueError: `file_id` is not a valid id, or the client has no `model_id`; nothing is sent.
            NotFoundError: The file does not exist, or the user has no access.
            DownloadError: The file has no content, or changed during the download.
            ApiError: Anaplan rejects a request, or it still fails after the retries.
            OSError: The file cannot be written.

        Cost:
            Two requests, and one per chunk of about 10 MB, eight concurrently. Holds a few megabytes in memory.

        Example:
            ```python
            await client.download_file(116000000000, "export.csv")
            ```
        """
        from ...transfers._async import download

        await download.download_to(
            self._session, self._model(), id_text("file_id", file_id), Path(path), forward_only(progress)
        )

    def get_file_stream(self, file_id: int | str, *, progress: OnTransfer | None = None) -> AsyncIterator[bytes]:
        """Download a file piece by piece, in order.

        Args:
            file_id: Id of the file (113…), or of the export (116…) that wrote it.
            progress: Function that gets a `TransferProgress` as bytes move and after each chunk, one call at a time.

        Returns:
            An iterator of pieces. Its iteration raises the errors.

        Raises:
            ValueError: `file_id` is not a valid id, or the client has no `model_id`; nothing is sent.
            NotFoundError: The file does not exist, or the user has no access.
            DownloadError: The file has no content, or changed during the download.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests, and one per chunk of about 10 MB. Holds at most 30 MB or two chunks, whichever is more.

        Example:
            ```python
            async for piece in client.get_file_stream(116000000000):
                print(len(piece))
            ```
        """
        from ...transfers._async import download

        return download.download(self._session, self._model(), id_text("file_id", file_id), forward_only(progress))

    async def delete_file(self, file_id: int | str) -> None:
        """Delete your private copy of a file. The default content, if any, is visible again.

        Args:
            file_id: Id of the file (113…).

        Raises:
            ValueError: `file_id` is not a valid id, or the client has no `model_id`; nothing is sent.
            NotFoundError: The file does not exist, or the user has no access.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        await self._session.send(integration.delete_file(self._model(), id_text("file_id", file_id)))

    async def get_optimizer_log(self, action_id: int | str, task_id: str) -> bytes:
        """Download the log of an Optimizer run.

        Args:
            action_id: Id of the Optimizer action (117…), not of the process that runs it.
            task_id: Id of the task of that process.

        Returns:
            The content of the log.

        Raises:
            ValueError: An id is not valid, or the client has no `workspace_id` or no `model_id`; nothing is sent.
            NotFoundError: The action did not run in that task.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds the log in memory.
        """
        action = id_text("action_id", action_id, expected=("117",))
        request = integration.get_optimizer_log(self._workspace(), self._model(), action, id_text("task_id", task_id))
        return await self._session.send(request)

    async def upload_and_import(
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
        r"""Upload content to a file, and run an import or process that reads it.

        A process is not atomic: the effects of its actions before a failure remain. A start without a response is
        looked up before it is retried.

        Args:
            file_id: Id of the file (113…).
            content: Text (sent as UTF-8), bytes, a `Path`, an open file, or an iterable of text or bytes, uncompressed.
                Pieces are joined as they are: each line needs its line end. At most 1,000 chunks.
            action_id: Id of the import (112…) or process (118…).
            mapping_parameters: Values for the dimensions that the mapping of an import or export prompts for at each
                run.
            timeout: Maximum seconds to wait for the end of the task. None for no limit. The task continues in Anaplan
                after that.
            progress: Function that gets the task after each poll.
            on_ignored: `raise` makes rows that Anaplan ignored an error, for example blank ones. `allow` accepts them.

        Returns:
            A report with the rows loaded and ignored, per action. Counts that Anaplan omits are None.

        Raises:
            TypeError: `content` is not content, for example a frame, a dictionary or rows; nothing is sent.
            ValueError: An argument is outside its values, or the action reads another file; nothing is uploaded.
            OSError: A file cannot be read; nothing is sent.
            UploadError: The content is empty, the file does not exist, a chunk is rejected, or the upload fails
                locally. It has the manifest, and a local failure as its cause.
            OutcomeUnknown: No response says whether the task was started, or several new tasks may be it. They are its
                `candidates`.
            AnaplanActionError: The task failed, rejected rows, or does not account for all of them. It has the reason,
                and the report with the failure dumps.
            TaskCancelled: The task was cancelled. It has the report so far.
            TaskTimeout: The task did not end in time, or ten polls in a row failed. Its `handle` resumes waiting.
            AnaplanError: Any other failure. Every error that ends the wait has the `handle`.

        Cost:
            Two requests, one per chunk, one or two to start, and one per poll. The first checks which file the action
            reads; its failure does not stop the load. Holds at most ten chunks and 100 MB, and the failure dumps.

        Example:
            ```python
            report = await client.upload_and_import(113000000000, "id,amount\n1,10\n2,20\n", 112000000000)
            print(report)  # 2 loaded, 0 ignored, 0 failed
            ```
        """
        from ...tasks._async import actions
        from ...transfers._async import upload

        # Whatever is wrong with the run shows before anything is sent.
        file_id = upload_id(file_id, self._settings.uploads.allow_file_creation)
        action = id_text("action_id", action_id, expected=("112", "118"))
        start_request(self._model(), action, mapping_parameters)
        check_on_ignored(on_ignored)
        validation.check_number("timeout", timeout, minimum=0)
        reads = partial(actions.check_reads_file, self._session, self._model(), action, file_id)
        job = upload.UploadJob(self._session, self._settings.uploads, self._model(), file_id, check=reads)
        await upload.upload(job, content)
        return await self.run_action(
            action,
            mapping_parameters=mapping_parameters,
            timeout=timeout,
            progress=progress,
            on_ignored=on_ignored,
        )

    async def export_and_download(self, action_id: int | str, *, timeout: float | None = None) -> bytes:
        """Run an export, and download what it wrote into memory.

        A start without a response is looked up before it is retried.

        Args:
            action_id: Id of the export (116…).
            timeout: Maximum seconds to wait for the end of the task. None for no limit. The task continues in Anaplan
                after that.

        Returns:
            The content of the file that the export wrote.

        Raises:
            ValueError: `action_id` is not the id of an export; nothing is sent.
            OutcomeUnknown: No response says whether the task was started, or several new tasks may be it. They are its
                `candidates`.
            AnaplanActionError: The export failed.
            TaskCancelled: The export was cancelled.
            TaskTimeout: The export did not end in time. Its `handle` resumes waiting.
            DownloadError: The file has no content, or changed during the download.
            AnaplanError: Any other failure. Every error that ends the wait has the `handle`.

        Cost:
            One or two requests to start, one per poll, two for the file, and one per chunk of about 10 MB. Holds the
            content once.

        Example:
            ```python
            content = await client.export_and_download(116000000000, timeout=600)
            print(content.decode())
            ```
        """
        export_id = id_text("action_id", action_id, expected=("116",))
        await self.run_action(export_id, timeout=timeout)
        return await self.get_file(export_id)

    async def plan_load(
        self,
        files: Mapping[str, SizedContent | concurrency.Source[bytes | str] | FrameInput],
        *,
        process: int | str | None = None,
        import_: int | str | None = None,
        allow_empty: bool = False,
    ) -> LoadPlan:
        r"""Check a load without sending any content: that names exist, who reads which file, and the columns.

        Args:
            files: Contents by the name or id of the file in the model. Columns are compared for text, bytes and paths;
                other contents can be read only once.
            process: Name or id of the process that reads the files.
            import_: Name or id of the import that reads the file. Exactly one of `process` and `import_` is required.
            allow_empty: Whether empty content may replace the content of a file.

        Returns:
            The plan: ids and names, the imports that read each file, and the columns that are missing in its header.

        Raises:
            TypeError: `files` is no mapping, or a content is not content; nothing is sent.
            ValueError: A content is empty, no import reads a file, or an argument is missing.
            OSError: A file on disk cannot be read; nothing is sent.
            NameNotFoundError: No file, process or import has this name or id. It has similar names.
            AmbiguousNameError: Several objects have this name. It has their ids.
            AnaplanError: Any other failure.

        Cost:
            The lists of files and of processes or imports, one request for the process, and one for each import that
            reads one of the files. Holds the first megabyte of one file.

        Example:
            ```python
            plan = await client.plan_load({"flights.csv": "id,name,amount\n1,one,10\n"}, process="Reload flights")
            print(plan.missing_columns)  # empty if nothing is missing
            ```
        """
        from ...loads._async import load

        wanted = await load.settle_frames(self._load(files, process, import_, allow_empty))
        return await load.plan_load(wanted, check_columns=True)

    async def load(
        self,
        files: Mapping[str, SizedContent | concurrency.Source[bytes | str] | FrameInput],
        *,
        process: int | str | None = None,
        import_: int | str | None = None,
        mapping_parameters: Sequence[models.MappingParameter] = (),
        timeout: float | None = None,
        progress: Callable[[models.Task], None] | None = None,
        on_upload: OnUpload | None = None,
        on_ignored: Literal["allow", "raise"] = "allow",
        allow_empty: bool = False,
        manifests: str | PathLike[str] | None = None,
    ) -> LoadReport:
        r"""Upload files by name, run the process or import that reads them, and count every row.

        Names and contents are checked before anything is uploaded. A process is not atomic: the effects of its actions
        before a failure remain. Files that the process reads and that are not given keep their content.

        Args:
            files: Contents by the name or id of the file in the model, uploaded in this order. A content is text (sent
                as UTF-8), bytes, a `Path`, an open file, an iterable of text or bytes, or a frame: of pandas, polars,
                pyarrow, duckdb, modin, or anything with an Arrow C stream. At most 1,000 chunks each. A frame is
                written as its imports read it, and needs the extra `frames`.
            process: Name or id of the process that reads the files.
            import_: Name or id of the import that reads the file. Exactly one of `process` and `import_` is required.
            mapping_parameters: Values for the dimensions that the mapping of an import prompts for at each run.
            timeout: Maximum seconds to wait for the end of the task. None for no limit. The task continues in Anaplan
                after that.
            progress: Function that gets the task after each poll.
            on_upload: Function that gets the planned file and a `TransferProgress` as bytes move.
            on_ignored: `raise` makes rows that Anaplan ignored an error, for example blank ones. `allow` accepts them.
            allow_empty: Whether empty content may replace the content of a file.
            manifests: Folder for a manifest per upload, which is deleted after success. A load that failed is resumed
                there where the contents still match.

        Returns:
            A report with the rows loaded and ignored, per action. Counts that Anaplan omits are None.

        Raises:
            TypeError: `files` is no mapping, or a content is not content; nothing is sent.
            ValueError: A content is empty, no import reads a file, or an argument is outside its values; nothing is
                uploaded.
            FrameValueError: A frame has a column or value that cannot be written without loss; nothing is uploaded. A
                frame that can be read only once is checked as it is read, and then this is the cause of `UploadError`.
            ImportError: A content is a frame, and the extra `frames` is not installed; nothing is sent.
            OSError: A file on disk cannot be read; nothing is sent.
            NameNotFoundError: No file, process or import has this name or id; nothing is uploaded.
            AmbiguousNameError: Several objects have this name; nothing is uploaded.
            UploadError: An upload failed. The process did not run.
            OutcomeUnknown: No response says whether the task was started, or several new tasks may be it. They are its
                `candidates`.
            AnaplanActionError: The task failed, rejected rows, or does not account for all of them. `rejected` has the
                rejected rows, and `report` the counts.
            TaskCancelled: The task was cancelled. It has the report so far.
            TaskTimeout: The task did not end in time, or ten polls in a row failed. Its `handle` resumes waiting.
            AnaplanError: Any other failure. Every error that ends the wait has the `handle`.

        Cost:
            The lists of files and of processes or imports, and one request for the process. For each file one request,
            and one per chunk; for a frame also one per import that reads it. One or two to start, and one per poll.
            Holds at most ten chunks and 100 MB, and the failure dumps.

        Example:
            ```python
            report = await client.load({"flights.csv": "id,name,amount\n1,one,10\n"}, process="Reload flights")
            print(report)  # 1 loaded, 0 ignored, 0 failed
            ```
        """
        from ...loads._async import load

        check_on_ignored(on_ignored)
        validation.check_number("timeout", timeout, minimum=0)
        given = await load.settle_frames(self._load(files, process, import_, allow_empty))
        wanted = evolve(given, manifests=manifests, on_upload=on_upload)
        plan = await load.plan_load(wanted, check_columns=False)
        start_request(self._model(), plan.action_id, mapping_parameters)
        await load.upload_files(wanted, plan)
        return await self.run_action(
            plan.action_id,
            mapping_parameters=mapping_parameters,
            timeout=timeout,
            progress=progress,
            on_ignored=on_ignored,
        )

    @overload
    async def export(
        self,
        export: int | str,
        path: None = None,
        *,
        mapping_parameters: Sequence[models.MappingParameter] = (),
        timeout: float | None = None,
        progress: Callable[[models.Task], None] | None = None,
        on_download: OnTransfer | None = None,
    ) -> AsyncTable: ...
    @overload
    async def export(
        self,
        export: int | str,
        path: str | PathLike[str],
        *,
        mapping_parameters: Sequence[models.MappingParameter] = (),
        timeout: float | None = None,
        progress: Callable[[models.Task], None] | None = None,
        on_download: OnTransfer | None = None,
    ) -> None: ...
    async def export(
        self,
        export: int | str,
        path: str | PathLike[str] | None = None,
        *,
        mapping_parameters: Sequence[models.MappingParameter] = (),
        timeout: float | None = None,
        progress: Callable[[models.Task], None] | None = None,
        on_download: OnTransfer | None = None,
    ) -> AsyncTable | None:
        """Run an export by name, and return what it wrote as a table or download it to a path.

        The table is read when one of its methods is called, for example `to_polars`, `to_parquet` or `read`. A start
        without a response is looked up before it is retried. The path has either the complete content or its previous
        content.

        Args:
            export: Name or id of the export (116…).
            path: Path of the target. An existing file is replaced. Without it, a table is returned.
            mapping_parameters: Values for the dimensions that the export prompts for at each run.
            timeout: Maximum seconds to wait for the end of the task. None for no limit. The task continues in Anaplan
                after that.
            progress: Function that gets the task after each poll.
            on_download: Function that gets a `TransferProgress` as bytes move.

        Returns:
            The table that the export wrote, of which nothing is read yet; None with a path.

        Raises:
            ValueError: An argument is outside its values; nothing is sent.
            OSError: The path cannot be written.
            NameNotFoundError: No export has this name. It has similar names.
            AmbiguousNameError: Several exports have this name. It has their ids.
            OutcomeUnknown: No response says whether the task was started, or several new tasks may be it. They are its
                `candidates`.
            AnaplanActionError: The export failed.
            TaskCancelled: The export was cancelled.
            TaskTimeout: The export did not end in time. Its `handle` resumes waiting.
            DownloadError: The file has no content, or changed during the download to a path.
            AnaplanError: Any other failure. Every error that ends the wait has the `handle`.

        Cost:
            The list of exports for a name, one or two requests to start, and one per poll. With a path, two for the
            file, and one per chunk of about 10 MB; holds a few megabytes. Each method of the table costs the same.

        Example:
            ```python
            await client.export("Export flights", "flights.csv", timeout=600)
            table = await client.export("Export flights")
            print(await table.to_polars())
            ```
        """
        from ...loads._async import load
        from ...loads._async.export import export_table
        from ...transfers.sinks import create_file_sink

        if path is not None:
            await concurrency.run_in_thread(create_file_sink, Path(path))
        export_id = await load.find_export(self._session, self._model(), id_or_name("export", export))
        await self.run_action(export_id, mapping_parameters=mapping_parameters, timeout=timeout, progress=progress)
        if path is None:
            return export_table(self._session, self._model(), export_id, forward_only(on_download))
        await self.download_file(export_id, path, progress=on_download)
        return None

    def view(
        self,
        view: int | str,
        *,
        layout: Literal["TABULAR_MULTI_COLUMN", "TABULAR_SINGLE_COLUMN"] = "TABULAR_MULTI_COLUMN",
        timeout: float | None = None,
        progress: OnTransfer | None = None,
    ) -> AsyncTable:
        """Return a view as a table, which is read when one of its methods is called.

        Line items have the types of their formats. Up to 1,000,000 cells come with one direct request, and more by a
        read request, which is always deleted.

        Args:
            view: Name or id of the view, or the names of its module and itself, such as `Sales.By month`. The name or
                id of a module selects its default view.
            layout: `TABULAR_MULTI_COLUMN` has a row per combination of items and a column per line item.
                `TABULAR_SINGLE_COLUMN` has a row per cell.
            timeout: Maximum seconds until a read request is complete. None for no limit.
            progress: Function that gets a `TransferProgress` after each piece.

        Returns:
            The table. Its methods raise what `transactional.get_view_data_stream` does.

        Raises:
            ValueError: An argument is outside its values; nothing is sent.

        Cost:
            No request. The first method of the table also lists the views, the modules for names with a dot, and the
            line items of the module for the types.

        Example:
            ```python
            sales = await client.view("Sales").to_polars()
            ```
        """
        from ...transactional._async.tables import view_table

        if layout not in ("TABULAR_MULTI_COLUMN", "TABULAR_SINGLE_COLUMN"):
            raise ValueError(f"layout must be TABULAR_MULTI_COLUMN or TABULAR_SINGLE_COLUMN (got {layout!r})")
        options = self._poll_options(timeout, progress)
        return view_table(self._session, self._model(), id_or_name("view", view), layout, options)

    def items(
        self, list_: int | str, *, timeout: float | None = None, progress: OnTransfer | None = None
    ) -> AsyncTable:
        """Return the items of a list as a table, which is read when one of its methods is called.

        It has the columns of names, parents and codes, a boolean column per subset, and a typed column per property.
        Many items come by a read request, which is always deleted.

        Args:
            list_: Name or id of the list (101…).
            timeout: Maximum seconds until a read request is complete. None for no limit.
            progress: Function that gets a `TransferProgress` after each piece.

        Returns:
            The table. Its methods raise what `transactional.get_list_items_stream` does.

        Raises:
            ValueError: An argument is outside its values; nothing is sent.

        Cost:
            No request. The first method of the table also lists the lists for a name, and reads the list's metadata.

        Example:
            ```python
            airports = await client.items("Airports").to_polars()
            ```
        """
        from ...transactional._async.tables import list_table

        options = self._poll_options(timeout, progress)
        return list_table(self._session, self._model(), id_or_name("list_", list_), options)

    async def aclose(self) -> None:
        """Close the connections, also of the clients that `with_model` returned. Tokens are left to expire.

        An in-flight token refresh is cancelled; a refresh in a thread ends within one second.

        Cost:
            One request per read request that is still open, to delete it. Otherwise none.
        """
        if self._owns_session:
            await self._session.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _bind(self, workspace_id: str | None, model_id: str | None) -> None:
        for name, value in (("workspace_id", workspace_id), ("model_id", model_id)):
            if value is not None:
                id_text(name, value)
        self.workspace_id = workspace_id
        self.model_id = model_id

    def _handle(self, action_id: TaskHandle | int | str, task_id: str | None) -> TaskHandle:
        if isinstance(action_id, TaskHandle) is (task_id is not None):
            raise TypeError("task_id is required with an action id and must be omitted with a TaskHandle")
        if isinstance(action_id, TaskHandle):
            return action_id
        kind_of(action_id)
        return TaskHandle(
            kind="action", model_id=self._model(), task_id=task_id or "", action_id=id_text("action_id", action_id)
        )

    def _load(
        self,
        files: Mapping[str, SizedContent | concurrency.Source[bytes | str] | FrameInput],
        process: int | str | None,
        import_: int | str | None,
        allow_empty: bool,
    ) -> Load:
        from ...loads._async.load import Load

        if (process is None) is (import_ is None):
            raise ValueError("exactly one of process and import_ is required")
        check_files(files)
        return Load(
            session=self._session,
            config=self._settings.uploads,
            model_id=self._model(),
            files=files,
            process=None if process is None else id_or_name("process", process),
            import_=None if import_ is None else id_or_name("import_", import_),
            allow_empty=allow_empty,
        )

    def _poll_options(self, timeout: float | None, progress: OnTransfer | None) -> PollOptions:
        from ...transactional.read_request import PollOptions

        validation.check_number("timeout", timeout, minimum=0)
        return PollOptions(self._settings.status_poll_delay, timeout, forward_only(progress))

    def _model(self, model_id: str | None = None) -> str:
        if model_id is not None:
            return id_text("model_id", model_id)
        if self.model_id is None:
            raise ValueError("model_id is required here; pass it to the client, or use with_model")
        return self.model_id

    def _workspace(self, workspace_id: str | None = None) -> str:
        if workspace_id is not None:
            return id_text("workspace_id", workspace_id)
        if self.workspace_id is None:
            raise ValueError("workspace_id is required here; pass it to the client, or use with_model")
        return self.workspace_id


def _rate_limit(settings: Values) -> RateLimit | None:
    rate, shared = settings.number("rate_limit"), settings.text("rate_limit_shared")
    if rate is None:
        return None if shared is None else RateLimit(shared=shared)
    return RateLimit(per_second=rate, shared=shared)


def _check_http_client(
    http_client: object,
    network: NetworkSettings,
    hooks: Mapping[str, Sequence[Callable[..., object]]] | None,
) -> None:
    if http_client is None:
        return
    if not isinstance(http_client, httpx.AsyncClient):
        raise TypeError(f"http_client must be an httpx.AsyncClient (got {type(http_client).__name__})")
    if network != NetworkSettings() or hooks:
        raise ValueError(
            "verify, cert, proxy, trust_env and hooks must be omitted with http_client, which has its own settings"
        )
