"""Recognize failures on a connection before the request was sent, so that it had no effect."""

from __future__ import annotations

import ssl

import httpcore

from .stopping import StoppedError

_ABOUT_CLIENT = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "DECRYPT_ERROR", "HANDSHAKE_FAILURE")


def unsent_error(connection: object, error: BaseException) -> Exception | None:
    """Return the error to raise if a proxy was not yet connected to the server, or None if the request may be sent.

    A tunnel and a SOCKS connection keep the connection to the server in these attributes. Without them, the request
    counts as possibly sent.
    """
    is_connected = getattr(connection, "_connected", True) and getattr(connection, "_connection", True) is not None
    if is_connected or isinstance(error, StoppedError | httpcore.ProxyError) or not isinstance(error, Exception):
        return None
    kind = httpcore.ConnectTimeout if isinstance(error, httpcore.TimeoutException) else httpcore.ConnectError
    return kind(f"the proxy did not connect: {str(error) or type(error).__name__}")


def is_client_rejected(error: object) -> bool:
    """Return whether a server rejected the client's certificate after the client's side of the TLS handshake.

    With TLS 1.3 the client only learns of it with the first response. The server has not read a request then.
    """
    if not isinstance(error, ssl.SSLError) or "ALERT" not in (error.reason or ""):
        return False
    return any(word in error.reason for word in _ABOUT_CLIENT)
