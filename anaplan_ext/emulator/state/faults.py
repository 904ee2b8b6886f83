"""Faults that a test injects: which requests they hit, and what happens then."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from attrs import define, frozen

from .values import Json


@frozen(kw_only=True)
class Fault:
    """A failure of certain requests.

    `method` (None = any) and `path`, a regular expression searched in the path, select requests. The fault hits the
    `nth` matching request (from 1) after it was injected and the following ones, `times` in total (None = forever).

    `kind` is what happens:
    - `response`: another response is sent: `status`, `headers`, `body` (None = the usual error envelope) and
      `content_type`;
    - `reset`: the connection is aborted with a TCP reset, without a response;
    - `close`: the connection is closed in order, without a response;
    - `truncate`: the headers announce the whole body, `keep_bytes` of it are sent (None = half), and the connection is
      closed;
    - `malformed`: the true status and headers, but the JSON ends in the middle;
    - `changed`: the true response, but with the JSON that `change` returns for it;
    - `drip`: the true response, but its body is sent in eight pieces, `pause` seconds apart;
    - `stall`: no response until `Emulator.release()`; it ends as well if the client disconnects or the emulator stops.

    With `after_effect` the request's effect is applied first. Without it, `response`, `reset` and `close` have no
    effect, and `stall` has its effect on release if the client is still connected. The other kinds always have the
    effect. With `late`, a `response`, `reset` or `close` delays the effect until the next request of the same method
    and path, or `Emulator.catch_up()`.
    """

    path: str = ""
    method: str | None = None
    nth: int = 1
    times: int | None = 1
    kind: Literal["response", "reset", "close", "truncate", "malformed", "changed", "drip", "stall"] = "response"
    after_effect: bool = False
    late: bool = False
    status: int = 503
    message: str = "Service Unavailable"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    content_type: str = "application/json"
    keep_bytes: int | None = None
    change: Callable[[Json], object] | None = None
    pause: float = 0.0


@define
class ActiveFault:
    """An injected fault, and the number of matching requests so far."""

    fault: Fault
    seen: int = 0

    def hits(self, method: str, path: str) -> bool:
        """Tell whether this request is hit; count it if it matches."""
        fault = self.fault
        if fault.method not in (None, method) or not re.search(fault.path, path):
            return False
        self.seen += 1
        return self.seen >= fault.nth and (fault.times is None or self.seen < fault.nth + fault.times)
