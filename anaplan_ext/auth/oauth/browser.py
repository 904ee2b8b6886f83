"""Lead a user to the page that signs in, and receive the redirect: by a listener on this machine, or by hand."""

from __future__ import annotations

import sys
import webbrowser
from http.server import BaseHTTPRequestHandler
from queue import Empty, SimpleQueue
from socketserver import ThreadingTCPServer
from urllib.parse import urlsplit

from anaplan_client.core.http.stopping import check_stopped

from ...transport import clock
from .redirect import AuthorizationRequest, Redirect, loopback_address, read_redirect

LISTEN_SECONDS = 300.0
"""Maximum seconds to wait for the redirect."""
_CHECK_SECONDS = 0.25
_SOCKET_SECONDS = 10.0
_DONE = "You can close this window and return to your program."
_OTHER = "This is not the sign-in that your program waits for. Return to the page that it has opened."


def listen_for_redirect(
    request: AuthorizationRequest, *, timeout: float = LISTEN_SECONDS, open_browser: bool = True
) -> str:
    """Open the user's browser, and return the URL that it was redirected to.

    Listens on the loopback address of the redirect, which only this machine reaches. Anything but the redirect with the
    state of this sign-in is rejected, and the wait continues. The URL is also printed on standard error, for a browser
    that does not open.

    Args:
        request: The sign-in. Its redirect has the host `127.0.0.1` and a port.
        timeout: Seconds to wait for the redirect.
        open_browser: Whether to open a browser. If not, the user opens the printed URL.

    Returns:
        The URL of the redirect, which has the code or the error of the sign-in. Keep it secret.

    Raises:
        ValueError: The redirect does not lead to this machine.
        TimeoutError: The user did not sign in within `timeout`.
        OSError: The port is in use.
    """
    address = loopback_address(request.redirect_uri)
    if address is None:
        raise ValueError("redirect_uri must be http://127.0.0.1 with a port, to be listened for; else paste_redirect")
    host, port, path = address
    received: SimpleQueue[str] = SimpleQueue()
    server = _start(host, port, path, request.state, received)
    try:
        print(f"Sign in to Anaplan at {request.url}", file=sys.stderr)
        if open_browser:
            webbrowser.open(request.url)
        return _wait(server, received, timeout)
    finally:
        server.server_close()


def paste_redirect(request: AuthorizationRequest) -> str:
    """Print the URL on standard error, and read that of the redirect from standard input.

    For a browser on another machine: its address bar has the URL, also if the page cannot be shown.

    Args:
        request: The sign-in.

    Returns:
        The line that the user entered. The sign-in rejects it if it is not the URL of its redirect.

    Raises:
        EOFError: Standard input has ended.
    """
    print(
        f"Open {request.url} in a browser, and sign in.\n"
        f"Then copy the whole URL from its address bar, which starts with {request.redirect_uri}, and paste it here:",
        file=sys.stderr,
    )
    return input()


def _start(host: str, port: int, path: str, state: str, received: SimpleQueue[str]) -> ThreadingTCPServer:
    class Handler(BaseHTTPRequestHandler):
        # Of each wait for a connection that sends nothing, as browsers open some in advance.
        timeout = _SOCKET_SECONDS

        def do_GET(self) -> None:
            is_ours = urlsplit(self.path).path == path and isinstance(read_redirect(self._url(), state), Redirect)
            content = (_DONE if is_ours else _OTHER).encode()
            self.send_response(200 if is_ours else 400)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content)
            if is_ours:
                received.put(self._url())

        def _url(self) -> str:
            return f"http://{host}:{port}{self.path}"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Log nothing: the line would have the code."""

    class Server(ThreadingTCPServer):
        daemon_threads = True
        # Another program must not be able to listen on the same port.
        allow_reuse_address = sys.platform != "win32"

        def handle_error(self, request: object, client_address: object) -> None:
            """Print nothing of a connection that ended early."""

    try:
        server = Server((host, port), Handler)
    except OSError as error:
        raise OSError(f"port {port} of {host} must be free to receive the redirect ({error.strerror})") from None
    server.timeout = _CHECK_SECONDS
    return server


def _wait(server: ThreadingTCPServer, received: SimpleQueue[str], timeout: float) -> str:
    end = clock.now() + timeout
    while clock.now() < end:
        check_stopped()
        server.handle_request()
        try:
            return received.get_nowait()
        except Empty:
            continue
    raise TimeoutError(f"the user did not sign in within {timeout:g} s")
