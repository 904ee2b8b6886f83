"""`anaplan conformance`."""

import json
from pathlib import Path

import pytest

from anaplan_ext.emulator import Emulator, Fault

from ..cli.conftest import Run, anaplan, environment

__all__ = ["anaplan", "environment"]


def unchecked(emulator: Emulator) -> Emulator:
    emulator.observer = None  # probes leave the specifications on purpose
    return emulator


@pytest.mark.slow
def test_the_command_writes_reports_and_fixtures(anaplan: Run, emulator: Emulator) -> None:
    unchecked(emulator)
    words = ("conformance", "--read-only", "--api", "alm", "--api", "audit")
    ran = anaplan(*words, "--report", "report.json", "--record", "fixtures")
    assert (ran.code, len(ran.out.splitlines())) == (0, 1)
    assert "beliefs hold, 0 are contradicted" in ran.err
    assert json.loads(Path("report.json").read_text())["counts"]["contradicted"] == 0
    assert (Path("fixtures") / "alm.list_revisions.json").is_file()
    assert anaplan(*words, "--report", "report.txt").code == 0
    assert " beliefs hold, 0 are contradicted" in Path("report.txt").read_text()
    assert {exchange.method for exchange in emulator.exchanges if "/token/" not in exchange.path} == {"GET"}


def test_a_contradiction_is_printed_and_is_an_error(anaplan: Run, emulator: Emulator) -> None:
    unchecked(emulator)
    change = Fault(path="/events$", kind="changed", change=lambda body: body | {"new": 1}, times=None)
    emulator.inject(change)
    ran = anaplan("conformance", "--read-only", "--api", "audit", "-o", "jsonl")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 1
    assert [row["id"] for row in rows] == ["audit.list_events/fields"]
    assert "1 belief is contradicted" in ran.err


def test_all_beliefs_are_printed_on_request(anaplan: Run, emulator: Emulator) -> None:
    unchecked(emulator)
    ran = anaplan("conformance", "--read-only", "--api", "audit", "--all", "-o", "jsonl")
    verdicts = {json.loads(line)["verdict"] for line in ran.out.splitlines()}
    assert ran.code == 0
    assert "holds" in verdicts


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--max-per-kind", "0"), "max_per_kind must be at least 1"),
        (("--max-per-kind", "x"), "--max-per-kind must be a whole number (got 'x')"),
        (("--api", "x"), "apis must be some of"),
    ],
)
def test_wrong_arguments_send_nothing(anaplan: Run, emulator: Emulator, words: tuple[str, ...], message: str) -> None:
    ran = anaplan("conformance", "--read-only", *words)
    assert ran.code == 2
    assert message in ran.err
    assert emulator.exchanges == []
