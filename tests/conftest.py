"""What the tests of the whole project share."""

from collections.abc import Iterator

import pytest

from anaplan_ext.emulator import Emulator

from . import conformance


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A fresh emulator; every exchange with it is held against the specifications."""
    with Emulator(observer=conformance.check) as emulator:
        yield emulator
