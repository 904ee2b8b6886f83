"""All errors of the clients."""

from .cloudworks.errors import (
    ChangedMeanwhileError,
    IntegrationRunCancelledError,
    IntegrationRunError,
    NameNotUniqueError,
    PartialRunError,
)
from .listing.errors import IncompleteListError
from .tasks.errors import AnaplanActionError, TaskCancelled, TaskTimeout
from .transactional.errors import PartialWriteError, ReadError, ReadQuotaError
from .transfers.errors import DownloadError, UploadError
from .transport.errors import OutcomeUnknown

__all__ = [
    "AnaplanActionError",
    "ChangedMeanwhileError",
    "DownloadError",
    "IncompleteListError",
    "IntegrationRunCancelledError",
    "IntegrationRunError",
    "NameNotUniqueError",
    "OutcomeUnknown",
    "PartialRunError",
    "PartialWriteError",
    "ReadError",
    "ReadQuotaError",
    "TaskCancelled",
    "TaskTimeout",
    "UploadError",
]
