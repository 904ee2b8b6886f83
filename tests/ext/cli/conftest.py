"""The command line against the emulator."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from anaplan_ext.cli.main import main
from anaplan_ext.cli.parser import UsageError, parse
from anaplan_ext.cli.schemas import ERROR_SCHEMA, write_schema
from anaplan_ext.emulator import Emulator


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]
FORMATS = FormatChecker(())


@FORMATS.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    """Return whether a string has a date, a time and a zone."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


GOOD = "id,name,amount\n1,one,10\n2,two,20\n"
MIXED = "id,name,amount\n1,one,10\n2,canary-value,unknown\n3,three,30\n"


def check_json(words: tuple[str, ...], variables: dict[str, str], ran: Ran) -> None:
    """Check JSON on standard output and standard error against the schemas."""
    try:
        options = parse(words, variables)
    except (UsageError, SystemExit):
        return
    schema = write_schema(options.command)
    if options.output != "json" or options.columns or getattr(options, "no_wait", False):
        return
    if schema is not None and ran.out:
        printed = json.loads(ran.out)
        Draft202012Validator(schema, format_checker=FORMATS).validate(printed)
        for row in [printed] if options.command.is_one else printed:
            assert list(row) == [column.name for column in options.command.columns]
    for line in ran.err.splitlines() if not options.debug else ():
        if line.startswith('{"error"'):
            Draft202012Validator(ERROR_SCHEMA).validate(json.loads(line))


@pytest.fixture
def environment(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables of a user of the emulator, in a folder with two files to load."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flights.csv").write_text(GOOD)
    (tmp_path / "mixed.csv").write_text(MIXED)
    (tmp_path / "empty.csv").write_text("")
    return {
        "ANAPLAN_BASE_URL": emulator.url,
        "ANAPLAN_USER": emulator.user_email,
        "ANAPLAN_PASSWORD": emulator.password,
        "ANAPLAN_MODEL": "Planning Dev",
        "ANAPLAN_RETRIES": "0",
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


@pytest.fixture
def anaplan(environment: dict[str, str], capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process. Keyword arguments are variables of the environment."""

    def run(*words: str, **variables: str) -> Ran:
        capsys.readouterr()
        code = main(words, environment | variables)
        ran = Ran(code, *capsys.readouterr())
        check_json(words, environment | variables, ran)
        return ran

    return run
