"""Build the parser of a command line from the commands.

Only the parser of the command that is named is built: the options of ninety commands would take longer than the start
of Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import NoReturn

from .command import Argument, Command, Group
from .options import FALSE_WORDS, OPTIONS, Option
from .tree import HELPS, get_group

PROGRAM = "anaplan"


class UsageError(Exception):
    """The command line is wrong. `usage` is the line that shows the right form."""

    def __init__(self, message: str, usage: str = "") -> None:
        super().__init__(message)
        self.usage = usage


class _Parser(argparse.ArgumentParser):
    """A parser that raises `UsageError`, so that every error is printed by one place."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, f"{self.format_usage().strip()}\n  help: {self.prog} --help")


def parse(words: Sequence[str], environment: Mapping[str, str]) -> argparse.Namespace:
    """Parse a command line. The namespace has `command`, the arguments and the options of every command.

    Raises:
        UsageError: The command line is wrong.
        SystemExit: Help was printed.
    """
    named = _find_names(words)
    group = get_group(named[0]) if named and named[0] in HELPS else None
    command = None if group is None else _find_command(group, named)
    if command is None:
        _build_parser_of_names(group, named).parse_args(list(words))
        raise UsageError("a command is required", f"the commands: {' '.join([PROGRAM, *named])} --help")
    count = len(command.path.split())
    parser = build_command_parser(command)
    options = parser.parse_args(_without(words, named[:count]))
    for option in OPTIONS:
        if not hasattr(options, option.name):
            setattr(options, option.name, _from_environment(option, environment, parser))
    options.command = command
    return options


def build_command_parser(command: Command) -> argparse.ArgumentParser:
    """Return the parser of a command, with the options of every command."""
    parser = _Parser(
        prog=f"{PROGRAM} {command.path}",
        usage=_write_usage(command),
        description=f"{command.help} {command.details}".strip(),
        epilog=_write_examples(command),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_arguments(parser, command)
    return parser


def add_arguments(parser: argparse.ArgumentParser, command: Command) -> None:
    """Add the arguments of a command, and the options of every command."""
    for argument in command.arguments:
        _add_argument(parser, argument)
    add_options(parser)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of every command."""
    group = parser.add_argument_group("options of every command")
    for option in OPTIONS:
        text = f"{option.help} [{option.variable}]"
        if option.metavar:
            group.add_argument(
                *option.flags,
                dest=option.name,
                help=text,
                metavar=option.metavar,
                choices=option.choices or None,
                default=argparse.SUPPRESS,
            )
        else:
            group.add_argument(
                *option.flags, dest=option.name, help=text, action="store_true", default=argparse.SUPPRESS
            )


def _add_argument(parser: argparse.ArgumentParser, argument: Argument) -> None:
    flags = argument.flags
    is_option = flags[0].startswith("-")
    if argument.is_flag:
        parser.add_argument(*flags, help=argument.help, action="store_true")
    elif argument.repeats:
        parser.add_argument(
            *flags,
            help=argument.help,
            metavar=argument.metavar,
            action="append",
            default=[],
            choices=_choices(argument),
        )
    elif is_option:
        parser.add_argument(
            *flags,
            help=argument.help,
            metavar=argument.metavar,
            default=argument.default,
            choices=_choices(argument),
            required=argument.is_required,
        )
    else:
        parser.add_argument(
            *flags,
            help=argument.help,
            metavar=argument.metavar or None,
            nargs=argument.nargs,
            choices=_choices(argument),
        )


def _choices(argument: Argument) -> tuple[str, ...] | None:
    return argument.choices or None


def _from_environment(option: Option, environment: Mapping[str, str], parser: argparse.ArgumentParser) -> object:
    value = environment.get(option.variable)
    if not option.metavar:
        return value is not None and value.strip().lower() not in FALSE_WORDS
    if value and option.choices and value not in option.choices:
        parser.error(f"{option.variable} must be one of {', '.join(option.choices)} (got {value!r})")
    return value or None


def _find_names(words: Sequence[str]) -> list[str]:
    """Return the words that may name the command: those before the first argument, without options and their values."""
    takes_value = {flag for option in OPTIONS if option.metavar for flag in option.flags}
    names: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            break
        if word in takes_value:
            next(rest, None)
        elif not word.startswith("-"):
            names.append(word)
    return names


def _find_command(group: Group, named: Sequence[str]) -> Command | None:
    commands = {tuple(command.path.split()): command for command in group.commands}
    for count in (3, 2, 1):
        if command := commands.get(tuple(named[:count])):
            return command
    return None


def _without(words: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the words without those that name the command."""
    takes_value = {flag for option in OPTIONS if option.metavar for flag in option.flags}
    left, rest, waiting = [*names], iter(words), list[str]()
    for word in rest:
        waiting.append(word)
        if word in takes_value:
            waiting += [value for value in (next(rest, None),) if value is not None]
        elif left and word == left[0]:
            waiting.pop()
            left.pop(0)
    return waiting


def _build_parser_of_names(group: Group | None, named: Sequence[str]) -> argparse.ArgumentParser:
    """Return a parser that only knows the names of commands, for help and for errors."""
    program = PROGRAM if group is None else f"{PROGRAM} {group.name}"
    lines = HELPS if group is None else {command.path: command.help for command in group.commands}
    width = max(map(len, lines))
    epilog = "\n".join(f"  {name:<{width}}  {text}" for name, text in lines.items())
    parser = _Parser(
        prog=program,
        usage=f"{program} COMMAND …",
        description="Work with Anaplan from the command line." if group is None else HELPS[group.name],
        epilog=f"commands:\n{epilog}\n\nHelp on a command: {PROGRAM} COMMAND --help",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if group is None:
        parser.add_argument("--version", action="store_true", help="Print the version and exit.")
    known = [name.split() for name in lines]
    given = list(named[:1] if group is None else named)
    if given and not any(words[: len(given)] == given for words in known):
        words = sorted({name[len(given) - 1] for name in known if len(name) >= len(given)})
        parser.error(f"there is no command {' '.join(given)!r}{_suggest(given[-1], words)}")
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    return parser


def _suggest(wrong: str, known: Sequence[str]) -> str:
    import difflib

    similar = difflib.get_close_matches(wrong, known, 3)
    return f"; did you mean {' or '.join(similar)}?" if similar else ""


def _write_usage(command: Command) -> str:
    """Return the usage without the options of every command, which would hide the others."""
    words = [PROGRAM, command.path]
    for argument in command.arguments:
        is_option = argument.flags[0].startswith("-")
        text = argument.metavar if not is_option else " ".join(filter(None, (argument.flags[-1], argument.metavar)))
        words.append(f"[{text}]" if is_option and not argument.is_required else text)
        if argument.nargs == "+" or argument.repeats:
            words[-1] += " …"
    return " ".join([*words, "[OPTION …]"]).replace("%", "%%")


def _write_examples(command: Command) -> str:
    if not command.examples:
        return ""
    return "examples:\n" + "\n".join(f"  $ {example}" for example in command.examples)
