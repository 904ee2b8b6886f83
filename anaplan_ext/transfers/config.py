"""Upload settings of a client."""

from attrs import frozen

from .chunking import check_size
from .compression import DEFAULT_LEVEL, check_level


@frozen(kw_only=True)
class UploadConfig:
    """How content is cut, compressed and sent; see `Client` for each setting."""

    chunk_size: int
    parallel: bool = True
    allow_file_creation: bool = False
    compression_level: int = DEFAULT_LEVEL

    def __attrs_post_init__(self) -> None:
        check_size(self.chunk_size)
        check_level(self.compression_level)
