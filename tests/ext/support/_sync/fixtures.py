# Converted by `python -m generator` from tests/ext/support/_async/fixtures.py. Edit that file, not this one.
"""Clients of the demo tenant's models, for the tests of the flows."""

from collections.abc import Iterator

import pytest

from anaplan_ext import Client, RetryPolicy
from anaplan_ext.emulator import Emulator

# Repeats and looks at tasks follow each other at once.
NO_DELAYS = RetryPolicy(count=2, base_delay=0, throttle_delay=0.001, throttle_total=0.012)


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Client]:
    """A client of the development model."""
    with Client(
        emulator.workspace_id,
        emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        timeout=100,  # hundreds of requests at once are slow on a busy machine
        status_poll_delay=0,
        retry_policy=NO_DELAYS,
        upload_chunk_size=1_000_000,
    ) as client:
        yield client


@pytest.fixture
def production(emulator: Emulator, client: Client) -> Client:
    """A client of the production model."""
    return client.with_model(emulator.production_model_id)
