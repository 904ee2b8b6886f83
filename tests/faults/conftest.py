"""What the tests of faults share."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="package")
def no_authorities() -> Iterator[None]:
    """Spares every client the reading of all certificate authorities: nothing here speaks TLS to anyone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", str(Path(__file__).parent))
        yield
