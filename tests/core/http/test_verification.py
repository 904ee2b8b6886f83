"""Whom a client trusts: a server that it does not trust gets no byte of a request."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from anaplan_client.core import AnaplanError, ConnectError, NetworkSettingsError
from anaplan_client.core.http.network import NetworkSettings

from ...socket_server import Received, Wire, serving, whole
from ..support import Face, request
from .authority import Authority

TRUSTED = ("file", "folder")
UNTRUSTED = ("other file", "other folder")
UNUSABLE = ("missing", "empty file", "not PEM", "key", "empty folder", "unhashed folder")


def answer(_: Received) -> Iterator[bytes]:
    yield whole(b"answer")


@pytest.fixture
def server(company: Authority) -> Iterator[Wire]:
    with serving(answer, company.server()) as wire:
        yield wire


async def ask(kind: str, url: str, **settings: Any) -> bytes:
    face = Face(kind, dict.fromkeys(["api", "auth"], url), network=NetworkSettings(**settings))
    try:
        result: bytes = await face.send(request(effect="non-idempotent", method="POST"))
        return result
    finally:
        await face.close()


@pytest.mark.parametrize("place", TRUSTED)
@pytest.mark.parametrize("way", ["verify", "Path", "context", "SSL_CERT"])
async def test_a_server_of_a_trusted_authority_is_asked(
    kind: str, server: Wire, authorities: dict[str, Path], place: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = authorities[place]
    settings: dict[str, Any] = {"verify": str(path)}
    if way == "Path":
        settings = {"verify": path}
    if way == "context":
        known = {"cafile": path} if path.is_file() else {"capath": path}
        settings = {"verify": ssl.create_default_context(**known)}  # type: ignore[arg-type]
    if way == "SSL_CERT":
        monkeypatch.setenv("SSL_CERT_FILE" if path.is_file() else "SSL_CERT_DIR", str(path))
        settings = {}
    assert await ask(kind, server.url, **settings) == b"answer"


async def test_a_path_may_begin_with_the_home_folder(
    kind: str, server: Wire, company: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(company.folder))
    assert await ask(kind, server.url, verify="~/ca.pem") == b"answer"


async def test_the_file_and_the_folder_of_the_environment_are_both_trusted(
    kind: str, server: Wire, authorities: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for file, folder in (("file", "other folder"), ("other file", "folder"), ("file", "missing")):
        monkeypatch.setenv("SSL_CERT_FILE", str(authorities[file]))
        monkeypatch.setenv("SSL_CERT_DIR", str(authorities[folder]))
        assert await ask(kind, server.url) == b"answer"


async def test_one_of_several_folders_is_enough(
    kind: str, server: Wire, authorities: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", f"{authorities['missing']}:{authorities['folder']}")
    assert await ask(kind, server.url) == b"answer"


@pytest.mark.parametrize("place", UNTRUSTED)
@pytest.mark.parametrize("way", ["verify", "SSL_CERT"])
async def test_a_server_of_another_authority_gets_nothing(
    kind: str, server: Wire, authorities: dict[str, Path], place: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = authorities[place]
    if way == "SSL_CERT":
        monkeypatch.setenv("SSL_CERT_FILE" if path.is_file() else "SSL_CERT_DIR", str(path))
    with pytest.raises(ConnectError, match=r"certificate verify failed[\s\S]*nothing was sent"):
        await ask(kind, server.url, **({"verify": path} if way == "verify" else {}))
    assert (server.connections, server.received) == (1, [])


@pytest.mark.parametrize("place", UNUSABLE)
@pytest.mark.parametrize("way", ["verify", "SSL_CERT"])
async def test_authorities_that_cannot_be_used_are_an_error_before_a_connection(
    kind: str, server: Wire, authorities: dict[str, Path], place: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = authorities[place]
    variable = "SSL_CERT_DIR" if "folder" in place else "SSL_CERT_FILE"
    if way == "SSL_CERT":
        monkeypatch.setenv(variable, str(path))
    name = "verify" if way == "verify" else variable
    with pytest.raises(NetworkSettingsError, match=rf"^{name} must name a") as caught:
        await ask(kind, server.url, **({"verify": path} if way == "verify" else {}))
    assert str(path) in str(caught.value)
    assert "openssl rehash" in str(caught.value) or "folder" not in place
    assert server.connections == 0


async def test_a_missing_folder_alone_is_an_error(
    kind: str, server: Wire, authorities: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", str(authorities["missing"]))
    with pytest.raises(NetworkSettingsError, match=r"^SSL_CERT_DIR must name a folder"):
        await ask(kind, server.url)


@pytest.mark.parametrize("place", ["file", "missing"])
async def test_without_trust_env_the_environment_names_no_authorities(
    kind: str, server: Wire, authorities: dict[str, Path], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities[place]))
    monkeypatch.setenv("SSL_CERT_DIR", str(authorities["folder"]))
    with pytest.raises(ConnectError, match="certificate verify failed"):
        await ask(kind, server.url, trust_env=False)
    assert server.received == []


async def test_only_false_turns_verification_off(kind: str, stranger: Authority) -> None:
    with serving(answer, stranger.server("elsewhere.test", is_expired=True)) as wire:
        assert await ask(kind, wire.url, verify=False) == b"answer"


@pytest.mark.parametrize(
    ("names", "is_expired", "message"),
    [(("localhost",), False, "IP address mismatch|not valid for"), (("127.0.0.1",), True, "certificate has expired")],
)
async def test_a_certificate_of_another_host_or_that_has_expired_is_not_trusted(
    kind: str, company: Authority, names: tuple[str, ...], is_expired: bool, message: str
) -> None:
    with serving(answer, company.server(*names, is_expired=is_expired)) as wire:
        with pytest.raises(ConnectError, match=message):
            await ask(kind, wire.url, verify=company.file)
        assert (wire.connections, wire.received) == (1, [])


SPELLINGS = ["https", "HTTPS", "Https", "hTTPS", "httpS", "HtTpS"]


@pytest.mark.parametrize("scheme", SPELLINGS)
async def test_the_case_of_a_scheme_does_not_matter(kind: str, scheme: str, company: Authority, server: Wire) -> None:
    url = server.url.replace("https", scheme, 1)
    with pytest.raises(ConnectError, match="certificate verify failed"):
        await ask(kind, url)
    assert server.received == []
    assert await ask(kind, url, verify=company.file) == b"answer"


@pytest.mark.parametrize("url", [" https://{}", "\thttps://{}", "https:{}", "https:///{}", "HTTPS:\\\\{}", "//{}"])
async def test_an_odd_url_turns_no_verification_off(kind: str, url: str, server: Wire) -> None:
    with pytest.raises((AnaplanError, httpx.InvalidURL, ValueError)):
        await ask(kind, url.format(server.url.removeprefix("https://")))
    assert server.received == []


# Client certificates


@pytest.fixture
def strict(company: Authority) -> Iterator[Wire]:
    """A server that demands a certificate of the company."""
    with serving(answer, company.server(clients=company)) as wire:
        yield wire


async def test_a_client_certificate_is_shown(kind: str, strict: Wire, company: Authority, tmp_path: Path) -> None:
    certificate, key = company.pair("ada")
    locked, locked_key = company.pair("ada", password="of the key")
    both = tmp_path / "both.pem"
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    for cert in (both, str(both), (both,), (certificate, str(key)), (locked, locked_key, "of the key")):
        assert await ask(kind, strict.url, verify=company.file, cert=cert) == b"answer"


@pytest.mark.parametrize("is_wrong", [False, True])
async def test_a_server_that_rejects_the_client_has_read_nothing(
    kind: str, is_wrong: bool, company: Authority, stranger: Authority
) -> None:
    context = company.server(clients=company)
    cert = stranger.pair("mallory") if is_wrong else None
    with serving(lambda _: pytest.fail("a request was read"), context) as wire:
        with pytest.raises(ConnectError, match=r"alert[\s\S]*nothing was sent"):
            await ask(kind, wire.url, verify=company.file, cert=cert)
        assert wire.received == []


async def test_a_client_certificate_that_cannot_be_used_is_an_error_before_a_connection(
    kind: str, strict: Wire, company: Authority, authorities: dict[str, Path]
) -> None:
    certificate, _ = company.pair("ada")
    locked, locked_key = company.pair("ada", password="of the key")
    for cert in (
        authorities["missing"],
        authorities["empty file"],
        certificate,
        (certificate, authorities["not PEM"]),
        (certificate, company.pair("bob")[1]),
        (locked, locked_key),
        (locked, locked_key, "canary"),
        (locked, locked_key, "canary" * 1000),
        (certificate, "canary"),
    ):
        with pytest.raises(NetworkSettingsError, match=r"^cert cannot be used: ") as caught:
            await ask(kind, strict.url, verify=company.file, cert=cert)
        assert "canary" not in str(caught.value)
    assert strict.connections == 0


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"verify": None}, TypeError, "verify must be a bool"),
    ({"verify": 0}, TypeError, "verify must be a bool"),
    ({"verify": 1}, TypeError, "verify must be a bool"),
    ({"verify": b"ca.pem"}, TypeError, "verify must be a bool"),
    ({"verify": ""}, ValueError, "verify must not be an empty path"),
    ({"verify": "-----BEGIN CERTIFICATE-----\ncanary"}, ValueError, "verify must be the path"),
    ({"verify": "ca\0canary"}, ValueError, "verify must be the path"),
    ({"verify": ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)}, ValueError, "verify must be an ssl.SSLContext for clients"),
    ({"cert": 3}, TypeError, "cert must be the path"),
    ({"cert": b"a"}, TypeError, "cert must be the path"),
    ({"cert": ()}, TypeError, "cert must be the path"),
    ({"cert": ("a", None)}, TypeError, "cert must be the path"),
    ({"cert": ("a", "b", "c", "d")}, TypeError, "cert must be the path"),
    ({"cert": "-----BEGIN PRIVATE KEY-----\ncanary"}, ValueError, "cert must be the path"),
    ({"cert": ("a.pem", "-----BEGIN PRIVATE KEY-----\ncanary")}, ValueError, "cert must be the path"),
    ({"cert": "a.pem", "verify": ssl.create_default_context()}, ValueError, "cert must be loaded into"),
    ({"trust_env": 1}, TypeError, "trust_env must be a bool"),
    ({"trust_env": None}, TypeError, "trust_env must be a bool"),
    ({"proxy": 3128}, TypeError, "proxy must be a URL"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_settings_of_another_kind_are_rejected(settings: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{message}") as caught:
        NetworkSettings(**settings)
    assert "canary" not in str(caught.value)


def test_settings_show_no_secret() -> None:
    shown = repr(NetworkSettings(proxy="http://ada:canary@proxy.test", cert=("a.pem", "a.key", "canary")))
    assert "canary" not in shown
