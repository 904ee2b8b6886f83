"""All errors of the clients."""

from .listing.errors import AmbiguousNameError, IncompleteListError, NameNotFoundError
from .tasks.errors import AnaplanActionError, TaskCancelled, TaskTimeout
from .transactional.errors import PartialWriteError, ReadError, ReadQuotaError
from .transfers.errors import DownloadError, UploadError
from .transport.errors import OutcomeUnknown

__all__ = [
    "AmbiguousNameError",
    "AnaplanActionError",
    "DownloadError",
    "IncompleteListError",
    "NameNotFoundError",
    "OutcomeUnknown",
    "PartialWriteError",
    "ReadError",
    "ReadQuotaError",
    "TaskCancelled",
    "TaskTimeout",
    "UploadError",
]
