"""A pytest plugin with the fixture `anaplan_emulator`. Importing it is cheap; using the fixture needs the extra."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .engine.tenant_file import TenantSource
    from .http.server import Emulator


@pytest.fixture
def anaplan_tenant() -> TenantSource | None:
    """The tenant of `anaplan_emulator`: a mapping, the path of a YAML file, or a `Tenant`. Override it for yours."""
    return None


@pytest.fixture
def anaplan_emulator(anaplan_tenant: TenantSource | None) -> Iterator[Emulator]:
    """A running emulator with a fresh tenant, by default the demo's, stopped at the end of the test."""
    from . import Emulator, demo_tenant

    with Emulator(demo_tenant() if anaplan_tenant is None else anaplan_tenant) as emulator:
        yield emulator
