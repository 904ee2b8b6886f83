# Converted by `python -m generator` from tests/ext/files/_async/conftest.py. Edit that file, not this one.
"""Clients of the demo tenant's models."""

from ...support._sync.fixtures import client as client
from ...support._sync.fixtures import production as production
