"""What the tests of the whole project share."""

from collections.abc import Iterator

import pytest

from anaplan_ext.emulator import Emulator

from .contract import conformance


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--exhaustive", action="store_true", help="repeat what chance decides as often as is promised: takes hours"
    )


@pytest.fixture(scope="session")
def exhaustive(pytestconfig: pytest.Config) -> bool:
    """Whether to repeat what chance decides as often as is promised, instead of as often as there is time for."""
    return bool(pytestconfig.getoption("exhaustive"))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def every_exchange_is_as_specified() -> Iterator[None]:
    """Check every request to an emulator of the test run, and its response, against the specifications."""
    initialize = Emulator.__init__

    def with_observer(self: Emulator, *args: object, **options: object) -> None:
        initialize(self, *args, **{"observer": conformance.check, **options})  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Emulator, "__init__", with_observer)
        yield


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A fresh emulator with its demo tenant."""
    with Emulator() as emulator:
        yield emulator
