"""What a running emulator shares between requests: tenant, clock, options, tokens, scripts, and one lock."""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .state import Model, Tenant, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the emulator behaves; `Emulator` documents each of them."""

    task_polls: int = 1
    task_seconds: float = 0.0
    page_limit: int = 5000
    download_chunk_size: int = 10_000_000
    upload_chunk_limit: int = 50_000_000
    token_seconds: float = 2100.0
    requests_per_second: float | None = None
    misleading_next: bool = False
    record_bodies: bool = True
    accept_v1_certificates: bool = True


@dataclass(slots=True)
class Token:
    """A live token. `expires` is in epoch seconds of the emulator's clock."""

    value: str
    id: str
    refresh_id: str
    user: User
    expires: float
    by_certificate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How the next matching task ends: `fail`, `cancel` (by the server) or `vanish`."""

    target: str
    outcome: str = "fail"
    title: str | None = None
    message: str | None = None
    subtitle: str | None = None
    cancelling_looks: int = 1


@dataclass(slots=True)
class World:
    """The state all handlers work on. Whoever reads or changes it holds `lock`, and never waits while holding it."""

    tenant: Tenant
    options: Options
    time: Callable[[], float]
    url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)
    ahead: float = 0.0
    counter: int = 0
    tokens: dict[str, Token] = field(default_factory=dict[str, Token])
    certificates: dict[bytes, User] = field(default_factory=dict[bytes, User])
    seen_payloads: set[bytes] = field(default_factory=set[bytes])
    scripts: list[Script] = field(default_factory=list[Script])
    model_locks: dict[str, asyncio.Lock] = field(default_factory=dict[str, asyncio.Lock])

    def now(self) -> float:
        """Epoch seconds of the emulator's clock."""
        return self.time() + self.ahead

    def next_id(self) -> str:
        """A new id of 32 upper-case hex digits, the same in every run."""
        self.counter += 1
        return hashlib.sha256(b"%d" % self.counter).hexdigest()[:32].upper()

    def find_model(self, model_id: str) -> Model | None:
        """The model of that id, deleted ones excepted."""
        return next((model for _, model in self.tenant.models() if model.id == model_id), None)

    def take_script(self, *targets: str) -> Script | None:
        """The first script for one of these kinds or ids, which is then used up."""
        for script in self.scripts:
            if script.target in targets:
                self.scripts.remove(script)
                return script
        return None


def iso(seconds: float, *, milliseconds: bool = False) -> str:
    """A time stamp in UTC with a `Z`."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return re.sub(r"\+00:00$", "Z", text)
