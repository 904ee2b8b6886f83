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
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeout,
    ServerError,
    StatusError,
    TransportError,
)
from .observed import Observed, Observer
from .request import Content, Effect, Host, Into, Read, Request

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
    "Into",
    "ModelArchivedError",
    "ModelLockedError",
    "NotFoundError",
    "Observed",
    "Observer",
    "OpenStrEnum",
    "PermissionDeniedError",
    "RateLimitError",
    "Read",
    "Request",
    "RequestTimeout",
    "ServerError",
    "StatusError",
    "TransportError",
]
