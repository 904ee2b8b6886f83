"""The options of `python -m generator`."""

import argparse
from pathlib import Path

from . import rules
from .grades import SEVERITIES
from .report import FORMATS
from .scaffold import BINARY, EFFECTS

ROOT = Path(__file__).resolve().parent.parent


def parser() -> argparse.ArgumentParser:
    """The parser of the command line; without a command it is about generating."""
    whole = argparse.ArgumentParser(
        prog="python -m generator", description="Regenerate the client; or run one of the commands."
    )
    whole.add_argument(
        "--check", action="store_true", help="change nothing; fail if a generated file is not as generated"
    )
    whole.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--root", type=Path, default=argparse.SUPPRESS, help="the project's folder")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")
    _diff(commands.add_parser("diff", parents=[common], help="say what changed since an earlier version"))
    commands.add_parser("rules", parents=[common], help="list the rules of specifications and the grades of changes")
    _new_api(commands.add_parser("new-api", parents=[common], help="start the specification of an API"))
    _add_operation(commands.add_parser("add-operation", parents=[common], help="start an operation of an API"))
    return whole


def _diff(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("reference", metavar="REF", help="a git commit, branch or tag, or a folder with a tree")
    add("--format", choices=FORMATS, default="text", help="how to say it; text by default")
    add("--fail-on", choices=SEVERITIES[:2], help="end with 1 on such changes, and graver ones")
    add("--changelog", type=Path, metavar="FILE", help="also write lines for the changelog into a file")


def _new_api(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("name", metavar="NAME", help="of the package in anaplan_client, such as boxes")
    add("--server", metavar="URL", required=True, help="what its paths are behind, such as https://api.anaplan.com/2/0")
    add("--host", choices=rules.HOSTS, help="which of Anaplan's hosts that is, where the URL does not tell")


def _add_operation(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("api", metavar="API", help="the API's name")
    add("method", metavar="METHOD", type=str.lower, choices=EFFECTS, help=f"one of {', '.join(EFFECTS)}")
    add("path", metavar="PATH", help="behind the server's URL, such as /boxes/{boxId}")
    add("--id", required=True, help="names the function: a verb and a noun, such as get_box")
    sample = f"a JSON object, @ and a file with one, or {BINARY}"
    add("--answer", metavar="SAMPLE", help=f"a sample of the answer: {sample}; without one it has no content")
    add("--body", metavar="SAMPLE", help=f"a sample of the body: {sample}; without one it has none")
    add("--query", metavar="NAME:TYPE", action="append", default=[], help="a query parameter, such as limit:integer")
    add("--tag", help="what it is listed under; the first part of the path by default")
    add("--summary", help="a sentence; drafted from the id by default")
    add("--role", default="Standard User", help="the least role that may call it; Standard User by default")
    add("--effect", choices=rules.EFFECTS, help="how it may be repeated; by the method by default")
