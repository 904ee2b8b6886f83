"""Errors of the environment and of profiles."""

from anaplan_client.core import AnaplanError


class ConfigurationError(AnaplanError, ValueError):
    """The environment or a profile cannot be used; nothing was sent. The message names variable, or key and file."""
