"""The random values of an authorization: RFC 7636, and the state of RFC 6749. Pure but for the random numbers."""

import base64
import hashlib
import secrets

from attrs import field, frozen


@frozen
class Proof:
    """What ties a redirect to the authorization that it belongs to."""

    verifier: str = field(repr=False)
    state: str = field(repr=False)

    @property
    def challenge(self) -> str:
        """The `code_challenge` of the verifier, by the method S256."""
        return make_challenge(self.verifier)


def create_proof() -> Proof:
    """Return new random values: a verifier of 64 characters, and a state of 32."""
    return Proof(secrets.token_urlsafe(48), secrets.token_urlsafe(24))


def make_challenge(verifier: str) -> str:
    """Return the `code_challenge` of a verifier, by the method S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")
