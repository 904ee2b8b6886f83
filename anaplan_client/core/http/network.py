"""How the network is reached: certificates, proxies, and the HTTP library's own settings."""

from __future__ import annotations

import importlib.util
import os
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypedDict, cast
from urllib.parse import urlsplit

import httpx
from attrs import define, field

from ..errors import NetworkSettingsError

Verify: TypeAlias = bool | str | os.PathLike[str] | ssl.SSLContext
"""True, a file of certificate authorities, a context of the caller's, or False for no verification at all."""
Cert: TypeAlias = str | os.PathLike[str] | tuple[str | os.PathLike[str], ...]
"""A client certificate for TLS: a PEM file with its key, or certificate, key and the key's password."""

READ_BYTES = 1 << 18
"""Bytes that are read from a connection at a time; the HTTP library asks for a quarter of it, which costs more."""
MAX_CONNECTIONS = 100
_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


class ClientOptions(TypedDict):
    """What both of the HTTP library's clients are made with."""

    verify: ssl.SSLContext
    proxy: str | None
    trust_env: bool
    limits: httpx.Limits


@define
class NetworkSettings:
    """How every byte of a client is sent and received. Reads no file before the first request.

    Args:
        verify: Whom to trust: True for the usual certificate authorities (or those of `SSL_CERT_FILE` and
            `SSL_CERT_DIR`), the path of a PEM file, an `ssl.SSLContext`, or False to verify nothing.
        cert: A client certificate for TLS: the path of a PEM file that also holds the key, or a tuple of the paths of
            certificate and key and, if need be, the key's password.
        proxy: URL of a proxy: http, https, socks5 or socks5h.
        trust_env: Whether proxies and certificate authorities named by the environment are used.

    Raises:
        TypeError: for an argument of another type.
        ValueError: for a proxy URL that cannot be used.
    """

    verify: Verify = True
    cert: Cert | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    trust_env: bool = True
    _context: ssl.SSLContext | None = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        _check_verify(self.verify)
        if self.cert is not None:
            _check_cert(self.cert)
            if isinstance(self.verify, ssl.SSLContext):
                raise ValueError("cert must be loaded into the ssl.SSLContext that verify is; pass one of the two")
        _check_bool("trust_env", self.trust_env)
        if self.proxy is not None:
            check_proxy("proxy", self.proxy)

    def after_fork(self) -> None:
        """Replace the lock, which another thread of the parent process may have held."""
        self._lock = threading.Lock()

    def options(self, secure: bool) -> ClientOptions:
        """Return the arguments of an HTTP client. Without `secure`, every https URL is rejected instead of verified."""
        return {
            "verify": self._secure_context() if secure or self.proxy or self.cert else _rejecting_context(),
            "proxy": self.proxy,
            "trust_env": self.trust_env,
            # All that are open are kept: closing surplus ones may hit one that another caller was just given.
            "limits": httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS),
        }

    @contextmanager
    def explained(self) -> Generator[None]:
        """Raise `NetworkSettingsError` for what the HTTP library rejects in the settings or the environment."""
        try:
            yield
        except ImportError as error:
            raise NetworkSettingsError("a SOCKS proxy needs the package socksio: pip install 'httpx[socks]'") from error
        except (ValueError, TypeError, httpx.InvalidURL) as error:
            raise NetworkSettingsError(f"the proxy settings of the environment cannot be used: {error}") from error

    def _secure_context(self) -> ssl.SSLContext:
        with self._lock:  # loading the authorities takes longer than many requests
            if self._context is None:
                self._context = self._new_context()
            return self._context

    def _new_context(self) -> ssl.SSLContext:
        if isinstance(self.verify, ssl.SSLContext):
            context = self.verify
        elif self.verify is False:
            context = httpx.create_ssl_context(verify=False)
        elif self.verify is True:
            context = self._default_context()
        else:
            context = _from_authorities("verify", self.verify)
        if self.cert is not None:
            _load_cert(context, self.cert)
        return context

    def _default_context(self) -> ssl.SSLContext:
        file = os.environ.get("SSL_CERT_FILE") if self.trust_env else None
        if file:
            return _from_authorities("SSL_CERT_FILE", file)
        try:
            return httpx.create_ssl_context(verify=True, trust_env=self.trust_env)
        except OSError as error:
            raise NetworkSettingsError(f"the certificate authorities cannot be loaded: {error}") from error


