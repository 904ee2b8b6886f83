"""What the tests of the whole project share."""

import faulthandler
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from anaplan_ext.emulator import Emulator

from .contract import conformance

WORKERS = 2
EXHAUSTIVE_SECONDS = 4 * 3600
"""The limit of a test that repeats as often as is promised; pyproject.toml has that of the others."""
HANG_SECONDS = 600
"""Seconds after which a process ends whose test the limit could not end: no signal arrives in a lock of C code."""

hang_report = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run a part as a whole run does: slow tests and all examples")
    parser.addoption(
        "--exhaustive", action="store_true", help="repeat what chance decides as often as is promised: takes hours"
    )


def is_whole_run(config: pytest.Config) -> bool:
    """Whether the command line names no folder, file or test."""
    return config.args_source == pytest.Config.ArgsSource.TESTPATHS


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Take workers for a run of everything only: a part is done before they have started."""
    return WORKERS if is_whole_run(config) else 0


def pytest_configure(config: pytest.Config) -> None:
    # What a test prints is captured from here on, and what a process prints that ends would be lost with it.
    config.stash[hang_report] = os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2)
    if config.option.exhaustive:
        config.option.timeout = EXHAUSTIVE_SECONDS
    config.option.full |= config.option.exhaustive or is_whole_run(config)
    for name, examples in {"dev": 20, "ci": 200, "exhaustive": 2000}.items():
        hypothesis.settings.register_profile(
            name,
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=[hypothesis.HealthCheck.too_slow],
        )
    hypothesis.settings.load_profile(
        "exhaustive" if config.option.exhaustive else "ci" if config.option.full else "dev"
    )
    # A script starts what runs in its background with Ctrl-C ignored, and every child of the tests would inherit that.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Print where all threads are if a test hangs, and end the process, so that the test fails by its name."""
    if not item.config.option.exhaustive:
        faulthandler.dump_traceback_later(HANG_SECONDS, exit=True, file=item.config.stash[hang_report])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests out of a folder's run. A named file or test runs whole, and so does `-m slow`."""
    if config.option.full or config.option.markexpr or not all(Path(name).is_dir() for name in config.args):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in set(slow)]


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
