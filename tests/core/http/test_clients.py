"""The network settings of a client hold for every byte, and for every way to make one."""

import ssl
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from anaplan_client.core import AuthenticationError, ConnectError, NetworkSettingsError, StatusError
from anaplan_client.core.http.network import NetworkSettings
from anaplan_ext import OutcomeUnknown, RetryPolicy
from anaplan_ext.emulator import Emulator, Fault

from ...socket_server import Received, serving, whole
from .authority import Authority
from .calls import CALLS, CONTENT, close, make
from .company import Proxy, gateway, listening

NAME = "anaplan.test"


@contextmanager
def company_network(
    emulator: Emulator, company: Authority, scheme: str = "http", user: str = "ada:secret"
) -> Iterator[tuple[Proxy, dict[str, Any]]]:
    """An Anaplan that only a proxy knows the way to, and that demands a client certificate."""
    with ExitStack() as stack:
        demanding = company.server(NAME, clients=company)
        address = stack.enter_context(listening(gateway(emulator.url), demanding))
        proxy = Proxy(user, route=lambda _: address)
        context = company.server() if scheme == "https" else None
        host, port = stack.enter_context(listening(proxy, context))
        yield (
            proxy,
            {
                "base_url": f"https://{NAME}",
                "verify": company.file,
                "cert": company.pair("ada"),
                "proxy": f"{scheme}://{user}@{host}:{port}",
            },
        )


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
async def test_every_byte_goes_by_the_proxy_with_the_client_certificate(
    kind: str, scheme: str, emulator: Emulator, company: Authority, tmp_path: Path
) -> None:
    if scheme == "socks5":
        pytest.importorskip("socksio")
    with company_network(emulator, company, scheme) as (proxy, settings):
        client = make(kind, emulator, **settings)
        for call in CALLS.values():
            await call(client, tmp_path)
        assert await CALLS["a download"](client, tmp_path) == CONTENT
        other = client.with_model(emulator.production_model_id)
        await CALLS["JSON"](other, tmp_path)
        await close(client)
    way = f"SOCKS {NAME}:443" if scheme == "socks5" else f"CONNECT {NAME}:443"
    assert set(proxy.asked) == {way}
    assert 2 <= len(proxy.asked) < 10


