"""Command line: serve the demo tenant, or one described by a file, until interrupted."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Sequence

from . import Emulator, Model, TenantError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the emulator as a program and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m anaplan_ext.emulator", description="A local Anaplan for trials.")
    parser.add_argument("--port", type=int, default=8080, help="TCP port, 0 for a free one (default 8080)")
    parser.add_argument("--tenant", metavar="FILE", help="YAML file that describes the tenant (default: a demo)")
    parser.add_argument("--task-seconds", type=float, default=0.0, metavar="S", help="how long each task takes")
    parser.add_argument("--task-polls", type=int, default=1, metavar="N", help="polls before a task is done")
    parser.add_argument("--page-limit", type=int, default=5000, metavar="N", help="most rows per page")
    parser.add_argument("--token-seconds", type=float, default=2100.0, metavar="S", help="life of a token")
    parser.add_argument("--requests-per-second", type=float, metavar="R", help="answer 429 above this rate")
    parser.add_argument("--request-burst", type=int, metavar="N", help="requests that may come at once before a 429")
    parser.add_argument("--retry-after", type=int, metavar="S", help="send Retry-After with each 429")
    parser.add_argument(
        "--max-body-bytes", type=int, default=64_000_000, metavar="N", help="answer 413 to a larger body (64000000)"
    )
    options = vars(parser.parse_args(arguments))
    if options["tenant"] is None:
        del options["tenant"]
    try:
        emulator = Emulator(**options, record_bodies=False, observer=lambda _: emulator.exchanges.clear())
    except (TenantError, OSError, UnicodeDecodeError) as error:
        parser.exit(1, f"{error}\n")
    try:
        emulator.start()
    except OSError as error:
        parser.exit(1, f"cannot listen on port {emulator.port}: {error.strerror}\n")
    try:
        print(_description(emulator), flush=True)
        threading.Event().wait()
    except KeyboardInterrupt:
        print()
    emulator.stop()
    return 0


def _description(emulator: Emulator) -> str:
    lines = [
        f"Anaplan emulator   {emulator.url}   (Ctrl-C to stop)",
        f"user               {emulator.user_email}",
        f"password           {emulator.password}",
    ]
    for workspace in emulator.tenant.workspaces:
        lines.append(f"workspace          {workspace.id}  {workspace.name}")
        for model in workspace.models:
            lines += [f"  model            {model.id}  {model.name}", *_contents(model)]
    return "\n".join(lines)


def _contents(model: Model) -> list[str]:
    lines = [f"    file           {file.id}  {file.name}" for file in model.files]
    lines += [f"    list           {part.id}  {part.name}" for part in model.parts("lists")]
    lines += [f"    module         {part.id}  {part.name}" for part in model.parts("modules")]
    for kind in ("imports", "exports", "actions", "processes"):
        lines += [f"    {kind:<14} {item.id}  {item.name}" for item in model.runnables(kind)]
    lines += [f"    revision       {applied.revision.id}  {applied.revision.name}" for applied in model.revisions]
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
