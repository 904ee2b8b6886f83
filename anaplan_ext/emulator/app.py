"""The ASGI application: token check, rate limit, settling of tasks, faults, and the record of exchanges."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from . import authentication, tasks
from .answers import Call, Refusal, failure
from .faults import Fault, FaultPlan, reset
from .routes import find_model, resolve
from .state import Model
from .world import World

_BIG = 1_000_000


@dataclass(frozen=True, slots=True)
class BodyDigest:
    """Stands for a body that was not kept. `sha256` is None when bodies are not recorded at all."""

    length: int
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer. `status` is None when no answer was sent; header names are lower case.

    `in_flight` is the number of requests in progress when this one began, itself included.
    """

    method: str
    path: str
    query: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: bytes | BodyDigest
    status: int | None
    response_headers: tuple[tuple[str, str], ...]
    response_body: bytes | BodyDigest
    fault: Fault | None
    in_flight: int


class Gateway:
    """The ASGI application. `observer` gets each exchange before its answer is sent."""

    def __init__(self, world: World, observer: Callable[[Exchange], None] | None) -> None:
        self.world = world
        self.observer = observer
        self.faults = FaultPlan()
        self.exchanges: list[Exchange] = []
        self.errors: list[Exception] = []
        self.in_flight = 0
        self.peak = 0
        self.closing = False
        self.releases = 0
        self.changed = asyncio.Event()
        self._allowance: float | None = None
        self._counted = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        request = _Request(self, scope, receive, send, self.in_flight)
        try:
            await request.run()
        finally:
            request.finish()

    def wake(self) -> None:
        """Lets held requests look again whether they may go on. To be called in the loop's thread."""
        self.changed.set()
        self.changed = asyncio.Event()

    def within_rate(self) -> bool:
        """Takes one request from an allowance that refills with the emulator's clock and holds one second's worth."""
        rate = self.world.options.requests_per_second
        if rate is None:
            return True
        now, most = self.world.now(), max(1.0, rate)
        left = most if self._allowance is None else min(most, self._allowance + (now - self._counted) * rate)
        self._counted = now
        self._allowance = left - 1 if left >= 1 else left
        return left >= 1


