"""Network settings: certificates, proxies, and the options of the HTTP library."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from http.cookiejar import CookieJar
from typing import Any, Never, Protocol, TypeAlias, TypedDict, cast
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx
from attrs import define, field

from ..errors import NetworkSettingsError

Verify: TypeAlias = bool | str | os.PathLike[str] | ssl.SSLContext
"""True, a file or folder of certificate authorities, a context of the caller's, or False for no verification at all."""
Cert: TypeAlias = str | os.PathLike[str] | tuple[str | os.PathLike[str], ...]
"""A client certificate for TLS: a PEM file with its key, or certificate, key and the key's password."""

READ_BYTES = 1 << 18
"""Size of a read from a connection. The HTTP library requests a quarter of it, which costs more."""
MAX_CONNECTIONS = 100
_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""How OpenSSL names the files in a folder of authorities."""
_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


class ClientOptions(TypedDict):
    """The arguments of both clients of the HTTP library."""

    verify: ssl.SSLContext
    proxy: str | None
    trust_env: bool
    limits: httpx.Limits
    cookies: CookieJar
    headers: dict[str, str]


def user_agent() -> str:
    """Return the `User-Agent` of our own HTTP clients, such as `anaplan-client/0.1.0 python/3.11 httpx/0.28`."""
    from ..version import __version__  # late, because reading it takes milliseconds

    python, library = (".".join(version.split(".")[:2]) for version in (platform.python_version(), httpx.__version__))
    return f"anaplan-client/{__version__} python/{python} httpx/{library}"


@define
class NetworkSettings:
    """How every byte of a client is sent and received. Reads no file before the first request.

    Raises:
        TypeError: for an argument of another type.
        ValueError: for a proxy URL that cannot be used, the content of a certificate instead of its path, or a context
            for servers.
    """

    verify: Verify = True
    """Whom to trust: True for the usual certificate authorities (or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`), the
    path of a PEM file, or of a folder as `openssl rehash` makes it, an `ssl.SSLContext`, or False to verify nothing."""
    cert: Cert | None = field(default=None, repr=False)
    """A client certificate for TLS: the path of a PEM file that also holds the key, or a tuple of the paths of
    certificate and key and, if need be, the key's password."""
    proxy: str | None = field(default=None, repr=False)
    """URL of a proxy: http, https, socks5 or socks5h."""
    trust_env: bool = True
    """Whether proxies and certificate authorities named by the environment are used."""
    _context: ssl.SSLContext | None = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False, repr=False, eq=False)
    _cookies: CookieJar = field(factory=CookieJar, init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        _check_verify(self.verify)
        if self.cert is not None:
            _check_cert(self.cert)
            if isinstance(self.verify, ssl.SSLContext):
                raise ValueError("cert must be loaded into the ssl.SSLContext that verify is; pass one of the two")
        if not isinstance(cast("object", self.trust_env), bool):
            raise TypeError(f"trust_env must be a bool (got {type(self.trust_env).__name__})")
        if self.proxy is not None:
            check_proxy("proxy", self.proxy)

    def after_fork(self) -> None:
        """Replace the locks, which another thread of the parent process may have held."""
        self._lock = threading.Lock()
        cookies, self._cookies = self._cookies, CookieJar()
        for cookie in cookies:
            self._cookies.set_cookie(cookie)

    def options(self, secure: bool) -> ClientOptions:
        """Return the arguments of an HTTP client. Without `secure`, every https URL is rejected instead of verified.

        Raises `NetworkSettingsError` for certificates or proxies of the environment that cannot be used.
        """
        proxies = [self.proxy] if self.proxy is not None else self._environment_proxies()
        secure = secure or any(_proxy_scheme(url) == "https" for url in proxies)
        return {
            "verify": self._secure_context() if secure or self.cert else _rejecting_context(),
            "proxy": self.proxy,
            "trust_env": self.trust_env,
            # Keep all open connections: closing a surplus one may hit one that another caller has just received.
            "limits": httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS),
            "cookies": self._cookies,
            "headers": {"User-Agent": user_agent()},
        }

    def _environment_proxies(self) -> list[str]:
        if not self.trust_env:
            return []
        named = getproxies()
        if "*" in [host.strip() for host in named.pop("no", "").split(",")]:
            return []
        proxies = {name: named[name] for name in ("http", "https", "all") if named.get(name)}
        for name, url in proxies.items():
            try:
                check_proxy(f"{name.upper()}_PROXY", url if "://" in url else f"http://{url}")
            except ValueError as error:
                raise NetworkSettingsError(f"{error} (from the environment; see trust_env)") from None
        return list(proxies.values())

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
        file, folder = (os.environ.get(name) if self.trust_env else None for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
        if not file and not folder:
            try:
                return httpx.create_ssl_context(verify=True, trust_env=self.trust_env)
            except OSError as error:
                raise NetworkSettingsError(f"the certificate authorities cannot be loaded: {error}") from error
        context = _from_authorities("SSL_CERT_FILE", file) if file else ssl.create_default_context(capath=folder)
        if folder and file:
            context.load_verify_locations(capath=folder)
        elif folder:
            _check_folder("SSL_CERT_DIR", *folder.split(os.pathsep))
        return context


@contextmanager
def translate_errors() -> Generator[None]:
    """Raise `NetworkSettingsError` for settings that the HTTP library rejects."""
    try:
        yield
    except (ValueError, TypeError, httpx.InvalidURL) as error:
        raise NetworkSettingsError(f"NO_PROXY of the environment cannot be used: {error}") from error


def check_proxy(name: str, url: object) -> None:
    """Raise `TypeError` or `ValueError` unless this is the URL of a usable proxy."""
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
        httpx.URL(url)
        return parts.scheme if parts.scheme in _PROXY_SCHEMES and parts.hostname and parts.port != 0 else None
    except (ValueError, httpx.InvalidURL):
        return None


_Pool: TypeAlias = Any
"""A pool of httpcore, whose private attributes are set."""


class ConnectionBackend(Protocol):
    """A factory of connections."""

    def proxied(self, connection: Never, /) -> object:
        """Wrap a connection through a proxy."""
        ...


def install_backend(
    http: httpx.Client | httpx.AsyncClient, backend: ConnectionBackend, context: ssl.SSLContext
) -> None:
    """Have an HTTP client open its connections by a backend of ours, those to proxies with TLS by the same rules.

    httpx has no public way to pass a backend on to httpcore, nor a context for the proxies of the environment.
    """
    for pool in iter_pools(http):
        pool._network_backend = backend
        proxy = getattr(pool, "_proxy_url", None)
        if proxy is not None:
            pool.create_connection = partial(_proxied, backend, pool.create_connection)
            if proxy.scheme == b"https":
                pool._proxy_ssl_context = context
        if isinstance(http, httpx.Client):
            # An interrupt may prevent the release of the library's own lock, because Python code acquires it.
            pool._optional_thread_lock = threading.Lock()


def _proxied(backend: ConnectionBackend, create: Callable[[object], Never], origin: object) -> object:
    return backend.proxied(create(origin))


def iter_pools(http: httpx.Client | httpx.AsyncClient) -> Generator[_Pool]:
    """Yield the pools of connections of an HTTP client."""
    for transport in (http._transport, *http._mounts.values()):  # pyright: ignore[reportPrivateUsage]
        pool = getattr(transport, "_pool", None)
        if pool is not None:
            yield pool


def _check_verify(verify: object) -> None:
    _check_path("verify", verify)
    if not isinstance(verify, bool | str | os.PathLike | ssl.SSLContext):
        raise TypeError(f"verify must be a bool, a path or an ssl.SSLContext (got {type(verify).__name__})")
    if verify == "":
        raise ValueError("verify must not be an empty path; pass False to verify nothing")
    if isinstance(verify, ssl.SSLContext) and verify.protocol == ssl.PROTOCOL_TLS_SERVER:
        raise ValueError("verify must be an ssl.SSLContext for clients (got one for servers)")


def _check_cert(cert: object) -> None:
    parts = cast("tuple[object, ...]", cert) if isinstance(cert, tuple) else (cert,)
    if not 1 <= len(parts) <= 3 or not all(isinstance(part, str | os.PathLike) for part in parts):
        raise TypeError("cert must be the path of a PEM file, or a tuple of certificate, key and the key's password")
    for part in parts[:2]:
        _check_path("cert", part)


def _check_path(name: str, path: object) -> None:
    # Its text is not shown: it may be a private key.
    if isinstance(path, str) and ("-----BEGIN" in path or "\0" in path):
        raise ValueError(f"{name} must be the path of a PEM file, not its content")


def _load_cert(context: ssl.SSLContext, cert: Cert) -> None:
    parts = [os.fspath(path) for path in (cert if isinstance(cert, tuple) else (cert,))]
    file, key = os.path.expanduser(parts[0]), (os.path.expanduser(parts[1]) if len(parts) > 1 else None)
    password = parts[2] if len(parts) > 2 else ""
    try:
        # Without a password, OpenSSL would prompt for one at the terminal.
        context.load_cert_chain(file, key, lambda: password)
    except (OSError, ValueError) as error:
        raise NetworkSettingsError(f"cert cannot be used: {parts[0]}: {error}") from error


def _from_authorities(name: str, path: str | os.PathLike[str]) -> ssl.SSLContext:
    place = os.path.expanduser(path)
    if os.path.isdir(place):
        _check_folder(name, place)
        return ssl.create_default_context(capath=place)
    try:
        return ssl.create_default_context(cafile=place)
    except OSError as error:
        text = f"{name} must name a file of certificate authorities in PEM form (got {os.fspath(path)!r}: {error})"
        raise NetworkSettingsError(text) from error


def _check_folder(name: str, *folders: str) -> None:
    """Raise `NetworkSettingsError` unless OpenSSL finds authorities in folders. It would trust nobody then."""
    for folder in folders:
        if os.path.isdir(folder) and any(_HASHED_NAME.fullmatch(file) for file in os.listdir(folder)):
            return
    raise NetworkSettingsError(
        f"{name} must name a folder with certificate authorities, by the names that `openssl rehash` gives them "
        f"(got {os.pathsep.join(folders)!r})"
    )


def _rejecting_context() -> ssl.SSLContext:
    # Verification is on and nobody is trusted, in case a URL turns out to be https after all.
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
