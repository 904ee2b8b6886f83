"""Fixtures of the tests of the pure modules."""

from ..core.support import no_authorities as no_authorities
