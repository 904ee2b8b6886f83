"""A client of the emulator's administrator."""

from ...support._async.fixtures import client as client
