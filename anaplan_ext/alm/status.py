"""On which revision the targets of a promotion are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from attrs import frozen

from anaplan_client.alm.models import Revision
from anaplan_client.core.codec import decode
from anaplan_client.integration.models import Model, Workspace

from .graph import PromotionGraph, read_graph, write_mermaid, write_svg
from .lineage import RevisionInfo, describe_revision, revisions_after, time_text

Problem: TypeAlias = Literal["archived", "locked", "no access", "no revision", "diverged", "ahead", "incompatible"]
"""Why a model cannot be synchronized."""

PROBLEMS: Mapping[str, str] = {
    "archived": "the model is archived",
    "locked": "the model is locked",
    "no access": "you are not a Workspace Administrator of the model",
    "no revision": "the model has no revision",
    "diverged": "its latest revision is not in the history of the source",
    "ahead": "its latest revision is newer than the one to apply",
    "incompatible": "Anaplan cannot compare the two revisions",
}
"""A sentence for each problem."""


OFFLINE_STATES = ("MAINTENANCE", "PRODUCTION_MAINTENANCE")
"""The states in which only workspace administrators can open a model."""


@frozen(kw_only=True)
class WorkspaceRoom:
    """The room in a workspace."""

    current_size: int
    """Total size of its models, in bytes."""
    size_allowance: int
    """Maximum total size of its models, in bytes."""

    @property
    def percent(self) -> int:
        """Return how much of the allowance is used, in percent."""
        return round(100 * self.current_size / self.size_allowance) if self.size_allowance else 100

    def to_dict(self) -> dict[str, object]:
        """Write the room as a JSON object.

        Returns:
            Both sizes, in bytes.
        """
        return {"current_size": self.current_size, "size_allowance": self.size_allowance}

    @classmethod
    def from_dict(cls, value: object) -> WorkspaceRoom:
        """Read the result of `to_dict`.

        Args:
            value: The JSON object.

        Returns:
            The same sizes.

        Raises:
            KeyError: A size is missing.
            TypeError: The value is not an object, or a size is no number.
        """
        fields = decode.fields(value)
        return cls(
            current_size=decode.integer(fields["current_size"]),
            size_allowance=decode.integer(fields["size_allowance"]),
        )


@frozen(kw_only=True)
class ModelPlace:
    """A model, and the workspace that it is in."""

    model_id: str
    """Id of the model."""
    name: str
    """Name of the model."""
    state: str | None
    """Its state, such as `PRODUCTION` or `UNLOCKED`."""
    workspace_id: str | None
    """Id of its workspace."""
    workspace: str | None
    """Name of its workspace."""
    room: WorkspaceRoom | None = None
    """The room in its workspace; None if Anaplan does not tell it to this user."""

    @property
    def is_offline(self) -> bool:
        """Return whether only workspace administrators can open it."""
        return self.state in OFFLINE_STATES

    @property
    def is_deployed(self) -> bool:
        """Return whether it is in deployed mode."""
        return self.state in ("PRODUCTION", "PRODUCTION_MAINTENANCE")

    @property
    def problem(self) -> Problem | None:
        """Return the problem that its state is for a sync."""
        problems: dict[str, Problem] = {"ARCHIVED": "archived", "LOCKED": "locked"}
        return problems.get(self.state or "")

    def to_dict(self) -> dict[str, object]:
        """Write the model as a JSON object.

        Returns:
            The fields.
        """
        return {
            "model_id": self.model_id,
            "name": self.name,
            "state": self.state,
            "workspace_id": self.workspace_id,
            "workspace": self.workspace,
            "room": None if self.room is None else self.room.to_dict(),
        }

    @classmethod
    def from_dict(cls, value: object) -> ModelPlace:
        """Read the result of `to_dict`. Unknown fields are ignored.

        Args:
            value: The JSON object.

        Returns:
            The same model.

        Raises:
            KeyError: A required field is missing.
            TypeError: The value is not an object, or a field has the wrong type.
        """
        fields = decode.fields(value)
        return cls(
            model_id=decode.string(fields["model_id"]),
            name=decode.string(fields["name"]),
            state=decode.optional_string(fields.get("state")),
            workspace_id=decode.optional_string(fields.get("workspace_id")),
            workspace=decode.optional_string(fields.get("workspace")),
            room=decode.optional(WorkspaceRoom.from_dict, fields.get("room")),
        )


def place_model(model: Model, workspaces: Mapping[str, Workspace]) -> ModelPlace:
    """Return a model and its workspace, from what Anaplan returns. `workspaces` are by their ids, with sizes."""
    workspace = workspaces.get(model.current_workspace_id or "")
    room = None
    if workspace is not None and workspace.current_size is not None and workspace.size_allowance is not None:
        room = WorkspaceRoom(current_size=workspace.current_size, size_allowance=workspace.size_allowance)
    return ModelPlace(
        model_id=model.id,
        name=model.name,
        state=None if model.active_state is None else str(model.active_state),
        workspace_id=model.current_workspace_id,
        workspace=model.current_workspace_name,
        room=room,
    )


@frozen(kw_only=True)
class TargetStatus:
    """On which revision a target is."""

    model: ModelPlace
    """The model, its state and its workspace."""
    revision: RevisionInfo | None
    """Its latest revision, with when and by whom it was applied; None if unknown."""
    behind: int | None
    """Number of the source's revisions that it does not have; None if it has diverged or its revision is unknown."""
    problem: Problem | None
    """Why it cannot be synchronized; None if it can."""

    @property
    def is_diverged(self) -> bool:
        """Return whether its latest revision is not in the history of the source."""
        return self.problem == "diverged" or (self.revision is not None and self.behind is None)

    @property
    def reason(self) -> str | None:
        """Return why it cannot be synchronized, as a sentence."""
        return None if self.problem is None else PROBLEMS[self.problem]

    def to_dict(self) -> dict[str, object]:
        """Write the status as a JSON object.

        Returns:
            The fields of the model, its revision, and how far it is behind.
        """
        return {
            **self.model.to_dict(),
            "revision": None if self.revision is None else self.revision.to_dict(),
            "behind": self.behind,
            "is_diverged": self.is_diverged,
            "problem": self.problem,
            "reason": self.reason,
        }


