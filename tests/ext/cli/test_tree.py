"""The commands as data."""

import re
import shlex

import pytest

from anaplan_ext.cli.command import Command
from anaplan_ext.cli.exit_codes import DESCRIPTIONS
from anaplan_ext.cli.options import OPTIONS
from anaplan_ext.cli.parser import UsageError, build_command_parser, parse
from anaplan_ext.cli.tree import HELPS, MODULES, get_group

from .conftest import Run

COMMANDS = [command for name in HELPS for command in get_group(name).commands]


def test_each_group_has_its_name_and_its_help() -> None:
    assert list(HELPS) == list(MODULES)
    for name in HELPS:
        group = get_group(name)
        assert group.name == name
        assert group.commands
        assert all(command.path.split()[0] == name for command in group.commands)


@pytest.mark.parametrize("command", COMMANDS, ids=[command.path for command in COMMANDS])
def test_a_command_is_described(command: Command) -> None:
    assert command.help.endswith(".")
    assert command.examples
    flags = [flag for argument in command.arguments for flag in argument.flags]
    assert len(set(flags)) == len(flags)
    assert not set(flags) & {flag for option in OPTIONS for flag in option.flags}
    assert all(argument.help.endswith(".") for argument in command.arguments)
    assert all(column.help.endswith(".") for column in command.columns)
    text = build_command_parser(command).format_help()
    assert all(example in text for example in command.examples)


@pytest.mark.parametrize(
    "example", [example for command in COMMANDS for example in command.examples if example.startswith("anaplan")]
)
def test_an_example_is_a_right_command_line(example: str) -> None:
    words = shlex.split(re.split(r" (?:\||>>?) ", example)[0])[1:]
    assert parse(words, {}).command.path == " ".join(words[: len(parse(words, {}).command.path.split())])


@pytest.mark.parametrize(
    ("words", "path", "model"),
    [
        ("files list", "files list", "M"),
        ("-m X files list", "files list", "X"),
        ("files -m X list", "files list", "X"),
        ("files list -m X", "files list", "X"),
        ("files list --model=X", "files list", "X"),
        ("-o json files get files", "files get", "M"),
        ("alm revisions get alm", "alm revisions get", "M"),
    ],
)
def test_an_option_of_every_command_may_stand_anywhere(words: str, path: str, model: str) -> None:
    options = parse(words.split(), {"ANAPLAN_MODEL": "M"})
    assert (options.command.path, options.model) == (path, model)


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("yes", True), ("0", False), ("False", False), ("", False)]
)
def test_a_flag_can_be_a_variable(value: str, expected: bool) -> None:
    assert parse(["files", "list"], {"ANAPLAN_QUIET": value}).quiet is expected


def test_an_abbreviated_option_is_rejected() -> None:
    with pytest.raises(UsageError, match="unrecognized arguments: --filt"):
        parse(["files", "list", "--filt", "name=x"], {})


def test_every_exit_code_is_described() -> None:
    from anaplan_ext.cli import exit_codes

    codes = {value for name, value in vars(exit_codes).items() if name.isupper() and isinstance(value, int)}
    assert codes == set(DESCRIPTIONS)


def test_a_json_error_goes_to_standard_error(anaplan: Run) -> None:
    import json

    ran = anaplan("files", "list", "-m", "Planning Deb", "-o", "json")
    error = json.loads(ran.err)["error"]
    assert (ran.code, ran.out, error["exit_code"], error["type"]) == (5, "", 5, "NameNotFoundError")
    assert error["hint"] == "list: anaplan models list"
