"""Compressing chunks."""

import gzip
import hashlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.transfers import compression
from anaplan_ext.transfers.chunking import split_blocks
from anaplan_ext.transfers.compression import compress, compute_digest

from ...core.support import bounded


@bounded(50)
@given(st.binary(max_size=5000), st.integers(1, 9))
def test_a_compressed_chunk_unpacks_to_itself_and_is_the_same_each_time(content: bytes, level: int) -> None:
    packed = compress([content], level)
    assert gzip.decompress(b"".join(packed.body)) == content
    assert compress([memoryview(content)], level) == packed
    assert (packed.size, packed.digest) == (len(content), hashlib.sha256(content).hexdigest())
    assert compute_digest([content[:7], content[7:]]) == (packed.size, packed.digest)


@bounded(20)
@given(st.binary(max_size=3000), st.booleans())
def test_a_chunk_unpacks_alike_whichever_library_packed_it(content: bytes, isal: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if not isal:
            patch.setitem(sys.modules, "isal", None)
        assert gzip.decompress(b"".join(compress(split_blocks(content), 1).body)) == content


@pytest.mark.parametrize("level", [0, 10, -1])
def test_a_level_that_there_is_not_is_rejected(level: int) -> None:
    with pytest.raises(ValueError, match="compression_level must be between 1 and 9"):
        compression.check_level(level)


@pytest.mark.parametrize("level", [None, True, 1.0, "1"])
def test_a_level_of_another_type_is_rejected(level: object) -> None:
    with pytest.raises(TypeError, match="compression_level must be an integer"):
        compression.check_level(level)
