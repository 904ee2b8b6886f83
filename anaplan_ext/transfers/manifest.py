"""Keep what an upload has done so far, so that another one can do the rest."""

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
"""For how long after its last change a manifest that was found at its path is gone on from. Anaplan drops chunks after
48 hours."""


class UploadManifest(TypedDict):
    """An unfinished upload as JSON: its target, and the chunks that Anaplan has confirmed."""

    model_id: str
    """Id of the model."""
    file_id: str
    """Id of the file."""
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

    def write(self) -> None:
        """Write the manifest as it is."""
        with self._lock:
            self._write()

    def mark_sent(self, index: int, digest: str) -> None:
        """Record a chunk that Anaplan has confirmed."""
        with self._lock:
            self.manifest["sent"][str(index)] = digest
            self._write()

    def forget(self) -> None:
        """Record that nothing of what was sent can be gone on from. That it cannot be written is logged, not raised."""
        with self._lock:
            self.manifest["sent"].clear()
            try:
                self._write()
            except OSError as error:
                _logger.warning("the manifest of an upload could not be written: %s", error)

    def snapshot(self) -> UploadManifest:
        """Return the manifest as it is now."""
        with self._lock:
            return {**self.manifest, "sent": dict(self.manifest["sent"])}

    def delete(self) -> None:
        """Delete the file: there is nothing to resume. One that stays is logged, since it changes nothing."""
        if self.path is None:
            return
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            _logger.warning("the manifest of an upload could not be deleted: %s", error)

    def _write(self) -> None:
        """Replace the file as a whole, so that a process that is killed leaves the one before or this one."""
        if self.path is None:
            return
        beside = self.path.with_name(f".{self.path.name}.part")
        beside.unlink(missing_ok=True)  # of a process that was killed
        try:
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _no_links(), 0o600), "wb") as file:
                file.write(json.dumps(self.manifest).encode())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        except OSError:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise


def load(resume: Resume | None, path: str | os.PathLike[str] | None) -> tuple[UploadManifest | None, bool]:
    """Return the manifest of an upload before, if there is one, and whether it was given to resume from.

    One that is to be resumed from and kept at the same path need not be there yet; nor has it to fit.
    """
    is_kept_there = path is not None and not isinstance(resume, Mapping | None) and _is_same_path(resume, path)
    if resume is not None and not is_kept_there:
        return read(resume), True
    return None if path is None else find(Path(path)), False


def read(resume: Resume) -> UploadManifest:
    """Read and check a manifest.

    Raises:
        OSError: for a file that cannot be read.
        ValueError: for what is no manifest, and for a symbolic link.
    """
    if isinstance(resume, Mapping):
        found: Any = resume
    else:
        try:
            found = json.loads(_read_file("resume", Path(resume)))
        except ValueError as error:
            if "symbolic link" in str(error):
                raise
            raise ValueError(f"resume: {os.fspath(resume)} does not hold the manifest of an upload") from None
    if not _is_manifest(found):
        raise ValueError("resume: this is not the manifest of an upload")
    return {**cast("UploadManifest", found), "sent": dict(found["sent"])}


def find(path: Path) -> UploadManifest | None:
    """Read the manifest at a path where one is to be kept; None where there is none that can be gone on from.

    A manifest that is damaged, or so old that Anaplan may have dropped what was sent, is as good as none.

    Raises:
        OSError: for a file that cannot be read.
        ValueError: for a symbolic link, and for a file that never was a manifest, which is not to be replaced.
    """
    try:
        held = _read_file("manifest", path)
        age = clock.utc_now().timestamp() - path.stat().st_mtime
    except FileNotFoundError:
        return None
    # A process that was killed, or a machine that lost its power, may leave less than it wrote, but nothing else.
    if held.strip(b"\0 \r\n\t") and not held.lstrip().startswith(b"{"):
        raise ValueError(
            f"manifest must be the path of a manifest or a new file (got {os.fspath(path)!r}, another file)"
        )
    try:
        found = json.loads(held)
    except ValueError:
        return None
    return found if _is_manifest(found) and age < MAX_AGE_SECONDS else None


def _is_same_path(one: str | os.PathLike[str], other: str | os.PathLike[str]) -> bool:
    return Path(one).absolute() == Path(other).absolute()


def _read_file(name: str, path: Path) -> bytes:
    try:
        with open(os.open(path, os.O_RDONLY | _no_links()), "rb") as file:
            return file.read()
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EMLINK):
            raise
    raise ValueError(f"{name} must not be a symbolic link (got {os.fspath(path)!r})")


def _no_links() -> int:
    """The flag that does not follow a symbolic link, where the system has one."""
    return getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def _is_manifest(found: Any) -> bool:
    try:
        chunking.check_size(found["chunk_size"])
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
