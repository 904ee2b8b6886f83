"""The change log between revisions, and the history of a model, for auditors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import asdict, frozen

from anaplan_client.alm.models import ModelRevision

from .changes import Change, find_risks
from .lineage import RevisionInfo, time_text


@frozen(kw_only=True)
class ChangelogEntry:
    """A revision, and what it changed."""

    revision: RevisionInfo
    """The revision, with when and by whom it was created."""
    since: RevisionInfo
    """The revision before it."""
    changes: tuple[Change, ...]
    """The changes of the comparison report between the two."""
    report_sha256: str
    """SHA-256 of that report."""

    def to_dict(self) -> dict[str, object]:
        """Write the entry as a JSON object.

        Returns:
            The revisions and the changes.
        """
        changes = [{**asdict(change), "risks": list(find_risks(change))} for change in self.changes]
        return {
            "revision": self.revision.to_dict(),
            "since": self.since.to_dict(),
            "changes": changes,
            "report_sha256": self.report_sha256,
        }


@frozen(kw_only=True)
class Changelog:
    """What the revisions of a model changed, oldest first. Iterate over it for the entries."""

    model_id: str
    """Id of the model."""
    entries: tuple[ChangelogEntry, ...]
    """One entry per revision."""

    def __iter__(self) -> Iterator[ChangelogEntry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def to_dict(self) -> dict[str, object]:
        """Write the change log as a JSON object.

        Returns:
            The model and the entries.
        """
        return {"model_id": self.model_id, "entries": [entry.to_dict() for entry in self.entries]}

    def to_rows(self) -> list[dict[str, object]]:
        """Return one flat row per change, for a table or a frame.

        Returns:
            Rows with the same keys in the same order. A revision without changes has none.
        """
        return [_row(entry, change) for entry in self.entries for change in entry.changes]


@frozen(kw_only=True)
class HistoryEntry:
    """A revision that a model has."""

    revision: RevisionInfo
    """The revision, with when and by whom it was created, and applied to the model."""
    method: str | None
    """How it was applied, for example `Revision synchronized`; None if Anaplan does not tell it."""

    def to_dict(self) -> dict[str, object]:
        """Write the entry as a JSON object.

        Returns:
            The revision and the method.
        """
        return {**self.revision.to_dict(), "method": self.method}


def find_method(model_id: str, applications: Sequence[ModelRevision]) -> str | None:
    """Return how a revision was applied to a model, from all models that it was applied to."""
    return next((entry.applied_method for entry in applications if entry.id == model_id), None)


def _row(entry: ChangelogEntry, change: Change) -> dict[str, object]:
    return {
        "revision": entry.revision.name,
        "created_on": time_text(entry.revision.created_on),
        "created_by": entry.revision.created_by,
        "description": entry.revision.description,
        "kind": change.kind,
        "action": change.action,
        "module": change.module,
        "name": change.name,
        "detail": change.detail,
        "risks": ", ".join(find_risks(change)),
    }