async def test_the_environment_alone_is_enough_but_for_a_client_certificate(
    kind: str, emulator: Emulator, company: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with company_network(emulator, company) as (proxy, settings):
        monkeypatch.setenv("HTTPS_PROXY", settings["proxy"])
        monkeypatch.setenv("SSL_CERT_FILE", str(settings["verify"]))
        client = make(kind, emulator, base_url=settings["base_url"], cert=settings["cert"])
        for call in CALLS.values():
            await call(client, tmp_path)
        await close(client)
        tunnels = len(proxy.asked)
        stranger = make(kind, emulator, base_url=settings["base_url"], cert=settings["cert"], trust_env=False)
        with pytest.raises(ConnectError):
            await CALLS["JSON"](stranger, tmp_path)
        await close(stranger)
    assert len(proxy.asked) == tunnels > 0


# Impostors


@contextmanager
def impostor(stranger: Authority) -> Iterator[tuple[tuple[str, int], list[bytes], list[int]]]:
    """A server that nobody trusts: where it is, what it was told, and how often it was tried."""
    told: list[bytes] = []
    tried: list[int] = []

    def listen(connection: ssl.SSLSocket) -> None:
        told.append(connection.recv(1 << 16))

    def greet(connection: Any) -> None:
        tried.append(1)
        with stranger.server("127.0.0.1", NAME).wrap_socket(connection, server_side=True) as secured:
            listen(secured)

    with listening(greet) as address:
        yield address, told, tried


class Signing(httpx.Auth):
    """Requests a token from the impostor before each request."""

    def __init__(self, url: str) -> None:
        self.url = url

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        yield httpx.Request("POST", self.url, headers={"Authorization": "canary"})
        yield request


# Each gets the impostor's URL, and a proxy that leads to the impostor.
Ways = dict[str, Callable[[Authority, str, str], dict[str, Any]]]
WAYS: Ways = {
    "nothing": lambda company, url, proxy: {},
    "True": lambda company, url, proxy: {"verify": True},
    "a file": lambda company, url, proxy: {"verify": company.file},
    "a folder": lambda company, url, proxy: {"verify": str(company.hashed())},
    "a context": lambda company, url, proxy: {"verify": ssl.create_default_context(cafile=company.file)},
    "no environment": lambda company, url, proxy: {"trust_env": False},
    "a certificate": lambda company, url, proxy: {"verify": company.file, "cert": company.pair("ada")},
    "a proxy": lambda company, url, proxy: {"verify": company.file, "proxy": proxy, "base_url": f"https://{NAME}"},
    "HTTPS by a proxy": lambda company, url, proxy: {
        "verify": company.file,
        "proxy": proxy,
        "base_url": f"HTTPS://{NAME.upper()}",
    },
    "HTTPS": lambda company, url, proxy: {"verify": company.file, "base_url": url.replace("https", "HTTPS")},
    "hTTps": lambda company, url, proxy: {"verify": company.file, "base_url": url.replace("https", "hTTps")},
    "a path": lambda company, url, proxy: {"verify": company.file, "base_url": f"{url}/gate/"},
    "a token": lambda company, url, proxy: {"verify": company.file, "token": "canary"},
    "an auth": lambda company, url, proxy: {"verify": company.file, "auth": httpx.BasicAuth("ada", "canary")},
    "an auth that sends a request": lambda company, url, proxy: {"verify": company.file, "auth": Signing(url)},
    "a ready client": lambda company, url, proxy: {"http_client": company.file},
}


@pytest.mark.parametrize("way", WAYS)
async def test_an_impostor_gets_no_byte_of_a_request(
    kind: str, way: str, company: Authority, stranger: Authority, tmp_path: Path
) -> None:
    with impostor(stranger) as (address, told, tried):
        proxy = Proxy(route=lambda _: address)
        with listening(proxy) as (host, port):
            url = f"https://{address[0]}:{address[1]}"
            options = {"base_url": url, **WAYS[way](company, url, f"http://{host}:{port}")}
            if "http_client" in options:
                ready = httpx.AsyncClient if kind == "async" else httpx.Client
                options["http_client"] = ready(verify=ssl.create_default_context(cafile=options["http_client"]))
            client = make(kind, **options)
            clients = [client, client.with_model("B" * 32), type(client).from_existing(client, "a" * 32, "C" * 32)]
            for number, call in enumerate(CALLS.values()):
                with pytest.raises(ConnectError, match=r"certificate verify failed[\s\S]*nothing was sent"):
                    await call(clients[number % 3], tmp_path)
            await close(client)
    assert told == []
    assert len(tried) >= len(CALLS)


async def test_only_false_lets_a_client_talk_to_anyone(
    kind: str, emulator: Emulator, stranger: Authority, tmp_path: Path
) -> None:
    with listening(gateway(emulator.url), stranger.server("elsewhere.test", is_expired=True)) as (host, port):
        client = make(kind, emulator, base_url=f"https://{host}:{port}", verify=False)
        for call in CALLS.values():
            await call(client, tmp_path)
        await close(client)


async def test_an_auth_that_asks_elsewhere_is_as_safe_from_a_plain_server(
    kind: str, emulator: Emulator, company: Authority, stranger: Authority, tmp_path: Path
) -> None:
    with impostor(stranger) as (address, told, tried):
        client = make(kind, emulator, base_url=emulator.url, auth=Signing(f"https://{address[0]}:{address[1]}/"))
        for call in CALLS.values():
            with pytest.raises(ConnectError, match="certificate verify failed"):
                await call(client, tmp_path)
        await close(client)
    assert told == []
    assert tried


async def test_an_auth_may_ask_a_trusted_server_for_a_plain_one(
    kind: str, emulator: Emulator, company: Authority, tmp_path: Path
) -> None:
    with serving(lambda _: [whole(b"a token")], company.server()) as wire:
        client = make(kind, emulator, base_url=emulator.url, auth=Signing(wire.url), verify=company.file)
        with pytest.raises(AuthenticationError):  # by the emulator, since the token is none
            await CALLS["JSON"](client, tmp_path)
        await close(client)
    assert wire.received


async def test_a_hook_that_leads_to_an_impostor_does_not_turn_verification_off(
    kind: str, emulator: Emulator, stranger: Authority, tmp_path: Path
) -> None:
    with impostor(stranger) as (address, told, tried):

        def lead(sent: httpx.Request) -> None:
            sent.url = httpx.URL(f"https://{address[0]}:{address[1]}/")

        async def lead_later(sent: httpx.Request) -> None:
            lead(sent)

        hook = lead_later if kind == "async" else lead
        client = make(kind, emulator, base_url=emulator.url, hooks={"request": [hook]})
        for call in CALLS.values():
            with pytest.raises(ConnectError, match="certificate verify failed"):
                await call(client, tmp_path)
        await close(client)
    assert told == []
    assert tried


async def test_a_token_is_not_replaced_at_an_impostor(
    kind: str, emulator: Emulator, company: Authority, stranger: Authority, tmp_path: Path
) -> None:
    # The way to the host is taken over between the rejection of the token and the sign-in that follows.
    with impostor(stranger) as (address, told, tried), company_network(emulator, company) as (proxy, settings):

        def take_over(observed: Any) -> None:
            if observed.status == 401:
                proxy.route = lambda _: address
                proxy.cut()

        # One retry, because the end of the old connection may not have arrived when the sign-in is sent over it.
        retries = RetryPolicy(count=1, base_delay=0)
        client = make(kind, emulator, observer=take_over, retry_policy=retries, **settings)
        await CALLS["JSON"](client, tmp_path)
        emulator.inject(Fault(path="/files$", status=401))
        with pytest.raises(ConnectError, match="certificate verify failed"):
            await CALLS["JSON"](client, tmp_path)
        await close(client)
    assert told == []
    assert tried


# Errors


@pytest.mark.parametrize("name", ["an action", "an upload of pieces", "JSON"])
@pytest.mark.parametrize("status", [403, 407, 502])
async def test_a_proxy_that_refuses_leaves_no_outcome_unknown(
    kind: str, name: str, status: int, company: Authority, tmp_path: Path
) -> None:
    proxy = Proxy(reply=b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status)
    with listening(proxy) as (host, port):
        url = f"http://ada:canary@{host}:{port}"
        client = make(kind, base_url="https://anaplan.test", token="t", proxy=url, verify=company.file)
        with pytest.raises(ConnectError, match=f"{status} No; .*; nothing was sent") as caught:
            await CALLS[name](client, tmp_path)
        await close(client)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert "canary" not in str(caught.value) + repr(caught.value)


async def test_settings_that_cannot_be_used_are_told_by_every_call(
    kind: str, authorities: dict[str, Path], company: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for options in ({"verify": authorities["missing"]}, {"verify": company.file, "cert": authorities["missing"]}):
        for credentials in ({"token": "t"}, {"user_email": "ada@example.com", "password": "canary"}):
            client = make(kind, base_url="https://anaplan.test", **options, **credentials)
            for call in CALLS.values():
                with pytest.raises(NetworkSettingsError, match=r"verify must name a file|cert cannot be used"):
                    await call(client, tmp_path)
            await close(client)
    monkeypatch.setenv("ALL_PROXY", "ftp://ada:canary@proxy.test")
    client = make(kind, base_url="http://anaplan.test")
    with pytest.raises(NetworkSettingsError, match=r"^ALL_PROXY must be") as caught:
        await CALLS["JSON"](client, tmp_path)
    await close(client)
    assert "canary" not in str(caught.value)


async def test_a_settings_error_can_be_cured(
    kind: str, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make(kind, emulator, base_url=emulator.url)
    monkeypatch.setenv("HTTP_PROXY", "ftp://proxy.test")
    with pytest.raises(NetworkSettingsError):
        await CALLS["JSON"](client, tmp_path)
    monkeypatch.delenv("HTTP_PROXY")
    await CALLS["JSON"](client, tmp_path)
    await close(client)


async def test_no_secret_of_a_proxy_is_logged(
    kind: str, emulator: Emulator, company: Authority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "anaplan")
    caplog.set_level("INFO", "httpx")
    with company_network(emulator, company, user="ada:canary") as (_, settings):
        client = make(kind, emulator, **settings)
        await CALLS["JSON"](client, tmp_path)
        wrong = make(kind, emulator, **settings | {"proxy": settings["proxy"].replace("canary", "c%61nary2")})
        with pytest.raises(ConnectError):
            await CALLS["JSON"](wrong, tmp_path)
        shown = repr(client) + repr(vars(client)) + caplog.text
        await close(client)
        await close(wrong)
    assert caplog.text
    assert "canary" not in shown
    assert "c%61nary" not in shown


# A client of the caller's


def ready(kind: str, **options: Any) -> Any:
    return (httpx.AsyncClient if kind == "async" else httpx.Client)(**options)


async def test_a_ready_client_sends_every_byte_and_stays_open(kind: str, emulator: Emulator, tmp_path: Path) -> None:
    seen: list[str] = []

    async def later(request: httpx.Request) -> None:
        seen.append(request.url.path)

    def now(request: httpx.Request) -> None:
        seen.append(request.url.path)

    http = ready(kind, event_hooks={"request": [later if kind == "async" else now]}, headers={"X-Gateway": "key"})
    client = make(kind, emulator, base_url=emulator.url, http_client=http)
    for call in CALLS.values():
        await call(client, tmp_path)
    await CALLS["JSON"](client.with_model(emulator.production_model_id), tmp_path)
    await close(client)
    assert len(seen) == len(emulator.exchanges) > len(CALLS)
    assert "/token/authenticate" in seen
    assert not http.is_closed
    await close(http)


async def test_a_ready_client_may_be_a_mock(kind: str, tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/chunks/0"):
            return httpx.Response(200, content=CONTENT)
        if request.url.path.endswith("/chunks"):
            chunks = [{"id": "0", "name": "Chunk 0"}]
            return httpx.Response(200, json={"meta": {}, "status": {"code": 200}, "chunks": chunks})
        paging = {"currentPageSize": 0, "totalSize": 0, "offset": 0}
        return httpx.Response(200, json={"meta": {"paging": paging}, "status": {"code": 200}, "files": []})

    http = ready(kind, transport=httpx.MockTransport(answer))
    client = make(kind, base_url="https://anaplan.test", token="t", http_client=http)
    assert await CALLS["JSON"](client, tmp_path) == []
    assert await CALLS["a download"](client, tmp_path) == CONTENT
    assert await CALLS["a stream"](client, tmp_path) == CONTENT
    await close(client)
    await close(http)


CONFLICTS: list[dict[str, Any]] = [
    {"verify": False},
    {"verify": "ca.pem"},
    {"cert": "ada.pem"},
    {"proxy": "http://proxy.test"},
    {"trust_env": False},
    {"hooks": {"request": [print]}},
]


@pytest.mark.parametrize("options", CONFLICTS, ids=lambda options: next(iter(options)))
async def test_a_ready_client_has_its_own_settings(kind: str, options: dict[str, Any]) -> None:
    http = ready(kind, verify=False)
    with pytest.raises(ValueError, match=r"with http_client, which has its own settings$"):
        make(kind, token="t", http_client=http, **options)
    make(kind, token="t", http_client=http, verify=True, trust_env=True, hooks={})
    await close(http)


async def test_a_ready_client_of_another_class_is_rejected(kind: str) -> None:
    other = ready("sync" if kind == "async" else "async", verify=False)
    needed = "httpx.AsyncClient" if kind == "async" else "httpx.Client"
    for wrong in (other, type(other), httpx.HTTPTransport(verify=False), object(), "http", True, 0):
        with pytest.raises(TypeError, match=f"^http_client must be an {needed}"):
            make(kind, token="t", http_client=wrong)
    await close(other)


async def test_a_ready_client_that_is_closed_says_so(kind: str, tmp_path: Path) -> None:
    http = ready(kind, verify=False)
    await close(http)
    client = make(kind, token="t", http_client=http)
    with pytest.raises(RuntimeError, match="closed"):
        await CALLS["JSON"](client, tmp_path)


# TLS contexts


@pytest.fixture
def contexts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one with every context that authorities are loaded into."""
    made: list[str] = []
    load = ssl.SSLContext.load_verify_locations

    def counted(context: ssl.SSLContext, *arguments: Any, **options: Any) -> None:
        made.append(threading.current_thread().name)
        load(context, *arguments, **options)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counted)
    return made


@pytest.mark.parametrize("verify", [True, "file", False])
async def test_a_client_loads_authorities_once_and_not_before_its_first_request(
    kind: str, verify: Any, emulator: Emulator, company: Authority, tmp_path: Path, contexts: list[str]
) -> None:
    loads = 1 if verify is not False else 0
    with listening(gateway(emulator.url), company.server()) as (host, port):
        trusted = company.file if verify == "file" else verify
        client = make(kind, emulator, base_url=f"https://{host}:{port}", verify=trusted)
        other = client.with_model(emulator.production_model_id)
        assert contexts == []
        if verify is True:
            with pytest.raises(ConnectError):
                await CALLS["JSON"](client, tmp_path)
        else:
            for call in CALLS.values():
                await call(client, tmp_path)
            await CALLS["JSON"](other, tmp_path)
        await close(client)
    assert len(contexts) == loads


def test_connections_that_begin_together_load_authorities_once(
    company: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(2)
    create = ssl.create_default_context
    made: list[ssl.SSLContext] = []

    def slow(**options: Any) -> ssl.SSLContext:
        with suppress(threading.BrokenBarrierError):
            together.wait(0.2)  # as long as nobody else loads them at the same time
        made.append(create(**options))
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", slow)
    settings = NetworkSettings(verify=company.file)
    with ThreadPoolExecutor(4) as pool:
        used = list(pool.map(lambda _: settings.options(True)["verify"], range(4)))
    assert used == made * 4


def test_many_threads_at_once_load_authorities_once(
    emulator: Emulator, company: Authority, contexts: list[str]
) -> None:
    with (
        listening(gateway(emulator.url), company.server()) as (host, port),
        make("sync", emulator, base_url=f"https://{host}:{port}", verify=company.file) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        start = threading.Barrier(8)

        def work(_: int) -> None:
            start.wait()
            client.list_files()

        list(pool.map(work, range(8)))
    assert len(contexts) == 1


async def test_a_client_of_a_plain_server_loads_no_authorities(
    kind: str, emulator: Emulator, tmp_path: Path, contexts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Proxy()
    with listening(proxy) as (host, port):
        for number, options in enumerate(({}, {"proxy": f"http://{host}:{port}"}, {})):
            if number == 2:
                monkeypatch.setenv("HTTP_PROXY", f"http://{host}:{port}")
            client = make(kind, emulator, base_url=emulator.url, **options)
            for call in CALLS.values():
                await call(client, tmp_path)
            await close(client)
    assert contexts == []
    assert proxy.asked


# Cookies and redirects

TOKEN = (
    b'{"status": "SUCCESS", "tokenInfo": {"tokenId": "i", "tokenValue": "v", "refreshTokenId": "r", "expiresAt": %d}}'
)
FILES = (
    b'{"meta": {"paging": {"currentPageSize": 0, "totalSize": 0, "offset": 0}}, "status": {"code": 200}, "files": []}'
)


async def test_cookies_are_sent_with_every_request_that_follows(kind: str, tmp_path: Path) -> None:
    def answer(received: Received) -> Iterator[bytes]:
        number = len(wire.received)
        body = TOKEN % 99999999999999 if "token" in received.path else FILES
        yield whole(body, set_cookie=f"lb{number}=node{number}; Path=/", content_type="application/json")

    with serving(answer) as wire:
        client = make(kind, base_url=wire.url)
        for _ in range(3):
            await CALLS["JSON"](client, tmp_path)
        await close(client)
    cookies = [sorted(received.headers.get("cookie", "").split("; ")) for received in wire.received]
    assert cookies == [[""], ["lb1=node1"], ["lb1=node1", "lb2=node2"], ["lb1=node1", "lb2=node2", "lb3=node3"]]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("is_ready", [False, True])
async def test_a_redirect_is_told_and_not_followed(kind: str, status: int, is_ready: bool, tmp_path: Path) -> None:
    def answer(received: Received) -> Iterator[bytes]:
        yield whole(b"", f"{status} Elsewhere", location=f"{wire.url}/login?saml=canary")

    with serving(answer) as wire:
        http = ready(kind, follow_redirects=True, verify=False) if is_ready else None
        client = make(kind, base_url=wire.url, token="t", http_client=http)
        for name in ("JSON", "a download in pieces", "a stream"):
            with pytest.raises(
                StatusError, match=r"it redirects to http://127.0.0.1; .*; redirected; a proxy"
            ) as caught:
                await CALLS[name](client, tmp_path)
            assert "canary" not in str(caught.value)
        await close(client)
        if http is not None:
            await close(http)
    assert not any("login" in received.path for received in wire.received)
