"""The runtime of the generated clients: requests, their errors, and the clients that send them."""

from typing import TYPE_CHECKING

from .lazy_exports import lazy_exports

if TYPE_CHECKING:
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

# Imported at first use: the command line prints its help without them.
_EXPORTS = {
    ".codec.enums": ("OpenStrEnum",),
    ".codec.model": ("JsonModel",),
    ".errors": (
        "AnaplanError",
        "ApiError",
        "AuthenticationError",
        "BadRequestError",
        "ConflictError",
        "ConnectError",
        "DecodeError",
        "ErrorContext",
        "ModelArchivedError",
        "ModelLockedError",
        "NetworkSettingsError",
        "NotFoundError",
        "PermissionDeniedError",
        "RateLimitError",
        "RequestTimeoutError",
        "ServerError",
        "StatusError",
        "TransportError",
    ),
    ".observer": (
        "Observed",
        "Observer",
    ),
    ".request": (
        "Content",
        "Effect",
        "Host",
        "Request",
    ),
}

if not TYPE_CHECKING:
    __getattr__ = lazy_exports(__name__, {name: module for module, names in _EXPORTS.items() for name in names})


def __dir__() -> list[str]:
    return __all__