def check_proxy(name: str, url: object) -> None:
    """Raise `TypeError` or `ValueError` for what is not the URL of a proxy that can be used."""
    if not isinstance(url, str):
        raise TypeError(f"{name} must be a URL (got {type(url).__name__})")
    scheme = _proxy_scheme(url)
    if scheme is None:  # the URL is not shown, since it may hold a password
        raise ValueError(f"{name} must be a URL of {', '.join(_PROXY_SCHEMES)}, such as http://proxy.example.com:3128")
    if scheme.startswith("socks") and importlib.util.find_spec("socksio") is None:
        raise ValueError(f"{name}: a SOCKS proxy needs the package socksio: pip install 'httpx[socks]'")


def _proxy_scheme(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return parts.scheme if parts.scheme in _PROXY_SCHEMES and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def install_backend(http: httpx.Client | httpx.AsyncClient, backend: object) -> None:
    """Have an HTTP client open its connections by a backend of ours.

    httpx has no public way to pass one on to httpcore. A proxy with TLS of its own keeps the library's backend, which
    secures a connection within a secured one; there, a wait ends only with its timeout.
    """
    for pool in pools(http):
        proxy = getattr(pool, "_proxy_url", None)
        if proxy is None or proxy.scheme != b"https":
            pool._network_backend = backend
        if isinstance(http, httpx.Client):
            # An interrupt may leave the library's own lock taken for good, since it is taken by Python code.
            pool._optional_thread_lock = threading.Lock()


def pools(http: httpx.Client | httpx.AsyncClient) -> Generator[Any]:
    """Yield the pools of connections of an HTTP client."""
    for transport in (http._transport, *http._mounts.values()):  # pyright: ignore[reportPrivateUsage]
        pool = getattr(transport, "_pool", None)
        if pool is not None:
            yield pool


def _check_verify(verify: object) -> None:
    if not isinstance(verify, bool | str | os.PathLike | ssl.SSLContext):
        raise TypeError(f"verify must be a bool, a path or an ssl.SSLContext (got {type(verify).__name__})")
    if verify == "":
        raise ValueError("verify must not be an empty path; pass False to verify nothing")


def _check_cert(cert: object) -> None:
    parts = cast("tuple[object, ...]", cert) if isinstance(cert, tuple) else (cert,)
    if not 1 <= len(parts) <= 3 or not all(isinstance(part, str | os.PathLike) for part in parts):
        raise TypeError("cert must be the path of a PEM file, or a tuple of certificate, key and the key's password")


def _check_bool(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be a bool (got {type(value).__name__})")


def _load_cert(context: ssl.SSLContext, cert: Cert) -> None:
    parts = [os.fspath(path) for path in (cert if isinstance(cert, tuple) else (cert,))]
    key, password = (parts[1] if len(parts) > 1 else None), (parts[2] if len(parts) > 2 else "")
    try:
        # Without a password, OpenSSL would ask for one at the terminal.
        context.load_cert_chain(parts[0], key, lambda: password)
    except OSError as error:
        raise NetworkSettingsError(f"cert cannot be used: {parts[0]}: {error}") from error


def _from_authorities(name: str, path: str | os.PathLike[str]) -> ssl.SSLContext:
    try:
        if os.path.isdir(path):
            return ssl.create_default_context(capath=os.fspath(path))
        return ssl.create_default_context(cafile=os.fspath(path))
    except OSError as error:
        text = f"{name} must name a file of certificate authorities in PEM form (got {os.fspath(path)!r}: {error})"
        raise NetworkSettingsError(text) from error


def _rejecting_context() -> ssl.SSLContext:
    # Verification is on and nobody is trusted, in case a URL turns out to be https after all.
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