@frozen(kw_only=True)
class PromotionStatus:
    """On which revisions the source and its targets are. Iterate over it for the targets."""

    source: ModelPlace
    """The source model."""
    revisions: tuple[RevisionInfo, ...]
    """All revisions of the source, oldest first."""
    targets: tuple[TargetStatus, ...]
    """The targets, in the order of the call."""

    def __iter__(self) -> Iterator[TargetStatus]:
        return iter(self.targets)

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def revision(self) -> RevisionInfo | None:
        """Return the latest revision of the source; None if it has none."""
        return self.revisions[-1] if self.revisions else None

    def to_dict(self) -> dict[str, object]:
        """Write the status as a JSON object.

        Returns:
            The source with its latest revision, and the targets.
        """
        revision = self.revision
        return {
            "source": {**self.source.to_dict(), "revision": None if revision is None else revision.to_dict()},
            "targets": [target.to_dict() for target in self.targets],
        }

    def to_graph(self) -> PromotionGraph:
        """Return which model is on which revision, as the data of a graph.

        Returns:
            Columns of revisions, each with the models that are on it.
        """
        return read_graph(self.to_dict())

    def to_svg(self) -> str:
        """Draw which model is on which revision, and which has diverged.

        Returns:
            The text of an SVG file, for light and dark pages.
        """
        return write_svg(self.to_dict())

    def to_mermaid(self) -> str:
        """Write the graph as Mermaid text, which GitHub, GitLab and others draw.

        Returns:
            A flowchart.
        """
        return write_mermaid(self.to_dict())

    def to_rows(self) -> list[dict[str, object]]:
        """Return one flat row per target, for a table or a frame.

        Returns:
            Rows with the same keys in the same order.
        """
        return [_row(target) for target in self.targets]


def _row(target: TargetStatus) -> dict[str, object]:
    model, revision = target.model, target.revision
    return {
        "model_id": model.model_id,
        "model": model.name,
        "workspace": model.workspace,
        "state": model.state,
        "revision": None if revision is None else revision.name,
        "behind": target.behind,
        "is_diverged": target.is_diverged,
        "problem": target.problem,
        "applied_on": None if revision is None else time_text(revision.applied_on),
        "applied_by": None if revision is None else revision.applied_by,
        "current_size": None if model.room is None else model.room.current_size,
        "size_allowance": None if model.room is None else model.room.size_allowance,
    }


def build_target(
    model: ModelPlace,
    latest: Revision | None,
    problem: Problem | None,
    history: Sequence[Revision],
    users: Mapping[str, str],
) -> TargetStatus:
    """Return the status of a target.

    Args:
        model: The target.
        latest: Its latest revision, if it was read.
        problem: What prevented it from being read.
        history: All revisions of the source, oldest first.
        users: Names of users by their ids.
    """
    following = None if latest is None else revisions_after(history, latest.id)
    if problem is None:
        problem = model.problem
    if problem is None and latest is None:
        problem = "no revision"
    if problem is None and following is None:
        problem = "diverged"
    return TargetStatus(
        model=model,
        revision=None if latest is None else describe_revision(latest, users),
        behind=None if following is None else len(following),
        problem=problem,
    )