@dataclass(slots=True)
class _Request:
    gateway: Gateway
    scope: Scope
    receive: Receive
    send: Send
    in_flight: int
    body: bytes = b""
    gone: bool = False
    finished: bool = False
    fault: Fault | None = field(default=None)

    def finish(self) -> None:
        """Counts the request as no longer in progress; before the end of its answer, so that clients see it so."""
        if not self.finished:
            self.finished = True
            self.gateway.in_flight -= 1

    async def run(self) -> None:
        if not await self.read():
            return await self.record(None)
        gateway, path = self.gateway, self.scope["path"]
        with gateway.world.lock:
            fault = self.fault = gateway.faults.take(self.scope["method"], path)
        early = fault is not None and not fault.after_effect
        if early and fault and fault.kind == "stall":
            await self.hold()
            if self.gone:
                return await self.record(None)
        response: Response | None = None
        if not (early and fault and fault.kind in ("answer", "reset")):
            response = await self.respond()
        if fault and fault.kind == "stall" and fault.after_effect:
            await self.hold()
        if fault and fault.kind == "answer":
            response = self.scripted(fault)
        if fault and fault.kind == "malformed" and response is not None:
            cut = bytes(response.body)[: max(1, len(response.body) // 2)]
            response = Response(cut, response.status_code, media_type="application/json")
        if (fault and fault.kind == "reset") or self.gone or response is None:
            await self.record(None)
            if not self.gone:
                reset(self.scope["state"]["transport"])
                await self.disconnected()
            return
        await self.record(response)
        await self.answer(response)

    async def read(self) -> bool:
        parts: list[bytes] = []
        while True:
            message = await self.receive()
            if message["type"] != "http.request":
                return False
            if message.get("body"):
                parts.append(message["body"])
            if not message.get("more_body", False):
                self.body = parts[0] if len(parts) == 1 else b"".join(parts)
                return True

    async def respond(self) -> Response:
        world, path = self.gateway.world, self.scope["raw_path"].decode("ascii")
        try:
            return await self.dispatch(path)
        except Refusal as refusal:
            return failure(world, path, refusal.status, refusal.message, refusal.code)
        except Exception as error:
            self.gateway.errors.append(error)
            return failure(world, path, 500, "Internal Server Error")

    async def dispatch(self, path: str) -> Response:
        gateway, world = self.gateway, self.gateway.world
        call = Call(
            world=world,
            method=self.scope["method"],
            path=path,
            query=dict(parse_qsl(self.scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in self.scope["headers"]},
            body=self.body,
        )
        segments = path.split("/")[1:]
        with world.lock:
            if segments[0] != "token":
                call.token = authentication.check_token(call)
                if not gateway.within_rate():
                    raise Refusal(429, "Too Many Requests")
            handler = resolve(call, segments)
            model = call.found_model = find_model(call, segments)
        if model is not None:
            await self.settle(call, model, segments)
        with world.lock:
            result = handler(call)
        return await result if inspect.isawaitable(result) else result

    async def settle(self, call: Call, model: Model, segments: list[str]) -> None:
        about_tasks = any(segment.lower().endswith("tasks") for segment in segments)
        free = about_tasks or segments[-2:] == ["models", model.id]
        while model.busy and not free and not (self.gone or self.gateway.closing):
            await self.wait()
        for _, other in call.world.tenant.models():
            if other.tasks:
                await tasks.settle(call.world, other, wait=other is model)

    async def wait(self) -> None:
        """Waits until something changed or the client has gone away."""
        changed = asyncio.ensure_future(self.gateway.changed.wait())
        message = asyncio.ensure_future(self.receive())
        await asyncio.wait({changed, message}, return_when=asyncio.FIRST_COMPLETED)
        self.gone = message.done() and message.result()["type"] == "http.disconnect"
        for waiter in (changed, message):
            waiter.cancel()

    async def hold(self) -> None:
        gateway, before = self.gateway, self.gateway.releases
        while gateway.releases == before and not (self.gone or gateway.closing):
            await self.wait()

    async def disconnected(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    def scripted(self, fault: Fault) -> Response:
        if fault.body is None:
            path = self.scope["raw_path"].decode("ascii")
            response = failure(self.gateway.world, path, fault.status, fault.message, "FAILURE_UNAVAILABLE")
        else:
            response = Response(fault.body, fault.status, media_type=fault.content_type)
        for name, value in fault.headers:
            response.headers[name] = value
        return response

    async def answer(self, response: Response) -> None:
        body = bytes(response.body)
        start: Message = {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": response.raw_headers,
        }
        await self.send(start)
        if self.fault and self.fault.kind == "truncate":
            kept = len(body) // 2 if self.fault.keep_bytes is None else self.fault.keep_bytes
            await self.send({"type": "http.response.body", "body": body[:kept], "more_body": True})
            self.scope["state"]["transport"].close()
            return await self.disconnected()
        self.finish()
        await self.send({"type": "http.response.body", "body": body, "more_body": False})

    async def record(self, response: Response | None) -> None:
        exchange = Exchange(
            method=self.scope["method"],
            path=self.scope["raw_path"].decode("ascii"),
            query=self.scope["query_string"].decode("latin-1"),
            request_headers=_texts(self.scope["headers"]),
            request_body=await self.kept(self.body),
            status=response.status_code if response else None,
            response_headers=_texts(response.raw_headers) if response else (),
            response_body=await self.kept(bytes(response.body)) if response else b"",
            fault=self.fault,
            in_flight=self.in_flight,
        )
        self.gateway.exchanges.append(exchange)
        if self.gateway.observer:
            try:
                self.gateway.observer(exchange)
            except Exception as error:
                self.gateway.errors.append(error)

    async def kept(self, body: bytes) -> bytes | BodyDigest:
        if not self.gateway.world.options.record_bodies:
            return BodyDigest(len(body), None)
        if len(body) <= _BIG:
            return body
        digest: Any = await asyncio.to_thread(hashlib.sha256, body)
        return BodyDigest(len(body), digest.hexdigest())


def _texts(headers: list[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
