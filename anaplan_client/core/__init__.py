"""The runtime of the generated clients: requests, their errors, and the clients that send them."""

from .codec.enums import OpenStrEnum
from .codec.model import JsonModel
from .errors import (
    AnaplanError,
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ConnectError,
    DecodeError,
    ErrorContext,
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
from .observer import Observed, Observer
from .request import Content, Effect, Host, Request

__all__ = [
    "AnaplanError",
    "ApiError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "ConnectError",
    "Content",
    "DecodeError",
    "Effect",
    "ErrorContext",
    "Host",
    "JsonModel",
    "ModelArchivedError",
    "ModelLockedError",
    "NetworkSettingsError",
    "NotFoundError",
    "Observed",
    "Observer",
    "OpenStrEnum",
    "PermissionDeniedError",
    "RateLimitError",
    "Request",
    "RequestTimeoutError",
    "ServerError",
    "StatusError",
    "TransportError",
]
