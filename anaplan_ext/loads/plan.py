"""What a load will do: the files, the imports that read them, and what does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from ..tasks.messages import label_of

if TYPE_CHECKING:
    from anaplan_client.integration.models import File


@frozen
class ImportSource:
    """An import of a load, and the file that it reads."""

    id: str
    """Id of the import."""
    name: str
    """Name of the import."""
    source_id: str
    """Id of its source. Only an id that starts with 113 is the id of a file."""

    @property
    def label(self) -> str:
        """Return name and id."""
        return label_of(self.name, self.id)


@frozen
class PlannedFile:
    """A file of a load."""

    key: str
    """The file as the caller named it: by its name or id."""
    id: str
    """Id of the file."""
    name: str
    """Name of the file."""
    imports: tuple[ImportSource, ...]
    """The imports that read it; empty if Anaplan does not say which files they read."""
    missing_columns: tuple[str, ...] = ()
    """The columns that these imports expect, and that are not in the header of the content."""

    @property
    def label(self) -> str:
        """Return name and id."""
        return label_of(self.name, self.id)


@frozen
class LoadPlan:
    """What `Client.load` will do."""

    action_id: str
    """Id of the process or import."""
    action_name: str
    """Name of the process or import."""
    files: tuple[PlannedFile, ...]
    """The files to upload, in this order."""
    other_file_ids: tuple[str, ...]
    """Ids of files that the imports read as well. They are not uploaded: the imports read what was uploaded before."""

    @property
    def missing_columns(self) -> Mapping[str, tuple[str, ...]]:
        """Return the missing columns by the file as the caller named it; empty if nothing is missing."""
        return {file.key: file.missing_columns for file in self.files if file.missing_columns}


def build_plan(
    action_id: str, action_name: str, imports: Sequence[ImportSource], files: Mapping[str, File]
) -> LoadPlan:
    """Return the plan of a load. `files` are the files by the keys of the caller.

    Raises:
        ValueError: Two keys name the same file, or no import reads a file.
    """
    known = {source.source_id for source in imports if source.source_id.startswith("113")}
    label = label_of(action_name, action_id)
    keys: dict[str, str] = {}
    for key, file in files.items():
        if file.id in keys:
            raise ValueError(f"files must name each file once (got {keys[file.id]!r} and {key!r} for {file.id})")
        keys[file.id] = key
        if known and file.id not in known:
            raise ValueError(
                f"files must be files that {label} reads (got {key!r}, file {file.id}); "
                f"it reads {' and '.join(sorted(known))}"
            )
    planned = [
        PlannedFile(key, file.id, file.name, tuple(source for source in imports if source.source_id == file.id))
        for key, file in files.items()
    ]
    return LoadPlan(action_id, action_name, tuple(planned), tuple(sorted(known - set(keys))))
