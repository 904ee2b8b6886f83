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

    from .alm._async.resource import AsyncAlm
    from .alm._sync.resource import Alm
    from .alm.task_types import CompletedReportTask, CompletedSyncTask, PendingReportTask, PendingSyncTask, PendingTask
    from .client._async.client import AsyncClient
    from .client._sync.client import Client
    from .cloudworks._async.resource import AsyncCloudWorks
    from .cloudworks._sync.resource import CloudWorks
    from .cloudworks.errors import (
        ChangedMeanwhileError,
        IntegrationRunCancelledError,
        IntegrationRunError,
        NameNotUniqueError,
        PartialRunError,
    )
    from .cloudworks.reports import FailedIntegration
    from .cloudworks.runs import ActionErrors, FlowReport, RunReport
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

__all__ = [
    "Action",
    "ActionErrors",
    "ActionLoad",
    "Alm",
    "AnaplanActionError",
    "AnaplanError",
    "ApiError",
    "AsyncAlm",
    "AsyncClient",
    "AsyncCloudWorks",
    "AsyncTransactional",
    "AuthenticationError",
    "BadRequestError",
    "CellWriteResult",
    "ChangedMeanwhileError",
    "Client",
    "CloudWorks",
    "CompletedReportTask",
    "CompletedSyncTask",
    "ConflictError",
    "ConnectError",
    "DecodeError",
    "DownloadError",
    "Export",
    "FailedIntegration",
    "File",
    "FlowReport",
    "Import",
    "IncompleteListError",
    "IntegrationRunCancelledError",
    "IntegrationRunError",
    "ListWriteResult",
    "LoadReport",
    "Model",
    "ModelArchivedError",
    "ModelLockedError",
    "ModelRevision",
    "NameNotUniqueError",
    "NetworkSettingsError",
    "NotFoundError",
    "OutcomeUnknown",
    "PartialRunError",
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
    "ReportTask",
    "RequestTimeoutError",
    "RetryPolicy",
    "Revision",
    "RunReport",
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
    "Workspace",
    "__version__",
    "progress_bar",
    "to_columns",
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
    ".cloudworks._async.resource": ("AsyncCloudWorks",),
    ".cloudworks._sync.resource": ("CloudWorks",),
    ".cloudworks.errors": (
        "ChangedMeanwhileError",
        "IntegrationRunCancelledError",
        "IntegrationRunError",
        "NameNotUniqueError",
        "PartialRunError",
    ),
    ".cloudworks.reports": ("FailedIntegration",),
    ".cloudworks.runs": ("ActionErrors", "FlowReport", "RunReport"),
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
