"""Fixtures of the tests of the runtime."""

from .support import no_authorities as no_authorities
