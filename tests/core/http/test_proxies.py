"""Proxies: every way to name one, and every way in which one can fail."""

import asyncio
import importlib.util
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from anaplan_client.core import AnaplanError, ConnectError, NetworkSettingsError, TransportError
from anaplan_client.core.http.network import NetworkSettings

from ...socket_server import Received, Wire, serving, whole
from ..support import Face, request
from .authority import Authority
from .company import Proxy, listening

HAS_SOCKS = importlib.util.find_spec("socksio") is not None
needs_socks = pytest.mark.skipif(not HAS_SOCKS, reason="needs httpx[socks]")
# Whether the server is secured, and the scheme of the proxy.
ROUTES = [
    (True, "http"),
    (False, "http"),
    (True, "https"),
    (False, "https"),
    *(pytest.param(secured, "socks5", marks=needs_socks) for secured in (True, False)),
]


def answer(received: Received) -> Iterator[bytes]:
    yield whole(received.path.encode())


@contextmanager
def standing(company: Authority, secured: bool, scheme: str, proxy: Proxy) -> Iterator[tuple[Wire, str]]:
    """A server, and the proxy in front of it as `host:port`."""
    with ExitStack() as stack:
        wire = stack.enter_context(serving(answer, company.server() if secured else None))
        context = company.server() if scheme == "https" else None
        host, port = stack.enter_context(listening(proxy, context))
        yield wire, f"{host}:{port}"


async def ask(kind: str, url: str, times: int = 1, timeout: float = 20, **settings: Any) -> list[Any]:
    """Sends requests that must not be repeated, of both kinds."""
    face = Face(kind, dict.fromkeys(["api", "auth"], url), network=NetworkSettings(**settings), timeout=timeout)
    try:
        sent = request(effect="non-idempotent", method="POST", accept="application/octet-stream")
        return [await face.call(("send", "stream")[turn % 2], sent) for turn in range(times)]
    finally:
        await face.close()


@pytest.mark.parametrize(("secured", "scheme"), ROUTES)
@pytest.mark.parametrize("user", ["", "ada:p@ss/word"])
async def test_every_request_goes_by_the_proxy(
    kind: str, company: Authority, secured: bool, scheme: str, user: str
) -> None:
    proxy = Proxy(user)
    with standing(company, secured, scheme, proxy) as (wire, place):
        login = "ada:p%40ss%2Fword@" if user else ""
        url, target = wire.url, wire.url.split("//")[1]
        told = await ask(kind, url, 4, proxy=f"{scheme}://{login}{place}", verify=company.file)
    assert [path.removeprefix(url.encode()) for path in told] == [b"/2/0/sample"] * 4
    assert len(told) == len(wire.received) == 4
    assert wire.connections == len(proxy.asked) == 1
    way = f"CONNECT {target}" if secured else f"POST {url}/2/0/sample"
    assert proxy.asked == [f"SOCKS {target}" if scheme == "socks5" else way]
    if secured or scheme == "socks5":
        assert not any("proxy-authorization" in received.headers for received in wire.received)


@pytest.mark.parametrize("spelling", [str.upper, str.lower])
@pytest.mark.parametrize(
    ("variable", "secured", "is_used"),
    [
        ("https_proxy", True, True),
        ("https_proxy", False, False),
        ("http_proxy", False, True),
        ("http_proxy", True, False),
        ("all_proxy", True, True),
        ("all_proxy", False, True),
    ],
)
@pytest.mark.parametrize("scheme", ["", "http://", "https://"])
async def test_the_environment_names_proxies(
    kind: str,
    company: Authority,
    monkeypatch: pytest.MonkeyPatch,
    spelling: Any,
    variable: str,
    secured: bool,
    is_used: bool,
    scheme: str,
) -> None:
    proxy = Proxy()
    with standing(company, secured, scheme.removesuffix("://"), proxy) as (wire, place):
        monkeypatch.setenv(spelling(variable), f"{scheme}{place}")
        await ask(kind, wire.url, verify=company.file)
    assert (len(wire.received), bool(proxy.asked)) == (1, is_used)


@pytest.mark.parametrize("spelling", [str.upper, str.lower])
@pytest.mark.parametrize(
    ("hosts", "is_used"),
    [("127.0.0.1", False), ("*", False), ("a.test, 127.0.0.1", False), ("a.test", True), ("", True)],
)
async def test_the_environment_names_hosts_without_a_proxy(
    kind: str, company: Authority, monkeypatch: pytest.MonkeyPatch, spelling: Any, hosts: str, is_used: bool
) -> None:
    proxy = Proxy()
    with standing(company, True, "http", proxy) as (wire, place):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{place}")
        monkeypatch.setenv(spelling("no_proxy"), hosts)
        await ask(kind, wire.url, verify=company.file)
    assert (len(wire.received), bool(proxy.asked)) == (1, is_used)


