"""Wait for a task of Anaplan without a worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from anaplan_ext import AnaplanActionError, AnaplanError, TaskHandle

from .hooks import AnaplanHook


class AnaplanTaskTrigger(BaseTrigger):
    """Fire when a task of Anaplan has ended, however it ended.

    The handle has all ids, so another triggerer continues the wait. `ends_at` is the end of the wait in seconds of the
    epoch; None for no limit.
    """

    def __init__(self, anaplan_conn_id: str, handle: dict[str, str], ends_at: float | None = None) -> None:
        super().__init__()
        self.anaplan_conn_id = anaplan_conn_id
        self.handle = handle
        self.ends_at = ends_at

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what another triggerer needs."""
        arguments = {"anaplan_conn_id": self.anaplan_conn_id, "handle": self.handle, "ends_at": self.ends_at}
        return "airflow_provider_anaplan.triggers.AnaplanTaskTrigger", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event with the handle, and an error if the task cannot be waited for."""
        seconds = None if self.ends_at is None else max(0.0, self.ends_at - time.time())
        error = ""
        client = await AnaplanHook(self.anaplan_conn_id).get_async_conn()
        try:
            await client.wait_for_task(TaskHandle.from_dict(self.handle), timeout=seconds)
        except AnaplanActionError:
            pass  # its end is read again, with the rejected rows
        except AnaplanError as failure:
            error = f"{type(failure).__name__}: {failure}"
        finally:
            await asyncio.shield(client.aclose())
        yield TriggerEvent({"handle": self.handle, "error": error})

    async def on_kill(self) -> None:
        """Cancel the task of Anaplan. Airflow calls this if a user ends the task, and not if a triggerer stops."""
        client = await AnaplanHook(self.anaplan_conn_id).get_async_conn()
        try:
            await client.cancel_task(TaskHandle.from_dict(self.handle))
        finally:
            await client.aclose()
