"""Write what is made of the commands: the reference, the manual page, the schemas, and the completion scripts.

    .venv/bin/python .ci/cli_pages.py [--check]

With `--check`, nothing is written, and the exit code is 1 if a file is not as it would be written.
"""

import argparse
import json
import sys
from pathlib import Path

import shtab

from anaplan_ext.cli.command import Argument, Command
from anaplan_ext.cli.exit_codes import DESCRIPTIONS
from anaplan_ext.cli.groups.tools import SHELLS
from anaplan_ext.cli.options import OPTIONS
from anaplan_ext.cli.parser import PROGRAM, add_arguments, add_options
from anaplan_ext.cli.schemas import ERROR_SCHEMA, write_schema
from anaplan_ext.cli.tree import HELPS, get_group

GROUPS = [get_group(name) for name in HELPS]
ROOT = Path(__file__).parent.parent


def main() -> int:
    """Write or check the pages."""
    pages = {ROOT / "docs/cli-reference.md": write_reference(), ROOT / f"docs/{PROGRAM}.1": write_manual()}
    pages[ROOT / "docs/cli-schemas.json"] = write_schemas()
    for shell in SHELLS:
        script = shtab.complete(build_whole_parser(), shell=shell)
        pages[ROOT / f"anaplan_ext/cli/completions/{PROGRAM}.{shell}"] = script.rstrip() + "\n"
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: run python .ci/cli_pages.py")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(pages[path], encoding="utf-8")
    return 0


def build_whole_parser() -> argparse.ArgumentParser:
    """Return one parser of all commands."""
    parser = argparse.ArgumentParser(prog=PROGRAM)
    add_options(parser)  # they may come before the command
    complete_paths(parser)
    nodes: dict[tuple[str, ...], argparse._SubParsersAction[argparse.ArgumentParser]] = {(): parser.add_subparsers()}
    helps: dict[tuple[str, ...], str] = {(name,): text for name, text in HELPS.items()}
    for command in (command for group in GROUPS for command in group.commands):
        words = tuple(command.path.split())
        for count in range(1, len(words)):
            if words[:count] not in nodes:
                inner = nodes[words[: count - 1]].add_parser(words[count - 1], help=helps.get(words[:count], ""))
                nodes[words[:count]] = inner.add_subparsers()
        inner_parser = nodes[words[:-1]].add_parser(words[-1], help=command.help)
        add_arguments(inner_parser, command)
        complete_paths(inner_parser)
    return parser


def complete_paths(parser: argparse.ArgumentParser) -> None:
    """Let shells complete the paths of this machine. A positional FILE is a file in Anaplan, and `path` a URL."""
    for action in parser._actions:
        metavar = str(action.metavar or "")
        if metavar in ("DIR", "FOLDER"):
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif action.dest != "path" and (
            metavar in ("PATH", "PLAN", "[FILE=]PATH") or (metavar == "FILE" and action.option_strings)
        ):
            action.complete = shtab.FILE  # type: ignore[attr-defined]


def write_reference() -> str:
    """Return the page with every command, option and exit code."""
    lines = [
        "# Reference of the command line",
        "",
        "Every command of `anaplan`: arguments, columns, examples and exit codes, as the program itself has them.",
        "",
        "[cli-schemas.json](cli-schemas.json) has the JSON Schema of what each command prints with `-o json`.",
        "",
    ]
    for group in GROUPS:
        lines += [f"## {PROGRAM} {group.name}", "", HELPS[group.name], ""]
        for command in group.commands:
            lines += write_command(command)
    lines += ["## Options of every command", "", "| Option | Variable | Meaning |", "|---|---|---|"]
    for option in OPTIONS:
        flags = ", ".join(f"`{flag} {option.metavar}`".replace(" `", "`") for flag in option.flags)
        lines.append(f"| {_cell(flags)} | `{option.variable}` | {_cell(option.help)} |")
    lines += ["", "## Exit codes", "", "| Code | Meaning |", "|---:|---|"]
    lines += [f"| {code} | {text} |" for code, text in DESCRIPTIONS.items()]
    return "\n".join(lines) + "\n"


def write_schemas() -> str:
    """Return the JSON Schema of what each command prints with `-o json`, and of errors."""
    commands = (command for group in GROUPS for command in group.commands)
    schemas = {command.path: schema for command in commands if (schema := write_schema(command))}
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Results of {PROGRAM} with -o json, by command, and errors",
        "$defs": {**schemas, "error": ERROR_SCHEMA},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write_manual() -> str:
    """Return the manual page, in the format of man."""
    lines = [f'.TH {PROGRAM.upper()} 1 "" "" "Command line of Anaplan"', ".SH NAME"]
    lines += [f"{PROGRAM} \\- work with Anaplan from the command line", ".SH SYNOPSIS", f".B {PROGRAM}", "COMMAND ..."]
    lines += [".SH COMMANDS"]
    for command in (command for group in GROUPS for command in group.commands):
        lines += [".TP", f".B {PROGRAM} {_roff(command.path)}", _roff(f"{command.help} {command.details}".strip())]
        for argument in command.arguments:
            name = ", ".join(argument.flags) if argument.flags[0].startswith("-") else argument.metavar
            value = f" {argument.metavar}" if argument.metavar and name.startswith("-") else ""
            lines += [".RS", ".TP", f".B {_roff(name + value)}", _roff(argument.help), ".RE"]
    lines += [".SH OPTIONS OF EVERY COMMAND"]
    for option in OPTIONS:
        text = f"{', '.join(option.flags)} {option.metavar}".strip()
        lines += [".TP", f".B {_roff(text)}", _roff(f"{option.help} [{option.variable}]")]
    lines += [".SH EXIT STATUS"]
    for code, text in DESCRIPTIONS.items():
        lines += [".TP", f".B {code}", _roff(text)]
    return "\n".join(lines) + "\n"


def _roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def write_command(command: Command) -> list[str]:
    """Return the section of a command."""
    lines = [f"### {PROGRAM} {command.path}", "", f"{command.help} {command.details}".strip(), ""]
    if command.arguments:
        lines += ["| Argument | Meaning |", "|---|---|"]
        lines += [f"| {_cell(_name(argument))} | {_cell(argument.help)} |" for argument in command.arguments]
        lines.append("")
    if command.columns:
        what = "It prints one object." if command.is_one else "It prints rows."
        lines += [what, ""]
        lines += ["| Column | Type | Meaning |", "|---|---|---|"]
        lines += [f"| `{column.name}` | {column.kind} | {_cell(column.help)} |" for column in command.columns]
        lines.append("")
    return [*lines, "```console", *(f"$ {example}" for example in command.examples), "```", ""]


def _name(argument: Argument) -> str:
    if not argument.flags[0].startswith("-"):
        return f"`{argument.metavar}`"
    return ", ".join(f"`{flag} {argument.metavar}`".replace(" `", "`") for flag in argument.flags)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
