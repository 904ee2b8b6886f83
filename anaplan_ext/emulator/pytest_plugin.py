"""A pytest plugin with the fixture `anaplan_emulator`. Importing it is cheap; using the fixture needs the extra."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server import Emulator


@pytest.fixture
def anaplan_emulator() -> Iterator[Emulator]:
    """A running emulator with a fresh demo tenant, stopped at the end of the test."""
    from . import Emulator

    with Emulator() as emulator:
        yield emulator
