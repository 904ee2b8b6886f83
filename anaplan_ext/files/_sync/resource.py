# Converted by `python -m generator` from anaplan_ext/files/_async/resource.py. Edit that file, not this one.
"""The files of a model by their names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from attrs import evolve

from anaplan_client import integration
from anaplan_client.core.codec import validation

from ...arguments.ids import id_or_name, upload_id
from ...auth._sync.session import Session
from ...concurrency import _sync as concurrency
from ...listing import endpoints
from ...listing._sync.pager import collect, iterate
from ...listing.errors import AmbiguousNameError, NameNotFoundError
from ...listing.names import find, is_id
from ...settings import Settings
from ...transfers._sync import download as downloads
from ...transfers._sync import upload as uploads
from ...transfers.progress import OnTransfer, forward_only
from ...transfers.sources import SizedContent
from .. import sync_objects
from ..modes import is_writing

if TYPE_CHECKING:
    from anaplan_client.integration import models


class Files:
    """The files of a model, as `client.files`: iterate over them, or take one by its name or id.

    The output of an export is a file as well once the export has run.
    """

    def __init__(self, session: Session, settings: Settings, model_id: str) -> None:
        self._session = session
        self._settings = settings
        self._model_id = model_id

    def __getitem__(self, file: int | str) -> ModelFile:
        """Return a file by its name or id. Nothing is sent, so a missing name shows with the first use.

        Raises:
            TypeError: `file` is neither text nor a number.
            ValueError: `file` is empty.
        """
        return ModelFile(self._session, self._settings, self._model_id, id_or_name("file", file))

    def __iter__(self) -> Iterator[models.File]:
        """Iterate over the files, page by page. One request per 5,000."""
        return iterate(self._session, *endpoints.files(self._model_id, None, False))

    def __contains__(self, file: object) -> bool:
        """Return whether a file has this name or id; with an event loop, use `exists`."""
        return concurrency.call_without_waiting(self._exists, file)

    def exists(self, file: int | str) -> bool:
        """Return whether a file has this name or id.

        Args:
            file: Name or id of the file.

        Returns:
            True also for a name of several files.

        Raises:
            TypeError: `file` is neither text nor a number.
            ValueError: `file` is empty.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 files.
        """
        return self._exists(id_or_name("file", file))

    def _exists(self, file: object) -> bool:
        try:
            self[id_or_name("file", file)].info()
        except AmbiguousNameError:
            return True
        except NameNotFoundError:
            return False
        return True


class ModelFile:
    """One file of a model, as `client.files["sales.csv"]`."""

    def __init__(self, session: Session, settings: Settings, model_id: str, name: str) -> None:
        self._session = session
        self._settings = settings
        self._model_id = model_id
        self.name: str = name
        """The name or id of the file, as it was given."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def info(self) -> models.File:
        """Return what Anaplan lists about the file.

        Returns:
            Id, name, number of chunks, and format.

        Raises:
            NameNotFoundError: No file has this name or id. It has similar names.
            AmbiguousNameError: Several files have this name. It has their ids.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 files.
        """
        return find("file", self.name, collect(self._session, *endpoints.files(self._model_id, None, False)))

    @overload
    def open(self, mode: Literal["rb"] = "rb", *, progress: OnTransfer | None = None) -> sync_objects.Reader: ...
    @overload
    def open(
        self,
        mode: Literal["wb"],
        *,
        progress: OnTransfer | None = None,
        allow_empty: bool = False,
        create: bool | None = None,
    ) -> sync_objects.Writer: ...
    def open(
        self,
        mode: Literal["rb", "wb"] = "rb",
        *,
        progress: OnTransfer | None = None,
        allow_empty: bool = False,
        create: bool | None = None,
    ) -> sync_objects.Reader | sync_objects.Writer:
        r"""Open the file, and return a file object for bytes.

        What is written is kept in a temporary file and uploaded when the file object is closed. Then Anaplan has the
        complete content. After an error in the `with` block nothing is sent, and Anaplan keeps the previous content. So
        it does if the file object is never closed.

        Args:
            mode: `rb` reads the content in order; there is no seek. `wb` replaces the content.
            progress: Function that gets a `TransferProgress` as bytes move and after each chunk, one call at a time.
            allow_empty: Whether empty content may replace the content of the file.
            create: Whether to create a file with this name if there is none. No import reads such a file. Without it,
                `allow_file_creation` of the client.

        Returns:
            A file object, which is a context manager.

        Raises:
            ValueError: The mode is another one, or the id is not one of a file that can be written.
            NameNotFoundError: No file has this name, and none is to be created.
            AmbiguousNameError: Several files have this name. It has their ids.
            ApiError: Anaplan rejects a request, or it still fails after the retries. Reading and closing raise it too.

        Cost:
            For a name, one request per 5,000 files. Reading: two requests and one per chunk of about 10 MB; holds at
            most 30 MB or two chunks. Writing: a temporary file, one request, and one per chunk; holds at most ten
            chunks and 100 MB.

        Example:
            ```python
            with client.files["flights.csv"].open("wb") as file:
                file.write(b"id,name,amount\n1,one,10\n")
            ```
        """
        if not is_writing(mode):
            pieces = downloads.download(self._session, self._model_id, self._source(), forward_only(progress))
            return sync_objects.open_reader(pieces, self.name)
        job = self._job(progress, allow_empty, create)
        return sync_objects.open_writer(partial(uploads.upload, job), self.name)

    def upload(
        self,
        content: SizedContent | concurrency.Source[bytes | str],
        *,
        progress: OnTransfer | None = None,
        allow_empty: bool = False,
        create: bool | None = None,
    ) -> None:
        r"""Upload content to the file. Return once every chunk is confirmed.

        Args:
            content: Text (sent as UTF-8), bytes, a `Path`, an open file, or an iterable of text or bytes, uncompressed.
                At most 1,000 chunks.
            progress: Function that gets a `TransferProgress` as bytes move and after each chunk, one call at a time.
            allow_empty: Whether empty content may replace the content of the file.
            create: Whether to create a file with this name if there is none. No import reads such a file. Without it,
                `allow_file_creation` of the client.

        Raises:
            TypeError: `content` is not content, for example a frame; nothing is uploaded.
            ValueError: The id is not one of a file that can be written, or the text is a path; nothing is uploaded.
            OSError: A file cannot be read; nothing is uploaded.
            NameNotFoundError: No file has this name, and none is to be created.
            AmbiguousNameError: Several files have this name. It has their ids.
            UploadError: The content is empty, a chunk is rejected, or the upload fails locally.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            For a name, one request per 5,000 files. One request, and one per chunk. Holds at most ten chunks and 100 MB
            in memory, in addition to content that is in memory already.

        Example:
            ```python
            client.files["flights.csv"].upload("id,name,amount\n1,one,10\n")
            ```
        """
        uploads.upload(self._job(progress, allow_empty, create), content)

    def download(self, path: str | PathLike[str], *, progress: OnTransfer | None = None) -> None:
        """Download the file to a path. The path has either the complete content or its previous content.

        Args:
            path: Path of the target. An existing file is replaced.
            progress: Function that gets a `TransferProgress` as bytes move and after each chunk, one call at a time.

        Raises:
            NameNotFoundError: No file has this name. It has similar names.
            AmbiguousNameError: Several files have this name. It has their ids.
            DownloadError: The file has no content, or changed during the download.
            ApiError: Anaplan rejects a request, or it still fails after the retries.
            OSError: The path cannot be written.

        Cost:
            For a name, one request per 5,000 files. Two requests, and one per chunk of about 10 MB, eight concurrently.
            Holds a few megabytes in memory.
        """
        file_id = self._source()
        downloads.download_to(self._session, self._model_id, file_id, Path(path), forward_only(progress))

    def count_chunks(self) -> int:
        """Return the number of chunks in which Anaplan sends the file.

        Returns:
            The number of chunks; 0 if the file has no content.

        Raises:
            NameNotFoundError: No file has this name. It has similar names.
            AmbiguousNameError: Several files have this name. It has their ids.
            DownloadError: The chunks are not numbered from 0 on.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 chunks, and for a name one per 5,000 files.
        """
        return downloads.count_chunks(self._session, self._model_id, self._source())

    def read_chunk(self, index: int) -> bytes:
        """Return one chunk of the file, for readers that share it. A chunk may end within a row or a character.

        Nothing says whether the file has changed since another chunk was read.

        Args:
            index: Number of the chunk, from 0.

        Returns:
            The content of the chunk.

        Raises:
            ValueError: `index` is negative; nothing is sent.
            NameNotFoundError: No file has this name. It has similar names.
            AmbiguousNameError: Several files have this name. It has their ids.
            NotFoundError: The file has no such chunk.
            DownloadError: The chunk has more than 256 MiB.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and for a name one per 5,000 files. Holds the chunk, about 10 MB.
        """
        validation.check_number("index", index, minimum=0)
        return downloads.read_chunk(self._session, self._model_id, self._source(), index)

    def delete(self) -> None:
        """Delete your private copy of the file. The default content, if any, is visible again.

        Raises:
            NameNotFoundError: No file has this name. It has similar names.
            AmbiguousNameError: Several files have this name. It has their ids.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, and for a name one per 5,000 files.
        """
        file_id = self.name if is_id(self.name, "113") else (self.info()).id
        self._session.send(integration.delete_file(self._model_id, file_id))

    def _source(self) -> str:
        """Return the id of the file to read."""
        return self.name if is_id(self.name, "113", "116") else (self.info()).id

    def _job(self, progress: OnTransfer | None, allow_empty: bool, create: bool | None) -> uploads.UploadJob:
        """Return an upload to the file, which may have to be created under its name."""
        config = self._settings.uploads
        if create is not None:
            config = evolve(config, allow_file_creation=create)
        file_id = self.name
        if not is_id(file_id, "113"):
            try:
                file_id = (self.info()).id
            except NameNotFoundError:
                if not config.allow_file_creation:
                    raise
        return uploads.UploadJob(
            *(self._session, config, self._model_id, upload_id(file_id, config.allow_file_creation)),
            progress=forward_only(progress),
            allow_empty=allow_empty,
        )
