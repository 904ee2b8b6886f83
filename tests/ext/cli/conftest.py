"""The command line against the emulator."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from anaplan_ext.cli.main import main
from anaplan_ext.emulator import Emulator


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]
GOOD = "id,name,amount\n1,one,10\n2,two,20\n"
MIXED = "id,name,amount\n1,one,10\n2,canary-value,unknown\n3,three,30\n"


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
        return Ran(code, *capsys.readouterr())

    return run
