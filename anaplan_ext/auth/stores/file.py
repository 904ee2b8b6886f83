"""Keep tokens in a file that only its owner can read."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from .errors import TokenStoreError
from .token import StoredToken, check_owner

MAX_FILE_BYTES = 1_000_000
"""Maximum size of a file of tokens. One that is larger is something else."""


class FileTokenStore:
    """Keep the tokens in a file of mode 0600, which is replaced as a whole.

    The folder is created with mode 0700 if it does not exist. Next to the file, `NAME.lock` lets one process at a time
    refresh the tokens. A file that is damaged, of something else or readable by others is rejected and left unchanged.

    Args:
        path: Path of the file; `~` is expanded.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path: Path = Path(path).expanduser()
        """Path of the file."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    @property
    def lock_path(self) -> Path:
        """Path of the file whose lock a client holds while it refreshes the tokens."""
        return self.path.with_name(f"{self.path.name}.lock")

    def load(self) -> StoredToken | None:
        """Read the file.

        Returns:
            The tokens, or None if there is no file.

        Raises:
            TokenStoreError: The file cannot be read, is readable by others, is damaged, or is something else.
        """
        stored, written = self._read(self.path), self._read_written()
        if written is None or (stored is not None and written.expires_at <= stored.expires_at):
            return stored
        return written

    def save(self, token: StoredToken) -> None:
        """Replace the file. It is complete at every moment, and on the disk when this returns.

        Args:
            token: The tokens.

        Raises:
            TokenStoreError: The file cannot be written, or has something else, which is left unchanged.
        """
        check_owner(self.load(), token.client_id, token.origin, str(self.path))
        try:
            self._replace(token)
        except OSError as error:
            raise TokenStoreError(f"{self.path} cannot be written: {error.strerror}") from None

    def delete(self) -> None:
        """Delete the file, if there is one. The target of a link is deleted, and the link stays.

        Raises:
            TokenStoreError: The file cannot be deleted, or is something else, which is left unchanged.
        """
        self.load()  # raises for something else
        try:
            for path in (self._written_path, Path(os.path.realpath(self.path))):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise TokenStoreError(f"{self.path} cannot be deleted: {error.strerror}") from None

    @property
    def _written_path(self) -> Path:
        """Path of the file that takes the place of the other one when it is complete."""
        # Of a link, next to the file that it leads to. One name, so that a crash leaves at most one such file.
        target = Path(os.path.realpath(self.path))
        return target.with_name(f".{target.name}.new")

    def _read_written(self) -> StoredToken | None:
        """Return what a writer that was killed has written; None if it is not complete."""
        with suppress(TokenStoreError):
            return self._read(self._written_path)
        return None

    def _read(self, path: Path) -> StoredToken | None:
        try:
            # Without waiting for the writer of a named pipe.
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TokenStoreError(f"{self.path} cannot be read: {error.strerror}") from None
        try:
            self._check_file(os.fstat(descriptor))
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return StoredToken.from_json(file.read(), str(self.path))
        finally:
            os.close(descriptor)

    def _check_file(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
            raise TokenStoreError(f"{self.path} must be a file with the tokens of this library; name another path")
        if sys.platform != "win32" and status.st_mode & 0o077:
            raise TokenStoreError(
                f"{self.path} must be readable by its owner only (got mode {status.st_mode & 0o777:04o}); "
                f"run chmod 600 {self.path}"
            )

    def _replace(self, token: StoredToken) -> None:
        target, temporary = Path(os.path.realpath(self.path)), self._written_path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(temporary, flags, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                if sys.platform != "win32":
                    os.fchmod(descriptor, 0o600)
                file.write(token.to_json())
                file.flush()
                os.fsync(descriptor)
            os.replace(temporary, target)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Write the entry of a file in its folder to the disk, where the system can."""
    if sys.platform == "win32":
        return
    # Some file systems cannot, and the file itself is on the disk.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
