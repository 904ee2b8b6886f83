"""Clients of the demo tenant's models."""

from ...support._async.fixtures import client as client
from ...support._async.fixtures import production as production
