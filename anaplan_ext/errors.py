"""All errors of the clients."""

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
from .transport.errors import OutcomeUnknown

__all__ = [
    "AmbiguousNameError",
    "AnaplanActionError",
    "ChangedMeanwhileError",
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
    "ReadError",
    "ReadQuotaError",
    "RecordTooLongError",
    "RedirectError",
    "SignInDeniedError",
    "SignInRequiredError",
    "SignInTimeoutError",
    "TableError",
    "TaskCancelled",
    "TaskTimeout",
    "TokenStoreError",
    "UploadError",
]
