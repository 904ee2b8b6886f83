# Converted by `python -m generator` from tests/ext/audit/_async/conftest.py. Edit that file, not this one.
"""A client of the emulator's administrator."""

from ...support._sync.fixtures import client as client
