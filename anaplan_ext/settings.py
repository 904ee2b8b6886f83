"""The settings of a client that its flows read."""

from attrs import frozen

from anaplan_client.core import limits

from .transfers import chunking
from .transfers.compression import DEFAULT_LEVEL, check_level


@frozen(kw_only=True)
class Settings:
    """How tasks are waited for and content is moved; see `Client` for what each means."""

    status_poll_delay: float
    upload_parallel: bool
    upload_chunk_size: int
    allow_file_creation: bool
    exclusive: bool
    compression_level: int = DEFAULT_LEVEL

    def __attrs_post_init__(self) -> None:
        limits.number("status_poll_delay", self.status_poll_delay, minimum=0)
        chunking.check_size(self.upload_chunk_size)
        check_level(self.compression_level)
