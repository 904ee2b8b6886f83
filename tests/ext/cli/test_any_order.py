"""Commands in any order, against one Anaplan: it never fails by itself, and each exit code is documented."""

import contextlib
import io
import json
import random
import re
import shlex
from pathlib import Path

import keyring
import pytest

from anaplan_ext.cli.exit_codes import DESCRIPTIONS
from anaplan_ext.emulator import Emulator

from .conftest import Run
from .keyrings import InMemoryKeyring
from .test_every_command import LINES, MISSING, known

__all__ = ["known"]

COUNT = 40
"""Commands of each order."""
CONFORMANCE = "conformance --read-only --max-per-kind 1 --api integration"
# Anaplan rejects these with a 500 itself, and `conformance` sends them on purpose.
SEEN_LIVE = re.compile(r"/workspaces/\w+/models/\w+/views/\d+/data|/imports/9{11}8")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_commands_makes_anaplan_fail(
    anaplan: Run,
    emulator: Emulator,
    known: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    chosen = random.Random(seed)
    lines = [line.lstrip("0123456789 ") for line in LINES.strip().splitlines()]
    order = [*chosen.sample(lines, COUNT), CONFORMANCE]
    chosen.shuffle(order)
    known |= {"task": MISSING, "run": MISSING}
    before = keyring.get_keyring()
    keyring.set_keyring(InMemoryKeyring())
    with contextlib.ExitStack() as end:
        end.callback(keyring.set_keyring, before)
        for line in order:
            monkeypatch.setattr("sys.stdin", io.StringIO(f"{emulator.password}\n"))
            # It leaves the specifications on purpose.
            observer, emulator.observer = emulator.observer, None if line == CONFORMANCE else emulator.observer
            ran = anaplan(*shlex.split(line.format(**known)), "-o", "json")
            emulator.observer = observer
            assert ran.code in DESCRIPTIONS, (order, line)
            assert "Traceback" not in ran.err, (order, line)
            failed = [(one.status, one.path) for one in emulator.exchanges if (one.status or 0) >= 500]
            assert [one for one in failed if not SEEN_LIVE.search(one[1])] == [], (order, line)
            assert not emulator.errors, (order, line, emulator.errors)
            if line.startswith(("tasks list", "cloudworks runs list")) and ran.code == 0 and ran.out != "[]\n":
                known["task" if line.startswith("tasks") else "run"] = json.loads(ran.out)[0]["id"]
