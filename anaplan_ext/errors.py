"""All errors of the clients."""

from .listing.errors import IncompleteListing
from .tasks.errors import AnaplanActionError, TaskCancelled, TaskTimeout
from .transactional.errors import PartialWriteError, ReadError, ReadQuotaError
from .transfers.errors import DownloadError, UploadError
from .transport.errors import OutcomeUnknown

__all__ = [
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
]
