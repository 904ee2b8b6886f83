"""Command line: serve the demo tenant, or one described by a file, until interrupted."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Mapping, Sequence
from typing import Any, cast

from . import Emulator, Model, TenantError

_TYPES = {"PORT": int, "N": int, "SECONDS": float, "RATE": float}
_OPTIONS: tuple[tuple[str, float | None, str, str], ...] = (
    ("--port", 8080, "PORT", "TCP port; 0 chooses a free one"),
    ("--task-seconds", 0.0, "SECONDS", "minimum duration of a task"),
    ("--task-polls", 1, "N", "number of polls that find a task unfinished"),
    ("--page-limit", 5000, "N", "maximum number of rows per page"),
    ("--token-seconds", 2100.0, "SECONDS", "lifetime of a token"),
    ("--requests-per-second", None, "RATE", "rate above which requests are rejected with 429"),
    ("--request-burst", None, "N", "number of requests that may exceed the rate in a burst"),
    ("--retry-after", None, "N", "Retry-After of each 429, in seconds"),
    ("--max-body-bytes", 64_000_000, "N", "maximum body of a request; a larger one is rejected with 413"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the emulator as a program and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m anaplan_ext.emulator", description="Serve a local Anaplan.")
    parser.add_argument("--tenant", metavar="FILE", help="YAML file that describes the tenant (default: a demo tenant)")
    for name, default, metavar, text in _OPTIONS:
        suffix = "" if default is None else f" (default {default})"
        parser.add_argument(name, type=_TYPES[metavar], default=default, metavar=metavar, help=text + suffix)
    options = vars(parser.parse_args(arguments))
    if options["tenant"] is None:
        del options["tenant"]
    try:
        serve(options)
    except (TenantError, OSError, UnicodeDecodeError) as error:
        parser.exit(1, f"{error}\n")
    return 0


def serve(options: Mapping[str, object]) -> None:
    """Serve a tenant until Ctrl-C. `options` are arguments of `Emulator`.

    Raises:
        TenantError: The description of the tenant is wrong.
        OSError: A file cannot be read, or the port cannot be used.
    """
    settings = cast("dict[str, Any]", dict(options))
    emulator = Emulator(**settings, record_bodies=False, observer=lambda _: emulator.exchanges.clear())
    try:
        emulator.start()
    except OSError as error:
        raise OSError(f"cannot listen on port {emulator.port}: {error.strerror}") from None
    try:
        print(_describe(emulator), flush=True)
        threading.Event().wait()
    except KeyboardInterrupt:
        print()
    emulator.stop()


def _describe(emulator: Emulator) -> str:
    lines = [
        f"Anaplan emulator   {emulator.url}   (Ctrl-C to stop)",
        f"user               {emulator.user_email}",
        f"password           {emulator.password}",
    ]
    for workspace in emulator.tenant.workspaces:
        lines.append(f"workspace          {workspace.id}  {workspace.name}")
        for model in workspace.models:
            lines += [f"  model            {model.id}  {model.name}", *_describe_model(model)]
    return "\n".join(lines)


def _describe_model(model: Model) -> list[str]:
    lines = [f"    file           {file.id}  {file.name}" for file in model.files]
    lines += [f"    list           {part.id}  {part.name}" for part in model.parts("lists")]
    lines += [f"    module         {part.id}  {part.name}" for part in model.parts("modules")]
    for kind in ("imports", "exports", "actions", "processes"):
        lines += [f"    {kind:<14} {item.id}  {item.name}" for item in model.runnables(kind)]
    lines += [f"    revision       {applied.revision.id}  {applied.revision.name}" for applied in model.revisions]
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
