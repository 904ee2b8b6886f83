"""One tenant and its honest responses, for all tests of the check."""

from collections.abc import Iterator

import pytest

from anaplan_ext import Client
from anaplan_ext.conformance import ConformanceReport, check_conformance
from anaplan_ext.emulator import Emulator

from .world import Lookup, build_history, build_tenant, record


@pytest.fixture(scope="package")
def tenant() -> Iterator[Emulator]:
    with Emulator() as emulator:
        # Probes leave the specifications on purpose.
        emulator.observer = None
        build_tenant(emulator)
        build_history(emulator)
        yield emulator


@pytest.fixture(scope="package")
def honest(tenant: Emulator) -> tuple[ConformanceReport, Lookup, list[str]]:
    """The report on the emulator, its responses, and the methods of its requests."""
    with Client(**tenant.client_arguments, retry_count=0) as client:
        client.list_workspaces()
        before = len(tenant.exchanges)
        report = check_conformance(client, max_per_kind=7)
    sent = tenant.exchanges[before:]
    return report, record(tenant, before), [exchange.method for exchange in sent if "logout" not in exchange.path]