async def test_an_argument_takes_the_place_of_the_environment(
    kind: str, company: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Proxy()
    with standing(company, True, "http", proxy) as (wire, place):
        monkeypatch.setenv("HTTPS_PROXY", "ftp://canary")
        monkeypatch.setenv("NO_PROXY", "*")
        await ask(kind, wire.url, proxy=f"http://{place}", verify=company.file)
        assert len(proxy.asked) == 1
        await ask(kind, wire.url, trust_env=False, verify=company.file)
        assert (len(proxy.asked), len(wire.received)) == (1, 2)


REPLIES = {
    "403": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    "407": b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
    "502": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\noops\r\n",
    "302": b"HTTP/1.1 302 Found\r\nLocation: https://login.test\r\nContent-Length: 0\r\n\r\n",
    "no HTTP": b"SSH-2.0-OpenSSH_9.9\r\n",
    "no status": b"HTTP/1.1 abc\r\n\r\n",
    "half a head": b"HTTP/1.1 200 OK\r\nX: y\r\n",
    "nothing": b"\n",
    "an immediate end": b"",
    "a stall": b"HTTP/1.1 200 OK\r\nX",
    "an immediate stall": b"H",
    "no TLS behind it": b"HTTP/1.1 200 OK\r\n\r\nnot TLS at all\r\n",
    "an end behind it": b"HTTP/1.1 200 OK\r\n\r\n",
}


@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_that_opens_no_tunnel_means_that_nothing_was_sent(
    kind: str, company: Authority, scheme: str, reply: str
) -> None:
    text = REPLIES[reply]
    proxy = Proxy(reply=text)
    if reply == "an immediate end":
        proxy = Proxy(route=lambda address: (_ for _ in ()).throw(OSError()))
    with standing(company, True, scheme, proxy) as (wire, place):
        face = Face(
            kind,
            {"api": wire.url},
            network=NetworkSettings(proxy=f"{scheme}://ada:canary@{place}", verify=company.file),
            timeout=0.3 if "stall" in reply else 20,
        )
        for call in ("send", "stream"):
            with pytest.raises(ConnectError, match="nothing was sent") as caught:
                await face.call(call, request(effect="non-idempotent", method="POST"))
            assert "canary" not in str(caught.value) + repr(caught.value)
            assert reply not in ("403", "407", "502") or reply in str(caught.value)
        await face.close()
    assert wire.connections == 0
    assert len(proxy.asked) == (0 if reply == "an immediate end" and proxy.user else 2)


async def test_a_wrong_password_for_a_proxy_is_told_without_it(kind: str, company: Authority) -> None:
    for scheme in ("http", "https"):
        with standing(company, True, scheme, Proxy("ada:right")) as (wire, place):
            with pytest.raises(ConnectError, match="407") as caught:
                await ask(kind, wire.url, proxy=f"{scheme}://ada:canary@{place}", verify=company.file)
            assert wire.connections == 0
        assert "canary" not in repr(caught.value) + str(caught.value)


async def test_a_proxy_that_is_not_there_means_that_nothing_was_sent(kind: str, company: Authority) -> None:
    with listening(Proxy()) as (host, port):
        pass
    for url in ("https://api.test", "http://api.test"):
        with pytest.raises(ConnectError, match="nothing was sent"):
            await ask(kind, url, proxy=f"http://ada:canary@{host}:{port}", verify=company.file)


async def test_a_proxy_with_tls_is_verified_like_a_server(
    kind: str, company: Authority, stranger: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Proxy()
    with serving(answer) as wire, listening(proxy, stranger.server()) as (host, port):
        for url in (wire.url, "https://api.test"):
            for verify in (company.file, True):
                with pytest.raises(ConnectError, match="certificate verify failed"):
                    await ask(kind, url, proxy=f"https://ada:canary@{host}:{port}", verify=verify)
            monkeypatch.setenv("ALL_PROXY", f"https://ada:canary@{host}:{port}")
            with pytest.raises(ConnectError, match="certificate verify failed"):
                await ask(kind, url, verify=company.file)
            monkeypatch.delenv("ALL_PROXY")
    assert (wire.connections, proxy.asked) == (0, [])


async def test_a_proxy_with_tls_may_demand_a_client_certificate(kind: str, company: Authority) -> None:
    proxy = Proxy()
    with (
        serving(answer, company.server(clients=company)) as wire,
        listening(proxy, company.server(clients=company)) as (host, port),
    ):
        settings = {"proxy": f"https://{host}:{port}", "verify": company.file, "cert": company.pair("ada")}
        assert await ask(kind, wire.url, 3, **settings) == [b"/2/0/sample"] * 3
    assert (len(proxy.asked), len(wire.received)) == (1, 3)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_failed_tunnels_leave_no_connection_behind(
    kind: str, company: Authority, stranger: Authority, scheme: str
) -> None:
    # A pool whose connections are all taken by what failed would be dead.
    from anaplan_client.core.http import network

    proxy = Proxy()
    with pytest.MonkeyPatch.context() as patch, serving(answer, stranger.server()) as wire:
        patch.setattr(network, "MAX_CONNECTIONS", 3)
        context = company.server() if scheme == "https" else None
        with listening(proxy, context) as (host, port):
            face = Face(
                kind,
                {"api": wire.url},
                network=NetworkSettings(proxy=f"{scheme}://{host}:{port}", verify=company.file),
                timeout=20,
            )
            for _ in range(5):
                with pytest.raises(ConnectError, match="certificate verify failed"):
                    await face.send(request())
            await face.close()
    assert wire.received == []


async def test_a_plain_proxy_may_still_have_sent_what_it_did_not_answer(kind: str) -> None:
    with (
        serving(lambda _: []) as wire,
        listening(Proxy(reply=b"\n")) as (host, port),
        pytest.raises(TransportError) as caught,
    ):
        await ask(kind, wire.url, proxy=f"http://{host}:{port}")
    assert type(caught.value) is not ConnectError


# SOCKS


@needs_socks
@pytest.mark.parametrize(
    "reply", [b"\x05\xff", b"\x05\x00\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x04\x00", b"\x05", b"\n", b"\x05\x00"]
)
async def test_a_socks_proxy_that_opens_no_way_means_that_nothing_was_sent(
    kind: str, company: Authority, reply: bytes
) -> None:
    timeout = 20 if reply.endswith(b"\n") else 0.3
    with (
        standing(company, True, "socks5", Proxy(reply=reply)) as (wire, place),
        pytest.raises(ConnectError, match="nothing was sent"),
    ):
        await ask(kind, wire.url, timeout=timeout, proxy=f"socks5://{place}", verify=company.file)
    assert wire.connections == 0


@needs_socks
async def test_cancelled_ways_by_a_socks_proxy_leave_no_connection_behind(
    company: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    from anaplan_client.core.http import network

    monkeypatch.setattr(network, "MAX_CONNECTIONS", 2)
    proxy = Proxy(reply=b"\x05\x00")
    with standing(company, True, "socks5", proxy) as (wire, place):
        settings = NetworkSettings(proxy=f"socks5://{place}", verify=company.file)
        face = Face("async", {"api": wire.url}, network=settings, timeout=20)
        for _ in range(3):
            task = asyncio.ensure_future(face.send(request()))
            await asyncio.to_thread(proxy.holding.acquire)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        proxy.reply = None
        assert await face.send(request()) == b"/2/0/sample"
        await face.close()


@needs_socks
async def test_a_wrong_password_for_a_socks_proxy_is_told_without_it(kind: str, company: Authority) -> None:
    with (
        standing(company, True, "socks5", Proxy("ada:right")) as (wire, place),
        pytest.raises(ConnectError) as caught,
    ):
        await ask(kind, wire.url, proxy=f"socks5://ada:canary@{place}", verify=company.file)
    assert "canary" not in repr(caught.value) + str(caught.value)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "SOCKS5"])
async def test_a_socks_proxy_needs_its_library(kind: str, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "socksio" else find(name))
    with pytest.raises(ValueError, match=r"^proxy: a SOCKS proxy needs .* pip install 'httpx\[socks\]'") as caught:
        NetworkSettings(proxy=f"{scheme}://ada:canary@proxy.test")
    assert not isinstance(caught.value, AnaplanError)
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://ada:canary@proxy.test")
    with pytest.raises(NetworkSettingsError, match=r"^ALL_PROXY: a SOCKS proxy needs .* pip install") as told:
        await ask(kind, "https://api.test", verify=False)
    assert "canary" not in str(told.value) + repr(told.value.__cause__)


# URLs

WRONG = [
    "",
    " ",
    "proxy.test",
    "proxy.test:3128",
    "ftp://proxy.test",
    "socks://proxy.test",
    "socks4://proxy.test",
    "http://",
    "http://:3128",
    "http://proxy.test:0",
    "http://proxy.test:canary",
    "http://proxy.test:99999",
    "http://ada:can/ary@proxy.test:3128",
    "http://[::1",
    "http://proxy\n.test",
]


@pytest.mark.parametrize("url", WRONG)
def test_a_proxy_that_is_no_url_is_rejected_without_showing_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"^proxy must be a URL of http, https, socks5, socks5h") as caught:
        NetworkSettings(proxy=url)
    assert "can" not in str(caught.value)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("url", [url for url in WRONG if "://" in url])
async def test_a_proxy_of_the_environment_that_is_no_url_is_named(
    kind: str, variable: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, url)
    with pytest.raises(NetworkSettingsError, match=f"^{variable.upper()} must be a URL of http") as caught:
        await ask(kind, "http://api.test")
    assert "can" not in str(caught.value).replace("cannot", "")
    assert caught.value.__suppress_context__


async def test_hosts_without_a_proxy_that_cannot_be_read_are_told(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test")
    monkeypatch.setenv("NO_PROXY", "[::1]")
    with pytest.raises(NetworkSettingsError, match=r"^NO_PROXY of the environment cannot be used"):
        await ask(kind, "http://api.test")
