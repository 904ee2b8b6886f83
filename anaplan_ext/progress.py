"""What a transfer reports while it runs."""

from collections.abc import Callable
from typing import TypeAlias

from attrs import frozen


@frozen
class TransferProgress:
    """How far a transfer is. Bytes are those of the content, before compression; totals are None while unknown."""

    done_bytes: int
    total_bytes: int | None
    done_chunks: int
    total_chunks: int | None


OnTransfer: TypeAlias = Callable[[TransferProgress], None]
"""Called after each chunk, in the order of the chunks."""
