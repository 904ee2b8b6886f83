"""The filesystem that fsspec knows by the protocol `anaplan`."""

# fsspec has no types, and calls what it opens a buffered file of its own.
# pyright: reportUnknownMemberType=false, reportIncompatibleMethodOverride=false
# pyright: reportMissingTypeStubs=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from os import PathLike
from pathlib import Path
from typing import BinaryIO, ClassVar, cast

from attrs import evolve
from fsspec import AbstractFileSystem
from fsspec.callbacks import DEFAULT_CALLBACK, Callback
from fsspec.utils import isfilelike

from anaplan_client.core import NotFoundError

from ..client._sync.client import Client
from ..client.options import SECRETS, make_environment
from ..files.modes import NO_SEEK
from ..files.sync_objects import Reader, Writer
from ..listing.errors import NameNotFoundError
from ..transfers.progress import TransferProgress
from .paths import Location, parse_path
from .tenant import Entry, Tenant


class AnaplanFileSystem(AbstractFileSystem):  # type: ignore[misc]
    """Files, exports and views of Anaplan's models as paths: `[workspace/]model/file`.

    `model/exports/NAME` runs an export when it is opened, and `model/views/MODULE/VIEW` reads a view as CSV. Each part
    is a name or an id. Sizes are unknown, and there is no seek: Anaplan sends no ranges of a file. A file that is
    written is uploaded when it is closed, and not after an error.

    Without arguments, it signs in as `Client.from_env`. Instances can be pickled: the copy signs in by the same
    arguments, so name a profile, or set the environment of each process, to keep secrets out of the pickle.

    Args:
        profile: Name of a profile, as for `Client.from_profile`.
        token: An existing token.
        user: Email address for password authentication.
        password: Password of the user.
        base_url: One URL that serves every API by path, for example an emulator or a gateway.
        region: Region of the tenant, for example `eu3`.
        model: Name or id of a model in which all paths start.
        workspace: Name or id of its workspace, where the name of the model is not unique.
        create_files: Whether writing to an unknown name creates a file. No import reads such a file.
        timeout: Seconds to wait for a connection and for each response.
        rate_limit: Requests per second.
        rate_limit_shared: Place where clients share the limit, as for `RateLimit`.

    Raises:
        ValueError: `workspace` is given without `model`.
    """

    protocol: ClassVar[str | tuple[str, ...]] = "anaplan"
    root_marker: ClassVar[str] = ""

    def __init__(
        self,
        *,
        profile: str | None = None,
        token: str | None = None,
        user: str | None = None,
        password: str | None = None,
        base_url: str | None = None,
        region: str | None = None,
        model: str | None = None,
        workspace: str | None = None,
        create_files: bool = False,
        timeout: float | None = None,
        rate_limit: float | None = None,
        rate_limit_shared: str | None = None,
    ) -> None:
        if workspace is not None and model is None:
            raise ValueError("workspace must be omitted without model; put it into the path")
        super().__init__()
        options: dict[str, str | float | None] = {
            "profile": profile,
            "token": token,
            "user": user,
            "password": password,
            "base_url": base_url,
            "region": region,
            "timeout": timeout,
            "rate_limit": rate_limit,
            "rate_limit_shared": rate_limit_shared,
        }
        self.tenant: Tenant = Tenant(lambda: Client.from_env(environ=make_environment(options, os.environ)))
        """The objects that the filesystem has access to. The first use creates the client."""
        self._model = None if model is None else Location("model", model, workspace)
        self._create_files = create_files

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self._model.model if self._model else None!r})"

    def to_dict(self, *, include_password: bool = True) -> dict[str, object]:
        """Return the arguments of the filesystem, as `to_json` writes them.

        Args:
            include_password: Whether to include `password` and `token`. Without them, its reader needs a sign-in from
                elsewhere.
        """
        arguments: dict[str, object] = super().to_dict(include_password=include_password)
        return {key: value for key, value in arguments.items() if include_password or key not in SECRETS}

    def ls(self, path: str, detail: bool = True, **kwargs: object) -> list[Entry] | list[str]:
        """List a folder, or one file: models, files, exports, modules or views.

        Cost:
            One request per 5,000 entries, and one for a name of a model that was not used yet.
        """
        path = self._path(path)
        with _file_errors(path):
            location = self._locate(path)
            tenant = self.tenant
            entries = tenant.entries(path, location) if location.is_folder else [tenant.info(path, location)]
        return entries if detail else [str(entry["name"]) for entry in entries]

    def info(self, path: str, **kwargs: object) -> Entry:
        """Return name, type and id of a path. The size is None: Anaplan does not tell it.

        Raises:
            FileNotFoundError: There is no such object. The message has similar names.
        """
        path = self._path(path)
        with _file_errors(path):
            return self.tenant.info(path, self._locate(path))

    def exists(self, path: str, **kwargs: object) -> bool:
        """Return whether a path exists. Unlike other filesystems, a failed request raises its error."""
        try:
            self.info(path)
        except FileNotFoundError:
            return False
        return True

    def isfile(self, path: str) -> bool:
        """Return whether a path is a file, an export or a view. A failed request raises its error."""
        try:
            return self.info(path)["type"] == "file"
        except FileNotFoundError:
            return False

    def rm_file(self, path: str) -> None:
        """Delete your private copy of a file. The default content, if any, is visible again."""
        path = self._path(path)
        with _file_errors(path):
            self.tenant.file(self._locate_file(path, "deleted")).delete()

    def get_file(
        self,
        rpath: str,
        lpath: str | PathLike[str] | BinaryIO,
        callback: Callback = DEFAULT_CALLBACK,
        outfile: BinaryIO | None = None,
        **kwargs: object,
    ) -> None:
        """Download a file to a path, which has either the complete content or its previous content."""
        path = self._path(rpath)
        location = self._locate(path)
        if location.is_folder:
            self.info(path)
            os.makedirs(os.fspath(cast("str | PathLike[str]", lpath)), exist_ok=True)
        elif outfile is not None or isfilelike(lpath):
            self._copy(path, cast("BinaryIO", outfile or lpath), callback)
        else:
            target = Path(os.fspath(cast("str | PathLike[str]", lpath)))
            target.parent.mkdir(parents=True, exist_ok=True)
            with _file_errors(path):
                self._download(path, location, target, callback)

    def put_file(
        self,
        lpath: str | PathLike[str],
        rpath: str,
        callback: Callback = DEFAULT_CALLBACK,
        mode: str = "overwrite",
        **kwargs: object,
    ) -> None:
        """Upload a file from a path."""
        path = self._path(rpath)
        if os.path.isdir(lpath):
            return
        if mode == "create":
            self._check_new(path)
        location = self._locate_file(path, "written")
        with _file_errors(path):
            self.tenant.file(location).upload(
                Path(lpath), progress=partial(_report, callback), create=self._create_files, allow_empty=True
            )

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **kwargs: object) -> bytes:
        """Return the content of a file, or its first `end` bytes.

        Raises:
            io.UnsupportedOperation: `start` is not 0, or `end` is negative: Anaplan sends no ranges of a file.
        """
        if start or (end is not None and end < 0):
            raise io.UnsupportedOperation(NO_SEEK)
        with self._open(path) as file:
            return file.read(-1 if end is None else end)

    def cp_file(self, path1: str, path2: str, **kwargs: object) -> None:
        """Copy a file within Anaplan: it is downloaded and uploaded again."""
        if self._locate(self._path(path1)).is_folder:
            return
        with self._open(path1) as source, self._open(path2, "wb") as target:
            shutil.copyfileobj(source, target)

    def mkdir(self, path: str, create_parents: bool = True, **kwargs: object) -> None:
        """Raise `PermissionError`: the folders of Anaplan are models, and cannot be created here."""
        raise PermissionError(errno.EPERM, "files in Anaplan have no folders", path)

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        """Raise `PermissionError` for a folder that does not exist, and `FileExistsError` unless `exist_ok`."""
        if not self.isdir(path):
            self.mkdir(path)
        if not exist_ok:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)

    def _open(
        self,
        path: str,
        mode: str = "rb",
        block_size: int | None = None,
        autocommit: bool = True,
        cache_options: object = None,
        callback: Callback = DEFAULT_CALLBACK,
        **kwargs: object,
    ) -> Reader | Writer:
        path = self._path(path)
        if mode == "rb":
            return self._open_reader(path, callback)
        if mode not in ("wb", "xb"):
            raise ValueError(
                f"mode must be rb, wb or xb (got {mode!r}): files in Anaplan are read or replaced as a whole"
            )
        if mode == "xb":
            self._check_new(path)
        with _file_errors(path):
            file = self.tenant.file(self._locate_file(path, "written"))
            writer = file.open("wb", create=self._create_files, allow_empty=True, progress=partial(_report, callback))
        writer.autocommit = autocommit
        return writer

    def _open_reader(self, path: str, callback: Callback) -> Reader:
        location = self._locate(path)
        if location.is_folder:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        with _file_errors(path):
            if location.kind == "export":
                return self.tenant.open_export(location)
            if location.kind == "view":
                return self.tenant.open_view(location)
            return self.tenant.file(location).open("rb", progress=partial(_report, callback))

    def _copy(self, path: str, target: BinaryIO, callback: Callback) -> None:
        with self._open_reader(path, callback) as source:
            shutil.copyfileobj(source, target)

    def _download(self, path: str, location: Location, target: Path, callback: Callback) -> None:
        progress = partial(_report, callback)
        if location.kind == "file":
            self.tenant.file(location).download(target, progress=progress)
        elif location.kind == "export":
            client, file_id = self.tenant.run_export(location)
            client.download_file(file_id, target, progress=progress)
        else:
            part = target.with_name(f".{target.name}.{os.getpid()}.part")
            try:
                with open(part, "wb") as file:
                    self._copy(path, file, callback)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)

    def _check_new(self, path: str) -> None:
        if self.exists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)

    def _path(self, path: str | PathLike[str]) -> str:
        return cast("str", self._strip_protocol(path))

    def _locate(self, path: str) -> Location:
        location = parse_path(path, has_model=self._model is not None)
        if self._model is None:
            return location
        return evolve(location, model=self._model.model, workspace=self._model.workspace)

    def _locate_file(self, path: str, action: str) -> Location:
        """Return the location of a file, or raise `PermissionError` for anything that cannot be written."""
        location = self._locate(path)
        if location.kind != "file":
            raise PermissionError(errno.EPERM, f"only files of a model can be {action}", path)
        return location


@contextmanager
def _file_errors(path: str) -> Generator[None]:
    """Raise `FileNotFoundError` where Anaplan has no object of a name or id. The message has similar names."""
    try:
        yield
    except (NameNotFoundError, NotFoundError) as error:
        raise FileNotFoundError(errno.ENOENT, str(error), path) from error


def _report(callback: Callback, progress: TransferProgress) -> None:
    """Pass progress on to a callback of fsspec."""
    if progress.total_bytes is not None:
        callback.set_size(progress.total_bytes)
    callback.absolute_update(progress.done_bytes)
