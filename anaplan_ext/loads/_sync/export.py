# Converted by `python -m generator` from anaplan_ext/loads/_async/export.py. Edit that file, not this one.
"""The output of an export as a table."""

from __future__ import annotations

from collections.abc import Iterator

from anaplan_client import integration

from ...auth._sync.session import Session
from ...frames._sync.table import Table
from ...frames.schema import TableFormat, export_format
from ...transfers._sync.download import download
from ...transfers.progress import OnTransfer


def export_table(session: Session, model_id: str, export_id: str, progress: OnTransfer | None) -> Table:
    """Return the output of an export that has run. Nothing is read yet."""
    label = f"export {export_id}"

    def read() -> Iterator[bytes]:
        return download(session, model_id, export_id, progress)

    def describe() -> TableFormat:
        response = session.send(integration.get_export(model_id, export_id))
        return export_format(label, response.export_metadata)

    return Table(label, read, describe)
