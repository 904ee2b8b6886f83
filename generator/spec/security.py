"""Find out whose credentials the request of an operation has."""

from typing import Literal, TypeAlias

from .document import Operation, Spec

Signer: TypeAlias = Literal["client", "caller", "nobody"]


def find_signer(spec: Spec, operation: Operation) -> Signer:
    """Return who signs a request: the client with its token, the caller with an argument, or nobody.

    The security of the whole API is the client's token. An operation with another one is one that a token is got by.
    """
    shared = spec.node.get("security")
    own = operation.node.get("security", shared)
    if own == []:
        return "nobody"
    return "client" if own == shared else "caller"
