"""Compare the revisions of two models: how far one is behind, and whether it has diverged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from attrs import frozen

from anaplan_client.alm.models import Revision
from anaplan_client.core.codec import decode


@frozen(kw_only=True)
class RevisionInfo:
    """A revision, with the names of the users who created and applied it."""

    id: str
    """Id of the revision, the same in every model."""
    name: str
    """Title."""
    description: str | None = None
    """What its creator wrote about it."""
    created_on: datetime | None = None
    """When it was created."""
    created_by: str | None = None
    """Name of the user who created it; the id if the name is unknown."""
    created_by_id: str | None = None
    """Id of the user who created it."""
    applied_on: datetime | None = None
    """When it was applied to the model."""
    applied_by: str | None = None
    """Name of the user who applied it; the id if the name is unknown."""
    applied_by_id: str | None = None
    """Id of the user who applied it."""

    def to_dict(self) -> dict[str, object]:
        """Write the revision as a JSON object.

        Returns:
            The fields, with timestamps in ISO form.
        """
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "created_on": time_text(self.created_on),
            "created_by": self.created_by,
            "created_by_id": self.created_by_id,
            "applied_on": time_text(self.applied_on),
            "applied_by": self.applied_by,
            "applied_by_id": self.applied_by_id,
        }

    @classmethod
    def from_dict(cls, value: object) -> RevisionInfo:
        """Read the result of `to_dict`. Unknown fields are ignored.

        Args:
            value: The JSON object.

        Returns:
            The same revision.

        Raises:
            KeyError: A required field is missing.
            TypeError: The value is not an object, or a field has the wrong type.
            ValueError: A time cannot be read.
        """
        fields = decode.fields(value)
        texts = ("description", "created_by", "created_by_id", "applied_by", "applied_by_id")
        return cls(
            id=decode.string(fields["id"]),
            name=decode.string(fields["name"]),
            created_on=decode.optional(decode.timestamp, fields.get("created_on")),
            applied_on=decode.optional(decode.timestamp, fields.get("applied_on")),
            **{name: decode.optional_string(fields.get(name)) for name in texts},
        )


def describe_revision(revision: Revision, users: Mapping[str, str]) -> RevisionInfo:
    """Return a revision with the names of its users, which are by their ids."""
    return RevisionInfo(
        id=revision.id,
        name=revision.name,
        description=revision.description,
        created_on=revision.created_on,
        created_by=_name_user(revision.created_by, users),
        created_by_id=revision.created_by,
        applied_on=revision.applied_on,
        applied_by=_name_user(revision.applied_by, users),
        applied_by_id=revision.applied_by,
    )


def time_text(moment: datetime | None) -> str | None:
    """Return a moment in ISO form."""
    return None if moment is None else moment.isoformat()


def _name_user(user_id: str | None, users: Mapping[str, str]) -> str | None:
    return None if user_id is None else users.get(user_id, user_id)


def oldest_first(revisions: Sequence[Revision]) -> list[Revision]:
    """Return the revisions of one model in the order in which they were applied to it.

    Anaplan lists the latest one first. Its order decides where times are equal or absent.
    """
    ordered = list(reversed(revisions))
    times = [revision.applied_on for revision in ordered]
    if any(moment is None for moment in times):
        return ordered
    return sorted(ordered, key=lambda revision: revision.applied_on or datetime.min)


RevisionT = TypeVar("RevisionT", Revision, RevisionInfo)


def revisions_after(history: Sequence[RevisionT], revision_id: str) -> list[RevisionT] | None:
    """Return the revisions of a history after one of them, oldest first; None if it is not in the history."""
    ids = [revision.id for revision in history]
    if revision_id not in ids:
        return None
    return list(history[ids.index(revision_id) + 1 :])


def steps_to(history: Sequence[RevisionT], start_id: str, goal_id: str) -> list[RevisionT] | None:
    """Return the revisions that lead from one revision to another, both in the history, the goal included.

    Empty if both are the same. None if the start is not in the history, or comes after the goal.
    """
    following = revisions_after(history, start_id)
    if following is None:
        return None
    if start_id == goal_id:
        return []
    ids = [revision.id for revision in following]
    return following[: ids.index(goal_id) + 1] if goal_id in ids else None


def user_names(users: Iterable[tuple[str, str | None, str | None, str | None]]) -> dict[str, str]:
    """Return names by id, from id, first name, last name and email. Users without any of them are left out."""
    names: dict[str, str] = {}
    for user_id, first, last, email in users:
        if name := " ".join(filter(None, (first, last))) or email:
            names[user_id] = name
    return names
