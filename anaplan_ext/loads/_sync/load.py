# Converted by `python -m generator` from anaplan_ext/loads/_async/load.py. Edit that file, not this one.
"""Plan a load, check it, upload its files, and run its process or import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from attrs import evolve, field, frozen

from anaplan_client import integration

from ...auth._sync.session import Session
from ...concurrency import _sync as concurrency
from ...frames.recognition import EXTRA, FrameInput, is_frame
from ...listing import endpoints
from ...listing._sync.pager import collect
from ...listing.names import find, is_id
from ...transfers._sync.upload import Content, UploadJob, upload
from ...transfers.config import UploadConfig
from ...transfers.progress import TransferProgress, forward_only
from ..contents import check_contents, find_missing_columns
from ..plan import ImportSource, LoadPlan, PlannedFile, build_plan

if TYPE_CHECKING:
    from anaplan_client.integration.models import ImportMetadataSource

OnUpload: TypeAlias = Callable[[PlannedFile, TransferProgress], None]
"""Function that gets the file and its progress."""


@frozen(kw_only=True)
class Load:
    """A load as its caller requested it; see `Client.load` for the options."""

    session: Session
    config: UploadConfig
    model_id: str
    files: Mapping[str, Content | FrameInput]
    process: str | None
    import_: str | None
    allow_empty: bool = False
    manifests: str | PathLike[str] | None = None
    on_upload: OnUpload | None = field(default=None)


def plan_load(load: Load, *, check_columns: bool) -> LoadPlan:
    """Return what the load will do. Nothing is uploaded."""
    contents = {key: content for key, content in load.files.items() if not is_frame(content)}
    frames = {key: content for key, content in load.files.items() if is_frame(content)}
    for content in contents.values():
        concurrency.check_source("content", content)
    concurrency.run_in_thread(check_contents, contents, load.allow_empty)
    concurrency.run_in_thread(_check_frames, frames)
    action_id, action_name, imports = _find_action(load)
    listed = collect(load.session, *endpoints.files(load.model_id, None, False))
    files = {key: find("file", key, listed) for key in load.files}
    plan = build_plan(action_id, action_name, imports, files)
    if not check_columns:
        return plan
    return evolve(plan, files=tuple([_check_columns(load, file) for file in plan.files]))


def settle_frames(load: Load) -> Load:
    """Return the load with frames that are computed once. Raise `ImportError` without the extra."""
    if not any(map(is_frame, load.files.values())):
        return load
    return evolve(load, files=concurrency.run_in_thread(_settle, load.files))


def upload_files(load: Load, plan: LoadPlan) -> None:
    """Upload the files of a plan, one after the other. The folder of manifests is created."""
    if load.manifests is not None:
        concurrency.run_in_thread(partial(Path(load.manifests).mkdir, parents=True, exist_ok=True))
    contents = [_content(load, file) for file in plan.files]
    for file, content in zip(plan.files, contents, strict=True):
        on_upload = load.on_upload
        job = UploadJob(
            *(load.session, load.config, load.model_id, file.id),
            progress=None if on_upload is None else forward_only(partial(on_upload, file)),
            allow_empty=load.allow_empty,
            manifest=None if load.manifests is None else _manifest_path(load, file),
        )
        upload(job, content)


def _find_action(load: Load) -> tuple[str, str, list[ImportSource]]:
    """Return the id and the name of the process or import, and the imports that it runs."""
    if load.process is None:
        imports = collect(load.session, *endpoints.imports(load.model_id, None, False))
        found = find("import", load.import_ or "", imports)
        return found.id, found.name, [ImportSource(found.id, found.name, found.import_data_source_id or "")]
    process_id = load.process
    if not is_id(process_id, "118"):
        processes = collect(load.session, *endpoints.processes(load.model_id, None, False))
        process_id = find("process", process_id, processes).id
    response = load.session.send(integration.get_process(load.model_id, process_id))
    actions = response.process_metadata.actions or []
    sources = [
        ImportSource(action.id, action.name or "", action.import_data_source_id or "")
        for action in actions
        if action.id.startswith("112")
    ]
    return process_id, response.process_metadata.name or "", sources


def _check_columns(load: Load, file: PlannedFile) -> PlannedFile:
    """Compare the header of a content with the columns that its imports expect. One request per import."""
    missing: dict[str, None] = {}
    content = load.files[file.key]
    find_missing: Callable[[object, ImportMetadataSource], tuple[str, ...]] = find_missing_columns
    if is_frame(content):
        from ..frames import find_missing_names

        find_missing = find_missing_names
    for source in _find_sources(load, file):
        missing |= dict.fromkeys(concurrency.run_in_thread(find_missing, content, source))
    return evolve(file, missing_columns=tuple(missing))


def _content(load: Load, file: PlannedFile) -> Content:
    """Return the content of a file; a frame as its imports read it, at the cost of one request per import."""
    content = load.files[file.key]
    if not is_frame(content):
        return cast("Content", content)
    from .. import frames

    style = frames.find_style(file.key, _find_sources(load, file))
    concurrency.run_in_thread(frames.check_style, file.key, content, style)
    return frames.write_frame(file.key, content, style)


def _find_sources(load: Load, file: PlannedFile) -> list[ImportMetadataSource]:
    """Return the formats that the imports of a file expect."""
    sources: list[ImportMetadataSource] = []
    for source in file.imports:
        response = load.session.send(integration.get_import(load.model_id, source.id))
        if response.import_metadata.source is not None:
            sources.append(response.import_metadata.source)
    return sources


def _settle(files: Mapping[str, Content | FrameInput]) -> Mapping[str, Content | FrameInput]:
    try:
        from ..frames import settle_files
    except ImportError:
        raise ImportError(EXTRA) from None
    return cast("Mapping[str, Content | FrameInput]", settle_files(files))


def _check_frames(frames: Mapping[str, FrameInput]) -> None:
    if frames:
        from ..frames import check_frames

        check_frames(frames)


def _manifest_path(load: Load, file: PlannedFile) -> Path:
    return Path(load.manifests or "") / f"{load.model_id}-{file.id}.json"


def find_export(session: Session, model_id: str, export: str) -> str:
    """Return the id of an export. A name costs the list of exports."""
    if is_id(export, "116"):
        return export
    exports = collect(session, *endpoints.exports(model_id, None, False))
    return find("export", export, exports).id
