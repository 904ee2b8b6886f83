"""The two clients that send generated requests."""

from ._async.api_client import AsyncApiClient
from ._sync.api_client import ApiClient

__all__ = ["ApiClient", "AsyncApiClient"]
