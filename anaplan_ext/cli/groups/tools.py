"""`anaplan completion`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Command, Group, Raw, Result

if TYPE_CHECKING:
    from ..context import Context

SHELLS = ("bash", "zsh", "tcsh")


def _complete(context: Context) -> Result:
    from importlib import resources

    name = f"anaplan.{context.options.shell}"
    return Raw([resources.files("anaplan_ext.cli").joinpath("completions", name).read_bytes()])


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
