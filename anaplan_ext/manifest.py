"""What an upload has done so far, so that another one can do the rest."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias, TypedDict, cast

from attrs import define, field

from . import chunks


class UploadManifest(TypedDict):
    """An upload that is not done, as JSON can hold it: what was to be sent where, and what Anaplan has confirmed."""

    model_id: str
    file_id: str
    length: int | None
    """Bytes of the content; None for a stream, whose length is known at its end."""
    chunk_size: int
    """Bytes of a chunk, before compression; of the first chunk of a stream."""
    sent: dict[str, str]
    """The SHA-256 of each chunk that was confirmed, before compression, by the chunk's index."""


_INDEX = re.compile("0|[1-9][0-9]{0,2}")

Resume: TypeAlias = UploadManifest | str | os.PathLike[str]
"""A manifest, or the path where one was kept."""


@define
class Record:
    """Keeps a manifest, in memory and beside that in a file where one is wanted. Safe to share between threads."""

    manifest: UploadManifest
    path: Path | None = None
    _lock: Lock = field(factory=Lock)

    def begin(self) -> None:
        """Writes the manifest before anything is sent."""
        with self._lock:
            self._write()

    def sent(self, index: int, digest: str) -> None:
        """Notes a chunk that Anaplan has confirmed."""
        with self._lock:
            self.manifest["sent"][str(index)] = digest
            self._write()

    def copy(self) -> UploadManifest:
        """The manifest as it is now."""
        with self._lock:
            return {**self.manifest, "sent": dict(self.manifest["sent"])}

    def end(self) -> None:
        """Removes the file: there is nothing to resume."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _write(self) -> None:
        if self.path is None:
            return
        # Replaced as a whole, so that a process that is killed leaves the one before or this one.
        beside = self.path.with_name(f".{self.path.name}.part")
        beside.write_text(json.dumps(self.manifest))
        beside.replace(self.path)


def read(resume: Resume) -> UploadManifest:
    """Reads and checks a manifest. Raises `OSError` for a file that cannot be read, `ValueError` for what is none."""
    if isinstance(resume, Mapping):
        found: Any = resume
    else:
        try:
            found = json.loads(Path(resume).read_bytes())
        except ValueError:
            raise ValueError(f"resume: {os.fspath(resume)} does not hold the manifest of an upload") from None
    if not _is_manifest(found):
        raise ValueError("resume: this is not the manifest of an upload")
    return {**cast("UploadManifest", found), "sent": dict(found["sent"])}


def _is_manifest(found: Any) -> bool:
    try:
        chunks.check_size(found["chunk_size"])
        length = found["length"]
        return (
            set(found) == set(UploadManifest.__annotations__)
            and isinstance(found["model_id"], str)
            and isinstance(found["file_id"], str)
            and type(found["chunk_size"]) is int
            and (length is None or (type(length) is int and length >= 0))
            and all(_INDEX.fullmatch(index) and isinstance(digest, str) for index, digest in found["sent"].items())
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def check_same(manifest: UploadManifest, model_id: str, length: int | None) -> None:
    """Raises `ValueError` for the manifest of another upload: to another model, or of content of another length."""
    if manifest["model_id"] != model_id:
        raise ValueError(f"resume: the manifest is that of an upload to model {manifest['model_id']}, not {model_id}")
    if manifest["length"] != length:
        had, has = (("a stream" if one is None else f"{one} bytes") for one in (manifest["length"], length))
        raise ValueError(f"resume: the content has changed: it was {had}, it is {has}")
