"""The output of an export as a table."""

from __future__ import annotations

from collections.abc import AsyncIterator

from anaplan_client import integration

from ...auth._async.session import AsyncSession
from ...frames._async.table import AsyncTable
from ...frames.schema import TableFormat, export_format
from ...transfers._async.download import download
from ...transfers.progress import OnTransfer


def export_table(session: AsyncSession, model_id: str, export_id: str, progress: OnTransfer | None) -> AsyncTable:
    """Return the output of an export that has run. Nothing is read yet."""
    label = f"export {export_id}"

    def read() -> AsyncIterator[bytes]:
        return download(session, model_id, export_id, progress)

    async def describe() -> TableFormat:
        response = await session.send(integration.get_export(model_id, export_id))
        return export_format(label, response.export_metadata)

    return AsyncTable(label, read, describe)
