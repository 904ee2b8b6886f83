"""`anaplan files` and `anaplan cp`: the files of a model, and copies from and to this machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Raw, Result, Rows, pick

if TYPE_CHECKING:
    from anaplan_client.integration.models import File

    from ... import Client
    from ..context import Context

COLUMNS = (
    Column("id", "Id of the file."),
    Column("name", "Name."),
    Column("chunk_count", "Chunks of your copy; 0 without content.", "integer"),
    Column("format", "Format of the content."),
    Column("encoding", "Character encoding."),
    Column("separator", "Character between columns."),
)
FILE = Argument(("name",), "Name or id of the file.", "FILE")
SCHEME = "anaplan://"


def _list(context: Context) -> Result:
    return Rows(pick(file, COLUMNS) for file in context.model.iter_files())


def _get(context: Context) -> Result:
    return One(pick(_find(context.model, context.options.name), COLUMNS))


def _remove(context: Context) -> Result:
    file = _find(context.model, context.options.name)
    if context.options.dry_run:
        return Done(f"would remove the content of {file.name} ({file.id})")
    context.confirm(f"Remove your content of {file.name} ({file.id})?")
    context.model.delete_file(file.id)
    return Done(f"the content of {file.name} ({file.id}) is removed")


def _copy(context: Context) -> Result:
    *sources, target = context.options.places
    if not sources:
        raise ValueError("cp needs a source and a target")
    if target.startswith(SCHEME):
        return _upload_all(context, sources, target)
    if len(sources) > 1:
        raise ValueError("cp downloads one file at a time")
    if not sources[0].startswith(SCHEME):
        raise ValueError(f"one side of cp must start with {SCHEME}")
    return _download(context, sources[0], target)


def _upload_all(context: Context, sources: list[str], target: str) -> Result:
    from pathlib import Path

    from .. import loads, transfers

    client, name = _place(context, target)
    if len(sources) > 1 and name:
        raise ValueError(f"several sources need a model as the target, such as {SCHEME}WORKSPACE/MODEL/")
    for source in sources:
        if source.startswith(SCHEME):
            raise ValueError("cp copies between this machine and Anaplan, not within Anaplan")
        file = _find(client, name or Path(source).name)
        if context.options.dry_run:
            context.note(f"would upload {source} to {file.name} ({file.id})")
            continue
        with transfers.progress(context, f"uploading {file.name}") as report:
            if source == "-":
                client.upload_file(file.id, sys.stdin.buffer, progress=report)
                continue
            manifest = loads.manifest_path(context, client.model_id, file.id)
            client.upload_file(file.id, Path(source), progress=report, manifest=manifest)
    return Done("")


def _download(context: Context, source: str, target: str) -> Result:
    from pathlib import Path

    from .. import transfers

    client, name = _place(context, source)
    file = _find(client, name)
    if target == "-":
        return Raw(client.get_file_stream(file.id))
    path = Path(target)
    if path.is_dir():
        path = path / file.name
    if context.options.dry_run:
        return Done(f"would download {file.name} ({file.id}) to {path}")
    with transfers.progress(context, f"downloading {file.name}") as report:
        client.download_file(file.id, path, progress=report)
    return Done("")


def _place(context: Context, url: str) -> tuple[Client, str]:
    """Return the client and the file of `anaplan://[WORKSPACE/]MODEL/FILE`. Without a model, that of -m."""
    from .. import places

    model, _, name = url.removeprefix(SCHEME).rpartition("/")
    if not model:
        return context.model, name
    return places.find_model(context.client, context.options.workspace, model), name


def _find(client: Client, name: str) -> File:
    from ...listing.names import find

    return find("file", name, client.list_files())


GROUP = Group(
    "files",
    (
        Command("files list", "List the files.", _list, (), COLUMNS, ("anaplan files list -m 'Planning Dev'",)),
        Command(
            "files get", "Show a file.", _get, (FILE,), COLUMNS, ("anaplan files get flights.csv -o json",), is_one=True
        ),
        Command(
            "files rm",
            "Remove your content of a file. The file itself stays.",
            _remove,
            (FILE,),
            examples=("anaplan files rm flights.csv --yes",),
            is_write=True,
        ),
    ),
)
COPY = Group(
    "cp",
    (
        Command(
            "cp",
            "Copy files between this machine and Anaplan.",
            _copy,
            (Argument(("places",), "Sources and the target; `-` is standard input or output.", "PATH", nargs="+"),),
            examples=(
                "anaplan cp flights.csv 'anaplan://Planning/Planning Dev/'",
                "anaplan cp 'anaplan://Planning Dev/flights.csv' -",
            ),
            is_write=True,
            details=(
                f"A place in Anaplan is {SCHEME}[WORKSPACE/]MODEL/FILE. "
                "An upload that failed continues when the command is run again."
            ),
        ),
    ),
)
