"""Errors of token stores."""

from anaplan_client.core import AnaplanError


class TokenStoreError(AnaplanError):
    """A token store cannot be read or written, or has something else than the tokens of this client."""
