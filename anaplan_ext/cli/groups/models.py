"""`anaplan models`: the models of the user, and their state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Result, Row, Rows

if TYPE_CHECKING:
    from anaplan_client.integration.models import Model

    from ... import Client
    from ..context import Context

COLUMNS = (
    Column("id", "Id of the model."),
    Column("name", "Name."),
    Column("state", "State, such as UNLOCKED or PRODUCTION."),
    Column("workspace", "Name of its workspace."),
    Column("workspace_id", "Id of its workspace."),
    Column("size_mb", "Memory in megabytes, with `--sizes`.", "number"),
    Column("last_modified", "Time of the last change, with `--sizes`.", "date-time"),
)
MODEL = Argument(("place",), "Name or id of the model, or WORKSPACE/MODEL.", "MODEL")


def _list(context: Context) -> Result:
    wanted = context.options.state
    models = context.client.iter_models(
        workspace_id=context.workspace_id if context.options.workspace else None,
        model_details=context.options.sizes,
    )
    return Rows(_row(model) for model in models if wanted is None or model.active_state == wanted)


def _get(context: Context) -> Result:
    model = _client(context)
    return One(_row(model.get_model(model_details=True)))


def _open(context: Context) -> Result:
    if context.options.dry_run:
        return Done(f"would open model {_client(context).model_id}")
    _client(context).transactional.open_model()
    return Done(f"model {context.options.place} is opened")


def _close(context: Context) -> Result:
    if context.options.dry_run:
        return Done(f"would close model {_client(context).model_id}")
    _client(context).transactional.close_model()
    return Done(f"model {context.options.place} is closed")


def _set_online(context: Context) -> Result:
    return _change_status(context, online=True)


def _set_offline(context: Context) -> Result:
    return _change_status(context, online=False)


def _change_status(context: Context, *, online: bool) -> Result:
    status = "online" if online else "offline"
    if context.options.dry_run:
        return Done(f"would set model {_client(context).model_id} {status}")
    _client(context).alm.change_model_status("online" if online else "offline")
    return Done(f"model {context.options.place} is {status}")


def _delete(context: Context) -> Result:
    from .. import places

    ids = [
        places.find_model(context.client, context.options.workspace, name).model_id or ""
        for name in context.options.places
    ]
    workspace_id = context.workspace_id
    if context.options.dry_run:
        return Done(f"would delete {', '.join(ids)} from workspace {workspace_id}")
    context.confirm(f"Delete {', '.join(context.options.places)} permanently?")
    response = context.client.with_model(None, workspace_id).delete_models(ids)
    failures = response.failures or []
    for failure in failures:
        context.note(f"not deleted: {failure.model_id}: {failure.message}")
    return Done(f"{response.models_deleted or 0} models were deleted", exit_code=11 if failures else 0)


def _client(context: Context) -> Client:
    from .. import places

    return places.find_model(context.client, context.options.workspace, context.options.place)


def _row(model: Model) -> Row:
    return {
        "id": model.id,
        "name": model.name,
        "state": model.active_state,
        "workspace": model.current_workspace_name,
        "workspace_id": model.current_workspace_id,
        "size_mb": None if model.memory_usage is None else round(model.memory_usage / 1_000_000, 1),
        "last_modified": model.last_modified,
    }


GROUP = Group(
    "models",
    (
        Command(
            "models list",
            "List the models that you can open, or those of the workspace of -w.",
            _list,
            (
                Argument(("--sizes",), "Include sizes and times.", is_flag=True),
                Argument(("--state",), "List only models in this state.", "STATE"),
            ),
            COLUMNS,
            ("anaplan models list", "anaplan models list -w Planning --sizes --sort size_mb:desc"),
        ),
        Command(
            "models get", "Show a model.", _get, (MODEL,), COLUMNS, ("anaplan models get 'Planning Dev'",), is_one=True
        ),
        Command(
            "models open",
            "Load a model into memory.",
            _open,
            (MODEL,),
            examples=("anaplan models open 'Planning Dev'",),
            is_write=True,
        ),
        Command(
            "models close",
            "Remove a model from memory.",
            _close,
            (MODEL,),
            examples=("anaplan models close 'Planning Dev'",),
            is_write=True,
        ),
        Command(
            "models online",
            "Let users work in a model again.",
            _set_online,
            (MODEL,),
            examples=("anaplan models online 'Planning Prod'",),
            is_write=True,
        ),
        Command(
            "models offline",
            "Keep users out of a model, for example during a sync.",
            _set_offline,
            (MODEL,),
            examples=("anaplan models offline 'Planning Prod'",),
            is_write=True,
        ),
        Command(
            "models delete",
            "Delete closed models of the workspace of -w.",
            _delete,
            (Argument(("places",), "Names or ids of the models.", "MODEL", nargs="+"),),
            examples=("anaplan models delete 'Old model' -w Planning --yes",),
            is_write=True,
        ),
    ),
)
