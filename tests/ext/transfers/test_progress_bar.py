"""The bar that shows a transfer."""

import re
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from anaplan_ext import Client, TransferProgress, progress_bar
from anaplan_ext.emulator import Emulator, Fault

FILE = "113000000000"
CONTENT = b"0123456789" * 250_000


@pytest.fixture
def console() -> Console:
    return Console(file=StringIO(), force_terminal=True, width=120, color_system=None)


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Client]:
    with Client(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        upload_chunk_size=1_000_000,
    ) as client:
        yield client


def shown(console: Console) -> str:
    """What is on the screen in the end."""
    assert isinstance(console.file, StringIO)
    return re.split(r"[\r\n]+", re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", console.file.getvalue()).strip())[-1]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], "0/? bytes"),
        ([(0, 2_000_000, 0, 2)], "0.0/2.0 MB"),
        ([(0, 2_000_000, 0, 2), (1_500_000, 2_000_000, 1, 2)], "1.5/2.0 MB"),
        ([(1_500_000, 2_000_000, 1, 2), (1_000_000, 2_000_000, 1, 2)], "1.0/2.0 MB"),
        ([(2_000_000, 2_000_000, 2, 2)], "2.0/2.0 MB"),
        # The size of a download is known at its end, and how many chunks a stream has not even then.
        ([(1_500_000, None, 1, 2)], "1.5/? MB"),
        ([(1_500_000, None, 1, 2), (2_000_000, None, 2, 2)], "2.0/2.0 MB"),
        ([(2_000_000, None, 2, None)], "2.0/? MB"),
    ],
)
def test_the_bar_shows_how_far_a_transfer_is(steps: list[tuple[Any, ...]], expected: str, console: Console) -> None:
    with progress_bar("Flights", console=console) as progress:
        for step in steps:
            progress(TransferProgress(*step))
    assert shown(console).startswith("Flights ")
    assert expected in shown(console)


def test_transfers_take_the_bar_as_their_progress(client: Client, console: Console) -> None:
    for transfer in (
        lambda progress: client.upload_file(FILE, CONTENT, progress=progress),
        lambda progress: client.get_file(FILE, progress=progress),
        lambda progress: b"".join(client.get_file_stream(FILE, progress=progress)),
    ):
        with progress_bar("Flights", console=console) as progress:
            transfer(progress)
        assert "2.5/2.5 MB" in shown(console)
    with progress_bar("Flights", console=console) as progress:
        client.upload_file_stream(FILE, iter([CONTENT]), progress=progress)
    assert "2.5/? MB" in shown(console)


def test_a_bar_of_a_transfer_that_fails_ends_and_lets_the_error_through(
    emulator: Emulator, client: Client, console: Console
) -> None:
    emulator.inject(Fault(method="GET", path="/chunks$", status=404))
    with pytest.raises(Exception, match="404"), progress_bar("Flights", console=console) as progress:
        client.get_file(FILE, progress=progress)
    with progress_bar("Again", console=console):
        pass
    assert "Again" in shown(console)


def test_without_rich_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich", None)
    with pytest.raises(ImportError, match=r"anaplan-client\[progress\]"), progress_bar("Flights"):
        raise AssertionError
