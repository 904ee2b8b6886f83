"""What the tests of faults share."""

from collections import Counter
from collections.abc import Iterator

import pytest

from ...core.support import NO_AUTHORITIES


def seed_count(config: pytest.Config) -> int:
    """Return how many seeds a run takes of each kind of run and each client."""
    return 1000 if config.getoption("--exhaustive") else 10


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(seed_count(metafunc.config)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tells what the random runs came to."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    ends = Counter(str(value) for report in reports for name, value in report.user_properties if name == "came to")
    for end, times in ends.most_common():
        terminalreporter.write_line(f"{times:6} {end}")


@pytest.fixture(autouse=True, scope="package")
def no_authorities() -> Iterator[None]:
    """Spares every client the reading of all certificate authorities: nothing here speaks TLS to anyone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", str(NO_AUTHORITIES))
        yield
