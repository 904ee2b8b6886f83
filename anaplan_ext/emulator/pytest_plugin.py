"""A pytest plugin with the fixture `anaplan_emulator`. Importing it is cheap; using it needs the extra."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .engine.tenant_file import TenantSource
    from .http.server import Emulator


@pytest.fixture
def anaplan_tenant() -> TenantSource | None:
    """Return the tenant of `anaplan_emulator`: a mapping, the path of a YAML file, or a `Tenant`.

    Override this fixture to serve your own tenant.
    """
    return None


@pytest.fixture
def anaplan_emulator(anaplan_tenant: TenantSource | None) -> Iterator[Emulator]:
    """Run an emulator with a fresh tenant, by default the demo's, until the end of the test."""
    from . import Emulator, demo_tenant

    with Emulator(demo_tenant() if anaplan_tenant is None else anaplan_tenant) as emulator:
        yield emulator
