"""The ASGI application: rate limit, token check, due tasks, faults, and the record of requests."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import inspect
import json
import uuid
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from itertools import pairwise

from attrs import define
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..api import authentication
from ..engine.integration_runs import run_due_integrations
from ..engine.tasks import run_due_tasks
from ..state.exchanges import BodyDigest, Exchange
from ..state.faults import Fault
from ..state.server_state import ServerState
from .protocol import reset
from .request import HTTPError, Request
from .responses import error_response
from .routes import SERVED_WHILE_BUSY, resolve

MAX_RECORDED_BYTES = 1_000_000
# What creates tokens, and needs none.
_TOKEN_PATHS = ("/token/", "/oauth/", "/auth/")


def application(server: ServerState) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Create the ASGI application of an emulator."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        server.in_flight += 1
        server.peak_in_flight = max(server.peak_in_flight, server.in_flight)
        cycle = _RequestCycle(server, scope, receive, send, scope["raw_path"].decode("ascii"), server.in_flight)
        try:
            await cycle.run()
        finally:
            cycle.finish()

    return serve


@define(eq=False)
class _RequestCycle:
    server: ServerState
    scope: Scope
    receive: Receive
    send: Send
    path: str
    in_flight: int
    body: bytes = b""
    fault: Fault | None = None
    client_disconnected: bool = False
    too_large: bool = False
    scripted_result: bool = False
    finished: bool = False

    def finish(self) -> None:
        """Count the request as done, before the last byte of its response is sent."""
        if not self.finished:
            self.finished = True
            self.server.in_flight -= 1

    async def run(self) -> None:
        await self.read_body()
        if self.client_disconnected:
            return await self.record(None)
        await self.run_delayed_effects()
        with self.server.lock:
            hits = [active.fault for active in self.server.faults if active.hits(self.scope["method"], self.path)]
        fault = self.fault = hits[0] if hits else None
        response = await self.respond() if fault is None else await self.respond_with_fault(fault)
        if response is not None:
            response.headers.setdefault("X-Request-Id", uuid.uuid4().hex)
            response.headers.setdefault("Date", formatdate(self.server.now(), usegmt=True))
        await self.record(response)
        if response is not None:
            await self.send_response(response)
        elif not self.client_disconnected:
            transport = self.scope["state"]["transport"]
            reset(transport) if self.fault is None or self.fault.kind == "reset" else transport.close()
            await self.wait_for_disconnect()

    async def run_delayed_effects(self) -> None:
        """Run the effects that faults have delayed for earlier requests of the same method and path."""
        target = (self.scope["method"], self.path)
        for effect in [other for other in self.server.delayed_effects if (other.scope["method"], other.path) == target]:
            self.server.delayed_effects.remove(effect)
            await effect.respond()

    async def read_body(self) -> None:
        pieces: list[bytes] = []
        has_more, size = True, 0
        while has_more:
            message = await self.receive()
            self.client_disconnected = message["type"] != "http.request"
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > self.server.max_body_bytes:
                # Read to the end, or the client would see a reset instead of the response.
                self.too_large = True
                pieces.clear()
            has_more = not self.client_disconnected and message.get("more_body", False)
        # Joining a single piece does not copy it.
        self.body = b"".join(piece for piece in pieces if piece)

    async def respond_with_fault(self, fault: Fault) -> Response | None:
        """Return the response that the fault leaves; None to close or reset the connection."""
        if fault.kind == "stall" and not fault.after_effect:
            await self.stall()
        if fault.late:
            self.server.delayed_effects.append(self)
        has_effect = fault.after_effect or fault.kind not in ("response", "reset", "close")
        response = await self.respond() if has_effect and not self.client_disconnected else None
        if fault.kind == "stall" and fault.after_effect:
            await self.stall()
        if self.client_disconnected or fault.kind in ("reset", "close"):
            return None
        if fault.kind == "malformed" and response:
            half = bytes(response.body)[: max(1, len(response.body) // 2)]
            return Response(half, response.status_code, media_type="application/json")
        if fault.kind == "changed" and fault.change and response:
            changed = fault.change(json.loads(bytes(response.body)))
            return Response(json.dumps(changed), response.status_code, media_type="application/json")
        return self.build_fault_response(fault) if fault.kind == "response" else response

    def build_fault_response(self, fault: Fault) -> Response:
        if fault.body is None:
            error = HTTPError(fault.status, fault.message, "FAILURE_UNAVAILABLE")
            response = error_response(self.server, self.path, error)
        else:
            response = Response(fault.body, fault.status, media_type=fault.content_type)
        for name, value in fault.headers:
            response.headers[name] = value
        return response

    async def respond(self) -> Response:
        try:
            return await self.dispatch()
        except HTTPError as error:
            return error_response(self.server, self.path, error)
        except Exception as error:
            self.server.errors.append(error)
            return error_response(self.server, self.path, HTTPError(500, "Internal Server Error"))

    async def dispatch(self) -> Response:
        if self.too_large:
            raise HTTPError(413, "Request Entity Too Large")
        request = Request(
            server=self.server,
            method=self.scope["method"],
            path=self.path,
            query_string=self.scope["query_string"].decode("latin-1"),
            headers=dict(_decode_headers(self.scope["headers"])),
            body=self.body,
        )
        with self.server.lock:
            if not self.path.startswith(_TOKEN_PATHS):
                token = authentication.authorize(request)
                if token is not None:
                    request.token = token
                if not self.server.take_from_rate_limit():
                    raise HTTPError(429, "Too Many Requests", retry_after=self.server.retry_after)
            handler = resolve(request)
        await run_due_integrations(request.server)
        if "model" in request.params:
            await run_due_tasks(request.server, request.model, wait=handler not in SERVED_WHILE_BUSY)
        with self.server.lock:
            result = handler(request)
        response = await result if inspect.isawaitable(result) else result
        self.scripted_result = request.scripted
        return response

    async def stall(self) -> None:
        """Wait for the release of stalled requests, or until the client disconnects."""
        released = asyncio.get_running_loop().create_future()
        self.server.stalled.append(released)
        message = asyncio.ensure_future(self.receive())
        await asyncio.wait({released, message}, return_when=asyncio.FIRST_COMPLETED)
        self.client_disconnected = not released.done()
        message.cancel()

    async def wait_for_disconnect(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def send_response(self, response: Response) -> None:
        body = bytes(response.body)
        headers = response.raw_headers
        await self.send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        if self.fault and self.fault.kind == "truncate":
            kept_bytes = len(body) // 2 if self.fault.keep_bytes is None else self.fault.keep_bytes
            await self.send({"type": "http.response.body", "body": body[:kept_bytes], "more_body": True})
            self.scope["state"]["transport"].close()
            return await self.wait_for_disconnect()
        if self.fault and self.fault.kind == "drip" and body:
            body = await self.drip(body, self.fault.pause)
        self.finish()
        await self.send({"type": "http.response.body", "body": body, "more_body": False})

    async def drip(self, body: bytes, pause: float) -> bytes:
        """Send seven of eight pieces and return the last; stop if the client disconnects."""
        for start, end in pairwise(len(body) * number // 8 for number in range(8)):
            await self.send({"type": "http.response.body", "body": body[start:end], "more_body": True})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self.wait_for_disconnect()
                    return b""
        return body[len(body) * 7 // 8 :]

    async def record(self, response: Response | None) -> None:
        exchange = Exchange(
            method=self.scope["method"],
            path=self.path,
            query=self.scope["query_string"].decode("latin-1"),
            request_headers=_decode_headers(self.scope["headers"]),
            request_body=await self.digest_body(self.body),
            status=response.status_code if response else None,
            response_headers=_decode_headers(response.raw_headers) if response else (),
            response_body=await self.digest_body(bytes(response.body)) if response else b"",
            fault=self.fault,
            in_flight=self.in_flight,
            scripted=self.scripted_result,
        )
        self.server.exchanges.append(exchange)
        if self.server.observer:
            try:
                self.server.observer(exchange)
            except Exception as error:
                self.server.errors.append(error)

    async def digest_body(self, body: bytes) -> bytes | BodyDigest:
        if not self.server.record_bodies:
            return BodyDigest(len(body), None)
        if len(body) <= MAX_RECORDED_BYTES:
            return body
        return BodyDigest(len(body), (await asyncio.to_thread(hashlib.sha256, body)).hexdigest())


def _decode_headers(headers: list[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
