"""All errors of the clients."""

from .alm.errors import ComparisonReportError
from .alm.promotion_errors import (
    ApprovalError,
    PlanError,
    PlanExpiredError,
    PlanLockedError,
    PlanStaleError,
    PlanVersionError,
    PromotionError,
    RiskError,
)
from .auth.oauth.errors import (
    OAuthError,
    RedirectError,
    SignInDeniedError,
    SignInRequiredError,
    SignInTimeoutError,
)
from .auth.stores.errors import TokenStoreError
from .client.errors import ConfigurationError
from .cloudworks.errors import (
    ChangedMeanwhileError,
    IntegrationRunCancelledError,
    IntegrationRunError,
    PartialRunError,
)
from .frames.errors import FrameValueError, RecordTooLongError, TableError
from .listing.errors import AmbiguousNameError, IncompleteListError, NameNotFoundError
from .tasks.errors import AnaplanActionError, TaskCancelled, TaskTimeout
from .transactional.errors import PartialWriteError, ReadError, ReadQuotaError
from .transfers.errors import DownloadError, UploadError
from .transport.errors import OutcomeUnknown, RateLimitStoreError

__all__ = [
    "AmbiguousNameError",
    "AnaplanActionError",
    "ApprovalError",
    "ChangedMeanwhileError",
    "ComparisonReportError",
    "ConfigurationError",
    "DownloadError",
    "FrameValueError",
    "IncompleteListError",
    "IntegrationRunCancelledError",
    "IntegrationRunError",
    "NameNotFoundError",
    "OAuthError",
    "OutcomeUnknown",
    "PartialRunError",
    "PartialWriteError",
    "PlanError",
    "PlanExpiredError",
    "PlanLockedError",
    "PlanStaleError",
    "PlanVersionError",
    "PromotionError",
    "RateLimitStoreError",
    "ReadError",
    "ReadQuotaError",
    "RecordTooLongError",
    "RedirectError",
    "RiskError",
    "SignInDeniedError",
    "SignInRequiredError",
    "SignInTimeoutError",
    "TableError",
    "TaskCancelled",
    "TaskTimeout",
    "TokenStoreError",
    "UploadError",
]
