"""The redirect of a browser: received on a port of this machine, or pasted by hand."""

import asyncio
import io
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest

from anaplan_client.core.http.stopping import Stop, StoppedError, current_stop
from anaplan_ext import AsyncClient, AuthorizationRequest, OAuth, listen_for_redirect, paste_redirect
from anaplan_ext.auth.oauth import browser
from anaplan_ext.concurrency import _async as concurrency

CODE = "canary-code-41"
STATE = "s-of-this-sign-in"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@pytest.fixture
def request_of(port: int) -> AuthorizationRequest:
    return AuthorizationRequest(
        url=f"https://us1a.app.anaplan.com/auth/authorize?state={STATE}",
        redirect_uri=f"http://127.0.0.1:{port}/callback",
        state=STATE,
    )


class Browser:
    """A browser that does what a test says, in a thread of its own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.opened: list[str] = []
        self.received: list[tuple[int, str]] = []
        self.steps: Callable[[], object] = lambda: None
        self.thread = threading.Thread(target=lambda: self.steps())

    def open(self, url: str) -> bool:
        self.opened.append(url)
        self.thread.start()
        return True

    def visit(self, path: str, method: str = "GET") -> HTTPResponse:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path)
        response = connection.getresponse()
        self.received.append((response.status, response.read().decode()))
        connection.close()
        return response


@pytest.fixture
def user(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    user = Browser(port)
    monkeypatch.setattr(browser.webbrowser, "open", user.open)
    yield user
    if user.opened:
        user.thread.join(10)


def test_the_redirect_is_received_and_nothing_else_is(
    user: Browser, request_of: AuthorizationRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    good = f"/callback?code={CODE}&state={STATE}"

    def steps() -> None:
        user.visit("/favicon.ico")
        user.visit("/callback")
        user.visit(f"/callback?code={CODE}&state=another")
        user.visit(f"/other?code={CODE}&state={STATE}")
        user.visit(good, "POST")
        idle = socket.create_connection(("127.0.0.1", user.port))  # as browsers open them in advance
        user.visit(good)
        idle.close()

    user.steps = steps
    assert listen_for_redirect(request_of, timeout=30) == f"http://127.0.0.1:{user.port}{good}"
    user.thread.join(10)
    assert [status for status, _ in user.received] == [400, 400, 400, 400, 501, 200]
    assert user.opened == [request_of.url]
    printed = capsys.readouterr()
    assert request_of.url in printed.err
    assert printed.out == ""
    # The log of the server would have the code.
    assert CODE not in printed.err
    assert not [text for _, text in user.received if CODE in text or STATE in text]


def test_a_denial_is_received_as_well(user: Browser, request_of: AuthorizationRequest) -> None:
    user.steps = lambda: user.visit(f"/callback?error=access_denied&state={STATE}")
    assert "error=access_denied" in listen_for_redirect(request_of, timeout=30)


def test_the_page_tells_other_sites_nothing(user: Browser, request_of: AuthorizationRequest) -> None:
    headers: list[str | None] = []
    user.steps = lambda: headers.append(user.visit(f"/callback?code={CODE}&state={STATE}").headers["Referrer-Policy"])
    listen_for_redirect(request_of, timeout=30)
    user.thread.join(10)
    assert headers == ["no-referrer"]


def test_a_user_who_does_not_return_is_not_waited_for(request_of: AuthorizationRequest, port: int) -> None:
    with pytest.raises(TimeoutError, match=r"within 0\.01 s"):
        listen_for_redirect(request_of, timeout=0.01, open_browser=False)
    # The port is free again.
    with pytest.raises(TimeoutError):
        listen_for_redirect(request_of, timeout=0.01, open_browser=False)


def test_a_client_that_is_closed_stops_the_wait(request_of: AuthorizationRequest) -> None:
    stop = Stop()
    stop.request()
    token = current_stop.set(stop)
    try:
        with pytest.raises(StoppedError):
            listen_for_redirect(request_of, timeout=600, open_browser=False)
    finally:
        current_stop.reset(token)


def test_only_this_machine_reaches_the_listener(request_of: AuthorizationRequest, monkeypatch: Any) -> None:
    seen: list[object] = []
    start = browser._start

    def note(*arguments: Any) -> Any:
        server = start(*arguments)
        seen.append(server.socket.getsockname()[0])
        return server

    monkeypatch.setattr(browser, "_start", note)
    with pytest.raises(TimeoutError):
        listen_for_redirect(request_of, timeout=0.01, open_browser=False)
    assert seen == ["127.0.0.1"]


@pytest.mark.skipif(sys.platform == "win32", reason="it lets two programs listen")
def test_a_port_that_is_in_use_is_told(request_of: AuthorizationRequest, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(OSError, match=rf"port {port} of 127\.0\.0\.1 must be free"):
            listen_for_redirect(request_of, open_browser=False)


def test_a_redirect_to_elsewhere_cannot_be_listened_for() -> None:
    request = AuthorizationRequest(url="https://a.test", redirect_uri="https://b.test/callback", state=STATE)
    with pytest.raises(ValueError, match="else paste_redirect"):
        listen_for_redirect(request)


def test_a_redirect_is_pasted(
    request_of: AuthorizationRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"{request_of.redirect_uri}?code={CODE}&state={STATE}"
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{url}\n"))
    assert paste_redirect(request_of) == url
    printed = capsys.readouterr()
    assert request_of.url in printed.err
    assert request_of.redirect_uri in printed.err
    assert printed.out == ""


async def test_a_user_who_never_returns_does_not_hold_up_the_end_of_an_asynchronous_client(port: int) -> None:
    returned, stops = threading.Event(), list[Stop | None]()

    def wait(_: AuthorizationRequest) -> str:
        stops.append(current_stop.get())
        returned.wait(60)  # as input() does, which nothing can stop
        return ""

    oauth = OAuth("c", redirect_uri=f"http://127.0.0.1:{port}/", get_redirect=wait)
    client = AsyncClient(auth=oauth, base_url=f"http://127.0.0.1:{port}")
    calling = asyncio.ensure_future(client.list_workspaces())
    while not stops:
        await concurrency.sleep(0.001)
    calling.cancel()
    async with asyncio.timeout(10):
        await client.aclose()
    assert not returned.is_set()
    assert stops[0] is not None
    assert stops[0].is_requested
    returned.set()
