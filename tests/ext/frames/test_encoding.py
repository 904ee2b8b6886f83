"""Content in any encoding becomes UTF-8."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.frames.encoding import Utf8Converter
from anaplan_ext.frames.errors import TableError

# The name as Anaplan gives it, and what a file in it starts with and is encoded by.
ENCODINGS = (
    ("UTF-8", b"", "utf-8"),
    ("UTF-8", codecs.BOM_UTF8, "utf-8"),
    ("UTF8", b"", "utf-8"),
    ("UTF-16LE", b"", "utf-16-le"),
    ("UTF-16LE", codecs.BOM_UTF16_LE, "utf-16-le"),
    ("UTF-16BE", b"", "utf-16-be"),
    ("UTF-16BE", codecs.BOM_UTF16_BE, "utf-16-be"),
    ("UTF-16", codecs.BOM_UTF16_LE, "utf-16-le"),
    ("UTF-16", codecs.BOM_UTF16_BE, "utf-16-be"),
    ("UTF-16", b"", "utf-16-be"),
)


def convert(encoding: str, content: bytes, size: int) -> bytes:
    converter = Utf8Converter("export 1", encoding)
    pieces = [converter.add(content[start : start + size]) for start in range(0, len(content), size)]
    return b"".join(pieces) + converter.finish()


@pytest.mark.parametrize(("encoding", "mark", "codec"), ENCODINGS)
@given(text=st.text(max_size=20).filter(lambda text: not text.startswith(("\ufeff", "\ufffe"))), size=st.integers(1, 5))
def test_every_text_comes_through(encoding: str, mark: bytes, codec: str, text: str, size: int) -> None:
    assert convert(encoding, mark + text.encode(codec), size) == text.encode()


@given(st.binary(max_size=20), st.integers(1, 5))
def test_every_byte_of_latin_1_is_a_character(content: bytes, size: int) -> None:
    assert convert("ISO-8859-1", content, size) == content.decode("iso8859-1").encode()


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("UTF-8", b"a\xff"),
        ("UTF-8", "é".encode()[:1]),
        ("UTF-8", b"\xed\xa0\x80"),
        ("UTF-16LE", b"a\0b"),
        ("UTF-16BE", b"\0a\0"),
        ("UTF-16", b"\xff"),
        ("UTF-16LE", b"\x00\xd8a\0"),
        ("US-ASCII", b"\x80"),
    ],
)
@pytest.mark.parametrize("size", [1, 100])
def test_a_lone_byte_is_an_error_without_content(encoding: str, content: bytes, size: int) -> None:
    with pytest.raises(TableError, match=f"it is not valid {encoding}") as raised:
        convert(encoding, content, size)
    assert raised.value.__context__ is None


@pytest.mark.parametrize("encoding", ["Klingon", "base64", ""])
def test_an_unknown_encoding_is_an_error(encoding: str) -> None:
    with pytest.raises(TableError, match="its encoding is not known"):
        Utf8Converter("export 1", encoding)
