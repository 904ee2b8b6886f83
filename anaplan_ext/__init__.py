"""Clients for Anaplan that sign in, retry, wait and transfer files. `anaplan_client` has the operations they send."""

from typing import TYPE_CHECKING

from anaplan_client.core.lazy_exports import lazy_exports

from .exports import MODULES

if TYPE_CHECKING:
    from anaplan_client.alm.models import ModelRevision, ReportTask, Revision, SummaryReport, SyncTask, TaskSummary
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
    from .alm._async.bound_plan import AsyncBoundPlan
    from .alm._async.resource import AsyncAlm
    from .alm._sync.bound_plan import BoundPlan
    from .alm._sync.resource import Alm
    from .alm.apply import ApplyProgress, TargetResult
    from .alm.approval import Approval
    from .alm.change_counts import find_count_differences
    from .alm.changelog import Changelog, ChangelogEntry, HistoryEntry
    from .alm.changes import Change, find_risks
    from .alm.comparison_report import ComparisonReport
    from .alm.errors import ComparisonReportError
    from .alm.graph import GraphColumn, PromotionGraph
    from .alm.lineage import RevisionInfo
    from .alm.plan import Plan
    from .alm.planned_target import PlannedTarget, PlanRisk
    from .alm.promotion_errors import (
        ApprovalError,
        MovedTarget,
        PlanError,
        PlanExpiredError,
        PlanLockedError,
        PlanStaleError,
        PlanVersionError,
        PromotionError,
        RiskError,
    )
    from .alm.report_layout import HeadEntry, ReportRow, ReportSection
    from .alm.status import ModelPlace, PromotionStatus, TargetStatus, WorkspaceRoom
    from .alm.task_types import CompletedReportTask, CompletedSyncTask, PendingReportTask, PendingSyncTask, PendingTask
    from .audit._async.resource import AsyncAudit
    from .audit._sync.resource import Audit
    from .audit.cursor import AuditBatch, AuditCursor
    from .audit.event_file import EventFile
    from .auth.oauth.browser import listen_for_redirect, paste_redirect
    from .auth.oauth.config import OAuth
    from .auth.oauth.device import DeviceCode, print_device_code
    from .auth.oauth.errors import OAuthError, RedirectError, SignInDeniedError, SignInRequiredError, SignInTimeoutError
    from .auth.oauth.redirect import AuthorizationRequest
    from .auth.stores.errors import TokenStoreError
    from .auth.stores.file import FileTokenStore
    from .auth.stores.keyring import KeyringTokenStore
    from .auth.stores.memory import MemoryTokenStore
    from .auth.stores.token import StoredToken, TokenStore
    from .client._async.client import AsyncClient
    from .client._sync.client import Client
    from .client.errors import ConfigurationError
    from .cloudworks._async.resource import AsyncCloudWorks
    from .cloudworks._sync.resource import CloudWorks
    from .cloudworks.errors import (
        ChangedMeanwhileError,
        IntegrationRunCancelledError,
        IntegrationRunError,
        PartialRunError,
    )
    from .cloudworks.reports import FailedIntegration
    from .cloudworks.runs import ActionErrors, FlowReport, RunReport
    from .exception_users._async.resource import AsyncExceptionUsers
    from .exception_users._sync.resource import ExceptionUsers
    from .files._async.resource import AsyncFiles, AsyncModelFile
    from .files._sync.resource import Files, ModelFile
    from .frames._async.table import AsyncTable
    from .frames._sync.table import Table
    from .frames.errors import FrameValueError, RecordTooLongError, TableError
    from .listing.errors import AmbiguousNameError, IncompleteListError, NameNotFoundError
    from .loads.plan import LoadPlan, PlannedFile
    from .tasks.errors import AnaplanActionError, TaskCancelled, TaskTimeout
    from .tasks.handle import TaskHandle
    from .tasks.load_report import ActionLoad, LoadReport
    from .tasks.rejected_rows import RejectedRow, RejectedRows
    from .tasks.task_status import TaskStatus
    from .transactional._async.resource import AsyncTransactional
    from .transactional._sync.resource import Transactional
    from .transactional.errors import PartialWriteError, ReadError, ReadQuotaError
    from .transactional.write_result import CellWriteResult, ListWriteResult
    from .transfers.errors import DownloadError, UploadError
    from .transfers.manifest import UploadManifest
    from .transfers.progress import TransferProgress
    from .transfers.progress_bar import progress_bar
    from .transport.errors import OutcomeUnknown, RateLimitStoreError
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
    "ActionErrors",
    "ActionLoad",
    "Administration",
    "Alm",
    "AmbiguousNameError",
    "AnaplanActionError",
    "AnaplanError",
    "ApiError",
    "ApplyProgress",
    "Approval",
    "ApprovalError",
    "AsyncAdministration",
    "AsyncAlm",
    "AsyncAudit",
    "AsyncBoundPlan",
    "AsyncClient",
    "AsyncCloudWorks",
    "AsyncExceptionUsers",
    "AsyncFiles",
    "AsyncModelFile",
    "AsyncTable",
    "AsyncTransactional",
    "AsyncUsers",
    "Audit",
    "AuditBatch",
    "AuditCursor",
    "AuthenticationError",
    "AuthorizationRequest",
    "BadRequestError",
    "BoundPlan",
    "CellWriteResult",
    "Change",
    "ChangedMeanwhileError",
    "Changelog",
    "ChangelogEntry",
    "Client",
    "CloudWorks",
    "ComparisonReport",
    "ComparisonReportError",
    "CompletedReportTask",
    "CompletedSyncTask",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "DecodeError",
    "DeviceCode",
    "DownloadError",
    "EventFile",
    "ExceptionUsers",
    "Export",
    "FailedIntegration",
    "File",
    "FileTokenStore",
    "Files",
    "FlowReport",
    "FrameValueError",
    "GraphColumn",
    "HeadEntry",
    "HistoryEntry",
    "Import",
    "IncompleteListError",
    "IntegrationRunCancelledError",
    "IntegrationRunError",
    "KeyringTokenStore",
    "ListWriteResult",
    "LoadPlan",
    "LoadReport",
    "MemoryTokenStore",
    "Model",
    "ModelAccess",
    "ModelArchivedError",
    "ModelFile",
    "ModelLockedError",
    "ModelPlace",
    "ModelRevision",
    "MovedTarget",
    "NameNotFoundError",
    "NetworkSettingsError",
    "NotFoundError",
    "OAuth",
    "OAuthError",
    "OutcomeUnknown",
    "PartialRunError",
    "PartialUserUpdateError",
    "PartialWriteError",
    "PendingReportTask",
    "PendingSyncTask",
    "PendingTask",
    "PermissionDeniedError",
    "Plan",
    "PlanError",
    "PlanExpiredError",
    "PlanLockedError",
    "PlanRisk",
    "PlanStaleError",
    "PlanVersionError",
    "PlannedFile",
    "PlannedTarget",
    "Process",
    "PromotionError",
    "PromotionGraph",
    "PromotionStatus",
    "RateLimit",
    "RateLimitError",
    "RateLimitStoreError",
    "ReadError",
    "ReadQuotaError",
    "RecordTooLongError",
    "RedirectError",
    "RejectedRow",
    "RejectedRows",
    "RejectedUser",
    "ReportRow",
    "ReportSection",
    "ReportTask",
    "RequestTimeoutError",
    "RetryPolicy",
    "Revision",
    "RevisionInfo",
    "RiskError",
    "RunReport",
    "ServerError",
    "SignInDeniedError",
    "SignInRequiredError",
    "SignInTimeoutError",
    "StatusError",
    "StoredToken",
    "SummaryReport",
    "SyncTask",
    "Table",
    "TableError",
    "TargetResult",
    "TargetStatus",
    "TaskCancelled",
    "TaskHandle",
    "TaskStatus",
    "TaskSummary",
    "TaskTimeout",
    "TokenStore",
    "TokenStoreError",
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
    "WorkspaceRoom",
    "__version__",
    "access_report",
    "find_count_differences",
    "find_risks",
    "listen_for_redirect",
    "paste_redirect",
    "print_device_code",
    "progress_bar",
    "read_user_rows",
    "to_columns",
    "to_request",
    "users_without_sign_in",
    "workspace_ids",
]

if not TYPE_CHECKING:
    # Imported at first use. The emulator and its pytest plugin need none of them.
    __getattr__ = lazy_exports(__name__, {name: module for module, names in MODULES.items() for name in names})


def __dir__() -> list[str]:
    return __all__
