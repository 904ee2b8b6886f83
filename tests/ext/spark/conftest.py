"""A tenant with a table that is loaded and exported, and the environment that signs in to it."""

import csv
import io

import pytest

from anaplan_ext.emulator import Emulator
from anaplan_ext.emulator.state.files import Expiring

MODEL, TABLE, FILE, EXPORT = "Planning Dev", "Table 900", "113000000900", "116000000900"
KINDS = {"key": "text", "note": "text", "amount": "number", "day": "date", "ok": "boolean"}


@pytest.fixture
def signed_in(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign in by the environment, as the tasks of an engine do."""
    from ..frames.support import add_table  # late, because it needs pyarrow

    add_table(emulator, KINDS)
    monkeypatch.setenv("ANAPLAN_USER", emulator.user_email)
    monkeypatch.setenv("ANAPLAN_PASSWORD", emulator.password)
    monkeypatch.setenv("ANAPLAN_BASE_URL", emulator.url)


def make_content(rows: int, end: str = "\n") -> bytes:
    """Return rows of which most have line ends, delimiters and separators in a value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end)
    writer.writerow(KINDS)
    for row in range(rows):
        note = ("", f'say "{row}"\né, twice\r\n', '"\n"', "plain")[row % 4]
        writer.writerow([f"{row:05}", note, row / 4, "2026-01-31", ("true", "")[row % 2]])
    return text.getvalue().encode()


def set_output(emulator: Emulator, content: bytes) -> None:
    """Give the export an output."""
    export = next(entry for entry in emulator.model(emulator.development_model_id).exports if entry.name == TABLE)
    export.output.copies[emulator.tenant.users[0].id] = Expiring((content,), emulator.now())
