"""What the filesystem does with Anaplan: find objects by the names in a path, list them, open them."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from anaplan_client.core.http.forking import reset_in_child
from anaplan_client.integration import models

from ..client._sync.client import Client
from ..client.model_names import find_model_id
from ..files._sync.resource import ModelFile
from ..files.sync_objects import Reader, open_reader
from ..listing.names import Named, find
from .paths import FOLDERS, Location, quote_name

N = TypeVar("N", bound=Named)
Entry = dict[str, object]
_ID = re.compile(r"[0-9]{12}")


class Tenant:
    """The objects that a client has access to. The first use creates the client. Ids of models are looked up once."""

    def __init__(self, make_client: Callable[[], Client]) -> None:
        self._make_client = make_client
        self._client: Client | None = None
        self._model_ids: dict[tuple[str | None, str], str] = {}
        self._lock = threading.Lock()
        reset_in_child(self)

    def after_fork(self) -> None:
        """Replace the lock, which another thread of the parent process may have held."""
        self._lock = threading.Lock()

    @property
    def client(self) -> Client:
        """The client, which is not bound to a model."""
        with self._lock:
            if self._client is None:
                self._client = self._make_client()
            return self._client

    def close(self) -> None:
        """Close the client. The next use creates another one."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def model(self, location: Location) -> Client:
        """Return a client that is bound to the model of a path.

        Raises:
            NameNotFoundError: No model or workspace has this name.
            AmbiguousNameError: Several have it.
        """
        key = (location.workspace, location.model)
        if key not in self._model_ids:
            self._model_ids[key] = find_model_id(self.client, location.model, location.workspace)
        return self.client.with_model(self._model_ids[key])

    def file(self, location: Location) -> ModelFile:
        """Return the file of a path."""
        return self.model(location).files[location.name]

    def run_export(self, location: Location) -> tuple[Client, str]:
        """Run the export of a path, and return the client and the id of the file that it wrote."""
        client = self.model(location)
        export_id = self._export(client, location).id
        client.run_action(export_id)
        return client, export_id

    def open_export(self, location: Location) -> Reader:
        """Run the export of a path, and open what it wrote."""
        client, export_id = self.run_export(location)
        return open_reader(client.get_file_stream(export_id), location.name)

    def open_view(self, location: Location) -> Reader:
        """Open the view of a path as CSV, with a column per line item."""
        client = self.model(location)
        view = self._view(client, location)
        pages = client.transactional.get_view_data_stream(view.id, module_id=view.module_id)
        return open_reader(pages, location.name)

    def info(self, path: str, location: Location) -> Entry:
        """Return the entry of a path, which must exist."""
        if location.is_folder:
            self._check_folder(location)
            return _folder(path)
        if location.kind == "file":
            return _file_entry(path, self.file(location).info())
        client = self.model(location)
        if location.kind == "export":
            return _entry(path, self._export(client, location))
        return _entry(path, self._view(client, location))

    def entries(self, path: str, location: Location) -> list[Entry]:
        """Return the entries of a folder."""
        if location.kind == "models":
            return self._models()
        client = self.model(location)
        if location.kind in ("model", "files"):
            # Without the other folders: a copy of a whole model would run every export.
            files = [file for file in client.list_files() if not file.id.startswith("116")]
            return [_file_entry(_join(path, name), file) for name, file in _unique_names(files)]
        if location.kind == "exports":
            return [_entry(_join(path, name), export) for name, export in _unique_names(client.list_exports())]
        if location.kind == "views":
            modules = client.transactional.list_modules()
            return [_folder(_join(path, name)) for name, _ in _unique_names(modules)]
        views = client.transactional.list_views(self._module(client, location).id)
        return [_entry(_join(path, name), view) for name, view in _unique_names(views)]

    def _models(self) -> list[Entry]:
        return [_folder(name) for name, _ in _unique_names(self.client.list_models())]

    def _check_folder(self, location: Location) -> None:
        """Raise `NameNotFoundError` for a folder that does not exist."""
        if location.kind == "models":
            return
        client = self.model(location)
        if location.kind == "module":
            self._module(client, location)
        else:
            client.get_model()

    def _export(self, client: Client, location: Location) -> models.Export:
        return find("export", location.name, client.list_exports())

    def _module(self, client: Client, location: Location) -> models.Module:
        return find("module", location.module, client.transactional.list_modules())

    def _view(self, client: Client, location: Location) -> models.View:
        return find("view", location.name, client.transactional.list_views(self._module(client, location).id))


def _unique_names(listed: Sequence[N]) -> Iterator[tuple[str, N]]:
    """Yield each object with the part of a path that names it: its name, or its id where the name is not unique."""
    names = [(entry.name or "").strip().casefold() for entry in listed]
    counts = Counter(names)
    for name, entry in zip(names, listed, strict=True):
        is_usable = name not in ("", *FOLDERS) and counts[name] == 1 and not _ID.fullmatch(name)
        yield quote_name(entry.name or "") if is_usable else entry.id, entry


def _folder(path: str) -> Entry:
    return {"name": path, "type": "directory", "size": 0}


def _entry(path: str, item: Named) -> Entry:
    return {"name": path, "type": "file", "size": None, "id": item.id}


def _file_entry(path: str, file: models.File) -> Entry:
    return {**_entry(path, file), "chunks": file.chunk_count}


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
