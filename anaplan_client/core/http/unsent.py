"""Tell failures before a request was sent, although there was a connection: nothing of it can have had an effect."""

from __future__ import annotations

import ssl

import httpcore

from .stopping import StoppedError

_ABOUT_CLIENT = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "DECRYPT_ERROR", "HANDSHAKE_FAILURE")


def unsent_error(connection: object, error: BaseException) -> Exception | None:
    """Return what to raise instead of an error of a connection by a proxy which did not yet lead to the server.

    None where the request may have been sent. A tunnel and a SOCKS connection keep in these attributes what they lead
    to; were they to go, errors would count as possibly sent.
    """
    leads_on = getattr(connection, "_connected", True) and getattr(connection, "_connection", True) is not None
    if leads_on or isinstance(error, StoppedError | httpcore.ProxyError) or not isinstance(error, Exception):
        return None
    kind = httpcore.ConnectTimeout if isinstance(error, httpcore.TimeoutException) else httpcore.ConnectError
    return kind(f"the proxy did not connect: {str(error) or type(error).__name__}")


def is_client_rejected(error: object) -> bool:
    """Return whether a server ended a TLS handshake that was over for the client, for lack of a certificate it takes.

    With TLS 1.3 a client learns of it only with the first response. The server has read no request then.
    """
    if not isinstance(error, ssl.SSLError) or "ALERT" not in (error.reason or ""):
        return False
    return any(word in error.reason for word in _ABOUT_CLIENT)
