"""The ASGI application: token check, rate limit, settling of tasks, faults, and the record of exchanges."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import inspect
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from itertools import pairwise

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..api import authentication
from ..engine import tasks
from ..state.faults import Fault
from ..state.server_state import BodyDigest, Exchange, World
from .errors import Refusal
from .protocol import reset
from .request import Call
from .responses import failure
from .routes import ANSWERED_AT_ONCE, resolve

_BIG = 1_000_000


def application(world: World) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The ASGI application of an emulator."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        world.in_flight += 1
        world.peak_in_flight = max(world.peak_in_flight, world.in_flight)
        request = _Request(world, scope, receive, send, scope["raw_path"].decode("ascii"), world.in_flight)
        try:
            await request.run()
        finally:
            request.finish()

    return serve


@dataclass(slots=True)
class _Request:
    world: World
    scope: Scope
    receive: Receive
    send: Send
    path: str
    in_flight: int
    body: bytes = b""
    fault: Fault | None = None
    gone: bool = False
    too_large: bool = False
    end_scripted: bool = False
    finished: bool = False

    def finish(self) -> None:
        """Counts the request as no longer in progress; before the end of its answer, so that clients see it so."""
        if not self.finished:
            self.finished = True
            self.world.in_flight -= 1

    async def run(self) -> None:
        await self.read()
        if self.gone:
            return await self.record(None)
        await self.catch_up()
        with self.world.lock:
            hits = [armed.fault for armed in self.world.faults if armed.hits(self.scope["method"], self.path)]
        fault = self.fault = hits[0] if hits else None
        response = await self.respond() if fault is None else await self.respond_with(fault)
        if response is not None:
            response.headers.setdefault("X-Request-Id", uuid.uuid4().hex)
            response.headers.setdefault("Date", formatdate(self.world.now(), usegmt=True))
        await self.record(response)
        if response is not None:
            await self.answer(response)
        elif not self.gone:
            transport = self.scope["state"]["transport"]
            reset(transport) if self.fault is None or self.fault.kind == "reset" else transport.close()
            await self.disconnected()

    async def catch_up(self) -> None:
        """Lets the effects come that earlier requests like this one are to have late."""
        same = [
            late for late in self.world.late if (late.scope["method"], late.path) == (self.scope["method"], self.path)
        ]
        for late in same:
            self.world.late.remove(late)
            await late.respond()

    async def read(self) -> None:
        parts: list[bytes] = []
        more, size = True, 0
        while more:
            message = await self.receive()
            self.gone = message["type"] != "http.request"
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self.world.max_body_bytes:
                # Read to its end all the same, or the client would see a reset instead of the answer.
                self.too_large = True
                parts.clear()
            more = not self.gone and message.get("more_body", False)
        # Joining one part does not copy it.
        self.body = b"".join(part for part in parts if part)

    async def respond_with(self, fault: Fault) -> Response | None:
        """The answer as the fault leaves it; None if the connection is to be reset or the client has gone."""
        if fault.kind == "stall" and not fault.after_effect:
            await self.hold()
        if fault.late:
            self.world.late.append(self)
        has_effect = fault.after_effect or fault.kind not in ("answer", "reset", "close")
        response = await self.respond() if has_effect and not self.gone else None
        if fault.kind == "stall" and fault.after_effect:
            await self.hold()
        if self.gone or fault.kind in ("reset", "close"):
            return None
        if fault.kind == "malformed" and response:
            half = bytes(response.body)[: max(1, len(response.body) // 2)]
            return Response(half, response.status_code, media_type="application/json")
        if fault.kind == "changed" and fault.change and response:
            changed = fault.change(json.loads(bytes(response.body)))
            return Response(json.dumps(changed), response.status_code, media_type="application/json")
        return self.scripted(fault) if fault.kind == "answer" else response

    def scripted(self, fault: Fault) -> Response:
        if fault.body is None:
            response = failure(self.world, self.path, Refusal(fault.status, fault.message, "FAILURE_UNAVAILABLE"))
        else:
            response = Response(fault.body, fault.status, media_type=fault.content_type)
        for name, value in fault.headers:
            response.headers[name] = value
        return response

    async def respond(self) -> Response:
        try:
            return await self.dispatch()
        except Refusal as refusal:
            return failure(self.world, self.path, refusal)
        except Exception as error:
            self.world.errors.append(error)
            return failure(self.world, self.path, Refusal(500, "Internal Server Error"))

    async def dispatch(self) -> Response:
        if self.too_large:
            raise Refusal(413, "Request Entity Too Large")
        call = Call(
            world=self.world,
            method=self.scope["method"],
            path=self.path,
            query_string=self.scope["query_string"].decode("latin-1"),
            headers=dict(_texts(self.scope["headers"])),
            body=self.body,
        )
        with self.world.lock:
            if not self.path.startswith("/token/"):
                call.token = authentication.check_token(call)
                if not self.world.within_rate():
                    raise Refusal(429, "Too Many Requests", retry_after=self.world.retry_after)
            handler = resolve(call)
        if "model" in call.params:
            await tasks.settle(call.world, call.model, wait=handler not in ANSWERED_AT_ONCE)
        with self.world.lock:
            result = handler(call)
        response = await result if inspect.isawaitable(result) else result
        self.end_scripted = call.scripted
        return response

    async def hold(self) -> None:
        """Waits for the release of held requests, or until the client has gone away."""
        released = asyncio.get_running_loop().create_future()
        self.world.held.append(released)
        message = asyncio.ensure_future(self.receive())
        await asyncio.wait({released, message}, return_when=asyncio.FIRST_COMPLETED)
        self.gone = not released.done()
        message.cancel()

    async def disconnected(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def answer(self, response: Response) -> None:
        body = bytes(response.body)
        headers = response.raw_headers
        await self.send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        if self.fault and self.fault.kind == "truncate":
            kept = len(body) // 2 if self.fault.keep_bytes is None else self.fault.keep_bytes
            await self.send({"type": "http.response.body", "body": body[:kept], "more_body": True})
            self.scope["state"]["transport"].close()
            return await self.disconnected()
        if self.fault and self.fault.kind == "drip" and body:
            body = await self.drip(body, self.fault.pause)
        self.finish()
        await self.send({"type": "http.response.body", "body": body, "more_body": False})

    async def drip(self, body: bytes, pause: float) -> bytes:
        """Sends all but the last of eight pieces, which it returns; fewer if the client goes away meanwhile."""
        for start, end in pairwise(len(body) * number // 8 for number in range(8)):
            await self.send({"type": "http.response.body", "body": body[start:end], "more_body": True})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self.disconnected()
                    return b""
        return body[len(body) * 7 // 8 :]

    async def record(self, response: Response | None) -> None:
        exchange = Exchange(
            method=self.scope["method"],
            path=self.path,
            query=self.scope["query_string"].decode("latin-1"),
            request_headers=_texts(self.scope["headers"]),
            request_body=await self.kept(self.body),
            status=response.status_code if response else None,
            response_headers=_texts(response.raw_headers) if response else (),
            response_body=await self.kept(bytes(response.body)) if response else b"",
            fault=self.fault,
            in_flight=self.in_flight,
            scripted=self.end_scripted,
        )
        self.world.exchanges.append(exchange)
        if self.world.observer:
            try:
                self.world.observer(exchange)
            except Exception as error:
                self.world.errors.append(error)

    async def kept(self, body: bytes) -> bytes | BodyDigest:
        if not self.world.record_bodies:
            return BodyDigest(len(body), None)
        if len(body) <= _BIG:
            return body
        return BodyDigest(len(body), (await asyncio.to_thread(hashlib.sha256, body)).hexdigest())


def _texts(headers: list[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
