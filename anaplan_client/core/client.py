"""The two clients that send generated requests, and the content of their streams."""

from .http._async.api_client import AsyncApiClient, AsyncBody
from .http._sync.api_client import ApiClient, Body

__all__ = ["ApiClient", "AsyncApiClient", "AsyncBody", "Body"]
