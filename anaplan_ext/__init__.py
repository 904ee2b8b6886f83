"""Clients for Anaplan that sign in, repeat, wait, and move files; `anaplan_client` has the operations beneath them."""

from typing import TYPE_CHECKING

from anaplan_client.core.lazy import face

if TYPE_CHECKING:
    from anaplan_client.alm.models import (
        ModelRevision,
        PendingTask,
        ReportTask,
        Revision,
        SummaryReport,
        SyncTask,
        TaskSummary,
    )
    from anaplan_client.core import (
        AnaplanError,
        AuthenticationError,
        BadRequestError,
        ConflictError,
        ConnectError,
        DecodeError,
        ExchangeError,
        ModelArchivedError,
        ModelLockedError,
        NetworkSettingsError,
        NotFoundError,
        PermissionDeniedError,
        RateLimitError,
        RequestTimeout,
        ServerError,
        StatusError,
        TransportError,
    )

    from ._async.alm import AsyncAlm
    from ._async.client import AsyncClient
    from ._async.transactional import AsyncTransactional
    from ._sync.alm import Alm
    from ._sync.client import Client
    from ._sync.transactional import Transactional
    from .alm_types import CompletedReportTask, CompletedSyncTask
    from .bars import progress_bar
    from .errors import (
        AnaplanActionError,
        DownloadError,
        IncompleteListing,
        OutcomeUnknown,
        PartialWriteError,
        ReadError,
        ReadQuotaError,
        TaskCancelled,
        TaskTimeout,
        UploadError,
    )
    from .handles import TaskHandle
    from .limiter import RateLimit
    from .loads import ActionLoad, LoadReport
    from .manifest import UploadManifest
    from .progress import TransferProgress
    from .rejected_rows import RejectedRow
    from .retry import RetryPolicy
    from .write_results import CellWriteResult, ListWriteResult

__all__ = [
    "ActionLoad",
    "Alm",
    "AnaplanActionError",
    "AnaplanError",
    "AsyncAlm",
    "AsyncClient",
    "AsyncTransactional",
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
    "ExchangeError",
    "IncompleteListing",
    "ListWriteResult",
    "LoadReport",
    "ModelArchivedError",
    "ModelLockedError",
    "ModelRevision",
    "NetworkSettingsError",
    "NotFoundError",
    "OutcomeUnknown",
    "PartialWriteError",
    "PendingTask",
    "PermissionDeniedError",
    "RateLimit",
    "RateLimitError",
    "ReadError",
    "ReadQuotaError",
    "RejectedRow",
    "ReportTask",
    "RequestTimeout",
    "RetryPolicy",
    "Revision",
    "ServerError",
    "StatusError",
    "SummaryReport",
    "SyncTask",
    "TaskCancelled",
    "TaskHandle",
    "TaskSummary",
    "TaskTimeout",
    "Transactional",
    "TransferProgress",
    "TransportError",
    "UploadError",
    "UploadManifest",
    "progress_bar",
]

# Found when they are asked for: the emulator and its pytest plugin need none of them.
_HOMES = {
    "anaplan_client.alm.models": (
        "ModelRevision",
        "PendingTask",
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
        "ExchangeError",
        "ModelArchivedError",
        "ModelLockedError",
        "NetworkSettingsError",
        "NotFoundError",
        "PermissionDeniedError",
        "RateLimitError",
        "RequestTimeout",
        "ServerError",
        "StatusError",
        "TransportError",
    ),
    "._async.alm": ("AsyncAlm",),
    "._async.client": ("AsyncClient",),
    "._async.transactional": ("AsyncTransactional",),
    "._sync.alm": ("Alm",),
    "._sync.client": ("Client",),
    "._sync.transactional": ("Transactional",),
    ".alm_types": (
        "CompletedReportTask",
        "CompletedSyncTask",
    ),
    ".errors": (
        "AnaplanActionError",
        "DownloadError",
        "IncompleteListing",
        "OutcomeUnknown",
        "PartialWriteError",
        "ReadError",
        "ReadQuotaError",
        "TaskCancelled",
        "TaskTimeout",
        "UploadError",
    ),
    ".manifest": ("UploadManifest",),
    ".handles": ("TaskHandle",),
    ".limiter": ("RateLimit",),
    ".loads": ("ActionLoad", "LoadReport"),
    ".progress": ("TransferProgress",),
    ".rejected_rows": ("RejectedRow",),
    ".bars": ("progress_bar",),
    ".retry": ("RetryPolicy",),
    ".write_results": (
        "CellWriteResult",
        "ListWriteResult",
    ),
}

if not TYPE_CHECKING:
    __getattr__ = face(__name__, {name: home for home, names in _HOMES.items() for name in names})


def __dir__() -> list[str]:
    return __all__
