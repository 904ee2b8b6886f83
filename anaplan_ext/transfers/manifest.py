"""Record which chunks an upload has sent, so that another upload can send the rest."""

import errno
import json
import logging
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias, TypedDict, cast

from attrs import define, field

from ..transport import clock
from . import chunking

_logger = logging.getLogger("anaplan")

MAX_AGE_SECONDS = 24 * 3600
"""The age up to which a stored manifest is resumed. Anaplan deletes chunks after 48 hours."""


class UploadManifest(TypedDict):
    """The state of an unfinished upload, ready for JSON: its target, its size, and the chunks that were confirmed."""

    model_id: str
    """Id of the model."""
    file_id: str
    """Id of the file."""
    length: int | None
    """Bytes of the content; None for a stream."""
    chunk_size: int
    """Bytes of a chunk before compression; for a stream, of its first chunk."""
    sent: dict[str, str]
    """The SHA-256 of each confirmed chunk before compression, by the index of the chunk."""


_INDEX = re.compile("0|[1-9][0-9]{0,2}")

Resume: TypeAlias = UploadManifest | str | os.PathLike[str]
"""A manifest, or the path of a stored one."""


@define
class Record:
    """A manifest in memory and, if it has a path, in a file. Safe to share between threads."""

    manifest: UploadManifest
    path: Path | None = None
    _lock: Lock = field(factory=Lock)

    def write(self) -> None:
        """Write the manifest to its file."""
        with self._lock:
            self._write()

    def mark_sent(self, index: int, digest: str) -> None:
        """Record a chunk that Anaplan has confirmed."""
        with self._lock:
            self.manifest["sent"][str(index)] = digest
            self._write()

    def forget(self) -> None:
        """Forget all chunks, so that nothing is resumed. A write error is logged, not raised."""
        with self._lock:
            self.manifest["sent"].clear()
            try:
                self._write()
            except OSError as error:
                _logger.warning("the manifest of an upload could not be written: %s", error)

    def snapshot(self) -> UploadManifest:
        """Return a copy of the manifest."""
        with self._lock:
            return {**self.manifest, "sent": dict(self.manifest["sent"])}

    def delete(self) -> None:
        """Delete the file, since there is nothing to resume. A failure is logged, not raised."""
        if self.path is None:
            return
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            _logger.warning("the manifest of an upload could not be deleted: %s", error)

    def _write(self) -> None:
        """Replace the file atomically, so that a killed process leaves either the old file or the new one."""
        if self.path is None:
            return
        temporary = self.path.with_name(f".{self.path.name}.part")
        temporary.unlink(missing_ok=True)  # left by a killed process
        try:
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _no_links(), 0o600), "wb") as file:
                file.write(json.dumps(self.manifest).encode())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def load(resume: Resume | None, path: str | os.PathLike[str] | None) -> tuple[UploadManifest | None, bool]:
    """Return the manifest of an earlier upload, if there is one, and whether it has to match the new upload.

    A manifest passed as `resume` has to match, unless it is the path where the new one is written.
    """
    if isinstance(resume, Mapping) or (
        resume is not None and (path is None or Path(resume).absolute() != Path(path).absolute())
    ):
        return read(resume), True
    return None if path is None else find(Path(path)), False


def read(resume: Resume) -> UploadManifest:
    """Read and check a manifest.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is not a manifest, or is a symbolic link.
    """
    if isinstance(resume, Mapping):
        content: Any = resume
    else:
        stored = _read_file("resume", Path(resume))
        try:
            content = json.loads(stored)
        except ValueError:
            content = None
    if not _is_manifest(content):
        got = "" if isinstance(resume, Mapping) else f" (got {os.fspath(resume)!r})"
        raise ValueError(f"resume must be the manifest of an upload{got}")
    return {**cast("UploadManifest", content), "sent": dict(content["sent"])}


def find(path: Path) -> UploadManifest | None:
    """Read the manifest at the path where a new one is written; None if there is none to resume.

    A manifest that is damaged, or so old that Anaplan may have deleted its chunks, is not resumed.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is a symbolic link, or never was a manifest and so must not be replaced.
    """
    try:
        content = _read_file("manifest", path)
        age = clock.utc_now().timestamp() - path.stat().st_mtime
    except FileNotFoundError:
        return None
    # A killed process or a loss of power leaves at most a part of a manifest, or zeros.
    if content.strip(b"\0 \r\n\t") and not content.lstrip().startswith(b"{"):
        raise ValueError(
            f"manifest must be the path of a manifest or a new file (got {os.fspath(path)!r}, another file)"
        )
    try:
        manifest = json.loads(content)
    except ValueError:
        return None
    return manifest if _is_manifest(manifest) and age < MAX_AGE_SECONDS else None


def _read_file(name: str, path: Path) -> bytes:
    try:
        with open(os.open(path, os.O_RDONLY | _no_links()), "rb") as file:
            return file.read()
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EMLINK):
            raise
    raise ValueError(f"{name} must not be a symbolic link (got {os.fspath(path)!r})")


def _no_links() -> int:
    """Return the flag that rejects symbolic links, on systems that have it."""
    return getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def _is_manifest(content: Any) -> bool:
    try:
        chunking.check_size(content["chunk_size"])
        length = content["length"]
        return (
            set(content) == set(UploadManifest.__annotations__)
            and isinstance(content["model_id"], str)
            and isinstance(content["file_id"], str)
            and type(content["chunk_size"]) is int
            and (length is None or (type(length) is int and length >= 0))
            and all(_INDEX.fullmatch(index) and isinstance(digest, str) for index, digest in content["sent"].items())
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
