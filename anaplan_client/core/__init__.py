"""The runtime of the generated clients: requests, their errors, and the clients that send them."""

from .enums import OpenStrEnum
from .errors import (
    AnaplanError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ConnectError,
    DecodeError,
    ExchangeError,
    FailedExchange,
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
from .observed import Observed, Observer
from .request import Content, Effect, Host, Request

__all__ = [
    "AnaplanError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "ConnectError",
    "Content",
    "DecodeError",
    "Effect",
    "ExchangeError",
    "FailedExchange",
    "Host",
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
    "RequestTimeout",
    "ServerError",
    "StatusError",
    "TransportError",
]
