"""Faults that a test injects: which request each one hits, and what then happens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .objects import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that goes wrong with certain requests.

    Which: `method` (None = any) and `path`, a regular expression searched for in the path. The fault hits the `nth`
    (from 1) and following matching requests since it was injected, `times` of them (None = for ever).

    What, by `kind`:
    - `answer`: another answer is sent: `status` with `headers`, `body` (None = the usual error envelope) and
      `content_type`;
    - `reset`: the connection is aborted with a TCP reset, no answer is sent;
    - `truncate`: headers promise the whole body, `keep_bytes` of it are sent (None = half), then the connection is
      closed;
    - `close`: the connection is closed in order, but no answer is sent;
    - `malformed`: the status and headers of the true answer, but its JSON breaks off in the middle;
    - `changed`: the true answer, but its JSON is what `change` makes of it;
    - `drip`: the true answer, but its body comes in eight pieces, `pause` seconds apart;
    - `stall`: the answer is held until `Emulator.release()`, or until the client goes away or the emulator stops.

    When: without `after_effect`, the request of an `answer`, `reset`, `close` or `stall` has no effect (a stalled one
    has it when released, unless the client has gone); with it, the effect is done first. The others always come after
    the effect. With `late`, an `answer`, `reset` or `close` comes first and the effect afterwards: just before the next
    request of the same method and path, or when `Emulator.catch_up()` is called.
    """

    path: str = ""
    method: str | None = None
    nth: int = 1
    times: int | None = 1
    kind: Literal["answer", "reset", "close", "truncate", "malformed", "changed", "drip", "stall"] = "answer"
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


@dataclass(slots=True)
class Armed:
    """An injected fault, and how many matching requests it has seen."""

    fault: Fault
    seen: int = 0

    def hits(self, method: str, path: str) -> bool:
        """Whether this request is hit; counts it if it matches."""
        fault = self.fault
        if fault.method not in (None, method) or not re.search(fault.path, path):
            return False
        self.seen += 1
        return self.seen >= fault.nth and (fault.times is None or self.seen < fault.nth + fault.times)
