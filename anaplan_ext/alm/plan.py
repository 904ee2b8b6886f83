"""A plan of a promotion: a JSON document that people review, approve and apply."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from attrs import define, field, setters

from anaplan_client.core.codec import decode

from ..arguments.checks import check_text
from ..transport import clock
from .approval import Approval, add_approval, read_approvals
from .changes import Change, find_risks
from .journal import find_journal
from .lineage import RevisionInfo
from .planned_target import PlannedTarget, PlanRisk
from .promotion_errors import PlanError, PlanVersionError
from .reports.html import write_html
from .reports.markdown import write_markdown
from .status import ModelPlace

FORMAT_VERSION = "1.0"
"""Version of the document. A reader ignores what a later minor version adds, and rejects another major version."""
EXPIRES = "48 hours after it was made, when Anaplan deletes its comparison reports"


@define(kw_only=True, eq=False, on_setattr=setters.frozen)
class Plan:
    """A plan: what a promotion of a revision changes in each target.

    Two plans are equal if their documents have the same bytes. Planning twice makes the same bytes if nothing has
    changed in Anaplan. The document has no time of its own: it expires when Anaplan deletes its comparison reports.
    """

    source: ModelPlace
    """The source model."""
    revision: RevisionInfo
    """The revision to apply."""
    targets: tuple[PlannedTarget, ...]
    """The targets, in the order in which they are synchronized."""
    path: Path | None = field(default=None, on_setattr=setters.NO_OP)
    """The file that it was saved to or loaded from. Its approvals and its journal are next to it."""
    _document: bytes = field(default=b"", repr=False, alias="document")

    def __attrs_post_init__(self) -> None:
        if not self._document:
            object.__setattr__(self, "_document", _write_document(self))

    def __eq__(self, other: object) -> bool:
        return self._document == other._document if isinstance(other, Plan) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._document)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the document's bytes, as `sha256sum` prints it for the saved file."""
        return hashlib.sha256(self._document).hexdigest()

    @property
    def has_changes(self) -> bool:
        """Return whether a target can be synchronized."""
        return any(target.can_sync for target in self.targets)

    @property
    def risks(self) -> tuple[PlanRisk, ...]:
        """Return the risks in all targets, each once."""
        return tuple(dict.fromkeys(risk for target in self.targets for risk in target.risks))

    def to_json(self) -> bytes:
        """Write the plan.

        Returns:
            The document: JSON in UTF-8, with indents.
        """
        return self._document

    def to_dict(self) -> dict[str, object]:
        """Write the plan as a JSON object.

        Returns:
            The document, with fields of a later version that were loaded.
        """
        return decode.fields(json.loads(self._document))

    def to_markdown(self) -> str:
        """Write a report on the plan in Markdown, for example for a pull request.

        Returns:
            The text. Names are code, so that nothing in them is read as Markdown.
        """
        return write_markdown(self.to_dict())

    def to_html(self, path: str | PathLike[str] | None = None) -> str:
        """Write a report on the plan as one HTML file, which opens by double click and requests nothing.

        Args:
            path: The file. Without it, the text is only returned.

        Returns:
            The text of the file.

        Raises:
            ImportError: The extra `reports` is not installed.
            OSError: The file cannot be written.
        """
        text = write_html(self.to_dict())
        if path is not None:
            Path(path).expanduser().write_text(text, encoding="utf-8", newline="")
        return text

    def to_rows(self) -> list[dict[str, object]]:
        """Return one flat row per change and target, for a table or a frame.

        Returns:
            Rows with the same keys in the same order. Old and new values are joined to one text each.
        """
        return [_row(target, change) for target in self.targets for change in target.changes]

    @classmethod
    def from_json(cls, data: bytes | str) -> Plan:
        """Read the result of `to_json`. Fields of a later minor version are kept in the document.

        Args:
            data: The document.

        Returns:
            The same plan.

        Raises:
            PlanVersionError: The document has another major version.
            PlanError: The document is no plan.
        """
        return _read_document(data.encode() if isinstance(data, str) else data, None)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Plan:
        """Read a plan from a file.

        Args:
            path: The file.

        Returns:
            The plan. It remembers the file.

        Raises:
            PlanVersionError: The document has another major version.
            PlanError: The file contains no plan.
            OSError: The file cannot be read.
        """
        file = Path(path).expanduser()
        return _read_document(file.read_bytes(), file)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the plan to a file, and remember the file. An existing one is replaced atomically.

        A plan that has approvals or a journal next to it is not replaced by another plan.

        Args:
            path: The file.

        Returns:
            Its path.

        Raises:
            PlanError: The approvals or the journal of another plan are next to the file.
            OSError: The file cannot be written.
        """
        file = Path(path).expanduser()
        try:
            read_approvals(file, self.sha256)
            find_journal(file, self.sha256, resume=True)
        except PlanError as error:
            raise PlanError(
                f"{file} must be another file, since a plan was approved or applied there ({error})"
            ) from None
        temporary = file.with_name(f".{file.name}.part")
        temporary.unlink(missing_ok=True)
        with open(temporary, "xb") as content:
            content.write(self._document)
            content.flush()
            os.fsync(content.fileno())
        temporary.replace(file)
        self.path = file
        return file

    def approve(self, approver: str, comment: str = "") -> Approval:
        """Append an approval to the file next to the plan.

        It is bound to the plan's bytes and to the approvals before. It is no signature: who can write the file can
        write any name.

        Args:
            approver: Who approves, for example an email address.
            comment: A remark.

        Returns:
            The approval.

        Raises:
            ValueError: `approver` is empty.
            ApprovalError: The plan or an approval was changed.
            PlanError: The plan was not saved.
            OSError: The file cannot be written.
        """
        check_text("approver", approver)
        check_text("comment", comment)
        if not approver.strip():
            raise ValueError(f"approver must not be empty (got {approver!r})")
        return add_approval(self._saved_path(), self.sha256, approver, comment, clock.utc_now())

    def approvals(self) -> list[Approval]:
        """Read the approvals next to the plan.

        Returns:
            The approvals, oldest first; none if the plan was not saved.

        Raises:
            ApprovalError: The plan or an approval was changed.
            OSError: The file cannot be read.
        """
        return [] if self.path is None else read_approvals(self._saved_path(), self.sha256)

    def _saved_path(self) -> Path:
        """Return the path of the saved plan. Raise `PlanError` without one, and if the file has other bytes."""
        if self.path is None:
            raise PlanError("the plan must be saved first")
        if self.path.exists() and self.path.read_bytes() != self._document:
            raise PlanError(f"{self.path} must not be changed (it differs from the plan)")
        return self.path


def _write_document(plan: Plan) -> bytes:
    document = {
        "format_version": FORMAT_VERSION,
        "expires": EXPIRES,
        "source": {**plan.source.to_dict(), "revision": plan.revision.to_dict()},
        "targets": [{"order": order, **target.to_dict()} for order, target in enumerate(plan.targets, 1)],
    }
    # A lone surrogate in a name is written as JSON's escape for it.
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode("utf-8", "backslashreplace")


def _read_document(data: bytes, path: Path | None) -> Plan:
    where = "the plan" if path is None else str(path)
    try:
        fields = decode.fields(json.loads(data))
        version = decode.string(fields["format_version"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise PlanError(f"{where} must be a JSON document with a format_version") from error
    if version.partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
        raise PlanVersionError(f"{where} must have format_version {FORMAT_VERSION} (got {version!r})")
    try:
        source = decode.fields(fields["source"])
        return Plan(
            source=ModelPlace.from_dict(source),
            revision=RevisionInfo.from_dict(source["revision"]),
            targets=tuple(decode.list_of(PlannedTarget.from_dict, fields["targets"])),
            path=path,
            document=data,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PlanError(f"{where} must be a plan (it is damaged: {error})") from error


def _row(target: PlannedTarget, change: Change) -> dict[str, object]:
    return {
        "model_id": target.model.model_id,
        "model": target.model.name,
        "kind": change.kind,
        "action": change.action,
        "module": change.module,
        "name": change.name,
        "old": _join(change.old),
        "new": _join(change.new),
        "detail": change.detail,
        "risks": ", ".join(find_risks(change)),
    }


def _join(values: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in values.items())
