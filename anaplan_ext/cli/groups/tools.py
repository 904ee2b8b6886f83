"""`anaplan completion` and `anaplan emulator`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..command import Argument, Command, Done, Group, Raw, Result

if TYPE_CHECKING:
    from ..context import Context

SHELLS = ("bash", "zsh", "fish", "powershell", "tcsh")


def _complete(context: Context) -> Result:
    # A shell reads it at each start, so nothing is imported for it.
    path = os.path.join(os.path.dirname(__file__), os.pardir, "completions", f"anaplan.{context.options.shell}")
    with open(path, "rb") as file:
        return Raw([file.read()])


def _serve(context: Context) -> Result:
    from ...emulator.__main__ import serve

    options = context.options
    numbers = {"port": int, "task_seconds": float}
    settings: dict[str, object] = {} if options.tenant is None else {"tenant": options.tenant}
    for name, kind in numbers.items():
        try:
            settings[name] = kind(getattr(options, name))
        except ValueError:
            flag = name.replace("_", "-")
            raise ValueError(f"--{flag} must be a number (got {getattr(options, name)!r})") from None
    serve(settings)
    return Done("")


COMPLETION = Group(
    "completion",
    (
        Command(
            "completion",
            "Print the completion script of a shell.",
            _complete,
            (Argument(("shell",), "The shell.", "SHELL", choices=SHELLS),),
            examples=(
                'eval "$(anaplan completion bash)"',
                "anaplan completion zsh > ~/.zfunc/_anaplan",
                "anaplan completion fish > ~/.config/fish/completions/anaplan.fish",
            ),
        ),
    ),
)
EMULATOR = Group(
    "emulator",
    (
        Command(
            "emulator start",
            "Serve a local Anaplan until Ctrl-C, with a demo tenant or your own.",
            _serve,
            (
                Argument(("--port",), "TCP port; 0 chooses a free one.", "PORT", default="8080"),
                Argument(("--tenant",), "YAML file that describes the tenant.", "FILE"),
                Argument(("--task-seconds",), "Minimum duration of a task.", "SECONDS", default="0"),
            ),
            examples=("anaplan emulator start", "anaplan emulator start --port 0 --tenant tenant.yaml"),
            details="It needs the extra `emulator`. Point other commands to it with --base-url.",
        ),
    ),
)
