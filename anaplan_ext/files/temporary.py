"""The temporary file that holds what is written until it is uploaded."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_logger = logging.getLogger("anaplan")


class TemporaryContent:
    """Content in a temporary file that only this user can read, until it is uploaded or discarded."""

    def __init__(self, label: str) -> None:
        self._label = label
        descriptor, name = tempfile.mkstemp(prefix="anaplan-")
        self.path: Path = Path(name)
        """The path of the temporary file."""
        self._file = os.fdopen(descriptor, "wb")
        self._handled_before = sys.exc_info()[1]
        self._delete = weakref.finalize(self, _delete, name)
        self.state: Literal["open", "complete", "discarded"] = "open"
        """`open` while content is added, then `complete` or `discarded`."""

    def write(self, content: ReadableBuffer) -> int:
        """Add content, and return its size in bytes."""
        if self.state != "open":
            raise ValueError("write to a closed file")
        view = memoryview(content).cast("B")
        self._file.write(view)
        return len(view)

    def finish(self) -> bool:
        """End the content, and return whether it is to be uploaded.

        While an error is handled that came after the file was opened, the content is incomplete: a wrapper that ends
        with it, such as a `TextIOWrapper`, does not say that there was an error.
        """
        if self.state != "open":
            return False
        handled = sys.exc_info()[1]
        if handled is not None and handled is not self._handled_before:
            _logger.warning("%s keeps its content: it was closed while an error was handled", self._label)
            self.discard()
            return False
        self._file.close()
        self.state = "complete"
        return True

    def discard(self) -> None:
        """Delete the temporary file."""
        self.state = "discarded"
        self._file.close()
        self._delete()


def _delete(name: str) -> None:
    Path(name).unlink(missing_ok=True)
