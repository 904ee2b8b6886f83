"""Clients for Anaplan that sign in, retry, wait and transfer files. `anaplan_client` has the operations they send."""

from typing import TYPE_CHECKING

from anaplan_client.core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from anaplan_client.alm.models import (
        ModelRevision,
        ReportTask,
        Revision,
        SummaryReport,
        SyncTask,
        TaskSummary,
    )
    from anaplan_client.core import (
        AnaplanError,
        ApiError,
        AuthenticationError,
        BadRequestError,
        ConflictError,
        ConnectError,
        DecodeError,
        ModelArchivedError,
        ModelLockedError,
        NetworkSettingsError,
        NotFoundError,
        PermissionDeniedError,
        RateLimitError,
        RequestTimeoutError,
        ServerError,
        StatusError,
        TransportError,
    )
    from anaplan_client.core.codec.columns import to_columns
    from anaplan_client.core.version import __version__
    from anaplan_client.integration.models import Action, Export, File, Import, Model, Process, Workspace

    from .administration._async.resource import AsyncAdministration
    from .administration._sync.resource import Administration
    from .administration.user_rows import RejectedUser, UserImportReport, UserRow, read_user_rows
    from .alm._async.resource import AsyncAlm
    from .alm._sync.resource import Alm
    from .alm.task_types import CompletedReportTask, CompletedSyncTask, PendingReportTask, PendingSyncTask, PendingTask
    from .audit._async.resource import AsyncAudit
    from .audit._sync.resource import Audit
    from .audit.cursor import AuditBatch, AuditCursor
    from .audit.event_file import EventFile
    from .client._async.client import AsyncClient
    from .client._sync.client import Client
    from .exception_users._async.resource import AsyncExceptionUsers
    from .exception_users._sync.resource import ExceptionUsers
    from .listing.errors import IncompleteListError
    from .tasks.errors import AnaplanActionError, TaskCancelled, TaskTimeout
    from .tasks.handle import TaskHandle
    from .tasks.load_report import ActionLoad, LoadReport
    from .tasks.rejected_rows import RejectedRow
    from .tasks.task_status import TaskStatus
    from .transactional._async.resource import AsyncTransactional
    from .transactional._sync.resource import Transactional
    from .transactional.errors import PartialWriteError, ReadError, ReadQuotaError
    from .transactional.write_result import CellWriteResult, ListWriteResult
    from .transfers.errors import DownloadError, UploadError
    from .transfers.manifest import UploadManifest
    from .transfers.progress import TransferProgress
    from .transfers.progress_bar import progress_bar
    from .transport.errors import OutcomeUnknown
    from .transport.rate_limit import RateLimit
    from .transport.retry import RetryPolicy
    from .users._async.resource import AsyncUsers
    from .users._sync.resource import Users
    from .users.changes import PartialUserUpdateError, to_request, workspace_ids
    from .users.filters import UserFilter
    from .users.reports import Access, ModelAccess, access_report, users_without_sign_in

__all__ = [
    "Access",
    "Action",
    "ActionLoad",
    "Administration",
    "Alm",
    "AnaplanActionError",
    "AnaplanError",
    "ApiError",
    "AsyncAdministration",
    "AsyncAlm",
    "AsyncAudit",
    "AsyncClient",
    "AsyncExceptionUsers",
    "AsyncTransactional",
    "AsyncUsers",
    "Audit",
    "AuditBatch",
    "AuditCursor",
    "AuthenticationError",
    "BadRequestError",
    "CellWriteResult",
    "Client",
    "CompletedReportTask",
    "CompletedSyncTask",
    "ConflictError",
    "ConnectError",
    "DecodeError",
    "DownloadError",
    "EventFile",
    "ExceptionUsers",
    "Export",
    "File",
    "Import",
    "IncompleteListError",
    "ListWriteResult",
    "LoadReport",
    "Model",
    "ModelAccess",
    "ModelArchivedError",
    "ModelLockedError",
    "ModelRevision",
    "NetworkSettingsError",
    "NotFoundError",
    "OutcomeUnknown",
    "PartialUserUpdateError",
    "PartialWriteError",
    "PendingReportTask",
    "PendingSyncTask",
    "PendingTask",
    "PermissionDeniedError",
    "Process",
    "RateLimit",
    "RateLimitError",
    "ReadError",
    "ReadQuotaError",
    "RejectedRow",
    "RejectedUser",
    "ReportTask",
    "RequestTimeoutError",
    "RetryPolicy",
    "Revision",
    "ServerError",
    "StatusError",
    "SummaryReport",
    "SyncTask",
    "TaskCancelled",
    "TaskHandle",
    "TaskStatus",
    "TaskSummary",
    "TaskTimeout",
    "Transactional",
    "TransferProgress",
    "TransportError",
    "UploadError",
    "UploadManifest",
    "UserFilter",
    "UserImportReport",
    "UserRow",
    "Users",
    "Workspace",
    "__version__",
    "access_report",
    "progress_bar",
    "read_user_rows",
    "to_columns",
    "to_request",
    "users_without_sign_in",
    "workspace_ids",
]

