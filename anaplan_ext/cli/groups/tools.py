"""`anaplan completion`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..command import Argument, Command, Group, Raw, Result

if TYPE_CHECKING:
    from ..context import Context

SHELLS = ("bash", "zsh", "tcsh")


def _complete(context: Context) -> Result:
    # A shell reads it at each start, so nothing is imported for it.
    path = os.path.join(os.path.dirname(__file__), os.pardir, "completions", f"anaplan.{context.options.shell}")
    with open(path, "rb") as file:
        return Raw([file.read()])


COMPLETION = Group(
    "completion",
    (
        Command(
            "completion",
            "Print the completion script of a shell.",
            _complete,
            (Argument(("shell",), "The shell.", "SHELL", choices=SHELLS),),
            examples=('eval "$(anaplan completion bash)"', "anaplan completion zsh > ~/.zfunc/_anaplan"),
        ),
    ),
)
