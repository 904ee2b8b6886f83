"""Read the arguments of `sync_models`: ids in a fixed order, or objects and ids by name."""

from __future__ import annotations

from attrs import frozen

from anaplan_client.alm.models import Revision
from anaplan_client.integration.models import Model

from ..arguments.ids import id_text


@frozen(kw_only=True)
class SyncArguments:
    """What is synced to what."""

    source_model_id: str
    source_revision_id: str
    target_model_id: str | None
    """Id of the target model; None for the model of the client."""
    target_revision_id: str | None
    """Id of the target's latest revision; None to look it up."""


def read_sync_arguments(
    ids: tuple[str | None, str | None, str | None],
    source: Model | str | None,
    revision: Revision | str | None,
    target: Model | str | None,
    target_revision: Revision | str | None,
) -> SyncArguments:
    """Return the arguments of either form. `ids` are source revision, source model and target revision.

    Raises:
        TypeError: An argument is missing, of both forms, or has the wrong type: a revision as a model, for example.
        ValueError: An id is not valid.
    """
    by_name = (source, revision, target, target_revision)
    if all(value is None for value in by_name):
        names = ("source_revision_id", "source_model_id", "target_revision_id")
        texts = [id_text(name, value) for name, value in zip(names, ids, strict=True)]
        return SyncArguments(
            source_revision_id=texts[0], source_model_id=texts[1], target_model_id=None, target_revision_id=texts[2]
        )
    if any(value is not None for value in ids):
        raise TypeError("source, revision, target and target_revision must be omitted with ids by position")
    if source is None or revision is None:
        raise TypeError("source and revision must both be set")
    return SyncArguments(
        source_model_id=_id_of("source", source, Model),
        source_revision_id=_id_of("revision", revision, Revision),
        target_model_id=None if target is None else _id_of("target", target, Model),
        target_revision_id=None if target_revision is None else _id_of("target_revision", target_revision, Revision),
    )


def _id_of(name: str, value: object, kind: type[Model] | type[Revision]) -> str:
    if isinstance(value, kind):
        return value.id
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a {kind.__name__} or its id (got {type(value).__name__})")
    return id_text("model_id" if kind is Model else name, value)
