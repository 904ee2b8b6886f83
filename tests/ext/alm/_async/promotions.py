"""A tenant with targets of a promotion, and a client of the source."""

from collections.abc import AsyncIterator, Iterator

import pytest

from anaplan_ext import AsyncClient, TargetResult
from anaplan_ext.emulator import Emulator

from ...support._async.fixtures import NO_DELAYS
from ..promotion_tenant import SOURCE, promotion_tenant

COUNT = 4


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(tenant=promotion_tenant(COUNT)) as emulator:
        yield emulator


@pytest.fixture
async def source(emulator: Emulator) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(
        model_id=SOURCE,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        status_poll_delay=0,
        retry_policy=NO_DELAYS,
    ) as client:
        yield client


async def collect(results: AsyncIterator[TargetResult]) -> list[TargetResult]:
    return [result async for result in results]