# Imported at first use. The emulator and its pytest plugin need none of them.
_EXPORTS = {
    "anaplan_client.alm.models": (
        "ModelRevision",
        "ReportTask",
        "Revision",
        "SummaryReport",
        "SyncTask",
        "TaskSummary",
    ),
    "anaplan_client.core": (
        "AnaplanError",
        "AuthenticationError",
        "BadRequestError",
        "ConflictError",
        "ConnectError",
        "DecodeError",
        "ApiError",
        "ModelArchivedError",
        "ModelLockedError",
        "NetworkSettingsError",
        "NotFoundError",
        "PermissionDeniedError",
        "RateLimitError",
        "RequestTimeoutError",
        "ServerError",
        "StatusError",
        "TransportError",
    ),
    "anaplan_client.core.codec.columns": ("to_columns",),
    "anaplan_client.core.version": ("__version__",),
    "anaplan_client.integration.models": ("Action", "Export", "File", "Import", "Model", "Process", "Workspace"),
    ".administration._async.resource": ("AsyncAdministration",),
    ".administration._sync.resource": ("Administration",),
    ".administration.user_rows": (
        "RejectedUser",
        "UserImportReport",
        "UserRow",
        "read_user_rows",
    ),
    ".audit._async.resource": ("AsyncAudit",),
    ".audit._sync.resource": ("Audit",),
    ".audit.cursor": (
        "AuditBatch",
        "AuditCursor",
    ),
    ".audit.event_file": ("EventFile",),
    ".exception_users._async.resource": ("AsyncExceptionUsers",),
    ".exception_users._sync.resource": ("ExceptionUsers",),
    ".users._async.resource": ("AsyncUsers",),
    ".users._sync.resource": ("Users",),
    ".users.changes": (
        "PartialUserUpdateError",
        "to_request",
        "workspace_ids",
    ),
    ".users.filters": ("UserFilter",),
    ".users.reports": (
        "Access",
        "ModelAccess",
        "access_report",
        "users_without_sign_in",
    ),
    ".alm._async.resource": ("AsyncAlm",),
    ".alm._sync.resource": ("Alm",),
    ".alm.task_types": (
        "CompletedReportTask",
        "CompletedSyncTask",
        "PendingReportTask",
        "PendingSyncTask",
        "PendingTask",
    ),
    ".client._async.client": ("AsyncClient",),
    ".client._sync.client": ("Client",),
    ".listing.errors": ("IncompleteListError",),
    ".tasks.errors": ("AnaplanActionError", "TaskCancelled", "TaskTimeout"),
    ".tasks.handle": ("TaskHandle",),
    ".tasks.load_report": ("ActionLoad", "LoadReport"),
    ".tasks.rejected_rows": ("RejectedRow",),
    ".tasks.task_status": ("TaskStatus",),
    ".transactional._async.resource": ("AsyncTransactional",),
    ".transactional._sync.resource": ("Transactional",),
    ".transactional.errors": ("PartialWriteError", "ReadError", "ReadQuotaError"),
    ".transactional.write_result": ("CellWriteResult", "ListWriteResult"),
    ".transfers.errors": ("DownloadError", "UploadError"),
    ".transfers.manifest": ("UploadManifest",),
    ".transfers.progress": ("TransferProgress",),
    ".transfers.progress_bar": ("progress_bar",),
    ".transport.errors": ("OutcomeUnknown",),
    ".transport.rate_limit": ("RateLimit",),
    ".transport.retry": ("RetryPolicy",),
}

if not TYPE_CHECKING:
    __getattr__ = lazy_exports(__name__, {name: module for module, names in _EXPORTS.items() for name in names})


def __dir__() -> list[str]:
    return __all__
