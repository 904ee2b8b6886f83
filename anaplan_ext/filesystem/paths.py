"""What a path of the filesystem means.

A path is `[workspace/]model/…`, and then one of: the name of a file, `files/NAME`, `exports/NAME`, `views/MODULE/VIEW`.
Each part is a name or an id. In a name, `%2F` stands for a slash.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias
from urllib.parse import unquote

from attrs import frozen

Kind: TypeAlias = Literal["models", "model", "files", "exports", "views", "module", "file", "export", "view"]

FOLDERS: dict[str, tuple[Kind, ...]] = {
    "files": ("files", "file"),
    "exports": ("exports", "export"),
    "views": ("views", "module", "view"),
}
"""The folders of a model, and what a path in one is, by its number of parts."""
_WORKSPACE_ID = re.compile(r"[0-9a-f]{32}")
_SPECIAL = str.maketrans({character: f"%{ord(character):02X}" for character in "%/*?[]"})


@frozen
class Location:
    """What a path means."""

    kind: Kind
    model: str = ""
    """Name or id; empty for the model that the filesystem is bound to."""
    workspace: str | None = None
    name: str = ""
    """Name or id of the file, export or view."""
    module: str = ""
    """Name or id of the module of a view."""

    @property
    def is_folder(self) -> bool:
        """Whether it has entries."""
        return self.kind not in ("file", "export", "view")


def parse_path(path: str, has_model: bool = False) -> Location:
    """Return what a path without its protocol means. With `has_model`, it starts inside a model.

    A path of two parts is a file in a model, or a model if the first is the id of a workspace.

    Raises:
        FileNotFoundError: The path has too many parts.
    """
    parts = [unquote(part) for part in path.strip("/").split("/") if part]
    if not parts and not has_model:
        return Location("models")
    model, workspace = "", None
    if not has_model:
        if len(parts) > 1 and (_WORKSPACE_ID.fullmatch(parts[0]) or (len(parts) > 2 and parts[1] not in FOLDERS)):
            workspace = parts.pop(0)
        model = parts.pop(0)
    location = Location("model", model, workspace)
    if not parts:
        return location
    folder = FOLDERS.get(parts[0])
    names = parts if folder is None else parts[1:]
    kinds: tuple[Kind, ...] = ("model", "file") if folder is None else folder
    if len(names) >= len(kinds):
        raise FileNotFoundError(f"{path} has too many parts: files in Anaplan have no folders; write a slash as %2F")
    module = names[0] if parts[0] == "views" and names else ""
    return Location(kinds[len(names)], model, workspace, names[-1] if names else "", module)


def quote_name(name: str) -> str:
    """Return a name as a part of a path."""
    return name.translate(_SPECIAL)
