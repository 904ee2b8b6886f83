"""Events in a file: each once, wherever the program ends."""

import json
import os
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from anaplan_ext import Audit, AuditCursor, EventFile
from anaplan_ext.transport import clock

from .simulation import START, Anaplan, CrashError, Event

FIRST = int(START.timestamp() * 1000)


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> Audit:
    events = [Event(number, FIRST + number, FIRST + number, "USR-8") for number in range(20)]
    monkeypatch.setattr(clock, "utc_now", lambda: START + timedelta(days=1))
    return Audit(Anaplan(Random(1), events, "oldest first", 4, False, now=FIRST + 86_400_000))  # type: ignore[arg-type]


def ids(path: Path) -> list[int]:
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


def copy(audit: Audit, path: Path) -> None:
    file = EventFile(path)
    for batch in audit.read(file.resume(START)):
        file.append(batch)


def test_events_are_appended(audit: Audit, tmp_path: Path) -> None:
    for _ in range(3):
        copy(audit, tmp_path / "events.jsonl")
    assert ids(tmp_path / "events.jsonl") == list(range(20))


@pytest.mark.parametrize("step", range(60))
def test_a_program_that_ends_anywhere_leaves_a_file_that_can_be_continued(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    path, left = tmp_path / "events.jsonl", [step]

    def crash(function: Any, *, after: bool) -> Any:
        def call(*arguments: Any) -> Any:
            result = function(*arguments) if after else None
            left[0] -= 1
            if left[0] < 0:
                raise CrashError
            return result if after else function(*arguments)

        return call

    with monkeypatch.context() as patch:
        for name in ("fsync", "replace"):
            patch.setattr(os, name, crash(crash(getattr(os, name), after=False), after=True))
        try:
            copy(audit, path)
        except CrashError:
            assert ids(path) == list(range(len(ids(path))))
    copy(audit, path)
    assert ids(path) == list(range(20))


def test_part_of_a_line_is_cut_off(audit: Audit, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    copy(audit, path)
    path.write_bytes(path.read_bytes() + b'{"id": 7')
    EventFile(path).resume(START)
    assert ids(path) == list(range(20))


def test_a_file_that_is_shorter_than_its_cursor_is_an_error(audit: Audit, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    copy(audit, path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"must have the .* bytes of its cursor"):
        EventFile(path).resume(START)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"length": "x", "cursor": ""}', '{"length": 0, "cursor": "{}"}'])
def test_a_damaged_cursor_is_an_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "events.jsonl.cursor").write_text(content)
    with pytest.raises(ValueError, match=r"events\.jsonl\.cursor must be the cursor"):
        EventFile(tmp_path / "events.jsonl").resume(START)


def test_a_new_file_has_the_given_cursor(tmp_path: Path) -> None:
    cursor = EventFile(tmp_path / "e").resume(START, types=["int"], overlap=timedelta(hours=1))
    assert cursor == AuditCursor.start(START, types=["int"], overlap=timedelta(hours=1))
