"""What changes something: a dry run of it sends no change, and what cannot be undone needs a confirmation."""

import shlex

import pytest

from anaplan_ext.cli.parser import parse
from anaplan_ext.emulator import Emulator

from .conftest import Run
from .test_every_command import LINES, MISSING, known

__all__ = ["known"]

# A plan must be there before it is applied, and Eve is created by a command.
WORDS = [
    words.lstrip("0123456789 ").replace("update eve", "update sam").replace("vate eve", "vate sam")
    for words in LINES.strip().splitlines()
    if "alm apply" not in words and "api GET" not in words
]
KNOWN = dict.fromkeys(("task", "run", "user", "connection"), MISSING)
CHANGES = [words for words in WORDS if parse(shlex.split(words.format(**KNOWN)), {}).command.is_write]
CONFIRMED = [words for words in CHANGES if "--yes" in words.split()]


def changes_of(emulator: Emulator) -> list[tuple[str, str]]:
    sent = [(one.method, one.path) for one in emulator.exchanges if one.method != "GET"]
    return [one for one in sent if not one[1].startswith("/token/")]


@pytest.mark.slow
def test_a_dry_run_of_every_change_sends_none(anaplan: Run, emulator: Emulator, known: dict[str, str]) -> None:
    before = len(changes_of(emulator))
    for line in CHANGES:
        ran = anaplan(*shlex.split(line.format(**known, task=MISSING)), "--dry-run")
        assert (ran.code, ran.out) == (0, ""), (line, ran.err)
        assert ran.err.startswith(("would ", "flights.csv -> ", "mixed.csv -> ")), (line, ran.err)
        assert changes_of(emulator)[before:] == [], line


@pytest.mark.slow
def test_what_cannot_be_undone_needs_a_confirmation(anaplan: Run, emulator: Emulator, known: dict[str, str]) -> None:
    assert len(CONFIRMED) >= 8
    before = len(changes_of(emulator))
    for line in CONFIRMED:
        ran = anaplan(*(word for word in shlex.split(line.format(**known)) if word != "--yes"))
        assert (ran.code, ran.out, "Pass --yes to confirm" in ran.err) == (2, "", True), (line, ran.err)
        assert changes_of(emulator)[before:] == [], line
