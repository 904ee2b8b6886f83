# Converted by `python -m generator` from tests/ext/alm/_async/promotions.py. Edit that file, not this one.
"""A tenant with targets of a promotion, and a client of the source."""

from collections.abc import Iterator

import pytest

from anaplan_ext import Client, TargetResult
from anaplan_ext.emulator import Emulator

from ...support._sync.fixtures import NO_DELAYS
from ..promotion_tenant import SOURCE, promotion_tenant

COUNT = 4


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(tenant=promotion_tenant(COUNT)) as emulator:
        yield emulator


@pytest.fixture
def source(emulator: Emulator) -> Iterator[Client]:
    with Client(
        model_id=SOURCE,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        status_poll_delay=0,
        retry_policy=NO_DELAYS,
    ) as client:
        yield client


def collect(results: Iterator[TargetResult]) -> list[TargetResult]:
    return [result for result in results]
