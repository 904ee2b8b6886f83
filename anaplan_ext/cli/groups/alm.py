"""`anaplan alm`: promotions, revisions, comparisons and syncs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Raw, Result, Rows, pick
from . import promotions

if TYPE_CHECKING:
    from anaplan_client.alm.models import Revision

    from ... import Client
    from ..context import Context

COLUMNS = (
    Column("id", "Id of the revision."),
    Column("name", "Name."),
    Column("description", "Description."),
    Column("created_on", "Time of its creation.", "date-time"),
    Column("applied_on", "Time when the model got it.", "date-time"),
    Column("creation_method", "How it was created."),
)
MODEL_COLUMNS = (
    Column("id", "Id of the model."),
    Column("name", "Name."),
    Column("workspace_id", "Id of its workspace."),
    Column("applied_on", "Time when the model got the revision.", "date-time"),
    Column("applied_method", "How it was applied."),
    Column("model_deleted", "Whether the model was deleted.", "boolean"),
)
TASK_COLUMNS = (
    Column("id", "Id of the task."),
    Column("task_state", "State."),
    Column("creation_time", "Start time.", "date-time"),
)
REVISION = Argument(("name",), "Name or id of the revision.", "REVISION")
SOURCE = Argument(("--source",), "Model to compare with or to sync from.", "MODEL", is_required=True)
FROM = Argument(("--from",), "Revision of the source; the latest by default.", "REVISION")
TO = Argument(("--to",), "Revision of the target; the latest by default.", "REVISION")


def _list_revisions(context: Context) -> Result:
    return Rows(pick(revision, COLUMNS) for revision in context.model.alm.get_revisions())


def _get_revision(context: Context) -> Result:
    return One(pick(_find(context.model, context.options.name), COLUMNS))


def _create_revision(context: Context) -> Result:
    if context.options.dry_run:
        return Done(f"would create revision {context.options.name!r}")
    revision = context.model.alm.create_revision(context.options.name, context.options.description or "")
    return One(pick(revision, COLUMNS))


def _where(context: Context) -> Result:
    revision = _find(context.model, context.options.name)
    return Rows(pick(model, MODEL_COLUMNS) for model in context.model.alm.get_models_for_revision(revision.id))


def _list_syncable(context: Context) -> Result:
    source = _source(context)
    return Rows(pick(revision, COLUMNS) for revision in context.model.alm.get_syncable_revisions(source.model_id or ""))


def _compare(context: Context) -> Result:
    source = _source(context)
    old, new = _revisions(context, source)
    done = context.model.alm.create_comparison_report(new.id, source.model_id or "", old.id, timeout=context.timeout)
    return Raw([context.model.alm.get_comparison_report(done)])


def _sync(context: Context) -> Result:
    source = _source(context)
    old, new = _revisions(context, source)
    words = f"{new.name!r} of {context.options.source} to {context.options.model}"
    if context.options.dry_run:
        return Done(f"would sync revision {words}")
    context.confirm(f"Sync revision {words}?")
    done = context.model.alm.sync_models(new.id, source.model_id or "", old.id, timeout=context.timeout)
    return One(pick(done, TASK_COLUMNS))


def _source(context: Context) -> Client:
    from .. import places

    return places.find_model(context.client, context.options.workspace, context.options.source)


def _revisions(context: Context, source: Client) -> tuple[Revision, Revision]:
    """Return the revision of the target and that of the source."""
    return _pick(context.model, context.options.to), _pick(source, getattr(context.options, "from"))


def _pick(client: Client, name: str | None) -> Revision:
    if name is not None:
        return _find(client, name)
    latest = client.alm.get_latest_revision()
    if latest is None:
        raise ValueError(f"model {client.model_id} has no revision; create one with `anaplan alm revisions create`")
    return latest


def _find(client: Client, name: str) -> Revision:
    from ...listing.names import find

    return find("revision", name, client.alm.get_revisions())


GROUP = Group(
    "alm",
    (
        *promotions.COMMANDS,
        Command(
            "alm revisions list",
            "List the revisions of a model.",
            _list_revisions,
            (),
            COLUMNS,
            ("anaplan alm revisions list -m 'Planning Dev'",),
        ),
        Command(
            "alm revisions get",
            "Show a revision.",
            _get_revision,
            (REVISION,),
            COLUMNS,
            ("anaplan alm revisions get 'Initial model' -m 'Planning Dev'",),
            is_one=True,
        ),
        Command(
            "alm revisions create",
            "Create a revision of a development model.",
            _create_revision,
            (
                Argument(("name",), "Name of the new revision.", "NAME"),
                Argument(("--description",), "Description.", "TEXT"),
            ),
            COLUMNS,
            ("anaplan alm revisions create 'Release 12' -m 'Planning Dev'",),
            is_write=True,
            is_one=True,
        ),
        Command(
            "alm revisions where",
            "List the models that have a revision.",
            _where,
            (REVISION,),
            MODEL_COLUMNS,
            ("anaplan alm revisions where 'Initial model' -m 'Planning Dev'",),
        ),
        Command(
            "alm syncable",
            "List the revisions of a source that the model can get.",
            _list_syncable,
            (SOURCE,),
            COLUMNS,
            ("anaplan alm syncable --source 'Planning Dev' -m 'Planning Prod'",),
        ),
        Command(
            "alm diff",
            "Print the comparison report of two revisions as tab-separated text.",
            _compare,
            (SOURCE, FROM, TO),
            examples=("anaplan alm diff --source 'Planning Dev' -m 'Planning Prod'",),
        ),
        Command(
            "alm sync",
            "Sync a revision of a source to the model, and wait for the end.",
            _sync,
            (SOURCE, FROM, TO),
            TASK_COLUMNS,
            ("anaplan alm sync --source 'Planning Dev' -m 'Planning Prod' --yes",),
            is_write=True,
            is_one=True,
        ),
    ),
)
