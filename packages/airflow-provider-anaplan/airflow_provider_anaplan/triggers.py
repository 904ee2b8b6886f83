"""Wait for tasks of Anaplan without a worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from anaplan_ext import AnaplanActionError, AnaplanError, TaskHandle

from .hooks import AnaplanHook


class AnaplanTaskTrigger(BaseTrigger):
    """Fire when tasks of Anaplan have ended, however they ended.

    The handles have all ids, so another triggerer continues the wait. `ends_at` is the end of the wait in seconds of
    the epoch; None for no limit.
    """

    def __init__(self, anaplan_conn_id: str, handles: list[dict[str, str]], ends_at: float | None = None) -> None:
        super().__init__()
        self.anaplan_conn_id = anaplan_conn_id
        self.handles = handles
        self.ends_at = ends_at

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what another triggerer needs."""
        arguments = {"anaplan_conn_id": self.anaplan_conn_id, "handles": self.handles, "ends_at": self.ends_at}
        return "airflow_provider_anaplan.triggers.AnaplanTaskTrigger", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event with the handles, and an error if a task cannot be waited for."""
        error = ""
        client = await AnaplanHook(self.anaplan_conn_id).get_async_conn()
        try:
            for handle in map(TaskHandle.from_dict, self.handles):
                seconds = None if self.ends_at is None else max(0.0, self.ends_at - time.time())
                # A task that failed is read again, with the rejected rows.
                with suppress(AnaplanActionError):
                    await client.wait_for_task(handle, timeout=seconds)
        except AnaplanError as failure:
            error = f"{type(failure).__name__}: {failure}"
        finally:
            await asyncio.shield(client.aclose())
        yield TriggerEvent({"handles": self.handles, "error": error})

    async def on_kill(self) -> None:
        """Cancel the tasks of Anaplan. Airflow calls this if a user ends the task, and not if a triggerer stops."""
        client = await AnaplanHook(self.anaplan_conn_id).get_async_conn()
        try:
            for handle in map(TaskHandle.from_dict, self.handles):
                if handle.kind == "action":
                    await client.cancel_task(handle)
                else:
                    self.log.warning("%s continues: Anaplan cancels no syncs", handle)
        finally:
            await client.aclose()
