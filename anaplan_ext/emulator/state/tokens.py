"""Tokens that users have signed in for."""

from __future__ import annotations

from attrs import define

from .tenant import User


@define(kw_only=True)
class Token:
    """A valid token. `expires` is in epoch seconds of the emulator's clock."""

    value: str
    id: str
    refresh_id: str
    user: User
    expires: float
    by_certificate: bool
